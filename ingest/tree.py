"""The headings of a document as a tree, each with the labelled blocks below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest import grid
from ingest.labels import heading_label, label_of
from ingest.script import fold
from ingest.types import Section, SourceDocument, Span

LIST_ITEM = re.compile(
    r"^\s*(?:\d{1,2}[.、)\uff0e\uff09]|[一二三四五六七八九十]{1,3}、|[-*•·]|[①-⑳]|\(\d{1,2}\))\s*(.+?)\s*$"
)
_BULLET = re.compile(r"^\s*[-*•·]\s+\S")
# Labels whose items may go on below a first one that stands beside the label.
_LISTED = frozenset({"duties", "metrics", "deliverables", "skills", "works_with", "note", "named_only"})
_GROUP = re.compile(r"^\s*[^:。,;]{2,10}方面\s*:\s*(.*)$")
# Two items that lost the line end between them: `...调整。4、建立...`.
_GLUED = re.compile(r"(?<=[。;])\s*\d{1,2}[.、]\s*(?=[㐀-鿿])")
_NAMES = re.compile(r"[^、,;。.\uff0c\uff1b]+")
_CELL = re.compile(r"[^\t|]*[^\t|\s][^\t|]*")
# A row of a form below its label: `1 | Plans the rota`.
_NUMBERED_ROW = re.compile(r"^\|?\s*\d{1,2}[.、)]?\s*\|\s*\S")
_COLUMNS = frozenset({"序号", "编号", "指标", "項目", "项目", "no.", "No."})
ENGLISH = "english: "


@dataclass
class Node:
    section: Section
    name: str
    fields: dict[str, list[Span]]
    english: Node | None = None
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    inline: bool = False
    tabled: bool = False
    department: str | None = None
    beside: list[Node] = field(default_factory=list, repr=False)


def blocks(text: str, section: Section, label: str | None = None) -> dict[str, list[Span]]:
    """The labelled blocks of one section; each item with its exact span.

    :param label: the label that the section's heading is, whose items stand at once below it.
    """
    fields: dict[str, list[Span]] = {label: []} if label else {}
    offset = section.start
    told = False  # the label's value stands in its own line
    for line in text[section.start : section.end].split("\n"):
        label = _label_below(line, label, fields) if told else label
        if labelled := label_of(line):
            label = labelled[0]
            told = bool(line[labelled[1] :].strip())
            fields.setdefault(label, [])
            if value := line[labelled[1] :].strip():
                start = offset + labelled[1]
                start += len(line[labelled[1] :]) - len(line[labelled[1] :].lstrip())
                fields[label].extend(_names(value, start) if label == "named_only" else _split(value, start))
        elif alone := heading_label(line):
            label, told = alone, False
            fields.setdefault(label, [])
        elif label and ("\t" in line.strip() or _NUMBERED_ROW.match(line) or (label == "metrics" and "|" in line)):
            if row := _table_item(line, offset, whole=label == "metrics"):
                fields[label].append(row)
        elif label and (item := LIST_ITEM.match(line)):
            fields[label].extend(_split(item.group(1), offset + item.start(1)))
        elif label and (group := _GROUP.match(fold(line))):
            if group.group(1):
                fields[label].append(
                    Span(line[group.start(1) :].strip(), offset + group.start(1), offset + len(line.rstrip()))
                )
        elif line.strip():
            if (label and fields[label] and not _ends_block(line, fields[label])) or (label and not fields[label]):
                fields[label].append(_whole_line(line, offset))
            else:
                label = None
        offset += len(line) + 1
    return fields


def _label_below(line: str, label: str | None, fields: dict[str, list[Span]]) -> str | None:
    """The label of what stands below one with its value in its own line: a list below a goal is what is done for it."""
    if label in _LISTED or "duties" in fields or not _BULLET.match(line):
        return label
    fields["duties"] = []
    return "duties"


def _table_item(line: str, offset: int, *, whole: bool) -> Span | None:
    """What a row of a table says: its longest cell, or all of it; nothing for the names of its columns or a line under them."""
    cells = [
        Span(match.group().strip(), offset + match.start(), offset + match.end()) for match in _CELL.finditer(line)
    ]
    if not re.search(r"\w", line):
        return None
    if any(heading_label(cell.text) or cell.text in _COLUMNS for cell in cells):
        return None
    if whole:
        return _whole_line(line, offset)
    longest = max(cells, key=lambda cell: len(cell.text))
    return _whole_line(line[longest.start - offset : longest.end - offset], longest.start)


def unlabelled_items(text: str, section: Section) -> tuple[Span, ...]:
    """The items of a section that is nothing but a list (a line may introduce it); empty for any other section."""
    lines = [line for line in text[section.start : section.end].split("\n") if line.strip()]
    marked = [bool(LIST_ITEM.match(line)) for line in lines]
    if not any(marked) or not all(marked[1:]):
        return ()
    spans: list[Span] = []
    offset = section.start
    for line in text[section.start : section.end].split("\n"):
        if item := LIST_ITEM.match(line):
            spans.append(Span(item.group(1), offset + item.start(1), offset + item.end(1)))
        offset += len(line) + 1
    return tuple(spans)


def _whole_line(line: str, offset: int) -> Span:
    start = offset + len(line) - len(line.lstrip())
    return Span(line.strip(), start, start + len(line.strip()))


def _ends_block(line: str, items: Sequence[Span]) -> bool:
    """Whether a line without a mark is no item: it does not read like the items above it."""
    return not (items and re.match(r"(?:及时|负责|协助|参与|完成|定期)", fold(line.strip())))


def _split(value: str, start: int) -> list[Span]:
    """One item, or the several that were glued together."""
    folded = fold(value)
    cuts = [0, *(at for match in _GLUED.finditer(folded) for at in match.span()), len(value)]
    spans = []
    for first, last in zip(cuts[::2], cuts[1::2], strict=True):
        piece = value[first:last]
        if piece.strip():
            at = start + first + len(piece) - len(piece.lstrip())
            spans.append(Span(piece.strip(), at, at + len(piece.strip())))
    return spans


def _names(value: str, start: int) -> list[Span]:
    found = ((match.group(), match.start()) for match in _NAMES.finditer(value))
    spans = ((name.strip(), at + len(name) - len(name.lstrip())) for name, at in found if name.strip())
    return [Span(name, start + at, start + at + len(name)) for name, at in spans]


def read_tree(document: SourceDocument, sections: list[Section]) -> list[Node]:
    """The headed sections as a tree; sub-headings that are labels become fields of the node above them."""
    nodes: list[Node] = []
    by_path: dict[tuple[str, ...], Node] = {}
    outermost: list[Node] = []
    for section in sections:
        if not section.heading:
            continue
        parent = by_path.get(section.heading[:-1])
        name = section.heading[-1]
        label = heading_label(name)
        if label and parent:
            for key, items in blocks(document.text, section, label).items():
                parent.fields.setdefault(key, []).extend(items)
            continue
        inline = (
            document.text[max(0, section.start - 4) : section.start]
            .rstrip("*_ ")
            .endswith((":", "\uff1a", "\u2013", "\u2014"))
        )
        node = Node(section, name, blocks(document.text, section, label), parent=parent, inline=inline)
        node.tabled = any(row.name for row in grid.rows(document.text, section.start, section.end))
        if name.lower().startswith(ENGLISH):
            if parent:
                parent.english = node
            continue
        by_path[section.heading] = node
        nodes.append(node)
        node.beside = parent.children if parent else outermost
        node.beside.append(node)
    return nodes
