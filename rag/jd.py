"""Draft a job description: duties from the sources with citations, everything else from the brief, nothing from nowhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import cast

from ingest.errors import UsageError
from ingest.script import Script, has_chinese, to_script
from rag.app import Engine
from rag.blocks import plain_text
from rag.brief import Brief
from rag.citations import CitationBook, overlap
from rag.items import Item, merged_items
from rag.jd_phrases import phrase
from rag.jd_types import Claim, Draft, JobDescription
from rag.link import DEPTH_ORDER, Mention
from rag.lint import lint
from rag.lint_document import check_document
from rag.page import search_safe
from rag.types import Timing

LENGTHS = {"short": 4, "standard": 6, "detailed": 8}
MAX_SIDE_ITEMS = 5
COMPLETE_FROM = 4
# Fields of the brief that become conditions, in reading order.
_CONDITIONS = ("location", "remote", "employment_type", "salary", "headcount", "reports_to", "valid_until", "apply")
_ASKED: dict[str, tuple[str, ...]] = {
    "CN": ("location", "salary", "headcount", "valid_until", "must_have", "goals"),
    "TW": ("salary", "location", "must_have", "goals"),
}
MAX_QUESTIONS = 5


class _Writer:
    """Turns catalogue items into cited claims in the brief's language."""

    def __init__(self, brief: Brief, engine: Engine) -> None:
        self.brief = brief
        self.language = cast(Script, brief.language)
        self.book = CitationBook(engine.index)

    def claim(self, item: Item) -> Claim:
        """One line from the sources: its English rendering for an English text, else the original in the text's script."""
        span = item.span.english if self.language == "en" and item.span.english else item.span
        return Claim(self.shown(search_safe(span.text)), "corpus", (self.book.cite(item.doc, span.start, span.end),))

    def shown(self, text: str) -> str:
        """Text from a source in the brief's script; Chinese in an English text is quoted."""
        return f"“{text}”" if self.language == "en" and has_chinese(text) else to_script(text, self.language)

    def claims(self, items: Sequence[Item], limit: int) -> tuple[Claim, ...]:
        """The first items that may stand in a job description."""
        lawful = [item for item in items if not self._unlawful(item)]
        return tuple(self.claim(item) for item in lawful[:limit])

    def _unlawful(self, item: Item) -> bool:
        return any(finding.severity == "illegal" for finding in lint(item.span.text, self.brief.market).findings)

    def typed(self, values: Sequence[str]) -> tuple[Claim, ...]:
        """Lines that repeat what the user typed."""
        return tuple(Claim(value, "brief") for value in values)


def _mention(brief: Brief, engine: Engine) -> Mention | None:
    """The role that the brief is about: by its title, else by title and department."""
    for text in (brief.title, f"{brief.department or ''}{brief.title or ''}"):
        found = engine.linker.link(text or "")
        roles = [mention for mention in found if any(entry.kind == "role" for entry in mention.entries)]
        if roles or found:
            return max(roles or found, key=lambda mention: len(mention.name))
    return None


def _by_relevance(items: list[Item], brief: Brief, limit: int) -> list[Item]:
    """The items that share most with what the recruiter stressed, put back in source order."""
    stressed = " ".join(filter(None, [*brief.goals, *brief.must_have, brief.business_line]))
    if not stressed or len(items) <= limit:
        return items
    best = sorted(range(len(items)), key=lambda at: (-overlap(items[at].span.text, stressed), at))[:limit]
    return [items[at] for at in sorted(best)]


def _conditions(brief: Brief, language: Script) -> tuple[Claim, ...]:
    colon = ": " if language == "en" else "\uff1a"
    lines = [(name, getattr(brief, name)) for name in _CONDITIONS]
    return tuple(
        Claim(f"{phrase(name, language, brief.market)}{colon}{value}", "brief") for name, value in lines if value
    )


def _questions(brief: Brief, mention: Mention | None, language: Script) -> tuple[str, ...]:
    found = []
    if not brief.title:
        found.append(phrase("ask_title", language))
    elif mention is None or mention.depth == "named_only":
        key = "ask_duties_unknown" if mention is None else "ask_duties_named"
        found.append(phrase(key, language, name=brief.title))
    missing = [
        name
        for name in _ASKED.get(brief.market, ("location", "salary", "must_have", "goals"))
        if not getattr(brief, name)
    ]
    return tuple([*found, *(phrase(f"ask_{name}", language) for name in missing)][:MAX_QUESTIONS])


def _heading(brief: Brief, mention: Mention | None, language: Script) -> str:
    title = brief.title or (mention.name if mention else "")
    if language == "en" and has_chinese(title) and mention and mention.english_name:
        return mention.english_name
    return to_script(title, language)


def draft(brief: Brief, engine: Engine) -> Draft:
    """Draft a job description.

    :param brief: what the recruiter typed.
    :param engine: an open index.
    :return: `complete` with at least four duties from the sources, `thin` with fewer, `no_source` with none.
    :raises UsageError: when the brief names neither a title nor a department.
    """
    began = time.perf_counter()
    if not (brief.title or brief.department):
        raise UsageError("the brief has no title", 'give at least a title, for example {"title": "新媒体运营"}')
    mention = _mention(brief, engine)
    found = time.perf_counter()
    writer = _Writer(brief, engine)
    jd = _write(brief, mention, engine, writer)
    text = plain_text(jd, brief)
    duties = len(jd.responsibilities)
    return Draft(
        brief=brief,
        jd=jd,
        citations=writer.book.all(),
        questions=_questions(brief, mention, writer.language),
        findings=lint(text, brief.market, brief.language).findings + check_document(jd, brief, text),
        status="complete" if duties >= COMPLETE_FROM else "thin" if duties else "no_source",
        text=text,
        ms=Timing((found - began) * 1000, (time.perf_counter() - found) * 1000),
    )


def _write(brief: Brief, mention: Mention | None, engine: Engine, writer: _Writer) -> JobDescription:
    def items(label: str) -> list[Item]:
        return merged_items(mention, label, engine.linker.functions_of(mention)) if mention else []

    limit = LENGTHS[brief.length or "standard"]
    goals = writer.claims(items("goal"), 1)
    home = next((entry.department for entry in mention.entries if entry.department), None) if mention else None
    is_role = mention is not None and DEPTH_ORDER[mention.depth] > 0 and home != mention.name
    return JobDescription(
        title=_heading(brief, mention, writer.language),
        department=brief.department or (writer.shown(home) if home and is_role and writer.language != "en" else None),
        level=brief.level,
        purpose=goals[0] if goals else None,
        responsibilities=writer.claims(_by_relevance(items("duties"), brief, limit), limit),
        requirements=writer.typed(brief.must_have) + writer.claims(items("skills"), MAX_SIDE_ITEMS),
        nice_to_have=writer.typed(brief.nice_to_have),
        kpis=writer.claims(items("metrics"), MAX_SIDE_ITEMS) + writer.typed(brief.goals),
        collaboration=writer.claims(items("works_with"), MAX_SIDE_ITEMS),
        conditions=_conditions(brief, writer.language),
        benefits=writer.typed(brief.benefits),
        company=Claim(brief.company, "brief") if brief.company else None,
    )
