"""The scripts and styles of the page, kept as they are sent.

Gradio reads and compresses each of its hundred files anew for every visitor, and lets no browser keep them, although their names hold a
hash of their content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = "/assets/"
KEPT = (b"cache-control", b"public, max-age=31536000, immutable")
# In the order in which they are preferred. Whatever else a client names makes no copies of its own here.
_ENCODINGS = (b"br", b"gzip")


@dataclass
class _Reply:
    start: Message
    body: bytes


class Assets:
    """ASGI middleware: a file below `/assets/` is asked of Gradio once for each encoding, and served from memory from then on.

    :param app: the next ASGI app.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, bytes], _Reply] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(FOLDER):
            await self.app(scope, receive, send)
            return
        named = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
        encoding = next((name for name in _ENCODINGS if name in named), b"identity")
        key = scope["path"], encoding
        reply = self._kept.get(key)
        if reply is None:
            # Without the other headers, or a part of the file or a mere "not modified" would be kept.
            reply = await _whole({**scope, "headers": [(b"accept-encoding", encoding)]}, self.app, receive)
            if reply.start["status"] == 200:
                reply.start["headers"] = [*reply.start["headers"], KEPT]
                self._kept[key] = reply
        await send(reply.start)
        await send({"type": "http.response.body", "body": reply.body})


async def _whole(scope: Scope, app: ASGIApp, receive: Receive) -> _Reply:
    """What the app answers, with its body in one piece."""
    reply = _Reply({}, b"")

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.start = message
        elif message["type"] == "http.response.body":
            reply.body += message.get("body", b"")

    await app(scope, receive, keep)
    return reply
