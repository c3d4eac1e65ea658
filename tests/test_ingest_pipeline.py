"""Ingest as a user meets it: twice is once, a change replaces, a bad file never stops the rest, the last good index stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from ingest.errors import IndexMismatch, LibraryError, NoIndexError
from ingest.generation import GenerationWriter
from ingest.pipeline import ingest, remove
from ingest.script import fold
from ingest.store import LAYOUT, Library
from ingest.types import IngestReport

EMBEDDER = DeterministicFakeEmbedding(size=16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    (root / "deep").mkdir(parents=True)
    (root / "a.md").write_text("# 客服部\n\n职责:\n\n1. 回应咨询。\n2. 处理投诉。\n", encoding="utf-8")
    (root / "deep" / "b.txt").write_text("数据分析师收集店铺数据,形成报表。", encoding="utf-8")
    return root


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def _ingest(library: Library, *paths: Path, name: str = "fake", **options: bool) -> IngestReport:
    return ingest(list(paths), library, EMBEDDER, name=name, **options)


def test_ingest_twice_is_once(library: Library, folder: Path) -> None:
    first = _ingest(library, folder)
    assert first.added == ["a.md", "deep/b.txt"] and first.chunks == 2
    generation = library.current()
    second = _ingest(library, folder)
    assert second.unchanged == ["a.md", "deep/b.txt"] and not second.added
    assert (library.current(), second.chunks) == (generation, first.chunks)


def test_a_changed_file_replaces_its_chunks(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    (folder / "a.md").write_text("# 客服部\n\n只回应电话。\n", encoding="utf-8")
    report = _ingest(library, folder)
    assert (report.updated, report.unchanged) == (["a.md"], ["deep/b.txt"])
    texts = [chunk.text for chunk in library.open().chunks]
    assert any("电话" in text for text in texts) and not any("投诉" in text for text in texts)


def test_sync_removes_what_is_gone_and_nothing_else(library: Library, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("法务部审核合同。", encoding="utf-8")
    _ingest(library, folder, other)
    (folder / "a.md").unlink()
    assert _ingest(library, folder).removed == []
    assert _ingest(library, folder, sync=True).removed == ["a.md"]
    assert set(library.open().documents) == {"deep/b.txt", "other.txt"}


def test_remove(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    with pytest.raises(LibraryError, match=r"nothing\.md"):
        remove(["a.md", "nothing.md"], library, EMBEDDER)
    assert remove(["a.md"], library, EMBEDDER).removed == ["a.md"]
    assert list(library.open().documents) == ["deep/b.txt"]


def test_stored_text_and_chunks_agree(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    index = library.open()
    for chunk in index.chunks:
        assert index.text(chunk.doc)[chunk.start : chunk.end] == chunk.text
    rows = list(index.vectors.rows())
    assert np.asarray([row.vector for row in rows]).shape == (3, 16)


def test_line_ends_of_the_platform_do_not_move_offsets(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "crlf.txt"
    file.write_bytes("第一行内容很长。\r\n\r\n第二行内容很长。\r\n".encode())
    _ingest(library, file)
    index = library.open()
    assert all(index.text(chunk.doc)[chunk.start : chunk.end] == chunk.text for chunk in index.chunks)


def test_vectors_are_not_computed_twice(library: Library, folder: Path) -> None:
    calls: list[list[str]] = []

    class Counting(DeterministicFakeEmbedding):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            calls.append(texts)
            return super().embed_documents(texts)

    ingest([folder], library, Counting(size=16), name="fake")
    (folder / "c.txt").write_text("财务部编制报表,控制预算。", encoding="utf-8")
    ingest([folder], library, Counting(size=16), name="fake")
    assert len(calls) == 2 and len(set(calls[0])) == len(calls[0])
    assert calls[1] == [fold("财务部编制报表,控制预算。")]  # the new document's one sentence, below no heading


def test_bad_files_are_reported_and_the_rest_goes_on(library: Library, folder: Path) -> None:
    (folder / "empty.txt").write_text(" \n", encoding="utf-8")
    (folder / "binary.txt").write_bytes(os.urandom(4096))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "broken.docx").write_bytes(b"PK nothing")
    (folder / "gbk.txt").write_bytes("客服主管统筹客服团队的管理与流程优化,负责培训。".encode("gbk"))
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    report = _ingest(library, folder)
    assert {row["doc"] for row in report.failed} == {"empty.txt", "binary.txt", "broken.pdf", "broken.docx"}
    assert all(row["reason"] for row in report.failed)
    assert report.skipped[0]["doc"] == "photo.jpg"
    assert "客服主管" in library.open().text("gbk.txt")


def test_a_file_that_breaks_keeps_its_last_good_version(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    (folder / "a.md").write_bytes(b"\x00\x01\x02" * 100)
    report = _ingest(library, folder)
    assert report.failed[0]["doc"] == "a.md" and "投诉" in library.open().text("a.md")


def test_a_folder_without_documents(library: Library, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert "no documents" in _ingest(library, tmp_path / "none").failed[0]["reason"]


def test_a_huge_file_is_refused_quickly(library: Library, folder: Path) -> None:
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(50 * 2**20)
    assert "50 MiB" in _ingest(library, folder).failed[0]["reason"]


def test_two_folders_with_the_same_name_do_not_overwrite_each_other(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    _ingest(library, folder)
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "a.md").write_text("另一份文件。", encoding="utf-8")
    report = _ingest(library, twin)
    assert report.failed[0]["doc"] == "a.md" and "投诉" in library.open().text("a.md")


def test_another_embedder_is_refused_until_rebuild(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    with pytest.raises(IndexMismatch, match="fake"):
        _ingest(library, folder, name="other")
    assert library.open().embedder == "fake"
    assert _ingest(library, folder, name="other", rebuild=True).updated
    assert library.open().embedder == "other"


def test_an_older_layout_is_refused_until_rebuild(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    manifest = library.folder / "generations" / str(library.current()) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"layout": {LAYOUT}', '"layout": 0'))
    with pytest.raises(IndexMismatch, match="layout"):
        _ingest(library, folder)
    assert _ingest(library, folder, rebuild=True).added


def test_nothing_indexed_yet(library: Library) -> None:
    with pytest.raises(NoIndexError) as caught:
        library.open()
    assert "rolewright ingest" in caught.value.hint


def test_a_damaged_pointer_is_named(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    (library.folder / "current.json").write_text("{", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"current\.json"):
        library.open()
    assert _ingest(library, folder, rebuild=True).added and library.open().chunks


def test_a_crash_leaves_the_last_good_generation(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ingest(library, folder)
    served = library.current()
    (folder / "c.txt").write_text("财务部编制报表,控制预算。", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(GenerationWriter, "_switch", full)
        with pytest.raises(LibraryError, match="No space left"):
            _ingest(library, folder)
    assert library.current() == served and "c.txt" not in library.open().documents
    assert _ingest(library, folder).added == ["c.txt"]


def test_a_read_only_library_is_still_served(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ingest(library, folder)
    index = library.open()
    monkeypatch.setattr(os, "access", lambda *_: False)
    served = index.vectors._readable_folder()
    assert served != index.folder / "chroma" and len(index.chunks) == 2


def test_old_generations_are_cleaned_up(library: Library, folder: Path) -> None:
    for text in ("一号内容在此。", "二号内容在此。", "三号内容在此。", "四号内容在此。"):
        (folder / "a.md").write_text(text, encoding="utf-8")
        _ingest(library, folder)
    assert len(list((library.folder / "generations").iterdir())) == 2


def test_one_ingest_at_a_time(library: Library, folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest.store import LAYOUT, Library\n"
        "with Library(Path(sys.argv[1])).lock():\n  print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(library.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryError, match="another ingest"):
            _ingest(library, folder)
    finally:
        holder.communicate("")
    assert _ingest(library, folder).added


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work differently")
def test_a_read_only_library(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with pytest.raises(LibraryError) as caught:
        _ingest(Library(file / "library"), folder)
    assert "--library" in caught.value.hint
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):
        pytest.skip("this user writes everywhere")
    with pytest.raises(LibraryError) as caught:
        _ingest(Library(locked / "library"), folder)
    assert "--library" in caught.value.hint


ARTICLE = "".join(
    f"第{number}条:运营部门负责第{number}类商品的上架、定价与促销,并把结果写进报表。\n" for number in range(20)
)


def test_the_same_article_from_two_sites_is_one_source(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "b.txt").write_text(f"首页 | 登录 | 注册\n{ARTICLE}点赞\n", encoding="utf-8")
    report = _ingest(library, folder)
    assert report.duplicates == [{"doc": "b.txt", "of": "a.txt"}]
    index = library.open()
    assert {chunk.doc for chunk in index.chunks} == {"a.txt"}
    assert index.documents["a.txt"].also == ("b.txt",) and index.documents["b.txt"].duplicate_of == "a.txt"
    assert _ingest(library, folder).unchanged == ["a.txt", "b.txt"]
    # When the first leaves, the second takes its place.
    (folder / "a.txt").unlink()
    assert _ingest(library, folder, sync=True).removed == ["a.txt"]
    assert {chunk.doc for chunk in library.open().chunks} == {"b.txt"}


def test_a_new_edition_is_no_duplicate(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "editions"
    folder.mkdir()
    (folder / "2022.md").write_text(f"---\nyear: 2022\n---\n{ARTICLE}", encoding="utf-8")
    (folder / "2023.md").write_text(f"---\nyear: 2023\n---\n{ARTICLE}", encoding="utf-8")
    assert not _ingest(library, folder).duplicates


def test_what_cleaning_took_is_kept_and_much_of_it_is_reported(library: Library, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("登录 | 注册\n负责运营。\n最新文档\n" + "某地招聘公告汇编\n" * 10, encoding="utf-8")
    report = _ingest(library, page)
    assert report.warnings[0]["doc"] == "page.txt" and "--diff" in report.warnings[0]["reason"]
    index = library.open()
    assert index.text("page.txt") == "负责运营。"
    assert "[-登录 | 注册-]  (page-words" in index.diff("page.txt")
    (tmp_path / "other.txt").write_text("法务部审核合同。", encoding="utf-8")
    _ingest(library, tmp_path / "other.txt")
    assert "page-words" in library.open().diff("page.txt"), "kept from generation to generation"


def test_a_new_cleaning_rule_reads_the_documents_again(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    library.cleaning_rules.mkdir()
    (library.cleaning_rules / "mine.yaml").write_text(
        "rules: [{name: mine, kind: line, patterns: ['.*形成报表。']}, {name: keep, kind: line, patterns: ['x']}]",
        encoding="utf-8",
    )
    report = _ingest(library, folder)
    assert report.updated == ["a.md"] and report.failed[0]["doc"] == "deep/b.txt"


def test_progress_counts_files_and_chunks(library: Library, folder: Path) -> None:
    seen: list[tuple[int, int, int]] = []
    ingest([folder], library, EMBEDDER, name="fake", progress=lambda *row: seen.append(row))
    assert seen[-1] == (2, 2, 2) and seen == sorted(seen)


def test_a_sidecar_is_no_document_and_changes_its_own(library: Library, folder: Path) -> None:
    _ingest(library, folder)
    (folder / "deep" / "b.txt.meta.yaml").write_text("title: 数据岗位\n", encoding="utf-8")
    report = _ingest(library, folder)
    assert report.updated == ["deep/b.txt"] and not report.skipped
    assert library.open().documents["deep/b.txt"].title == "数据岗位"
