"""The vector store of one index generation: a Chroma collection, embedded in a folder or on a Chroma server.

A record is one window of a chunk. The chunk itself rides along as metadata, so that a collection can be read back whole.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import numpy as np

from ingest.errors import LibraryError
from ingest.types import Chunk, Span, Window

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

_BATCH = 1_000
_EMBEDDED_NAME = "chunks"
# The graph search must look at more candidates than are asked for (200 windows), or what it finds depends on the order in which
# the library was written.
EF_SEARCH = 512
# A small collection's graph is built anew, by several threads, each time it is opened. With Chroma's own 16 neighbours now and then
# a window could not be reached from anywhere, another one each time, and a question lost its best passage.
NEIGHBOURS = 48
EF_CONSTRUCTION = 400
HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_search": EF_SEARCH,
    "ef_construction": EF_CONSTRUCTION,
    "max_neighbors": NEIGHBOURS,
}


@dataclass(frozen=True)
class VectorRow:
    """One window: its record id, its chunk's id, the metadata of both, and its unit vector."""

    id: str
    metadata: dict[str, Any]
    text: str
    vector: np.ndarray


def rows_of(chunk: Chunk, position: int, vectors: np.ndarray) -> list[VectorRow]:
    """The records of one chunk.

    :param chunk: the chunk with its windows.
    :param position: its place in its document.
    :param vectors: one unit vector for each window, shape (windows, dimensions).
    """
    base: dict[str, Any] = {
        "chunk": chunk.id,
        "position": position,
        "doc": chunk.doc,
        "title": chunk.title,
        "heading": json.dumps(chunk.heading, ensure_ascii=False),
        "start": chunk.start,
        "end": chunk.end,
        "language": chunk.language,
        "lead": chunk.lead,
        "passage_start": chunk.passage.start,
        "passage_end": chunk.passage.end,
    }
    # Chroma metadata holds no null.
    base |= {key: value for key, value in (("page", chunk.page), ("year", chunk.year)) if value is not None}
    return [
        VectorRow(
            id=f"{chunk.id}-{number}",
            metadata=base | {"window_start": window.start, "window_end": window.end},
            text=chunk.text[window.start - chunk.start : window.end - chunk.start],
            vector=vector,
        )
        for number, (window, vector) in enumerate(zip(chunk.windows, vectors, strict=True))
    ]


def _windows(rows: Sequence[dict[str, Any]]) -> tuple[Window, ...]:
    return tuple(sorted((Window(row["window_start"], row["window_end"]) for row in rows), key=lambda w: w.start))


def chunk_of(rows: Sequence[dict[str, Any]], text: str, passages: dict[tuple[int, int], Span]) -> Chunk:
    """A chunk from the metadata of its records.

    :param rows: the metadata of all its windows.
    :param text: the document's text.
    :param passages: the passages of the document so far, which chunks share; a new one is added.
    """
    row = rows[0]
    place = row["passage_start"], row["passage_end"]
    return Chunk(
        id=row["chunk"],
        doc=row["doc"],
        title=row["title"],
        heading=tuple(json.loads(row["heading"])),
        text=text[row["start"] : row["end"]],
        start=row["start"],
        end=row["end"],
        page=row.get("page"),
        year=row.get("year"),
        language=row["language"],
        windows=_windows(rows),
        lead=row["lead"],
        within=passages.setdefault(place, Span(text[slice(*place)], *place)),
    )


@contextmanager
def _reported(url: str | None) -> Iterator[None]:
    """Map what Chroma raises: a server that is not there, a disk that is full, a damaged file."""
    import sqlite3

    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, sqlite3.Error, ValueError, ConnectionError, TimeoutError) as error:
        if url:
            raise LibraryError(
                f"the Chroma server at {url} failed: {error}",
                "check that it runs (`chroma run --path DIR`) and that ROLEWRIGHT_CHROMA_URL names it",
            ) from error
        raise LibraryError(
            f"the vector store failed: {error}", "free disk space, then run `rolewright ingest --rebuild`"
        ) from error


