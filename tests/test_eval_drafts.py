"""The scorer of drafts: each score can fail, and a missing set is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.drafts import field_right, has_fact, load_draft_cases, means, report, score_drafts, untraced
from ingest.errors import UsageError
from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.jd import draft
from rag.jd_types import Claim
from rag.settings import Settings

ROW = {
    "id": "d1",
    "input": {"text": "招2名上海的售前客服,15-22k,要会打字"},
    "expect": {
        "fields": {"title": "售前客服", "headcount": 2, "must_have": ["打字"], "company": None},
        "facts": ["15-22k", "熟悉全店商品的详细信息"],
        "absent": ["五险一金"],
        "status": "complete",
    },
    "lang": "zh-Hans",
    "market": "CN",
}


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


def written(folder: Path, row: object) -> Path:
    path = folder / "briefs.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def test_a_good_draft_gets_full_marks_and_a_bad_expectation_does_not(engine: Engine, tmp_path: Path) -> None:
    (good,) = score_drafts(load_draft_cases(written(tmp_path, ROW)), engine)
    assert (good.fields, good.facts, good.absent, good.status, good.traced, good.missed) == (1, 1, 1, 1, 1, ())
    expect = {"fields": {"title": "主播", "headcount": 2}, "facts": ["月薪九万"], "absent": ["上海"], "status": "thin"}
    (bad,) = score_drafts(load_draft_cases(written(tmp_path, ROW | {"expect": expect})), engine)
    assert (bad.fields, bad.facts, bad.absent, bad.status) == (0.5, 0, 0, 0) and len(bad.missed) == 4
    assert means([good, bad])["fields"] == 0.75


@pytest.mark.parametrize("text", ["每月处理 999 单", "本科以上学历", "提供五险一金"])
def test_what_nobody_gave_is_untraced(engine: Engine, text: str) -> None:
    result = draft(Brief(title="售前客服"), engine)
    assert untraced(result) == []
    jd = replace(result.jd, requirements=(Claim(text, "brief"),))
    assert len(untraced(replace(result, jd=jd))) == 1


@pytest.mark.parametrize(
    ("expected", "got", "right"),
    [
        ("台北", "臺北市", True),
        (3, 3, True),
        (3, 30, False),
        (["双休"], ("周末双休", "餐补"), True),
        ("苏州", None, False),
        ([], ("x",), False),
    ],
)
def test_fields(expected: object, got: object, right: bool) -> None:
    assert field_right(expected, got) is right


def test_facts_need_their_numbers() -> None:
    assert has_fact("响应时长不超过15秒", "- 响应时长：不超过 15 秒。")
    assert not has_fact("响应时长不超过10秒", "- 响应时长：不超过 15 秒。")


def test_a_missing_or_broken_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not there"):
        load_draft_cases(tmp_path / "briefs_test.jsonl")
    with pytest.raises(UsageError, match="line 1"):
        load_draft_cases(written(tmp_path, {"id": "x"}))


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"expect": {"status": ["complete"]}}, "status is no text"),
        ({"expect": {"facts": "15-22k"}}, "facts is no list"),
        ({"expect": {"absent": [5]}}, "absent is no list"),
        ({"input": {"text": 5}}, "text is no text"),
        ({"lang": ["en"]}, "lang is no text"),
    ],
)
def test_a_value_of_another_kind_is_named_with_its_line(tmp_path: Path, broken: dict[str, object], named: str) -> None:
    with pytest.raises(UsageError, match=f"line 1 .*{named}") as told:
        load_draft_cases(written(tmp_path, ROW | broken))
    assert told.value.hint == "see docs/contract.md"


def test_a_set_of_ones_own_is_scored_instead_of_the_bundled_ones(engine: Engine, tmp_path: Path) -> None:
    found = report("all", engine, written(tmp_path, ROW))
    assert found["cases"] == 1 and found["missed"] == {}


def test_a_brief_that_cannot_be_drafted_scores_zero_and_the_run_goes_on(engine: Engine, tmp_path: Path) -> None:
    (case,) = load_draft_cases(written(tmp_path, ROW))
    bad = replace(case, id="bad", given={"brief": {"title": "\ud800"}})
    zero, good = score_drafts([bad, case], engine)
    assert (zero.fields, zero.facts, zero.absent, zero.status, zero.traced) == (0, 0, 0, 0, 0)
    assert "surrogate" in zero.missed[0] and good.missed == ()


@pytest.mark.parametrize(("allowed", "score"), [(["thin", "complete"], 1), (["thin"], 0)])
def test_any_of_the_allowed_statuses_is_right(engine: Engine, tmp_path: Path, allowed: list[str], score: float) -> None:
    expect = {"status": "thin", "status_ok": allowed}
    (got,) = score_drafts(load_draft_cases(written(tmp_path, ROW | {"expect": expect})), engine)
    assert got.status == score and len(got.missed) == 1 - score
