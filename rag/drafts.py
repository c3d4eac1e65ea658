"""The drafts of a library: kept in SQLite, each change a transaction, every version and decision for good.

`steps` hold the states that undo walks through; the present one is the draft. `versions` are saved on purpose and never changed.
Safe for several threads and processes: each call opens its own connection, and a change reads and writes under one write lock.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.errors import LibraryError, UsageError
from ingest.types import DocumentRecord
from rag.saved import Decision, Listed, Saved, Version
from rag.work import Work, digests, unsettled

STATES = ("draft", "in_review", "approved")
FILE = "drafts.sqlite3"
SCHEMA = 1
# Steps that undo goes back; older ones are dropped.
STEPS = 50
# Seconds to wait for another writer.
PATIENCE = 10.0
MAX_NAME = 80
_TABLES = """
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


class DraftStore:
    """The drafts below one library folder. An `owner` of None reads and writes for everybody, as the command line does.

    :param library: the library's folder; it is made when the first draft is kept.
    """

    def __init__(self, library: Path) -> None:
        self.path = library / FILE

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction that no other writer can cut into.

        :raises LibraryError: when the file cannot be used.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            try:
                connection.row_factory = sqlite3.Row
                # Readers need not wait for writers then. Fails while another connection does the same, and no more than speed is lost.
                with suppress(sqlite3.OperationalError):
                    connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE")
                self._prepare(connection)
                yield connection
                connection.execute("COMMIT")
            finally:
                # What was not committed is rolled back.
                connection.close()
        except (sqlite3.Error, OSError) as error:
            raise LibraryError(
                f"the drafts in {self.path} cannot be used: {error}", "check the folder's rights and free space"
            ) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            raise LibraryError(f"{self.path} was written by a newer program", "update Rolewright")
        if found == 0:
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA}")

    def create(self, owner: str, work: Work, documents: Mapping[str, DocumentRecord]) -> str:
        """Keep a new draft.

        :param owner: who may open it.
        :param work: its lines.
        :param documents: the register of the index that it cites.
        :return: its id.
        """
        key, now = secrets.token_hex(8), _now()
        with self._connection() as connection:
            row = (key, owner, work.title, now, now)
            connection.execute("INSERT INTO drafts VALUES (?, ?, ?, 'draft', NULL, ?, ?)", row)
            _step(connection, key, work, digests(work.lines, documents))
        return key

    def open(self, key: str, owner: str | None) -> Saved:
        """A draft with its versions and decisions.

        :raises UsageError: when there is no such draft, or it is somebody else's.
        """
        with self._connection() as connection:
            return _saved(connection, key, owner)

    def rows(self, owner: str | None) -> list[Listed]:
        """The drafts, the last changed first."""
        query = (
            "SELECT id, owner, title, state, updated, (SELECT COUNT(*) FROM versions WHERE draft = id) AS versions "
            "FROM drafts WHERE :owner IS NULL OR owner = :owner ORDER BY updated DESC, rowid DESC"
        )
        with self._connection() as connection:
            return [Listed(**dict(row)) for row in connection.execute(query, {"owner": owner})]

    def change(
        self,
        key: str,
        owner: str | None,
        revise: Callable[[Work], Work],
        documents: Mapping[str, DocumentRecord],
        *,
        checked: bool = False,
    ) -> Saved:
        """Read, change and write a draft in one transaction. A changed draft is no longer approved or in review.

        :param revise: makes the new state; what it raises leaves the draft as it was.
        :param documents: the register of the open index.
        :param checked: whether every citation has just been made from or compared with these documents.
        """
        with self._connection() as connection:
            before = _saved(connection, key, owner)
            after = revise(before.work)
            if after != before.work or checked:
                now = digests(after.lines, documents)
                cited = {citation.doc for line in after.lines for citation in line.cited}
                old = {} if checked else {doc: digest for doc, digest in before.digests.items() if doc in cited}
                _step(connection, key, after, now | old)
            return _saved(connection, key, owner)

    def undo(self, key: str, owner: str | None, *, back: bool = True) -> Saved:
        """Go one step back, or forward again; at the end of the steps nothing changes."""
        with self._connection() as connection:
            _saved(connection, key, owner)
            order, sign = ("DESC", "<") if back else ("ASC", ">")
            row = connection.execute(
                f"SELECT n FROM steps WHERE draft = ? AND n {sign} (SELECT step FROM drafts WHERE id = ?) ORDER BY n {order} LIMIT 1",
                (key, key),
            ).fetchone()
            if row:
                _stand_at(connection, key, row["n"])
            return _saved(connection, key, owner)

    def save(self, key: str, owner: str | None, author: str, note: str = "") -> Saved:
        """Save the present state as a version; a state that is the last version already is not saved twice."""
        with self._connection() as connection:
            _version(connection, _saved(connection, key, owner), author, note)
            return _saved(connection, key, owner)

    def version(self, key: str, owner: str | None, n: int) -> Work:
        """The lines of one version.

        :raises UsageError: when there is no such version.
        """
        with self._connection() as connection:
            _saved(connection, key, owner)
            return Work.from_dict(json.loads(_version_row(connection, key, n)["work"]))

    def restore(self, key: str, owner: str | None, n: int) -> Saved:
        """Make an earlier version the present state; undo takes it back."""
        with self._connection() as connection:
            _saved(connection, key, owner)
            row = _version_row(connection, key, n)
            _step(connection, key, Work.from_dict(json.loads(row["work"])), json.loads(row["digests"]))
            return _saved(connection, key, owner)

    def decide(self, key: str, owner: str | None, state: str, name: str) -> Saved:
        """Set the state of a draft, with who did it. The decision names a version, which is saved where it is not yet.

        :param state: one of `STATES`.
        :param name: the person's name.
        :raises UsageError: for another state, an empty or overlong name, or an approval while unlawful wording is neither rewritten
            nor kept with a reason.
        """
        if state not in STATES:
            raise UsageError(f"unknown status {state!r}", f"use one of: {', '.join(STATES)}")
        person = _name(name)
        with self._connection() as connection:
            saved = _saved(connection, key, owner)
            if state == "approved" and (left := unsettled(saved.work)):
                raise UsageError(
                    f"unlawful wording is not settled: {', '.join(row.text for row in left)}",
                    "rewrite it, or keep it with a reason",
                )
            n = _version(connection, saved, person, "")
            connection.execute(
                "INSERT INTO decisions (draft, at, name, state, version) VALUES (?, ?, ?, ?, ?)",
                (key, _now(), person, state, n),
            )
            connection.execute("UPDATE drafts SET state = ?, updated = ? WHERE id = ?", (state, _now(), key))
            return _saved(connection, key, owner)

    def remove(self, key: str, owner: str | None) -> None:
        """Delete a draft with all its versions."""
        with self._connection() as connection:
            _saved(connection, key, owner)
            connection.execute("DELETE FROM drafts WHERE id = ?", (key,))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _name(name: str) -> str:
    person = " ".join(name.split())
    if not 0 < len(person) <= MAX_NAME:
        raise UsageError("a name is missing or too long", f"give a name of at most {MAX_NAME} characters")
    return person


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _saved(connection: sqlite3.Connection, key: str, owner: str | None) -> Saved:
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


