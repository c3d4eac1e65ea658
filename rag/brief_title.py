"""The title of a brief: what a clause hires, or what the first line names."""

from __future__ import annotations

import re

from ingest.script import fold, has_chinese
from ingest.verbs import is_act
from rag.brief_items import clean
from rag.brief_terms import APPLY, COUNT, HIRE, TITLE_END, VALID, WEAK_HIRE, pattern, says
from rag.brief_text import Clause, Reading
from rag.link import RoleLinker
from rag.numerals import number_of
from rag.places import CITY_OF_STATE, place_pattern

# What follows a title within its clause.
_STOP = re.compile(
    r"[,\s]+i (?:think|guess|suppose|reckon)\b.*$|[,\s]+(?:wanted|needed|required|asap|urgently|please)\b.*$|\s+(?:@|(?:in|at|for|with|who|to|on|based|from|must|that|reporting|remote|hybrid|onsite|paying|and (?:a|an|one|two|\d)|as|of (?:\d+|our|the)|out of)\b|\d|\().*$"
    r"|(?:在|base|坐标|月薪|年薪|工资|薪资|待遇|要求|负责(?!人)|会(?!计|员|务|展|议)|有|能|需|做|(?<!主)[带管](?:[\d一二两三四五六七八九十]|团队)|懂|岗位职责|的jd|jd$|的?职位描述|的?岗位描述|的?岗位说明书|的?职缺|的?招聘(?:启事|文案|广告|信息|公告)|岗位?[一二两三壹贰叁\d]|(?<=[一-鿿][一-鿿])岗位$|(?<=[)一-鿿])\d{1,2}(?:-\d{1,2})?\+?年|[来要找]$|一下$).*$"
)
# Words of an advert around a title.
_ADVERT = re.compile(
    r"^(?:(?:高薪|长期|大量|常年|现|本店|本公司|我店|店里)?(?:诚聘|诚招|急招|急聘|急征|招聘(?!专员|主管|经理|顾问|负责人|总监|助理|官)|招募|聘请?|征才|招(?!聘)))[\s:!]*|^(?:岗位|职位|职务)(?:名称?)?[\s:]*(?=[a-z一-鿿])|^(?:we(?:'re| are) )?(?:hiring|now hiring|wanted|job (?:opening|title|posting))\s*[:!-]\s*"
    r"|[\s:!(-]*(?:招聘(?:启事|信息|简章|公告|需求)?|诚聘(?:中|英才)?|招募(?:中|令)?|急招|招人[哈啦了吗]?|招工|找人|征才(?:启事)?|启事|说明书|岗位说明书?|职位描述|岗位描述|job description|\(?job posting\)?|vacancy|wanted|needed)[\s!)]*$"
)
_NO_TITLE = re.compile(
    r"^(?:一?[个份])?(?:jd|人啦?|员工|同事|伙伴|帮手|人手|职位描述|岗位描述|岗位说明书|启事|公告|someone|people|staff|help|job description|岗位|职位|职缺|文案|广告|(?:招聘)?(?:需求|申请|登记|汇总)表|you will|(?:could|can|would|will|please|may|shall|do|hi|hey|we|i|you|they|help|this|that|it)\b.*)[!吗呢]?$"
)
# Talk around a title.
_BEFORE = re.compile(
    r"^[\s,:;!、]*(?:(?:那个|这个|嗯+|我们|目前|现在|岗位|职位|职务|urgent(?:ly)?|asap|hi|hey|hello|please)[\s.\u2026:]*)*"
)
_BEHIND = re.compile(r"(?:还|也|再|急|想|现|正在|那边|这边|的)+$")
_ARTICLE = re.compile(r"^(?:an?|the|some|our|my|for|next|another|first|second)\s+")
_ENGLISH_COUNT = re.compile(
    r"^(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|a couple of)(?: more| x| additional| new)?\s*(?=[a-z]|$)(?<![a-z\d](?=[a-z]))"
)
# `As Customer Success Manager for the DACH region you ...`; `\u4f5c\u4e3a\u5e97\u957f,\u4f60\u5c06 ...`.
_SAID = re.compile(
    r"\bas (?:(?:an?|our|the) )?([a-z][\w /&-]{2,40}?)(?= (?:for|in|at|of|on|you|to|with)\b|,)|作为(?:一名|我们的)?([一-鿿a-z]{2,12}?)(?=,|你|您)"
)
# A clause that greets, agrees or tells a story, and so is no title where nothing else is known.
_TALK = re.compile(r"[了的吧呢吗好行啊呀哦过]$|^(?:我|你|您|他|她|这|那|各位|大家|老|hr|上次|今天|明天|因)")
_INFLECTED = re.compile(r"(?:er|or|ep|st|nt|ive|ern|ian|ate|ead|ect|ook|ist|ver)s$", re.I)


