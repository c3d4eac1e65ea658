"""Answers and their citations as HTML: pure functions. Document text and model output are data, so all of it is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from ingest.errors import LibraryError
from ingest.script import Script
from ui.i18n import say

# Characters shown before and after a quote.
AROUND = 150
# So many citations are listed without a click.
LISTED = 6
TextOf = Callable[[str], str]
_MARK = re.compile(r"\[(\d{1,3})\]")


def plain(text: str) -> str:
    """Escape a text for HTML on one line: a blank line would end an HTML block inside Markdown."""
    return re.sub(r"\s*\n\s*", "<br>", escape(text.strip()))


def marks(numbers: Iterable[int], labels: Mapping[int, str] | None = None) -> str:
    """One small button per citation; the page's script opens its passage.

    :param numbers: the citations.
    :param labels: what a button is called beside its number, for people who cannot see where it stands.
    """
    return "".join(_mark(n, (labels or {}).get(n, "")) for n in numbers)


def _mark(n: int, label: str) -> str:
    told = f' title="{plain(label)}"' if label else ""
    return f'<button type="button" class="rw-n rw-to-{n}"{told}>{n}</button>'


def safe_markdown(text: str, numbers: Iterable[int] = (), labels: Mapping[int, str] | None = None) -> str:
    """Markdown in which HTML, links and images are inert and each citation mark is a button.

    :param text: an answer or a question; only its line breaks in table cells stay HTML.
    :param numbers: the numbers that have a citation.
    :param labels: as of `marks`.
    """
    known = set(numbers)

    def mark(match: re.Match[str]) -> str:
        return marks([int(match.group(1))], labels) if int(match.group(1)) in known else match.group()

    inert = escape(text, quote=False).replace("&lt;br&gt;", "<br>").replace("](", "]&#40;").replace("![", "!&#91;")
    return _MARK.sub(mark, inert)


def surroundings(citation: dict[str, Any], text_of: TextOf) -> tuple[str, str]:
    """The stored text just before and after a quote; empty when the index has changed since."""
    try:
        text = text_of(citation["doc"])
    except LibraryError:
        return "", ""
    start, end = citation["start"], citation["end"]
    if text[start:end] != citation["quote"]:
        return "", ""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return ("…" if start > AROUND else "") + before, after + ("…" if end + AROUND < len(text) else "")


def citation_html(citation: dict[str, Any], text_of: TextOf, language: Script) -> str:
    """One citation: number, title, year and heading path; opened, the quote inside its passage."""
    before, after = surroundings(citation, text_of)
    path = " › ".join(heading for heading in citation["heading"] if heading != citation["title"])
    page = say("page", language, n=citation["page"]) if citation["page"] else ""
    facts = [str(citation["year"] or ""), page]
    small = "".join(f'<span class="rw-fact">{escape(fact)}</span>' for fact in facts if fact)
    return (
        f'<details class="rw-cite rw-cite-{citation["n"]}"><summary><span class="rw-num">{citation["n"]}</span>'
        f'<span class="rw-where"><span class="rw-doc">{escape(citation["title"])}</span>{small}'
        f'<span class="rw-path">{escape(path)}</span></span></summary>'
        f'<div class="rw-passage">{_edge(before)}<mark>{plain(citation["quote"])}</mark>{_edge(after)}</div></details>'
    )


def _edge(text: str) -> str:
    """Escaped like `plain`, but a line break next to the quote stays one."""
    return re.sub(r"\s*\n\s*", "<br>", escape(text))


def citations_html(citations: Sequence[dict[str, Any]], text_of: TextOf, language: Script) -> str:
    """The list of citations under an answer or a draft; empty when there are none."""
    if not citations:
        return ""
    rows = "".join(citation_html(citation, text_of, language) for citation in citations)
    is_open = " open" if len(citations) <= LISTED else ""
    title = say("sources", language, n=len(citations))
    return f'<details class="rw-sources"{is_open}><summary>{title}</summary>{rows}</details>'
