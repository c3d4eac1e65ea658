"""The web server: health, the page, every API endpoint through `gradio_client`, login, and clear errors."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlparse

import gradio as gr
import httpx
import pytest
from gradio_client import Client

from ingest.errors import SettingsError, UsageError
from rag.app import Rolewright
from rag.exchanges import Exchange
from rag.settings import Settings
from rag.types import Answer, Citation, Turn
from tests.serving import listening, page_of, running
from ui.app import Door, create_server, serve
from ui.chat_view import exchange_markdown
from ui.citations_view import citation_html, safe_markdown
from ui.i18n import DEFAULT, say
from ui.local_page import BROWSER

ROOT = Path(__file__).parent.parent
QUESTION = "售前客服的主要职责是什么?"


@pytest.fixture(scope="module")
def app(library: Path) -> Rolewright:
    return Rolewright(Settings(library=library))


@pytest.fixture(scope="module")
def address(app: Rolewright) -> Iterator[str]:
    with running(app) as url:
        yield url


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


def hosts(text: str) -> set[str | None]:
    return {urlparse(url).hostname for url in re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'<>]*", text)}


def test_healthz(address: str, app: Rolewright) -> None:
    reply = httpx.get(f"{address}/healthz")
    assert reply.status_code == 200
    assert reply.json() == {
        "status": "ok",
        "version": "0.1.0",
        "generation": app.library.current(),
        "documents": 1,
        "chunks": len(app.engine.index.chunks),
    }


def test_healthz_before_there_is_an_index(tmp_path: Path) -> None:
    with running(Rolewright(Settings(library=tmp_path / "none"))) as url:
        reply = httpx.get(f"{url}/healthz")
        assert reply.status_code == 503
        assert reply.json()["error"]["code"] == "no_index" and "rolewright ingest" in reply.json()["error"]["hint"]
        assert httpx.get(url).status_code == 200
        answer = Client(url, verbose=False).predict(QUESTION, api_name="/ask")
        assert answer["error"]["code"] == "no_index"


def test_page_names_no_other_host(address: str) -> None:
    page = httpx.get(address, headers={"accept-encoding": "gzip, br"})
    assert page.status_code == 200 and "Rolewright 岗匠" in page.text
    assert hosts(page.text) <= {"127.0.0.1"}
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "http" not in policy
    for path in re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page.text):
        assert httpx.get(f"{address}/{path.removeprefix('./')}").status_code == 200
    config = httpx.get(f"{address}/config").json()
    assert config["analytics_enabled"] is False
    theme = httpx.get(f"{address}/theme.css").text
    assert "@import" not in theme and "googleapis" not in theme and "@font-face" not in theme


def test_a_browser_has_its_name_before_the_first_click(address: str) -> None:
    first = httpx.get(address)
    assert first.cookies.get(BROWSER) and "httponly" in first.headers["set-cookie"].lower()
    assert "samesite=lax" in first.headers["set-cookie"].lower() and "secure" not in first.headers["set-cookie"].lower()
    again = httpx.get(address, cookies={BROWSER: first.cookies[BROWSER]})
    assert "set-cookie" not in again.headers and "set-cookie" not in httpx.get(f"{address}/healthz").headers
    assert httpx.get(address).cookies[BROWSER] != first.cookies[BROWSER]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_documentation_page_from_another_host(address: str, path: str) -> None:
    assert httpx.get(address + path).status_code == 404


def test_only_the_verbs_are_public(client: Client) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]  # type: ignore[index,call-overload]
    assert set(named) == {"/ask", "/search", "/draft", "/lint", "/roles"}
    assert [row["parameter_name"] for row in named["/ask"]["parameters"]] == ["question", "history"]


def test_a_session_holds_no_copy_of_the_page(app: Rolewright) -> None:
    server = create_server(app)
    page = page_of(server)
    with listening(server) as url, httpx.Client(base_url=url, timeout=60) as web:
        for _ in range(3):
            event_id = web.post("/gradio_api/call/roles", json={"data": ["客服"]}).json()["event_id"]
            assert "event: complete" in web.get(f"/gradio_api/call/roles/{event_id}").text
    kept = [*page.state_holder.session_data.values()]
    assert len(kept) == 3
    # An endpoint has its arguments and its result.
    assert all(len(session.config_values) <= 2 < len(page.blocks) for session in kept)
    # What one session changes stays in it.
    key, box = next((key, block) for key, block in page.blocks.items() if isinstance(block, gr.Textbox))
    kept[0][key] = changed = gr.Textbox(value="mine")
    assert kept[0][key] is changed and kept[1][key] is box and page.blocks[key] is box


def test_ask_and_its_stream(client: Client, app: Rolewright) -> None:
    answer = client.predict(question=QUESTION, api_name="/ask")
    assert answer["status"] == "answered" and answer["citations"] and answer["hits"]
    for citation in answer["citations"]:
        assert app.document_text(citation["doc"])[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['n']}]" in answer["answer"]
    job = client.submit(QUESTION, None, api_name="/ask")
    final = job.result(timeout=60)
    assert [*job.outputs()][-1] == final
    assert final | {"ms": None} == answer | {"ms": None}


class Growing(Rolewright):
    """Streams three snapshots, as a chat model does."""

    def stream(self, turn: Turn) -> Iterator[Answer]:
        final = self.ask(turn)
        for share in (1, 2):
            time.sleep(0.2)
            yield replace(final, answer=final.answer[: share * 10], citations=(), hits=())
        yield final


def test_a_growing_answer_is_streamed(library: Path) -> None:
    growing = Growing(Settings(library=library))
    with running(growing) as url:
        client = Client(url, verbose=False)
        job = client.submit(QUESTION, api_name="/ask")
        final = job.result(timeout=60)
        texts = [output["answer"] for output in job.outputs()]
        assert len(set(texts)) == 3 and texts == sorted(texts, key=len) and texts[-1] == final["answer"]
        assert client.predict(QUESTION, api_name="/ask")["citations"]


def test_ask_follows_up(client: Client) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "见资料。"}]
    answer = client.predict("它的指标是什么?", history, api_name="/ask")
    assert answer["status"] == "answered" and "15" in answer["answer"]


def test_ask_refuses(client: Client) -> None:
    answer = client.predict("公司食堂几点开门?", api_name="/ask")
    assert answer["status"] == "refused" and not answer["citations"] and answer["reason"]


def test_search(client: Client) -> None:
    found = client.predict(QUESTION, 2, api_name="/search")
    assert found["question"] == QUESTION and [hit["rank"] for hit in found["hits"]] == [1, 2]


@pytest.mark.parametrize("brief", [{"title": "售前客服", "salary": "8-10k"}, "招一名售前客服,8-10k"])
def test_draft(client: Client, brief: object) -> None:
    draft = client.predict(brief, api_name="/draft")
    assert draft["jd"]["title"] == "售前客服" and draft["brief"]["salary"] == "8-10k"
    assert all(claim["citations"] for claim in draft["jd"]["responsibilities"] if claim["source"] == "corpus")
    assert draft["jd"]["responsibilities"] and draft["text"]


def test_lint(client: Client) -> None:
    result = client.predict("限男性,35岁以下", api_name="/lint")
    assert {finding["severity"] for finding in result["findings"]} >= {"illegal"} and result["score"] < 100
    assert client.predict("Young men only", "US", "en", api_name="/lint")["findings"][0]["market"] == "US"


def test_roles(client: Client) -> None:
    everything = client.predict(api_name="/roles")
    assert everything["query"] == "" and {"售前客服", "数据分析师"} <= {row["name"] for row in everything["roles"]}
    assert "售前客服" in {row["name"] for row in client.predict("售前", api_name="/roles")["roles"]}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("/ask", ["  "]),
        ("/ask", [7]),
        ("/ask", ["x" * 3000]),
        ("/ask", [QUESTION, [{"role": "system", "content": "x"}]]),
        ("/ask", [QUESTION, "no list"]),
        ("/search", [QUESTION, 0]),
        ("/search", [QUESTION, "many"]),
        ("/draft", [{"titel": "x"}]),
        ("/draft", [{"title": ["x"]}]),
        ("/draft", [""]),
        ("/draft", [3]),
        ("/lint", ["text", "MARS"]),
        ("/lint", [None]),
        ("/roles", [1]),
    ],
)
def test_bad_input_is_an_error_with_a_hint(client: Client, name: str, arguments: list[object]) -> None:
    error = client.predict(*arguments, api_name=name)["error"]
    assert error["code"] == "usage" and error["message"] and error["hint"]


def test_missing_auth_file_and_taken_port(app: Rolewright, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read the auth file"):
        serve(app, host="127.0.0.1", port=0, door=Door(tmp_path / "none"))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="cannot listen") as caught:
        serve(app, host="127.0.0.1", port=taken.getsockname()[1])
    assert "--port" in caught.value.hint
    with pytest.raises(UsageError, match="cannot listen"):
        serve(app, host="127.0.0.1", port=70_000)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT to the process")
def test_the_command_serves_until_interrupted(library: Path) -> None:
    command = [sys.executable, "-m", "ui", "serve", "--library", str(library), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                assert httpx.get(f"{found.group()}/healthz").status_code == 200
                break
            time.sleep(0.05)
        assert Client(found.group(), verbose=False).predict(QUESTION, api_name="/ask")["status"] == "answered"
        status = Path(f"/proc/{process.pid}/status")
        if status.exists():
            resident = re.search(r"VmRSS:\s+(\d+)", status.read_text(encoding="utf-8"))
            assert resident and int(resident.group(1)) < 1_000_000
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, output, errors) == (0, "", "")


def test_documents_and_answers_are_data() -> None:
    attack = '<img src=x onerror="alert(1)"> ![a](http://evil.example/a.png) [b](javascript:alert(1)) [1] [2]'
    shown = safe_markdown(attack, [1])
    assert "<img" not in shown and "](" not in shown and "rw-to-1" in shown and "[2]" in shown
    text = f"before\n\n{attack}\n\nafter"
    start = text.index(attack)
    citation = Citation(1, "a.md", "<b>T</b>", ("<i>",), attack, start, start + len(attack), year=2023)
    block = citation_html(citation.to_dict(), lambda doc: text, DEFAULT)
    assert "<img" not in block and "<b>T" not in block and "<i>" not in block and "\n" not in block
    assert "before<br><mark>" in block and "</mark><br>after" in block
    moved = citation_html(citation.to_dict(), lambda doc: "the index has changed", DEFAULT)
    assert "the index" not in moved and "<mark>" in moved
    told = Exchange(1, "", "q", Answer("q", attack, "partial", "<u>why", (citation,)), done=True)
    message = exchange_markdown(told, {}, DEFAULT, last=True)
    assert "<img" not in message and "<u>" not in message and "<b>T" not in message


def test_three_languages() -> None:
    assert [say("chat_tab", language) for language in ("zh-Hans", "zh-Hant", "en")] == ["问答", "問答", "Ask"]
    assert "\uff08" in say("must_have", "zh-Hans") and json.dumps(say("sources", "en", n=3)) == '"Sources: 3"'
