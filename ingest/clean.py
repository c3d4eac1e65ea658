"""Cleaning: small named rules over a raw text, each of which reports what it took out and why.

Repairs come first, then page chrome (data, see `cleaning.yaml`), then repeated paragraphs; last a text that lost its line
breaks gets them back. Nothing is reworded, so what is left is the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ingest import repair
from ingest.edits import Edit, EditedText, word_diff
from ingest.main_text import outside_main_text
from ingest.page_rules import PageRule, bundled_rules
from ingest.script import fold
from ingest.types import Removal

# A text line longer than this has lost its line breaks.
LONG_LINE = 400

# Heads that open a new line in a text that lost its breaks; `1.` only behind a full stop, so that decimals stay whole.
# Matched on folded text.
_BREAKS = re.compile(
    r"(?<=[。!?;:)”㐀-鿿])(?=[一二三四五六七八九十]{1,3}、)|(?<=[。!?;:”㐀-鿿])(?=\([一二三四五六七八九十]{1,3}\))"
    r"|(?<=[。!?;])(?=\d{1,2}[.、][㐀-鿿])|(?<=。)(?=结语|结论|总结[^、,])|(?<=[。:])(?=[㐀-鿿]{3,12}(?:\([^()。]{2,16}\))?:)"
    r"|(?<=[㐀-鿿)])(?=(?:引言|前言|摘要)(?!的|部分|中))|(?<=引言|前言|摘要)(?=[随在当近作本为])"
)
# The short lines between an invitation to follow and the publish line below it are teasers of other pages.
_TEASER = re.compile(r"^[^。;:]{4,40}$")


@dataclass(frozen=True)
class Cleaned:
    """A cleaned text with the account of what was done to it.

    :param raw: the text as it was loaded.
    :param text: the text as it is stored.
    :param origin: the offset in `raw` of each character of `text`; -1 where a rule wrote it. Ascending apart from those.
    :param removed: what the rules took out, rule by rule; each raw character is in `text` or in exactly one of them.
    :param uncertain: (start, end) in `text` of damaged places: searched, never quoted.
    :param notes: (offset in `text`, what a publish line or an author card that stood there said).
    """

    raw: str
    text: str
    origin: np.ndarray
    removed: tuple[Removal, ...]
    uncertain: tuple[tuple[int, int], ...] = ()
    notes: tuple[tuple[int, Removal], ...] = ()

    def diff(self) -> str:
        """What was done, for a reader; see `ingest.edits.word_diff`."""
        return word_diff(self.raw, self.text, self.origin, self.removed)


def _breaks(text: str) -> list[Edit]:
    """Line ends before the heads of a line that is too long to be one."""
    edits: list[Edit] = []
    offset = 0
    for line in text.split("\n"):
        if len(line) > LONG_LINE:
            edits += [
                Edit(offset + match.start(), offset + match.start(), "\n") for match in _BREAKS.finditer(fold(line))
            ]
        offset += len(line) + 1
    return list({edit.start: edit for edit in edits}.values())


def _teasers(edited: EditedText) -> list[Edit]:
    """Short lines that stand between an invitation to follow and a publish line, below the prose."""
    ends = {
        edited.position(removal.at[0][0]) for removal in edited.removed if removal.rule == "publish-line" and removal.at
    }
    begins = {
        edited.position(removal.at[0][0]) for removal in edited.removed if removal.rule == "follow-us" and removal.at
    }
    edits: list[Edit] = []
    for begin in sorted(begins):
        if edits and begin < edits[-1].end:
            continue
        end = min((end for end in ends if end > begin), default=None)
        inside = edited.text[begin:end].split("\n") if end is not None else []
        told = [line.strip() for line in inside if line.strip()]
        if len(told) > 0 and len(inside) < 12 and "。" in edited.text[:begin] and all(map(_TEASER.match, told)):
            edits.append(Edit(begin, end or begin))
    return edits


def _blank_space(text: str) -> list[Edit]:
    """White space at line ends, empty lines beyond one, and around the whole text."""
    return [Edit(*match.span()) for match in re.finditer(r"\A\s+|\s+\Z|[ \t]+(?=\n)|(?<=\n\n)\n+", text)]


def _steps(edited: EditedText, rules: Sequence[PageRule]) -> None:
    steps: list[tuple[str, str, Callable[[str], list[Edit]]]] = [
        ("mojibake", "bytes that were read in the wrong encoding", repair.mojibake),
        ("invisible", "characters that show nothing", repair.invisible),
        ("width", "double-width letters and digits, radicals, odd spaces", repair.width),
        *((rule.name, rule.why, rule.edits) for rule in rules),
        ("repeated-paragraph", "a paragraph that stands on the page twice", repair.repeated_paragraphs),
    ]
    for name, why, step in steps:
        edited.apply(name, why, step(edited.text))
    edited.apply(
        "outside-main-text", "a line apart from the article, between traces of the page", outside_main_text(edited)
    )
    edited.apply("teaser", "titles of other pages above the publish line", _teasers(edited))


def clean(text: str, rules: Sequence[PageRule] | None = None, edges: Sequence[Edit] = ()) -> Cleaned:
    """Apply every rule in order.

    :param text: the raw text of a page or a document.
    :param rules: the page rules; the bundled ones by default.
    :param edges: running heads and feet of this page (`repair.repeated_edges`).
    """
    edited = EditedText(text)
    edited.apply("running-head", "a line that stands at the edge of most pages", edges)
    _steps(edited, bundled_rules() if rules is None else rules)
    repairs, proven = repair.shifted(edited.text)
    doubtful = [edit for edit, sure in zip(repairs, proven, strict=True) if not sure]
    # A repaired place is found again by the raw offset of what follows it.
    behind = [int(edited.origin[edit.end]) if edit.end < len(edited.origin) else len(text) for edit in doubtful]
    edited.apply("shifted-bytes", "characters whose bytes had shifted", repairs)
    edited.apply("long-line", "a text that had lost its line breaks", _breaks(edited.text))
    edited.apply("blank-space", "white space", _blank_space(edited.text))
    uncertain = {repair.clause(edited.text, max(0, edited.position(offset) - 1)) for offset in behind}
    return Cleaned(
        raw=text,
        text=edited.text,
        origin=edited.origin,
        removed=tuple(edited.removed),
        uncertain=tuple(sorted(uncertain | set(repair.lost(edited.text)))),
        notes=tuple(
            sorted(
                (
                    (edited.position(removal.at[0][0]), removal)
                    for removal in edited.removed
                    if removal.at and (removal.author or removal.year)
                ),
                key=lambda note: note[0],
            )
        ),
    )
