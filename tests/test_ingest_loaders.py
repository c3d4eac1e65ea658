"""Every format and every kind of bad file, made by the test itself."""

from __future__ import annotations

import io
import os
from pathlib import Path

import docx
import pypdf
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from ingest.errors import LoadError
from ingest.loaders import MAX_BYTES, SUFFIXES, load

SIMPLE = "客服主管统筹客服团队的管理与流程优化,负责培训新人并处理复杂的投诉。"
TRADITIONAL = "客服主管統籌客服團隊的管理與流程優化,負責培訓新人並處理複雜的投訴。"
HONG_KONG = "香港公司嘅客服主管負責處理投訴,佢哋同倉庫一齊跟進發貨。"


def _pdf(path: Path, *pages: str) -> Path:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    sheet = canvas.Canvas(str(path))
    for page in pages:
        sheet.setFont("STSong-Light", 12)
        for number, line in enumerate(page.split("\n")):
            sheet.drawString(72, 760 - 18 * number, line)
        sheet.showPage()
    sheet.save()
    return path


@pytest.mark.parametrize("length", [1, 40])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLE, "utf-8"),
        (SIMPLE, "utf-8-sig"),
        (SIMPLE, "gbk"),
        (SIMPLE, "gb18030"),
        (SIMPLE, "utf-16"),
        (SIMPLE, "utf-16-le"),
        (SIMPLE, "utf-16-be"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gbk"),
        (TRADITIONAL, "utf-16"),
        (TRADITIONAL, "utf-16-le"),
        (HONG_KONG, "big5hkscs"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str, length: int) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes((text * length).encode(encoding))
    assert load(file).pages == (text * length,)


def test_markdown_front_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "---\ntitle: 手册\nsource: 内网\nauthor: 人事部\npublished: 2023-10-04\n---\n\n# 别的标题\n\n正文。\n",
        encoding="utf-8",
    )
    loaded = load(file)
    assert (loaded.title, loaded.source, loaded.author, loaded.year) == ("手册", "内网", "人事部", 2023)
    assert loaded.pages[0].strip() == "# 别的标题\n\n正文。"
    file.write_text("# 标题\n正文", encoding="utf-8")
    assert load(file).title == "标题"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("标题\n\n正文。\n\n发布于 2019-06-08 09:13", 2019),
        ("发布于 2019-06-08\n\n编辑于 2021-01-01", None),
        ("标题\n\n正文", None),
    ],
)
def test_text_title_and_year(tmp_path: Path, text: str, year: int | None) -> None:
    file = tmp_path / "a.txt"
    file.write_text(text, encoding="utf-8")
    assert load(file).year == year


