"""What a Word document says: its paragraphs and tables also inside content controls, tracked changes as accepted, text boxes, notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS = (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo", f"{_W}smartTag")
# What was deleted or moved away, and boxes, which are read by themselves.
_APART = (f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}pPr", f"{_W}rPr")
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}


def inner_blocks(holder: Any) -> Iterator[Paragraph | Table]:
    """The paragraphs and tables of a document's body or of a cell, in order.

    :param holder: a document's body or a cell.
    """
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    def walk(element: Any) -> Iterator[Paragraph | Table]:
        for child in element:
            if child.tag == f"{_W}p":
                yield Paragraph(child, holder)
            elif child.tag == f"{_W}tbl":
                yield Table(child, holder)
            elif child.tag in _WRAPPERS:
                yield from walk(child)

    yield from walk(holder._element)


def text_of(paragraph: Paragraph) -> str:
    """The text of a paragraph as it reads when all changes are accepted, without its text boxes.

    :param paragraph: the paragraph.
    """
    return "".join(_pieces(paragraph._p))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _APART or (child.tag == f"{_W}r" and _hidden(child)):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        else:
            yield from _pieces(child)


def _hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false", "off")


def boxes_of(paragraph: Paragraph) -> list[str]:
    """The paragraphs of the text boxes that hang on a paragraph; of the two forms that Word writes of a box, one.

    :param paragraph: the paragraph.
    """
    found: list[str] = []
    for box in paragraph._p.iter(f"{_W}txbxContent"):
        if any(above.tag == f"{_MC}Fallback" and _has_choice(above) for above in box.iterancestors()):
            continue
        found += ["".join(_pieces(inner)).strip() for inner in box.iter(f"{_W}p")]
    return [text for text in found if text]


def _has_choice(fallback: Any) -> bool:
    parent = fallback.getparent()
    return parent is not None and any(True for _ in parent.iterfind(f"{_MC}Choice//{_W}txbxContent"))


class Notes:
    """The footnotes and endnotes of a document.

    :param document: the open document.
    """

    def __init__(self, document: Document) -> None:
        from docx.oxml import parse_xml

        self._texts: dict[tuple[str, str], str] = {}
        for relation in document.part.rels.values():
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind not in _NOTES or relation.is_external:
                continue
            for note in parse_xml(relation.target_part.blob).iter(f"{_W}{_NOTES[kind]}"):
                text = " ".join("".join(_pieces(note)).split())
                if text and note.get(f"{_W}type") is None:  # those of a type are lines between text and notes
                    self._texts[(_NOTES[kind], note.get(f"{_W}id") or "")] = text

    def of(self, paragraph: Paragraph) -> list[str]:
        """The notes to which a paragraph refers, in order.

        :param paragraph: the paragraph.
        """
        marks = paragraph._p.iter(f"{_W}footnoteReference", f"{_W}endnoteReference")
        keys = [(mark.tag.removeprefix(_W).removesuffix("Reference"), mark.get(f"{_W}id") or "") for mark in marks]
        return [self._texts[key] for key in keys if key in self._texts]
