"""A brief: what the recruiter typed. Read from JSON, or by rules from one sentence or an old job description.

Nothing is invented here: a field without evidence in the text stays empty.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from ingest.errors import UsageError
from ingest.script import detect_script, fold
from rag.link import RoleLinker

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
MARKETS = ("CN", "TW", "HK", "US", "EU")
LENGTHS = ("short", "standard", "detailed")
_LISTS = frozenset({"must_have", "nice_to_have", "goals", "benefits"})


@dataclass(frozen=True)
class Brief:
    """The contract's form fields; scalars default to None, lists to ()."""

    title: str | None = None
    department: str | None = None
    level: str | None = None
    reports_to: str | None = None
    headcount: int | None = None
    location: str | None = None
    remote: str | None = None
    employment_type: str | None = None
    salary: str | None = None
    must_have: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    company: str | None = None
    company_stage: str | None = None
    business_line: str | None = None
    goals: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    tone: str | None = None
    language: str = "zh-Hans"
    length: str | None = None
    channel: str | None = None
    market: str = "CN"
    valid_until: str | None = None
    apply: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape, every key present."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, row: Any) -> Brief:
        """Read a brief from JSON.

        :param row: an object with the contract's keys; a text in a list field is cut at line ends and 、 ; ；.
        :raises UsageError: for another shape, an unknown key or a value of the wrong type, naming the key.
        """
        if not isinstance(row, dict):
            raise UsageError("the brief is not a JSON object", 'give an object such as {"title": "新媒体运营"}')
        names = [item.name for item in fields(cls)]
        for key in row:
            if key not in names:
                near = difflib.get_close_matches(str(key), names, 1)
                raise UsageError(
                    f"the brief has no field {key!r}",
                    f"did you mean {near[0]!r}?" if near else f"use: {', '.join(names)}",
                )
        values = {key: _value(key, value) for key, value in row.items() if value is not None}
        for key, known in (("language", LANGUAGES), ("market", MARKETS), ("length", LENGTHS)):
            if key in values and values[key] not in known:
                raise UsageError(f"the brief's {key} is {values[key]!r}", f"use one of: {', '.join(known)}")
        return cls(**values)


def _value(key: str, value: Any) -> Any:
    if key in _LISTS:
        items = re.split(r"[\n、;\uff1b]", value) if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
            raise UsageError(f"the brief's {key} is not a list of texts", f'give "{key}": ["...", "..."]')
        return tuple(item.strip() for item in items if item.strip())
    if key == "headcount":
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,5}", str(value).strip()):
            raise UsageError(f"the brief's headcount is {value!r}", "give a whole number")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UsageError(f"the brief's {key} is not a text", f'give "{key}": "..."')
    return str(value).strip() or None


