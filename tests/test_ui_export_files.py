"""Word and PDF files: what is in them, and what other programs make of them."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from pypdf import PdfReader

from ingest.errors import UsageError
from rag.app import Engine, Rolewright
from rag.blocks import make_page
from rag.brief import Brief
from rag.jd import draft
from rag.jd_types import Draft
from rag.settings import Settings
from rag.template import find_template
from ui.export import export

OFFICE = shutil.which("soffice")
PDFTOTEXT = shutil.which("pdftotext")
BRIEF = {
    "title": "售前客服",
    "location": "上海",
    "salary": "8-10k",
    "company": "岗匠网店",
    "must_have": ["会 Excel", "会打字"],
}


@pytest.fixture(scope="module")
def made(library: Path) -> Draft:
    engine: Engine = Rolewright(Settings(library=library)).engine
    return draft(Brief.from_dict(BRIEF), engine)


def lines(data: bytes, part: str = "word/document.xml") -> list[str]:
    """The texts of the paragraphs of a part, tables included, without empty ones."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(part))
    found = ["".join(text.text or "" for text in line.iter(qn("w:t"))).strip() for line in root.iter(qn("w:p"))]
    return [line for line in found if line]


def texts(draft: Draft, template: str) -> list[str]:
    """Every text that a page shows."""
    page = make_page(draft, find_template(template, draft.brief))
    cells = [cell for block in page.blocks for cell in ([block.text] if block.text else sum(block.rows, ()))]
    return [*filter(None, cells), page.label]


def test_word_has_real_styles_lists_and_endnotes(made: Draft) -> None:
    data = export(made, "docx", "internal")
    document = docx.Document(io.BytesIO(data))
    styles = [line.style.name for line in document.paragraphs]
    assert styles[0] == "Title" and styles.count("List Number") == 5 and {"Heading 1", "List Bullet"} <= set(styles)
    assert len(document.tables) == 3
    marks = [mark.get(qn("w:id")) for mark in document.element.body.iter(qn("w:endnoteReference"))]
    notes = lines(data, "word/endnotes.xml")
    assert marks == [str(number) for number in range(1, len(notes) + 1)] and "熟悉全店商品" in "".join(notes)
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
    assert lines(data) == texts(made, "internal")


def test_word_says_what_it_is(made: Draft) -> None:
    data = export(made, "docx")
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert (properties.title, properties.language, properties.author) == ("售前客服", "zh-CN", "")
    assert "人工智能" in properties.comments and properties.created.year > 2013
    custom = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("docProps/custom.xml"))
    assert custom[0].get("name") == "AIGC" and json.loads(custom[0][0].text)["ContentProducer"] == "rolewright"


def test_each_numbered_list_starts_at_one(made: Draft) -> None:
    document = docx.Document(io.BytesIO(export(made, "docx", "cn-posting")))
    numbered = [line for line in document.paragraphs if line.style.name == "List Number"]
    lists = [line._p.pPr.numPr.numId.val for line in numbered]
    assert len(set(lists)) == 2 and lists == sorted(lists)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer)")
