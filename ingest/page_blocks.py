"""The blocks of a saved page in reading order: headings, list items, paragraphs, rows of tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ingest.page_parts import AUTHOR, is_title

MARKS = re.compile(r"[\s#*|_`>\\\-]+")
"""What the marks of headings, lists and tables are made of."""
AUTHOR_MARK = "作者: "
"""A byline becomes a line of its own, which cleaning reads and takes out."""
_INLINE = re.compile(r"a|abbr|b|bdi|cite|code|em|font|i|ins|kbd|label|mark|q|s|small|span|strong|su[bp]|time|u|var")
_FOOTNOTE = re.compile(r"\[?\d{1,3}\]?|\[[a-z]\]")
_CELLS = ("td", "th")
_BREAKS = ("br", "p", "div", "li")
_LONGEST_CELL = 600


@dataclass(frozen=True)
class Block:
    """One block of a page: its text with its mark (`## `, `- `), and the share of it that lies in links."""

    text: str
    mark: str
    linked: float

    @property
    def bare(self) -> str:
        """The text without marks and white space."""
        return MARKS.sub("", self.text)


def read_blocks(tree: Any) -> list[Block]:
    """The blocks of a page's body.

    :param tree: the page, without what is not seen.
    """
    body = tree.find("body")
    if body is None:
        return []
    reader = _Reader()
    reader.walk(body, in_link=False, in_row=False)
    reader.flush()
    return reader.found


class _Reader:
    """Walks the elements of a page and gathers its blocks."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self._text: list[str] = []
        self._linked = 0
        self._mark = ""
        self._rows: dict[Any, bool] = {}

    def flush(self) -> None:
        """End the present block."""
        line = " ".join("".join(self._text).split()).strip(" |")
        if line:
            share = self._linked / max(1, len(re.sub(r"\s", "", line)))
            self.found.append(Block(line, self._mark, min(1.0, share)))
            self._mark = ""
        self._text.clear()
        self._linked = 0

    def _put(self, value: str | None, in_link: bool) -> None:
        if value:
            self._text.append(value)
            self._linked += len(re.sub(r"\s", "", value)) if in_link else 0

    def walk(self, element: Any, in_link: bool, in_row: bool) -> None:
        """Gather what an element holds.

        :param element: the element.
        :param in_link: it lies in a link.
        :param in_row: it lies in a row of a table that is one line of text.
        """
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or (tag == "sup" and _FOOTNOTE.fullmatch((element.text_content() or "").strip())):
            return
        outer, count = self._mark, len(self.found)
        cell = tag in _CELLS
        block = not cell and not in_row and not _INLINE.fullmatch(tag)
        in_row = in_row or (cell and self._holds_data(element.getparent()))
        if in_row and tag in _BREAKS:
            self._text.append(" ")
        if block:
            self.flush()
            self._mark = _mark_of(element, tag) or self._mark
        in_link = in_link or tag == "a"
        self._put(element.text, in_link)
        for child in element:
            self.walk(child, in_link, in_row)
            self._put(child.tail, in_link)
        if cell:
            self._text.append(" | ")
        if block:
            self.flush()
            # An empty block, such as a tick box, leaves the mark of its list item to the text behind it.
            self._mark = outer if len(self.found) == count else ""

    def _holds_data(self, row: Any) -> bool:
        if row not in self._rows:
            self._rows[row] = _is_data_row(row)
        return self._rows[row]


def _mark_of(element: Any, tag: str) -> str:
    if tag == "li":
        parent = element.getparent()
        return "1. " if parent is not None and parent.tag == "ol" else "- "
    if re.fullmatch("h[1-6]", tag):
        return "#" * int(tag[1]) + " "
    if element.get(AUTHOR):
        return AUTHOR_MARK
    return "# " if is_title(element) else ""


def _is_data_row(row: Any) -> bool:
    """Whether a row of a table has several cells of data: lines that break inside them stay one line of text.

    A row that holds headings, tables or long text lays out the page.
    """
    cells = row.xpath("./td|./th") if row is not None else []
    layout = any(cell.xpath(".//table|.//h1|.//h2|.//h3|.//h4|.//img") for cell in cells)
    return len(cells) > 1 and not layout and all(len(cell.text_content()) <= _LONGEST_CELL for cell in cells)
