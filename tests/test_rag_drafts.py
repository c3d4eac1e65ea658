"""The drafts of a library: transactions, undo, versions, decisions, owners, stale sources, several threads and processes."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.errors import LibraryError, UsageError
from rag import revise
from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.draft_json import draft_from_dict
from rag.draft_rows import STEPS
from rag.drafts import FILE, DraftStore
from rag.jd import draft
from rag.renew import recite
from rag.settings import Settings
from rag.work import Kept, Work, unsettled

ME, OTHER = "browser:me", "browser:other"


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path)


def new(store: DraftStore, engine: Engine, owner: str = ME) -> str:
    brief = Brief(title="售前客服", salary="8-10k", must_have=("会打字",))
    return store.create(owner, Work.of(draft(brief, engine)), engine.index.documents)


def test_a_draft_is_kept_as_it_is(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    work = Work.of(draft(Brief(title="售前客服", salary="8-10k", must_have=("会打字",)), engine))
    saved = store.open(key, ME)
    assert saved.work.draft.to_dict() | {"ms": 0} == work.draft.to_dict() | {"ms": 0}
    assert (saved.state, saved.title, saved.versions, saved.can_undo) == ("draft", "售前客服", (), False)
    row = json.loads(json.dumps(saved.to_dict()))
    assert draft_from_dict(row["draft"]).text == work.draft.text and row["digests"] == {
        "handbook.md": engine.index.documents["handbook.md"].digest
    }


def test_changes_are_steps(store: DraftStore, engine: Engine) -> None:
    key, documents = new(store, engine), engine.index.documents
    first = store.open(key, ME).work
    store.change(key, ME, lambda work: revise.edit(work, 2, "一"), documents)
    saved = store.change(key, ME, lambda work: revise.edit(work, 2, "二"), documents)
    assert saved.work.line(2).text == "二" and saved.can_undo and not saved.can_redo
    assert store.undo(key, ME).work.line(2).text == "一"
    back = store.undo(key, ME)
    assert back.work == first and not back.can_undo and store.undo(key, ME).work == first
    assert store.undo(key, ME, back=False).work.line(2).text == "一"
    forked = store.change(key, ME, lambda work: revise.edit(work, 2, "三"), documents)
    assert not forked.can_redo and store.undo(key, ME, back=False).work.line(2).text == "三"
    store.change(key, ME, lambda work: revise.set_head(work, "title", "客服"), documents)
    assert store.rows(ME)[0].title == "客服" and store.undo(key, ME).title == store.rows(ME)[0].title == "售前客服"
    forked = store.open(key, ME)
    # A change that changes nothing is no step.
    assert store.change(key, ME, lambda work: work, documents).updated == forked.updated


def test_steps_do_not_grow_without_end(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    for number in range(STEPS + 10):
        store.change(key, ME, lambda work, n=number: revise.edit(work, 2, f"第{n}次"), engine.index.documents)
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM steps").fetchone()[0] == STEPS


def test_a_failed_change_leaves_the_draft(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    before = store.open(key, ME)

    def broken(work: Work) -> Work:
        raise UsageError("no", "no")

    with pytest.raises(UsageError):
        store.change(key, ME, broken, engine.index.documents)
    assert store.open(key, ME) == before


def test_drafts_belong_to_their_owner(store: DraftStore, engine: Engine) -> None:
    mine, theirs = new(store, engine), new(store, engine, OTHER)
    assert [row.id for row in store.rows(ME)] == [mine] and {row.id for row in store.rows(None)} == {mine, theirs}
    for call in (
        lambda: store.open(theirs, ME),
        lambda: store.change(theirs, ME, lambda work: work, engine.index.documents),
        lambda: store.save(theirs, ME, "x"),
        lambda: store.version(theirs, ME, 1),
        lambda: store.decide(theirs, ME, "in_review", "x"),
        lambda: store.undo(theirs, ME),
        lambda: store.remove(theirs, ME),
        lambda: store.open("' OR 1=1 --", None),
    ):
        with pytest.raises(UsageError, match="no draft"):
            call()
    assert store.open(theirs, None).owner == OTHER


def test_versions_are_for_good(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    store.save(key, ME, "甲", "第一版")
    assert [row.n for row in store.save(key, ME, "甲").versions] == [1], "the same state is not saved twice"
    store.change(key, ME, lambda work: revise.set_field(work, "salary", "9-12k"), engine.index.documents)
    saved = store.save(key, ME, "乙")
    assert [(row.n, row.author, row.note) for row in saved.versions] == [(1, "甲", "第一版"), (2, "乙", "")]
    assert store.version(key, ME, 1).draft.brief.salary == "8-10k"
    assert store.restore(key, ME, 1).work.draft.brief.salary == "8-10k"
    assert store.undo(key, ME).work.draft.brief.salary == "9-12k" and len(store.open(key, ME).versions) == 2
    with pytest.raises(UsageError, match="no version 7"):
        store.version(key, ME, 7)


def test_decisions_have_a_name_a_time_and_a_version(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    store.decide(key, ME, "in_review", "甲")
    saved = store.decide(key, ME, "approved", " 乙 ")
    assert saved.state == "approved"
    assert [(row.name, row.state, row.version) for row in saved.decisions] == [
        ("甲", "in_review", 1),
        ("乙", "approved", 1),
    ]
    assert saved.decisions[0].at <= saved.decisions[1].at and saved.decisions[1].at.endswith("+00:00")
    changed = store.change(key, ME, lambda work: revise.edit(work, 2, "改了"), engine.index.documents)
    assert changed.state == "draft" and len(changed.decisions) == 2, (
        "what is approved is that version, not what follows"
    )
    for state, name in (("published", "甲"), ("approved", " "), ("approved", "x" * 200)):
        with pytest.raises(UsageError):
            store.decide(key, ME, state, name)


def test_unlawful_wording_is_settled_before_approval(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    store.change(key, ME, lambda work: revise.add(work, "nice_to_have", "男性优先"), engine.index.documents)
    with pytest.raises(UsageError, match="男性优先"):
        store.decide(key, ME, "approved", "甲")
    found = unsettled(store.open(key, ME).work)[0]
    kept = Kept(found.rule, found.text, "测试", "甲", "2026-11-23")
    store.change(key, ME, lambda work: revise.keep(work, kept), engine.index.documents)
    assert store.decide(key, ME, "approved", "甲").state == "approved"


def test_a_draft_is_stale_when_a_cited_document_changed(small_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "documents"
    shutil.copytree(small_folder, source)
    app = Rolewright(Settings(library=tmp_path / "library"))
    app.ingest([source])
    store = DraftStore(tmp_path / "library")
    key = new(store, app.engine)
    assert store.open(key, ME).stale(app.engine.index.documents) == []
    book = source / "handbook.md"
    book.write_text(
        book.read_text(encoding="utf-8").replace("1. 熟悉全店商品的详细信息。", "1. 了解商品。"), encoding="utf-8"
    )
    app.ingest([source])
    documents = app.engine.index.documents
    assert store.open(key, ME).stale(documents) == ["handbook.md"]
    # A change of another line does not hide it; checking the citations does, and finds what is gone.
    assert store.change(key, ME, lambda work: revise.edit(work, 1, "目的"), documents).stale(documents) == [
        "handbook.md"
    ]
    checked = store.change(key, ME, lambda work: recite(work, app.engine), documents, checked=True)
    assert checked.stale(documents) == []
    assert [line.text for line in checked.work.lines if line.source == "suggested"] == ["熟悉全店商品的详细信息。"]
    for citation in checked.work.draft.citations:
        assert app.document_text(citation.doc)[citation.start : citation.end] == citation.quote
    app.remove(["handbook.md"])
    assert checked.stale(app.engine.index.documents) == ["handbook.md"]


def test_threads_do_not_lose_changes(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)

    def add(number: int) -> None:
        store.change(key, ME, lambda work: revise.add(work, "benefits", f"福利{number}"), engine.index.documents)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(24)))
    found = {line.text for line in store.open(key, ME).work.section("benefits")}
    assert found == {f"福利{number}" for number in range(24)}


def _add_lines(folder: Path, key: str, name: str) -> None:
    store = DraftStore(folder)
    for number in range(8):
        store.change(key, ME, lambda work, n=number: revise.add(work, "benefits", f"{name}{n}"), {})


def test_processes_do_not_lose_changes(store: DraftStore, engine: Engine, tmp_path: Path) -> None:
    key = new(store, engine)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_lines, args=(tmp_path, key, name)) for name in ("甲", "乙")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert len(store.open(key, ME).work.section("benefits")) == 16


def test_a_deleted_draft_is_gone_with_everything(store: DraftStore, engine: Engine) -> None:
    key = new(store, engine)
    store.decide(key, ME, "in_review", "甲")
    store.remove(key, ME)
    assert store.rows(ME) == []
    with sqlite3.connect(store.path) as connection:
        for table in ("drafts", "steps", "versions", "decisions"):
            assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 0


def test_a_newer_or_broken_file_is_an_error_with_a_hint(store: DraftStore, engine: Engine, tmp_path: Path) -> None:
    new(store, engine)
    with sqlite3.connect(store.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="newer") as caught:
        store.rows(ME)
    assert caught.value.hint
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / FILE).write_bytes(b"this is no database " * 100)
    with pytest.raises(LibraryError, match="cannot be used"):
        DraftStore(tmp_path / "broken").rows(ME)
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="cannot be used"):
        DraftStore(tmp_path / "file").rows(ME)
