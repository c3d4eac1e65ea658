"""Signing in: attempts are counted for each name and address, and a session ends when its user goes or has another password."""

from __future__ import annotations

import base64
import hmac
import secrets
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from fastapi import HTTPException

from ingest.errors import LimitError
from ui.audit import AuditLog, Entry
from ui.limits import Attempts
from ui.users import Users

if TYPE_CHECKING:
    from gradio.routes import App
    from starlette.types import Scope

WINDOW = 5 * 60.0
# Failed attempts within the window: for one name from one address, and for all names from one address.
MOST_FOR_NAME, MOST_FOR_ADDRESS = 10, 50
# So many passwords are checked at once: each costs 16 MB and a core.
AT_ONCE = 2
MESSAGE = (
    f"Rolewright 岗匠<br><small>输错 {MOST_FOR_NAME} 次后请等 {WINDOW / 60:.0f} 分钟 · "
    f"after {MOST_FOR_NAME} failed attempts wait {WINDOW / 60:.0f} minutes</small>"
)
# Where the present request comes from; Gradio asks its sign-in function for name and password alone.
ADDRESS: ContextVar[str] = ContextVar("address", default="")


class SignIn:
    """Gradio's sign-in function, and the sessions that come of it.

    :param path: the auth file.
    :param log: the audit log.
    :raises SettingsError: for an auth file that cannot be used.
    """

    def __init__(self, path: Path, log: AuditLog) -> None:
        self.users = Users(path, self._end)
        self.for_name = Attempts(MOST_FOR_NAME, WINDOW)
        self.for_address = Attempts(MOST_FOR_ADDRESS, WINDOW)
        self._log = log
        self._app: App | None = None
        self._secret, self._known = secrets.token_bytes(32), dict[bytes, str]()
        self._at_once = CapacityLimiter(AT_ONCE)

    def watch(self, app: App) -> None:
        """Take over the sessions of Gradio's app."""
        self._app = app

    async def check(self, name: str, password: str) -> bool:
        """Whether name and password belong together.

        :raises HTTPException: after too many attempts.
        """
        address = ADDRESS.get()
        key = f"{name[:80]} {address}"
        # A name that is not in the file may be a password typed into the wrong box: it is not written down.
        entry = Entry(name if self.users.role(name) else "unknown", "sign_in")
        wait = max(self.for_name.wait(key), self.for_address.wait(address))
        if wait:
            entry.outcome = "failed: limit"
            self._log.write(entry)
            # 400 is what Gradio's page shows as a failed sign-in.
            detail = f"too many attempts: try again in {wait} seconds"
            raise HTTPException(400, detail, headers={"retry-after": str(wait)})
        self.for_name.begin(key)
        self.for_address.begin(address)
        right = await to_thread.run_sync(self.users.check, name, password, limiter=self._at_once)
        if right:
            self.for_name.forget(key)
        else:
            entry.outcome = "failed: password"
        self._log.write(entry)
        return right

    def user(self, scope: Scope) -> str | None:
        """The name of who has signed in and still may; None for anybody else."""
        if self._app is None:
            return None
        sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
        try:
            cookies = SimpleCookie(sent)
        except CookieError:
            return None
        names = (f"access-token-{self._app.cookie_id}", f"access-token-unsecure-{self._app.cookie_id}")
        token = next((cookies[name].value for name in names if name in cookies), None)
        user = self._app.tokens.get(token or "")
        return user if self.users.role(user) else None

    async def by_header(self, scope: Scope) -> str | None:
        """The name of who sends name and password with the request itself (HTTP Basic), as programs do; None for anybody else.

        A password that was right is remembered by its digest, so that a conversation of many requests pays for one check.

        :raises LimitError: after too many attempts.
        """
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        key = hmac.digest(self._secret, sent, "sha256")
        # Asking for the role reads a changed file, which may forget the password: so it is asked first.
        if self.users.role(self._known.get(key)) and (user := self._known.get(key)):
            return user
        try:
            scheme, _, code = sent.partition(b" ")
            name, found, password = base64.b64decode(code, validate=True).decode("utf-8").partition(":")
        except ValueError:
            return None
        if scheme.lower() != b"basic" or not found:
            return None
        try:
            right = await self.check(name, password)
        except HTTPException as error:
            raise LimitError(str(error.detail), "look for a wrong password in the client's settings") from error
        if right:
            self._known[key] = name
        return name if right else None

    def _end(self, names: set[str]) -> None:
        """End the sessions of these users, and forget their passwords."""
        tokens = self._app.tokens if self._app else {}
        for token, name in [*tokens.items()]:
            if name in names:
                tokens.pop(token, None)
        for key, name in [*self._known.items()]:
            if name in names:
                self._known.pop(key, None)
