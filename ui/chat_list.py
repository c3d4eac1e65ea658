"""The list of one's conversations as HTML, and one conversation as a file: pure functions; all text is escaped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape

from ingest.script import Script
from rag.exchanges import Conversation, Listed
from rag.types import Citation
from ui.i18n import say

# The formats a conversation is downloaded in.
FORMATS = ("md", "json")


def when(at: str) -> str:
    """An ISO time as people near this server read it."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def list_html(rows: Sequence[Listed], chosen: str | None, language: Script, *, searched: bool = False) -> str:
    """The list; what its buttons mean stands in `data-` attributes that `chat.js` sends as events.

    :param rows: the conversations, the last changed first.
    :param chosen: the id of the one that is open.
    :param searched: whether a search chose them.
    """
    words = {"rename": "talk_rename", "sure": "talk_sure", "own": "why_own", "send": "why_send"}
    data = "".join(f' data-{name}="{escape(say(key, language))}"' for name, key in words.items())
    if not rows:
        empty = say("talks_not_found" if searched else "talks_none", language)
        return f'<div class="rw-list-of-talks"{data}><p class="rw-path">{empty}</p></div>'
    items = "".join(_row(row, row.id == chosen, language) for row in rows)
    return f'<div class="rw-list-of-talks"{data}><ul>{items}</ul></div>'


def _row(row: Listed, is_open: bool, language: Script) -> str:
    small = f"{say('talk_questions', language, n=row.questions)} \u00b7 {when(row.updated)}"
    actions = [("rename", "talk_rename"), *((form, f"talk_{form}") for form in FORMATS), ("delete", "talk_delete")]
    buttons = "".join(f'<button type="button" data-do="{do}">{say(key, language)}</button>' for do, key in actions)
    return (
        f'<li class="rw-talk{" rw-on" if is_open else ""}" data-talk="{row.id}">'
        f'<button type="button" class="rw-talk-open" data-do="open"{" aria-current=true" if is_open else ""}>'
        f'<span class="rw-talk-title">{escape(row.title)}</span><small>{small}</small></button>'
        f'<details class="rw-talk-more"><summary aria-label="{say("talk_menu", language)}" title="{say("talk_menu", language)}">'
        f'\u22ef</summary><div class="rw-talk-menu">{buttons}</div></details></li>'
    )


def conversation_file(conversation: Conversation, form: str, language: Script) -> str:
    """A conversation as a text to keep.

    :param form: one of `FORMATS`; `json` is the contract's shape.
    :param language: of the words around what was said.
    """
    if form == "json":
        return json.dumps(conversation.to_dict(), ensure_ascii=False, indent=1) + "\n"
    parts = [f"# {conversation.title}", when(conversation.created)]
    for row in conversation.exchanges:
        parts.append(f"## {row.question.strip()}")
        if row.answer is None:
            parts.append(f"*{say('stopped', language)}*")
            continue
        status = say(row.answer.status if row.done else "stopped", language)
        parts += [f"*{status}*", row.answer.answer]
        if row.answer.citations:
            parts.append(say("sources", language, n=len(row.answer.citations)))
            parts.append("\n".join(map(_cited, row.answer.citations)))
    return "\n\n".join(parts) + "\n"


def _cited(citation: Citation) -> str:
    where = " \u203a ".join(dict.fromkeys([citation.title, *citation.heading]))
    year = f" ({citation.year})" if citation.year else ""
    return f"- [{citation.n}] {where}{year}: {' '.join(citation.quote.split())}"
