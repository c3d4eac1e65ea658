"""Answers that readers found wrong, as rows of an evaluation set in the library: `feedback.jsonl`, in the shape of `eval.cases`.

A row has no gold, because nobody has looked the right passage up yet: its `answerable` is null, and an evaluation leaves it out until a
person fills `answerable` and `gold` in. Rows that are labelled are never touched again.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from ingest.errors import LibraryError
from ingest.script import detect_script
from rag.exchanges import Conversation, Exchange

NAME = "feedback.jsonl"
_LOCK = threading.Lock()


def path_of(library: Path) -> Path:
    """Where the rows of a library lie."""
    return library / NAME


def case_of(conversation: Conversation, exchange: Exchange) -> dict[str, Any]:
    """The row of an answer that was found wrong: what was asked, told and cited, why it is wrong, and no gold.

    :param conversation: holds what was said before, which a follow-up question needs.
    :param exchange: the question with its answer.
    """
    history = [{"role": row.role, "content": row.content} for row in conversation.before(exchange.n)]
    script = detect_script(exchange.question)
    plain = {"en": "english", "zh-Hant": "script"}.get(script, "plain")
    answer = exchange.answer
    return {
        "id": _id(conversation, exchange.n),
        "question": exchange.question,
        "type": "followup" if history else plain,
        "answerable": None,
        "gold": [],
        "reference_answer": None,
        "history": history,
        "split": "dev",
        "reason": exchange.reason,
        "asked": exchange.at,
        "answer": answer.answer if answer else "",
        "status": answer.status if answer else None,
        "cited": [{"doc": row.doc, "span": row.quote} for row in answer.citations] if answer else [],
    }


def keep(library: Path, conversation: Conversation, n: int) -> None:
    """Write the row of an answer that was found wrong, or take it back where the reader has changed his mind.

    :param conversation: as it is after the rating.
    :param n: the number of the exchange.
    :raises LibraryError: when the file cannot be read or written.
    """
    exchange = conversation.exchange(n)
    row = case_of(conversation, exchange) if exchange.rating == "down" else None
    path, key = path_of(library), _id(conversation, n)
    try:
        with _LOCK:
            lines = _lines(path)
            kept = [line for line in lines if not _waits(line, key)]
            if row:
                kept.append(json.dumps(row, ensure_ascii=False))
            if kept != lines:
                _write(path, kept)
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path} cannot be written: {error}", "check the folder's rights and free space") from error


def _id(conversation: Conversation, n: int) -> str:
    return f"feedback-{conversation.id}-{n}"


def _waits(line: str, key: str) -> bool:
    """Whether a line is this row, still to be labelled. A line that is no row is somebody's work in progress: it stays."""
    try:
        row = json.loads(line)
    except ValueError:
        return False
    return isinstance(row, dict) and row.get("id") == key and row.get("answerable") is None


def _write(path: Path, lines: list[str]) -> None:
    """Replace the file in one step, so that a crash leaves the old one."""
    aside = path.with_suffix(".tmp")
    aside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    aside.replace(path)


def _lines(path: Path) -> list[str]:
    """The rows as they stand; a text may hold the marks at which `splitlines` would cut a row in two."""
    return list(filter(None, path.read_text(encoding="utf-8").split("\n"))) if path.exists() else []
