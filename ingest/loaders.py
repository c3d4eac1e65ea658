"""Read one file of a known format into text whose headings are `#` lines and whose list items are `- ` lines."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from ingest.decode import decode
from ingest.errors import LoadError
from ingest.metadata import property_value, size_text, text_value, year_of
from ingest.sidecar import read_facts, with_sidecar
from ingest.tables import load_csv, load_xlsx
from ingest.types import LoadedFile
from ingest.webpage import load_html, load_mhtml, silent
from ingest.word import load_docx

MAX_BYTES = 20 * 2**20
_PAGES = (".html", ".htm", ".mhtml", ".mht")
# A page that a script draws holds no text by itself.
_AGAIN_FROM_BROWSER = "open it in a browser and save it as one .mhtml file, or print it to PDF"
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_FENCED = re.compile(r"^(```|~~~).*?(?:^\1|\Z)", re.S | re.M)
_HEADING = re.compile(r"^#[ \t]+(\S.*)$", re.M)
_DAY = r"((?:19|20)\d{2})\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)"
_LABEL = r"(?:[发發][布佈表]|[编編][辑輯]|更新|修改|[时時][间間]|日期|published|posted|updated|date\b)"
# A day behind a word such as `发布于`, or at the head of a line that is no sentence: `2011-10-18 20:49`.
_DATED_LINE = re.compile(rf"^(?:.{{0,30}}?{_LABEL}\D{{0,4}}{_DAY}|{_DAY}日?(?=\s|$)[^。\uff0c]*$)", re.I)
_SENTENCE_END = tuple("。!?;:.\u2026\uff01\uff1f\uff1b\uff1a")
# A line that begins something new: a numbered head, a list item, or a label such as `任职要求:`.
_LINE_HEAD = re.compile(
    r"第[一二三四五六七八九十百\d]+[章节節部篇条條]|[一二三四五六七八九十]{1,3}[、.\uff0e]|[(\uff08][一二三四五六七八九十\d]{1,3}[)\uff09]"
    r"|\d{1,2}[.、)\uff0e\uff09]|[-•*·①-⑳]|[^,。\uff0c]{2,12}[:\uff1a]$"
)


def _load_markdown(path: Path) -> LoadedFile:
    """Markdown. `year` may also come from `published`; the text below the front matter is left as it is."""
    text = decode(path.read_bytes(), path.name)
    match = _FRONT_MATTER.match(text)
    front = read_facts(match.group(1).rstrip("\n"), f"the front matter of {path.name}") if match else {}
    body = text[match.end() :] if match else text
    author = front.get("author")
    return LoadedFile(
        pages=(body,),
        title=text_value(front.get("title")) or _first_heading(body),
        source=text_value(front.get("source")),
        author=", ".join(filter(None, map(text_value, author))) or None
        if isinstance(author, list)
        else text_value(author),
        year=year_of(front.get("year")) or year_of(front.get("published")),
    )


def _first_heading(body: str) -> str | None:
    heading = _HEADING.search(_FENCED.sub("", body))
    if heading is None:
        return None
    head = heading.group(1).rstrip()
    # Closing marks stand apart: `# C#` keeps its own.
    bare = head.rstrip("#")
    return bare.rstrip() if bare.endswith((" ", "\t")) else head


def _load_text(path: Path) -> LoadedFile:
    """Plain text: a short first line above an empty one is the title; a dated line near either end gives the year."""
    text = decode(path.read_bytes(), path.name)
    lines = [line.strip() for line in text.strip().split("\n")]
    is_title = 0 < len(lines[0]) <= 40 and lines[1:2] == [""] and not lines[0].endswith(_SENTENCE_END)
    dated = [match for line in {*lines[:10], *lines[-10:]} if len(line) <= 80 and (match := _DATED_LINE.match(line))]
    years = {int(match.group(1) or match.group(2)) for match in dated}
    is_title = is_title and not _DATED_LINE.match(lines[0])
    return LoadedFile((text,), title=lines[0] if is_title else None, year=years.pop() if len(years) == 1 else None)


def _load_pdf(path: Path) -> LoadedFile:
    """A PDF, one item for each page. No year: a PDF's own dates are those of its production."""
    import pypdf

    data = path.read_bytes()
    try:
        with silent("pypdf"):
            reader = pypdf.PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise LoadError(f"{path.name} is password-protected", "save a copy without the password and use that")
            pages = tuple(_joined_lines(page.extract_text()) for page in reader.pages)
            facts = reader.metadata
            title, author = (property_value(facts.title), property_value(facts.author)) if facts else (None, None)
    except LoadError:
        raise
    except Exception as error:  # besides PyPdfError, damaged files raise whatever the broken object leads to
        raise LoadError(
            f"{path.name} is a broken PDF ({type(error).__name__})", "open it in a PDF reader and print it to PDF again"
        ) from error
    if not any(page.strip() for page in pages):
        raise LoadError(
            f"{path.name} holds no text, only pictures of pages", "run OCR on it first, for example with OCRmyPDF"
        )
    return LoadedFile(pages, title=title, author=author)


