"""How an entry of the catalogue is made: from a name alone, from fields, without what is damaged; and how deep it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.kinds import DEPARTMENT_END, kind_of_mention
from ingest.mentions import known_names
from ingest.names import kind_of_name
from ingest.placeholders import is_placeholder
from ingest.script import fold
from ingest.types import Depth, RoleEntry, Section, SourceDocument, Span

_BRACKETED = re.compile(r"(?P<name>[^()\uff08\uff09]{2,}?)\s*[(\uff08](?P<alias>[^()\uff08\uff09]{2,40})[)\uff09]")
_ABBREVIATION = re.compile(r"[a-z][a-z &/.-]{1,30}")

Fields = Mapping[str, tuple[Span, ...]]


def depth_of(fields: Fields, inherited: int = 0) -> Depth:
    """How fully something is described.

    :param fields: its fields.
    :param inherited: how many duties stand elsewhere and are its own, such as those of a department's functions.
    """
    duties = len(fields.get("duties", ())) + inherited
    if duties and fields.get("goal"):
        return "duties_goals_kpis"
    return "duties" if duties > 1 else "one_line" if duties or fields.get("positioning") else "named_only"


def named_entry(
    document: SourceDocument,
    section: Section,
    span: Span,
    department: str | None = None,
    team: str | None = None,
) -> RoleEntry:
    """An entry for a name that a document gives without saying anything of it."""
    return RoleEntry(
        kind=kind_of_mention(span.text),
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


def paired(chinese: Sequence[Span], english: Sequence[Span]) -> tuple[Span, ...]:
    """Give each item its English rendering, when both lists have the same number of items."""
    if len(chinese) != len(english):
        return tuple(chinese)
    return tuple(Span(a.text, a.start, a.end, b) for a, b in zip(chinese, english, strict=True))


def key_of(name: str) -> str:
    """What two spellings of one name have in common: the canonical name where the trade knows it."""
    folded = re.sub(r"\(.*\)$", "", fold(name))
    return known_names().get(folded, folded)


def singles(entry: RoleEntry) -> Iterator[RoleEntry]:
    """The entries of a heading such as `开发部门和运维部门`, which describes two; the entry itself for any other."""
    parts = [part.strip() for part in re.split(r"[和与及、]", entry.name)]
    if len(parts) > 1 and all(_is_whole_name(fold(part)) for part in parts):
        yield from (
            _about_one(replace(entry, name=part, department=part if entry.kind == "department" else entry.department))
            for part in parts
        )
    else:
        yield entry


def _is_whole_name(folded: str) -> bool:
    return bool(DEPARTMENT_END.search(folded) and len(folded) > 2) or kind_of_name(folded) == "role"


def with_aliases(entry: RoleEntry) -> RoleEntry:
    """The entry with what its name holds in brackets as another name: `数据库管理员(DBA)`; a mere remark stays in the name."""
    match = _BRACKETED.fullmatch(entry.name)
    if not match or entry.kind == "function":
        return entry
    inside = fold(match.group("alias")).strip()
    if not (_ABBREVIATION.fullmatch(inside) or inside in known_names() or kind_of_name(inside)):
        return entry
    name = match.group("name").strip()
    department = name if entry.department == entry.name else entry.department
    return replace(entry, name=name, department=department, aliases=(*entry.aliases, match.group("alias").strip()))


def _about_one(entry: RoleEntry) -> RoleEntry:
    """What a text on several departments says of one: the duties that begin with its name, where any do."""
    stem = re.sub(DEPARTMENT_END, "", fold(entry.name))
    own = tuple(span for span in entry.spans("duties") if fold(span.text).startswith(stem))
    fields = {**entry.fields, "duties": own}
    return replace(entry, fields=fields, depth=depth_of(fields)) if own else entry


def written(fields: Fields) -> dict[str, tuple[Span, ...]]:
    """Fields without items that only say that something is still to be written."""
    kept = {label: tuple(span for span in spans if not is_placeholder(span.text)) for label, spans in fields.items()}
    return {label: spans for label, spans in kept.items() if spans}


def without_damage(entry: RoleEntry, uncertain: Sequence[tuple[int, int]]) -> RoleEntry:
    """The entry without the clauses that lie in damaged places.

    :param uncertain: (start, end) offsets of the damaged places.
    """
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
