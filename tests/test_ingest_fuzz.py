"""Hostile files: no crash, no hang; only text or a LoadError with its next step comes back."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from ingest.chunking import split_chunks
from ingest.clean import clean
from ingest.document import read_document
from ingest.errors import LoadError
from ingest.loaders import LOADERS, load
from ingest.roles import read_roles
from ingest.script import fold, sentence_spans
from ingest.sections import split_sections
from ingest.types import SourceDocument
from tests.fuzz_ingest import check_account, check_file, file_of

TEXT = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "\n",
                "## 客服部\n",
                "一、运营部门职责运营部门是核心。",
                "1.商品管理负责商品上线。",
                "职责:\n",
                "- 处理投诉\n",
                "主要岗位有产品总监、产品经理、产品助理等。",
                "战略规划:结合行业趋势制定年度目标。",
                "市场部负责流量的获取。",
                "(略)",
                "||||",
                "、、、",
            ]
        ),
    ),
    max_size=25,
).map("".join)


def _seed(suffix: str, folder: Path) -> bytes:
    """A small whole file of a format, to be damaged."""
    path = folder / f"seed{suffix}"
    if suffix == ".docx":
        document = docx.Document()
        document.add_heading("客服部", 1)
        document.add_paragraph("负责回应咨询。")
        document.save(str(path))
    elif suffix == ".xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["岗位", "职责"])
        book.active.append(["客服", "负责回应咨询。"])
        book.save(path)
    elif suffix == ".pdf":
        page = canvas.Canvas(str(path))
        page.drawString(72, 720, "Duties: answer enquiries.")
        page.save()
    else:
        text = {".csv": "岗位,职责\n客服,负责回应咨询\n", ".md": "---\ntitle: a\n---\n# 客服\n"}.get(
            suffix, "<html><body><article><h1>客服</h1><p>负责回应咨询。</p></article></body></html>"
        )
        path.write_text(text, encoding="utf-8")
    return path.read_bytes()


@pytest.mark.parametrize("suffix", sorted(LOADERS))
def test_damaged_files_give_text_or_a_load_error(suffix: str, tmp_path: Path) -> None:
    whole = _seed(suffix, tmp_path)
    path = tmp_path / f"damaged{suffix}"

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        cut=st.integers(0, len(whole)),
        places=st.lists(st.tuples(st.integers(0, max(0, len(whole) - 1)), st.integers(0, 255)), max_size=12),
        tail=st.binary(max_size=40),
    )
    def damage(cut: int, places: list[tuple[int, int]], tail: bytes) -> None:
        data = bytearray(whole)
        for at, value in places:
            data[at] = value
        path.write_bytes(bytes(data[:cut]) + tail)
        try:
            loaded = load(path)
        except LoadError as error:
            assert error.hint
        else:
            assert all(isinstance(page, str) for page in loaded.pages)

    damage()


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_structure_is_exact_for_any_text(text: str) -> None:
    cleaned = clean(text).text
    document = SourceDocument(doc="a", title="", text=cleaned, digest="")
    sections = split_sections(cleaned)
    assert all(0 <= section.start <= section.end <= len(cleaned) for section in sections)
    for chunk in split_chunks(document, sections, max_tokens=64, overlap=8, window_tokens=24):
        assert cleaned[chunk.start : chunk.end] == chunk.text
        assert chunk.windows and all(chunk.start <= w.start < w.end <= chunk.end for w in chunk.windows)
    for entry in read_roles(document, sections):
        for span in (span for spans in entry.fields.values() for span in spans):
            assert cleaned[span.start : span.end] == span.text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
    for start, end in sentence_spans(text):
        assert text[start:end].strip()


_TAGS = ("p", "div", "span", "a", "li", "ul", "table", "tr", "td", "h1", "h2", "figure", "figcaption", "article", "br")
_CLASSES = ("", "AuthorInfo", "byline", "title", "image-caption")
_TREE = st.recursive(
    st.text("客服部负责回应咨询。abc 1", max_size=12),
    lambda inner: st.builds(
        lambda tag, css, parts: f"<{tag} class='{css}' href='#x'>{''.join(parts)}</{tag}>",
        st.sampled_from(_TAGS),
        st.sampled_from(_CLASSES),
        st.lists(inner, max_size=4),
    ),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=_TREE)
def test_no_page_makes_up_text(page: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    try:
        document = read_document(path, "page.html", "")
    except LoadError as error:
        assert error.hint
    else:
        shown = Counter(re.sub(r"<[^>]*>", "", page))
        assert not Counter(re.sub(r"[\s#*|>.\-]|作者: |\d", "", document.text)) - shown


@pytest.mark.parametrize("kind", ["txt", "html", "docx", "any"])
def test_the_fuzzer_itself_runs(kind: str) -> None:
    for data in (b"", b"\x05abc", "客服部负责回应咨询。\n首页 登录 注册".encode(), b"<p>The clerk files letters.</p>"):
        check_account(data.decode())
        check_file(file_of(kind, data))
