"""The evaluation tab: its components, and which handler each event calls. Handlers are in `evaluate_handlers.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from ingest.script import Script
from rag.app import Rolewright
from ui.chat_handlers import Handlers as Chat
from ui.evaluate_handlers import FILES, Handlers
from ui.i18n import Page
from ui.later import root
from ui.sure import hide_after, second_button
from ui.visit import visit_of

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True)
class _Parts:
    set: gr.Dropdown
    upload: gr.UploadButton
    go: gr.Button
    stop: gr.Button
    progress: gr.HTML
    picked: gr.Row
    run: gr.Dropdown
    other: gr.Dropdown
    delete: gr.Button
    sure: gr.Button
    result: gr.HTML
    against: gr.HTML
    more: gr.Column
    case: gr.Dropdown
    detail: gr.HTML
    ask: gr.Button
    files: list[gr.DownloadButton]


def _layout(do: Handlers, page: Page) -> _Parts:
    with gr.Row(elem_classes="rw-bar"):
        chosen_set = page.add(
            gr.Dropdown,
            {"label": "eval_set", "choices": do.sets},
            value="bundled_dev",
            min_width=200,
            scale=3,
            elem_id="rw-eval-set",
            elem_classes="rw-setting",
        )
        upload = page.add(
            gr.UploadButton,
            {"label": "eval_upload"},
            file_types=[".jsonl", ".csv"],
            scale=1,
            min_width=150,
            elem_id="rw-eval-upload",
        )
        go = page.add(gr.Button, {"value": "eval_go"}, variant="primary", scale=1, min_width=110, elem_id="rw-eval-go")
        stop = page.add(
            gr.Button,
            {"value": "eval_stop"},
            variant="stop",
            visible=False,
            scale=1,
            min_width=110,
            elem_id="rw-eval-stop",
        )
    progress = gr.HTML(visible=False, elem_id="rw-eval-progress")
    # Nothing to choose and nothing to delete before the first run.
    with gr.Row(elem_classes="rw-bar", visible=False) as picked:
        run = page.add(
            gr.Dropdown,
            {"label": "eval_run", "choices": do.runs},
            value=None,
            min_width=220,
            scale=3,
            elem_id="rw-eval-run",
            elem_classes="rw-setting",
        )
        other = page.add(
            gr.Dropdown,
            {"label": "eval_against", "choices": do.runs},
            value=None,
            min_width=220,
            scale=3,
            elem_id="rw-eval-other",
            elem_classes="rw-setting",
        )
        delete = page.add(gr.Button, {"value": "eval_delete"}, min_width=110, scale=1, elem_id="rw-eval-delete")
        sure = second_button(page, delete, "rw-eval-sure", scale=1)
    against = gr.HTML(visible=False, elem_id="rw-eval-against")
    result = gr.HTML(elem_id="rw-eval-result")
    with gr.Column(visible=False) as more:
        with gr.Row(elem_classes="rw-bar"):
            case = gr.Dropdown([], label="-", min_width=220, scale=4, elem_id="rw-eval-case", elem_classes="rw-setting")
            ask = page.add(gr.Button, {"value": "eval_ask"}, min_width=110, scale=1, elem_id="rw-eval-ask")
        detail = gr.HTML(elem_id="rw-eval-detail")
        with gr.Row(elem_classes="rw-bar"):
            files = [
                gr.DownloadButton(name, size="sm", min_width=90, elem_id=f"rw-{name.replace('.', '-')}")
                for name in FILES
            ]
    choose = (chosen_set, upload, go, stop, progress, picked, run, other, delete, sure)
    return _Parts(*choose, result, against, more, case, detail, ask, files)


def build(app: Rolewright, page: Page, language: gr.Radio, tab: gr.Tab, tabs: gr.Tabs, chat: Chat) -> list[Component]:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    :param tab: the tab itself; its lists are renewed when it is opened.
    :param tabs: all tabs.
    :param chat: the questions tab, where a question is opened.
    :return: what only admins need to see.
    """
    do = Handlers(app)
    at = _layout(do, page)
    lists = [at.run, at.other]
    shown = [at.result, at.against, at.more, at.case, *at.files, at.picked]
    gr.on(
        [root().load, tab.select, language.change],
        do.arrive,
        [at.run, at.other, at.set, language],
        [*lists, at.set],
        **QUIET,
    ).then(do.show, [at.run, at.other, language], shown, **QUIET)
    gr.on([at.run.change, at.other.change], do.show, [at.run, at.other, language], shown, **QUIET)
    at.upload.upload(do.add, [at.upload, language], [at.upload, at.set], api_visibility="private")
    running = at.go.click(
        do.run,
        [at.set, language],
        [at.go, at.stop, at.progress, at.run],
        concurrency_limit=1,
        concurrency_id="evaluation",
        **QUIET,
    )
    # In this order, or a last sign of progress that is on its way would be drawn over what the stop shows.
    cut_off = at.stop.click(None, None, None, cancels=[running], **QUIET)
    cut_off.then(do.stopped, language, [at.go, at.stop, at.progress], **QUIET)
    at.sure.click(do.delete, [at.run, language], lists, **QUIET)
    hide_after(at.sure, at.run.change, tab.select)
    at.case.change(do.case, [at.run, at.case, language], [at.detail, at.ask], **QUIET)

    def open_in_ask(chosen: str | None, name: str | None, reader: Script, request: gr.Request) -> Any:
        case = do.opened(chosen, name, reader)
        if case is None:
            return gr.skip()
        question, before = case
        return {tabs: gr.Tabs(selected="chat")} | chat.begin(visit_of(reader, request), question, before)

    at.ask.click(open_in_ask, [at.run, at.case, language], [tabs, *chat.parts.all], **QUIET)
    return [at.set, at.upload, at.go, at.delete]
