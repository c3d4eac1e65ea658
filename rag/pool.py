"""What else the documents say for a section of a draft: the lines that regenerating takes next."""

from __future__ import annotations

from dataclasses import dataclass

from rag.app import Engine
from rag.brief import Brief
from rag.items import same
from rag.jd_lines import LineWriter
from rag.jd_metrics import metrics_first
from rag.jd_source import find_source
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
    if section not in LABELS:
        return []
    writer = LineWriter(brief, engine)
    items = writer.lawful(find_source(brief, engine.linker).items(LABELS[section]))
    claims = [writer.metric(item) for item in metrics_first(items)] if section == "kpis" else map(writer.claim, items)
    found = list(claims)
    by_number = {citation.n: citation for citation in writer.book.all()}
    return [Offer(claim.text, by_number[claim.citations[0]]) for claim in found]


def unused(section: str, work: Work, engine: Engine) -> list[Offer]:
    """The offers that the draft neither holds nor has put aside, and that say nothing it says already."""
    taken = {(c.doc, c.start, c.end) for line in work.lines for c in line.cited} | set(work.aside)
    quotes = [c.quote for line in work.lines for c in line.cited]
    return [
        offer
        for offer in offers(section, work.brief, engine)
        if offer.place not in taken and not any(same(offer.citation.quote, quote) for quote in quotes)
    ]
