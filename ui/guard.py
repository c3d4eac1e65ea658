"""Stands before every handler of the page and the API: asks for the role, counts the request, writes the audit log.

Gradio calls any handler by its number, shown or not, so a hidden button protects nothing.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from ingest.errors import AccessError, LimitError, RolewrightError
from ui.access import LOCAL, VISITOR, Access, Rule, allows, rule_of
from ui.audit import AuditLog, Entry, current
from ui.limits import Bucket
from ui.told import failure
from ui.visit import reader_of

Handler = Callable[..., Any]


def wait_error(seconds: int) -> LimitError:
    """The error of somebody who asks too often."""
    return LimitError("too many requests", f"try again in {seconds} seconds")


@dataclass(frozen=True)
class Guard:
    """What every handler is checked with.

    :param access: roles.
    :param bucket: requests a minute.
    :param log: the audit log.
    """

    access: Access
    bucket: Bucket
    log: AuditLog

    def protect(self, blocks: gr.Blocks, refused: Callable[[RolewrightError], Any]) -> None:
        """Put the guard before every handler of a page that is laid out.

        :param blocks: the page.
        :param refused: makes what an endpoint of the API returns in place of a result; a handler of the page shows the error.
        """
        for block in blocks.fns.values():
            if block.fn is not None:
                block.fn = self.guarded(block.fn, refused if block.fn.__module__ == "ui.api" else None)

    def guarded(self, handler: Handler, refused: Callable[[RolewrightError], Any] | None) -> Handler:
        """One handler with the guard before it. Who asks is read from Gradio's request of the present context.

        :param handler: a function or a generator.
        :param refused: as in `protect`; None shows the error.
        """
        rule = rule_of(handler)
        if inspect.iscoroutinefunction(handler) or inspect.isasyncgenfunction(handler):
            raise TypeError(f"{handler.__qualname__} is asynchronous, which the guard does not know")
        if inspect.isgeneratorfunction(handler):

            @functools.wraps(handler)
            def stream(*inputs: Any, **named: Any) -> Iterator[Any]:
                try:
                    entry = self._admit(rule)
                except RolewrightError as error:
                    yield _told(error, refused)
                    return
                with self._logged(rule, entry):
                    yield from _steps(handler(*inputs, **named), entry)

            return stream

        @functools.wraps(handler)
        def call(*inputs: Any, **named: Any) -> Any:
            try:
                entry = self._admit(rule)
            except RolewrightError as error:
                return _told(error, refused)
            with self._logged(rule, entry), current(entry):
                return _noted(handler(*inputs, **named), entry)

        return call

    def _admit(self, rule: Rule) -> Entry:
        """Check who asks.

        :raises AccessError: when the role does not allow it.
        :raises LimitError: when it is asked too often.
        """
        request = LocalContext.request.get(None)
        if request is None:
            raise AccessError("nobody asks", "call this through the server")
        address = request.client.host if request.client else ""
        host = request.headers.get("host", "")
        user, role = request.username, self.access.role(request.username, address, host)
        shown = user or (LOCAL if self.access.is_local(address, host) else VISITOR)
        entry = Entry(shown, rule.action or "")
        try:
            if not allows(role, rule.role):
                raise AccessError(
                    f"this needs the role {rule.role}" + (f", and yours is {role}" if role else ""),
                    "ask an admin of this server for the role"
                    if self.access.users
                    else "do it on the server's own machine, or have it served with an auth file (`rolewright users add`)",
                )
            if seconds := self.bucket.take(f"user:{user}" if user else address):
                raise wait_error(seconds)
        except RolewrightError as error:
            entry.outcome = f"failed: {error.code}"
            if rule.action:
                self.log.write(entry)
            raise
        return entry

    @contextmanager
    def _logged(self, rule: Rule, entry: Entry) -> Iterator[None]:
        try:
            yield
        except GeneratorExit:
            entry.outcome = "left"
            raise
        except RolewrightError as error:
            entry.outcome = f"failed: {error.code}"
            raise
        except BaseException:
            if not entry.outcome.startswith("failed"):
                entry.outcome = "failed: internal"
            raise
        finally:
            if rule.action:
                self.log.write(entry)


def _steps(stream: Generator[Any, None, None], entry: Entry) -> Iterator[Any]:
    """The steps of a stream. Gradio runs each in a context of its own, so the entry is made the current one every time."""
    try:
        while True:
            with current(entry):
                try:
                    value = next(stream)
                except StopIteration:
                    return
            yield _noted(value, entry)
    finally:
        stream.close()


def _noted(value: Any, entry: Entry) -> Any:
    """A result of the API says itself that it is an error."""
    if isinstance(value, dict) and isinstance(error := value.get("error"), dict) and len(value) == 1:
        entry.outcome = f"failed: {error.get('code')}"
    return value


def _told(error: RolewrightError, refused: Callable[[RolewrightError], Any] | None) -> Any:
    if refused:
        return refused(error)
    request = LocalContext.request.get(None)
    raise failure(error, reader_of(request))
