"""Every format is read from a real file, every bad file is refused with a message and a next step."""

from __future__ import annotations

import base64
import io
import logging
import os
import random
import re
import zipfile
from collections.abc import Callable, Iterable
from email.encoders import encode_base64, encode_quopri
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest import decode, loaders, package
from ingest.errors import LoadError
from ingest.loaders import LOADERS, MAX_BYTES, SUFFIXES, load
from ingest.types import LoadedFile

HANS = {
    "ten": "客服主管统筹客服团队",
    "fifty": "客服部负责回应用户的咨询与投诉\uff0c维护公司的口碑\uff0c是店铺与客户之间的桥梁\uff1b数据分析师收集店铺数据\uff0c形成每月报表。",
    "list": "岗位职责\uff1a\n1、熟悉全店商品的详细信息\uff1b\n2、快速而礼貌地回应客户的咨询\uff1b\n3、处理退款与差评。",
    "mixed": "SEO 专员 (SEO Specialist): 优化网站结构\uff0c提升 Google 自然流量\uff0cKPI 为月度 UV。",
    "names": "投诉专员、客服培训师、视觉设计、仓储物流、采购经理、薪酬绩效、法务合规",
}
HANT = {
    "ten": "客服主管統籌客服團隊",
    "fifty": "客服部負責回應用戶的諮詢與投訴\uff0c維護公司的口碑\uff0c是店鋪與客戶之間的橋樑\uff1b數據分析師收集店鋪數據\uff0c形成每月報表。",
    "list": "崗位職責\uff1a\n1、熟悉全店商品的詳細資訊\uff1b\n2、快速而禮貌地回應客戶的諮詢\uff1b\n3、處理退款與負評。",
    "mixed": "SEO 專員 (SEO Specialist): 優化網站結構\uff0c提升 Google 自然流量\uff0cKPI 為月度 UV。",
    "names": "投訴專員、客服培訓師、視覺設計、倉儲物流、採購經理、薪酬績效、法務合規",
}
# 㗎 嘅 喺 啲 exist only in Hong Kong's extension of Big5.
HONG_KONG = {
    "short": "我哋負責回覆客戶嘅查詢",
    "long": "呢個職位喺客戶服務部\uff0c負責跟進啲客戶嘅投訴同埋查詢㗎。" * 20,
}
ENCODINGS = {
    "gbk": HANS | {f"hant-{key}": text for key, text in HANT.items()},
    "gb18030": HANS | HANT,
    "big5": HANT,
    "big5hkscs": HANT | HONG_KONG,
    "utf-8": HANS,
    "utf-8-sig": HANS,
    "utf-16": HANS | {"english": "The specialist answers customers."},
    "utf-16-le": HANS | {f"hant-{key}": text for key, text in HANT.items()} | {"english": "The specialist answers."},
    "utf-16-be": HANS | {"english": "The specialist answers."},
    "utf-32": HANS,
}
PARAGRAPH = "客服部负责回应用户的咨询与投诉\uff0c维护公司的口碑\uff0c是店铺与客户之间最重要的一道桥梁。"
ARTICLE = f"""<article><h1>电商客服岗位职责</h1><p>{PARAGRAPH}</p><h2>售前客服</h2><p>职责\uff1a</p>
<ul><li>熟悉全店商品的详细信息。</li><li>快速而礼貌地回应客户的咨询。</li></ul>
<h2>售后客服</h2><ol><li>处理退款与差评。</li></ol><p>{PARAGRAPH * 3}</p>
<table><tr><th>指标</th><th>目标</th></tr><tr><td>响应时长</td><td>15 秒</td></tr></table></article>"""
FRAME = (
    "<!DOCTYPE html><html><head>{head}<script>var tracked = 1</script></head><body><nav><ul><li><a href='/'>网站首页</a></li></ul></nav>"
    "{body}<aside>点击领取优惠券</aside><footer>版权所有 2024 某公司</footer></body></html>"
)


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file and give its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def _refused(path: Path, *words: str) -> LoadError:
    with pytest.raises(LoadError) as caught:
        load(path)
    for part in words:
        assert part in caught.value.message
    assert caught.value.hint.strip() and "\n" not in caught.value.message
    return caught.value


