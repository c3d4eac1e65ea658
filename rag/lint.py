"""The checker for legality and bias: rules are data (`rag/rules/*.yaml`), the engine knows nothing about them.

A rule's patterns run on folded text (simplified, half-width, lower case, no white space between Chinese characters), so that
spelling tricks do not hide a phrase; offsets always lead back to the text as given. A hit is dropped when its clause also holds one
of the rule's exceptions: most false alarms are phrases about customers, products or data, not about applicants.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ingest.errors import RolewrightError, UsageError
from ingest.script import fold, full_width, to_traditional

Severity = Literal["illegal", "risky", "advice"]
MARKETS = ("CN", "TW", "HK", "US", "EU")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
# What one broken rule takes off a score of 100, however often it is broken.
PENALTY: dict[str, int] = {"illegal": 25, "risky": 10, "advice": 3}
_ORDER = {"illegal": 0, "risky": 1, "advice": 2}
_CLAUSE_END = re.compile(r"[。;!?\n,、]")
_BETWEEN_CHINESE = re.compile(r"(?<=[㐀-鿿])[ \t\u3000]+(?=[㐀-鿿])")


@dataclass(frozen=True)
class Rule:
    """One rule as its file gives it; `flag` and `passes` are its own examples."""

    id: str
    family: str
    markets: tuple[str, ...]
    severity: Severity
    patterns: tuple[re.Pattern[str], ...]
    exceptions: tuple[re.Pattern[str], ...]
    why: dict[str, str]
    authority: str
    suggestion: dict[str, str]
    flag: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """A phrase that breaks a rule; `start` and `end` are offsets into the checked text, and `text` is what stands there."""

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


def _rule(row: dict[str, Any]) -> Rule:
    if row["severity"] not in PENALTY or not set(row["markets"]) <= set(MARKETS):
        raise ValueError("unknown severity or market")
    return Rule(
        id=row["id"],
        family=row["family"],
        markets=tuple(row["markets"]),
        severity=row["severity"],
        patterns=tuple(re.compile(pattern) for pattern in row["patterns"]),
        exceptions=tuple(re.compile(pattern) for pattern in row["except"]),
        why={"zh": row["why"]["zh"], "en": row["why"]["en"]},
        authority=row["authority"],
        suggestion={"zh": row["suggestion"]["zh"], "en": row["suggestion"]["en"]},
        flag=tuple(row["flag"]),
        passes=tuple(row["pass"]),
    )


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Read every rule file of a folder.

    :raises RolewrightError: naming the file and the rule that is malformed.
    """
    import yaml

    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        name = "?"
        try:
            for row in yaml.safe_load(path.read_text(encoding="utf-8")):
                name = row["id"]
                if name in rules:
                    raise ValueError("the id is used twice")
                rules[name] = _rule(row)
        except (yaml.YAMLError, re.error, KeyError, TypeError, ValueError) as error:
            raise RolewrightError(
                f"rule {name} in {path.name} is malformed: {error}", "compare it with the other rules of the file"
            ) from error
    return tuple(rules.values())


@cache
def load_rules() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    return read_rules(Path(__file__).parent / "rules")


def _form(text: str) -> tuple[str, list[int]]:
    """The folded text without white space between Chinese characters, and the offset of each of its characters in `text`."""
    folded = fold(text)
    dropped = {at for match in _BETWEEN_CHINESE.finditer(folded) for at in range(*match.span())}
    kept = [at for at in range(len(folded)) if at not in dropped]
    return "".join(folded[at] for at in kept), [*kept, len(text)]


def _clause(form: str, start: int, end: int) -> str:
    before = [match.end() for match in _CLAUSE_END.finditer(form, max(0, start - 80), start)]
    after = _CLAUSE_END.search(form, end)
    return form[before[-1] if before else max(0, start - 80) : after.start() if after else min(len(form), end + 80)]


def _spans(rule: Rule, form: str) -> list[tuple[int, int]]:
    """Where a rule is broken; overlapping hits of its patterns are joined."""
    hits = sorted(match.span() for pattern in rule.patterns for match in pattern.finditer(form) if match.group())
    joined: list[tuple[int, int]] = []
    for start, end in hits:
        if any(exception.search(_clause(form, start, end)) for exception in rule.exceptions):
            continue
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _told(texts: dict[str, str], lang: str) -> str:
    if lang == "en":
        return texts["en"]
    chinese = full_width(texts["zh"].replace(", ", ",").replace("; ", ";"))
    return to_traditional(chinese) if lang == "zh-Hant" else chinese


def _worst_of_each_place(findings: list[Finding]) -> list[Finding]:
    """Of findings of one family on overlapping places, the most severe."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (_ORDER[f.severity], f.start, -f.end)):
        if not any(
            other.family == finding.family and other.start < finding.end and finding.start < other.end for other in kept
        ):
            kept.append(finding)
    return sorted(kept, key=lambda f: (f.start, f.end, f.rule))


def lint(text: str, market: str = "CN", lang: str = "zh-Hans") -> LintResult:
    """Check a text against the rules of one market.

    :param text: a job description or a part of one; data, whatever it says.
    :param market: one of `MARKETS`.
    :param lang: the language of explanations and suggestions, one of `LANGUAGES`.
    :raises UsageError: for an unknown market or language.
    """
    for value, known, what in ((market, MARKETS, "market"), (lang, LANGUAGES, "language")):
        if value not in known:
            raise UsageError(f"unknown {what} {value!r}", f"use one of: {', '.join(known)}")
    form, offsets = _form(text)
    found = [
        Finding(
            rule=rule.id,
            family=rule.family,
            severity=rule.severity,
            market=market,
            start=offsets[start],
            end=offsets[end - 1] + 1,
            text=text[offsets[start] : offsets[end - 1] + 1],
            why=_told(rule.why, lang),
            authority=rule.authority,
            suggestion=_told(rule.suggestion, lang),
        )
        for rule in load_rules()
        if market in rule.markets
        for start, end in _spans(rule, form)
    ]
    findings = _worst_of_each_place(found)
    penalty = sum(PENALTY[severity] for _, severity in {(finding.rule, finding.severity) for finding in findings})
    return LintResult(tuple(findings), max(0, 100 - penalty))
