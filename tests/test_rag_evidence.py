"""What speaks for an answer: an amount counts where it stands, not anywhere among the sentences that would be shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eval.calibrate import retriever_with
from rag.app import Rolewright
from rag.decide import Decider
from rag.evidence import Calibration, Signals
from rag.query import understand
from rag.retrieve import ANSWER_HITS
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


def signals_of(app: Rolewright, question: str) -> Signals:
    """The signals of a question, whatever is decided by them."""
    engine = app.engine
    retriever = retriever_with(app, None)
    selector = SentenceSelector(engine.index, engine.linker, retriever.lexical)
    never_refuses = Calibration({"bias": 0.0}, partial=0.0, answered=0.0)
    decider = Decider(selector, retriever.lexical, never_refuses, retriever.vector)
    query = understand(Turn(question), engine.linker)
    hits = retriever.retrieve(query, ANSWER_HITS)
    signals = decider.by_passages(query, (), hits).signals
    assert signals is not None
    return signals


def test_an_amount_beside_what_is_asked_covers_more(app: Rolewright) -> None:
    told, stray = signals_of(app, "盘点货架要几小时？"), signals_of(app, "晨会开多久？")
    assert told.beside > stray.beside
    assert told.aside < stray.aside


def test_without_a_kind_asked_for_nothing_stands_beside_it(app: Rolewright) -> None:
    signals = signals_of(app, "谁点清现金？")
    assert (signals.kind, signals.held, signals.aside, signals.beside) == (0.0, 0.0, 0.0, 0.0)
