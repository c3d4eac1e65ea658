"""Take a question apart that asks for several things, and put the answers together again.

`Who calls the review, and what does Legal do there?` is two questions: searched as one, the passages of the one crowd out the other's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ingest.script import fold, search_form, to_script
from rag.decide import Decision
from rag.link import RoleLinker
from rag.query import Query, understand
from rag.question_words import asks
from rag.types import Hit, Message, Turn

MOST = 4
# Where one question ends and another begins, on folded text, which keeps every character's place. Behind a comma only with a word
# that goes on to something else: most commas stand between what is asked and why.
_CLAUSE = re.compile(r".+?(?:[?!。;\n]+|,\s*(?=又|再|之后|然后|接着|还有|以及|另外|and |then )|$)", re.DOTALL)


class Part(NamedTuple):
    """A question, or one of the things that it asks for: what was understood, what was retrieved, and what was decided."""

    query: Query
    hits: tuple[Hit, ...]
    decision: Decision


def clauses(question: str) -> list[str]:
    """The clauses of a question that each ask for something, every one with the clauses that lead to it.

    :param question: as asked, in any script.
    :return: at least one text; joined they are the question.
    """
    form = fold(question)
    found: list[str] = []
    lead = 0
    for match in _CLAUSE.finditer(form):
        if asks(match.group()):
            found.append(question[lead : match.end()])
            lead = match.end()
    if not found:
        return [question]
    return [*found[:-1], found[-1] + question[lead:]]


def divide(turn: Turn, linker: RoleLinker) -> list[Query]:
    """The queries of a question that asks for several things; empty when it asks for one.

    A clause that has no content of its own, such as `why?`, belongs to the one before it. Each part may point back at those before it.

    :param turn: the question and the conversation before it.
    :param linker: the role catalogue.
    """
    texts = _asked(turn.question, linker)
    if len(texts) == 1 and len(linker.sources.link(search_form(turn.question))) < 2:
        return []
    queries = []
    history = turn.history
    for text in texts:
        query = understand(Turn(text, history), linker)
        several = len(query.sources) > 1
        queries += [_of_source(query, docs, linker) for docs in query.sources] if several else [query]
        history = (*history, Message("user", query.text))
    return queries if 1 < len(queries) <= MOST else []


def _asked(question: str, linker: RoleLinker) -> list[str]:
    """The clauses of a question that ask for something of their own; what has no content belongs to the clause before it."""
    found = clauses(question)
    if len(found) == 1:
        return found
    texts: list[str] = []
    for text in found:
        own = understand(Turn(text), linker)
        if texts and not own.terms and not own.mentions and own.intent == "other":
            texts[-1] += text
        else:
            texts.append(text)
    return [text.strip() for text in texts]


def _of_source(query: Query, docs: frozenset[str], linker: RoleLinker) -> Query:
    """The same question, asked of one of the documents that it names."""
    entries = {m.name: tuple(entry for entry in m.entries if entry.doc in docs) for m in query.mentions}
    mentions = tuple(replace(m, entries=entries[m.name]) for m in query.mentions if entries[m.name])
    titles = (to_script(linker.sources.titles[doc], query.script) for doc in sorted(docs))
    return replace(query, question=" / ".join(titles), mentions=mentions, sources=(docs,))


def merge_hits(parts: Sequence[Part]) -> list[Hit]:
    """The best hits of all parts, as many as one part has; a chunk that several found counts by its best score.

    :param parts: at least one part, each with its hits.
    """
    best: dict[str, Hit] = {}
    for hit in (hit for part in parts for hit in part.hits):
        if hit.chunk.id not in best or best[hit.chunk.id].score < hit.score:
            best[hit.chunk.id] = hit
    ordered = sorted(best.values(), key=lambda hit: -hit.score)[: len(parts[0].hits)]
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1)]


def joint(parts: Sequence[Part]) -> Decision | None:
    """The decision to answer part by part, as sure as the least sure part that is answered; None where no part can be answered.

    :param parts: the parts of a question, each with its decision; of those that cannot be answered the answer says what is missing.
    """
    answered = [part.decision for part in parts if part.decision.answerable]
    if not answered:
        return None
    return Decision(
        True,
        focus=tuple({mention.name: mention for decision in answered for mention in decision.focus}.values()),
        confidence=min(decision.confidence for decision in answered),
        parts=tuple((part.query, part.decision) for part in parts),
    )


def tells_more(parts: Sequence[Part], whole: Decision) -> bool:
    """Whether some of the parts tell more than the question as a whole, when not all of them can be answered.

    What the catalogue tells of one part is surer than sentences found for all of them.

    :param parts: the parts of a question.
    :param whole: the decision on the undivided question.
    """
    return not whole.answerable or (not whole.structured and any(part.decision.structured for part in parts))
