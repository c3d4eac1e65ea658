"""Departments and roles that a sentence says something of: `市场部负责...`, `由实验员进行测定`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest import english
from ingest.mentions import LEAD, Mention, end_of_said, is_abbreviation, known_names, looks_like_name, plain_name
from ingest.names import kind_of_name
from ingest.verbs import is_act

_SUBJECT = re.compile(
    r"(?:^|[。;!?\n]|[,:(]|其中,|而|然后)\s*(?P<name>[㐀-鿿a-z/]{2,9}?)(?:岗位|人员|同学|这个岗位)?(?P<what>的主要职能|的目标|的使命|的宗旨|的主要职责|的职能|的职责|的主要工作)?"
    r"(?:是[^。;]{0,30}?,|归[^。;,]{1,12}管,|,(?=主要负责))?(?:通常|一般|则|就|主要|主要是|会|还|也|是|就是|负责的是|的)*(?P<verb>负责|承担|职能就是|主要是|会通过|需要|是|协助|制定|办理|检查|监督|指导|安排|处理|组织|管理|维护|协调|核对|收集|整理|登记|接待|带领)"
)
# Who does a step of a process: `由实验员进行测定`.
_BY = re.compile(r"(?:由|需要)(?=[㐀-鿿]{3})")
_LONGEST_NAME = 8
_LONGEST_LEAD = 30
# 采购经理 begins with a verb and is a name; 组织班主任 is none.
_LONGEST_VERBAL = 4
_HOW_MANY = re.compile(r"^[一二三四五六七八九十两\d]+[人名位]")
_PRONOUN = re.compile(
    r"(?P<name>[㐀-鿿]{2,8}?)(?:的(?:参与|加入|配合|支持))?,(?:他们|她们|他|她)(?=就是|要|会|需要|主要|专门|负责)"
)
_TASK = re.compile(r"[的之](?:主要|首要|核心)?(?:目标|目的|使命|宗旨|职责|职能|任务|工作)(?:就?是|为|包括|在于)")
# `也早已进入相应的开发工作`
_AT_WORK = re.compile(r"[也就都便]?(?:早已|早就|已经|已)?(?:进入|投入|着手|展开)[^,。;]{0,10}工作")
# What a sentence begins with before its subject, or instead of it.
_NO_NAME = re.compile(
    r"虽然|而|再|先|只|尽管|下面|在|当|比如|例如|由于|因为|如果|若|从|将|与|和|把|让|使|又|也|还|已|就|却|并|及|其|该|本|某|此|每|各|对|按|根据|以|不|有|是|为|向|被|"
    r"推动|推进|制定|制订|拟定|建立|搭建|确保|加强|协助|汇总|收集|做好|提升|提高|促进|完善|优化|负责|主要|一般|通常|同时|另外|此外"
)
_BEGINS = re.compile(r"(?:^|[。;!?\n]|(?P<comma>,))\s*(?P<text>[㐀-鿿a-z]{2}[㐀-鿿])", re.M)
_BESIDES = re.compile(r"^除了?[^,。;]{1,10},")
# What may stand before a subject: whose it is, `社教部的讲解员`, or how many there are, `还有三名厨师`.
_BEFORE_NAME = re.compile(
    r"各个?|(?:[还另]?有)?[一二三四五六七八九十两几\d]+[名位个](?:[专兼]职)?|[㐀-鿿]{1,7}[部组科处室队]的(?!目标|目的|使命|宗旨|职责|职能|任务|工作|主要|首要|核心)"
)
# Behind a comma a name is a subject only where one of these words follows it.
_MODAL = re.compile(r"(?:就|还|也|则)?(?:需要|要|会|可以|必须|应当|应该|负责)")
# A head that runs into its text behind a full stop or a colon: `(一)城市管理科。负责...`.
_RUN_IN = re.compile(
    r"(?:^|\n)\s*(?:[-*•]\s*|(?:\(?[一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十\d]{1,3}[.、])\s*)?"
    r"(?P<name>[㐀-鿿a-z/]{2,12})[。:][ \t]*(?=\S.{3})"
)
# A sentence that still speaks of the subject of the one before it.
_STILL = re.compile(r"[。;] *(?:它|该(?:部门?|岗位?|职位|团队)|同时|此外|另外|还|并|负责)")
# What belongs to a name that stands behind it: `公众号运营、短视频制作都是内容运营的范畴`, `装电脑,那是网管的事`.
_BELONGS = re.compile(
    r"[^。;\n]{6,120}?(?:都是|这些是|都属于|属于|(?P<back>[。,])[这那](?:就|也|都)?是)(?P<name>[㐀-鿿a-z]{2,8}?)"
    r"(?:需?要(?:做|完成|负责))?的(?:主要|日常)?(?:范畴|范围|策划|工作|职责|内容|任务|价值|事|活)"
)
# What somebody has done when something else begins: `当厨师备好菜之后,`.
_WHEN_DONE = re.compile(r"当(?P<text>[㐀-鿿a-z]{5,32}?)(?:之后|以后|后|时),")
# What is done for: a clause that goes on from the act before it.
_SO_THAT = re.compile(r",(?:以此|以便|从而)[^,。;\n]+")


def subjects(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names that a sentence says something of: `市场部负责...`, with the place of what is said."""
    found: list[tuple[str, int, int]] = []
    for match in _SUBJECT.finditer(folded, start, end):
        name = match.group("name")
        lead = LEAD.match(name)
        first = match.start("name") + (lead.end() if lead else 0)
        first = max(first, folded.rfind("由", first, match.end("name")) + 1)
        if folded[first - 1 : first] in {"与", "和", "跟", "同", "向", "对", "为", "给"}:
            continue  # somebody else does it with or for them
        name = folded[first : match.end("name")]
        says = match.group("verb") != "是" or match.group("what") or name in known_names()
        if says and looks_like_name(name):
            found.append((name, first, match.end("name")))
    for first, last, stop in english.subjects(folded, start, end):
        yield Mention(folded[first:last], first, last, (first, stop))
    yield from _doers(folded, start, end)
    yield from _by_pronoun(folded, start, end)
    for match in _RUN_IN.finditer(folded, start, end):
        name = match.group("name")
        if kind_of_name(name) and looks_like_name(name) and not _NO_NAME.match(name):
            stop = folded.find("\n", match.end())
            stop = stop if 0 <= stop < end else end
            yield Mention(match.group("name"), *match.span("name"), (match.end(), stop))
    yield from _owners(folded, start, end)
    for match in _WHEN_DONE.finditer(folded, start, end):
        first, stop = match.span("text")
        lasts = range(first + 2, min(first + _LONGEST_NAME, stop - 2) + 1)
        behind = next(
            (at for at in lasts if kind_of_name(folded[first:at]) == "role" and is_act(folded[at:stop])), None
        )
        if behind and looks_like_name(folded[first:behind]):
            yield Mention(folded[first:behind], first, behind, (first, stop))
    told = {first for _, first, _ in found}
    found += [row for row in _actors(folded, start, end) if row[1] not in told]
    found.sort(key=lambda row: row[1])
    for number, (name, first, last) in enumerate(found):
        following = found[number + 1][1] if number + 1 < len(found) else end
        stop = end_of_said(folded, last, following)
        yield Mention(name, first, last, (first, _goes_on(folded, stop, following)))


