"""Saved web pages: the main content, with its headings and list items, and a note of what lies outside it.

Trafilatura finds the main content. It drops some headings and short list items, so the page's own blocks are walked again: those that
it kept stay, and between the first and the last of them so do headings, and blocks that hold more text than links.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default as default_policy
from pathlib import Path

from ingest.decode import declared_charset, decode
from ingest.errors import LoadError
from ingest.metadata import text_value, year_of
from ingest.page_blocks import AUTHOR_MARK, MARKS, Block, read_blocks
from ingest.page_parts import drop_captions, drop_contents, drop_note_marks, mark_authors, written_title
from ingest.types import LoadedFile

_UNSEEN = ("script", "style", "noscript", "template", "svg", "button", "select", "textarea", "iframe")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_NOISE = ("nav", "footer", "aside")
_LOGGERS = ("trafilatura", "htmldate", "courlan", "justext", "readability")
# Blocks with a larger share of their text in links are menus.
_MOST_LINKED = 0.5
_SHORT = 8
_PARAGRAPH = 40
_GAP = 80
# Less of a page's prose than this is no main content.
_LEAST = 0.5
_SENTENCE = re.compile(r"[.!?。;\uff01\uff1f\uff1b][”\"')」\uff09]*$")


@contextmanager
def silent(*names: str) -> Iterator[None]:
    """Keep libraries off stderr while they read damaged input; what matters is raised."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def load_html(path: Path) -> LoadedFile:
    """A saved page: its main content; all of its body when no main content is found."""
    return _load_page(path.read_bytes(), path.name)


def load_mhtml(path: Path) -> LoadedFile:
    """A page that a browser saved with its pictures as one file (RFC 2557): its first HTML part, read as a saved page."""
    message = message_from_bytes(path.read_bytes(), policy=default_policy)
    part = next((part for part in message.walk() if part.get_content_type() in _PAGE_TYPES), None)
    data = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(data, bytes):
        raise LoadError(f"{path.name} holds no web page", "open it in a browser and save the page again as HTML")
    loaded = _load_page(data, path.name, part.get_content_charset())
    address = message.get("Snapshot-Content-Location") or part.get("Content-Location")
    return replace(loaded, source=loaded.source or text_value(address and str(address)))


def _load_page(data: bytes, name: str, charset: str | None = None) -> LoadedFile:
    """A page's bytes; `charset` is what stands around them instead of in them."""
    import trafilatura
    from lxml import etree, html

    page = decode(data, name, declared_charset(data) or charset)
    try:
        with silent(*_LOGGERS):
            # Not extensive: that search takes years from copyright lines and from prose.
            facts = trafilatura.extract_metadata(page, extensive=False)
            tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
            # Trafilatura drops authors without a space in their name, which is most Chinese ones.
            names = [*map(text_value, tree.xpath("//meta[@name='author' or @property='article:author']/@content"))]
            etree.strip_elements(tree, *_UNSEEN, with_tail=False)
            everything = read_blocks(tree)
            title = written_title(tree) or text_value(facts.title)
            etree.strip_elements(tree, *_NOISE, with_tail=False)
            writers = {*mark_authors(tree)}
            for drop in (drop_captions, drop_contents, drop_note_marks):
                drop(tree)
            main = trafilatura.extract(
                html.tostring(tree, encoding="unicode"),
                output_format="markdown",
                include_tables=True,
                include_comments=False,
                favor_recall=True,
            )
            kept = _main_blocks(read_blocks(tree), main or "", title or "")
    except etree.ParserError:
        return LoadedFile(("",))  # lxml's word for a page without any element
    except Exception as error:  # three libraries parse hostile input here, and none lists what it raises
        raise LoadError(
            f"{name} cannot be read as HTML ({type(error).__name__})", "save the page again from the browser"
        ) from error
    author = text_value(facts.author) or next((name for name in names if name and "://" not in name), None)
    if any(name in (author or "") for name in writers):
        author = writers.pop() if len(writers) == 1 else None
    inside = {block.bare for block in kept}
    return LoadedFile(
        (_joined(kept),),
        title,
        text_value(facts.sitename or facts.url),
        author,
        year_of(facts.date),
        "\n".join(block.text for block in everything if block.bare and block.bare not in inside),
    )


