"""A sentence that tells it of another thing of the same kind is no answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.app import Rolewright
from rag.contrast import another_told, neither_told, told_of_another
from rag.phrases import say
from rag.types import Turn

HANDBOOK = """# 设计部手册

## 视频剪辑

职责：
1. 抖音短视频的时长控制在30至60秒；
2. 设计封面，突出卖点。

## 店铺运营

职责：
1. 策划大促活动；
2. 维护商品页面。
"""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("快手上的视频剪多长？", "抖音短视频控制在30秒以内"),
        ("快手影片要剪多長？", "抖音短视频控制在30秒以内"),
        ("How long is a clip on TikTok?", "快手短视频控制在30秒以内"),
        ("第三轮评审看什么？", "第二轮评审回顾修改情况"),
        ("第3次複試誰來？", "第二次复试由总监来"),
        ("What happens in the third round?", "In the first round the team lead asks."),
        ("第十一条讲什么？", "第十条讲请假"),
        ("十一月招几个？", "一月招三个"),
        ("夜班几点接班？", "白班早上八点接班"),
        ("11月的目标是多少？", "1月的目标是三百单"),
        ("会用Java的工程师做什么？", "JavaScript工程师写页面"),
        ("用PS做图吗？", "用Illustrator做图"),
    ],
)
def test_another_thing_of_the_kind(question: str, told: str) -> None:
    assert told_of_another(question, told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("快手上的视频剪多长？", "抖音控制在30秒以内。快手控制在一分钟以内"),
        ("抖音和快手分别剪多长？", "抖音控制在30秒以内"),
        ("短视频剪多长？", "抖音控制在30秒以内"),
        ("第三轮评审看什么？", "最后一轮评审看排期"),
        ("售前客服多快回复？", "售后 > 客服部。售前：15秒内回复，之后转售后"),
        ("三月内要交几份报告？", "四月交一份"),
        ("前端用什么语言？", "C++工程师写引擎"),
        ("Which teams work with the designers?", "Designers share their files in Slack"),
        ("Whom do buyers trust?", "Written in C++"),
        ("Who does the TikTok clips?", "视频号由编辑维护，抖音由主播维护"),
    ],
)
def test_the_thing_itself_or_none(question: str, told: str) -> None:
    assert not told_of_another(question, told)


def test_none_of_the_names_offered() -> None:
    told = "设计师交出高保真原型图"
    assert neither_told("出图用Figma还是Sketch？", told)
    assert neither_told("畫圖用Figma或者Sketch呢", told)
    assert not neither_told("出图用Figma还是Sketch？", f"{told}，稿件用Sketch交付")
    # What is offered in other words may be told in other words.
    assert not neither_told("看数据还是看创意？", told)
    assert not neither_told("Should a developer build or buy?", told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("装配这边要不要上夜班？", "装配工只上白班"),
        ("旺季礼拜六来不", "周一到周五上班"),
        ("夜班有补贴吗？", "白班每天补贴十元"),
        ("Do assemblers work the night shift?", "Assemblers work the day shift only"),
        ("我在台北做了八年電商。這個缺要辦哪些活動？", "上海总部办活动"),
    ],
)
def test_who_asks_whether_or_tells_of_himself(question: str, told: str) -> None:
    assert told_of_another(question, told)
    assert not another_told(question, told)


def test_what_is_told_of_another_is_no_answer(app_of: Callable[[str], Rolewright]) -> None:
    app = app_of(HANDBOOK)
    assert another_told("快手短视频的时长控制在多久？", HANDBOOK)
    assert another_told("第三轮评审看什么", "第二轮评审回顾修改情况")
    assert another_told("快手的视频不能超过几秒", "抖音的视频不能超过60秒")
    refused = app.ask(Turn("快手短视频的时长控制在多久？"))
    assert (refused.status, refused.reason) == ("refused", say("missing_other", "zh-Hans"))
    assert app.ask(Turn("抖音短视频的时长控制在多久？")).status == "answered"


def test_the_refusal_says_so(app_of: Callable[[str], Rolewright]) -> None:
    app = app_of(HANDBOOK)
    assert app.ask(Turn("短视频的时长控制在多久？")).status == "answered"
    refused = app.ask(Turn("剪辑用Premiere还是Vegas？"))
    assert refused.status == "refused"
    assert refused.reason == say("missing_other", "zh-Hans")
