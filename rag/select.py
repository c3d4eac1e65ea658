"""Choose the sentences that answer a question that no single field of the catalogue answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ingest.lexical import LexicalIndex
from ingest.script import has_chinese, search_form
from ingest.store import Index
from ingest.types import RoleEntry, Span
from rag.citations import sentences
from rag.decide import Decision, coverage
from rag.items import Item, same
from rag.link import RoleLinker, aliases_of
from rag.page import for_reader
from rag.query import Query
from rag.types import Hit, language_of

MAX_SENTENCES = 4
MAX_SECTION = 8
# A sentence is kept when it scores at least this share of the best one.
KEEP = 0.6
# What nearness in meaning adds: nothing at this cosine, this much for .1 above it.
COSINE_ZERO = 0.83
COSINE_WEIGHT = 0.6
# What the heading path above a sentence, and the rank of its passage, add to what the sentence itself covers.
CONTEXT = 0.3
SUPPORT = 0.3
# A bare name such as a deliverable explains little; a whole sentence is preferred.
SHORT = 10
SHORT_PENALTY = 0.5
# When the question is who does something, a duty says more than a remark or a metric.
_ASIDE = frozenset({"note", "metrics", "deliverables"})
ASIDE_PENALTY = 0.3
# A question about a role is seldom answered by a sentence that neither belongs to the role nor names it.
OFF_FOCUS_PENALTY = 0.5
# A question for a quantity wants a sentence with a number.
QUANTITY_BONUS = 0.3
_QUANTITY = re.compile(r"多久|多长|多快|多少|几(?:轮|次|天|个|小时|种|步)|how (?:long|many|much|fast|often)")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十两](?:轮|次|天|个|小时|种|步|分)|\b(?:one|two|three|four|five|six)\b")
# A section whose own heading covers this share of the question is the answer as a whole.
SECTION_COVERAGE = 0.75
SECTION_HITS = 3


class SentenceSelector:
    """Ranks sentences of the hits and of the roles in focus.

    :param index: the generation that is quoted.
    :param linker: its role catalogue.
    :param lexical: its lexical leg, for the rarity of terms.
    """

    def __init__(self, index: Index, linker: RoleLinker, lexical: LexicalIndex) -> None:
        self._index = index
        self._linker = linker
        self._lexical = lexical

    def entry_at(self, doc: str, start: int) -> RoleEntry | None:
        """The innermost catalogue entry around a place in a document."""
        inside = [entry for entry in self._linker.entries if entry.doc == doc and entry.start <= start < entry.end]
        return max(inside, key=lambda entry: entry.start, default=None)

    @cached_property
    def _label_at(self) -> dict[tuple[str, int], str]:
        """What label the item that begins at a place stands under."""
        return {
            (entry.doc, place.start): label
            for entry in self._linker.entries
            for label, spans in entry.fields.items()
            for span in spans
            for place in (span, span.english)
            if place
        }

    def best(self, query: Query, decision: Decision, hits: Sequence[Hit]) -> list[Item]:
        """The sentences that cover most of what is asked, best first; or a whole section whose heading is what is asked for.

        :param query: the understood question.
        :param decision: gives the roles in focus.
        :param hits: the retrieved chunks.
        """
        if section := self._section(query, decision, hits):
            return section
        pool: dict[tuple[str, int], tuple[float, Item]] = {}

        near = {(hit.chunk.doc, start): cosine for hit in hits for start, cosine in hit.near}

        def add(item: Item, context: str, support: float) -> None:
            cosine = near.get((item.doc, item.span.start), COSINE_ZERO)
            meaning = max(0.0, cosine - COSINE_ZERO) / 0.1
            if decision.by_meaning:  # words have nothing to say here
                aside = self._label_at.get((item.doc, item.span.start)) in _ASIDE
                covered = coverage(query.terms, item.span.text, self._lexical)
                score = meaning + covered + 0.1 * support - ASIDE_PENALTY * aside
            else:
                score = self._score(query, decision, item, context) + SUPPORT * support + COSINE_WEIGHT * meaning
            key = (item.doc, item.span.start)
            if key not in pool or pool[key][0] < score:
                pool[key] = (score, item)

        for hit in hits:
            readable = hit.chunk.language == language_of(query.script)
            for text, start, end in self._sound_sentences(hit):
                add(
                    Item(hit.chunk.doc, Span(text, start, end)),
                    " ".join(hit.chunk.heading),
                    hit.score if readable else hit.score / 2,
                )
        for entry in (entry for mention in decision.focus for entry in mention.entries):
            context = " ".join([*entry.heading, entry.english_name or ""])
            for span in (span for spans in entry.fields.values() for span in spans):
                add(Item(entry.doc, for_reader(span, query), entry), context, 1.0)
        return _distinct(sorted(pool.values(), key=lambda row: -row[0]))

    def _sound_sentences(self, hit: Hit) -> list[tuple[str, int, int]]:
        """The sentences of a hit that may be quoted: none that holds a damaged place."""
        doc = hit.chunk.doc
        return [
            (text, start, end) for text, start, end in sentences(hit.chunk) if self._index.is_sound(doc, start, end)
        ]

    def _section(self, query: Query, decision: Decision, hits: Sequence[Hit]) -> list[Item]:
        if decision.focus or len(query.terms) < 2:
            return []
        for hit in hits[:SECTION_HITS]:
            heading = hit.chunk.heading[-1] if hit.chunk.heading else ""
            if (
                hit.chunk.language == language_of(query.script)
                and coverage(query.terms, heading, self._lexical) >= SECTION_COVERAGE
            ):
                found = [Item(hit.chunk.doc, Span(*row)) for row in self._sound_sentences(hit)]
                return [item for item in found if has_chinese(item.span.text) == (query.script != "en")][:MAX_SECTION]
        return []

    def _score(self, query: Query, decision: Decision, item: Item, context: str) -> float:
        text = item.span.text
        score = coverage(query.terms, text, self._lexical)
        score += CONTEXT * coverage(query.terms, context, self._lexical) if query.terms else 0.0
        score -= SHORT_PENALTY * (len(text) < SHORT)
        if query.intent in {"who", "duties"} and self._label_at.get((item.doc, item.span.start)) in _ASIDE:
            score -= ASIDE_PENALTY
        if _QUANTITY.search(search_form(query.text)) and _NUMBER.search(text):
            score += QUANTITY_BONUS
        if decision.focus and item.entry is None and not self._in_focus(decision, item):
            score -= OFF_FOCUS_PENALTY
        return score

    def _in_focus(self, decision: Decision, item: Item) -> bool:
        """Whether a sentence belongs to a role in focus, or names one."""
        form = search_form(item.span.text)
        for mention in decision.focus:
            if any(entry.doc == item.doc and entry.start <= item.span.start < entry.end for entry in mention.entries):
                return True
            if any(search_form(name) in form for name in (mention.name, *aliases_of(mention.name))):
                return True
        return False


def _distinct(ranked: Sequence[tuple[float, Item]]) -> list[Item]:
    """The best items down to a share of the best score, nothing said twice."""
    kept: list[Item] = []
    for score, item in ranked:
        if score < KEEP * ranked[0][0] or len(kept) == MAX_SENTENCES:
            break
        if not any(same(item.span.text, other.span.text) for other in kept):
            kept.append(item)
    return kept
