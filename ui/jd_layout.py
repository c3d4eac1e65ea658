"""The components of the job description tab, where they stand; what they do is in `jd_handlers.py`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ui.i18n import Page
from ui.jd_files import FORMATS, channel_choices, template_choices
from ui.jd_form import build_form, settings

EDITOR_SCRIPT = Path(__file__).parent / "jd_editor.js"


@dataclass(frozen=True)
class Start:
    """Where a draft begins: one sentence, the form, or one of the kept drafts."""

    box: gr.Accordion
    text: gr.Textbox
    draft: gr.Button
    check: gr.Button
    findings: gr.HTML
    form_box: gr.Accordion
    form: dict[str, Any]
    draft_form: gr.Button
    drafts: gr.Dropdown


@dataclass(frozen=True)
class Desk:
    """Where a draft is worked on."""

    box: gr.Column
    settings: dict[str, gr.Dropdown]
    undo: gr.Button
    redo: gr.Button
    shorten: gr.Button
    word: gr.Button
    editor: gr.HTML


@dataclass(frozen=True)
class Shelf:
    """What becomes of a draft: files, versions and approval."""

    template: gr.Dropdown
    channel: gr.Dropdown
    files: dict[str, gr.Button]
    file: gr.DownloadButton
    preview: gr.HTML
    plain: gr.Textbox
    state: gr.HTML
    name: gr.Textbox
    note: gr.Textbox
    save: gr.Button
    decisions: dict[str, gr.Button]
    versions: gr.Dropdown
    changes: gr.HTML
    restore: gr.Button
    delete: gr.Button
    sure: gr.Button


def build_start(page: Page) -> Start:
    """The box at the top of the tab."""
    with page.add(gr.Accordion, {"label": "start"}, open=True, elem_id="rw-start") as box:
        text = page.add(
            gr.Textbox,
            {"label": "paste_title", "placeholder": "paste_placeholder"},
            lines=2,
            max_lines=12,
            elem_id="rw-sentence",
        )
        with gr.Row(equal_height=True):
            draft = page.add(
                gr.Button, {"value": "draft"}, variant="primary", scale=3, min_width=150, elem_id="rw-draft-button"
            )
            check = page.add(gr.Button, {"value": "check"}, scale=1, min_width=110, elem_id="rw-check")
        findings = gr.HTML(visible=False)
        with page.add(gr.Accordion, {"label": "by_form"}, open=False, elem_id="rw-form") as form_box:
            form = build_form(page)
            draft_form = page.add(gr.Button, {"value": "draft_form"}, variant="primary", elem_id="rw-form-button")
        drafts = page.add(gr.Dropdown, {"label": "my_drafts"}, choices=[], visible=False, elem_id="rw-drafts")
    return Start(box, text, draft, check, findings, form_box, form, draft_form, drafts)


def build_desk(page: Page) -> Desk:
    """The toolbar and the editor; the column is hidden until there is a draft."""
    with gr.Column(visible=False, elem_id="rw-desk") as box:
        with gr.Row(equal_height=True, elem_classes="rw-bar"):
            chosen = settings(page, container=True, elem_classes="rw-setting")
            small: dict[str, Any] = {"size": "sm", "min_width": 70}
            undo = page.add(gr.Button, {"value": "undo"}, elem_id="rw-undo", interactive=False, **small)
            redo = page.add(gr.Button, {"value": "redo"}, elem_id="rw-redo", interactive=False, **small)
            shorten = page.add(gr.Button, {"value": "shorten_all"}, elem_id="rw-shorten", **small)
            word = page.add(gr.Button, {"value": "word_file"}, variant="primary", elem_id="rw-word", **small)
        editor = gr.HTML(elem_id="rw-editor", js_on_load=EDITOR_SCRIPT.read_text(encoding="utf-8"))
    return Desk(box, chosen, undo, redo, shorten, word, editor)


def build_shelf(page: Page, library: Path) -> Shelf:
    """The tabs below the editor.

    :param page: keeps their texts in the reader's language.
    :param library: holds the organisation's own templates.
    """
    with gr.Tabs():
        with page.add(gr.Tab, {"label": "export_tab"}):
            with gr.Row():
                template = page.add(
                    gr.Dropdown,
                    {"label": "template", "choices": lambda reader: template_choices(library, reader)},
                    value="",
                    elem_id="rw-template",
                )
                channel = page.add(
                    gr.Dropdown, {"label": "channel", "choices": channel_choices}, value="", elem_id="rw-channel"
                )
            with gr.Row():
                files = {
                    form: gr.Button(label, size="sm", min_width=84, elem_id=f"rw-file-{form}")
                    for form, label in FORMATS.items()
                }
            # The browser downloads what this button holds; the buttons above fill it and press it.
            file = gr.DownloadButton(visible="hidden", elem_id="rw-file")
            preview = gr.HTML()
            plain = page.add(
                gr.Textbox, {"label": "plain_text"}, lines=6, max_lines=16, buttons=["copy"], elem_id="rw-plain"
            )
        with page.add(gr.Tab, {"label": "versions_tab"}):
            state = gr.HTML(elem_id="rw-state")
            with gr.Row(equal_height=True):
                name = page.add(gr.Textbox, {"label": "your_name"}, max_lines=1, min_width=140, elem_id="rw-name")
                note = page.add(gr.Textbox, {"label": "note"}, max_lines=1, min_width=200, scale=2, elem_id="rw-note")
            with gr.Row():
                small = {"size": "md", "min_width": 110}
                save = page.add(gr.Button, {"value": "save_version"}, elem_id="rw-save", **small)
                decisions = {
                    "in_review": page.add(gr.Button, {"value": "to_review"}, elem_id="rw-review", **small),
                    "approved": page.add(
                        gr.Button, {"value": "approve"}, variant="primary", elem_id="rw-approve", **small
                    ),
                    "draft": page.add(gr.Button, {"value": "back_to_draft"}, elem_id="rw-back", **small),
                }
            versions = page.add(gr.Dropdown, {"label": "compare"}, choices=[], elem_id="rw-versions")
            changes = gr.HTML(elem_id="rw-changes")
            with gr.Row():
                restore = page.add(gr.Button, {"value": "restore"}, elem_id="rw-restore", size="sm")
                delete = page.add(gr.Button, {"value": "delete_draft"}, elem_id="rw-delete", size="sm")
                sure = page.add(
                    gr.Button, {"value": "delete_sure"}, variant="stop", visible=False, elem_id="rw-sure", size="sm"
                )
    return Shelf(
        template,
        channel,
        files,
        file,
        preview,
        plain,
        state,
        name,
        note,
        save,
        decisions,
        versions,
        changes,
        restore,
        delete,
        sure,
    )
