"""A model as a judge: DeepEval's metrics over a real OpenAI-compatible endpoint; what happens without one."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, Gold
from eval.judge import METRICS, Judge
from eval.run import evaluate
from ingest.errors import UsageError
from rag.app import Rolewright
from rag.endpoint import chat_model
from rag.settings import Settings
from tests.test_rag_brief_model import Server, server  # noqa: F401  (a fixture)
from ui.cli import main

CASE = Case(
    id="c",
    question="售前客服的目标是什么?",
    type="plain",
    answerable=True,
    gold=(Gold("handbook.md", "促成交易"),),
    reference_answer="促成交易",
    history=(),
    split="dev",
)


def test_without_the_package_the_next_step_is_named() -> None:
    if importlib.util.find_spec("deepeval"):
        pytest.skip("deepeval is installed here")
    with pytest.raises(UsageError) as raised:
        Judge(chat_model("m", base_url="http://127.0.0.1:9/v1", api_key="k"))
    assert "deepeval" in raised.value.hint


def test_without_a_model_the_next_step_is_named(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--judge", "--split", "dev", "--library", str(library)]) == 2
    assert "ROLEWRIGHT_MODEL" in capsys.readouterr().err


def _reply(body: dict[str, Any]) -> str:
    """A judge that finds everything in order; the shape is that of the schema it is asked for."""
    schema = body["response_format"]["json_schema"]["schema"]
    wanted = set(schema["properties"])
    said: dict[str, Any] = {
        "claims": ["one claim"],
        "truths": ["one truth"],
        "statements": ["one statement"],
        "verdicts": [{"verdict": "yes", "reason": "told"}],
        "score": 9,
        "reason": "told",
    }
    return json.dumps({name: said[name] for name in wanted})


@pytest.mark.skipif(not importlib.util.find_spec("deepeval"), reason="deepeval, an extra, is not installed")
def test_the_judge_adds_its_scores_beside_ours(server: Server, library: Path) -> None:  # noqa: F811
    app = Rolewright(Settings(library=library))
    server.reply = _reply
    judge = Judge(chat_model("m", base_url=server.url, api_key="k", timeout=10))
    row = evaluate(app, [CASE], opinion=judge.scores).rows[0]
    assert row.scores["fact_coverage"] == 1.0
    assert {name: row.scores[name] for name in METRICS} == {
        "judge_faithfulness": 1.0,
        "judge_relevancy": 1.0,
        "judge_correctness": 0.9,
    }
    asked = "\n".join(message["content"] for body in server.bodies for message in body["messages"])
    assert "促成交易" in asked and not re.search(r"\[\d+\]", asked.split("促成交易")[0][-40:])


@pytest.mark.skipif(not importlib.util.find_spec("deepeval"), reason="deepeval, an extra, is not installed")
def test_a_judge_that_fails_fails_the_row_alone(server: Server, library: Path) -> None:  # noqa: F811
    app = Rolewright(Settings(library=library))
    server.reply = lambda body: 503
    judge = Judge(chat_model("m", base_url=server.url, api_key="k", timeout=10))
    row = evaluate(app, [CASE], opinion=judge.scores).rows[0]
    assert row.status == "failed" and "503" in row.answer
