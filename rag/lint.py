"""The checker for legality and bias: the rules are data (`rag/rules/*.yaml`), the engine knows nothing about them.

Patterns run line by line on folded text (simplified, half-width, lower case, without what is put between Chinese characters to
hide words); offsets always lead back to the text as given. A hit is dropped when its clause holds one of the rule's exceptions,
denies it, or is about somebody else than an applicant: most false alarms are about customers, products or data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from ingest.errors import UsageError
from ingest.script import fold
from rag.lint_form import Form
from rag.lint_match import Hit, all_hits
from rag.lint_rules import MARKETS, PENALTY, Rule, Severity, load_rules, read_rules
from rag.rewrite import deletion, rewritten, told_in

__all__ = [
    "LANGUAGES",
    "MARKETS",
    "PENALTY",
    "Finding",
    "LintResult",
    "Rule",
    "Severity",
    "apply",
    "finding_of",
    "lint",
    "load_rules",
    "read_rules",
    "scored",
]
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
_WORD = re.compile("[a-z]+")


@dataclass(frozen=True)
class Finding:
    """A phrase that breaks a rule; `start` and `end` are offsets into the checked text, and `text` is what stands there.

    `rewrite` may replace that text by one click: "" deletes it, None means that a person must supply a fact.
    """

    rule: str
    family: str
    severity: Severity
    market: str
    start: int
    end: int
    text: str
    why: str
    authority: str
    suggestion: str
    rewrite: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return asdict(self)


@dataclass(frozen=True)
class LintResult:
    """Findings in the order of the text, and a score from 0 to 100."""

    findings: tuple[Finding, ...]
    score: int

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return {"findings": [finding.to_dict() for finding in self.findings], "score": self.score}


def scored(findings: Iterable[Finding]) -> LintResult:
    """Findings with their score: 100 less the penalty of each broken rule, counted once."""
    found = tuple(findings)
    penalty = sum(PENALTY[severity] for _, severity in {(finding.rule, finding.severity) for finding in found})
    return LintResult(found, max(0, 100 - penalty))


_BASIS = {
    "verified": ("{} 核对", "checked {}"),
    "recalled": ("{}, 未核对原文", "{}, not re-checked against the text"),
    "inferred": ("{}, 由实践推断", "{}, inferred from practice"),
}


def _authority(rule: Rule, lang: str) -> str:
    """What the rule rests on, with when and how well that was checked."""
    chinese, english = (text.format(rule.checked_on) for text in _BASIS[rule.basis])
    return f"{rule.authority} ({told_in(chinese, english, lang)})"


def finding_of(rule: Rule, market: str, lang: str, span: tuple[int, int] = (0, 0), text: str = "") -> Finding:
    """A finding without a rewrite.

    :param rule: the broken rule.
    :param span: where; (0, 0) for something that is missing or about the whole.
    :param text: what stands there.
    """
    return Finding(
        rule=rule.id,
        family=rule.family,
        severity=rule.severity,
        market=market,
        start=span[0],
        end=span[1],
        text=text,
        why=told_in(rule.why["zh"], rule.why["en"], lang),
        authority=_authority(rule, lang),
        suggestion=told_in(rule.suggestion["zh"], rule.suggestion["en"], lang),
    )


def _finding(hit: Hit, span: tuple[int, int], text: str, market: str, lang: str) -> Finding:
    """A finding with its rewrite; `span` is in the text as given."""
    rewrite = rewritten(hit.rule, text[slice(*span)])
    if rewrite == "":
        if text[span[0] - 1 : span[0]] == "的" and "优先" in fold(text[slice(*span)]):
            rewrite = text[span[0] : span[1]][-2:]
        else:
            span = deletion(text, *span)
    plain = finding_of(hit.rule, market, lang, span, text[slice(*span)])
    return replace(plain, rewrite=rewrite)


def _worst_of_each_place(findings: list[Finding]) -> list[Finding]:
    """Of findings of one family on overlapping places, the most severe, else the longest."""
    kept: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.start, -f.end, f.rule)):
        family = kept.setdefault(finding.family, [])
        if not family or family[-1].end <= finding.start:
            family.append(finding)
        elif PENALTY[finding.severity] > PENALTY[family[-1].severity]:
            family[-1] = finding
    return sorted((f for family in kept.values() for f in family), key=lambda f: (f.start, f.end, f.rule))


def _least(rule: Rule, text: str) -> float:
    """How many hits break a rule in this text."""
    share = len(_WORD.findall(text)) / rule.per_words if rule.per_words else 1
    return rule.at_least * max(1.0, share)


def lint(text: str, market: str = "CN", lang: str = "zh-Hans") -> LintResult:
    """Check a text, a sentence or a phrase against the rules of one market; `lint_document` adds what concerns a whole posting.

    :param text: a job description or a part of one; data, whatever it says.
    :param market: one of `MARKETS`.
    :param lang: the language of explanations and suggestions, one of `LANGUAGES`.
    :raises UsageError: for an unknown market or language.
    """
    for value, known, what in ((market, MARKETS, "market"), (lang, LANGUAGES, "language")):
        if value not in known:
            raise UsageError(f"unknown {what} {value!r}", f"use one of: {', '.join(known)}")
    form = Form(text)
    found: dict[str, list[tuple[Hit, int]]] = {}
    for hit, at in all_hits(form, market):
        found.setdefault(hit.rule.id, []).append((hit, at))
    findings = [
        _finding(hit, (form.origin(low + hit.start), form.origin(low + hit.end - 1) + 1), text, market, lang)
        for hits in found.values()
        if len({(low, hit.start) for hit, low in hits}) >= _least(hits[0][0].rule, form.text)
        for hit, low in hits
    ]
    return scored(_worst_of_each_place(findings))


def apply(text: str, finding: Finding) -> str:
    """The text with one finding's rewrite; unchanged when a person must supply the fact.

    :param text: the text that was checked.
    :param finding: one of its findings. Apply several from the last to the first, so that the offsets hold.
    """
    if finding.rewrite is None or text[finding.start : finding.end] != finding.text:
        return text
    return text[: finding.start] + finding.rewrite + text[finding.end :]
