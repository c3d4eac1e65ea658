"""Hybrid retrieval: a dense leg (Chroma), a lexical leg (BM25), and weighted score fusion over the union of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.lexical import LexicalIndex
from ingest.script import fold, has_chinese
from ingest.store import Index
from ingest.types import Chunk, RoleEntry
from rag.adapter import adapted
from rag.formal import spelled_out
from rag.query import Query
from rag.question_encoder import Encode
from rag.rerank import RERANKED, EndpointReranker
from rag.settings import DENSE_WEIGHT
from rag.types import Hit, language_of

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

# Weighted scores are fused: reciprocal-rank fusion was worse on public question sets (docs/design.md).
CANDIDATES = 50
# Vectors of questions that are kept.
QUESTIONS = 256
# Several sentences of one chunk may be among the nearest, and several chunks of one passage among the best.
WINDOWS_PER_CHUNK = 4
CHUNKS_PER_PASSAGE = 4
# An answer is decided on and written from so many chunks, and shows so many passages.
ANSWER_HITS = 10
# Cheap evidence added to the fused score, which lies in [0, 1].
ROLE_BONUS = 0.3
HEADING_BONUS = 0.05
LANGUAGE_BONUS = 0.15
# A chunk that lists what is asked for of the role that is named, such as its metrics.
LABEL_BONUS = 0.2
TITLE_BONUS = 0.1
# A chunk of a document that the question names.
SOURCE_BONUS = 0.6


class HybridRetriever:
    """Retrieves chunks of one index generation.

    :param index: the generation.
    :param embedder: the embedder that wrote it.
    :param encode: gives the vectors of questions in the embedder's space (`rag.question_encoder`); the embedder itself when left out.
    :param dense_weight: the share of the dense leg in the fused score, 0 to 1.
    :param adapter: moves the vectors of questions (`rag.adapter`).
    :param reranker: orders the best fused hits anew.
    """

    def __init__(
        self,
        index: Index,
        embedder: Embeddings,
        *,
        encode: Encode | None = None,
        dense_weight: float = DENSE_WEIGHT,
        adapter: np.ndarray | None = None,
        reranker: EndpointReranker | None = None,
    ) -> None:
        self._index = index
        self._reranker = reranker
        # The decision weighs the vector of the question that retrieval has searched by.
        self._encode = lru_cache(maxsize=QUESTIONS)(encode or embedder.embed_query)
        self._adapter = adapter
        self._dense_weight = dense_weight

    @cached_property
    def _position(self) -> dict[str, int]:
        return {chunk.id: at for at, chunk in enumerate(self._index.chunks)}

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The lexical leg over every chunk's heading path and text."""
        return LexicalIndex([chunk.index_text() for chunk in self._index.chunks])

    def vector(self, query: Query) -> Sequence[float]:
        """A question's vector, before the adapter moves it."""
        return self._encode(fold(spelled_out(query.searched)))

    def passages(self, query: Query, k: int) -> list[Hit]:
        """The k best passages; see `by_passage`."""
        return by_passage(self.retrieve(query, max(CANDIDATES, CHUNKS_PER_PASSAGE * k)), k)

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        """The k best chunks.

        :param query: the understood question.
        :param k: how many hits to return at most.
        :return: hits in order, ranks from 1, scores higher is better.
        """
        if self._reranker:
            return self._reranker.order(query.text, self._fused(query, max(k, RERANKED)))[:k]
        return self._fused(query, k)

    def _fused(self, query: Query, k: int) -> list[Hit]:
        if not self._index.chunks or k < 1:
            return []
        near = self._index.nearest(
            adapted(self.vector(query), self._adapter).tolist(), WINDOWS_PER_CHUNK * max(k, CANDIDATES)
        )
        dense = {key: windows[0][1] for key, windows in near.items()}
        bm25 = self.lexical.scores(query.search_text)
        best = np.argsort(-bm25, kind="stable")[: max(k, CANDIDATES)]
        found = {self._position[key] for key in dense} | {int(at) for at in best if bm25[at] > 0}
        scores = {at: score + self._bonus(query, at) for at, score in self._fuse(found, dense, bm25, query).items()}
        ordered = [(at, self._index.chunks[at]) for at in sorted(scores, key=lambda at: (-scores[at], at))[:k]]
        floor = min(dense.values())
        return [
            Hit(rank, scores[at], chunk, dense.get(chunk.id, floor), _starts(chunk, near.get(chunk.id, [])))
            for rank, (at, chunk) in enumerate(ordered, 1)
        ]

    def _fuse(self, found: set[int], dense: dict[str, float], bm25: np.ndarray, query: Query) -> dict[int, float]:
        low, high = min(dense.values()), max(dense.values())
        top = float(bm25.max()) or 1.0
        # Without a Chinese character the dense score alone was better on Chinese text; English passages have words to match.
        weight = self._dense_weight if has_chinese(query.text) else max(self._dense_weight, 0.75)
        fused: dict[int, float] = {}
        for at in found:
            cosine = dense.get(self._index.chunks[at].id, low)
            fused[at] = (
                weight * ((cosine - low) / (high - low) if high > low else 1.0) + (1 - weight) * float(bm25[at]) / top
            )
        return fused

    def _bonus(self, query: Query, at: int) -> float:
        chunk = self._index.chunks[at]
        bonus = LANGUAGE_BONUS if chunk.language == language_of(query.script) else 0.0
        bonus += SOURCE_BONUS * (chunk.doc in query.docs)
        entries = [entry for mention in query.mentions for entry in mention.entries]
        homes = [entry for entry in entries if entry.doc == chunk.doc and entry.start <= chunk.start < entry.end]
        bonus += ROLE_BONUS * bool(homes) + LABEL_BONUS * any(_lists(chunk, entry, query) for entry in homes)
        heading, title = fold(" ".join(chunk.heading)), fold(chunk.title)
        bonus += HEADING_BONUS * any(term in heading for term in query.terms)
        # 电商公司的财务部 means the document about e-commerce companies.
        return bonus + TITLE_BONUS * sum(term in title for term in query.terms) / max(1, len(query.terms))


def by_passage(hits: Sequence[Hit], k: int) -> list[Hit]:
    """The best hit of each passage, ranked from 1: chunks that are read together are one result.

    :param hits: retrieved chunks, best first.
    :param k: how many to return at most.
    """
    best: dict[tuple[str, int], Hit] = {}
    for hit in hits:
        best.setdefault((hit.chunk.doc, hit.chunk.passage.start), hit)
    return [replace(hit, rank=rank) for rank, hit in enumerate(list(best.values())[:k], 1)]


def _lists(chunk: Chunk, entry: RoleEntry, query: Query) -> bool:
    """Whether a chunk holds an item of the kind that a question asks for."""
    places = (place for span in entry.spans(query.intent) for place in (span, span.english) if place)
    return any(chunk.start <= place.start < chunk.end for place in places)


def _starts(chunk: Chunk, near: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Where a chunk's nearest windows begin in its document."""
    return tuple((chunk.windows[number].start, cosine) for number, cosine in near)
