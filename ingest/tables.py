"""Tables (CSV, Excel): every row becomes a section headed by what it describes, every column a label with its cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.decode import decode
from ingest.errors import LoadError
from ingest.package import check_unpacked
from ingest.script import fold
from ingest.types import LoadedFile

MAX_ROWS = 50_000
NAME_COLUMN = re.compile(r"岗位|岗位名称|职位|职位名称|职务|职缺|名称|角色|role|job ?title|position|title|name")
DEPARTMENT_COLUMN = re.compile(r"部门|所属部门|所在部门|department|dept\.?")
_SIGNS = ",;\t|"
_ITEM_START = re.compile(r"(?<=[。;\n])\s*(?=\d{1,2}[.、)])")


def load_csv(path: Path) -> LoadedFile:
    """A CSV file in any encoding that `decode` tells, with commas, semicolons or tabs between the cells."""
    text = decode(path.read_bytes(), path.name)
    # The names of the columns seldom hold such a sign, the cells below them often do.
    first = next((line for line in text.split("\n") if any(sign in line for sign in _SIGNS)), "")
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=max(_SIGNS, key=first.count)))
    except csv.Error as error:
        raise LoadError(
            f"{path.name} is not a CSV table ({error})", "save it again as CSV with UTF-8 encoding"
        ) from error
    return LoadedFile(("\n\n".join(_sections(rows, path.name)),), title=path.stem)


def _workbook(path: Path, *, formulas: bool = False) -> Any:
    import openpyxl

    data = path.read_bytes()
    try:
        check_unpacked(data, path.name)
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas)
    except LoadError:
        raise
    except Exception as error:  # hostile parts fail anywhere inside the XML reader
        raise _no_workbook(path, error) from error


def _no_workbook(path: Path, error: Exception) -> LoadError:
    return LoadError(
        f"{path.name} is not an Excel workbook ({type(error).__name__})", "open it in Excel and save it as .xlsx again"
    )


def sheets(path: Path, *, formulas: bool = False) -> dict[str, list[list[str]]]:
    """The cells of every sheet of a workbook as the text that they show, without empty rows.

    :param path: an .xlsx file.
    :param formulas: give the formula (`=B2&C2`) of a cell whose value nobody has worked out yet; without it the cell is empty.
        A spreadsheet keeps the value beside the formula, other programs write the formula alone.
    :raises LoadError: when it is none, or unpacks to too much.
    """
    book = _workbook(path)
    typed = _workbook(path, formulas=True) if formulas else None
    try:
        found: dict[str, list[list[str]]] = {}
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            found[sheet.title] = _shown(
                map(_or_formula, rows, typed[sheet.title].iter_rows(values_only=True)) if typed else rows
            )
        return found
    except Exception as error:  # the rows are read only now
        raise _no_workbook(path, error) from error
    finally:
        book.close()
        if typed:
            typed.close()


def _or_formula(row: Sequence[Any], typed: Sequence[Any]) -> list[Any]:
    """The values of a row, where one is missing the formula that stands for it."""
    return [
        formula if value is None and str(formula or "").startswith("=") else value
        for value, formula in zip(row, typed, strict=True)
    ]


def load_xlsx(path: Path) -> LoadedFile:
    """An Excel workbook: the values that its cells show, sheet by sheet."""
    filled = [(title, rows) for title, rows in sheets(path).items() if rows]
    parts: list[str] = []
    for title, rows in filled:
        parts += [f"# {title}"] if len(filled) > 1 else []
        parts += _sections(rows, path.name)
    return LoadedFile(("\n\n".join(parts),), title=path.stem)


def _shown(rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Cells as text, without rows that hold nothing."""
    shown = [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
    return [row for row in shown if any(row)]


def _sections(rows: Sequence[Sequence[str]], name: str) -> Iterator[str]:
    table = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if len(table) > MAX_ROWS:
        raise LoadError(f"{name} has {len(table)} rows, at most {MAX_ROWS} are read", "split it into several files")
    # A title above the table fills one cell only.
    while len(table) > 2 and sum(map(bool, table[0])) == 1 < sum(map(bool, table[1])):
        yield _one_line("".join(table[0]))
        table = table[1:]
    if not table:
        return
    header, body = table[0], table[1:]
    if not body:
        yield " | ".join(filter(None, header))
        return
    named = _column(header, NAME_COLUMN)
    by_department = _column(header, DEPARTMENT_COLUMN)
    department = ""
    for row in body:
        cells = [*row, *[""] * (len(header) - len(row))]
        # A merged cell is filled in its first row only.
        if by_department is not None and cells[by_department] and cells[by_department] != department:
            department = cells[by_department]
            yield f"## {_one_line(department)}"
        heading = cells[named if named is not None else 0]
        label_columns = [
            at for at in range(len(header)) if at not in (named if named is not None else 0, by_department)
        ]
        labels = [_labelled(header[at], cells[at]) for at in label_columns if at < len(cells) and cells[at]]
        if heading or labels:
            level = "###" if by_department is not None else "##"
            yield "\n\n".join([f"{level} {_one_line(heading) or '-'}", *labels])


def _column(header: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((at for at, name in enumerate(header) if pattern.fullmatch(fold(name))), None)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _labelled(label: str, cell: str) -> str:
    """One cell under its column's name; several lines or numbered items become a list."""
    lines = [line.strip() for line in _ITEM_START.sub("\n", cell).split("\n") if line.strip()]
    name = _one_line(label) or "-"
    if len(lines) < 2:
        return f"{name}: {_one_line(cell)}"
    return f"{name}:\n\n" + "\n".join(
        line if re.match(r"\d{1,2}[.、)]|[-*•]\s", line) else f"- {line}" for line in lines
    )
