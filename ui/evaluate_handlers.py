"""What the buttons of the evaluation tab do: run a Q&A set, look at a run, hold two against each other, open what went wrong."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from eval import history
from eval.cases import Case, bundled_cases, load_cases, require_gold
from eval.report import failures
from eval.run import Row, each, summary
from ingest.errors import RolewrightError, UsageError
from ingest.script import Script
from rag.app import Rolewright
from rag.types import Message
from ui import audit
from ui.cli import VERSION
from ui.evaluate_view import case_html, label, progress_html, run_html, set_name, versus_html, wrong
from ui.i18n import say
from ui.told import notice, warn

BUNDLED = {"bundled_dev": "dev", "bundled_test": "test"}
FILES = ("report.html", "report.json", "report.md")
# Seconds between two signs of progress.
TICK = 0.4


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


def _listed(choices: list[tuple[str, str]], chosen: str | None, value: str | None) -> Any:
    """A list with these choices, and with this value where it is another one than is chosen."""
    return gr.update(choices=choices) if chosen == value else gr.update(choices=choices, value=value)


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
            warn(error, reader)
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
            warn(error, reader)
            yield [*ready, gr.skip()]
            return
        yield [*ready, gr.update(choices=self.runs(reader), value=kept.id)]

    @staticmethod
    def _running(done: int, total: int, left: float, reader: Script) -> list[Any]:
        told = progress_html(done, total, left, reader)
        return [gr.update(visible=False), gr.update(visible=True), gr.update(value=told, visible=True), gr.skip()]

    def stopped(self, reader: Script) -> list[Any]:
        """After a run was cut off."""
        notice(say("eval_stopped", reader))
        return [gr.update(visible=True), gr.update(visible=False), gr.update(visible=False)]

    def arrive(self, chosen: str | None, other: str | None, name: str | None, reader: Script) -> list[Any]:
        """The lists as they are now: runs, runs to compare with, sets. The newest run is looked at first.

        What is chosen and can stay is not told again: by the time this arrives, something else may have been chosen.
        """
        runs, sets = self.runs(reader), self.sets(reader)
        ids = [run for _, run in runs]
        value = chosen if chosen in ids else (ids[0] if ids else None)
        kept = name if name in [key for _, key in sets] else "bundled_dev"
        return [
            _listed(runs, chosen, value),
            _listed([run for run in runs if run[1] != value], other, other if other in ids else None),
            _listed(sets, name, kept),
        ]

    def show(self, chosen: str | None, other: str | None, reader: Script) -> list[Any]:
        """A run, held against another where one is chosen: figures, changes, failed questions, the files, the choice of runs."""
        runs = history.runs(self.library)
        picked = gr.update(visible=bool(runs))
        empty = f'<div class="rw-empty">{say("eval_none", reader)}</div>'
        nothing = [
            gr.update(value=empty),
            *[gr.update(visible=False)] * 2,
            gr.skip(),
            *[gr.skip()] * len(FILES),
            picked,
        ]
        run = next((run for run in runs if run.id == chosen), None)
        if run is None:
            return nothing
        try:
            report = history.report_of(self.library, run.id)
            against = self._against(report, other, reader) if other and other != run.id else ""
        except RolewrightError as error:
            warn(error, reader)
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
            picked,
        ]

    def _against(self, report: dict[str, Any], other: str, reader: Script) -> str:
        before = history.report_of(self.library, other)
        name = next(label(run, reader) for run in history.runs(self.library) if run.id == other)
        return versus_html(report, before, history.versus(report, before), name, reader)

    def case(self, chosen: str | None, name: str | None, reader: Script) -> list[Any]:
        """One failed question: what was answered, and whether there is anything to open."""
        row = self._row(chosen, name, reader)
        return [case_html(row, reader) if row else "", gr.update(visible=row is not None)]

    def opened(self, chosen: str | None, name: str | None, reader: Script) -> tuple[str, tuple[Message, ...]] | None:
        """A question of a run with what was said before it; None where there is no such row.

        A run keeps no conversations: they are read from the set, as long as it is there and still holds the question.
        """
        row = self._row(chosen, name, reader)
        if row is None:
            return None
        ran = next(run.set for run in history.runs(self.library) if run.id == chosen)
        try:
            cases = self.cases(ran)
        except RolewrightError:
            return row["question"], ()
        same = (case for case in cases if case.id == row["id"] and case.question == row["question"])
        return row["question"], next((case.history for case in same), ())

    def _row(self, chosen: str | None, name: str | None, reader: Script) -> dict[str, Any] | None:
        if not (chosen and name):
            return None
        try:
            rows = history.report_of(self.library, chosen)["rows"]
        except RolewrightError as error:
            warn(error, reader)
            return None
        return next((row for row in rows if row["id"] == name), None)

    def delete(self, chosen: str | None, reader: Script) -> list[Any]:
        """Delete the run that is looked at; the newest of the others takes its place."""
        if chosen:
            audit.about(chosen)
            try:
                history.delete(self.library, chosen)
            except RolewrightError as error:
                warn(error, reader)
        run, other, _ = self.arrive(chosen, None, None, reader)
        return [run, other | {"value": None}]
