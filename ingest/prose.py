"""Duties and goals in prose: which clauses of a description say what is done, and which say what for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest import english
from ingest.names import kind_of_name
from ingest.script import CJK, fold, sentence_spans
from ingest.types import Span
from ingest.verbs import is_act

_GOAL = re.compile(
    r"(?:目的|目标(?!或|和|、|用户|群体|受众|客户|市场|人群)|旨在|使命|宗旨|最终(?:提高|提升|实现)|尽可能(?:缩短|提高|提升|降低|减少|确保|保证)|(?:以|从而|进而|通过各种[^,。;]{0,4})(?:提高|提升|降低|缩短|减少)|指标负责)"
)
_IS_GOAL = re.compile(
    r"(?:目的|目标(?!或|和|、|用户|群体|受众|客户|市场|人群)|使命|宗旨)(?:就?是|为|在于)|最终|旨在|尽可能|通过[^。]*(?:提高|提升|降低|缩短|减少)"
)
_METRIC = re.compile(r"指标|\d%|kpi|gmv|roi|dsr|率|客单价|销量|收入|毛利|满意度|访问量|投产比|周期|时长")
# A sentence that says what somebody does.
_DUTY = re.compile(
    r"负责|承担|职责|职能|主要(?:是|工作|的?目的)|工作(?:是|包括|内容)|来应对|开展|需要(?:根据|召集|确保)|就是(?:做|要)|要做的|的工作"
)
_VERB = re.compile(
    r"^(?:结合|主要|并|同时|还|也|需|要|及时|定期|持续|不断|积极|合理|快速|全面|严格|建立|制定|实施|利用|推动|推进|维护|监控|分析|提供|组织|策划|协调|优化|处理|收集|确保|保障|提升|参与|进行|"
    r"负责|管理|引导|妥善|推送|整理|反馈|控制|提高|应对|通过|收集|规划|定义|拓展|协商|引入|关注|解决|开发|支持|根据|解答|撰写|监督|完成|执行|编制|设计|培训|纠正|降低|保持|寻找|争取|尽可能|"
    r"确定|预测|调配|包装|使用|审核|打造|增强|掌握|识别|指导|激活|挖掘|调整|评估|协同|统筹|主导|吸引|营造|带领|跟进|落实|梳理|搭建|输出|找出|写出)"
)
# A clause that says what there is inside, not what is done.
_INSIDE = re.compile(r"^(?:其?下[设辖]|[又还另]?设有|内设|由[^,。]+组成)")
_NOT_DUTY = re.compile(
    r"^(?:使得|使|这|从而|因为|所以|如果|但是?|不过|以便|即|也就是|而且|因此|其中|当然|比如|例如|如|可分为|又?分为|下设|其中|一般|甚至|很多|也包括)"
)
_LIST = re.compile(
    r"(?:[一二三四五六七八九十两\d]+[件项大个](?:事|工作|职责|任务|职能):|负责|承担|掌理|主管|分管|从事|综理|承办|进行|应对|包括|比如|职能(?:就)?是|职责是|主要是|的工作是|工作包括|掌握|了解)[^,。;:]*"
)
# An enumeration of names and nothing else.
_BARE_LIST = re.compile(
    r"(?:[^。;,:!?、]{2,6}[,、]){2,}[^。;,:!?、]{2,6}等?|(?!主要|包括|进行|[^。]*负责)[^。;,:!?]{2,12}(?:、[^。;,:!?、]{2,12})+等*。?|\(?略\)?"
)
_FUNCTIONS = re.compile(r"分为([^。;,:]{4,60}?)[一二三四五六七八两\d]+个职能")
# A clause that lists who there is, not what is done: `常见的岗位包含...`, `主要包括A、B等几个方向`.
_MEMBERS = re.compile(
    r"(?:岗位|职位|职务|方向|分工|工种)[^。;,负]{0,6}(?:包含|包括|有|分为|:)|(?:包括|包含|分为|有)[^。;负]*(?:几个|几类|等)(?:岗位|职位|方向|工种)"
)
_JOINT = re.compile(r"[、和与及]")
# A list of things to which one thing is done: `包括跟支付宝、银联等各种方式的支付合作`.
_OF_ONE_KIND = re.compile(r"等(?:各种|各类|各个|多种|不同)")
# Two things in one clause: `负责干线运输和车辆保养`.
_TWO = re.compile(
    r"(?:[^,。;、]{2,8}归[^,。;、]{2,8}管,)?[^,。;、]{0,10}(?:负责|承担|掌理|主管|分管|从事|进行|职能是|职责是|工作是)"
    r"[^,。;、的和与及]{2,8}(?P<joint>[和与及])[^,。;、的和与及]{2,8}(?=$|[,。;])"
)
_SUBJECTLESS = re.compile(r"负责|承担|职责|职能|应对|开展")
_SHORTEST = 4
_LONGEST_ACT = 10
# What a clause holds that explains, judges or tells how.
_NO_ACT = re.compile(r"[是很的了让使能会都]|不|可以|通过|以便|从而|因|等等|通常")
_LAST_ITEM = re.compile(r"、[^、]*[和与及]")
# How writers turn to another side of a matter: `从需求量来看`, `对技术岗来说`.
_ASIDE = re.compile(r"[从对就][^,。;]{1,16}(?:来看|来说|而言|来讲)")
# What stands between a name and what it does: `技术部一般主要`.
_AFTER_NAME = re.compile(r"(?:岗位|人员|同学)?(?:的(?:主要)?(?:职能|职责|工作)(?:就?是)?)?")
# A heading with nothing below it but the promise that something will be.
_PLACEHOLDER = re.compile(
    r"\(?[^,。;()]{0,6}(?:略|另订|另定|待定|待补充|待补|暂无|暂缺|暂未[^,。]{0,4}|tbd|n/a|to be (?:defined|added|confirmed))\)?\.?。?"
)


def acts(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The duties in a stretch of text that says nothing but what is done: its clauses, cut further where they are lists.

    :param text: a document's stored text.
    :param start: where the stretch begins.
    :param end: where it ends.
    """
    if not CJK.search(text[start:end]):
        return english.duties(text, start, end)
    folded = fold(text[:end])
    found = [
        piece
        for first, last in sentence_spans(text, start, end)
        for clause in _duty_clauses(folded, first, last)
        for piece in _parted(folded, *clause)
    ]
    return tuple(span for first, last in found if (span := block(text, first, last)))


