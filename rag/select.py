"""Choose the sentences that answer a question that no single field of the catalogue answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile

from ingest.lexical import LexicalIndex
from ingest.script import fold, has_chinese, search_form
from ingest.store import Index
from ingest.tree import LIST_ITEM
from ingest.types import RoleEntry, Span
from rag.citations import sentences
from rag.cross_encoder import Read
from rag.hints import speaks_of
from rag.items import Item, same
from rag.link import Mention, RoleLinker
from rag.page import for_reader
from rag.query import Query, covered
from rag.types import Hit, language_of

MAX_SENTENCES = 8
MAX_SECTION = 8
# Among so many hits a role is looked for that another section speaks of.
SPOKEN_HITS = 5
# What speaks for a sentence: nearness in meaning (0 to 1 over the sentences that were found), the share of the question's content
# that it covers, and that it covers together with its neighbours, the score of its passage, the reader's language. Fitted on the
# dev split (133 questions, cross-validated): at four sentences and a half on average, .76 of the facts are told, and .73 by the
# weights before, which did not see the neighbours.
COVERED = 0.5
CONTEXT = 1.0
SUPPORT = 0.85
READABLE = 1.1
# When the question is who does something, a duty says more than a remark or a metric.
_ASIDE = frozenset({"note", "metrics", "deliverables"})
ASIDE_PENALTY = 0.35
# A sentence that scores this much less than the best one is left out.
KEEP_WITHIN = 0.7
# So many of the best candidates are read; what a cross-encoder's probability adds to the score of each, and how much less than the best
# one may then be kept. Chosen with an earlier cross-encoder: at the same number of sentences 3 to 4 of 100 facts more were told, on 153
# dev questions about the raw articles and on 500 about the bundled corpus and the small libraries.
CANDIDATES = 12
READS = 0.5
KEEP_READ_WITHIN = 0.9
# Headings that a sentence is read with: the last ones.
READ_HEADINGS = 2
# A section whose own heading covers this share of the question is the answer as a whole.
SECTION_COVERAGE = 0.75
SECTION_HITS = 3
SHORT_NAME = 2
# What stands between the names of a list.
_AND = "、,和与及"
# A sentence that says how many there are, or that they follow, and names none of them: what follows is the answer.
_ANNOUNCES = re.compile(
    r":$|(?:以下|如下|下面|下列)[^、。;]{0,12}(?:[:。,;]|$)|由[^、。;]{0,6}(?:块|部分|类|组|条线|方面|环节)(?:组成|构成)"
    r"|分(?:为|成|出)?[一二两三四五六七八九十\d]+(?:个|大)?(?:块|部分|类|组|种|层|方面|步|条线)[。:]?$"
    r"|[有落在为][一二两三四五六七八九十\d]+(?:个|大|项|条)?(?:部门|团队|小?组|岗位|职能|模块|板块|步骤?|阶段|环节|方面|条线|体系"
    r"|系统|要求|原则|类|种)(?:之内|之中)?[。.]?$"
    r"|\b(?:the following|as follows|listed below|these (?:two|three|four|five|six|seven|eight|nine|ten))\b"
    r"|\b(?:has|have|into|are) (?:two|three|four|five|six|seven|eight|nine|ten) (?:departments|teams|groups|functions|steps|stages|parts"
    r"|kinds|types|categories|lines|requirements)\.?$"
)
MAX_ANNOUNCED = 8
# A head at the beginning of a line that its text follows on.
_RUN_IN = re.compile(r"[\s>*#\d.、-]*(?P<head>[^:\uff1a,\uff0c。;\n]{2,16}?)\**[:\uff1a]")
# So many sentences behind it the one may stand that names them: several words with commas of a list between them.
WITHIN = 4
_ENUMERATES = re.compile(r"、[^、。;]+[、和与及]|,[^,.;]+, (?:and|or) ")


class SentenceSelector:
    """Ranks sentences of the hits and of the roles in focus.

    :param index: the generation that is quoted.
    :param linker: its role catalogue.
    :param lexical: its lexical leg, for the rarity of terms.
    :param read: the cross-encoder; None where there is none.
    """

    def __init__(self, index: Index, linker: RoleLinker, lexical: LexicalIndex, read: Read | None) -> None:
        self._read = read
        self._index = index
        self.linker = linker
        self._lexical = lexical

    @cached_property
    def _label_at(self) -> dict[tuple[str, int], str]:
        """What label the item that begins at a place stands under."""
        return {
            (entry.doc, place.start): label
            for entry in self.linker.entries
            for label, spans in entry.fields.items()
            for span in spans
            for place in (span, span.english)
            if place
        }

    def best(self, query: Query, focus: Sequence[Mention], hits: Sequence[Hit], *, read: bool = False) -> list[Item]:
        """The sentences that cover most of what is asked, best first; or a whole section whose heading is what is asked for.

        :param query: the understood question.
        :param focus: the described roles that the question names.
        :param hits: the retrieved chunks.
        :param read: let the cross-encoder, where there is one, order the best candidates anew.
        """
        if not focus and (section := self._section(query, hits)):
            return section
        near = {place: cosine for hit in hits for place, cosine in hit.cosines.items()}
        low, high = min(near.values(), default=0.0), max(near.values(), default=1.0)
        pool: dict[tuple[str, int], tuple[float, Item]] = {}

        def add(item: Item, support: float, context: str) -> None:
            key = (item.doc, item.span.start)
            score = (near.get(key, low) - low) / (high - low) if high > low else 0.0
            score += COVERED * covered(query, item.span.text, self._lexical) + SUPPORT * support
            score += CONTEXT * covered(query, context, self._lexical)
            score += READABLE * (has_chinese(item.span.text) == (query.script != "en"))
            score -= ASIDE_PENALTY * (query.intent in {"who", "duties"} and self._label_at.get(key) in _ASIDE)
            if key not in pool or pool[key][0] < score:
                pool[key] = (score, item)

        for hit in hits:
            found = self._sound_sentences(hit)
            for at, (text, start, end) in enumerate(found):
                context = "\n".join(row[0] for row in found[max(0, at - 1) : at + 2])
                add(Item(hit.chunk.doc, Span(text, start, end)), hit.score, context)
        for entry in (entry for mention in focus for entry in mention.entries):
            for span in (span for spans in entry.fields.values() for span in spans):
                add(Item(entry.doc, for_reader(span, query.script), entry), _support(entry, hits), span.text)
        ranked = sorted(pool.values(), key=lambda row: -row[0])
        if not read or self._read is None or not ranked:
            return self._with_announced(_distinct(ranked, KEEP_WITHIN))
        # What is further behind cannot be kept, however it reads.
        reach = ranked[0][0] - KEEP_READ_WITHIN - READS
        ranked = [row for row in ranked[:CANDIDATES] if row[0] >= reach]
        told = self._read(query.text, [self.reading(item) for _, item in ranked])
        ranked = [(score + READS * read_as, item) for (score, item), read_as in zip(ranked, told, strict=True)]
        return self._with_announced(_distinct(sorted(ranked, key=lambda row: -row[0]), KEEP_READ_WITHIN))

    def reading(self, item: Item) -> tuple[str, str]:
        """A sentence as it is read beside a question: its last headings, and its text."""
        home = None if item.entry else self._index.chunk_at(item.doc, item.span.start)
        above = item.entry.heading if item.entry else home.heading if home else ()
        return " > ".join(above[-READ_HEADINGS:]), item.span.text

    def reads(self, query: Query, items: Sequence[Item]) -> list[float]:
        """What the cross-encoder says of each of some sentences, 0 to 1; nothing where there is none.

        :param query: the understood question.
        :param items: the sentences that would be shown.
        """
        return self._read(query.text, [self.reading(item) for item in items]) if self._read else []

    def _with_announced(self, items: Sequence[Item]) -> list[Item]:
        """Items, each with what it announces behind it: the list that follows, or the one sentence that names them."""
        kept = {(item.doc, item.span.start): item for item in items}
        found: dict[tuple[str, int], Item] = {}
        for item in items:
            found.setdefault((item.doc, item.span.start), item)
            for other in self._announced(item):
                key = other.doc, other.span.start
                found.setdefault(key, kept.get(key, other))
        return list(found.values())[: MAX_SENTENCES + MAX_ANNOUNCED]

    def _announced(self, item: Item) -> list[Item]:
        if not _ANNOUNCES.search(search_form(item.span.text)):
            return []
        home = self._index.chunk_at(item.doc, item.span.start)
        if home is None:
            return []
        text = self._index.text(item.doc)
        behind = [
            row
            for chunk in self._index.chunks_in(item.doc, home.passage.start, home.passage.end)
            if chunk.heading == home.heading
            for row in sentences(chunk, names=True)
            if row[1] >= item.span.end and self._index.is_sound(item.doc, row[1], row[2])
        ]
        listed = list(takewhile(lambda row: _listed(text, row[1]), behind[:MAX_ANNOUNCED]))
        naming = next((row for row in behind[:WITHIN] if _ENUMERATES.search(fold(row[0]))), None)
        entry = item.entry or self.linker.entry_at(item.doc, item.span.start)
        return [Item(item.doc, Span(*row), entry) for row in listed or ([naming] if naming else behind[:1])]

    def own_text(self, mentions: Sequence[Mention]) -> str:
        """All that documents say under the headings of some roles, as one text.

        :param mentions: the described roles.
        """
        entries = {(entry.doc, entry.start, entry.end) for mention in mentions for entry in mention.entries}
        return "\n".join(self._index.text(doc)[start:end] for doc, start, end in sorted(entries))

    def naming(self, mentions: Sequence[Mention], items: Sequence[Item], *, alone: bool) -> bool:
        """Whether a sentence, its heading path or the head of its line names one of some roles: what others do tells nothing of these.

        :param mentions: roles that the sources only name. A name of two characters, such as 销售, says what is done as often as who does it.
        :param items: the sentences that would be shown.
        :param alone: not only among others, as in `协调主播、助播、运营团队`, which tells the work of none of them.
        """
        names = [
            search_form(name) for mention in mentions for name in (mention.name, *(e.name for e in mention.entries))
        ]
        if min(map(len, names)) <= SHORT_NAME and not alone:
            return True
        homes = [(item, self._index.chunk_at(item.doc, item.span.start)) for item in items]
        told = [
            search_form(" ".join((*(home.heading if home else ()), self._run_in(item), item.span.text)))
            for item, home in homes
        ]
        name = "|".join(map(re.escape, names))
        named = re.compile(f"(?<![{_AND}])(?:{name})(?![{_AND}])" if alone else name)
        return any(named.search(text) for text in told)

    def _run_in(self, item: Item) -> str:
        """The head that the line of an item begins with, such as `店铺运营` in `店铺运营:管三个平台的旗舰店。考核三个数。`; else nothing."""
        text = self._index.text(item.doc)
        match = _RUN_IN.match(text, text.rfind("\n", 0, item.span.start) + 1)
        return match.group("head") if match and match.end() <= item.span.start else ""

    def telling(self, mention: Mention, values: Sequence[re.Pattern[str]], hits: Sequence[Hit]) -> tuple[Item, ...]:
        """Sentences under a role's own headings that hold one of some values, such as an amount of pay, in reading order.

        :param mention: the role.
        :param values: what a sentence must match in search form (`rag.kinds`).
        :param hits: the retrieved chunks.
        """
        found = [
            (entry.doc, start, Item(entry.doc, Span(text, start, end), entry))
            for hit in hits
            for entry in mention.entries
            if entry.doc == hit.chunk.doc
            for text, start, end in self._sound_sentences(hit)
            if entry.start <= start < entry.end and any(value.search(search_form(text)) for value in values)
        ]
        kept = {(doc, start): item for doc, start, item in sorted(found, key=lambda row: row[:2])}
        return tuple(kept.values())[:MAX_SENTENCES]

    def home_of(self, mention: Mention) -> tuple[Item, ...]:
        """Where the sources place a role: the name of its department in each document, the fullest description first.

        :param mention: the role.
        """
        found: dict[str, Item] = {}
        for entry in mention.entries:
            name = entry.department or ""
            at = self._index.text(entry.doc).rfind(name, 0, entry.start + 1) if name else -1
            if at >= 0 and self._index.is_sound(entry.doc, at, at + len(name)):
                found.setdefault(entry.doc, Item(entry.doc, Span(name, at, at + len(name)), entry))
        return tuple(found.values())

    def speaking_of(self, mention: Mention, what: str, hits: Sequence[Hit]) -> tuple[Item, ...]:
        """Sentences about a role outside its own entries that speak of something, such as its skills, best first.

        :param mention: the role, which the sentence or its heading path names.
        :param what: what is asked for, such as `skills`.
        :param hits: the retrieved chunks.
        """
        names = [search_form(name) for name in (mention.name, *(entry.name for entry in mention.entries))]
        found = [
            Item(hit.chunk.doc, Span(text, start, end))
            for hit in hits[:SPOKEN_HITS]
            for text, start, end in self._sound_sentences(hit)
            if speaks_of(what, text)
            and any(name in search_form(" ".join((*hit.chunk.heading, text))) for name in names)
        ]
        return tuple(found[:MAX_SENTENCES])

    def _sound_sentences(self, hit: Hit) -> list[tuple[str, int, int]]:
        """The sentences of a hit that may be quoted: none that holds a damaged place."""
        doc = hit.chunk.doc
        return [
            (text, start, end) for text, start, end in sentences(hit.chunk) if self._index.is_sound(doc, start, end)
        ]

    def _section(self, query: Query, hits: Sequence[Hit]) -> list[Item]:
        if len(query.terms) < 2:
            return []
        for hit in hits[:SECTION_HITS]:
            heading = hit.chunk.heading[-1] if hit.chunk.heading else ""
            if (
                hit.chunk.language == language_of(query.script)
                and covered(query, heading, self._lexical) >= SECTION_COVERAGE
            ):
                told = (row[0] for near in hits[:SECTION_HITS] for row in self._sound_sentences(near))
                # A sentence that covers as much says it more directly.
                if any(covered(query, text, self._lexical) >= SECTION_COVERAGE for text in told):
                    return []
                found = [Item(hit.chunk.doc, Span(*row)) for row in self._sound_sentences(hit)]
                return [item for item in found if has_chinese(item.span.text) == (query.script != "en")][:MAX_SECTION]
        return []


def _listed(text: str, start: int) -> bool:
    """Whether what begins at a place of a text is an item of a list."""
    return LIST_ITEM.match(text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0]) is not None


def _support(entry: RoleEntry, hits: Sequence[Hit]) -> float:
    """The score of the best passage under an entry's heading, 0 where none was found."""
    inside = (h.score for h in hits if h.chunk.doc == entry.doc and entry.start <= h.chunk.start < entry.end)
    return max(inside, default=0.0)


def _distinct(ranked: Sequence[tuple[float, Item]], within: float) -> list[Item]:
    """The best items that score at most so much less than the best one, nothing said twice."""
    kept: list[Item] = []
    for score, item in ranked:
        if score < ranked[0][0] - within or len(kept) == MAX_SENTENCES:
            break
        if not any(same(item.span.text, other.span.text) for other in kept):
            kept.append(item)
    return kept
