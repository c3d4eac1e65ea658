"""The main text of a page dump: what stands apart from the prose, between traces of the page, belongs to the page.

Rules know sentences that sites write; nobody can list every menu entry, author's name and tag. So on a page that shows page
chrome, short lines that do not touch the article are taken out: they form a block of their own between removed lines, or stand
at the edge of a block and share no words with the article. A page without chrome is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ingest.edits import Edit, EditedText
from ingest.labels import heading_label, label_of
from ingest.mentions import looks_like_name
from ingest.script import fold

# So many removed lines show that a text is a dump of a page.
TRACES = 3
_TRACE_RULES_APART = frozenset(
    {"mojibake", "invisible", "width", "inserted-pinyin", "repeated-paragraph", "blank-space"}
)
_END = re.compile(r"[。!?;.…”」)](?:\s|$)|[。!?;]")
_ITEM = re.compile(
    r"(?:\d{1,2}\s?[.、)]|[-*•·]\s|\(?[一二三四五六七八九十\d]{1,3}[)、:]|[①-⑳]|#{1,6}\s|第.{1,3}[章节部分]|\|.*\|)"
)
_NUMBER = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[.、 ]?|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|[-*•#·]+ ?)\s*"
)
_LABEL = re.compile(r"[^:,。;]{2,14}:\s*\S{6,}")
_LONG = 36
# The share of a line's character pairs that the article must hold.
_RELATED = 0.34
_TITLE = 0.5


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    folded: str
    is_text: bool
    after_chrome: bool
    listed: bool = False


def outside_main_text(edited: EditedText) -> list[Edit]:
    """Lines of a page dump that stand apart from its article.

    :param edited: the page after the page rules.
    """
    traces = [removal.at[0][0] for removal in edited.removed if removal.at and removal.rule not in _TRACE_RULES_APART]
    if len(traces) < TRACES:
        return []
    every = _lines(edited, np.sort(np.asarray(traces)))
    contents = table_of_contents([line.folded for line in every])
    entries = {_unnumbered(every[at].folded) for at in contents}
    lines = [
        replace(line, listed=_unnumbered(line.folded) in entries) for at, line in enumerate(every) if at not in contents
    ]
    article = _pairs("\n".join(line.folded for line in lines if line.is_text))
    if not article:
        return []
    blocks = _blocks(lines)
    title = _title(lines, article)
    gone = [line for number, block in enumerate(blocks) for line in _apart(block, article, number == len(blocks) - 1)]
    listed = [Edit(every[at].start, every[at].end) for at in contents]
    return sorted(
        [*listed, *(Edit(line.start, line.end) for line in gone if line is not title)], key=lambda edit: edit.start
    )


def table_of_contents(lines: Sequence[str], fewest: int = 3) -> set[int]:
    """The numbers of neighbouring lines that all stand again further down, as headings do that a list of contents names.

    :param lines: folded lines.
    :param fewest: so many neighbours make a list of contents.
    """
    bare = [_unnumbered(line) for line in lines]
    last = {line: at for at, line in enumerate(bare)}
    again = [len(line) <= 40 and last[line] > at + 1 for at, line in enumerate(bare)]
    found: set[int] = set()
    run: list[int] = []
    for at, repeated in enumerate([*again, False]):
        if repeated:
            run.append(at)
            continue
        if len(run) >= fewest and len({bare[number] for number in run}) == len(run):
            found |= set(run)
        run = []
    return found


def _unnumbered(folded: str) -> str:
    return _NUMBER.sub("", folded).strip()


def _lines(edited: EditedText, traces: np.ndarray) -> list[_Line]:
    found: list[_Line] = []
    offset = 0
    last_raw = 0
    for line in edited.text.split("\n"):
        end = min(offset + len(line) + 1, len(edited.text))
        folded = fold(line.strip())
        if folded:
            origins = edited.origin[offset : offset + len(line)]
            known = origins[origins >= 0]
            raw = int(known[0]) if len(known) else last_raw
            between = np.searchsorted(traces, raw) - np.searchsorted(traces, last_raw)
            found.append(_Line(offset, end, folded, _is_text(folded), bool(between)))
            last_raw = int(known[-1]) if len(known) else last_raw
        offset += len(line) + 1
    return found


def _is_text(folded: str) -> bool:
    """Whether a line is prose, or an item or a labelled line of an article."""
    if _ITEM.match(folded) or folded.count("\t"):
        return len(folded) > 2
    if label_of(folded) or heading_label(folded):
        return True
    width = sum(2 if char >= "\u2e80" else 1 for char in folded)
    if "|" in folded or (folded.count(" ") > 3 and width < 60 and not _END.search(folded)):
        return False  # a row of menu entries
    return width >= 2 * _LONG or (width >= 24 and bool(_END.search(folded))) or bool(_LABEL.fullmatch(folded))


def _pairs(text: str) -> set[str]:
    words = set(re.findall(r"[a-z]{3,}", text))
    chinese = re.sub(r"[^㐀-鿿]+", " ", text)
    return words | {a + b for a, b in pairwise(chinese) if a != " " != b}


def _related(folded: str, article: set[str]) -> float:
    pairs = _pairs(folded)
    return len(pairs & article) / len(pairs) if pairs else 0.0


def _blocks(lines: list[_Line]) -> list[list[_Line]]:
    blocks: list[list[_Line]] = []
    for line in lines:
        if line.after_chrome or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _title(lines: list[_Line], article: set[str]) -> _Line | None:
    """The line above the first prose that shares most words with the article."""
    above: list[_Line] = []
    for line in lines:
        if line.is_text and not _ITEM.match(line.folded):
            break
        above.append(line)
    named = [line for line in above if len(line.folded) >= 5 and "|" not in line.folded]
    related = [line for line in named if _related(line.folded, article) >= _TITLE]
    return max(related, key=lambda line: len(line.folded), default=None)


def _apart(block: list[_Line], article: set[str], is_last: bool) -> list[_Line]:
    """The lines of a block that do not belong to the article."""
    text = [at for at, line in enumerate(block) if line.is_text]
    if not text:
        return block
    before = [line for line in block[: text[0]] if not _belongs(line, article)]
    behind = block[text[-1] + 1 :]
    needed = 1.1 if is_last else _TITLE
    return before + [line for line in behind if _related(line.folded, article) < needed]


def _belongs(line: _Line, article: set[str]) -> bool:
    """Whether a short line above text is its heading: it names a role, is numbered, or shares words with the article."""
    return (
        line.listed
        or looks_like_name(line.folded)
        or bool(_ITEM.match(line.folded))
        or _related(line.folded, article) >= _RELATED
    )
