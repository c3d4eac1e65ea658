"""The questions tab without a browser: messages, the panel of a source, the list, files, what to ask next, and its handlers on a server."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import httpx
import pytest

from eval.feedback import path_of
from ingest.errors import UsageError
from ingest.script import Script
from rag.app import Rolewright
from rag.conversations import ConversationStore
from rag.exchanges import Conversation, Exchange
from rag.settings import Settings
from rag.talk import again, go_on
from rag.types import Answer, Turn
from tests.serving import event, page_of, running
from ui.app import Door, create_server
from ui.audit import AuditLog
from ui.chat_follow import MOST, next_questions
from ui.chat_list import conversation_file, list_html
from ui.chat_source import source_html
from ui.chat_view import exchange_markdown, messages
from ui.users import put_user

QUESTION = "售前客服的主要职责是什么?"
OWNER = "user:mei"
PASSWORD = "geheim:12"


class Growing(Rolewright):
    """Streams two snapshots before the whole, as a chat model does."""

    def stream(self, turn: Turn) -> Iterator[Answer]:
        """The same answer in three steps."""
        final = self.ask(turn)
        yield from (replace(final, answer=final.answer[: share * 10], citations=()) for share in (1, 2))
        yield final


@pytest.fixture(scope="module")
def app(library: Path) -> Rolewright:
    return Rolewright(Settings(library=library))


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path)


def talk(app: Rolewright, store: ConversationStore, *questions: str) -> Conversation:
    """A conversation of these questions."""
    key: str | None = None
    kept = None
    for question in questions:
        *_, kept = go_on(app, store, OWNER, key, question)
        key = kept.id
    assert kept
    return kept


def test_each_step_of_an_answer_is_kept_before_it_is_shown(library: Path, store: ConversationStore) -> None:
    growing = Growing(Settings(library=library))
    seen = []
    for step in go_on(growing, store, OWNER, None, QUESTION):
        stored = store.open(step.id, OWNER).exchanges[0]
        assert (stored.answer, stored.done) == (step.exchanges[0].answer, step.exchanges[0].done)
        seen.append((len(stored.answer.answer) if stored.answer else 0, stored.done))
    assert [length for length, _ in seen[:3]] == [0, 10, 20] and [done for _, done in seen] == [False] * 4 + [True]


def test_a_conversation_goes_on_and_a_question_is_asked_anew(app: Rolewright, store: ConversationStore) -> None:
    kept = talk(app, store, QUESTION, "它的指标是什么?")
    second = kept.exchanges[1].answer
    assert second and "15" in second.answer, "the follow-up is read with what was said before"
    store.rate(kept.id, OWNER, 2, "up")
    *_, anew = again(app, store, OWNER, kept.id, 2)
    row = anew.exchanges[1]
    assert len(anew.exchanges) == 2 and row.rating is None and row.answer and row.answer.answer == second.answer


def test_nothing_is_kept_of_a_question_that_cannot_be_asked(app: Rolewright, store: ConversationStore) -> None:
    with pytest.raises(UsageError, match="empty"):
        next(go_on(app, store, OWNER, None, "  "))
    assert store.rows(OWNER) == []
    kept = talk(app, store, QUESTION)
    store.remove(kept.id, OWNER)
    with pytest.raises(UsageError, match="there is no conversation"):
        next(go_on(app, store, OWNER, kept.id, QUESTION))


def test_an_answer_shows_its_status_its_marks_and_its_documents_once(app: Rolewright, store: ConversationStore) -> None:
    kept = talk(app, store, QUESTION, "公司食堂几点开门?")
    documents = app.engine.index.documents
    rows = messages(kept, documents, "zh-Hans", lambda last: ["接着问什么?"])
    assert [row["role"] for row in rows] == ["user", "assistant"] * 2
    first, second = rows[1]["content"], rows[3]["content"]
    assert "有出处的回答" in first and re.sub('title="[^"]*"', "", first).count("网店岗位手册") == 1
    numbers = {int(n) for n in re.findall(r"rw-to-(\d+)", first)}
    assert numbers == {citation.n for citation in kept.exchanges[0].answer.citations}  # type: ignore[union-attr]
    assert "rw-do-again" not in first and "rw-do-again" in second and "rw-to-" not in second
    assert "options" not in rows[1] and rows[3]["options"] == [{"value": "接着问什么?"}]
    assert "網店崗位手冊" in messages(kept, documents, "zh-Hant", lambda last: ())[1]["content"]


def test_an_answer_under_way_and_one_that_was_stopped(app: Rolewright, store: ConversationStore) -> None:
    documents = app.engine.index.documents
    whole = talk(app, store, QUESTION).exchanges[0]
    waiting = exchange_markdown(Exchange(1, "", QUESTION), documents, "zh-Hans", live=True)
    assert "rw-live" in waiting and "没有答完" not in waiting
    half = replace(whole, done=False)
    live = exchange_markdown(half, documents, "zh-Hans", live=True)
    assert "rw-live" in live and "rw-tool" not in live and "没有答完" not in live
    stopped = exchange_markdown(half, documents, "zh-Hans", last=True)
    assert "没有答完" in stopped and "rw-do-again" in stopped and "rw-live" not in stopped
    nothing = exchange_markdown(Exchange(1, "", QUESTION), documents, "zh-Hans", last=True)
    assert "没有答完" in nothing and "rw-do-up" not in nothing and "rw-do-again" in nothing


def test_a_thumbs_down_asks_why_once(app: Rolewright, store: ConversationStore) -> None:
    row = talk(app, store, QUESTION).exchanges[0]
    down = exchange_markdown(replace(row, rating="down"), {}, "en")
    assert "What is wrong?" in down and down.count("rw-do-reason") == 4 and down.count("rw-pressed") == 1
    told = exchange_markdown(replace(row, rating="down", reason="<b>wrong"), {}, "en")
    assert "What is wrong?" not in told and "Noted: &lt;b&gt;wrong" in told
    assert "rw-ask-why" not in exchange_markdown(replace(row, rating="up"), {}, "en")


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_panel_shows_the_exact_sentence_in_its_document(
    app: Rolewright, store: ConversationStore, language: Script
) -> None:
    answer = talk(app, store, QUESTION).exchanges[0].answer
    assert answer
    documents = app.engine.index.documents
    for citation in answer.citations:
        html = source_html(3, citation, len(answer.citations), documents, app.document_text, language)
        assert re.findall(r"<mark>(.*?)</mark>", html, re.S) == [citation.quote]
        assert 'data-turn="3"' in html and f'data-n="{citation.n}"' in html and "2023" in html
        assert "##" not in html and "handbook.md" in html and ("售前客服" in html)
        around = html.split("rw-around")[1]
        assert "熟悉全店商品的详细信息" in around and "咨询转化率" in around, (
            "a generous part, in the document's own script"
        )
    steps = [citation.n for citation in answer.citations]
    first = source_html(1, answer.citations[0], len(steps), documents, app.document_text, language)
    assert first.count(" disabled") == 1


def test_the_panel_says_when_the_document_has_changed(app: Rolewright, store: ConversationStore) -> None:
    answer = talk(app, store, QUESTION).exchanges[0].answer
    assert answer
    citation, documents = answer.citations[0], app.engine.index.documents
    changed = source_html(1, citation, 1, documents, lambda doc: "# another text", "zh-Hans")
    assert "有了改动" in changed and citation.quote in changed and "another text" not in changed
    gone = source_html(1, citation, 1, {}, app.document_text, "zh-Hans")
    assert "已不在资料库" in gone and citation.quote in gone


def test_a_long_document_is_cut_at_line_breaks(app: Rolewright, store: ConversationStore) -> None:
    answer = talk(app, store, QUESTION).exchanges[0].answer
    assert answer
    filler = "".join(f"第{n}行的文字{'字' * 40}\n" for n in range(200))
    text = f"{filler}\n## 标题\n{answer.citations[0].quote}\n{filler}"
    start = text.index(answer.citations[0].quote)
    citation = replace(answer.citations[0], start=start, end=start + len(answer.citations[0].quote))
    html = source_html(1, citation, 1, app.engine.index.documents, lambda doc: text, "en")
    around = html.split("rw-around")[1]
    assert "<b>标题</b>" in around and 2500 < len(around) < 4500
    assert re.search(r">\u2026\n第\d+行", around) and re.search(r"字\n\u2026<", around)


def test_what_is_offered_next_is_answered_and_new(app: Rolewright, store: ConversationStore) -> None:
    engine = app.engine
    for question in (
        QUESTION,
        "What does Pre-sales Customer Service do?",
        "售后主管和数据分析师有什么区别?",
        "客服部有哪些岗位?",
    ):
        kept = talk(app, store, question)
        offered = next_questions(kept, kept.exchanges[-1], engine)
        assert 0 < len(offered) <= MOST and question not in offered, question
        for following in offered:
            *_, further = go_on(app, store, OWNER, kept.id, following)
            answer = further.exchanges[-1].answer
            assert answer and answer.status == "answered", f"{question} -> {following}"
            assert following not in next_questions(further, further.exchanges[-1], engine)
    refused = talk(app, store, "投诉专员的主要职责是什么?")
    assert refused.exchanges[0].answer and refused.exchanges[0].answer.status == "refused"
    assert (
        tuple(next_questions(refused, refused.exchanges[0], engine)) == refused.exchanges[0].answer.suggestions[:MOST]
    )
    stopped = replace(kept.exchanges[-1], done=False)
    assert next_questions(kept, stopped, engine) == []


def test_the_list_and_the_files_of_a_conversation(app: Rolewright, store: ConversationStore) -> None:
    kept = talk(app, store, QUESTION, "公司食堂几点开门?")
    html = list_html(store.rows(OWNER), kept.id, "en")
    assert QUESTION in html and "Questions: 2" in html and "rw-on" in html and f'data-talk="{kept.id}"' in html
    assert "Nothing yet" in list_html([], None, "en") and "Nothing found" in list_html([], None, "en", searched=True)
    text = conversation_file(kept, "md", "zh-Hans")
    answer = kept.exchanges[0].answer
    assert (
        text.startswith(f"# {QUESTION}\n") and answer and answer.answer in text and "\n## 公司食堂几点开门?\n" in text
    )
    assert all(f"- [{citation.n}] " in text and citation.quote in text for citation in answer.citations)
    row = json.loads(conversation_file(kept, "json", "en"))
    assert OWNER not in json.dumps(row) and row["exchanges"][0]["question"] == QUESTION
    assert row["exchanges"][0]["answer"]["citations"] == [citation.to_dict() for citation in answer.citations]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("talks") / "library"
    Rolewright(Settings(library=folder)).ingest([small_folder])
    for name in ("mei", "wang"):
        put_user(folder.parent / "users", name, "reader", PASSWORD)
    return folder


@pytest.fixture(scope="module")
def clients(folder: Path) -> Iterator[dict[str, httpx.Client]]:
    with running(Rolewright(Settings(library=folder, requests_per_minute=0)), Door(folder.parent / "users")) as url:
        both = {name: httpx.Client(base_url=url, timeout=60) for name in ("mei", "wang")}
        for name, client in both.items():
            assert client.post("/login", data={"username": name, "password": PASSWORD}).status_code == 200
        yield both


@pytest.fixture(scope="module")
def numbers(folder: Path) -> dict[str, int]:
    """The number of each handler of the tab."""
    page: gr.Blocks = page_of(create_server(Rolewright(Settings(library=folder))))
    prefix = "ui.chat_handlers"
    return {block.fn.__name__: key for key, block in page.fns.items() if block.fn and block.fn.__module__ == prefix}


def test_a_reader_asks_rates_renames_and_downloads(
    clients: dict[str, httpx.Client], numbers: dict[str, int], folder: Path
) -> None:
    mei, store = clients["mei"], ConversationStore(folder)
    assert event(mei, numbers["submit"], ["zh-Hans", None, QUESTION], session="mei-1").ok
    kept = store.last("user:mei")
    assert kept and kept.exchanges[0].done

    def act(**row: object) -> str:
        outcome = event(mei, numbers["act"], ["zh-Hans", None, ""], row, "mei-1")
        assert outcome.ok, outcome.error
        return json.dumps(outcome.data, ensure_ascii=False)

    assert "rw-ask-why" in act(do="rate", turn=1, rating="down")
    assert "已记录" in act(do="rate", turn=1, rating="down", reason="不完整")
    assert json.loads(path_of(folder).read_text("utf-8"))["reason"] == "不完整"
    act(do="rate", turn=1, rating=None)
    assert path_of(folder).read_text("utf-8") == ""
    assert "<mark>" in act(do="source", turn=1, n=1)
    assert "客服面试" in act(do="rename", talk=kept.id, title="客服面试")
    file = event(mei, numbers["write"], ["zh-Hans"], {"talk": kept.id, "form": "md"}, "mei-1")
    assert file.ok and file.data[0]["orig_name"] == "客服面试.md"
    row = [*AuditLog(folder).rows()][-1]
    assert (row["action"], row["object"]) == ("export", kept.id)
    for wrong in ({"do": "source", "turn": 1, "n": 99}, {"do": "rate", "turn": True}, {"do": "vanish"}, {}, None):
        outcome = event(mei, numbers["act"], ["zh-Hans", None, ""], wrong, "mei-1")
        assert outcome.ok and "<mark>" not in json.dumps(outcome.data), "told, and nothing else happens"


def test_what_one_asks_nobody_else_sees(
    clients: dict[str, httpx.Client], numbers: dict[str, int], folder: Path
) -> None:
    store = ConversationStore(folder)
    assert event(clients["mei"], numbers["submit"], ["zh-Hans", None, "售后主管做什么?"], session="mei-2").ok
    kept = store.last("user:mei")
    assert kept
    wang = clients["wang"]
    secret = re.compile("售后主管|退款|客服面试")
    for name, data in (("arrive", ["zh-Hans", None]), ("find", ["zh-Hans", None, "售后"])):
        outcome = event(wang, numbers[name], data, session="wang-1")
        assert outcome.ok and not secret.search(json.dumps(outcome.data, ensure_ascii=False))
    for row in (
        {"do": "open", "talk": kept.id},
        {"do": "rename", "talk": kept.id, "title": "x"},
        {"do": "delete", "talk": kept.id},
    ):
        outcome = event(wang, numbers["act"], ["zh-Hans", None, ""], row, "wang-1")
        assert not secret.search(json.dumps(outcome.data, ensure_ascii=False))
    file = event(wang, numbers["write"], ["zh-Hans"], {"talk": kept.id, "form": "md"}, "wang-1")
    assert not file.ok and "不在" in file.error
    assert store.open(kept.id, "user:mei").title == kept.title


def test_an_answer_is_stopped_half_way_and_kept(folder: Path, numbers: dict[str, int]) -> None:
    class Slow(Growing):
        def stream(self, turn: Turn) -> Iterator[Answer]:
            for snapshot in super().stream(turn):
                yield snapshot
                time.sleep(1.5 if len(snapshot.answer) == 20 else 0)

    with running(Slow(Settings(library=folder)), Door(everybody=True)) as url, httpx.Client(base_url=url) as client:
        body = {"fn_index": numbers["submit"], "session_hash": "s", "data": ["zh-Hans", None, QUESTION]}
        joined = client.post("/gradio_api/queue/join", json=body).json()["event_id"]
        store = ConversationStore(folder)
        owner = "visit:s"
        for _ in range(100):
            time.sleep(0.1)
            kept = store.last(owner)
            if kept and kept.exchanges[0].answer and len(kept.exchanges[0].answer.answer) == 20:
                break
        assert kept and not kept.exchanges[0].done
        cancel = {"session_hash": "s", "fn_index": numbers["submit"], "event_id": joined}
        assert client.post("/gradio_api/cancel", json=cancel).json() == {"success": True}
        # The first end that is told is the cancelled event's.
        _, outcome = (event(client, numbers["halt"], ["zh-Hans", None], session="s") for _ in range(2))
        assert outcome.ok and "没有答完" in json.dumps(outcome.data, ensure_ascii=False)
        stopped = store.open(kept.id, owner).exchanges[0]
        assert stopped.answer and not stopped.done
