"""What a question says besides its words: misspelt names, several questions in one, documents that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.script import search_form
from ingest.types import DocumentRecord, RoleEntry
from rag.app import Rolewright
from rag.citations import problems
from rag.link import RoleLinker
from rag.parts import clauses, divide
from rag.query import understand
from rag.settings import Settings
from rag.sources import SourceLinker
from rag.spelling import Speller
from rag.types import Message, Turn

NAMES = ["售后主管", "客服部", "品牌策划", "数据分析师", "架构师", "customer service manager", "product manager"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("售后主官看哪些数据", "售后主管看哪些数据"),
        ("品派策划的指标", "品牌策划的指标"),
        ("数剧分西师", "数剧分西师"),
        ("custmer service", "customer service"),
        ("the prodcut maneger", "the product manager"),
    ],
)
def test_a_name_with_one_wrong_character_of_the_same_sound_is_put_right(typed: str, meant: str) -> None:
    assert Speller(NAMES).mend(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "售后主管看哪些数据",
        "如何克服困难",  # sounds like 客服, which is too short to be told from other words
        "这种架构是怎么回事",  # 是 sounds like the 师 of 架构师
        "客服培训几天",
        "who manages the products",
        "售后主任做什么",  # another role, not another spelling
    ],
)
def test_what_is_spelt_right_stays(typed: str) -> None:
    assert Speller(NAMES).mend(typed) == typed


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("谁召集评审会？法务部要做什么？", ["谁召集评审会？", "法务部要做什么？"]),
        ("测完以后，谁发布，之后又是谁投广告？", ["测完以后，谁发布，", "之后又是谁投广告？"]),
        ("竞争对手有什么新活动，谁去打听？", ["竞争对手有什么新活动，谁去打听？"]),
        ("你好。想问一下，谁排班？谢谢！", ["你好。想问一下，谁排班？谢谢！"]),
        ("Who calls the review? What does Legal do there?", ["Who calls the review?", " What does Legal do there?"]),
        ("介绍一下客服部", ["介绍一下客服部"]),
    ],
)
def test_clauses_that_ask_are_told_apart(question: str, asked: list[str]) -> None:
    assert clauses(question) == asked
    assert "".join(asked) == question


@pytest.fixture(scope="module")
def app(library: Path) -> Rolewright:
    return Rolewright(Settings(library=library))


def test_each_of_two_questions_is_answered_under_its_own_heading(app: Rolewright) -> None:
    answer = app.ask(Turn("售前客服的目标是什么？数据分析师要预测什么？"))
    assert answer.status == "answered"
    first, second = answer.answer.split("**数据分析师要预测什么？**")
    assert first.startswith("**售前客服的目标是什么？**") and "促成交易" in first
    assert "行业走势" in second
    assert problems(answer, app.engine.index) == []
    assert answer.hits and [hit.score for hit in answer.hits] == sorted(
        (hit.score for hit in answer.hits), reverse=True
    )


def test_the_second_question_may_point_back_at_the_first(app: Rolewright) -> None:
    parts = divide(Turn("售前客服的目标是什么？他的考核指标有哪些？"), app.engine.linker)
    assert [(part.intent, [mention.name for mention in part.mentions]) for part in parts] == [
        ("goal", ["售前客服"]),
        ("metrics", ["售前客服"]),
    ]


def test_a_question_is_not_taken_apart_where_a_part_cannot_be_answered(app: Rolewright) -> None:
    answer = app.ask(Turn("食堂几点开门？停车场在哪里？"))
    assert answer.status == "refused" and not answer.citations


def test_why_alone_is_no_question_of_its_own(app: Rolewright) -> None:
    assert divide(Turn("谁处理客户投诉？为什么？"), app.engine.linker) == []


def test_a_followup_of_two_questions_keeps_the_conversation(app: Rolewright) -> None:
    history = (Message("user", "售前客服的主要职责是什么?"), Message("assistant", "..."))
    parts = divide(Turn("他的目标呢？考核指标有哪些？", history), app.engine.linker)
    assert [[mention.name for mention in part.mentions] for part in parts] == [["售前客服"], ["售前客服"]]


def record(doc: str, title: str, year: int | None = None, source: str | None = None) -> DocumentRecord:
    return DocumentRecord(doc=doc, title=title, digest="", root="", added="", chunks=1, year=year, source=source)


RECORDS = [
    record("a.md", "电商公司七个核心部门：定位与职能"),
    record("b.md", "互联网公司的部门设置", 2019),
    record("c.md", "成熟公司的必备部门", 2013, "《组织浅谈》的读书笔记"),
    record("retail-roles.md", "网店岗位清单", 2023),
    record("d.md", "医院各科室的岗位", 2021),
    record("e.md", "餐厅前厅与后厨", 2020),
]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("七個核心部門那份資料怎麼說客服？", [{"a.md"}]),
        ("2019年讲互联网公司的那份说法是什么", [{"b.md"}]),
        ("2013年的那篇文章认为什么最重要", [{"c.md"}]),
        ("网店清单那份跟七个核心部门那份有什么不同", [{"retail-roles.md"}, {"a.md"}]),
        ("《组织浅谈》那篇笔记里讲了什么", [{"c.md"}]),
        ("what does the 2019 document say about legal", [{"b.md"}]),
        ("in the article about retail roles, who handles returns", [{"retail-roles.md"}]),
    ],
)
def test_a_document_is_found_by_what_people_call_it(question: str, named: list[set[str]]) -> None:
    assert [set(mention.docs) for mention in SourceLinker(RECORDS).link(search_form(question))] == named


@pytest.mark.parametrize(
    "question",
    [
        "新媒体运营每周要发几篇文章?",
        "谁来写这份资料？",
        "银行柜员那份资料里写了什么",
        "几份资料说法一样吗",
        "客服部有哪些资料要整理",
    ],
)
def test_other_questions_name_no_document(question: str) -> None:
    assert SourceLinker(RECORDS).link(search_form(question)) == []


def test_a_named_document_alone_is_asked(tmp_path: Path) -> None:
    """Two documents tell different things of one role; a question that names one of them gets that one's answer, both get both."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, title, duty in (
        ("bank.md", "银行网点岗位说明", "为客户办理开户和转账"),
        ("hotel.md", "酒店前厅岗位手册", "为客人办理入住和退房"),
    ):
        (folder / name).write_text(
            f"# {title}\n\n## 前台接待\n\n职责：\n\n- {duty}。\n- 接听电话。\n", encoding="utf-8"
        )
    app = Rolewright(Settings(library=tmp_path / "library"))
    app.ingest([folder])
    query = understand(Turn("银行网点那份资料里，前台接待负责什么？"), app.engine.linker)
    assert query.docs == {"bank.md"} and "银行" not in query.searched
    bank = app.ask(Turn("银行网点那份资料里，前台接待负责什么？"))
    assert "开户" in bank.answer and "入住" not in bank.answer
    both = app.ask(Turn("银行网点那份和酒店前厅那份，前台接待的职责各怎么说？"))
    assert "开户" in both.answer and "入住" in both.answer
    assert both.answer.index("银行网点岗位说明") < both.answer.index("开户")
    assert problems(both, app.engine.index) == []


