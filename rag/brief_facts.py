"""Facts with a form of their own: whom to write to, until when, pay, people, place, kind of employment, who hires."""

from __future__ import annotations

import re

from ingest.script import has_chinese
from rag.brief_items import clean
from rag.brief_pay import find_pay
from rag.brief_terms import (
    APPLY,
    COMPANY,
    COMPANY_NAME,
    CONTACT,
    COUNT,
    COUNT_RANGE,
    DEPARTMENT,
    EMPLOYER,
    HIRE,
    REPORTS,
    TITLE_END,
    VALID,
    choices,
    pattern,
)
from rag.brief_text import Reading
from rag.numerals import number_of
from rag.places import CITY_OF_STATE, district_alone, place_pattern

_UNKNOWN_PLACE = re.compile(
    r"(?:(?:工作|上班|办公)?(?:地点|地址|位置)在?|坐标|base ?(?:在|地)?|办公室在|上班在|位于)\s?:?([一-鿿a-z/、]{2,16})"
    r"|驻([一-鿿]{2,4})(?=,|$)|(?:^|[^一-鿿])([一-鿿]{1,3}(?<![超门上都城夜菜集招聘找急缺])[市县](?![场长面值政级容])(?:[一-鿿]{1,5}[区镇])?)"
)
# `our Peckham shop`, but `our tea shop`.
_OUR_PLACE = re.compile(
    r"\b[Oo]ur ([A-Z][A-Za-z '-]{2,20}?) (?:yard|office|store|shop|site|depot|warehouse|branch|plant|hub)\b"
)
_IN_PLACE = re.compile(
    r"\b(?:[Bb]ased in|[Ll]ocated in|[Ii]n|[Aa]t) (?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b)((?:[A-Z][a-z][\w.'-]*)(?:[ ,]+[A-Z][\w.'-]+){0,2})"
)
_BEHIND_CITY = re.compile(r"([一-鿿\d]{1,10}?(?:附近|旁边?|这边)?)(?:上班|返工|办公|工作|出发|\s)*$")
_NO_DISTRICT = re.compile(r"[招聘征请诚搵揾找补增添的人有需要做缺会能管包月]|兼职|全职|急")
_LEVEL = re.compile(
    r"(?:职级|级别|(?<![a-z] )level)\s?[:是为]?\s?([a-z]?\d{1,2}(?:-\d)?(?! ?[a-z])|[一-鿿]{2,4})|(?<![a-z])(?<!用友)(?<!金蝶)([pt]\d{1,2}(?:-\d)?)(?![\da-z])"
    r"|(专员|主管|经理|总监|组长|店长|副总|总经理|初级|中级|高级|资深)级别?(?![一-鿿])"
    r"|\b((?:entry|junior|mid|senior|lead|executive|manager|director)[- ]level)\b"
)
# `\u5730\u63a85\u4e2a\u4eba`: what is counted may be a role without a telling end.
_SHORT_TITLE = re.compile(r"(?!公司|团队|我们|目前|现有|全|共|规模|大约|员工)[一-鿿]{2,6}$")
# What somebody must know is not the trade of the company: `5 years in SaaS`.
_KNOWLEDGE = re.compile(
    r"(?:熟悉|了解|懂|精通|做过|有)[^,;。]{0,4}$|(?:years?|yrs|experience|background|knowledge) (?:in|of|with) $"
)
# `a posting for 3 store planners`: people of a kind, counted behind a word of hiring, where the title is known already.
_HIRED = re.compile(
    r"\b(?:for|hire|hiring|need|needs|seeking|recruit|recruiting|want) (\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) (?=(?:[a-z][a-z-]+ ){0,4}(?:engineer|developer|manager|designer|analyst|specialist|executive|assistant|coordinator|officer|planner|agent|representative|rep|consultant|associate|technician|nurse|teacher|driver|operator|picker|packer|clerk|editor|writer|buyer)s\b)"
)
_ALONE = re.compile(r"^\s*(?:共|招|要|需|缺|各)?\s*$")


