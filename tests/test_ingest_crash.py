"""An index that cannot be broken: killed at any moment, a full disk, two ingests, a server that goes on answering."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from ingest.pipeline import ingest
from ingest.store import Library
from rag.app import Rolewright
from rag.settings import Settings

EMBEDDER = DeterministicFakeEmbedding(size=16)
# A run whose encoder takes its time, so that there are moments to be killed in.
SLOW = """
import sys, time
from pathlib import Path
from langchain_core.embeddings import DeterministicFakeEmbedding
from ingest.pipeline import ingest
from ingest.store import Library

class Slow(DeterministicFakeEmbedding):
    def embed_documents(self, texts):
        print("embedding", flush=True)
        time.sleep(float(sys.argv[3]))
        return super().embed_documents(texts)

ingest([Path(sys.argv[2])], Library(Path(sys.argv[1])), Slow(size=16), name="fake")
print("done", flush=True)
"""
LIMITED = """
import resource, signal, sys
from pathlib import Path
from langchain_core.embeddings import DeterministicFakeEmbedding
from ingest.errors import LibraryError
from ingest.pipeline import ingest
from ingest.store import Library

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    ingest([Path(sys.argv[2])], Library(Path(sys.argv[1])), DeterministicFakeEmbedding(size=16), name="fake")
except LibraryError as error:
    print("refused:", error.message)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    root.mkdir()
    for number in range(6):
        (root / f"{number}.txt").write_text(f"第{number}号文件。岗位{number}负责第{number}类工作。", encoding="utf-8")
    return root


def _run(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
@pytest.mark.parametrize("wait", [0.0, 0.05, 0.3])
def test_killed_at_any_moment(folder: Path, tmp_path: Path, wait: float) -> None:
    library = Library(tmp_path / "library")
    ingest([folder], library, EMBEDDER, name="fake")
    served = library.current()
    (folder / "0.txt").write_text("第零号文件换了内容。", encoding="utf-8")
    process = _run(SLOW, str(library.folder), str(folder), "0.2")
    assert process.stdout is not None
    assert process.stdout.readline() == "embedding\n"
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # Whichever generation is served is whole.
    index = library.open()
    assert index.generation == served or "换了内容" in index.text("0.txt")
    assert len({chunk.doc for chunk in index.chunks}) == 6
    # The next run repairs, and cleans up what the crash left.
    ingest([folder], library, EMBEDDER, name="fake")
    assert "换了内容" in library.open().text("0.txt")
    (folder / "1.txt").write_text("第一号文件换了内容。", encoding="utf-8")
    ingest([folder], library, EMBEDDER, name="fake")
    assert len(list((library.folder / "generations").iterdir())) == 2


@pytest.mark.skipif(os.name == "nt", reason="file sizes cannot be limited")
@pytest.mark.parametrize("limit", [200, 20_000, 150_000])
def test_a_full_disk_leaves_the_last_good_generation(folder: Path, tmp_path: Path, limit: int) -> None:
    library = Library(tmp_path / "library")
    ingest([folder], library, EMBEDDER, name="fake")
    served = library.current()
    (folder / "0.txt").write_text("第零号文件换了内容。" * 200, encoding="utf-8")
    out, err = _run(LIMITED, str(library.folder), str(folder), str(limit)).communicate(timeout=120)
    assert out.startswith("refused:"), err
    assert library.current() == served
    assert len({chunk.doc for chunk in library.open().chunks}) == 6
    assert ingest([folder], library, EMBEDDER, name="fake").updated == ["0.txt"]


def test_a_running_app_sees_what_another_process_ingested(small_folder: Path, tmp_path: Path) -> None:
    app = Rolewright(Settings(library=tmp_path / "library"))
    app.ingest([small_folder])
    assert {record.doc for record in app.documents()} == {"handbook.md"}
    other = tmp_path / "other.md"
    other.write_text("# 法务部\n\n职责:\n\n1. 审核合同。\n2. 防范法律风险。\n", encoding="utf-8")
    command = [sys.executable, "-m", "ui", "ingest", str(other), "--library", str(tmp_path / "library"), "-q"]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    assert {record.doc for record in app.documents()} == {"handbook.md", "other.md"}
    assert any(hit.chunk.doc == "other.md" for hit in app.search("谁审核合同?"))
