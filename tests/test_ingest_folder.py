"""A folder as people have them: which files are read, and what is said of each of the others."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from ingest.document import read_document
from ingest.duplicates import sketch
from ingest.errors import LoadError
from ingest.files import find_files, shown_name
from ingest.loaders import load
from ingest.roles import read_roles
from ingest.sections import split_sections
from ingest.types import IngestReport


def _walk(folder: Path) -> tuple[list[str], dict[str, str], dict[str, str]]:
    report = IngestReport()
    docs = [doc for _, doc, _ in find_files([folder], report)]
    return docs, *({row["doc"]: row["reason"] for row in rows} for rows in (report.failed, report.skipped))


def _write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("电工检修线路。", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("a.doc", ".docx"),
        ("a.pages", ".docx"),
        ("a.xls", ".xlsx"),
        ("a.pptx", ".pdf"),
        ("a.JPG", "OCR"),
        ("a.zip", "unpack"),
        ("a", ".docx"),
        ("a.json", ".docx"),
    ],
)
def test_a_format_that_is_not_read_comes_with_a_next_step(tmp_path: Path, name: str, step: str) -> None:
    _write(tmp_path / "b.txt")
    _write(tmp_path / name)
    docs, failed, skipped = _walk(tmp_path)
    assert (docs, failed) == (["b.txt"], {})
    assert "is not read" in skipped[name] and step in skipped[name]


def test_hidden_files_and_those_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    for name in (".git/a.txt", ".b.txt", "~$c.docx", "__MACOSX/d.txt", "深/层/e.txt", "e.txt.meta.yaml"):
        _write(tmp_path / name)
    assert _walk(tmp_path) == (["深/层/e.txt"], {}, {})


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_never_lead_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    _write(tmp_path / "a.txt")
    for link, target in (
        ("in/up", tmp_path),
        ("b.txt", tmp_path / "a.txt"),
        ("c.txt", tmp_path / "none"),
        ("d.txt", "d.txt"),
    ):
        (tmp_path / link).symlink_to(target)
    docs, failed, skipped = _walk(tmp_path)
    assert (docs, failed) == (["a.txt", "b.txt"], {})
    assert "not followed" in skipped["in/up"] and "nowhere" in skipped["c.txt"] and "nowhere" in skipped["d.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names are Unicode")
def test_a_name_that_is_no_utf_8_is_told_and_stops_nothing(tmp_path: Path) -> None:
    _write(tmp_path / "a.txt")
    _write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "仓库.txt".encode("gbk"))))
    docs, failed, _ = _walk(tmp_path)
    assert docs == ["a.txt"] and "rename" in failed["仓库.txt"]
    assert shown_name(os.fsdecode(b"\xff\xff.txt")) == "\\xff\\xff.txt"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user may read everything")
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    _write(tmp_path / "a.txt")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    docs, failed, _ = _walk(tmp_path)
    locked.chmod(0o700)
    assert docs == ["a.txt"] and "right to read" in failed["locked"]


def test_equal_files_are_folded_however_short(tmp_path: Path) -> None:
    for name in ("a.txt", "b/c.txt"):
        _write(tmp_path / name)
    a, c = (sketch((tmp_path / name).read_text(encoding="utf-8")) for name in ("a.txt", "b/c.txt"))
    assert a == c != sketch("电工检修电路。") and sketch("。") == ""


def test_a_page_that_a_script_draws_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body><div id='root'></div><script>run()</script></body></html>", encoding="utf-8")
    with pytest.raises(LoadError) as error:
        load(path)
    assert "mhtml" in error.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "库管员清点货物。" * 6_000,
        "".join(f"第{n}个回答说库管员清点货物,各不相同。\n发布于 20{10 + n % 14}-03-04\n" for n in range(1_200)),
    ],
    ids=["one name told of again and again", "many answers"],
)
def test_the_catalogue_of_a_long_text_takes_no_square_of_its_length(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    began = time.thread_time()
    document = read_document(path, path.name, "d")
    read_roles(document, split_sections(document.text, document.title, document.posts))
    assert time.thread_time() - began < 8  # it was above 10 and grew by four where the text grew by two
