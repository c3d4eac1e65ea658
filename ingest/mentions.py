"""Departments and roles that prose names: in an enumeration (`主要岗位有A、B、C等`), as the subject of a sentence that says
what they do (`市场部负责...`), or by a name that the trade knows.

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
from ingest import english
from ingest.names import kind_of_name
from ingest.script import CJK, fold, sentence_spans

# How names of the trade end. `人员`, `运营` and the like end too many other words to count by themselves.
_ROLE_END = "总监|经理|主管|专员|助理|工程师|设计师|分析师|架构师|组长|客服专员|客服人员|顾问"
_STRONG_ROLE = re.compile(rf"[㐀-鿿a-z]{{1,8}}?(?:{_ROLE_END})")
_BEFORE = r"(?:(?<=[、,。;:(与和由给向及跟至])|(?<=设立|搭建|联合|协调|组建|成立|负责)|(?<=专门的))"
_STRONG_TEAM = re.compile(
    rf"{_BEFORE}(?:[㐀-鿿]{{2}}团队|[㐀-鿿]{{2,6}}(?:项目小组|业务部)|[㐀-鿿]{{2,6}}部(?=[、,。;和与来]|$))|[㐀-鿿]{{2,6}}业务部(?!总监|经理)"
)
_LIST = r"(?P<list>[^。;!?:]{3,160}?)"
_ENDS = r"(?=等(?!\))|这些|几个|几类|(?<!、)[一二三四五六七八两\d]+[个大]|[。;!?]|的职能|的划分|,[^,、]{9,}|$)"
# What introduces an enumeration of departments, teams or roles. Behind the first kind unknown names count too.
_STRONG = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:岗位|职位|职务|岗|部门|层级|条线|方向|人员构成)[^。;、]{{0,14}}?(?:包括|包含|分为|有|是|跑不出|离不开|比如|例如|:){_LIST}{_ENDS}",
        rf"(?:分为|分成|细分为|划分为|细分出|分出|下设|下辖|设有|设置|增设|[㐀-鿿][部科处室队]设|会有|则有)(?:[^。;、:,]{{0,8}}:)?{_LIST}{_ENDS}",
        r"(?:[,。;:(]|^|产生|从|包括|包含|架构\(|团队\()(?P<list>[^。;!?:()]{2,120}?)(?:等(?:等)?(?:相关|各类|多个|几个|几类)?的?(?:工作)?(?:岗位|职位|部门|团队|方向|工种)|这些(?:部门|岗位)|[一二三四五六七八两\d]+[个大](?:核心)?(?:模块|部门|岗位|团队))",
        r"(?:架构|团队)\((?P<list>[^()]{3,60})\)",
    )
)
_WEAK = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:团队|组|职能|分工)[^。;、]{{0,14}}?(?:包括|包含|分为|有|:){_LIST}{_ENDS}",
        rf"(?P<owner>[㐀-鿿a-z]{{2,6}})(?:则|就|通常|一般)?(?:分(?![析配类级工开布享别])|包括|包含){_LIST}{_ENDS}",
        r"^(?P<list>[^。;!?:]{3,80})等$",
    )
)
# Behind a list: its items are names, known or not.
_SAYS_NAMES = re.compile(r"(?:的(?:职能|岗位|部门)(?:划分|设置)|等(?:\S{0,2}个)?(?:岗位|职位|工种))")
_JOINT = re.compile(r"(?<=[㐀-鿿a-z)])(?:以及|和|与|及|或者|或)(?=[㐀-鿿a-z])")
_LEAD = re.compile(
    r"^(?:比如|例如|包括|主要|其中|那么|一般|还会|还有|设立|运用|有|是|从|为|叫|都说|然后|而|对于|所以|如|一个|只有|几个|以及|和|与|各类|相关的?|职级不同的|级别不同的|不同级别的|专职的|专门的|由|公司的|[\d\-一二三四五六七八两~]+个|搭建|协调|类|陆续|招募|招聘|会裂变成|则|向)+"
)
_TAIL = re.compile(r"(?:岗位|职位|等+|类|各?岗|职能|这些)+$")
_SUBJECT = re.compile(
    r"(?:^|[。;!?\n]|[,:(]|其中,|而|然后)\s*(?P<name>[㐀-鿿a-z/]{2,9}?)(?:岗位|人员|同学|这个岗位)?(?:的主要职能|的目标|的使命|的宗旨|的主要职责|的职能|的职责|的主要工作)?"
    r"(?:是[^。;]{0,30}?,)?(?:通常|一般|则|就|主要|主要是|会|还|也|是|就是|负责的是|的)*(?P<verb>负责|承担|职能就是|主要是|会通过|需要|是|协助|制定|办理|检查|监督|指导|安排|处理|组织|管理|维护|协调|核对|收集|整理|登记|接待|带领)"
)
# Who does a step of a process: `由实验员进行测定`.
_BY = re.compile(r"由(?=[㐀-鿿]{3})")
_LONGEST_NAME = 8
# A head that runs into its text behind a full stop or a colon: `(一)城市管理科。负责...`.
_RUN_IN = re.compile(
    r"(?:^|\n)\s*(?:[-*•]\s*|(?:\(?[一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十\d]{1,3}[.、])\s*)?"
    r"(?P<name>[㐀-鿿a-z/]{2,12})[。:]\s*(?=\S.{3})"
)
# A sentence that still speaks of the subject of the one before it.
_STILL = re.compile(r"[。;] *(?:它|该(?:部门?|岗位?|职位|团队)|同时|此外|另外|还|并|负责)")
# What belongs to a name that stands behind it: `公众号运营、短视频制作都是内容运营的范畴`.
_BELONGS = re.compile(
    r"[^。;\n]{6,80}(?:都是|这些是|都属于|属于)(?P<name>[㐀-鿿a-z]{2,8})的(?:范畴|范围|策划|工作|职责|内容)"
)
NOT_NAMES = re.compile(
    r"(?:我们|他们|大家|公司|企业(?!管理)|下设|包括|包含|一定|用于|召集|互联网|工作|内容$|能力|技能|用户$|同时|各|这|那|其他|以及|的|了|不|可以|就是|如果|但|所以|因为|很多|一些|没有|出现|需要|进行|涉及|主要|负责|"
    r"通过|采用|促进|提升|提高|完成|精细|说一下|解决|配合|辅助|策略|相关|核心|基本|支撑|支持|专职|业务团队|每个|内部|外部|跨部门$|无所谓|所谓|陆续|招募|激励|鼓励|明确|分开|组织团|搭建|方面|部分|方式|之前|产生|语言|[一二三四五六七八九十]$)"
)


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
    by_ending = bool(re.fullmatch(rf"[㐀-鿿a-z0-9/]{{1,8}}{ending}", text)) or kind_of_name(text)
    return bool(by_ending) and not NOT_NAMES.search(text.removesuffix("负责人"))


def _items(folded: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """(start, end, bracket) of the names in an enumeration."""
    for first, last in split_list(folded, start, end):
        pieces = [first]
        for joint in _JOINT.finditer(folded, first, last):
            # `维系和拓展` inside one item is no enumeration: both sides must be short.
            if joint.start() - pieces[-1] <= 10 and last - joint.end() <= 16:
                pieces += [joint.start(), joint.end()]
        pieces.append(last)
        for before, behind in zip(pieces[::2], pieces[1::2], strict=True):
            yield from _item(folded, before, behind)


def split_list(folded: str, start: int, end: int, signs: str = "、,") -> Iterator[tuple[int, int]]:
    """(start, end) of the pieces of a list; signs inside brackets do not part it."""
    depth = 0
    first = start
    for at in range(start, end):
        depth = max(0, depth + (folded[at] == "(") - (folded[at] == ")"))
        if folded[at] in signs and not depth:
            yield first, at
            first = at + 1
    yield first, end


def _item(folded: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    text = folded[start:end]
    lead = _LEAD.match(text.strip())
    start += len(text) - len(text.lstrip()) + (lead.end() if lead else 0)
    bracket = re.search(r"\(([^()]*)\)?$", folded[start:end])
    said = (start + bracket.start(1), start + bracket.end(1)) if bracket and bracket.group(1) else None
    stop = start + bracket.start() if bracket else end
    name = folded[start:stop].rstrip()
    name = name[: len(_TAIL.sub("", name))]
    if name:
        yield start, start + len(name), said


def enumerated(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names in the enumerations of a stretch of folded text."""
    for first, last in english.listed(folded, start, end):
        yield Mention(folded[first:last], first, last)
    for first, last in sentence_spans(folded, start, end):
        for patterns, trusted in ((_STRONG, True), (_WEAK, False)):
            for pattern in patterns:
                for match in pattern.finditer(folded, first, last):
                    yield from _named_items(folded, *match.span("list"), trusted)


