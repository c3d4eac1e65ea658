"""Write one index generation aside and switch to it: documents stream through, so that memory does not grow with them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ingest.errors import LibraryError
from ingest.store import LAYOUT, Index, Library, file_key
from ingest.types import DocumentRecord, RoleEntry
from ingest.vectors import VectorRow, VectorStore, drop_collections

_BATCH = 1_000


class GenerationWriter:
    """A new generation of a library, to be used as a context inside `Library.lock`.

    Leaving the context without an error completes the generation and switches to it; an error leaves the one that was
    served, and nothing of the new one.

    :param library: where it is written.
    :param embedder: the name of the embedder that makes the vectors.
    """

    def __init__(self, library: Library, embedder: str) -> None:
        self._library = library
        self._embedder = embedder
        # The token keeps the name apart from what a crash left behind: Chroma never opens one path twice in a process.
        self.name = f"{self._next_number():06d}-{secrets.token_hex(4)}"
        self.folder = library.folder / "generations" / self.name
        url = library.chroma_url
        self._vectors = VectorStore(self.folder / "chroma", library.collection_name(self.name) if url else "", url)
        self._records: dict[str, DocumentRecord] = {}
        self._windows = 0

    def __enter__(self) -> Self:
        try:
            for part in ("texts", "diffs"):
                (self.folder / part).mkdir(parents=True)
            self._roles = (self.folder / "roles.jsonl").open("w", encoding="utf-8")
        except OSError as error:
            raise _write_error(error) from error
        self._vectors.create()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._roles.close()
            if error is None:
                self._complete()
        except OSError as failure:
            self._abandon()
            raise _write_error(failure) from failure
        except LibraryError:
            self._abandon()
            raise
        if error is not None:
            self._abandon()
            if isinstance(error, OSError):
                raise _write_error(error) from error

    def _abandon(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._library.chroma_url:
            self._vectors.drop()

    def add(self, record: DocumentRecord, text: str, diff: str, roles: Sequence[RoleEntry]) -> None:
        """Register a document; its records follow with `add_rows`."""
        self._records[record.doc] = record
        for part, content in (("texts", text), ("diffs", diff)):
            if content:
                (self.folder / part / file_key(record.doc)).write_text(content, encoding="utf-8", newline="")
        for entry in roles:
            self._roles.write(json.dumps(entry.to_dict(), ensure_ascii=False) + "\n")

    def rename(self, records: dict[str, DocumentRecord]) -> None:
        """Replace what the register says of documents that were added."""
        self._records |= records

    def add_rows(self, rows: Sequence[VectorRow]) -> None:
        """Put the windows of registered documents into the vector store."""
        self._vectors.add(rows)
        self._windows += len(rows)

    def keep(self, index: Index, records: Collection[DocumentRecord]) -> None:
        """Take documents over from the generation before, without reading or embedding anything again.

        :param index: the generation before.
        :param records: what the register says of them from now on.
        """
        kept = {record.doc: record for record in records}
        if not kept:
            return
        self._records |= kept
        for doc in kept:
            for part in ("texts", "diffs"):
                source = index.folder / part / file_key(doc)
                if source.exists():
                    _link(source, self.folder / part / file_key(doc))
        with (index.folder / "roles.jsonl").open(encoding="utf-8") as file:
            self._roles.writelines(line for line in file if json.loads(line)["doc"] in kept)
        batch: list[VectorRow] = []
        for row in index.vectors.rows():
            if row.metadata["doc"] in kept:
                batch.append(row)
            if len(batch) == _BATCH:
                self.add_rows(batch)
                batch = []
        self.add_rows(batch)

    def _complete(self) -> None:
        with (self.folder / "documents.jsonl").open("w", encoding="utf-8") as register:
            for doc in sorted(self._records):
                register.write(json.dumps(asdict(self._records[doc]), ensure_ascii=False) + "\n")
        manifest: dict[str, Any] = {
            "layout": LAYOUT,
            "embedder": self._embedder,
            "store": self._library.chroma_url or "embedded",
            "documents": len(self._records),
            "chunks": sum(record.chunks for record in self._records.values()),
            "windows": self._windows,
        }
        (self.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        self._switch()

    def _next_number(self) -> int:
        names = [folder.name for folder in (self._library.folder / "generations").glob("*-*")]
        return max((int(name.split("-")[0]) for name in names if name.split("-")[0].isdigit()), default=0) + 1

    def _switch(self) -> None:
        try:
            previous = self._library.current()
        except LibraryError:
            previous = None  # a damaged pointer is replaced here
        pointer = self._library.folder / "current.json"
        aside = pointer.with_suffix(".new")
        with aside.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"generation": self.name}))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(pointer)
        # The one before stays for readers that have it open.
        kept = {self.name, *([previous] if previous else [])}
        for folder in (self._library.folder / "generations").iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        if self._library.chroma_url:
            names = [self._library.collection_name(name) for name in kept]
            drop_collections(self._library.chroma_url, prefix=self._library.collection_prefix(), keep=names)


def _link(source: Path, target: Path) -> None:
    """A stored file never changes, so generations share it; a file system without links gets a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_error(error: OSError) -> LibraryError:
    return LibraryError(
        f"cannot write the index: {error}", "free disk space or choose another folder with --library DIR"
    )
