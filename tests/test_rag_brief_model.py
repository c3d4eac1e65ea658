"""Reading briefs and polishing drafts with a chat model, over real HTTP, against a small server that also misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.brief_model import read_brief
from rag.drafting import brief_of_text, polisher_of
from rag.endpoint import chat_model
from rag.jd import draft
from rag.polish import same_facts
from rag.settings import Settings

TEXT = "招2名上海的售前客服,15-22k,要会打字,周末轮休,懂一点摄影"


class Server(ThreadingHTTPServer):
    """Answers each chat request with what `reply` gives for its body: a text, or an HTTP status."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply: Callable[[dict[str, Any]], str | int] = lambda body: ""
        self.bodies: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(body)
        reply = self.server.reply(body)
        self.send_response(reply if isinstance(reply, int) else 200)
        streamed = body.get("stream") and isinstance(reply, str)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.end_headers()
        head = {"id": "1", "created": 1, "model": "m"}
        if isinstance(reply, int):
            self.wfile.write(b'{"error": {"message": "no"}}')
        elif streamed:
            for delta, finish in (({"content": reply}, None), ({}, "stop")):
                choice = {"index": 0, "delta": delta, "finish_reason": finish}
                row = head | {"object": "chat.completion.chunk", "choices": [choice]}
                self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
            self.wfile.write(b"data: [DONE]\n\n")
        else:
            message = {"role": "assistant", "content": reply}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self.wfile.write(json.dumps(head | {"object": "chat.completion", "choices": [choice]}).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


def settings(server: Server, library: Path) -> Settings:
    return Settings(library=library, model="m", api_key="k", base_url=server.url, model_timeout=10)


def test_values_that_stand_in_the_text_are_kept_and_others_dropped(server: Server, engine: Engine) -> None:
    said = {
        "title": "售前客服",
        "headcount": 2,
        "location": "上海",
        "salary": "15-22k",
        "must_have": ["会打字", "懂一点摄影", "本科以上学历"],
        "benefits": ["五险一金"],
        "conditions": ["周末轮休"],
        "company": "某某公司",
    }
    server.reply = lambda body: json.dumps(said)
    model = chat_model("m", base_url=server.url, api_key="k", timeout=10)
    read = read_brief(TEXT, engine.linker, model)
    assert read.mode == "llm" and server.bodies[0]["response_format"]["type"] == "json_schema"
    assert read.brief.must_have == ("会打字", "懂一点摄影") and read.brief.benefits == ()
    assert (read.brief.headcount, read.brief.company, read.brief.market) == (2, None, "CN")
    assert read.dropped == ("company: 某某公司", "must_have: 本科以上学历", "benefits: 五险一金")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (503, "HTTP 503"),
        ("not json", "malformed"),
        ('{"title": 5}', "malformed"),
        ('{"title": "首席执行官", "headcount": 9}', "no value"),
    ],
)
def test_a_failing_model_leaves_the_reading_of_the_rules(
    server: Server, engine: Engine, reply: str | int, reason: str
) -> None:
    server.reply = lambda body: reply
    model = chat_model("m", base_url=server.url, api_key="k", timeout=10)
    read = read_brief(TEXT, engine.linker, model)
    assert (read.mode, read.brief.title, read.brief.headcount) == ("rules", "售前客服", 2)
    assert reason in (read.reason or "")


def test_what_the_model_leaves_out_is_kept_as_a_note(server: Server, library: Path) -> None:
    server.reply = lambda body: '{"title": "售前客服", "must_have": ["会打字"]}'
    brief = brief_of_text(TEXT, Rolewright(settings(server, library)))
    assert brief.must_have == ("会打字",) and brief.salary == "15-22k"
    assert any("摄影" in note for note in brief.notes)


def polished(server: Server, library: Path, answer: str | int, **fields: object) -> Any:
    server.reply = lambda body: answer
    app = Rolewright(settings(server, library))
    return draft(Brief.from_dict({"title": "售前客服"} | fields), app.engine, polisher_of(app))


def test_a_smoother_line_is_taken_and_keeps_its_citation(server: Server, library: Path) -> None:
    result = polished(
        server, library, "1. 通过接待咨询促成交易。\n2. 熟悉全店商品详细信息。\n9. 多出的一行。", must_have=["普通话"]
    )
    first = result.jd.responsibilities[0]
    assert (first.text, result.mode, result.model) == ("熟悉全店商品详细信息。", "llm", "m")
    assert result.citations[first.citations[0] - 1].quote == "熟悉全店商品的详细信息。"
    assert [claim.text for claim in result.jd.requirements] == ["普通话"]
    assert "普通话" not in server.bodies[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    "answer",
    [
        500,
        "",
        "I cannot help with that.",
        "2. 熟悉全店 500 件商品的详细信息。",
        "2. 熟悉全店商品的详细信息,要求本科学历。",
        "2. 熟悉全店商品的详细信息,负责管理仓库、招聘新人并制定年度预算。",
        "2. 购买蔬菜。",
    ],
)
def test_a_line_that_gains_something_is_not_taken(server: Server, library: Path, answer: str | int) -> None:
    result = polished(server, library, answer)
    assert result.jd.responsibilities[0].text == "熟悉全店商品的详细信息。"
    assert (result.mode, result.model) == ("extractive", None) and any("润色" in line for line in result.notices)


@pytest.mark.parametrize(
    ("line", "original", "same"),
    [
        ("响应时长不超过 15 秒。", "响应时长不超过 15 秒", True),
        ("响应时长不超过 10 秒。", "响应时长不超过 15 秒", False),
        ("响应时长尽量短。", "响应时长不超过 15 秒", False),
        ("Answer customers politely and quickly.", "Answer customers quickly and politely.", True),
        ("Answer customers quickly; bachelor degree required.", "Answer customers quickly and politely.", False),
        ("用 Excel 整理客户的信息", "整理客户的信息", False),
        ("Collect information.", "收集客户的信息。", False),
    ],
)
def test_same_facts(line: str, original: str, same: bool) -> None:
    assert same_facts(line, original) is same
