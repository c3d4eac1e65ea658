"""Teaching readers of sentences (`rag/sentence_model.py`): ridge regression over vectors and over words, and what a row gets from a model that
has not seen its source.

People write alike in one sitting, so sentences of the same source would flatter a threshold; it is set on sources that were left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag.sentence_model import Model, directions, kernel
from rag.word_model import PLACES, WordModel, places, rarity_of

RIDGE = 0.03
WORDS_RIDGE = 1.0
# From here on two sentences are worded alike, between 0 and 1.
NEAR = 0.45


@dataclass(frozen=True)
class Row:
    """One labelled sentence and where it is from; no `family` when it is none that the reader looks for."""

    source: str
    text: str
    family: str | None


@dataclass(frozen=True)
class Data:
    """The labelled sentences as numbers.

    :param rows: the sentences.
    :param vectors: as the encoder gives them; shape (rows, dimensions).
    :param rarity: how rare the pieces of words of each place are.
    :param owner: of each piece of words, which sentence it is in.
    :param at: and at which place.
    :param share: and its part of the sentence, whose parts are a vector of unit length.
    """

    rows: Sequence[Row]
    vectors: np.ndarray
    rarity: np.ndarray
    owner: np.ndarray
    at: np.ndarray
    share: np.ndarray

    @property
    def broken(self) -> np.ndarray:
        """Which sentences are looked for."""
        return np.array([row.family is not None for row in self.rows])


def data_of(rows: Sequence[Row], vectors: np.ndarray) -> Data:
    """The words of sentences beside their vectors."""
    placed = [places(row.text) for row in rows]
    rarity = rarity_of(placed)
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in placed])
    at = np.concatenate(placed)
    lengths = np.sqrt(np.bincount(owner, rarity[at] ** 2, len(rows)))
    return Data(rows, vectors, rarity, owner, at, rarity[at] / lengths[owner])


def _alike(data: Data) -> np.ndarray:
    """How alike the words of sentences are; shape (rows, rows)."""
    found = np.empty((len(data.rows), len(data.rows)))
    ends = np.searchsorted(data.owner, np.arange(len(data.rows) + 1))
    for row, (start, end) in enumerate(pairwise(ends)):
        one = np.zeros(PLACES)
        one[data.at[start:end]] = data.share[start:end]
        found[row] = np.bincount(data.owner, data.share * one[data.at], len(data.rows))
    return found


def _inverse(alike: np.ndarray, broken: np.ndarray, ridge: float) -> np.ndarray:
    """What ridge regression multiplies the labels by, those looked for and the others weighing the same; shape (rows, rows)."""
    share = np.where(broken, 0.5 / broken.mean(), 0.5 / (1 - broken.mean()))
    found: np.ndarray = np.linalg.inv(alike + np.diag(ridge / share))
    return found


def _left_out(alike: np.ndarray, sources: np.ndarray, echo: str | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """The rows of each source, and those that say nothing honest of them: its own, and rows of `echo` that are worded like one of them."""
    found = []
    for source in sorted(set(sources)):
        inside = sources == source
        found.append((inside, inside | ((sources == echo) & (alike[inside].max(axis=0) > NEAR))))
    return found


def _unseen(inverse: np.ndarray, wanted: np.ndarray, parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """What the regression says of every row that has learned nothing from the row's source; the shape of `wanted`.

    Leaving rows out needs no second fit: they are off by their part of the weights, divided by their part of the inverse.

    :param parts: the rows of each source, and those that are left out for it.
    """
    weights, found = inverse @ wanted, np.empty_like(wanted)
    for inside, out in parts:
        found[inside] = (wanted[out] - np.linalg.solve(inverse[np.ix_(out, out)], weights[out]))[inside[out]]
    return found


@dataclass(frozen=True)
class Taught:
    """A reader, and what it says of rows whose source it has not seen.

    :param model: the reader; who sets `doubt` and `threshold` looks at the others.
    :param scores: of each row; shape (rows, 1 + families).
    :param words: the part of the words in the first of them.
    """

    model: Model
    scores: np.ndarray
    words: np.ndarray


def teach(data: Data, families: Sequence[str], echo: str | None = None) -> Taught:
    """Teach both halves of a reader.

    :param data: the labelled sentences.
    :param families: what is told apart.
    :param echo: a source whose rows were often written after those of others, and like them.
    """
    mean = data.vectors.mean(axis=0)
    examples = directions(data.vectors, mean)
    broken = data.broken
    sources = np.array([row.source for row in data.rows])
    wanted = np.full((len(data.rows), 1 + len(families)), -1.0)
    wanted[broken, 0] = 1.0
    for at, row in enumerate(data.rows):
        if row.family in families:
            wanted[at, 1 + families.index(row.family)] = 1.0
    alike = _alike(data)
    parts = _left_out(alike, sources, echo)
    inverse = _inverse(kernel(examples, examples), broken, RIDGE)
    weights, scores = inverse @ wanted, _unseen(inverse, wanted, parts)
    inverse = _inverse(alike, broken, WORDS_RIDGE)
    by_words = np.bincount(data.at, data.share * (inverse @ wanted[:, 0])[data.owner], PLACES)
    unseen = _unseen(inverse, wanted[:, :1], parts)[:, 0]
    scores[:, 0] += unseen
    words = WordModel(data.rarity, by_words * data.rarity)
    return Taught(Model(examples, mean, weights, tuple(families), words, -np.inf, 0.0), scores, unseen)
