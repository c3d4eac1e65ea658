"""The MCP server by a real MCP client over HTTP: the verbs as typed tools, behind the same sign-in, roles, limits and audit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from gradio_client import Client as GradioClient
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import running
from ui.access import MCP_PATHS
from ui.api import VERBS
from ui.app import Door
from ui.audit import AuditLog
from ui.sign_in import MOST_FOR_NAME
from ui.users import put_user

QUESTION = "售前客服的主要职责是什么?"
PASSWORD = "geheim:密码 1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("mcp") / "library"
    Rolewright(Settings(library=folder)).ingest([small_folder])
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with running(Rolewright(Settings(library=folder, requests_per_minute=0))) as url:
        yield url


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[str]:
    users = folder.parent / "users"
    for role in ("reader", "writer"):
        put_user(users, role, role, PASSWORD)
    with running(Rolewright(Settings(library=folder, requests_per_minute=0)), Door(users)) as url:
        yield url


def talk(url: str, work: Callable[[Client], Awaitable[Any]], user: str = "", mode: str = "auto") -> Any:
    """Connect as an MCP client, do some work, and give what it gives."""

    async def run() -> Any:
        auth = httpx2.BasicAuth(user, PASSWORD) if user else None
        async with (
            httpx2.AsyncClient(auth=auth, timeout=60) as web,
            Client(streamable_http_client(url, http_client=web), mode=mode) as client,
        ):
            return await work(client)

    return asyncio.run(run())


def call(url: str, name: str, user: str = "", **arguments: Any) -> dict[str, Any]:
    """Call one tool; the text and the structured result must say the same."""
    result = talk(url, lambda client: client.call_tool(name, arguments), user)
    assert json.loads(result.content[0].text) == result.structured_content
    assert result.is_error == ("error" in result.structured_content)
    return result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("path", MCP_PATHS)
def test_only_the_verbs_are_tools(address: str, path: str, mode: str) -> None:
    listed = talk(address + path, lambda client: client.list_tools(), mode=mode)
    tools = {tool.name: tool for tool in listed.tools}
    assert tuple(tools) == VERBS
    for tool in tools.values():
        assert tool.description and all(told["description"] for told in tool.input_schema["properties"].values())
    ask, search = tools["ask"].input_schema, tools["search"].input_schema
    assert ask["required"] == ["question"] and ask["properties"]["question"]["type"] == "string"
    assert search["properties"]["k"]["type"] == "integer" and search["properties"]["k"]["default"] == 10


def test_the_tools_give_what_the_api_gives(address: str) -> None:
    api = GradioClient(address, verbose=False)
    answer = call(f"{address}/mcp", "ask", question=QUESTION)
    assert answer["status"] == "answered" and answer["citations"]
    assert answer | {"ms": 0} == api.predict(QUESTION, api_name="/ask") | {"ms": 0}
    found = call(f"{address}/mcp", "search", question=QUESTION, k=2)
    assert found == api.predict(QUESTION, 2, api_name="/search") and len(found["hits"]) == 2
    draft = call(f"{address}/mcp", "draft", brief="招一名售前客服,8-10k")
    assert draft["jd"]["title"] == "售前客服" and draft["brief"]["salary"] == "8-10k"
    assert call(f"{address}/mcp", "draft", brief={"title": "售前客服"})["jd"]["responsibilities"]
    assert call(f"{address}/mcp", "lint", text="限男性,35岁以下")["findings"][0]["severity"] == "illegal"
    assert "售前客服" in {row["name"] for row in call(f"{address}/mcp", "roles", query="售前")["roles"]}
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "见资料。"}]
    assert "15" in call(f"{address}/mcp", "ask", question="它的指标是什么?", history=history)["answer"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ask", {}),
        ("ask", {"question": 7}),
        ("ask", {"question": QUESTION, "documents": "all"}),
        ("search", {"question": QUESTION, "k": "many"}),
        ("draft", {"brief": {"titel": "x"}}),
        ("lint", {"text": "x", "market": "MARS"}),
        ("remove", {"doc": "handbook.md"}),
        ("submit", {"question": QUESTION}),
    ],
)
def test_bad_calls_are_errors_with_a_hint(address: str, name: str, arguments: dict[str, Any]) -> None:
    error = call(f"{address}/mcp", name, **arguments)["error"]
    assert error["code"] == "usage" and error["message"] and error["hint"]


def test_roles_and_the_audit_log(guarded: str, folder: Path) -> None:
    before = len([*AuditLog(folder).rows()])
    assert call(f"{guarded}/mcp", "ask", "reader", question=QUESTION)["status"] == "answered"
    refused = call(f"{guarded}/mcp", "draft", "reader", brief="招一名售前客服")["error"]
    assert refused["code"] == "access" and "writer" in refused["message"]
    assert call(f"{guarded}/mcp", "draft", "writer", brief="招一名售前客服")["jd"]["title"] == "售前客服"
    rows = [(row["user"], row["action"], row["outcome"]) for row in [*AuditLog(folder).rows()][before:]]
    assert rows == [
        ("reader", "sign_in", "done"),
        ("reader", "ask", "done"),
        ("reader", "draft", "failed: access"),
        ("writer", "sign_in", "done"),
        ("writer", "draft", "done"),
    ]


def test_nobody_is_served_without_a_right_password(guarded: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"accept": "application/json, text/event-stream"}
    post = lambda **more: httpx.post(f"{guarded}/mcp", json=body, headers=headers | more.pop("headers", {}), **more)  # noqa: E731
    assert post(auth=("reader", PASSWORD)).status_code == 200
    assert post().status_code == 401
    for sent in ("Basic", "Basic !", "Basic cmVhZGVy", "Bearer " + "x" * 40):
        assert post(headers={"authorization": sent}).status_code == 401
    assert post(auth=("reader", PASSWORD), headers={"origin": "https://evil.example"}).status_code == 403
    cookies = httpx.post(f"{guarded}/login", data={"username": "reader", "password": PASSWORD}).cookies
    assert post(cookies=dict(cookies)).status_code == 200
    codes = [post(auth=("reader", "wrong")).status_code for _ in range(MOST_FOR_NAME + 1)]
    assert codes == [401] * MOST_FOR_NAME + [429]
    # Whoever has been let in before goes on.
    assert post(auth=("reader", PASSWORD)).status_code == 200
    # The page's own paths take no password in a header.
    assert httpx.get(f"{guarded}/config", auth=("reader", PASSWORD)).status_code == 401


def test_a_changed_password_counts_at_once(folder: Path, tmp_path: Path) -> None:
    put_user(tmp_path / "users", "mei", "reader", PASSWORD)
    with running(Rolewright(Settings(library=folder)), Door(tmp_path / "users")) as url:
        assert "hits" in call(f"{url}/mcp", "search", "mei", question=QUESTION)
        put_user(tmp_path / "users", "mei", "reader", "another-one")
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert httpx.post(f"{url}/mcp", json=body, auth=("mei", PASSWORD)).status_code == 401


def test_calls_are_counted(folder: Path) -> None:
    with running(Rolewright(Settings(library=folder, requests_per_minute=2))) as url:
        results = [call(f"{url}/mcp", "roles", query="客服") for _ in range(3)]
    assert [result.get("error", {}).get("code") for result in results] == [None, None, "limit"]


def test_a_browser_is_told_what_this_is(address: str) -> None:
    reply = httpx.get(f"{address}/mcp")
    assert reply.status_code == 405 and "MCP" in reply.json()["error"]["message"]
