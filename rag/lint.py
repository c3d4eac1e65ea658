"""The checker for legality and bias: rules are data (`rag/rules/*.yaml`), the engine knows nothing about them.

A rule's patterns run on folded text (simplified, half-width, lower case, no white space next to Chinese characters), so that
spelling tricks do not hide a phrase; offsets always lead back to the text as given. A hit is dropped when its clause also holds one
of the rule's exceptions, or denies it: most false alarms are about customers, products or data, not about applicants.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ingest.errors import RolewrightError, UsageError
from ingest.script import CJK, fold, full_width, to_traditional

Severity = Literal["illegal", "risky", "advice"]
MARKETS = ("CN", "TW", "HK", "US", "EU")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
# What one broken rule takes off a score of 100, however often it is broken.
PENALTY: dict[str, int] = {"illegal": 25, "risky": 10, "advice": 3}
# A comma inside a number and a point inside a word do not end a clause.
_CLAUSE_END = re.compile(r"[。;!?\n、]|(?<!\d),|,(?!\d)|\.(?=\s|$)")
_REACH = 80
_GAP = re.compile(r"[ \t]+|[\u00ad\u200b-\u200d\u2060\ufeff]+")
# "No 996" and "we never take a deposit" say the opposite of what a rule is about.
_DENIED = re.compile(
    r"(?:[不非无没]|不设|不看|不问|不要求|不需要?|不接受|不收|不会|无需|无须|绝不|从不|没有|并无|拒绝|杜绝|禁止|严禁|反对|告别|远离|取消)"
    r"(?:任何|所谓|设置?|有|是|搞|具备|缴纳|收取|强制)?$"
    r"|\b(?:no|not|never|without|don't)(?: (?:need|have|to|be|a|an|the|any|require|required|seek|ask|for|your|looking))* ?$"
)


@dataclass(frozen=True)
class Rule:
    """One rule as its file gives it; `flag` and `passes` are its own examples.

    A rule of a whole `document` is broken when each of its patterns is found and no exception is.
    """

    id: str
    family: str
    markets: tuple[str, ...]
    severity: Severity
    patterns: tuple[re.Pattern[str], ...]
    exceptions: tuple[re.Pattern[str], ...]
    document: bool
    why: dict[str, str]
    authority: str
    checked_on: str
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


def _texts(value: Any, least: int = 0) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) < least or not all(isinstance(text, str) and text for text in value):
        raise ValueError(f"a list of at least {least} texts is needed, not {value!r}")
    return tuple(value)


def _rule(row: dict[str, Any], known: dict[str, Rule]) -> Rule:
    if unknown := row.keys() - {*Rule.__dataclass_fields__, "also", "except", "pass"}:
        raise ValueError(f"unknown keys: {', '.join(sorted(map(str, unknown)))}")
    markets = MARKETS if row["markets"] == "ANY" else _texts(row["markets"], 1)
    if row["severity"] not in PENALTY or not set(markets) <= set(MARKETS):
        raise ValueError("unknown severity or market")
    explained = [row[key][lang] for key in ("why", "suggestion") for lang in ("zh", "en")]
    _texts([row["family"], row["authority"], row["checked_on"], *explained])
    # The same words break different laws in different markets: `also` borrows what an earlier rule looks for.
    lenders = [known[name] for name in row.get("also", [])]
    # ASCII: a Latin word next to a Chinese character has a boundary there.
    patterns, exceptions = ([re.compile(p, re.ASCII) for p in _texts(row[key])] for key in ("patterns", "except"))
    return Rule(
        markets=markets,
        patterns=(*patterns, *(pattern for rule in lenders for pattern in rule.patterns)),
        exceptions=(*exceptions, *(pattern for rule in lenders for pattern in rule.exceptions)),
        document=bool(row.get("document")),
        flag=_texts(row["flag"], 1),
        passes=_texts(row["pass"], 1),
        **{key: row[key] for key in ("id", "family", "severity", "why", "authority", "checked_on", "suggestion")},
    )


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Read every rule file of a folder, in the order of their names.

    :raises RolewrightError: naming the file and the rule that is malformed.
    """
    import yaml

    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        name = "?"
        try:
            for row in yaml.safe_load(path.read_text(encoding="utf-8")):
                name = "?"
                name = row["id"]
                if name in rules:
                    raise ValueError("the id is used twice")
                rules[name] = _rule(row, rules)
        except (yaml.YAMLError, re.error, AttributeError, LookupError, TypeError, ValueError) as error:
            raise RolewrightError(
                f"rule {name} in {path.name} is malformed: {error}", "compare it with the other rules of the file"
            ) from error
    return tuple(rules.values())


