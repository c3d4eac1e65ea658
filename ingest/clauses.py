"""Sentences cut into clauses and duties: where commas part what is done, and where a list is several duties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest import english
from ingest.script import CJK, fold_document, sentence_spans
from ingest.types import Span
from ingest.verbs import is_act

# A clause that says what there is inside, not what is done.
_INSIDE = re.compile(r"^(?:其?下[设辖]|[又还另]?设有|内设|由[^,。]+组成)")
_NOT_DUTY = re.compile(
    r"^(?:使得|使|这|从而|因为|所以|如果|但是?|不过|以便|即|也就是|而且|因此|其中|当然|比如|例如|如|可分为|又?分为|下设|其中|一般|甚至|很多|也包括)"
)
_LIST = re.compile(
    r"(?:[一二三四五六七八九十两\d]+[件项大个](?:事|工作|职责|任务|职能):|负责|承担|掌理|主管|分管|从事|综理|承办|进行|应对|考虑的是|包括|比如|职能(?:就)?是|职责是|主要是|的工作是|工作包括|掌握|了解)[^,。;:]*"
)
# A clause that lists who there is, not what is done: `常见的岗位包含...`, `主要包括A、B等几个方向`.
MEMBERS = re.compile(
    r"(?:岗位|职位|职务|方向|分工|工种)[^。;,负]{0,6}(?:包含|包括|有|分为|:)|(?:包括|包含|分为|有)[^。;负]*(?:几个|几类|等)(?:岗位|职位|方向|工种)"
    r"|有[^。;,负责]{0,6}(?:分工|岗位|职位|工种)$"
)
# A list of things to which one thing is done: `包括跟支付宝、银联等各种方式的支付合作`.
_OF_ONE_KIND = re.compile(r"等(?:各种|各类|各个|多种|不同)")
# Two things in one clause: `负责干线运输和车辆保养`.
_TWO = re.compile(
    r"(?:[^,。;、]{2,8}归[^,。;、]{2,8}管,)?[^,。;、]{0,10}(?:负责|承担|掌理|主管|分管|从事|进行|职能是|职责是|工作是)"
    r"[^,。;、的和与及]{2,8}(?P<joint>[和与及])[^,。;、的和与及]{2,8}(?=$|[,。;])"
)
_SHORTEST = 4
_LONGEST_ACT = 10
# What a clause holds that explains, judges or tells how.
_NO_ACT = re.compile(r"[是很的了让使能会都]|不|可以|通过|以便|从而|因|等等|通常")
_LAST_ITEM = re.compile(r"、[^、]*[和与及]")
# What stands between a name and what it does: `技术部一般主要`.
_AFTER_NAME = re.compile(r"(?:岗位|人员|同学)?(?:的(?:主要)?(?:职能|职责|工作)(?:就?是)?)?")


def block(text: str, start: int, end: int) -> Span | None:
    """A stretch of text without the white space around it; None when nothing is left."""
    body = text[start:end]
    first = start + len(body) - len(body.lstrip())
    return Span(body.strip(), first, first + len(body.strip())) if body.strip() else None


def acts(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The duties in a stretch of text that says nothing but what is done: its clauses, cut further where they are lists.

    :param text: a document's stored text.
    :param start: where the stretch begins.
    :param end: where it ends.
    """
    if not CJK.search(text[start:end]):
        return english.duties(text, start, end)
    folded = fold_document(text)
    found = [
        piece
        for first, last in sentence_spans(text, start, end)
        for clause in duty_clauses(folded, first, last)
        for piece in _parted(folded, *clause)
    ]
    return tuple(span for first, last in found if (span := block(text, first, last)))


