"""Which lines of the sources a draft holds: nothing said twice, metrics that measure something, parallel lines as one."""

from __future__ import annotations

import pytest

from ingest.types import Span
from rag.brief import Brief
from rag.items import Item
from rag.jd_metrics import is_measure, metric, metrics_first
from rag.jd_parallel import parallel, together
from rag.jd_select import distinct, grouped, selected


def item(text: str, doc: str = "a") -> Item:
    return Item(doc, Span(text, 0, len(text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("加购率：即时监控。", "加购率"),
        ("响应时长：不超过15秒（≤15秒）。", "响应时长：不超过15秒"),
        ("ROI（投资回报率）。", "ROI（投资回报率）"),
        ("ROI（产品部的核心业务指标）。", "ROI"),
        ("收入、下载量（上线后整个业务团队共同面对）。", "收入、下载量"),
        ("转化目标或销售业绩，奖金或提成按 KPI 的高低计算。", "转化目标或销售业绩"),
        ("使用时不出问题的用户占比：99% 以上；底线是不出现重大问题。", "使用时不出问题的用户占比：99% 以上；底线是不出现重大问题"),
        ("Add-to-cart rate: monitored in real time.", "Add-to-cart rate"),
        ("Response time: at most 15 seconds (≤15 seconds).", "Response time: at most 15 seconds"),
        ("ROI (return on investment).", "ROI (return on investment)"),
        ("每月新增客户20家。", "每月新增客户20家"),
    ],
)  # fmt: skip
def test_a_metric_is_its_name_and_its_target(text: str, shown: str) -> None:
    assert is_measure(text) and metric(text) == shown


@pytest.mark.parametrize(
    "text",
    ["拉新。", "转化（付费）。", "达人筛选标准：粉丝垂直度、带货能力。", "复盘维度：流量、转化。", "退换货审核：以24小时内完成为例。", "Retention."],
)  # fmt: skip
def test_what_measures_nothing_is_no_metric(text: str) -> None:
    assert not is_measure(text)


def test_metrics_come_once_and_others_only_where_there_is_none() -> None:
    rows = [item("留存。"), item("转化率：直播后复盘。"), item("转化率。", "b"), item("UV。")]
    assert [row.span.text for row in metrics_first(rows)] == ["转化率：直播后复盘。", "UV。"]
    assert [row.span.text for row in metrics_first(rows[:1])] == ["留存。"]


def test_lines_that_differ_in_one_word_are_told_together() -> None:
    lines = [f"做与用户{word}有关的各种工作。" for word in ("拉新", "留存", "转化")]
    texts = [lines[0], "写周报。", *lines[1:]]
    assert parallel(texts) == [[0, 2, 3], [1]]
    assert together(lines) == "做与用户拉新、留存、转化有关的各种工作。"
    english = [f"Do all kinds of work related to user {word}." for word in ("acquisition", "retention", "activity")]
    assert together(english) == "Do all kinds of work related to user acquisition, retention and activity."
    assert parallel(["管理服务器。", "管理网络。"]) == [[0], [1]], "too little is common"
    assert parallel(["每周开3次会，跟进项目。", "每周开5次会，跟进项目。"]) == [[0], [1]], "a figure is a fact"


def test_a_generic_line_gives_way_to_one_that_says_more() -> None:
    rows = [
        item("规划、设计产品并持续迭代，使其符合市场的需要。"),
        item("做产品设计。", "b"),
        item("写需求文档。", "b"),
    ]
    assert [row.span.text for row in distinct(rows)] == [rows[0].span.text, "写需求文档。"]
    assert distinct([item("策划新品的上市活动。"), item("策划产品的下市活动。")]) != [item("策划新品的上市活动。")]
    lines = [item("做产品调研。"), item("依据调研结论确定目标用户群体。"), item("撰写产品需求文档并主持评审。")]
    assert [row.span.text for row in selected(lines, Brief(title="产品经理"), 2)] == [r.span.text for r in lines[1:]]


def test_as_many_lines_as_asked_for_are_left_when_some_are_told_together() -> None:
    rows = [item(f"做与用户{word}有关的各种工作。") for word in ("拉新", "留存", "转化")]
    rows += [item("结合产品开展用户运营与推广活动。"), item("收集流量数据，分析成因并提出改进办法。")]
    found = grouped(rows, Brief(title="用户运营"), 3, lambda row: row.span.text)
    assert [len(group) for group in found] == [3, 1, 1]
