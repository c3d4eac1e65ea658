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
    items are `- ` or `1. ` lines, whatever the format was. `left_out` is what the loader took for no part of the main content.
    """

    pages: tuple[str, ...]
    title: str | None = None
    source: str | None = None
    author: str | None = None
    year: int | None = None
    left_out: str = ""


@dataclass(frozen=True)
class Removal:
    """A piece of the raw text that a cleaning rule took out or changed.

    `text` is what went, `at` its places in the raw text as (start, end) offsets (several where an earlier rule had cut in),
    `replacement` what stands there now. `author` and `year` are what a publish line or an author card said.
    """

    rule: str
    text: str
    replacement: str = ""
    why: str = ""
    at: tuple[tuple[int, int], ...] = ()
    author: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Post:
    """One author's answer on a page that holds several, as (start, end) offsets into the stored text."""

    start: int
    end: int
    author: str | None = None
    year: int | None = None

    def label(self) -> str | None:
        """How the post is named in heading paths: its author and year, as far as the page tells them."""
        return ", ".join(str(part) for part in (self.author, self.year) if part) or None


@dataclass(frozen=True)
class SourceDocument:
    """A cleaned document as it is stored, searched and quoted.

    `doc` is the path relative to the ingested root (POSIX form); `digest` is the SHA-256 of the file's bytes, of the cleaning
    rules and of the pipeline's version; `page_starts` holds the offset in `text` at which each page begins (empty when there
    are no pages); `posts` are the answers of a page with several authors; `uncertain` are damaged places that are searched
    but never quoted; `diff` shows what cleaning took out and `removed_share` how much of the raw text that was.
    """

    doc: str
    title: str
    text: str
    digest: str
    source: str | None = None
    author: str | None = None
    year: int | None = None
    page_starts: tuple[int, ...] = ()
    posts: tuple[Post, ...] = ()
    uncertain: tuple[tuple[int, int], ...] = ()
    diff: str = ""
    removed_share: float = 0.0


@dataclass(frozen=True)
class Section:
    """One heading and the text below it, up to the next heading.

    `heading` is the path from the outermost heading to this one, its post's label first where the page has several authors;
    `start` and `end` delimit the body (heading line excluded); `year` is the post's; `head` is where its heading line begins,
    or the first of the heading lines that stand directly above one another.
    """

    heading: tuple[str, ...]
    start: int
    end: int
    year: int | None = None
    head: int | None = None


@dataclass(frozen=True)
class Window:
    """A small piece of a chunk that is embedded and matched: (start, end) offsets into the document's text."""

    start: int
    end: int


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
class Chunk:
    """A passage of a document, as it is read: `document.text[start:end] == text`, always.

    It is matched by its windows (small to big): one for a short chunk, several overlapping ones for a long one. `lead` are the
    heading lines directly above it, where it begins its section; `within` is the passage that it is read in, with its neighbours
    (`ingest.passages`), None for a chunk that stands alone.
    """

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
    windows: tuple[Window, ...] = ()
    lead: str = ""
    within: Span | None = None

    @property
    def top(self) -> int:
        """Where the chunk begins in its document, with its heading lines."""
        return self.start - len(self.lead)

    @property
    def passage(self) -> Span:
        """What a reader is shown: an exact piece of the document that holds the chunk, its heading lines and its neighbours."""
        return self.within or Span(self.lead + self.text, self.top, self.end)

    def index_text(self) -> str:
        """The text of the lexical index: the heading path first, because a list of duties rarely names its role."""
        return " > ".join(self.heading) + "\n" + self.text if self.heading else self.text


@dataclass(frozen=True)
class RoleEntry:
    """One department, team, role or function as one document describes it; `aliases` are its other names there."""

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
    aliases: tuple[str, ...] = ()

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
        several = {"heading": tuple(row["heading"]), "aliases": tuple(row.get("aliases", ()))}
        return cls(**{**row, **several, "fields": fields})


@dataclass(frozen=True)
class DocumentRecord:
    """One row of the document register of an index generation.

    `uncertain` are damaged places of the stored text that are never quoted; `duplicate_of` names the document that holds the
    same article, whose own row then lists this one under `also`; `removed_share` is how much of the raw text cleaning took
    out; `sketch` is what near-duplicates are found by.
    """

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
    uncertain: tuple[tuple[int, int], ...] = ()
    duplicate_of: str | None = None
    also: tuple[str, ...] = ()
    sketch: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The contract's row of `documents`: what a reader wants to know, without the sketch."""
        row = asdict(self)
        del row["sketch"], row["uncertain"]
        return row


@dataclass
class IngestReport:
    """The fate of every file of one ingest run; lists hold `doc` names in the order of work.

    `warnings` name documents that lost more than half of their text to cleaning; `duplicates` those that another document
    already holds.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    chunks: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return asdict(self)
