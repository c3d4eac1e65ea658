"""What a document, a file name or a question says is text on every tab, whatever it looks like."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ingest.script import Script
from ingest.types import IngestReport
from rag.app import Rolewright
from rag.brief import Brief
from rag.conversations import ConversationStore
from rag.drafts import DraftStore
from rag.jd import draft
from rag.settings import Settings
from rag.talk import go_on
from rag.work import Work
from ui.chat_list import list_html
from ui.chat_source import source_html
from ui.chat_view import messages
from ui.compare_tab import choices, comparison_html
from ui.explore_tab import map_html
from ui.findings_view import findings_html
from ui.jd_editor import editor_html
from ui.jd_files import Look, preview_html
from ui.library_tab import chunks_html, diff_html, report_html

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
# Cleaning takes markup out of prose; what stands in code, in front matter or escaped can reach the page.
DOCUMENT = f"""---
title: "手册{EVIL}"
source: "来源{EVIL}"
year: 2023
---

# 手册{EVIL}

## 客服部

### 售前客服

职责:

1. 熟悉商品&lt;script&gt;alert(3)&lt;/script&gt;的详细信息。
2. 回应客户的咨询{EVIL},推荐商品。
3. `<svg onload=alert(4)>` 处理客户投诉。

### 售后{EVIL}主管

职责:

1. 检查退款数据。

### 数据分析师

职责:

1. 检查聊天记录 " onmouseover="alert(5)" x=" 并推动解决。
"""

RUNS = {"script", "img", "svg", "iframe", "object", "link"}


class Markup(HTMLParser):
    """Every element and attribute that a browser would make of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.tags.add(tag)
        self.handlers |= {name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")}


class Frame(Markup):
    """The page inside a frame, and what the frame allows it."""

    page = ""
    sandbox: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the frame."""
        super().handle_starttag(tag, attrs)
        self.page, self.sandbox = dict(attrs).get("srcdoc") or self.page, dict(attrs).get("sandbox", self.sandbox)


def inert(html: str) -> bool:
    """Whether nothing in a piece of HTML runs or loads."""
    found = Markup(html)
    return not found.tags & (RUNS | {"style"}) and not found.handlers


def test_the_check_itself_can_fail() -> None:
    assert not inert(EVIL) and not inert('<p onclick="x">') and not inert('<a href="javascript:x">') and inert("<p>x")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Rolewright:
    folder = tmp_path_factory.mktemp("evil")
    name = "<img src=x onerror=alert(6)>.md"
    (folder / name).write_text(DOCUMENT, encoding="utf-8")
    (folder / "notes.txt").write_text(f"客服专员回答用户的问题。{EVIL} 品牌专员负责品牌活动。", encoding="utf-8")
    app = Rolewright(Settings(library=folder / "library"))
    report = app.ingest([folder / name, folder / "notes.txt"])
    assert set(report.added) == {name, "notes.txt"}
    return app


def test_markup_reaches_the_library(app: Rolewright) -> None:
    # Else the tests below would prove nothing.
    stored = "".join(app.document_text(record.doc) + record.title for record in app.documents())
    assert re.search(r"<script>|<svg|<img", stored)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_questions(app: Rolewright, language: Script) -> None:
    for question in ("售前客服的主要职责是什么?", f"{EVIL}售前客服做什么?", "客服专员做什么?"):
        store, documents = ConversationStore(app.settings.library), app.engine.index.documents
        *_, kept = go_on(app, store, "user:mei", None, question)
        for entry in messages(kept, documents, language, lambda last: [EVIL]):
            assert inert(entry["content"])
        for citation in kept.exchanges[0].answer.citations:  # type: ignore[union-attr]
            panel = source_html(1, citation, 9, documents, app.document_text, language)
            assert inert(panel) and "<mark>" in panel
            gone = replace(citation, doc=EVIL, title=EVIL, heading=(EVIL,))
            assert inert(source_html(1, gone, 9, documents, app.document_text, language))
        store.rename(kept.id, "user:mei", EVIL)
        assert inert(list_html(store.rows("user:mei"), kept.id, language))


def test_comparison(app: Rolewright) -> None:
    names = [name for _, name in choices(app, "zh-Hans")][:3]
    assert len(names) >= 2
    html = comparison_html(app, names, "zh-Hans")
    assert inert(html) and "&lt;" in html


def test_map(app: Rolewright) -> None:
    html = map_html(app, "", "zh-Hans")
    assert inert(html) and "&lt;script&gt;" in html


def test_library(app: Rolewright) -> None:
    for record in app.documents():
        assert inert(diff_html(app, record.doc, "zh-Hans")) and inert(chunks_html(app, record.doc))
    reason = [{"doc": EVIL, "reason": EVIL, "of": EVIL}]
    report = report_html(IngestReport(failed=reason, warnings=reason, duplicates=reason), "zh-Hans")
    assert inert(report) and "&lt;script&gt;" in report


def test_job_descriptions(app: Rolewright) -> None:
    brief = Brief(title=f"售前客服{EVIL}", company=EVIL, must_have=[EVIL], location=EVIL)
    engine = app.engine
    for made in (draft(brief, engine), draft(Brief(title="售前客服"), engine)):
        store = DraftStore(app.settings.library)
        saved = store.open(store.create("user:mei", Work.of(made), engine.index.documents), "user:mei")
        html = editor_html(saved, app.document_text, "zh-Hans", [EVIL])
        assert inert(html) and "&lt;script&gt;" in html
        frame = Frame(preview_html(made, EVIL, Look(library=app.settings.library)))
        # A frame without any permission, whose page needs none.
        assert frame.tags == {"iframe"} and frame.sandbox == "" and not frame.handlers
        assert not Markup(frame.page).tags & RUNS and not Markup(frame.page).handlers and "&lt;script&gt;" in html
        assert inert(findings_html([finding.to_dict() for finding in made.findings], "zh-Hans"))