PAGE = """<html><head><title>岗位说明 - 网站</title><meta charset="{charset}"><meta name="author" content="人事部">
<script>var tracker = 1;</script><style>p {{ color: red }}</style></head><body>
<nav><a href="/">首页</a><a href="/login">登录</a></nav>
<article><h1>岗位说明</h1><h2>客服主管</h2><p>客服主管统筹客服团队的管理与流程优化,是服务质量的管理者,向运营总监汇报。</p>
<ul><li>搭建客服团队的架构,并制定培训体系。</li><li>优化售后处理流程,压缩处理时长。</li></ul>
<p>这个岗位还要监控客服数据,输出周报,并与仓储团队沟通发货时效与库存情况。</p></article>
<aside>猜你喜欢:十大岗位</aside><footer>版权所有</footer></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_html_keeps_the_article_and_leaves_the_menu(tmp_path: Path, charset: str) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(PAGE.format(charset=charset).encode(charset))
    loaded = load(file)
    text = loaded.pages[0]
    assert "## 客服主管" in text and "- 搭建客服团队的架构" in text
    assert not any(word in text for word in ("登录", "tracker", "color", "版权所有"))
    assert loaded.title and "岗位说明" in loaded.title


def test_html_without_an_article(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text("<html><body><nav>菜单</nav><div>财务部</div><script>x()</script></body></html>", encoding="utf-8")
    assert "财务部" in load(file).pages[0] and "x()" not in load(file).pages[0]


def test_docx_keeps_order_headings_lists_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "员工手册"
    document.add_heading("客服部", level=1)
    document.add_paragraph("客服部负责回应用户。")
    document.add_paragraph("处理投诉", style="List Bullet")
    document.add_paragraph("回访客户", style="List Number")
    table = document.add_table(2, 3)
    for row, cells in enumerate((("岗位", "职责", "指标"), ("主管", "", "好评率"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(1, 1))
    document.add_heading("财务部", level=2)
    document.save(str(tmp_path / "a.docx"))
    loaded = load(tmp_path / "a.docx")
    lines = [line for line in loaded.pages[0].split("\n") if line]
    assert lines == [
        "## 客服部",
        "客服部负责回应用户。",
        "- 处理投诉",
        "1. 回访客户",
        "岗位 | 职责 | 指标",
        "主管 | 好评率",
        "### 财务部",
    ]
    assert (loaded.title, loaded.author) == ("员工手册", None)


def test_pdf_keeps_pages_and_joins_broken_sentences(tmp_path: Path) -> None:
    first = "一、客服部\n客服部负责接听电话并且在线回答用户的各种咨询问题还要处\n理订单和售后服务。\n1. 处理投诉"
    loaded = load(_pdf(tmp_path / "a.pdf", first, "", "财务部编制报表。"))
    assert len(loaded.pages) == 3 and loaded.pages[1].strip() == "" and "财务部" in loaded.pages[2]
    assert "还要处理订单和售后服务。" in loaded.pages[0] and "\n1. 处理投诉" in loaded.pages[0]


def _missing(path: Path) -> Path:
    return path / "missing.txt"


def _made(name: str, data: bytes):  # type: ignore[no-untyped-def]
    def make(path: Path) -> Path:
        (path / name).write_bytes(data)
        return path / name

    return make


def _encrypted(path: Path) -> Path:
    writer = pypdf.PdfWriter(clone_from=_pdf(path / "plain.pdf", "内容"))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(path / "locked.pdf")
    return path / "locked.pdf"


def _scan(path: Path) -> Path:
    return _pdf(path / "scan.pdf", "")


def _huge(path: Path) -> Path:
    with (path / "huge.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    return path / "huge.txt"


def _zip_bomb_name(path: Path) -> Path:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    (path / "half.docx").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    return path / "half.docx"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_missing, "no such file"),
        (_made("a.xyz", b"x"), "not read"),
        (_made("a", b"x"), "not read"),
        (_made("empty.txt", b""), "empty"),
        (_made("blank.md", b" \n\t\n"), "empty"),
        (_made("binary.txt", bytes(range(256)) * 40), "not readable text"),
        (_made("zip.txt", b"PK\x03\x04" + bytes(range(32)) * 100), "not readable text"),
        (_made("front.md", b"---\ntitle: [\n---\ntext"), "YAML"),
        (_made("list.md", b"---\n- a\n---\ntext"), "front matter"),
        (_made("broken.pdf", b"%PDF-1.7 nothing here"), "broken PDF"),
        (_made("empty.pdf", b""), "broken PDF"),
        (_made("broken.docx", b"PK nothing"), "Word"),
        (_made("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "password-protected or an old"),
        (_encrypted, "password-protected"),
        (_scan, "no text"),
        (_huge, "MiB"),
        (_zip_bomb_name, "Word"),
    ],
)
def test_bad_files_say_what_to_do(tmp_path: Path, make, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LoadError, match=message) as caught:
        load(make(tmp_path))
    assert caught.value.hint and "\n" not in caught.value.message


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user reads everything")
def test_no_permission(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    file.chmod(0)
    with pytest.raises(LoadError, match="cannot read"):
        load(file)


def test_a_folder_is_not_a_document(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(LoadError):
        load(tmp_path / "folder.txt")


def test_suffixes_of_the_contract() -> None:
    assert {".md", ".txt", ".html", ".docx", ".pdf"} <= SUFFIXES
