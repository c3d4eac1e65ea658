"""Read one file of a known format into text whose headings are `#` lines and whose list items are `- ` lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.decode import decode
from ingest.errors import LoadError
from ingest.types import LoadedFile

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

MAX_BYTES = 20 * 2**20
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=[-/年.])")
_OLE = b"\xd0\xcf\x11\xe0"
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_SENTENCE_END = tuple("。!?;:\uff01\uff1f\uff1b\uff1a.”」")
_LIST_HEAD = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.]|[(\uff08][一二三四五六七八九十\d]{1,3}[)\uff09]|\d{1,2}[.、)]|[-•*])"
)


def _year(value: Any) -> int | None:
    """A year from a number, a date or text such as `2019-06-08`."""
    found = re.search(r"(?:19|20)\d{2}", str(value or ""))
    return int(found.group()) if found else None


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _load_markdown(path: Path) -> LoadedFile:
    text = decode(path.read_bytes(), path.name)
    match = _FRONT_MATTER.match(text)
    front = _front_matter(match.group(1), path) if match else {}
    body = text[match.end() :] if match else text
    heading = re.search(r"^#\s+(.+?)\s*#*$", body, re.M)
    return LoadedFile(
        pages=(body,),
        title=_text(front.get("title")) or (heading.group(1) if heading else None),
        source=_text(front.get("source")),
        author=_text(front.get("author")),
        year=_year(front.get("year") or front.get("published")),
    )


def _front_matter(block: str, path: Path) -> dict[str, Any]:
    import yaml

    try:
        front = yaml.safe_load(block)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise LoadError(
            f"the front matter of {path.name} is not YAML (line {line})",
            "quote values that hold a colon, or remove the block",
        ) from error
    if not isinstance(front, dict):
        raise LoadError(
            f"the front matter of {path.name} is not a list of `key: value` lines",
            "write it as YAML, or remove the --- lines",
        )
    return front


def _load_text(path: Path) -> LoadedFile:
    text = decode(path.read_bytes(), path.name)
    lines = text.strip().split("\n")
    is_title = len(lines) > 1 and 0 < len(lines[0].strip()) <= 40 and not lines[1].strip()
    dated = "\n".join([*lines[:10], *lines[-10:]])
    years = set(map(int, _YEAR.findall(dated)))
    return LoadedFile(
        pages=(text,), title=lines[0].strip() if is_title else None, year=years.pop() if len(years) == 1 else None
    )


def _load_html(path: Path) -> LoadedFile:
    import trafilatura
    from lxml import etree, html

    data = path.read_bytes()
    declared = _CHARSET.search(data[:4096])
    page = decode(data, path.name, declared.group(1).decode() if declared else None)
    try:
        text = trafilatura.extract(
            page, output_format="markdown", include_tables=True, include_comments=False, favor_recall=True
        )
        facts = trafilatura.extract_metadata(page)
        if not text:
            tree = html.fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
            etree.strip_elements(tree, "script", "style", "nav", "header", "footer", "aside", "form", with_tail=False)
            text = "\n".join(line.strip() for line in tree.text_content().splitlines() if line.strip())
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise LoadError(
            f"{path.name} cannot be read as HTML ({type(error).__name__})", "save the page again from the browser"
        ) from error
    return LoadedFile(
        (text,), _text(facts.title), _text(facts.sitename or facts.url), _text(facts.author), _year(facts.date)
    )


def _load_docx(path: Path) -> LoadedFile:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    if path.read_bytes()[:4] == _OLE:
        raise LoadError(
            f"{path.name} is password-protected or an old .doc", "remove the password or save it as .docx in Word"
        )
    try:
        document = docx.Document(str(path))
        blocks = [
            "\n".join(_rows(block)) if isinstance(block, Table) else _paragraph(block)
            for block in document.iter_inner_content()
        ]
        core = document.core_properties
        author = core.author if core.author != "python-docx" else None
        return LoadedFile(("\n\n".join(filter(None, blocks)),), title=_text(core.title), author=_text(author))
    except PackageNotFoundError as error:
        raise LoadError(f"{path.name} is not a Word document", "open it in Word and save it as .docx again") from error
    except Exception as error:
        raise LoadError(
            f"{path.name} is a damaged Word document ({type(error).__name__})",
            "open it in Word and save it as .docx again",
        ) from error


def _paragraph(paragraph: Paragraph) -> str:
    text = paragraph.text.strip()
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    heading = re.match(r"(?:Heading|标题|標題)\s*(\d)", style, re.I)
    properties = paragraph._p.pPr
    if not text:
        return ""
    if heading or style == "Title":
        return f"{'#' * min(6, int(heading.group(1)) + 1 if heading else 1)} {text}"
    if "List Number" in style:
        return f"1. {text}"
    is_item = "List" in style or (properties is not None and properties.numPr is not None)
    return f"- {text}" if is_item else text


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        # A merged cell is given once for each column that it spans, every time as the same element.
        cells = {id(cell._tc): " ".join(cell.text.split()) for cell in row.cells}
        yield " | ".join(cells.values())


def _load_pdf(path: Path) -> LoadedFile:
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise LoadError(f"{path.name} is password-protected", "remove the password and ingest it again")
        pages = tuple(_joined_lines(page.extract_text()) for page in reader.pages)
        facts = reader.metadata
    except LoadError:
        raise
    except (PyPdfError, Exception) as error:
        raise LoadError(
            f"{path.name} is a broken PDF ({type(error).__name__})", "open it in a PDF reader and print it to PDF again"
        ) from error
    if not any(page.strip() for page in pages):
        raise LoadError(
            f"{path.name} holds no text, only pictures of pages", "run OCR on it first, for example with OCRmyPDF"
        )
    return LoadedFile(pages, title=_text(facts.title) if facts else None, author=_text(facts.author) if facts else None)


def _joined_lines(text: str) -> str:
    """Join lines that were broken in the middle of a Chinese sentence."""
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = line.strip()
        broken = lines and len(lines[-1]) > 20 and not lines[-1].endswith(_SENTENCE_END)
        if broken and re.match(r"[㐀-鿿]", stripped) and not _LIST_HEAD.match(stripped):
            lines[-1] += stripped
        else:
            lines.append(stripped)
    return "\n".join(lines)


LOADERS: dict[str, Callable[[Path], LoadedFile]] = {
    ".md": _load_markdown,
    ".markdown": _load_markdown,
    ".txt": _load_text,
    ".html": _load_html,
    ".htm": _load_html,
    ".docx": _load_docx,
    ".pdf": _load_pdf,
}
SUFFIXES = frozenset(LOADERS)


def load(path: Path) -> LoadedFile:
    """Read one file.

    :param path: a file whose suffix is one of `SUFFIXES`.
    :raises LoadError: for everything that cannot be read: a missing or empty file, no permission, an unknown suffix, a file above
        `MAX_BYTES`, a binary renamed to text, a protected or broken PDF or Word file, a scan without text.
    """
    loader = LOADERS.get(path.suffix.lower())
    try:
        if not path.exists():
            raise LoadError(f"no such file: {path}", "check the path")
        if loader is None:
            raise LoadError(
                f"{path.name}: the format {path.suffix or '(none)'} is not read",
                f"use one of: {' '.join(sorted(SUFFIXES))}",
            )
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LoadError(
                f"{path.name} has {size / 2**20:.0f} MiB, at most {MAX_BYTES // 2**20} MiB are read",
                "split it into several files",
            )
        loaded = loader(path)
    except OSError as error:
        raise LoadError(
            f"cannot read {path.name}: {error.strerror or error}", "check the file's permissions"
        ) from error
    if not any(page.strip() for page in loaded.pages):
        raise LoadError(f"{path.name} is empty", "remove it, or save the document again")
    return loaded
