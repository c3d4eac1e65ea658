"""What the words of a sentence say of whether it is one that a reader looks for: a linear model over hashed pieces of words, quick and small.

It is learned in the same step as the reader's other half (`rag/sentence_model.py`). Encoders know what a sentence is about, this knows
its very words; their sum is right more often than either, and a sentence that this finds harmless need not be embedded at all.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.script import fold

# How many places pieces of words are hashed to: with an eighth of it, pieces that share a place cost four points of recall.
PLACES = 1 << 18
_RUN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile("[a-z0']+")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class WordModel:
    """What was learned.

    :param rarity: how rare the pieces of a place are; shape (PLACES,).
    :param weights: how much a place speaks for such a sentence, its rarity included; shape (PLACES,).
    """

    rarity: np.ndarray
    weights: np.ndarray

    def score(self, text: str) -> float:
        """How much a sentence reads like one that is looked for: about 1 for such and -1 for others."""
        at = places(text)
        length = float(np.linalg.norm(self.rarity[at]))
        return float(self.weights[at].sum()) / length if length else 0.0


def places(text: str) -> np.ndarray:
    """Where the pieces of a sentence are hashed to: one to three Chinese characters or words, and parts of words; digits are alike."""
    folded = _DIGIT.sub("0", fold(text))
    pieces: set[str] = set()
    for run in _RUN.findall(folded):
        pieces.update(run[at : at + size] for size in (1, 2, 3) for at in range(len(run) - size + 1))
    words = _WORD.findall(folded)
    pieces.update(" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1))
    for word in words:
        edged = f"<{word}>"
        pieces.update(edged[at : at + size] for size in (4, 5) for at in range(len(edged) - size + 1))
    return np.array(sorted({zlib.crc32(piece.encode()) % PLACES for piece in pieces}), dtype=np.int64)


def rarity_of(rows: Sequence[np.ndarray]) -> np.ndarray:
    """How rare the pieces of each place are among sentences, given by their places; shape (PLACES,)."""
    counted = np.zeros(PLACES)
    for row in rows:
        counted[row] += 1
    rare: np.ndarray = np.log((1 + len(rows)) / (1 + counted)).astype(np.float32)
    return rare
