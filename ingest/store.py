"""The index on disk: generations of a Chroma collection, a document register and the role catalogue.

    LIBRARY/current.json                     which generation is served, switched in one atomic step
    LIBRARY/generations/000003-9f2c41/manifest.json embedder and layout the generation was written with
                                     /documents.jsonl, /texts/, /roles.jsonl, /chroma/

A generation is written aside and never changed afterwards. A crash while one is being written leaves the last good one
served, and a running server opens the new one as a fresh Chroma client (an open client does not see what another process
adds).
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import IndexMismatch, LibraryError, NoIndexError
from ingest.types import Chunk, DocumentRecord, RoleEntry

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

LAYOUT = 2
_COLLECTION = "chunks"
_BATCH = 2_000


def chroma_client(path: Path) -> Any:
    """An embedded Chroma client on a folder, with telemetry off."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


@dataclass(frozen=True)
class StoredChunks:
    """Chunks with their unit vectors, row by row."""

    chunks: list[Chunk]
    vectors: np.ndarray


def _metadata(chunk: Chunk, position: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "position": position,
        "doc": chunk.doc,
        "title": chunk.title,
        "heading": json.dumps(chunk.heading),
    }
    row |= {"start": chunk.start, "end": chunk.end, "language": chunk.language}
    # Chroma metadata holds no null.
    return row | {key: value for key, value in (("page", chunk.page), ("year", chunk.year)) if value is not None}


def _chunk(key: str, text: str, row: dict[str, Any]) -> Chunk:
    return Chunk(
        id=key,
        doc=row["doc"],
        title=row["title"],
        heading=tuple(json.loads(row["heading"])),
        text=text,
        start=row["start"],
        end=row["end"],
        page=row.get("page"),
        year=row.get("year"),
        language=row["language"],
    )


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _write_lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