@cache
def load_rules() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    return read_rules(Path(__file__).parent / "rules")


def _form(text: str) -> tuple[str, list[int]]:
    """The folded text without the white space that hides words, and the offset of each of its characters in `text`."""
    folded = fold(text)
    dropped: set[int] = set()
    for gap in _GAP.finditer(folded):
        beside = folded[max(0, gap.start() - 1) : gap.start()] + folded[gap.end() : gap.end() + 1]
        if gap.group()[0] not in " \t" or CJK.search(beside):
            dropped.update(range(*gap.span()))
    kept = [at for at in range(len(folded)) if at not in dropped]
    return "".join(folded[at] for at in kept), kept


def _clause(form: str, start: int, end: int) -> tuple[str, str]:
    """The clause around a hit: what stands before it, and all of it."""
    low = max(0, start - _REACH)
    before = form[max((match.end() for match in _CLAUSE_END.finditer(form, low, start)), default=low) : start]
    after = _CLAUSE_END.search(form, end, end + _REACH)
    return before, before + form[start : after.start() if after else end + _REACH]


def _spans(rule: Rule, form: str) -> list[tuple[int, int]]:
    """Where a rule is broken; overlapping hits of its patterns are joined."""
    if rule.document:
        whole = all(pattern.search(form) for pattern in rule.patterns)
        return [(0, 0)] if whole and not any(exception.search(form) for exception in rule.exceptions) else []
    joined: list[tuple[int, int]] = []
    for start, end in sorted({match.span() for pattern in rule.patterns for match in pattern.finditer(form)}):
        before, clause = _clause(form, start, end)
        if start == end or _DENIED.search(before) or any(exception.search(clause) for exception in rule.exceptions):
            continue
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@cache
def _told(chinese: str, english: str, lang: str) -> str:
    if lang == "en":
        return english
    chinese = full_width(chinese.replace(", ", ",").replace("; ", ";"))
    return to_traditional(chinese) if lang == "zh-Hant" else chinese


def _worst_of_each_place(findings: list[Finding]) -> list[Finding]:
    """Of findings of one family on overlapping places, the most severe."""
    kept: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.start, -f.end, f.rule)):
        family = kept.setdefault(finding.family, [])
        if not family or family[-1].end <= finding.start:
            family.append(finding)
        elif PENALTY[finding.severity] > PENALTY[family[-1].severity]:
            family[-1] = finding
    return sorted((f for family in kept.values() for f in family), key=lambda f: (f.start, f.end, f.rule))


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
    found = []
    for rule in load_rules():
        for first, after in _spans(rule, form) if market in rule.markets else ():
            start, end = (offsets[first], offsets[after - 1] + 1) if after else (0, 0)
            found.append(
                Finding(
                    rule=rule.id,
                    family=rule.family,
                    severity=rule.severity,
                    market=market,
                    start=start,
                    end=end,
                    text=text[start:end],
                    why=_told(rule.why["zh"], rule.why["en"], lang),
                    authority=rule.authority,
                    suggestion=_told(rule.suggestion["zh"], rule.suggestion["en"], lang),
                )
            )
    findings = _worst_of_each_place(found)
    penalty = sum(PENALTY[severity] for _, severity in {(finding.rule, finding.severity) for finding in findings})
    return LintResult(tuple(findings), max(0, 100 - penalty))
