"""The comparison tab: two or three roles or departments side by side, every cell cited."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from ingest.errors import RolewrightError
from ingest.script import Script
from rag.app import Rolewright
from rag.citations import CitationBook
from rag.compare import MOST, Axis, chosen, compare
from rag.items import Item
from rag.link import DEPTH_ORDER, Mention, RoleLinker
from rag.page import for_reader, shown
from ui.citations_view import citations_html, marks, plain
from ui.i18n import Page, say
from ui.told import warn


def choices(app: Rolewright, language: Script) -> list[tuple[str, str]]:
    """(shown name, canonical name) of everything the documents describe; empty before anything is indexed."""
    try:
        linker = app.engine.linker
    except RolewrightError:
        return []
    described = [name for name, group in linker.by_name.items() if DEPTH_ORDER[group[0].depth] > 0]
    return sorted((linker.shown(name, language), name) for name in described)


def _cell(items: tuple[Item, ...], book: CitationBook, language: Script) -> str:
    if not items:
        return f'<span class="rw-none">{say("not_told", language)}</span>'
    rows = []
    for item in items:
        span = for_reader(item.span, language)
        number = book.cite(item.doc, span.start, span.end)
        rows.append(f"<li>{plain(shown(span.text, language))}{marks([number])}</li>")
    return f"<ul>{''.join(rows)}</ul>"


def table_html(
    mentions: list[Mention], axes: list[Axis], linker: RoleLinker, book: CitationBook, language: Script
) -> str:
    """The comparison as a table with one citation button for each line."""
    names = "".join(
        f'<th scope="col" role="columnheader">{escape(linker.shown(mention.name, language))}</th>'
        for mention in mentions
    )
    rows = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{say(f"axis_{axis.label}", language)}</th>'
        + "".join(f'<td role="cell">{_cell(items, book, language)}</td>' for items in axis.cells)
        + "</tr>"
        for axis in axes
    )
    corner = f'<span class="rw-hidden">{say("compare_axis", language)}</span>'
    return f'<div class="rw-answer"><table class="rw-compare" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{corner}</th>{names}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'


def comparison_html(app: Rolewright, names: list[str], language: Script) -> str:
    """The comparison of the chosen roles with its citations.

    :raises RolewrightError: for another number of roles, an unknown one, or when nothing has been indexed.
    """
    engine = app.engine
    mentions = chosen(names, engine.linker)
    book = CitationBook(engine.index)
    table = table_html(mentions, compare(mentions, engine.linker), engine.linker, book, language)
    cited = [citation.to_dict() for citation in book.all()]
    return f"<div>{table}{citations_html(cited, app.document_text, language)}</div>"


def build(app: Rolewright, page: Page, language: gr.Radio) -> None:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    """
    with gr.Row(equal_height=True):
        roles = page.add(
            gr.Dropdown,
            {"label": "compare_choose", "choices": lambda reader: choices(app, reader)},
            multiselect=True,
            max_choices=MOST,
            scale=6,
            min_width=220,
            elem_id="rw-compare-roles",
        )
        go = page.add(
            gr.Button, {"value": "compare_go"}, variant="primary", scale=1, min_width=110, elem_id="rw-compare-go"
        )
    result = page.add(gr.HTML, {"value": lambda reader: f'<div class="rw-empty">{say("compare_empty", reader)}</div>'})
    table = gr.HTML(visible=False, elem_id="rw-comparison")

    def show(names: list[str], reader: Script) -> list[Any]:
        try:
            html = comparison_html(app, names or [], reader)
        except RolewrightError as error:
            warn(error, reader)
            return [gr.skip(), gr.skip()]
        return [gr.update(visible=False), gr.update(value=html, visible=True)]

    go.click(show, [roles, language], [result, table], api_visibility="private")
