"""The gate of the server: what another site's page sends with a user's cookie is turned away before any handler runs.

Gradio answers any origin with the user's cookie unless it is served as localhost, and sets a cookie that other sites may send.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import AccessError, LimitError, RolewrightError
from ui.access import MCP_PATHS, USER, Access, allows, bare_host, is_loopback
from ui.guard import wait_error
from ui.limits import Bucket
from ui.sign_in import ADDRESS, SignIn

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ANY_SITE = re.compile(rb"samesite=none", re.I)
_PORTS = {"http": 80, "https": 443}
_READS = {"GET", "HEAD", "OPTIONS"}


class NotSignedIn(AccessError):
    """Nobody has signed in, or the session has ended."""


class Gate:
    """ASGI middleware.

    :param app: the next ASGI app.
    :param access: roles.
    :param bucket: requests a minute.
    :param sign_in: the sessions; None where nobody signs in.
    """

    def __init__(self, app: ASGIApp, access: Access, bucket: Bucket, sign_in: SignIn | None) -> None:
        self.app, self.access, self.bucket, self.sign_in = app, access, bucket, sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say why not."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        ADDRESS.set(client[0] if client else "")
        try:
            await self._check(scope, ADDRESS.get())
        except RolewrightError as error:
            await _refuse(send, error)
            return

        async def own(message: Message) -> None:
            if message["type"] == "http.response.start":
                rows = [
                    (name, _ANY_SITE.sub(b"SameSite=Lax", value) if name.lower() == b"set-cookie" else value)
                    for name, value in message["headers"]
                ]
                message = {**message, "headers": rows}
            await send(message)

        await self.app(scope, receive, own)

    async def _user(self, scope: Scope) -> str | None:
        """Who has signed in; MCP clients, which keep no cookies, may send name and password with each request."""
        if not self.sign_in:
            return None
        user = self.sign_in.user(scope)
        return user or (await self.sign_in.by_header(scope) if scope["path"] in MCP_PATHS else None)

    async def _check(self, scope: Scope, address: str) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path, reads, host = scope["path"].rstrip("/"), scope["method"] in _READS, headers.get("host", "")
        if _foreign(headers, host) or (headers.get("sec-fetch-site") == "cross-site" and not _link(path, reads)):
            raise AccessError(
                "this request comes from another site",
                "open the app at its own address; a proxy in front must pass on the Host header",
            )
        if path == "/healthz":
            return
        if not self.sign_in and not self.access.everybody and is_loopback(address) and not is_loopback(bare_host(host)):
            raise AccessError(
                f"{bare_host(host)!r} is no name of this machine",
                "serve with an auth file (`rolewright users add`), or with --open if everybody there may do everything",
            )
        scope[USER] = user = await self._user(scope)
        if self.sign_in and not reads and not user and not path.endswith("/login"):
            raise NotSignedIn("nobody has signed in", "reload the page and sign in")
        if path.endswith("/gradio_api/upload"):
            if not allows(self.access.role(user, address, host), "writer"):
                raise AccessError("this needs the role writer", "ask an admin of this server for the role")
            if seconds := self.bucket.take(f"user:{user}" if user else address):
                raise wait_error(seconds)


def _foreign(headers: dict[str, str], host: str) -> bool:
    """Whether a request names an origin that is not this server. A browser always does so across sites, unless it only reads."""
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        parts = urlsplit(origin)
        return (parts.hostname, parts.port or _PORTS.get(parts.scheme)) != _address(host, parts.scheme)
    except ValueError:
        return True


def _address(host: str, scheme: str) -> tuple[str | None, int | None]:
    parts = urlsplit(f"//{host}")
    return parts.hostname, parts.port or _PORTS.get(scheme)


def _link(path: str, reads: bool) -> bool:
    """Whether another site may send a reader here: it may link to a page, and not sign anybody out."""
    return reads and not path.endswith("/logout")


async def _refuse(send: Send, error: RolewrightError) -> None:
    status = 429 if isinstance(error, LimitError) else 401 if isinstance(error, NotSignedIn) else 403
    body = json.dumps({"error": {"code": error.code, "message": error.message, "hint": error.hint}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
