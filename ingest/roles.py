"""The role catalogue: every department, team, role and function that a document describes or names.

It is read off the section tree by rules: a heading that reads like a department or a role, and below it labelled blocks
(目标, 职责, 指标 ...), sub-headings that are such labels, or prose whose clauses are the duties (`headed`). A sub-section
`English: NAME` holds the English rendering of the section above it, item by item. Tables in the text give their rows
(`grid`), running text what it says of a name or merely names (`told`). Every item keeps its exact place in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest import grid
from ingest.entries import depth_of, named_entry, singles, with_aliases, without_damage, written
from ingest.headed import headed
from ingest.names import kind_of_name
from ingest.script import fold
from ingest.titled import with_title_role
from ingest.told import told
from ingest.tree import read_tree
from ingest.types import RoleEntry, Section, SourceDocument


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
    if not declares:
        nodes = with_title_role(document, sections, nodes)
    entries = list(headed(document, nodes, declares=declares))
    if not declares:
        entries += _tabled(document, sections, entries)
        entries += told(document, sections, entries)
        entries = [with_aliases(entry) for entry in entries]
        entries += _partners(document, sections, entries)
    parted = [single for entry in entries for single in singles(entry)]
    return [without_damage(entry, document.uncertain) for entry in sorted(parted, key=lambda entry: entry.start)]


def _tabled(document: SourceDocument, sections: Sequence[Section], entries: Sequence[RoleEntry]) -> Iterator[RoleEntry]:
    """Entries for the rows of tables in the text, each department once."""
    seen = {fold(entry.name) for entry in entries}
    above = {entry.heading: entry.department for entry in entries if entry.kind in {"department", "team"}}
    for section in sections:
        for row in grid.rows(document.text, section.start, section.end):
            department = row.department.text if row.department else above.get(section.heading)
            if row.department and fold(row.department.text) not in seen:
                seen.add(fold(row.department.text))
                yield replace(named_entry(document, section, row.department, department), kind="department")
            if row.name:
                end = max([row.name.end, *(span.end for spans in row.fields.values() for span in spans)])
                entry = named_entry(document, section, row.name, department)
                fields = written(row.fields)
                yield replace(entry, fields=fields, depth=depth_of(fields), end=end)


def _partners(
    document: SourceDocument, sections: Sequence[Section], entries: Sequence[RoleEntry]
) -> Iterator[RoleEntry]:
    """Entries for roles and departments that only stand where others say with whom they work or to whom they report."""
    seen = {fold(name) for entry in entries for name in (entry.name, *entry.aliases)}
    for span in (span for entry in entries for span in entry.spans("works_with")):
        if fold(span.text) not in seen and kind_of_name(fold(span.text)):
            seen.add(fold(span.text))
            section = next(section for section in reversed(sections) if section.start <= span.start)
            yield named_entry(document, section, span)