def is_role(text: str, linker: RoleLinker) -> bool:
    """Whether a stretch names a role: one of the catalogue, or by its ending."""
    bare = fold(text).strip()
    if len(bare) > 40 or not bare:
        return False
    if TITLE_END.search(bare):
        return not bare.startswith(("ex-", "former ", "or "))
    named = any(mention.entries[0].kind == "role" for mention in linker.link(bare))
    return named and len(bare) <= 16 and not pattern("must").search(bare) and not pattern("duties").search(bare)


def take_title(reading: Reading, clause: Clause) -> bool:
    """Take the title where a clause hires somebody, names a role, or begins the text; say whether it did.

    What stands before the title within the clause (`会剪视频的新媒体运营`) stays for the other facts.
    """
    if not reading.wanted("title"):
        return False
    start, end = clause.start, clause.end
    cue = reading.find(HIRE, start, end)
    if cue and not _hires(reading, start, *cue, end):
        cue = None
    if cue:
        reading.take(*cue)
    behind = reading.stretches(cue[1], end) if cue else []
    hires = cue is not None
    for span in behind or reading.stretches(start, cue[0] if cue else end):
        begin, stop = _span(reading, *span, counted=hires)
        value = clean(reading.text[begin:stop])
        advert = cue and fold(value) == "文案" and re.search("[招聘征找缺]", reading.folded[slice(*cue)])
        if len(value) < 2 or (_NO_TITLE.match(fold(value)) and not advert):
            continue
        if (
            hires
            or (reading.hires and not has_chinese(value))
            or is_role(value, reading.linker)
            or _counted(reading, clause, value)
        ):
            reading.take(begin, stop)
            reading.fields["title"] = value if has_chinese(value) else _singular(value)
            return True
        if not clause.first:
            return False
    reading.hires = hires and not behind
    return False


def head_title(text: str) -> str | None:
    """The title that the first line of an advert names, without the words of the advert; None for a line that says more.

    :param text: the line as typed.
    :return: "" for a line that says nothing but that this is an advert.
    """
    bare = clean(text)
    while match := _ADVERT.search(fold(bare)):
        bare = clean(bare[: match.start()] if match.start() else bare[match.end() :])
    folded = fold(bare)
    marks = r"[;。!?|,]" if has_chinese(bare) else r"[;!?|]|\.\s"
    inside = re.sub(r"\([^()]*\)", "", folded)
    long = len(inside) > 16 if has_chinese(bare) else len(inside.split()) > 8
    if not bare:
        return ""
    if (
        place_pattern().search(inside)
        or CITY_OF_STATE.search(text)
        or long
        or re.search(marks, inside)
        or re.search(r"\d{2}|[:@$€£]|\b[pt]\d\b", inside)
        or HIRE.search(inside)
        or VALID.search(inside)
        or APPLY.search(inside)
        or COUNT.search(inside)
        or _NO_TITLE.match(folded)
    ):
        return None
    return bare


