"""The evaluation and status tabs without a browser: real small runs, kept, compared, deleted; the endpoint tried for real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from eval import history
from eval.cases import load_cases
from eval.run import evaluate
from ingest.errors import UsageError
from rag.app import Rolewright
from rag.conversations import ConversationStore
from rag.settings import Settings
from tests.test_rag_generate import KEY, server  # noqa: F401  (fixture)
from ui.access import rule_of
from ui.chat_handlers import Handlers as Chat
from ui.chat_layout import build_parts
from ui.evaluate_handlers import FILES, Handlers, config
from ui.evaluate_view import case_html, label, run_html, versus_html
from ui.evaluate_words import WORDS
from ui.i18n import Page, say
from ui.status_tab import Handlers as Status
from ui.status_tab import how_html, use_html
from ui.visit import Visit

ATTACK = "<img src=x onerror=alert(1)>"
ROWS: list[dict[str, Any]] = [
    {
        "id": "told",
        "question": "售前客服的主要职责是什么?",
        "type": "plain",
        "answerable": True,
        "gold": [{"doc": "handbook.md", "span": "熟悉全店商品的详细信息"}],
    },
    {"id": "refused", "question": "公司食堂几点开门?", "type": "unanswerable", "answerable": False, "gold": []},
    {
        "id": "missed",
        "question": f"怎么做红烧肉 {ATTACK}",
        "type": "paraphrase",
        "answerable": True,
        "gold": [{"doc": "handbook.md", "span": "打字速度快"}],
    },
]


@pytest.fixture
def app(tmp_path: Path, small_folder: Path) -> Rolewright:
    app = Rolewright(Settings(library=tmp_path / "library"))
    app.ingest([small_folder])
    return app


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def _run(do: Handlers) -> list[list[Any]]:
    return list(do.run("mine.jsonl", "zh-Hans"))


def test_an_uploaded_set_is_run_kept_shown_and_deleted(app: Rolewright, questions: Path) -> None:
    do = Handlers(app)
    assert do.runs("en") == []
    _, chosen = do.add(str(questions), "zh-Hans")
    assert chosen["value"] == "mine.jsonl" and ("mine.jsonl", "mine.jsonl") in chosen["choices"]
    first, *_, last = _run(do)
    assert first[0]["visible"] is False and first[1]["visible"] is True and "0 / 3" in first[2]["value"]
    assert last[0]["visible"] is True and last[2]["visible"] is False
    run = history.runs(app.settings.library)[0]
    assert last[3]["value"] == run.id and (run.set, run.cases) == ("mine.jsonl", 3)
    assert run.config["embedder"] == app.engine.index.embedder and run.config["writer"] == "extractive"
    result, against, more, cases, *files = do.show(run.id, None, "zh-Hans")
    assert "67%" in result["value"] and "<svg" in result["value"] and not against["visible"] and more["visible"]
    assert [name for _, name in cases["choices"]] == ["missed"]
    picked = files.pop()
    assert picked["visible"] and [Path(file["value"]).name for file in files] == list(FILES)
    assert all(Path(file["value"]).stat().st_size > 100 for file in files)
    runs, _ = do.delete(run.id, "zh-Hans")
    assert runs["choices"] == [] and not (app.settings.library / history.FOLDER / run.id).exists()


def test_a_failed_question_is_opened_in_ask(app: Rolewright, questions: Path) -> None:
    do = Handlers(app)
    do.add(str(questions), "en")
    run = _run(do)[-1][3]["value"]
    assert (
        do.opened(run, "missed", "zh-Hans") == (ROWS[2]["question"], ()) and do.opened(run, "gone", "zh-Hans") is None
    )
    detail, button = do.case(run, "missed", "en")
    assert ATTACK not in detail and "&lt;img" in detail and button["visible"]
    assert do.case(run, "gone", "en") == ["", gr.update(visible=False)]


def test_a_follow_up_is_opened_with_what_was_said_before(app: Rolewright, questions: Path) -> None:
    said = [{"role": "user", "content": ROWS[0]["question"]}, {"role": "assistant", "content": "熟悉商品。"}]
    follow = ROWS[2] | {"id": "follow", "question": "它的指标是什么?", "type": "followup", "history": said}
    questions.write_text(json.dumps(follow, ensure_ascii=False), encoding="utf-8")
    do = Handlers(app)
    do.add(str(questions), "en")
    run = _run(do)[-1][3]["value"]
    opened = do.opened(run, "follow", "zh-Hans")
    assert opened is not None and [message.content for message in opened[1]] == [row["content"] for row in said]
    store = ConversationStore(app.settings.library)
    with gr.Blocks():
        chat = Chat(app, store, build_parts(Page()))
    shown = chat.begin(Visit("zh-Hans", "user:mei"), *opened)
    kept = store.open(shown[chat.parts.key], "user:mei")
    assert shown[chat.parts.box] == "它的指标是什么?" and len(shown[chat.parts.chat]) == 2
    assert [(row.question, row.answer and row.answer.answer) for row in kept.exchanges] == [
        (ROWS[0]["question"], "熟悉商品。")
    ]
    assert "取自评测集" in shown[chat.parts.chat][1]["content"], "it is not passed off as an answer given here"
    alone = chat.begin(Visit("zh-Hans", "user:mei"), "别的问题", ())
    assert alone[chat.parts.key] is None and alone[chat.parts.chat] == [] and alone[chat.parts.box] == "别的问题"


def test_a_list_that_is_renewed_keeps_what_is_chosen_meanwhile(app: Rolewright, questions: Path) -> None:
    do = Handlers(app)
    do.add(str(questions), "en")
    for _ in range(2):
        _run(do)
    second, first = (run for _, run in do.runs("en"))
    run, other, sets = do.arrive(second, None, "mine.jsonl", "en")
    assert not any("value" in update for update in (run, other, sets)) and len(run["choices"]) == 2
    assert do.arrive("gone", "gone", "gone", "en")[0]["value"] == second
    run, other = do.delete(second, "en")
    assert run["value"] == first and other["value"] is None and other["choices"] == []


def test_a_run_that_is_cut_off_leaves_nothing(app: Rolewright, questions: Path) -> None:
    do = Handlers(app)
    do.add(str(questions), "en")
    steps = do.run("mine.jsonl", "en")
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert history.runs(app.settings.library) == [] and do.stopped("en")[0]["visible"] is True


def test_a_set_that_does_not_fit_says_so_and_gives_the_button_back(app: Rolewright, tmp_path: Path) -> None:
    do = Handlers(app)
    with pytest.raises(UsageError, match="gold spans"):
        do.cases("bundled_dev")
    with pytest.warns(UserWarning, match="gold spans"):
        steps = list(do.run("bundled_dev", "en"))
    assert len(steps) == 1 and steps[0][0]["visible"] is True
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}", encoding="utf-8")
    with pytest.warns(UserWarning, match="line 1"):
        do.add(str(broken), "en")
    assert history.sets(app.settings.library) == []
    with pytest.raises(UsageError):
        do.cases("../current.json")


def test_two_runs_are_held_against_each_other(app: Rolewright, questions: Path) -> None:
    cases, library = load_cases(questions), app.settings.library
    report = evaluate(app, cases)
    before = history.keep(library, report, "mine.jsonl", config(app))
    worse = json.loads(json.dumps(report.to_dict()))
    worse["rows"][0]["scores"]["ok"], worse["means"]["ok"] = 0.0, 1 / 3
    changes = history.versus(worse, report.to_dict())
    assert changes == {"wins": [], "losses": ["told"], "ties": ["refused", "missed"]}
    html = versus_html(worse, report.to_dict(), changes, label(before, "en"), "en")
    assert "Worse (1)" in html and "-33.3" in html and "rw-worse" in html
    after = history.keep(library, report, "mine.jsonl", config(app))
    shown = Handlers(app).show(after.id, before.id, "zh-Hans")[1]
    assert shown["visible"] and "不变 3" in shown["value"]


def test_runs_are_named_by_time_and_no_other_folder_can_be_reached(app: Rolewright, questions: Path) -> None:
    library = app.settings.library
    kept = history.keep(library, evaluate(app, load_cases(questions)), "mine.jsonl", config(app))
    (library / history.FOLDER / "20200101T000000Z-0000").mkdir()
    assert [run.id for run in history.runs(library)] == [kept.id]
    for name in ("..", "../generations", "sets", "", "20200101T000000Z-ffff"):
        with pytest.raises(UsageError):
            history.delete(library, name)
    assert library.joinpath("current.json").exists()


def test_a_table_of_questions(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,question,doc,span\na,Q1,d.md,one\na,,d.md,two\nb,Q2,,\n", encoding="utf-8-sig")
    first, second = load_cases(path)
    assert [gold.span for gold in first.gold] == ["one", "two"] and first.answerable and first.type == "plain"
    assert second.type == "unanswerable" and not second.answerable and second.split == "test"


def test_every_language_tells_the_run(app: Rolewright, questions: Path) -> None:
    report = evaluate(app, load_cases(questions))
    run = history.keep(app.settings.library, report, f"{ATTACK}.jsonl", config(app))
    texts = [run_html(run, report.to_dict(), language) for language in ("zh-Hans", "zh-Hant", "en")]
    assert len(set(texts)) == 3 and all(ATTACK not in text for text in texts)
    assert ATTACK not in case_html(report.to_dict()["rows"][2], "en")
    assert all(say(key, "en") and say(key, "zh-Hant") for key in WORDS)


def test_running_is_for_admins_and_looking_for_readers(app: Rolewright) -> None:
    do, status = Handlers(app), Status(app)
    assert {rule_of(handler).role for handler in (do.run, do.add, do.delete, status.check, status.endpoint)} == {
        "admin"
    }
    assert {rule_of(handler).role for handler in (do.show, do.arrive, do.case, do.stopped, status.look)} == {"reader"}


def test_status_tells_what_is_in_use_and_never_a_key(app: Rolewright) -> None:
    settings = Settings(
        library=app.settings.library, model="tiny", api_key=KEY, base_url="http://me:hidden@127.0.0.1:9/v1?key=hidden"
    )
    html = use_html(Rolewright(settings), "en") + how_html(settings, "en")
    assert KEY not in html and "hidden" not in html
    assert "http://127.0.0.1:9/v1" in html and app.engine.index.generation in html and "tiny" in html
    key = how_html(settings, "en").split("OPENAI_API_KEY")[1].split("</dd>")[0]
    assert key.endswith(">set") and how_html(app.settings, "en").count("not set") >= 4
    empty = Rolewright(Settings(library=app.settings.library / "nothing"))
    assert "index" in use_html(empty, "en")


def test_the_self_check_says_what_to_do(app: Rolewright) -> None:
    html = Status(Rolewright(Settings(library=app.settings.library / "nothing"))).check("en")
    assert "failed" in html and "What to do" in html and "rolewright ingest" in html


def test_the_endpoint_is_tried(app: Rolewright, server: Any) -> None:  # noqa: F811
    settings = Settings(library=app.settings.library, model="tiny", api_key=KEY, base_url=server.url)
    html = Status(Rolewright(settings)).endpoint("en")
    assert "answered in" in html and len(server.requests) == 1
    server.behave = lambda handler: handler.send_error(401)
    html = Status(Rolewright(settings)).endpoint("en")
    assert "HTTP 401" in html and "What to do" in html and KEY not in html
    assert "No model is configured" in Status(app).endpoint("en")


def test_there_is_nothing_to_choose_before_the_first_run(small_folder: Path, tmp_path: Path) -> None:
    app = Rolewright(Settings(library=tmp_path))
    app.ingest([small_folder])
    assert Handlers(app).show(None, None, "en")[-1]["visible"] is False
