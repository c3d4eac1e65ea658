"""What changed between two states of a job description, said by lines and meanings rather than by characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ingest.script import fold
from rag.citations import overlap
from rag.jd_types import JobDescription
from rag.work import HEAD, ORDER

Kind = Literal["added", "removed", "moved", "number", "reworded", "order"]
# Two lines are one line reworded when each shares this much of its character pairs with the other.
REWORDED = 0.5
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s*(?:%|k\b|w\b|[万千元年个月天人名岁])?")


@dataclass(frozen=True)
class Change:
    """One change of a line.

    `section` is where it stood, or stands when it was added; `to` where a moved line stands now; `numbers` are the pairs
    (before, after) of a line in which nothing but numbers changed.
    """

    kind: Kind
    section: str
    before: str | None = None
    after: str | None = None
    to: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "kind": self.kind,
            "section": self.section,
            "before": self.before,
            "after": self.after,
            "to": self.to,
            "numbers": [list(pair) for pair in self.numbers],
        }


@dataclass(frozen=True)
class _Row:
    section: str
    text: str


def diff(old: JobDescription, new: JobDescription) -> list[Change]:
    """The changes from one job description to another, in reading order.

    :param old: the earlier state.
    :param new: the later state.
    :return: nothing for two that say the same in the same order.
    """
    before, after = _rows(old), _rows(new)
    pairs = _pairs(before, after)
    from_new = {at_new: at_old for at_old, at_new in pairs}
    matched = {at_old for at_old, _ in pairs}
    found: list[Change] = []
    for section in (*HEAD, *ORDER):
        gone = [row for at, row in enumerate(before) if row.section == section and at not in matched]
        found += [Change("removed", section, before=row.text) for row in gone]
        for at, row in enumerate(after):
            if row.section != section:
                continue
            if at in from_new:
                found += _changes(before[from_new[at]], row)
            else:
                found.append(Change("added", section, after=row.text))
        order = [old_at for old_at, new_at in pairs if before[old_at].section == section == after[new_at].section]
        if order != sorted(order):
            found.append(Change("order", section))
    return found


def _rows(jd: JobDescription) -> list[_Row]:
    head = [_Row(name, value) for name in HEAD if (value := getattr(jd, name))]
    return head + [_Row(name, claim.text) for name in ORDER for claim in jd.section(name)]


def _pairs(before: Sequence[_Row], after: Sequence[_Row]) -> list[tuple[int, int]]:
    """(old, new) of the lines that are the same line, by new place: the same words first, then the most alike."""
    scored = [
        (score, -abs(at_old - at_new), at_old, at_new)
        for at_old, old in enumerate(before)
        for at_new, new in enumerate(after)
        if (score := _likeness(old, new))
    ]
    used_old: set[int] = set()
    used_new: set[int] = set()
    pairs = []
    for _, _, at_old, at_new in sorted(scored, reverse=True):
        if at_old not in used_old and at_new not in used_new:
            used_old.add(at_old)
            used_new.add(at_new)
            pairs.append((at_old, at_new))
    return sorted(pairs, key=lambda pair: pair[1])


def _likeness(old: _Row, new: _Row) -> float:
    """How much two lines are one line; 0 when they are not. A head line or a line of one kind is only like its own kind."""
    bonus = 1.0 if old.section == new.section else 0.0
    if old.section in HEAD or new.section in HEAD:
        return 3.0 if old.section == new.section else 0.0
    if fold(old.text) == fold(new.text):
        return 2.5 + bonus
    if _label(old.text) and _label(old.text) == _label(new.text) and bonus:
        return 2.0
    if _bare(old.text) == _bare(new.text) and _numbers(old.text):
        return 1.5 + bonus
    share = min(overlap(old.text, new.text), overlap(new.text, old.text))
    return share + bonus if share >= REWORDED else 0.0


def _label(text: str) -> str:
    """What stands before the colon of a short labelled line such as a condition."""
    label, colon, _ = fold(text).partition(":")
    return label if colon and len(label) <= 24 else ""


def _numbers(text: str) -> list[str]:
    return [match.group().strip() for match in _NUMBER.finditer(fold(text))]


def _bare(text: str) -> str:
    return _NUMBER.sub("#", fold(text))


def _changes(old: _Row, new: _Row) -> list[Change]:
    found = []
    if old.section != new.section:
        found.append(Change("moved", old.section, before=old.text, after=new.text, to=new.section))
    if fold(old.text) == fold(new.text):
        return found
    if _bare(old.text) == _bare(new.text):
        pairs = zip(_numbers(old.text), _numbers(new.text), strict=True)
        numbers = tuple((a, b) for a, b in pairs if a != b)
        return [*found, Change("number", new.section, before=old.text, after=new.text, numbers=numbers)]
    return [*found, Change("reworded", new.section, before=old.text, after=new.text)]
