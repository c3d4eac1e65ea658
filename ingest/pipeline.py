"""Ingest files and folders into a library: load, clean, split, embed, write one new generation."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import corpus
from ingest.chunking import MAX_TOKENS, WINDOW_TOKENS, split_chunks
from ingest.document import read_document
from ingest.duplicates import Sketches, sketch
from ingest.errors import IndexMismatch, LibraryError, LoadError
from ingest.files import BUNDLED, WantedFile, file_digest, find_files, rules_digest
from ingest.generation import GenerationWriter
from ingest.page_rules import page_rules
from ingest.passages import PASSAGE_TOKENS, with_passages
from ingest.roles import read_roles
from ingest.sections import split_sections
from ingest.store import Index, Library
from ingest.types import Chunk, DocumentRecord, IngestReport
from ingest.vectors import VectorRow, rows_of
from ingest.windows import WindowText, embed_windows, packaged_vectors, window_text, window_texts

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

# Large enough that starting the encoder's worker processes is a small part of a batch.
_EMBED_BATCH = 1_024


@dataclass(frozen=True)
class Sizes:
    """How large chunks, their windows and the passages that they are read in may be, in `cl100k` tokens."""

    chunk: int = MAX_TOKENS
    window: int = WINDOW_TOKENS
    passage: int = PASSAGE_TOKENS

    def key(self) -> str:
        """What changes the digests of all documents when the sizes change; empty for the defaults."""
        return "" if self == Sizes() else f"{self.chunk}/{self.window}/{self.passage}"


Progress = Callable[[int, int, int], None]
DEFAULT_SIZES = Sizes()
# A document that loses a larger share of its text to cleaning is reported.
MOST_REMOVED = 0.5


class _Run:
    """One ingest run over an open library.

    :param library: the library, locked by the caller.
    :param embedder: makes the vectors.
    :param name: its name.
    :param progress: see `ingest`.
    :param sizes: of chunks and windows.
    """

    def __init__(
        self, library: Library, embedder: Embeddings, name: str, progress: Progress, sizes: Sizes = DEFAULT_SIZES
    ) -> None:
        self.library = library
        self.embedder = embedder
        self.name = name
        self.progress = progress
        self.report = IngestReport()
        self.rules = page_rules(library.cleaning_rules)
        self.rules_digest = rules_digest(library.cleaning_rules) + sizes.key()
        self.sizes = sizes
        self.index: Index | None = None
        self.records: dict[str, DocumentRecord] = {}
        self._seen: set[str] = set()
        self._packaged = packaged_vectors(name)
        self._waiting: list[tuple[Chunk, int]] = []
        self._done = self._total = self._chunks = 0

    def start(self, rebuild: bool) -> None:
        """Open the generation that is served, if it can be built upon."""
        try:
            if self.library.current() is None:
                return
            index = self.library.open()
        except LibraryError:
            if rebuild:
                return
            raise
        if index.embedder != self.name and not rebuild:
            raise IndexMismatch(
                f"the index was written by the embedder {index.embedder!r}, this run would use {self.name!r}",
                f"set ROLEWRIGHT_EMBEDDER={index.embedder}, or run `rolewright ingest --rebuild` to embed everything again",
            )
        self.records = dict(index.documents)
        self.index = index if index.embedder == self.name else None

    def choose(self, files: Iterable[tuple[Path, str, str]], rebuild: bool) -> list[WantedFile]:
        """The files that are new or have changed; the fate of the others is reported."""
        chosen: list[WantedFile] = []
        for path, doc, root in files:
            try:
                file = self._choose(path, doc, root, rebuild)
            except LoadError as error:
                self._failed(doc, error)
                continue
            if file:
                chosen.append(file)
        return chosen

    def _choose(self, path: Path, doc: str, root: str, rebuild: bool) -> WantedFile | None:
        if doc in self._seen:
            raise LoadError(
                f"another file of this run is already named {doc}",
                "ingest the folder above both, so that their names differ",
            )
        self._seen.add(doc)
        old = self.records.get(doc)
        if old and old.root != root and Path(old.root, doc).exists():
            raise LoadError(
                f"{doc} is already indexed from {old.root}",
                f"run `rolewright documents remove {doc}` or ingest the folder above both",
            )
        digest = file_digest(path, self.rules_digest)
        if old and old.digest == digest and not rebuild:
            self.report.unchanged.append(doc)
            return None
        return WantedFile(path, doc, root, digest)

    def _failed(self, doc: str, error: LoadError) -> None:
        self.report.failed.append({"doc": doc, "reason": f"{error.message}; {error.hint}"})

    def known(self) -> list[tuple[Path, str, str]]:
        """(file, doc, root) of every document that is registered; the files that are no longer there are reported."""
        found: list[tuple[Path, str, str]] = []
        for doc, record in self.records.items():
            path = (corpus.documents_root() if record.root == BUNDLED else Path(record.root)) / doc
            if path.is_file():
                found.append((path, doc, record.root))
            else:
                self.report.skipped.append({"doc": doc, "reason": f"its file is no longer at {record.root}"})
        return found

    def others(self, chosen: Sequence[WantedFile], leaving: Iterable[str]) -> list[WantedFile]:
        """For a rebuild: the files of every other document that is registered, as long as they are there."""
        known = {*leaving, *(file.doc for file in chosen), *self._seen}
        found: list[WantedFile] = []
        for doc, record in self.records.items():
            root = corpus.documents_root() if record.root == BUNDLED else Path(record.root)
            if doc not in known and (root / doc).is_file():
                found.append(WantedFile(root / doc, doc, record.root, file_digest(root / doc, self.rules_digest)))
        return found

    def vanished(self, roots: set[str]) -> list[str]:
        """Documents of the given folders whose file is gone."""
        return [doc for doc, record in self.records.items() if record.root in roots and doc not in self._seen]

    def orphans(self, leaving: Iterable[str], chosen: Sequence[WantedFile]) -> tuple[list[WantedFile], list[str]]:
        """Duplicates of documents that leave or change: those whose file is there are read again, the others leave too."""
        going = {*leaving, *(file.doc for file in chosen)}
        again: list[WantedFile] = []
        gone: list[str] = []
        for record in self.records.values():
            if record.duplicate_of not in going or record.doc in going:
                continue
            root = corpus.documents_root() if record.root == BUNDLED else Path(record.root)
            path = root / record.doc
            if path.is_file():
                again.append(WantedFile(path, record.doc, record.root, record.digest))
            else:
                gone.append(record.doc)
        return again, gone

    def write(self, chosen: Sequence[WantedFile], leaving: Iterable[str], *, silent: Iterable[str] = ()) -> None:
        """Write the next generation.

        :param chosen: files to read.
        :param leaving: documents to drop.
        :param silent: documents that are read again for their own sake and not reported.
        """
        unreported = set(silent)
        gone = set(leaving)
        kept = {doc: record for doc, record in self.records.items() if doc not in gone}
        changing = {file.doc for file in chosen}
        sketches = Sketches([record for doc, record in kept.items() if doc not in changing])
        fresh: dict[str, DocumentRecord] = {}
        self._total = len(chosen)
        with GenerationWriter(self.library, self.name) as writer:
            for file in chosen:
                try:
                    record = self._read(file, writer, sketches)
                except LoadError as error:
                    self._failed(file.doc, error)
                else:
                    fresh[file.doc] = record
                    if file.doc not in unreported:
                        (self.report.updated if file.doc in self.records else self.report.added).append(file.doc)
                self._done += 1
                if self._done < self._total:  # the last file counts as done when its chunks are in
                    self.progress(self._done, self._total, self._chunks)
            self._flush(writer)
            staying = {doc: record for doc, record in kept.items() if doc not in fresh}
            if self.index is None and staying:
                raise LibraryError(
                    f"{len(staying)} documents are not in the given folders, for example {next(iter(staying))}",
                    "rebuild with all folders, or remove those documents first",
                )
            named = _with_duplicates({**staying, **fresh})
            if self.index is not None:
                writer.keep(self.index, [named[doc] for doc in staying])
            writer.rename({doc: named[doc] for doc in fresh})

    def _read(self, file: WantedFile, writer: GenerationWriter, sketches: Sketches) -> DocumentRecord:
        document = read_document(file.path, file.doc, file.digest, self.rules)
        sections = split_sections(document.text, document.title, document.posts)
        record = DocumentRecord(
            doc=file.doc,
            title=document.title,
            digest=file.digest,
            root=file.root,
            added=datetime.now(UTC).isoformat(timespec="seconds"),
            chunks=0,
            source=document.source,
            author=document.author,
            year=document.year,
            removed_share=document.removed_share,
            uncertain=document.uncertain,
            sketch=sketch(document.text),
        )
        if document.removed_share > MOST_REMOVED:
            share = f"cleaning took out {document.removed_share:.0%} of the text"
            self.report.warnings.append(
                {"doc": file.doc, "reason": f"{share}; see `rolewright documents show {file.doc} --diff`"}
            )
        if same := sketches.same_as(record):
            record = replace(record, duplicate_of=same.doc)
            self.report.duplicates.append({"doc": file.doc, "of": same.doc})
            writer.add(record, document.text, document.diff, [])
            return record
        chunks = with_passages(
            split_chunks(document, sections, max_tokens=self.sizes.chunk, window_tokens=self.sizes.window),
            document.text,
            self.sizes.passage,
        )
        record = replace(record, chunks=len(chunks))
        sketches.add(record)
        writer.add(record, document.text, document.diff, read_roles(document, sections))
        self._waiting += [(chunk, position) for position, chunk in enumerate(chunks)]
        if sum(len(chunk.windows) for chunk, _ in self._waiting) >= _EMBED_BATCH:
            self._flush(writer)
        return record

    def _flush(self, writer: GenerationWriter) -> None:
        """Embed the windows that wait and put them into the new generation."""
        windows = [window for chunk, _ in self._waiting for window in window_texts(chunk)]
        keys = [window.key(self.name) for window in windows]
        known = self._known(keys)
        missing: dict[str, WindowText] = {
            key: window for key, window in zip(keys, windows, strict=True) if key not in known
        }
        wanted = list(missing)
        for at in range(0, len(wanted), _EMBED_BATCH):
            batch = wanted[at : at + _EMBED_BATCH]
            known |= dict(zip(batch, embed_windows(self.embedder, [missing[key] for key in batch]), strict=True))
        place = 0
        rows: list[VectorRow] = []
        for chunk, position in self._waiting:
            own = keys[place : place + len(chunk.windows)]
            place += len(chunk.windows)
            rows += rows_of(chunk, position, np.asarray([known[key] for key in own]))
        writer.add_rows(rows)
        self._chunks += len(self._waiting)
        self._waiting = []
        self.progress(self._done, self._total, self._chunks)

    def _known(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        """Vectors that need no embedding: packaged ones, and those of the same text in the generation before."""
        known = {key: self._packaged[key] for key in keys if key in self._packaged}
        if self.index is not None:
            for doc in {chunk.doc for chunk, _ in self._waiting} & self.records.keys():
                for row in self.index.vectors.rows(doc):
                    window = window_text(json.loads(str(row.metadata["heading"])), row.text)
                    known[window.key(self.name)] = row.vector
        return known


def _with_duplicates(records: dict[str, DocumentRecord]) -> dict[str, DocumentRecord]:
    """The register, where each document lists the others that hold the same article."""
    also: dict[str, list[str]] = {}
    for record in records.values():
        if record.duplicate_of:
            also.setdefault(record.duplicate_of, []).append(record.doc)
    return {doc: replace(record, also=tuple(sorted(also.get(doc, ())))) for doc, record in records.items()}


def _quiet(_done: int, _total: int, _chunks: int) -> None:
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
    sizes: Sizes = DEFAULT_SIZES,
) -> IngestReport:
    """Bring files and folders into a library. Ingesting twice is a no-op; a changed file replaces its chunks.

    :param paths: files and folders; a document is named by its path relative to the given folder.
    :param library: where the index lives.
    :param embedder: makes the vectors of new chunks.
    :param name: the embedder's name, recorded in the index.
    :param sync: also remove documents whose file is gone from the given folders.
    :param rebuild: read and embed everything again, whatever its digest says.
    :param progress: called with the files done, the files to read and the chunks indexed so far.
    :param sizes: of chunks and windows; documents that were indexed with other sizes are read again.
    :return: the fate of every file. A file that fails does not stop the rest, and its last good version stays.
    :raises LibraryError: when the library cannot be written, or another ingest is running.
    :raises IndexMismatch: when the index was written by another embedder or into another store.
    :raises SettingsError: for a broken cleaning rule in the library.
    """
    began = time.monotonic()
    with library.lock():
        run = _Run(library, embedder, name, progress, sizes)
        run.start(rebuild)
        files = list(find_files(paths, run.report))
        chosen = run.choose(files, rebuild)
        roots = {root for _, _, root in files} | {str(path.resolve()) for path in paths}
        leaving = run.vanished(roots) if sync else []
        if rebuild:
            chosen += run.others(chosen, leaving)
        again, gone = run.orphans(leaving, chosen)
        run.report.removed += [*leaving, *gone]
        if chosen or run.report.removed:
            run.write([*chosen, *again], run.report.removed, silent=[file.doc for file in again])
        run.report.chunks = _count(library)
    run.report.seconds = round(time.monotonic() - began, 3)
    return run.report


def reread(
    library: Library, embedder: Embeddings, *, name: str, progress: Progress = _quiet, sizes: Sizes = DEFAULT_SIZES
) -> IngestReport:
    """Read the files of all documents again where they, the rules or the sizes have changed; no new file is looked for.

    A document whose file is gone stays as it was read, and is reported.

    :param name: as the other parameters of `ingest`.
    :raises RolewrightError: as `ingest`.
    """
    began = time.monotonic()
    with library.lock():
        run = _Run(library, embedder, name, progress, sizes)
        run.start(rebuild=False)
        chosen = run.choose(run.known(), rebuild=False)
        again, gone = run.orphans((), chosen)
        run.report.removed += gone
        if chosen or gone:
            run.write([*chosen, *again], gone, silent=[file.doc for file in again])
        run.report.chunks = _count(library)
    run.report.seconds = round(time.monotonic() - began, 3)
    return run.report


def _count(library: Library) -> int:
    """How many chunks the library holds."""
    return int(library.open().manifest["chunks"]) if library.current() else 0


def remove(docs: Sequence[str], library: Library, embedder: Embeddings) -> IngestReport:
    """Take documents out of a library.

    :raises LibraryError: when one of them is not indexed; nothing is removed then.
    """
    began = time.monotonic()
    with library.lock():
        run = _Run(library, embedder, library.open().embedder, _quiet)
        run.start(rebuild=False)
        for doc in docs:
            if doc not in run.records:
                raise LibraryError(
                    f"no document named {doc!r} in this library", "list the names with `rolewright documents`"
                )
        again, gone = run.orphans(docs, [])
        run.report.removed = [*dict.fromkeys([*docs, *gone])]
        run.write(again, run.report.removed, silent=[file.doc for file in again])
        run.report.chunks = _count(library)
    run.report.seconds = round(time.monotonic() - began, 3)
    return run.report
