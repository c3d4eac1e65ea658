"""Which files there are to ingest, under which names, and whether they have changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
from ingest import sidecar
from ingest.loaders import MAX_BYTES, SUFFIXES
from ingest.types import IngestReport

# Part of every document's digest: raise it when the same file would now give other text, sections, chunks or roles.
PIPELINE_VERSION = 12
BUNDLED = "bundled corpus"
_EXPECTED = " ".join(sorted(SUFFIXES))
# What to do with formats that people have most.
_SAVE_AS = {
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt", ".pages"), "open it and save it as .docx"),
    **dict.fromkeys((".xls", ".et", ".ods", ".numbers"), "open it and save it as .xlsx"),
    **dict.fromkeys((".ppt", ".pptx", ".dps", ".odp", ".key"), "open it and save it as .pdf"),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"),
        "run OCR on it, and save the text as .pdf or .txt",
    ),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tar", ".tgz"), "unpack it into the folder"),
}


def find_files(paths: Sequence[Path], report: IngestReport) -> Iterator[tuple[Path, str, str]]:
    """(file, doc, root) of everything to ingest; what cannot be walked is reported.

    :param paths: files and folders.
    :param report: takes the folders without documents and the files that are not read.
    """
    for path in paths:
        if not path.is_dir():
            yield path, path.name, str(path.parent.resolve())
            continue
        root = BUNDLED if path == corpus.documents_root() else str(path.resolve())
        wanted = [file for file in sorted(_inside(path, report)) if _is_wanted(file, path, report)]
        if not wanted:
            report.failed.append({"doc": str(path), "reason": f"no documents in this folder; expected {_EXPECTED}"})
        yield from ((file, file.relative_to(path).as_posix(), root) for file in wanted)


def _inside(folder: Path, report: IngestReport) -> Iterator[Path]:
    """The files below a folder, without hidden ones; links to folders are not followed, so that none leads in a circle."""

    def refused(error: OSError) -> None:
        doc = shown_name(Path(error.filename).relative_to(folder).as_posix())
        reason = f"cannot look into this folder ({error.strerror}); give yourself the right to read it"
        report.failed.append({"doc": doc, "reason": reason})

    for here, folders, names in os.walk(folder, onerror=refused):
        for name in folders:
            if Path(here, name).is_symlink() and not _hidden(name):
                doc = shown_name(Path(here, name).relative_to(folder).as_posix())
                report.skipped.append(
                    {"doc": doc, "reason": "a link to a folder is not followed; give that folder itself"}
                )
        folders[:] = [name for name in folders if not _hidden(name)]
        yield from (Path(here, name) for name in names if not _hidden(name) and not name.endswith(sidecar.SUFFIX))


def _is_wanted(file: Path, folder: Path, report: IngestReport) -> bool:
    """Whether a file is to be read; why not is reported."""
    doc = file.relative_to(folder).as_posix()
    if file.suffix.lower() not in SUFFIXES:
        kind = f"format {file.suffix}" if file.suffix else "a file without a suffix"
        reason = f"{kind} is not read; {_SAVE_AS.get(file.suffix.lower(), f'save it as one of: {_EXPECTED}')}"
    elif shown_name(doc) != doc:
        report.failed.append(
            {"doc": shown_name(doc), "reason": "its name is in another encoding than UTF-8; rename it"}
        )
        return False
    elif file.is_symlink() and not file.exists():
        reason = "a link that leads nowhere; remove it, or put the file in its place"
    else:
        return True
    report.skipped.append({"doc": shown_name(doc), "reason": reason})
    return False


def shown_name(name: str) -> str:
    """A file's name as text that can be printed and stored: bytes that are no UTF-8 are read as Chinese, or shown as codes.

    :param name: a name as the system gives it.
    """
    data = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "backslashreplace")


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name == "__MACOSX"


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
