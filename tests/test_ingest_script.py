"""Folding, script detection and conversion."""

from __future__ import annotations

import pytest

from ingest.script import detect_script, fold, full_width, search_form, sentence_spans, to_script


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("客戶投訴由哪個部門處理", "客户投诉由哪个部门处理"),
        ("\uff21\uff11\uff08KPI\uff09", "a1(kpi)"),
        ("後臺與裡面", "后台与里面"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["客戶\uff0c投訴!", "ﬁ㎏½", "𠮷野家 ǅ İ", "e\u0301", ""])
def test_fold_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("客戶投訴由哪個部門處理?", "zh-Hant"),
        ("售前客服的主要职责是什么?", "zh-Hans"),
        ("What does a data analyst do?", "en"),
        ("PM 的 KPI 是什麼", "zh-Hant"),
        ("招2名台北的售前客服,要會打字", "zh-Hant"),
        ("台里的后台", "zh-Hans"),
        ("主播", "zh-Hans"),
        ("", "en"),
    ],
)
def test_detect_script(text: str, script: str) -> None:
    assert detect_script(text) == script


@pytest.mark.parametrize(
    ("taiwan", "mainland"),
    [
        ("行銷企劃", "营销策划"),
        ("資料分析師", "数据分析师"),
        ("軟體", "软件"),
        ("網路", "网络"),
        ("使用者體驗", "用户体验"),
    ],
)
def test_search_form_knows_taiwan_words(taiwan: str, mainland: str) -> None:
    assert search_form(taiwan) == search_form(mainland)


def test_to_script() -> None:
    assert to_script("客户投诉", "zh-Hant") == "客戶投訴"
    assert to_script("客戶投訴", "zh-Hans") == "客户投诉"
    assert to_script("客戶投訴", "en") == "客戶投訴"


def test_full_width() -> None:
    assert full_width("a,b:(c)?") == "a\uff0cb\uff1a\uff08c\uff09\uff1f"


def test_sentence_spans_cover_both_widths() -> None:
    text = "第一句。第二句\uff01Third is 3.5 long. Fourth\nfifth"
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "第一句。",
        "第二句\uff01",
        "Third is 3.5 long.",
        "Fourth",
        "fifth",
    ]


def test_personal_data_is_no_human_resources() -> None:
    assert "人力资源" not in search_form("個人資料外洩怎麼辦")
    assert "人力资源" in search_form("這件事要找人資處理嗎")
