"""The retrieval chain as LangChain runnables: understand, divide | retrieve | decide | write.

`invoke` and `stream` are one path: the writer is a generator of snapshots, and `Answer.__add__` keeps the last one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from langchain_core.runnables import Runnable, RunnableGenerator, RunnableLambda

from rag.decide import Decision
from rag.parts import Part, joint, merge_hits, tells_more
from rag.query import Query
from rag.retrieve import ANSWER_HITS, by_passage
from rag.types import Answer, Hit, Timing, Turn

Write = Callable[[Query, Sequence[Hit], Decision], Iterator[Answer]]


def build_chain(
    understand: Callable[[Turn], Query],
    divide: Callable[[Turn], list[Query]],
    retrieve: Callable[[Query], list[Hit]],
    decide: Callable[[Query, list[Hit]], Decision],
    write: Write,
) -> Runnable[Turn, Answer]:
    """Put the stages together.

    :param understand: a turn becomes a query.
    :param divide: a turn that asks for several things becomes a query for each; no query for any other.
    :param retrieve: a query becomes chunks, best first; the first of them are decided on and written from, their passages are shown.
    :param decide: query and hits become a decision.
    :param write: evidence becomes snapshots of an answer.
    """

    def look(query: Query) -> Part:
        hits = retrieve(query)
        return Part(query, tuple(hits), decide(query, hits[:ANSWER_HITS]))

    def gather(turn: Turn) -> tuple[Part, float]:
        began = time.perf_counter()
        query, parts = understand(turn), [look(part) for part in divide(turn)]
        told = joint(parts)
        by_parts = Part(query, tuple(merge_hits(parts)), told) if told else None
        if by_parts and all(part.decision.answerable for part in parts):
            chosen = by_parts
        else:
            chosen = look(query)
            if by_parts and tells_more(parts, chosen.decision):
                chosen = by_parts
        return chosen, (time.perf_counter() - began) * 1000

    def answer(gathered: Iterator[tuple[Part, float]]) -> Iterator[Answer]:
        for (query, hits, decision), retrieve_ms in gathered:
            began = time.perf_counter()
            passages = tuple(by_passage(hits, ANSWER_HITS))
            for snapshot in write(query, hits[:ANSWER_HITS], decision):
                took = Timing(retrieve_ms, (time.perf_counter() - began) * 1000)
                yield replace(snapshot, hits=passages, ms=took, confidence=decision.confidence)

    return RunnableLambda(gather) | RunnableGenerator(answer)