def _step(connection: sqlite3.Connection, key: str, work: Work, cited: dict[str, str]) -> None:
    """Add a state after the present one; what had been undone is gone, and so are the oldest states."""
    connection.execute("DELETE FROM steps WHERE draft = ? AND n > (SELECT step FROM drafts WHERE id = ?)", (key, key))
    row = (key, _json(work.to_dict()), _json(cited))
    added = connection.execute("INSERT INTO steps (draft, work, digests) VALUES (?, ?, ?)", row).lastrowid
    connection.execute(
        "DELETE FROM steps WHERE draft = ? AND n NOT IN (SELECT n FROM steps WHERE draft = ? ORDER BY n DESC LIMIT ?)",
        (key, key, STEPS),
    )
    assert added is not None
    connection.execute("UPDATE drafts SET title = ? WHERE id = ?", (work.title, key))
    _stand_at(connection, key, added)


def _stand_at(connection: sqlite3.Connection, key: str, step: int) -> None:
    connection.execute("UPDATE drafts SET step = ?, state = 'draft', updated = ? WHERE id = ?", (step, _now(), key))


def _version(connection: sqlite3.Connection, saved: Saved, author: str, note: str) -> int:
    """The number of the version that holds the present state, saved now where there is none."""
    work = _json(saved.work.to_dict())
    last = connection.execute(
        "SELECT n, work FROM versions WHERE draft = ? ORDER BY n DESC LIMIT 1", (saved.id,)
    ).fetchone()
    if last and last["work"] == work:
        return int(last["n"])
    n = int(last["n"]) + 1 if last else 1
    row = (saved.id, n, _now(), _name(author), " ".join(note.split())[:500], work, _json(saved.digests))
    connection.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return n


def _version_row(connection: sqlite3.Connection, key: str, n: int) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT work, digests FROM versions WHERE draft = ? AND n = ?", (key, n)
    ).fetchone()
    if row is None:
        raise UsageError(f"the draft has no version {n}", "look the versions up in the list")
    return row
