"""The retrieval chain as LangChain runnables: understand | retrieve | decide | write.

`invoke` and `stream` are one path: the writer is a generator of snapshots, and `Answer.__add__` keeps the last one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from langchain_core.runnables import Runnable, RunnableGenerator, RunnableLambda

from rag.decide import Decision
from rag.query import Query
from rag.types import Answer, Hit, Timing, Turn


@dataclass(frozen=True)
class Evidence:
    """What a writer is given."""

    query: Query
    hits: tuple[Hit, ...]
    decision: Decision
    retrieve_ms: float


Write = Callable[[Query, Sequence[Hit], Decision], Iterator[Answer]]


def build_chain(
    understand: Callable[[Turn], Query],
    retrieve: Callable[[Query], list[Hit]],
    decide: Callable[[Query, list[Hit]], Decision],
    write: Write,
) -> Runnable[Turn, Answer]:
    """Put the stages together.

    :param understand: a turn becomes a query.
    :param retrieve: a query becomes hits, best first.
    :param decide: query and hits become a decision.
    :param write: evidence becomes snapshots of an answer.
    """

    def gather(turn: Turn) -> Evidence:
        began = time.perf_counter()
        query = understand(turn)
        hits = retrieve(query)
        return Evidence(query, tuple(hits), decide(query, hits), (time.perf_counter() - began) * 1000)

    def answer(evidences: Iterator[Evidence]) -> Iterator[Answer]:
        for evidence in evidences:
            began = time.perf_counter()
            for snapshot in write(evidence.query, evidence.hits, evidence.decision):
                took = Timing(evidence.retrieve_ms, (time.perf_counter() - began) * 1000)
                yield replace(snapshot, ms=took, confidence=evidence.decision.confidence)

    return RunnableLambda(gather) | RunnableGenerator(answer)
