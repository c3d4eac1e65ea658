"""The web app: one page and an API on one FastAPI server. The page asks no other host, and the browser is told so."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from gradio.routes import App

from eval.history import FOLDER as EVALUATIONS
from ingest.errors import RolewrightError, UsageError
from rag.app import Rolewright
from rag.brief import parse_text
from rag.lint import MARKETS
from rag.lint_document import check_text
from ui import api, later, mcp_server, sessions, styles
from ui.access import Access, is_loopback
from ui.assets import Assets
from ui.audit import AuditLog
from ui.cli import VERSION
from ui.gate import Gate
from ui.guard import Guard
from ui.limits import Bucket
from ui.local_page import LocalPage
from ui.page import build
from ui.sign_in import MESSAGE, SignIn
from ui.theme import theme

HERE = Path(__file__).parent
SCRIPTS = ("stream.js", "keep.js", "page.js")
MAX_UPLOAD = "20mb"
STOP_SECONDS = 1
# A connection that is kept must outlive the two minutes for which proxies and clients keep theirs; closed at the moment when one is used
# again, it loses a request.
KEEP_ALIVE_SECONDS = 130
OPEN_NOTE = (
    "note: without an auth file everybody who reaches this address may ask and draft; only this machine may upload and remove\n"
    "hint: add users with `rolewright users add`, or say --open if everybody may do everything"
)


@dataclass(frozen=True)
class Door:
    """How the server is reached.

    :param auth_file: lines of `user:role:hash`; None lets everybody in.
    :param everybody: without an auth file, whether everybody is an admin; else that is who sits at this machine.
    :param root_path: the path below which a proxy serves the app, such as `/rolewright`.
    """

    auth_file: Path | None = None
    everybody: bool = False
    root_path: str | None = None


ANYBODY = Door()


def create_server(app: Rolewright, door: Door = Door()) -> FastAPI:
    """The whole server: the page and the API at `/`, MCP at `/mcp`, and `GET /healthz`, which needs no login.

    :param app: the facade.
    :param door: how it is reached.
    :raises SettingsError: for an auth file that cannot be used.
    """
    log = AuditLog(app.settings.library)
    sign_in = SignIn(door.auth_file, log) if door.auth_file else None
    access = Access(sign_in.users if sign_in else None, door.everybody)
    bucket = Bucket(app.settings.requests_per_minute)
    verbs, guard = api.Api(app), Guard(access, bucket, log)
    # FastAPI's own documentation pages load their scripts from another host.
    server = FastAPI(title="Rolewright", version=VERSION, docs_url=None, redoc_url=None, openapi_url=None)

    @server.get("/healthz")
    def healthz() -> JSONResponse:
        try:
            index = app.engine.index
        except RolewrightError as error:
            return JSONResponse(api.error_json(error), 503)
        counts = {"documents": len(index.documents), "chunks": len(index.chunks)}
        return JSONResponse({"status": "ok", "version": VERSION, "generation": index.generation, **counts})

    mcp_server.offer(server, verbs, guard, VERSION)
    # Not given to Gradio, which would have every browser take both apart before it draws anything.
    scripts = "".join(f"<script>{(HERE / name).read_text(encoding='utf-8')}</script>" for name in SCRIPTS)
    own = styles.offer(server) + scripts
    gr.mount_gradio_app(
        server,
        build(app, verbs, guard),
        path="/",
        auth=sign_in.check if sign_in else None,
        auth_message=MESSAGE,
        root_path=door.root_path,
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=MAX_UPLOAD,
        # Readers may look at every run and download its report.
        allowed_paths=[str(app.settings.library.resolve() / EVALUATIONS)],
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        theme=theme(),
    )
    mounted = next(page for route in server.routes if isinstance(page := getattr(route, "app", None), App))
    sessions.install(mounted)
    later.send_first(mounted.get_blocks())
    if sign_in:
        sign_in.watch(mounted)
    server.add_middleware(Assets)
    server.add_middleware(LocalPage, own=own)
    server.add_middleware(Gate, access=access, bucket=bucket, sign_in=sign_in)
    return server


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"cannot listen on {host} port {port}: {error}", "choose another --port or --host, or end what uses it"
        ) from error


def _run(server: FastAPI, listener: socket.socket) -> None:
    import uvicorn

    class Quiet(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # The streams of open pages are cut off; that is no error to report.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)
            await super().shutdown(sockets)

    config = uvicorn.Config(
        server,
        log_level="warning",
        ws="none",
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):
        Quiet(config).run(sockets=[listener])


def _warm(app: Rolewright) -> None:
    """Read what the first draft and the first check would wait for: the words of briefs, each market's rules, the encoder."""
    parse_text("招聘", app.engine.linker)
    for market in MARKETS:
        check_text("招聘", market)


def serve(app: Rolewright, *, host: str, port: int, door: Door = Door()) -> None:
    """Serve until interrupted; one line on standard error names the address.

    :param app: the facade.
    :param host: the address to listen on.
    :param port: the port; 0 for any free one.
    :param door: who may come in.
    :raises RolewrightError: when the port is taken, the auth file cannot be used or the index cannot be opened.
    """
    with _listen(host, port) as listener:
        server = create_server(app, door)
        _ = app.engine
        threading.Thread(target=_warm, args=(app,), daemon=True).start()
        name = f"[{host}]" if ":" in host else host
        print(f"Rolewright is at http://{name}:{listener.getsockname()[1]} (Ctrl+C stops it)", file=sys.stderr)
        if not (door.auth_file or door.everybody or is_loopback(host)):
            print(OPEN_NOTE, file=sys.stderr)
        _run(server, listener)
