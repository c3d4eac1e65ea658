"""Two or three roles side by side on the same axes: every cell is cited, and an empty one says that the sources do not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.errors import UsageError
from rag.items import Item, merged_items
from rag.link import Mention, RoleLinker

AXES = ("goal", "duties", "metrics", "skills", "deliverables", "works_with")
MOST = 3


@dataclass(frozen=True)
class Axis:
    """One row of a comparison: the items of each role, in the order of the roles; an empty tuple where no source tells."""

    label: str
    cells: tuple[tuple[Item, ...], ...]


def compare(mentions: Sequence[Mention], linker: RoleLinker) -> list[Axis]:
    """The axes on which the sources tell something of at least one of the roles.

    :param mentions: the roles or departments, at least one.
    :param linker: the role catalogue.
    """
    axes = [
        Axis(label, tuple(tuple(merged_items(mention, label, linker.functions_of(mention))) for mention in mentions))
        for label in AXES
    ]
    return [axis for axis in axes if any(axis.cells)]


def chosen(names: Sequence[str], linker: RoleLinker) -> list[Mention]:
    """The roles that were chosen by their canonical names.

    :param names: two or three names of the catalogue.
    :raises UsageError: for another number of names, or one that the catalogue does not hold.
    """
    if not 2 <= len(set(names)) <= MOST:
        raise UsageError(f"{len(set(names))} roles were chosen", f"choose two or {MOST} roles or departments")
    unknown = [name for name in names if name not in linker.by_name]
    if unknown:
        raise UsageError(f"the documents do not name {unknown[0]!r}", "choose from the list, or look with `roles`")
    return [Mention(name, linker.by_name[name]) for name in dict.fromkeys(names)]
