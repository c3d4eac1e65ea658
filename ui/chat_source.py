"""The panel beside an answer: one cited sentence inside a generous part of its document. A pure function; all text is escaped."""

from __future__ import annotations

import re
from html import escape

from ingest.script import Script
from rag.types import Citation
from ui.chat_view import Documents, in_script
from ui.citations_view import TextOf
from ui.i18n import say

# Characters shown before and after the sentence, up to the next line break.
AROUND = 1500
_HEADING = re.compile(r"^#{1,6}[ \t]+(.*)$", re.M)
_BARE_HEADING = re.compile(r"(?:^|\n)#{1,6}[ \t]*\Z")


def source_html(
    turn: int, citation: Citation, most: int, documents: Documents, text_of: TextOf, language: Script
) -> str:
    """One citation of an answer.

    :param turn: the number of the exchange, which the panel's script needs.
    :param most: how many citations the answer has.
    :param documents: the register of the open index.
    :param text_of: gives a document's stored text.
    :param language: the reader's language.
    """
    record = documents.get(citation.doc)
    headings = (heading for heading in citation.heading if heading != citation.title)
    path = in_script(" \u203a ".join(headings), language)
    facts = [
        say("source_author", language, name=record.author) if record and record.author else "",
        str(citation.year or ""),
        say("page", language, n=citation.page) if citation.page else "",
        say("source_where", language, name=record.source) if record and record.source else "",
    ]
    facts_html = "".join(f"<li>{escape(fact)}</li>" for fact in facts if fact)
    buttons = (
        _button("source-step", "\u2039", say("source_before", language), citation.n - 1, off=citation.n == 1)
        + _button("source-step", "\u203a", say("source_after", language), citation.n + 1, off=citation.n == most)
        + _button("source-close", "\u00d7", say("source_close", language), citation.n)
    )
    return (
        f'<section class="rw-source" tabindex="-1" data-turn="{turn}" data-n="{citation.n}" aria-label="{say("source_panel", language)}">'
        f"<header><b>{say('source_of', language, n=citation.n, all=most)}</b><span>{buttons}</span></header>"
        f'<h3>{escape(in_script(citation.title, language))}</h3><ul class="rw-facts">{facts_html}</ul><p class="rw-headings">{escape(path)}</p>'
        f"{_passage(citation, documents, text_of, language)}"
        f'<p class="rw-origin">{escape(say("source_file", language, name=citation.doc))}</p></section>'
    )


def _button(action: str, sign: str, label: str, n: int, *, off: bool = False) -> str:
    disabled = " disabled" if off else ""
    return (
        f'<button type="button" class="rw-{action}" data-n="{n}" aria-label="{label}" title="{label}"{disabled}>'
        f"{sign}</button>"
    )


def _passage(citation: Citation, documents: Documents, text_of: TextOf, language: Script) -> str:
    """The sentence in its surroundings; alone, with a word of warning, when the document is no more what it was."""
    quote = f"<mark>{escape(citation.quote)}</mark>"
    if citation.doc not in documents:
        return (
            f'<p class="rw-stale">{say("source_gone", language)}</p><div class="rw-around" tabindex="0">{quote}</div>'
        )
    text = text_of(citation.doc)
    start, end = citation.start, citation.end
    if text[start:end] != citation.quote:
        return f'<p class="rw-stale">{say("source_changed", language)}</p><div class="rw-around" tabindex="0">{quote}</div>'
    first = text.rfind("\n", 0, max(0, start - AROUND)) + 1 if start > AROUND else 0
    stop = text.find("\n", end + AROUND)
    last = stop if stop >= 0 else len(text)
    before = _prose(_BARE_HEADING.sub("\n", text[first:start]))
    after = _prose(text[end:last])
    head, tail = "\u2026\n" if first else "", "\n\u2026" if last < len(text) else ""
    return f'<div class="rw-around" tabindex="0">{head}{before}{quote}{after}{tail}</div>'


def _prose(text: str) -> str:
    """Stored text as it is read: headings in bold without their signs, no empty lines between its blocks."""
    close = re.sub(r"\n\s*\n", "\n", escape(text))
    return _HEADING.sub(r"<b>\1</b>", close)
