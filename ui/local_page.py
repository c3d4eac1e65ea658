"""Keeps the page to this server: nothing it names, loads or calls is on another host. Gives every browser a name of its own."""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing from elsewhere is loaded or called, whatever a document or a model writes. Gradio itself needs inline code and eval.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'"
)
HEADERS = {"content-security-policy": POLICY, "referrer-policy": "same-origin", "x-content-type-options": "nosniff"}
# Gradio's own cards for sharing a page, and the sample file its API description names.
_ELSEWHERE = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*|https://github\.com/gradio-app/[^"]*')
# The cookie by which a browser finds its own drafts and conversations again where nobody signs in. It comes with the page itself, so
# that it is there before the first click, and no script can read it.
BROWSER = "rolewright-browser"
_KEPT_SECONDS = 400 * 24 * 3600


def _browser_cookie(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The header that names a browser, unless it has a name already."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        known = SimpleCookie(sent).get(BROWSER)
    except CookieError:
        known = None
    if known and known.value:
        return []
    cookie: SimpleCookie = SimpleCookie({BROWSER: secrets.token_urlsafe(16)})
    morsel = cookie[BROWSER]
    for name, value in (("path", "/"), ("max-age", str(_KEPT_SECONDS)), ("samesite", "Lax")):
        morsel[name] = value
    text = morsel.OutputString() + "; HttpOnly" + ("; Secure" if scope["scheme"] == "https" else "")
    return [(b"set-cookie", text.encode())]


class LocalPage:
    """ASGI middleware: the page names no other host (Gradio's template advertises its own), and every answer says so.

    The page comes with a cookie that names the browser.

    :param app: the next ASGI app.
    :param own: our styles and scripts, which come after Gradio's; the form for signing in does without.
    """

    def __init__(self, app: ASGIApp, own: str) -> None:
        self.app, self.own = app, own.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_page = scope["path"] == "/" and scope["method"] == "GET"
        if is_page:
            # The page is rewritten, so it must not arrive compressed.
            scope = {**scope, "headers": [row for row in scope["headers"] if row[0] != b"accept-encoding"]}
        start: list[Message] = []
        body: list[bytes] = []

        async def local(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *own]}
                if is_page:
                    start.append(message)
                    return
            elif is_page:
                body.append(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = _ELSEWHERE.sub(b"", b"".join(body)).replace(b'lang="en"', b'lang="zh-Hans"', 1)
                if b'"auth_required"' not in page:
                    page = page.replace(b"</body>", self.own + b"</body>", 1)
                headers = [row for row in start[0]["headers"] if row[0] != b"content-length"]
                headers += [(b"content-length", str(len(page)).encode()), *_browser_cookie(scope)]
                await send({**start[0], "headers": headers})
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, local)
