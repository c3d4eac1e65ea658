"""The conversations of a library: kept in SQLite for their owners, each question with its answer, citations and what was thought of it.

A question is kept the moment it is asked, and its answer while it grows, so that neither a stop nor a reload loses what was told.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import cast

from ingest.errors import UsageError
from ingest.script import search_form
from rag.database import Database, now
from rag.exchanges import Conversation, Exchange, Listed, Rating, read_answer, stored_answer
from rag.types import Answer

FILE = "conversations.sqlite3"
SCHEMA = 1
# Characters of a title, of a reason, and of the question that a title is made from.
MAX_TITLE, MAX_REASON, TITLE_OF_QUESTION = 120, 500, 60
# `words` is what a search looks in: question and answer in the form for matching. `opened` brings the last one back after a reload.
_TABLES = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL,
  updated TEXT NOT NULL, opened TEXT NOT NULL);
CREATE INDEX conversations_of_owner ON conversations (owner, updated);
CREATE TABLE turns (conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE, n INTEGER NOT NULL, at TEXT NOT NULL,
  question TEXT NOT NULL, answer TEXT, done INTEGER NOT NULL, rating TEXT, reason TEXT NOT NULL, words TEXT NOT NULL,
  PRIMARY KEY (conversation, n));
"""


class ConversationStore:
    """The conversations below one library folder; an owner sees none but his own.

    :param library: the library's folder.
    """

    def __init__(self, library: Path) -> None:
        self.path = library / FILE
        self._database = Database(self.path, "the conversations", SCHEMA, _TABLES)

    def ask(self, key: str | None, owner: str, question: str) -> Conversation:
        """Keep a question that has just been asked, without an answer yet.

        :param key: the conversation it goes on with; None begins a new one.
        :param owner: whose conversation it is.
        :return: the conversation, whose last exchange is the new one.
        :raises UsageError: when there is no such conversation of this owner.
        """
        with self._database.transaction() as connection:
            if key is None:
                key, time = secrets.token_hex(8), now()
                title = _line(question, TITLE_OF_QUESTION)
                row = (key, owner, title, time, time, time)
                connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)", row)
            _read(connection, key, owner)
            connection.execute(
                "INSERT INTO turns SELECT ?, COALESCE(MAX(n), 0) + 1, ?, ?, NULL, 0, NULL, '', ? FROM turns WHERE conversation = ?",
                (key, now(), question, search_form(question), key),
            )
            return _touched(connection, key, owner)

    def tell(self, key: str, owner: str, n: int, answer: Answer | None, *, done: bool = False) -> Exchange:
        """Keep an answer as far as it is told; an earlier one is replaced, and what was thought of it is gone.

        :param n: the number of the exchange.
        :param answer: the whole answer, a snapshot of it, or None when the question is asked anew.
        :param done: whether it is whole.
        :raises UsageError: when the conversation is gone.
        """
        with self._database.transaction() as connection:
            row = _read(connection, key, owner).exchange(n)
            text = json.dumps(stored_answer(answer), ensure_ascii=False) if answer else None
            told = replace(row, answer=read_answer(text), done=done, rating=None, reason="")
            words = search_form(f"{row.question}\n{answer.answer if answer else ''}")
            connection.execute(
                "UPDATE turns SET answer = ?, done = ?, rating = NULL, reason = '', words = ? WHERE conversation = ? AND n = ?",
                (text, done, words, key, n),
            )
            _touched(connection, key, owner)
            return told

    def open(self, key: str, owner: str) -> Conversation:
        """A conversation; it is the one that `last` gives from now on.

        :raises UsageError: when there is no such conversation, or it is somebody else's.
        """
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversations SET opened = ? WHERE id = ? AND owner = ?", (now(), key, owner))
            return _read(connection, key, owner)

    def last(self, owner: str) -> Conversation | None:
        """The conversation that was opened or gone on with last."""
        query = "SELECT id FROM conversations WHERE owner = ? ORDER BY opened DESC, rowid DESC LIMIT 1"
        with self._database.transaction() as connection:
            row = connection.execute(query, (owner,)).fetchone()
            return _read(connection, row["id"], owner) if row else None

    def rows(self, owner: str, wanted: str = "") -> list[Listed]:
        """An owner's conversations, the last changed first.

        :param wanted: only those whose title, questions or answers hold this, in any script.
        """
        query = (
            "SELECT id, title, updated, (SELECT COUNT(*) FROM turns WHERE conversation = id) AS questions FROM conversations "
            "WHERE owner = ? ORDER BY updated DESC, rowid DESC"
        )
        form = search_form(wanted).strip()
        with self._database.transaction() as connection:
            rows = [Listed(**dict(row)) for row in connection.execute(query, (owner,))]
            if not form:
                return rows
            found = connection.execute("SELECT DISTINCT conversation FROM turns WHERE instr(words, ?) > 0", (form,))
            keys = {row["conversation"] for row in found}
            return [row for row in rows if row.id in keys or form in search_form(row.title)]

    def rename(self, key: str, owner: str, title: str) -> Conversation:
        """Give a conversation another title.

        :raises UsageError: for an empty title, or when the conversation is gone.
        """
        if not title.strip():
            raise UsageError("the title is empty", "give the conversation a name")
        with self._database.transaction() as connection:
            _read(connection, key, owner)
            connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (_line(title, MAX_TITLE), key))
            return _read(connection, key, owner)

    def rate(self, key: str, owner: str, n: int, rating: Rating | None, reason: str = "") -> Conversation:
        """Keep what the reader thinks of an answer; None takes it back.

        :param reason: why a thumbs-down was given.
        :raises UsageError: when there is no such answer.
        """
        with self._database.transaction() as connection:
            if _read(connection, key, owner).exchange(n).answer is None:
                raise UsageError(f"question {n} has no answer yet", "wait for the answer")
            row = (rating, _line(reason, MAX_REASON), key, n)
            connection.execute("UPDATE turns SET rating = ?, reason = ? WHERE conversation = ? AND n = ?", row)
            return _read(connection, key, owner)

    def remove(self, key: str, owner: str) -> None:
        """Delete a conversation for good.

        :raises UsageError: when it is gone already.
        """
        with self._database.transaction() as connection:
            _read(connection, key, owner)
            connection.execute("DELETE FROM conversations WHERE id = ?", (key,))


def _line(text: str, most: int) -> str:
    """A text on one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}\u2026"


def _touched(connection: sqlite3.Connection, key: str, owner: str) -> Conversation:
    """The conversation, which has just been gone on with."""
    connection.execute("UPDATE conversations SET updated = ?, opened = ? WHERE id = ?", (now(), now(), key))
    return _read(connection, key, owner)


def _read(connection: sqlite3.Connection, key: str, owner: str) -> Conversation:
    row = connection.execute("SELECT * FROM conversations WHERE id = ? AND owner = ?", (key, owner)).fetchone()
    if row is None:
        raise UsageError(f"there is no conversation {key}", "open another one from the list of conversations")
    turns = connection.execute("SELECT * FROM turns WHERE conversation = ? ORDER BY n", (key,))
    exchanges = tuple(
        Exchange(
            n=turn["n"],
            at=turn["at"],
            question=turn["question"],
            answer=read_answer(turn["answer"]),
            done=bool(turn["done"]),
            rating=cast("Rating | None", turn["rating"]),
            reason=turn["reason"],
        )
        for turn in turns
    )
    return Conversation(
        **{name: row[name] for name in ("id", "owner", "title", "created", "updated")}, exchanges=exchanges
    )
