"""Metrics by hand, cases and baselines with their errors, and the harness on a small real library."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.cases import TYPES, Case, Gold, bundled_cases, check_gold, independent_cases, load_cases, more_cases
from eval.metrics import (
    bootstrap_interval,
    context_precision,
    hit_at,
    mean,
    ndcg_at,
    precision_recall,
    recall_at,
    reciprocal_rank,
)
from eval.report import failures, markdown
from eval.run import compare, evaluate, outcomes
from eval.score import answer_scores
from ingest.errors import UsageError
from ingest.script import search_form
from rag.app import Rolewright
from rag.settings import Settings
from rag.types import Answer, Citation
from ui.cli import main


@pytest.mark.parametrize(
    ("relevant", "k", "hit", "rank"),
    [
        ([True], 1, 1.0, 1.0),
        ([False, True], 1, 0.0, 0.5),
        ([False, True], 5, 1.0, 0.5),
        ([], 10, 0.0, 0.0),
        ([False] * 10 + [True], 10, 0.0, 0.0),
    ],
)
def test_ranking_metrics(relevant: list[bool], k: int, hit: float, rank: float) -> None:
    assert (hit_at(relevant, k), reciprocal_rank(relevant)) == (hit, rank)


def test_ranking_metrics_agree_with_trec_eval() -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="the reference has no wheel for this platform")
    generator = np.random.default_rng(3)
    for _ in range(60):
        relevant = (generator.random(10) < 0.3).tolist()
        total = sum(relevant) + int(generator.integers(0, 3))
        if not total:
            continue
        judged = {f"d{at}": int(good) for at, good in enumerate(relevant)} | {
            f"missed{at}": 1 for at in range(total - sum(relevant))
        }
        ranked = {f"d{at}": float(10 - at) for at in range(10)}
        measured = pytrec_eval.RelevanceEvaluator(
            {"q": judged}, {"ndcg_cut_10", "recip_rank", "recall_10", "success_5"}
        )
        reference = measured.evaluate({"q": ranked})["q"]
        assert ndcg_at(relevant, total, 10) == pytest.approx(reference["ndcg_cut_10"])
        assert reciprocal_rank(relevant, 10) == pytest.approx(reference["recip_rank"])
        assert hit_at(relevant, 5) == reference["success_5"]
        assert recall_at([True] * sum(relevant) + [False] * (total - sum(relevant))) == pytest.approx(
            reference["recall_10"]
        )


def test_context_precision_and_intervals() -> None:
    assert context_precision([True, False, True]) == pytest.approx((1 + 2 / 3) / 2)
    assert context_precision([False, False]) == 0.0
    low, high = bootstrap_interval([0.0, 1.0] * 50) or (0.0, 0.0)
    assert low < 0.5 < high and bootstrap_interval([0.0, 1.0] * 50) == (low, high)
    assert bootstrap_interval([]) is None and bootstrap_interval([1.0, 1.0]) == (1.0, 1.0)


def test_precision_recall_and_mean() -> None:
    assert precision_recall([True, True, False, False], [True, False, True, False]) == (0.5, 0.5)
    assert precision_recall([False], [False]) == (None, None)
    assert mean([1.0, 0.0]) == 0.5 and mean([]) is None


def test_the_bundled_set_is_sound(tmp_path: Path) -> None:
    cases = load_cases(bundled_cases())
    assert len(cases) >= 100 and {case.type for case in cases} == TYPES
    for kind in TYPES:
        assert {case.split for case in cases if case.type == kind} == {"dev", "test"}
    app = Rolewright(Settings(library=tmp_path / "library"))
    app.ingest([])
    independent = load_cases(independent_cases())
    assert check_gold([*cases, *independent], app.engine.index) == []
    learned = {search_form(case.question) for case in [*cases, *load_cases(more_cases())]}
    assert independent and not {search_form(case.question) for case in independent} & learned


def _write(path: Path, *rows: object) -> Path:
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows),
        encoding="utf-8",
    )
    return path


GOOD = {
    "id": "a",
    "question": "售前客服做什么?",
    "type": "plain",
    "answerable": True,
    "gold": [{"doc": "handbook.md", "span": "熟悉全店商品"}],
}
REFUSED = {"id": "b", "question": "公司食堂几点开门?", "type": "unanswerable", "answerable": False, "gold": []}
WRONG = {
    "id": "c",
    "question": "怎么做红烧肉?",
    "type": "plain",
    "answerable": True,
    "gold": [{"doc": "handbook.md", "span": "熟悉全店商品"}],
}


def test_rows_means_and_failures(library: Path, tmp_path: Path) -> None:
    app = Rolewright(Settings(library=library))
    report = evaluate(app, load_cases(_write(tmp_path / "set.jsonl", GOOD, REFUSED, WRONG)))
    assert report.means["hit@1"] == 0.5 or report.means["hit@1"] == 1.0
    assert (report.means["answered"], report.means["refused"], report.means["citations_valid"]) == (0.5, 1.0, 1.0)
    assert (report.means["refusal_precision"], report.means["refusal_recall"]) == (0.5, 1.0)
    assert [row["id"] for row in failures(report.to_dict())] == ["c"]
    assert "红烧肉" in markdown(report.to_dict())
    assert report.means["faithfulness"] == 1.0 and report.means["citation_precision"] == 1.0
    assert report.intervals["answered"][0] <= 0.5 <= report.intervals["answered"][1]


def test_outcomes_question_by_question(library: Path, tmp_path: Path) -> None:
    report = evaluate(
        Rolewright(Settings(library=library)), load_cases(_write(tmp_path / "set.jsonl", GOOD, REFUSED, WRONG))
    )
    assert outcomes(report.told(), {"a": 0.0, "b": 1.0, "c": 1.0, "gone": 1.0}) == {
        "wins": ["a"],
        "losses": ["c"],
        "ties": ["b"],
    }


def test_a_complete_answer_needs_every_gold_place(tmp_path: Path) -> None:
    rows = [{**GOOD, "type": "list"}, {**GOOD, "id": "e"}, {**GOOD, "id": "f", "gold_need": "all"}]
    assert [case.needs_all for case in load_cases(_write(tmp_path / "set.jsonl", *rows))] == [True, False, True]


def test_a_case_that_fails_scores_zero(library: Path, tmp_path: Path) -> None:
    broken = {**GOOD, "id": "d", "question": " "}
    report = evaluate(Rolewright(Settings(library=library)), load_cases(_write(tmp_path / "set.jsonl", GOOD, broken)))
    assert report.rows[1].status == "failed" and report.means["answered"] == 0.5 and report.means["hit@10"] == 0.5


def test_compare_names_what_is_worse(library: Path, tmp_path: Path) -> None:
    report = evaluate(Rolewright(Settings(library=library)), load_cases(_write(tmp_path / "set.jsonl", GOOD)))
    assert compare(report, {"tolerance": 0.1, "means": {"answered": 1.0}}) == []
    assert compare(report, {"tolerance": 0.0, "means": {"answered": 1.1, "unknown": 0.5}})[0].startswith("answered")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["not json"], "line 1"),
        ([{"id": "a"}], "line 1"),
        ([{**GOOD, "type": "riddle"}], "riddle"),
        ([GOOD, GOOD], "repeats"),
        ([""], "no case"),
        ([{**GOOD, "split": "train"}], "train"),
    ],
)
def test_broken_sets_are_named(tmp_path: Path, rows: list[object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_cases(_write(tmp_path / "set.jsonl", *rows))


def test_the_command_writes_reports_and_gates(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = _write(tmp_path / "set.jsonl", GOOD, REFUSED)
    baseline = tmp_path / "baseline.json"
    command = [
        "eval",
        "--library",
        str(library),
        "--set",
        str(cases),
        "--out",
        str(tmp_path / "out"),
        "--baseline",
        str(baseline),
        "--json",
    ]
    baseline.write_text('{"tolerance": 0.0, "means": {"answered": 1.0}}', encoding="utf-8")
    assert main(command) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.json", "report.md", "report.html"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3 and "http" not in page.replace("http-equiv", "")
    baseline.write_text('{"tolerance": 0.0, "means": {"answered": 1.5}}', encoding="utf-8")
    assert main(command) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["below_baseline"]
    baseline.write_text("{}", encoding="utf-8")
    assert main(command) == 2


def test_gold_that_is_not_in_the_library_is_an_error(library: Path, tmp_path: Path) -> None:
    cases = _write(tmp_path / "set.jsonl", {**GOOD, "gold": [{"doc": "handbook.md", "span": "没有这句话"}]})
    assert main(["eval", "--library", str(library), "--set", str(cases), "--json"]) == 2


def test_a_sweep_prints_one_row_for_each_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = {
        "id": "a",
        "question": "知识库建设要做什么?",
        "type": "plain",
        "answerable": True,
        "gold": [{"doc": "ecommerce-core-departments.md", "span": "彙整常見問題及其解決辦法"}],
    }
    cases = _write(tmp_path / "set.jsonl", case)
    command = ["eval", "--library", str(tmp_path / "library"), "--set", str(cases), "--sweep", "dense_weight=0.2,0.9"]
    assert main(command) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0].startswith("| dense_weight | hit@1") and [line.split(" | ")[0] for line in lines[2:]] == [
        "| 0.2",
        "| 0.9",
    ]
    assert main([*command[:-1], "colour=red"]) == 2
    assert main([*command[:-1], "dense_weight=red"]) == 2


def test_sizes_are_settings(small_folder: Path, tmp_path: Path) -> None:
    app = Rolewright(Settings(library=tmp_path / "library"))
    few = app.ingest([small_folder]).chunks
    smaller = Rolewright(Settings(library=tmp_path / "library", chunk_tokens=48, window_tokens=16))
    report = smaller.ingest([small_folder])
    assert report.updated == ["handbook.md"] and report.chunks > few
    assert smaller.ingest([small_folder]).unchanged == ["handbook.md"]


def test_what_is_said_to_be_missing_of_one_part_needs_no_source() -> None:
    case = Case("a", "甲做什么?几点开门?", "plain", True, (Gold("a.md", "回应咨询"),), None, (), "dev")
    told = "**甲做什么?**\n\n资料中的相关说明：\n- 回应咨询。[1]\n\n**几点开门?**\n\n资料里没有这个问题的答案。资料没有提供这类信息（时间）。"
    answer = Answer(case.question, told, "partial", citations=(Citation(1, "a.md", "A", (), "回应咨询。", 0, 5),))
    assert answer_scores(case, answer)["faithfulness"] == 1.0
    invented = replace(answer, answer=told.replace("资料里没有这个问题的答案。", "早上八点。"))
    assert answer_scores(case, invented)["faithfulness"] < 1.0
