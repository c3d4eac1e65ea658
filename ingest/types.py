"""The values that travel from a file to the index, one frozen dataclass per stage."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Language = Literal["zh", "en"]
Depth = Literal["named_only", "one_line", "duties", "duties_goals_kpis"]
Kind = Literal["department", "team", "role", "function", "concept"]


@dataclass(frozen=True)
class LoadedFile:
    """What a loader reads from one file, before cleaning.

    `pages` holds the text of each page (PDF), or one item for every other format. Headings are Markdown `#` lines, list
    items are `- ` or `1. ` lines, whatever the format was.
    """

    pages: tuple[str, ...]
    title: str | None = None
    source: str | None = None
    author: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Removal:
    """A piece of the raw text that a cleaning rule took out or changed."""

    rule: str
    text: str
    replacement: str = ""


@dataclass(frozen=True)
class SourceDocument:
    """A cleaned document as it is stored, searched and quoted.

    `doc` is the path relative to the ingested root (POSIX form); `digest` is the SHA-256 of the file's bytes and of the
    pipeline's version; `page_starts` holds the offset in `text` at which each page begins (empty when there are no pages).
    """

    doc: str
    title: str
    text: str
    digest: str
    source: str | None = None
    author: str | None = None
    year: int | None = None
    page_starts: tuple[int, ...] = ()
    removed: tuple[Removal, ...] = ()


@dataclass(frozen=True)
class Section:
    """One heading and the text below it, up to the next heading.

    `heading` is the path from the outermost heading to this one; `start` and `end` delimit the body (heading line excluded).
    """

    heading: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Chunk:
    """A passage of a document: `document.text[start:end] == text`, always."""

    id: str
    doc: str
    title: str
    heading: tuple[str, ...]
    text: str
    start: int
    end: int
    page: int | None = None
    year: int | None = None
    language: Language = "zh"

    def index_text(self) -> str:
        """The text that is embedded and indexed: the heading path first, because a list of duties rarely names its role."""
        return " > ".join(self.heading) + "\n" + self.text if self.heading else self.text


@dataclass(frozen=True)
class Span:
    """An exact piece of a document's text, with its English rendering where the document holds one."""

    text: str
    start: int
    end: int
    english: Span | None = None

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Span:
        """Rebuild a span from `dataclasses.asdict` output."""
        english = row.get("english")
        return cls(row["text"], row["start"], row["end"], cls.from_dict(english) if english else None)


@dataclass(frozen=True)
class RoleEntry:
    """One department, team, role or function as one document describes it."""

    kind: Kind
    name: str
    department: str | None
    team: str | None
    depth: Depth
    doc: str
    title: str
    year: int | None
    heading: tuple[str, ...]
    start: int
    end: int
    english_name: str | None = None
    fields: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, label: str) -> tuple[Span, ...]:
        """The items under one label (`goal`, `duties`, `metrics`, ...); empty when the document does not give it."""
        return self.fields.get(label, ())

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; `from_dict` reverses it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> RoleEntry:
        """Rebuild an entry from `to_dict` output."""
        fields = {label: tuple(Span.from_dict(item) for item in items) for label, items in row["fields"].items()}
        return cls(**{**row, "heading": tuple(row["heading"]), "fields": fields})


@dataclass(frozen=True)
class DocumentRecord:
    """One row of the document register of an index generation."""

    doc: str
    title: str
    digest: str
    root: str
    added: str
    chunks: int
    source: str | None = None
    author: str | None = None
    year: int | None = None
    removed_share: float = 0.0


@dataclass
class IngestReport:
    """The fate of every file of one ingest run; lists hold `doc` names in the order of work."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    chunks: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return asdict(self)
