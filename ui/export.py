"""Exports of a draft: one function a format. A job description is data until here."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable
from typing import Any, cast

from ingest.errors import UsageError
from ingest.script import Script
from rag.jd_phrases import phrase
from rag.jd_types import SECTIONS, Claim, Draft
from rag.types import Citation
from ui.jobposting import job_posting

# A font that holds Chinese, present with Word on every platform; LibreOffice replaces it by what it has.
EAST_ASIAN_FONT = "Microsoft YaHei"


def _say(draft: Draft, key: str) -> str:
    return phrase(key, cast(Script, draft.brief.language), draft.brief.market)


def _line(draft: Draft, claim: Claim) -> str:
    marks = "".join(f" [{number}]" for number in claim.citations)
    return claim.text + marks + (_say(draft, "suggested") if claim.source == "suggested" else "")


def _sections(draft: Draft) -> list[tuple[str, list[str]]]:
    """(heading, lines) in reading order."""
    named = [(name, draft.jd.section(name)) for name in ("purpose", *SECTIONS, "company")]
    return [(_say(draft, name), [_line(draft, claim) for claim in claims]) for name, claims in named if claims]


def _facts(draft: Draft) -> list[str]:
    facts = [(name, getattr(draft.jd, name)) for name in ("department", "level")]
    return [f"{_say(draft, name)}: {value}" for name, value in facts if value]


def _source(citation: Citation) -> str:
    year = f" ({citation.year})" if citation.year else ""
    return f"[{citation.n}] {citation.title}{year}, {' > '.join(citation.heading)}: “{citation.quote}”"


def _json(draft: Draft) -> bytes:
    return (json.dumps(draft.to_dict(), ensure_ascii=False, indent=2) + "\n").encode()


def _text(draft: Draft) -> bytes:
    return f"{draft.text}\n\n{_say(draft, 'notice')}\n".encode()


def _plain_markdown(text: str) -> str:
    """Text from a form or a source as Markdown that shows it, whatever marks it holds."""
    return "".join(f"\\{char}" if char in "\\`*_<#|" else char for char in text).replace("\n", " ")


def _markdown(draft: Draft) -> bytes:
    lines = [f"# {_plain_markdown(draft.jd.title)}", ""]
    lines += [_plain_markdown(fact) + "  " for fact in _facts(draft)]
    for heading, items in _sections(draft):
        lines += ["", f"## {heading}", "", *(f"- {_plain_markdown(item)}" for item in items)]
    if draft.citations:
        lines += [
            "",
            f"## {_say(draft, 'sources')}",
            "",
            *(f"- {_plain_markdown(_source(row))}" for row in draft.citations),
        ]
    return ("\n".join([*lines, "", f"*{_say(draft, 'notice')}*"]) + "\n").encode()


def _html(draft: Draft) -> bytes:
    def items(rows: list[str]) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(row)}</li>" for row in rows) + "</ul>"

    body = f"<h1>{html.escape(draft.jd.title)}</h1>" + "".join(f"<p>{html.escape(fact)}</p>" for fact in _facts(draft))
    body += "".join(f"<h2>{html.escape(heading)}</h2>{items(rows)}" for heading, rows in _sections(draft))
    if draft.citations:
        body += f"<h2>{_say(draft, 'sources')}</h2>{items([_source(row) for row in draft.citations])}"
    page = (
        f'<!doctype html><html lang="{draft.brief.language}"><meta charset="utf-8"><title>{html.escape(draft.jd.title)}</title>'
        f"{body}<p><em>{_say(draft, 'notice')}</em></p></html>\n"
    )
    return page.encode()


def _printable(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def _docx(draft: Draft) -> bytes:
    import docx
    from docx.oxml.ns import qn

    document = docx.Document()
    for name in ("Normal", "Title", "Heading 1", "List Bullet"):
        style: Any = document.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN_FONT)
    document.core_properties.title = _printable(draft.jd.title)
    document.core_properties.author = ""
    document.core_properties.comments = _say(draft, "notice")
    document.add_heading(_printable(draft.jd.title), level=0)
    for fact in _facts(draft):
        document.add_paragraph(_printable(fact))
    sections = _sections(draft)
    if draft.citations:
        sections.append((_say(draft, "sources"), [_source(citation) for citation in draft.citations]))
    for heading, rows in sections:
        document.add_heading(heading, level=1)
        for row in rows:
            document.add_paragraph(_printable(row), style="List Bullet")
    document.add_paragraph(_say(draft, "notice")).runs[0].italic = True
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _jsonld(draft: Draft) -> bytes:
    named = [(name, draft.jd.section(name)) for name in ("purpose", *SECTIONS, "company")]
    sections = [(_say(draft, name), [claim.text for claim in claims]) for name, claims in named if claims]
    posting = job_posting(draft, sections, _say(draft, "notice"))
    # The object is put into a page's <script>: no text may close it.
    return (json.dumps(posting, ensure_ascii=False, indent=2).replace("<", "\\u003c") + "\n").encode()


EXPORTERS: dict[str, Callable[[Draft], bytes]] = {
    "json": _json,
    "md": _markdown,
    "txt": _text,
    "html": _html,
    "docx": _docx,
    "jsonld": _jsonld,
}


def export(draft: Draft, form: str) -> bytes:
    """A draft as the bytes of a file.

    :param draft: the draft.
    :param form: a key of `EXPORTERS`.
    :raises UsageError: for another format.
    """
    if form not in EXPORTERS:
        raise UsageError(f"unknown format {form!r}", f"use one of: {', '.join(EXPORTERS)}")
    return EXPORTERS[form](draft)
