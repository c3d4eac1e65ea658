"""A draft in work: its lines with what a person did to them. The draft made from it is always whole and honest.

A line holds its citations itself, so it can be moved, dropped or carried into another draft; numbers are given when the draft is put
together, in reading order, and a citation that no line uses any more is gone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from ingest.errors import UsageError
from ingest.types import DocumentRecord
from rag.blocks import plain_text
from rag.brief import Brief
from rag.draft_json import draft_from_dict
from rag.jd import status_of
from rag.jd_lines import colon, condition
from rag.jd_types import SECTIONS, Claim, Draft, Source
from rag.lint import Finding
from rag.lint_document import check_draft
from rag.types import Citation
from rag.unlawful import must_go

# The sections in reading order; `purpose` and `company` hold at most one line.
ORDER = ("purpose", *SECTIONS, "company")
SINGLE = frozenset({"purpose", "company"})
HEAD = ("title", "department", "level")
# A section whose typed lines are a list of the brief.
LISTS = {
    "requirements": "must_have",
    "nice_to_have": "nice_to_have",
    "kpis": "goals",
    "benefits": "benefits",
}
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Line:
    """One line of a draft in work.

    `id` stays with it over moves and edits; `cited` are its citations, whose numbers mean nothing here; a `locked` line is changed
    by nobody, an `edited` one by no regeneration.
    """

    id: int
    section: str
    text: str
    source: Source
    cited: tuple[Citation, ...] = ()
    locked: bool = False
    edited: bool = False

    @property
    def protected(self) -> bool:
        """Whether regenerating leaves the line as it is."""
        return self.locked or self.edited


@dataclass(frozen=True)
class Kept:
    """A finding that a person decided to keep, and why."""

    rule: str
    text: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Work:
    """A draft being worked on. Values only: every change makes a new one (see `rag.revise`).

    `base` is the draft that the lines began as: it gives the brief, the head and whatever else no line holds, and its own lines are
    not looked at any more. `aside` are the places of the documents whose lines were replaced, so that regenerating goes on instead
    of in a circle.
    """

    base: Draft
    lines: tuple[Line, ...]
    kept: tuple[Kept, ...] = ()
    aside: tuple[Place, ...] = ()

    @classmethod
    def of(cls, draft: Draft) -> Work:
        """The lines of a draft, numbered in reading order, none of them locked."""
        by_number = {citation.n: citation for citation in draft.citations}
        claims = [(name, claim) for name in ORDER for claim in draft.jd.section(name)]
        return cls(
            draft,
            tuple(
                Line(at, name, claim.text, claim.source, tuple(by_number[n] for n in claim.citations))
                for at, (name, claim) in enumerate(claims, 1)
            ),
        )

    @property
    def brief(self) -> Brief:
        """The brief that the lines began from; `draft.brief` has what they say now."""
        return self.base.brief

    def head(self, name: str) -> str | None:
        """The title, the department or the level."""
        value: str | None = getattr(self.base.jd, name)
        return value

    @property
    def title(self) -> str:
        """The title."""
        return self.base.jd.title

    def section(self, name: str) -> tuple[Line, ...]:
        """The lines of one section, in order."""
        return tuple(line for line in self.lines if line.section == name)

    def line(self, line_id: int) -> Line:
        """One line.

        :raises UsageError: when there is no such line, as when it was removed in another window.
        """
        for line in self.lines:
            if line.id == line_id:
                return line
        raise UsageError(
            f"the draft has no line {line_id}", "it may have been removed in another window; reload the page"
        )

    def next_id(self) -> int:
        """An id that no line has had as long as none was removed from the end."""
        return max((line.id for line in self.lines), default=0) + 1

    @cached_property
    def draft(self) -> Draft:
        """The draft as the contract has it: numbered citations, text and findings all made from the lines as they are now."""
        book: dict[Place, Citation] = {}
        for name in ORDER:
            for citation in (citation for line in self.section(name) for citation in line.cited):
                book.setdefault(place(citation), replace(citation, n=len(book) + 1))

        def claims(name: str) -> tuple[Claim, ...]:
            rows = self.section(name)
            return tuple(
                Claim(line.text, line.source, tuple(dict.fromkeys(book[place(c)].n for c in line.cited)))
                for line in rows
            )

        single = {name: next(iter(claims(name)), None) for name in SINGLE}
        jd = replace(self.base.jd, **single, **{name: claims(name) for name in SECTIONS})  # type: ignore[arg-type]
        brief = self._brief()
        text = plain_text(jd, brief)
        told = sum(line.source == "corpus" for line in self.section("responsibilities"))
        return replace(
            self.base,
            brief=brief,
            jd=jd,
            citations=tuple(book.values()),
            findings=check_draft(jd, brief, text, brief.language),
            status=status_of(told),
            text=text,
        )

    def _brief(self) -> Brief:
        """The brief with what the lines say now, so that the form, the text and every export tell the same."""
        row = self.brief.to_dict()
        for section, name in LISTS.items():
            row[name] = [line.text for line in self.section(section) if line.source == "brief"]
        # Typed duties that a person has taken out or reworded do not come back with the next draft.
        told = {line.text for line in self.section("responsibilities")}
        row["duties"] = [text for text in self.brief.duties if text in told]
        row["company"] = next((line.text for line in self.section("company") if line.source == "brief"), None)
        # A field whose line is gone is empty; one that never had a line keeps its value.
        row |= dict.fromkeys(filter(None, (condition(claim.text, self.brief) for claim in self.base.jd.conditions)))
        free = [line for line in self.section("conditions") if not condition(line.text, self.brief)]
        row["conditions"] = [line.text for line in free if line.source == "brief"]
        for line in self.section("conditions"):
            if field := condition(line.text, self.brief):
                value = line.text.split(colon(self.brief.language), 1)[1].strip()
                row[field] = value if field != "headcount" or re.fullmatch(r"\d{1,5}", value) else None
        return Brief.from_dict(row)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form that holds the contract's Draft; `from_dict` reverses it."""
        rows = [line for name in ORDER for line in self.section(name)]
        return {
            "draft": self.draft.to_dict(),
            "lines": [{"id": line.id, "locked": line.locked, "edited": line.edited} for line in rows],
            "kept": [asdict(kept) for kept in self.kept],
            "aside": [list(item) for item in self.aside],
        }

    @classmethod
    def from_dict(cls, row: Any) -> Work:
        """Rebuild from `to_dict` output.

        :raises UsageError: for another shape.
        """
        try:
            work = cls.of(draft_from_dict(row["draft"]))
            lines = [replace(line, **state) for line, state in zip(work.lines, row["lines"], strict=True)]
            kept = tuple(Kept(**item) for item in row["kept"])
            aside = tuple((str(doc), int(start), int(end)) for doc, start, end in row["aside"])
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"this is no draft in work: {error}", "open an earlier version of the draft") from error
        return replace(work, lines=tuple(lines), kept=kept, aside=aside)


def unsettled(work: Work) -> list[Finding]:
    """The findings of wording that may stand in no posting and that nobody has decided to keep."""
    kept = {(row.rule, row.text) for row in work.kept}
    # What is missing from the posting as a whole stands in the checklist; it is no wording.
    wording = [row for row in work.draft.findings if must_go(row) and row.end > row.start]
    return [row for row in wording if (row.rule, row.text) not in kept]


def place(citation: Citation) -> Place:
    """Where a citation stands: document, start and end."""
    return citation.doc, citation.start, citation.end


def digests(lines: Sequence[Line], documents: Mapping[str, DocumentRecord]) -> dict[str, str]:
    """The digest of every document that the lines cite, as the library has it now; documents that are gone are left out.

    :param lines: the lines of a draft.
    :param documents: the register of the open index: name -> `DocumentRecord`.
    """
    docs = dict.fromkeys(citation.doc for line in lines for citation in line.cited)
    return {doc: documents[doc].digest for doc in docs if doc in documents}
