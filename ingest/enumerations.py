"""Departments and roles in enumerations: `主要岗位有A、B、C等`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest import english
from ingest.mentions import LEAD, NOT_NAMES, Mention, end_of_said, known_names, looks_like_name
from ingest.names import kind_of_name
from ingest.script import sentence_spans
from ingest.verbs import is_act

_LIST = r"(?P<list>[^。;!?:]{3,160}?)"
_ENDS = r"(?=等(?!\))|这些|几个|几类|(?<!、)[一二三四五六七八两\d]+[个大]|[。;!?]|的职能|的划分|,[^,、()]{9,}(?:[,、。;!?]|$)|$)"
_UNIT = "[㐀-鿿][部科处室队会所院校行司厂店馆社组]"
_HOW_MANY = r"(?=[㐀-鿿]{2,8}[一二三四五六七八九十两\d]+[人名位])"
# What introduces an enumeration of departments, teams or roles. Behind the first kind unknown names count too.
_STRONG = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:岗位|职位|职务|岗|部门|层级|条线|方向|人员构成)[^。;、]{{0,14}}?(?:包括|包含|分为|有|是|跑不出|离不开|比如|例如|:){_LIST}{_ENDS}",
        rf"(?:分为|分成|细分为|划分为|细分出|分出|下设|下辖|设有|设置|增设|配有|配备|聘有|雇有|{_UNIT}设(?![备施计置立定])|{_UNIT}置{_HOW_MANY}|会有|则有)(?:[^。;、:,]{{0,8}}:)?{_LIST}{_ENDS}",
        r"(?:[,。;:(]|^|产生|从|包括|包含|架构\(|团队\()(?P<list>[^。;!?:()]{2,120}?)(?:等(?:等)?(?:相关|各类|多个|几个|几类)?的?(?:工作)?(?:岗位|职位|部门|团队|方向|工种)|这些(?:部门|岗位)|[一二三四五六七八两\d]+[个大](?:核心)?(?:模块|部门|岗位|团队))",
        r"(?:架构|团队)\((?P<list>[^()]{3,60})\)",
        r"(?<![经理])由(?P<list>[^。;!?:,]{5,80}?)(?:共同)?(?:组成|构成)",
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
# What a bracket begins with that holds an example or another name, and tells nothing of what is done.
_REMARK = re.compile(r"(?:比?如|例如|或|又[称名叫]|也[称叫]|即|简称|含|包括|约|共)")
_OF_EACH = re.compile(r",?(?P<said>分别(?!有|是|为)[^。;\n]{4,})")
# `由三个岗位的人员一起验收`
_TOGETHER = re.compile(
    r"由(?P<number>[二两三四五六七八九])[大个](?:职能|岗位|职位|部门|小组|方向)的?(?:人员)?(?P<said>(?:一起|共同|协同)[^,。;\n]{2,})"
)
_GOES_ON = {"和", "与", "及", "、"}
_NUMBERS = "零一二三四五六七八九"
_LONGEST_NAME = 8
_LONGEST_VERBAL = 3
_RUN = re.compile(r"(?:(?<=[:,。;(\s有])|^)[㐀-鿿]{2,8}?(?:[、和与及][㐀-鿿]{2,14})+", re.M)
# `另派讲师一名`
_HOW_MANY_BEHIND = re.compile(r"(?:派|聘|设|置|有|配备?|雇)(?P<name>[㐀-鿿]{2,8}?)[一二三四五六七八九十两几\d][名位]")
# `两名保安`
_COUNTED = re.compile(r"(?<!作为)(?<!成为)(?<!是)[一二三四五六七八九十两几\d][名位](?P<name>[㐀-鿿]{2,8})")
_JOINT = re.compile(r"(?<=[㐀-鿿a-z)])(?:以及|和|与|及|或者|或)(?=[㐀-鿿a-z])")
_TAIL = re.compile(r"(?:(?:[一二三四五六七八九十两\d]+|若干|数)[人名位个]|岗位|职位|等+|类|各?岗|职能|这些)+$")


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
    lead = LEAD.match(text.strip())
    start += len(text) - len(text.lstrip()) + (lead.end() if lead else 0)
    bracket = re.search(r"\(([^()]*)\)?$", folded[start:end])
    tells = bracket and bracket.group(1) and not _REMARK.match(bracket.group(1))
    said = (start + bracket.start(1), start + bracket.end(1)) if bracket and tells else None
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
                    names = _named_items(folded, *match.span("list"), trusted)
                    yield from names
                    yield from _taken_up(folded, names, last - 1, end)
                    if names and "owner" in pattern.groupindex and _is_unit(match.group("owner")):
                        yield Mention(match.group("owner"), *match.span("owner"))
        for match in _COUNTED.finditer(folded, first, last):
            if stop := _name_end(folded, *match.span("name")):
                yield Mention(folded[match.start("name") : stop], match.start("name"), stop)
        for match in _HOW_MANY_BEHIND.finditer(folded, first, last):
            name = match.group("name")
            if kind_of_name(name) and looks_like_name(name) and not is_act(name):
                yield Mention(name, *match.span("name"))
        for match in _RUN.finditer(folded, first, last):
            yield from _all_names(folded, *match.span())


def _taken_up(folded: str, names: Sequence[Mention], start: int, end: int) -> Iterator[Mention]:
    """What the sentences behind a list say of its items: `前端写页面,后端设计算法`, `由三个岗位一起验收`."""
    found: list[tuple[int, int, str]] = []
    for name in dict.fromkeys(mention.name for mention in names):
        for match in re.finditer(rf"(?:^|[。;,\n])\s*(?P<name>{re.escape(name)})(?:则|就|主要)?", folded[start:end]):
            stop = start + match.end()
            if folded[stop : stop + 1] not in _GOES_ON and is_act(folded[stop : min(end, stop + 30)]):
                found.append((start + match.start("name"), stop, name))
    found.sort()
    for number, (first, behind, name) in enumerate(found):
        following = found[number + 1][0] - 1 if number + 1 < len(found) else end
        yield Mention(name, first, first + len(name), (first, end_of_said(folded, behind, following)))
    for match in _TOGETHER.finditer(folded, start, end) if found else []:
        for mention in names if len(names) == _NUMBERS.find(match.group("number")) else []:
            yield Mention(mention.name, mention.start, mention.end, match.span("said"))


def _all_names(folded: str, start: int, end: int) -> list[Mention]:
    """The items of a list that nothing introduces, when each ends like a name; behind the last the sentence may go on."""
    lead = LEAD.match(folded[start:end])
    start = max(start + lead.end() if lead else start, folded.rfind("有", start, end) + 1)  # `只知道有A和B`
    *before, (first, last) = split_list(folded, start, end, "、和与及")
    whole = [(a, b) for a, b in before if kind_of_name(folded[a:b]) and not _is_act(folded[a:b])]
    stop = _name_end(folded, first, last)
    if not stop or len(whole) < len(before):
        return []
    return [Mention(folded[a:b], a, b) for a, b in [*whole, (first, stop)] if looks_like_name(folded[a:b])]


def _is_act(name: str) -> bool:
    """收银员 begins with a verb and is a name; 协调客服 is none."""
    return len(name) > _LONGEST_VERBAL and is_act(name)


def _is_unit(name: str) -> bool:
    return kind_of_name(name) in {"department", "team"} and looks_like_name(name)


def _name_end(folded: str, start: int, end: int) -> int | None:
    """Where a name ends with which a stretch begins; 护士长 is more than 护士."""
    ends = range(start + 2, min(start + _LONGEST_NAME, end) + 1)
    stop = next((at for at in ends if kind_of_name(folded[start:at])), None)
    if not stop or _is_act(folded[start:stop]):
        return None
    kind = kind_of_name(folded[start:stop])
    return max(at for at in range(stop, min(stop + 2, end) + 1) if kind_of_name(folded[start:at]) == kind)


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
    if len(named) > 1:  # `分前段、后端和测试。前段负责...` tells that the unknown one is a name too
        named = [row for row in items if row in named or _in_charge(folded[row[0] : row[1]]).match(folded, end)]
    # `交互设计师和视觉设计师,分别从流程和美感去做...` says it of each.
    each = _OF_EACH.match(folded, end)
    return [Mention(folded[a:b], a, b, said or (each.span("said") if each else None)) for a, b, said in named]


def _in_charge(name: str) -> re.Pattern[str]:
    """The text behind a list that says of an item of it what they are in charge of."""
    return re.compile(rf"等?[^。;\n]{{0,12}}[。;:]\s*(?:其中,?)?{re.escape(name)}(?:则|主要|就)?负责")


def _is_item_name(text: str, trusted: bool) -> bool:
    """In a list of departments `市场` is 市场部."""
    return looks_like_name(text) or (trusted and text + "部" in known_names())
