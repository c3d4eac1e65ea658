"""What sentences read like: where they stand, what is remembered, what is told, and that a guess is never called unlawful."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings

from eval.teaching import Row, data_of, teach
from ingest.embedders import default_embedder
from rag.lint import MARKETS, lint
from rag.lint_document import check_text
from rag.lint_reader import Reader, family_rules, model_path, read, reader, sentences
from rag.sentence_model import Model, load_model, save_model

# Said in other words than any rule knows.
UNSEEN = "正忙着给娃喂奶的妈妈先别急着上班"


def test_sentences_leave_out_bullets_headings_and_crumbs() -> None:
    text = "任职要求:\n1. 会用 Excel 3.5 版做表。熟悉退货流程!\n- 好\n\u2022 Fluent. Speaks good English. Two years of sales?"
    assert [text[start:end] for start, end in sentences(text)] == [
        "会用 Excel 3.5 版做表。",
        "熟悉退货流程!",
        "Speaks good English.",
        "Two years of sales?",
    ]


@given(st.text(alphabet="ab 1.。;\n-:限男性!", max_size=80))
def test_sentences_stand_in_the_text_one_after_another(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text) and "\n" not in text[start:end]
        last = end


class Letters(Embeddings):
    """Counts of four letters: sentences with an x lie apart from the others."""

    calls = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.calls += len(texts)
        return [[text.count(letter) + 0.1 for letter in "xabc"] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


ROWS = [
    Row(source, f"{text}{at}", family)
    for source in ("first", "second")
    for at in range(3)
    for text, family in (("xx", "age"), ("xxa", "gender"), ("abc", None), ("bc", None))
]


def small_model() -> Model:
    vectors = np.array(Letters().embed_documents([row.text for row in ROWS]))
    return teach(data_of(ROWS, vectors), ["age", "gender"]).model


def test_a_rule_that_was_written_with_a_sentence_in_view_says_nothing_of_it() -> None:
    rows = [*(Row("rules", row.text, row.family) for row in ROWS), *(replace(row, source="first") for row in ROWS)]
    vectors = np.array(Letters().embed_documents([row.text for row in rows]))
    scores = teach(data_of(rows, vectors), ["age", "gender"], echo="rules").scores
    assert np.abs(scores[len(ROWS) :]).max() < 1e-6 < np.abs(scores[: len(ROWS)]).min()


def test_what_is_learned_tells_sentences_it_has_not_seen_apart() -> None:
    vectors = np.array(Letters().embed_documents([row.text for row in ROWS]))
    scores = teach(data_of(ROWS, vectors), ["age", "gender"]).scores
    broken = np.array([row.family is not None for row in ROWS])
    assert scores[broken, 0].min() > 0 > scores[~broken, 0].max()
    names = np.array(["age", "gender"])[scores[broken, 1:].argmax(axis=1)]
    assert [*names] == [row.family for row in ROWS if row.family]


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = small_model()
    save_model(model, tmp_path / "m.npz")
    again = load_model(tmp_path / "m.npz")
    vectors = np.array(Letters().embed_documents(["xxxx", "abcc"]))
    assert again.families == model.families
    assert np.allclose(again.scores(vectors, [0.3, 0]), model.scores(vectors, [0.3, 0]), atol=0.05)
    assert again.words.score("xxxx") == pytest.approx(model.words.score("xxxx"), abs=0.01)


def test_a_sentence_whose_words_are_harmless_is_not_embedded() -> None:
    letters = Letters()
    small = Reader(letters, replace(small_model(), doubt=0.0))
    told, harmless = small.scores(["xx1 xx2", "abc2 bc1"])
    assert letters.calls == 1 and told[0] > 0 and harmless.max() == -np.inf


def test_a_sentence_that_includes_everybody_is_not_told() -> None:
    text = "不論你是先生、小姐或非二元,能把帳對好就是好會計"
    assert read(text, "TW", "zh-Hant", ()) == []


def test_sentences_are_embedded_once() -> None:
    letters = Letters()
    small = Reader(letters, small_model())
    first = small.scores(["xxx", "abc", "xxx"])
    assert letters.calls == 2 and np.array_equal(first[0], first[2])
    assert np.array_equal(small.scores(["abc"])[0], first[1]) and letters.calls == 2


@pytest.mark.parametrize("market", MARKETS)
def test_a_guess_has_a_rule_of_its_market_and_is_not_called_unlawful(market: str) -> None:
    text = f"{UNSEEN}。"
    (finding,) = check_text(text, market).findings
    assert finding.severity in {"risky", "advice"} and finding.market == market
    assert finding.rule in {rule.id for rule in family_rules(market).values()}
    assert text[finding.start : finding.end] == finding.text == text and finding.rewrite is None
    assert "\u81ea\u884c\u5224\u65ad" in finding.why
    assert "judge for yourself" in check_text(text, market, "en").findings[0].why


def test_a_sentence_with_a_finding_is_not_told_twice() -> None:
    text = "限男性,已婚有孩子的不要。"
    known = lint(text).findings
    assert known and read(text, "CN", "zh-Hans", known) == []


def test_only_some_lines_are_read() -> None:
    text = f"岗位职责\n{UNSEEN}。\n任职要求\n{UNSEEN}哦。"
    (finding,) = read(text, "CN", "zh-Hans", (), only=[f"{UNSEEN}哦。"])
    assert finding.text == f"{UNSEEN}哦。"


def test_ordinary_lines_are_left_alone() -> None:
    text = "\n".join(
        [
            "负责店铺活动的策划与执行",
            "两年以上电商运营经验",
            "月薪 8000-12000 元,双休,缴纳五险一金",
            "Manage the launch calendar with the design team",
            "工作地點:台北市內湖區",
        ]
    )
    assert read(text, "CN", "zh-Hans", ()) == []


def test_the_reader_of_this_machine_knows_the_families_of_the_rules() -> None:
    assert reader() is reader()
    assert set(load_model(model_path(default_embedder())).families) <= set().union(
        *(family_rules(market) for market in MARKETS)
    )
