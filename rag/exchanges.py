"""What the library keeps of a conversation: its exchanges, each with the answer as the contract tells it, and what was thought of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from ingest.errors import UsageError
from rag.types import Answer, Citation, Message, Timing

Rating = Literal["up", "down"]


@dataclass(frozen=True)
class Exchange:
    """One question and its answer.

    :param n: its place in the conversation, from 1.
    :param at: when it was asked, ISO 8601 in UTC.
    :param answer: as far as it was told, without its hits; None when nothing was.
    :param done: whether the answer is whole; else it was stopped, or is still being written.
    :param rating: what the reader thought of it, with the `reason` of a thumbs-down.
    """

    n: int
    at: str
    question: str
    answer: Answer | None = None
    done: bool = False
    rating: Rating | None = None
    reason: str = ""


def messages(exchanges: Iterable[Exchange]) -> tuple[Message, ...]:
    """What was said, as a follow-up question needs it; a question without an answer is left out."""
    return tuple(
        message
        for row in exchanges
        if row.answer
        for message in (Message("user", row.question), Message("assistant", row.answer.answer))
    )


@dataclass(frozen=True)
class Conversation:
    """A conversation as the library keeps it; times are ISO 8601 in UTC."""

    id: str
    owner: str
    title: str
    created: str
    updated: str
    exchanges: tuple[Exchange, ...] = ()

    def before(self, n: int) -> tuple[Message, ...]:
        """The messages before an exchange, oldest first."""
        return messages(row for row in self.exchanges if row.n < n)

    def exchange(self, n: int) -> Exchange:
        """One exchange by its number.

        :raises UsageError: when there is no such exchange.
        """
        for row in self.exchanges:
            if row.n == n:
                return row
        raise UsageError(f"the conversation has no question {n}", "open it again from the list")

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape: without the owner, each answer as `ask` gives it, without its hits."""
        rows = []
        for row in self.exchanges:
            answer = stored_answer(row.answer) if row.answer else None
            rows.append({**{field.name: getattr(row, field.name) for field in fields(row)}, "answer": answer})
        return {
            **{name: getattr(self, name) for name in ("id", "title", "created", "updated")},
            "exchanges": rows,
        }


@dataclass(frozen=True)
class Listed:
    """One row of the list of conversations."""

    id: str
    title: str
    updated: str
    questions: int

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def stored_answer(answer: Answer) -> dict[str, Any]:
    """An answer in the contract's shape without its hits, which are many times its size and shown nowhere."""
    row = answer.to_dict()
    del row["hits"]
    return row


def read_answer(text: str | None) -> Answer | None:
    """What `stored_answer` has kept; None for a question without an answer."""
    if text is None:
        return None
    row = json.loads(text)
    citations = tuple(Citation(**{**item, "heading": tuple(item["heading"])}) for item in row["citations"])
    ms = Timing(row["ms"]["retrieve"], row["ms"]["generate"])
    return Answer(**{**row, "citations": citations, "suggestions": tuple(row["suggestions"]), "ms": ms})
