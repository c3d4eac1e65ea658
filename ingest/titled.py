"""Documents on one role, such as a saved job advert or a form: what their labelled blocks say is said of the role in the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.grid import form
from ingest.kinds import bare_name, kind_by_name
from ingest.names import kind_of_name
from ingest.script import fold, fold_document
from ingest.tree import Node, blocks
from ingest.types import Section, SourceDocument

# `岗位名称:仓储主管`, also as the cells of a form.
_NAMED = re.compile(
    r"^\|?\s*(?:(?:岗位|职位|职务)名称|job title|position title)\s*[:|\t]\s*(?P<name>[^\t|\n]{2,48}?)\s*(?=[\t|\n]|$)",
    re.M,
)
# `所属部门:仓储部`, also as the cells of a form.
_DEPARTMENT = re.compile(
    r"(?:^|[|\t])[ ]*(?:所属部门|所在部门|部门|department)\s*[:|\t][ ]*(?P<name>[^\t|\n:]{2,24}?)[ ]*(?=[\t|\n]|$)",
    re.M,
)


def with_title_role(document: SourceDocument, sections: Sequence[Section], nodes: list[Node]) -> list[Node]:
    """The headings of a document, those that name nobody without their blocks where the document is on one role.

    :param document: the cleaned document.
    :param sections: its sections.
    :param nodes: its headings from `read_tree`.
    :return: the same headings; the first with the title's name, or a new one, holds the blocks of those that name nobody.
    """
    name = _role_of(document)
    orphans = [node for node in nodes if node.fields and not _named(node)]
    fields = form(document.text, 0, len(document.text)) if name else {}
    loose = [blocks(document.text, section) for section in sections if not section.heading]
    if not name or not (orphans or fields or any(loose)):
        return nodes
    home = next((node for node in nodes if fold(bare_name(node.name)) == fold(name)), None)
    if not home:
        home = Node(Section((name,), 0, 0), name, {})
        nodes = [home, *nodes]
    for found in (fields, *loose, *(node.fields for node in orphans)):
        for label, spans in found.items():
            home.fields.setdefault(label, []).extend(spans)
    home.department = home.department or _department_of(document)
    for node in orphans:
        node.fields = {}
    ends = [span.end for spans in home.fields.values() for span in spans]
    home.section = replace(home.section, end=max([home.section.end, *ends]))
    return nodes


def _role_of(document: SourceDocument) -> str | None:
    """The one role that a document is about, by its form or its title."""
    if document.posts:
        return None
    forms = [document.text[slice(*match.span("name"))] for match in _NAMED.finditer(fold_document(document.text))]
    if len(forms) > 1:
        return None
    name = forms[0] if forms else bare_name(document.title)
    return name if forms or kind_of_name(fold(name)) == "role" else None


def _department_of(document: SourceDocument) -> str | None:
    """The one department that a form names."""
    places = {match.span("name") for match in _DEPARTMENT.finditer(fold_document(document.text))}
    names = {document.text[slice(*place)].strip() for place in places}
    return names.pop() if len(names) == 1 else None


def _named(node: Node) -> bool:
    """Whether a heading, or one above it, names somebody."""
    return bool(kind_by_name(node)) or bool(node.parent and _named(node.parent))
