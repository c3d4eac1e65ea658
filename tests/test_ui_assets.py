"""The scripts and styles of the page are made once for each encoding, kept by browsers, and nothing else is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from ui.assets import FOLDER, Assets


class Counted:
    """An app that answers with what it was asked, and counts."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        encoding = headers.get(b"accept-encoding", b"").decode()
        self.calls.append((scope["path"], encoding))
        status = 200 if "script" in scope["path"] else 404
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"x-range", headers.get(b"range", b""))]}
        )
        for piece in (b"one ", b"two"):
            await send({"type": "http.response.body", "body": piece, "more_body": piece != b"two"})


def replies(app: Any, *asked: tuple[str, str, dict[str, str]]) -> list[httpx.Response]:
    """The answers to (method, path, headers), one after another."""

    async def go() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return [await client.request(method, path, headers=headers) for method, path, headers in asked]

    return asyncio.run(go())


def test_a_script_is_made_once_for_each_encoding() -> None:
    inner = Counted()
    path = f"{FOLDER}script.js"
    asked = ("gzip, deflate, br", "br", "gzip", "gzip;q=1", "identity", "made-up-1", "made-up-2", "br")
    told = replies(Assets(inner), *(("GET", path, {"accept-encoding": name}) for name in asked))
    assert inner.calls == [(path, "br"), (path, "gzip"), (path, "identity")]
    assert all(reply.text == "one two" and "immutable" in reply.headers["cache-control"] for reply in told)


def test_a_part_or_what_is_missing_is_never_kept_for_others() -> None:
    inner = Counted()
    part, whole = replies(
        Assets(inner),
        ("GET", f"{FOLDER}script.js", {"range": "bytes=0-1", "accept-encoding": "br"}),
        ("GET", f"{FOLDER}script.js", {"accept-encoding": "br"}),
    )
    assert part.text == whole.text == "one two" and whole.headers["x-range"] == ""
    gone = replies(Assets(inner), *[("GET", f"{FOLDER}gone.js", {})] * 2)
    assert [reply.status_code for reply in gone] == [404, 404] and len(inner.calls) == 3
    assert all("cache-control" not in reply.headers for reply in gone)


def test_everything_else_goes_through() -> None:
    inner = Counted()
    replies(Assets(inner), *[("GET", "/script", {})] * 2, *[("HEAD", f"{FOLDER}script.js", {})] * 2)
    assert len(inner.calls) == 4
