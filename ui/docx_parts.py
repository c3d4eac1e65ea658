"""Parts of a Word file that python-docx has no interface for: endnotes, and properties under names of one's own."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
# The format id that every custom property bears.
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
# Word wants these two before the first note of its own.
_SEPARATORS = (
    '<w:endnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:endnote>'
    '<w:endnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:endnote>'
)


def _add_part(document: Any, owner: Any, name: str, content_type: str, relation: str, xml: str) -> Any:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    blob = ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + xml).encode()
    part = Part(PackURI(name), content_type, blob, document.part.package)
    owner.relate_to(part, relation)
    return part


def add_endnotes(document: Any, notes: list[tuple[int, str]]) -> None:
    """Write the endnotes of a document.

    :param document: a python-docx document without endnotes.
    :param notes: (id from 1, text) in the order of their marks.
    """
    rows = "".join(
        f'<w:endnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="EndnoteText"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="EndnoteReference"/></w:rPr><w:endnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:endnote>'
        for number, text in notes
    )
    xml = f'<w:endnotes xmlns:w="{_MAIN}">{_SEPARATORS}{rows}</w:endnotes>'
    kind = f"{_TYPES}.wordprocessingml.endnotes+xml"
    _add_part(document, document.part, "/word/endnotes.xml", kind, f"{_RELATIONS}/endnotes", xml)
    _count_in_digits(document)


def _count_in_digits(document: Any) -> None:
    """Endnotes count i, ii, iii unless they are told not to."""
    from docx.oxml import parse_xml

    properties = parse_xml(f'<w:endnotePr xmlns:w="{_MAIN}"><w:numFmt w:val="decimal"/></w:endnotePr>')
    section = document.sections[-1]._sectPr
    # A new document has no references to headers and footers, which alone stand before it in the schema.
    section.insert(0, properties)


def add_endnote_mark(paragraph: Any, number: int) -> None:
    """Put the mark of an endnote at the end of a paragraph; the same note is marked once in a document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run(style="Endnote Reference")
    mark = OxmlElement("w:endnoteReference")
    mark.set(qn("w:id"), str(number))
    run._r.append(mark)


def add_property(document: Any, name: str, value: str) -> None:
    """Write one custom property (File > Properties > Custom), beside those that the document may have.

    :param document: a python-docx document.
    :param name: the property's name.
    :param value: its text.
    """
    from lxml import etree

    package, relation = document.part.package, f"{_RELATIONS}/custom-properties"
    part = next((rel.target_part for rel in package.rels.values() if rel.reltype == relation), None)
    if part is None:
        empty = f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_VALUES}"/>'
        part = _add_part(document, package, "/docProps/custom.xml", f"{_TYPES}.custom-properties+xml", relation, empty)
    root = etree.fromstring(part.blob)
    for old in root.findall(f"{{{_PROPERTIES}}}property[@name='{name}']"):
        root.remove(old)
    number = max((int(row.get("pid", "1")) for row in root), default=1) + 1
    row = etree.SubElement(root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT, pid=str(number), name=name)
    etree.SubElement(row, f"{{{_VALUES}}}lpwstr").text = value
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
