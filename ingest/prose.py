"""Duties and goals in prose: which sentences of a description say what is done, and which say what for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest import english
from ingest.clauses import (
    MEMBERS,
    acted,
    block,
    duty_clauses,
    listed,
    lists_duties,
    split_clauses,
    without_members,
)
from ingest.enumerations import split_list
from ingest.labels import every_spelling
from ingest.mentions import looks_like_name
from ingest.names import kind_of_name
from ingest.placeholders import is_placeholder
from ingest.script import CJK, fold_document, sentence_spans
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
    r"负责|承担|职责|职能(?!下)|(?:考虑|重要)的是|主要(?:是|工作|的?目的)|工作(?:是|包括|内容)|来应对|开展|需要(?:根据|召集|确保)|就是(?:做|要)|要做的|的工作"
)
# `设计包括视觉设计、交互设计等。`
_HOLDS = re.compile(r"[^,。;]{2,10}(?:包括|包含|有)([^。;]+?)(?:等等?)?。?")
# An enumeration of names and nothing else.
_BARE_LIST = re.compile(
    r"(?:[^。;,:!?、]{2,6}[,、]){2,}[^。;,:!?、]{2,6}等?|(?!主要|包括|进行|[^。]*负责)[^。;,:!?]{2,12}(?:、[^。;,:!?、]{2,12})+等*。?|\(?略\)?"
)
_FUNCTIONS = re.compile(r"分为([^。;,:]{4,60}?)[一二三四五六七八两\d]+个职能")
_JOINT = re.compile(r"[、和与及]")
_BARE_FACT = re.compile(r"[^:,。;]{1,8}: ?\d[^,。;]{0,6}")
# A row of a form says something of whom the form names.
_ROW = re.compile(rf"\s*(?:{'|'.join(sorted(map(re.escape, every_spelling()), key=len, reverse=True))}) *\|")
_IS = re.compile(r"(?:也|就|其实)*是")
# The end of a sentence that says one thing at length: `..., 这就是市场部要做的工作`.
_SUMS_UP = re.compile(r",[这那](?:就|也|都)?是[^,。;]{2,16}的(?:工作|事[情儿]?|活儿?|任务|职责)了?[。!]?$")
_SUBJECTLESS = re.compile(r"负责|承担|职责|职能|应对|开展")
# What for, in a clause behind what is done.
_SO_THAT = re.compile(r"(?:^|[,;])\s*(?P<goal>(?:以此|以便|旨在|目的是)[^,。;]{4,})")
# What comes out of somebody's work: `需要产出的成果包括:调研报告、需求文档`.
_RESULTS = re.compile(
    r"(?:产出|输出|提交|交付)的?(?:工作)?(?:成果|物|文档|文件)(?:主要)?(?:包括|有|是|为):?(?P<list>[^。;\n]+)"
)
# How writers turn to another side of a matter: `从需求量来看`, `对技术岗来说`.
_ASIDE = re.compile(r"[从对就][^,。;]{1,16}(?:来看|来说|而言|来讲)")
_MEANS = re.compile(r"(?:通过|结合|根据|按照|依据|基于|利用|围绕|针对)[^,。;]+,")


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
    folded = fold_document(text)
    name = next((name for name in names if folded.startswith(name, start)), "")
    if is_bare_list(folded[start + len(name) : end]) or is_placeholder(text[start:end]):
        return {}
    if not CJK.search(text[start:end]):
        return english.describe(text, start, end)
    sentences = [span for span in sentence_spans(text, start, end) if not _ROW.match(folded, *span)]
    verbs = [span for span in sentences if _does(folded[slice(*span)].strip(), names)]
    said = [span for span in sentences if _DUTY.search(folded[slice(*span)]) and span not in verbs]
    said = [span for span in said if not _FUNCTIONS.search(folded[slice(*span)])]
    verbs, said = ([span for span in spans if not _lists_members(folded, *span)] for spans in (verbs, said))
    if not (verbs or said) and (functions := _functions(text, folded, start, end)):
        return {"duties": tuple(functions)}
    chosen = sorted({*verbs, *said}) or _about(folded, sentences, names)
    spans = _items(text, [without_members(folded, *span) for span in chosen], names, inline=inline)
    if not spans:
        return {}
    goal = _goal(text, sentences, folded[start:end])
    return {"duties": tuple(spans)} | ({"goal": (goal,)} if goal else {})


def results(text: str, start: int, end: int) -> tuple[Span, ...]:
    """What a sentence says that comes out of somebody's work, item by item."""
    folded = fold_document(text)
    match = _RESULTS.search(folded, start, end)
    pieces = split_list(folded, *match.span("list")) if match else ()
    return tuple(span for first, last in pieces if (span := block(text, first, last)))