def _owners(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names whose work something is said to be: the clause or the sentence before tells it."""
    for match in _BELONGS.finditer(folded, start, end):
        name = match.group("name")
        if name in known_names() or (match.group("back") and (is_abbreviation(name) or kind_of_name(name))):
            # Behind a full stop it is the sentence before that tells it.
            stop = match.start("back") if match.group("back") == "。" else match.end()
            yield Mention(name, *match.span("name"), (match.start(), stop))


def _actors(folded: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Names at the beginning of a clause with a verb of work behind them: `场务搬道具`, `教务处掌理课程编排`."""
    for match in _BEGINS.finditer(folded, start, end):
        before = _BEFORE_NAME.match(folded, match.start("text"), end)
        first = before.end() if before else match.start("text")
        if _NO_NAME.match(folded, first):
            continue
        # `各部门` is no object behind a comma.
        inside = bool(match.group("comma")) and not (before and before.group().startswith("各"))
        lasts = range(first + 2, min(first + _LONGEST_NAME, end - 2) + 1)
        last = next((at for at in lasts if _acts(folded, first, at, end, inside=inside)), None)
        if last:
            # 护士长 is more than 护士
            last = max(
                at for at in (last, last + 1, last + 2) if at == last or _acts(folded, first, at, end, inside=inside)
            )
            yield folded[first:last], first, last


def _acts(folded: str, start: int, last: int, end: int, *, inside: bool) -> bool:
    """Whether a name stands there of whom the words behind it say what is done.

    :param inside: it stands behind a comma, where `管理讲师` is more often an act than `讲师` a subject.
    """
    name = folded[start:last]
    kind = kind_of_name(name)
    if not kind or not looks_like_name(name) or (is_act(name) and len(name) > _LONGEST_VERBAL):
        return False
    behind = _BESIDES.sub("", folded[last : min(end, last + _LONGEST_LEAD)])
    modal = _MODAL.match(behind)
    if inside and not modal and (kind != "role" or len(name) < 3 or is_act(name)):
        return False
    if behind.startswith(("和", "与", "及", "、")):
        return False
    return bool(_TASK.match(behind) or _AT_WORK.match(behind)) or is_act(behind)


def _by_pronoun(folded: str, start: int, end: int) -> Iterator[Mention]:
    """Names that the next clause takes up: `还有运维人员的参与,他们要保证网络正常`."""
    for match in _PRONOUN.finditer(folded, start, end):
        last = match.start("name") + len(match.group("name"))
        for first in range(match.start("name"), last - 1):
            name = folded[first:last]
            if kind_of_name(name) == "role" and looks_like_name(name) and not _NO_NAME.match(name):
                stop = next((at for at in range(match.end(), end) if folded[at] in "。;\n"), end)
                yield Mention(name, first, last, (match.end(), stop))
                break


def _goes_on(folded: str, stop: int, end: int) -> int:
    """The end of the sentences that go on about the subject of the one that ends at `stop`."""
    while match := _STILL.match(folded, stop, end):
        stop = next((at for at in range(match.end(), end) if folded[at] in "。;\n"), end)
    return stop


def _doers(folded: str, start: int, end: int) -> Iterator[Mention]:
    for match in _BY.finditer(folded, start, end):
        first = match.end()
        for length in range(2, _LONGEST_NAME + 1):
            name = plain_name(folded[first : first + length])
            if kind_of_name(folded[first : first + length + 1]) == "role":
                continue  # a longer name: 护士长 behind 护士
            if kind_of_name(name) == "role" and looks_like_name(name):
                stop = next((at for at in range(first, end) if folded[at] in ",。;\n"), end)
                behind = _HOW_MANY.sub("", folded[first + length : stop])
                if len(behind) > 1 and (is_act(behind) or behind.startswith("把")):
                    purpose = _SO_THAT.match(folded, stop, end)
                    stop = purpose.end() if purpose else stop
                    yield Mention(name, first, first + length, (first, stop))
                    break
