"""What the job description tab shows of a draft: updates of its components, made from what the library keeps."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

from ingest.script import Script
from rag.app import Rolewright
from rag.diff import diff
from rag.drafts import DraftStore
from rag.saved import Saved
from ui import audit
from ui.i18n import say
from ui.jd_editor import editor_html
from ui.jd_form import SETTINGS, brief_form
from ui.jd_layout import Desk, Shelf, Start
from ui.jd_versions import changes_html, drafts_choices, state_html, version_choices

# Components and their updates.
Updates = dict[Any, Any]


class Screen:
    """The components of one page; holds nothing of any session.

    :param app: the facade.
    :param store: the library's drafts.
    :param start: the components above.
    :param desk: the editor.
    :param shelf: the components below.
    :param key: the page's `gr.State` with the id of its draft.
    """

    def __init__(
        self, app: Rolewright, store: DraftStore, start: Start, desk: Desk, shelf: Shelf, key: gr.State
    ) -> None:
        self.app, self.store = app, store
        self.start, self.desk, self.shelf, self.key = start, desk, shelf, key

    def page(self, saved: Saved, reader: Script) -> Updates:
        """Everything that a draft on the desk shows."""
        shelf = self.shelf
        versions = version_choices(saved, reader)
        last = versions[0][1] if versions else None
        return {
            **self.work(saved, reader, last),
            self.key: saved.id,
            self.desk.box: gr.update(visible=True),
            **dict(zip(self.desk.settings.values(), brief_form(saved.work.draft.brief)[: len(SETTINGS)], strict=True)),
            shelf.versions: gr.update(choices=versions, value=last),
            shelf.restore: gr.update(interactive=bool(versions)),
            shelf.sure: gr.update(visible=False),
        }

    def work(self, saved: Saved, reader: Script, version: int | None) -> Updates:
        """What changes with every step: the editor, the steps back, the changes, the list of drafts.

        :param version: the version that the changes are shown against; None when there is none.
        """
        audit.about(saved.id)
        documents = self.app.engine.index.documents
        stale = [documents[doc].title if doc in documents else doc for doc in saved.stale(documents)]
        return {
            self.desk.editor: _drawn_anew(editor_html(saved, self.app.document_text, reader, stale)),
            self.desk.undo: gr.update(interactive=saved.can_undo),
            self.desk.redo: gr.update(interactive=saved.can_redo),
            self.shelf.state: state_html(saved, reader),
            self.shelf.changes: self.changes(saved, version, reader),
            self.start.drafts: self.drafts(saved.owner, saved.id, reader),
        }

    def drafts(self, owner: str, chosen: str | None, reader: Script) -> Any:
        """The list of an owner's drafts."""
        rows = drafts_choices(self.store.rows(owner), reader)
        return gr.update(choices=rows, value=chosen, visible=bool(rows))

    def changes(self, saved: Saved, version: int | None, reader: Script) -> str:
        """What has changed since a version."""
        if version is None:
            return f'<p class="rw-path">{say("no_versions", reader)}</p>'
        old = self.store.version(saved.id, saved.owner, version)
        return changes_html(diff(old.draft.jd, saved.work.draft.jd), reader, saved.work.brief.market)

    def cleared(self, owner: str, reader: Script) -> Updates:
        """An empty desk, ready for a new draft."""
        return {
            self.key: None,
            self.desk.box: gr.update(visible=False),
            self.desk.editor: "",
            self.start.box: gr.update(open=True),
            self.start.drafts: self.drafts(owner, None, reader),
            self.shelf.sure: gr.update(visible=False),
        }


def _drawn_anew(editor: str) -> str:
    """The editor as HTML that differs from every one before: only then does the page hear of an answer that changed nothing."""
    return f'<div data-drawn="{time.monotonic_ns()}">{editor}</div>'
