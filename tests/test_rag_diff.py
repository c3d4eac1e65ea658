"""Two states of a job description compared by meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.script import Script, full_width
from rag.diff import Change, diff
from rag.jd_types import Claim, JobDescription
from ui.diff_view import diff_html, sentence


def lines(*texts: str) -> tuple[Claim, ...]:
    return tuple(Claim(full_width(text), "brief") for text in texts)


JD = JobDescription(
    title="新媒体运营",
    purpose=Claim("专注内容平台的运营。", "brief"),
    responsibilities=lines("制作短视频和图文内容。", "策划直播脚本并安排分工。", "复盘每场直播的数据。"),
    requirements=lines("3年以上短视频经验", "会剪视频"),
    nice_to_have=lines("懂英语"),
    conditions=lines("薪资:15-22k", "工作地点:上海"),
)


def only(old: JobDescription, new: JobDescription) -> Change:
    found = diff(old, new)
    assert len(found) == 1, found
    return found[0]


def test_the_same_has_no_changes() -> None:
    assert diff(JD, JD) == []
    # Script and width are no change of content.
    assert diff(JD, replace(JD, requirements=(Claim("3年以上短視頻經驗", "brief"), JD.requirements[1]))) == []


def test_added_and_removed() -> None:
    more = replace(JD, requirements=(*JD.requirements, *lines("本科及以上学历")))
    assert only(JD, more) == Change("added", "requirements", after="本科及以上学历")
    assert only(more, JD) == Change("removed", "requirements", before="本科及以上学历")


def test_three_to_five_years() -> None:
    changed = replace(JD, requirements=(*lines("5年以上短视频经验"), JD.requirements[1]))
    found = only(JD, changed)
    assert found.kind == "number" and found.numbers == (("3年", "5年"),)


def test_pay() -> None:
    found = only(JD, replace(JD, conditions=(*lines("薪资:18-25k"), JD.conditions[1])))
    assert found.kind == "number" and found.numbers == (("15", "18"), ("22k", "25k"))


def test_moved_from_must_to_nice() -> None:
    changed = replace(JD, requirements=JD.requirements[:1], nice_to_have=(*JD.nice_to_have, JD.requirements[1]))
    assert only(JD, changed) == Change("moved", "requirements", "会剪视频", "会剪视频", "nice_to_have")


def test_moved_and_with_another_number() -> None:
    changed = replace(
        JD, requirements=JD.requirements[1:], nice_to_have=(*JD.nice_to_have, *lines("2年以上短视频经验"))
    )
    assert [change.kind for change in diff(JD, changed)] == ["moved", "number"]


def test_reworded_is_not_removed_and_added() -> None:
    changed = replace(JD, responsibilities=(*lines("制作短视频、图文和海报内容。"), *JD.responsibilities[1:]))
    found = only(JD, changed)
    assert (found.kind, found.before, found.after) == (
        "reworded",
        "制作短视频和图文内容。",
        "制作短视频、图文和海报内容。",
    )


def test_something_else_is_removed_and_added() -> None:
    changed = replace(JD, responsibilities=(*JD.responsibilities[:2], *lines("管理仓库的收货与发货。")))
    assert {change.kind for change in diff(JD, changed)} == {"removed", "added"}


def test_labelled_conditions_are_one_line() -> None:
    found = only(JD, replace(JD, conditions=(JD.conditions[0], *lines("工作地点:北京朝阳区"))))
    assert found.kind == "reworded" and found.after == full_width("工作地点:北京朝阳区")


def test_order_and_title() -> None:
    first, second, third = JD.responsibilities
    assert only(JD, replace(JD, responsibilities=(second, first, third))) == Change("order", "responsibilities")
    found = only(JD, replace(JD, title="内容运营"))
    assert (found.kind, found.section, found.after) == ("reworded", "title", "内容运营")
    assert only(JD, replace(JD, level="高级")) == Change("added", "level", after="高级")


def test_there_and_back_are_mirrored() -> None:
    other = replace(JD, responsibilities=JD.responsibilities[1:], benefits=lines("五险一金"))
    there, back = diff(JD, other), diff(other, JD)
    assert [(c.kind, c.section) for c in there] == [("removed", "responsibilities"), ("added", "benefits")]
    assert [(c.kind, c.section) for c in back] == [("added", "responsibilities"), ("removed", "benefits")]
    assert there[0].to_dict()["before"] == "制作短视频和图文内容。"


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        ("zh-Hans", "任职要求:3年 改为 5年(“5年以上短视频经验”)"),
        ("zh-Hant", "任職要求:3年 改為 5年(“5年以上短视频经验”)"),
        ("en", "Requirements: 3年 to 5年 (“5年以上短视频经验”)"),
    ],
)
def test_sentences_in_three_languages(reader: Script, told: str) -> None:
    change = Change("number", "requirements", "3年以上短视频经验", "5年以上短视频经验", numbers=(("3年", "5年"),))
    assert sentence(change, reader) == (told if reader == "en" else full_width(told))


def test_every_kind_has_a_sentence_and_texts_are_escaped() -> None:
    kinds = ("added", "removed", "moved", "number", "reworded", "order")
    changes = [Change(kind, "requirements", "<b>x", "<i>y" * 40, "nice_to_have", (("1", "2"),)) for kind in kinds]
    for reader in ("zh-Hans", "zh-Hant", "en"):
        page = diff_html(changes, reader, "CN")
        assert page.count("<li") == len(kinds) and "<b>" not in page and "<i>" not in page and "{" not in page
    assert "<li" not in diff_html([], "en", "US")
