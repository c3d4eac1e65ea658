"""The status tab: what is in use, whether it works, what it costs, how it is configured. Nothing can be set here."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable
from html import escape
from importlib.metadata import version
from urllib.parse import urlsplit

import gradio as gr
from gradio.components import Component

from ingest.errors import RolewrightError
from ingest.script import Script
from rag.app import Rolewright
from rag.settings import Settings
from ui.cli import VERSION
from ui.doctor import Row, examine, try_endpoint
from ui.i18n import Page, say
from ui.told import in_reader

# The name of a check -> the word for it, where it has one that is not a name everywhere.
CHECKED = {
    "library": "library_tab",
    "index": "status_generation",
    "embedder": "status_embedder",
    "model": "status_writer",
    "reranker": "check_reranker",
}
PACKAGES = ("gradio", "chromadb", "langchain-core")


def _size(app: Rolewright) -> str:
    used = sum(path.stat().st_size for path in app.settings.library.rglob("*") if path.is_file())
    return f"{used / 1e6:.1f} MB"


def _address(url: str | None) -> str | None:
    """An address without what may be secret in it: name, password and query."""
    if not url:
        return None
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _definitions(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)


def _panel(title: str, body: str) -> str:
    return f'<section class="rw-panel"><h3>{title}</h3>{body}</section>'


def use_html(app: Rolewright, language: Script) -> str:
    """What is in use, how large the library is, what a model costs as far as it is known.

    :param app: the facade.
    :param language: the reader's language.
    """
    settings, model = app.settings, app.settings.model
    writer = say("status_llm", language, model=model) if model else say("status_extractive", language)
    rows = [("writer", writer), ("store", _address(settings.chroma_url) or say("status_embedded", language))]
    if model:
        rows.append(("endpoint", _address(settings.base_url) or "OpenAI"))
    try:
        index = app.engine.index
        rows += [
            ("embedder", index.embedder),
            ("generation", index.generation),
            ("documents", str(len(index.documents))),
        ]
        rows += [("chunks", str(len(index.chunks))), ("roles", str(len(app.roles())))]
    except RolewrightError as error:
        rows.append(("generation", in_reader(error.message, error.hint, language)[0]))
    rows.append(("size", _size(app)))
    versions = " · ".join(
        [
            f"Rolewright {VERSION}",
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in PACKAGES),
        ]
    )
    rows.append(("versions", versions))
    facts = _definitions((say(f"status_{name}", language), value) for name, value in rows)
    return _panel(say("status_use", language), f'<dl class="rw-dl">{facts}</dl>') + _panel(
        say("status_costs", language), _costs(app, language)
    )


def _costs(app: Rolewright, language: Script) -> str:
    """The tokens that went to the model and came back; no prices, which nobody here knows."""
    model = app.settings.model
    if not model:
        return f"<p>{say('status_costs_free', language)}</p>"
    spent = app.meter.spent
    told = say("status_spent", language, requests=spent.requests, sent=spent.sent, received=spent.received)
    if spent.counted:
        told += " " + say("status_counted", language, n=spent.counted)
    return f"<p>{told}</p><p>{say('status_costs_model', language, model=escape(model))}</p>"


def _shown(settings: Settings) -> dict[str, str | None]:
    """Variable -> what holds now, None where nothing is set; of a key only that it is set."""
    return {
        "ROLEWRIGHT_MODEL": settings.model,
        "OPENAI_API_KEY": "" if settings.api_key else None,
        "OPENAI_BASE_URL": _address(settings.base_url),
        "ROLEWRIGHT_EMBEDDER": settings.embedder,
        "ROLEWRIGHT_RERANKER": settings.reranker,
        "ROLEWRIGHT_LIBRARY": settings.library.name,
        "ROLEWRIGHT_AUTH_FILE": "" if settings.auth_file else None,
        "ROLEWRIGHT_CHROMA_URL": _address(settings.chroma_url),
        "ROLEWRIGHT_DENSE_WEIGHT": f"{settings.dense_weight:g}",
        "ROLEWRIGHT_CHUNK_TOKENS": str(settings.chunk_tokens),
        "ROLEWRIGHT_WINDOW_TOKENS": str(settings.window_tokens),
        "ROLEWRIGHT_PASSAGE_TOKENS": str(settings.passage_tokens),
        "ROLEWRIGHT_REQUESTS_PER_MINUTE": str(settings.requests_per_minute),
        "ROLEWRIGHT_LOG": settings.log,
    }


def how_html(settings: Settings, language: Script) -> str:
    """The variables with what they do and what holds now; keys are never shown.

    :param settings: what is configured.
    :param language: the reader's language.
    """
    body = ""
    for name, value in _shown(settings).items():
        told = escape(value) if value else say("status_unset" if value is None else "status_set", language)
        tone = "rw-none" if value is None else ""
        body += f'<div><dt><code>{name}</code><span>{say(f"env_{name}", language)}</span></dt><dd class="{tone}">{told}</dd></div>'
    note = say("status_how_note", language)
    return _panel(say("status_how", language), f'<p class="rw-path">{note}</p><dl class="rw-dl rw-env">{body}</dl>')


def checks_html(rows: Iterable[Row], language: Script) -> str:
    """The rows of the self-check, with what to do about each failure.

    :param rows: of `ui.doctor.examine`.
    :param language: the reader's language.
    """
    body = ""
    for row in rows:
        name = say(CHECKED[row["check"]], language) if row["check"] in CHECKED else row["check"]
        mark = say("status_fine" if row["ok"] else "status_wrong", language)
        detail, advice = in_reader(row["detail"], row["hint"] or "", language)
        hint = f'<p class="rw-hint"><b>{say("status_do", language)}</b> {escape(advice)}</p>' if advice else ""
        tone = "rw-tone-good" if row["ok"] else "rw-tone-poor"
        body += f'<li class="{tone}"><b class="rw-verdict">{mark}</b><span><b>{escape(name)}</b> {escape(detail)}</span>{hint}</li>'
    return f'<ul class="rw-selfcheck">{body}</ul>'


class Handlers:
    """What the tab's buttons do.

    :param app: the facade.
    """

    def __init__(self, app: Rolewright) -> None:
        self.app = app

    def look(self, reader: Script) -> str:
        """What is in use now."""
        return use_html(self.app, reader)

    def check(self, reader: Script) -> str:
        """Run the self-check."""
        return checks_html(examine(self.app.settings), reader)

    def endpoint(self, reader: Script) -> str:
        """Send one small request to the configured model and tell how it went."""
        model = self.app.settings.model
        if not model:
            return f'<div class="rw-box">{say("status_no_model", reader)}</div>'
        began = time.monotonic()
        try:
            try_endpoint(self.app.settings)
        except RolewrightError as error:
            told = say("status_fails", reader, seconds=f"{time.monotonic() - began:.1f}")
            message, hint = in_reader(error.message, error.hint, reader)
            row = {"check": model, "ok": False, "detail": f"{told}: {message}", "hint": hint}
        else:
            told = say("status_works", reader, seconds=f"{time.monotonic() - began:.1f}")
            row = {"check": model, "ok": True, "detail": told, "hint": None}
        return checks_html([row], reader)


def build(app: Rolewright, page: Page, language: gr.Radio, tab: gr.Tab) -> list[Component]:
    """Lay the tab out inside the current `gr.Blocks`.

    :param app: the facade.
    :param page: keeps the texts in the reader's language.
    :param language: the language radio.
    :param tab: the tab itself; what is in use is looked up when it is opened.
    :return: what only admins need to see.
    """
    do = Handlers(app)
    with gr.Row(elem_classes="rw-bar"):
        check = page.add(gr.Button, {"value": "status_check_go"}, min_width=140, scale=0, elem_id="rw-selfcheck")
        test = page.add(gr.Button, {"value": "status_test_go"}, min_width=140, scale=0, elem_id="rw-test")
    idle = page.add(gr.HTML, {"value": lambda reader: f'<p class="rw-path">{say("status_check_idle", reader)}</p>'})
    told = gr.HTML(elem_id="rw-told")
    use = page.add(gr.HTML, {"value": do.look}, elem_id="rw-use")
    page.add(gr.HTML, {"value": lambda reader: how_html(app.settings, reader)}, elem_id="rw-how")
    tab.select(do.look, language, use, api_visibility="private", show_progress="hidden")
    check.click(do.check, language, told, api_visibility="private")
    test.click(do.endpoint, language, told, api_visibility="private")
    return [check, test, idle, told]
