"""The structure of an old job description: labelled lines, tables and headings with the items below them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.script import fold
from rag.brief_pay import find_pay
from rag.brief_terms import CONTACT, pattern

# Label -> field, on folded text without white space next to Chinese. The same words serve `label: value`, a cell of a table
# before its value, and a heading above a list.
LABELS: dict[str, str] = {
    "title": r"(?:招聘|应聘|应征)?(?:职位|岗位|职务|职缺)(?:名称)?|职称|招聘职缺|job title|title|position|role|vacancy",
    "department": r"(?:所属|所在|用人|隶属)?部门|department|team",
    "level": r"职级|岗位级别|职位等级|级别|level|grade|seniority",
    "reports_to": r"汇报对象|(?:直属|直接)(?:上级|主管|领导)|上级(?:岗位)?|汇报给|汇报关系|汇报线|隶属主管|reports? to|reporting (?:line|to)|line manager",
    "headcount": r"(?:招聘|需求|编制)?人数|编制|名额|headcount|openings|vacancies|number of (?:positions|openings)",
    "location": r"[一-鿿]{0,4}(?:所在地|地点|城市|地区|地址|位置)|location|place of work|based in|office|where|workplace address",
    "remote": r"(?:办公|工作)方式|远程办公|remote(?: work)?|work(?:ing)? (?:mode|arrangement)|workplace",
    "employment_type": r"用工(?:性质|类型|形式)|(?:工作|职位|聘用|雇用)性质|雇佣类型|职务类型|employment type|job type|contract type|type",
    "salary": r"薪资(?:待遇|范围|水平|福利)?|薪酬(?:待遇|范围|福利)?|薪水|工资(?:待遇)?|月薪|年薪|底薪|(?:工作)?待遇(?:福利)?|salary(?: range)?|pay(?: range| rate)?|compensation|remuneration|rate",
    "company": r"公司名称|企业名称|招聘单位|用人单位|company name|employer",
    "company_stage": r"公司阶段|融资阶段|发展阶段|(?:company |funding )?stage",
    "business_line": r"业务线|所属业务|业务方向|主营(?:产品|业务)?|类目|行业|business line|business unit|product line|industry",
    "tone": r"语气|风格|tone",
    "channel": r"发布渠道|渠道|channel",
    "valid_until": r"有效期(?:至|到)?|截止(?:日期|时间)?|报名截止|应征截止(?:日)?|valid until|closing date|deadline|apply by",
    "apply": r"(?:简历)?投递(?:方式|邮箱|地址)?|应聘方式|(?:应征|报名)方式|简历投递|邮箱|how to apply|to apply|apply",
    "contact": r"联[系络](?:方式|人|电话|信箱)?|电话|微信|手机|contact(?: person)?|phone|call",
    "conditions": r"(?:工作|上班|作息)(?:时间|时段)|班次|休假(?:制度)?|休息(?:日|时间)?|试用期|合同(?:期限)?|出差(?:外派)?|管理责任|可上班日|到岗时间|入职时间|working hours|hours|schedule|shifts?|probation|contract|start date|travel",
    "must_have": r"(?:我们|你)?(?:期待|希望)(?:的?你|你有?)?|你需要|我们需要(?:你|的)?|[一-鿿]{0,4}(?:要求|资格)|(?:[一-鿿]{2}[及与和])?(?:任职|岗位|职位|招聘|应聘|应征|基本|必备|语文|录用|报考)?条件|学历(?:要求)?|(?:工作)?经[验历](?:要求)?|专业(?:要求)?|(?:工作)?技能(?:要求)?|语文(?:能力)?|擅长工具|(?:key |job |minimum |basic |the )?(?:requirements|qualifications)|(?:the )?must[- ]haves?|who you are|(?:about you)|what (?:you(?:'ll)?|we) (?:bring|need|expect|are looking for|'re looking for|want|look for)|we(?:'re| are) looking for|you have|you(?:'ll| will) (?:have|need|bring)|your profile|skills|experience|education",
    "nice_to_have": r"[一-鿿]{0,2}加分(?:项|条件)?|优先(?:条件|考虑|录用)?|其他条件|nice[- ]to[- ]haves?|(?:it's )?(?:a )?nice to have|preferred(?: qualifications| skills)?|bonus(?: points)?|pluses|(?:a )?plus(?: if)?|desirable",
    "benefits": r"(?:公司|员工)?福利(?:待遇|制度|补贴)?|(?:我们)?(?:能)?(?:提供|给你)(?:的|什么)?|benefits|perks(?: (?:and|&) benefits)?|what (?:we offer|you(?:'ll)? get|'s in it for you)|we offer|our offer|the (?:offer|deal)",
    "goals": r"(?:岗位|工作|季度|年度)?目标|考核指标|绩效指标|kpis?|(?:key )?goals|objectives|what success looks like|success (?:metrics|looks like)",
    "duties": r"(?:岗位|工作|主要|职位|职务)?(?:职责|任务|内容)|工作说明|(?:关于)?(?:职务|岗位|职位|工作)(?:说明|描述|介绍|概述)?内容?|关于(?:职务|岗位|职位|工作)|做什么|你要做的(?:事)?|日常工作|(?:key |your |the )?(?:responsibilities|duties|tasks)|(?:what )?you(?:'ll| will)(?: do| be doing)|what you do|the (?:job|work)|day[- ]to[- ]day|(?:job )?description",
    "purpose": r"岗位目的|设岗目的|purpose|about the (?:role|job)|the role",
    "company_text": r"公司|(?:公司|企业|品牌|团队)(?:介绍|简介)|关于我们|我们是谁|company|about (?:us|the company)|who we are",
    "details": r"(?:工作|其他|其它)(?:条件|说明|信息|事项)|其他|其它|备注|基本(?:信息|资料)|(?:岗位|职位)(?:信息|详情)|(?:the |key |job )?details|other(?: information)?|good to know|practicalities|terms|the basics",
}
LISTS = frozenset({"conditions", "must_have", "nice_to_have", "benefits", "goals", "duties"})
# Labels that may stand above several lines.
_ABOVE = LISTS | {"company_text", "purpose", "details"}
_BULLET = re.compile(
    r"^\s*(?:[(\uff08]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?[)\uff09]|\(?\d{1,2}[.、)\uff0e\uff09](?!\d)|[-*•·●◆■▪○✓✔➢▶►★☆✅]|[①-⑳]|[一二三四五六七八九十]{1,2}、)\s*"
)
_EDGE = " \t#*【】[]「」<>〈〉《》■◆●▪|_─—–═=~★☆▶►◎※"
_LABEL = {name: re.compile(rf"^(?:{pattern})$") for name, pattern in LABELS.items()}
_HEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}、|\d{1,2}[.、]\s*)?([^:]{1,24}?)(?:\([^()]{1,20}\))?\s*(?::\s*(.*))?$", re.S
)
_HAN = re.compile("[㐀-鿿]")
# Where the first fact of a value ends: in English a comma may belong to the place or the title.
_COMMA = r"(?:(?<!\d),|,(?!\d{3}(?!\d)))(?![^(]*\))"
_FACT_END = {True: re.compile(rf";|。|{_COMMA}"), False: re.compile(r";|\.\s+(?=[a-z])")}


@dataclass(frozen=True)
class Line:
    """One line of free text, and the list that its unmarked clauses carry on."""

    text: str
    carry: str | None = None


@dataclass
class Page:
    """An old job description taken apart: `fields` by name, `lists` by name, and the `rest` that is read clause by clause."""

    fields: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    rest: list[Line] = field(default_factory=list)


def label_of(text: str) -> str | None:
    """The field that a label such as `任职要求` or `What you will do` stands for; None for any other text."""
    plain = re.sub(r"\s*(?<![a-z])\s+(?![a-z])", "", fold(text).strip(_EDGE + ": "))
    return next((name for name, pattern in _LABEL.items() if pattern.match(plain)), None)


def items_of(text: str, *, slashes: bool = False) -> list[str]:
    """The items of an inline list: cut at semicolons, else enumeration commas, else commas, else slashes where told so."""
    folded = fold(text)
    for marks in (
        r";",
        r"、",
        r"(?:(?<!\d),|,(?!\d{3}(?!\d)))",
        *([r"[/+](?!月(?!饼)|天|日|年(?![假终底]))"] if slashes else []),
    ):
        if re.search(marks, folded):
            cuts = [match.start() for match in re.finditer(marks, folded)]
            pieces = [text[a:b] for a, b in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]
            return [piece for piece in map(clean, pieces) if piece]
    return [item] if (item := clean(text)) else []


def clean(text: str) -> str:
    """A line or a piece of one without its bullet and the marks around it."""
    return _BULLET.sub("", text.strip(_EDGE)).strip(_EDGE + ",;:。\uff0c\uff1b\uff1a\uff0e.")


def _cells(line: str) -> list[str]:
    """The cells of a table row: between bars or tabs; one cell for any other line."""
    if "\t" in line or line.count("|") + line.count("\uff5c") >= 1:
        return [cell.strip() for cell in re.split(r"[|\t\uff5c]", line.strip("| \t")) if cell.strip(" -:")]
    return [line]


def take_apart(text: str) -> Page:
    """Read the structure of a text; a text without any goes into `rest` line by line.

    :param text: as pasted.
    """
    text = _broken_up(text)
    page = Page()
    current: str | None = None
    for line in text.splitlines():
        if not line.strip():
            continue
        cells = _cells(line)
        if len(cells) > 1 and (label_of(cells[0]) or label_of(cells[-2])):
            current = _row(page, cells, current)
            continue
        current = _line(page, line, current)
    return page


_SQUARE = re.compile(r"^[ \t]*[\u3010\[\u300c]([^\u3010\u3011\[\]\n]{1,16})[\u3011\]\u300d][ \t]*[:\uff1a]?", re.M)
_INLINE = re.compile(
    rf"(?:(?<=[,;。|])\s*|(?<=\s)(?=[一-鿿]))(?=(?:{'|'.join(pattern for name, pattern in LABELS.items() if name not in {'tone', 'channel'})})\s?:)"
)


def _broken_up(text: str) -> str:
    """Labels in brackets become `label:`, and a label within a line begins a line of its own."""
    text = _SQUARE.sub(lambda match: f"{match.group(1)}: ", text)
    cuts = [match.start() for match in _INLINE.finditer(fold(text))]
    edges = zip([0, *cuts], [*cuts, len(text)], strict=True)
    return "\n".join(
        text[start:end].rstrip(" ,;|\uff0c\uff1b") if end < len(text) else text[start:end] for start, end in edges
    )


def _row(page: Page, cells: list[str], current: str | None) -> str | None:
    """A row of a table: labels, each with the value behind it."""
    for at, cell in enumerate(cells):
        name = label_of(cell)
        if name and at + 1 < len(cells) and not label_of(cells[at + 1]):
            _put(page, name, cells[at + 1], cell)
        elif at == 0 and not name:
            page.rest.append(Line(cell))
    return current


def _line(page: Page, line: str, current: str | None) -> str | None:
    """One line; returns the list that the next lines belong to."""
    bare = line.strip(_EDGE)
    match = _HEAD.match(fold(bare))
    name = label_of(fold(bare)[match.start(1) : match.end(1)]) if match else None
    if match and name:
        value = bare[match.start(2) : match.end(2)] if match.group(2) else ""
        if value.strip():
            _put(page, name, value, bare[match.start(1) : match.end(1)])
            return name if name in _ABOVE else None
        if ":" in match.group() or name in _ABOVE:
            return name
    if current is None or current == "details" or CONTACT.search(fold(bare)):
        page.rest.append(Line(bare))
    elif current in LISTS:
        _extend(page, current, [item] if (item := clean(line)) else [])
    else:
        _put(page, current, bare, "")
        return current if current in _ABOVE else None
    return current


def _extend(page: Page, name: str, items: list[str]) -> None:
    """Add items to a list; slashes part short requirements, and a wish among requirements is a wish."""
    if name in {"must_have", "nice_to_have"}:
        items = [piece for item in items for piece in _by_slashes(item)]
    for item in items:
        parts = re.split(r"[,\uff0c;\uff1b]\s*", item)
        wishes = [part for part in parts if name == "must_have" and pattern("nice").search(fold(part))]
        if wishes and len(wishes) < len(parts):
            page.lists.setdefault("must_have", []).append("\uff0c".join(part for part in parts if part not in wishes))
            page.lists.setdefault("nice_to_have", []).extend(wishes)
        else:
            page.lists.setdefault("nice_to_have" if wishes else name, []).append(item)


def _by_slashes(item: str) -> list[str]:
    """`五年以上經驗/英文可讀/役畢` is three items; `PS/AI` is one."""
    pieces = [piece.strip() for piece in re.split(r"[/\uff0f]", item)]
    return pieces if len(pieces) > 2 and _HAN.search(item) and min(map(len, pieces)) > 1 and len(item) > 12 else [item]


# Labels whose word is part of the fact: `试用期: 3个月` must not become `3个月`.
_KEEPS_LABEL = re.compile(
    r"试用|合同|出差|班次|休假|休息|管理|到岗|入职|probation|contract|start|travel|学历|工作经|专业|语文|擅长|技能|education|experience|时间|时段|hours|schedule|shift|可上班"
)


def _put(page: Page, name: str, value: str, label: str) -> None:
    """A labelled value: a list item by item, a text whole, a field up to its first fact; the rest is read on."""
    value = value.strip()
    if name in LISTS:
        kept = f"{label.strip(_EDGE)}: {value}" if label and _KEEPS_LABEL.search(fold(label)) else None
        colon = "\uff1a" if kept and _HAN.search(label) else ": "
        items = [kept.replace(": ", colon, 1)] if kept else items_of(value, slashes=name == "benefits")
        _extend(page, name, items)
    elif name == "contact":
        personal = not re.search(r"@|https?:|www\.", value)
        page.rest.append(Line(f"{label}: {value}")) if not personal else _extend(page, "notes", [f"{label}: {value}"])
    elif name == "details":
        page.rest.append(Line(value))
    elif name in {"company_text", "purpose", "apply"}:
        before = page.fields.get(name)
        page.fields[name] = f"{before}\n{value}" if before else value
    else:
        _first_fact(page, name, value)


def _first_fact(page: Page, name: str, value: str) -> None:
    """The first fact of a value is the field's; what follows is another fact, after pay a benefit."""
    chinese = bool(_HAN.search(value))
    end = (re.compile(rf"{_COMMA}|;|\.\s") if name == "salary" else _FACT_END[chinese]).search(fold(value))
    first, others = (value[: end.start()].strip(), value[end.end() :].strip()) if end else (value, "")
    carry = "benefits" if name == "salary" else None
    if name == "salary" and not find_pay(fold(first)) and find_pay(fold(others)):
        first, others = "", value
    if others:
        page.rest.append(Line(others, carry))
    if first:
        page.fields.setdefault(name, first)
