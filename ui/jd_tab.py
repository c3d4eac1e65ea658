"""The job description tab: a form or one sentence in, a marked draft and files out. The draft lives in the session."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from ingest.errors import RolewrightError
from ingest.script import Script
from rag.app import Rolewright
from rag.brief import LANGUAGES, LENGTHS, MARKETS, Brief, parse_text
from rag.jd import draft as write_draft
from rag.jd_types import Draft
from rag.lint import lint
from ui.chat_tab import warn
from ui.draft_view import draft_html, findings_html
from ui.export import export
from ui.i18n import LANGUAGES as READERS
from ui.i18n import Page, say

FORMATS = {"docx": "Word", "md": "Markdown", "html": "HTML", "txt": "TXT", "json": "JSON"}
ESSENTIAL = ("title", "department", "level", "location", "salary", "headcount")
DETAILS = ("employment_type", "remote", "reports_to", "valid_until", "apply")
LISTS = ("must_have", "nice_to_have", "goals", "benefits")
COMPANY = ("company", "business_line")
FIELDS = ("market", "language", "length", *ESSENTIAL, *LISTS, *DETAILS, *COMPANY)
# Seconds that the files of a draft stay here after Gradio has taken its own copy.
KEPT = 600


def form_brief(values: tuple[Any, ...]) -> Brief:
    """The brief of a filled form; empty fields are left out, and a list has one item per line.

    :param values: the values of `FIELDS`, in their order.
    :raises UsageError: for a value that a brief does not take.
    """
    row = {name: value for name, value in zip(FIELDS, values, strict=True) if value not in (None, "")}
    lists = {name: [line for line in row[name].splitlines() if line.strip()] for name in LISTS if name in row}
    return Brief.from_dict(row | lists)


def brief_form(brief: Brief) -> list[Any]:
    """The values of `FIELDS` for a brief; `form_brief` reverses it."""
    row = brief.to_dict() | {"length": brief.length or "standard"}
    return ["\n".join(row[name]) if name in LISTS else "" if row[name] is None else str(row[name]) for name in FIELDS]


def write_files(draft: Draft, folder: Path) -> list[str]:
    """Write a draft in every format into a new folder below `folder`, where older drafts are cleared away.

    :return: the paths, in the order of `FORMATS`.
    """
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT:
            for file in old.iterdir():
                file.unlink(missing_ok=True)
            old.rmdir()
    place = Path(tempfile.mkdtemp(dir=folder))
    name = re.sub(r"[^\w\- ]+", "_", draft.jd.title or "").strip(" _")[:60] or "jd"
    for suffix in FORMATS:
        (place / f"{name}.{suffix}").write_bytes(export(draft, suffix))
    return [str(place / f"{name}.{suffix}") for suffix in FORMATS]


def _choices(names: tuple[str, ...]) -> Callable[[Script], list[tuple[str, str]]]:
    return lambda language: [(say(name, language), name) for name in names]


def _form(page: Page) -> dict[str, Any]:
    """The form's components by field, in the order of `FIELDS`."""
    made: dict[str, Any] = {}
    small = {"min_width": 130, "max_lines": 1}
    made["title"] = page.add(gr.Textbox, {"label": "title", "placeholder": "title_ph"}, elem_id="rw-title", max_lines=1)
    with gr.Row():
        made["market"] = page.add(
            gr.Dropdown, {"label": "market", "choices": _choices(MARKETS)}, value="CN", min_width=130
        )
        made["language"] = page.add(
            gr.Dropdown,
            {"label": "language"},
            choices=[row for row in READERS if row[1] in LANGUAGES],
            value="zh-Hans",
            min_width=130,
        )
        made["length"] = page.add(
            gr.Dropdown, {"label": "length", "choices": _choices(LENGTHS)}, value="standard", min_width=130
        )
    with gr.Row():
        for name in ESSENTIAL[1:]:
            made[name] = page.add(gr.Textbox, {"label": name}, **small)
    for name in LISTS[:2]:
        made[name] = page.add(gr.Textbox, {"label": name}, lines=2, max_lines=8)
    with page.add(gr.Accordion, {"label": "more"}, open=False), gr.Row():
        for name in DETAILS:
            made[name] = page.add(gr.Textbox, {"label": name}, **small)
    with page.add(gr.Accordion, {"label": "company_group"}, open=False):
        for name in (*LISTS[2:], *COMPANY):
            made[name] = page.add(gr.Textbox, {"label": name}, lines=2 if name in LISTS else 1, max_lines=8)
    return {name: made[name] for name in FIELDS}


