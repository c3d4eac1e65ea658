"""A conversation as messages of the chat: pure functions. Document text, questions and model output are data, all of it escaped.

Gradio cleans messages of most attributes, so what a button means stands in its class; `chat.js` reads it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from ingest.script import Script, to_script
from ingest.types import DocumentRecord
from rag.exchanges import Conversation, Exchange
from rag.types import Answer, Citation
from ui.citations_view import marks, plain, safe_markdown
from ui.i18n import say

Documents = Mapping[str, DocumentRecord]
# So many documents are listed under an answer without a click.
LISTED = 6
# What may be wrong with an answer, one click each: keys of the words.
REASONS = ("why_facts", "why_part", "why_source", "why_other")


def messages(
    conversation: Conversation,
    documents: Documents,
    language: Script,
    follow: Callable[[Exchange], Sequence[str]],
    live: int | None = None,
) -> list[dict[str, Any]]:
    """The value of the chat.

    :param documents: the register of the open index, for the authors of what is cited.
    :param language: the reader's language.
    :param follow: gives the questions to ask after the last exchange.
    :param live: the number of the exchange whose answer is being written.
    """
    rows: list[dict[str, Any]] = []
    for exchange in conversation.exchanges:
        rows.append({"role": "user", "content": asked_markdown(exchange.question)})
        is_last = exchange is conversation.exchanges[-1]
        is_live = exchange.n == live
        further = follow(exchange) if is_last and not is_live else ()
        content = exchange_markdown(exchange, documents, language, last=is_last, live=is_live, further=bool(further))
        options = {"options": [{"value": question} for question in further]} if further else {}
        rows.append({"role": "assistant", "content": content, **options})
    return rows


def asked_markdown(question: str) -> str:
    """A question as it was typed."""
    return f'<div class="rw-asked">\n\n{safe_markdown(question)}\n\n</div>'


def exchange_markdown(
    exchange: Exchange,
    documents: Documents,
    language: Script,
    *,
    last: bool = False,
    live: bool = False,
    further: bool = False,
) -> str:
    """One answer: its status, its text with citation buttons, what it is drawn from, and what can be done with it.

    :param last: whether it may be asked anew.
    :param live: whether it is being written.
    :param further: whether questions to ask next stand below.
    """
    answer = exchange.answer
    if answer is None and live:
        return f'<span class="rw-path rw-live">{say("thinking", language)}\u2026</span>'
    head = "" if exchange.done or live else f'<div class="rw-status rw-refused">{say("stopped", language)}</div>\n\n'
    turn = f"rw-turn-{exchange.n}{' rw-live' if live else ''}"
    body = _answer(answer, turn, language) if answer else ""
    sources = _sources(answer, documents, language) if answer else ""
    tools = "" if live else _tools(exchange, language, last=last)
    tail = f'<div class="rw-next">{say("more_questions", language)}</div>' if further else ""
    return f'{head}{body}<div class="rw-foot {turn}">{sources}{tools}{tail}</div>'


def _answer(answer: Answer, turn: str, language: Script) -> str:
    reason = answer.reason if answer.reason and answer.reason not in answer.answer else ""
    facts = (say(answer.status, language), plain(reason), plain(answer.model or ""))
    status = " \u00b7 ".join(fact for fact in facts if fact)
    text = safe_markdown(answer.answer, (row.n for row in answer.citations), _labels(answer.citations, language))
    return (
        f'<div class="rw-status rw-{answer.status}">{status}</div>\n\n'
        f'<div class="rw-answer {turn}">\n\n{text}\n\n</div>\n\n'
    )


def _sources(answer: Answer, documents: Documents, language: Script) -> str:
    """The documents that an answer is drawn from, each with its citations."""
    if not answer.citations:
        return ""
    by_doc = sorted(answer.citations, key=lambda citation: (_first(answer, citation.doc), citation.n))
    groups = [list(group) for _, group in groupby(by_doc, key=lambda citation: citation.doc)]
    rows = "".join(_document(group, documents, language) for group in groups)
    is_open = " open" if len(groups) <= LISTED else ""
    title = say("sources_of", language, n=len(answer.citations), docs=len(groups))
    return f'<details class="rw-sources"{is_open}><summary>{title}</summary>{rows}</details>'


def _first(answer: Answer, doc: str) -> int:
    return min(citation.n for citation in answer.citations if citation.doc == doc)


def _labels(citations: Sequence[Citation], language: Script) -> dict[int, str]:
    return {row.n: say("source_open", language, n=row.n, title=in_script(row.title, language)) for row in citations}


def in_script(text: str, language: Script) -> str:
    """The name of a document or a heading in the reader's Chinese script; an English reader sees it as it is."""
    return text if language == "en" else to_script(text, language)


def _document(group: Sequence[Citation], documents: Documents, language: Script) -> str:
    record = documents.get(group[0].doc)
    years = dict.fromkeys(str(citation.year) for citation in group if citation.year)
    facts = [record.author or "" if record else "", ", ".join(years)]
    small = "".join(f'<span class="rw-fact">{escape(fact)}</span>' for fact in facts if fact)
    numbers = marks((citation.n for citation in group), _labels(group, language))
    title = escape(in_script(group[0].title, language))
    return f'<div class="rw-from"><span class="rw-doc">{title}</span>{small} {numbers}</div>'


def _tools(exchange: Exchange, language: Script, *, last: bool) -> str:
    """What can be done with an answer: copy it, ask anew, say what one thinks of it."""
    rows = []
    if exchange.answer:
        rows.append(_tool("copy", say("copy_answer", language), "rw-copy"))
    if last:
        rows.append(_tool("again", say("retry", language)))
    if exchange.answer:
        up, down = exchange.rating == "up", exchange.rating == "down"
        rows.append(_thumb("up", say("like", language), language, pressed=up))
        rows.append(_thumb("down", say("dislike", language), language, pressed=down, note=say("why_shared", language)))
    return f'<div class="rw-acts">{"".join(rows)}</div>{_why(exchange, language)}'


def _tool(name: str, label: str, kind: str = "") -> str:
    return f'<button type="button" class="rw-tool rw-do-{name} {kind}">{escape(label)}</button>'


def _thumb(name: str, label: str, language: Script, *, pressed: bool, note: str = "") -> str:
    """A thumb; that it is pressed is told to those who do not see it, in words, because `aria-pressed` would be cleaned away.

    :param note: what is good to know before it is pressed.
    """
    chosen = f'<span class="rw-hidden"> {say("chosen", language)}</span>' if pressed else ""
    kind = " rw-pressed" if pressed else ""
    told = f' title="{escape(note)}"' if note else ""
    return f'<button type="button" class="rw-tool rw-do-{name}{kind}"{told}>{escape(label)}{chosen}</button>'


def _why(exchange: Exchange, language: Script) -> str:
    """What is asked after a thumbs-down, or what was said then."""
    if exchange.rating != "down":
        return ""
    if exchange.reason:
        return f'<div class="rw-ask-why">{plain(say("why_thanks", language, reason=exchange.reason))}</div>'
    rows = "".join(_tool("reason", say(key, language), "rw-reason") for key in REASONS)
    own = _tool("own", say("why_own", language), "rw-reason")
    note = f'<span class="rw-path">{say("why_shared", language)}</span>'
    return f'<div class="rw-ask-why"><b>{say("why", language)}</b> {rows}{own}{note}</div>'
