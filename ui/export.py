"""Exports of a draft: one function a format. A job description is data until here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.errors import UsageError
from rag.blocks import Page, make_page, text_of
from rag.channels import Channel, find_channel
from rag.jd_types import Draft
from rag.labelling import label_metadata
from rag.template import Template, default_template, find_template
from ui.export_text import html_page, markdown, plain
from ui.jobposting import confirmed, job_posting

Exporter = Callable[[Draft, Page], bytes]


def page_text(page: Page) -> str:
    """The text of a page below its title, without sources and label: what a channel counts."""
    return text_of(page.blocks[1:], page.language).strip("\n")


def _aigc(draft: Draft, page: Page) -> str | None:
    """The label for the metadata; none where the text bears none."""
    return label_metadata(draft.brief.market, page_text(page)) if page.label else None


def _json(draft: Draft, page: Page) -> bytes:
    return (json.dumps(draft.to_dict(), ensure_ascii=False, indent=2) + "\n").encode()


def _text(draft: Draft, page: Page) -> bytes:
    return plain(page).encode()


def _markdown(draft: Draft, page: Page) -> bytes:
    return markdown(page).encode()


def _html(draft: Draft, page: Page) -> bytes:
    return html_page(page, _aigc(draft, page)).encode()


def _docx(draft: Draft, page: Page) -> bytes:
    from ui.export_docx import word

    return word(page, _aigc(draft, page))


def _pdf(draft: Draft, page: Page) -> bytes:
    from ui.export_pdf import pdf

    return pdf(page, draft.brief.market, _aigc(draft, page))


def _jsonld(draft: Draft, page: Page) -> bytes:
    # The object is put into a page's <script>: no text may close it.
    posting = json.dumps(job_posting(draft, page), ensure_ascii=False, indent=2)
    return (posting.replace("<", "\\u003c") + "\n").encode()


EXPORTERS: dict[str, Exporter] = {
    "json": _json,
    "md": _markdown,
    "txt": _text,
    "html": _html,
    "docx": _docx,
    "pdf": _pdf,
    "jsonld": _jsonld,
}
FORMATS = tuple(EXPORTERS)
BINARY = frozenset({"docx", "pdf"})


def _template(draft: Draft, name: str | None, library: Path | None) -> Template:
    """The template asked for. Without one, the posting of the market with its sources: the copy that is read before publishing."""
    return find_template(name, draft.brief, library) if name else replace(default_template(draft.brief), sources=True)


def _accepts(channel: Channel, form: str, page: Page) -> None:
    if channel.plain and form not in {"txt", "json"}:
        raise UsageError(f"{channel.name} takes plain text alone", "use --format txt")
    if problems := channel.problems(page.title, page_text(page)):
        raise UsageError("; ".join(problems), "give the brief another length, or take another template")


def export(
    draft: Draft, form: str, template: str | None = None, channel: str | None = None, library: Path | None = None
) -> bytes:
    """A draft as the bytes of a file.

    :param draft: the draft.
    :param form: one of `FORMATS`.
    :param template: a template's id; None for the posting of the draft's market, with its sources.
    :param channel: where it is posted; nothing is cut, a text that the channel does not take is an error with the numbers.
    :param library: the library's folder, whose `templates` folder holds the organisation's own.
    :raises UsageError: for another format, template or channel, or a text that the channel does not take.
    """
    if form not in EXPORTERS:
        raise UsageError(f"unknown format {form!r}", f"use one of: {', '.join(FORMATS)}")
    chosen, place = _template(draft, template, library), find_channel(channel) if channel else None
    if place or form == "jsonld":
        chosen = replace(chosen, sources=False)
    if form == "jsonld":
        draft = confirmed(draft)
    if chosen.docx:
        return _filled(draft, chosen, place, form)
    page = make_page(draft, chosen, place)
    if place:
        _accepts(place, form, page)
    return EXPORTERS[form](draft, page)


def _filled(draft: Draft, template: Template, channel: Channel | None, form: str) -> bytes:
    if form != "docx" or template.docx is None:
        raise UsageError(f"the template {template.id!r} is a Word file", "use --format docx")
    from ui.docx_template import fill

    page = make_page(draft, replace(default_template(draft.brief), sources=True), channel)
    return fill(template.docx, draft, page, _aigc(draft, page))
