"""The SQLite files of a library: one short transaction a call, safe for several threads and processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import LibraryError

# Seconds to wait for another writer.
PATIENCE = 10.0


def now() -> str:
    """The time as it is stored: ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class Database:
    """One file with its tables.

    :param path: the file; it is made, with its folder, when it is first used.
    :param what: what it keeps, for messages: `the drafts`.
    :param schema: the number of its layout, which a file carries; a file with a higher one is a newer program's.
    :param tables: the SQL statements that make a new file, separated by semicolons.
    """

    path: Path
    what: str
    schema: int
    tables: str

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction that no other writer can cut into; an error inside rolls everything back.

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
                f"{self.what} in {self.path} cannot be used: {error}", "check the folder's rights and free space"
            ) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new file.

        :raises LibraryError: for a file that a newer program wrote.
        """
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > self.schema:
            raise LibraryError(f"{self.path} was written by a newer program", "update Rolewright")
        if found == 0:
            for statement in filter(str.strip, self.tables.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {self.schema}")
