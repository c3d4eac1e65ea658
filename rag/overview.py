"""What whole documents hold: `公司有哪些部门?` asks for every department of the catalogue, not for sentences that speak of departments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.lexical import LexicalIndex
from ingest.script import search_form
from ingest.types import Kind, RoleEntry
from rag.link import RoleLinker, canonical
from rag.query import Query, covered

_MANY = r"(?:哪些|哪几|几|什么|多少|所有|全部)(?:个|种|类|大)?(?:不同)?(?:的)?"
_ALL = r"(?:都)?(?:有|包括|包含|分)?(?:哪些|哪几|多少)"
_KINDS: tuple[tuple[Kind, str, str], ...] = (
    ("department", "(?:职能)?部门", "departments?|divisions?"),
    ("role", "岗位|职位|职务|职缺|角色|岗", "roles?|positions?|jobs?"),
    ("team", "团队|小组|组", "teams?|groups?"),
)
_ASKED = tuple(
    (
        kind,
        re.compile(rf"{_MANY}(?:{named})|(?:{named}){_ALL}|\b(?:which|what|many|all)(?: \w+){{0,2}} (?:{english})\b"),
    )
    for kind, named, english in _KINDS
)
# A document is meant when its title holds all of what is left of a question, such as 电商 in `电商公司有哪些部门`.
WHOLE_TITLE = 0.99


def kinds_asked(query: Query) -> tuple[Kind, ...]:
    """What a question wants all of: departments, teams, roles."""
    form = search_form(query.text)
    return tuple(kind for kind, pattern in _ASKED if pattern.search(form))


def listed(query: Query, linker: RoleLinker, lexical: LexicalIndex) -> tuple[RoleEntry, ...]:
    """The departments, teams or roles of the documents that a question is about, in their order; none where it asks for anything in particular.

    A document without departments, such as one on five teams, gives its teams instead.

    :param query: the understood question.
    :param linker: the role catalogue.
    :param lexical: the lexical leg, for the rarity of terms.
    """
    kinds = kinds_asked(query)
    if not kinds or query.mentions:
        return ()
    titles = linker.sources.titles
    docs = {
        doc for doc in query.docs or titles if not query.terms or covered(query, titles[doc], lexical) >= WHOLE_TITLE
    }
    found: list[RoleEntry] = []
    for doc, of_doc in linker.by_doc.items():
        entries = sorted(of_doc, key=lambda entry: entry.start) if doc in docs else []
        of_kind = [entry for entry in entries if entry.kind in kinds]
        found += of_kind or [entry for entry in entries if kinds == ("department",) and entry.kind == "team"]
    return tuple(found)


def by_name(entries: Iterable[RoleEntry]) -> dict[str, list[RoleEntry]]:
    """Canonical name -> its entries, in their order."""
    groups: dict[str, list[RoleEntry]] = {}
    for entry in entries:
        groups.setdefault(canonical(entry.name), []).append(entry)
    return groups


def merged(entries: Sequence[RoleEntry]) -> list[tuple[RoleEntry, ...]]:
    """Entries of the same name together, spelt as most documents spell it; what most documents hold first.

    :param entries: of several documents, in their order.
    """
    by_documents = sorted(by_name(entries).values(), key=lambda group: -len(documents_of(group)))
    return [spelt_alike(group) for group in by_documents]


def documents_of(entries: Iterable[RoleEntry]) -> list[str]:
    """The documents of entries, each once."""
    return list(dict.fromkeys(entry.doc for entry in entries))


def spelt_alike(entries: Sequence[RoleEntry]) -> tuple[RoleEntry, ...]:
    """Of entries of one name those that are spelt as most are, so that each cited place holds the name as it is shown.

    :param entries: at least one entry.
    """
    spellings = Counter(search_form(entry.name) for entry in entries)
    most = max(
        spellings, key=lambda spelling: (spellings[spelling], spelling == search_form(canonical(entries[0].name)))
    )
    return tuple(entry for entry in entries if search_form(entry.name) == most)
