"""The tables of the drafts and how their rows are read and written, always inside a transaction of `rag.drafts`."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from ingest.errors import UsageError
from rag.database import now
from rag.saved import Decision, Saved, Version
from rag.work import Work

SCHEMA = 1
# Steps that undo goes back; older ones are dropped.
STEPS = 50
MAX_NAME = 80
MAX_NOTE = 500
TABLES = """
CREATE TABLE drafts (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, step INTEGER,
  created TEXT NOT NULL, updated TEXT NOT NULL);
CREATE INDEX drafts_of_owner ON drafts (owner, updated);
CREATE TABLE steps (n INTEGER PRIMARY KEY AUTOINCREMENT, draft TEXT NOT NULL REFERENCES drafts ON DELETE CASCADE,
  work TEXT NOT NULL, digests TEXT NOT NULL);
CREATE INDEX steps_of_draft ON steps (draft, n);
CREATE TABLE versions (draft TEXT NOT NULL REFERENCES drafts ON DELETE CASCADE, n INTEGER NOT NULL, at TEXT NOT NULL,
  author TEXT NOT NULL, note TEXT NOT NULL, work TEXT NOT NULL, digests TEXT NOT NULL, PRIMARY KEY (draft, n));
CREATE TABLE decisions (n INTEGER PRIMARY KEY AUTOINCREMENT, draft TEXT NOT NULL REFERENCES drafts ON DELETE CASCADE,
  at TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL);
"""


def person_name(name: str) -> str:
    """A name without needless white space.

    :raises UsageError: when nothing or too much is left.
    """
    person = " ".join(name.split())
    if not 0 < len(person) <= MAX_NAME:
        raise UsageError("a name is missing or too long", f"give a name of at most {MAX_NAME} characters")
    return person


def to_json(value: Any) -> str:
    """A value as it is stored."""
    return json.dumps(value, ensure_ascii=False)


def read_draft(connection: sqlite3.Connection, key: str, owner: str | None) -> Saved:
    """A draft with everything that is kept of it.

    :param owner: whose it must be; None for anybody's.
    :raises UsageError: when there is no such draft.
    """
    row = connection.execute(
        "SELECT drafts.*, steps.work, steps.digests FROM drafts JOIN steps ON steps.n = drafts.step "
        "WHERE drafts.id = :key AND (:owner IS NULL OR drafts.owner = :owner)",
        {"key": key, "owner": owner},
    ).fetchone()
    if row is None:
        raise UsageError(f"there is no draft {key}", "open another one from the list of drafts")
    versions = connection.execute("SELECT n, at, author, note FROM versions WHERE draft = ? ORDER BY n", (key,))
    decisions = connection.execute("SELECT at, name, state, version FROM decisions WHERE draft = ? ORDER BY n", (key,))
    ends = connection.execute("SELECT MIN(n), MAX(n) FROM steps WHERE draft = ?", (key,)).fetchone()
    return Saved(
        **{name: row[name] for name in ("id", "owner", "title", "state", "created", "updated")},
        work=Work.from_dict(json.loads(row["work"])),
        digests=json.loads(row["digests"]),
        versions=tuple(Version(**dict(version)) for version in versions),
        decisions=tuple(Decision(**dict(decision)) for decision in decisions),
        can_undo=ends[0] < row["step"],
        can_redo=ends[1] > row["step"],
    )


def add_step(connection: sqlite3.Connection, key: str, work: Work, cited: dict[str, str]) -> None:
    """Add a state after the present one; what had been undone is gone, and so are the oldest states."""
    connection.execute("DELETE FROM steps WHERE draft = ? AND n > (SELECT step FROM drafts WHERE id = ?)", (key, key))
    row = (key, to_json(work.to_dict()), to_json(cited))
    added = connection.execute("INSERT INTO steps (draft, work, digests) VALUES (?, ?, ?)", row).lastrowid
    connection.execute(
        "DELETE FROM steps WHERE draft = ? AND n NOT IN (SELECT n FROM steps WHERE draft = ? ORDER BY n DESC LIMIT ?)",
        (key, key, STEPS),
    )
    assert added is not None
    stand_at(connection, key, added, work.title)


def stand_at(connection: sqlite3.Connection, key: str, step: int, title: str) -> None:
    """Make a step the present state, which nobody has approved or sent for review."""
    row = (step, title, now(), key)
    connection.execute("UPDATE drafts SET step = ?, title = ?, state = 'draft', updated = ? WHERE id = ?", row)


def keep_version(connection: sqlite3.Connection, saved: Saved, author: str, note: str) -> int:
    """The number of the version that holds the present state, saved now where there is none."""
    work = to_json(saved.work.to_dict())
    last = connection.execute(
        "SELECT n, work FROM versions WHERE draft = ? ORDER BY n DESC LIMIT 1", (saved.id,)
    ).fetchone()
    if last and last["work"] == work:
        return int(last["n"])
    n = int(last["n"]) + 1 if last else 1
    row = (saved.id, n, now(), person_name(author), " ".join(note.split())[:MAX_NOTE], work, to_json(saved.digests))
    connection.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return n


def read_version(connection: sqlite3.Connection, key: str, n: int) -> sqlite3.Row:
    """The `work` and `digests` of one version.

    :raises UsageError: when there is no such version.
    """
    row: sqlite3.Row | None = connection.execute(
        "SELECT work, digests FROM versions WHERE draft = ? AND n = ?", (key, n)
    ).fetchone()
    if row is None:
        raise UsageError(f"the draft has no version {n}", "look the versions up in the list")
    return row
