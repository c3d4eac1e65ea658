"""Self-check: what is configured, what works, what to do about the rest. Keys are never shown."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.errors import RolewrightError
from rag.settings import Settings

Row = dict[str, Any]


def _row(check: str, detail: str, ok: bool = True, hint: str | None = None) -> Row:
    return {"check": check, "ok": ok, "detail": detail, "hint": hint}


def _python(_settings: Settings) -> Row:
    return _row("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _library(settings: Settings) -> Row:
    place = next((folder for folder in (settings.library, *settings.library.parents) if folder.exists()), Path("/"))
    if not os.access(place, os.W_OK):
        return _row(
            "library", f"{settings.library} cannot be written", False, "choose another folder with ROLEWRIGHT_LIBRARY"
        )
    return _row("library", str(settings.library))


def _index(settings: Settings) -> Row:
    from ingest.store import Library

    index = Library(settings.library, settings.chroma_url).open()
    return _row(
        "index",
        f"generation {index.generation}: {len(index.documents)} documents, {len(index.chunks)} chunks, embedder {index.embedder}, "
        f"vectors {settings.chroma_url or 'embedded'}",
    )


def _embedder(settings: Settings) -> Row:
    from ingest.embedders import default_embedder, make_embedder

    name = settings.embedder or default_embedder()
    size = len(make_embedder(name, base_url=settings.base_url, api_key=settings.api_key).embed_query("ping"))
    return _row("embedder", f"{name}, {size} dimensions")


def _model(settings: Settings) -> Row:
    if not settings.model:
        return _row("model", "none configured; the extractive writer answers")
    try_endpoint(settings)
    return _row("model", f"{settings.model} answers" + (f" at {settings.base_url}" if settings.base_url else ""))


def _reranker(settings: Settings) -> Row:
    if not settings.reranker:
        return _row("reranker", "none configured; passages are ordered by cheap evidence")
    from rag.rerank import EndpointReranker

    reranker = EndpointReranker(settings.reranker, base_url=settings.base_url, api_key=settings.api_key)
    reranker.relevance("ping", ["ping", "pong"])
    return _row("reranker", f"{settings.reranker} answers" + (f" at {settings.base_url}" if settings.base_url else ""))


def try_endpoint(settings: Settings) -> None:
    """Send the configured model one small request.

    :param settings: with a model.
    :raises ModelError: when it does not answer.
    """
    from rag.endpoint import chat_model, stream_text

    model = chat_model(str(settings.model), base_url=settings.base_url, api_key=settings.api_key, timeout=20)
    next(stream_text(model, [("human", "Say ok.")]))


CHECKS: tuple[Callable[[Settings], Row], ...] = (_python, _library, _index, _embedder, _model, _reranker)


def examine(settings: Settings) -> list[Row]:
    """Run every check.

    :param settings: what is configured.
    :return: rows with check, ok, detail and hint; a check that raises is a row that failed.
    """
    rows: list[Row] = []
    for check in CHECKS:
        try:
            rows.append(check(settings))
        except RolewrightError as error:
            rows.append(_row(check.__name__.lstrip("_"), error.message, False, error.hint))
    return rows
