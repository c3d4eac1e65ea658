"""Coverage-guided fuzzing of loading, cleaning and the catalogue with atheris, which is no dependency: `pip install atheris`.

    python -m tests.fuzz_ingest html CORPUS -max_total_time=300 -timeout=40 -rss_limit_mb=2500

The first argument is `txt`, `html`, `docx` (the bytes are its main part) or `any` (the first byte chooses the format); those behind
it are libFuzzer's. A crash, a hang, a span that is not exact, or a character that is neither kept nor removed ends the run.
"""

from __future__ import annotations

import io
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path
from tempfile import mkdtemp

import docx

try:
    import atheris
except ImportError:
    atheris = None

# Coverage is counted in what is imported here.
with atheris.instrument_imports(include=["ingest"]) if atheris else nullcontext():
    from ingest.chunking import split_chunks
    from ingest.clean import clean
    from ingest.document import read_document
    from ingest.errors import LoadError
    from ingest.loaders import SUFFIXES
    from ingest.roles import read_roles
    from ingest.sections import split_sections

FOLDER = Path(mkdtemp())


def _docx(main: bytes) -> bytes:
    """A Word file with these bytes as its main part."""
    whole, made = io.BytesIO(), io.BytesIO()
    docx.Document().save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            target.writestr(name, main if name == "word/document.xml" else source.read(name))
    return made.getvalue()


def file_of(kind: str, data: bytes) -> Path:
    """The file that some bytes stand for."""
    suffix = sorted(SUFFIXES)[data[0] % len(SUFFIXES)] if kind == "any" and data else f".{kind.replace('any', 'txt')}"
    path = FOLDER / f"a{suffix}"
    path.write_bytes(_docx(data) if kind == "docx" else data[1:] if kind == "any" else data)
    return path


def check_account(text: str) -> None:
    """Every character of a raw text is kept or removed, once."""
    cleaned = clean(text)
    kept = [int(at) for at in cleaned.origin if at >= 0]
    gone = [at for removal in cleaned.removed for start, end in removal.at for at in range(start, end)]
    assert sorted({*kept, *gone}) == [*range(len(text))]
    assert all(text[at] == char for at, char in zip(cleaned.origin, cleaned.text, strict=True) if at >= 0)


def check_file(path: Path) -> None:
    """A file gives a sound document with exact spans, or an error with a next step."""
    try:
        document = read_document(path, path.name, "")
    except LoadError as error:
        assert error.hint
        return
    f"{document.text}{document.title}{document.diff}".encode()
    sections = split_sections(document.text, document.title, document.posts)
    assert all(document.text[c.start : c.end] == c.text for c in split_chunks(document, sections))
    spans = (s for entry in read_roles(document, sections) for several in entry.fields.values() for s in several)
    assert all(document.text[span.start : span.end] == span.text for span in spans)


def main() -> None:
    """Fuzz until libFuzzer's limit."""
    if not atheris:
        sys.exit("error: atheris is not installed\nhint: pip install atheris")
    kind = sys.argv.pop(1)

    def one(data: bytes) -> None:
        if kind == "txt":
            check_account(data.decode("utf-8", "ignore"))
        check_file(file_of(kind, data))

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