# Encodings


@pytest.mark.parametrize("times", [1, 200], ids=["once", "long"])
@pytest.mark.parametrize(
    ("encoding", "key"), [(encoding, key) for encoding, texts in ENCODINGS.items() for key in texts]
)
def test_encodings(make: Any, encoding: str, key: str, times: int) -> None:
    text = "\n".join([ENCODINGS[encoding][key]] * times)
    assert load(make("a.txt", text.encode(encoding))).pages == (text,)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16-le", "utf-16-be"])
def test_every_window_of_fifty_characters_decodes(encoding: str) -> None:
    text = "".join(HANS.values()) * 2
    for at in range(len(text) - 50):
        window = text[at : at + 50]
        assert decode.decode(window.encode(encoding), "a.txt") == window


def test_every_window_of_fifty_traditional_characters_decodes() -> None:
    text = "".join(HANT.values()) * 2
    for at in range(len(text) - 50):
        window = text[at : at + 50]
        assert decode.decode(window.encode("big5"), "a.txt") == window


@pytest.mark.parametrize(
    "data",
    [
        (HANS["fifty"] * 3).encode()[:-1],
        "当社の顧客サポート担当者は、お客様からのお問い合わせに丁寧に対応します。".encode("shift_jis"),
        "Специалист отвечает на вопросы быстро и вежливо.".encode("cp1251"),
        "It’s the specialist’s job – “answers” in résumé façade style.".encode("cp1252"),
    ],
    ids=["cut utf-8", "shift_jis", "cp1251", "cp1252"],
)
def test_an_unknown_encoding_is_refused_not_guessed(make: Any, data: bytes) -> None:
    assert "UTF-8" in _refused(make("a.txt", data), "a.txt", "encoding").hint


def test_line_ends_and_nothing_else_is_changed(make: Any) -> None:
    # Not composed, with trailing blanks and a tab.
    text = "# Cafe\u0301\r\n\r\n\tcode  \r正文\u3000\n"
    assert load(make("a.md", text)).pages == ("# Cafe\u0301\n\n\tcode  \n正文\u3000\n",)


# Files that are refused before they are parsed


def test_missing(tmp_path: Path) -> None:
    _refused(tmp_path / "none.txt", "no such file", "none.txt")


@pytest.mark.parametrize("name", ["folder", "folder.txt"])
def test_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert "folder" in _refused(tmp_path / name, "is a folder").hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    _refused(tmp_path / "pipe.txt", "not a regular file")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_empty(make: Any, suffix: str) -> None:
    _refused(make(f"a{suffix}", b""), f"a{suffix} is empty")


@pytest.mark.parametrize("text", [" \n\t\r\n ", "\u3000\u3000\n", "\ufeff", "\ufeff \n"])
def test_only_white_space(make: Any, text: str) -> None:
    _refused(make("a.txt", text), "is empty")
    _refused(make("a.md", text), "is empty")


def test_front_matter_alone_is_empty(make: Any) -> None:
    _refused(make("a.md", "---\ntitle: 手册\n---\n\n"), "is empty")


@pytest.mark.parametrize("name", ["a.ods", "a.doc", "a"])
def test_unknown_suffix(make: Any, name: str) -> None:
    error = _refused(make(name, "text"), name, "is not read")
    assert all(suffix in error.hint for suffix in SUFFIXES)