def _parted(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A clause cut at its `、` where each piece is something that is done, or none begins with a verb: `来料检验、出货检验`."""
    pieces = [span for span in _pieces(folded, start, end) if span[1] - span[0] >= _SHORTEST - 1]
    acting = [is_act(folded[first:last]) for first, last in pieces]
    listed = _weight(folded[start:end].strip()) > 1
    return pieces if len(pieces) > 1 and (listed or all(acting) or not any(acting)) else [(start, end)]


def _all_acting(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """A clause cut at its `、` where each piece begins with a verb: `找投资、定预算、签合同`."""
    pieces = list(_pieces(folded, start, end))
    acting = all(last - first > 2 and is_act(folded[first:last]) for first, last in pieces)
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


def block(text: str, start: int, end: int) -> Span | None:
    """A stretch of text without the white space around it; None when nothing is left."""
    body = text[start:end]
    first = start + len(body) - len(body.lstrip())
    return Span(body.strip(), first, first + len(body.strip())) if body.strip() else None


def _clauses(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
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


def _duty_clauses(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clauses of one sentence that say what is done; a clause that only explains joins the one before it."""
    found: list[tuple[int, int]] = []
    for first, last in _clauses(folded, start, end):
        clause = folded[first:last].strip()
        if found and not _INSIDE.match(clause) and (_NOT_DUTY.match(clause) or len(clause) < _SHORTEST):
            found[-1] = (found[-1][0], last)
        elif (_MEMBERS.search(clause) or _INSIDE.match(clause)) and found:
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


def _lists_duties(folded: str, span: Span) -> bool:
    return _weight(folded[span.start : span.end]) > 2 or bool(_TWO.match(folded, span.start, span.end))


def _acted(folded: str, span: Span, names: Sequence[str]) -> list[tuple[int, int]]:
    """The pieces of a sentence about somebody, when two or more of them begin with what is done; else nothing."""
    start = span.start
    if name := next((name for name in names if folded.startswith(name, start)), None):
        behind = _AFTER_NAME.match(folded, start + len(name), span.end)
        start = behind.end() if behind else start
    clauses = _duty_clauses(folded, start, span.end)
    pieces = [piece for clause in clauses for piece in _all_acting(folded, *clause)]
    found: list[tuple[int, int]] = []
    for first, last in pieces:
        if is_act(folded[first:last]) or "负责" in folded[first:last] or (found and _goes_on(folded[first:last])):
            found.append((first, last))
        elif found:  # how or why, not what
            found[-1] = (found[-1][0], last)
    return found if len(found) > 1 else []


def describe(
    text: str, start: int, end: int, names: Sequence[str] = (), *, inline: bool = False
) -> dict[str, tuple[Span, ...]]:
    """Read goals and duties off prose.

    :param text: a document's stored text.
    :param start: where the description begins.
    :param end: where it ends.
    :param names: folded names of what is described.
    :param inline: the description is part of running text: its sentences are taken whole, not clause by clause.
    :return: `duties` and, where the prose names a purpose and a metric, `goal`; empty when it says neither.
    """
    folded = fold(text)
    if is_bare_list(folded[start:end]) or _PLACEHOLDER.fullmatch(folded[start:end].strip()):
        return {}
    if not CJK.search(text[start:end]):
        return english.describe(text, start, end)
    sentences = sentence_spans(text, start, end)
    verbs = [span for span in sentences if _does(folded[slice(*span)].strip())]
    said = [span for span in sentences if _DUTY.search(folded[slice(*span)]) and span not in verbs]
    said = [span for span in said if not _FUNCTIONS.search(folded[slice(*span)])]
    verbs, said = ([span for span in spans if not _lists_members(folded, *span)] for spans in (verbs, said))
    if not (verbs or said) and (functions := _functions(text, folded, start, end)):
        return {"duties": tuple(functions)}
    chosen = sorted({*verbs, *said}) or _about(folded, sentences, names)
    chosen = [_without_members(folded, *span) for span in chosen]
    spans: list[Span] = []
    for first, last in chosen:
        sentence = folded[first:last].strip()
        about_itself = any(sentence.startswith(name) for name in names) and not _SUBJECTLESS.search(sentence)
        clauses = (
            _duty_clauses(folded, first, last)
            if len(chosen) == 1 and not about_itself and not inline
            else [(first, last)]
        )
        spans += [span for clause in clauses if (span := block(text, *clause))]
    if len(spans) == 1:
        spans = [piece for part in _acted(folded, spans[0], names) if (piece := block(text, *part))] or spans
    if len(spans) == 1 and (not inline or _lists_duties(folded, spans[0])):
        spans = _listed(text, folded, spans[0])
    fields: dict[str, tuple[Span, ...]] = {"duties": tuple(spans)} if spans else {}
    body = folded[start:end]
    outright = len(sentences) > 1 or _IS_GOAL.search(body)
    if spans and outright and _GOAL.search(body) and _METRIC.search(body):
        goal = next((span for span in sentences if _GOAL.search(folded[slice(*span)])), None)
        found = block(text, *goal) if goal else None
        if found:
            fields["goal"] = (found,)
    return fields


def _does(sentence: str) -> bool:
    return not _ASIDE.match(sentence) and (bool(_VERB.match(sentence)) or is_act(sentence))


def is_bare_list(folded: str) -> bool:
    """Whether folded text is an enumeration of names and nothing else."""
    listed = _BARE_LIST.fullmatch(folded.strip())
    first, *others = re.split(r"[、,]", folded.strip())
    names = not all(is_act(piece) for piece in others) if len(first) < 3 else not is_act(first)
    return bool(listed) and (names or not is_act(first) or bool(kind_of_name(first)))


def _lists_members(folded: str, start: int, end: int) -> bool:
    """Whether a sentence begins with a list of who there is."""
    first = next(_clauses(folded, start, end), (start, end))
    return bool(_MEMBERS.search(folded, *first)) and not _SUBJECTLESS.search(folded, *first)


def _without_members(folded: str, start: int, end: int) -> tuple[int, int]:
    """A sentence up to the clause that says what there is inside: `掌理课程编排,下设教学组`."""
    clauses = list(_clauses(folded, start, end))
    inside = next((first for first, last in clauses[1:] if _INSIDE.match(folded[first:last].strip())), None)
    return (start, inside - 1) if inside else (start, end)


def _functions(text: str, folded: str, start: int, end: int) -> list[Span]:
    """`又分为仓储运营和供应链优化两个职能`: what a team is divided into is what it does."""
    match = _FUNCTIONS.search(folded, start, end)
    if not match:
        return []
    cuts = [match.start(1), *(at for m in _JOINT.finditer(folded, *match.span(1)) for at in m.span()), match.end(1)]
    pieces = zip(cuts[::2], cuts[1::2], strict=True)
    return [piece for first, last in pieces if (piece := block(text, first, last))]


def _about(folded: str, sentences: Sequence[tuple[int, int]], names: Sequence[str]) -> list[tuple[int, int]]:
    """Without any duty: the first sentence that is about the thing."""
    about = [span for span in sentences if any(name in folded[slice(*span)] for name in names)]
    return [*(about or sentences)][:1]


def _listed(text: str, folded: str, span: Span) -> list[Span]:
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
