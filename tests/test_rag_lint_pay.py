"""What is said about pay: amounts in figures and words, ranges, units and the lowest lawful wage."""

from __future__ import annotations

import pytest

from rag.lint_document import check_text
from rag.lint_pay import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.5w", 35_000),
        ("12,000", 12_000),
        ("8k", 8000),
        ("一万二", 12_000),
        ("三十二", 32),
        ("一千二", 1200),
        ("三万二千", 32_000),
    ],
)
def test_amounts(text: str, value: float) -> None:
    assert amount(text) == value


def pay_rules(text: str, market: str) -> set[str]:
    return {finding.rule for finding in check_text(text, market).findings if finding.family == "pay"}


@pytest.mark.parametrize(
    ("text", "market", "rule"),
    [
        ("月薪4千至1万,按能力定档", "CN", "PAY-03"),
        ("月薪8-12", "CN", "PAY-09"),
        ("月薪兩萬四,做得好再調", "TW", "PAY-13"),
        ("月薪30,000~38,000元", "TW", "PAY-06"),
        ("時薪三十二蚊,現金日結", "HK", "PAY-13"),
        ("$6.50 an hour to start", "US", "PAY-13"),
        ("工讀生時薪150元,供一餐", "TW", "PAY-13"),
        ("發傳單,一小時8塊,日結", "CN", "PAY-13"),
        ("Base: $40,000 to $150,000 a year", "US", "PAY-03"),
    ],
)
def test_a_single_line_is_checked(text: str, market: str, rule: str) -> None:
    assert rule in pay_rules(text, market)


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("月薪8000-12000元", "CN"),
        ("实习津贴1500元/月", "CN"),
        ("每月房租补贴1200元", "CN"),
        ("底薪12000元,另设车补1500元/月", "CN"),
        ("月薪四萬二至五萬", "TW"),
        ("時薪$75-85", "HK"),
        ("Handle price negotiations for orders of EUR 10,000 to EUR 250,000", "EU"),
        ("Salary EUR 41,000 to 46,000, same band for everybody", "EU"),
        ("$18-21 an hour", "US"),
        ("時薪210元,晚上九點後每小時加20元", "TW"),
        ("時薪210元,週六日每小時加給20元", "TW"),
        ("每小时分拣8箱", "CN"),
    ],
)
def test_a_proper_line_is_clean(text: str, market: str) -> None:
    assert pay_rules(text, market) == set()


def test_what_is_below_the_wage_is_named() -> None:
    finding = next(f for f in check_text("全職店員月薪24,000元", "TW").findings if f.rule == "PAY-13")
    assert (finding.text, finding.severity) == ("24,000", "illegal") and "24000 < 29500" in finding.why
