"""What a clause still holds when its facts are taken: requirements, wishes, goals, conditions, duties, benefits, else a note."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.script import fold, has_chinese
from ingest.verbs import is_act
from rag.brief_items import clean, items_of, without_heading
from rag.brief_pay import find_pay
from rag.brief_terms import pattern, says
from rag.brief_text import Reading
from rag.places import place_pattern

# A bare Latin word in a Chinese brief is a tool or a technique: `React`.
# In English it shows by capitals or digits within: `SQL + Looker`, `B2B`.
_ENGLISH_TOOL = re.compile(
    r"^\s*(?:[A-Z][\w.#]*[A-Z0-9][\w.#]*|[A-Z]{2,})(?:\s?(?:[+,&/]|and|or)\s?[A-Z][\w.#+]*)*\s*$|^\s*[A-Z][\w.#]*(?: [A-Z][\w.#]+)?(?:(?:\s?[+/&]\s?| or | and )[A-Z][\w.#]*(?: [A-Z][\w.#]+)?)+\s*$"
)
# One capitalised word between commas: `Figma`, `Zendesk`.
_NAMED = re.compile(
    r"^\s*(?!(?:Urgent|Thanks|Please|Asap|Remote|Hybrid|Onsite|Full|Part|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b)[A-Z][A-Za-z]{2,15}\s*$"
)
_DAYS = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
)
_ITEM = re.compile(r"^\s*[A-Za-z][\w.+#/-]*(?: [\w.+#/-]+)?\s*$")
_SENTENCE = re.compile(r"[.!?;]\s+|\n")
_TOOL = re.compile(r"^\s*[A-Za-z][\w+#./ &-]{0,30}(?:、\s*[A-Za-z][\w+#./ &-]{0,30})*\s*$")
# Words that only announce what a list says anyway.
_ANNOUNCES = {
    "must_have": re.compile(
        r"^(?:还?(?:要(?=[\d会懂自能])|要求|需要|必须|需|须)(?:是|有|:|具备)?|(?:must|should|needs? to)(?: have| know| be)?:?(?= )|needs?(?: an?)?(?= )|requirements?(?: include| are)?:?|required?\b:?)\s*:?\s*"
    ),
    "nice_to_have": re.compile(r"^(?:nice[- ]to[- ]have|preferred|bonus points(?: for)?)\s*:?\s*(?:is |are )?"),
    "benefits": re.compile(r"^(?:and|plus|\+|we offer|benefits:?|offering)\s?"),
    "goals": re.compile(r"^(?:(?:我们的)?目标(?:是|为)?:?\s?)"),
}
_CONNECTS = re.compile(r"^(?:(?:who|for|in|with|and|plus) |以及|并且?|和|还要?)(?=\w)")
_DANGLES = re.compile(r"\s(?:in|for|at|with|and|on)\s*$|的$")
# Lists that an unmarked clause of the same sentence carries on: `要求本科,有作品`.
_CARRIED = frozenset({"must_have", "nice_to_have", "benefits", "duties", "goals"})


def is_wish(reading: Reading, start: int, end: int) -> bool:
    """Take a clause that says what would be welcome."""
    if not reading.find(pattern("nice"), start, end):
        return False
    _whole(reading, "nice_to_have", start, end)
    return True


# `needed for a busy dental practice in`: who hires, behind the title.
_FOR_WHOM = re.compile(
    r"\s*(?:(?:is |are )?(?:needed|wanted|required|sought) )?(?:for|at|by|with|to join) ((?:our|a|an|the|my) [a-z0-9' -]{2,40}?(?:shop|store|cent(?:re|er)|bakery|clinic|practice|hospital|school|nursery|kindergarten|restaurant|hotel|studio|agency|salon|gym|cafe|pharmacy|warehouse|workshop|firm|company|start-?up|brand|farm|brewery|garage|depot|museum))(?:\s+(?:in|at|near|on|from))?\s*$|\s*(?:needed|wanted|required) (?:for|at|in) (?![a-z ]*(?:shift|start|week|season|nights?|days)\b)([a-z][a-z' -]{2,40}?)(?: in| at)?\s*$"
)


def take_rest(reading: Reading, start: int, end: int, *, titled: bool) -> None:
    """Put every stretch that is left of a clause where it belongs.

    :param titled: whether the clause gave the title, so that what surrounds it carries on no list.
    """
    for span in (piece for stretch in reading.stretches(start, end) for piece in _enumerated(reading, *stretch)):
        if titled and reading.put("company", _FOR_WHOM, *span):
            continue
        name = _list_of(reading, *span, titled=titled)
        several = name == "benefits" and has_chinese(reading.text) and reading.carry != "benefits"
        if several and pattern("benefits").search(reading.folded[slice(*span)]):
            _benefits(reading, *span)
        elif name:
            _whole(reading, name, *span)
        elif not titled and _stands(reading, (start, end), span) and (name := _unmarked(reading, *span)):
            # A guess carries on no list.
            carry = reading.carry
            before = len(reading.lists.get(name, ()))
            _whole(reading, name, *span)
            reading.guessed += reading.lists.get(name, [])[before:]
            reading.carry = carry
        else:
            _note(reading, *span)


def _stands(reading: Reading, clause: tuple[int, int], span: tuple[int, int]) -> bool:
    """Whether a stretch is all of its clause."""
    return not (reading.text[clause[0] : span[0]] + reading.text[span[1] : clause[1]]).strip(" ()\uff08\uff09")


# Words of somebody who talks about the text, not about the role.
_TALKS = re.compile(
    r"\b(?:we|i|you|your|they|it's|its|it|he|she|me|us|please|thanks|thank|thx|hello|hey|dear|regards|could|asap|job opening|urgent|anyone|someone|(?:about|around) \d+)\b|\d{4,}|[a-z)]\s?:|#|\b(?:hi|dear)(?![a-z])"
    r"|[我您你他她它俺咱]|大家|各位|谢|麻烦|帮[忙我]|[吧呢吗啊呀哦啦了]$|老板|同事|转发|看看|中介|勿扰|^(?:因|由于|为了)|岗位说明|说明书|一下|编号|序号|编码|工号|流程|发件|收件|申请人|审批|日期|年龄|性别|.{5,}:|请协|刊登|发[你我给]|附件|审批|特此|公告|私[讯信]|信件|主旨|^(?:人事|人力|行政)部?"
)


# Words that make a clause a statement: then it may be anything, also what nobody outside should read.
_SENTENCE_WORDS = re.compile(
    r"[了不没先就都还是让给把被别这那很太再去说话知想]|n't\b|'s\b|\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|could|should|this|that|these|if|but|because|so|wants?|yet|already|last|next|know|tell|see)\b"
)


def _unmarked(reading: Reading, start: int, end: int) -> str | None:
    """The list of a clause that no word marks, behind the title: a noun or two among the facts of an advert is asked for."""
    before = reading.folded[:start].rstrip(" ")
    folded = reading.folded[start:end].strip(" ,.")
    # A line of its own with nothing but a name ends a letter.
    signed = before.endswith("\n") and re.fullmatch(r"(?:[A-Z][a-z]+ ?){1,3}", reading.text[start:end].strip())
    bracketed = folded.startswith("(") and not pattern("must").search(folded)
    if reading.wanted("title") or signed or bracketed or _TALKS.search(folded):
        return None
    if ":" in folded:
        return "conditions"
    if _SENTENCE_WORDS.search(folded):
        return None
    if has_chinese(folded):
        return "must_have" if 3 <= len(folded) <= 12 else None
    if folded.startswith("to "):
        return "duties"
    named = not before.endswith("\n") and _NAMED.match(reading.text[start:end])
    return "must_have" if 2 <= len(folded.split()) <= 8 or named else None


def _enumerated(reading: Reading, start: int, end: int) -> list[tuple[int, int]]:
    """A row of benefits item by item, since conditions stand among them: `五险一金、弹性打卡`; anything else as one stretch."""
    folded = reading.folded[start:end]
    if "、" not in folded or not pattern("benefits").search(folded):
        return [(start, end)]
    edges = [start, *(start + at + 1 for at, char in enumerate(folded) if char == "、"), end + 1]
    return [(a, b - 1) for a, b in pairwise(edges) if says(reading.folded[a : b - 1])]


def _list_of(reading: Reading, start: int, end: int, *, titled: bool) -> str | None:
    """The list that a stretch belongs to; None for a note."""
    folded = reading.folded[start:end]
    if pattern("benefits").fullmatch(folded.strip(" +")):
        return "benefits"
    speaks = {
        name for name in ("goals", "conditions", "duties", "must", "benefits") if pattern(name).search(folded.strip())
    }
    if re.match(r"(?:oh )?(?:and )?we (?:also )?(?:pay|cover|give|throw)", folded.strip()) and "benefits" in speaks:
        speaks = {"benefits"}
    if "benefits" in speaks and not pattern("conditions").search(pattern("benefits").sub("", folded)):
        speaks.discard("conditions")
    if re.match(r"\s*(?:主要)?(?:负责|协助|处理|跟进|对接|统筹|策划|整理|制作|撰写|维护)", folded):
        speaks -= {"must", "conditions"}
    tool = _TOOL.match(folded) if has_chinese(reading.text) else _ENGLISH_TOOL.match(reading.text[start:end])
    listed = not has_chinese(reading.text) and _among_tools(reading, start, end) and not place_pattern().search(folded)
    named = place_pattern().search(folded) or _DAYS.search(folded)
    if ((tool and not named) or listed) and not titled and "benefits" not in speaks and reading.carry != "benefits":
        speaks.add("must")
    if reading.carry == "benefits" and not speaks & {"must", "conditions", "goals"}:
        return "benefits"
    for name in ("goals", "conditions", "must", "duties", "benefits"):
        if name in speaks:
            return "must_have" if name == "must" else name
    if not reading.wanted("salary") and find_pay(folded.strip()):
        return "benefits"
    if has_chinese(reading.text) and is_act(folded.strip(" ,")):
        return "duties"
    return None if titled or _TALKS.search(folded) else reading.carry


def _among_tools(reading: Reading, start: int, end: int) -> bool:
    """Whether a stretch is a capitalised word behind a comma, or an item of a sentence of such: `Python, dbt, Airflow.`"""
    if reading.folded[:start].rstrip().endswith(",") and _NAMED.match(reading.text[start:end]):
        return True
    low = max((match.end() for match in _SENTENCE.finditer(reading.text, 0, start)), default=0)
    after = _SENTENCE.search(reading.text, end)
    items = reading.text[low : after.start() if after else len(reading.text)].strip(" .").split(",")
    return len(items) > 1 and all(_ITEM.match(item) for item in items) and any(_NAMED.match(item) for item in items)


def _benefits(reading: Reading, start: int, end: int) -> None:
    """Benefits in a row, each as an item; with what stands between them as one, where that says something too."""
    bare = pattern("benefits").sub("", reading.folded[start:end])
    if says(bare) and not find_pay(bare) and not pattern("conditions").search(bare):
        _whole(reading, "benefits", start, end)
        return
    while found := reading.find(pattern("benefits"), start, end):
        reading.add("benefits", reading.take(*found))
    reading.carry = "benefits"
    for span in reading.stretches(start, end):
        _note(reading, *span)


def _whole(reading: Reading, name: str, start: int, end: int) -> None:
    """Take a stretch into a list, without the words that only announce it."""
    folded = reading.folded[start:end].lstrip(" ,+")
    begin = end - len(folded)
    lead = (_ANNOUNCES[name].match(folded) if name in _ANNOUNCES else None) or _CONNECTS.match(folded)
    begin += lead.end() if lead else 0
    stop = end - len(tail.group()) if (tail := _DANGLES.search(folded)) else end
    text = without_heading(name, reading.text[begin:stop])
    several = name in {"must_have", "nice_to_have", "benefits"} and "\u3001" in text
    for piece in items_of(text) if several else [clean(text)]:
        if says(fold(piece)):
            reading.add(name, piece)
    reading.take(start, end)
    reading.carry = name if name in _CARRIED else reading.carry


def _note(reading: Reading, start: int, end: int) -> None:
    """Keep what is not understood; a bracket behind a title belongs to it: `实习生2名(新媒体方向)`."""
    stretch = reading.text[start:end].strip()
    title = reading.fields.get("title", "")
    if title and re.fullmatch(r"\((?:[mfwdxv]/){1,2}[mfwdxv*]\)", stretch.lower()):
        reading.take(start, end)
        reading.fields["title"] = f"{title} {stretch}"
    elif re.fullmatch(r"[(\uff08][^()\d]{2,12}[)\uff09]", stretch) and title.isalnum():
        reading.take(start, end)
        reading.fields["title"] = title + stretch
    else:
        reading.add("notes", reading.take(start, end))
