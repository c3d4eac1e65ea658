"""The components of the questions tab, where they stand; what they do is in `chat_handlers.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from gradio.components import Component

from ingest.script import Script
from ui.i18n import Page, say

SCRIPT = Path(__file__).parent / "chat.js"
# One question for each kind of answer: of a role, who does something, side by side, what a department holds.
EXAMPLES = ("example_role", "example_who", "example_compare", "example_list")


@dataclass(frozen=True)
class Parts:
    """The list of conversations, the chat, and the panel of the source beside it.

    :param key: the id of the conversation on the page; everything else is in the library.
    """

    key: gr.State
    list_box: gr.Column
    talks: gr.HTML
    search: gr.Textbox
    history: gr.Button
    title: gr.HTML
    new: gr.Button
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    source: gr.HTML
    file: gr.DownloadButton

    @property
    def all(self) -> list[Component]:
        """What shows a conversation, the list of them and the box."""
        return [self.key, self.talks, self.title, self.chat, self.source, self.search, self.box]


def build_parts(page: Page) -> Parts:
    """Lay the tab out: three columns, of which the first and the last are shown when they are asked for.

    What nobody needs for typing a question is not visible here: it is drawn when that can be done.
    """
    key = gr.State(None)
    with gr.Row(elem_id="rw-ask"):
        with gr.Column(elem_id="rw-talks", min_width=0, visible=False) as list_box:
            page.add(gr.HTML, {"value": _head})
            search = page.add(
                gr.Textbox,
                {"placeholder": "talks_search"},
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="rw-talks-search",
            )
            talks = gr.HTML(elem_id="rw-talks-list", js_on_load=SCRIPT.read_text(encoding="utf-8"))
        with gr.Column(elem_id="rw-talk", min_width=0):
            with gr.Row(elem_id="rw-talk-bar"):
                history = page.add(gr.Button, {"value": "talks"}, size="sm", min_width=0, elem_id="rw-history")
                title = gr.HTML(elem_id="rw-talk-title", visible=False)
                new = page.add(gr.Button, {"value": "new_chat"}, size="sm", min_width=0, elem_id="rw-new")
            chat = _chat(page)
            box, send, stop = _question(page)
            # The browser downloads what this button holds. It is hidden, once it is there.
            file = gr.DownloadButton(visible=False, elem_id="rw-talk-file")
        with gr.Column(elem_id="rw-source", min_width=0):
            source = gr.HTML(elem_id="rw-source-html", visible=False)
    return Parts(key, list_box, talks, search, history, title, new, chat, box, send, stop, source, file)


def _head(language: Script) -> str:
    close = say("talks_close", language)
    return (
        f'<div class="rw-talks-head"><b>{say("talks", language)}</b>'
        f'<button type="button" class="rw-talks-close" aria-label="{close}" title="{close}">\u00d7</button></div>'
    )


def _welcome(language: Script) -> str:
    return f"## {say('welcome_head', language)}\n\n{say('welcome', language)}"


def _examples(language: Script) -> list[dict[str, str]]:
    return [{"text": say(key, language)} for key in EXAMPLES]


def _chat(page: Page) -> gr.Chatbot:
    return page.add(
        gr.Chatbot,
        {"placeholder": _welcome, "examples": _examples},
        elem_id="rw-chat",
        visible=False,
        show_label=False,
        autoscroll=False,
        layout="bubble",
        # Gradio's own buttons speak English only and stand at the last answer alone.
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        allow_file_downloads=False,
        group_consecutive_messages=False,
    )


def _question(page: Page) -> tuple[gr.Textbox, gr.Button, gr.Button]:
    with gr.Row(equal_height=True):
        box = page.add(
            gr.Textbox,
            {"placeholder": "ask_placeholder"},
            elem_id="rw-question",
            show_label=False,
            container=False,
            max_lines=6,
            scale=8,
            min_width=150,
            autofocus=True,
        )
        send = page.add(gr.Button, {"value": "send"}, variant="primary", scale=1, min_width=72, elem_id="rw-send")
        # Shown while an answer is being written, in the place of the other.
        stop = page.add(gr.Button, {"value": "stop"}, variant="stop", scale=1, min_width=72, elem_id="rw-stop")
    return box, send, stop