def chroma_client(folder: Path, url: str | None = None) -> Any:
    """A Chroma client with telemetry off: embedded in a folder, or of the server at `url`."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if not url:
        return chromadb.PersistentClient(str(folder), settings=settings)
    parts = urlparse(url)
    secure = parts.scheme == "https"
    with _reported(url):
        return chromadb.HttpClient(
            parts.hostname or "localhost", parts.port or (443 if secure else 8000), ssl=secure, settings=settings
        )


class VectorStore:
    """The collection of one generation.

    :param folder: the generation's `chroma` folder, for the embedded store.
    :param name: the generation's name on a server.
    :param url: the server; None for the embedded store.
    """

    def __init__(self, folder: Path, name: str, url: str | None = None) -> None:
        self._folder = folder
        self._name = name if url else _EMBEDDED_NAME
        self._url = url
        self._opened: Collection | None = None

    def _client(self, folder: Path) -> Any:
        """A client that is closed when nobody uses this store any more: Chroma keeps what it has opened for as long as a client is open."""
        client = chroma_client(folder, self._url)
        weakref.finalize(self, client.close).atexit = False
        return client

    def create(self) -> None:
        """Make the empty collection."""
        with _reported(self._url):
            self._opened = self._client(self._folder).create_collection(
                self._name, embedding_function=None, configuration={"hnsw": HNSW}
            )

    @property
    def _collection(self) -> Collection:
        if self._opened is None:
            folder = self._folder if self._url else self._readable_folder()
            with _reported(self._url):
                self._opened = self._client(folder).get_collection(self._name, embedding_function=None)
        return self._opened

    def _readable_folder(self) -> Path:
        folder = self._folder
        if os.access(folder, os.W_OK) and os.access(folder / "chroma.sqlite3", os.W_OK):
            return folder
        # Chroma writes to its folder even to read; a library that is read-only here is served from a copy.
        copy = tempfile.mkdtemp(prefix="rolewright-")
        weakref.finalize(self, shutil.rmtree, copy, ignore_errors=True)
        shutil.copytree(folder, copy, copy_function=shutil.copyfile, dirs_exist_ok=True)
        Path(copy).chmod(0o700)
        return Path(copy)

    def add(self, rows: Sequence[VectorRow]) -> None:
        """Put records in."""
        for at in range(0, len(rows), _BATCH):
            batch = rows[at : at + _BATCH]
            with _reported(self._url):
                self._collection.add(
                    ids=[row.id for row in batch],
                    embeddings=np.asarray([row.vector for row in batch], dtype=np.float32),
                    documents=[row.text for row in batch],
                    metadatas=[row.metadata for row in batch],
                )

    def rows(self, doc: str | None = None) -> Iterator[VectorRow]:
        """Every record with its vector, or those of one document, a batch at a time."""
        for batch in self._batches(["metadatas", "documents", "embeddings"], doc):
            vectors = batch["embeddings"]
            for number, key in enumerate(batch["ids"]):
                yield VectorRow(
                    key, dict(batch["metadatas"][number]), batch["documents"][number], np.asarray(vectors[number])
                )

    def metadata(self) -> Iterator[dict[str, Any]]:
        """The metadata of every record."""
        for batch in self._batches(["metadatas"]):
            yield from map(dict, batch["metadatas"])

    def _batches(self, include: list[str], doc: str | None = None) -> Iterator[Any]:
        where = {"doc": doc} if doc else None
        at = 0
        while True:
            with _reported(self._url):
                batch: Any = self._collection.get(where=where, include=include, limit=_BATCH, offset=at)  # type: ignore[arg-type]
            if not batch["ids"]:
                return
            yield batch
            at += len(batch["ids"])

    def nearest(self, vector: Sequence[float], k: int) -> dict[str, list[tuple[int, float]]]:
        """The k nearest windows by chunk.

        :param vector: a unit vector of the index's embedder.
        :param k: how many windows are looked at.
        :return: chunk id -> (number of the window in the chunk, cosine similarity), the nearest window first.
        """
        with _reported(self._url):
            found = self._collection.query(query_embeddings=vector, n_results=k, include=["distances"])
        near: dict[str, list[tuple[int, float]]] = {}
        for key, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True):
            chunk, number = key.rsplit("-", 1)
            near.setdefault(chunk, []).append((int(number), 1.0 - float(distance)))
        return {chunk: sorted(windows, key=lambda row: -row[1]) for chunk, windows in near.items()}

    def drop(self) -> None:
        """Delete the collection from its server; an embedded one goes with its folder."""
        if self._url:
            drop_collections(self._url, [self._name])


def drop_collections(
    url: str, names: Sequence[str] | None = None, *, prefix: str = "", keep: Sequence[str] = ()
) -> None:
    """Delete collections of a server by name, or all that begin with a prefix except those to keep."""
    with _reported(url):
        client = chroma_client(Path(), url)
        present = [collection.name for collection in client.list_collections()]
        for name in present:
            if (names is not None and name in names) or (
                names is None and name.startswith(prefix) and name not in keep
            ):
                client.delete_collection(name)
