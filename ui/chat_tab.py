"""The questions tab: layout, and a handler that streams the facade's answers. The conversation lives in the session."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from ingest.errors import RolewrightError
from ingest.script import Script, full_width
from rag.app import Rolewright
from rag.types import Answer, Message, Turn
from ui import audit
from ui.citations_view import answer_markdown, safe_markdown
from ui.i18n import Page, say

EXAMPLES = (
    full_width("售前客服的主要职责是什么?"),
    full_width("客戶投訴由哪個部門處理?"),
    "What does a data analyst do?",
    full_width("产品经理和用户运营有什么区别?"),
)
# Messages of the conversation that a follow-up question is read with.
REMEMBERED = 12
# One entry of the session's conversation: the message as it is shown (`content`) and as it was said (`said`).
Entry = dict[str, Any]


def warn(error: RolewrightError) -> None:
    """Show an error with its next step."""
    audit.failed(error.code)
    gr.Warning(f"{escape(error.message)}<br>{escape(error.hint)}")


def turn(question: str, entries: list[Entry]) -> Turn:
    """The facade's input: a question with the conversation before it."""
    return Turn(question, tuple(Message(entry["role"], entry["said"]) for entry in entries[-REMEMBERED:]))


def _question(text: str) -> Entry:
    content = f'<div class="rw-asked">\n\n{safe_markdown(text)}\n\n</div>'
    return {"role": "user", "content": content, "said": text}


def _reply(app: Rolewright, answer: Answer, language: Script) -> Entry:
    shown: Entry = {"role": "assistant", "content": answer_markdown(answer, app.document_text, language)}
    if answer.suggestions:
        shown["options"] = [{"value": suggestion} for suggestion in answer.suggestions]
    return shown | {"said": answer.answer}


def _shown(entries: list[Entry]) -> list[Entry]:
    return [{key: value for key, value in entry.items() if key != "said"} for entry in entries]


def respond(
    app: Rolewright, question: str, entries: list[Entry], language: Script
) -> Iterator[tuple[str, list[Entry], list[Entry]]]:
    """Stream one answer into the conversation.

    :return: for every snapshot: the question box, the messages to show, the session's conversation.
    """
    asked = [*entries, _question(question)]
    waiting = {"role": "assistant", "content": f'<span class="rw-path">{say("thinking", language)}…</span>'}
    try:
        answers = app.stream(turn(question, entries))
        yield "", [*_shown(asked), waiting], entries
        for answer in answers:
            conversation = [*asked, _reply(app, answer, language)]
            yield "", _shown(conversation), conversation
    except RolewrightError as error:
        warn(error)
        yield question, _shown(entries), entries


def _welcome(language: Script) -> str:
    return f"## {say('welcome_head', language)}\n\n{say('welcome', language)}"


def _layout(page: Page) -> tuple[gr.Chatbot, gr.Textbox, gr.Button, gr.Button]:
    chat = page.add(
        gr.Chatbot,
        {"placeholder": _welcome},
        elem_id="rw-chat",
        show_label=False,
        autoscroll=False,
        layout="bubble",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        allow_file_downloads=False,
        group_consecutive_messages=False,
        examples=[{"text": example} for example in EXAMPLES],
    )
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
        new = page.add(gr.Button, {"value": "new_chat"}, scale=1, min_width=72, elem_id="rw-new")
    return chat, box, send, new


def build(app: Rolewright, page: Page, language: gr.Radio) -> None:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    """
    entries = gr.State([])
    chat, box, send, new = _layout(page)

    def submit(question: str, past: list[Entry], reader: Script) -> Iterator[Any]:
        yield from respond(app, question, past, reader)

    def chosen(event: gr.SelectData, past: list[Entry], reader: Script) -> Iterator[Any]:
        value = event.value["text"] if isinstance(event.value, dict) else event.value
        yield from respond(app, str(value), past, reader)

    outputs = [box, chat, entries]
    gr.on([box.submit, send.click], submit, [box, entries, language], outputs, api_visibility="private")
    for event in (chat.example_select, chat.option_select):
        event(chosen, [entries, language], outputs, api_visibility="private")
    gr.on(
        [new.click, chat.clear], lambda: ("", [], []), None, outputs, api_visibility="private", show_progress="hidden"
    )
