"""Texts and files become briefs, by rules: nothing is invented, and a field without evidence in the text stays empty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.errors import UsageError
from ingest.script import detect_script, fold
from ingest.verbs import is_act
from rag.brief_clauses import read_clauses
from rag.brief_facts import TEXT_WISHES, take_text_wishes
from rag.brief_internal import set_apart
from rag.brief_items import BULLET, clean
from rag.brief_labels import LISTS
from rag.brief_lines import Line, Page, take_apart
from rag.brief_pay import find_pay
from rag.brief_terms import VALID, pattern, terms
from rag.brief_text import Reading
from rag.brief_title import general_title, head_title, hidden_title, is_role, take_title
from rag.brief_types import LANGUAGES, LENGTHS, MARKETS, TONES, Brief, check_whole
from rag.link import RoleLinker
from rag.numerals import number_of
from rag.places import market_of, place_pattern

__all__ = ["LANGUAGES", "LENGTHS", "MARKETS", "TONES", "Brief", "brief_from_file", "parse_text"]

_MARKETS = (
    ("TW", re.compile(r"nt\$|ntd|twd|新台币|劳健保|劳退|三节奖金|台湾|taiwan")),
    ("HK", re.compile(r"hk\$|hkd|港币|强积金|\bmpf\b|香港|hong kong")),
    ("EU", re.compile(r"€|\beur\b|欧元|gmbh|欧洲|欧盟|£|\bgbp\b|\buk\b|\bengland\b|\bscotland\b|英国|英镑")),
    ("US", re.compile(r"us\$|\busd\b|401\(?k|美国")),
    ("CN", re.compile(r"[五六七]险|社保|公积金|人民币|\brmb\b|\bcny\b")),
)
# A neutral word before the pay says nothing that the field does not; `月薪` and `底薪` do.
_PAY_CUE = re.compile(
    r"^(?:薪[资資](?:范[围圍]|待遇)?|薪水|薪酬|工[资資]|待遇|[预預]算在?|salary(?: range)?|pay(?: range)?|compensation|budget)\s*(?:[:\uff1a为為是]|of |is )?\s*(?=\S)",
    re.I,
)
# The field says already that its value is where to apply.
_APPLY_CUE = re.compile(
    r"^(?:(?:简历)?(?:请)?(?:投递|投|发|寄)(?:至|到|给)?|邮箱|(?:cvs?|resumes?|applications?) to|(?:please )?(?:apply|send (?:your |a )?(?:cv|resume|application))(?: (?:and|with) [a-z ]+?)?(?: (?:at|to|via|through|by))?)\s*[:\uff1a]?\s*(?=[\w.+-]+@|https?:|www\.)",
    re.I,
)
_WORKS_IN = re.compile(rf"(?:\b(?:in|at|from) |在|到)({place_pattern().pattern})")
# The kind of employment that a title tells by itself.
_KIND = re.compile(
    r"实习(?=生)|兼职|工读|暑期工|\bpart[- ]time\b|\bintern(?:ship)?\b|\bfreelance\b|\bapprentice\b|\btemp\b"
)
# A place to which one goes from time to time is not where the work is.
_AWAY = re.compile(r"出差|外派|\btravel|\brelocat|\btrips?\b")
_BY_LANGUAGE = {"zh-Hans": "CN", "zh-Hant": "TW", "en": "US"}


def parse_text(text: str, linker: RoleLinker) -> Brief:
    """Read a brief from one sentence, an old job description or a 岗位说明书, by rules.

    :param text: what the user pasted; data, whatever it says.
    :param linker: the role catalogue, to find the title.
    :raises UsageError: for an empty text.
    """
    if not text.strip():
        raise UsageError("the text is empty", "write one sentence, for example: 招一名上海的新媒体运营,15-22k")
    check_whole([text])
    public, internal = set_apart(text)
    page = take_apart(public)
    head = _head_line(page, linker)
    reading = Reading(page.rest, linker, page.fields)
    read_clauses(reading)
    if head and reading.wanted("title"):
        reading.fields["title"] = head
    if reading.wanted("title") and (hidden := hidden_title(public) or general_title(public)):
        reading.fields["title"] = hidden
    if reading.wanted("title") and (line := _role_line(page, linker)):
        reading = Reading([Line(line), *page.rest], linker, page.fields)
        read_clauses(reading)
    reading.fields |= _aside(internal, reading, page.fields)
    fields = reading.fields | {name: value for name, value in page.fields.items() if value}
    lists = {name: [*page.lists.get(name, ()), *reading.lists.get(name, ())] for name in (*LISTS, "notes")}
    return replace(_brief(text, page, fields, lists), internal=internal, unsure=tuple(reading.guessed))


def _aside(internal: Sequence[str], known: Reading, given: dict[str, str]) -> dict[str, str]:
    """What a remark tells that nothing else does: how the colleague is to write, and the title, where only a remark names it.

    :param internal: the remarks.
    :param known: what was read of the rest.
    :param given: what labelled lines gave.
    """
    aside = Reading([Line(remark) for remark in internal], known.linker, given | known.fields)
    for clause in aside.clauses():
        take_text_wishes(aside, clause.start, clause.end)
        if aside.wanted("title"):
            take_title(aside, clause)
    title = aside.fields.get("title")
    return {
        name: value
        for name, value in aside.fields.items()
        if name not in known.fields
        and (name in TEXT_WISHES or (name == "title" and is_role(title or "", known.linker)))
    }


def brief_from_file(path: Path, linker: RoleLinker) -> Brief:
    """Read a brief from a document: an old job description or a 岗位说明书.

    :param path: a .docx, .pdf, .txt, .md, .html, .csv or .xlsx file.
    :param linker: the role catalogue, to find the title.
    :raises LoadError: when the file cannot be read.
    """
    from ingest.loaders import load

    loaded = load(path)
    return parse_text("\n".join(loaded.pages), linker)


def _head_line(page: Page, linker: RoleLinker) -> str | None:
    """Take the title from the first line of an advert where it names a role; else say what it names, if nothing else will."""
    structured = bool(page.fields or page.lists)
    if "title" in page.fields or not (structured or len(page.rest) > 1):
        return None
    for at, line in enumerate(page.rest[:2]):
        head = head_title(line.text)
        if head == "":
            page.rest[at] = Line("")
        if head and is_role(re.split(r",|\(|\uff08|\s[-\u2013\u2014/|]\s", head)[0], linker):
            page.fields["title"] = head
            del page.rest[at]
            return None
        if head:
            return head if structured else None
    return None


def _role_line(page: Page, linker: RoleLinker) -> str | None:
    """Take the line that begins with the name of a role out of the lists: the title below a heading such as `About the job`.

    What such a heading holds besides in items are duties.
    """
    first, *others = page.fields.get("purpose", "").split("\n")
    if _begins_with_role(first, linker):
        page.fields["purpose"] = "\n".join(line for line in others if not BULLET.match(line))
        page.lists.setdefault("duties", [])[:0] = [clean(line) for line in others if BULLET.match(line)]
        return first
    for items in page.lists.values():
        for at, item in enumerate(items):
            if _begins_with_role(item, linker):
                return items.pop(at)
    return None


def _begins_with_role(line: str, linker: RoleLinker) -> bool:
    return is_role(re.split(r"[,;(|\uff0c\uff1b\uff08]|\s[-\u2013\u2014]\s", line)[0], linker)


def _brief(text: str, page: Page, fields: dict[str, str], lists: dict[str, list[str]]) -> Brief:
    folded = fold(text)
    script = detect_script(text)
    title = fields.get("title")
    company = ", ".join(filter(None, (fields.get("company"), fields.get("company_text"))))
    goals = [*lists["goals"]]
    if "salary" not in fields:
        _pay_among(lists["benefits"], fields)
    _facts_among((*lists["conditions"], *lists["benefits"]), fields)
    if purpose := page.fields.get("purpose"):
        goals.insert(0, purpose)
    # What a text about the company or a duty says of its trade and its place is told there and known here.
    told = "\n".join((fields.get("company_text", ""), fields.get("company", ""), *lists["duties"], *lists["notes"]))
    place = fold(fields.get("location") or "")
    market = market_of(place) or next((name for name, sign in _MARKETS if sign.search(folded)), None)
    language = fields.get("language") or script
    return Brief(
        title=title,
        department=fields.get("department"),
        level=fields.get("level") or _level(title),
        reports_to=fields.get("reports_to"),
        headcount=_headcount(fields.get("headcount")),
        location=fields.get("location") or _first(place_pattern(), company),
        remote=fields.get("remote") or _first(pattern("remote"), fields.get("location")),
        employment_type=fields.get("employment_type")
        or _first(pattern("employment_type"), _in_brackets(title))
        or _first(_KIND, title),
        salary=re.sub(r"\bp\.a$", "p.a.", _PAY_CUE.sub("", fields["salary"])) if fields.get("salary") else None,
        must_have=_unique(lists["must_have"]),
        nice_to_have=_unique(lists["nice_to_have"]),
        company=company or None,
        company_stage=fields.get("company_stage") or _first(pattern("stage"), fields.get("company_text")),
        business_line=fields.get("business_line")
        or _line_of(title)
        or _trade(told)
        or _first(pattern("trades"), company),
        goals=_unique(goals),
        benefits=_unique(lists["benefits"]),
        tone=fields.get("tone"),
        language=language,
        length=fields.get("length"),
        channel=fields.get("channel"),
        market=market or market_of(folded) or _by_words(folded, script),
        valid_until=fields.get("valid_until") or _first(VALID, fields.get("apply")),
        apply=_APPLY_CUE.sub("", fields["apply"]) if fields.get("apply") else None,
        conditions=_unique(lists["conditions"]),
        duties=_unique(lists["duties"]),
        notes=_unique(lists["notes"]),
    )


def _by_words(folded: str, script: str) -> str:
    """The market of a text that names no place and no currency: an English one by its words and spelling, any other by its script."""
    british, american = (
        sum(bool(re.search(row, folded)) for row in terms()[name]) if script == "en" else 0
        for name in ("british", "american")
    )
    return "EU" if british > american else _BY_LANGUAGE[script]


def _facts_among(items: Sequence[str], fields: dict[str, str]) -> None:
    """The place and the kind of work that only an item of a list tells: `Hybrid, two office days a week in Berlin`."""
    for name, expression in (
        ("location", _WORKS_IN),
        ("remote", pattern("remote")),
        ("employment_type", pattern("employment_type")),
    ):
        value = next(filter(None, (_first(expression, item) for item in items if not _AWAY.search(fold(item)))), None)
        if value and not fields.get(name):
            fields[name] = value


def _pay_among(benefits: list[str], fields: dict[str, str]) -> None:
    """Take the pay out of the benefits, where one of them, or a part of one between commas, is nothing else."""
    for at, item in enumerate(benefits):
        parts = [part.strip() for part in re.split(r"[,\uff0c](?!\d{3})", item)]
        pay = next((part for part in parts if find_pay(fold(part)) == (0, len(part))), None)
        if pay:
            fields["salary"] = pay
            benefits[at : at + 1] = [part for part in parts if part != pay]
            return


def _unique(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _headcount(value: str | None) -> int | None:
    if not value:
        return None
    match = re.search(r"\d{1,4}|[一二两三四五六七八九十]{1,2}|\b[a-z]+\b", fold(value))
    return number_of(match.group()) if match else None


def _line_of(title: str | None) -> str | None:
    """The business line that a title begins with or has in brackets: `跨境电商亚马逊运营`."""
    match = pattern("business").match(fold(title)) if title else None
    begins = title[: match.end()] if title and match and match.end() < len(title) else None
    return begins or _first(pattern("business"), _in_brackets(title))


def _trade(text: str) -> str | None:
    """The business line that a text about the company or a duty tells, the most telling words first."""
    rows = (_first(re.compile(row), text) for row in terms()["business"])
    return next((found for found in rows if found and not is_act(fold(found))), None)


def _in_brackets(title: str | None) -> str | None:
    """What stands in the bracket of a title: `采购专员（3C配件）`."""
    found = re.search(r"[(\uff08]([^()\uff08\uff09]+)[)\uff09]", title or "")
    return found.group(1) if found else None


def _first(expression: re.Pattern[str], text: str | None) -> str | None:
    match = expression.search(fold(text)) if text else None
    return text[slice(*match.span(match.lastindex or 0))] if text and match else None


def _level(title: str | None) -> str | None:
    """The level that a title states: the words in front of it, else its ending."""
    return _first(pattern("levels"), title)
