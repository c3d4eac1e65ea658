"""Find the headings of a text and cut it into sections with their heading path.

Headings are Markdown `#` lines, numbered heads (一、 (一) 1. (1)) that stand on a short line of their own, and bare
short lines that a labelled line such as `岗位目的:` follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.script import fold
from ingest.types import Section

MAX_HEAD = 24
MAX_NUMBERED_HEAD = 40
_MARKDOWN = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
# Numbered heads, outermost first; their levels start below Markdown's so that a `#` title stays on top.
_NUMBERED = (
    (7, re.compile(r"^(?:第[一二三四五六七八九十\d]+[部章节部分]+|[一二三四五六七八九十]{1,3}[、:.])\s*(.+)$")),
    (8, re.compile(r"^\([一二三四五六七八九十]{1,3}\)\s*(.+)$")),
    (9, re.compile(r"^\d{1,2}[.、]\s*(.+)$")),
    (10, re.compile(r"^\(\d{1,2}\)\s*(.+)$")),
)
_SENTENCE = re.compile(r"[。!?;,]")
_LABELLED = re.compile(r"^(?:岗位目的|岗位目标)\s*:")
# Below such a line, numbered lines are the items of a list, not heads.
_LIST_LABEL = re.compile(
    r"^.{0,8}(?:职责|指标|技能|产出|协作|要求|方面|duties|metrics|skills|deliverables|works with)\s*:\s*$"
)
# A numbered head and its text in one line: `一、运营部门职责运营部门是...` or `1.商品管理负责商品上线...`.
_RUN_IN = re.compile(
    r"^(?P<head>(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、])"
    r"(?:[^。;,:]{2,14}?(?:岗位职责|职责|岗位:[^。;,]{4,16}|设计与优化|适应性|核心职责)(?=[^。;,:]{4})"
    r"|[^。;,:]{2,14}?(?:\([^)]{1,16}\))?(?=负责|制定|监控|建设|拓展|组织|根据|基于|作为|聚焦|专注|统筹|实施|引入|维护企业|为内部"
    r"|解答|及时|定期(?!评估)|整理|分析客户|合理|协调融资|提供|建立科学|维护良好|确保企业|推动组织|结合线上|与运营|进行)))"
)


@dataclass(frozen=True)
class _Head:
    level: int
    name: str
    start: int
    end: int


def _head_of(line: str, start: int, following: str) -> _Head | None:
    """The heading that a line is, or begins with."""
    stripped = line.strip()
    if markdown := _MARKDOWN.match(stripped):
        return _Head(len(markdown.group(1)), markdown.group(2), start, start + len(line))
    folded = fold(line)
    is_short = 0 < len(stripped) <= MAX_HEAD and not _SENTENCE.search(folded)
    for level, pattern in _NUMBERED:
        if pattern.match(folded.strip()):
            return _numbered_head(level, line, start)
    if is_short and _LABELLED.match(fold(following.strip())):
        return _Head(8, _bare(stripped), start, start + len(line))
    return None


def _numbered_head(level: int, line: str, start: int) -> _Head | None:
    """A line that begins with a number: all of it is the head, or its first words, or it is a sentence."""
    folded = fold(line)
    if len(line.strip()) <= MAX_NUMBERED_HEAD and not _SENTENCE.search(folded.rstrip(" :")):
        return _Head(level, _bare(line.strip()), start, start + len(line))
    indent = len(line) - len(line.lstrip())
    if (run_in := _RUN_IN.match(folded[indent:])) and "。" in folded:
        end = indent + run_in.end("head")
        return _Head(level, _bare(line[indent:end]), start, start + end)
    return None


def _bare(head: str) -> str:
    """A numbered head without its number and trailing colon."""
    folded = fold(head)
    for _, pattern in _NUMBERED:
        if match := pattern.match(folded):
            head = head[match.start(1) :]
            break
    return head.strip().rstrip(":\uff1a;\uff1b。 ")


def _heads(text: str) -> list[_Head]:
    lines = text.split("\n")
    starts: list[int] = []
    offset = 0
    for line in lines:
        starts.append(offset)
        offset += len(line) + 1
    found: list[_Head] = []
    in_list = False
    for index, line in enumerate(lines):
        following = next((later for later in lines[index + 1 : index + 4] if later.strip()), "")
        head = _head_of(line, starts[index], following)
        if head and not (in_list and head.level >= 9):
            found.append(head)
            in_list = False
        in_list = in_list or bool(_LIST_LABEL.match(fold(line.strip())))
    return found


def split_sections(text: str, title: str = "") -> list[Section]:
    """Cut a cleaned text into sections, in reading order; together their bodies hold every line that is not a heading.

    :param text: a document's stored text.
    :param title: the document's title; a first heading that repeats it is left out of the paths below it.
    :return: sections with a non-empty body or a heading.
    """
    heads = _heads(text)
    sections: list[Section] = []
    path: list[_Head] = []
    first = heads[0].start if heads else len(text)
    if text[:first].strip():
        sections.append(Section((), 0, first))
    for index, head in enumerate(heads):
        while path and path[-1].level >= head.level:
            path.pop()
        path.append(head)
        end = heads[index + 1].start if index + 1 < len(heads) else len(text)
        names = tuple(part.name for part in path)
        if len(names) > 1 and fold(names[0]) == fold(title):
            names = names[1:]
        sections.append(Section(names, min(head.end, end), end))
    return sections
