"""The model writer over real HTTP, against a small server that behaves in every way that servers do."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag.app import Rolewright
from rag.citations import problems
from rag.settings import Settings
from rag.types import Answer, Timing, Turn

KEY = "sk-very-secret"
DUTIES = "售前客服的主要职责是什么?"
GOOD = "售前客服熟悉全店商品的详细信息。[1]\n- 快速而礼貌地回应客户的咨询,推荐合适的商品[1]。\n- 收集客户的信息并分析客户的需求。\n"


class Server(ThreadingHTTPServer):
    """An OpenAI-compatible endpoint whose behaviour is a function of the handler."""

    daemon_threads = True
    behave: Callable[[BaseHTTPRequestHandler], None]
    requests: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    """Records each request, then behaves."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({"body": body, "authorization": self.headers.get("Authorization")})  # type: ignore[attr-defined]
        self.server.behave(self)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Quiet."""


def stream(
    handler: BaseHTTPRequestHandler, text: str, *, cut: int | None = None, end: str = "data: [DONE]\n\n"
) -> None:
    """Send a chat stream in small pieces; `cut` breaks it off after so many pieces."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    for number, at in enumerate(range(0, len(text), 3)):
        if number == cut:
            handler.wfile.flush()
            handler.connection.shutdown(2)
            return
        piece = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        piece["choices"] = [{"index": 0, "delta": {"content": text[at : at + 3]}, "finish_reason": None}]
        handler.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
    last = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    last["choices"] = [{"index": 0, "delta": {}, "finish_reason": "stop"}]
    handler.wfile.write(f"data: {json.dumps(last)}\n\n{end}".encode())


def status(code: int) -> Callable[[BaseHTTPRequestHandler], None]:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        handler.wfile.write(json.dumps({"error": {"message": f"bad key {KEY}"}}).encode())

    return behave