def test_word_survives_libreoffice(made: Draft, tmp_path: Path) -> None:
    data = export(made, "docx", "internal")
    (tmp_path / "jd.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "docx", "--outdir", str(tmp_path / "out"), "jd.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    back = (tmp_path / "out" / "jd.docx").read_bytes()
    assert lines(back) == lines(data)
    assert lines(back, "word/endnotes.xml") == lines(data, "word/endnotes.xml")
    # LibreOffice relates its properties in a way that python-docx does not follow, so the parts are read themselves.
    package = zipfile.ZipFile(io.BytesIO(back))
    assert "<dc:title>售前客服</dc:title>" in package.read("docProps/core.xml").decode()
    assert "AIGC" in package.read("docProps/custom.xml").decode()
    assert {"Title", "Heading 1"} <= {line.style.name for line in docx.Document(io.BytesIO(back)).paragraphs}


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", ["internal", "cn-posting"])
def test_pdf_text_is_the_same_characters(made: Draft, name: str) -> None:
    reader = PdfReader(io.BytesIO(export(made, "pdf", name)))
    found = flat("".join(re.sub(r"\n?\d+ / \d+\s*$", "", page.extract_text()) for page in reader.pages))
    for text in texts(made, name):
        assert flat(text) in found
    assert reader.metadata and reader.metadata.title == "售前客服"
    assert json.loads(reader.metadata["/AIGC"])["Label"] == "1"


@pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext is not installed (apt-get install poppler-utils)")
def test_pdf_text_is_the_same_for_poppler(made: Draft, tmp_path: Path) -> None:
    (tmp_path / "jd.pdf").write_bytes(export(made, "pdf", "cn-posting"))
    run = subprocess.run([str(PDFTOTEXT), "jd.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    found = flat(run.stdout.decode())
    assert all(flat(text) in found for text in texts(made, "cn-posting"))


@pytest.mark.parametrize(
    ("language", "market", "face"), [("zh-Hans", "CN", "sc"), ("zh-Hant", "TW", "tc"), ("zh-Hant", "HK", "hk")]
)
def test_pdf_embeds_the_face_of_the_place(library: Path, language: str, market: str, face: str) -> None:
    engine = Rolewright(Settings(library=library)).engine
    data = export(draft(Brief(title="售前客服", language=language, market=market), engine), "pdf")
    fonts: dict[str, Any] = PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]  # type: ignore[index, assignment]
    below = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert below and all(f"CJK{face}" in font["/BaseFont"] for font in below)
    assert all({"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].get_object().keys() for font in below)


def own(folder: Path, *paragraphs: str) -> Path:
    """A library with one Word template."""
    (folder / "templates").mkdir()
    document = docx.Document()
    document.add_heading("{{ title }}", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(folder / "templates" / "ours.docx"))
    return folder


def test_a_word_template_is_filled_in(made: Draft, tmp_path: Path) -> None:
    library = own(tmp_path, "{{ location }}", "{%p for line in responsibilities %}", "{{ line }}", "{%p endfor %}")
    data = export(made, "docx", "ours", library=library)
    found = lines(data)
    assert found[:2] == ["售前客服", "上海"] and len(found) == 8 and "[2]" in found[2] and "人工智能" in found[-1]
    assert docx.Document(io.BytesIO(data)).core_properties.title == "售前客服"
    with pytest.raises(UsageError, match="Word file"):
        export(made, "pdf", "ours", library=library)


@pytest.mark.parametrize(
    ("placeholder", "message"),
    [("{{ notes }}", "notes"), ("{% if %}", "ours.docx"), ("{{ title.__class__.__mro__ }}", "unsafe")],
)
def test_a_broken_word_template_is_named(made: Draft, tmp_path: Path, placeholder: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        export(made, "docx", "ours", library=own(tmp_path, placeholder))


def test_a_file_that_is_not_word(made: Draft, tmp_path: Path) -> None:
    library = own(tmp_path)
    (library / "templates" / "ours.docx").write_bytes(b"nothing")
    with pytest.raises(UsageError, match="no Word file"):
        export(made, "docx", "ours", library=library)


def test_what_is_typed_is_no_template(library: Path, tmp_path: Path) -> None:
    engine = Rolewright(Settings(library=library)).engine
    typed = draft(Brief(title="{{ 7*7 }} <w:p/>", company="{% endfor %}"), engine)
    found = lines(export(typed, "docx", "ours", library=own(tmp_path, "{{ company[0] }}")))
    assert found[:2] == ["{{ 7*7 }} <w:p/>", "{% endfor %}"]


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_odd_characters(library: Path, form: str) -> None:
    engine = Rolewright(Settings(library=library)).engine
    data = export(draft(Brief(title="售前客服", company="a\\u0000b\u3000c\u0000d\u0001ef"), engine), form)
    text = (
        "".join(lines(data))
        if form == "docx"
        else "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    )
    assert "a\\u0000bcdef" in flat(text)


def test_one_line_alone_has_no_number_and_labels_are_narrow(library: Path) -> None:
    engine: Engine = Rolewright(Settings(library=library)).engine
    single = draft(Brief.from_dict(BRIEF | {"must_have": ["会打字"]}), engine)
    document = docx.Document(io.BytesIO(export(single, "docx", "cn-posting")))
    assert next(line for line in document.paragraphs if line.text == "会打字").style.name == "List Bullet"
    label, value = document.tables[0].rows[0].cells
    assert label.width < value.width
