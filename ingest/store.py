"""The index on disk: generations of a vector store, a document register and the role catalogue.

    LIBRARY/current.json                     which generation is served, switched in one atomic step
    LIBRARY/library.json                     the library's id, part of its collections' names on a Chroma server
    LIBRARY/cleaning/*.yaml                  the user's own cleaning rules
    LIBRARY/generations/000003-9f2c41aa/manifest.json  embedder, layout and store the generation was written with
                                       /documents.jsonl, /roles.jsonl, /texts/, /diffs/, /chroma/

A generation is written aside (`ingest.generation`) and never changed afterwards. A crash while one is being written leaves
the last good one served, and a running server opens the new one as a fresh Chroma client (an open client does not see what
another process adds).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.errors import IndexMismatch, LibraryError, NoIndexError
from ingest.types import Chunk, DocumentRecord, RoleEntry, Span
from ingest.vectors import VectorStore, chunk_of

LAYOUT = 6


def file_key(doc: str) -> str:
    """The file name of a document's stored text: names of documents hold slashes and anything else."""
    return hashlib.sha256(doc.encode()).hexdigest()[:24] + ".txt"


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


class Index:
    """One generation, read only.

    :param folder: the generation's folder.
    :param collection: its collection's name on a Chroma server.
    :param url: the Chroma server; None for the embedded store.
    """

    def __init__(self, folder: Path, collection: str = "", url: str | None = None) -> None:
        self.folder = folder
        self.generation = folder.name
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if self.manifest["layout"] != LAYOUT:
            raise IndexMismatch(
                f"the index in {folder.parent.parent} has layout {self.manifest['layout']}, this version reads {LAYOUT}",
                "run `rolewright ingest --rebuild`",
            )
        if self.manifest["store"] != (url or "embedded"):
            raise IndexMismatch(
                f"the vectors of this library are in the store {self.manifest['store']!r}, the settings name {url or 'embedded'!r}",
                "set ROLEWRIGHT_CHROMA_URL as it was, or run `rolewright ingest --rebuild`",
            )
        self.vectors = VectorStore(folder / "chroma", collection, url)

    @property
    def embedder(self) -> str:
        """The name of the embedder that wrote this generation."""
        return str(self.manifest["embedder"])

    @cached_property
    def documents(self) -> dict[str, DocumentRecord]:
        """The document register by document name, in order."""
        return {row["doc"]: _record(row) for row in _read_lines(self.folder / "documents.jsonl")}

    @cached_property
    def roles(self) -> list[RoleEntry]:
        """The role catalogue, in the order of documents and of reading."""
        entries = [RoleEntry.from_dict(row) for row in _read_lines(self.folder / "roles.jsonl")]
        return sorted(entries, key=lambda entry: (entry.doc, entry.start))

    def text(self, doc: str) -> str:
        """The stored, cleaned text of a document.

        :raises LibraryError: when no such document is indexed.
        """
        return self._file(doc, "texts")

    def diff(self, doc: str) -> str:
        """What cleaning took out of a document, for a reader; empty when it took nothing.

        :raises LibraryError: when no such document is indexed.
        """
        return self._file(doc, "diffs")

    def _file(self, doc: str, kind: str) -> str:
        if doc not in self.documents:
            raise LibraryError(
                f"no document named {doc!r} in this library", "list the names with `rolewright documents`"
            )
        path = self.folder / kind / file_key(doc)
        if not path.exists():
            return ""
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()

    @cached_property
    def chunks(self) -> list[Chunk]:
        """Every chunk, in the order of documents and of reading."""
        order = {doc: number for number, doc in enumerate(self.documents)}
        rows = sorted(self.vectors.metadata(), key=lambda row: (order[row["doc"]], row["position"]))
        found: list[Chunk] = []
        for doc, of_doc in groupby(rows, lambda row: str(row["doc"])):
            text = self.text(doc)
            passages: dict[tuple[int, int], Span] = {}
            found += [chunk_of(list(rows), text, passages) for _, rows in groupby(of_doc, lambda row: row["position"])]
        return found

    @cached_property
    def _by_place(self) -> dict[str, tuple[list[int], list[Chunk]]]:
        """The chunks of each document with where they and their headings begin, in reading order."""
        found: dict[str, list[Chunk]] = {}
        for chunk in sorted(self.chunks, key=lambda chunk: chunk.start):
            found.setdefault(chunk.doc, []).append(chunk)
        return {doc: ([chunk.top for chunk in chunks], chunks) for doc, chunks in found.items()}

    def chunk_at(self, doc: str, start: int) -> Chunk | None:
        """The last chunk of a document that begins, with its headings, at or before a place; None where none does.

        :param doc: the document's name.
        :param start: a place in its stored text.
        """
        starts, chunks = self._by_place.get(doc, ([], []))
        at = bisect_right(starts, start)
        return chunks[at - 1] if at else None

    def chunks_in(self, doc: str, start: int, end: int) -> list[Chunk]:
        """The chunks of a document that hold some of a piece of it, in reading order.

        :param doc: the document's name.
        :param start: where the piece begins in its stored text.
        :param end: where it ends.
        """
        _, chunks = self._by_place.get(doc, ([], []))
        return [chunk for chunk in chunks if chunk.start < end and start < chunk.end]

    def nearest(self, vector: Sequence[float], k: int) -> dict[str, list[tuple[int, float]]]:
        """The nearest windows by chunk, by Chroma's vector query; see `VectorStore.nearest`."""
        size = int(self.manifest["windows"])
        return self.vectors.nearest(vector, min(k, size)) if size else {}

    def is_sound(self, doc: str, start: int, end: int) -> bool:
        """Whether a span of a document holds no damaged place, so that it may be quoted."""
        return not any(first < end and start < last for first, last in self.documents[doc].uncertain)