def _parted(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A clause cut at its `、` where several things are done: `清理笼舍、观察健康`, `来料检验、出货检验`."""
    pieces = [span for span in _pieces(folded, start, end) if span[1] - span[0] >= _SHORTEST - 1]
    acting = [is_act(folded[first:last]) for first, last in pieces]
    listed = _weight(folded[start:end].strip()) > 1
    # `规划校庆、毕业典礼` is one act with two objects.
    one_act = len(pieces) < 2 or (acting[0] and not any(acting[1:]))
    return pieces if listed or not one_act else [(start, end)]


def _all_acting(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A clause cut at its `、` where each piece begins with a verb: `找投资、定预算、签合同`."""
    pieces = list(_pieces(folded, start, end))
    # `创造、审核内容` is one thing, `排班、巡场、带早会` are three.
    shortest = 2 if len(pieces) > 2 else 3
    acting = all(last - first >= shortest and is_act(folded[first:last]) for first, last in pieces)
    return pieces if acting else [(start, end)]


def _pieces(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    depth = 0
    first = start
    for at in range(start, end):
        depth = max(0, depth + (folded[at] == "(") - (folded[at] == ")"))
        if folded[at] == "、" and not depth:
            yield first, at
            first = at + 1
    yield first, end


def split_clauses(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the clauses between two offsets; signs inside brackets do not part them."""
    depth = 0
    first = start
    for at in range(start, end):
        char = folded[at]
        depth = max(0, depth + (char in "(“「") - (char in ")”」"))
        if char in ",;。!?" and not depth:
            if folded[first:at].strip():
                yield first, at
            first = at + 1
    if folded[first:end].strip():
        yield first, end


def duty_clauses(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clauses of one sentence that say what is done; a clause that only explains joins the one before it."""
    found: list[tuple[int, int]] = []
    for first, last in split_clauses(folded, start, end):
        clause = folded[first:last].strip()
        if (
            found
            and not _INSIDE.match(clause)
            and (_NOT_DUTY.match(clause) or (len(clause) < _SHORTEST and not is_act(clause)))
        ):
            found[-1] = (found[-1][0], last)
        elif (MEMBERS.search(clause) or _INSIDE.match(clause)) and found:
            break
        elif not _NOT_DUTY.match(clause):
            found.append((first, last))
    return found


def _weight(clause: str) -> int:
    """How many duties a clause lists: `负责A、B、C等` are three, `负责A和B` two."""
    plain = re.sub(r"\([^()]*\)", "", clause).strip("。;, ")
    if _OF_ONE_KIND.search(plain):
        return 1
    if _TWO.match(plain):
        return 2
    return 1 + max(
        (part.count("、") + ("、" in part and bool(_LAST_ITEM.search(part))) for part in _LIST.findall(plain)),
        default=0,
    )


def _goes_on(clause: str) -> bool:
    """Whether a short clause behind what somebody does is another thing that they do: `登记入库,测温湿度,每年盘库一次`."""
    return _SHORTEST <= len(clause.strip()) <= _LONGEST_ACT and not _NO_ACT.search(clause)


def lists_duties(folded: str, span: Span) -> bool:
    return _weight(folded[span.start : span.end]) > 2 or bool(_TWO.match(folded, span.start, span.end))


def acted(folded: str, span: Span, names: Sequence[str]) -> list[tuple[int, int]]:
    """The pieces of a sentence about somebody, when two or more of them begin with what is done; else nothing."""
    start = span.start
    if name := next((name for name in names if folded.startswith(name, start)), None):
        behind = _AFTER_NAME.match(folded, start + len(name), span.end)
        start = behind.end() if behind else start
    clauses = duty_clauses(folded, start, span.end)
    pieces = [piece for clause in clauses for piece in _all_acting(folded, *clause)]
    found: list[tuple[int, int]] = []
    for first, last in pieces:
        if is_act(folded[first:last]) or "负责" in folded[first:last] or (found and _goes_on(folded[first:last])):
            found.append((first, last))
        elif found:  # how or why, not what
            found[-1] = (found[-1][0], last)
    return found if len(found) > 1 else []


def without_members(folded: str, start: int, end: int) -> tuple[int, int]:
    """A sentence up to the clause that says what there is inside: `掌理课程编排,下设教学组`."""
    clauses = list(split_clauses(folded, start, end))
    inside = next((first for first, last in clauses[1:] if _INSIDE.match(folded[first:last].strip())), None)
    return (start, inside - 1) if inside else (start, end)


def listed(text: str, folded: str, span: Span) -> list[Span]:
    """One clause that lists several duties, cut where its list is: `负责服务器管理、|网络管理`."""
    if _weight(folded[span.start : span.end]) < 2:
        return [span]
    cuts = [span.start]
    if two := _TWO.match(folded, span.start, span.end):
        cuts += two.span("joint")
    depth = 0
    for at in range(span.start, span.end):
        depth = max(0, depth + (folded[at] == "(") - (folded[at] == ")"))
        if folded[at] == "、" and not depth:
            cuts += [at, at + 1]
    cuts.append(span.end)
    pairs = zip(cuts[::2], cuts[1::2], strict=True)
    return [piece for first, last in pairs if (piece := block(text, first, last))]
