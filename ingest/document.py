"""One file becomes one cleaned document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from ingest.clean import Cleaned, clean
from ingest.errors import LoadError
from ingest.loaders import load
from ingest.metadata import source_of
from ingest.page_rules import PageRule
from ingest.posts import find_posts
from ingest.repair import repeated_edges
from ingest.titles import title_of
from ingest.types import Post, SourceDocument

_WHO_AND_WHEN = ("publish-line", "author-card")


def read_document(path: Path, doc: str, digest: str, rules: Sequence[PageRule] | None = None) -> SourceDocument:
    """Load and clean one file.

    :param path: the file.
    :param doc: the name it gets in the library.
    :param digest: its content digest.
    :param rules: the page rules; the bundled ones by default.
    :raises LoadError: when it cannot be read.
    """
    loaded = load(path)
    edges = repeated_edges(list(loaded.pages))
    pages = [clean(page, rules, page_edges) for page, page_edges in zip(loaded.pages, edges, strict=True)]
    text = "\n\n".join(page.text for page in pages)
    if not text.strip():
        raise LoadError(
            f"{path.name} holds no text after cleaning", "check that the file holds an article, not only menus"
        )
    # Pages are joined by two line ends.
    starts = list(accumulate((len(page.text) + 2 for page in pages[:-1]), initial=0))
    raw = sum(len(page.raw) for page in pages) + len(loaded.left_out)
    running = [removal.text for page in pages for removal in page.removed if removal.rule == "running-head"]
    posts = find_posts(pages[0]) if len(pages) == 1 else ()
    return SourceDocument(
        doc=doc,
        title=(loaded.title or title_of(text, doc, running))[:120],
        text=text,
        digest=digest,
        source=loaded.source or _published_by(pages),
        author=None if _several(posts) else loaded.author or (None if posts else _noted(pages, "author")),
        year=None if posts else loaded.year or _noted(pages, "year"),
        page_starts=tuple(starts) if len(starts) > 1 else (),
        posts=posts,
        uncertain=tuple(
            (start + first, start + last)
            for start, page in zip(starts, pages, strict=True)
            for first, last in page.uncertain
        ),
        diff="\n".join(
            filter(None, [*(page.diff() for page in pages), loaded.left_out and _left_out(loaded.left_out)])
        ),
        removed_share=round(max(0.0, 1 - sum((page.origin >= 0).sum() for page in pages) / max(1, raw)), 3),
    )


def _published_by(pages: Sequence[Cleaned]) -> str | None:
    """The source that the page's own publish lines name, if they name only one."""
    told = (removal.text for page in pages for removal in page.removed if removal.rule in _WHO_AND_WHEN)
    sources = {source for text in told for line in text.split("\n") if (source := source_of(line))}
    return sources.pop() if len(sources) == 1 else None


def _several(posts: Sequence[Post]) -> bool:
    """Whether the page names more than one author."""
    return len({post.author for post in posts if post.author}) > 1


def _noted(pages: Sequence[Cleaned], what: str) -> Any:
    """The author or year of a page that says only one."""
    values = {value for page in pages for _, note in page.notes if (value := getattr(note, what))}
    return values.pop() if len(values) == 1 else None


def _left_out(text: str) -> str:
    return "\n".join(f"[-{line}-]  (outside-main-content)" for line in text.split("\n") if line.strip())
