"""Cut a text into sections with their heading path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.heads import Head, find_heads
from ingest.script import fold
from ingest.types import Post, Section


def split_sections(text: str, title: str = "", posts: Sequence[Post] = ()) -> list[Section]:
    """Cut a cleaned text into sections, in reading order; together their bodies hold every line that is not a heading.

    :param text: a document's stored text.
    :param title: the document's title; a first heading that repeats it is left out of the paths below it.
    :param posts: the answers of a page with several authors; each begins a tree of its own, under its label.
    :return: sections with a non-empty body or a heading.
    """
    whole = posts or (Post(0, len(text)),)
    return [section for post in whole for section in _post_sections(text, title, post)]


def _post_sections(text: str, title: str, post: Post) -> Iterator[Section]:
    heads = list(find_heads(text, post.start, post.end))
    label = post.label()
    prefix = (label,) if label else ()
    first = heads[0].start if heads else post.end
    if text[post.start : first].strip():
        yield Section(prefix, post.start, first, post.year)
    path: list[Head] = []
    lead = first
    for index, head in enumerate(heads):
        while path and path[-1].level >= head.level:
            path.pop()
        path.append(head)
        end = heads[index + 1].start if index + 1 < len(heads) else post.end
        names = tuple(part.name for part in path)
        if len(names) > 1 and fold(names[0]) == fold(title):
            names = names[1:]
        body = min(head.end, end)
        yield Section((*prefix, *names), body, end, post.year, lead)
        if text[body:end].strip():
            lead = end
