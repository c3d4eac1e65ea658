"""One contract for every vector store: the embedded one and a real Chroma server, started here."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from ingest.errors import IndexMismatch, LibraryError
from ingest.pipeline import ingest, remove
from ingest.store import Library
from ingest.vectors import VectorStore, chroma_client
from ingest.windows import embed_windows, window_texts
from rag.app import Rolewright
from rag.settings import Settings
from rag.types import Turn

EMBEDDER = DeterministicFakeEmbedding(size=16)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("chroma-server")
    process = subprocess.Popen(
        [str(command), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(150):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                pytest.skip("`chroma run` does not start on this machine")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=["embedded", "server"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    url = request.getfixturevalue("server") if request.param == "server" else None
    return Library(tmp_path / "library", url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    root.mkdir()
    (root / "a.md").write_text("# 客服部\n\n职责:\n\n1. 回应咨询。\n2. 处理投诉。\n", encoding="utf-8")
    long = "".join(f"数据分析师收集第{number}家店铺的数据,形成报表。" for number in range(40))
    (root / "long.txt").write_text(long, encoding="utf-8")
    return root


def _ingest(library: Library, *paths: Path) -> None:
    ingest(list(paths), library, EMBEDDER, name="fake")


def test_what_goes_in_comes_out(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    index = library.open()
    assert {chunk.doc for chunk in index.chunks} == {"a.md", "long.txt"}
    for chunk in index.chunks:
        text = index.text(chunk.doc)
        assert text[chunk.start : chunk.end] == chunk.text
        assert all(chunk.start <= window.start < window.end <= chunk.end for window in chunk.windows)
        vectors = [row.vector for row in index.vectors.rows(chunk.doc) if row.metadata["chunk"] == chunk.id]
        assert len(vectors) == len(chunk.windows)
    assert max(len(chunk.windows) for chunk in index.chunks) > 1


def test_the_nearest_chunk_is_that_of_its_best_window(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    index = library.open()
    chunk = next(chunk for chunk in index.chunks if chunk.doc == "a.md")
    vector = embed_windows(EMBEDDER, window_texts(chunk)[-1:])[0].tolist()
    found = index.nearest(vector, 50)
    nearest = max(found, key=lambda key: found[key][0][1])
    assert nearest == chunk.id and found[nearest][0] == (len(chunk.windows) - 1, pytest.approx(1.0, abs=1e-3))
    assert len(found) <= len(index.chunks)


def test_a_change_moves_to_the_next_generation(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    before = library.open()
    (folder / "a.md").write_text("# 客服部\n\n只回应电话。\n", encoding="utf-8")
    _ingest(library, folder)
    after = library.open()
    assert before.generation != after.generation
    assert any("电话" in chunk.text for chunk in after.chunks) and any("投诉" in chunk.text for chunk in before.chunks)
    assert remove(["long.txt"], library, EMBEDDER).removed == ["long.txt"]
    assert {chunk.doc for chunk in library.open().chunks} == {"a.md"}


def test_old_generations_leave_the_server(library: Library, folder: Path) -> None:
    if not library.chroma_url:
        pytest.skip("the embedded store goes with its folder")
    for text in ("一号内容。", "二号内容。", "三号内容。", "四号内容。"):
        (folder / "a.md").write_text(text, encoding="utf-8")
        _ingest(library, folder)
    client = chroma_client(Path(), library.chroma_url)
    mine = [each.name for each in client.list_collections() if each.name.startswith(library.collection_prefix())]
    assert len(mine) == 2


def test_the_whole_program_on_a_server(server: str, small_folder: Path, tmp_path: Path) -> None:
    app = Rolewright(Settings(library=tmp_path / "library", chroma_url=server))
    app.ingest([small_folder])
    answer = app.ask(Turn("售前客服的主要职责是什么?"))
    assert answer.status == "answered" and answer.citations


def test_another_store_is_named(server: str, folder: Path, tmp_path: Path) -> None:
    _ingest(Library(tmp_path / "library"), folder)
    with pytest.raises(IndexMismatch) as caught:
        Library(tmp_path / "library", server).open()
    assert "ROLEWRIGHT_CHROMA_URL" in caught.value.hint


def test_a_server_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        _ingest(Library(tmp_path / "library", "http://127.0.0.1:9"), folder)
    assert "chroma run" in caught.value.hint


def test_a_store_that_nobody_uses_is_closed(tmp_path: Path) -> None:
    from chromadb.api.shared_system_client import SharedSystemClient

    store = VectorStore(tmp_path / "chroma", "one")
    store.create()
    open_then = {*SharedSystemClient._identifier_to_system}
    assert str(tmp_path / "chroma") in open_then
    del store
    gc.collect()
    # Else every generation of a server that runs for weeks would stay in its memory.
    assert open_then - {*SharedSystemClient._identifier_to_system} == {str(tmp_path / "chroma")}