def _record(row: dict[str, Any]) -> DocumentRecord:
    pairs = tuple((start, end) for start, end in row["uncertain"])
    return DocumentRecord(**{**row, "uncertain": pairs, "also": tuple(row["also"])})


class Library:
    """The folder that holds the generations.

    :param folder: created at the first write.
    :param chroma_url: a Chroma server for the vectors; None for the embedded store.
    """

    def __init__(self, folder: Path, chroma_url: str | None = None) -> None:
        self.folder = folder
        self.chroma_url = chroma_url

    @property
    def cleaning_rules(self) -> Path:
        """Where the user's own cleaning rules lie."""
        return self.folder / "cleaning"

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
        :raises IndexMismatch: when it was written by another layout or store.
        """
        generation = self.current()
        if generation is None:
            raise NoIndexError(
                f"the library {self.folder} holds no index yet", "run `rolewright ingest` to index the bundled corpus"
            )
        try:
            collection = self.collection_name(generation) if self.chroma_url else ""
            return Index(self.folder / "generations" / generation, collection, self.chroma_url)
        except FileNotFoundError as error:
            raise LibraryError(
                f"the index generation {generation} in {self.folder} is incomplete", "run `rolewright ingest --rebuild`"
            ) from error

    def roots(self) -> set[str]:
        """Where the documents of the current generation came from, whatever layout it has; empty when that cannot be told."""
        try:
            path = self.folder / "generations" / str(self.current()) / "documents.jsonl"
            return {str(row["root"]) for row in _read_lines(path)}
        except (OSError, ValueError, KeyError):
            return set()

    def collection_name(self, generation: str) -> str:
        """The name of a generation's collection on a server, apart from those of every other library."""
        return f"{self.collection_prefix()}{generation}"

    def collection_prefix(self) -> str:
        """What the names of this library's collections on a server begin with."""
        path = self.folder / "library.json"
        if not path.exists():
            path.write_text(json.dumps({"id": secrets.token_hex(6)}), encoding="utf-8")
        return f"rolewright-{json.loads(path.read_text(encoding='utf-8'))['id']}-"

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