def test_suffixes_in_upper_case(make: Any) -> None:
    assert load(make("A.TXT", PARAGRAPH)).pages == (PARAGRAPH,)
    assert set(LOADERS) == SUFFIXES
    assert {".md", ".markdown", ".txt", ".html", ".htm", ".mhtml", ".mht", ".docx", ".pdf", ".csv", ".xlsx"} == SUFFIXES


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_too_large(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "split" in _refused(path, "20.1 MiB", "20 MiB").hint


def test_the_limit_itself_is_read(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make("a.txt", PARAGRAPH)
    monkeypatch.setattr(loaders, "MAX_BYTES", len(PARAGRAPH.encode()))
    assert load(path).pages == (PARAGRAPH,)
    monkeypatch.setattr(loaders, "MAX_BYTES", len(PARAGRAPH.encode()) - 1)
    _refused(path, "at most")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_no_permission(make: Any, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path = make(f"a{suffix}", "text")

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    # Patched, because the superuser reads files of any mode.
    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "right" in _refused(path, f"no permission to read a{suffix}").hint


def test_a_failing_disk(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Path) -> bytes:
        raise OSError(5, "Input/output error")

    path = make("a.txt", "text")
    monkeypatch.setattr(Path, "read_bytes", broken)
    _refused(path, "Input/output error")


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n" * 9, "PDF"),
        (b"PK\x03\x04" + b"word/document.xml" * 9, "Office"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "picture"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 500, "binary"),
        (b"text with one NUL \0 in it" + b" and much more text" * 99, "binary"),
        (b"\x01\x02\x03text" * 200, "binary"),
        (random.Random(1).randbytes(4096), "binary"),
    ],
    ids=["pdf", "docx", "png", "elf", "nul", "control", "random"],
)
def test_binary_renamed_to_text(make: Any, suffix: str, data: bytes, word: str) -> None:
    _refused(make(f"a{suffix}", data), f"a{suffix}", word, "not text")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_noise_never_leaves_a_foreign_error(make: Any, suffix: str) -> None:
    rng = random.Random(suffix)
    for size in (1, 7, 64, 500):
        heads = (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html><meta charset=hex>", b"---\n", b"\xff\xfe", b"\xef\xbb\xbf")
        for head in heads:
            path = make(f"noise{suffix}", head + rng.randbytes(size))
            try:
                load(path)
            except LoadError as error:
                assert error.message and error.hint


# Markdown


def test_front_matter(make: Any) -> None:
    text = "---\ntitle: 岗位手册\nsource: 某网\nauthor: 王小明\nyear: 2021\n---\n# 客服\n\n正文 --- 不动。\n\n---\n\n尾。\n"
    loaded = load(make("a.md", text))
    body = "# 客服\n\n正文 --- 不动。\n\n---\n\n尾。\n"
    assert loaded == LoadedFile((body,), title="岗位手册", source="某网", author="王小明", year=2021)


@pytest.mark.parametrize(
    ("front", "year"),
    [
        ("published: 2019-06-08", 2019),
        ("published: '2019-06-08 20:49'", 2019),
        ("published: 2019-06-08T20:49:00Z", 2019),
        ("year: 2018\npublished: 2019-06-08", 2018),
        ("year: unknown\npublished: 2019-06-08", 2019),
        ("year: '2018'", 2018),
        ("year: 120190", None),
        ("year: true", None),
        ("title: x", None),
    ],
)
def test_year_of_front_matter(make: Any, front: str, year: int | None) -> None:
    assert load(make("a.markdown", f"---\n{front}\n---\ntext")).year == year


def test_front_matter_values_of_other_kinds(make: Any) -> None:
    loaded = load(make("a.md", "---\ntitle: 2023\nauthor: [王小明, Li Lei]\nsource: {a: b}\n---\ntext"))
    assert (loaded.title, loaded.author, loaded.source) == ("2023", "王小明, Li Lei", None)
    # What UTF-8 cannot hold would break the store later.
    assert load(make("b.md", '---\ntitle: "a\\ud800"\n---\ntext')).title == "a?"
    assert load(make("c.md", f"---\ntitle: 0x{'f' * 9000}\n---\ntext")).title is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("前言\n\n# 客服部\n\n# 其他", "客服部"),
        ("## 二级\n\n正文", None),
        ("```bash\n# comment\n```\n\n# C#\n", "C#"),
        ("# 客服部 ##\n正文", "客服部"),
        ("#\n正文", None),
        ("#标签 正文", None),
        ("---\n---\n# 客服部\n", "客服部"),
        ("---\nyear: 2020\n---\n# 客服部\n", "客服部"),
    ],
)
def test_title_of_markdown(make: Any, text: str, title: str | None) -> None:
    assert load(make("a.md", text)).title == title


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("title: a\nsource: b: c", ("line 3",)),
        ('title: "open', ("line 2",)),
        ("- a\n- b", ("key: value", "line 2")),
        ("only words", ("key: value", "line 2")),
        ("published: 2023-13-45", ("ValueError",)),
        ("year: !!int ''", ("not YAML",)),
        ("a: !!python/object:os.system x", ("not YAML", "line 2")),
        ("[" * 5000, ("not YAML",)),
    ],
)
def test_broken_front_matter(make: Any, front: str, words: tuple[str, ...]) -> None:
    _refused(make("a.md", f"---\n{front}\n---\ntext"), "front matter of a.md", *words)