def _named_items(folded: str, start: int, end: int, trusted: bool) -> list[Mention]:
    """The items of a list, when some of them are names; a list of anything else gives none.

    :param trusted: what introduces the list says that it holds roles or departments: then unknown items count too.
    """
    items = [(a, b, said) for a, b, said in _items(folded, start, end) if 1 < b - a <= 12]
    named = [row for row in items if _is_item_name(folded[row[0] : row[1]], trusted)]
    says_names = bool(_SAYS_NAMES.match(folded, end))
    if trusted and len(items) >= 3 and (says_names or len(named) * 4 >= len(items)):
        short = [row for row in items if row[1] - row[0] <= 8 and not NOT_NAMES.search(folded[row[0] : row[1]])]
        named = [row for row in items if row in named or row in short]
    return [Mention(folded[a:b], a, b, said) for a, b, said in named]


def _is_item_name(text: str, trusted: bool) -> bool:
    """In a list of departments `市场` is 市场部."""
    return looks_like_name(text) or (trusted and text + "部" in known_names())


def subjects(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names that a sentence says something of: `市场部负责...`, with the place of what is said."""
    found: list[tuple[str, int, int]] = []
    for match in _SUBJECT.finditer(folded, start, end):
        name = match.group("name")
        lead = _LEAD.match(name)
        first = match.start("name") + (lead.end() if lead else 0)
        first = max(first, folded.rfind("由", first, match.end("name")) + 1)
        name = folded[first : match.end("name")]
        if looks_like_name(name) and (match.group("verb") != "是" or name in known_names()):
            found.append((name, first, match.end("name")))
    for first, last, stop in english.subjects(folded, start, end):
        yield Mention(folded[first:last], first, last, (first, stop))
    yield from _doers(folded, start, end)
    for match in _RUN_IN.finditer(folded, start, end):
        if kind_of_name(match.group("name")) and looks_like_name(match.group("name")):
            stop = folded.find("\n", match.end())
            stop = stop if 0 <= stop < end else end
            yield Mention(match.group("name"), *match.span("name"), (match.end(), stop))
    for match in _BELONGS.finditer(folded, start, end):
        if match.group("name") in known_names():
            yield Mention(match.group("name"), match.start("name"), match.end("name"), match.span())
    for number, (name, first, last) in enumerate(found):
        following = found[number + 1][1] if number + 1 < len(found) else end
        stop = next((at for at in range(last, following) if folded[at] in "。;\n"), following)
        yield Mention(name, first, last, (first, _goes_on(folded, stop, following)))


def _goes_on(folded: str, stop: int, end: int) -> int:
    """The end of the sentences that go on about the subject of the one that ends at `stop`."""
    while match := _STILL.match(folded, stop, end):
        stop = next((at for at in range(match.end(), end) if folded[at] in "。;\n"), end)
    return stop


def _doers(folded: str, start: int, end: int) -> Iterator[Mention]:
    for match in _BY.finditer(folded, start, end):
        first = match.end()
        for length in range(2, _LONGEST_NAME + 1):
            name = folded[first : first + length]
            if kind_of_name(folded[first : first + length + 1]) == "role":
                continue  # a longer name: 护士长 behind 护士
            if kind_of_name(name) == "role" and looks_like_name(name):
                stop = next((at for at in range(first, end) if folded[at] in ",。;\n"), end)
                if stop > first + length + 1:
                    yield Mention(name, first, first + length, (first, stop))
                break


def named(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names that stand anywhere: by the ending of a role or team, or because the trade knows them as a role."""
    for pattern in (_STRONG_ROLE, _STRONG_TEAM):
        for match in pattern.finditer(folded, start, end):
            name = _known_ending(match.group())
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


def _known_ending(text: str) -> str | None:
    """The longest ending of a match that is a name: `招聘产品经理` ends with 产品经理."""
    for at in range(len(text) - 1):
        if text[at:] in known_names():
            return text[at:]
    lead = _LEAD.match(text)
    text = text[lead.end() :] if lead else text
    return text if looks_like_name(text) and 3 < len(text) <= 8 else None
