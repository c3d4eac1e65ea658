"""The real app in a real browser: cited answers, refusals, and no request to another host."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
import uvicorn

import corpus
from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import running
from ui.app import Door, create_server
from ui.users import put_user

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on the PATH"),
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUNDLED = any(corpus.documents_root().glob("*.md"))
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
PATIENCE = 30_000
playwright.expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Iterator[str]:
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("browser-library")))
    app.ingest([] if BUNDLED else [small_folder])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_server(app), log_level="critical", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


class Visit:
    """One page, what it asked for and what it complained about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.urls: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.urls.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._listen(message.type, message.text))

    def _listen(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def ask(self, question: str) -> Any:
        """Ask in the chat and wait for the newest message's status; gives that message."""
        before = self.page.locator(".rw-status").count()
        self.page.locator("#rw-question textarea").fill(question)
        self.page.locator("#rw-question textarea").press("Enter")
        self.page.locator(".rw-status").nth(before).wait_for()
        return self.page.locator(".bot.message").last


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=[1280, 400], ids=["wide", "narrow"])
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    visit = Visit(context.new_page())
    visit.page.goto(address)
    visit.page.locator("#rw-question textarea").wait_for()
    yield visit
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= request.param, "the page scrolls sideways"
    assert len(visit.urls) > 10
    hosts = {urlparse(url).hostname for url in visit.urls if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    assert visit.complaints == []


def test_cited_answer_and_refusal(visit: Visit) -> None:
    page = visit.page
    page.get_by_text("售前客服的主要职责是什么").first.click()
    page.locator(".rw-status.rw-answered").wait_for()
    answer = page.locator(".rw-answer")
    assert CHINESE.search(answer.inner_text()) and answer.locator(".rw-n").count() >= 3
    passage = page.locator(".rw-source .rw-around")
    assert not passage.is_visible()
    answer.locator(".rw-to-2").click()
    passage.wait_for(state="visible")
    quote = passage.locator("mark").inner_text()
    assert CHINESE.search(quote) and quote in answer.inner_text()
    assert len(passage.inner_text()) > len(quote)
    page.keyboard.press("Escape")
    refusal = visit.ask("公司食堂几点开门?")
    assert refusal.locator(".rw-refused").count() == 1 and refusal.locator(".rw-n").count() == 0
    assert "资料" in refusal.inner_text()
    # A suggestion under the refusal is asked with one click.
    page.locator("#rw-chat button.option").first.click()
    page.locator(".rw-status").nth(2).wait_for()
    page.get_by_role("button", name="新对话").click()
    page.get_by_text("想了解哪个岗位").wait_for()
    assert page.locator(".rw-answer").count() == 0


# What the server streams arrives late by `LATE` milliseconds, as over a slow line.
LATE = 400
SLOW = f"""(() => {{
  const fetched = window.fetch;
  window.fetch = async (input, init) => {{
    const reply = await fetched(input, init);
    if (!(input.url ?? String(input)).includes("/queue/data")) return reply;
    const late = new TransformStream({{
      transform: async (chunk, out) => {{ await new Promise((go) => setTimeout(go, {LATE})); out.enqueue(chunk); }},
    }});
    return new Response(reply.body.pipeThrough(late), reply);
  }};
}})();"""


def test_a_slow_line_loses_no_click(browser: Any, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.add_init_script(SLOW)
    page.goto(address)
    box = page.locator("#rw-question textarea")
    page.wait_for_timeout(10 * LATE)
    with page.expect_response(re.compile("/queue/join")):
        page.locator("#rw-new").click()
    # The server has told all about the click and closes the stream; the page has not heard of it yet.
    page.wait_for_timeout(LATE // 2)
    box.fill("公司食堂几点开门?")
    box.press("Enter")
    page.locator(".rw-status.rw-refused").wait_for()
    context.close()


def test_what_a_user_types_is_text(visit: Visit) -> None:
    visit.ask('<img src="http://evil.example/x.png" onerror="document.title=1"> ![x](http://evil.example/y.png)')
    assert visit.page.locator("#rw-chat img").count() == 0
    assert "<img" in visit.page.locator(".rw-asked").inner_text()


def test_language_radio(visit: Visit) -> None:
    visit.page.locator("#rw-language").get_by_text("English").click()
    visit.page.get_by_role("button", name="New conversation").wait_for()
    visit.page.locator("#rw-language").get_by_text("繁體").click()
    visit.page.get_by_role("tab", name="職位描述").wait_for()


@pytest.mark.parametrize(
    ("locale", "new"),
    [
        ("zh-TW", "新對話"),
        ("zh-CN", "新对话"),
        ("zh", "新对话"),
        ("en-GB", "New conversation"),
        ("fr-FR", "New conversation"),
    ],
)
def test_the_page_follows_the_browser_and_then_the_reader(browser: Any, address: str, locale: str, new: str) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name=new).wait_for()
    told = {"新對話": "zh-Hant", "新对话": "zh-Hans"}.get(new, "en")
    page.wait_for_function("told => document.documentElement.lang === told", arg=told)
    page.locator("#rw-language").get_by_text("繁體").click()
    page.get_by_role("button", name="新對話").wait_for()
    page.reload()
    page.get_by_role("button", name="新對話").wait_for()
    context.close()


def test_a_reader_signs_in_and_sees_what_he_can_use(library: Path, browser: Any, tmp_path: Path) -> None:
    put_user(tmp_path / "users", "mei", "reader", "geheim:12")
    with running(Rolewright(Settings(library=library)), Door(tmp_path / "users")) as url:
        page = browser.new_page()
        page.goto(url)
        fields = page.locator("input")
        fields.nth(0).fill("mei")
        fields.nth(1).fill("wrong-one")
        with page.expect_response("**/login") as refused:
            page.locator("button").first.click()
        assert refused.value.status == 400
        fields.nth(0).fill("mei")
        fields.nth(1).fill("geheim:12")
        page.locator("button").first.click()
        page.get_by_role("tab").nth(1).click(timeout=PATIENCE)
        page.get_by_text("writer").first.wait_for(timeout=PATIENCE)
        assert page.locator("#rw-sentence").count() == 0
        page.get_by_role("tab").nth(4).click()
        page.locator("#rw-documents").wait_for(timeout=PATIENCE)
        assert page.locator("#rw-upload").count() == 0
        page.get_by_role("tab").nth(0).click()
        page.locator("#rw-question textarea").fill("售前客服的主要职责是什么?")
        page.locator("#rw-question textarea").press("Enter")
        page.locator(".rw-status").first.wait_for(timeout=PATIENCE)
        assert "mei" in page.locator("#rw-who").inner_text()
        page.locator("#rw-leave").click()
        page.locator("input[type=password]").wait_for(timeout=PATIENCE)
        page.reload()
        page.locator("input[type=password]").wait_for(timeout=PATIENCE)
        page.close()
