"""A text under repair: every character of the raw text stays accounted for, as kept, removed or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ingest.types import Removal


@dataclass(frozen=True)
class Edit:
    """A piece of the present text that a rule takes out (`replacement` empty), replaces, or puts in (`start == end`)."""

    start: int
    end: int
    replacement: str = ""
    author: str | None = None
    year: int | None = None


class EditedText:
    """A text with the raw offset of each of its characters.

    :param raw: the text as it was loaded.

    `text` is the present text; `origin[i]` is the raw offset of `text[i]`, or -1 where a rule wrote the character.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = raw
        self.origin = np.arange(len(raw), dtype=np.int32)
        self.removed: list[Removal] = []

    def apply(self, rule: str, why: str, edits: Sequence[Edit]) -> None:
        """Carry out a rule's edits and record them.

        :param edits: pieces of the present text in order, none overlapping another.
        """
        if not edits:
            return
        texts: list[str] = []
        origins: list[np.ndarray] = []
        at = 0
        for edit in edits:
            gone = self.origin[edit.start : edit.end]
            texts += [self.text[at : edit.start], edit.replacement]
            origins += [self.origin[at : edit.start], np.full(len(edit.replacement), -1, dtype=np.int32)]
            runs = _runs(gone[gone >= 0])
            self.removed.append(
                Removal(
                    rule=rule,
                    why=why,
                    text="".join(self.raw[start:end] for start, end in runs),
                    replacement=edit.replacement,
                    at=runs,
                    author=edit.author,
                    year=edit.year,
                )
            )
            at = edit.end
        self.text = "".join([*texts, self.text[at:]])
        self.origin = np.concatenate([*origins, self.origin[at:]])

    def position(self, raw_offset: int) -> int:
        """Where in the present text the characters behind a raw offset begin."""
        kept = np.flatnonzero(self.origin >= raw_offset)
        return int(kept[0]) if len(kept) else len(self.text)


def _runs(offsets: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Neighbouring offsets as (start, end) pairs."""
    found = []
    for _, group in groupby(enumerate(offsets.tolist()), lambda row: row[1] - row[0]):
        run = [offset for _, offset in group]
        found.append((run[0], run[-1] + 1))
    return tuple(found)


def word_diff(raw: str, text: str, origin: np.ndarray, removed: Sequence[Removal]) -> str:
    """What cleaning did to a text, for a reader: lines that changed, with `[-taken out-]` and `{+put in+}`.

    :param raw: the text as it was loaded.
    :param text: the cleaned text.
    :param origin: the raw offset of each of its characters, -1 where a rule wrote it.
    :param removed: what the rules took out, in any order.
    :return: one line for each raw line that changed; the names of the rules stand at its end.
    """
    rule_at = np.full(len(raw) + 1, -1, dtype=np.int32)
    for number, removal in enumerate(removed):
        for start, end in removal.at:
            rule_at[start:end] = number
    written: dict[int, str] = {}
    before = 0
    for char, offset in zip(text, origin.tolist(), strict=True):
        if offset < 0:
            written[before] = written.get(before, "") + char
        else:
            before = offset + 1
    lines: list[str] = []
    offset = 0
    for line in raw.split("\n"):
        end = offset + len(line)
        marks = rule_at[offset:end]
        put_in = {at: written[at] for at in range(offset, end + 1) if at in written} if written else {}
        if (marks >= 0).any() or any(value.strip() for value in put_in.values()):
            rules = dict.fromkeys(removed[number].rule for number in marks.tolist() if number >= 0)
            lines.append(f"{_marked(line, offset, marks, put_in)}  ({', '.join(rules)})")
        offset = end + 1
    return "\n".join(lines)


def _marked(line: str, offset: int, marks: np.ndarray, put_in: dict[int, str]) -> str:
    parts: list[str] = []
    at = 0
    while at <= len(line):
        if value := put_in.get(offset + at):
            parts.append("{+" + value.replace("\n", "\u21b5") + "+}")
        if at == len(line):
            break
        gone = bool(marks[at] >= 0)
        end = at + 1
        while end < len(line) and bool(marks[end] >= 0) == gone and offset + end not in put_in:
            end += 1
        parts.append(f"[-{line[at:end]}-]" if gone else line[at:end])
        at = end
    return "".join(parts)
