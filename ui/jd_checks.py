"""What is still to settle in a draft: the checker's findings at their lines, and what a market's posting must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.script import Script
from rag.jd_types import Draft
from rag.lint import Finding
from rag.lint_document import check_draft
from rag.work import HEAD, ORDER, Work

# What a posting must hold, as fields of the brief and sections of the draft. CN: the content list that platforms must enforce (notice
# of 13 January 2026) and the benefits of the rules on employment services; TW: pay, place, duties; elsewhere: what search engines
# and pay transparency laws ask for.
NEEDED: dict[str, tuple[str, ...]] = {
    "CN": (
        "title",
        "company",
        "headcount",
        "responsibilities",
        "requirements",
        "location",
        "salary",
        "benefits",
        "valid_until",
    ),
    "TW": ("title", "company", "responsibilities", "requirements", "location", "salary", "benefits"),
    "HK": ("title", "company", "responsibilities", "requirements", "location", "salary"),
    "US": ("title", "company", "responsibilities", "requirements", "location", "salary", "benefits", "apply"),
    "EU": ("title", "company", "responsibilities", "requirements", "location", "salary"),
}
# Where a line is: its id, a head field, or None for the text as a whole.
Where = int | str | None


@dataclass(frozen=True)
class Placed:
    """A finding with the line it is in, where in that line's text it stands, and the words there."""

    finding: Finding
    where: Where
    start: int = 0
    end: int = 0
    words: str = ""


def placed(work: Work, reader: Script) -> list[Placed]:
    """The findings of a draft, told in the reader's language, each at its line; kept ones are among them."""
    draft = work.draft
    spans = list(_spans(work, draft))
    same = reader == draft.brief.language
    findings = draft.findings if same else check_draft(draft.jd, draft.brief, draft.text, reader)
    return [_at(finding, spans, draft.text) for finding in findings]


def _spans(work: Work, draft: Draft) -> Iterator[tuple[Where, int, int]]:
    """(line, start, end) of every line in the draft's text, whatever stands around it."""
    lines: list[tuple[Where, str]] = [(name, text) for name in HEAD if (text := work.head(name))]
    lines += [(line.id, line.text) for name in ORDER for line in work.section(name)]
    at = 0
    for where, text in lines:
        found = draft.text.find(text, at)
        start = found if found >= 0 else draft.text.find(text)
        if start >= 0:
            at = start + len(text)
            yield where, start, at


def _at(finding: Finding, spans: list[tuple[Where, int, int]], text: str) -> Placed:
    """A finding at the line it has most in common with: it may begin at the line's bullet, which is no part of its text."""
    shared = [(min(finding.end, end) - max(finding.start, start), where, start, end) for where, start, end in spans]
    size, where, start, end = max(shared, key=lambda row: row[0], default=(0, None, 0, 0))
    if size <= 0:
        return Placed(finding, None, words=finding.text)
    low, high = max(finding.start, start), min(finding.end, end)
    return Placed(finding, where, low - start, high - start, text[low:high])


def checklist(draft: Draft) -> list[tuple[str, bool]]:
    """(item, whether the draft holds it) for its market, in reading order."""
    jd, brief = draft.jd, draft.brief

    def holds(item: str) -> bool:
        if item in HEAD:
            return bool(getattr(jd, item))
        return bool(jd.section(item) if item in ORDER else getattr(brief, item))

    return [(item, holds(item)) for item in NEEDED[brief.market]]
