"""The job description tab: which handler each event calls. Layout is in `jd_layout.py`, handlers are in `jd_handlers.py`."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.app import Rolewright
from rag.drafts import DraftStore
from ui.i18n import Page
from ui.jd_handlers import Handlers
from ui.jd_layout import build_desk, build_shelf, build_start
from ui.jd_screen import Screen
from ui.later import root

_PRESS = "() => setTimeout(() => document.querySelector('#rw-file')?.click(), 60)"
_TO_DESK = "() => setTimeout(() => document.querySelector('#rw-desk')?.scrollIntoView({behavior: 'smooth'}), 150)"


def build(app: Rolewright, page: Page, language: gr.Radio) -> None:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    """
    key = gr.State(None)
    start = build_start(page)
    desk = build_desk(page)
    with desk.box:
        shelf = build_shelf(page, app.settings.library)
    store = DraftStore(app.settings.library)
    do = Handlers(app, store, Screen(app, store, start, desk, shelf, key))
    form = list(start.form.values())
    work = [desk.editor, desk.undo, desk.redo, shelf.state, shelf.changes, start.drafts]
    shown = [
        *work,
        *(key, desk.box, start.box, start.findings, start.form_box, *desk.settings.values()),
        *(shelf.versions, shelf.restore, shelf.sure),
    ]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    # A button shows no progress; a field does.
    by_sentence: dict[str, Any] = {"api_visibility": "private", "show_progress_on": start.text}
    last_field = [*start.form.values()][-1]

    # One event, so that an answer in the language before never comes last.
    gr.on(
        [root().load, language.change],
        do.safe(do.arrive),
        [language, key],
        shown,
        trigger_mode="always_last",
        **quiet,
    )
    by_text = gr.on(
        [start.draft.click, start.text.submit],
        do.safe(do.from_text),
        [language, key, start.text],
        [*form, *shown],
        **by_sentence,
    )
    by_text.success(None, js=_TO_DESK)
    by_form = gr.on(
        [start.draft_form.click, start.form["title"].submit],
        do.safe(do.from_form),
        [language, key, *form],
        shown,
        api_visibility="private",
        show_progress_on=last_field,
    )
    by_form.success(None, js=_TO_DESK)
    start.check.click(do.safe(do.check), [language, start.text], start.findings, **by_sentence)
    start.drafts.input(do.safe(do.open), [language, start.drafts], [*form, *shown], **quiet)

    desk.editor.op(do.act, [language, shelf.name, shelf.versions], work, trigger_mode="multiple", **quiet)
    desk.shorten.click(do.safe(do.shorten), [language, key, shelf.versions], work, **quiet)
    chosen = list(desk.settings.values())
    gr.on([item.input for item in chosen], do.safe(do.set_up), [language, key, shelf.versions, *chosen], work, **quiet)
    desk.undo.click(do.safe(do.step(True)), [language, key], shown, **quiet)
    desk.redo.click(do.safe(do.step(False)), [language, key], shown, **quiet)
    look = [shelf.template, shelf.channel]
    gr.on(
        [desk.editor.change, shelf.template.input, shelf.channel.input],
        do.safe(do.preview),
        [language, key, *look],
        [shelf.preview, shelf.plain],
        **quiet,
    )
    for form_name, button in [*shelf.files.items(), ("docx", desk.word)]:
        button.click(do.file(form_name), [language, key, *look], shelf.file, **quiet).success(None, js=_PRESS)

    shelf.save.click(do.safe(do.save), [language, key, shelf.name, shelf.note], [*shown, shelf.note], **quiet)
    for state, button in shelf.decisions.items():
        button.click(do.safe(do.decide(state)), [language, key, shelf.name], shown, **quiet)
    shelf.versions.input(do.safe(do.compare), [language, key, shelf.versions], shelf.changes, **quiet)
    shelf.restore.click(do.safe(do.restore), [language, key, shelf.versions], shown, **quiet)
    shelf.delete.click(lambda: gr.update(visible=True), None, shelf.sure, **quiet)
    shelf.sure.click(do.safe(do.delete), [language, key], shown, **quiet)
