"""The checker for legality and bias: the rules are data (`rag/rules/*.yaml`), the engine knows nothing about them.

Patterns run line by line on folded text (simplified, half-width, lower case, without what is put between Chinese characters to
hide words); offsets always lead back to the text as given. A hit is dropped when its clause holds one of the rule's exceptions,
denies it, or is about somebody else than an applicant: most false alarms are about customers, products or data.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from ingest.errors import UsageError
from ingest.script import CJK, detect_script, fold, full_width, to_traditional
from rag.lint_rules import MARKETS, PENALTY, Frames, Rule, Severity, load_frames, load_rules, read_rules
from rag.prefilter import Prefilter

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
# A comma inside a number and a point inside a word do not end a clause. An enumeration goes on over 、.
_CLAUSE_END = re.compile(r"[。;!?]|(?<!\d),|,(?!\d)|\.(?=\s|$)")
_REACH = 80
_WORD = re.compile("[a-z]+")
# A line, or as much of a long one as ends with a sentence: no pattern ever sees more.
_STRETCH = re.compile(r"[^\n]{1,400}[^\n。;!?]{0,400}[。;!?]?")
# Lines that are looked at together.
_BLOCK = re.compile(r"(?:[^\n]*\n){1,12}[^\n]*|[^\n]+")
_HAN = r"[㐀-鿿豈-﫿]"
# What can stand between characters and hide a word from a search; whether it does depends on its neighbours.
_BETWEEN = re.compile(r"[ \t]+|[\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]+|[*·•_|^~\"'`“”‘’「」『』\u4e28]+|[.\-/]")
_NOTHING = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]+")
_SINGLES = re.compile(
    rf"\b[a-z](?:[ .][a-z]\b){{2,}}|\b\d(?: \d\b){{2,}}|(?<!{_HAN}){_HAN}(?:[.\-/]{_HAN}){{2,}}(?!{_HAN})", re.ASCII
)
_PLAIN = " .-/"
_OWN_NUMBER = re.compile(rf"\d+[-~至到]?\d*{_HAN}")
_SPLIT_AGE = re.compile(r"\d ?(?:周 ?)?岁")


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


def _hides(gap: str, before: str, after: str, folded: str, end: int) -> bool:
    """Whether what stands between two characters only keeps a word from being found."""
    if _NOTHING.match(gap):
        return True
    chinese = CJK.match(before), CJK.match(after)
    if gap[0] in " \t":
        return any(chinese) or (before.isdigit() and bool(_SPLIT_AGE.match(folded, end)))
    return all(chinese) and gap not in ".-/"


class _Form:
    """The folded text without what hides words, with the way back to the offsets of the text as given."""

    def __init__(self, text: str) -> None:
        folded = fold(text)
        pieces, self._starts, self._origins = [], [0], [0]
        # White space between two Chinese words, or before a number that belongs to the next word, also ends a clause.
        self.breaks: list[int] = []
        last = length = 0
        single = [match.span() for match in _SINGLES.finditer(folded)]
        for gap in (_BETWEEN if single or CJK.search(folded) else _NOTHING).finditer(folded):
            start, end = gap.span()
            before, after = folded[start - 1 : start], folded[end : end + 1]
            if not single and folded[start] in _PLAIN and before.isascii() and after.isascii() and not before.isdigit():
                continue
            if not _hides(gap.group(), before, after, folded, end) and not any(a < start < b for a, b in single):
                continue
            pieces.append(folded[last:start])
            length += start - last
            last = end
            self._starts.append(length)
            self._origins.append(last)
            if gap.group()[0] in " \t" and CJK.match(before) and (CJK.match(after) or _OWN_NUMBER.match(folded, end)):
                self.breaks.append(length)
        self.text = "".join([*pieces, folded[last:]])

    def origin(self, at: int) -> int:
        """The offset in the text as given."""
        piece = bisect_right(self._starts, at) - 1
        return at - self._starts[piece] + self._origins[piece]


@dataclass(frozen=True)
class _Hit:
    """A match of a rule in a folded line: its offsets there, and what stands before and after it in its clause."""

    rule: Rule
    start: int
    end: int
    before: str
    after: str


def _clause(line: str, start: int, end: int, breaks: list[int]) -> tuple[int, int]:
    """Where the clause around a hit begins and ends; `breaks` are further clause ends in the line."""
    low = max(0, start - _REACH)
    low = max((match.end() for match in _CLAUSE_END.finditer(line, low, start)), default=low)
    after = _CLAUSE_END.search(line, end, end + _REACH)
    high = after.start() if after else min(len(line), end + _REACH)
    at = bisect_right(breaks, start)
    low = max(low, breaks[at - 1]) if at else low
    later = next((point for point in breaks[at:] if point >= end), high)
    return low, min(high, later)


def _about_another(hit: _Hit, clause: str, frames: Frames) -> bool:
    """Whether the clause is a duty, or about customers, products and data rather than applicants."""
    if frames.duty.match(hit.before) or frames.others_after.match(hit.after):
        return True
    skill = frames.skill.search(hit.after)
    near = clause[: len(clause) - len(hit.after) + skill.start()] if skill else clause
    return bool(frames.others.search(near)) and not frames.demand.search(clause)


def _excused(hit: _Hit, line: str, frames: Frames) -> bool:
    """Whether the clause denies the hit, includes everybody, is an exception of the rule or about somebody else."""
    clause = hit.before + line[hit.start : hit.end] + hit.after
    if frames.denied_before.search(hit.before) or frames.denied_after.match(hit.after):
        return True
    if any(exception.search(clause) for exception in hit.rule.exceptions):
        return True
    return hit.rule.frame and (bool(frames.inclusive.search(clause)) or _about_another(hit, clause, frames))


@cache
def _filtered(market: str) -> Prefilter[tuple[Rule, re.Pattern[str]]]:
    rules = [rule for rule in load_rules() if market in rule.markets]
    return Prefilter([(pattern.pattern, (rule, pattern)) for rule in rules for pattern in rule.patterns])


def _hits(line: str, rule: Rule, pattern: re.Pattern[str], breaks: list[int]) -> Iterator[_Hit]:
    """Every hit of a pattern in a line that nothing excuses."""
    frames = load_frames()
    for match in pattern.finditer(line):
        start, end = match.span()
        if start == end:
            continue
        low, high = _clause(line, start, end, breaks)
        hit = _Hit(rule, start, end, line[low:start], line[end:high])
        if not _excused(hit, line, frames):
            yield hit


def _all_hits(form: _Form, market: str) -> Iterator[tuple[_Hit, int]]:
    """Every hit in a text with the offset of its line."""
    filtered = _filtered(market)
    for block in _BLOCK.finditer(form.text):
        stretches = [match.span() for match in _STRETCH.finditer(form.text, *block.span())]
        starts = [start - block.start() for start, _ in stretches]
        wanted: dict[int, set[int]] = {
            number: set(filtered.always) for number in range(len(stretches)) if filtered.always
        }
        for at, filed in filtered.candidates(block.group()):
            wanted.setdefault(bisect_right(starts, at) - 1, set()).update(filed)
        for number, places in sorted(wanted.items()):
            start, end = stretches[number]
            line = form.text[start:end]
            breaks = (
                form.breaks[bisect_right(form.breaks, start) : bisect_right(form.breaks, end)] if form.breaks else []
            )
            for place in sorted(places):
                for hit in _hits(line, *filtered.values[place], [point - start for point in breaks]):
                    yield hit, start


@cache
def _told(chinese: str, english: str, lang: str) -> str:
    if lang == "en":
        return english
    chinese = full_width(chinese.replace(", ", ",").replace("; ", ";"))
    return to_traditional(chinese) if lang == "zh-Hant" else chinese


_BASIS = {
    "verified": ("{} 核对", "checked {}"),
    "recalled": ("{}, 未核对原文", "{}, not re-checked against the text"),
    "inferred": ("{}, 由实践推断", "{}, inferred from practice"),
}


def _authority(rule: Rule, lang: str) -> str:
    """What the rule rests on, with when and how well that was checked."""
    chinese, english = (text.format(rule.checked_on) for text in _BASIS[rule.basis])
    return f"{rule.authority} ({_told(chinese, english, lang)})"


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
        why=_told(rule.why["zh"], rule.why["en"], lang),
        authority=_authority(rule, lang),
        suggestion=_told(rule.suggestion["zh"], rule.suggestion["en"], lang),
    )


_GROUP = re.compile(r"\\(\d)")
# What may be left of a clause when the hit is deleted: a label or a frame word, worth nothing alone.
_LEFTOVER = re.compile(
    r"[\s\d.()、\-*•]*(?:(?:本|该)?(?:岗位|职位|工作)?(?:要求|需要?|须|年龄|性别|身高|婚姻|婚育|户籍|民族)?(?:状况|限制|要求)?(?:为|是|在|:)?|者|即可|考虑)?[\s()、:]*"
)


def _rewritten(hit: _Hit, text: str) -> str | None:
    """What may replace the hit, in the language and script of the hit itself."""
    folded = fold(text)
    for pattern, new in hit.rule.swap:
        if match := pattern.fullmatch(folded):
            spans = [match.span(at) for at in range(pattern.groups + 1)]
            replacement = _GROUP.sub(lambda at: text[slice(*spans[int(at.group(1))])], new).strip()  # noqa: B023
            return to_traditional(replacement) if detect_script(text) == "zh-Hant" else replacement
    if hit.rule.rewrite is None:
        return None
    chinese = bool(CJK.search(text))
    told = hit.rule.rewrite["zh" if chinese else "en"]
    return _told(told, told, "en" if not chinese else detect_script(text)) if told else ""


_SOFT = tuple(",;、\uff0c\uff1b")
_EDGE = re.compile(r"[。;!?、\n\uff1b\uff01\uff1f\uff0c]|,(?!\d)|(?<!\d)\.(?=\s|$)")


def _deletion(text: str, start: int, end: int) -> tuple[int, int]:
    """The span to delete so that good text is left: with an emptied clause go its label and one of its separators."""
    reach = max(0, start - _REACH)
    low = max((match.end() for match in _EDGE.finditer(text, reach, start)), default=reach)
    edge = _EDGE.search(text, end, end + _REACH)
    high = edge.start() if edge else min(len(text), end + _REACH)
    if not (_LEFTOVER.fullmatch(fold(text[low:start])) and _LEFTOVER.fullmatch(fold(text[end:high]))):
        return start, end
    after = text[high : high + 1]
    if low and text[low - 1] == "\n" and after in ("\n", ""):
        return low - 1, high
    if after in _SOFT:
        return low + len(text[low:start]) - len(text[low:start].lstrip()), high + len(edge.group() if edge else "")
    return (low - 1 if low and text[low - 1] in _SOFT else low), high


def _finding(hit: _Hit, span: tuple[int, int], text: str, market: str, lang: str) -> Finding:
    """A finding with its rewrite; `span` is in the text as given."""
    rewrite = _rewritten(hit, text[slice(*span)])
    if rewrite == "":
        if text[span[0] - 1 : span[0]] == "的" and "优先" in fold(text[slice(*span)]):
            rewrite = text[span[0] : span[1]][-2:]
        else:
            span = _deletion(text, *span)
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
    form = _Form(text)
    found: dict[str, list[tuple[_Hit, int]]] = {}
    for hit, at in _all_hits(form, market):
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
