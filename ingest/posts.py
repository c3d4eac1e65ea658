"""A page with several authors' answers: where each begins and ends, who wrote it and when."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise, takewhile
from operator import itemgetter

from ingest.clean import Cleaned
from ingest.types import Post, Removal

# A publish line with less text than this above it heads its post; with more it closes it.
_HEAD_ROOM = 200


def find_posts(cleaned: Cleaned) -> tuple[Post, ...]:
    """Read the posts of a page off its publish lines.

    :param cleaned: the cleaned page with its notes.
    :return: posts in reading order that cover the whole text; empty when the page has one date or none.
    """
    marks: dict[int, Removal] = {}
    for at, removal in cleaned.notes:
        if removal.year and removal.rule == "publish-line":
            marks.setdefault(at, removal)
    dated = sorted(marks)
    if len(dated) < 2:
        return ()
    heads = dated[0] < _HEAD_ROOM and dated[-1] < len(cleaned.text)
    bounds = [0, *dated[1:], len(cleaned.text)] if heads else [0, *dated]
    if not heads and bounds[-1] < len(cleaned.text):
        bounds.append(len(cleaned.text))
    posts: list[Post] = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        mark = marks[dated[number]] if number < len(dated) else None
        if cleaned.text[start:end].strip():
            first, last = (None, None) if heads else (_raw(marks.get(start)), _raw(marks.get(end)))
            author = _author(cleaned, start, end, first, last)
            posts.append(Post(start, end, author, mark.year if mark else None))
    return tuple(posts)


def _raw(mark: Removal | None) -> int | None:
    return mark.at[0][0] if mark else None


def _author(cleaned: Cleaned, start: int, end: int, first: int | None, last: int | None) -> str | None:
    """The first author that is named in a post.

    At a place where two posts meet, the name belongs to the one on its side of the publish line in the raw text (`first` and
    `last`), or to the one below where publish lines head their posts.
    """
    notes = cleaned.notes[bisect_left(cleaned.notes, start, key=itemgetter(0)) :]
    for at, removal in takewhile(lambda note: note[0] <= end, notes):
        raw = removal.at[0][0]
        begun = start < at or (at == start and (first is None or raw > first))
        going = at < end or (at == end and (raw <= last if last is not None else end == len(cleaned.text)))
        if removal.author and begun and going:
            return removal.author
    return None
