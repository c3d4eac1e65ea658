"""What an event of the editor asks for, as a function from one draft in work to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.errors import UsageError
from rag import renew, revise, shorten
from rag.app import Engine
from rag.brief import Brief
from rag.work import Kept, Work

# Chips whose change asks for other lines from the documents.
_REDRAFTS = frozenset({"title", "department"})


@dataclass(frozen=True)
class Event:
    """One event of the editor: the row it sent, the open index, and who sent it."""

    row: Mapping[str, Any]
    engine: Engine
    by: str

    def text(self, name: str) -> str:
        """A text of the row."""
        value = self.row.get(name)
        if not isinstance(value, str):
            raise UsageError(f"the event has no {name}", "reload the page")
        return value

    def number(self, name: str) -> int:
        """A whole number of the row."""
        value = self.row.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageError(f"the event has no {name}", "reload the page")
        return value


def _field(work: Work, event: Event) -> Work:
    name, text = event.text("field"), event.text("text")
    changed = revise.set_field(work, name, text)
    return renew.redraft(changed, changed.draft.brief, event.engine) if name in _REDRAFTS else changed


def _asked(op: Callable[[Work, Event], Work], work: Work, event: Event) -> Work:
    """What an operation makes, with other questions where it has changed the brief."""
    after = op(work, event)
    same = after.draft.brief == work.draft.brief
    return after if same else renew.asked_again(after, event.engine)


def _keep(work: Work, event: Event) -> Work:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return revise.keep(work, Kept(event.text("rule"), event.text("words"), event.text("text").strip(), event.by, now))


_OPS: dict[str, Callable[[Work, Event], Work]] = {
    "accept": lambda work, event: revise.accept(work, event.number("line")),
    "lock": lambda work, event: revise.lock(work, event.number("line")),
    "unlock": lambda work, event: revise.lock(work, event.number("line"), False),
    "edit": lambda work, event: revise.edit(work, event.number("line"), event.text("text")),
    "move": lambda work, event: revise.move(work, event.number("line")),
    "up": lambda work, event: revise.shift(work, event.number("line"), -1),
    "down": lambda work, event: revise.shift(work, event.number("line"), 1),
    "remove": lambda work, event: revise.remove(work, event.number("line")),
    "add": lambda work, event: revise.add(work, event.text("section"), event.text("text")),
    "shorten": lambda work, event: shorten.shorten_line(work, event.number("line")),
    "again": lambda work, event: renew.regenerate_line(work, event.number("line"), event.engine),
    "regenerate": lambda work, event: renew.regenerate(work, event.text("section"), event.engine),
    "rewrite": lambda work, event: revise.rewrite(
        work, event.number("line"), event.number("start"), event.number("end"), event.text("new")
    ),
    "field": _field,
    "keep": _keep,
    "unkeep": lambda work, event: revise.unkeep(work, event.text("rule"), event.text("text")),
    "recite": lambda work, event: renew.recite(work, event.engine),
    "shorten_all": lambda work, event: shorten.shorten(work),
}


def revision(event: Event) -> Callable[[Work], Work]:
    """The change that an event asks for.

    :raises UsageError: for an unknown kind of event.
    """
    op = _OPS.get(event.text("op"))
    if op is None:
        raise UsageError(f"there is no {event.text('op')!r}", "reload the page")
    return lambda work: _asked(op, work, event)


def settings_revision(engine: Engine, **fields: str) -> Callable[[Work], Work]:
    """The change to another market, language, length or tone: a new draft that keeps the protected lines."""

    def revise_settings(work: Work) -> Work:
        brief = Brief.from_dict(work.draft.brief.to_dict() | fields)
        return work if brief == work.draft.brief else renew.redraft(work, brief, engine)

    return revise_settings
