"""Find the headings of a text.

Headings are Markdown `#` lines; numbered heads (第一章, 一、 (一) 1. (1) ①), on a line of their own or run into their text;
short lines of their own that name a department or a role, stand between brackets or behind a mark, or stand between blank
lines above prose; names that run into what is said of them; and labels that run into their text, such as `战略规划:`, where
several follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.labels import heading_label, label_of
from ingest.names import LONGEST_ENGLISH, kind_of_name
from ingest.prose import is_bare_list
from ingest.run_in import head_end
from ingest.script import CJK, fold

MAX_HEAD = 24
MAX_NUMBERED_HEAD = 40
_MARKDOWN = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_NUMERAL = "一二三四五六七八九十"
_FORMAL = "壹贰叁参肆伍陆柒捌玖拾"
# Numbered heads, outermost first; their levels start below Markdown's so that a `#` title stays on top.
_NUMBERED = (
    (
        7,
        re.compile(
            rf"^(?:第[{_NUMERAL}百\d]{{1,4}}[部章节篇编条](?:分)?|(?:part|chapter|section)\s+[\divx]+[:.]?)\s*(.+)$"
        ),
    ),
    (7, re.compile(rf"^[{_FORMAL}]{{1,3}}[、:.]\s*(.+)$")),
    (8, re.compile(rf"^[{_NUMERAL}]{{1,3}}[、:.]\s*(.+)$")),
    (9, re.compile(rf"^\([{_NUMERAL}]{{1,3}}\)\s*(.+)$")),
    (11, re.compile(r"^\d{1,2}[.、]\s*(?=\D)(.+)$")),
    (12, re.compile(r"^\d{1,2}(?:\.\d{1,2})+[.、]?\s\s*(?=\D)(.+)$")),
    (13, re.compile(r"^\(\d{1,2}\)\s*(.+)$")),
    (14, re.compile(r"^[①-⑳]\s*(.+)$")),
)
_BARE_LEVEL = 10
# Heads between lenticular brackets or behind a mark; a mark that many short lines in a row bear is that of a list.
_MARKED = re.compile(r"^(?:【(?P<inside>[^【】]{2,24})】|[■◆●▲★▶◎◇□※►]\s*(?P<behind>[^。;,:]{2,24}?)):?$")
# A number inside a Markdown heading: `## 一、生产部`, `## 第二章 检验科`, `### 2.1 架构组`.
_INNER_NUMBER = re.compile(
    rf"^(?:第[{_NUMERAL}百\d]{{1,4}}(?:部分|[章节篇编条])[、.:]?|(?:chapter|section|part) (?:\d{{1,2}}|[ivx]{{1,4}})[:.]|[{_FORMAL}{_NUMERAL}]{{1,3}}[、.]|\([{_NUMERAL}\d]{{1,3}}\)|\d{{1,2}}[.、](?:\d{{1,2}}[.、]?)*(?=\s|[㐀-鿿])|\d{{1,2}}(?:\.\d{{1,2}})+)\s*(?=\D)"
)
# Bold words that a line begins with, or is: `**店铺运营。** 每天核对库存`.
_BOLD_LEAD = re.compile(r"^\s*(?P<mark>\*\*|__)(?P<name>[^*_]{2,40}?)[。.:\uff1a]?(?P=mark)\s*[:\uff1a]?\s*")
# What stands around a name in a heading and is no part of it: bold type, and a letter or a code as in `B. 策划组`, `A-01 制作人`.
_AROUND = re.compile(r"^[*_\s]+|[*_\s]+$")
_CODE = re.compile(r"(?:[A-Z]{1,4}-\d{1,4}(?=[\s:\uff1a、.])|[A-Z](?=[.、\uff0e]))[\s:\uff1a、.\uff0e]+(?=\S)")
_LABEL_LEVEL = 15
_SENTENCE = re.compile(r"[。!?;,]")
# Below such a line, numbered lines are the items of a list, not heads.
_LIST_LABEL = re.compile(
    r"^.{0,8}(?:职责|指标|技能|产出|协作|要求|方面|duties|responsibilities|metrics|skills|deliverables|works with)(?: include| are|包括|如下)?\s*:\s*$"
)
_RUN_IN_LABEL = re.compile(r"^([㐀-鿿a-z][^。;,:!?、\s]{1,11}(?:\([^()。]{1,16}\))?):(?=\s*\S.{9,})")
_PROSE = 25
_BULLET = re.compile(r"[-*+•·]\s+")
# A name that runs into what is said of it: `- Conveyancer: searches...`, `一、教學組:排定課表`, `**Room Attendant:** cleans...`.
_RUN_IN_NAME = re.compile(
    r"^(?:[-*+•·]\s+|[■◆●▲★▶◎◇□※►]\s*)?(?P<bold>\*\*|__)?(?P<name>[^:。,;!?|*_【】]{2,48}?)(?:(?(bold)(?::(?:\*\*|__)|(?:\*\*|__)\s*(?::|[-–—](?=\s)))|(?::|(?<=\s)[–—](?=\s))))"
)


@dataclass(frozen=True)
class _Line:
    text: str
    folded: str
    start: int
    blank_above: bool
    following: str
    blank_below: bool


@dataclass(frozen=True)
class Head:
    """A heading: how deep it lies, what it names, and where its line begins and its text ends.

    `names` is true for a name of somebody or something in an organisation that runs into what is said of it.
    """

    level: int
    name: str
    start: int
    end: int
    names: bool = False


def _lines(text: str, start: int, end: int) -> list[_Line]:
    """The lines that hold something, each with what surrounds it."""
    raw = text[start:end].split("\n")
    rows: list[tuple[str, int, bool]] = []
    offset, blank = start, True
    for line in raw:
        if line.strip():
            rows.append((line, offset, blank))
        blank = not line.strip()
        offset += len(line) + 1
    found: list[_Line] = []
    for number, (line, at, above) in enumerate(rows):
        after = rows[number + 1] if number + 1 < len(rows) else ("", end, True)
        found.append(_Line(line, fold(line.strip()), at, above, fold(after[0].strip()), after[2]))
    return found


def _level(folded: str) -> int | None:
    return next((level for level, pattern in _NUMBERED if pattern.match(folded)), None)


def _head_of(line: _Line, before: _Line | None) -> Head | None:
    """The heading that a line is, or begins with."""
    start, end = line.start, line.start + len(line.text)
    if markdown := _MARKDOWN.match(line.text.strip()):
        name = _AROUND.sub("", markdown.group(2))
        number = _INNER_NUMBER.match(fold(name))
        return Head(len(markdown.group(1)), _plain(name[number.end() :] if number else name), start, end)
    if named := _run_in_name(line):
        return named
    if marked := _MARKED.match(line.folded):
        indent = start + len(line.text) - len(line.text.lstrip())
        first, last = marked.span("inside" if marked.group("inside") else "behind")
        name = line.text[indent - start :][first:last].strip()
        return Head(_LABEL_LEVEL + 1 if heading_label(name) else _BARE_LEVEL, name, start, end)
    level = _level(line.folded)
    if level:
        return _numbered_head(level, line)
    longest = LONGEST_ENGLISH if not CJK.search(line.folded) else MAX_HEAD
    is_short = len(line.folded) <= longest and not _SENTENCE.search(line.folded) and not line.folded.endswith(":")
    return _bare_head(line, before) if is_short and not label_of(line.text) else None


def _run_in_name(line: _Line) -> Head | None:
    """The name of a role or a part of the organisation that a line begins with, up to its colon."""
    indent = len(line.text) - len(line.text.lstrip())
    number = _number_end(line.folded)
    match = _RUN_IN_NAME.match(line.folded[number:])
    name = match.group("name").strip() if match else ""
    kind = kind_of_name(name) if match else None
    if not match or not kind or label_of(name + ":"):
        return None
    if kind != "role" and is_bare_list(line.folded[number + match.end() :]):
        return None  # its members
    first, last = match.span("name")
    level = (_level(line.folded) if number else None) or _LABEL_LEVEL
    end = line.start + indent + number + match.end()
    return Head(level, line.text[indent + number :][first:last].strip(), line.start, end, names=True)


def _named_item(line: _Line) -> Head | None:
    """An item that is nothing but a name, below one that says of another what it does."""
    bullet = _BULLET.match(line.folded)
    name = line.folded[bullet.end() :].rstrip(".。;") if bullet else ""
    if not bullet or not kind_of_name(name):
        return None
    at = line.start + len(line.text) - len(line.text.lstrip()) + bullet.end()
    return Head(_LABEL_LEVEL, line.text[at - line.start :][: len(name)], line.start, line.start + len(line.text))


def _bare_head(line: _Line, before: _Line | None) -> Head | None:
    """A short line without a number that is a heading by what stands around it."""
    start, end = line.start, line.start + len(line.text)
    label = label_of(line.following)
    unmarked = not _BULLET.match(line.folded) and "|" not in line.folded
    if label and label[0] in {"goal", "duties"} and unmarked and ":" not in line.folded:
        return Head(_BARE_LEVEL, _bare(line.text.strip()), start, end)
    if before and re.fullmatch(r"0?\d{1,2}", before.folded) and line.blank_below:
        return Head(8, line.text.strip(), before.start, end)
    is_name = bool(kind_of_name(line.folded))
    longest = LONGEST_ENGLISH if is_name and not CJK.search(line.folded) else 16
    stands_alone = ":" not in line.folded and line.blank_above and line.blank_below and len(line.folded) <= longest
    if (
        stands_alone
        and line.text.strip().isupper()
        and not CJK.search(line.folded)
        and re.search(r"[a-z]{3}", line.folded)
    ):
        return Head(_BARE_LEVEL, _bare(line.text.strip()), start, end)
    prose = len(line.following) >= _PROSE or (line.following.endswith("。") and len(line.following) > 10)
    if stands_alone and prose and not re.match(r"[-*•|>]|\d", line.folded) and "|" not in line.folded:
        return Head(_BARE_LEVEL, _bare(line.text.strip()), start, end)
    return None


def _numbered_head(level: int, line: _Line) -> Head | None:
    """A line that begins with a number: all of it is the head, or its first words, or it is a sentence."""
    if len(line.folded) <= MAX_NUMBERED_HEAD and not _SENTENCE.search(line.folded.rstrip(" :")):
        # An item of a list is followed by the next item, a head by its text.
        return Head(level, _bare(line.text.strip()), line.start, line.start + len(line.text))
    if not re.search(r"[。;,]" if level < 11 else "。", line.folded):
        return None
    indent = len(line.text) - len(line.text.lstrip())
    end = head_end(line.folded)
    if end is None or (level >= 11 and line.folded[_number_end(line.folded) :].startswith("负责")):
        return None
    return Head(level, _bare(line.text[indent : indent + end]), line.start, line.start + indent + end)


def _number_end(folded: str) -> int:
    return next((match.start(1) for _, pattern in _NUMBERED if (match := pattern.match(folded))), 0)


def _bare(head: str) -> str:
    """A head without its number and trailing colon."""
    return _plain(head[_number_end(fold(head)) :].strip().rstrip(":\uff1a;\uff1b。 "))


def _plain(head: str) -> str:
    """A head without the bold type and the code around its name, a piece of it as it stands."""
    name = _AROUND.sub("", head)
    code = _CODE.match(name)
    return name[code.end() :] if code else name


def _run_in_labels(lines: Sequence[_Line]) -> dict[int, Head]:
    """Labels that run into their text, by the number of their line: only where two stand near each other."""
    found: dict[int, Head] = {}
    if any(_MARKDOWN.match(line.text.strip()) for line in lines):
        return found  # a document that marks its headings is taken at its word
    for number, line in enumerate(lines):
        match = _RUN_IN_LABEL.match(line.folded)
        if match and not label_of(line.text) and not _level(line.folded) and not match.group(1).endswith("方面"):
            indent = len(line.text) - len(line.text.lstrip())
            start = line.start + indent
            found[number] = Head(_LABEL_LEVEL, line.text[indent : indent + match.end(1)], start, start + match.end())
    near = sorted(found)
    return {at: found[at] for at in near if any(other != at and abs(other - at) <= 6 for other in near)}


def _bold_leads(lines: Sequence[_Line]) -> dict[int, Head]:
    """Bold words that lines begin with, by the number of their line: only in a text that does so twice."""
    found: dict[int, Head] = {}
    for number, line in enumerate(lines):
        match = _BOLD_LEAD.match(line.text)
        if not match or label_of(line.text) or label_of(match.group("name") + ":"):
            continue
        longest = LONGEST_ENGLISH if not CJK.search(match.group("name")) else MAX_HEAD
        if len(match.group("name")) <= longest:
            head = Head(_BARE_LEVEL, _bare(match.group("name")), line.start, line.start + match.end())
            found[number] = head
    return found if len(found) > 1 else {}


def find_heads(text: str, start: int, end: int) -> Iterator[Head]:
    """The headings between two offsets of a text, in reading order."""
    lines = _lines(text, start, end)
    labels = _bold_leads(lines) | _run_in_labels(lines)
    in_list = after_named_item = labelled = False
    for number, line in enumerate(lines):
        bulleted = bool(_BULLET.match(line.folded))
        head = labels.get(number) or _head_of(line, lines[number - 1] if number else None)
        if head and bulleted and labelled:
            head = None  # below `works with:` a name with a colon is a partner
        elif not head and after_named_item:
            head = _named_item(line)
        after_named_item = bool(head and head.level == _LABEL_LEVEL and bulleted)
        if head and 11 <= head.level < _LABEL_LEVEL and (in_list or (not head.names and _is_item(lines, number))):
            head = None
        if head:
            yield head
            in_list = False
        if head or not bulleted:
            labelled = bool(heading_label(head.name) if head else label_of(line.text) or heading_label(line.text))
        in_list = in_list or bool(_LIST_LABEL.match(line.folded))


def _is_item(lines: Sequence[_Line], number: int) -> bool:
    """Whether a short numbered line is one of several that follow each other without text between them."""
    level = _level(lines[number].folded)
    beside = [lines[at].folded for at in (number - 1, number + 1) if 0 <= at < len(lines)]
    one_sentence = [other for other in beside if "。" not in other.rstrip("。") and len(other) <= MAX_NUMBERED_HEAD]
    return any(_level(other) == level for other in one_sentence)