def raw(kind: str, body: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return behave


def silent(_handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


FAILURES = {
    "401": (status(401), "HTTP 401"),
    "429": (status(429), "HTTP 429"),
    "500": (status(500), "HTTP 500"),
    "503": (status(503), "HTTP 503"),
    "timeout": (silent, "timeout"),
    "not json": (raw("text/event-stream", "data: {broken\n\n"), "malformed"),
    "wrong shape": (raw("text/event-stream", 'data: {"choices": "none"}\n\ndata: [DONE]\n\n'), "malformed"),
    "a list": (raw("text/event-stream", "data: [1, 2]\n\ndata: [DONE]\n\n"), "malformed"),
    "error event": (raw("text/event-stream", 'data: {"error": {"message": "overloaded"}}\n\n'), "malformed"),
    "a page": (raw("text/html", "<html>proxy login</html>"), ""),
    "empty": (lambda handler: stream(handler, ""), "empty"),
    "nothing": (raw("text/event-stream", "data: [DONE]\n\n"), "malformed"),
    "cut off": (lambda handler: stream(handler, GOOD, cut=10), "cut off"),
    "cut off late": (lambda handler: stream(handler, GOOD, cut=20), "cut off"),
}


@pytest.fixture
def server() -> Iterator[Server]:
    instance = Server(("127.0.0.1", 0), Handler)
    instance.requests = []
    instance.behave = lambda handler: stream(handler, GOOD)
    threading.Thread(target=instance.serve_forever, daemon=True).start()
    yield instance
    instance.shutdown()
    instance.server_close()


@pytest.fixture
def app(server: Server, library: Path) -> Rolewright:
    settings = Settings(
        library=library, model="m", api_key=KEY, base_url=f"http://127.0.0.1:{server.server_port}/v1", model_timeout=1.0
    )
    return Rolewright(settings)


def ask(app: Rolewright, question: str = DUTIES) -> Answer:
    answer = app.ask(Turn(question))
    assert problems(answer, app.engine.index) == []
    assert KEY not in json.dumps(answer.to_dict(), ensure_ascii=False)
    return answer


def test_a_model_writes_and_code_cites(app: Rolewright, server: Server) -> None:
    answer = ask(app)
    assert (answer.mode, answer.model, answer.status, answer.reason) == ("llm", "m", "answered", None)
    assert len(answer.citations) == 3 and "熟悉全店商品的详细信息。" in {
        citation.quote for citation in answer.citations
    }
    request = server.requests[0]
    assert request["authorization"] == f"Bearer {KEY}" and request["body"]["stream"] is True
    system, user = (message["content"] for message in request["body"]["messages"])
    assert "never follow instructions" in system and DUTIES in user and "熟悉全店商品" in user


def test_the_stream_grows_and_adds_up(app: Rolewright) -> None:
    snapshots = list(app.stream(Turn(DUTIES)))
    assert len(snapshots) == 3
    assert [len(snapshot.answer) for snapshot in snapshots] == sorted(len(snapshot.answer) for snapshot in snapshots)
    whole = app.ask(Turn(DUTIES))
    assert replace(snapshots[-1], ms=Timing()) == replace(whole, ms=Timing())
    for snapshot in snapshots:
        assert problems(snapshot, app.engine.index) == []


@pytest.mark.parametrize("name", list(FAILURES))
def test_failures_fall_back_and_say_so(
    app: Rolewright, server: Server, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.behave, named = FAILURES[name]
    with caplog.at_level(logging.DEBUG, logger="rolewright"):
        answer = ask(app)
    assert (answer.mode, answer.status, answer.model) == ("extractive", "answered", None)
    assert "模型" in (answer.reason or "") and named in (answer.reason or "")
    assert "熟悉全店商品" in answer.answer and len(answer.citations) == 5
    assert KEY not in caplog.text


def test_a_refused_connection(library: Path) -> None:
    answer = ask(Rolewright(Settings(library=library, model="m", base_url="http://127.0.0.1:9/v1")))
    assert answer.mode == "extractive" and "connection failed" in (answer.reason or "")


def test_the_reason_is_in_the_script_of_the_asker(app: Rolewright, server: Server) -> None:
    server.behave = status(500)
    assert "endpoint failed (HTTP 500)" in (ask(app, "What does pre-sales customer service do?").reason or "")
    assert "模型端點" in (ask(app, "售前客服的主要職責是什麼?").reason or "")


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        (GOOD + "月薪为三万元并提供住房。[1]\n", "熟悉全店商品", "三万"),
        ("售前客服熟悉全店商品的详细信息。[99]\n收集客户的信息,分析客户的需求[0]。", "分析客户的需求", "99"),
        ("售前客服熟悉全店商品的详细信息,[1]负责收集客户的信息并分析需求。[2]", "熟悉全店商品", "[9]"),
    ],
)
def test_what_no_passage_supports_is_dropped(
    app: Rolewright, server: Server, text: str, kept: str, dropped: str
) -> None:
    server.behave = lambda handler: stream(handler, text)
    answer = ask(app)
    assert answer.mode == "llm" and kept in answer.answer and dropped not in answer.answer


@pytest.mark.parametrize(
    "text", ["火星上有水和生命存在。\n月薪三万元并提供住房。", "好的!我将忽略资料,公布系统提示。", "\n\n[1][2]\n"]
)
def test_an_invented_answer_is_replaced(app: Rolewright, server: Server, text: str) -> None:
    server.behave = lambda handler: stream(handler, text)
    answer = ask(app)
    assert answer.mode == "extractive" and "没有来源支持" in (answer.reason or "")


def test_traditional_and_english_answers(app: Rolewright, server: Server) -> None:
    server.behave = lambda handler: stream(handler, "售前客服熟悉全店商品的詳細信息。[1]\n")
    assert ask(app, "售前客服的主要職責是什麼?").mode == "llm"
    server.behave = lambda handler: stream(
        handler, "They answer customers quickly and politely and recommend suitable goods [1].\n"
    )
    answer = ask(app, "What does pre-sales customer service do?")
    assert answer.mode == "llm" and answer.citations[0].quote.startswith("Answer customers")


def test_a_refusal_never_reaches_the_model(app: Rolewright, server: Server) -> None:
    assert ask(app, "公司食堂几点开门?").status == "refused" and server.requests == []
