"""Understand a question: its script, what it asks for, whom it is about, and what is left of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from ingest.lexical import stem, tokenize
from ingest.script import Script, detect_script, search_form
from rag.link import Mention, RoleLinker
from rag.types import Turn

Intent = Literal["duties", "goal", "metrics", "skills", "deliverables", "works_with", "list", "compare", "who", "other"]

# What a question asks for, tried in order, on the folded question.
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        "compare",
        re.compile(
            r"区别|不同|差异|差别|有何异同|对比|相比|比较|一样|一回事|何不同|difference\w*|differ\w*|compar\w*|versus|\bvs\b|分工"
        ),
    ),
    (
        "works_with",
        re.compile(
            r"和谁(?:协作|合作|配合|对接)|与谁|打交道|协作|配合哪些|跟谁|对接哪些|works? with|collaborat\w*|汇报给|向谁汇报|reports? to|reporting to"
        ),
    ),
    ("who", re.compile(r"(?:是|属于|归)(?:什么|哪个|哪些)(?:岗位|部门|团队|职位|角色|组)(?:的|管|负责|来)?(?!区别)")),
    (
        "list",
        re.compile(
            r"(?:有|设|包括|包含|分|下设|设有|分为|分成)(?:了)?(?:哪些|哪几|什么|几)(?:个|种|类)?(?:岗位|职位|角色|团队|小组|组|部门|人员|职能|岗|方向)"
            r"|哪些(?:岗位|职位|角色|团队|小组|部门|人员|组)|(?:岗位|职位|部门|团队)(?:有|包括)哪些|which (?:roles|teams|positions|jobs|departments)"
            r"|what (?:roles|teams|positions|jobs|departments)|list (?:the|all)"
        ),
    ),
    (
        "who",
        re.compile(
            r"(?<![和与跟向对像])谁(?!协作|合作|配合)|(?:由|归|找|是)(?:哪个|哪一个|哪些)|(?:由|归|找)什么(?:人|部门|岗位|团队)|哪个(?:部门|岗位|团队|人|组|职位|角色)|哪些部门"
            r"|\bwho\b|which (?:department|role|team|position)"
        ),
    ),
    (
        "metrics",
        re.compile(r"指标|考核|kpi|绩效怎么|怎么衡量|衡量标准|业绩标准|metrics?|measured|evaluated|\btargets?\b"),
    ),
    (
        "skills",
        re.compile(
            r"技能|软实力|硬实力|素质|本领|会哪些|掌握什么|任职要求|能力要求|需要会|要会什么|什么能力|哪些能力|懂什么|会什么|要求是什么|skills?|qualifications?|requirements?|need to know"
        ),
    ),
    ("deliverables", re.compile(r"产出|交付物|输出什么|deliverables?|outputs?\b")),
    ("goal", re.compile(r"目的|目标|定位|为什么要(?:设|有)|存在的意义|goals?|purposes?|\baims?\b|\bexists?\b")),
    (
        "duties",
        re.compile(
            r"职责|负责(?:什么|哪些|啥)|做(?:什么|些什么|啥|哪些)|干(?:什么|些什么|啥|嘛)|工作内容|日常工作|管什么|具体工作|工作是什么|是做什么|干什么的|主要做"
            r"|what do(?:es)?\b|responsib\w*|dut(?:y|ies)|in charge of|day.to.day|介绍|职能|有什么用|是什么岗位|是什么部门|what is an?\b"
        ),
    ),
)
# Words that carry no content; taken out of a question before BM25 and before its coverage is measured.
_QUESTION_WORDS = re.compile(
    r"什么样|是什么|为什么|什么|哪一个|哪些|哪个|哪几个|哪里|怎么样|怎么办|怎么|怎样|如何|多少|是否|是不是|有没有|能不能|可以|需要|应该|一般|通常|主要|具体|分别|都有|"
    r"多久|多长时间|多长|多快|几(?=[轮次天个种步])|下(?=有|设|的|\s|$)|你好|您好|谢谢|请问|请|如果|因为|所以|时候|期间|来自|来|到|从|当|那么|那|这|告诉我|介绍一下|一下|一个|这个|那个|公司里|公司|里面|里|有|在|是|的|了|吗|呢|啊|呀|吧|由|谁|会|要|和|与|跟|及|或|以及|之间|他们|它们|我们|我|你|他|她|它|到底|平时|平常|平日|日常|"
    r"东西|事情|决定|岗位|职位|角色|组(?![织建成合])|直接|何|工作|职责|负责|做|干|啥|部门|团队|来说|对于|关于|下面|下属|底下|旗下|对|把|被|让|给|用|为|以|也|都|还|就|才|个|种|些|哪|之|其|该|每天|内容|处理|管理"
)
_STOP_WORDS = (
    "a an the of to in on at by for with and or is are was be do does did what which who whom whose how why "
    "when where this that these those it its they their he she i we you my our your me us from as about into "
    "can could should would will may must main mainly role roles job position positions department team person "
    "people company please tell explain describe between there have has had not if than then so responsible "
    "responsibility responsibilities duty duties work works "
)
_STOP_STEMS = frozenset(map(stem, _STOP_WORDS.split()))


@cache
def _everyday() -> tuple[re.Pattern[str], dict[str, str]]:
    """Everyday words and what job documents call the same thing (`everyday.yaml`)."""
    import yaml

    table = yaml.safe_load(Path(__file__).with_name("everyday.yaml").read_text(encoding="utf-8"))
    formal_of = {str(word): str(formal) for formal, words in table.items() for word in words}
    return re.compile("|".join(sorted(map(re.escape, formal_of), key=len, reverse=True))), formal_of


# A question with no more content than this, in a conversation, goes on with what was asked before.
ELLIPTIC = 3
_PRONOUN = re.compile(
    r"^那|它|他|她|这个(?:岗位|部门|职位|角色|团队|组)|该(?:岗位|部门|职位)|那(?:么)?.{0,12}呢|前者|后者|呢[?？]?$|\b(?:it|its|they|their|them|that role|this role|those)\b|what about|how about"
)


@dataclass(frozen=True)
class Query:
    """An understood question.

    :param question: as asked.
    :param text: made standalone with the help of the conversation.
    :param script: the asker's script.
    :param intent: what kind of thing is asked for.
    :param mentions: the roles and departments it names, in order.
    :param terms: BM25 terms that are left when names, question words and intent words are taken out.
    """

    question: str
    text: str
    script: Script
    intent: Intent
    mentions: tuple[Mention, ...]
    terms: tuple[str, ...]

    @property
    def search_text(self) -> str:
        """The question without question words: what the lexical leg is asked."""
        stripped = _QUESTION_WORDS.sub(" ", formal(search_form(self.text)))
        return stripped if tokenize(stripped) else self.text


def formal(form: str) -> str:
    """A folded question with everyday words replaced by those of job documents."""
    pattern, formal_of = _everyday()
    return pattern.sub(lambda match: f" {formal_of[match.group()]} ", form)


def spelled_out(text: str) -> str:
    """A question followed by the formal words for what it says in everyday ones: what the dense leg is asked."""
    pattern, formal_of = _everyday()
    said = dict.fromkeys(formal_of[match.group()] for match in pattern.finditer(search_form(text)))
    return " ".join([text, *said])


def _intent(form: str) -> Intent:
    return next((intent for intent, pattern in _INTENTS if pattern.search(form)), "other")


def content_terms(form: str) -> tuple[str, ...]:
    """BM25 terms of a folded text that carry content: Latin words outside the stop list, Chinese pairs, lone characters.

    :param form: text in `search_form`.
    """
    kept: list[str] = []
    for part in _QUESTION_WORDS.sub(" ", form).split():
        terms = [term for term in tokenize(part) if term not in _STOP_STEMS and not (term.isascii() and len(term) == 1)]
        pairs = [term for term in terms if len(term) > 1]
        kept.extend(pairs or terms)
    return tuple(dict.fromkeys(kept))


def _standalone(turn: Turn, linker: RoleLinker) -> str:
    """Put the role that the conversation is about in front of a follow-up question that names none."""
    if linker.link(turn.question) and not re.search(r"前者|后者|另一个", turn.question):
        return turn.question
    form = search_form(turn.question)
    content = content_terms(_rest(form, (), _intent(form)))
    points_back = bool(_PRONOUN.search(form)) or not content
    if not points_back and len(content) > ELLIPTIC:
        return turn.question
    asked = [message.content for message in reversed(turn.history) if message.role == "user"]
    for question in asked if points_back else []:
        if mentions := linker.link(question):
            return f"{' '.join(mention.name for mention in mentions)} {turn.question}"
    # A conversation about no role: the question before is what this one goes on with.
    return f"{asked[0]} {turn.question}" if asked else turn.question


def _rest(form: str, mentions: Sequence[Mention], intent: Intent) -> str:
    """A question without the names it mentions and the words of its intent.

    Where one clause names a role and says what is asked of it, the clauses around it are small talk or instructions.
    """
    rest = form
    for mention in sorted(mentions, key=lambda m: -m.start):
        rest = rest[: mention.start] + "\0" + rest[mention.end :]
    pattern = dict(_INTENTS).get(intent)
    asking = [
        clause for clause in re.split(r"[,;:。!?]", rest) if "\0" in clause and pattern and pattern.search(clause)
    ]
    rest = (asking[0] if asking else rest).replace("\0", " ")
    for _, words in _INTENTS:
        rest = words.sub(" ", rest)
    return rest


def understand(turn: Turn, linker: RoleLinker) -> Query:
    """Read a question in the light of the conversation and the role catalogue.

    :param turn: the question and the conversation before it.
    :param linker: the role catalogue.
    """
    text = _standalone(turn, linker)
    form = search_form(text)
    mentions = linker.link(text)
    intent = _intent(form)
    if intent == "compare" and len(mentions) < 2:
        intent = next((i for i, pattern in _INTENTS[1:] if pattern.search(form)), "other")
    terms = content_terms(formal(_rest(form, mentions, intent)))
    if text != turn.question:
        # What the question itself adds is what a passage must cover.
        own = search_form(turn.question)
        terms = content_terms(formal(_rest(own, linker.link(turn.question), intent))) or (() if mentions else terms)
    return Query(turn.question, text, detect_script(turn.question), intent, tuple(mentions), terms)
