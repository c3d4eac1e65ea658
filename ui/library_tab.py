"""The library tab: what is indexed, what cleaning took out, uploads, removal. Others go on asking while it is re-indexed."""

from __future__ import annotations

import shutil
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from ingest.errors import RolewrightError
from ingest.loaders import SUFFIXES
from ingest.script import Script, to_script
from ingest.types import IngestReport
from rag.app import Rolewright
from ui import audit
from ui.citations_view import plain
from ui.i18n import Page, say
from ui.sure import hide_after, second_button
from ui.told import caution, reason, warn

COLUMNS = ("col_doc", "col_title", "col_year", "col_chunks", "col_removed", "col_added")
# Uploads are kept here inside the library, so that a later `rolewright ingest` finds them again.
UPLOADS = "uploads"


def rows(app: Rolewright, language: Script) -> list[list[Any]]:
    """One row for each document, in the order of `COLUMNS`; empty before anything is indexed."""
    try:
        records = app.documents()
    except RolewrightError:
        return []
    return [
        [
            record.doc,
            to_script(record.title, language),
            record.year or "",
            record.chunks,
            f"{record.removed_share:.0%}",
            record.added[:10],
        ]
        for record in records
    ]


def report_html(report: IngestReport, language: Script) -> str:
    """The fate of every file of one run, the failed ones with their reason."""
    counts = [
        say(f"did_{name}", language, n=len(getattr(report, name)))
        for name in ("added", "updated", "unchanged", "removed")
    ]
    failed = "".join(
        f"<li><b>{escape(row['doc'])}</b> {escape(reason(row['reason'], language))}</li>" for row in report.failed
    )
    warned = "".join(
        f"<li><b>{escape(row['doc'])}</b> {escape(reason(row['reason'], language))}</li>" for row in report.warnings
    )
    same = "".join(
        f"<li>{say('did_duplicate', language, doc=escape(row['doc']), of=escape(row['of']))}</li>"
        for row in report.duplicates
    )
    gone = "".join(
        f"<li>{say('did_without_file', language, doc=escape(row['doc']))}</li>"
        for row in report.skipped
        if "no longer" in row["reason"]
    )
    return f'<div class="rw-box"><p>{" · ".join(counts)}</p><ul>{failed}{warned}{same}{gone}</ul></div>'


def diff_html(app: Rolewright, doc: str, language: Script) -> str:
    """What cleaning took out of a document, by rule."""
    diff = app.document_diff(doc)
    return (
        f'<pre class="rw-pre" tabindex="0">{escape(diff)}</pre>'
        if diff
        else f'<p class="rw-path">{say("nothing_removed", language)}</p>'
    )


def chunks_html(app: Rolewright, doc: str) -> str:
    """The passages of a document in order, each below its heading path."""
    parts = [
        f'<section class="rw-chunk"><p class="rw-path">{escape(" › ".join(chunk.heading))}</p><p>{plain(chunk.text)}</p></section>'
        for chunk in app.engine.index.chunks
        if chunk.doc == doc
    ]
    return "".join(parts)


