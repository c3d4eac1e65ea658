"""Questions inside a kept conversation: each step of an answer is kept before it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.app import Rolewright
from rag.conversations import ConversationStore
from rag.exchanges import Conversation, Exchange, messages
from rag.types import Answer, Turn

# Messages of the conversation that a follow-up question is read with.
REMEMBERED = 12


def go_on(
    app: Rolewright, store: ConversationStore, owner: str, key: str | None, question: str
) -> Iterator[Conversation]:
    """Ask a question and keep it with its answer.

    :param key: the conversation that it goes on with; None begins a new one.
    :return: the conversation with the question alone, then with every snapshot of the answer, then with the whole.
    :raises RolewrightError: for a question that cannot be asked, of which nothing is kept then, or when the conversation is gone.
    """
    past = messages(store.open(key, owner).exchanges) if key else ()
    answers = app.stream(Turn(question, past[-REMEMBERED:]))
    asked = store.ask(key, owner, question)
    yield asked
    yield from _told(store, asked, asked.exchanges[-1].n, answers)


def again(app: Rolewright, store: ConversationStore, owner: str, key: str, n: int) -> Iterator[Conversation]:
    """Ask a question of the conversation anew; its answer is replaced, and what was thought of it is gone.

    :param n: the number of the exchange.
    :return: as of `go_on`.
    """
    kept = store.open(key, owner)
    answers = app.stream(Turn(kept.exchange(n).question, kept.before(n)[-REMEMBERED:]))
    cleared = _with(kept, store.tell(key, owner, n, None))
    yield cleared
    yield from _told(store, cleared, n, answers)


def _told(
    store: ConversationStore, conversation: Conversation, n: int, answers: Iterator[Answer]
) -> Iterator[Conversation]:
    key, owner, last = conversation.id, conversation.owner, None
    for last in answers:
        conversation = _with(conversation, store.tell(key, owner, n, last))
        yield conversation
    yield _with(conversation, store.tell(key, owner, n, last, done=True))


def _with(conversation: Conversation, told: Exchange) -> Conversation:
    rows = tuple(told if row.n == told.n else row for row in conversation.exchanges)
    return replace(conversation, exchanges=rows)
