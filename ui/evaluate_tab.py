"""The evaluation tab: run a Q&A set, look at a run, hold two against each other, open what went wrong in the questions tab."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from eval import history
from eval.cases import Case, bundled_cases, load_cases, require_gold
from eval.report import failures
from eval.run import Row, each, summary
from ingest.errors import RolewrightError, UsageError
from ingest.script import Script
from rag.app import Rolewright
from ui import audit
from ui.chat_tab import warn
from ui.cli import VERSION
from ui.evaluate_view import case_html, label, progress_html, run_html, set_name, versus_html, wrong
from ui.i18n import Page, say

BUNDLED = {"bundled_dev": "dev", "bundled_test": "test"}
FILES = ("report.html", "report.json", "report.md")
# Seconds between two signs of progress.
TICK = 0.4
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def config(app: Rolewright) -> dict[str, str]:
    """How the system is set up, for the record of a run; keys are no part of it."""
    index = app.engine.index
    found = {"writer": app.writer_mode, "embedder": index.embedder, "generation": index.generation}
    found |= {
        "documents": str(len(index.documents)),
        "dense_weight": f"{app.settings.dense_weight:g}",
        "version": VERSION,
    }
    return found | ({"model": app.settings.model} if app.settings.model else {})


class Handlers:
    """What the tab's events do; holds the facade and nothing of any session.

    :param app: the facade.
    """

    def __init__(self, app: Rolewright) -> None:
        self.app, self.library = app, app.settings.library

    def sets(self, reader: Script) -> list[tuple[str, str]]:
        """(what is shown, name) of the sets that can be run."""
        own = [(path.name, path.name) for path in history.sets(self.library)]
        return [(set_name(name, reader), name) for name in BUNDLED] + own

    def runs(self, reader: Script) -> list[tuple[str, str]]:
        """(what is shown, id) of the runs, newest first."""
        return [(label(run, reader), run.id) for run in history.runs(self.library)]

    def cases(self, name: str) -> list[Case]:
        """The questions of a set.

        :raises UsageError: when there is no such set, or it does not fit the library.
        """
        if name in BUNDLED:
            cases = [case for case in load_cases(bundled_cases()) if case.split == BUNDLED[name]]
        else:
            path = next((path for path in history.sets(self.library) if path.name == name), None)
            if path is None:
                raise UsageError("there is no such question set", "choose one of the list")
            cases = load_cases(path)
        require_gold(cases, self.app.engine.index)
        return cases

    def add(self, file: str | None, reader: Script) -> list[Any]:
        """Keep an uploaded set in the library, once it has been read without a complaint."""
        if not file:
            return [gr.skip(), gr.skip()]
        audit.about(Path(file).name)
        try:
            load_cases(Path(file))
        except RolewrightError as error:
            warn(error)
            return [None, gr.skip()]
        folder = self.library / history.FOLDER / history.SETS
        folder.mkdir(parents=True, exist_ok=True)
        name = Path(shutil.copy(file, folder / Path(file).name)).name
        return [None, gr.update(choices=self.sets(reader), value=name)]

    def run(self, name: str, reader: Script) -> Iterator[list[Any]]:
        """Ask every question of a set and keep the run: updates of run button, stop button, progress, list of runs."""
        ready = [gr.update(visible=True), gr.update(visible=False), gr.update(visible=False)]
        audit.about(name)
        try:
            cases = self.cases(name)
            rows: list[Row] = []
            began = shown = time.monotonic()
            yield self._running(0, len(cases), 0.0, reader)
            for row in each(self.app, cases):
                rows.append(row)
                now = time.monotonic()
                if now - shown > TICK or len(rows) == len(cases):
                    shown = now
                    left = (now - began) / len(rows) * (len(cases) - len(rows))
                    yield self._running(len(rows), len(cases), left, reader)
            kept = history.keep(self.library, summary(self.app, cases, rows), name, config(self.app))
        except RolewrightError as error:
            warn(error)
            yield [*ready, gr.skip()]
            return
        yield [*ready, gr.update(choices=self.runs(reader), value=kept.id)]

    @staticmethod
    def _running(done: int, total: int, left: float, reader: Script) -> list[Any]:
        told = progress_html(done, total, left, reader)
        return [gr.update(visible=False), gr.update(visible=True), gr.update(value=told, visible=True), gr.skip()]

    def stopped(self, reader: Script) -> list[Any]:
        """After a run was cut off."""
        gr.Info(say("eval_stopped", reader))
        return [gr.update(visible=True), gr.update(visible=False), gr.update(visible=False)]

    def arrive(self, chosen: str | None, other: str | None, name: str | None, reader: Script) -> list[Any]:
        """The lists as they are now: runs, runs to compare with, sets. The newest run is looked at first."""
        runs, sets = self.runs(reader), self.sets(reader)
        ids = [run for _, run in runs]
        value = chosen if chosen in ids else (ids[0] if ids else None)
        return [
            gr.update(choices=runs, value=value),
            gr.update(choices=[run for run in runs if run[1] != value], value=other if other in ids else None),
            gr.update(choices=sets, value=name if name in [key for _, key in sets] else "bundled_dev"),
        ]

    def show(self, chosen: str | None, other: str | None, reader: Script) -> list[Any]:
        """A run, held against another where one is chosen: figures, changes, failed questions, the files."""
        empty = f'<div class="rw-empty">{say("eval_none", reader)}</div>'
        nothing = [gr.update(value=empty), *[gr.update(visible=False)] * 2, gr.skip(), *[gr.skip()] * len(FILES)]
        run = next((run for run in history.runs(self.library) if run.id == chosen), None)
        if run is None:
            return nothing
        try:
            report = history.report_of(self.library, run.id)
            against = self._against(report, other, reader) if other and other != run.id else ""
        except RolewrightError as error:
            warn(error)
            return nothing
        bad = [(f"{row['id']} · {row['question'][:60]} · {wrong(row, reader)}", row["id"]) for row in failures(report)]
        head = say("eval_worst", reader, n=len(bad)) if bad else say("eval_all_well", reader)
        folder = history.folder_of(self.library, run.id)
        return [
            gr.update(value=run_html(run, report, reader)),
            gr.update(value=against, visible=bool(against)),
            gr.update(visible=True),
            gr.update(choices=bad, value=bad[0][1] if bad else None, label=head),
            *(gr.update(value=str(folder / name)) for name in FILES),
        ]

    def _against(self, report: dict[str, Any], other: str, reader: Script) -> str:
        before = history.report_of(self.library, other)
        name = next(label(run, reader) for run in history.runs(self.library) if run.id == other)
        return versus_html(report, before, history.versus(report, before), name, reader)

    def case(self, chosen: str | None, name: str | None, reader: Script) -> list[Any]:
        """One failed question: what was answered, and whether there is anything to open."""
        row = self._row(chosen, name)
        return [case_html(row, reader) if row else "", gr.update(visible=row is not None)]

    def open_in_ask(self, chosen: str | None, name: str | None) -> list[Any]:
        """Put a question of a run into the box of the questions tab, and go there."""
        row = self._row(chosen, name)
        return [gr.Tabs(selected="chat"), row["question"]] if row else [gr.skip(), gr.skip()]

    def _row(self, chosen: str | None, name: str | None) -> dict[str, Any] | None:
        if not (chosen and name):
            return None
        try:
            rows = history.report_of(self.library, chosen)["rows"]
        except RolewrightError as error:
            warn(error)
            return None
        return next((row for row in rows if row["id"] == name), None)

    def delete(self, chosen: str | None, reader: Script) -> list[Any]:
        """Delete the run that is looked at; the newest of the others takes its place."""
        if chosen:
            audit.about(chosen)
            try:
                history.delete(self.library, chosen)
            except RolewrightError as error:
                warn(error)
        return self.arrive(None, None, None, reader)[:2]


@dataclass(frozen=True)
class _Parts:
    set: gr.Dropdown
    upload: gr.UploadButton
    go: gr.Button
    stop: gr.Button
    progress: gr.HTML
    run: gr.Dropdown
    other: gr.Dropdown
    delete: gr.Button
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
    with gr.Row(elem_classes="rw-bar"):
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
    return _Parts(
        chosen_set, upload, go, stop, progress, run, other, delete, result, against, more, case, detail, ask, files
    )


def build(
    app: Rolewright, page: Page, language: gr.Radio, tab: gr.Tab, there: tuple[gr.Tabs, Component]
) -> list[Component]:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    :param tab: the tab itself; its lists are renewed when it is opened.
    :param there: all tabs, and the box of the questions tab.
    :return: what only admins need to see.
    """
    do = Handlers(app)
    at = _layout(do, page)
    lists = [at.run, at.other]
    shown = [at.result, at.against, at.more, at.case, *at.files]
    gr.on(
        [tab.select, language.change], do.arrive, [at.run, at.other, at.set, language], [*lists, at.set], **QUIET
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
    at.stop.click(do.stopped, language, [at.go, at.stop, at.progress], cancels=[running], **QUIET)
    at.delete.click(do.delete, [at.run, language], lists, **QUIET)
    at.case.change(do.case, [at.run, at.case, language], [at.detail, at.ask], **QUIET)
    at.ask.click(do.open_in_ask, [at.run, at.case], list(there), **QUIET)
    return [at.set, at.upload, at.go, at.delete]
