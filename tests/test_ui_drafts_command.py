"""`rolewright drafts`: list, show, compare, decide and export, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag import revise
from rag.app import Rolewright
from rag.brief import Brief
from rag.draft_json import draft_from_dict
from rag.drafts import DraftStore
from rag.jd import draft
from rag.settings import Settings
from rag.work import Work
from ui.cli import main


@pytest.fixture(scope="module")
def folder(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drafts-library")
    Rolewright(Settings(library=folder)).ingest([small_folder])
    return folder


@pytest.fixture(scope="module")
def key(folder: Path) -> str:
    app, store = Rolewright(Settings(library=folder)), DraftStore(folder)
    documents = app.engine.index.documents
    key = store.create(
        "browser:abcdefghijkl", Work.of(draft(Brief(title="售前客服", salary="8-10k"), app.engine)), documents
    )
    store.save(key, None, "甲")
    store.change(key, None, lambda work: revise.set_field(work, "salary", "9-12k"), documents)
    return key


def run(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["drafts", *arguments, "--library", str(folder)])
    return code, capsys.readouterr().out


def test_list_and_show(folder: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = run(folder, capsys)
    assert code == 0 and key in text and "售前客服" in text and "abcdefghijkl" not in text
    assert json.loads(run(folder, capsys, "--json")[1])["drafts"][0]["id"] == key
    row = json.loads(run(folder, capsys, "show", key, "--json")[1])
    assert draft_from_dict(row["draft"]).brief.salary == "9-12k"
    assert row["stale"] == [] and row["versions"][0]["author"] == "甲" and row["state"] == "draft"
    assert "version 1" in run(folder, capsys, "show", key)[1]


def test_differences(folder: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    changes = json.loads(run(folder, capsys, "diff", key, "--json")[1])["changes"]
    assert [(row["kind"], row["numbers"]) for row in changes] == [("number", [["8", "9"], ["10k", "12k"]])]
    assert "8 to 9" in run(folder, capsys, "diff", key, "--versions", "1", "--lang", "en")[1]
    assert "nothing has changed" in run(folder, capsys, "diff", key, "--versions", "1", "1")[1]


def test_status_and_export(folder: Path, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, capsys, "status", key) == (0, "draft\n")
    assert run(folder, capsys, "status", key, "--to", "approved")[0] == 2, "a decision needs a name"
    code, text = run(folder, capsys, "status", key, "--to", "approved", "--name", "乙", "--json")
    assert code == 0 and (json.loads(text)["state"], json.loads(text)["name"]) == ("approved", "乙")
    assert "9-12k" in run(folder, capsys, "export", key, "--format", "md")[1]
    assert draft_from_dict(json.loads(run(folder, capsys, "export", key)[1])).jd.title == "售前客服"
    inside = run(folder, capsys, "export", key, "--format", "txt", "--template", "internal")[1]
    assert "岗位权限" in inside and "9-12k" not in inside
    assert run(folder, capsys, "export", key, "--format", "docx")[0] == 2
    assert run(folder, capsys, "export", key, "--format", "docx", "--out", str(tmp_path / "x.docx"))[0] == 0
    assert (tmp_path / "x.docx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("arguments", [["show"], ["show", "nothing"], ["diff", "nothing"], ["status", "nothing"]])
def test_wrong_usage(folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, capsys, *arguments)[0] == 2
