"""The job description tab without a browser: the editor's HTML, findings at their lines, the checklist, the form, the handlers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from ingest.errors import UsageError
from ingest.script import Script, full_width
from rag import revise
from rag.app import Rolewright
from rag.brief import Brief
from rag.drafts import DraftStore
from rag.jd import draft
from rag.lint import Finding
from rag.saved import Saved
from rag.settings import Settings
from rag.work import Work, unsettled
from ui.i18n import Page, say
from ui.jd_checks import NEEDED, Placed, checklist, placed
from ui.jd_editor import _finding, editor_html
from ui.jd_files import FORMATS, Look, preview_html, write_file
from ui.jd_form import FIELDS, TONES, brief_form, build_form, form_brief
from ui.jd_handlers import Handlers
from ui.jd_layout import build_desk, build_shelf, build_start
from ui.jd_ops import Event, revision
from ui.jd_screen import Screen
from ui.jd_versions import state_html, version_choices
from ui.jd_words import ERRORS, WORDS
from ui.local_page import BROWSER
from ui.told import told
from ui.visit import Visit, visit_of

ROOT = Path(__file__).parent.parent
ATTACK = '<img src=x onerror="alert(1)"> "quoted" \'single\' </textarea><script>alert(2)</script>'
ME = Visit("zh-Hans", "browser:me")
OTHER = Visit("zh-Hans", "browser:other")


@pytest.fixture(scope="module")
def app(small_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Rolewright:
    """A library of its own, because drafts are written into it."""
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("studio")))
    app.ingest([small_folder])
    return app


@pytest.fixture(scope="module")
def do(app: Rolewright) -> Handlers:
    store = DraftStore(app.settings.library)
    with gr.Blocks():
        page = Page()
        start, desk, shelf = build_start(page), build_desk(page), build_shelf(page, app.settings.library)
        return Handlers(app, store, Screen(app, store, start, desk, shelf, gr.State(None)))


def saved(app: Rolewright, brief: Brief, owner: str = "browser:me") -> Saved:
    store = DraftStore(app.settings.library)
    return store.open(store.create(owner, Work.of(draft(brief, app.engine)), app.engine.index.documents), owner)


def shown(app: Rolewright, row: Saved, reader: Script = "zh-Hans") -> str:
    return editor_html(row, app.document_text, reader, [])


class Tags(HTMLParser):
    """The tags, the attributes and the text of a page, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.rows: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.rows.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("reader", ["zh-Hans", "zh-Hant", "en"])
def test_what_users_type_is_text(app: Rolewright, reader: Script) -> None:
    brief = Brief(title="售前客服", department=ATTACK, salary=ATTACK, must_have=(ATTACK,), company=ATTACK)
    tags = Tags(shown(app, saved(app, brief), reader))
    assert not {"img", "script"} & set(tags.tags)
    assert not any(name.startswith("on") for row in tags.rows for name in row)
    assert any(row.get("data-text") == ATTACK for row in tags.rows), "an attribute gives the text back as it was"
    assert "".join(tags.texts).count("<img src=x") >= 4


def test_every_line_shows_where_it_comes_from(app: Rolewright) -> None:
    row = saved(app, Brief(title="售前客服", salary="8-10k", must_have=("会打字",)))
    page = shown(app, row)
    for line in row.work.lines:
        assert f'rw-of-{line.source}" data-line="{line.id}"' in page
    assert page.count("rw-src-corpus") == sum(line.source == "corpus" for line in row.work.lines)
    assert 'data-field="valid_until" data-value=""' in page and 'data-field="salary" data-value="8-10k"' in page


def test_findings_stand_at_their_lines(app: Rolewright) -> None:
    work = Work.of(
        draft(Brief(title="售前客服", nice_to_have=("男性优先", "有经验者,限女性")), app.engine, as_typed=True)
    )
    found = placed(work, "zh-Hans")
    for text in ("男性优先", "限女性"):
        row = next(row for row in found if text in row.words)
        assert isinstance(row.where, int) and work.line(row.where).text[row.start : row.end] == row.words
    title = Work.of(draft(Brief(title="35岁以下售前客服"), app.engine))
    headed = [row for row in placed(title, "en") if row.where == "title"]
    assert [row.words for row in headed] == ["35岁以下"] and headed[0].finding.why.isascii()