def purpose(text: str, spans: Sequence[Span]) -> Span | None:
    """The clause of somebody's duties that says what they are done for."""
    folded = fold_document(text)
    found = (_SO_THAT.search(folded, span.start, span.end) for span in spans)
    return next((block(text, *match.span("goal")) for match in found if match), None)


def _items(text: str, chosen: Sequence[tuple[int, int]], names: Sequence[str], *, inline: bool) -> list[Span]:
    """The duties in the sentences that say what is done; a single sentence is cut further where it says several things."""
    folded = fold_document(text)
    if len(chosen) != 1:
        return [span for sentence in chosen if (span := block(text, *sentence))]
    sentence = folded[slice(*chosen[0])].strip()
    if _SUMS_UP.search(sentence):
        return [span for span in [block(text, *chosen[0])] if span]
    about_itself = any(sentence.startswith(name) for name in names) and not _SUBJECTLESS.search(sentence)
    clauses = chosen if about_itself or inline else duty_clauses(folded, *chosen[0])
    spans = [span for clause in _without_lead(folded, clauses, names) if (span := block(text, *clause))]
    if len(spans) == 1:
        spans = [piece for part in acted(folded, spans[0], names) if (piece := block(text, *part))] or spans
    if len(spans) == 1 and (not inline or lists_duties(folded, spans[0])):
        spans = listed(text, folded, spans[0])
    return spans


def _without_lead(folded: str, clauses: Sequence[tuple[int, int]], names: Sequence[str]) -> Sequence[tuple[int, int]]:
    """The clauses without a first one that only says what the thing is: `技术岗就是大家说的程序员,负责...`."""
    first = folded[slice(*clauses[0])].strip() if clauses else ""
    name = next((name for name in names if first.startswith(name)), None)
    return clauses[1:] if name and len(clauses) > 1 and _IS.match(first, len(name)) else clauses


def _goal(text: str, sentences: Sequence[tuple[int, int]], body: str) -> Span | None:
    """The sentence that tells a purpose, where the description names something to measure it by as well."""
    outright = len(sentences) > 1 or _IS_GOAL.search(body)
    if not outright or not _GOAL.search(body) or not _METRIC.search(body):
        return None
    folded = fold_document(text)
    goal = next((span for span in sentences if _GOAL.search(folded[slice(*span)])), None)
    return block(text, *goal) if goal else None


def _does(sentence: str, names: Sequence[str]) -> bool:
    """Whether a sentence begins with what is done, be it behind a role's name, or says by what means and then what: `结合线上渠道,提升曝光`."""
    name = next((name for name in names if len(name) > 2 and sentence.startswith(name)), "")
    if kind_of_name(name) == "role" and is_act(sentence[len(name) :]):
        return True
    means = _MEANS.match(sentence)
    return not _ASIDE.match(sentence) and (is_act(sentence) or bool(means and is_act(sentence[means.end() :])))


def is_bare_list(folded: str) -> bool:
    """Whether folded text is an enumeration of names and nothing else."""
    listed = _BARE_LIST.fullmatch(folded.strip())
    pieces = re.split(r"[、,]", folded.strip("。; \n"))
    acting = sum(is_act(piece) and not kind_of_name(piece) for piece in pieces)
    begins = len(pieces[0]) > 3 and is_act(pieces[0]) and not kind_of_name(pieces[0])
    return bool(listed) and not begins and acting * 2 <= len(pieces)


def _lists_members(folded: str, start: int, end: int) -> bool:
    """Whether a sentence begins with a list of who there is, or is one."""
    first = next(split_clauses(folded, start, end), (start, end))
    if _SUBJECTLESS.search(folded, *first):
        return False
    held = _HOLDS.fullmatch(folded[start:end].strip())
    return bool(
        MEMBERS.search(folded, *first) or (held and all(map(looks_like_name, re.split("[、,和]", held.group(1)))))
    )


def _functions(text: str, folded: str, start: int, end: int) -> list[Span]:
    """`又分为仓储运营和供应链优化两个职能`: what a team is divided into is what it does."""
    match = _FUNCTIONS.search(folded, start, end)
    if not match:
        return []
    cuts = [match.start(1), *(at for m in _JOINT.finditer(folded, *match.span(1)) for at in m.span()), match.end(1)]
    pieces = zip(cuts[::2], cuts[1::2], strict=True)
    return [piece for first, last in pieces if (piece := block(text, first, last))]


def _about(folded: str, sentences: Sequence[tuple[int, int]], names: Sequence[str]) -> list[tuple[int, int]]:
    """Without any duty: the first sentence that is about the thing; `人数: 2` is none."""
    whole = [span for span in sentences if not _BARE_FACT.fullmatch(folded[slice(*span)].strip())]
    about = [span for span in whole if any(name in folded[slice(*span)] for name in names)]
    return [*(about or whole)][:1]
