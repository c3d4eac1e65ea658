"""What each role may do: one rule for every event of the page and every endpoint. What has no rule is the admins'."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ui.users import ROLES, Role, Users

LOCAL, VISITOR = "local", "visitor"
# Where MCP clients are served: the plain path, and the one where clients of Gradio apps look. With and without the last slash, because a
# redirected POST may arrive as a GET.
MCP_PATHS = ("/mcp", "/mcp/", "/gradio_api/mcp", "/gradio_api/mcp/")
# The key of a request's ASGI scope under which the gate tells who has signed in.
USER = "rolewright.user"


@dataclass(frozen=True)
class Rule:
    """Who may call a handler, and the name of the action in the audit log; None is not worth a line."""

    role: Role
    action: str | None = None


# By module, or by module and function where one differs from the rest of its module.
RULES: dict[str, Rule] = {
    "ui.api.ask": Rule("reader", "ask"),
    "ui.api.search": Rule("reader", "search"),
    "ui.api.roles": Rule("reader", "explore"),
    "ui.api.lint": Rule("reader", "check"),
    "ui.api.draft": Rule("writer", "draft"),
    "ui.page": Rule("reader"),
    "ui.i18n": Rule("reader"),
    "ui.later": Rule("reader"),
    # Everybody does all of this with his own conversations alone: the store is asked for the owner's.
    "ui.chat_handlers": Rule("reader"),
    "ui.chat_handlers.submit": Rule("reader", "ask"),
    "ui.chat_handlers.write": Rule("reader", "export"),
    "ui.compare_tab": Rule("reader", "compare"),
    "ui.explore_tab": Rule("reader"),
    "ui.library_tab.open": Rule("reader", "read"),
    "ui.library_tab.add": Rule("admin", "upload"),
    "ui.library_tab.again": Rule("admin", "index"),
    "ui.library_tab.listed": Rule("reader"),
    "ui.library_tab.remove": Rule("admin", "remove"),
    # Somebody who is a reader now still sees the drafts of earlier days.
    "ui.jd_handlers.arrive": Rule("reader"),
    "ui.jd_handlers.open": Rule("reader"),
    "ui.jd_handlers.preview": Rule("reader"),
    "ui.jd_handlers.compare": Rule("reader"),
    "ui.jd_handlers.check": Rule("reader", "check"),
    "ui.jd_handlers": Rule("writer", "edit"),
    "ui.jd_handlers.from_text": Rule("writer", "draft"),
    "ui.jd_handlers.from_form": Rule("writer", "draft"),
    "ui.jd_handlers.write": Rule("writer", "export"),
    "ui.jd_handlers.save": Rule("writer", "save"),
    "ui.jd_handlers.go": Rule("writer", "decide"),
    "ui.jd_handlers.restore": Rule("writer", "restore"),
    "ui.jd_handlers.delete": Rule("writer", "delete"),
    "ui.jd_tab": Rule("writer"),
    "ui.evaluate_tab": Rule("reader"),
    "ui.evaluate_handlers": Rule("reader"),
    "ui.evaluate_handlers.run": Rule("admin", "evaluate"),
    "ui.evaluate_handlers.add": Rule("admin", "upload"),
    "ui.evaluate_handlers.delete": Rule("admin", "delete"),
    "ui.sure": Rule("reader"),
    "ui.status_tab": Rule("admin"),
    "ui.status_tab.look": Rule("reader"),
    "ui.status_tab.endpoint": Rule("admin", "test-endpoint"),
}


def has_rule(handler: Callable[..., Any]) -> bool:
    """Whether somebody has thought of this handler."""
    return _name(handler) in RULES or handler.__module__ in RULES


def rule_of(handler: Callable[..., Any]) -> Rule:
    """The rule of a handler, by its module and name."""
    name = _name(handler)
    return RULES.get(name) or RULES.get(handler.__module__) or Rule("admin", name)


def _name(handler: Callable[..., Any]) -> str:
    return f"{handler.__module__}.{handler.__name__}"


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bare_host(header: str) -> str:
    """The name in a `Host` header, without its port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].lower()


@dataclass(frozen=True)
class Access:
    """Who may do what on this server.

    :param users: the auth file; None where nobody signs in.
    :param everybody: without an auth file, whether whoever reaches the server is an admin (`--open`).
    """

    users: Users | None = None
    everybody: bool = False

    def role(self, user: str | None, address: str, host: str) -> Role | None:
        """The role of who asks.

        :param user: the name by which somebody has signed in.
        :param address: where the request comes from.
        :param host: the `Host` header. A name that is not this machine's own, at a loopback address, is a proxy's or a trick's.
        :return: without an auth file `admin` on this machine and `writer` elsewhere; None for a user who is no more.
        """
        if self.users:
            return self.users.role(user)
        return "admin" if self.everybody or self.is_local(address, host) else "writer"

    @staticmethod
    def is_local(address: str, host: str) -> bool:
        """Whether somebody at this machine asks."""
        return is_loopback(address) and is_loopback(bare_host(host))


def allows(role: Role | None, needed: Role) -> bool:
    """Whether a role may do what needs another."""
    return role is not None and ROLES.index(role) >= ROLES.index(needed)
