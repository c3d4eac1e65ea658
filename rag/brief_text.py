"""The free text of a brief while it is read: its clauses, and which of its characters are taken.

Each character is taken at most once, so that nothing is told twice and what is left over is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.script import fold
from rag.brief_items import clean
from rag.brief_lines import Line
from rag.brief_terms import pattern, says
from rag.link import RoleLinker
from rag.places import CITY_OF_STATE, place_pattern

# A clause ends at these marks, not inside a number, a bracket or an address.
_END = re.compile(
    r"[;。!?|\u2022]|(?:(?<!\d),|,(?!\d{3}(?!\d)))|(?<![\d.])(?<!\bincl)(?<!\bapprox)(?<!\bexcl)(?<!\bmin)(?<!\bmax)(?<!\besp)(?<!\bvs)(?<!\bhrs)\.(?=\s|$)|(?<=\d)\.(?=\s|$)|(?<=\s)(?<![\dk] )[-\u2013\u2014](?=\s)|(?<=[\dk] )[-\u2013\u2014](?=\s)(?!\s(?:[a-z]{0,3}[$\u20ac\u00a3\u00a5]\s?)?\d)|\s/\s|\u2192"
)
# What one fact alone says.
_FACT = re.compile(r"\d ?[k万千元]|薪|全职|兼职|远端|远程|双休|周休|\bremote\b|\bhybrid\b|(?:full|part)[- ]time")
_SENTENCE_END = re.compile(r"[;。!?|.]")
_BRACKETS = re.compile(r"\([^()]{0,60}\)")


@dataclass(frozen=True)
class Clause:
    """A stretch of the text: offsets, whether it begins the text, a sentence, and the list that its line carries on."""

    start: int
    end: int
    first: bool
    opens: bool
    carry: str | None


class Reading:
    """What has been read of a text.

    :param lines: the lines of free text as typed.
    :param linker: the role catalogue, for titles.
    :param known: fields that a labelled line gave already.
    """

    def __init__(self, lines: list[Line], linker: RoleLinker, known: dict[str, str]) -> None:
        self.lines, self.linker, self.known = lines, linker, known
        self.text = "\n".join(line.text for line in lines)
        self.folded = fold(self.text)
        self.fields: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self.carry: str | None = None
        # Whether the clause before only said that somebody is hired: `Wanted - seamstress`.
        self.hires = False
        # Lines whose list no word tells.
        self.guessed: list[str] = []
        self._free = [True] * len(self.text)

    def clauses(self) -> Iterator[Clause]:
        """The clauses in reading order."""
        offset = 0
        first = True
        for line in self.lines:
            for start, end, opens in clause_spans(line.text):
                yield Clause(offset + start, offset + end, first, opens, line.carry)
                first = False
            offset += len(line.text) + 1

    def wanted(self, name: str) -> bool:
        """Whether a field has no value yet."""
        return name not in self.fields and name not in self.known

    def free(self, start: int, end: int) -> bool:
        """Whether nothing of a stretch is taken."""
        return all(self._free[start:end])

    def _match(self, expression: re.Pattern[str], start: int, end: int) -> re.Match[str] | None:
        """The first match in a stretch of which nothing is taken; `^` and `$` are the ends of the stretch."""
        matches = expression.finditer(self.folded[start:end])
        return next((m for m in matches if m.group().strip() and self.free(start + m.start(), start + m.end())), None)

    def find(self, expression: re.Pattern[str], start: int, end: int) -> tuple[int, int] | None:
        """Where the first match in a stretch stands of which nothing is taken; `^` and `$` are the ends of the stretch."""
        match = self._match(expression, start, end)
        return (start + match.start(), start + match.end()) if match else None

    def take(self, start: int, end: int) -> str:
        """Take a stretch; returns it without the marks around it."""
        self._free[start:end] = [False] * (end - start)
        return clean(self.text[start:end])

    def put(self, name: str, expression: re.Pattern[str], start: int, end: int) -> bool:
        """Take the first match for a field that has no value yet; the last group that matched is the value."""
        match = self._match(expression, start, end) if self.wanted(name) else None
        if not match:
            return False
        group = match.lastindex or 0
        value = clean(self.text[start + match.start(group) : start + match.end(group)])
        self.take(start + match.start(), start + match.end())
        if value:
            self.fields[name] = value
        return bool(value)

    def add(self, name: str, value: str) -> None:
        """Add to a list what it does not hold."""
        if value and value not in self.lists.setdefault(name, []):
            self.lists[name].append(value)

    def stretches(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of a clause that nothing has taken and that say something."""
        found: list[tuple[int, int]] = []
        for at in range(start, end):
            if self._free[at] and not (found and found[-1][1] == at):
                found.append((at, at + 1))
            elif self._free[at]:
                found[-1] = (found[-1][0], at + 1)
        return [span for span in found if _holds(self.folded[slice(*span)])]


