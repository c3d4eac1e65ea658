"""Page chrome as data: the rules of `cleaning.yaml` and of a user's own files, read and applied to the lines of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ingest.edits import Edit
from ingest.errors import SettingsError
from ingest.metadata import year_of
from ingest.script import fold

Kind = Literal["line", "words", "list", "rest", "inline"]
KINDS = ("line", "words", "list", "rest", "inline")
_KEYS = {
    "name",
    "why",
    "kind",
    "patterns",
    "when",
    "at_least",
    "max",
    "items",
    "top",
    "above",
    "after",
    "words",
    "weak",
}
MAX_LINE = 120
# A title in a list of other pages is a short line without a sentence.
_MAX_TITLE = 70
_SENTENCE = re.compile(r"[。;!?]\s*\S|[。;:]$")
_ITEM = re.compile(r"^(?:[-*•·]\s|\d{1,2}\s?[.、)]|\(?[一二三四五六七八九十]{1,3}[)、]|[①-⑳]|\|)")
_HEAD = re.compile(r"^(?:#{1,6}\s|[一二三四五六七八九十]{1,3}[、:]|\([一二三四五六七八九十]{1,3}\)|第.{1,3}[章节部])")
_SEPARATOR = re.compile(
    r"[\s·•|/,，、—–\-»«<>›:()\[\]&!。.…+#*★☆▲▼↑↓←→©]+|\d+(?:[.,:]\d+)*[万千kmw]?|\d+(?:st|nd|rd|th)"
)
_WEAK_ENOUGH = 3


@dataclass(frozen=True)
class PageRule:
    """One rule; see the head of `cleaning.yaml` for what each field means."""

    name: str
    why: str
    kind: Kind
    patterns: tuple[re.Pattern[str], ...] = ()
    when: re.Pattern[str] | None = None
    at_least: int = 1
    max: int = MAX_LINE
    items: bool = False
    top: int | None = None
    above: int = 0
    after: float = 0.0
    strong: frozenset[str] = field(default_factory=frozenset)
    weak: frozenset[str] = field(default_factory=frozenset)

    def edits(self, text: str) -> list[Edit]:
        """What this rule takes out of a page.

        :param text: the present text of the page.
        """
        folded = fold(text)
        if self.when and not self.when.search(folded):
            return []
        if self.kind == "inline":
            found = [Edit(*match.span()) for pattern in self.patterns for match in pattern.finditer(text)]
            return sorted(found, key=lambda edit: edit.start) if len(found) >= self.at_least else []
        return list(self._line_edits(text, folded))

    def _line_edits(self, text: str, folded: str) -> Iterator[Edit]:
        lines = folded.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        free = 0  # lines above this number are dealt with
        for number, line in enumerate(lines):
            if (
                number < free
                or (self.top is not None and number >= self.top)
                or starts[number] < self.after * len(text)
            ):
                continue
            matched = self._match(line.strip())
            if matched is None:
                continue
            free = self._end(lines, number)
            first = self._first(lines, number)
            author = matched.get("author") if matched else None
            year = year_of(matched.get("date")) if matched else None
            # The author keeps the script and the case of the page.
            at = folded.find(author, starts[number]) if author else -1
            name = text[at : at + len(author)].strip(" @") if author and at >= 0 else None
            yield Edit(starts[first], min(starts[free], len(text)), "", name or None, year)

    def _match(self, line: str) -> dict[str, str | None] | None:
        """The named groups of the pattern that a line matches; None when the rule leaves the line alone."""
        if not line or len(line) > self.max or (not self.items and _ITEM.match(line)):
            return None
        if self.kind == "words":
            return {} if self._only_words(line) else None
        for pattern in self.patterns:
            if match := pattern.fullmatch(line):
                return match.groupdict()
        return None

    def _only_words(self, line: str) -> bool:
        """Whether a line is made of the rule's words, by the fewest of them from each place on."""
        # best[at] = (weak words, strong words) of a division of the line's first `at` characters
        best: dict[int, tuple[int, int]] = {0: (0, 0)}
        for at in range(len(line)):
            if at not in best:
                continue
            weak, strong = best[at]
            for end, is_strong in self._steps(line, at):
                counts = (weak + (is_strong is False), strong + (is_strong is True))
                if end not in best or counts[1] > best[end][1]:
                    best[end] = counts
        weak, strong = best.get(len(line), (0, 0))
        return strong > 0 or weak >= _WEAK_ENOUGH

    def _steps(self, line: str, at: int) -> Iterator[tuple[int, bool | None]]:
        if separator := _SEPARATOR.match(line, at):
            yield separator.end(), None
        for length in range(1, min(_longest(self), len(line) - at) + 1):
            end = at + length
            word = line[at:end]
            # An English word ends where its letters end.
            if (
                word[-1].isascii()
                and word[-1].isalnum()
                and end < len(line)
                and line[end].isascii()
                and line[end].isalpha()
            ):
                continue
            if word in self.strong:
                yield end, True
            elif word in self.weak:
                yield end, False

    def _first(self, lines: Sequence[str], number: int) -> int:
        """The first line that goes: `above` counts lines that hold something."""
        left = self.above
        while left and number > 0:
            number -= 1
            left -= bool(lines[number].strip())
        return number

    def _end(self, lines: Sequence[str], number: int) -> int:
        """The number of the first line that stays."""
        if self.kind == "rest":
            return len(lines)
        end = number + 1
        if self.kind != "list":
            return end
        while end < len(lines):
            line = lines[end].strip()
            if line and (len(line) > _MAX_TITLE or _SENTENCE.search(line) or _HEAD.match(line)):
                break
            end += 1
        # A short line right above prose is the prose's heading.
        if end < len(lines) and not _HEAD.match(lines[end].strip()) and end - 1 > number and lines[end - 1].strip():
            end -= 1
        return end