class Handlers:
    """What the tab's buttons do; holds the facade and nothing of any session.

    :param app: the facade.
    """

    def __init__(self, app: Rolewright) -> None:
        self.app = app

    def add(self, files: list[str] | None, reader: Script, progress: gr.Progress = gr.Progress()) -> list[Any]:  # noqa: B008
        """Copy uploaded files into the library and index them."""
        if not files:
            caution(say("no_files", reader))
            return [gr.skip(), gr.skip(), gr.skip()]
        audit.about(", ".join(Path(file).name for file in files))
        folder = self.app.library.folder / UPLOADS
        folder.mkdir(parents=True, exist_ok=True)
        copies = [Path(shutil.copy(file, folder / Path(file).name)) for file in files]
        try:
            report = self.app.ingest(
                copies,
                progress=lambda done, total, _chunks: progress((done, total), unit=say("progress_files", reader)),
            )
        except RolewrightError as error:
            warn(error, reader)
            return [gr.skip(), gr.skip(), gr.skip()]
        return [None, rows(self.app, reader), gr.update(value=report_html(report, reader), visible=True)]

    def again(self, reader: Script, progress: gr.Progress = gr.Progress()) -> list[Any]:  # noqa: B008
        """Read the files of all documents again where they have changed; others go on asking meanwhile."""
        try:
            report = self.app.reread(
                progress=lambda done, total, _chunks: progress((done, total), unit=say("progress_files", reader))
            )
        except RolewrightError as error:
            warn(error, reader)
            return [gr.skip(), gr.skip()]
        return [rows(self.app, reader), gr.update(value=report_html(report, reader), visible=True)]

    def listed(self, reader: Script) -> list[list[Any]]:
        """The documents as they are now."""
        return rows(self.app, reader)

    def remove(self, doc: str, reader: Script) -> list[Any]:
        """Take one document out, and its upload with it."""
        audit.about(doc)
        try:
            report = self.app.remove([doc])
        except RolewrightError as error:
            warn(error, reader)
            return [gr.skip(), gr.skip(), gr.skip()]
        upload = self.app.library.folder / UPLOADS / Path(doc).name
        upload.unlink(missing_ok=True)
        return [
            rows(self.app, reader),
            gr.update(value=report_html(report, reader), visible=True),
            gr.update(visible=False),
        ]

    def open(self, event: gr.SelectData, reader: Script) -> list[Any]:
        """Show one document: its text, what was taken out, its passages."""
        doc = str(event.row_value[0])
        audit.about(doc)
        try:
            text = self.app.document_text(doc)
            return [
                doc,
                gr.update(visible=True),
                f"### {escape(doc)}",
                f'<pre class="rw-pre" tabindex="0">{escape(text)}</pre>',
                diff_html(self.app, doc, reader),
                chunks_html(self.app, doc),
            ]
        except RolewrightError as error:
            warn(error, reader)
            return [gr.skip() for _ in range(6)]


def build(app: Rolewright, page: Page, language: gr.Radio, tab: gr.Tab) -> list[Component]:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    :param tab: the tab itself; its table is renewed when it is opened.
    :return: what only admins need to see.
    """
    do = Handlers(app)
    doc = gr.State("")
    with gr.Row():
        files = page.add(
            gr.File,
            {"label": "upload"},
            file_count="multiple",
            file_types=sorted(SUFFIXES),
            height=150,
            scale=5,
            min_width=240,
            elem_id="rw-upload",
        )
        with gr.Column(scale=1, min_width=120):
            add = page.add(gr.Button, {"value": "upload_go"}, variant="primary", elem_id="rw-upload-go")
            again = page.add(gr.Button, {"value": "read_again"}, elem_id="rw-read-again")
    report = gr.HTML(visible=False)
    table = page.add(
        gr.Dataframe,
        {
            "value": lambda reader: rows(app, reader),
            "headers": lambda reader: [say(name, reader) for name in COLUMNS],
        },
        interactive=False,
        wrap=True,
        # What is opened below stays in sight.
        max_height=360,
        elem_id="rw-documents",
        datatype=["str", "str", "str", "number", "str", "str"],
    )
    with gr.Column(visible=False) as details:
        with gr.Row():
            name = gr.Markdown(elem_id="rw-document-name")
            remove = page.add(
                gr.Button, {"value": "remove_doc"}, size="sm", scale=0, min_width=120, elem_id="rw-remove"
            )
            sure = second_button(page, remove, "rw-remove-sure", size="sm", scale=0)
        with gr.Tabs():
            with page.add(gr.Tab, {"label": "doc_text"}):
                text = gr.HTML()
            with page.add(gr.Tab, {"label": "doc_diff"}):
                diff = gr.HTML()
            with page.add(gr.Tab, {"label": "doc_chunks"}):
                chunks = gr.HTML()
    add.click(do.add, [files, language], [files, table, report], api_visibility="private", show_progress_on=[files])
    table.select(do.open, [language], [doc, details, name, text, diff, chunks], api_visibility="private")
    again.click(do.again, language, [table, report], api_visibility="private", show_progress_on=[table])
    tab.select(do.listed, language, table, api_visibility="private", show_progress="hidden")
    hide_after(sure, table.select)
    sure.click(do.remove, [doc, language], [table, report, details], api_visibility="private")
    return [files, add, again, remove]
