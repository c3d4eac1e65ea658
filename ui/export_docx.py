"""A page as a Word file: real styles, lists and tables, sources as endnotes, the label in text and properties."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from rag.blocks import Block, Page, source_line
from ui.docx_parts import add_endnote_mark, add_endnotes, add_property
from ui.export_text import printable

# Fonts present with Word on every platform; LibreOffice replaces them by what it has.
_EAST_ASIAN = {"zh-Hans": "Microsoft YaHei", "zh-Hant": "Microsoft JhengHei", "en": "Microsoft YaHei"}
_LANGUAGE = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "en": "en-US"}
_STYLES = {"heading": "Heading 1", "item": "List Bullet", "number": "List Number"}


def _set_styles(document: Any, language: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document.styles.add_style("Endnote Reference", WD_STYLE_TYPE.CHARACTER).font.superscript = True
    note = document.styles.add_style("Endnote Text", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size = document.styles["Normal"], Pt(9)
    for name in ("Normal", "Title", "Heading 1", "List Bullet", "List Number"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:ascii"), "Calibri")
        fonts.set(qn("w:hAnsi"), "Calibri")
        fonts.set(qn("w:eastAsia"), _EAST_ASIAN[language])
    spoken = OxmlElement("w:lang")
    key = "w:val" if language == "en" else "w:eastAsia"
    spoken.set(qn(key), _LANGUAGE[language])
    document.styles["Normal"].element.get_or_add_rPr().append(spoken)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)


def _restart(document: Any, paragraph: Any) -> Any:
    """Numbering that starts at 1 here; python-docx would go on counting through every list."""
    from docx.oxml.ns import qn

    style = document.styles["List Number"].element
    numbering = document.part.numbering_part.element
    own = style.pPr.numPr.numId.val
    abstract = next(num for num in numbering.findall(qn("w:num")) if num.numId == own).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(0).add_startOverride(1)
    return number.numId


class _Setter:
    """Sets blocks one after the other; remembers which list goes on and which source is marked."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.list: Any = None
        self.marked: set[int] = set()

    def set(self, block: Block) -> None:
        if block.kind != "number":
            self.list = None
        if block.kind == "title":
            self.document.add_heading(printable(block.text), level=0)
        elif block.rows:
            self._table(block)
        else:
            self._paragraph(block)

    def _paragraph(self, block: Block) -> None:
        paragraph = self.document.add_paragraph(printable(block.text), style=_STYLES.get(block.kind))
        if block.kind == "number":
            self.list = self.list or _restart(self.document, paragraph)
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = self.list
        for number in block.citations:
            if number in self.marked:
                paragraph.add_run(str(number), style="Endnote Reference")
            else:
                self.marked.add(number)
                add_endnote_mark(paragraph, number)

    def _table(self, block: Block) -> None:
        table = self.document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for row in block.rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = printable(text)
        if block.kind == "facts":
            _narrow_labels(table)


def _narrow_labels(table: Any) -> None:
    """A table of facts with a narrow column for the labels; Word and LibreOffice read the width of every cell."""
    from docx.shared import Cm

    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(4), Cm(11.2)), strict=True):
            cell.width = width


def add_label(document: Any, label: str) -> None:
    """Write what says that a machine helped as the last paragraph; nothing for an empty label."""
    from docx.shared import Pt

    if label:
        paragraph = document.add_paragraph()
        paragraph.add_run(label).italic = True
        paragraph.paragraph_format.space_before = Pt(12)


def describe(document: Any, page: Page, aigc: str | None) -> None:
    """Write the document's properties: title, language, the label; nobody's name."""
    properties = document.core_properties
    properties.title, properties.author, properties.language = printable(page.title)[:255], "", _LANGUAGE[page.language]
    properties.comments = page.label[:255]
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    if aigc:
        add_property(document, "AIGC", aigc)


def word(page: Page, aigc: str | None) -> bytes:
    """A page as a Word file.

    :param page: the page.
    :param aigc: the label for the custom properties, as JSON.
    """
    import docx

    document = docx.Document()
    _set_styles(document, page.language)
    describe(document, page, aigc)
    setter = _Setter(document)
    for block in page.blocks:
        setter.set(block)
    add_label(document, page.label)
    if page.sources:
        add_endnotes(document, [(citation.n, printable(source_line(citation))) for citation in page.sources])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
