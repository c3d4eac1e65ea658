"""The versions, decisions and changes of a draft as HTML and choices: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ingest.script import Script
from rag.diff import Change
from rag.saved import Listed, Saved
from ui.citations_view import plain
from ui.diff_view import diff_html
from ui.i18n import say


def _time(at: str) -> str:
    """An ISO time as people near this server read it."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def drafts_choices(rows: Sequence[Listed], reader: Script) -> list[tuple[str, str]]:
    """(what is shown, id) of every draft in a list."""
    return [(f"{row.title} · {say(f'state_{row.state}', reader)} · {_time(row.updated)}", row.id) for row in rows]


def version_choices(saved: Saved, reader: Script) -> list[tuple[str, int]]:
    """(what is shown, number) of every version, the newest first."""
    rows = []
    for row in reversed(saved.versions):
        label = say("version_row", reader, n=row.n, at=_time(row.at), author=row.author)
        rows.append((f"{label} · {row.note}" if row.note else label, row.n))
    return rows


def state_html(saved: Saved, reader: Script) -> str:
    """The state of a draft: who approved it or sent it for review, and every decision before."""
    last = saved.decisions[-1] if saved.decisions else None
    facts = {"name": last.name, "at": _time(last.at), "version": last.version} if last else {}
    key = {"approved": "approved_by", "in_review": "review_by"}.get(saved.state) if last else None
    head = say(key, reader, **facts) if key else say("state_draft", reader)
    kind = {"approved": "answered", "in_review": "partial"}.get(saved.state, "refused")
    rows = "".join(
        "<li>"
        + plain(
            say(
                "decision_row",
                reader,
                at=_time(row.at),
                name=row.name,
                state=say(f"state_{row.state}", reader),
                version=row.version,
            )
        )
        + "</li>"
        for row in saved.decisions
    )
    return f'<div class="rw-status rw-{kind}">{plain(head)}</div><ul class="rw-log">{rows}</ul>'


def changes_html(changes: Sequence[Change], reader: Script, market: str) -> str:
    """The changes since a version."""
    return f'<div class="rw-box">{diff_html(changes, reader, market)}</div>'
