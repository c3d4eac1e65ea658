"""A page as PDF, set by Typst with the Noto Sans CJK font of a package: nothing of the machine is needed.

The page travels as JSON in `sys.inputs`; no text of a user ever becomes Typst markup.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from rag.blocks import Page, source_line
from ui.export_text import printable

# The forms of characters differ between places; the font holds each under a name of its own.
_FACES = {"CN": "Noto Sans CJK SC", "TW": "Noto Sans CJK TC", "HK": "Noto Sans CJK HK"}
_SCRIPTS = {"zh-Hans": "Noto Sans CJK SC", "zh-Hant": "Noto Sans CJK TC", "en": "Noto Sans CJK SC"}


@cache
def _fonts() -> Any:
    """The fonts, opened once a process (12 ms)."""
    import typst

    folder = str(files("manimgx_fonts_cjk"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _cleaned(value: Any) -> Any:
    """A JSON value whose texts hold no control characters."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    return [_cleaned(part) for part in value] if isinstance(value, (list, tuple)) else value


def _inputs(page: Page, market: str) -> dict[str, str]:
    traditional = page.language == "zh-Hant"
    face = _FACES["HK"] if traditional and market == "HK" else _SCRIPTS[page.language]
    region = {"zh-Hans": "cn", "zh-Hant": "hk" if market == "HK" else "tw", "en": "us"}[page.language]
    value = {
        "title": page.title,
        "font": face,
        "lang": "en" if page.language == "en" else "zh",
        "region": region,
        "blocks": [asdict(block) for block in page.blocks],
        "sources": [{"n": citation.n, "text": source_line(citation)} for citation in page.sources],
        "sources_label": page.sources_label,
        "label": page.label,
    }
    return {"page": json.dumps(_cleaned(value), ensure_ascii=False)}


def pdf(page: Page, market: str, aigc: str | None) -> bytes:
    """A page as a tagged PDF with its fonts embedded.

    :param page: the page.
    :param market: decides the forms of traditional characters.
    :param aigc: the label for the document's properties, as JSON.
    """
    import typst

    source = (files("ui") / "page.typ").read_bytes()
    data: bytes = typst.compile(source, font_paths=_fonts(), sys_inputs=_inputs(page, market))
    return _with_label(data, aigc) if aigc else data


def _with_label(data: bytes, aigc: str) -> bytes:
    """Typst cannot write properties of other names, so this one is put in afterwards."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_metadata({"/AIGC": aigc})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
