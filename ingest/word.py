"""Word documents, in reading order: headings by style, lists, tables as one line for each row."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import LoadError
from ingest.metadata import property_value
from ingest.package import check_unpacked
from ingest.types import LoadedFile
from ingest.word_text import Notes, boxes_of, inner_blocks, text_of

if TYPE_CHECKING:
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

_OLE = b"\xd0\xcf\x11\xe0"
_TITLE_STYLES = ("Title", "标题", "標題")
_AGAIN_IN_WORD = "open it in Word and save it as .docx again"


def load_docx(path: Path) -> LoadedFile:
    """A Word document in reading order. No year: Word's own dates are those of a template or of the last save."""
    import docx
    from docx.table import Table

    data = path.read_bytes()
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise LoadError(f"{path.name} is password-protected", "remove the password in Word and save it again")
        raise LoadError(f"{path.name} is an old .doc file", "open it in Word and save it as .docx")
    try:
        check_unpacked(data, path.name)
        document = docx.Document(io.BytesIO(data))
        blocks = [*inner_blocks(document._body)]
        notes = Notes(document)
        # With a title the headings stand below it.
        top = 1 + any(not isinstance(block, Table) and _style(block) in _TITLE_STYLES for block in blocks)
        parts: list[str] = []
        for block in blocks:
            if isinstance(block, Table):
                parts.append("\n".join(_rows(block)))
            else:
                parts += [_paragraph(block, top), *notes.of(block), *boxes_of(block)]
        core = document.core_properties
        return LoadedFile((_stacked(parts),), title=property_value(core.title), author=property_value(core.author))
    except LoadError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError) as error:  # not a package, no main part, a part of another kind
        raise LoadError(f"{path.name} is not a Word document ({type(error).__name__})", _AGAIN_IN_WORD) from error
    except Exception as error:  # hostile parts fail anywhere inside the XML reader
        raise LoadError(f"{path.name} is a damaged Word document ({type(error).__name__})", _AGAIN_IN_WORD) from error


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name or "") if paragraph.style is not None else ""


def _paragraph(paragraph: Paragraph, top: int) -> str:
    """One paragraph with the mark of its style; `top` is the level of `Heading 1`."""
    text, style = text_of(paragraph).strip(), _style(paragraph)
    line = " ".join(text.split())
    if not text:
        return ""
    if style in _TITLE_STYLES:
        return f"# {line}"
    if heading := re.match(r"(?:Heading|标题|標題)\s*([1-9])", style, re.I):
        return f"{'#' * min(6, int(heading.group(1)) + top - 1)} {line}"
    numbering = _numbering(paragraph)
    if numbering == "number" or style.startswith(("List Number", "列表编号")):
        return f"1. {line}"
    return f"- {line}" if numbering or style.startswith(("List Bullet", "列表项目符号")) else text


def _numbering(paragraph: Paragraph) -> str | None:
    """`number` or `bullet` for a paragraph that Word numbers by itself, else None."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    properties = paragraph._p.pPr
    mark: Any = properties.numPr if properties is not None else None
    # The list 0 takes a paragraph out of its style's list.
    if mark is None or mark.numId is None or mark.numId.val == 0:
        return None
    level = mark.ilvl.val if mark.ilvl is not None else 0
    try:
        lists: Any = paragraph.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
    except KeyError:
        return "bullet"
    definition = f"../w:num[@w:numId='{mark.numId.val}']/w:abstractNumId/@w:val"
    found = lists.element.xpath(
        f"./w:abstractNum[@w:abstractNumId={definition}]/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
    )
    return "bullet" if not found or found[0] in ("bullet", "none") else "number"


def _stacked(parts: list[str]) -> str:
    """Blocks with an empty line between them, items of one list without."""
    text = ""
    previous = ""
    for part in filter(None, parts):
        is_list = part.startswith(("- ", "1. ")) and previous.startswith(("- ", "1. "))
        text += part if not text else f"\n{part}" if is_list else f"\n\n{part}"
        previous = part
    return text


def _rows(table: Table) -> Iterator[str]:
    # A merged cell is given once for each column and row that it spans, every time as the same element.
    seen: set[Any] = set()
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                cells.append(_cell_text(cell))
        if any(cells):
            yield " | ".join(cells)


def _cell_text(cell: _Cell) -> str:
    from docx.table import Table

    # A table inside a cell must not look like more cells of the row.
    parts = [
        "; ".join(row.replace(" | ", ", ") for row in _rows(part)) if isinstance(part, Table) else text_of(part)
        for part in inner_blocks(cell)
    ]
    return " ".join(" ".join(parts).split())
