"""The packaged encoder's tokenizer: the most probable pieces of a text (T. Kudo, "Subword Regularization", 2018, section 3.2).

The library `tokenizers` finds the same pieces (a test compares them), but holds 250 MB for this vocabulary; a dictionary holds 40.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

from rag.encoder import EncoderFile

_SPACES = re.compile(" {2,}")
_SPACE = "▁"
# An unknown character costs so much more than the rarest piece.
_UNKNOWN = 10.0
# More tokens of a text are not read.
TOKENS = 160


class Unigram:
    """Cuts texts into pieces.

    :param vocabulary: each piece with the logarithm of its probability, in the order of their ids.
    :param unknown: the id of what no piece holds.
    """

    def __init__(self, vocabulary: Sequence[tuple[str, float]], unknown: int) -> None:
        self._pieces = {piece: (at, score) for at, (piece, score) in enumerate(vocabulary) if piece and at != unknown}
        self._longest = max(map(len, self._pieces))
        self._lowest = min(score for _, score in vocabulary) - _UNKNOWN
        self._unknown = unknown

    def ids(self, text: str) -> list[int]:
        """The ids of the most probable pieces of a text, by dynamic programming over where they end.

        :param text: any text.
        """
        form = _SPACES.sub(" ", unicodedata.normalize("NFKC", text))
        form = _SPACE + form.removeprefix(" ").replace(" ", _SPACE)
        best: list[tuple[float, int, int]] = [(0.0, 0, 0)]
        for end in range(1, len(form) + 1):
            score, _, _ = best[end - 1]
            found = (score + self._lowest, end - 1, self._unknown)
            for start in range(max(0, end - self._longest), end):
                piece = self._pieces.get(form[start:end])
                if piece and (reached := best[start][0] + piece[1]) > found[0]:
                    found = reached, start, piece[0]
            best.append(found)
        ids: list[int] = []
        at = len(form)
        while at:
            _, at, piece_id = best[at]
            # Unknown characters in a row are one piece.
            if not (piece_id == self._unknown and ids and ids[-1] == self._unknown):
                ids.append(piece_id)
        return ids[::-1]


@cache
def packaged_ids() -> Callable[[str], list[int]]:
    """Gives the ids of a text for the packaged encoder, at most `TOKENS`, with the marks of its begin and end. It is made once, for it
    holds 40 MB.

    :raises EmbedderError: where the packaged encoder is not installed.
    """
    file = EncoderFile()
    tokenizer = Unigram(file.vocabulary(), file.unknown)
    return lambda text: [file.begin, *tokenizer.ids(text)[: TOKENS - 2], file.end]
