"""The role catalogue: every department, team, role and function that a document describes or names.

It is read off the section tree by rules: a heading that reads like a department or a role, and below it labelled blocks
(目标, 职责, 指标 ...) whose items are kept with their exact place in the text. A sub-section `English: NAME` holds the English
rendering of the section above it, item by item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.script import fold, sentence_spans
from ingest.types import Depth, Kind, RoleEntry, Section, SourceDocument, Span

# Folded spellings of each label; the key is the field's name in `RoleEntry.fields`.
LABELS: dict[str, tuple[str, ...]] = {
    "kind": ("类型", "kind"),
    "team": ("所属", "team"),
    "positioning": ("定位", "positioning"),
    "goal": ("目标", "岗位目的", "岗位目标", "目的", "goal", "purpose"),
    "duties": ("职责", "主要职责", "岗位职责", "工作职责", "工作内容", "duties", "responsibilities"),
    "metrics": ("指标", "考核指标", "关键指标", "metrics", "kpis"),
    "deliverables": ("产出", "交付物", "deliverables"),
    "skills": ("技能", "基本技能要求", "任职要求", "技能要求", "skills"),
    "works_with": ("协作", "works with"),
    "note": ("说明", "note"),
    "named_only": ("只列名称", "named only"),
}
_LABEL_OF = {spelling: label for label, spellings in LABELS.items() for spelling in spellings}
_LABEL_LINE = re.compile(rf"^\s*({'|'.join(sorted(_LABEL_OF, key=len, reverse=True))})\s*:\s*(.*)$")
_ITEM = re.compile(r"^\s*(?:\d{1,2}[.、)\uff0e\uff09]|[-*•])\s*(.+?)\s*$")
_NAMES = re.compile(r"[^、,;。.\uff0c\uff1b]+")
_ENGLISH = "english: "
_KINDS: dict[str, Kind] = {
    "部门": "department",
    "团队": "team",
    "职能": "function",
    "岗位": "role",
    "概念": "concept",
}
_DEPARTMENT = re.compile(r"(?:部|部门|体系|条线|岗|中心|事业部)$")
_TEAM = re.compile(r"(?:组|团队|小组)$")
_ROLE = re.compile(
    r"(?:经理|总监|主管|专员|助理|工程师|设计师|设计人员|人员|分析师|架构师|组长|客服|运营|策划|编辑|主播|美工|推广|公关|负责人|顾问)(?:\(.+\))?$"
)
# What a heading adds to the name of the thing it describes.
_HEAD_TAIL = re.compile(r"(?:岗位职责|职能及运作|的?主要职责|职责|岗位)(?::.*)?$")


def label_of(line: str) -> tuple[str, int] | None:
    """The label that a line begins with.

    :param line: one line of a document.
    :return: the field's name (a key of `LABELS`) and the offset of what follows it, or None.
    """
    match = _LABEL_LINE.match(fold(line))
    return (_LABEL_OF[match.group(1)], match.start(2)) if match else None


@dataclass
class _Node:
    section: Section
    name: str
    fields: dict[str, list[Span]]
    english: _Node | None = None


def _blocks(text: str, section: Section) -> dict[str, list[Span]]:
    """The labelled blocks of one section; each item with its exact span."""
    fields: dict[str, list[Span]] = {}
    label: str | None = None
    offset = section.start
    for line in text[section.start : section.end].split("\n"):
        if labelled := label_of(line):
            label = labelled[0]
            fields.setdefault(label, [])
            if value := line[labelled[1] :].strip():
                start = offset + labelled[1]
                fields[label].extend(
                    _names(value, start) if label == "named_only" else [Span(value, start, start + len(value))]
                )
        elif label and (item := _ITEM.match(line)):
            fields[label].append(Span(item.group(1), offset + item.start(1), offset + item.end(1)))
        elif line.strip():
            label = None
        offset += len(line) + 1
    return fields


def _names(value: str, start: int) -> list[Span]:
    found = ((match.group(), match.start()) for match in _NAMES.finditer(value))
    spans = ((name.strip(), at + len(name) - len(name.lstrip())) for name, at in found if name.strip())
    return [Span(name, start + at, start + at + len(name)) for name, at in spans]


def _nodes(document: SourceDocument, sections: list[Section]) -> list[_Node]:
    nodes: list[_Node] = []
    by_path: dict[tuple[str, ...], _Node] = {}
    for section in sections:
        if not section.heading:
            continue
        name = section.heading[-1]
        node = _Node(section, name, _blocks(document.text, section))
        if name.lower().startswith(_ENGLISH):
            if parent := by_path.get(section.heading[:-1]):
                parent.english = node
            continue
        by_path[section.heading] = node
        nodes.append(node)
    return nodes


def _kind(node: _Node, name: str) -> Kind | None:
    """What a heading names; None for a heading that names neither a part of the organisation nor a role."""
    if declared := node.fields.get("kind"):
        return _KINDS.get(fold(declared[0].text), "concept")
    folded = fold(name)
    if len(folded) > 16:
        return None
    for pattern, kind in ((_ROLE, "role"), (_TEAM, "team"), (_DEPARTMENT, "department")):
        if pattern.search(folded):
            return kind  # type: ignore[return-value]
    described = {"goal", "duties", "positioning"} & node.fields.keys()
    return ("department" if len(node.section.heading) == 1 else "role") if described else None


def _paired(chinese: list[Span], english: list[Span]) -> tuple[Span, ...]:
    """Give each item its English rendering, when both lists have the same number of items."""
    if len(chinese) != len(english):
        return tuple(chinese)
    return tuple(Span(a.text, a.start, a.end, b) for a, b in zip(chinese, english, strict=True))


def _depth(fields: dict[str, tuple[Span, ...]], inherited: int) -> Depth:
    duties = len(fields.get("duties", ())) + inherited
    if duties and fields.get("goal"):
        return "duties_goals_kpis"
    return "duties" if duties > 1 else "one_line" if duties or fields.get("positioning") else "named_only"


def _body_duties(document: SourceDocument, node: _Node) -> list[Span]:
    """A section without labels: its sentences are what the source says of the duties."""
    spans = sentence_spans(document.text, node.section.start, node.section.end)
    return [Span(document.text[start:end], start, end) for start, end in spans if end - start > 5]


def read_roles(document: SourceDocument, sections: list[Section]) -> list[RoleEntry]:
    """Read the role catalogue of one document.

    :param document: the cleaned document.
    :param sections: its sections from `split_sections`.
    :return: entries in reading order; names that the document only lists have the depth `named_only`.
    """
    nodes = _nodes(document, sections)
    return [entry for node in nodes for entry in _entries(document, node, nodes)]


def _entries(document: SourceDocument, node: _Node, nodes: list[_Node]) -> Iterator[RoleEntry]:
    name = _HEAD_TAIL.sub("", fold(node.name)) and node.name[: len(_HEAD_TAIL.sub("", fold(node.name)))]
    kind = _kind(node, name)
    path = [_HEAD_TAIL.sub("", part) for part in node.section.heading[:-1]]
    english = node.english.fields if node.english else {}
    if kind and kind != "concept":
        fields = {
            label: _paired(items, english.get(label, []))
            for label, items in node.fields.items()
            if label not in {"kind", "team", "named_only"}
        }
        if not fields and kind != "department":
            fields = {"duties": tuple(_body_duties(document, node))}
        inherited = _function_duties(node, nodes) if kind in {"department", "team"} else 0
        team = node.fields["team"][0].text if node.fields.get("team") else (path[1] if len(path) > 1 else None)
        yield RoleEntry(
            kind=kind,
            name=name,
            department=name if kind == "department" else (path[0] if path else None),
            team=team,
            depth=_depth(fields, inherited),
            doc=document.doc,
            title=document.title,
            year=document.year,
            heading=node.section.heading,
            start=node.section.start,
            end=max([node.section.end, *(node.english.section.end for _ in [0] if node.english)]),
            english_name=node.english.name[len(_ENGLISH) :] if node.english else None,
            fields=fields,
        )
    department = (path[0] if path else name) if kind != "concept" else None
    for span in _paired(node.fields.get("named_only", []), english.get("named_only", [])):
        yield RoleEntry(
            kind=_named_kind(span.text),
            name=span.text,
            department=department,
            team=name if kind == "team" else None,
            depth="named_only",
            doc=document.doc,
            title=document.title,
            year=document.year,
            heading=node.section.heading,
            start=span.start,
            end=span.end,
            english_name=span.english.text if span.english else None,
        )


def _function_duties(node: _Node, nodes: list[_Node]) -> int:
    """How many duties stand under the functions of a department: they are its own, those of its roles are not."""
    inside = (other for other in nodes if other.section.heading[:-1] == node.section.heading)
    return sum(len(other.fields.get("duties", [])) for other in inside if _kind(other, other.name) == "function")


def _named_kind(name: str) -> Kind:
    folded = fold(name)
    if _ROLE.search(folded):
        return "role"
    return "team" if _TEAM.search(folded) else "department" if _DEPARTMENT.search(folded) else "role"
