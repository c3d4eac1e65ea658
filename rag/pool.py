"""What else the documents say for a section of a draft: the lines that regenerating takes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from ingest.script import Script, has_chinese, to_script
from rag.app import Engine
from rag.brief import Brief
from rag.citations import CitationBook
from rag.items import merged_items, same
from rag.lint import lint
from rag.page import search_safe
from rag.types import Citation
from rag.work import Place, Work

# The axis of the role catalogue that a section is written from.
LABELS = {
    "purpose": "goal",
    "responsibilities": "duties",
    "requirements": "skills",
    "kpis": "metrics",
    "collaboration": "works_with",
}


@dataclass(frozen=True)
class Offer:
    """One line that the documents could give, with its citation."""

    text: str
    citation: Citation

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.citation.doc, self.citation.start, self.citation.end


def offers(section: str, brief: Brief, engine: Engine) -> list[Offer]:
    """Everything the documents say for one section about the brief's role, the fullest source first; nothing unlawful.

    :param section: a section's name; one that is never written from documents has no offers.
    :param brief: gives the role, the language and the market.
    :param engine: an open index.
    """
    named = f"{brief.department or ''}{brief.title or ''}"
    mentions = engine.linker.link(brief.title or "") or engine.linker.link(named)
    if section not in LABELS or not mentions:
        return []
    roles = [mention for mention in mentions if any(entry.kind == "role" for entry in mention.entries)]
    mention = max(roles or mentions, key=lambda mention: len(mention.name))
    homes = {(entry.doc, entry.heading) for entry in mention.entries}
    entries = engine.linker.entries
    functions = [row for row in entries if row.kind == "function" and (row.doc, row.heading[:-1]) in homes]
    language = cast(Script, brief.language)
    found = []
    for item in merged_items(mention, LABELS[section], functions):
        if any(finding.severity == "illegal" for finding in lint(item.span.text, brief.market).findings):
            continue
        span = item.span.english if language == "en" and item.span.english else item.span
        book = CitationBook(engine.index)
        book.cite(item.doc, span.start, span.end)
        text = search_safe(span.text)
        shown = f"“{text}”" if language == "en" and has_chinese(text) else to_script(text, language)
        found.append(Offer(shown, book.all()[0]))
    return found


def unused(section: str, work: Work, engine: Engine) -> list[Offer]:
    """The offers that the draft neither holds nor has put aside, and that say nothing it says already."""
    taken = {(c.doc, c.start, c.end) for line in work.lines for c in line.cited} | set(work.aside)
    quotes = [c.quote for line in work.lines for c in line.cited]
    return [
        offer
        for offer in offers(section, work.brief, engine)
        if offer.place not in taken and not any(same(offer.citation.quote, quote) for quote in quotes)
    ]
