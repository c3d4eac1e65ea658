"""Tables that stand in a text as lines of cells between `|`: one entry for each row that names a role or a department."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.items import cut_value
from ingest.labels import heading_label
from ingest.script import fold
from ingest.tables import DEPARTMENT_COLUMN, NAME_COLUMN
from ingest.types import Span

_RULE = re.compile(r"[\s|:+-]+")
# A line with one of these names the columns of a table, it is no line of a form: `指标 | 目标值 | 权重`.
_OF_A_TABLE = frozenset(
    {"目标值", "目標值", "权重", "權重", "分值", "占比", "比重", "评分标准", "数据来源", "备注", "Target", "Weight"}
)


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
        cells = _cells(line, offset)
        offset += len(line) + 1
        if len(cells) < 2:
            header = header if _RULE.fullmatch(line) else None
        elif header is None:
            names = [fold(cell.text) for cell in cells]
            known = any(map(_names_column, names))
            header = names if known else None
        elif heading_label(cells[0].text) or _names_column(cells[0].text):
            header = None  # a form, see `form`
        elif len(cells) == len(header):
            yield _row(text, header, cells)


def form(text: str, start: int, end: int) -> dict[str, list[Span]]:
    """The fields of a form: lines of cells that begin with a label, each label with its value behind it.

    :param text: a document's stored text.
    :param start: where to begin.
    :param end: where to end.
    :return: the items of each field; empty where no line is part of a form.
    """
    fields: dict[str, list[Span]] = {}
    offset = start
    for line in text[start:end].split("\n"):
        cells = _cells(line, offset)
        offset += len(line) + 1
        labels = [heading_label(cell.text) for cell in cells]
        if not labels or not labels[0] or any(cell.text in _OF_A_TABLE for cell in cells):
            continue
        for label, value, another in zip(labels, cells[1:], labels[1:], strict=False):
            if label and value.text and not another:
                fields.setdefault(label, []).extend(cut_value(text, label, value))
    return fields


def _cells(line: str, offset: int) -> list[Span]:
    """The cells of a line, empty ones too, so that each stays in its column."""
    sign = "|" if "|" in line else "\t"
    if _RULE.fullmatch(line) or sign not in line.strip():
        return []
    framed = line.strip()
    first = offset + len(line) - len(line.lstrip()) + framed.startswith("|")
    last = offset + len(line.rstrip()) - (framed.endswith("|") and len(framed) > 1)
    cells: list[Span] = []
    for piece in line[first - offset : last - offset].split(sign):
        at = first + len(piece) - len(piece.lstrip())
        cells.append(Span(piece.strip(), at, at + len(piece.strip())))
        first += len(piece) + 1
    return cells


def _names_column(cell: str) -> bool:
    folded = fold(cell)
    return bool(NAME_COLUMN.fullmatch(folded) or DEPARTMENT_COLUMN.fullmatch(folded))


def _row(text: str, header: list[str], cells: list[Span]) -> Row:
    filled = {column: cell for column, cell in zip(header, cells, strict=True) if cell.text}
    name = next((cell for column, cell in filled.items() if NAME_COLUMN.fullmatch(column)), None)
    department = next((cell for column, cell in filled.items() if DEPARTMENT_COLUMN.fullmatch(column)), None)
    labelled = {label: cell for column, cell in filled.items() if (label := heading_label(column))}
    return Row(name, department, {label: cut_value(text, label, cell) for label, cell in labelled.items()})
