"""The structure of an old job description: labelled lines, tables and headings with the items below them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.script import fold, has_chinese
from ingest.verbs import is_act
from rag.brief_items import BULLET, EDGE, clean, items_of, sentences_of, sorted_out
from rag.brief_labels import BARE, LISTS, TEXTS, label_of, topic_of
from rag.brief_pay import find_pay
from rag.brief_terms import CONTACT, COUNT, HIRE, REPORTS, TITLE_END, VALID, pattern
from rag.brief_tidy import tidied
from rag.places import place_pattern

_HEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}、|\d{1,2}[.、]\s*)?([^:]{1,24}?)(?:\([^()]{1,20}\))?\s*(?::\s*(.*))?$", re.S
)
_BULLETED = re.compile(r"^[-*\u2022\u00b7]\s*([^:]{2,24}):\s*\S")
# `薪资 9-13K`: a label of two characters or more, a space, the value.
_SPACED = re.compile(r"^([一-鿿]{2,5})\s+(\S.*)$", re.S)
_DECORATED = re.compile(
    r"^\s*(?:[─—–═=~★☆▶►◎※*#\s【《<]{2,}|[【《<])(.{2,24}?)\s*(?:[─—–═=~★☆◀◄◎※*#\s】》>]{2,}|[】》>])\s*$|^\s*#{2,6}\s*(.{2,40})$|^\s*([A-Z][A-Z &/'-]{3,40}):?\s*$|^\s*[\U0001f000-\U0001faff\u2600-\u27bf]\ufe0f?\s*(.{2,10})$"
)
# Where the first fact of a value ends: in English a comma may belong to the place or the title.
_PLACED = re.compile(r"(?:(?:办公室?|公司|工作)?(?:地点)?在|位于|base ?在?|(?:our )?office (?:is )?in |based in )?")
_COMMA = r"(?:(?<!\d),|,(?!\d{3}(?!\d)))(?![^(]*\))"
_FACT_END = {True: re.compile(rf";|。|{_COMMA}"), False: re.compile(r";|\.\s+(?=[a-z])")}
_PLACE_END = re.compile(
    rf";|。|(?<=[一-鿿]) +(?=[^,;。]*(?:薪|\d|要求|年龄|经验|学历|双休|待遇|招))|(?<=[一-鿿)]){_COMMA}|\.\s+(?=[a-z])|,\s*(?=(?:hybrid|remote|on-?\s?site|in-office|full|part|from|with|mon|tue|wed|\d))(?![^(]*\))"
)
_PAY_END = re.compile(rf"{_COMMA}|;|。|\.\s")
# A label that talks is none: `\u5c97\u4f4d\u8981\u6c42\u53d1\u4f60`.
_SAYS = re.compile(r"[我你您]|发|看|麻烦|帮|如下|\b(?:i|you|me|please|here)\b")
# By its last words a line is a demand, whatever it begins with: `BA4 certificate needed`.
_TELLS = re.compile(
    r"\b(?:needed|required|essential|mandatory|preferred|a must|licen[cs]e|certificate|degree)$|经验$|学历$|以上$|证书?$"
)
# Labels whose word is part of the fact: `试用期: 3个月` must not become `3个月`.
_KEEPS_LABEL = re.compile(
    r"试用|合同|出差|班次|休假|休息|管理|到岗|入职|probation|contract|start|travel|学历|工作经|专业|语文|擅长|技能|education|experience|时间|时段|hours|schedule|shift|可上班"
)


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


def take_apart(text: str) -> Page:
    """Read the structure of a text; a text without any goes into `rest` line by line.

    :param text: as pasted.
    """
    page = Page()
    current: str | None = None
    regular, around = tidied(text)
    if around:
        page.lists["notes"] = around
    lines = [piece for line in _headed([line for line in regular.splitlines() if line.strip()]) for piece in line]
    for line, below in zip(lines, [*lines[1:], *[""][: len(lines)]], strict=True):
        cells = _cells(line)
        if len(cells) > 1 and (label_of(cells[0]) or label_of(cells[-2])):
            _row(page, cells)
        elif len(pairs := _paired(line)) > 1:
            for label, value in pairs:
                _put(page, label_of(label) or "details", value, label)
        else:
            above = bool(BULLET.match(below)) and not label_of(below) and not BULLET.match(line)
            above = above and len(line.split()) <= 6 and len(line) <= 40
            before = current
            current = _line(page, line, current, many=len(lines) > 2, above=above)
            # What begins behind its label goes on in bullets alone; another line speaks for itself.
            if (
                current in LISTS
                and current != before
                and not BULLET.match(line)
                and _valued(line)
                and not BULLET.match(below)
            ):
                current = None
            # A line without a bullet below bulleted ones is no item of theirs.
            if current == before and current in LISTS and BULLET.match(line) and below and not BULLET.match(below):
                current = None
    return page


def _headed(lines: list[str]) -> list[list[str]]:
    """A table whose first row holds the labels, as a line for each cell of its second row; any other text as it is."""
    cells = [_cells(line) for line in lines]
    names = [label_of(cell) for cell in cells[0]] if lines else []
    if len(names) < 3 or names.count(None) > 1 or len(lines) < 2 or len(cells[1]) != len(names):
        return [[line] for line in lines]
    if any(map(label_of, cells[1])):
        return [[line] for line in lines]
    return [
        [f"{label}: {value}" for label, value in zip(cells[0], cells[1], strict=True)],
        *([line] for line in lines[2:]),
    ]


def _cells(line: str) -> list[str]:
    """The cells of a table row: between bars or tabs; one cell for any other line."""
    if "\t" in line or line.count("|") + line.count("\uff5c") >= 1:
        return [cell.strip() for cell in re.split(r"[|\t\uff5c]", line.strip("| \t")) if cell.strip(" -:")]
    return [line]


def _paired(line: str) -> list[tuple[str, str]]:
    """`岗位/职级：经理 / M2` as labels, each with its value; nothing for any other line."""
    label = fold(line).partition(":")[0]
    labels, at = label.split("/"), len(label) + 1
    values = [part.strip() for part in re.split(r"\s[/\uff0f]\s", line[at:])]
    return list(zip(labels, values, strict=True)) if len(labels) == len(values) > 1 and label_of(labels[0]) else []


def _row(page: Page, cells: list[str]) -> None:
    """A row of a table: labels, each with the value behind it."""
    for at, cell in enumerate(cells):
        name = label_of(cell)
        if name and at + 1 < len(cells) and not label_of(cells[at + 1]):
            _put(page, name, cells[at + 1], cell)
        elif at == 0 and not name:
            page.rest.append(Line(cell))


def _line(page: Page, line: str, current: str | None, *, many: bool, above: bool) -> str | None:
    """One line; returns what the next lines belong to."""
    bare = line.strip(EDGE)
    if not bare:
        return None
    name, label, value = _labelled(line, bare, many=many, above=above, first=not (page.fields or page.lists))
    if name and value:
        _put(page, name, value, label)
        # A few words behind its label are all that a text says.
        return name if name in LISTS or (name in TEXTS and len(value) > 40) else None
    if name:
        return name
    return _under(page, line, bare, current)


def _valued(line: str) -> bool:
    """Whether a line holds a label with its value."""
    return bool(re.search(r":\s*\S", fold(line)))


def _labelled(line: str, bare: str, *, many: bool, above: bool, first: bool) -> tuple[str | None, str, str]:
    """The field that a line names, its label, and its value or "" for a heading; no field for any other line."""
    folded = fold(bare)
    # `- Position: ...`: a bullet before a label says nothing.
    if (bullet := _BULLETED.match(folded)) and label_of(bullet.group(1)) and (many or first):
        bare, folded = bare[bullet.start(1) :], folded[bullet.start(1) :]
    match = _HEAD.match(folded)
    if match:
        label = bare[match.start(1) : match.end(1)]
        value = bare[match.start(2) : match.end(2)].strip() if match.group(2) else ""
        # `Looking for: a baker` begins a text, where the same words head a list further below.
        short = (
            ":" in match.group()
            and not re.search(r"\d(?! ?(?:days|weeks|months|天|个月))", label)
            and not (first and HIRE.search(fold(label)))
        )
        short = short and (len(label) <= 8 if has_chinese(label) else len(label.split()) <= 6)
        name = label_of(label) or (topic_of(label) if short and not (first and _SAYS.search(fold(label))) else None)
        wants = name == "must_have" and first and HIRE.search(fold(label))
        if name and not wants and (value or ":" in match.group() or name in BARE):
            return name, label, value
    spaced = _SPACED.match(folded) if many else None
    if spaced and (name := label_of(spaced.group(1))):
        return name, bare[: spaced.end(1)], bare[spaced.start(2) :]
    marked = (_DECORATED.match(line) and not BULLET.match(line)) or (above and not re.search(r"[,.;:!?。，；]", bare))
    if marked and (label_of(bare) or not first) and not TITLE_END.search(folded):
        return topic_of(bare) or "details", bare, ""
    return None, "", ""


def _under(page: Page, line: str, bare: str, current: str | None) -> str | None:
    """A line below a heading, or below none; returns what the next lines belong to."""
    if (CONTACT.search(fold(bare)) or "@" in bare) and current not in {"apply", *TEXTS}:
        page.rest.append(Line(bare))
    elif current in {"salary", "details", "contact"}:
        page.rest.append(Line(bare, "benefits" if current == "salary" else None))
    elif current in LISTS and not _is_fact(bare):
        rows = sentences_of(line)
        loose = current == "benefits" and not BULLET.match(line)
        _extend(page, current, [item for row in rows for item in items_of(row)] if loose else rows)
    elif current in TEXTS and VALID.search(fold(bare)):
        page.rest.append(Line(bare))
        return None
    elif current and current not in LISTS:
        _put(page, current, bare, "")
        return current if current in TEXTS | {"apply"} else None
    elif not current and BULLET.match(line) and (page.fields or page.rest):
        name = _spoken(bare)
        if name == "duties":
            _extend(page, name, [clean(line)])
        else:
            page.rest.append(Line(clean(line), name))
    else:
        page.rest.append(Line(clean(line) if BULLET.match(line) else bare))
    return current


def _is_fact(text: str) -> bool:
    """Whether an item of a list is a fact with a field of its own: pay, a place, or whom the role reports to."""
    folded = clean(fold(text))
    place = _PLACED.match(folded)
    if place and place_pattern().match(folded, place.end()) and not pattern("must").search(folded):
        return True
    pay = find_pay(folded)
    first = len(re.split(r",(?!\d{3})", folded)[0])
    return bool(REPORTS.match(folded)) or bool(pay and pay[0] < first and 2 * (pay[1] - pay[0]) >= first)


def _spoken(text: str) -> str | None:
    """The list of a bulleted line without a heading, by its first or last words: duties where none says otherwise; None for a fact."""
    folded = clean(fold(text))
    if _is_fact(text) or COUNT.fullmatch(folded):
        return None
    if pattern("nice").search(folded):
        return "nice_to_have"
    if _TELLS.search(folded):
        return "must_have"
    ends = 0 if is_act(folded) else len(folded)
    for name, list_name in (("must", "must_have"), ("benefits", "benefits"), ("conditions", "conditions")):
        match = pattern(name).search(folded)
        if match and (match.start() < 3 or match.end() == ends):
            return list_name
    return "duties"


def _extend(page: Page, name: str, items: list[str]) -> None:
    for list_name, item in sorted_out(name, items):
        page.lists.setdefault(list_name, []).append(item)


def _put(page: Page, name: str, value: str, label: str) -> None:
    """A labelled value: a list item by item, a text whole, a field up to its first fact; the rest is read on."""
    value = value.strip(EDGE)
    if name == "salary" and value and not find_pay(fold(value)) and not re.search(r"\d", value):
        name = "benefits"
    if name in LISTS:
        kept = f"{label.strip(EDGE)}: {value}" if label and _KEEPS_LABEL.search(fold(label)) else None
        colon = "\uff1a" if kept and has_chinese(label) else ": "
        # What follows the first sentence speaks for itself.
        value, *others = [value] if kept else [part for part in value.split("\u3002") if part.strip()] or [value]
        items = [kept.replace(": ", colon, 1)] if kept else items_of(value, slashes=name == "benefits")
        _extend(page, name, items)
        page.rest += [Line(part, name) for part in others]
    elif name == "contact":
        reachable = re.search(r"@|https?:|www\.", value)
        if reachable:
            _put(page, "apply", value, label)
        else:
            _extend(page, "notes", [f"{label}: {value}"])
    elif name == "details":
        page.rest.append(Line(value))
    elif name in TEXTS | {"apply"}:
        before = page.fields.get(name)
        mark = "\n" if name in TEXTS else ", "
        page.fields[name] = f"{before}{mark}{value}" if before else value
    else:
        _first_fact(page, name, value)


def _first_fact(page: Page, name: str, value: str) -> None:
    """The first fact of a value is the field's; what follows is another fact, after pay a benefit."""
    ends = _PAY_END if name == "salary" else _PLACE_END if name == "location" else _FACT_END[has_chinese(value)]
    end = ends.search(fold(value))
    if (
        name == "salary"
        and not end
        and (pay := find_pay(fold(value)))
        and re.match(r"\s+[一-鿿]", fold(value)[pay[1] :])
    ):
        end = re.compile(r"\s+").search(fold(value), pay[1])
    first, others = (value[: end.start()].strip(), value[end.end() :].strip()) if end else (value, "")
    if name == "salary" and not find_pay(fold(first)) and find_pay(fold(others)):
        first, others = "", value
    count = COUNT.search(fold(first)) if name == "title" else None
    if count and count.start() > 1:
        page.fields.setdefault("headcount", first[count.start() :])
        first = first[: count.start()].strip(" (\uff08")
    if first.endswith(".") and name != "company":
        first = first[:-1]
    if others:
        page.rest.append(Line(others, "benefits" if name == "salary" else None))
    if first:
        page.fields.setdefault(name, first)
