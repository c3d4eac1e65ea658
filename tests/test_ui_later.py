"""Parts of the page that come when their tab is opened: what a browser gets at first, and that the guard stands before them all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio_client import Client

from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import event, page_of, running
from ui.access import has_rule
from ui.api import VERBS
from ui.app import create_server
from ui.i18n import LANGUAGES, say

CONFIG = re.compile(r"window\.gradio_config = (.*?);</script>", re.S)
# What a browser has to make before a question can be typed.
MOST_COMPONENTS = 45
MOST_EVENTS = 32


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Rolewright:
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("later"), requests_per_minute=0))
    app.ingest([small_folder])
    return app


@pytest.fixture(scope="module")
def page(app: Rolewright) -> gr.Blocks:
    return page_of(create_server(app))


@pytest.fixture(scope="module")
def client(app: Rolewright) -> Iterator[httpx.Client]:
    with running(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def draws(page: gr.Blocks) -> list[int]:
    """The numbers of the handlers that draw the parts, in the order of the tabs."""
    return [key for key, block in page.fns.items() if block.fn and block.fn.__name__ == "draw"]


def test_the_guard_stands_before_every_handler_of_every_part(page: gr.Blocks) -> None:
    later = [block.fn for block in page.fns.values() if block.fn and (block.rendered_in or block.renderable)]
    assert len(later) > 50
    for handler in later:
        assert has_rule(handler) and handler.__code__.co_filename.endswith("guard.py"), handler.__qualname__


def test_a_browser_gets_no_part_at_first_and_a_client_everything(client: httpx.Client) -> None:
    found = CONFIG.search(client.get("/").text)
    assert found
    config = json.loads(found[1])
    assert len(config["components"]) <= MOST_COMPONENTS and len(config["dependencies"]) <= MOST_EVENTS
    known = {row["id"] for row in config["components"]}
    assert all(row["rendered_in"] is None for row in config["dependencies"])
    assert not {row["api_name"] for row in config["dependencies"]} & set(VERBS)
    assert {target for row in config["dependencies"] for target, _ in row["targets"]} <= known | {
        None,
        config["layout"]["id"],
    }
    assert len(client.get("/config").json()["components"]) > 150
    described = Client(str(client.base_url), verbose=False).view_api(return_format="dict")
    assert set(described["named_endpoints"]) == {f"/{name}" for name in VERBS}


@pytest.mark.parametrize("language", [language for _, language in LANGUAGES])
def test_a_part_comes_in_the_language_of_its_reader(client: httpx.Client, page: gr.Blocks, language: Any) -> None:
    words = (("jd", "draft"), ("compare", "compare_go"), ("library", "upload_go"), ("evaluate", "eval_go"))
    numbers = dict(zip(("jd", "compare", "explore", "library", "evaluate", "status"), draws(page), strict=True))
    for part, word in words:
        drawn = event(client, numbers[part], [language]).drawn
        assert say(word, language) in [row["props"].get("value") for row in drawn["components"]], part


def test_a_part_in_a_language_there_is_not_is_refused(client: httpx.Client, page: gr.Blocks) -> None:
    assert not event(client, draws(page)[0], ["tlh"]).ok


def test_what_can_be_changed_is_said_with_the_part(client: httpx.Client, page: gr.Blocks) -> None:
    """The browser would take a field that has a value for a result."""
    rows = event(client, draws(page)[4], ["en"]).drawn["components"]
    props = {row["props"].get("elem_id"): row["props"] for row in rows}
    assert props["rw-eval-set"]["value"] and props["rw-eval-set"]["interactive"]
    rows = event(client, draws(page)[0], ["en"]).drawn["components"]
    props = {row["props"].get("elem_id"): row["props"] for row in rows}
    assert props["rw-sentence"]["interactive"] and not props["rw-plain"]["interactive"]


def test_one_reader_s_part_is_not_the_next_one_s(client: httpx.Client, page: gr.Blocks) -> None:
    for language, word in (("en", "Compare"), ("zh-Hans", "并排对比")):
        rows = event(client, draws(page)[1], [language], session=f"later-{language}").drawn["components"]
        assert word in [row["props"].get("value") for row in rows]
