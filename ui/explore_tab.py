"""The map of the catalogue: every department with its roles, how fully each is described, and by which documents."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from ingest.errors import RolewrightError
from ingest.script import Script, to_script
from ingest.types import Depth
from rag.app import Rolewright
from rag.items import merged_items
from rag.link import Mention, RoleLinker, canonical
from rag.page import for_reader, shown
from ui.citations_view import plain
from ui.i18n import Page, say
from ui.later import root
from ui.told import told

DEPTHS: tuple[Depth, ...] = ("duties_goals_kpis", "duties", "one_line", "named_only")
# Lines of a role that are shown when it is opened; the whole is one question away.
LINES = 5
Row = dict[str, Any]


def _bar(rows: Sequence[Row], language: Script) -> str:
    """How many roles of a department are described how fully, as one bar."""
    counts = [(depth, sum(row["depth"] == depth for row in rows)) for depth in DEPTHS]
    parts = "".join(
        f'<i class="rw-depth-{depth}" style="flex:{count}" title="{say(f"depth_{depth}", language)}: {count}"></i>'
        for depth, count in counts
        if count
    )
    told = ", ".join(f"{say(f'depth_{depth}', language)} {count}" for depth, count in counts if count)
    return f'<div class="rw-depths" role="img" aria-label="{escape(told)}">{parts}</div>'


def _role(row: Row, app: Rolewright, linker: RoleLinker, language: Script) -> str:
    mention = Mention(row["name"], linker.by_name[row["name"]])
    items = [*merged_items(mention, "goal")[:1], *merged_items(mention, "duties", linker.functions_of(mention))][:LINES]
    lines = "".join(f"<li>{plain(shown(for_reader(item.span, language).text, language))}</li>" for item in items)
    records = app.engine.index.documents
    told = [to_script(records[doc].title, language) for doc in row["documents"]]
    sources = "".join(f"<li>{escape(title)}</li>" for title in told)
    body = f"<ul>{lines}</ul>" if lines else f"<p>{say('named_only_note', language)}</p>"
    return (
        f'<details class="rw-role"><summary><i class="rw-dot rw-depth-{row["depth"]}"></i>{escape(linker.shown(row["name"], language))}'
        f'<span class="rw-hidden"> ({say("depth_" + row["depth"], language)})</span></summary>'
        f'<div class="rw-role-body">{body}<p class="rw-path">{say("named_in", language, n=len(told))}</p>'
        f'<ul class="rw-path">{sources}</ul></div></details>'
    )


def map_html(app: Rolewright, query: str, language: Script) -> str:
    """The map, or of it what a query names.

    :param app: the facade.
    :param query: a part of a name; empty for all.
    :param language: the reader's language.
    """
    linker = app.engine.linker
    groups: dict[str, list[Row]] = {}
    for row in app.roles(query):
        groups.setdefault(canonical(row["department"] or ""), []).append(row)
    if not groups:
        return f'<div class="rw-empty">{say("nothing_named", language)}</div>'
    cards = []
    for department, rows in sorted(groups.items(), key=lambda item: (not item[0], -len(item[1]))):
        name = linker.shown(department, language) if department else say("no_department", language)
        roles = "".join(
            _role(row, app, linker, language) for row in sorted(rows, key=lambda row: DEPTHS.index(row["depth"]))
        )
        cards.append(
            f'<section class="rw-card"><h3>{escape(name)} <span class="rw-fact">{len(rows)}</span></h3>{_bar(rows, language)}{roles}</section>'
        )
    legend = "".join(
        f'<span><i class="rw-dot rw-depth-{depth}"></i>{say(f"depth_{depth}", language)}</span>' for depth in DEPTHS
    )
    return f'<div class="rw-legend">{legend}</div><div class="rw-map">{"".join(cards)}</div>'


def build(app: Rolewright, page: Page, language: gr.Radio, tab: gr.Tab) -> None:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    :param tab: the tab itself; the map, by far the largest part of the page, is drawn when it is opened.
    """

    def show(query: str | None, reader: Script) -> list[Any]:
        try:
            drawn = map_html(app, query or "", reader)
        except RolewrightError as error:
            drawn = f'<div class="rw-error">{told(error, reader)}</div>'
        return [drawn, True]

    def renew(query: str | None, reader: Script, opened: bool) -> list[Any]:
        return show(query, reader) if opened else [gr.skip(), gr.skip()]

    opened = gr.State(False)
    query = page.add(
        gr.Textbox, {"label": "explore_query", "placeholder": "explore_ph"}, elem_id="rw-explore-query", max_lines=1
    )
    drawn = gr.HTML(elem_id="rw-explore")
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}
    gr.on([root().load, tab.select, query.change], show, [query, language], [drawn, opened], **quiet)
    language.change(renew, [query, language, opened], [drawn, opened], **quiet)
