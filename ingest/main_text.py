"""The main text of a page dump: what stands apart from the prose, between traces of the page, belongs to the page.

Rules know sentences that sites write; nobody can list every menu entry, author's name and tag. So on a page that shows page
chrome, short lines that do not touch the article are taken out: they form a block of their own between removed lines, or stand
at the edge of a block and share no words with the article. A page without chrome is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile

import numpy as np

from ingest.edits import Edit, EditedText
from ingest.labels import heading_label, label_of
from ingest.mentions import looks_like_name
from ingest.script import fold

# So many removed lines show that a text is a dump of a page.
TRACES = 3
_DATES = ("publish-line", "author-card")
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
_FEWEST_CELLS = 6
# The share of a line's character pairs that the article must hold.
_RELATED = 0.34
_TITLE = 0.5
# What the place of a line counts for beside its words.
_SIGN = 0.3
_SOME = 0.1
_MENU = re.compile(r"\s\||\|\s|\|.*\|")


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    folded: str
    is_text: bool
    after_chrome: bool
    after_date: bool = False
    listed: bool = False


def outside_main_text(edited: EditedText) -> list[Edit]:
    """Lines of a page dump that stand apart from its article.

    :param edited: the page after the page rules.
    """
    traces = [removal.at[0][0] for removal in edited.removed if removal.at and removal.rule not in _TRACE_RULES_APART]
    if len(traces) < TRACES:
        return []
    dates = [removal.at[0][0] for removal in edited.removed if removal.at and removal.rule in _DATES]
    every = _with_tables(_lines(edited, np.sort(np.asarray(traces)), np.sort(np.asarray(dates))))
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
    head = _head(lines)
    again = []
    if title and any(line is not title and line.folded == title.folded for line in head):
        again = head[: head.index(title)]  # what stands above a title that stands there twice is the site's
    apart = {line.start: line for line in [*gone, *again] if line is not title}
    return sorted([*listed, *(Edit(line.start, line.end) for line in apart.values())], key=lambda edit: edit.start)


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


def _lines(edited: EditedText, traces: np.ndarray, dates: np.ndarray) -> list[_Line]:
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
            after_chrome, after_date = (
                bool(np.searchsorted(places, raw) - np.searchsorted(places, last_raw)) for places in (traces, dates)
            )
            found.append(_Line(offset, end, folded, _is_text(folded), after_chrome, after_date))
            last_raw = int(known[-1]) if len(known) else last_raw
        offset += len(line) + 1
    return found


def _with_tables(lines: list[_Line]) -> list[_Line]:
    """The lines, where rows of equally many cells that stand below each other are text: one row alone may be a menu."""
    found: list[_Line] = []
    for cells, rows in groupby(lines, lambda line: line.folded.count("|")):
        group = [*rows]
        is_table = cells > 0 and len(group) > 1 and (cells + 1) * len(group) >= _FEWEST_CELLS
        found += [replace(line, is_text=True) for line in group] if is_table else group
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


def _head(lines: list[_Line]) -> list[_Line]:
    """The lines above the first prose."""
    return [*takewhile(lambda line: not line.is_text or _ITEM.match(line.folded), lines)]


def _title(lines: list[_Line], article: set[str]) -> _Line | None:
    """The line above the first prose that a page treats as its title: it stands there twice, or stands right above what tells of
    its author and date, or shares most words with the article."""
    above = _head(lines)
    counts = Counter(line.folded for line in above)
    next_lines = [*lines[1 : len(above) + 1], None][: len(above)]
    best = (False, False, 0.0, 0, 0)
    found = None
    for at, (line, below) in enumerate(zip(above, next_lines, strict=True)):
        if len(line.folded) < 5 or _MENU.search(line.folded) or _ITEM.match(line.folded):
            continue
        related = _related(line.folded, article)
        twice = counts[line.folded] > 1 and related >= _SOME
        dated = below is not None and below.after_date and related >= _SOME
        score = related + _SIGN * (twice + dated)
        rank = (dated, twice, score, len(line.folded), at)
        if (dated or twice or score >= _TITLE) and rank > best:
            best, found = rank, line
    return found


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