def _empty(language: Script) -> str:
    return f'<div class="rw-empty">{say("empty_draft", language)}</div>'


class Handlers:
    """What the buttons do; holds the facade and the folder for files, and nothing of any session.

    :param app: the facade.
    """

    def __init__(self, app: Rolewright) -> None:
        self.app = app
        # Removed when the server ends.
        self.folder = tempfile.TemporaryDirectory(prefix="rolewright-")

    def fill(self, text: str, reader: Script) -> list[Any]:
        """Read a sentence or an old job description into the form."""
        try:
            brief = parse_text(text, self.app.engine.linker)
        except RolewrightError as error:
            warn(error)
            return [gr.skip() for _ in FIELDS]
        gr.Info(say("filled", reader), duration=4)
        return brief_form(brief)

    def check(self, text: str, market: str, language: str, reader: Script) -> Any:
        """Check the pasted text's wording."""
        try:
            result = lint(text, market, language).to_dict()
        except RolewrightError as error:
            warn(error)
            return gr.skip()
        return gr.update(value=findings_html(result["findings"], reader, result["score"]), visible=True)

    def write(self, reader: Script, *values: Any) -> list[Any]:
        """Draft from the form: the marked page, and one file per format."""
        try:
            result = write_draft(form_brief(values), self.app.engine)
            files = write_files(result, Path(self.folder.name))
        except RolewrightError as error:
            warn(error)
            shown = f'<div class="rw-error">{escape(error.message)}<br>{escape(error.hint)}</div>'
            return [gr.update(visible=False), shown, *(gr.update(visible=False) for _ in FORMATS)]
        shown = draft_html(result.to_dict(), self.app.document_text, reader)
        return [gr.update(visible=False), shown, *(gr.update(value=path, visible=True) for path in files)]


def build(app: Rolewright, page: Page, language: gr.Radio) -> None:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    """
    do = Handlers(app)
    with gr.Row():
        with gr.Column(scale=5, min_width=320):
            text = page.add(
                gr.Textbox, {"label": "paste_title", "placeholder": "paste_placeholder"}, lines=3, max_lines=12
            )
            with gr.Row():
                fill = page.add(gr.Button, {"value": "fill"}, size="md", min_width=110, elem_id="rw-fill")
                check = page.add(gr.Button, {"value": "check"}, size="md", min_width=110, elem_id="rw-check")
            findings = gr.HTML(visible=False)
            form = _form(page)
            write = page.add(gr.Button, {"value": "draft"}, variant="primary", size="lg", elem_id="rw-draft-button")
        with gr.Column(scale=7, min_width=320):
            with gr.Row():
                files = [
                    gr.DownloadButton(label, visible=False, size="sm", min_width=80, elem_id=f"rw-file-{name}")
                    for name, label in FORMATS.items()
                ]
            empty = page.add(gr.HTML, {"value": _empty})
            shown = gr.HTML(elem_id="rw-draft")
    fields = list(form.values())
    fill.click(do.fill, [text, language], fields, api_visibility="private")
    check.click(do.check, [text, form["market"], form["language"], language], findings, api_visibility="private")
    gr.on(
        [write.click, form["title"].submit],
        do.write,
        [language, *fields],
        [empty, shown, *files],
        api_visibility="private",
        show_progress_on=[empty, shown],
    )
