"""What no posting may say is left out of a text that nobody has looked at, and told; in the editor it stands to be settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import revise
from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.brief_items import clean
from rag.jd import draft
from rag.publish import published
from rag.settings import Settings
from rag.unlawful import LeftOut
from rag.work import Kept, Work, unsettled


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


@pytest.mark.parametrize(
    ("typed", "market", "kept", "gone"),
    [
        ("抗压，能随时响应，35岁以内优先", "CN", "抗压，能随时响应", ["35岁以内优先"]),
        ("男生优先,未婚优先", "CN", None, ["男生优先", "未婚优先"]),
        ("25~35歲佳，需會Excel", "TW", "需會Excel", ["25~35歲佳"]),
        ("SQL, males only, 1,000 tickets a year", "US", "SQL, 1,000 tickets a year", ["males only"]),
        ("会剪视频、五官端正", "CN", "会剪视频", ["五官端正"]),
        ("负责男装类目运营", "CN", "负责男装类目运营", []),
        ("985/211优先", "CN", "985/211优先", []),
        ("不限性别,能力优先", "CN", "不限性别,能力优先", []),
    ],
)
def test_clauses_go_and_the_rest_of_a_line_stays(typed: str, market: str, kept: str | None, gone: list[str]) -> None:
    left_out = LeftOut(market, "zh-Hans")
    assert left_out.lawful([typed]) == ([kept] if kept else [])
    assert left_out.clauses == gone and bool(left_out.findings) == bool(gone)


def test_an_unattended_draft_leaves_them_out_and_says_so(engine: Engine) -> None:
    brief = Brief(title="售前客服", must_have=("会打字", "男性优先"), conditions=("自愿放弃社保",))
    result = draft(brief, engine)
    assert "男性优先" not in result.text and "放弃社保" not in result.text and "会打字" in result.text
    assert {"男性优先", "自愿放弃社保"} <= {f.text for f in result.findings if f.severity == "illegal"}
    assert any("男性优先" in notice and "放弃社保" in notice for notice in result.notices)
    assert result.brief == brief
    shown = draft(brief, engine, as_typed=True)
    assert "男性优先" in shown.text and not any("男性优先" in notice for notice in shown.notices)


TYPED = ("会打字", "男性优先,会打字", "35岁以下", "形象气质佳", "有乙肝者勿投")


def test_no_file_of_a_draft_in_work_holds_what_nobody_has_settled(engine: Engine) -> None:
    work = Work.of(draft(Brief(title="售前客服", must_have=TYPED, benefits=("女生优先",)), engine, as_typed=True))
    shown, leaves = work.draft, published(work)
    assert all(line in shown.text for line in TYPED), "the editor shows every line"
    assert not any(words in leaves.text for words in ("男性", "35岁", "形象", "乙肝", "女生"))
    assert "男性优先" not in str(leaves.jd.to_dict()) + str(leaves.brief.to_dict())
    assert leaves.text.count("会打字") == 2 and "男性优先" in leaves.notices[-1]
    assert {"男性优先", "35岁以下"} <= {clean(row.text) for row in leaves.findings}
    assert leaves.findings[0].start == leaves.findings[0].end == 0


def test_what_is_kept_with_a_reason_leaves(engine: Engine) -> None:
    work = Work.of(draft(Brief(title="售前客服", must_have=TYPED, benefits=("女生优先",)), engine, as_typed=True))
    open_rows = unsettled(work)
    assert {"男性优先", "35岁以下"} <= {clean(row.text) for row in open_rows}
    for row in open_rows:
        work = revise.keep(work, Kept(row.rule, row.text, "测试", "甲", "2026-11-23"))
    assert not unsettled(work)
    assert published(work).text == work.draft.text and all(line in published(work).text for line in TYPED)


def test_a_lawful_draft_leaves_as_it_is(engine: Engine) -> None:
    work = Work.of(draft(Brief(title="售前客服", must_have=("会打字",), salary="8-10k"), engine, as_typed=True))
    assert published(work) == work.draft
