"""Which files there are to ingest, under which names, and whether they have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
from ingest import sidecar
from ingest.loaders import MAX_BYTES, SUFFIXES
from ingest.types import IngestReport

# Part of every document's digest: raise it when the same file would now give other text, sections, chunks or roles.
PIPELINE_VERSION = 10
BUNDLED = "bundled corpus"


def find_files(paths: Sequence[Path], report: IngestReport) -> Iterable[tuple[Path, str, str]]:
    """(file, doc, root) of everything to ingest; what cannot be walked is reported.

    :param paths: files and folders.
    :param report: takes the folders without documents and the files that are not read.
    """
    for path in paths:
        if path.is_dir():
            root = BUNDLED if path == corpus.documents_root() else str(path.resolve())
            inside = sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file.relative_to(path)))
            inside = [file for file in inside if not file.name.endswith(sidecar.SUFFIX)]
            wanted = [file for file in inside if file.suffix.lower() in SUFFIXES]
            if not wanted:
                report.failed.append(
                    {"doc": str(path), "reason": f"no documents in this folder; expected {' '.join(sorted(SUFFIXES))}"}
                )
            for file in inside:
                if file.suffix.lower() not in SUFFIXES:
                    report.skipped.append(
                        {
                            "doc": file.relative_to(path).as_posix(),
                            "reason": f"format {file.suffix or 'unknown'} is not read; save it as one of: {' '.join(sorted(SUFFIXES))}",
                        }
                    )
            yield from ((file, file.relative_to(path).as_posix(), root) for file in wanted)
        else:
            yield path, path.name, str(path.parent.resolve())


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def file_digest(path: Path, rules: str) -> str:
    """What changes when a document would be read otherwise: its bytes, its sidecar, the rules and the pipeline.

    :param path: the document.
    :param rules: what stands for the user's rules and sizes.
    """
    parts = [path, sidecar.sidecar_of(path)]
    try:
        data = [part.read_bytes() for part in parts if part.is_file() and part.stat().st_size <= MAX_BYTES]
    except OSError:
        data = []  # load() will name the reason
    whole = b"\0".join([PIPELINE_VERSION.to_bytes(2, "big"), rules.encode(), *data])
    return hashlib.sha256(whole).hexdigest()


def rules_digest(folder: Path) -> str:
    """What changes when a user changes their cleaning rules; empty without any."""
    files = sorted(folder.glob("*.yaml"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest() if files else ""


@dataclass(frozen=True)
class WantedFile:
    """A file that is to be read."""

    path: Path
    doc: str
    root: str
    digest: str