def guess_title(reading: Reading) -> None:
    """A short note at the beginning is the title, where nothing else is: `Part-time barista, Austin`."""
    for note in reading.lists.get("notes", ())[:2]:
        value = clean(_STOP.sub("", note))
        folded = fold(value)
        first = reading.text.lstrip().startswith(value)
        short = len(value) <= 10 and not _TALK.search(folded) if has_chinese(value) else len(value.split()) <= 4
        named = (first and short) or TITLE_END.search(folded)
        if named and 2 <= len(value) <= 30 and not re.search(r"\d", value) and not _NO_TITLE.match(folded):
            reading.fields["title"] = value
            reading.lists["notes"].remove(note)
            if says(fold(rest := note.partition(value)[2])):
                reading.add("notes", clean(rest))
            return


def hidden_title(text: str) -> str | None:
    """A title that stands within a sentence about something else; None where no word says that one is meant.

    :param text: the whole text as typed.
    """
    folded = fold(text)
    places = [match.span(match.lastindex or 0) for match in _SAID.finditer(folded)]
    for cue in HIRE.finditer(folded):
        stop = next(
            (match.start() for match in re.finditer(r"[,;。!?\n(]", folded) if match.start() >= cue.end()), None
        )
        places.append((cue.end(), len(folded) if stop is None else stop))
    for start, end in places:
        bare = _ARTICLE.sub("", _STOP.sub("", folded[start:end]).strip())
        at = folded.find(bare, start) if 2 <= len(bare) <= 40 and TITLE_END.search(bare) else -1
        if at >= 0:
            return clean(text[at : at + len(bare)])
    return None


# Words for anybody who works: a title where a text hires under no other.
_ANYBODY = re.compile(
    r"(?:招|找|缺|聘|请|要|征|需)[^,;。\n]{0,6}?(帮手|人手|伙计|小工|零工|临时工|员工|兼职生?|暑期工|寒假工|学徒|实习生|工读生|助手)"
    r"|\b(?:need|needs|hiring|hire|looking for|want|wants|seeking) (?:(?:an?|some|extra|one|two|\d+|more|few) )*(?:[a-z-]+ ){0,2}?(helper|part-timer|hand|staff|intern|temp|trainee|apprentice|team member|crew member)s?\b"
)


# `somebody to host our shows`; a verb of which the language makes a word for who does it.
_SAME = frozenset({"host", "cook", "guard", "tutor", "coach", "intern", "model"})
_SOMEBODY_TO = re.compile(
    r"\b(?:someone|somebody|anyone|people|a person|a hand)(?: reliable| experienced| good| extra)? (?:(?:who|that) (?:can|will|could) |to (?:help )?)(host|cook|guard|tutor|coach|drive|clean|teach|translate|write|bake|paint|design|photograph|pack|garden|interpret|train|weld|test|manage)\b"
)
# `\u627e\u4e2a\u770b\u5e97\u7684`: who does a thing, called by it.
_DOER = re.compile(
    r"(?:招|找|缺|聘|请|要|征|需)(?:一?[个名位]|[一二两三四五\d]+[个名位])(?:会|能|可以|专门|帮忙|负责)?([\u4e00-\u9fff]{2,4})的(?:人|(?=[,;。!\s]|$))"
)


def general_title(text: str) -> str | None:
    """The word for anybody under which a text hires, where nothing names a role: `缺个帮手`; None without one.

    :param text: the whole text as typed.
    """
    folded = fold(text)
    if match := _ANYBODY.search(folded):
        return text[slice(*match.span(match.lastindex or 0))]
    if match := _SOMEBODY_TO.search(folded):
        return _agent(match.group(1))
    doers = (found for found in _DOER.finditer(folded) if is_act(found.group(1)))
    return next((text[slice(*found.span(1))] for found in doers), None)


def _agent(verb: str) -> str:
    """The noun for somebody who does a thing: `driver` for `drive`."""
    return (
        "translator"
        if verb == "translate"
        else verb
        if verb in _SAME
        else f"{verb}r"
        if verb.endswith("e")
        else f"{verb}er"
    )


