"""The drafts of a library: kept in SQLite, each change a transaction, every version and decision for good.

`steps` hold the states that undo walks through; the present one is the draft. `versions` are saved on purpose and never changed.
Safe for several threads and processes: each call opens its own connection, and a change reads and writes under one write lock.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from ingest.errors import UsageError
from ingest.types import DocumentRecord
from rag.database import Database, now
from rag.draft_rows import SCHEMA, TABLES, add_step, keep_version, person_name, read_draft, read_version, stand_at
from rag.saved import Listed, Saved
from rag.work import Work, digests, unsettled

STATES = ("draft", "in_review", "approved")
FILE = "drafts.sqlite3"


class DraftStore:
    """The drafts below one library folder. An `owner` of None reads and writes for everybody, as the command line does.

    :param library: the library's folder; it is made when the first draft is kept.
    """

    def __init__(self, library: Path) -> None:
        self.path = library / FILE
        self._database = Database(self.path, "the drafts", SCHEMA, TABLES)

    def create(self, owner: str, work: Work, documents: Mapping[str, DocumentRecord]) -> str:
        """Keep a new draft.

        :param owner: who may open it.
        :param work: its lines.
        :param documents: the register of the index that it cites.
        :return: its id.
        """
        key, time = secrets.token_hex(8), now()
        with self._database.transaction() as connection:
            row = (key, owner, work.title, time, time)
            connection.execute("INSERT INTO drafts VALUES (?, ?, ?, 'draft', NULL, ?, ?)", row)
            add_step(connection, key, work, digests(work.lines, documents))
        return key

    def open(self, key: str, owner: str | None) -> Saved:
        """A draft with its versions and decisions.

        :raises UsageError: when there is no such draft, or it is somebody else's.
        """
        with self._database.transaction() as connection:
            return read_draft(connection, key, owner)

    def rows(self, owner: str | None) -> list[Listed]:
        """The drafts, the last changed first."""
        query = (
            "SELECT id, owner, title, state, updated, (SELECT COUNT(*) FROM versions WHERE draft = id) AS versions "
            "FROM drafts WHERE :owner IS NULL OR owner = :owner ORDER BY updated DESC, rowid DESC"
        )
        with self._database.transaction() as connection:
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
        with self._database.transaction() as connection:
            before = read_draft(connection, key, owner)
            after = revise(before.work)
            if after != before.work or checked:
                fresh = digests(after.lines, documents)
                cited = {citation.doc for line in after.lines for citation in line.cited}
                old = {} if checked else {doc: digest for doc, digest in before.digests.items() if doc in cited}
                add_step(connection, key, after, fresh | old)
            return read_draft(connection, key, owner)

    def undo(self, key: str, owner: str | None, *, back: bool = True) -> Saved:
        """Go one step back, or forward again; at the end of the steps nothing changes."""
        with self._database.transaction() as connection:
            read_draft(connection, key, owner)
            order, sign = ("DESC", "<") if back else ("ASC", ">")
            row = connection.execute(
                f"SELECT n, work FROM steps WHERE draft = ? AND n {sign} (SELECT step FROM drafts WHERE id = ?) ORDER BY n {order} LIMIT 1",
                (key, key),
            ).fetchone()
            if row:
                stand_at(connection, key, row["n"], Work.from_dict(json.loads(row["work"])).title)
            return read_draft(connection, key, owner)

    def save(self, key: str, owner: str | None, author: str, note: str = "") -> Saved:
        """Save the present state as a version; a state that is the last version already is not saved twice."""
        with self._database.transaction() as connection:
            keep_version(connection, read_draft(connection, key, owner), author, note)
            return read_draft(connection, key, owner)

    def version(self, key: str, owner: str | None, n: int) -> Work:
        """The lines of one version.

        :raises UsageError: when there is no such version.
        """
        with self._database.transaction() as connection:
            read_draft(connection, key, owner)
            return Work.from_dict(json.loads(read_version(connection, key, n)["work"]))

    def restore(self, key: str, owner: str | None, n: int) -> Saved:
        """Make an earlier version the present state; undo takes it back."""
        with self._database.transaction() as connection:
            read_draft(connection, key, owner)
            row = read_version(connection, key, n)
            add_step(connection, key, Work.from_dict(json.loads(row["work"])), json.loads(row["digests"]))
            return read_draft(connection, key, owner)

    def decide(self, key: str, owner: str | None, state: str, name: str) -> Saved:
        """Set the state of a draft, with who did it. The decision names a version, which is saved where it is not yet.

        :param state: one of `STATES`.
        :param name: the person's name.
        :raises UsageError: for another state, an empty or overlong name, or an approval while unlawful wording is neither rewritten
            nor kept with a reason.
        """
        if state not in STATES:
            raise UsageError(f"unknown status {state!r}", f"use one of: {', '.join(STATES)}")
        person = person_name(name)
        with self._database.transaction() as connection:
            saved = read_draft(connection, key, owner)
            if state == "approved" and (left := unsettled(saved.work)):
                raise UsageError(
                    f"unlawful wording is not settled: {', '.join(row.text for row in left)}",
                    "rewrite it, or keep it with a reason",
                )
            n = keep_version(connection, saved, person, "")
            connection.execute(
                "INSERT INTO decisions (draft, at, name, state, version) VALUES (?, ?, ?, ?, ?)",
                (key, now(), person, state, n),
            )
            connection.execute("UPDATE drafts SET state = ?, updated = ? WHERE id = ?", (state, now(), key))
            return read_draft(connection, key, owner)

    def remove(self, key: str, owner: str | None) -> None:
        """Delete a draft with all its versions."""
        with self._database.transaction() as connection:
            read_draft(connection, key, owner)
            connection.execute("DELETE FROM drafts WHERE id = ?", (key,))
