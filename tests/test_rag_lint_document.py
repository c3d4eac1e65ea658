"""Checks of whole postings: each is set off by a text that has the fault, and by no sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rag.brief import Brief
from rag.jd_types import Claim, JobDescription
from rag.lint import load_rules
from rag.lint_document import CHECKS, check_document, check_export, check_text
from rag.posting import is_posting, read_posting

GOOD = """岗位名称:新媒体运营
工作职责:
1. 策划短视频与图文的选题, 按周排期
2. 与设计团队一起完成大促专题
3. 跟踪流量与转化, 每周复盘
4. 维护达人与媒体资源
5. 整理用户反馈, 提出改进方案
任职要求:
1. 2 年内容运营经验
2. 能独立完成选题到发布
3. 熟悉剪辑工具
薪资: 12-18k 元/月, 14 薪
福利: 入职即缴纳五险一金, 双休, 带薪年假 10 天
工作地点: 上海市徐汇区, 招聘 2 人, 有效期至 2027-01-31
投递方式: 公司官网
公司简介:
一家做家居用品的公司, 团队 60 人, 成立于 2016 年。"""
ENGLISH = (
    """Title: Data Analyst
Responsibilities:
- Build the weekly sales report
- Answer questions of the shop team
- Keep the definitions of metrics
- Review dashboards with the finance team
Requirements:
- SQL
- Two years with sales data
Location: Berlin. Pay: EUR 48,000-56,000 a year, 28 days of leave.
Our company sells garden tools. """
    + "We plan ahead and write down what we learn. " * 8
)


def rules(text: str, market: str = "CN") -> set[str]:
    return {finding.rule for finding in check_text(text, market).findings}


def test_every_check_has_its_rule_and_every_rule_its_check() -> None:
    assert {rule.check for rule in load_rules() if rule.check} == set(CHECKS)


@pytest.mark.parametrize(("text", "market"), [(GOOD, "CN"), (ENGLISH, "EU"), (ENGLISH, "US")])
def test_a_good_posting_is_clean(text: str, market: str) -> None:
    assert rules(text, market) == set()


def lines(section: str, count: int) -> Callable[[str], str]:
    more = "".join(f"\n{number}. 完成第{number}项工作" for number in range(count))
    return lambda text: text.replace(section, section + more)


@pytest.mark.parametrize(
    ("rule", "market", "change"),
    [
        ("LEN-01", "CN", lambda text: text + "整理资料。" * 400),
        ("LEN-02", "CN", lines("工作职责:", 4)),
        ("LEN-03", "CN", lines("任职要求:", 4)),
        (
            "LEN-04",
            "CN",
            lambda text: text.replace("熟悉剪辑工具", "熟悉剪辑工具" + "并且能够和同事一起完成各种各样的事情" * 4),
        ),
        ("LEN-05", "CN", lambda text: re.sub(r"(\d\. ).*", r"\1" + "说" * 120, text)),
        ("LEN-06", "CN", lambda text: "公司简介:\n我们是一家做家居用品的公司\n" + text),
        ("TTL-05", "CN", lambda text: text.replace("新媒体运营", "新媒体运营" * 5, 1)),
        ("INF-05", "CN", lambda text: text.replace("新媒体运营", "新媒体运营专员", 1).replace("2 年内容", "8 年内容")),
        ("PAY-03", "CN", lambda text: text.replace("12-18k", "8-30k")),
        ("PAY-06", "TW", lambda text: text.replace("12-18k 元", "28,000-45,000 元")),
        ("PAY-09", "EU", lambda text: ENGLISH.replace("EUR 48,000-56,000 a year", "48,000-56,000")),
        ("PAY-01", "CN", lambda text: text.replace("薪资: 12-18k 元/月, 14 薪\n", "")),
        ("CMP-01", "CN", lambda text: text.replace("有效期至 2027-01-31", "")),
        ("CMP-02", "CN", lambda text: text.replace("福利: 入职即缴纳五险一金, 双休, 带薪年假 10 天\n", "")),
        ("CMP-03", "TW", lambda text: text.replace("入职即缴纳五险一金, 双休, 带薪年假 10 天", "年假")),
        ("CMP-04", "EU", lambda text: ENGLISH.replace("Location: Berlin. ", "")),
        ("CMP-05", "CN", lambda text: text + "\n本职位由猎头代招"),
        ("GCW-02", "US", lambda text: ENGLISH + "You are driven, bold and ambitious. We fight, conquer and dominate."),
    ],
)
def test_a_fault_is_found(rule: str, market: str, change: Callable[[str], str]) -> None:
    before = ENGLISH if market in {"EU", "US"} else GOOD
    assert rule not in rules(before, market)
    assert rule in rules(change(GOOD), market)


def test_findings_point_at_the_text() -> None:
    text = GOOD.replace("12-18k", "5-30k")
    (finding,) = [finding for finding in check_text(text).findings if finding.rule == "PAY-03"]
    assert (finding.text, text[finding.start : finding.end], finding.severity) == ("5-30k", "5-30k", "risky")


@pytest.mark.parametrize("text", ["负责店铺运营。", "薪资:3k-5w", "任职要求:本科", "We need SQL.", "", "岗位职责"])
def test_a_sentence_is_no_posting(text: str) -> None:
    assert not is_posting(read_posting(text, "CN"))
    assert all(finding.end for finding in check_text(text).findings)


def test_a_draft_is_held_to_its_form() -> None:
    jd = JobDescription(
        "新媒体运营",
        responsibilities=(Claim("策划选题", "corpus", (1,)), Claim("写周报", "suggested")),
        requirements=(Claim("会剪辑", "brief"), Claim("会英语", "suggested")),
    )
    text = "岗位名称:新媒体运营\n岗位职责\n- 策划选题\n- 写周报\n任职要求\n- 会剪辑\n- 会英语"
    brief = Brief(title="新媒体运营", salary="15-22k", length="standard")
    found = {finding.rule: finding for finding in check_document(jd, brief, text)}
    assert {"SRC-01", "INF-04", "PAY-11", "LEN-01", "LEN-02", "CMP-01"} <= found.keys()
    assert (found["SRC-01"].text, found["INF-04"].text, found["INF-04"].rewrite) == ("写周报", "会英语", "")
    assert "有效期" in found["CMP-01"].why and "任职条件" not in found["CMP-01"].why


def test_the_label_of_generated_text_is_asked_of_exports_only() -> None:
    assert "SRC-05" not in rules(GOOD)
    assert [finding.rule for finding in check_export(GOOD)] == ["SRC-05"]
    assert check_export(GOOD + "\n本文由人工智能辅助生成") == ()
    assert check_export(GOOD, "US") == ()
