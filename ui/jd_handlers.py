"""What the buttons of the job description tab do. A handler calls the facade or the drafts' store and tells what to show then.

Nothing of a session is kept here: the draft lives in the library under its owner, the page holds its id.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr

from ingest.errors import RolewrightError, UsageError
from ingest.script import Script
from rag.app import Engine, Rolewright
from rag.brief import Brief, parse_text
from rag.drafting import brief_of_text, polisher_of
from rag.drafts import DraftStore
from rag.jd import draft as write_draft
from rag.lint_document import check_text
from rag.publish import published
from rag.work import Work
from ui import audit
from ui.export import export
from ui.findings_view import findings_html
from ui.i18n import say
from ui.jd_files import Look, preview_html, write_file
from ui.jd_form import SETTINGS, brief_form, form_brief
from ui.jd_ops import Event, revision, settings_revision
from ui.jd_screen import Screen, Updates
from ui.told import caution, failure, notice, told, warn
from ui.visit import Visit, visit_of

Change = Callable[[Work], Work]


class Handlers:
    """The handlers of one page.

    :param app: the facade.
    :param screen: the components and what they show.
    """

    def __init__(self, app: Rolewright, store: DraftStore, screen: Screen) -> None:
        self.app = app
        self.store = store
        self.screen = screen
        # Removed when the server ends.
        self.folder = tempfile.TemporaryDirectory(prefix="rolewright-")

    def safe(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """A handler for Gradio: the visit first, then the inputs; an error is told and leaves the page as it was."""

        def run(reader: Script, request: gr.Request, *inputs: Any) -> Any:
            try:
                # Gradio takes no empty dictionary of updates.
                return work(visit_of(reader, request), *inputs) or gr.skip()
            except RolewrightError as error:
                warn(error, reader)
                return gr.skip()

        run.__name__ = work.__name__  # The guard knows handlers by their names.
        return run

    def arrive(self, visit: Visit, key: str | None) -> Updates:
        """A page is opened: show the last draft of this owner. Its language is changed: show the draft at hand in it."""
        try:
            if key:
                return self.screen.page(self.store.open(key, visit.owner), visit.reader)
            rows = self.store.rows(visit.owner)
            return self._opened(visit, rows[0].id) if rows else {}
        except UsageError:
            # The draft was deleted in another window: the page begins anew.
            return self.screen.cleared(visit.owner, visit.reader)

    def from_text(self, visit: Visit, key: str | None, text: str) -> Updates:
        """Draft from one sentence or an old job description; what was understood fills the form."""
        brief = brief_of_text(text, self.app)
        filled = dict(zip(self.screen.start.form.values(), brief_form(brief), strict=True))
        if not (brief.title or brief.department):
            caution(say("err_no_title", visit.reader))
            return filled | {self.screen.start.form_box: gr.update(open=True)}
        return filled | self._drafted(visit, key, brief)

    def from_form(self, visit: Visit, key: str | None, *values: Any) -> Updates:
        """Draft from the form."""
        return self._drafted(visit, key, form_brief(values))

    def _drafted(self, visit: Visit, key: str | None, brief: Brief) -> Updates:
        engine = self.app.engine
        made = self.store.create(
            visit.owner,
            Work.of(write_draft(brief, engine, polisher_of(self.app), as_typed=True)),
            engine.index.documents,
        )
        if key:
            self._forget_untouched(visit, key)
        return self._opened(visit, made)

    def _forget_untouched(self, visit: Visit, key: str) -> None:
        """Delete the draft that was on the desk if nobody has done anything to it: another attempt takes its place."""
        with suppress(UsageError):  # Deleted in another window.
            before = self.store.open(key, visit.owner)
            if not (before.can_undo or before.can_redo or before.versions):
                self.store.remove(key, visit.owner)

    def _opened(self, visit: Visit, key: str) -> Updates:
        saved = self.store.open(key, visit.owner)
        start = self.screen.start
        closed = {start.box: gr.update(open=False), start.findings: gr.update(visible=False)}
        return self.screen.page(saved, visit.reader) | closed

    def check(self, visit: Visit, text: str) -> Any:
        """Check the wording of the pasted text by the rules of the market that it is for."""
        market = parse_text(text, self.app.engine.linker).market
        result = check_text(text, market, visit.reader).to_dict()
        return gr.update(value=findings_html(result["findings"], visit.reader, result["score"]), visible=True)

    def open(self, visit: Visit, key: str | None) -> Updates:
        """Put another draft on the desk, and its brief into the form."""
        if not key:
            return {}
        shown = self._opened(visit, key)
        brief = self.store.open(key, visit.owner).work.draft.brief
        return shown | dict(zip(self.screen.start.form.values(), brief_form(brief), strict=True))

    def act(
        self,
        reader: Script,
        name: str | None,
        version: int | None,
        request: gr.Request,
        event: gr.EventData,
    ) -> Updates:
        """One event of the editor; the draft it belongs to is named in it."""
        visit = visit_of(reader, request)
        row = event._data if isinstance(event._data, dict) else {}
        by = visit.name(name)
        checked = row.get("op") == "recite"
        try:
            shown = self._revised(
                visit, row.get("draft"), version, lambda engine: revision(Event(row, engine, by)), checked=checked
            )
        except RolewrightError as error:
            warn(error, reader)
            return self._as_it_is(visit, row.get("draft"), version) or gr.skip()
        if checked:
            notice(say("recited", reader))
        return shown

    def _as_it_is(self, visit: Visit, key: Any, version: int | None) -> Updates:
        """The draft after an event that changed nothing; where it is gone, what is on the page stays for copying."""
        try:
            return self.screen.work(self.store.open(str(key), visit.owner), visit.reader, version)
        except RolewrightError:
            return {}

    def _revised(
        self,
        visit: Visit,
        key: Any,
        version: int | None,
        change: Callable[[Engine], Change],
        *,
        checked: bool = False,
    ) -> Updates:
        engine = self.app.engine
        saved = self.store.change(str(key), visit.owner, change(engine), engine.index.documents, checked=checked)
        return self.screen.work(saved, visit.reader, version)

    def shorten(self, visit: Visit, key: str | None, version: int | None) -> Updates:
        """Shorten the whole draft."""
        row = {"op": "shorten_all"}
        return self._revised(visit, key, version, lambda engine: revision(Event(row, engine, "")))

    def set_up(self, visit: Visit, key: str | None, version: int | None, *values: str) -> Updates:
        """Another market, language, length or tone."""
        fields = dict(zip(SETTINGS, values, strict=True))
        return self._revised(visit, key, version, lambda engine: settings_revision(engine, **fields))

    def step(self, back: bool) -> Callable[..., Updates]:
        """Undo (`back`) or redo."""
        return lambda visit, key: self.screen.page(self.store.undo(str(key), visit.owner, back=back), visit.reader)

    def file(self, form: str) -> Callable[..., str]:
        """Write a draft in one format for download; an error stops the download."""

        def write(reader: Script, request: gr.Request, key: str | None, *look: str | None) -> str:
            try:
                saved = self.store.open(str(key), visit_of(reader, request).owner)
                audit.about(saved.id)
                return write_file(published(saved.work), form, Path(self.folder.name), self._look(*look))
            except RolewrightError as error:
                audit.failed(error.code)
                raise failure(error, reader) from error

        return write

    def _look(self, template: str | None, channel: str | None) -> Look:
        return Look(template or None, channel or None, self.app.settings.library)

    def preview(self, visit: Visit, key: str | None, *look: str | None) -> Updates:
        """The draft as it leaves the program; a text that the channel does not take says why."""
        shelf = self.screen.shelf
        if not key:
            return {shelf.preview: "", shelf.plain: ""}
        draft = published(self.store.open(key, visit.owner).work)
        chosen = self._look(*look)
        text = draft.text
        try:
            text = export(draft, "txt", chosen.template, chosen.channel, chosen.library).decode("utf-8")
            return {shelf.preview: preview_html(draft, say("preview", visit.reader), chosen), shelf.plain: text}
        except UsageError as error:
            # The channel takes no such text, or plain text alone: then that is what there is to see.
            return {shelf.preview: f'<div class="rw-error">{told(error, visit.reader)}</div>', shelf.plain: text}

    def save(self, visit: Visit, key: str | None, name: str | None, note: str | None) -> Updates:
        """Save a version."""
        saved = self.store.save(str(key), visit.owner, visit.name(name), note or "")
        notice(say("saved_version", visit.reader, n=saved.versions[-1].n))
        return self.screen.page(saved, visit.reader) | {self.screen.shelf.note: ""}

    def decide(self, state: str) -> Callable[..., Updates]:
        """Set the state of the draft, with the person's name."""

        def go(visit: Visit, key: str | None, name: str | None) -> Updates:
            return self.screen.page(
                self.store.decide(str(key), visit.owner, state, visit.user or name or ""), visit.reader
            )

        return go

    def compare(self, visit: Visit, key: str | None, version: int | None) -> str:
        """The changes since one version."""
        return self.screen.changes(self.store.open(str(key), visit.owner), version, visit.reader)

    def restore(self, visit: Visit, key: str | None, version: int | None) -> Updates:
        """Make an earlier version the present state."""
        saved = self.store.restore(str(key), visit.owner, int(version or 0))
        notice(say("restored", visit.reader, n=version or 0))
        return self.screen.page(saved, visit.reader)

    def delete(self, visit: Visit, key: str | None) -> Updates:
        """Delete the draft and clear the desk."""
        self.store.remove(str(key), visit.owner)
        audit.about(str(key))
        return self.screen.cleared(visit.owner, visit.reader)
