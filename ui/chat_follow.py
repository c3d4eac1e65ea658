"""What may be asked next: questions about the roles of an answer that the catalogue is known to answer."""

from __future__ import annotations

from ingest.script import detect_script
from rag.app import Engine
from rag.exchanges import Conversation, Exchange
from rag.link import canonical
from rag.query import Query, understand
from rag.types import Turn
from ui.i18n import say

MOST = 3
# In the order in which people who ask about a role want to know more.
_AXES = ("duties", "metrics", "skills", "list", "works_with", "deliverables", "goal")


def next_questions(conversation: Conversation, exchange: Exchange, engine: Engine) -> list[str]:
    """At most `MOST` questions that go on from an exchange, in the language of its question; none of them has been asked yet.

    :param conversation: what has been asked before.
    :param exchange: the last question with its whole answer; a refusal has suggestions of its own.
    :param engine: decides by the catalogue alone, without a search, whether a question would be answered.
    """
    answer, script = exchange.answer, detect_script(exchange.question)
    if answer is None or not exchange.done:
        return []
    if answer.status == "refused":
        return list(answer.suggestions)[:MOST]
    query = understand(Turn(exchange.question, conversation.before(exchange.n)), engine.linker)
    asked = {_about(query)} | {_about(_read(row.question, engine)) for row in conversation.exchanges}

    def fits(question: str) -> bool:
        read = _read(question, engine)
        decision = engine.decider.decide(read, [])
        listed = read.intent != "list" or any(map(engine.linker.inside, read.mentions))
        return listed and decision.structured and not decision.hinted and _about(read) not in asked

    roles = _roles(query, exchange, engine)
    shown = [engine.linker.shown(name, script) for name in roles]
    axes = [say(f"next_{axis}", script, name=name) for axis in _AXES for name in shown]
    alone = [role for role in roles if len(roles) == 1 and engine.linker.by_name[role][0].kind == "role"]
    near = roles[1:2] or [name for role in alone for name in engine.linker.nearest_described(role, 1)]
    differ = [say("next_compare", script, name=shown[0], other=engine.linker.shown(name, script)) for name in near]
    found = list(filter(fits, axes))
    # The nearest neighbour comes second: it is what somebody who compares openings asks.
    found[1:1] = filter(fits, differ)
    return list(dict.fromkeys(found))[:MOST]


def _read(question: str, engine: Engine) -> Query:
    return understand(Turn(question), engine.linker)


def _about(query: Query) -> tuple[str, frozenset[str]]:
    """What makes two questions the same: what is asked for, and of which roles."""
    return query.intent, frozenset(mention.name for mention in query.mentions)


def _roles(query: Query, exchange: Exchange, engine: Engine) -> list[str]:
    """The roles that an exchange is about: those of the question, else the first whose passage was cited."""
    named = [mention.name for mention in query.mentions if mention.depth != "named_only"]
    cited = exchange.answer.citations[:1] if exchange.answer else ()
    homes = (engine.linker.entry_at(row.doc, row.start) for row in cited)
    return named or [canonical(home.name) for home in homes if home and home.kind != "function"]
