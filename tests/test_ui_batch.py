"""Batches of openings: tables and JSON Lines in, a folder and an index out."""

from __future__ import annotations

import csv
import json
import re
from argparse import Namespace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from ingest.errors import UsageError
from rag.app import Rolewright
from rag.brief import Brief
from rag.jd import draft
from rag.jd_types import Draft
from rag.settings import Settings
from ui.draft_batch import INDEX, brief_rows, draft_batch, safe_cell
from ui.export import FORMATS, export


def run(library: Path, source: Path, out: Path, form: str = "txt") -> list[dict[str, str]]:
    """Run a batch and read its index."""
    engine = Rolewright(Settings(library=library)).engine

    def one(row: dict[str, object]) -> Draft:
        return draft(Brief.from_dict(row), engine)

    arguments = Namespace(batch=source, out=out, format=form, quiet=True)
    assert draft_batch(arguments, one, lambda made: export(made, form)) == 0
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_bad_row_is_reported_and_the_rest_goes_on(library: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    rows = [
        {"id": "../../etc/passwd", "title": "售前客服"},
        {"id": "b", "colour": "red"},
        {"id": "c", "title": "售前客服", "must_have": ["限男性"]},
    ]
    source.write_text("\n".join([*map(json.dumps, rows), "{broken", '"text"']), encoding="utf-8")
    index = run(library, source, tmp_path / "out")
    assert list(index[0]) == list(INDEX)
    assert [row["status"] for row in index] == ["complete", "failed", "complete", "failed", "failed"]
    assert "colour" in index[1]["error"] and "JSON" in index[3]["error"]
    assert int(index[2]["illegal"]) >= 1 and "男" in index[2]["worst"] and index[0]["illegal"] == "0"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "0001.txt",
        "0003.txt",
        "in.jsonl",
        "index.csv",
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(library: Path, tmp_path: Path, form: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text("title,location\n售前客服,上海\n", encoding="utf-8")
    index = run(library, source, tmp_path / "out", form)
    assert (tmp_path / "out" / index[0]["file"]).stat().st_size > 200
    assert ("hiringOrganization" in index[0]["missing"]) == (form == "jsonld")


@pytest.mark.parametrize("char", list("=+-@\t\r\uff1d\uff0b\uff0d\uff20"))
def test_no_cell_is_a_formula(char: str) -> None:
    assert safe_cell(f"{char}1+1") == f"'{char}1+1" and safe_cell("1+1") == "1+1" and safe_cell(3) == "3"


def test_formulas_of_a_table_do_not_reach_the_index(library: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,title\n\"=cmd|'/c calc'!A1\",售前客服\n+1,\n@x,售前客服,extra\n", encoding="utf-8")
    index = run(library, source, tmp_path / "out")
    assert [row["id"][:2] for row in index] == ["'=", "'+", "3"]
    assert index[1]["status"] == "failed" and "more cells" in index[2]["error"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_are_read_by_the_names_of_fields_or_labels(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes('id,岗位名称,工作地点,company\n1,售前客服,上海,"一行\n两行"\n,,,\n'.encode(encoding))
    assert brief_rows(source) == [(1, {"id": "1", "title": "售前客服", "location": "上海", "company": "一行\n两行"})]


def test_workbooks(library: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["id", "职务名称", "headcount"], ["a", "售前客服", 2], ["b", None, None]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    index = run(library, tmp_path / "in.xlsx", tmp_path / "out")
    assert [(row["id"], row["status"]) for row in index] == [("a", "complete"), ("b", "failed")]


def test_a_place_that_cannot_be_written(library: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("title\n售前客服\n", encoding="utf-8")
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot write"):
        run(library, tmp_path / "in.csv", tmp_path / "out")
    with pytest.raises(UsageError, match="no such file"):
        brief_rows(tmp_path / "missing.xlsx")


def test_a_formula_without_its_value_is_told_and_one_with_it_is_read(library: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["title", "location"], ["售前客服", '="上"&"海"'], ["售后客服", "杭州"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    index = run(library, tmp_path / "in.xlsx", tmp_path / "out")
    assert [row["status"] == "failed" for row in index] == [True, False]
    assert "formula in column 'location'" in index[0]["error"]
    # A spreadsheet keeps the value that it has worked out beside the formula.
    cell = b'<c r="B2"><f>"\xe4\xb8\x8a"&amp;"\xe6\xb5\xb7"</f><v></v></c>'
    with ZipFile(tmp_path / "in.xlsx") as old, ZipFile(tmp_path / "kept.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = re.sub(
                    rb'<c r="B2"[^>]*><f>.*?</f><v ?/?>(?:</v>)?</c>',
                    cell.replace(b"<c ", b'<c t="str" ').replace(b"<v>", "<v>上海".encode()),
                    data,
                )
            new.writestr(name, data)
    assert brief_rows(tmp_path / "kept.xlsx")[0] == (1, {"title": "售前客服", "location": "上海"})
