"""Sentences told apart by what they mean and by their words: the model that readers of sentences share.

Labelled sentences were embedded by each packaged encoder, and kernel ridge regression was fitted to their labels (C. Saunders et al.,
"Ridge Regression Learning Algorithm in Dual Variables", ICML 1998). What the words say is added to that (`rag/word_model.py`), and a
sentence whose words are harmless is not embedded. Taught by `eval/teaching.py`; what is looked for is the reader's own matter: sentences
that break a rule (`rag/lint_reader.py`), remarks to a colleague (`rag/brief_remarks.py`).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.script import CJK
from rag.word_model import WordModel

# The steepness of the kernel exp(STEEP * (cosine - 1)).
STEEP = 3.0
_AT_ONCE = 32
_WORD = re.compile("[a-z]+", re.I)
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Model:
    """What was learned for one encoder.

    :param examples: vectors of the labelled sentences, moved by `mean` and of unit length; shape (examples, dimensions).
    :param mean: the mean of the vectors before; shape (dimensions,).
    :param weights: shape (examples, 1 + families): first for "is looked for" (breaks a rule, is a remark), then for each family.
    :param families: their names.
    :param words: what was learned of the words.
    :param doubt: a sentence whose words score less is not read by the encoder.
    :param threshold: from where on a sentence is told.
    """

    examples: np.ndarray
    mean: np.ndarray
    weights: np.ndarray
    families: tuple[str, ...]
    words: WordModel
    doubt: float
    threshold: float

    def scores(self, vectors: np.ndarray, words: Sequence[float]) -> np.ndarray:
        """How much sentences read like ones that are looked for, and like ones of each family.

        :param vectors: of the sentences, as the encoder gives them; shape (sentences, dimensions).
        :param words: what `self.words` says of each.
        :return: shape (sentences, 1 + families); first the sum of both halves, each about 1 for such sentences and -1 for others.
        """
        found: np.ndarray = kernel(directions(vectors, self.mean), self.examples) @ self.weights
        found[:, 0] += np.asarray(words, dtype=found.dtype)
        return found


def directions(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Vectors seen from the mean, of unit length."""
    moved = vectors - mean
    unit: np.ndarray = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit


def kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How alike vectors of unit length are, between 0 and 1; shape (first, second)."""
    alike: np.ndarray = np.exp(STEEP * (first @ second.T - 1))
    return alike


def save_model(model: Model, path: Path, bits: int = 8) -> None:
    """Write a model; weights are kept in 16 bits.

    :param bits: of each number of a vector, their sign included.
    """
    scale = np.abs(model.examples).max() / (2 ** (bits - 1) - 1)
    np.savez_compressed(
        path,
        examples=np.round(model.examples / scale).astype(np.int8),
        scale=np.float32(scale),
        mean=model.mean.astype(np.float32),
        weights=model.weights.astype(np.float16),
        families=np.array(model.families),
        rarity=model.words.rarity.astype(np.float16),
        words=model.words.weights.astype(np.float16),
        doubt=np.float32(model.doubt),
        threshold=np.float32(model.threshold),
    )


def load_model(path: Path) -> Model:
    """Read what `save_model` wrote."""
    with np.load(path) as kept:
        return Model(
            examples=kept["examples"].astype(np.float32) * kept["scale"],
            mean=kept["mean"],
            weights=kept["weights"].astype(np.float32),
            families=tuple(map(str, kept["families"])),
            words=WordModel(kept["rarity"].astype(np.float32), kept["words"].astype(np.float32)),
            doubt=float(kept["doubt"]),
            threshold=float(kept["threshold"]),
        )


def size_of(text: str) -> int:
    """How much a text says, in characters of Chinese; a word of another script counts as two."""
    return len(CJK.findall(text)) + 2 * len(_WORD.findall(text))


class Scorer:
    """Scores sentences with one encoder.

    :param embedder: the encoder.
    :param model: what was learned for it.
    """

    def __init__(self, embedder: Embeddings, model: Model) -> None:
        self.model = model
        self._embedder = embedder
        self._known: OrderedDict[str, np.ndarray] = OrderedDict()
        self._harmless = np.full(1 + len(model.families), -np.inf, dtype=np.float32)
        self._lock = threading.Lock()

    def scores(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The scores of each text (see `Model.scores`); the same text is read at every click, so they are remembered.

        Texts whose words are harmless get the lowest scores there are, and no encoder sees them.
        """
        with self._lock:
            words = {text: self.model.words.score(text) for text in texts if text not in self._known}
            self._known.update((text, self._harmless) for text, score in words.items() if score < self.model.doubt)
            new = [text for text in words if text not in self._known]
            for at in range(0, len(new), _AT_ONCE):
                part = new[at : at + _AT_ONCE]
                vectors = np.asarray(self._embedder.embed_documents(part), dtype=np.float32)
                rows = self.model.scores(vectors, [words[text] for text in part])
                self._known.update(zip(part, rows, strict=True))
            found = [self._known[text] for text in texts]
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found
