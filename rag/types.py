"""The values that travel from a question or a brief to a cited result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from ingest.errors import UsageError
from ingest.script import Script
from ingest.types import Chunk

Status = Literal["answered", "partial", "refused"]
Mode = Literal["extractive", "llm"]


@dataclass(frozen=True)
class Message:
    """One earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class Turn:
    """A question with the conversation before it, oldest message first."""

    question: str
    history: tuple[Message, ...] = ()

    @property
    def asked_before(self) -> list[str]:
        """The questions before this one, newest first."""
        return [message.content for message in reversed(self.history) if message.role == "user"]


@dataclass(frozen=True)
class Hit:
    """A retrieved chunk; a higher score is better.

    `cosine` is the dense leg's own score (its floor when not among its best); `near` holds the chunk's sentences among the
    nearest, as (start, cosine), the nearest first.
    """

    rank: int
    score: float
    chunk: Chunk
    cosine: float = 0.0
    near: tuple[tuple[int, float], ...] = ()

    @property
    def cosines(self) -> dict[tuple[str, int], float]:
        """The cosine of each of these sentences, by document and start."""
        return {(self.chunk.doc, start): cosine for start, cosine in self.near}

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        chunk = self.chunk
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "doc": chunk.doc,
            "title": chunk.title,
            "heading": list(chunk.heading),
            "text": chunk.passage.text,
            "start": chunk.passage.start,
            "end": chunk.passage.end,
            "year": chunk.year,
        }


@dataclass(frozen=True)
class Citation:
    """A numbered quote: an exact substring of a document's stored text at [start, end)."""

    n: int
    doc: str
    title: str
    heading: tuple[str, ...]
    quote: str
    start: int
    end: int
    page: int | None = None
    year: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return asdict(self) | {"heading": list(self.heading)}


@dataclass(frozen=True)
class Timing:
    """Milliseconds spent in each stage."""

    retrieve: float = 0.0
    generate: float = 0.0

    def to_dict(self) -> dict[str, float]:
        """The contract's JSON shape, with the total."""
        return {
            "retrieve": round(self.retrieve, 1),
            "generate": round(self.generate, 1),
            "total": round(self.retrieve + self.generate, 1),
        }


@dataclass(frozen=True)
class Answer:
    """A cited answer, or a refusal that says what is missing.

    `confidence` is the calibrated probability that the documents answer the question as shown; 1 where the role catalogue decides.
    A stream of answers is a series of snapshots, each of which replaces the one before: `a + b` is `b`. So the sum of a
    stream is its last snapshot, and a failure half way can be replaced by a whole new answer.
    """

    question: str
    answer: str
    status: Status
    reason: str | None = None
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    suggestions: tuple[str, ...] = ()
    mode: Mode = "extractive"
    model: str | None = None
    ms: Timing = field(default_factory=Timing)
    confidence: float = 1.0

    def __add__(self, later: Answer) -> Answer:
        return later

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        row = {item.name: getattr(self, item.name) for item in fields(self)}
        return row | {
            "citations": [citation.to_dict() for citation in self.citations],
            "hits": [hit.to_dict() for hit in self.hits],
            "suggestions": list(self.suggestions),
            "confidence": round(self.confidence, 4),
            "ms": self.ms.to_dict(),
        }


def parse_history(value: Any) -> tuple[Message, ...]:
    """Read a conversation from JSON.

    :param value: a list of `{"role": "user"|"assistant", "content": str}`, or None.
    :raises UsageError: when it has another shape.
    """
    messages = [] if value is None else value
    if not isinstance(messages, list) or not all(
        isinstance(row, dict) and row.get("role") in {"user", "assistant"} and isinstance(row.get("content"), str)
        for row in messages
    ):
        raise UsageError(
            "the history has the wrong shape", 'give a JSON list of {"role": "user" or "assistant", "content": "..."}'
        )
    return tuple(Message(row["role"], row["content"]) for row in messages)


def language_of(script: Script) -> Literal["zh", "en"]:
    """The language of the passages that a reader of this script can read."""
    return "en" if script == "en" else "zh"
