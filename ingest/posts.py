"""A page with several authors' answers: where each begins and ends, who wrote it and when."""

from __future__ import annotations

from itertools import pairwise

from ingest.clean import Cleaned
from ingest.types import Post

# A publish line with less text than this above it heads its post; with more it closes it.
_HEAD_ROOM = 200


def find_posts(cleaned: Cleaned) -> tuple[Post, ...]:
    """Read the posts of a page off its publish lines.

    :param cleaned: the cleaned page with its notes.
    :return: posts in reading order that cover the whole text; empty when the page has one date or none.
    """
    dated = sorted({at for at, removal in cleaned.notes if removal.year and removal.rule == "publish-line"})
    if len(dated) < 2:
        return ()
    heads = dated[0] < _HEAD_ROOM and dated[-1] < len(cleaned.text)
    bounds = [0, *dated[1:], len(cleaned.text)] if heads else [0, *dated]
    if not heads and bounds[-1] < len(cleaned.text):
        bounds.append(len(cleaned.text))
    posts: list[Post] = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        mark = dated[number] if number < len(dated) else None
        if cleaned.text[start:end].strip():
            posts.append(Post(start, end, _author(cleaned, start, end), _year(cleaned, mark)))
    return tuple(posts)


def _year(cleaned: Cleaned, mark: int | None) -> int | None:
    return next((removal.year for at, removal in cleaned.notes if at == mark and removal.year), None)


def _author(cleaned: Cleaned, start: int, end: int) -> str | None:
    inside = (removal.author for at, removal in cleaned.notes if start < at <= end and removal.author)
    return next(inside, None)
