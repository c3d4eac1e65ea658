"""The tokens of the chat endpoint: as it reports them, else counted here; failures cost nothing. A real server on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chunking import count_tokens
from rag.endpoint import chat_model, stream_text
from rag.settings import Settings
from rag.usage import Meter, Spent
from tests.test_rag_generate import GOOD, KEY, Server, cut, says, server, status  # noqa: F401  (fixture)
from ui.status_tab import use_html

MESSAGES = [("system", "Answer briefly."), ("human", "售前客服做什么?")]


def asked(server: Server, meter: Meter) -> str:  # noqa: F811
    model = chat_model("m", base_url=server.url, api_key=KEY, timeout=10, meter=meter)
    return "".join(stream_text(model, MESSAGES))


def test_what_the_endpoint_reports_is_believed(server: Server) -> None:  # noqa: F811
    meter = Meter()
    server.behave = says(GOOD)
    asked(server, meter)
    asked(server, meter)
    assert meter.spent == Spent(requests=2, sent=18, received=18, counted=0)


def test_what_it_does_not_report_is_counted(server: Server) -> None:  # noqa: F811
    meter = Meter()
    server.behave = says(GOOD, None, after=lambda handler: handler.piece(None, "stop"))
    text = asked(server, meter)
    sent = sum(count_tokens(said) for _, said in MESSAGES)
    assert meter.spent == Spent(requests=1, sent=sent, received=count_tokens(text), counted=1)


def test_a_failure_costs_nothing_but_what_had_come(server: Server) -> None:  # noqa: F811
    meter = Meter()
    server.behave = status(500)
    with pytest.raises(Exception, match="HTTP 500"):
        asked(server, meter)
    assert meter.spent == Spent(requests=1)
    server.behave = says(GOOD[:40], after=cut)
    with pytest.raises(Exception, match="cut off"):
        asked(server, meter)
    assert meter.spent.requests == 2 and meter.spent.counted == 1 and meter.spent.received == count_tokens(GOOD[:40])


def test_the_status_tab_tells_it(server: Server, library: Path) -> None:  # noqa: F811
    from rag.app import Rolewright

    app = Rolewright(Settings(library=library, model="m", api_key=KEY, base_url=server.url))
    assert "0 requests, 0 tokens sent" in use_html(app, "en")
    server.behave = says(GOOD)
    assert app.chat_model is not None
    list(stream_text(app.chat_model, MESSAGES))
    told = use_html(app, "en")
    assert "1 requests, 9 tokens sent, 9 received" in told and "counted here" not in told and "price" in told
