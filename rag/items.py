"""What there is to write about a role: the items of one axis, merged over all sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import RoleEntry, Span
from rag.citations import overlap
from rag.link import Mention

# Two items say the same when the shorter shares this much of its character pairs with the longer.
SAME = 0.6
MAX_ITEMS = 24
# A duty speaks of an item, such as a metric, when it holds this much of the name of it.
SPEAKS_OF = 0.75
MAX_SPEAKING = 6
_NAME = re.compile(r"^[^:\uff1a\uff08(]*")


@dataclass(frozen=True)
class Item:
    """One line to write: a span of a document, and the entry that it belongs to."""

    doc: str
    span: Span
    entry: RoleEntry | None = None


def labelled(entry: RoleEntry, label: str) -> tuple[Span, ...]:
    """The items of one axis of an entry; a department's positioning stands in for a goal."""
    return entry.spans("goal") or entry.spans("positioning") if label == "goal" else entry.spans(label)


def merged_items(mention: Mention, label: str, functions: Sequence[RoleEntry] = ()) -> list[Item]:
    """The items of one axis over all sources: the fullest source whole, then what others add, nothing said twice.

    :param mention: the role.
    :param label: an axis such as `duties`.
    :param functions: functions that belong to the role's entries, for a department whose duties stand there.
    """
    kept: list[Item] = []
    # One list for each document, so that the fullest source comes first as a whole.
    sources: dict[str, list[Item]] = {}
    for entry in mention.entries:
        sources.setdefault(entry.doc, []).extend(Item(entry.doc, span, entry) for span in labelled(entry, label))
    for entry in functions if label == "duties" else ():
        sources.setdefault(entry.doc, []).extend(Item(entry.doc, span, entry) for span in entry.spans("duties"))
    for items in sorted(sources.values(), key=len, reverse=True):
        told = list(kept)
        kept += [item for item in items if not any(same(item.span.text, other.span.text) for other in told)]
    return kept[:MAX_ITEMS]


def duties_behind(mention: Mention, items: Sequence[Item]) -> list[Item]:
    """The duties from which listed items follow, such as the one that says when a report is written; at most six.

    :param mention: the role.
    :param items: what is listed of it: metrics, deliverables, skills.
    """
    names = [(item.doc, match.group()) for item in items if (match := _NAME.match(item.span.text))]
    duties = [Item(entry.doc, span, entry) for entry in mention.entries for span in entry.spans("duties")]
    return [
        duty
        for duty in duties
        if any(doc == duty.doc and overlap(name, duty.span.text) >= SPEAKS_OF for doc, name in names)
    ][:MAX_SPEAKING]


def same(a: str, b: str) -> bool:
    """Whether two items say the same thing, by the character pairs they share."""
    short, long = sorted((a, b), key=len)
    return overlap(short, long) >= SAME
