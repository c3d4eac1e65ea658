"""The page of one answer: its lines, in the reader's script, and the citations that they use."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.labels import heading_label
from ingest.script import Script, fold, full_width, has_chinese, to_script
from ingest.store import Index
from ingest.types import Span
from rag.citations import CitationBook
from rag.items import Item
from rag.phrases import say
from rag.query import Query


def for_reader(span: Span, script: Script) -> Span:
    """The rendering that the reader can read, when the document holds one."""
    return span.english if script == "en" and span.english else span


class Page:
    """The lines of one answer and the citations they use.

    :param index: the generation that is quoted.
    :param query: the question, whose script is the reader's.
    :param book: numbers the citations; pages of one answer share it.
    """

    def __init__(self, index: Index, query: Query, book: CitationBook) -> None:
        self.query = query
        self.book = book
        self._index = index
        self._lines: list[str] = []

    def line(self, text: str, *spans: tuple[str, int, int]) -> None:
        """Add a line, with a mark for each span that supports it."""
        self._lines.append(text + "".join(f"[{self.book.cite(*span)}]" for span in dict.fromkeys(spans)))

    def cited(self, item: Item) -> str:
        """An item in the reader's script with its mark; what is not in an English reader's language is quoted as it is."""
        span = for_reader(item.span, self.query.script)
        return f"{shown(span.text, self.query.script)}[{self.book.cite(item.doc, span.start, span.end)}]"

    def grouped(self, items: Sequence[Item]) -> None:
        """List items, with a line that names the source wherever it changes, under the sub-headings that they stand under."""
        documents = self._index.documents
        several = len({item.doc for item in items}) > 1
        current: str | None = None
        below: tuple[str, int, int] | None = None
        for item in items:
            if several and item.doc != current:
                current = item.doc
                record = documents[item.doc]
                year = (
                    ""
                    if record.year is None
                    else f" ({record.year})"
                    if self.query.script == "en"
                    else full_width(f"({record.year})")
                )
                self.line("")
                title = to_script(record.title, self.query.script)
                self.line(say("source", self.query.script, title=title, year=year))
            topic = self._topic(item)
            if topic and topic != below:
                _, start, end = topic
                self.line(f"- **{shown(self._index.text(item.doc)[start:end], self.query.script)}**", topic)
            below = topic
            self.line(f"{'  ' if topic else ''}- {self.cited(item)}")

    def _topic(self, item: Item) -> tuple[str, int, int] | None:
        """Where the sub-heading stands that an item of a role stands under, such as one of its fields of work; None for none."""
        span, entry = for_reader(item.span, self.query.script), item.entry
        chunk = self._index.chunk_at(item.doc, span.start)
        if entry is None or chunk is None or not chunk.heading or chunk.end <= span.start:
            return None
        name = chunk.heading[-1].removeprefix("English: ")
        inside = len(chunk.heading) > len(entry.heading) and chunk.heading[: len(entry.heading)] == entry.heading
        own = {fold(entry.name), fold(entry.english_name or entry.name)}
        if entry.kind != "function" and (not inside or fold(name) in own):
            return None
        at = self._index.text(item.doc).rfind(name, 0, span.start)
        if heading_label(name) or at < 0 or not self._index.is_sound(item.doc, at, at + len(name)):
            return None
        return item.doc, at, at + len(name)

    def text(self) -> str:
        """The whole answer."""
        return "\n".join(self._lines).strip()


def colon(query: Query) -> str:
    """What stands between a name and what is said of it, in the reader's script."""
    return ": " if query.script == "en" else full_width(":")


def shown(text: str, script: Script) -> str:
    """A quoted text in the reader's script; what is not in an English reader's language is quoted as it is."""
    safe = search_safe(text)
    return f"“{safe}”" if script == "en" and has_chinese(safe) else to_script(safe, script)


def search_safe(text: str) -> str:
    """A quoted text as one table-safe line: marks, pipes and line breaks in a source must not pass for our own."""
    return text.replace("\n", " ").replace("|", "/").replace("[", "(").replace("]", ")").strip()
