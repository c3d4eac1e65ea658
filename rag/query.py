"""Understand a question: its script, what it asks for, whom it is about, and what is left of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

from ingest.lexical import LexicalIndex, stem, tokenize
from ingest.script import Script, detect_script, fold, has_chinese, search_form
from rag.formal import formal, in_chinese, phrases_in_chinese
from rag.intents import Intent, likely, masked
from rag.link import Mention, RoleLinker
from rag.spelling import Speller
from rag.types import Turn


@dataclass(frozen=True)
class _Wording:
    """How questions are asked (`questions.yaml`), compiled."""

    intents: tuple[tuple[Intent, re.Pattern[str]], ...]
    filler: re.Pattern[str]
    words: frozenset[str]
    stop_stems: frozenset[str]
    assistant: re.Pattern[str]
    drafting: re.Pattern[str]
    asking: re.Pattern[str]
    speller: Speller

    def without_filler(self, form: str) -> str:
        """A folded text without the words that carry no content."""
        return self.filler.sub(lambda match: match.group() if match.group() in self.words else " ", form)


@cache
def _wording() -> _Wording:
    import yaml

    data = yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text(encoding="utf-8"))
    words = frozenset(word for row in data["words"] for word in row)
    filler = sorted({*words, *(word for row in data["filler"] for word in row)}, key=len, reverse=True)
    return _Wording(
        # Two ways of asking for the one who does something.
        intents=tuple(
            (cast(Intent, name.removesuffix("_is")), re.compile("|".join(patterns)))
            for name, patterns in data["intents"].items()
        ),
        filler=re.compile("|".join([*map(re.escape, filler), *data["filler_patterns"]])),
        words=words,
        stop_stems=frozenset(map(stem, data["english"].split())),
        assistant=re.compile("|".join(data["assistant"])),
        drafting=re.compile("|".join(data["drafting"])),
        asking=re.compile("|".join(data["asking"])),
        speller=Speller(data["spelt"]),
    )


# From which probability on a question is taken to ask for all of what it was read to ask for, and for a single fact; of other writers'
# questions two of a hundred such readings are wrong.
SURE, SURELY_ONE = 0.6, 0.8
# A question with no more content than this, in a conversation, goes on with what was asked before.
ELLIPTIC = 3
_PRONOUN = re.compile(
    r"^那|它|他|她|这个(?:岗位|部门|职位|角色|团队|组)|该(?:岗位|部门|职位)|那(?:么)?.{0,12}呢|前者|后者|呢[?？]?$|\b(?:it|its|they|their|them|that role|this role|those)\b|what about|how about"
)


# Where in a list a question points; -1 is its end.
_PLACES = {
    "一": 0,
    "1": 0,
    "二": 1,
    "2": 1,
    "三": 2,
    "3": 2,
    "四": 3,
    "4": 3,
    "五": 4,
    "5": 4,
    "最后一": -1,
    "最后那": -1,
}
_PLACES |= {"前者": 0, "后者": -1, "first": 0, "second": 1, "third": 2, "last": -1, "former": 0, "latter": -1}
_PLACE = re.compile(
    r"第?(?P<nth>(?<=第)[一二三四五1-5]|最后[一那])(?:个|位|项|种|类|名|组|块)|(?P<of_two>前者|后者)"
    r"|\bthe (?:(?P<nth_en>first|second|third|last)|(?P<of_two_en>former|latter))\b"
)
# A question that asks the same of another role; no condition, as in `人多了以后呢?`.
_SAME_OF = re.compile(
    r"(?:那么?|还有|至于)?(?P<other>[^,。?\s]{2,8}?)(?:的?人|那边|这边|方面|的)?(?<![后时话多了])呢(?:[?,。]+(?:也|一样|同样).*)?\??"
    r"|(?:(?:and )?(?:what|how) about|and)(?: the| an?)? (?P<english>[a-z][a-z -]{2,30})\?"
)
# A sentence of a question; what stands before a colon may be small talk or instructions.
_SENTENCE = re.compile(r".+?(?:[?!。;:\n]+|\.(?=\s)|$)", re.DOTALL)
# What stands between a department and a role of it.
_OF_IT = re.compile(r"(?:部门?|团队)?(?:底下|下面|里面?|内|下属?|旗下|中|当中)?的?\s*[「『“\"《]?|'s\s+|\s+")
# The same where it says nothing else than that the role is inside, whether or not the sources place it there.
_INSIDE = re.compile(r"(?:部门?|团队)?(?:底下|下面|里面?|下属|旗下|当中)的?\s*[「『“\"《]?")


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
        stripped = _wording().without_filler(formal(search_form(self.searched)))
        names = [mention.name for mention in self.mentions if self.script == "en"]
        return " ".join([stripped if tokenize(stripped) else self.searched, *names, *self.translated])

    @property
    def docs(self) -> frozenset[str]:
        """The documents that are named, of which alone the question is; empty for the whole library."""
        return frozenset().union(*self.sources)


def asks(form: str) -> bool:
    """Whether a clause asks for something.

    :param form: its folded text.
    """
    return _wording().asking.search(form) is not None


def _without_lead(question: str, linker: RoleLinker) -> str:
    """A question from the first sentence on that asks for something, where that names whom, or asks who does something, and names all
    documents that the question does; else all of it.

    Those before tell about the asker or give instructions: `我学的是市场营销。……内容运营平时做什么?` asks nothing of marketing.
    """
    sentences = _SENTENCE.finditer(fold(question))
    first = next((match.start() for match in sentences if "?" in match.group() or asks(match.group())), 0)
    asked = question[first:].lstrip(" \n….。").rstrip()
    form = search_form(asked)
    intent, probability = likely(form)
    alone = linker.link(asked) or (intent == "who" and probability >= SURE)
    if not first or not alone or _PRONOUN.search(form):
        return question
    every, kept = (linker.sources.link(search_form(text)) for text in (question, asked))
    return asked if len(kept) == len(every) else question


def _intent(form: str) -> Intent:
    return next((intent for intent, pattern in _wording().intents if pattern.search(form)), "other")


def content_terms(form: str) -> tuple[str, ...]:
    """BM25 terms of a folded text that carry content: Latin words outside the stop list, Chinese pairs, lone characters.

    :param form: text in `search_form`.
    """
    kept: list[str] = []
    for part in _wording().without_filler(form).split():
        terms = [
            term
            for term in tokenize(part)
            if term not in _wording().stop_stems and not (term.isascii() and len(term) == 1)
        ]
        pairs = [term for term in terms if len(term) > 1]
        kept.extend(pairs or terms)
    return tuple(dict.fromkeys(kept))


def _asked_for(form: str, mentions: Sequence[Mention], names: Iterable[tuple[int, int]]) -> tuple[Intent, bool | None]:
    """What a folded question asks for, and whether for all of that; by its words alone where the learned reading is not sure."""
    intent, probability = likely(masked(form, names))
    if probability >= SURE and intent != "other" and (intent != "compare" or len(mentions) > 1):
        return intent, True
    worded = _intent(form)
    if worded == "compare" and len(mentions) < 2:
        worded = next((i for i, pattern in _wording().intents[1:] if pattern.search(form)), "other")
    return worded, False if intent == "other" and probability >= SURELY_ONE else None


def _pointed_at(turn: Turn, linker: RoleLinker) -> str | None:
    """The role that a question points at by its place: 第二个 in the answer before it, 前者 in the question before it."""
    match = _PLACE.search(search_form(turn.question))
    if not match or not turn.history:
        return None
    asked = turn.asked_before[:1]
    told = [message.content for message in turn.history if message.role == "assistant"][-1:]
    named = [mention.name for text in asked for mention in linker.link(text)]
    listed = [mention.name for text in told for mention in linker.link(text) if mention.name not in named]
    of_two = match.group("of_two") or match.group("of_two_en")
    names = named if of_two else listed
    place = _PLACES[of_two or match.group("nth") or match.group("nth_en")]
    return names[place] if -len(names) <= place < len(names) else None


def _standalone(turn: Turn, linker: RoleLinker) -> str:
    """Put the role that the conversation is about in front of a follow-up question that names none."""
    if name := _pointed_at(turn, linker):
        return f"{name} {turn.question}"
    form = search_form(turn.question)
    if (other := _SAME_OF.fullmatch(form)) and (same := _same_of(turn, other["other"] or other["english"], linker)):
        return same
    names_it = linker.link(turn.question) and not re.search(r"前者|后者|另一个", turn.question)
    if whom := _compared_with(turn, form, linker) or (turn.question if names_it else None):
        return whom
    intent = _intent(form)
    content = content_terms(_rest(form, (), intent))
    points_back = bool(_PRONOUN.search(form)) or not content
    # Who does something asks for the role itself, so no role is left out of it.
    if not points_back and (len(content) > ELLIPTIC or intent == "who"):
        return turn.question
    asked = turn.asked_before
    for question in asked if points_back else []:
        if mentions := linker.link(question):
            return f"{' '.join(mention.name for mention in mentions)} {turn.question}"
    # A conversation about no role: the question before is what this one goes on with.
    return f"{asked[0]} {turn.question}" if asked else turn.question


def _compared_with(turn: Turn, form: str, linker: RoleLinker) -> str | None:
    """A question how one role differs from the one asked about before, with both: `那产品专员呢,跟它一样不?`. None for any other.

    :param form: the question in `search_form`.
    """
    named = linker.link(turn.question)
    if len(named) != 1 or _intent(form) != "compare" or not _PRONOUN.search(form):
        return None
    before = linker.link(next(iter(turn.asked_before), ""))
    other = [mention.name for mention in before if mention.name != named[0].name]
    return f"{other[0]} {turn.question}" if len(other) == 1 else None


def _same_of(turn: Turn, other: str, linker: RoleLinker) -> str | None:
    """The question before, asked of another role: `运营的人呢?` behind `上线以后市场的人做什么?`. None where it names none, or it is not known in whose place.

    :param other: the words for the other role.
    """
    before = search_form(next(iter(turn.asked_before), ""))
    mentions, named = linker.link(before), linker.link(other)
    if not before or not named or named[0].name in {mention.name for mention in mentions}:
        return None
    if len(mentions) == 1:
        # In the language of the question before, since it is read as one.
        name = other if has_chinese(other) == has_chinese(before) else named[0].name
        return before[: mentions[0].start] + name + before[mentions[0].end :]
    return None if mentions else f"{before} {turn.question}"


def _named(form: str, mentions: Sequence[Mention], linker: RoleLinker) -> list[tuple[int, int]]:
    """Where a folded question names what it mentions: a name that is said twice has two places."""
    names = {mention.name for mention in mentions}
    found = [(mention.start, mention.end) for mention in mentions]
    for place in linker.places(form):
        if place.name in names and all(place.end <= start or end <= place.start for start, end in found):
            found.append((place.start, place.end))
    return found


def _rest(form: str, names: Iterable[tuple[int, int]], intent: Intent) -> str:
    """A question without the names it mentions and the words of its intent.

    Where one clause names a role and says what is asked of it, the clauses around it are small talk or instructions.

    :param names: where they begin and end.
    """
    rest = form
    for start, end in sorted(names, reverse=True):
        rest = rest[:start] + "\0" + rest[end:]
    pattern = dict(_wording().intents).get(intent)
    asking = [
        clause for clause in re.split(r"[,;:。!?]", rest) if "\0" in clause and pattern and pattern.search(clause)
    ]
    rest = (asking[0] if asking else rest).replace("\0", " ")
    for _, words in _wording().intents:
        rest = words.sub(" ", rest)
    return rest


def _mended(turn: Turn, linker: RoleLinker) -> Turn:
    """The same turn with misspelt names and question words put right."""
    form = search_form(turn.question)
    mended = linker.speller.mend(_wording().speller.mend(form))
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
            if not own and _INSIDE.fullmatch(form, kept[-1].end, mention.start):
                kept[-1] = replace(mention, start=kept[-1].start)
                continue
            if own:
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


def _intent_before(turn: Turn) -> Intent:
    """What the question before asked for: `那售前客服呢?` asks for the same of another role."""
    before = next(iter(turn.asked_before), "")
    intent = _intent(search_form(before))
    return "other" if intent in {"compare", "who"} else intent


def understand(turn: Turn, linker: RoleLinker) -> Query:
    """Read a question in the light of the conversation and the role catalogue.

    :param turn: the question and the conversation before it.
    :param linker: the role catalogue.
    """
    asked, turn = turn.question, _mended(replace(turn, question=_without_lead(turn.question, linker)), linker)
    text = _standalone(turn, linker)
    form, sources = _without_sources(search_form(text), linker)
    mentions = _innermost(form, [_inside(mention, sources) for mention in _linked(form, linker)], linker)
    names = _named(form, mentions, linker)
    intent, whole = _asked_for(form, mentions, names)
    rest = _rest(form, names, intent)
    if intent == "other" and whole is None and mentions and not content_terms(rest):
        intent = _intent_before(turn)
    if text != turn.question:
        # What the question itself adds is what a passage must cover.
        own, _ = _without_sources(search_form(turn.question), linker)
        added = _rest(own, _named(own, linker.link(own), linker), intent)
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
    return not query.mentions and _wording().assistant.fullmatch(message) is not None


def to_draft(query: Query) -> bool:
    """Whether a message asks for a job description to be written, and nothing of the documents.

    :param query: the understood question.
    """
    message = search_form(query.question).strip(" ,。.!?~")
    for mention in sorted(query.mentions, key=lambda mention: -len(mention.name)):
        spelt = search_form(query.searched)[mention.start : mention.end]
        message = message.replace(spelt, "X")
    return _wording().drafting.fullmatch(message) is not None


def covered(query: Query, text: str, lexical: LexicalIndex) -> float:
    """The share of a question's content that a text covers, 0 to 1, in the language in which it covers more of it.

    :param query: the understood question; one without content is covered by everything.
    :param text: any text.
    :param lexical: for the rarity of terms.
    """
    vocabularies = filter(None, (query.terms, query.translated))
    return max((lexical.coverage(terms, text) for terms in vocabularies), default=1.0)