def test_equal_lines_have_their_own_findings(app: Rolewright) -> None:
    work = Work.of(
        draft(Brief(title="售前客服", must_have=("男性优先",), nice_to_have=("男性优先",)), app.engine, as_typed=True)
    )
    found = [row.where for row in placed(work, "zh-Hans") if row.words == "男性优先"]
    assert len(found) == len(set(found)) == 2


@dataclass(frozen=True)
class Rewritable(Finding):
    """A finding with the text that replaces it, as the checker gives it."""

    rewrite: str | None = None


@pytest.mark.parametrize(("new", "label"), [("", "删除这段文字"), ("能搬货", "能搬货"), (None, None)])
def test_a_rewrite_is_one_click(new: str | None, label: str | None) -> None:
    finding = Rewritable("GEN-02", "gender", "illegal", "CN", 0, 4, "男性优先", "why", "law", "say it", rewrite=new)
    tags = Tags(_finding(Placed(finding, 7, 2, 6, "男性优先"), (), "zh-Hans"))
    buttons = [row for row in tags.rows if row.get("data-do") == "rewrite"]
    if label is None:
        assert buttons == []
    else:
        assert [(row["data-line"], row["data-start"], row["data-end"], row["data-new"]) for row in buttons] == [
            ("7", "2", "6", new)
        ]
        assert label in "".join(tags.texts)
    assert any(row.get("data-do") == "keep" for row in tags.rows)


def test_the_checklist_follows_the_market_and_the_draft(app: Rolewright) -> None:
    work = Work.of(draft(Brief(title="售前客服", location="上海"), app.engine))
    held = dict(checklist(work.draft))
    assert set(held) == set(NEEDED["CN"])
    assert held["location"] and held["responsibilities"] and not held["salary"] and not held["valid_until"]
    assert dict(checklist(revise.set_field(work, "salary", "8k").draft))["salary"]
    for market in NEEDED:
        assert checklist(draft(Brief(title="售前客服", market=market), app.engine))


def test_a_form_and_its_brief() -> None:
    brief = Brief(
        title="客服", headcount=2, must_have=("a", "b"), tone="friendly", length="short", language="en", market="US"
    )
    assert form_brief(tuple(brief_form(brief))) == brief
    empty = dict(zip(FIELDS, brief_form(Brief(title="x")), strict=True))
    assert empty["tone"] == "" and empty["salary"] == ""
    with gr.Blocks():
        assert tuple(build_form(Page())) == FIELDS


def test_drafting_editing_and_undoing(app: Rolewright, do: Handlers) -> None:
    updates = do.from_text(ME, None, full_width("招2名上海的售前客服,8-10k,男性优先"))
    key = updates[do.screen.key]
    assert "rw-paper" in updates[do.screen.desk.editor] and updates[do.screen.start.box]["open"] is False
    assert updates[do.screen.start.form["location"]] == "上海" and updates[do.screen.desk.settings["market"]] == "CN"
    changed = do._revised(ME, key, None, lambda engine: revision(Event({"op": "remove", "line": 2}, engine, "我")))
    assert 'data-line="2"' not in changed[do.screen.desk.editor] and changed[do.screen.desk.undo]["interactive"]
    assert 'data-line="2"' in do.step(True)(ME, key)[do.screen.desk.editor]
    assert "Responsibilities" in do.set_up(ME, key, None, "US", "en", "short", "")[do.screen.desk.editor]
    assert do.arrive(ME, None)[do.screen.key] == key, "a page that is opened again shows the last draft"
    assert do.delete(ME, key)[do.screen.key] is None and do.arrive(ME, key)[do.screen.key] is None


def test_another_attempt_takes_the_place_of_an_untouched_draft(do: Handlers) -> None:
    mine = Visit("en", "browser:attempts")
    first = do.from_text(mine, None, "招售前客服")[do.screen.key]
    second = do.from_text(mine, first, "招售前客服,8-10k")[do.screen.key]
    assert [row.id for row in do.store.rows(mine.owner)] == [second]
    do.shorten(mine, second, None)
    third = do.from_text(mine, second, "招数据分析师")[do.screen.key]
    assert {row.id for row in do.store.rows(mine.owner)} == {second, third}, "what was worked on stays"


