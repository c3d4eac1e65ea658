"""Parts of a saved page that its mark-up tells apart from the text: who wrote it, captions, contents, marks of notes.

They are known by what programs that write pages call them (`class`), and by links that lead to a place on the same page.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.metadata import text_value

_UNLINKED = re.compile(r"[\s\d.\u2026\u00b7]*")
# Which elements may be a line of their own.
_ROWS = ("div", "section", "header", "address", "p", "li")
_BYLINE = re.compile(r"(?:^|[-_ ])(?:author[-_]?(?:info|byline|card|bio|box|meta)?|byline)(?:[-_ ]|$)", re.I)
_CAPTION = re.compile(r"(?:^|[-_ ])(?:image|img|pic|picture|photo)[-_]caption(?:[-_ ]|$)", re.I)
_LONGEST_BYLINE = 80
_LONGEST_NAME = 20
_NO_NAME = re.compile(r"[。!?;:\uff01\uff1f\uff1b\uff1a\d]")
# Marked on elements for `webpage`, which reads the blocks.
AUTHOR = "data-rolewright-author"
_FEWEST_CONTENTS = 2
_SHORTEST_TITLE = 4


def _drop(element: Any) -> None:
    """Take an element out and keep the text behind it."""
    if element.getparent() is not None:
        element.drop_tree()


def _text(element: Any) -> str:
    return text_value(element.text_content()) or ""


def mark_authors(tree: Any) -> tuple[str, ...]:
    """Put an author's name in the place of each byline, marked as such.

    :param tree: the page.
    :return: the names, in the order of the page.
    """
    names: list[str] = []
    for element in [*tree.iter(*_ROWS)]:
        if not _BYLINE.search(element.get("class") or ""):
            continue
        whole = _text(element)
        given = [text_value(name) for name in element.xpath(".//meta[@itemprop='name']/@content")]
        written = [text_value(text) for text in element.itertext() if text.strip()]
        name = next((name for name in [*given, *written] if name), "")
        if len(whole) > _LONGEST_BYLINE or len(name) > _LONGEST_NAME or _NO_NAME.search(name):
            continue
        if element.xpath("ancestor-or-self::aside"):
            continue
        for child in list(element):
            element.remove(child)
        element.text = name
        if name:
            element.set(AUTHOR, name)
            names.append(name)
    return tuple(names)


def drop_captions(tree: Any) -> None:
    """Take out what stands under pictures, which are not read.

    :param tree: the page.
    """
    for element in tree.xpath("//figure[.//img and not(.//table)]//figcaption"):
        _drop(element)
    for element in [*tree.iter("p", "div", "span")]:
        if _CAPTION.search(element.get("class") or ""):
            _drop(element)


def drop_contents(tree: Any) -> None:
    """Take out lists of contents: lines that hold nothing but links to places on the same page.

    :param tree: the page.
    """
    links = tree.xpath("//a[starts-with(@href, '#') and @href != '#']")
    around = dict.fromkeys(next(link.iterancestors("li", "p", "div"), None) for link in links)
    rows = [row for row in around if row is not None and _is_contents(row)]
    if len(rows) >= _FEWEST_CONTENTS:
        for row in rows:
            _drop(row)


def _is_contents(row: Any) -> bool:
    links = row.xpath(".//a")
    inside = [link for link in links if len(link.get("href") or "") > 1 and link.get("href").startswith("#")]
    if not inside or len(inside) < len(links) or row.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6"):
        return False
    apart = "".join(row.xpath(".//text()[not(ancestor::a)]"))
    return bool(re.search(r"\w{2}", "".join(map(_text, inside)))) and bool(_UNLINKED.fullmatch(apart))


def drop_note_marks(tree: Any) -> None:
    """Take out the marks of footnotes, and the comments that a text editor puts at the end of a page it exports.

    :param tree: the page.
    """
    for link in tree.xpath("//a[starts-with(@href, '#')]"):
        if re.fullmatch(r"\[(?:\d{1,3}|[a-z]{1,2})\]", _text(link)):
            row = next(link.iterancestors("div"), None)
            if link.get("href").startswith("#cmnt_ref") and row is not None:
                _drop(row)
            else:
                _drop(link)


def written_title(tree: Any) -> str | None:
    """The title as the page itself shows it: the heading with which its `<title>` begins, or without a `<title>` the paragraph that
    a text editor marked as one.

    :param tree: the page.
    """
    named = next((text for text in map(_text, tree.xpath("//title")) if text), "")
    if not named:
        return next((_text(p) for p in tree.iter("p") if is_title(p) and _text(p)), None)
    heads = [head for tag in ("h1", "h2") for head in map(_text, tree.iter(tag))]
    return next((head for head in heads if len(head) >= _SHORTEST_TITLE and named.startswith(head)), None)


def is_title(element: Any) -> bool:
    """Whether a paragraph is marked as the document's title.

    :param element: any element.
    """
    return element.tag == "p" and "title" in (element.get("class") or "").lower().split()
