"""Pay and hours: told where a role's own headings tell them, and of nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.app import Rolewright
from rag.kinds import values_asked
from rag.types import Message, Turn

HANDBOOK = """# 岗位手册

## 仓库主管

职责：
1. 排班并盯住出库；
2. 组织月度盘点。

薪资：月薪 8000 至 10000 元。

## 调度员

职责：
1. 每天排好次日的车辆；
2. 跟踪在途。

上班时间：早班七点到十五点，晚班十五点到二十三点。

## 薪酬专员

职责：
1. 每月核算工资并发放奖金；
2. 维护薪酬制度。
"""


@pytest.fixture(scope="module")
def app(app_of: Callable[[str], Rolewright]) -> Rolewright:
    return app_of(HANDBOOK)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("仓库主管一个月能拿多少", "8000 至 10000 元"),
        ("倉庫主管的薪水是多少？", "8000 至 10000 元"),
        ("调度员几点上班？", "早班七点到十五点"),
    ],
)
def test_told_under_the_own_heading(app: Rolewright, question: str, told: str) -> None:
    answer = app.ask(Turn(question))
    assert answer.status == "answered"
    assert any(told in citation.quote for citation in answer.citations)


@pytest.mark.parametrize("question", ["调度员的月薪是多少？", "仓库主管几点上班？", "薪酬专员的工资有多高？"])
def test_what_others_are_told_is_no_answer(app: Rolewright, question: str) -> None:
    assert app.ask(Turn(question)).status == "refused"


def test_in_the_course_of_a_conversation(app: Rolewright) -> None:
    history = (Message("user", "仓库主管做什么？"), Message("assistant", "排班、盘点。"))
    answer = app.ask(Turn("那工资呢？", history))
    assert "8000" in answer.answer


def test_only_pay_and_hours_have_values() -> None:
    assert values_asked("月薪多少") and values_asked("what hours do they work?")
    assert not values_asked("要什么学历") and not values_asked("负责什么")