def test_nobody_sees_the_drafts_of_others(do: Handlers) -> None:
    key = do.from_text(ME, None, "招售前客服,8-10k")[do.screen.key]
    assert do.arrive(OTHER, None) == {} and do.screen.drafts(OTHER.owner, None, "en")["choices"] == []
    for call in (
        lambda: do.open(OTHER, key),
        lambda: do.shorten(OTHER, key, None),
        lambda: do.save(OTHER, key, "x", ""),
        lambda: do.compare(OTHER, key, None),
        lambda: do.delete(OTHER, key),
        lambda: do.decide("approved")(OTHER, key, "x"),
    ):
        with pytest.raises(UsageError, match="no draft"):
            call()


def request(user: str | None = None, browser: str | None = "me") -> Any:
    return SimpleNamespace(username=user, session_hash="s1", cookies={BROWSER: browser} if browser else {})


def test_whose_visit_it_is() -> None:
    assert visit_of("en", request(None, "b1")) == Visit("en", "browser:b1")
    assert visit_of("en", request("mei")) == Visit("en", "user:mei", "mei")
    assert visit_of("en", request(None, None)).owner == "visit:s1"
    assert visit_of("en", request("mei")).name("someone else") == "mei"
    assert ME.name(" 王 ") == "王" and ME.name(None) == "本人"


def test_an_event_of_the_editor(do: Handlers, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(gr, "Warning", lambda text, **_: warnings.append(text))
    key = do.from_text(ME, None, "招售前客服,8-10k,男性优先")[do.screen.key]

    def act(**row: Any) -> str:
        event = gr.EventData(None, {"draft": key, **row})
        return str(do.act("zh-Hans", "王", None, request(), event)[do.screen.desk.editor])

    assert "自己写的" in act(op="edit", line=2, text="自己写的")
    found = unsettled(do.store.open(key, ME.owner).work)[0]
    assert full_width("测试理由(王") in act(op="keep", rule=found.rule, words=found.text, text="测试理由")
    assert act(op="field", field="location", text="苏州").count("苏州") >= 2
    assert not warnings
    for row in (
        {"op": "edit", "line": 2, "text": " "},
        {"op": "edit", "line": "2", "text": "x"},
        {"op": "edit", "line": True, "text": "x"},
        {"op": "explode"},
        {},
        {"op": "keep", "rule": "GEN-02", "words": "男性优先", "text": " "},
        {"op": "field", "field": "__class__", "text": "x"},
    ):
        assert "自己写的" in act(**row), "the draft is shown as it is"
    assert len(warnings) == 7 and warnings[0] == say("err_line_empty", "zh-Hans")


def test_files_and_preview(app: Rolewright, tmp_path: Path) -> None:
    made = saved(app, Brief(title='售前/客服 "x" <b>', company=ATTACK)).work.draft
    for form in FORMATS:
        path = Path(write_file(made, form, tmp_path, Look()))
        assert path.stat().st_size > 100 and re.fullmatch(r"[\w\- ]+", path.stem) and path.suffix == f".{form}"
    frame = Tags(preview_html(made, "预览", Look())).rows[0]
    assert frame["sandbox"] == "" and "<h1>" in (frame["srcdoc"] or "") and "<img" not in (frame["srcdoc"] or "")


def test_versions_and_decisions_are_told(app: Rolewright) -> None:
    store = DraftStore(app.settings.library)
    key = saved(app, Brief(title="售前客服")).id
    store.save(key, "browser:me", "<b>甲", "初稿")
    row = store.decide(key, "browser:me", "approved", "<b>乙")
    assert [number for _, number in version_choices(row, "en")] == [1] and "初稿" in version_choices(row, "en")[0][0]
    page = state_html(row, "en")
    assert "Approved by" in page and "<b>" not in page and "{" not in page


def test_errors_are_told_in_the_readers_language() -> None:
    assert told(UsageError("the line is locked", "x"), "zh-Hant") == "這一行已鎖定\uff0c請先解鎖。"
    assert told(UsageError("<b>", "<i>"), "en") == "&lt;b&gt;<br>&lt;i&gt;"
    assert set(ERRORS.values()) <= set(WORDS)


def test_the_words_of_the_tab_are_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "ui").glob("*.py") if path.name != "jd_words.py"
    )
    built = ("tone_", "state_", "err_", "diff_", "item_", "line_", "company_stage")
    unused = [key for key in WORDS if not key.startswith(built) and not re.search(rf"['\"]{key}['\"]", sources)]
    assert unused == []
    assert {f"tone_{tone}" for tone in ("", *TONES)} <= set(WORDS)