def _main_blocks(blocks: Sequence[Block], main: str, title: str) -> list[Block]:
    """The blocks of the main content, by what the extractor gave; `title` is the page's."""
    lines = {MARKS.sub("", line) for line in main.split("\n")}
    whole = MARKS.sub("", main)
    core = [at for at, block in enumerate(blocks) if _is_core(block, lines, whole)]
    if not core:
        return list(blocks)
    prose = [at for at, block in enumerate(blocks) if _is_prose(block)]
    if sum(len(blocks[at].bare) for at in set(core) & set(prose)) < _LEAST * sum(len(blocks[at].bare) for at in prose):
        core = sorted({*core, *prose})  # the extractor took one post of several for the whole
    chosen = set(core)
    first = next((at for at in core if len(blocks[at].bare) >= _PARAGRAPH), core[0])
    for at in range(first + 1, core[-1]):
        block = blocks[at]
        heading = block.mark.startswith("#") and block.linked < 1
        item = block.linked < _MOST_LINKED and (len(block.bare) >= _SHORT // 2 or block.mark == "- ")
        if at not in chosen and (heading or item) and _near(at, core, blocks):
            chosen.add(at)
    outside = sum(len(block.bare) for at, block in enumerate(blocks) if at not in chosen)
    if outside <= 20 + 0.1 * sum(len(block.bare) for block in blocks):
        return _without_menus(blocks, core)  # a page without a frame
    top = _title_blocks(blocks, title)
    if not any(blocks[at].bare == blocks[other].bare for at in top for other in chosen):
        chosen.update(top)
    # Prose between the title and the main content is its lead, or the question that it answers.
    chosen.update(at for at in prose if top and top[0] < at < min(chosen - {top[0]}, default=0))
    authors = {at for at, block in enumerate(blocks) if block.mark == AUTHOR_MARK and _leads(at, blocks, chosen)}
    chosen = {at for at in chosen if blocks[at].mark != AUTHOR_MARK} | authors
    return [blocks[at] for at in sorted(chosen)]


def _without_menus(blocks: Sequence[Block], core: Sequence[int]) -> list[Block]:
    """All blocks but those that are nothing but links above or below the text."""
    rows = [
        at
        for at, block in enumerate(blocks)
        if block.linked < 1 or block.mark.startswith("#") or core[0] < at < core[-1]
    ]
    return [blocks[at] for at in rows]


def _title_blocks(blocks: Sequence[Block], title: str) -> list[int]:
    """A page has one title; it often stands in a header that the extractor leaves out."""
    top = [at for at, block in enumerate(blocks) if block.mark == "# "]
    if len(top) == 1:
        return top
    bare = MARKS.sub("", title)
    named = [at for at, block in enumerate(blocks) if block.mark.startswith("#") and block.bare]
    return next(([at] for at in named if len(blocks[at].bare) > 3 and bare.startswith(blocks[at].bare)), [])


def _leads(at: int, blocks: Sequence[Block], chosen: set[int]) -> bool:
    """Whether an author's name stands right above text that stays, with buttons and counters at most between."""
    return any(
        other in chosen and blocks[other].mark != AUTHOR_MARK for other in range(at + 1, min(at + 4, len(blocks)))
    )


def _near(at: int, core: Sequence[int], blocks: Sequence[Block], reach: int = 6) -> bool:
    """Whether a block stands among blocks of the main content: few blocks, or little text, lie between them."""
    behind = bisect(core, at)
    before, after = core[behind - 1], core[behind]
    little = sum(len(block.bare) for block in blocks[before + 1 : after]) <= _GAP
    return little or (at - before <= reach and after - at <= reach)


def _is_core(block: Block, lines: set[str], whole: str) -> bool:
    bare = block.bare
    if not bare:
        return False
    return bare in lines or (len(bare) >= _SHORT and bare in whole)


def _is_prose(block: Block) -> bool:
    width = sum(2 if char >= "\u2e80" else 1 for char in block.bare)
    return width >= _PARAGRAPH and block.linked < 0.2 and bool(_SENTENCE.search(block.text))


def _joined(blocks: Sequence[Block]) -> str:
    """A line for each block."""
    return "\n".join(block.mark + block.text for block in blocks)
