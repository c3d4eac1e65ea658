"""What the buttons of the questions tab do. A handler calls the facade or the conversations' store and tells what to show then.

Nothing of a session is kept here: the conversation lives in the library under its owner, the page holds its id.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from eval import feedback
from ingest.errors import RolewrightError, UsageError
from ingest.script import Script
from rag.app import Rolewright
from rag.conversations import ConversationStore
from rag.exchanges import Conversation
from rag.talk import again, go_on
from rag.types import Answer, Message
from ui import audit
from ui.chat_follow import next_questions
from ui.chat_layout import Parts
from ui.chat_list import FORMATS, conversation_file, list_html
from ui.chat_source import source_html
from ui.chat_view import messages
from ui.i18n import say
from ui.told import failure, notice, warn
from ui.visit import Visit, visit_of

# Components and their updates.
Updates = dict[Any, Any]
# Seconds that a file stays here after it was made.
KEPT = 600


class Handlers:
    """The handlers of one page.

    :param app: the facade.
    :param store: the library's conversations.
    :param parts: the components.
    """

    def __init__(self, app: Rolewright, store: ConversationStore, parts: Parts) -> None:
        self.app, self.store, self.parts = app, store, parts
        # Removed when the server ends.
        self.folder = tempfile.TemporaryDirectory(prefix="rolewright-talks-")

    def safe(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """A handler for Gradio: the visit first, then the inputs; an error is told and leaves the page as it was."""

        def run(reader: Script, request: gr.Request, *inputs: Any) -> Any:
            try:
                return work(visit_of(reader, request), *inputs) or gr.skip()
            except RolewrightError as error:
                warn(error, reader)
                return gr.skip()

        run.__name__ = work.__name__  # The guard knows handlers by their names.
        return run

    def arrive(self, visit: Visit, key: str | None) -> Updates:
        """A page is opened: show the last conversation of this owner. Its language is changed: show the one at hand in it."""
        kept = self.store.open(key, visit.owner) if key else self.store.last(visit.owner)
        if kept is None:
            # What is being asked just now must not be drawn over.
            return {self.parts.talks: self._list(visit, None)}
        return self._page(visit, kept) | {self.parts.source: ""}

    def submit(
        self, reader: Script, key: str | None, typed: str, request: gr.Request, event: gr.EventData
    ) -> Iterator[Any]:
        """A question is asked: from the box, one that the page offers (`value`), or one asked already (`turn`), anew.

        One handler for all, because Gradio stops those of several one after the other, and by then the next one may have begun.
        """
        visit, row = visit_of(reader, request), event._data if isinstance(event._data, dict) else {}
        if "turn" in row:
            yield from self._answer(
                visit, lambda: again(self.app, self.store, visit.owner, str(key), _number(row, "turn"))
            )
            return
        value = row.get("value", typed)
        from_box = "value" not in row
        question = str(value["text"] if isinstance(value, dict) else value)
        yield from self._answer(
            visit, lambda: go_on(self.app, self.store, visit.owner, key, question), emptied=from_box
        )

    def _answer(
        self, visit: Visit, steps: Callable[[], Iterator[Conversation]], *, emptied: bool = False
    ) -> Iterator[Any]:
        """Show each step of an answer.

        :param emptied: whether the box is emptied, once the question is kept.
        """
        kept: Conversation | None = None
        box: Updates = {self.parts.box: ""} if emptied else {}
        try:
            for kept in steps():
                audit.about(kept.id)
                yield self._shown(visit, kept, live=True) | box
                box = {}
            if kept:
                yield self._page(visit, kept)
        except RolewrightError as error:
            warn(error, visit.reader)
            yield self._page(visit, kept) if kept else gr.skip()

    def halt(self, visit: Visit, key: str | None) -> Updates:
        """The answer that is being written is stopped (by Gradio): show what has been told so far."""
        return self._page(visit, self.store.open(key, visit.owner)) if key else {}

    def new(self, visit: Visit) -> Updates:
        """Begin a new conversation."""
        parts = self.parts
        cleared: Updates = {parts.key: None, parts.chat: [], parts.box: "", parts.title: "", parts.source: ""}
        return cleared | {parts.talks: self._list(visit, None), parts.search: ""}

    def begin(self, visit: Visit, question: str, before: Iterable[Message]) -> Updates:
        """Begin a new conversation with a question in the box that goes on with what was said elsewhere.

        :param before: the messages before it, oldest first. They are kept as a conversation, their answers marked as not given here.
        """
        boxed: Updates = {self.parts.box: question}
        kept: Conversation | None = None
        for message in before:
            if message.role == "user":
                kept = self.store.ask(kept.id if kept else None, visit.owner, message.content)
            elif kept:
                asked = kept.exchanges[-1]
                answer = Answer(asked.question, message.content, "partial", say("said_elsewhere", visit.reader))
                self.store.tell(kept.id, visit.owner, asked.n, answer, done=True)
        shown = self._page(visit, self.store.open(kept.id, visit.owner)) if kept else {}
        return self.new(visit) | shown | boxed

    def find(self, visit: Visit, key: str | None, wanted: str) -> Updates:
        """Show the conversations that hold what is wanted."""
        return {self.parts.talks: self._list(visit, key, wanted)}

    def act(
        self, reader: Script, key: str | None, wanted: str, request: gr.Request, event: gr.EventData
    ) -> Updates | Any:
        """One event of the list, of an answer's buttons or of the panel, by its name in `do`."""
        visit, row = visit_of(reader, request), event._data if isinstance(event._data, dict) else {}
        acts: dict[str, Callable[[Visit, str, dict[str, Any]], Updates]] = {
            "open": self._open,
            "rename": self._rename,
            "delete": self._delete,
            "rate": self._rate,
            "source": self._source,
        }
        try:
            if (act := acts.get(str(row.get("do")))) is None:
                raise UsageError(f"there is no {row.get('do')!r}", "reload the page")
            shown = act(visit, str(key or ""), row)
            if row["do"] in {"rename", "delete"} and wanted:
                shown |= self.find(visit, shown.get(self.parts.key, key), wanted)
            return shown
        except RolewrightError as error:
            warn(error, reader)
            return {self.parts.talks: self._list(visit, key, wanted)}

    def _open(self, visit: Visit, key: str, row: dict[str, Any]) -> Updates:
        return self._page(visit, self.store.open(str(row.get("talk")), visit.owner)) | {self.parts.source: ""}

    def _rename(self, visit: Visit, key: str, row: dict[str, Any]) -> Updates:
        kept = self.store.rename(str(row.get("talk")), visit.owner, str(row.get("title") or ""))
        title = {self.parts.title: _title(kept)} if kept.id == key else {}
        return title | {self.parts.talks: self._list(visit, key)}

    def _delete(self, visit: Visit, key: str, row: dict[str, Any]) -> Updates:
        talk = str(row.get("talk"))
        self.store.remove(talk, visit.owner)
        audit.about(talk)
        notice(say("talk_deleted", visit.reader))
        return self.new(visit) if talk == key else {self.parts.talks: self._list(visit, key)}

    def _rate(self, visit: Visit, key: str, row: dict[str, Any]) -> Updates:
        rating, n = row.get("rating"), _number(row, "turn")
        if rating not in ("up", "down", None):
            raise UsageError(f"there is no rating {rating!r}", "reload the page")
        kept = self.store.rate(key, visit.owner, n, rating, str(row.get("reason") or ""))
        feedback.keep(self.app.settings.library, kept, n)
        return self._shown(visit, kept)

    def _source(self, visit: Visit, key: str, row: dict[str, Any]) -> Updates:
        turn, n = _number(row, "turn"), _number(row, "n")
        answer = self.store.open(key, visit.owner).exchange(turn).answer
        cited = {citation.n: citation for citation in answer.citations} if answer else {}
        if n not in cited:
            raise UsageError(f"the answer has no citation {n}", "reload the page")
        documents = self.app.engine.index.documents
        panel = source_html(turn, cited[n], len(cited), documents, self.app.document_text, visit.reader)
        return {self.parts.source: panel}

    def write(self, reader: Script, request: gr.Request, event: gr.EventData) -> str:
        """A conversation as a file, for the download button."""
        visit, row = visit_of(reader, request), event._data if isinstance(event._data, dict) else {}
        form = row.get("form")
        try:
            if form not in FORMATS:
                raise UsageError(f"there is no format {form!r}", f"use one of: {', '.join(FORMATS)}")
            kept = self.store.open(str(row.get("talk")), visit.owner)
        except RolewrightError as error:
            raise failure(error, reader) from error
        audit.about(kept.id)
        return _write(Path(self.folder.name), kept.title, form, conversation_file(kept, form, reader))

    def _page(self, visit: Visit, kept: Conversation) -> Updates:
        """Everything that shows a conversation."""
        return self._shown(visit, kept) | {self.parts.talks: self._list(visit, kept.id)}

    def _shown(self, visit: Visit, kept: Conversation, *, live: bool = False) -> Updates:
        engine = self.app.engine
        n = kept.exchanges[-1].n if live and kept.exchanges else None
        rows = messages(
            kept, engine.index.documents, visit.reader, lambda last: next_questions(kept, last, engine), live=n
        )
        return {self.parts.key: kept.id, self.parts.chat: rows, self.parts.title: _title(kept)}

    def _list(self, visit: Visit, chosen: str | None, wanted: str = "") -> str:
        return list_html(self.store.rows(visit.owner, wanted), chosen, visit.reader, searched=bool(wanted.strip()))


def _title(kept: Conversation) -> str:
    return f'<span title="{escape(kept.title)}">{escape(kept.title)}</span>'


def _number(data: Any, name: str) -> int:
    """A whole number of an event.

    :raises UsageError: when it has none.
    """
    value = data.get(name) if isinstance(data, dict) else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"the event has no {name}", "reload the page")
    return value


def _write(folder: Path, title: str, form: str, text: str) -> str:
    """A text as a file named after its conversation, in a new folder below `folder`, where older files are cleared away."""
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT:
            for file in old.iterdir():
                file.unlink(missing_ok=True)
            old.rmdir()
    name = re.sub(r"[^\w\- ]+", "_", title).strip(" _")[:60] or "conversation"
    path = Path(tempfile.mkdtemp(dir=folder)) / f"{name}.{form}"
    path.write_text(text, encoding="utf-8")
    return str(path)
