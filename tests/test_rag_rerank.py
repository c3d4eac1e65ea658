"""A cross-encoder behind a real HTTP endpoint orders passages; one that fails costs its order alone."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag.app import Rolewright
from rag.citations import problems
from rag.query import understand
from rag.settings import Settings
from rag.types import Turn
from ui.doctor import examine

Body = dict[str, Any]


class Server(ThreadingHTTPServer):
    """Answers `/v1/rerank` with what `reply` makes of the request; None for a server error."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply: Callable[[Body], Any] = lambda body: None
        self.bodies: list[Body] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body | {"path": self.path})
        reply = self.server.reply(body)
        self.send_response(200 if reply is not None else 503)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(reply or {}).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def _longest_first(body: Body) -> Body:
    """Relevance by length, best first, as a reranker answers: logits in its own order."""
    rows = [{"index": at, "relevance_score": float(len(text)) - 9} for at, text in enumerate(body["documents"])]
    return {"results": sorted(rows, key=lambda row: -row["relevance_score"])}


def test_passages_come_in_the_order_of_the_endpoint(server: Server, library: Path) -> None:
    server.reply = _longest_first
    app = Rolewright(Settings(library=library, reranker="r", base_url=server.url, api_key="k"))
    query = understand(Turn("谁处理客户投诉"), app.engine.linker)
    hits = app.engine.retriever.retrieve(query, 5)
    lengths = [len(hit.chunk.index_text()) for hit in hits]
    assert lengths == sorted(lengths, reverse=True) and len(hits) == 5
    assert hits != Rolewright(Settings(library=library)).engine.retriever.retrieve(query, 5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5] and hits[0].score == 1.0
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    asked = server.bodies[0]
    assert (asked["path"], asked["model"], asked["query"]) == ("/v1/rerank", "r", "谁处理客户投诉")
    answer = app.ask(Turn("售前客服的主要职责是什么?"))
    assert answer.status == "answered" and problems(answer, app.engine.index) == []


@pytest.mark.parametrize(
    "reply",
    [None, {"results": "no"}, {"results": [{"index": 0, "relevance_score": 1}]}, {"data": []}],
    ids=["server error", "no list", "one of many", "another shape"],
)
def test_a_reranker_that_fails_costs_its_order_alone(
    server: Server, library: Path, reply: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.reply = lambda body: reply
    app = Rolewright(Settings(library=library, reranker="r", base_url=server.url, api_key="k"))
    with caplog.at_level(logging.WARNING):
        hits = app.search("谁处理客户投诉", 5)
    assert hits == Rolewright(Settings(library=library)).search("谁处理客户投诉", 5)
    assert "the reranker 'r' failed" in caplog.text


def test_doctor_tries_the_reranker(server: Server, library: Path) -> None:
    server.reply = _longest_first
    settings = Settings(library=library, reranker="r", base_url=server.url, api_key="k")
    rows = {row["check"]: row for row in examine(settings)}
    assert rows["reranker"]["ok"] and "answers" in rows["reranker"]["detail"]
    server.reply = lambda body: None
    rows = {row["check"]: row for row in examine(settings)}
    assert not rows["reranker"]["ok"] and "ROLEWRIGHT_RERANKER" in rows["reranker"]["hint"]