@cache
def _longest_word(words: frozenset[str]) -> int:
    return max(map(len, words), default=0)


def _longest(rule: PageRule) -> int:
    return max(_longest_word(rule.strong), _longest_word(rule.weak))


def _words(value: Any) -> frozenset[str]:
    return frozenset(word.strip() for word in str(value or "").split(",") if word.strip())


def _rule(row: dict[str, Any], name: str) -> PageRule:
    unknown = set(row) - _KEYS
    if unknown or row.get("kind") not in KINDS or not row.get("name"):
        problem = f"unknown key {sorted(unknown)[0]!r}" if unknown else f"needs a name and a kind of {', '.join(KINDS)}"
        raise SettingsError(f"a cleaning rule in {name} is wrong: {problem}", "see the head of ingest/cleaning.yaml")
    try:
        return PageRule(
            name=str(row["name"]),
            why=str(row.get("why", "")),
            kind=row["kind"],
            patterns=tuple(re.compile(pattern) for pattern in row.get("patterns", [])),
            when=re.compile(row["when"]) if row.get("when") else None,
            at_least=int(row.get("at_least", 1)),
            max=int(row.get("max", MAX_LINE)),
            items=bool(row.get("items", False)),
            top=row.get("top"),
            above=int(row.get("above", 0)),
            after=float(row.get("after", 0)),
            strong=_words(row.get("words")),
            weak=_words(row.get("weak")),
        )
    except (re.error, TypeError, ValueError) as error:
        raise SettingsError(
            f"the cleaning rule {row['name']!r} in {name} cannot be read: {error}",
            "mend the pattern, or take the rule out",
        ) from error


def _read(path: Path) -> list[PageRule]:
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"cannot read the cleaning rules in {path}: {error}", "mend or remove the file") from error
    rows = data.get("rules") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingsError(f"{path} holds no list of `rules`", "see the head of ingest/cleaning.yaml")
    return [_rule(row, path.name) for row in rows]


@cache
def bundled_rules() -> tuple[PageRule, ...]:
    """The rules that come with the program."""
    return tuple(_read(Path(__file__).with_name("cleaning.yaml")))


def page_rules(folder: Path | None = None) -> tuple[PageRule, ...]:
    """The bundled rules, followed by those of a user's folder.

    :param folder: a folder with `*.yaml` files; one that does not exist adds nothing.
    :raises SettingsError: for a file that is not made of rules.
    """
    own = [rule for path in sorted(folder.glob("*.yaml")) for rule in _read(path)] if folder else []
    return (*bundled_rules(), *own)