# Plain text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("网店岗位手册\n\n正文。", "网店岗位手册"),
        ("\n\n  网店岗位手册  \n\n正文。", "网店岗位手册"),
        ("网店岗位手册\n正文。", None),
        ("客服部回应咨询。\n\n正文。", None),
        ("长" * 41 + "\n\n正文。", None),
        ("发布于 2019-06-08\n\n正文。", None),
        ("只有一行", None),
    ],
)
def test_title_of_text(make: Any, text: str, title: str | None) -> None:
    loaded = load(make("a.txt", text))
    assert (loaded.title, loaded.pages) == (title, (text,))


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("发布于 2019-06-08", 2019),
        ("2011-10-18 20:49", 2011),
        ("發佈於2019年6月8日", 2019),
        ("来源\uff1a某网 发布时间\uff1a2019/06/08 10:00 阅读 123", 2019),
        ("编辑于 2019-06-08 ・IP 属地北京", 2019),
        ("Published: 2019-06-08", 2019),
        ("2019年6月8日", 2019),
        ("公司成立于2003年5月6日\uff0c总部在杭州。", None),
        ("2003年5月6日\uff0c公司成立。", None),
        ("2020年的岗位", None),
        ("电话 2019-12345", None),
        ("发布于 2019-06-08\n编辑于 2021-01-01", None),
        ("发布于 2019-06-08\n编辑于 2019-07-01", 2019),
    ],
)
@pytest.mark.parametrize("place", ["top", "bottom"])
def test_year_of_text(make: Any, line: str, year: int | None, place: str) -> None:
    body = "\n".join(["客服部回应用户的咨询。"] * 40)
    text = f"标题\n{line}\n{body}" if place == "top" else f"标题\n{body}\n{line}"
    assert load(make("a.txt", text)).year == year


def test_a_date_in_the_middle_of_a_text_is_no_year(make: Any) -> None:
    body = "\n".join(["客服部回应用户的咨询。"] * 40)
    assert load(make("a.txt", f"{body}\n发布于 2019-06-08\n{body}")).year is None


# HTML


