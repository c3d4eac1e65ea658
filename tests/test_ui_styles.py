"""The styles of the page: one file that browsers keep, whose rules outweigh those of Gradio's components."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import running
from ui.styles import outweighing


@pytest.fixture
def client(tmp_path: Path, small_folder: Path) -> Iterator[httpx.Client]:
    app = Rolewright(Settings(library=tmp_path))
    app.ingest([small_folder])
    with running(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def test_the_styles_are_one_file_that_is_kept(client: httpx.Client) -> None:
    link = re.search(r'href="\.(/rolewright-\w+\.css)"', client.get("/").text)
    assert link
    for encoding in ("br", "gzip", "identity"):
        reply = client.get(link[1], headers={"accept-encoding": encoding})
        assert "#rw-chat" in reply.text and "immutable" in reply.headers["cache-control"]
        assert reply.headers.get("content-encoding", "") == ("gzip" if encoding == "gzip" else "")


def test_rules_outweigh_those_of_the_components() -> None:
    heavy = ".gradio-container.gradio-container .contain"
    assert outweighing("/* no {rule} */ .a, #b { c: d }") == f".a, #b{{ c: d }}{heavy} .a,{heavy} #b{{ c: d }}"
    assert outweighing(".dark .a { c: d }") == f".dark .a{{ c: d }}.dark {heavy} .a{{ c: d }}"
    media = "@media (max-width: 9px) { .a { c: d } .e { f: g } }"
    assert outweighing(media) == f"@media (max-width: 9px) {{{heavy} .a{{ c: d }}{heavy} .e{{ f: g }}}}"