class Index:
    """One generation, read only.

    :param folder: the generation's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.generation = folder.name
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if self.manifest["layout"] != LAYOUT:
            raise IndexMismatch(
                f"the index in {folder.parent.parent} has layout {self.manifest['layout']}, this version reads {LAYOUT}",
                "run `rolewright ingest --rebuild`",
            )

    @property
    def embedder(self) -> str:
        """The name of the embedder that wrote this generation."""
        return str(self.manifest["embedder"])

    @cached_property
    def documents(self) -> dict[str, DocumentRecord]:
        """The document register by document name, in the order of ingestion."""
        return {row["doc"]: DocumentRecord(**row) for row in _read_lines(self.folder / "documents.jsonl")}

    @cached_property
    def roles(self) -> list[RoleEntry]:
        """The role catalogue."""
        return [RoleEntry.from_dict(row) for row in _read_lines(self.folder / "roles.jsonl")]

    def text(self, doc: str) -> str:
        """The stored, cleaned text of a document.

        :raises LibraryError: when no such document is indexed.
        """
        position = next((at for at, name in enumerate(self.documents) if name == doc), None)
        if position is None:
            raise LibraryError(
                f"no document named {doc!r} in this library", "list the names with `rolewright documents`"
            )
        with (self.folder / "texts" / f"{position:06d}.txt").open(encoding="utf-8", newline="") as file:
            return file.read()

    @cached_property
    def _collection(self) -> Collection:
        collection: Collection = chroma_client(self._chroma_folder()).get_collection(
            _COLLECTION, embedding_function=None
        )
        return collection

    def _chroma_folder(self) -> Path:
        folder = self.folder / "chroma"
        if os.access(folder, os.W_OK) and os.access(folder / "chroma.sqlite3", os.W_OK):
            return folder
        # Chroma writes to its folder even to read; a library that is read-only here is served from a copy.
        copy = tempfile.mkdtemp(prefix="rolewright-")
        weakref.finalize(self, shutil.rmtree, copy, ignore_errors=True)
        shutil.copytree(folder, copy, copy_function=shutil.copyfile, dirs_exist_ok=True)
        Path(copy).chmod(0o700)
        return Path(copy)

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Every chunk, in document order."""
        rows = self._collection.get(include=["documents", "metadatas"])
        found = zip(rows["ids"], rows["documents"] or [], rows["metadatas"] or [], strict=True)
        ordered = sorted(found, key=lambda row: int(str(row[2]["position"])))
        return [_chunk(key, text, dict(row)) for key, text, row in ordered]

    def stored(self) -> StoredChunks:
        """Every chunk with its vector, for writing the next generation without embedding again."""
        rows = self._collection.get(include=["embeddings"])
        vectors = dict(zip(rows["ids"], rows["embeddings"] if rows["embeddings"] is not None else [], strict=True))
        return StoredChunks(self.chunks, np.asarray([vectors[chunk.id] for chunk in self.chunks], dtype=np.float32))

    def nearest(self, vector: Sequence[float], k: int) -> dict[str, float]:
        """The k nearest chunks by Chroma's vector query.

        :param vector: a unit vector of the index's embedder.
        :return: chunk id -> cosine similarity, higher is better.
        """
        if not self.chunks:
            return {}
        found = self._collection.query(
            query_embeddings=vector,
            n_results=min(k, len(self.chunks)),
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        return {key: 1.0 - float(distance) for key, distance in zip(found["ids"][0], distances, strict=True)}


class Library:
    """The folder that holds the generations.

    :param folder: created at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> str | None:
        """The name of the generation that is served, or None when nothing has been indexed."""
        try:
            return str(json.loads((self.folder / "current.json").read_text(encoding="utf-8"))["generation"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError) as error:
            raise LibraryError(
                f"cannot read {self.folder / 'current.json'}: {error}", "run `rolewright ingest --rebuild`"
            ) from error

    def open(self) -> Index:
        """Open the current generation.

        :raises NoIndexError: when nothing has been indexed.
        """
        generation = self.current()
        if generation is None:
            raise NoIndexError(
                f"the library {self.folder} holds no index yet", "run `rolewright ingest` to index the bundled corpus"
            )
        try:
            return Index(self.folder / "generations" / generation)
        except FileNotFoundError as error:
            raise LibraryError(
                f"the index generation {generation} in {self.folder} is incomplete", "run `rolewright ingest --rebuild`"
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one process write at a time.

        :raises LibraryError: when another ingest is running, or the folder cannot be written.
        """
        from filelock import FileLock, Timeout

        held = FileLock(self.folder / "ingest.lock", timeout=0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            held.acquire()
        except Timeout as error:
            raise LibraryError(
                f"another ingest is writing to {self.folder}", "wait until it has finished, then run again"
            ) from error
        except OSError as error:
            raise LibraryError(
                f"cannot write to the library folder {self.folder}: {error.strerror}",
                "choose another with --library DIR or ROLEWRIGHT_LIBRARY",
            ) from error
        try:
            yield
        finally:
            held.release()

    def write(
        self,
        embedder: str,
        documents: Sequence[tuple[DocumentRecord, str]],
        roles: Sequence[RoleEntry],
        stored: StoredChunks,
    ) -> str:
        """Write a new generation aside and switch to it. Call it inside `lock`.

        :param embedder: the name of the embedder that made the vectors.
        :param documents: the register with each document's stored text.
        :param roles: the role catalogue.
        :param stored: every chunk with its unit vector.
        :return: the new generation's name.
        :raises LibraryError: when the disk refuses; the generation served before stays.
        """
        # The token keeps the name apart from what a crash left behind: Chroma never opens one path twice in a process.
        generation = f"{self._next_number():06d}-{secrets.token_hex(3)}"
        folder = self.folder / "generations" / generation
        try:
            (folder / "texts").mkdir(parents=True)
            for position, (_, text) in enumerate(documents):
                (folder / "texts" / f"{position:06d}.txt").write_text(text, encoding="utf-8", newline="")
            _write_lines(folder / "documents.jsonl", [asdict(record) for record, _ in documents])
            _write_lines(folder / "roles.jsonl", [entry.to_dict() for entry in roles])
            self._write_chunks(folder / "chroma", stored)
            manifest = {
                "layout": LAYOUT,
                "embedder": embedder,
                "documents": len(documents),
                "chunks": len(stored.chunks),
            }
            (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            self._switch(generation)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise LibraryError(
                f"cannot write the index: {error}", "free disk space or choose another folder with --library DIR"
            ) from error
        return generation

    def _write_chunks(self, folder: Path, stored: StoredChunks) -> None:
        collection = chroma_client(folder).create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        for at in range(0, len(stored.chunks), _BATCH):
            batch = stored.chunks[at : at + _BATCH]
            collection.add(
                ids=[chunk.id for chunk in batch],
                embeddings=stored.vectors[at : at + _BATCH],
                documents=[chunk.text for chunk in batch],
                metadatas=[_metadata(chunk, at + offset) for offset, chunk in enumerate(batch)],
            )

    def _next_number(self) -> int:
        names = [folder.name for folder in (self.folder / "generations").glob("*-*")]
        return max((int(name.split("-")[0]) for name in names), default=0) + 1

    def _switch(self, generation: str) -> None:
        try:
            previous = self.current()
        except LibraryError:
            previous = None  # a damaged pointer is replaced here
        pointer = self.folder / "current.json"
        aside = pointer.with_suffix(".new")
        aside.write_text(json.dumps({"generation": generation}), encoding="utf-8")
        aside.replace(pointer)
        # The one before stays for readers that have it open.
        kept = {generation, previous}
        for folder in (self.folder / "generations").iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