def test_html_main_content(make: Any) -> None:
    head = (
        "<meta charset='utf-8'><title>电商客服岗位职责 - 某网</title><meta name='author' content='王小明'>"
        "<meta property='og:site_name' content='某网'><meta property='article:published_time' content='2019-06-08T10:00:00+08:00'>"
    )
    loaded = load(make("a.html", FRAME.format(head=head, body=ARTICLE)))
    lines = loaded.pages[0].split("\n")
    assert {"# 电商客服岗位职责", "## 售前客服", "- 熟悉全店商品的详细信息。", "1. 处理退款与差评。", PARAGRAPH} <= {
        *lines
    }
    assert any("响应时长" in line and "15 秒" in line for line in lines)
    assert not any(word in loaded.pages[0] for word in ("首页", "优惠券", "版权", "tracked"))
    facts = (loaded.title, loaded.author, loaded.source, loaded.year)
    assert facts == ("电商客服岗位职责", "王小明", "某网", 2019)


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_saved_as_one_file(make: Any, transfer: str, encoding: str) -> None:
    page = MIMENonMultipart("text", "html", charset=encoding)
    page["Content-Location"] = "https://example.org/jobs/1"
    page.set_payload(FRAME.format(head="<title>电商客服岗位职责</title>", body=ARTICLE).encode(encoding))
    if transfer == "8bit":
        page["Content-Transfer-Encoding"] = "8bit"
    else:
        (encode_base64 if transfer == "base64" else encode_quopri)(page)
    picture = MIMENonMultipart("image", "png")
    picture.set_payload(b"\x89PNG")
    encode_base64(picture)
    whole = MIMEMultipart("related", type="text/html")
    whole["Snapshot-Content-Location"] = "https://example.org/jobs/1"
    whole["Subject"] = "saved"
    whole.attach(page)
    whole.attach(picture)
    loaded = load(make("a.mhtml", whole.as_bytes()))
    assert "- 熟悉全店商品的详细信息。" in loaded.pages[0].split("\n")
    assert "优惠券" not in loaded.pages[0]
    assert loaded.title == "电商客服岗位职责"
    assert loaded.source and "example.org" in loaded.source


def test_one_file_without_a_page(make: Any) -> None:
    _refused(make("a.mht", "MIME-Version: 1.0\nContent-Type: text/plain\n\nhello"), "holds no web page")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gbk"),
        ("<meta charset=GBK>", "gb18030"),
        ("<meta charset='big5'>", "big5"),
        ("<meta charset='utf-8'>", "gbk"),
        ("<meta charset='iso-8859-1'>", "gbk"),
        ("<meta charset='hex'>", "gbk"),
        ("<meta charset='undefined'>", "gbk"),
        ("", "gbk"),
        ("", "utf-8-sig"),
        ("<meta charset='utf-16'>", "utf-16"),
    ],
)
def test_charset_of_html(make: Any, head: str, encoding: str) -> None:
    word = "客服部負責回應用戶的諮詢與投訴"
    body = f"<article><h1>客戶服務</h1><p>{word}</p></article>"
    loaded = load(make("a.htm", f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding)))
    assert word in loaded.pages[0] and "# 客戶服務" in loaded.pages[0]


def test_charset_of_an_xhtml_page(make: Any) -> None:
    page = f'<?xml version="1.0" encoding="gbk"?><html><body>{ARTICLE}</body></html>'
    assert PARAGRAPH in load(make("a.html", page.encode("gbk"))).pages[0]


def test_a_western_page_with_its_declared_charset(make: Any) -> None:
    sentence = "The specialist’s job is to answer customers – quickly and politely – in a café."
    page = f"<html><head><meta charset=windows-1252></head><body><p>{sentence}</p></body></html>"
    assert load(make("a.html", page.encode("cp1252"))).pages == (sentence,)


def test_short_page_keeps_headings_and_items(make: Any) -> None:
    body = "<h2>客服\n专员</h2><div>回应<b>咨询</b></div><ul><li>甲</li><li><p>乙</p></li></ul><!-- x --><form><table><tr><td>指标</td><td>满意度</td></tr></table></form>"
    loaded = load(make("a.html", FRAME.format(head="<title>岗位</title>", body=body)))
    assert loaded.pages[0].split("\n") == ["## 客服 专员", "回应咨询", "- 甲", "- 乙", "指标 | 满意度"]


