"""The role catalogue: every department, team, role and function that a document describes or names.

It is read off the section tree by rules: a heading that reads like a department or a role, and below it labelled blocks
(目标, 职责, 指标 ...), sub-headings that are such labels, or prose whose clauses are the duties. A sub-section
`English: NAME` holds the English rendering of the section above it, item by item. Names that prose only mentions come from
`ingest.mentions`. Every item keeps its exact place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import get_args

from ingest import grid, prose
from ingest.mentions import NOT_NAMES, Mention, enumerated, known_names, looks_like_name, named, subjects
from ingest.names import LONGEST_ENGLISH, kind_of_name
from ingest.script import fold
from ingest.tree import ENGLISH, Node, read_tree, unlabelled_items
from ingest.types import Depth, Kind, RoleEntry, Section, SourceDocument, Span

_DEPTHS = get_args(Depth)
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
# A sentence that lists clause by clause what somebody is in charge of.
_IN_CHARGE = re.compile(r"^.{2,12}负责[^,;]+,[^,;]+,")
# What a heading adds to the name of the thing it describes.
_HEAD_TAIL = re.compile(
    r"(?:岗位职责|职能及运作|的?(?:主要|核心|具体|工作)?职责(?:和|与|及)?(?:要求|任务)?|职能|岗位|的?工作内容|岗位说明书|职位描述|说明书|体系(?=岗位))(?:\s*:.*)?$"
)
# Headings that name a part of a text and nothing in an organisation.
_NO_ENTITY = re.compile(
    r"(?:背景|简介|概述|介绍|总结|结语|引言|前言|导读|流程|制度|原则|意义|目的|要求|待遇|福利|条件|方式|案例|问题|建议|说明|须知|附件|附录|其他|设置|适应性|框架|鄙视链)$"
)


def _bare_name(heading: str) -> str:
    """What a heading names, without `岗位职责` and the like behind it."""
    folded = _HEAD_TAIL.sub("", fold(heading))
    folded = fold(heading) if folded.endswith(("与", "和", "及", "的")) else folded
    bare = heading[: len(folded)].strip() if folded else heading
    return re.sub(r"\s*[(\uff08]略[)\uff09]$", "", bare)


def _kind(node: Node, name: str) -> Kind | None:
    """What a heading names; None for a heading that names neither a part of the organisation nor a role."""
    if declared := node.fields.get("kind"):
        return _KINDS.get(fold(declared[0].text), "concept")
    folded = fold(name)
    longest = LONGEST_ENGLISH if folded.isascii() else 20
    if len(folded) > longest or (node.inline and node.parent and _is_role(node.parent)):
        return None  # what stands below a role is what it does
    for pattern, kind in ((_ROLE, "role"), (_TEAM, "team"), (_DEPARTMENT, "department")):
        if pattern.search(folded) and (folded in known_names() or not NOT_NAMES.search(folded)):
            return kind  # type: ignore[return-value]
    if (by_ending := kind_of_name(folded)) and not NOT_NAMES.search(folded.removesuffix("负责人")):
        return by_ending
    described = {"goal", "duties", "positioning"} & node.fields.keys()
    if described:
        return "department" if len(node.section.heading) == 1 else "role"
    return _inferred_kind(node, folded)


def _is_role(node: Node) -> bool:
    folded = fold(_bare_name(node.name))
    names_department = f"{folded}部" in known_names()  # 运营 is the department's short name
    return "kind" not in node.fields and bool(_ROLE.search(folded)) and not names_department


def _inferred_kind(node: Node, folded: str) -> Kind | None:
    """The kind of a heading without any label: known names, and what stands below a department or a team."""
    if _NO_ENTITY.search(folded) and folded not in known_names():
        return None
    bracketless = re.sub(r"\(.*\)$", "", folded)
    if bracketless in known_names():
        return "role" if node.parent and _entity_above(node) else "department"
    return "function" if node.section.start < node.section.end and _entity_above(node) else None


def _entity_above(node: Node) -> bool:
    above = node.parent
    if not above:
        return False
    folded = fold(_bare_name(above.name))
    return (
        bool(_TEAM.search(folded) or _DEPARTMENT.search(folded))
        or (not _ROLE.search(folded) and bool(above.parent) and folded in known_names())
        or bool(above.parent and _entity_above(above) and not _ROLE.search(folded))
    )


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


def read_roles(document: SourceDocument, sections: list[Section]) -> list[RoleEntry]:
    """Read the role catalogue of one document.

    :param document: the cleaned document.
    :param sections: its sections from `split_sections`.
    :return: entries in reading order; names that the document only lists have the depth `named_only`. No item lies in a
        damaged place, so that none is quoted.
    """
    nodes = read_tree(document, sections)
    # A document that declares its entries is taken at its word.
    declares = any(node.fields.get("kind") for node in nodes)
    entries = [entry for node in nodes for entry in _entries(document, node, nodes, declares)]
    if not declares:
        entries += _tabled(document, sections, entries)
        entries += _mentioned(document, sections, entries)
    entries = [single for entry in entries for single in _singles(entry)]
    return [_without_damage(entry, document.uncertain) for entry in sorted(entries, key=lambda entry: entry.start)]


def _singles(entry: RoleEntry) -> Iterator[RoleEntry]:
    """A heading such as `开发部门和运维部门` describes two."""
    parts = re.split(r"[和与及、]", entry.name)
    if len(parts) > 1 and all(_DEPARTMENT.search(fold(part)) and len(part) > 2 for part in parts):
        yield from (
            _about_one(replace(entry, name=part, department=part if entry.kind == "department" else entry.department))
            for part in parts
        )
    else:
        yield entry


def _about_one(entry: RoleEntry) -> RoleEntry:
    """What a text on several departments says of one: the duties that begin with its name, where any do."""
    stem = re.sub(_DEPARTMENT, "", fold(entry.name))
    own = tuple(span for span in entry.spans("duties") if fold(span.text).startswith(stem))
    fields = {**entry.fields, "duties": own}
    return replace(entry, fields=fields, depth=_depth(fields, 0)) if own else entry


def _without_damage(entry: RoleEntry, uncertain: Sequence[tuple[int, int]]) -> RoleEntry:
    if not any(start < entry.end and entry.start < end for start, end in uncertain):
        return entry
    fields = {
        label: tuple(cut for span in spans if (cut := _sound_part(span, uncertain)))
        for label, spans in entry.fields.items()
    }
    return replace(entry, fields=fields)


def _sound_part(span: Span, uncertain: Sequence[tuple[int, int]]) -> Span | None:
    """The span up to its first damaged clause; None when next to nothing is left."""
    damaged = [start for start, end in uncertain if start < span.end and span.start < end]
    if not damaged:
        return span
    text = span.text[: max(0, min(damaged) - span.start)].rstrip(",;\uff0c\uff1b、 ")
    return Span(text, span.start, span.start + len(text)) if len(text) > 8 else None


def _entries(document: SourceDocument, node: Node, nodes: list[Node], declares: bool) -> Iterator[RoleEntry]:
    name = _bare_name(node.name)
    kind = _kind(node, name)
    path = [_bare_name(part) for part in node.section.heading[:-1]]
    post = next((post for post in document.posts if post.start <= node.section.start <= post.end), None)
    if post and post.label() and path:
        path = path[1:]
    if not declares:
        path = _homes(node)
    english = node.english.fields if node.english else {}
    year = node.section.year or document.year
    if kind and kind != "concept":
        fields = {
            label: _paired(items, english.get(label, []))
            for label, items in node.fields.items()
            if label not in {"kind", "team", "named_only"}
        }
        end = node.section.end
        if not {"duties", "goal", "positioning"} & fields.keys() and not declares:
            fields |= _prose_fields(document, node)
            end = max(
                [end, *(child.section.end for child in node.children if not _kind(child, _bare_name(child.name)))]
            )
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
            year=year,
            heading=node.section.heading,
            start=node.section.start,
            end=max([end, *(node.english.section.end for _ in [0] if node.english)]),
            english_name=node.english.name[len(ENGLISH) :] if node.english else None,
            fields=fields,
        )
    department = (path[0] if path else name) if kind != "concept" else None
    for span in _paired(node.fields.get("named_only", []), english.get("named_only", [])):
        yield _named_entry(document, node.section, span, department, name if kind == "team" else None)


def _homes(node: Node) -> list[str]:
    """The departments and teams around a node, the outermost first."""
    found: list[str] = []
    above = node.parent
    while above:
        name = _bare_name(above.name)
        if _kind(above, name) in {"department", "team"}:
            found.insert(0, name)
        above = above.parent
    return found


def _named_entry(
    document: SourceDocument, section: Section, span: Span, department: str | None, team: str | None
) -> RoleEntry:
    return RoleEntry(
        kind=_named_kind(span.text),
        name=span.text,
        department=department,
        team=team,
        depth="named_only",
        doc=document.doc,
        title=document.title,
        year=section.year or document.year,
        heading=section.heading,
        start=span.start,
        end=span.end,
        english_name=span.english.text if span.english else None,
    )


def _tabled(document: SourceDocument, sections: list[Section], entries: list[RoleEntry]) -> list[RoleEntry]:
    """Entries for the rows of tables in the text, each department once."""
    found: list[RoleEntry] = []
    seen = {fold(entry.name) for entry in entries}
    for section in sections:
        for row in grid.rows(document.text, section.start, section.end):
            department = row.department.text if row.department else None
            if row.department and fold(row.department.text) not in seen:
                seen.add(fold(row.department.text))
                entry = _named_entry(document, section, row.department, department, None)
                found.append(replace(entry, kind="department"))
            if row.name:
                entry = _named_entry(document, section, row.name, department, None)
                end = max([entry.end, *(span.end for spans in row.fields.values() for span in spans)])
                found.append(replace(entry, fields=row.fields, depth=_depth(row.fields, 0), end=end))
    return found


def _prose_fields(document: SourceDocument, node: Node) -> dict[str, tuple[Span, ...]]:
    """What prose below a heading says: sub-headings that name no entity are duties, and so are the clauses of the text."""
    text = document.text
    parts = [child for child in node.children if not _kind(child, _bare_name(child.name))]
    items = unlabelled_items(text, node.section)
    if items and not any(looks_like_name(fold(item.text).rstrip("。;,")) for item in items):
        return {"duties": items}
    body = prose.describe(text, node.section.start, node.section.end, [fold(_bare_name(node.name))], inline=node.inline)
    if not parts:
        return _own(body, document, node)
    duties = tuple(span for part in parts if (span := prose.block(text, part.section.start, part.section.end)))
    opening = prose.block(text, node.section.start, node.section.end)
    return ({"goal": (opening,)} if opening else {}) | {"duties": duties}


def _own(fields: dict[str, tuple[Span, ...]], document: SourceDocument, node: Node) -> dict[str, tuple[Span, ...]]:
    """The fields without the sentences whose subject is another department or role; all of them when nothing else is said."""
    mine = fold(_bare_name(node.name))
    others = [
        mention.said
        for mention in subjects(fold(document.text), node.section.start, node.section.end)
        if mention.said and fold(mention.name) not in mine and mine not in mention.name
    ]
    kept = tuple(
        span for span in fields.get("duties", ()) if not any(start <= span.start < end for start, end in others)
    )
    return fields | {"duties": kept} if kept else fields


def _function_duties(node: Node, nodes: list[Node]) -> int:
    """How many duties stand under the functions of a department: they are its own, those of its roles are not."""
    inside = (other for other in nodes if other.section.heading[:-1] == node.section.heading)
    return sum(
        len(other.fields.get("duties", [])) or 1
        for other in inside
        if _kind(other, _bare_name(other.name)) == "function"
    )


def _mentioned(document: SourceDocument, sections: list[Section], entries: list[RoleEntry]) -> Iterator[RoleEntry]:
    """Entries for what prose says of or merely names, one for each name in a post (or in a document without posts)."""
    folded = fold(document.text)
    wholes = [(post.start, post.end) for post in document.posts] or [(0, len(folded))]
    for start, end in wholes:
        headed = [fold(entry.name) for entry in entries if start <= entry.start < end and entry.depth != "named_only"]
        inside = [section for section in sections if start <= section.start and section.end <= end]
        described = {
            _key(entry.name) for entry in entries if start <= entry.start < end and entry.depth != "named_only"
        }
        seen = {fold(entry.name) for entry in entries if start <= entry.start < end}
        for entry in _of_mentions(document, folded, inside):
            if entry.depth == "named_only" and any(fold(entry.name) in name for name in headed):
                continue  # part of a longer name that a heading gives
            better = entry.depth != "named_only" and _key(entry.name) not in described
            if better or (
                fold(entry.name) not in seen and _key(entry.name) not in (described if _is_short(entry) else ())
            ):
                seen.add(fold(entry.name))
                described |= {_key(entry.name)} if entry.depth != "named_only" else set()
                yield entry


def _is_short(entry: RoleEntry) -> bool:
    """A bare word such as `运营` names the department that is described elsewhere."""
    return len(entry.name) <= 2


def _key(name: str) -> str:
    folded = re.sub(r"\(.*\)$", "", fold(name))
    return known_names().get(folded, folded)


def _of_mentions(document: SourceDocument, folded: str, sections: Iterable[Section]) -> Iterator[RoleEntry]:
    found = [
        (section, mention)
        for section in sections
        for source in (subjects, enumerated, named)
        for mention in source(folded, section.start, section.end)
    ]
    told = [
        _mention_entry(document, section, mention)
        for section, mention in found
        if looks_like_name(fold(mention.name)) or mention.said is None
    ]
    # What says most of a name counts before a list that holds it, and a list before a bare mention.
    yield from sorted(told, key=lambda entry: (-_DEPTHS.index(entry.depth), entry.start))


def _mention_entry(document: SourceDocument, section: Section, mention: Mention) -> RoleEntry:
    name = document.text[mention.start : mention.end]
    entry = _named_entry(document, section, Span(name, mention.start, mention.end), None, None)
    if not mention.said or _only_names(fold(document.text[slice(*mention.said)])):
        return entry
    inline = not _IN_CHARGE.search(fold(document.text[slice(*mention.said)]))
    said = prose.describe(document.text, *mention.said, [fold(name)], inline=inline)
    if not said.get("duties"):
        text = document.text[slice(*mention.said)].strip()
        said = {"duties": (Span(text, mention.said[0], mention.said[0] + len(text)),)} if len(text) > 3 else {}
    return replace(
        entry, fields=said, depth=_depth(said, 0), start=min(mention.start, mention.said[0]), end=mention.said[1]
    )


def _only_names(folded: str) -> bool:
    """Whether what stands behind a name is its other name or its members, and tells nothing."""
    return folded.strip() in known_names() or prose.is_bare_list(folded)


def _named_kind(name: str) -> Kind:
    folded = fold(name)
    if _ROLE.search(folded):
        return "role"
    if by_ending := kind_of_name(folded):
        return by_ending
    return "team" if _TEAM.search(folded) else "department" if _DEPARTMENT.search(folded) else "role"
