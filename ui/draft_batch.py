"""Drafts of many openings: a table or JSON Lines in, a folder of files and an index out. One draft is in memory at a time."""

from __future__ import annotations

import csv
import gc
import io
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from ingest.errors import RolewrightError, UsageError
from ingest.script import to_simplified
from rag.brief import Brief
from rag.jd_types import Draft
from ui.batch import Row, read_rows, summary

SEVERITIES = ("illegal", "risky", "advice")
INDEX = ("id", "file", "status", *SEVERITIES, "worst", "missing", "error", "notes")
# A file under construction is full of cycles, which the collector leaves for long beside a large index.
_COLLECT_EVERY = 20
# A spreadsheet takes a cell that begins with one of these for a formula; in East Asian settings the full-width ones too.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def safe_cell(value: object) -> str:
    """A value as the text of a cell that no spreadsheet runs: one that could be a formula gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _headers() -> dict[str, str]:
    """What the columns of a table may be called beside the names of the fields: their labels on a page."""
    from rag.jd_phrases import LABELS

    known = {field.name for field in fields(Brief)}
    return {label: name for name, labels in LABELS.items() if name in known for label in labels}


def _table_rows(rows: list[list[str]]) -> list[tuple[int, Row | str]]:
    """The rows of a table by the names in its first row; empty cells are not given."""
    known = _headers()
    header = [known.get(to_simplified(name.strip()), name.strip()) for name in rows[0]] if rows else []
    found: list[tuple[int, Row | str]] = []
    for number, row in enumerate(rows[1:], 1):
        cells = [cell.strip() for cell in row]
        if any(cells[len(header) :]):
            found.append((number, "the row has more cells than the table has columns"))
        elif any(cells):
            found.append((number, {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}))
    return found


def brief_rows(path: Path) -> list[tuple[int, Row | str]]:
    """(number, row) of every opening in a file; a row that cannot be read is its error message.

    :param path: `.csv` (any encoding that spreadsheets write), `.xlsx` (its first sheet) or JSON Lines.
    :raises UsageError: when the file cannot be read at all.
    """
    kind = path.suffix.lower()
    if kind in {".csv", ".xlsx"} and not path.is_file():
        raise UsageError(f"no such file: {path}", "check the path")
    if kind == ".csv":
        from ingest.decode import decode

        return _table_rows(list(csv.reader(io.StringIO(decode(path.read_bytes(), path.name)))))
    if kind == ".xlsx":
        from ingest.tables import sheets

        rows = _table_rows(next(iter(sheets(path, formulas=True).values()), []))
        return [(number, _without_formula(row)) for number, row in rows]
    return read_rows(path)


def _without_formula(row: Row | str) -> Row | str:
    """A row of a workbook; an error message where a cell holds a formula without its value, which would be lost."""
    named = [name for name, cell in row.items() if str(cell).startswith("=")] if isinstance(row, dict) else []
    if not named:
        return row
    return f"the formula in column {named[0]!r} has no value yet; open the workbook in a spreadsheet and save it again"


def _index_row(key: object, name: str, draft: Draft, data: bytes) -> list[object]:
    counts: Counter[str] = Counter(finding.severity for finding in draft.findings)
    worst = min(draft.findings, key=lambda finding: SEVERITIES.index(finding.severity), default=None)
    missing = _missing(name, data)
    said = f"{worst.rule}: {worst.text or worst.why}" if worst else ""
    return [
        key,
        name,
        draft.status,
        *(counts[severity] for severity in SEVERITIES),
        said,
        missing,
        "",
        " | ".join(draft.notices),
    ]


def _missing(name: str, data: bytes) -> str:
    """What a posting for search engines lacks; other formats lack nothing."""
    if not name.endswith(".jsonld"):
        return ""
    import json

    from ui.jobposting import gaps

    return " ".join(gaps(json.loads(data)))


def _one(
    number: int, row: Row | str, name: str, write: Callable[[Row], tuple[Draft, bytes]], folder: Path
) -> list[object]:
    """Draft one row into its file and say so in a row of the index; an error becomes the row's."""
    key: object = number
    try:
        if isinstance(row, str):
            raise UsageError(f"row {number}: {row}", "mend the row")
        key = row.get("id") or number
        draft, data = write({name: value for name, value in row.items() if name != "id"})
    except RolewrightError as error:
        return [key, "", "failed", "", "", "", "", "", f"{error.message}; {error.hint}", ""]
    (folder / name).write_bytes(data)
    return _index_row(key, name, draft, data)


def draft_batch(arguments: Namespace, one: Callable[[Row], Draft], export: Callable[[Draft], bytes]) -> int:
    """Draft every opening of a file into `--out DIR`, with an `index.csv`; a row that fails does not stop the rest.

    Files are numbered as the rows are, so no id decides on a path.

    :param arguments: the parsed command line.
    :param one: what turns a row without its `id` into a draft.
    :param export: what turns a draft into bytes.
    :raises UsageError: without `--out`, when the file cannot be read or the folder cannot be written.
    """
    if arguments.out is None:
        raise UsageError("--batch needs --out", "add --out DIR")
    from tqdm import tqdm

    def write(row: Row) -> tuple[Draft, bytes]:
        drafted = one(row)
        return drafted, export(drafted)

    rows = brief_rows(arguments.batch)
    silent = bool(getattr(arguments, "quiet", False) or getattr(arguments, "json", False))
    failed = 0
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        with (arguments.out / "index.csv").open("w", encoding="utf-8-sig", newline="") as file:
            index = csv.writer(file)
            index.writerow(INDEX)
            for number, row in tqdm(rows, desc="drafting", unit="row", file=sys.stderr, disable=silent):
                line = _one(number, row, f"{number:04d}.{arguments.format}", write, arguments.out)
                failed += line[2] == "failed"
                index.writerow([safe_cell(cell) for cell in line])
                if number % _COLLECT_EVERY == 0:
                    gc.collect()
    except OSError as error:
        raise UsageError(
            f"cannot write {arguments.out}: {error.strerror}", "choose another place with --out"
        ) from error
    return summary(arguments, len(rows), failed)
