"""Which of many patterns can match a line at all: each pattern is filed under short pieces of the words that every match must hold.

The words are read off the parsed pattern, so that nobody has to list them, and a list cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# The standard library has no public parser of patterns; a test of every rule's examples tells when this one changes.
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

import ahocorasick

from ingest.script import CJK

T = TypeVar("T")
_MOST = 160
_SMALL_SET = 40
_WIDEST = 10


def _cost(words: frozenset[str]) -> float:
    """How often one of the words is likely to stand in a line; Chinese words are short, Latin letters are common."""
    total = 0.0
    for word in words:
        if word.isascii():
            total += (3.0, 1.0, 0.2, 0.03)[min(len(word), 4) - 1]
        elif CJK.search(word) or word == "\u3001":
            total += (0.3, 0.015)[min(len(word), 2) - 1]
    return total


def _better(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    found = [words for words in (first, second) if words and "" not in words]
    return min(found, key=_cost) if found else None


def _small_set(members: Sequence[Any]) -> frozenset[str] | None:
    """The characters of a set such as [abc] or [1-9]; None for a large one or one with a class."""
    chars: set[str] = set()
    for kind, value in members:
        if str(value) == "CATEGORY_DIGIT":
            chars.update("0123456789")
            continue
        first, last = (value, value) if str(kind) == "LITERAL" else value if str(kind) == "RANGE" else (0, _WIDEST)
        if last - first >= _WIDEST:
            return None
        chars.update(map(chr, range(first, last + 1)))
    return frozenset(chars) if len(chars) <= _SMALL_SET else None


def _exact(op: str, value: Any) -> frozenset[str] | None:
    """The few texts that one node stands for, or None."""
    if op == "LITERAL":
        return frozenset({chr(value)})
    if op == "IN":
        return _small_set(value)
    if op == "SUBPATTERN":
        return _exact_sequence(value[3])
    if op == "BRANCH":
        parts = [_exact_sequence(part) for part in value[1]]
        known = [part for part in parts if part is not None]
        whole = frozenset[str]().union(*known)
        return whole if len(known) == len(parts) and len(whole) <= _MOST else None
    if op == "MAX_REPEAT" and value[:2] == (0, 1):
        part = _exact_sequence(value[2])
        return part | {""} if part is not None else None
    return frozenset({""}) if op in {"AT", "ASSERT", "ASSERT_NOT"} else None


def _exact_sequence(nodes: Iterable[Any]) -> frozenset[str] | None:
    texts = frozenset({""})
    for op, value in nodes:
        part = _exact(str(op), value)
        if part is None or len(texts) * len(part) > _MOST:
            return None
        texts = frozenset(a + b for a in texts for b in part)
    return texts


def _required(nodes: Iterable[Any]) -> frozenset[str] | None:
    """Words of which every match of the sequence holds at least one, the rarest such set that is found."""
    best: frozenset[str] | None = None
    run = frozenset({""})
    for op, value in nodes:
        name = str(op)
        part = _exact(name, value)
        if part is not None and len(run) * len(part) <= _MOST:
            run = frozenset(a + b for a in run for b in part)
            continue
        best, run = _better(best, run), part or frozenset({""})
        if name == "SUBPATTERN":
            best = _better(best, _required(value[3]))
        elif name in {"MAX_REPEAT", "MIN_REPEAT"} and value[0] > 0:
            best = _better(best, _required(value[2]))
        elif name == "BRANCH":
            parts = [_required(branch) for branch in value[1]]
            if all(parts):
                best = _better(best, frozenset[str]().union(*(words for words in parts if words)))
    return _better(best, run)


def required_words(pattern: str) -> frozenset[str]:
    """Words of which every match holds at least one.

    :param pattern: a regular expression.
    :return: an empty set when there are no such words.
    """
    return _required(_parser.parse(pattern, re.ASCII)) or frozenset()


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern at its top level, each to be filed under words of its own."""
    parts, depth, start, at = [], 0, 0, 0
    in_set = False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif in_set:
            in_set = char != "]"
        elif char == "[":
            in_set = True
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and not depth:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


class Prefilter(Generic[T]):
    """Values filed under the words of their patterns.

    :param filed: a pattern and what is wanted where it can match.
    """

    def __init__(self, filed: Sequence[tuple[str, T]]) -> None:
        self.values = [value for _, value in filed]
        self.always: list[int] = []
        places: dict[str, list[int]] = {}
        for at, (pattern, _) in enumerate(filed):
            words = required_words(pattern)
            for word in words:
                places.setdefault(word, []).append(at)
            if not words:
                self.always.append(at)
        self._words = ahocorasick.Automaton()
        for word, filed_at in places.items():
            self._words.add_word(word, (len(word) - 1, filed_at))
        self._words.make_automaton()

    def candidates(self, text: str) -> list[tuple[int, list[int]]]:
        """Where a word stands in the text, and the places in `values` that are filed under it, besides those of `always`."""
        return [(end - back, filed_at) for end, (back, filed_at) in self._words.iter(text)]
