"""Where the rules of a market hit a text, and which hits count: not those that are denied, excepted or about somebody else."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.lint_form import Form
from rag.lint_rules import Frames, Rule, load_frames, load_rules
from rag.prefilter import Prefilter

# A comma inside a number and a point inside a word do not end a clause. An enumeration goes on over 、.
_CLAUSE_END = re.compile(r"[。;!?]|(?<!\d),|,(?!\d)|\.(?=\s|$)")
_SENTENCE_END = re.compile(r"[。;!?]|\.(?=\s|$)")
_REACH = 80
# A line, or as much of a long one as ends with a sentence: no pattern ever sees more.
_STRETCH = re.compile(r"[^\n]{1,400}[^\n。;!?]{0,400}[。;!?]?")


@dataclass(frozen=True)
class Hit:
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


def _sentence(line: str, start: int, end: int) -> str:
    """The sentence around a hit."""
    low = max((match.end() for match in _SENTENCE_END.finditer(line, 0, start)), default=0)
    after = _SENTENCE_END.search(line, end)
    return line[low : after.start() if after else len(line)]


def _about_another(hit: Hit, clause: str, frames: Frames) -> bool:
    """Whether the clause is a duty, or about customers, products and data rather than applicants."""
    if frames.duty.match(hit.before) or frames.others_after.match(hit.after):
        return True
    skill = frames.skill.search(hit.after)
    near = clause[: len(clause) - len(hit.after) + skill.start()] if skill else clause
    return bool(frames.others.search(near)) and not frames.demand.search(clause)


def _excused(hit: Hit, line: str, frames: Frames) -> bool:
    """Whether the clause denies the hit, includes everybody, is an exception of the rule or about somebody else."""
    clause = hit.before + line[hit.start : hit.end] + hit.after
    if frames.denied_before.search(hit.before) or frames.denied_after.match(hit.after):
        return True
    if any(exception.search(clause) for exception in hit.rule.exceptions):
        return True
    if any(reason.search(_sentence(line, hit.start, hit.end)) for reason in (*hit.rule.unless, frames.taken_back)):
        return True
    return hit.rule.frame and (bool(frames.inclusive.search(clause)) or _about_another(hit, clause, frames))


@cache
def _filtered(market: str) -> Prefilter[tuple[Rule, re.Pattern[str]]]:
    rules = [rule for rule in load_rules() if market in rule.markets]
    return Prefilter([(pattern.pattern, (rule, pattern)) for rule in rules for pattern in rule.patterns])


def _hits(line: str, rule: Rule, pattern: re.Pattern[str], breaks: list[int]) -> Iterator[Hit]:
    """Every hit of a pattern in a line that nothing excuses."""
    frames = load_frames()
    for match in pattern.finditer(line):
        start, end = match.span()
        if start == end:
            continue
        low, high = _clause(line, start, end, breaks)
        hit = Hit(rule, start, end, line[low:start], line[end:high])
        if not _excused(hit, line, frames):
            yield hit


def all_hits(form: Form, market: str) -> Iterator[tuple[Hit, int]]:
    """Every hit in a text with the offset of its line."""
    filtered = _filtered(market)
    stretches = [match.span() for match in _STRETCH.finditer(form.text)]
    starts = [start for start, _ in stretches]
    wanted = {number: set(filtered.always) for number in range(len(stretches)) if filtered.always}
    for at, filed in filtered.candidates(form.text):
        wanted.setdefault(bisect_right(starts, at) - 1, set()).update(filed)
    for number, places in sorted(wanted.items()):
        start, end = stretches[number]
        line = form.text[start:end]
        breaks = form.breaks[bisect_right(form.breaks, start) : bisect_right(form.breaks, end)] if form.breaks else []
        breaks = [point - start for point in breaks]
        for place in sorted(places):
            rule, pattern = filtered.values[place]
            # Most of them do not match: a generator for each would cost more than the search.
            if pattern.search(line):
                for hit in _hits(line, rule, pattern, breaks):
                    yield hit, start
