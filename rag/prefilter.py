"""Which of many patterns can match a line at all: each pattern is filed under short pieces of the words that every match must hold.

The words are read off the parsed pattern, so that nobody has to list them, and a list cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# The standard library has no public parser of patterns; a test of every rule's examples tells when this one changes.
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_MOST = 120
_SMALL_SET = 40
_LATIN = re.compile("[ -~]{4}")


def _cost(words: frozenset[str]) -> float:
    """How often one of the words is likely to stand in a line; Chinese words are short, Latin letters are common."""
    total = 0.0
    for word in words:
        latin = word.isascii() and not any(char.isdigit() for char in word)
        total += (1.0, 0.5, 0.2, 0.04)[min(len(word), 4) - 1] if latin else (0.3, 0.02)[min(len(word), 2) - 1]
    return total


def _better(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    found = [words for words in (first, second) if words and "" not in words]
    return min(found, key=_cost) if found else None


def _exact(op: str, value: Any) -> frozenset[str] | None:
    """The few texts that one node stands for, or None."""
    if op == "LITERAL":
        return frozenset({chr(value)})
    if op == "IN":
        chars = [chr(char) for kind, char in value if str(kind) == "LITERAL"]
        return frozenset(chars) if len(chars) == len(value) <= _SMALL_SET else None
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


def _piece(word: str) -> str:
    return word[:4] if len(word) >= 4 and word[:4].isascii() else word[:2]


def _pieces(line: str) -> set[str]:
    pieces = {line[at : at + 2] for at in range(len(line))}
    pieces.update(line)
    if _LATIN.search(line):
        pieces.update([line[at : at + 4] for at in range(len(line))])
    return pieces


class Prefilter(Generic[T]):
    """Values filed under the words of their patterns."""

    def __init__(self, filed: Sequence[tuple[str, T]]) -> None:
        """:param filed: a pattern and what is wanted when it can match."""
        self._values = [value for _, value in filed]
        self._always: set[int] = set()
        self._under: dict[str, set[int]] = {}
        for at, (pattern, _) in enumerate(filed):
            words = required_words(pattern)
            for word in words:
                self._under.setdefault(_piece(word), set()).add(at)
            if not words:
                self._always.add(at)
        self._keys = frozenset(self._under)

    def candidates(self, line: str) -> list[T]:
        """The values whose pattern may match the line, in their order."""
        found = set(self._always)
        for piece in _pieces(line) & self._keys:
            found |= self._under[piece]
        return [self._values[at] for at in sorted(found)]
