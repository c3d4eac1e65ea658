"""A question that goes on with a conversation, made one that stands by itself."""

from __future__ import annotations

import re

from ingest.script import has_chinese, search_form
from rag.intents import Intent
from rag.link import RoleLinker
from rag.question_words import content_terms, rest_of, worded_intent
from rag.types import Turn

# A question with no more content than this, in a conversation, goes on with what was asked before.
ELLIPTIC = 3
# Words that point back at what was said before.
POINTS_BACK = re.compile(
    r"^那|它|他|她|这个(?:岗位|部门|职位|角色|团队|组)|该(?:岗位|部门|职位)|那(?:么)?.{0,12}呢|前者|后者|呢[?？]?$|\b(?:it|its|they|their|them|that role|this role|those)\b|what about|how about"
)
# Where in a list a question points; -1 is its end.
_PLACES = {sign: at for at, signs in enumerate(("一1", "二2", "三3", "四4", "五5")) for sign in signs}
_PLACES |= {"最后一": -1, "最后那": -1}
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


def standalone(turn: Turn, linker: RoleLinker) -> str:
    """Put the role that the conversation is about in front of a follow-up question that names none.

    :param turn: the question and the conversation before it.
    :param linker: the role catalogue.
    """
    if name := _pointed_at(turn, linker):
        return f"{name} {turn.question}"
    form = search_form(turn.question)
    if (other := _SAME_OF.fullmatch(form)) and (same := _same_of(turn, other["other"] or other["english"], linker)):
        return same
    names_it = linker.link(turn.question) and not re.search(r"前者|后者|另一个", turn.question)
    if whom := _compared_with(turn, form, linker) or (turn.question if names_it else None):
        return whom
    intent = worded_intent(form)
    content = content_terms(rest_of(form, (), intent))
    points_back = bool(POINTS_BACK.search(form)) or not content
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
    if len(named) != 1 or worded_intent(form) != "compare" or not POINTS_BACK.search(form):
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


def intent_before(turn: Turn) -> Intent:
    """What the question before asked for: `那售前客服呢?` asks for the same of another role.

    :param turn: the question and the conversation before it.
    """
    before = next(iter(turn.asked_before), "")
    intent = worded_intent(search_form(before))
    return "other" if intent in {"compare", "who"} else intent
