"""The conversations of a library: real SQLite files, real answers, several owners and writers."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import LibraryError, UsageError
from rag.app import Rolewright
from rag.conversations import MAX_TITLE, ConversationStore
from rag.settings import Settings
from rag.types import Answer, Message, Turn

QUESTION = "售前客服的主要职责是什么?"
MEI, WANG = "user:mei", "browser:wang"


@pytest.fixture(scope="module")
def answer(library: Path) -> Answer:
    return Rolewright(Settings(library=library)).ask(Turn(QUESTION))


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "library")


def asked(store: ConversationStore, answer: Answer, owner: str = MEI, question: str = QUESTION) -> str:
    """A kept conversation of one exchange."""
    key = store.ask(None, owner, question).id
    store.tell(key, owner, 1, answer, done=True)
    return key


def test_an_answer_comes_back_as_it_was(store: ConversationStore, answer: Answer) -> None:
    key = asked(store, answer)
    row = ConversationStore(store.path.parent).open(key, MEI).exchanges[0]
    assert answer.citations and answer.hits and row.done and row.question == QUESTION
    assert row.answer == replace(answer, hits=(), ms=row.answer.ms, confidence=row.answer.confidence)  # type: ignore[union-attr]
    assert [citation.to_dict() for citation in row.answer.citations] == [c.to_dict() for c in answer.citations]  # type: ignore[union-attr]


def test_a_question_is_kept_before_its_answer_and_the_answer_while_it_grows(
    store: ConversationStore, answer: Answer
) -> None:
    key = store.ask(None, MEI, QUESTION).id
    assert store.open(key, MEI).exchanges[0].answer is None
    store.tell(key, MEI, 1, replace(answer, answer="甲", citations=()))
    half = store.open(key, MEI)
    assert half.exchanges[0].answer and half.exchanges[0].answer.answer == "甲" and not half.exchanges[0].done
    store.tell(key, MEI, 1, answer, done=True)
    store.ask(key, MEI, "它的指标?")
    whole = store.open(key, MEI)
    assert [row.n for row in whole.exchanges] == [1, 2] and whole.exchanges[0].done
    assert whole.before(2) == (Message("user", QUESTION), Message("assistant", answer.answer))
    assert whole.before(3) == whole.before(2), "a question without an answer is no history"


def test_nobody_sees_or_changes_what_is_another_owners(store: ConversationStore, answer: Answer) -> None:
    key = asked(store, answer)
    assert store.rows(WANG) == [] and store.last(WANG) is None and store.rows(WANG, "职责") == []
    for act in (
        lambda: store.open(key, WANG),
        lambda: store.ask(key, WANG, "x"),
        lambda: store.tell(key, WANG, 1, answer),
        lambda: store.rename(key, WANG, "x"),
        lambda: store.rate(key, WANG, 1, "down", "x"),
        lambda: store.remove(key, WANG),
    ):
        with pytest.raises(UsageError, match="there is no conversation"):
            act()
    kept = store.open(key, MEI)
    assert len(kept.exchanges) == 1 and kept.exchanges[0].rating is None and kept.title == QUESTION


def test_the_list_is_searched_in_any_script(store: ConversationStore, answer: Answer) -> None:
    duties = asked(store, answer)
    other = asked(store, replace(answer, answer="没有", citations=()), question="公司食堂几点开门")
    assert [row.id for row in store.rows(MEI)] == [other, duties]
    assert [row.id for row in store.rows(MEI, "商品")] == [duties], "what was answered"
    assert [row.id for row in store.rows(MEI, "  主要職責 ")] == [duties], "what was asked, in the other script"
    assert [row.id for row in store.rows(MEI, "%")] == [] and store.rows(MEI, "火箭") == []
    store.rename(other, MEI, "Canteen  hours")
    assert [row.title for row in store.rows(MEI, "canteen")] == ["Canteen hours"]
    with pytest.raises(UsageError, match="title is empty"):
        store.rename(other, MEI, " \n")
    assert len(store.rename(other, MEI, "长" * 500).title) == MAX_TITLE


def test_the_last_one_opened_comes_back(store: ConversationStore, answer: Answer) -> None:
    first, second = asked(store, answer), asked(store, answer)
    last = store.last(MEI)
    assert last and last.id == second
    store.open(first, MEI)
    assert (again := store.last(MEI)) and again.id == first
    store.remove(first, MEI)
    assert (left := store.last(MEI)) and left.id == second
    with pytest.raises(UsageError):
        store.remove(first, MEI)


def test_a_rating_is_kept_until_the_question_is_asked_anew(store: ConversationStore, answer: Answer) -> None:
    key = asked(store, answer)
    assert store.rate(key, MEI, 1, "down", " 不\n完整 ").exchanges[0].reason == "不 完整"
    row = store.open(key, MEI).to_dict()["exchanges"][0]
    assert (row["rating"], row["answer"]["status"], "hits" in row["answer"]) == ("down", "answered", False)
    assert store.rate(key, MEI, 1, None).exchanges[0].rating is None
    store.rate(key, MEI, 1, "up")
    assert store.tell(key, MEI, 1, None).rating is None
    with pytest.raises(UsageError, match="no answer yet"):
        store.rate(key, MEI, 1, "up")
    with pytest.raises(UsageError, match="no question 7"):
        store.rate(key, MEI, 7, "up")


def test_two_windows_ask_at_once(store: ConversationStore, answer: Answer) -> None:
    key = asked(store, answer)
    threads = [threading.Thread(target=store.ask, args=(key, MEI, f"问题{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = store.open(key, MEI).exchanges
    assert [row.n for row in rows] == list(range(1, 10)) and len({row.question for row in rows}) == 9


def test_a_file_of_a_newer_program_or_no_file_at_all(store: ConversationStore, tmp_path: Path) -> None:
    store.ask(None, MEI, QUESTION)
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="newer program"):
        store.rows(MEI)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / store.path.name).write_bytes(b"no database at all" * 99)
    with pytest.raises(LibraryError, match=r"the conversations in .* cannot be used"):
        ConversationStore(tmp_path / "broken").rows(MEI)
