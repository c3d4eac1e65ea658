"""The questions tab: which handler each event calls. Layout is in `chat_layout.py`, handlers are in `chat_handlers.py`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.app import Rolewright
from rag.conversations import ConversationStore
from ui.chat_handlers import Handlers
from ui.chat_layout import build_parts
from ui.i18n import Page
from ui.later import draw_when_ready, root

_PRESS = "() => setTimeout(() => document.querySelector('#rw-talk-file')?.click(), 60)"


def build(app: Rolewright, page: Page, language: gr.Radio) -> Handlers:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    :return: its handlers, for another tab that opens a question here.
    """
    parts = build_parts(page)
    do = Handlers(app, ConversationStore(app.settings.library), parts)
    here = [language, parts.key]
    shown = [parts.key, parts.talks, parts.title, parts.chat]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    busy: dict[str, Any] = {"api_visibility": "private", "show_progress_on": parts.chat}

    draw_when_ready(parts.list_box, parts.title, parts.chat, parts.source, hidden=[parts.file])
    # One event for both, so that the answer to the first cannot come after the answer to the last.
    arrived = [root().load, language.change]
    gr.on(arrived, do.safe(do.arrive), here, [*shown, parts.source], trigger_mode="always_last", **quiet)
    asked = [
        parts.box.submit,
        parts.send.click,
        parts.chat.example_select,
        parts.chat.option_select,
        parts.talks.submit,
    ]
    answer = gr.on(asked, do.submit, [*here, parts.box], [*shown, parts.box], **busy)
    # In this order, or a last snapshot that is on its way would be drawn over what halt shows.
    stopped = parts.stop.click(None, None, None, cancels=[answer], **quiet)
    stopped.then(do.safe(do.halt), here, shown, **quiet)
    every = parts.all
    left = gr.on([parts.new.click, parts.chat.clear], None, None, None, cancels=[answer], **quiet)
    left.then(do.safe(do.new), language, every, **quiet)
    parts.search.change(do.safe(do.find), [*here, parts.search], parts.talks, trigger_mode="always_last", **quiet)
    parts.talks.op(do.act, [*here, parts.search], every, trigger_mode="multiple", **quiet)
    parts.talks.file(do.write, language, parts.file, **quiet).success(None, js=_PRESS)
    return do