def is_contact(reading: Reading, start: int, end: int) -> bool:
    """Take a clause that tells where to apply; a bare number of a person is kept for the recruiter and never published."""
    apply = reading.find(APPLY, start, end)
    if not apply and not reading.find(CONTACT, start, end):
        return False
    reading.put("valid_until", VALID, start, end)
    value = reading.take(start, end)
    if not apply:
        reading.add("notes", value)
    elif "apply" not in reading.known:
        reading.fields["apply"] = f"{reading.fields['apply']}, {value}" if "apply" in reading.fields else value
    return True


TEXT_WISHES = ("language", "tone", "length")


def take_text_wishes(reading: Reading, start: int, end: int) -> None:
    """What the recruiter asks of the text itself: its language, tone and length."""
    for name in TEXT_WISHES:
        for value, expression in choices(name):
            if name not in reading.fields and (found := reading.find(expression, start, end)):
                reading.take(*found)
                reading.fields[name] = value


def take_wishes(reading: Reading, start: int, end: int) -> None:
    """What the recruiter asks of the text itself, and the level of the role, until when one may apply."""
    take_text_wishes(reading, start, end)
    reading.put("level", _LEVEL, start, end)
    reading.put("valid_until", VALID, start, end)


def take_company(reading: Reading, start: int, end: int) -> None:
    """Who hires: as a sentence about the company, by its name, or by its kind before a verb of hiring."""
    if found := reading.find(COMPANY, start, end):
        stage = pattern("stage").search(reading.folded, *found)
        if stage and reading.wanted("company_stage"):
            reading.fields["company_stage"] = clean(reading.text[slice(*stage.span())])
        if reading.wanted("company"):
            reading.fields["company"] = reading.take(*found)
        return
    reading.put("company_stage", pattern("stage"), start, end)
    found = reading.find(COMPANY_NAME, start, end)
    # In English a name is known by its capitals: `our sales group` is none.
    if found and all(
        word[:1].isupper() or not word.isascii() or word[:1].isdigit() for word in reading.text[slice(*found)].split()
    ):
        reading.put("company", COMPANY_NAME, start, end)


def take_employer(reading: Reading, start: int, end: int) -> None:
    """The kind of organisation before a verb of hiring: `牙科诊所要一名护士`."""
    cue = reading.find(HIRE, start, end)
    for span in reading.stretches(start, cue[0] if cue else end):
        reading.put("company", EMPLOYER, *_trimmed(reading, *span))


def take_pay(reading: Reading, start: int, end: int) -> None:
    """Pay; a second figure, such as a wage beside a bonus, stays for the benefits."""
    for span in reading.stretches(start, end) if reading.wanted("salary") else ():
        found = find_pay(reading.folded[slice(*span)])
        if found:
            reading.fields["salary"] = reading.take(span[0] + found[0], span[0] + found[1])
            return


def take_place(reading: Reading, start: int, end: int) -> None:
    """Where the work is: a known place with what follows it, a city with its state, or a name behind a word for it."""
    if not reading.wanted("location"):
        return
    # A place in the bracket behind it says from where one may work: `remote (US only)`.
    away = reading.find(pattern("remote"), start, end)
    if away and reading.folded[away[1] - 1] == ")":
        reading.put("remote", pattern("remote"), start, end)
    city = CITY_OF_STATE.search(reading.text, start, end)
    found = reading.find(place_pattern(), start, end)
    if city and reading.free(*city.span()) and (not found or city.start() <= found[0]):
        reading.fields["location"] = reading.take(*city.span())
    elif found:
        reading.fields["location"] = reading.take(found[0], _place_end(reading, found[1], end))
    elif district := reading.find(district_alone(), start, end):
        reading.fields["location"] = reading.take(*district)
    elif not _of_ours(reading, start, end) and not reading.put("location", _UNKNOWN_PLACE, start, end):
        match = _IN_PLACE.search(reading.text, start, end)
        if match and reading.free(*match.span()):
            reading.fields["location"] = clean(match.group(1))
            reading.take(*match.span())


