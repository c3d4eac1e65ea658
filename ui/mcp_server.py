"""The MCP server: the verbs of the API as tools, behind the same guard, at `/mcp`.

Gradio's own MCP server is not used: it calls the page's events back over HTTP as this machine, so whoever reaches it would have this
machine's rights, and it cannot sign in.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, get_type_hints

import gradio as gr
from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from gradio.context import LocalContext
from gradio.utils import get_function_description
from mcp.server import Server, ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import TypeAdapter
from starlette.responses import JSONResponse
from starlette.routing import Route

from ingest.errors import UsageError
from ui.access import MCP_PATHS, USER
from ui.api import VERBS, Api, Json, error_json
from ui.guard import Guard

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

INSTRUCTIONS = (
    "Answers about departments and roles from an organisation's own documents, each sentence with its citation, and job descriptions "
    "made of them. An answer of the status `refused` means that the documents do not say; do not fill the gap."
)
# Calls at work at once; others wait their turn.
AT_ONCE = 4


def tool_of(verb: Callable[..., Any]) -> Tool:
    """What a client is told of a verb: its name, its docstring and its typed arguments."""
    description, told, _ = get_function_description(verb)
    hints = get_type_hints(verb)
    properties, required = {}, []
    for name, parameter in inspect.signature(verb).parameters.items():
        properties[name] = TypeAdapter(hints[name]).json_schema() | {"description": told[name]}
        if parameter.default is inspect.Parameter.empty:
            required.append(name)
        else:
            properties[name]["default"] = parameter.default
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Tool(
        name=verb.__name__,
        description=description,
        input_schema=schema,
        annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


def _result(value: Json) -> CallToolResult:
    text = json.dumps(value, ensure_ascii=False)
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=value, is_error=[*value] == ["error"]
    )


class Tools:
    """The verbs as MCP tools.

    :param api: the verbs.
    :param guard: stands before each of them.
    """

    def __init__(self, api: Api, guard: Guard) -> None:
        verbs = [getattr(api, name) for name in VERBS]
        self.tools = [tool_of(verb) for verb in verbs]
        self._verbs = {verb.__name__: (inspect.signature(verb), guard.guarded(verb, error_json)) for verb in verbs}
        self._limiter = CapacityLimiter(AT_ONCE)

    async def list(self, context: ServerRequestContext[Any], params: PaginatedRequestParams | None) -> ListToolsResult:
        """Every tool; a role that may not call one is told so when it does."""
        return ListToolsResult(tools=self.tools)

    async def call(self, context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        """Call one verb as whoever sent the request; of a stream the last state counts."""
        request = gr.Request(context.request, username=context.request.scope.get(USER) if context.request else None)

        def work() -> Json:
            LocalContext.request.set(request)
            return self._call(params.name, params.arguments or {})

        return _result(await to_thread.run_sync(work, limiter=self._limiter))

    def _call(self, name: str, arguments: dict[str, Any]) -> Json:
        if name not in self._verbs:
            return error_json(UsageError(f"no tool {name!r}", f"there are {', '.join(self._verbs)}"))
        signature, verb = self._verbs[name]
        try:
            signature.bind(**arguments)
        except TypeError as error:
            return error_json(UsageError(f"{name}: {error}", f"it takes {', '.join(signature.parameters)}"))
        value = verb(**arguments)
        if isinstance(value, dict):
            return value
        *_, last = value
        return dict(last)


class Endpoint:
    """An ASGI app that hands requests to the session manager. Nothing is kept between two of them, so nothing is offered to read later."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["method"] == "POST":
            await self._manager.handle_request(scope, receive, send)
            return
        hint = "point an MCP client at this address; it sends POST requests"
        error = error_json(UsageError("this is an MCP endpoint", hint))
        await JSONResponse(error, 405, {"allow": "POST"})(scope, receive, send)


def offer(server: FastAPI, api: Api, guard: Guard, version: str) -> None:
    """Serve the tools. Call it before anything is mounted at `/`.

    :param server: the whole server.
    :param api: the verbs.
    :param guard: stands before each of them.
    :param version: the program's.
    """
    tools = Tools(api, guard)
    mcp = Server(
        "rolewright", version=version, instructions=INSTRUCTIONS, on_list_tools=tools.list, on_call_tool=tools.call
    )
    manager = StreamableHTTPSessionManager(mcp, json_response=True, stateless=True)
    before = server.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with before(app) as state, manager.run():
            yield state

    server.router.lifespan_context = lifespan
    for path in MCP_PATHS:
        server.router.routes.append(Route(path, endpoint=Endpoint(manager)))
