"""A thumbs-down becomes a row to be labelled, which an evaluation leaves out until somebody has labelled it."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from eval.cases import load_cases
from eval.feedback import keep, path_of
from eval.run import evaluate
from ingest.errors import LibraryError, UsageError
from rag.app import Rolewright
from rag.conversations import ConversationStore
from rag.settings import Settings
from rag.types import Turn
from ui.cli import main

OWNER = "user:mei"
QUESTIONS = ("售前客服的主要职责是什么?", "它的指标是\u2028什么?", "What does a data analyst do?")


@pytest.fixture
def store(library: Path, tmp_path: Path) -> ConversationStore:
    """One conversation of three questions."""
    app, store, key = Rolewright(Settings(library=library)), ConversationStore(tmp_path), None
    for n, question in enumerate(QUESTIONS, 1):
        kept = store.ask(key, OWNER, question)
        key = kept.id
        store.tell(key, OWNER, n, app.ask(Turn(question, kept.before(n))), done=True)
    return store


def rate(store: ConversationStore, n: int, rating: Any, reason: str = "") -> None:
    kept = store.last(OWNER)
    assert kept
    keep(store.path.parent, store.rate(kept.id, OWNER, n, rating, reason), n)


def rows(store: ConversationStore) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path_of(store.path.parent).read_text("utf-8").split("\n") if line]


def test_a_row_tells_what_was_asked_and_told_and_claims_no_gold(store: ConversationStore) -> None:
    rate(store, 1, "down")
    rate(store, 2, "down", "不完整")
    rate(store, 3, "down")
    first, second, third = rows(store)
    assert [row["type"] for row in (first, second)] == ["plain", "followup"] and third["type"] == "followup"
    assert second["question"] == QUESTIONS[1] and second["reason"] == "不完整"
    assert [row["role"] for row in second["history"]] == ["user", "assistant"]
    assert all(row["answerable"] is None and row["gold"] == [] for row in rows(store))
    assert first["cited"][0]["doc"] == "handbook.md" and "[1]" in first["answer"]


def test_a_reader_may_change_his_mind(store: ConversationStore) -> None:
    rate(store, 1, "down")
    rate(store, 2, "down")
    rate(store, 1, "down", "出处不对")
    assert [row["reason"] for row in rows(store)] == ["", "出处不对"]
    rate(store, 1, "up")
    assert [row["question"] for row in rows(store)] == [QUESTIONS[1]]
    rate(store, 2, None)
    assert rows(store) == []


def test_what_is_not_labelled_is_not_scored(
    store: ConversationStore, library: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rate(store, 1, "down")
    path = path_of(store.path.parent)
    with pytest.raises(UsageError, match="still to be labelled"):
        load_cases(path)
    assert main(["--library", str(library), "eval", "--set", str(path)]) == 2
    rate(store, 3, "down")
    labelled = rows(store)
    labelled[0] |= {"answerable": True, "gold": [labelled[0]["cited"][0]]}
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in labelled), "utf-8")
    with caplog.at_level(logging.WARNING, logger="rolewright"):
        cases = load_cases(path)
    assert "1 rows" in caplog.text and [case.question for case in cases] == [QUESTIONS[0]]
    assert evaluate(Rolewright(Settings(library=library)), cases).means["hit@5"] == 1
    # A labelled row is somebody's work: the reader's later clicks leave it alone.
    rate(store, 1, None)
    assert rows(store)[0]["answerable"] is True


def test_a_row_that_is_neither_answerable_nor_not_is_an_error(tmp_path: Path) -> None:
    row = {"id": "a", "question": "x", "type": "plain", "answerable": "perhaps", "gold": []}
    (tmp_path / "set.jsonl").write_text(json.dumps(row), "utf-8")
    with pytest.raises(UsageError, match="line 1"):
        load_cases(tmp_path / "set.jsonl")


def test_a_file_that_cannot_be_written_is_told(store: ConversationStore) -> None:
    path_of(store.path.parent).mkdir()
    with pytest.raises(LibraryError, match="cannot be written"):
        rate(store, 1, "down")
