"""Understand a question: its script, what it asks for, whom it is about, and what is left of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.lexical import LexicalIndex, tokenize
from ingest.script import Script, detect_script, fold, has_chinese, search_form
from rag.followup import POINTS_BACK, intent_before, standalone
from rag.formal import formal, in_chinese, phrases_in_chinese
from rag.intents import Intent, likely, masked
from rag.link import Mention, RoleLinker
from rag.question_words import asks, content_terms, rest_of, worded_intent, wording
from rag.types import Turn

# From which probability on a question is taken to ask for all of what it was read to ask for, and for a single fact; of other writers'
# questions two of a hundred such readings are wrong.
SURE, SURELY_ONE = 0.6, 0.8
# A sentence of a question; what stands before a colon may be small talk or instructions.
_SENTENCE = re.compile(r".+?(?:[?!。;:\n]+|\.(?=\s)|$)", re.DOTALL)
# What stands between a department and a role of it.
_OF_IT = re.compile(r"(?:部门?|团队)?(?:底下|下面|里面?|内|下属?|旗下|中|当中)?的?\s*[「『“\"《]?|'s\s+|\s+")
# The same where it says nothing else than that the role is inside, whether or not the sources place it there.
INSIDE = re.compile(r"(?:部门?|团队)?(?:底下|下面|里面?|下属|旗下|当中)的?\s*[「『“\"《]?")


@dataclass(frozen=True)
class Query:
    """An understood question.

    :param question: as asked.
    :param text: made standalone with the help of the conversation.
    :param script: the asker's script.
    :param intent: what kind of thing is asked for.
    :param mentions: the roles and departments it names, in order.
    :param whole: it surely asks for all of that, and for nothing in particular; False when it surely asks for a single fact, in whatever
        words; None when that is not sure.
    :param terms: BM25 terms that are left when names, question words and intent words are taken out, everyday words put into
        formal ones.
    :param own_terms: the same in the asker's own words.
    :param translated: for an English question the same in Chinese, as far as the glossary knows it.
    :param sources: for every document that it names (七个核心部门那份资料) the documents that may be meant.
    :param searched: `text` without the names of documents: what is searched for.
    """

    question: str
    text: str
    script: Script
    intent: Intent
    mentions: tuple[Mention, ...]
    whole: bool | None
    terms: tuple[str, ...]
    own_terms: tuple[str, ...] = ()
    translated: tuple[str, ...] = ()
    sources: tuple[frozenset[str], ...] = ()
    searched: str = ""

    @property
    def search_text(self) -> str:
        """The question without question words: what the lexical leg is asked."""
        stripped = wording().without_filler(formal(search_form(self.searched)))
        names = [mention.name for mention in self.mentions if self.script == "en"]
        return " ".join([stripped if tokenize(stripped) else self.searched, *names, *self.translated])

    @property
    def docs(self) -> frozenset[str]:
        """The documents that are named, of which alone the question is; empty for the whole library."""
        return frozenset().union(*self.sources)


def _without_lead(question: str, linker: RoleLinker) -> str:
    """A question from the first sentence on that asks for something, where that names whom, or asks who does something, and names all
    documents that the question does; else all of it.

    Those before tell about the asker or give instructions: `我学的是市场营销。……内容运营平时做什么?` asks nothing of marketing.
    """
    sentences = _SENTENCE.finditer(fold(question))
    first = next((match.start() for match in sentences if "?" in match.group() or asks(match.group())), 0)
    if not first:
        return question
    asked = question[first:].lstrip(" \n….。").rstrip()
    form = search_form(asked)
    intent, probability = likely(form)
    alone = linker.link(asked) or (intent == "who" and probability >= SURE)
    if not alone or POINTS_BACK.search(form):
        return question
    every, kept = (linker.sources.link(search_form(text)) for text in (question, asked))
    return asked if len(kept) == len(every) else question


def _asked_for(form: str, mentions: Sequence[Mention], names: Iterable[tuple[int, int]]) -> tuple[Intent, bool | None]:
    """What a folded question asks for, and whether for all of that; by its words alone where the learned reading is not sure."""
    intent, probability = likely(masked(form, names))
    if probability >= SURE and intent != "other" and (intent != "compare" or len(mentions) > 1):
        return intent, True
    worded = worded_intent(form)
    if worded == "compare" and len(mentions) < 2:
        worded = next((i for i, pattern in wording().intents[1:] if pattern.search(form)), "other")
    return worded, False if intent == "other" and probability >= SURELY_ONE else None


def _named(form: str, mentions: Sequence[Mention], linker: RoleLinker) -> list[tuple[int, int]]:
    """Where a folded question names what it mentions: a name that is said twice has two places."""
    names = {mention.name for mention in mentions}
    found = [(mention.start, mention.end) for mention in mentions]
    for place in linker.places(form):
        if place.name in names and all(place.end <= start or end <= place.start for start, end in found):
            found.append((place.start, place.end))
    return found


def _mended(turn: Turn, linker: RoleLinker) -> Turn:
    """The same turn with misspelt names and question words put right."""
    form = search_form(turn.question)
    mended = linker.speller.mend(wording().speller.mend(form))
    return turn if mended == form else replace(turn, question=mended)


def _without_sources(form: str, linker: RoleLinker) -> tuple[str, tuple[frozenset[str], ...]]:
    """A folded question with the names of documents blanked, and the documents."""
    found = linker.sources.link(form)
    for mention in found:
        form = form[: mention.start] + " " * (mention.end - mention.start) + form[mention.end :]
    return form, tuple(mention.docs for mention in found)


def _inside(mention: Mention, sources: Sequence[frozenset[str]]) -> Mention:
    """What the named documents say of a role, where they speak of it; all that is said of it, where they do not."""
    inside = tuple(entry for entry in mention.entries if any(entry.doc in docs for docs in sources))
    return replace(mention, entries=inside) if inside else mention


def _innermost(form: str, mentions: Sequence[Mention], linker: RoleLinker) -> list[Mention]:
    """The mentions without a department that only says where the next one is, as 市场部 in `市场部的推广经理`.

    What such a role is in other departments is not asked for, unless the department's own is only named.
    """
    kept: list[Mention] = []
    for mention in mentions:
        if kept and _OF_IT.fullmatch(form, kept[-1].end, mention.start):
            placed = {(entry.doc, entry.start) for entry in linker.inside(kept[-1])}
            own = tuple(entry for entry in mention.entries if (entry.doc, entry.start) in placed)
            if own or INSIDE.fullmatch(form, kept[-1].end, mention.start):
                told = own if any(entry.depth != "named_only" for entry in own) else mention.entries
                kept[-1] = replace(mention, entries=told, start=kept[-1].start)
                continue
        kept.append(mention)
    return kept


def _linked(form: str, linker: RoleLinker) -> list[Mention]:
    """The roles that a folded text names: in English by an English title, or by words that stand for a name; the longer wins."""
    found = linker.link(form)
    if has_chinese(form):
        return found
    phrases = ((phrase, linker.link(phrase.chinese)) for phrase in phrases_in_chinese(form))
    # The last word says what it is: 客服 培训 is no 客服.
    put_together = [
        replace(mentions[-1], start=phrase.start, end=phrase.end)
        for phrase, mentions in phrases
        if mentions and mentions[-1].end == len(phrase.chinese)
    ]
    longest: list[Mention] = []
    for mention in sorted([*found, *put_together], key=lambda m: m.start - m.end):
        if all(mention.name != m.name and (mention.end <= m.start or m.end <= mention.start) for m in longest):
            longest.append(mention)
    return sorted(longest, key=lambda mention: mention.start)


def understand(turn: Turn, linker: RoleLinker) -> Query:
    """Read a question in the light of the conversation and the role catalogue.

    :param turn: the question and the conversation before it.
    :param linker: the role catalogue.
    """
    asked, turn = turn.question, _mended(replace(turn, question=_without_lead(turn.question, linker)), linker)
    text = standalone(turn, linker)
    form, sources = _without_sources(search_form(text), linker)
    mentions = _innermost(form, [_inside(mention, sources) for mention in _linked(form, linker)], linker)
    names = _named(form, mentions, linker)
    intent, whole = _asked_for(form, mentions, names)
    rest = rest_of(form, names, intent)
    if intent == "other" and whole is None and mentions and not content_terms(rest):
        intent = intent_before(turn)
    if text != turn.question:
        # What the question itself adds is what a passage must cover.
        own, _ = _without_sources(search_form(turn.question), linker)
        added = rest_of(own, _named(own, linker.link(own), linker), intent)
        rest = added if content_terms(added) or mentions else rest
        # Whoever was asked about before need not be the one: 那个管考核的组呢?
        whole = None if whole and content_terms(added) and not linker.link(own) else whole
    script = detect_script(asked)
    chinese, left = in_chinese(rest) if script == "en" else ("", rest)
    translated = content_terms(chinese)
    return Query(
        question=asked,
        text=text,
        script=script,
        intent=intent,
        mentions=tuple(mentions),
        whole=whole,
        terms=content_terms(formal(rest)),
        own_terms=(*content_terms(left), *translated),
        translated=translated,
        sources=sources,
        searched=form if sources else text,
    )


def to_assistant(query: Query) -> bool:
    """Whether a message is to the assistant itself, such as a greeting or `你能做什么?`, and asks nothing of the documents.

    :param query: the understood question.
    """
    message = search_form(query.question).strip(" ,。.!?~")
    return not query.mentions and wording().assistant.fullmatch(message) is not None


def to_draft(query: Query) -> bool:
    """Whether a message asks for a job description to be written, and nothing of the documents.

    :param query: the understood question.
    """
    message = search_form(query.question).strip(" ,。.!?~")
    for mention in sorted(query.mentions, key=lambda mention: -len(mention.name)):
        spelt = search_form(query.searched)[mention.start : mention.end]
        message = message.replace(spelt, "X")
    return wording().drafting.fullmatch(message) is not None


def covered(query: Query, text: str, lexical: LexicalIndex) -> float:
    """The share of a question's content that a text covers, 0 to 1, in the language in which it covers more of it.

    :param query: the understood question; one without content is covered by everything.
    :param text: any text.
    :param lexical: for the rarity of terms.
    """
    vocabularies = filter(None, (query.terms, query.translated))
    return max((lexical.coverage(terms, text) for terms in vocabularies), default=1.0)