def _of_ours(reading: Reading, start: int, end: int) -> bool:
    """Take the place by which one of several shops is called."""
    match = _OUR_PLACE.search(reading.text, start, end)
    if not match or not reading.free(*match.span()):
        return False
    reading.fields["location"] = clean(match.group(1))
    reading.take(*match.span())
    return True


def _place_end(reading: Reading, at: int, end: int) -> int:
    """Where a place ends: `上海陆家嘴` goes on to the end of its clause, unless that speaks of something else."""
    behind = reading.folded[at:end]
    near = _BEHIND_CITY.match(behind)
    names_role = TITLE_END.search(COUNT.sub("", behind).strip()) or any(
        mention.entries[0].kind == "role" for mention in reading.linker.link(behind)
    )
    if not near or names_role or COUNT.search(near.group(1)) or _NO_DISTRICT.search(near.group(1)):
        return at
    return at + near.end(1)


def take_count(reading: Reading, start: int, end: int) -> None:
    """How many people are hired; a range or `several` is kept as typed among the conditions."""
    if not reading.wanted("headcount"):
        return
    if found := reading.find(COUNT_RANGE, start, end):
        name = "\u4eba\u6570\uff1a" if has_chinese(reading.text) else "Headcount: "
        reading.add("conditions", name + reading.take(*found))
        return
    hired = reading.find(_HIRED, start, end)
    if hired and (counted := _HIRED.match(reading.folded, *hired)):
        reading.fields["headcount"] = str(number_of(counted.group(1)))
        return
    found = reading.find(COUNT, start, end)
    if not found or not (match := COUNT.match(reading.folded, *found)):
        return
    number = number_of(match.group("n") or match.group("m") or match.group("pair"))
    # Thirty people may be the whole company: people are hired where the clause says so, or says nothing else.
    people = match.group("unit") in {"人", "个人"}
    alone = _ALONE.match(reading.folded[start : found[0]]) and not reading.folded[found[1] : end].strip()
    hires = reading.find(HIRE, start, found[0]) or "title" in reading.fields or not reading.wanted("title") or alone
    titled = TITLE_END.search(reading.folded[start : found[0]].strip())
    told = reading.fields.get("company")
    if alone and people and told and reading.text[: found[0]].rstrip(" ,\uff0c").endswith(told):
        return
    short = _SHORT_TITLE.match(reading.folded[start : found[0]].strip()) and not reading.folded[found[1] : end].strip()
    if number and (not people or hires or titled or short):
        reading.fields["headcount"] = str(number)
        reading.take(*found)


def take_kind(reading: Reading, start: int, end: int) -> None:
    """Every kind of employment named (`full time, permanent`), and from where the work is done."""
    while found := reading.find(pattern("employment_type"), start, end):
        if "employment_type" in reading.known:
            break
        value = reading.take(*found)
        before = reading.fields.get("employment_type")
        reading.fields["employment_type"] = f"{before}, {value}" if before else value
    reading.put("remote", pattern("remote"), start, end)


def take_context(reading: Reading, start: int, end: int) -> None:
    """Where the role belongs and where the text is published."""
    reading.put("channel", pattern("channel"), start, end)
    reading.put("company_stage", pattern("stage"), start, end)
    business = reading.find(pattern("business"), start, end)
    if business and not _KNOWLEDGE.search(reading.folded[start : business[0]]):
        reading.put("business_line", pattern("business"), start, end)
    reading.put("department", DEPARTMENT, start, end)


def take_superior(reading: Reading, start: int, end: int) -> None:
    """Whom the role reports to."""
    reading.put("reports_to", REPORTS, start, end)


def _trimmed(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """A stretch without the white space around it."""
    text = reading.text[start:end]
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))


# The facts that are taken out before a title is looked for.
IN_ORDER = (take_company, take_pay, take_superior, take_place, take_count, take_employer, take_kind)
