"""公司有哪些部门? asks for all of the catalogue: every department or role of the documents meant, each with where it is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.script import to_simplified
from rag.app import Rolewright
from rag.citations import problems
from rag.listing import MARKS, MOST_LISTED
from rag.phrases import say
from rag.settings import Settings
from rag.types import Answer, Turn

SHOP = """# 门店手册

全店分为营运部、仓储部、财务部和人事部四个部门。

## 营运部

目标：让每家门店卖得好。

职责：
1. 排班并管好门店的人手；
2. 盯住每家门店的销售。

### 店长

职责：
1. 每天早上开晨会；
2. 处理顾客的投诉。

只列名称：值班经理

## 仓储部

职责：
1. 按门店的要货单配货；
2. 定期盘点仓库。

### 理货员

职责：
1. 拣货并贴好标签；
2. 把破损的货挑出来退给厂家。
"""


@pytest.fixture(scope="module")
def app(app_of: Callable[[str], Rolewright]) -> Rolewright:
    return app_of(SHOP)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Rolewright:
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("bundled")))
    app.ensure_corpus()
    return app


def ask(app: Rolewright, question: str) -> Answer:
    answer = app.ask(Turn(question))
    assert not problems(answer, app.engine.index)
    return answer


@pytest.mark.parametrize(
    "question",
    [
        "公司有哪些部门？",
        "你们都有什么部门",
        "門店由哪些部門組成？",
        "门店一共多少个部门",
        "What departments are there?",
    ],
)
def test_all_departments_first_the_sentence_that_announces_them(app: Rolewright, question: str) -> None:
    answer = ask(app, question)
    assert answer.status == "answered" and answer.confidence == 1.0
    quotes = [citation.quote for citation in answer.citations]
    assert quotes[0] == "全店分为营运部、仓储部、财务部和人事部四个部门。"
    assert {"营运部", "仓储部"} <= set(quotes)


def test_each_with_what_it_is_there_for(app: Rolewright) -> None:
    lines = ask(app, "公司有哪些部门？").answer.split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith("- 营运部["))
    assert lines[at + 1].startswith("  - 让每家门店卖得好")


@pytest.mark.parametrize("question", ["有哪些岗位？", "资料里介绍了哪些职位", "門店手冊裡有哪些崗位"])
def test_all_roles_below_their_departments(app: Rolewright, question: str) -> None:
    text = to_simplified(ask(app, question).answer)
    places = [text.index(line) for line in ("- **营运部**", "  - 店长", "- **仓储部**", "  - 理")]
    assert places == sorted(places)


def test_a_role_that_is_only_named_is_told_as_that(app: Rolewright) -> None:
    lines = ask(app, "有哪些岗位？").answer.split("\n")
    told = {line.split("[")[0].strip(" -"): "资料只列出名称" in line for line in lines}
    assert told["值班经理（资料只列出名称）"] and not told["店长"]


@pytest.mark.parametrize("question", ["哪些部门要和理货员打交道？", "哪些岗位可以在家办公？", "医院有哪些部门？"])
def test_what_is_asked_for_in_particular_is_no_list_of_everything(app: Rolewright, question: str) -> None:
    assert say("overview", "zh-Hans") not in app.ask(Turn(question)).answer


def test_of_the_documents_whose_titles_hold_what_is_said_of_them(bundled: Rolewright) -> None:
    answer = ask(bundled, "B2C公司一般设哪些部门？")
    assert {citation.doc for citation in answer.citations} == {"b2c-organisation-2011.md"}
    for name in ("客服部", "市场部", "网站运营部", "采购及物流部", "技术部", "财务部", "人力资源部"):
        assert f"- {name}[" in answer.answer


def test_names_of_several_documents_are_told_once(bundled: Rolewright) -> None:
    answer = ask(bundled, "公司有哪些部门？")
    names = [line.split("[")[0].strip(" -") for line in answer.answer.split("\n") if line.startswith("- ")]
    assert len(names) == len(set(names)) <= MOST_LISTED
    assert all(line.count("[") <= MARKS for line in answer.answer.split("\n") if line.startswith("- "))


@pytest.mark.parametrize("question", ["运营类有哪些岗位？", "运营类的职位都有哪些"])
def test_a_kind_of_roles_is_the_department_of_that_name(bundled: Rolewright, question: str) -> None:
    assert "店铺运营专员" in ask(bundled, question).answer


@pytest.mark.parametrize(
    "question", ["店长属于哪个部门？", "店長是哪個部門的", "店长在什么部门?", "which department is 店长 in?"]
)
def test_the_department_of_a_role(app: Rolewright, question: str) -> None:
    answer = ask(app, question)
    assert [citation.quote for citation in answer.citations] == ["营运部"] and answer.confidence == 1.0


def test_who_does_something_is_no_question_after_the_department_of_a_role(app: Rolewright) -> None:
    assert "开晨会" in ask(app, "开晨会归哪个岗位管？").answer


@pytest.mark.parametrize(
    "message",
    ["你好", "您好！", "你能做什么？", "妳是誰", "可以问些什么", "谢谢你", "Hello!", "What can you do?", "help"],
)
def test_a_message_to_the_assistant_itself_is_told_what_can_be_asked(app: Rolewright, message: str) -> None:
    answer = app.ask(Turn(message))
    assert answer.status == "refused" and answer.answer == answer.reason
    assert "部" in answer.answer or "departments" in answer.answer
    assert answer.suggestions


def test_each_cited_place_of_a_list_holds_the_name_as_it_is_shown(tmp_path: Path) -> None:
    library = Rolewright(Settings(library=tmp_path / "library"))
    for name, role in (("one", "测试工程师"), ("two", "测试工程师"), ("three", "测试员")):
        text = f"# {name}\n\n## 技术部\n\n职责：\n1. 开发产品。\n\n### {role}\n\n职责：\n1. 找出产品的缺陷。\n"
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    library.ingest(sorted(tmp_path.glob("*.md")))
    answer = ask(library, "技术部下面有哪些岗位？")
    (line,) = (line for line in answer.answer.split("\n") if line.startswith("- 测试"))
    quotes = {citation.n: citation.quote for citation in answer.citations}
    marked = [quotes[int(number)] for number in re.findall(r"\[(\d+)\]", line)]
    assert marked == ["测试工程师"] * 2


@pytest.mark.parametrize(
    "message",
    ["怎么写一份店长的JD", "幫我寫個店長的職位描述", "Can you draft a job description?", "Please write a JD for 店长"],
)
def test_who_wants_a_job_description_is_told_where_it_is_drafted(app: Rolewright, message: str) -> None:
    answer = app.ask(Turn(message))
    assert answer.status == "refused" and answer.answer == answer.reason
    assert "职位描述" in to_simplified(answer.answer) or "tab" in answer.answer
    assert answer.suggestions


@pytest.mark.parametrize("question", ["写JD用：店长做什么？", "店长的JD里职责怎么写，给我列全"])
def test_a_question_for_a_job_description_is_answered(app: Rolewright, question: str) -> None:
    assert "开晨会" in ask(app, question).answer


@pytest.mark.parametrize("question", ["你好，店长做什么？", "你能告诉我店长做什么吗", "Hi, what does 店长 do?"])
def test_a_question_behind_a_greeting_is_answered(app: Rolewright, question: str) -> None:
    assert "开晨会" in ask(app, question).answer
