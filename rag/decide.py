"""Decide by code, before anything is written: answer, or refuse and say what is missing.

No single score can tell: evidence is whether the named role is described and not only named, whether the kind of thing
asked for (a salary, a time, a name) is there at all, how much of the question's content the best passages cover, and how near
they are in meaning. Thresholds are calibrated on the dev split (`rolewright eval`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from ingest.lexical import LexicalIndex
from ingest.script import search_form
from ingest.types import RoleEntry, Span
from rag.link import Mention
from rag.query import Query
from rag.types import Hit

Reason = Literal["missing_named", "missing_label", "missing_kind", "missing_topic"]

# A passage supports a question when it covers this share of its content terms, weighted by rarity ...
COVERAGE = 0.5
# ... or a smaller share and is near in meaning. A question that names a role is near to that role's passages whatever it asks,
# so it needs a higher cosine. Calibrated on the dev split.
COVERAGE_NEAR = 0.4
COSINE_NEAR = 0.868
COVERAGE_NAMED = 0.25
COSINE_NAMED = 0.9
# ... or by the sum of both kinds of evidence: SUM <= COVERAGE_WEIGHT * coverage + COSINE_WEIGHT * (cosine - COSINE_ZERO).
COVERAGE_WEIGHT, COSINE_WEIGHT, COSINE_ZERO, SUM = 0.5, 5.0, 0.85, 0.5
# Everyday words for what documents call otherwise share nothing with them. Who does something may then be told by meaning alone,
# and an English question without a name, because there the cosine does tell (off-topic ones stay below .80).
COSINE_WHO = 0.885
COSINE_WHO_NAMED = 0.915
COSINE_ENGLISH = 0.86
# What such a pair counts.
CROSSING = 0.4
# How many of the best hits may support an answer.
SUPPORT_HITS = 5
LABELLED = ("goal", "metrics", "skills", "deliverables", "works_with")

# Words by which a duty speaks of what is asked for, on folded text.
_HINTS: dict[str, re.Pattern[str]] = {
    "metrics": re.compile(
        r"kpi|gmv|roi|dsr|指标|考核|转化率|好评率|满意度|客单价|销售目标|响应时长|投产比|复购率|达成率"
    ),
    "skills": re.compile(r"技能|熟练|掌握|擅长|精通|会使用|软件"),
    "works_with": re.compile(r"(?:与|同|和|对接|协调)[^,。;]{1,12}(?:部|团队|部门|沟通|配合|协作|合作|对接)"),
}

# Kinds of facts that role descriptions seldom hold: (asked for, what a passage that answers must hold), on folded text.
_KINDS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "pay": (
        re.compile(
            r"工资|薪资|薪水|月薪|年薪|(?:挣|赚|拿|给|开|能有|月)多少钱|待遇|底薪|salary|\bpay\b|paid|wage|compensation|earn"
        ),
        re.compile(r"薪|工资|奖金|提成|待遇|salary|\bpay\b|bonus|commission"),
    ),
    "time": (
        re.compile(
            r"几点|什么时候(?:上班|下班|开门|关门)|几号|哪天|上班时间|营业时间|(?:要|会|用|常|需要|经常)加班|加班(?:吗|多不多|严重|时间)|what time|opening hours|working hours|overtime"
        ),
        re.compile(r"\d\s*(?:点|时|小时|分钟|天|日)|上班|加班|hours?|minutes?"),
    ),
    "date": (
        re.compile(r"哪一?年|什么时候(?:成立|创立|上市|退休)|成立于|when (?:was|were|did|will)"),
        re.compile(r"(?:19|20)\d\d"),
    ),
    "count": (
        re.compile(r"多少(?:个)?人|几个人|人数|编制|how many (?:people|employees|staff)|head ?count"),
        re.compile(r"\d+\s*(?:-|~|到|至)?\s*\d*\s*(?:个|名|位|人)|两三人|people"),
    ),
    "contact": (
        re.compile(
            r"电话号码|的电话|邮箱|微信号|联系方式|办公地址|公司地址|在哪(?:里|儿|个城市|层)(?:办公|上班|\??$)|几楼|phone number|e-?mail address|office address|where is .*(?:office|located|based)"
        ),
        re.compile(r"\d{5,}|@|路\d+号|地址|address"),
    ),
    "person": (
        re.compile(
            r"叫什么名字|(?:人|他|她|老板|总监|经理|主管|负责人)叫(?:什么|啥)\??$|姓什么|姓名|(?:ceo|cto|总裁|老板|经理|总监|主管|部长|负责人|创始人)[^,。]{0,4}是谁|谁是.{0,12}(?:ceo|总裁|老板|经理|总监|主管|负责人|创始人)|现任|who is the (?:current )?(?:ceo|head|director|manager)"
        ),
        re.compile(r"姓名|先生|女士|担任"),
    ),
    "education": (
        re.compile(
            r"学历|几年(?:工作)?经验|多少年|本科|硕士|专科|专业要求|证书|degree|years of experience|bachelor|certificate"
        ),
        re.compile(
            r"学历|年(?:以上)?(?:工作)?经验|本科|硕士|大专|计算机专业|专业|证书|degree|years of experience|bachelor|major"
        ),
    ),
}


@dataclass(frozen=True)
class Decision:
    """Whether to answer, and from what.

    :param answerable: write an answer, or refuse.
    :param reason: why not (a key of `rag.phrases`), with the name or kind it is about in `subject` and the label in `what`.
    :param focus: the described roles that the answer is about; empty for an answer from passages alone.
    :param structured: answer with the fields of `focus`, rather than with passages.
    :param coverage: the share of the question's content that the best passage covers.
    :param hinted: the sources have no list of what is asked for; some of the role's items speak of it.
    :param by_meaning: the passages are near in meaning and share few words with the question; the answer says so.
    """

    answerable: bool
    reason: Reason | None = None
    subject: str = ""
    what: str = ""
    focus: tuple[Mention, ...] = ()
    structured: bool = False
    coverage: float = 0.0
    by_meaning: bool = False
    hinted: bool = False


def evidence(query: Query, hits: list[Hit], lexical: LexicalIndex) -> float:
    """How much the best hits speak for an answer: coverage and cosine in one number, `SUM` being enough.

    :param query: the understood question.
    :param hits: the retrieved chunks, best first.
    :param lexical: the lexical leg, for the rarity of terms.
    """
    return max((_evidence(query, hit, lexical) for hit in hits[:SUPPORT_HITS]), default=0.0)


def _evidence(query: Query, hit: Hit, lexical: LexicalIndex) -> float:
    covered = coverage(query.terms, hit.chunk.index_text(), lexical)
    return COVERAGE_WEIGHT * covered + COSINE_WEIGHT * (hit.cosine - COSINE_ZERO)


def coverage(terms: tuple[str, ...], passage: str, lexical: LexicalIndex) -> float:
    """The share of content terms that a passage holds, weighted by inverse document frequency; 1.0 when there are none.

    A pair of characters that no passage of the library holds is often two words cut across; it counts in part when the
    passage holds both characters.

    :param terms: the question's content terms.
    :param passage: any text.
    """
    total = sum(lexical.idf(term) for term in terms)
    form = search_form(passage)
    held = 0.0
    for term in terms:
        if re.search(rf"\b{re.escape(term)}", form) if term.isascii() else term in form:
            held += lexical.idf(term)
        elif not term.isascii() and term not in lexical.document_frequency and all(char in form for char in term):
            held += CROSSING * lexical.idf(term)
    return held / total if total else 1.0


def _about(mention: Mention) -> str:
    """Everything the catalogue holds on a role, as one text."""
    return "\n".join(
        text
        for entry in mention.entries
        for spans in entry.fields.values()
        for span in spans
        for text in (span.text, span.english.text if span.english else "")
    )


def _has_label(mention: Mention, label: str) -> bool:
    labels = ("goal", "positioning") if label == "goal" else (label,)
    return any(entry.spans(name) for entry in mention.entries for name in labels)


def _refuse(reason: Reason, subject: str = "", what: str = "", covered: float = 0.0) -> Decision:
    return Decision(False, reason, subject, what, coverage=covered)


def _missing_kind(query: Query, described: tuple[Mention, ...], hits: list[Hit]) -> str | None:
    form = search_form(query.text)
    passages = search_form("\n".join([*map(_about, described), *(hit.chunk.text for hit in hits[:3] if not described)]))
    return next(
        (kind for kind, (asked, held) in _KINDS.items() if asked.search(form) and not held.search(passages)), None
    )


def decide(query: Query, hits: list[Hit], lexical: LexicalIndex) -> Decision:
    """Decide whether the evidence answers the question.

    :param query: the understood question.
    :param hits: the retrieved chunks, best first.
    :param lexical: the lexical leg, for the rarity of terms.
    """
    described = tuple(mention for mention in query.mentions if mention.depth != "named_only")
    if query.mentions and not described and not query.terms and query.intent not in {"list", "who"}:
        return _refuse("missing_named", query.mentions[0].name)
    if kind := _missing_kind(query, described, hits):
        return _refuse("missing_kind", described[0].name if described else "", kind)
    return _by_catalogue(query, described, lexical) or _by_passages(query, hits, described, lexical)


def _by_catalogue(query: Query, described: tuple[Mention, ...], lexical: LexicalIndex) -> Decision | None:
    """The decision when the question asks for a field of a role, or None when it asks for something else."""
    whole = Decision(True, focus=described, structured=True, coverage=1.0)
    if query.intent in LABELLED and any(_has_label(mention, query.intent) for mention in described):
        return whole
    if query.intent == "compare" and len(described) > 1:
        return whole
    if query.intent == "duties" and described and query.terms and _says_which(query, described, lexical):
        return whole
    return _whole_question(query, described, whole) if query.mentions and not query.terms else None


def _whole_question(query: Query, described: tuple[Mention, ...], whole: Decision) -> Decision | None:
    """The decision on a question that holds nothing but names and an intent."""
    if query.intent in {"list", "compare"}:
        return replace(whole, focus=query.mentions)
    if query.intent in LABELLED and any(hinting(mention, query.intent) for mention in described):
        return replace(whole, hinted=True)
    if query.intent in LABELLED:
        return _refuse("missing_label", (described or query.mentions)[0].name, query.intent)
    return whole if described and query.intent != "who" else None


def hinting(mention: Mention, label: str) -> list[tuple[RoleEntry, Span]]:
    """The items of a role that speak of something the sources do not list by itself, such as a metric inside a duty.

    :param mention: the role.
    :param label: what is asked for, a key of `LABELLED`.
    """
    pattern = _HINTS.get(label)
    return [
        (entry, span)
        for entry in mention.entries
        for spans in entry.fields.values()
        for span in spans
        if pattern and pattern.search(search_form(span.text))
    ]


def _says_which(query: Query, described: tuple[Mention, ...], lexical: LexicalIndex) -> bool:
    """Whether what is left of a question only says which company or document is meant, such as 电商公司 before 财务部."""
    told = "\n".join(" ".join((entry.title, *entry.heading)) for mention in described for entry in mention.entries)
    return coverage(query.terms, told, lexical) >= COVERAGE


def _by_passages(query: Query, hits: list[Hit], described: tuple[Mention, ...], lexical: LexicalIndex) -> Decision:
    if not query.terms and not query.mentions:
        return _refuse("missing_topic")
    near, cosine = (COVERAGE_NAMED, COSINE_NAMED) if query.mentions else (COVERAGE_NEAR, COSINE_NEAR)
    best = 0.0
    for hit in hits[:SUPPORT_HITS]:
        covered = coverage(query.terms, hit.chunk.index_text(), lexical)
        best = max(best, covered)
        enough = _evidence(query, hit, lexical) >= SUM
        if covered >= COVERAGE or (covered >= near and hit.cosine >= cosine) or enough:
            return Decision(True, focus=described, coverage=covered)
    about = max((coverage(query.terms, _about(mention), lexical) for mention in described), default=0.0)
    if described and about >= COVERAGE:
        return Decision(True, focus=described, coverage=about)
    if _near_in_meaning(query, hits, described):
        return Decision(True, focus=described, coverage=max(best, about), by_meaning=True)
    return _refuse("missing_topic", described[0].name if described else "", covered=max(best, about))


def _near_in_meaning(query: Query, hits: list[Hit], described: tuple[Mention, ...]) -> bool:
    cosine = max((hit.cosine for hit in hits), default=0.0)
    if query.intent == "who":
        return cosine >= (COSINE_WHO_NAMED if query.mentions else COSINE_WHO)
    return query.script == "en" and cosine >= COSINE_ENGLISH and len(described) == len(query.mentions)