def _counted(reading: Reading, clause: Clause, value: str) -> bool:
    """Whether a clause says nothing but how many of whom are hired: `\u5730\u63a85\u4e2a\u4eba`."""
    folded = fold(value)
    counted = "headcount" in reading.fields and COUNT.search(reading.folded, clause.start, clause.end)
    bare = re.fullmatch("[\u4e00-\u9fff]{2,6}", folded) and not _TALK.search(folded) and not HIRE.search(folded)
    return bool(counted and bare and not any(pattern(name).search(folded) for name in ("must", "duties", "conditions")))


def _counted_noun(folded: str) -> bool:
    """Whether a stretch is a short noun that may be anybody's work, and no thing that one asks for."""
    bare = re.fullmatch("[\u4e00-\u9fff]{2,5}", folded.strip())
    other = HIRE.search(folded) or _TALK.search(folded) or re.search("联[系络]|电话|微信|方式|机会|地方|价", folded)
    return bool(
        bare and not other and not any(pattern(name).search(folded) for name in ("must", "benefits", "conditions"))
    )


def _hires(reading: Reading, begin: int, start: int, stop: int, end: int) -> bool:
    """Whether a verb hires: `需要三年经验` asks for something else than a person."""
    if not WEAK_HIRE.match(reading.folded[start:stop]):
        return True
    if "company" in reading.fields and begin < start and not reading.stretches(begin, start):
        return True
    behind = reading.folded[stop:end]
    # `\u8981\u4e2a\u7f51\u7ba1`: a short noun behind its measure word is all that the clause says.
    if re.match("(?:需要?|要|缺|请|差|补|加|来)[^写弄改]*[个名位]$", reading.folded[start:stop]) and _counted_noun(
        behind
    ):
        return True
    counted = re.match(r"[一二两三四五六七八九十\d]+\s?[名位]|[一二两三四五六七八九十\d]+个?人", behind)
    counted = counted or _ENGLISH_COUNT.match(behind) or re.match(r"(?:an?|my|our|another) ", behind)
    stretch = next(iter(reading.stretches(stop, end)), None)
    named = stretch and is_role(reading.text[slice(*_span(reading, *stretch))], reading.linker)
    return bool(counted or named or "headcount" in reading.fields)


def _span(reading: Reading, start: int, end: int, *, counted: bool = False) -> tuple[int, int]:
    """Where the title stands in a stretch: behind an article, a number and modifiers, up to what follows it."""
    folded = reading.folded[start:end]
    at = len(folded) - len(_BEFORE.sub("", folded))
    while match := _ENGLISH_COUNT.match(folded[at:]) or _ARTICLE.match(folded[at:]):
        number = number_of(match.group(1)) if match.re is _ENGLISH_COUNT else None
        if number and not counted and not TITLE_END.search(_STOP.sub("", folded[at + match.end() :]).strip()):
            break
        if number and reading.wanted("headcount"):
            reading.fields["headcount"] = str(number)
        reading.take(start + at, start + at + match.end())
        at += match.end()
    # `maternity cover: HR advisor`: what the opening is for stands before the colon.
    at = max(at, folded.rfind(":", 0, len(folded.rstrip(" :"))) + 1)
    at += len(folded[at:]) - len(folded[at:].lstrip())
    modifier = folded.rfind("的", at, len(folded.rstrip(" 的")))
    if modifier >= at and not re.match(r"的?(?:jd|职位|岗位|职缺|人)", folded[modifier:]):
        at = modifier + 1
    stop = len(folded.rstrip())
    match = _STOP.search(folded, at, stop)
    if match and match.start() >= at + 2:
        stop = match.start()
    business = pattern("business").match(folded[at:stop])
    if business and at + business.end() < stop and re.search(r"[店间部线目]$", business.group()):
        at += business.end()
    stop = at + len(_BEHIND.sub("", folded[at:stop].rstrip(" ,(")))
    return start + at, start + stop


def _singular(title: str) -> str:
    """An English title for one person: `Picker and packer`."""
    title = re.sub(
        r"\b(\w+)(?= (?:and|&) )",
        lambda word: word.group()[:-1] if _INFLECTED.search(word.group()) else word.group(),
        title,
    )
    return title[:-1] if _INFLECTED.search(title) and not title.endswith("ss") else title
