"""Titles, authors and sources, where documents do not say them outright."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import read_document
from ingest.metadata import source_of
from ingest.titles import title_of

LONG = "为了让新员工尽快上手,本店把每个岗位的分工写成了下面的说明。" + "收银员核对每一笔款项并在交班时签字。" * 6


@pytest.mark.parametrize(
    ("text", "doc", "title"),
    [
        ("# 门店手册\n正文。", "a.txt", "门店手册"),
        ("门店手册\n正文。", "店长岗位职责.txt", "门店手册"),
        (LONG, "scan_0007.txt", "本店把每个岗位的分工写成了下面的说明"),
        (LONG, "75b4cfb3d69b32bf.txt", "本店把每个岗位的分工写成了下面的说明"),
        (LONG, "新建文本文档 (2).txt", "本店把每个岗位的分工写成了下面的说明"),
        (LONG, "hr/门店岗位说明_2023.txt", "门店岗位说明 2023"),
        (LONG, "sina-blog-page.txt", "本店把每个岗位的分工写成了下面的说明"),
        ("收银员核对每一笔款项并签字。\n补货员补货。", "超市岗位分工.txt", "超市岗位分工"),
        ("The night porter watches the door and signs parcels in. " * 3, "porter duties.txt", "porter duties"),
        ("In a small hotel, the night porter watches the door. " * 3, "a.txt", "the night porter watches the door"),
        ("收银员" * 60, "a.txt", "收银员" * 13 + "收"),
        ("", "a.txt", "a.txt"),
    ],
)
def test_title_of(text: str, doc: str, title: str) -> None:
    assert title_of(text, doc) == title


def test_the_head_of_all_pages_is_the_title() -> None:
    heads = ["海悦酒店员工手册  第 1 页", "海悦酒店员工手册  第 2 页", "海悦酒店员工手册  第 3 页"]
    assert title_of("礼宾员\n搬运行李。", "a.pdf", heads) == "海悦酒店员工手册"
    assert title_of("礼宾员\n搬运行李。", "a.pdf", ["- 1 -", "- 2 -", "- 3 -"]) == "礼宾员"
    assert title_of("礼宾员\n搬运行李。", "a.pdf", ["内部资料 1", "内部资料 2", "内部资料 3"]) == "礼宾员"


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("2014-03-05 10:00:00来源:晨光网作者:李明", "晨光网"),
        ("来源\uff1a江城晚報 編輯\uff1a王五", "江城晚報"),
        ("来源:网络", None),
        ("发布于 2014-03-05", None),
    ],
)
def test_source_of(line: str, source: str | None) -> None:
    assert source_of(line) == source


def test_a_page_takes_the_title_that_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    body = "<p>教研员打磨课件，并标注每道题的难度、考点和常见错因，供题库组入库使用。</p>" * 3
    path.write_text(
        "<html><head><title>教研员在研什么？ - 某乎</title></head><body><header><h1>灯下专栏</h1></header>"
        f"<article><h1>教研员在研什么？</h1><div class='AuthorInfo'><a>灯火</a><div>八年教研</div></div>{body}</article></body></html>",
        encoding="utf-8",
    )
    document = read_document(path, path.name, "")
    assert (document.title, document.author) == ("教研员在研什么？", "灯火")
    assert "八年教研" not in document.text


def test_answers_of_a_saved_page_have_their_authors_and_years(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    answers = "".join(
        f"<div class='AuthorInfo'><a>{name}</a><div>某公司</div></div><div><p>{(name + '的装配工按图装配齿轮箱,并记录每次扭矩。') * 8}</p></div>"
        f"<div><span>发布于 {year}-03-04</span></div>"
        for name, year in (("林一舟", 2020), ("何小满", 2021))
    )
    path.write_text(
        f"<html><head><title>装配工做什么？</title></head><body><h1>装配工做什么？</h1>{answers}</body></html>", "utf-8"
    )
    document = read_document(path, path.name, "")
    assert [(post.author, post.year) for post in document.posts] == [("林一舟", 2020), ("何小满", 2021)]
    assert (document.author, document.year) == (None, None)