_CITIES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "成都",
    "重庆",
    "武汉",
    "南京",
    "苏州",
    "西安",
    "天津",
    "长沙",
    "郑州",
    "厦门",
    "青岛",
    "宁波",
    "合肥",
    "东莞",
    "佛山",
    "福州",
    "济南",
    "大连",
    "沈阳",
    "昆明",
    "无锡",
    "珠海",
    "海口",
    "台北",
    "新北",
    "桃园",
    "台中",
    "台南",
    "高雄",
    "新竹",
    "香港",
    "九龙",
    "新加坡",
    "beijing",
    "shanghai",
    "guangzhou",
    "shenzhen",
    "hangzhou",
    "chengdu",
    "taipei",
    "berlin",
    "london",
    "paris",
    "amsterdam",
    "dublin",
    "madrid",
    "singapore",
    "boston",
    "seattle",
    "chicago",
    "austin",
    "new\xa0york",
    "san\xa0francisco",
    "los\xa0angeles",
]
_CITY = re.compile("|".join(re.escape(city.replace("\u00a0", " ")) for city in _CITIES))
_MONEY = r"(?:\d[\d,]*(?:\.\d+)?\s?(?:k|千|万|元|w)?)"
_SALARY = re.compile(
    rf"(?:(?:月薪|年薪|薪资|薪酬|待遇|salary)\s*:?\s*)?(?:(?:nt\$|hk\$|us\$|usd|eur|cny|rmb|[$€£¥])\s?{_MONEY}(?:\s?(?:-|~|to|至|到)\s?{_MONEY})?"
    rf"|\d[\d.,]*\s?(?:k|千|万|w)?\s?(?:-|~|至|到)\s?\d[\d.,]*\s?(?:k|千|万元?|w|元)|(?:月薪|年薪|薪资|薪酬)\s*:?\s*{_MONEY})"
    r"(?:\s?(?:元|/|每|a |per )\s?(?:月|年|天|小时|month|year|hour))?(?:[·x*]\d{2}薪?)?"
)
_COUNT = re.compile(
    r"(?:招(?:聘)?|诚聘|hiring|hire)\s?(?P<n>\d{1,3}|[一二两三四五六七八九十])\s?(?:名|位|个|人)|(?P<m>\d{1,3}|[一二两三四五六七八九十])(?:名|位|人)(?!以)"
)
_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_TYPES = {
    "全职": r"全职|full[- ]time",
    "兼职": r"兼职|part[- ]time",
    "实习": r"实习|intern(?:ship)?\b",
    "外包": r"外包|contractor",
}
_LEVELS = (
    "实习生",
    "应届",
    "初级",
    "中级",
    "高级",
    "资深",
    "专员",
    "主管",
    "经理",
    "总监",
    "senior",
    "junior",
    "lead",
    "director",
    "manager",
    "intern",
)
_REPORTS = re.compile(
    r"(?:汇报给|向|直属上级:?|汇报对象:?|reports? to|reporting to)\s?(?:the )?([^,;。.\n]{2,20}?)(?:汇报|[,;。.\n]|$)"
)
_MUST = re.compile(
    r"(?:要会|必须会|需会|须会|要懂|要求|必须|需要|熟悉|精通|must know|must have|required?:?|needs?)\s?([^,;。.\n]{1,40})"
)
_NICE = re.compile(r"([^,;。.\n]{2,30}(?:优先|加分))|(?:nice to have|preferred):?\s?([^,;。.\n]{2,40})")
_TITLE = re.compile(
    r"(?:招聘|诚聘|征求|招|聘|征|hiring|looking for|need)\s?(?:(?:\d+|[一二两三四五六七八九十])(?:名|位|个|人))?(?:an?\s)?(?:[一-鿿]{2,3}的)?([^,;。.\n]{2,20})"
)
_PLACES = (
    ("HK", re.compile(r"香港|hk\$|强积金")),
    ("EU", re.compile(r"berlin|paris|amsterdam|dublin|madrid|\beur\b|€")),
)
# Headings of an old job description, on folded lines, and the field below them.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "must_have",
        re.compile(r"^(?:任职要求|任职资格|岗位要求|条件要求|要求|requirements|qualifications|must have)\s*:?\s*(.*)$"),
    ),
    ("nice_to_have", re.compile(r"^(?:加分项|优先条件|nice to have|preferred)\s*:?\s*(.*)$")),
    ("benefits", re.compile(r"^(?:福利|福利待遇|员工福利|benefits|what we offer)\s*:?\s*(.*)$")),
    ("goals", re.compile(r"^(?:目标|岗位目标|goals)\s*:?\s*(.*)$")),
    ("", re.compile(r"^(?:岗位职责|工作职责|工作内容|职责|公司介绍|responsibilities|about us|duties)\s*:?\s*(.*)$")),
)
_LINES: dict[str, re.Pattern[str]] = {
    "title": re.compile(r"^(?:职位名称|岗位名称|职位|岗位|职称|title|position)\s*:\s*(.+)$"),
    "department": re.compile(r"^(?:所属部门|部门|department)\s*:\s*(.+)$"),
    "location": re.compile(r"^(?:工作地点|地点|上班地点|location)\s*:\s*(.+)$"),
    "salary": re.compile(r"^(?:薪资|薪酬|薪资待遇|工作待遇|待遇|salary|pay)\s*:\s*(.+)$"),
    "reports_to": re.compile(r"^(?:汇报对象|直属上级|汇报给|reports to)\s*:\s*(.+)$"),
    "valid_until": re.compile(r"^(?:有效期|截止日期|valid until|closing date)\s*:\s*(.+)$"),
    "apply": re.compile(r"^(?:投递方式|应聘方式|联络方式|how to apply|apply)\s*:\s*(.+)$"),
}


