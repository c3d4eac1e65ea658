"""The lines of a draft, each with its source: what the documents say, what the recruiter typed, what is only suggested."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from ingest.script import Script, has_chinese, to_script
from ingest.types import Span
from rag.app import Engine
from rag.brief_items import without_heading
from rag.brief_types import Brief
from rag.citations import CitationBook
from rag.examples import fits, without_examples
from rag.items import Item, same
from rag.jd_metrics import metric
from rag.jd_parallel import together
from rag.jd_phrases import phrase
from rag.jd_types import Claim
from rag.lint import lint
from rag.page import search_safe
from rag.unlawful import LeftOut
from rag.wording import localise

MAX_SUGGESTED = 3
_SMALL = frozenset({"of", "and", "or", "for", "the", "in", "to", "at", "with", "a", "an", "on"})
_INITIALS = re.compile(
    r"hr|qa|ui|ux|it|pr|seo|sem|ceo|cto|cfo|coo|cmo|crm|erp|hvac|rn|vp|svp|evp|bi|ml|ai|cnc|ppc|kol|b2b|b2c|pm|sre"
)
# A word of English at the beginning of a line, and no name that is written small: `dbt`, `iOS`.
_PLAIN_WORD = re.compile(r"(?:[a-z]{4,}|an?|the|two|six|ten|one|our|no|can|own|pet|gym|day|pay)\b(?![./_])")
# Fields of the brief that become conditions, in reading order.
CONDITIONS = (
    *("location", "salary", "employment_type", "remote", "headcount", "reports_to"),
    *("business_line", "company_stage", "valid_until", "apply"),
)
# An English condition of these begins with a capital.
_IN_CAPITALS = frozenset({"employment_type", "remote", "business_line", "company_stage"})


def colon(language: str) -> str:
    """What stands between a label and its value."""
    return ": " if language == "en" else "\uff1a"


def condition_text(name: str, value: object, brief: Brief) -> str:
    """The line of the conditions for one field of the brief, in the draft's language and market."""
    language = cast(Script, brief.language)
    shown = str(value)
    if language == "en" and name in _IN_CAPITALS and shown[1:2].islower():
        shown = shown[0].upper() + shown[1:]
    return f"{phrase(name, language, brief.market)}{colon(language)}{shown}"


def condition(text: str, brief: Brief) -> str | None:
    """The field of the brief that a line of the conditions gives; None when it is free text."""
    return next((name for name in CONDITIONS if text.startswith(condition_text(name, "", brief))), None)


def as_typed(text: str, language: Script) -> str:
    """What the user typed in the script of the text, in English with a capital, and otherwise unchanged: Taipei stays the \u53f0\u5317 that people in Taiwan write."""
    shown = to_script(text, language)
    if language == "en" and _PLAIN_WORD.match(shown):
        shown = shown[0].upper() + shown[1:]
    return shown if "\u81fa" in text else shown.replace("\u81fa", "\u53f0")


def in_capitals(title: str) -> str:
    """An English title that was typed without capitals, as postings print it: `HR and Office Manager`."""

    def shown(word: re.Match[str]) -> str:
        text = word.group()
        return (
            text
            if text in _SMALL and word.start()
            else text.upper()
            if _INITIALS.fullmatch(text)
            else text.capitalize()
        )

    return re.sub(r"[a-z]+", shown, title[:1].lower() + title[1:])


class LineWriter:
    """Turns catalogue items into cited claims, and typed values into claims, in the brief's language and market.

    :param brief: what the recruiter typed.
    :param engine: an open index.
    :param as_typed: show typed lines that may not be published too, for somebody who settles them one by one.
    """

    def __init__(self, brief: Brief, engine: Engine, *, as_typed: bool = True) -> None:
        self.brief = brief
        self.left_out = None if as_typed else LeftOut(brief.market, brief.language)
        self.language = cast(Script, brief.language)
        self.book = CitationBook(engine.index)
        self.untranslated = False
        self._examples = brief.length == "detailed"

    def claim(self, item: Item) -> Claim:
        """One line from the sources: its English rendering for an English text, else the original in the text's words."""
        return Claim(self.shown(self._words(item)), "corpus", (self._cite(item),))

    def metric(self, item: Item) -> Claim:
        """One metric from the sources: what is measured, and its target."""
        return Claim(self.shown(metric(self._words(item))), "corpus", (self._cite(item),))

    def together(self, items: Sequence[Item]) -> Claim:
        """One line for several that differ in one word, with the citations of all."""
        text = together([self.text(item) for item in items])
        return Claim(text, "corpus", tuple(dict.fromkeys(map(self._cite, items))))

    def text(self, item: Item) -> str:
        """The words of a claim, not cited yet."""
        return self.shown(self._words(item))

    def _words(self, item: Item) -> str:
        text = search_safe(self._span(item).text)
        return without_examples(text, business_line=self.brief.business_line, all_kept=self._examples)

    def _span(self, item: Item) -> Span:
        return item.span.english if self.language == "en" and item.span.english else item.span

    def _cite(self, item: Item) -> int:
        span = self._span(item)
        return self.book.cite(item.doc, span.start, span.end)

    def shown(self, text: str) -> str:
        """Text from a source in the brief's script and words; Chinese in an English text is quoted."""
        if self.language == "en" and has_chinese(text):
            self.untranslated = True
            return f"“{text}”"
        return localise(text, self.language, self.brief.market)

    def claims(self, items: Sequence[Item], limit: int) -> tuple[Claim, ...]:
        """The first items."""
        return tuple(self.claim(item) for item in items[:limit])

    def lawful(self, items: Sequence[Item]) -> list[Item]:
        """The items that may stand in a job description, none that repeats what the recruiter typed."""
        typed = [*self.brief.duties, *self.brief.goals]
        return [
            item
            for item in items
            if fits(item.span.text)
            and not any(finding.severity == "illegal" for finding in lint(item.span.text, self.brief.market).findings)
            and not any(same(item.span.text, line) for line in typed)
        ]

    def typed(self, values: Sequence[str], name: str = "") -> tuple[Claim, ...]:
        """Lines that repeat what the user typed, in the script of the text and otherwise unchanged.

        :param name: the list that they are of; an English line does not say its heading again.
        """
        lawful = self.left_out.lawful(values) if self.left_out else values
        if self.language == "en":
            lawful = [without_heading(name, value) for value in lawful]
        return tuple(Claim(as_typed(value, self.language), "brief") for value in lawful)

    def suggested(self, items: Sequence[Item]) -> tuple[Claim, ...]:
        """What the sources ask of people, for the recruiter to accept or to delete."""
        claims = self.claims(items, MAX_SUGGESTED)
        return tuple(Claim(claim.text, "suggested", claim.citations) for claim in claims)
