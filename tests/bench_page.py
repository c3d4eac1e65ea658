"""`python -m tests.bench_page`: how soon the page can be used, beside an empty Gradio app, and how soon an answer begins to arrive."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

from tests.bench import line
from tests.bench_load import ROOT, served
from tests.test_ui_browser import CHROMIUM, FLAGS

VISITS = 15
READY = "() => { const box = document.querySelector('#rw-question textarea'); return box && !box.disabled && box.checkVisibility() }"
PAGE_RATIO = 1.5
PIECE_MS = 300.0
QUESTIONS = ("售前客服的主要职责是什么?", "What does a data analyst do?", "新媒体运营需要哪些技能?")
EMPTY = """
import socket, gradio as gr
with socket.socket() as s:
    s.bind(("127.0.0.1", 0)); port = s.getsockname()[1]
with gr.Blocks(analytics_enabled=False) as page:
    gr.Textbox(elem_id="rw-question", show_label=False)
print(f"http://127.0.0.1:{port}", flush=True)
page.launch(server_port=port, quiet=True, ssr_mode=False, footer_links=[])
"""


@contextmanager
def empty_app() -> Iterator[str]:
    """A Gradio app with one text box and nothing else, in a process of its own: its address."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", EMPTY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        for _ in range(200):
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def visit(browser: Browser, address: str) -> float:
    """The seconds until a new reader can type a question."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    # Playwright's own waiting looks again after half a second; a look at every frame sees the moment.
    page.wait_for_function(READY, polling="raf", timeout=60_000)
    took = time.perf_counter() - began
    page.locator("#rw-question textarea").fill("客服")
    context.close()
    return took


def first_piece(address: str, question: str) -> float:
    """The milliseconds from the end of the search for passages to the first piece of the answer, as a client sees it."""
    with httpx.Client(base_url=address, timeout=60) as web:
        began = time.perf_counter()
        call = web.post("/gradio_api/call/ask", json={"data": [question, None]}).json()["event_id"]
        with web.stream("GET", f"/gradio_api/call/ask/{call}") as reply:
            for row in reply.iter_lines():
                if row.startswith("data: ["):
                    took = (time.perf_counter() - began) * 1000
                    return took - float(json.loads(row.removeprefix("data: "))[0]["ms"]["retrieve"])
    raise AssertionError("no answer came")


def main() -> None:
    """Print every figure; visits to the two apps take turns, so that both meet the same machine."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, "-m", "ui", "ingest", "--library", place, "-q"], check=True, cwd=ROOT)
        with served(Path(place)) as (ours, _), empty_app() as empty, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            visit(browser, ours), visit(browser, empty)
            pairs = [(visit(browser, ours), visit(browser, empty)) for _ in range(VISITS)]
            browser.close()
            for question in QUESTIONS:
                first_piece(ours, question)
            pieces = [first_piece(ours, question) for question in QUESTIONS for _ in range(5)]
    page, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    line("page usable / empty Gradio app", f"{page / bare:.2f} x", page / bare / PAGE_RATIO, f"{PAGE_RATIO} x")
    print(f"  medians of {VISITS}: {page:.2f} s and {bare:.2f} s")
    piece = statistics.median(pieces)
    line("first piece after retrieval", f"{piece:.0f} ms", piece / PIECE_MS, f"{PIECE_MS:.0f} ms")
    print(f"  median of {len(pieces)}; the slowest {max(pieces):.0f} ms")


if __name__ == "__main__":
    main()
