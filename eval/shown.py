"""What would be shown for the questions that may be learned from, and which of those sentences tell the answer.

Both who decides (`eval.calibrate`) and who reads (`eval.train_cross_encoder`) learn from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.cases import Case, other_libraries
from eval.score import tells
from eval.train_adapter import LEARNED_FROM, cross_fitted, fold_of, opened, pool_of, retriever_with
from rag.app import Rolewright
from rag.cross_encoder import Read
from rag.decide import Decider, described_of
from rag.evidence import Calibration, Signals
from rag.query import understand
from rag.retrieve import ANSWER_HITS
from rag.select import SentenceSelector
from rag.types import Turn

BUNDLED = "bundled"


@dataclass(frozen=True)
class Shown:
    """One question with the sentences that an answer from passages would rest on.

    :param case: the question as it was asked.
    :param question: as it was understood.
    :param decided: the catalogue decides on it.
    :param sentences: each as it is read (`rag.cross_encoder`), and whether it tells the answer.
    :param signals: what speaks for it.
    :param vector: the question's.
    """

    case: Case
    question: str
    decided: bool
    sentences: tuple[tuple[tuple[str, str], bool], ...]
    signals: Signals
    vector: tuple[float, ...]

    @property
    def told(self) -> bool:
        """Whether one of the sentences tells the answer."""
        return any(tells for _, tells in self.sentences)


def shown_for(
    app: Rolewright, cases: Sequence[Case], adapters: Sequence[np.ndarray], read: Read | None = None
) -> Iterator[Shown]:
    """Ask the questions on a library, each with a matrix that has not learned from it.

    :param app: the system, with an index.
    :param cases: questions on it.
    :param adapters: the matrix of each fold (`eval.train_adapter`).
    :param read: a cross-encoder that has not learned from the library, where its signal is wanted.
    """
    engine = app.engine
    # All are refused, so that no answer is put together beyond the sentences that are decided on.
    refuses = Calibration({"bias": 0.0}, partial=1.0, answered=1.0)
    retrievers = [retriever_with(app, adapter) for adapter in adapters]
    for case in cases:
        retriever = retrievers[fold_of(case.question)]
        selector = SentenceSelector(engine.index, engine.linker, retriever.lexical, read)
        decider = Decider(selector, retriever.lexical, refuses, retriever.vector)
        query = understand(Turn(case.question, case.history), engine.linker)
        hits = retriever.retrieve(query, ANSWER_HITS)
        described = described_of(query)
        decided = decider.decide(query, hits).signals is None
        signals = decider.by_passages(query, described, hits).signals
        if signals:
            sentences = tuple(
                (selector.reading(item), any(tells(item.doc, item.span.text, gold) for gold in case.gold))
                for item in decider.shown(query, described, hits)
            )
            yield Shown(case, query.text, decided, sentences, signals, tuple(retriever.vector(query)))


def learned_from(embedder: str, root: Path) -> tuple[dict[str, tuple[Rolewright, list[Case]]], list[np.ndarray]]:
    """The bundled library and those of other trades with their questions, and the matrix of each fold.

    :param embedder: the name of a packaged embedder.
    :param root: an empty folder to index them in.
    """
    libraries = opened(embedder, root)
    return libraries, cross_fitted([pool_of(*libraries[name]) for name in LEARNED_FROM])


def groups() -> list[tuple[str, ...]]:
    """The libraries in three groups: the bundled one, as it is and in Chinese alone, and two of the small ones."""
    others = sorted(folder.name for folder, _ in other_libraries())
    return [(BUNDLED, "chinese"), tuple(others[0::2]), tuple(others[1::2])]


def left_out(group: int) -> Path:
    """The cross-encoder that has learned from the other groups alone, for honest signals of this one.

    :param group: 0 to 2, the place in `groups`.
    """
    return Path(__file__).parent / "readers" / f"{group}.npz"
