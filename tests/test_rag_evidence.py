"""What speaks for an answer: an amount counts where it stands, not anywhere among the sentences that would be shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from rag.app import Rolewright
from rag.cross_encoder import Read
from rag.decide import Decider, Decision
from rag.evidence import Calibration, Signals
from rag.query import understand
from rag.retrieve import ANSWER_HITS, HybridRetriever
from rag.select import SentenceSelector
from rag.types import Turn

HANDBOOK = """# 门店手册

## 店长

职责：
1. 主持店里的晨会，布置要做的活；
2. 盘点货架，盘点做完要花三小时。

## 收银员

职责：
1. 退换商品，退款七天内到账；
2. 打烊前点清现金。
"""


@pytest.fixture(scope="module")
def app(app_of: Callable[[str], Rolewright]) -> Rolewright:
    return app_of(HANDBOOK)


def decision_of(app: Rolewright, question: str, read: Read | None = None, *, by_passages: bool = True) -> Decision:
    """What is decided when nothing is refused, by passages or by the catalogue first."""
    engine = app.engine
    # The plain encoder, which is what another embedder searches by.
    retriever = HybridRetriever(engine.index, app.embedder(engine.index.embedder))
    selector = SentenceSelector(engine.index, engine.linker, retriever.lexical, read)
    never_refuses = Calibration({"bias": 0.0}, partial=0.0, answered=0.0)
    decider = Decider(selector, retriever.lexical, never_refuses, retriever.vector)
    query = understand(Turn(question), engine.linker)
    hits = retriever.retrieve(query, ANSWER_HITS)
    return decider.by_passages(query, (), hits) if by_passages else decider.decide(query, hits)


def signals_of(app: Rolewright, question: str, read: Read | None = None) -> Signals:
    """The signals of a question, whatever is decided by them."""
    signals = decision_of(app, question, read).signals
    assert signals is not None
    return signals


def test_an_amount_beside_what_is_asked_covers_more(app: Rolewright) -> None:
    told, stray = signals_of(app, "盘点货架要几小时？"), signals_of(app, "晨会开多久？")
    assert told.beside > stray.beside
    assert told.aside < stray.aside


def test_without_a_kind_asked_for_nothing_stands_beside_it(app: Rolewright) -> None:
    signals = signals_of(app, "谁点清现金？")
    assert (signals.kind, signals.held, signals.aside, signals.beside) == (0.0, 0.0, 0.0, 0.0)


def test_what_reads_like_the_answer_is_shown_first(app: Rolewright) -> None:
    question = "门店的人打烊前后要做什么事？"
    first, *_, last = (item.span.text for item in decision_of(app, question).items)

    def read(_: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
        return [4.0 * (text == last) for _, text in sentences]

    assert first != last
    assert decision_of(app, question, read).items[0].span.text == last


def test_reading_changes_what_is_shown_and_one_signal(app: Rolewright) -> None:
    def read(_: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
        return [1.0 + at for at in range(len(sentences))]

    question = "退款几天到账？"
    plain, changed = decision_of(app, question), decision_of(app, question, read)
    assert changed.signals and changed.signals.read > 0
    assert replace(changed.signals, read=0.0) == plain.signals
    assert changed.items != plain.items


def test_a_sentence_is_read_with_its_headings(app: Rolewright) -> None:
    seen: list[str] = []

    def read(_: str, sentences: Sequence[tuple[str, str]]) -> list[float]:
        seen.extend(heading for heading, _ in sentences)
        return [0.0] * len(sentences)

    decision_of(app, "退款几天到账？", read)
    assert "收银员" in seen


def test_the_best_of_what_is_read_speaks_for_an_answer_or_against_it(app: Rolewright) -> None:
    def read(_: str, rows: Sequence[tuple[str, str]]) -> list[float]:
        return [0.9 if "现金" in text else 0.1 for _, text in rows]

    assert signals_of(app, "谁点清现金？").read == 0.0
    assert signals_of(app, "谁点清现金？", read).read == pytest.approx(math.log(9))
    assert signals_of(app, "谁点清现金？", lambda _, rows: [0.2] * len(rows)).read == pytest.approx(-math.log(4))


def test_what_two_roles_are_compared_in_is_what_reads_like_the_answer(app: Rolewright) -> None:
    def read(_: str, rows: Sequence[tuple[str, str]]) -> list[float]:
        return [0.9 if "现金" in text else 0.1 for _, text in rows]

    question = "店长和收银员，谁更常碰钱箱？"
    found = decision_of(app, question, read, by_passages=False)
    assert [("现金" in item.span.text) for item in found.items] == [True] and len(found.focus) == 2
    assert not decision_of(app, question, lambda _, rows: [0.1] * len(rows), by_passages=False).items
