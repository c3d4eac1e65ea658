"""Batches: one process, one model load, order kept; a failed row reports its error and does not stop the rest."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.errors import RolewrightError, UsageError

Row = dict[str, Any]


def read_text(path: Path) -> str:
    """Read a UTF-8 text file that the user named.

    :raises UsageError: when it is missing or is not UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"no such file: {path}", "check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path} as UTF-8 text", "check the path and save the file as UTF-8") from error


def read_rows(path: Path) -> list[tuple[int, Row | str]]:
    """(line number, row) of a JSON Lines file; a line that is not a JSON object is its error message."""
    rows: list[tuple[int, Row | str]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
                rows.append((number, row if isinstance(row, dict) else "the line is not a JSON object"))
            except ValueError as error:
                rows.append((number, f"the line is not JSON: {error}"))
    return rows


def _error(error: RolewrightError) -> Row:
    return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}


def _result(number: int, row: Row | str, required: tuple[str, ...], one: Callable[[Row], Row]) -> Row:
    if isinstance(row, str):
        return {"id": None, **_error(UsageError(f"line {number}: {row}", "give one JSON object per line"))}
    missing = [key for key in required if not isinstance(row.get(key), str)]
    try:
        if missing:
            raise UsageError(
                f"line {number} lacks {missing[0]!r}", f"each row needs id and {', '.join(required)} as text"
            )
        return {"id": row.get("id"), **one(row)}
    except RolewrightError as error:
        return {"id": row.get("id"), **_error(error)}


def run_batch(arguments: Namespace, required: tuple[str, ...], one: Callable[[Row], Row]) -> int:
    """Run every row of `--batch` and write `--out`.

    :param arguments: the parsed command line.
    :param required: keys that each row must hold as text.
    :param one: what turns a row into the command's JSON.
    :raises UsageError: without `--out`, or when a file cannot be read or written.
    """
    if arguments.out is None:
        raise UsageError("--batch needs --out", "add --out OUT.jsonl")
    rows = read_rows(arguments.batch)
    failed = 0
    try:
        with arguments.out.open("w", encoding="utf-8") as out:
            for number, row in rows:
                result = _result(number, row, required, one)
                failed += "error" in result
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(
            f"cannot write {arguments.out}: {error.strerror}", "choose another place with --out"
        ) from error
    return summary(arguments, len(rows), failed)


def summary(arguments: Namespace, rows: int, failed: int) -> int:
    """Say how many rows ran; a batch whose rows were all tried is done, whatever became of them."""
    if getattr(arguments, "json", False):
        print(json.dumps({"rows": rows, "failed": failed, "out": str(arguments.out)}, ensure_ascii=False))
    elif not getattr(arguments, "quiet", False):
        print(f"{rows} rows, {failed} failed -> {arguments.out}", file=sys.stderr)
    return 0


def write_file(path: Path, data: bytes) -> None:
    """Write a result.

    :raises UsageError: when the place cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "choose another place with --out") from error
