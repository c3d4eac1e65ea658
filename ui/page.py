"""The page: its head, its tabs, and which of them the reader's role can use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import gradio as gr

from ingest.errors import RolewrightError
from ingest.script import Script
from rag.app import Rolewright
from ui import api, chat_tab, compare_tab, evaluate_tab, explore_tab, jd_tab, library_tab, status_tab
from ui.guard import Guard
from ui.i18n import DEFAULT, FIRST_LANGUAGE, LANGUAGES, Page, keep_choice, say
from ui.later import Part, draw_when_ready, settle, tell


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
                brand = page.add(gr.HTML, {"value": lambda language: _brand(app, language)}, visible=False)
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
        parts: list[Part] = []

        @contextmanager
        def later(name: str) -> Iterator[Part]:
            """A tab whose content a browser gets when it is opened."""
            with page.add(gr.Tab, {"label": f"{name}_tab"}, id=name) as tab:
                parts.append(Part(tab, language, guard.access))
                with parts[-1].filled():
                    yield parts[-1]

        with gr.Tabs() as tabs:
            with page.add(gr.Tab, {"label": "chat_tab"}, id="chat"):
                chat = chat_tab.build(app, page, language)
            with later("jd") as part:
                with gr.Column() as writing:
                    jd_tab.build(app, part.texts, part.language)
                part.only_for(
                    "writer", writing, instead=part.texts.add(gr.HTML, {"value": _writers_only}, visible=False)
                )
            with later("compare") as part:
                compare_tab.build(app, part.texts, part.language)
            with later("explore") as part:
                explore_tab.build(app, part.texts, part.language, part.tab)
            with later("library") as part:
                part.only_for("admin", *library_tab.build(app, part.texts, part.language, part.tab))
            with later("evaluate") as part:
                part.only_for("admin", *evaluate_tab.build(app, part.texts, part.language, part.tab, tabs, chat))
            with later("status") as part:
                part.only_for("admin", *status_tab.build(app, part.texts, part.language, part.tab))
        page.follow(language)
        keep_choice(language)
        tell(language, parts)
        blocks.load(None, None, language, js=FIRST_LANGUAGE, api_visibility="private", show_progress="hidden")
        # Nothing else at first needs the module of HTML, which is one of the largest.
        draw_when_ready(brand)
        blocks.load(_signed_in, None, [name, leave], api_visibility="private", show_progress="hidden")
        api.register(verbs)
    settle(blocks)
    guard.protect(blocks, api.error_json)
    blocks.queue(default_concurrency_limit=4, max_size=128)
    return blocks


def _writers_only(language: Script) -> str:
    return f'<div class="rw-empty">{say("writers_only", language)}</div>'


def _signed_in(request: gr.Request) -> list[Any]:
    """The name of who has signed in, and the way out."""
    if not request.username:
        return [gr.skip(), gr.skip()]
    return [gr.update(value=escape(request.username), visible=True), gr.update(visible=True)]
