"""Names of departments, teams and roles in running text, by their ending or because the trade knows them.

Used for documents that do not label their entries. Every mention keeps its exact place; nothing is inferred from general
knowledge beyond the spelling of names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import corpus
from ingest.names import kind_of_name, may_be_name
from ingest.script import CJK, fold
from ingest.verbs import is_act

# How names of the trade end. `人员`, `运营` and the like end too many other words to count by themselves.
_ROLE_END = "总监|经理|主管|专员|(?<!协)助理|工程师|设计师|分析师|架构师|组长|客服专员|客服人员|顾问"
_STRONG_ROLE = re.compile(rf"[㐀-鿿a-z]{{1,8}}?(?:{_ROLE_END})")
_BEFORE = r"(?:(?<=[、,。;:(与和由给向及跟至找归])|(?<=设立|搭建|联合|协调|组建|成立|负责)|(?<=专门的))"
_STRONG_TEAM = re.compile(
    rf"{_BEFORE}(?:[㐀-鿿]{{2}}团队|[㐀-鿿]{{2,6}}(?:项目小组|业务部)|[㐀-鿿]{{2,6}}部(?=[、,。;和与来管]|$))|[㐀-鿿]{{2,6}}业务部"
)
# What stands before a name and is no part of it.
LEAD = re.compile(
    r"^(?:比如|例如|如果是?|包括|主要|其中|那么|一般|还会|还有|设立|运用|有|是|从|为|叫|都说|然后|而|对于|所以|如|一个|只有|几个|以及|和|与|各类|相关的?|职级不同的|级别不同的|不同级别的|专职的|专门的|由|公司的|[\d\-一二三四五六七八两~]+个|搭建|协调|类|陆续|招募|招聘|会裂变成|则|向)+"
)
NOT_NAMES = re.compile(
    r"(?:由|有|知道|(?:中心|[部组])分|分成|分为|我们|他们|大家|公司|企业(?!管理)|下设|包括|包含|一定|用于|召集|互联网|工作|内容$|能力|技能|用户$|同时|各|这|那|其他|以及|的|了|不|可以|就是|如果|但|所以|因为|很多|一些|没有|出现|需要|进行|涉及|主要|负责|"
    r"通过|采用|促进|提升|提高|完成|精细|说一下|解决|配合|辅助|策略|相关|核心|基本|支撑|支持|专职|业务团队|每个|内部|外部|跨部门$|无所谓|所谓|陆续|招募|激励|鼓励|明确|分开|组织团|搭建|方面|部分|方式|之前|产生|语言|[一二三四五六七八九十]$)"
)
_SAID_END = re.compile(r"[。;\n]|,(?:最终|最后|并|再|然后|随后|之后)?由(?=[㐀-鿿]{3})")


@dataclass(frozen=True)
class Mention:
    """A name in the text; `said` is the place of the sentence or bracket that describes it, if there is one."""

    name: str
    start: int
    end: int
    said: tuple[int, int] | None = None


@cache
def known_names() -> dict[str, str]:
    """Folded spellings of departments, teams and roles that the trade knows, each with its canonical name."""
    rows: dict[str, list[str]] = json.loads(corpus.names_file().read_text(encoding="utf-8"))
    return {fold(spelling): name for name, spellings in rows.items() for spelling in (name, *spellings)}


def looks_like_name(text: str) -> bool:
    """Whether folded text reads like the name of a department, a team or a role."""
    if text in known_names():
        return True
    ending = rf"(?:{_ROLE_END}|部|部门|团队|小组|组|条线|体系|中心|岗|运营|策划|编辑|客服|主播)"
    by_ending = bool(re.fullmatch(rf"[㐀-鿿a-z0-9/]{{1,8}}{ending}", text)) and may_be_name(text)
    by_ending = by_ending or bool(kind_of_name(text))
    return by_ending and not NOT_NAMES.search(text.removesuffix("负责人"))


def is_abbreviation(folded: str) -> bool:
    """Whether a name is nothing but a few letters, such as `HR`; only where the text says outright that it names somebody."""
    return bool(re.fullmatch(r"[a-z]{2,4}", folded))


def plain_name(folded: str) -> str:
    """A name as it is known, where a text says it at greater length: `客户端的人员` are the 客户端人员."""
    shorter = re.sub(r"的(?=人员$)", "", folded)
    return shorter if shorter in known_names() else folded


def end_of_said(folded: str, start: int, end: int) -> int:
    """Where a sentence stops to speak of its subject: at its end, or where `最终由...` says that others go on."""
    match = _SAID_END.search(folded, start, end)
    return match.start() if match else end


def named(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names that stand anywhere: by the ending of a role or team, or because the trade knows them as a role."""
    for pattern, bounded in ((_STRONG_ROLE, False), (_STRONG_TEAM, True)):
        for match in pattern.finditer(folded, start, end):
            name = (bounded and _whole_unit(match.group())) or _known_ending(match.group())
            if name:
                yield Mention(name, match.end() - len(name), match.end())
    for spelling in _distinct_roles():
        for match in re.finditer(re.escape(spelling), folded[start:end]):
            yield Mention(spelling, start + match.start(), start + match.end())


@cache
def _distinct_roles() -> tuple[str, ...]:
    """Known names that are roles wherever they stand: long ones, and short ones that are part of no other name."""
    canonical = set(known_names().values())
    ending = re.compile(rf"(?:运营|客服|员|师|播|购|{_ROLE_END})$")
    long = {
        name
        for name in known_names()
        if len(name) >= 4 and CJK.match(name) and (ending.search(name) or name.endswith(("部门", "团队", "条线")))
    }
    short = {
        name
        for name in map(fold, canonical)
        if len(name) == 2 and ending.search(name) and sum(name in fold(other) for other in canonical) == 1
    }
    return tuple(sorted(long | short, key=len, reverse=True))


def _whole_unit(text: str) -> str | None:
    """A match that is the name of a department or team behind what leads to it: `向零售业务部` is no 业务部."""
    text = re.split("[向由给与和及跟]", text)[-1]
    lead = LEAD.match(text)
    text = text[lead.end() :] if lead else text
    return text if looks_like_name(text) and kind_of_name(text) and not is_act(text) else None


def _known_ending(text: str) -> str | None:
    """The longest ending of a match that is a name: `招聘产品经理` ends with 产品经理."""
    for at in range(len(text) - 1):
        if text[at:] in known_names():
            return text[at:]
    lead = LEAD.match(text)
    text = text[lead.end() :] if lead else text
    return text if looks_like_name(text) and 2 < len(text) <= 8 else None