def test_what_can_be_answered_of_two_questions_is_answered(app: Rolewright) -> None:
    answer = app.ask(Turn("售前客服的主要职责是什么?公司食堂几点开门?"))
    assert answer.status == "partial" and problems(answer, app.engine.index) == []
    told, missing = answer.answer.split("**公司食堂")
    assert "熟悉全店商品" in told and "时间" in missing and "[" not in missing
    both = app.ask(Turn("客服部有哪些岗位?年终奖有多少?"))
    assert "- 售前客服" in both.answer and both.status == "partial"
    refused = app.ask(Turn("公司食堂几点开门?年终奖有多少?"))
    assert refused.status == "refused" and not refused.citations


def _units(*names: str) -> RoleLinker:
    """A catalogue of departments, the last of which is also called IT."""
    entries = [
        RoleEntry("department", name, None, None, "duties", "a.md", "A", None, ("A", name), 0, 10) for name in names
    ]
    return RoleLinker([*entries[:-1], replace(entries[-1], aliases=("IT",))])


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("那人力那边呢?", ["人力资源部"]),
        ("And what about the operations one?", ["运营部"]),
        ("那绩效呢?", ["财务部"]),
        ("And what does it do?", ["财务部"]),
        ("What does the IT department do?", ["技术部"]),
        ("IT那边呢?", ["技术部"]),
    ],
)
def test_a_follow_up_is_about_what_it_names_or_else_about_what_was_asked_before(
    question: str, about: list[str]
) -> None:
    linker = _units("财务部", "人力资源部", "运营部", "技术部")
    history = (Message("user", "财务部负责什么?"), Message("assistant", "财务部负责记账。"))
    assert [mention.name for mention in understand(Turn(question, history), linker).mentions] == about


@pytest.mark.parametrize("question", ["客户投诉由哪个部门处理?", "Which department handles complaints?"])
def test_who_does_something_asks_for_no_role_of_before(app: Rolewright, question: str) -> None:
    before = (Message("user", "售前客服和数据分析师有什么区别?"), Message("assistant", "..."))
    query = understand(Turn(question, before), app.engine.linker)
    assert query.text == question and not divide(Turn(question, before), app.engine.linker)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("市场跟运营老分不清，到底差在哪", ["市场部", "运营部"]),
        ("市场该不该管活动", ["市场部"]),
        ("市场分析由谁做", []),
        ("运营会员要注意什么", []),
    ],
)
def test_a_short_name_stands_alone_or_before_a_word_that_cannot_lengthen_it(question: str, named: list[str]) -> None:
    linker = _units("市场", "运营", "市场专员", "运营专员")
    assert [mention.name for mention in understand(Turn(question), linker).mentions] == named
