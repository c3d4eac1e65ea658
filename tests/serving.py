"""A real server for tests, the calls of a page's own events, and the handlers of a page."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
import httpx
import uvicorn
from fastapi import FastAPI
from gradio.routes import App

from rag.app import Rolewright
from ui.app import ANYBODY, Door, create_server


def running(app: Rolewright, door: Door = ANYBODY) -> contextlib.AbstractContextManager[str]:
    """A server for an app on a free loopback port, stopped at the end."""
    return listening(create_server(app, door))


@contextlib.contextmanager
def listening(asgi: FastAPI) -> Iterator[str]:
    """A server on a free loopback port, stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(asgi, log_level="error", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


def page_of(server: FastAPI) -> gr.Blocks:
    """The page that a server shows."""
    mounted = (getattr(route, "app", None) for route in server.routes)
    return next(app for app in mounted if isinstance(app, App)).get_blocks()


@dataclass(frozen=True)
class Outcome:
    """How an event of the page ended: what it gave, or the error that is shown; and the part of the page that came with it."""

    ok: bool
    data: list[Any]
    error: str
    drawn: dict[str, Any]


def event(client: httpx.Client, number: int, data: list[Any], event_data: Any = None, session: str = "") -> Outcome:
    """Call a handler of the page by its number, as the page's own script does; `session` is a page that stays open."""
    session = session or secrets.token_hex(5)
    body = {"fn_index": number, "session_hash": session, "data": data, "event_data": event_data}
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}, timeout=60) as reply:
        for line in reply.iter_lines():
            message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if message.get("msg") == "process_completed":
                output = message["output"]
                return Outcome(
                    message["success"],
                    output.get("data") or [],
                    output.get("error") or "",
                    output.get("render_config") or {},
                )
    raise AssertionError("the event did not end")
