"""The page: its head, its tabs, and which of them the reader's role can use."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr
from gradio.components import Component

from ingest.errors import RolewrightError
from ingest.script import Script
from rag.app import Rolewright
from ui import api, chat_tab, compare_tab, evaluate_tab, explore_tab, jd_tab, library_tab, status_tab
from ui.access import Access, allows
from ui.guard import Guard
from ui.i18n import DEFAULT, FIRST_LANGUAGE, LANGUAGES, Page, say


def _brand(app: Rolewright, language: Script) -> str:
    try:
        index = app.engine.index
        facts = say("counts", language, documents=len(index.documents), chunks=len(index.chunks))
    except RolewrightError:
        facts = say("no_index", language)
    tagline = say("tagline", language)
    return f'<div class="rw-brand"><h1>Rolewright<b>岗匠</b></h1><span>{tagline}</span><span>{facts}</span></div>'


def build(app: Rolewright, verbs: api.Api, guard: Guard) -> gr.Blocks:
    """The page with its tabs and the API; nothing of any conversation is kept on it.

    :param app: the facade.
    :param verbs: the API.
    :param guard: stands before every handler.
    """
    page = Page()
    blocks = gr.Blocks(title="Rolewright 岗匠", analytics_enabled=False, delete_cache=(3600, 86400))
    with blocks:
        with gr.Row(elem_classes="rw-head"):
            with gr.Column(scale=4, min_width=300):
                page.add(gr.HTML, {"value": lambda language: _brand(app, language)})
            language = gr.Radio(
                list(LANGUAGES),
                value=DEFAULT,
                label="语言 / Language",
                show_label=False,
                container=False,
                elem_id="rw-language",
                min_width=240,
            )
            name = gr.HTML(visible=False, elem_id="rw-who")
            # Gradio's own path, which ends the session of this browser.
            leave = page.add(
                gr.Button,
                {"value": "sign_out"},
                link="logout?all_session=false",
                visible=False,
                size="sm",
                min_width=0,
                elem_id="rw-leave",
            )
        with gr.Tabs() as tabs:
            with page.add(gr.Tab, {"label": "chat_tab"}, id="chat"):
                chat = chat_tab.build(app, page, language)
            with page.add(gr.Tab, {"label": "jd_tab"}, id="jd"):
                with gr.Column() as writing:
                    jd_tab.build(app, page, language)
                note = page.add(gr.HTML, {"value": _writers_only}, visible=False)
            with page.add(gr.Tab, {"label": "compare_tab"}, id="compare"):
                compare_tab.build(app, page, language)
            with page.add(gr.Tab, {"label": "explore_tab"}, id="explore") as tab:
                explore_tab.build(app, page, language, tab)
            with page.add(gr.Tab, {"label": "library_tab"}, id="library") as tab:
                keeping = library_tab.build(app, page, language, tab)
            with page.add(gr.Tab, {"label": "evaluate_tab"}, id="evaluate") as tab:
                keeping += evaluate_tab.build(app, page, language, tab, tabs, chat)
            with page.add(gr.Tab, {"label": "status_tab"}, id="status") as tab:
                keeping += status_tab.build(app, page, language, tab)
        page.follow(language)
        blocks.load(None, None, language, js=FIRST_LANGUAGE, api_visibility="private", show_progress="hidden")
        _show_by_role(blocks, guard.access, (name, leave), (writing, note), keeping)
        api.register(verbs)
    guard.protect(blocks, api.error_json)
    blocks.queue(default_concurrency_limit=4, max_size=128)
    return blocks


def _writers_only(language: Script) -> str:
    return f'<div class="rw-empty">{say("writers_only", language)}</div>'


def _show_by_role(
    blocks: gr.Blocks,
    access: Access,
    signed_in: tuple[Component, Component],
    writing: tuple[gr.Column, Component],
    keeping: list[Component],
) -> None:
    """Leave out what the reader's role cannot use. A courtesy: the guard is what refuses.

    :param signed_in: the name of who has signed in, and the way out.
    :param writing: what writers see, and what others see instead.
    :param keeping: what admins see.
    """

    def seen(request: gr.Request) -> list[Any]:
        address = request.client.host if request.client else ""
        role = access.role(request.username, address, request.headers.get("host", ""))
        writes, keeps = allows(role, "writer"), allows(role, "admin")
        # Only what changes is told: an update that arrives while somebody types would draw the tab again for nothing.
        for_writers = [gr.skip(), gr.skip()] if writes else [gr.update(visible=False), gr.update(visible=True)]
        named = gr.update(value=escape(request.username or ""), visible=True)
        user = [named, gr.update(visible=True)] if request.username else [gr.skip(), gr.skip()]
        return user + for_writers + [gr.skip() if keeps else gr.update(visible=False) for _ in keeping]

    blocks.load(seen, None, [*signed_in, *writing, *keeping], api_visibility="private", show_progress="hidden")