def _holds(folded: str) -> bool:
    """Whether a stretch says something; a benefit may be made of words that say nothing elsewhere: `\u63d0\u4f9b\u5de5\u4f5c\u9910`."""
    return says(folded) or bool(pattern("benefits").fullmatch(folded.strip()))


def clause_spans(line: str) -> Iterator[tuple[int, int, bool]]:
    """The clauses of one line: start, end, and whether each begins a sentence.

    :param line: as typed.
    """
    masked = _masked(line, fold(line))
    at, opens = 0, True
    for cut in [*_END.finditer(masked), None]:
        end = cut.start() if cut else len(masked)
        if masked[at:end].strip():
            yield at, at + len(masked[at:end].rstrip()), opens
            opens = False
        at = cut.end() if cut else end
        opens = opens or bool(cut and _SENTENCE_END.search(cut.group()))


# `June 12, 2026`: its comma ends no clause.
_AMERICAN_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?, 20\d{2}"
)


def _masked(text: str, folded: str) -> str:
    """A line for cutting up: its brackets and places hold no ends of clauses."""
    shown = list(_BRACKETS.sub(_hidden, _slashed(_spaced(folded))))
    for expression, line in ((place_pattern(), "".join(shown)), (CITY_OF_STATE, text), (_AMERICAN_DATE, folded)):
        for match in expression.finditer(line):
            shown[match.start() : match.end()] = "x" * len(match.group())
    return "".join(shown)


def _hidden(match: re.Match[str]) -> str:
    """Brackets as part of their clause, or, when they hold facts of their own, as clauses."""
    inside = match.group()[1:-1]
    apart = re.search(r"[,;\d]", inside) or any(
        pattern(name).search(inside) for name in ("conditions", "employment_type", "remote")
    )
    if apart and not pattern("remote").search(match.string[: match.start()][-8:]):
        return f"|{inside}|"
    return "x" * len(match.group())


def _slashed(folded: str) -> str:
    """Slashes as separators where they part three facts or more: `\u5185\u6e56/\u5e74\u85aa 80\u4e07/\u5168\u804c/\u6bcf\u5468\u8fdc\u7a0b\u4e24\u5929`; not in `\u5468/\u6708/\u5b63\u62a5`."""
    pieces = folded.split("/")
    apart = (
        len(pieces) > 2
        and not re.search("[,;\u3002\u3001]", folded)
        and min(len(piece.strip()) for piece in pieces) > 1
    )
    facts = sum(bool(place_pattern().search(piece) or _FACT.search(piece)) for piece in pieces) if apart else 0
    return folded.replace("/", "|") if facts > 1 else folded


def _spaced(folded: str) -> str:
    """Spaces as separators, in Chinese lines that have no other: `英语老师 时薪150元 北京`."""
    gaps = re.findall(r"(?<=[一-鿿)]) (?![a-z])|(?<![a-z]) (?=[一-鿿])(?<!\d (?=[万千元块人名位天]))", folded)
    apart = len(gaps) > 1 or re.search(r"[一-鿿)] [一-鿿]", folded)
    return (
        re.sub(r" (?![名位人个万千元块])", "|", folded)
        if apart and not re.search(r"[,;。、|]|\s/\s", folded)
        else folded
    )
