"""Tables that stand in a text as lines of cells between `|`: one entry for each row that names a role or a department."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.labels import heading_label
from ingest.script import fold
from ingest.tables import DEPARTMENT_COLUMN, NAME_COLUMN
from ingest.types import Span

_CELL = re.compile(r"[^|\n]+")
_RULE = re.compile(r"[\s|:+-]+")
_ITEM = re.compile(r"(?:\d{1,2}[.、)]\s*)?([^;。\uff1b\n]+[;。\uff1b]?)")


@dataclass(frozen=True)
class Row:
    """One row: what it names, the department it names beside it, and its labelled cells item by item."""

    name: Span | None
    department: Span | None
    fields: dict[str, tuple[Span, ...]]


def rows(text: str, start: int, end: int) -> Iterator[Row]:
    """Read the tables in a stretch of text whose first row says which column holds the names.

    :param text: a document's stored text.
    :param start: where to begin.
    :param end: where to end.
    :return: one row for each line below such a header.
    """
    header: list[str] | None = None
    offset = start
    for line in text[start:end].split("\n"):
        cells = _cells(line, offset) if "|" in line else []
        offset += len(line) + 1
        if len(cells) < 2:
            header = header if _RULE.fullmatch(line) else None
        elif header is None:
            names = [fold(cell.text) for cell in cells]
            known = any(NAME_COLUMN.fullmatch(name) or DEPARTMENT_COLUMN.fullmatch(name) for name in names)
            header = names if known else None
        elif len(cells) == len(header):
            yield _row(header, cells)


def _cells(line: str, offset: int) -> list[Span]:
    if _RULE.fullmatch(line):
        return []
    found = ((match.group(), offset + match.start()) for match in _CELL.finditer(line))
    return [
        Span(cell.strip(), at + len(cell) - len(cell.lstrip()), at + len(cell.rstrip()))
        for cell, at in found
        if cell.strip()
    ]


def _row(header: list[str], cells: list[Span]) -> Row:
    by_name = dict(zip(header, cells, strict=True))
    name = next((cell for column, cell in by_name.items() if NAME_COLUMN.fullmatch(column)), None)
    department = next((cell for column, cell in by_name.items() if DEPARTMENT_COLUMN.fullmatch(column)), None)
    labelled = {label: cell for column, cell in by_name.items() if (label := heading_label(column))}
    return Row(name, department, {label: tuple(_items(cell)) for label, cell in labelled.items()})


def _items(cell: Span) -> Iterator[Span]:
    for match in _ITEM.finditer(cell.text):
        item = match.group(1)
        at = cell.start + match.start(1) + len(item) - len(item.lstrip())
        if item.strip():
            yield Span(item.strip(), at, at + len(item.strip()))
