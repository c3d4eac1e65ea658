"""The scorer of the checker: shares by label and family, misses by name, targets, and its command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.checker import CASES, Sentence, below, bundled_sentences, load_sentences, outcomes, score
from ingest.errors import UsageError
from rag.lint import lint
from rag.lint_document import check_text
from ui.cli import main


def sentence(name: str, text: str, label: str, family: str = "") -> Sentence:
    return Sentence(name, text, "CN", "zh-Hans", label, family)


SENTENCES = [
    sentence("a", "限男性", "illegal", "gender"),
    sentence("b", "负责选品", "illegal", "gender"),
    sentence("c", "35岁以下", "risky", "age"),
    sentence("d", "限女性", "advice", "age"),
    sentence("e", "负责男装", "clean"),
    sentence("f", "限男性", "clean"),
]


def test_score() -> None:
    result = score(outcomes(SENTENCES, lambda text, market: lint(text, market).findings))
    assert result["recall"] == {"illegal": 0.5, "risky": 1.0, "advice": 1.0}
    assert result["named"] == {"illegal": 0.5, "risky": 1.0, "advice": 0.0}
    assert (result["rest"], result["false_alarms"]) == (1.0, 0.5)
    assert result["families"] == {"age": 1.0, "gender": 0.5}
    assert [row["id"] for kind in ("missed", "misnamed", "false") for row in result[kind]] == ["b", "d", "f"]
    assert len(below(result)) == 2
    assert below(score([])) == []


@pytest.mark.parametrize("broken", ["{", "5", '{"text": "x", "label": "bad"}', '{"text": "", "label": "clean"}'])
def test_a_malformed_row_is_named(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"text": "x", "label": "clean"}}\n{broken}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        load_sentences(path)


def test_an_absent_split_says_so() -> None:
    with pytest.raises(UsageError, match="no labelled sentences"):
        load_sentences(bundled_sentences("none"))


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [{"id": "a", "text": "限男性", "market": "CN", "label": "illegal", "family": "gender"}]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["eval", "--checker", "--set", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["recall"]["illegal"] == 1.0
    rows.append({"id": "b", "text": "限男性", "market": "CN", "label": "clean"})
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["eval", "--checker", "--set", str(path)]) == 1
    assert "false: b CN  '限男性' GEN-01 '限男性'" in capsys.readouterr().out


def test_the_independent_sentences_meet_the_targets() -> None:
    """Nothing is learned from them; whoever changes a rule to mend one of their misses writes a new set."""
    sentences = load_sentences(CASES / "checker_independent.jsonl")
    assert len({row.text for row in sentences}) == len(sentences) > 200
    assert {row.market for row in sentences} == {"CN", "TW", "HK", "US", "EU"}
    result = score(outcomes(sentences, lambda text, market: check_text(text, market).findings))
    assert below(result) == []