def _width(line: str) -> int:
    """The columns that a line takes: two for a Chinese character."""
    return sum(2 if char >= "\u2e80" else 1 for char in line)


def _joined_lines(text: str) -> str:
    """Join lines that were broken in the middle of a Chinese sentence."""
    lines = [line.strip() for line in text.split("\n")]
    # The end of a paragraph or a heading is short; a line that was broken is about as wide as the page's others.
    full = max(map(_width, lines)) * 0.6
    joined: list[str] = []
    for before, line in pairwise(["", *lines]):
        # A closing mark may stand behind the full stop.
        ended = before.rstrip("”’」』)\uff09").endswith(_SENTENCE_END)
        broken = joined and before and not ended and _width(before) >= full
        if broken and re.match(r"[㐀-鿿]", line) and not _LINE_HEAD.match(line):
            joined[-1] += line
        else:
            joined.append(line)
    return "\n".join(joined).strip("\n")


LOADERS: dict[str, Callable[[Path], LoadedFile]] = {
    ".md": _load_markdown,
    ".markdown": _load_markdown,
    ".txt": _load_text,
    ".html": load_html,
    ".htm": load_html,
    ".mhtml": load_mhtml,
    ".mht": load_mhtml,
    ".docx": load_docx,
    ".pdf": _load_pdf,
    ".csv": load_csv,
    ".xlsx": load_xlsx,
}
"""The reader of each format. They raise LoadError for what is wrong inside a file and OSError for what is wrong around it."""

SUFFIXES = frozenset(LOADERS)
"""The suffixes that `load` reads, in lower case and with their dot."""


def _check(path: Path) -> None:
    """Refuse what can be told without opening the file."""
    if not path.exists():
        raise LoadError(f"no such file: {path}", "check the path and its spelling")
    if path.is_dir():
        raise LoadError(f"{path} is a folder, not a file", "give a file in it, or ingest the folder as a whole")
    if not path.is_file():
        raise LoadError(f"{path} is not a regular file", "copy its content into a file")  # a pipe would block forever
    if path.suffix.lower() not in LOADERS:
        raise LoadError(
            f"{path.name}: the format {path.suffix or '(none)'} is not read",
            f"save it as one of: {' '.join(sorted(SUFFIXES))}",
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise LoadError(
            f"{path.name} has {size_text(size)}, at most {size_text(MAX_BYTES)} are read", "split it into several files"
        )


def _storable(text: str) -> str:
    """Text without what UTF-8 cannot hold: PDF fonts, HTML and YAML can name halves of character pairs, and NUL."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def load(path: Path) -> LoadedFile:
    """Read one file.

    :param path: a file whose suffix is one of `SUFFIXES`, in upper or lower case.
    :return: its text by page with headings as `#` lines and items as `- ` or `1. ` lines, and what it says about itself.
    :raises LoadError: for everything that cannot be read: a missing or empty file, a folder, no permission, an unknown
        suffix, a file above `MAX_BYTES`, a binary renamed to text, an encoding that cannot be told, broken front matter,
        a protected or broken PDF or Word file, a scan without text.
    """
    try:
        _check(path)
        loaded = with_sidecar(path, LOADERS[path.suffix.lower()](path)) if path.stat().st_size else LoadedFile(("",))
    except PermissionError as error:
        raise LoadError(f"no permission to read {path.name}", "give yourself the right to read it") from error
    except OSError as error:
        raise LoadError(
            f"cannot read {path.name}: {error.strerror or error}", "check the path and the disk, or copy it elsewhere"
        ) from error
    if not any(page.strip() for page in loaded.pages):
        again = (
            _AGAIN_FROM_BROWSER if path.suffix.lower() in _PAGES and path.stat().st_size else "save the document again"
        )
        raise LoadError(f"{path.name} is empty", f"remove it, or {again}")
    return LoadedFile(
        pages=tuple(map(_storable, loaded.pages)),
        title=_storable(loaded.title) if loaded.title else None,
        source=_storable(loaded.source) if loaded.source else None,
        author=_storable(loaded.author) if loaded.author else None,
        year=loaded.year,
        left_out=_storable(loaded.left_out),
    )
