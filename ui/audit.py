"""Who did what, when, to what, and how it ended: `audit.jsonl` in the library. Never what was asked, written or read."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAME = "audit.jsonl"
# A full file becomes audit.jsonl.1, that one .2, and the oldest is deleted.
MOST_BYTES = 5_000_000
KEPT = 4
DONE = "done"


@dataclass
class Entry:
    """One action while it runs.

    :param user: the user's name; `local` or `visitor` where nobody signs in.
    :param action: what is done.
    :param object: the id of the draft or document.
    :param outcome: `done`, `left` (the reader went away), or `failed: CODE`.
    """

    user: str
    action: str
    object: str | None = None
    outcome: str = DONE
    begun: float = field(default_factory=time.perf_counter)

    def to_dict(self) -> dict[str, Any]:
        """One line of the log: `time` in UTC, `ms` since the action began."""
        return {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "user": self.user,
            "action": self.action,
            "object": self.object,
            "outcome": self.outcome,
            "ms": round((time.perf_counter() - self.begun) * 1000),
        }


_CURRENT: ContextVar[Entry | None] = ContextVar("audit_entry", default=None)


@contextmanager
def current(entry: Entry) -> Iterator[None]:
    """What the code inside says by `about` and `failed` is said of this entry."""
    token = _CURRENT.set(entry)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def about(name: str) -> None:
    """Name the draft or document that the present action is about; outside a server nothing is noted."""
    if entry := _CURRENT.get():
        entry.object = name


def failed(code: str) -> None:
    """Say that the present action came to nothing.

    :param code: the error's code.
    """
    if entry := _CURRENT.get():
        entry.outcome = f"failed: {code}"


class AuditLog:
    """The log of one library.

    :param library: the library's folder.
    :param most_bytes: how large a file may grow.
    """

    def __init__(self, library: Path, most_bytes: int = MOST_BYTES) -> None:
        self.path = library / NAME
        self._most = most_bytes
        self._lock = threading.Lock()

    def write(self, entry: Entry) -> None:
        """Append one entry. A log that cannot be written is reported, and the action it tells of goes on."""
        line = (json.dumps(entry.to_dict(), ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
        try:
            with self._lock:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                if self.path.exists() and self.path.stat().st_size + len(line) > self._most:
                    self._rotate()
                with self.path.open("ab") as file:
                    file.write(line)
        except OSError as error:
            logging.getLogger("rolewright").error("cannot write the audit log %s: %s", self.path, error.strerror)

    def _file(self, number: int) -> Path:
        return self.path.with_name(f"{NAME}.{number}") if number else self.path

    def _rotate(self) -> None:
        for number in range(KEPT - 1, -1, -1):
            if self._file(number).exists():
                self._file(number).replace(self._file(number + 1))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every entry that is kept, the oldest first; a line that a crash or a full disk cut off is left out."""
        for number in range(KEPT, -1, -1):
            if not self._file(number).exists():
                continue
            with self._file(number).open(encoding="utf-8") as file:
                for line in file:
                    with suppress(ValueError):
                        yield json.loads(line)
