"""A page as plain text, Markdown and HTML."""

from __future__ import annotations

import html
import re

from rag.blocks import Block, Page, source_line, text_of

# What XML cannot hold; every kind of space stays.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Text without the control characters that Word and PDF files cannot hold."""
    return _UNPRINTABLE.sub("", text)


def plain(page: Page) -> str:
    """A page as plain text, the sources and the label at its end."""
    parts = [text_of(page.blocks, page.language)]
    if page.sources:
        lines = [f"[{citation.n}] {source_line(citation)}" for citation in page.sources]
        parts.append("\n".join([page.sources_label, *lines]))
    return "\n\n".join([*parts, page.label] if page.label else parts) + "\n"


def _escaped(text: str) -> str:
    """Text from a form or a source as Markdown that shows it, whatever marks it holds."""
    return "".join(f"\\{char}" if char in "\\`*_<#|[" else char for char in text).replace("\n", " ")


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _markdown_block(block: Block, number: int) -> list[str]:
    text = _escaped(block.text) + "".join(f" [{cited}]" for cited in block.citations)
    if block.kind == "facts":
        return ["", *(f"- **{_escaped(label)}** {_escaped(value)}" for label, value in block.rows)]
    if block.kind == "table":
        rule = "|" + " --- |" * len(block.rows[0])
        return ["", _row(block.rows[0]), rule, *(_row(row) for row in block.rows[1:])]
    marks = {"title": "# ", "heading": "## ", "item": "- ", "number": f"{number}. "}
    line = marks.get(block.kind, "") + text
    return [line] if block.kind in {"item", "number"} else ["", line]


def markdown(page: Page) -> str:
    """A page as Markdown; what people typed is shown as typed, whatever marks it holds."""
    lines: list[str] = []
    number = 0
    for at, block in enumerate(page.blocks):
        number = number + 1 if block.kind == "number" else 0
        if block.kind in {"item", "number"} and page.blocks[at - 1].kind != block.kind:
            lines.append("")
        lines += _markdown_block(block, number)
    if page.sources:
        sources = (f"- \\[{citation.n}] {_escaped(source_line(citation))}" for citation in page.sources)
        lines += ["", f"## {page.sources_label}", "", *sources]
    if page.label:
        lines += ["", f"*{_escaped(page.label)}*"]
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(rows: tuple[tuple[str, ...], ...], head: str) -> str:
    def cells(row: tuple[str, ...], first: str) -> str:
        return "".join(
            f"<{tag}>{html.escape(cell)}</{tag}>" for tag, cell in zip([first] + ["td"] * len(row), row, strict=False)
        )

    return f"<table>{''.join(f'<tr>{cells(row, head)}</tr>' for row in rows)}</table>"


def _marks(block: Block) -> str:
    return "".join(f'<sup><a href="#source-{number}">[{number}]</a></sup>' for number in block.citations)


def body_html(blocks: tuple[Block, ...]) -> str:
    """Blocks as HTML without a page around them; every text is escaped."""
    tags = {"title": "h1", "heading": "h2", "paragraph": "p", "item": "li", "number": "li"}
    lists = {"item": "ul", "number": "ol"}
    parts: list[str] = []
    opened = ""
    for block in blocks:
        wanted = lists.get(block.kind, "")
        if wanted != opened:
            parts.append((f"</{opened}>" if opened else "") + (f"<{wanted}>" if wanted else ""))
            opened = wanted
        if block.rows:
            parts.append(_table(block.rows, "th"))
        else:
            tag = tags[block.kind]
            parts.append(f"<{tag}>{html.escape(block.text)}{_marks(block)}</{tag}>")
    return "".join(parts) + (f"</{opened}>" if opened else "")


def html_page(page: Page, aigc: str | None) -> str:
    """A page as a whole HTML document.

    :param page: the page.
    :param aigc: the label for the metadata, as JSON.
    """
    meta = f'<meta name="AIGC" content="{html.escape(aigc)}">' if aigc else ""
    body = body_html(page.blocks)
    if page.sources:
        items = (f'<li id="source-{c.n}">[{c.n}] {html.escape(source_line(c))}</li>' for c in page.sources)
        body += f'<h2>{html.escape(page.sources_label)}</h2><ul class="sources">{"".join(items)}</ul>'
    label = f"<p><em>{html.escape(page.label)}</em></p>" if page.label else ""
    return (
        f'<!doctype html>\n<html lang="{page.language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{meta}<title>{html.escape(page.title)}</title>'
        "<style>body{max-width:45rem;margin:2rem auto;padding:0 1rem;font-family:system-ui,sans-serif;line-height:1.6}"
        "table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.3rem .7rem;text-align:left}"
        f".sources{{list-style:none;padding:0}}</style></head><body>{body}{label}</body></html>\n"
    )