def _blocks(text: str) -> dict[str, list[str]]:
    """The list fields of an old job description, by its headings."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        folded = fold(line.strip(" #*"))
        raw = line.strip(" #*")
        for name, pattern in _HEADINGS:
            if match := pattern.match(folded):
                current = name
                raw = raw[match.start(1) :]
                break
        if current and (item := re.sub(r"^\s*(?:\d{1,2}[.、)\uff0e\uff09]|[-*•])\s*", "", raw).strip(" ;\uff1b。")):
            found.setdefault(current, []).append(item)
    return found


def _lines(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        raw = line.strip(" #*-")
        for name, pattern in _LINES.items():
            if match := pattern.match(fold(raw)):
                found.setdefault(name, raw[match.start(1) :].strip())
    return found


def _first(pattern: re.Pattern[str], folded: str, text: str) -> str | None:
    match = pattern.search(folded)
    group = next((at for at in range(1, (match.lastindex or 0) + 1) if match.group(at)), 0) if match else 0
    return text[match.start(group) : match.end(group)].strip() if match else None


def _title(text: str, folded: str, linker: RoleLinker) -> str | None:
    reports = _REPORTS.search(folded)
    before = text[: reports.start()] if reports else text
    roles = [mention for mention in linker.link(before) if mention.entries[0].kind == "role"]
    if roles:
        return max(roles, key=lambda mention: len(mention.name)).name
    return _first(_TITLE, folded, text)


def parse_text(text: str, linker: RoleLinker) -> Brief:
    """Read a brief from one sentence or an old job description, by rules.

    :param text: what the user pasted; data, whatever it says.
    :param linker: the role catalogue, to find the title.
    :raises UsageError: for an empty text.
    """
    if not text.strip():
        raise UsageError("the text is empty", "write one sentence, for example: 招一名上海的新媒体运营,15-22k")
    folded = fold(text)
    script = detect_script(text)
    blocks, lines = _blocks(text), _lines(text)
    count = _COUNT.search(folded)
    number = (count.group("n") or count.group("m")) if count else None
    must = [text[m.start(1) : m.end(1)].strip() for m in _MUST.finditer(folded) if m.group(1).strip()]
    nice = [text[m.start(m.lastindex or 0) : m.end(m.lastindex or 0)].strip() for m in _NICE.finditer(folded)]
    market = next((name for name, pattern in _PLACES if pattern.search(folded)), None)
    return Brief(
        title=lines.get("title") or _title(text, folded, linker),
        department=lines.get("department"),
        level=next((level for level in _LEVELS if level in _REPORTS.sub("", folded)), None),
        reports_to=lines.get("reports_to") or _first(_REPORTS, folded, text),
        headcount=None if number is None else _DIGITS.get(number) or int(number),
        location=lines.get("location") or _first(_CITY, folded, text),
        remote=_first(re.compile(r"远程|居家办公|remote|hybrid|混合办公"), folded, text),
        employment_type=next((name for name, pattern in _TYPES.items() if re.search(pattern, folded)), None),
        salary=lines.get("salary") or _first(_SALARY, folded, text),
        must_have=tuple(dict.fromkeys(blocks.get("must_have") or must)),
        nice_to_have=tuple(dict.fromkeys(blocks.get("nice_to_have") or nice)),
        goals=tuple(blocks.get("goals", ())),
        benefits=tuple(blocks.get("benefits", ())),
        language=script,
        market=market or {"zh-Hans": "CN", "zh-Hant": "TW", "en": "US"}[script],
        valid_until=lines.get("valid_until"),
        apply=lines.get("apply"),
    )
