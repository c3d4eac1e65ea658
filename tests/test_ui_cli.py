"""The command line as scripts call it: real processes' entry point, real library, JSON shapes and exit codes of the contract."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ui.cli import main

ANSWER_KEYS = ["question", "answer", "status", "reason", "citations", "hits", "suggestions", "mode", "model", "ms"]
ANSWER_KEYS += ["confidence"]
HIT_KEYS = ["rank", "score", "doc", "title", "heading", "text", "start", "end", "year"]
CITATION_KEYS = ["n", "doc", "title", "heading", "quote", "start", "end", "page", "year"]
REPORT_KEYS = {"added", "updated", "unchanged", "removed", "failed", "chunks", "seconds"}

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], library: Path) -> Run:
    """Call the command line on the shared small library; gives exit code, parsed JSON (or text) and stderr."""

    def call(*arguments: str, where: Path | None = None, as_json: bool = True) -> tuple[int, Any, str]:
        options = ["--library", str(where or library), "-q", *(["--json"] if as_json else [])]
        code = main([*arguments, *options])
        out, err = capsys.readouterr()
        return code, json.loads(out) if as_json and out else out, err

    return call


def test_ask(run: Run) -> None:
    code, answer, _ = run("ask", "售前客服的主要职责是什么?")
    assert code == 0 and list(answer) == ANSWER_KEYS
    assert answer["status"] == "answered" and answer["mode"] == "extractive"
    assert all(list(citation) == CITATION_KEYS for citation in answer["citations"])
    assert all(f"[{citation['n']}]" in answer["answer"] for citation in answer["citations"])
    _, shown, _ = run("documents", "show", answer["citations"][0]["doc"], as_json=False)
    for citation in answer["citations"]:
        assert shown[citation["start"] : citation["end"]] == citation["quote"]


def test_refusal_is_done(run: Run) -> None:
    code, answer, _ = run("ask", "公司食堂几点开门?")
    assert (code, answer["status"], answer["citations"]) == (0, "refused", [])
    assert answer["reason"] and answer["suggestions"]


def test_search(run: Run) -> None:
    code, found, _ = run("search", "谁处理客户投诉", "-k", "2")
    assert code == 0 and list(found) == ["question", "hits"] and len(found["hits"]) == 2
    assert all(list(hit) == HIT_KEYS for hit in found["hits"])
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert found["hits"] == sorted(found["hits"], key=lambda hit: -hit["score"])


def test_roles(run: Run) -> None:
    _, found, _ = run("roles", "投訴專員")
    assert [row["name"] for row in found["roles"]] == ["投诉专员"]
    assert found["roles"][0]["depth"] == "named_only" and found["roles"][0]["department"] == "客服部"


def test_documents(run: Run) -> None:
    _, found, _ = run("documents")
    assert {"doc", "title", "source", "year", "chunks", "digest", "added"} <= found["documents"][0].keys()


def test_history(run: Run, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(
        json.dumps([{"role": "user", "content": "售前客服做什么?"}, {"role": "assistant", "content": "..."}]),
        encoding="utf-8",
    )
    _, answer, _ = run("ask", "它的考核指标呢?", "--history", str(history))
    assert answer["status"] == "answered" and "15" in answer["answer"]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_batch_keeps_order_and_goes_on(run: Run, tmp_path: Path, command: str) -> None:
    rows = tmp_path / "in.jsonl"
    rows.write_text(
        '{"id": "a", "question": "售前客服做什么?"}\n{"id": "b", "question": " "}\nnot json\n{"id": "d"}\n{"id": "e", "question": "客服部有哪些岗位?"}\n',
        encoding="utf-8",
    )
    out = tmp_path / "out.jsonl"
    code, summary, _ = run(command, "--batch", str(rows), "--out", str(out))
    results = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert code == 0 and summary["failed"] == 3
    assert [row["id"] for row in results] == ["a", "b", None, "d", "e"]
    assert [("error" in row) for row in results] == [False, True, True, True, False]
    assert all({"code", "message", "hint"} == row["error"].keys() for row in results if "error" in row)


def test_lint_batch_and_stdin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tmp_path / "in.jsonl"
    rows.write_text('{"id": 1, "text": "限男性", "market": "CN", "lang": "zh-Hans"}\n', encoding="utf-8")
    run("lint", "--batch", str(rows), "--out", str(tmp_path / "out.jsonl"))
    result = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert result["id"] == 1 and result["findings"][0]["severity"] == "illegal" and 0 <= result["score"] <= 100
    file = tmp_path / "jd.txt"
    file.write_text("负责店铺运营。", encoding="utf-8")
    assert run("lint", str(file))[0] == 0


def test_draft_formats(run: Run, tmp_path: Path) -> None:
    brief = tmp_path / "brief.json"
    brief.write_text(json.dumps({"title": "售前客服", "location": "上海", "salary": "8-12k"}), encoding="utf-8")
    code, draft, _ = run("draft", "--brief", str(brief))
    assert code == 0 and draft["jd"]["responsibilities"] and draft["status"] in {"complete", "thin"}
    for form in ("md", "txt", "html", "docx"):
        out = tmp_path / f"jd.{form}"
        assert run("draft", "--brief", str(brief), "--format", form, "--out", str(out))[0] == 0
        assert out.stat().st_size > 100


def test_draft_batch(run: Run, tmp_path: Path) -> None:
    rows = tmp_path / "briefs.jsonl"
    rows.write_text('{"id": "x", "title": "售前客服"}\n{"id": "y", "colour": "red"}\n', encoding="utf-8")
    assert run("draft", "--batch", str(rows), "--out", str(tmp_path / "jds"), "--format", "md")[0] == 0
    index = (tmp_path / "jds" / "index.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(index) == 3 and "failed" in index[2] and (tmp_path / "jds" / "0001.md").exists()


def test_ingest_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("客服专员负责回答用户的问题。", encoding="utf-8")
    code, report, _ = run("ingest", str(tmp_path / "docs"), where=tmp_path / "lib")
    assert code == 0 and report.keys() >= REPORT_KEYS and report["added"] == ["a.txt"]
    code, report, _ = run("ingest", str(tmp_path / "missing.txt"), where=tmp_path / "lib")
    assert code == 1 and "no such file" in report["failed"][0]["reason"]


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["ask", "   "], 2, "usage"),
        (["ask", "x" * 3000], 2, "usage"),
        (["ask"], 2, "usage"),
        (["search", "客服", "-k", "0"], 2, "usage"),
        (["documents", "show", "nothing.md"], 1, "library"),
        (["documents", "remove", "nothing.md"], 1, "library"),
        (["documents", "show"], 2, "usage"),
        (["ask", "--batch", "missing.jsonl", "--out", "out.jsonl"], 2, "usage"),
        (["ask", "q", "--history", "missing.json"], 2, "usage"),
        (["lint", "missing.txt"], 2, "usage"),
        (["draft", "--text", "招一名售前客服", "--format", "papyrus"], 2, "usage"),
        (["draft", "--text", "招一名售前客服", "--template", "fancy"], 2, "usage"),
        (["eval", "--set", "missing.jsonl"], 2, "usage"),
    ],
)
def test_errors_teach(
    run: Run, arguments: list[str], code: int, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, value, err = run(*arguments)
    assert (found, value["error"]["code"]) == (code, kind) and value["error"]["hint"] and not err
    found, out, err = run(*arguments, as_json=False)
    lines = err.splitlines()
    assert (found, out, len(lines)) == (code, "", 2)
    assert lines[0].startswith("error: ") and lines[1].startswith("hint: ")


def test_empty_library_names_the_next_step(run: Run, tmp_path: Path) -> None:
    code, value, _ = run("ask", "客服做什么?", where=tmp_path / "empty")
    assert code == 1 and value["error"]["code"] == "no_index" and "rolewright ingest" in value["error"]["hint"]


def test_broken_dotenv(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("OPENAI_API_KEY='sk-secret\nX", encoding="utf-8")
    code, value, _ = run("ask", "客服做什么?")
    assert code == 1 and value["error"]["code"] == "settings" and "sk-secret" not in json.dumps(value)


def test_wrong_usage_exits_with_two() -> None:
    result = subprocess.run([sys.executable, "-m", "ui", "dance"], capture_output=True, text=True, check=False)
    assert result.returncode == 2 and "Traceback" not in result.stderr


def test_a_batch_of_drafts_from_a_workbook(library: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["id", "title", "location"], ["a", "售前客服", "上海"], ["b", "数据分析师", None]):
        book.active.append(row)
    book.save(tmp_path / "briefs.xlsx")
    command = [
        "draft",
        "--library",
        str(library),
        "--batch",
        str(tmp_path / "briefs.xlsx"),
        "--out",
        str(tmp_path / "jds"),
    ]
    assert main([*command, "--format", "jsonld"]) == 0
    index = (tmp_path / "jds" / "index.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in index[1:]] == [["a", "0001.jsonld"], ["b", "0002.jsonld"]]
    posting = json.loads((tmp_path / "jds" / "0001.jsonld").read_text(encoding="utf-8"))
    assert posting["jobLocation"]["address"]["addressLocality"] == "上海"


def test_a_row_of_a_batch_may_be_a_sentence(run: Run, tmp_path: Path) -> None:
    rows = tmp_path / "texts.csv"
    rows.write_text('id,text,location\nx,招2名售前客服,杭州\ny,"招售前客服,顶替离职的小王,6-8k",\n', encoding="utf-8")
    assert run("draft", "--batch", str(rows), "--out", str(tmp_path / "jds"), "--format", "md")[0] == 0
    first, second = ((tmp_path / "jds" / f"000{n}.md").read_text(encoding="utf-8") for n in (1, 2))
    assert "杭州" in first and "2" in first and "6-8k" in second and "小王" not in second
    assert "小王" in (tmp_path / "jds" / "index.csv").read_text(encoding="utf-8-sig")