def test_a_menu_does_not_turn_an_article_without_headings_into_the_whole_page(make: Any) -> None:
    menu = "".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(30))
    body = f"<div class='menu'><ul>{menu}</ul></div><article>{f'<p>{PARAGRAPH}</p>' * 9}</article>"
    text = load(make("a.html", FRAME.format(head="", body=body))).pages[0]
    assert PARAGRAPH in text and "栏目7" not in text


def test_body_when_no_main_content_is_found(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    monkeypatch.setattr(trafilatura, "extract", lambda *_args, **_options: None)
    loaded = load(make("a.html", FRAME.format(head="<title>岗位</title>", body=ARTICLE)))
    lines = loaded.pages[0].split("\n")
    assert lines[:3] == ["# 电商客服岗位职责", PARAGRAPH, "## 售前客服"]
    assert lines[-1] == "响应时长 | 15 秒" and "岗位" not in lines


@pytest.mark.parametrize(
    "page",
    ["<html></html>", "<!-- nothing -->", "<html><body><script>1</script><nav>首页</nav></body></html>", "<p> </p>"],
)
def test_html_without_text(make: Any, page: str) -> None:
    _refused(make("a.html", page), "a.html is empty")


def test_no_year_from_a_copyright_line_or_from_prose(make: Any) -> None:
    body = ARTICLE + "<p>公司成立于2003年5月6日。</p>"
    assert load(make("a.html", FRAME.format(head="", body=body))).year is None


def test_html_that_its_parser_cannot_take(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    def fail(*_args: Any, **_options: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(trafilatura, "extract", fail)
    _refused(make("a.html", ARTICLE), "a.html cannot be read as HTML", "RecursionError")


# Word


def _word(path: Path, fill: Callable[[Any], object]) -> Path:
    document = docx.Document()
    fill(document)
    document.save(str(path))
    return path


def _fill(document: Any) -> None:
    document.add_heading("岗位手册", 0)
    document.add_heading("客服部", 1)
    document.add_paragraph("定位\uff1a回应咨询。")
    document.add_paragraph("")
    document.add_heading("售前\n客服", 2)
    document.add_paragraph("熟悉商品。", style="List Number")
    document.add_paragraph("回应咨询。", style="List Number")
    document.add_paragraph("打字快。", style="List Bullet")
    table = document.add_table(rows=4, cols=3)
    for row, texts in zip(
        table.rows, [("部门", "岗位", "人数"), ("客服", "售前", "3"), ("客服", "售后", "2")], strict=False
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 2)).text = "合计\n5"
    document.add_paragraph("结束。", style="List Paragraph")


def test_docx_in_document_order(tmp_path: Path) -> None:
    loaded = load(_word(tmp_path / "a.docx", _fill))
    assert loaded.pages[0].split("\n\n") == [
        "# 岗位手册",
        "## 客服部",
        "定位\uff1a回应咨询。",
        "### 售前 客服",
        "1. 熟悉商品。\n1. 回应咨询。\n- 打字快。",
        "部门 | 岗位 | 人数\n客服 | 售前 | 3\n售后 | 2\n合计 5",
        "结束。",
    ]
    assert (loaded.title, loaded.author, loaded.year, loaded.source) == (None, None, None, None)


@pytest.mark.parametrize(("style", "mark"), [("标题 1", "#"), ("標題 2", "##"), ("标题", "#"), ("Heading 3", "###")])
def test_docx_heading_styles(tmp_path: Path, style: str, mark: str) -> None:
    def fill(document: Any) -> None:
        if style not in document.styles:
            document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("客服部", style=style)

    assert load(_word(tmp_path / "a.docx", fill)).pages == (f"{mark} 客服部",)


@pytest.mark.parametrize(
    ("style", "number", "mark"), [("List Bullet", None, "- "), ("List Number", None, "1. "), ("List Bullet", 0, "")]
)
def test_docx_numbering_of_single_paragraphs(tmp_path: Path, style: str, number: int | None, mark: str) -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("熟悉商品。")
        own = document.styles[style].element.pPr.numPr.numId.val
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        for tag, value in (("w:ilvl", 0), ("w:numId", own if number is None else number)):
            element = OxmlElement(tag)
            element.set(qn("w:val"), str(value))
            properties.append(element)

    assert load(_word(tmp_path / "a.docx", fill)).pages == (f"{mark}熟悉商品。",)


def test_docx_properties(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("正文")
        document.core_properties.title, document.core_properties.author = "岗位手册", "王小明"

    loaded = load(_word(tmp_path / "a.docx", fill))
    assert (loaded.title, loaded.author, loaded.year) == ("岗位手册", "王小明", None)


def _repacked(source: Path, target: Path, drop: Iterable[str] = (), change: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in drop:
                new.writestr(name, (change or {}).get(name) or old.read(name))
    return target


def test_docx_without_properties(tmp_path: Path) -> None:
    full = _word(tmp_path / "full.docx", _fill)
    with zipfile.ZipFile(full) as package:
        relations = re.sub(rb"<Relationship [^>]*core-properties[^>]*/>", b"", package.read("_rels/.rels"))
    # The library then makes properties of its own, with the title `Word Document`.
    loaded = load(_repacked(full, tmp_path / "bare.docx", ["docProps/core.xml"], {"_rels/.rels": relations}))
    assert (loaded.title, loaded.author) == (None, None) and loaded.pages[0].startswith("# 岗位手册")


def test_docx_with_broken_parts(tmp_path: Path) -> None:
    good = _word(tmp_path / "good.docx", _fill)
    _refused(_repacked(good, tmp_path / "a.docx", ["[Content_Types].xml"]), "not a Word document", "KeyError")
    _refused(_repacked(good, tmp_path / "b.docx", ["word/document.xml"]), "b.docx", "not a Word document")
    _refused(_repacked(good, tmp_path / "c.docx", change={"word/document.xml": b"<w:document"}), "c.docx", "damaged")
    (tmp_path / "d.docx").write_bytes(good.read_bytes()[:-500])
    _refused(tmp_path / "d.docx", "not a Word document", "BadZipFile")


@pytest.mark.parametrize("data", [b"PK nothing", b"<html>saved as docx</html>", "正文".encode()])
def test_not_a_docx(make: Any, data: bytes) -> None:
    assert ".docx" in _refused(make("a.docx", data), "a.docx", "not a Word document").hint


def test_protected_and_old_word_files(make: Any) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    name = "EncryptedPackage".encode("utf-16-le")
    assert "password" in _refused(make("a.docx", ole + name + bytes(90)), "a.docx", "password-protected").hint
    assert ".docx" in _refused(make("b.docx", ole), "b.docx", "old .doc").hint


def test_docx_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = _word(tmp_path / "good.docx", _fill)
    bomb = _repacked(good, tmp_path / "a.docx", change={"word/styles.xml": b" " * 3 * 2**20})
    monkeypatch.setattr(package, "MAX_UNPACKED", 2 * 2**20)
    _refused(bomb, "a.docx", "unpacks to", "at most 2 MiB")


def test_docx_without_text(tmp_path: Path) -> None:
    _refused(_word(tmp_path / "a.docx", lambda _document: None), "a.docx is empty")


# PDF


def _pdf(pages: list[list[str]], title: str = "", author: str = "", font: str = "STSong-Light") -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    if title:
        canvas.setTitle(title)
        canvas.setAuthor(author)
    for lines in pages:
        canvas.setFont(font, 12)
        for number, line in enumerate(lines):
            canvas.drawString(72, 770 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _encrypted(data: bytes, password: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(password, "owner", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_pdf_pages_keep_their_numbers(make: Any) -> None:
    loaded = load(make("a.pdf", _pdf([["客服部岗位职责"], [], ["Page three"]], "岗位手册", "王小明")))
    assert loaded == LoadedFile(("客服部岗位职责", "", "Page three"), title="岗位手册", author="王小明")


def test_pdf_defaults_of_its_writer_are_no_metadata(make: Any) -> None:
    loaded = load(make("a.pdf", _pdf([["客服部"]])))
    assert (loaded.title, loaded.author) == (None, None)


def test_pdf_joins_broken_lines(make: Any) -> None:
    lines = [
        "客服部岗位职责",
        "售前客服负责回应客户的咨询\uff0c并且根据客户的需要推荐合适的商品与服",
        "务\uff0c促成交易\uff1b对于反复出现的问题\uff0c要写进知识库\uff0c使其他同事也能用得上\uff0c",
        "并且定期更新。",
        "一、售前客服的工作内容与每天应当完成的各项任务以及考核办法",
        "1. 熟悉全店商品的详细信息\uff0c并在新品上架之前参加培训和考试以及",
        "相关的练习。",
        "2. 记录客户的反馈",
        "(1) 处理退款",
        "任职要求\uff1a",
        "大专以上学历。",
    ]
    page = load(make("a.pdf", _pdf([lines]))).pages[0]
    assert page.split("\n") == [lines[0], "".join(lines[1:4]), lines[4], "".join(lines[5:7]), *lines[7:]]


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        (["负责客户咨询与商品推", "荐工作并记录。"], 1),
        (["负责客户咨询与推荐。", "负责售后工作。"], 2),
        (["负责客户咨询与推荐工作", "二、售后客服"], 2),
        (["负责客户咨询与推荐工作", "(二)售后客服"], 2),
        (["负责客户咨询与推荐工作", "第二章 售后"], 2),
        (["负责客户咨询与推荐工作", "1.售后客服"], 2),
        (["负责客户咨询与推荐工作", "After-sales"], 2),
        (["他说\uff1a\u201c负责咨询与推荐。\u201d", "负责售后工作。"], 2),
        (["编写所谓的\u201c服务知识库\u201d", "的内容。"], 1),
    ],
)
def test_which_lines_are_joined(make: Any, lines: list[str], count: int) -> None:
    assert len(load(make("a.pdf", _pdf([lines]))).pages[0].split("\n")) == count


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_encrypted_pdf(make: Any, algorithm: str) -> None:
    data = _pdf([["客服部"]])
    assert "password" in _refused(make("a.pdf", _encrypted(data, "x", algorithm)), "a.pdf is password-protected").hint
    # Only changing it is forbidden: every reader opens it.
    assert load(make("b.pdf", _encrypted(data, "", algorithm))).pages == ("客服部",)


def test_broken_pdf(make: Any) -> None:
    data = _pdf([["客服部"]])
    for broken in (data[:400], b"%PDF-1.4 nothing", b"not a pdf", data.replace(b"/Pages", b"/Pests")):
        _refused(make("a.pdf", broken), "a.pdf is a broken PDF")


def test_scanned_pdf(make: Any) -> None:
    assert "OCR" in _refused(make("a.pdf", _pdf([[], []])), "a.pdf holds no text").hint


# Noise


def test_libraries_stay_silent_and_their_loggers_as_they_were(
    make: Any, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    names = ("pypdf", "trafilatura", "htmldate")
    before = [logging.getLogger(name).level for name in names]
    for name, data in (
        ("a.pdf", b"%PDF-1.4\n" + base64.b64encode(bytes(900))),
        ("b.html", b"<html><body>" + b"<div>" * 300 + b"text"),
        ("c.docx", b"PK\x03\x04"),
    ):
        try:
            load(make(name, data))
        except LoadError as error:
            assert error.__cause__ is not None or name == "b.html"
    assert capfd.readouterr() == ("", "") and not caplog.records
    assert [logging.getLogger(name).level for name in names] == before
