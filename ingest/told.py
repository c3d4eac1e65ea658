"""Entries for what running text says of a name, or merely names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from ingest import english, prose
from ingest.entries import Fields, depth_of, key_of, named_entry
from ingest.enumerations import enumerated
from ingest.mentions import Mention, is_abbreviation, known_names, looks_like_name, named, plain_name
from ingest.names import kind_of_name
from ingest.script import fold, fold_document
from ingest.subjects import subjects
from ingest.tree import ENGLISH
from ingest.types import Depth, RoleEntry, Section, SourceDocument, Span

_DEPTHS = get_args(Depth)
# `前端开发人员` are those who do `前端开发`; `设计人员` are `设计师`.
_PEOPLE = re.compile(r"(?<=[㐀-鿿]{4})(?:人员|岗位|同学)$")
_MEN = ("人员", "人員")
_PERSON = re.compile(r"(?<=[㐀-鿿]{2})(?:的?人员|工程师|师|员)$")
_GENERIC_END = re.compile(r"(?:专员|人员|工程师|经理|部门?|组|团队)$")


def told(document: SourceDocument, sections: Sequence[Section], entries: Sequence[RoleEntry]) -> Iterator[RoleEntry]:
    """Entries for what prose says of or merely names, one for each name in a post (or in a document without posts).

    :param document: the cleaned document.
    :param sections: its sections.
    :param entries: what headings and tables gave; a name that they describe is not told again.
    """
    folded = fold_document(document.text)
    for start, end in [(post.start, post.end) for post in document.posts] or [(0, len(folded))]:
        above = [entry for entry in entries if start <= entry.start < end]
        inside = [
            section
            for section in sections
            if start <= section.start and section.end <= end and not _is_rendering(section)
        ]
        yield from _new(document.text, _of_mentions(document, folded, inside), above)


def _is_rendering(section: Section) -> bool:
    return any(part.lower().startswith(ENGLISH) for part in section.heading)


def _new(text: str, found: Sequence[RoleEntry], above: Sequence[RoleEntry]) -> Iterator[RoleEntry]:
    """One entry for each name of which the text says more than headings and tables do."""
    headed = [fold(entry.name) for entry in above if entry.depth != "named_only"]
    described = {key_of(entry.name): _DEPTHS.index(entry.depth) for entry in above if entry.depth != "named_only"}
    seen = {fold(entry.name) for entry in above}
    for entry in _joined(text, found):
        name, key, depth = fold(entry.name), key_of(entry.name), _DEPTHS.index(entry.depth)
        if not depth and any(name in longer for longer in headed):
            continue  # part of a longer name that a heading gives
        # A bare word such as `运营` names the department that is described elsewhere.
        unknown = name not in seen and (len(name) > 2 or key not in described)
        if depth > described.get(key, 0) or unknown:
            seen.add(name)
            yield entry


def _joined(text: str, found: Sequence[RoleEntry]) -> Iterator[RoleEntry]:
    """The mentions of each name as one entry: all that they say, the other spellings as aliases."""
    groups: dict[str, list[RoleEntry]] = {}
    for entry in found:
        groups.setdefault(_group_of(entry.name), []).append(entry)
    for group in groups.values():
        first = max(group, key=lambda entry: (_DEPTHS.index(entry.depth), -entry.start))
        fields = dict(first.fields)
        for other in sorted(group, key=lambda entry: entry.start):
            fields = _with_new(fields, other)
        if (
            fields.get("deliverables")
            and "goal" not in fields
            and (goal := prose.purpose(text, fields.get("duties", ())))
        ):
            fields["goal"] = (goal,)
        name = min((entry.name for entry in group), key=_at_length)
        others = dict.fromkeys(entry.name for entry in group if fold(entry.name) != fold(name))
        yield replace(first, name=name, fields=fields, depth=depth_of(fields), aliases=tuple(others))


def _group_of(name: str) -> str:
    """What the spellings of one name in one text have in common."""
    folded = plain_name(fold(name))
    if len(folded) > 3 and folded in known_names() and kind_of_name(key_of(folded)) == "role":
        return key_of(folded)
    return _PERSON.sub("人", _PEOPLE.sub("", folded))


def _at_length(name: str) -> tuple[bool, bool]:
    """Whether a spelling says the name at greater length than need be."""
    return plain_name(fold(name)) != fold(name), name.endswith(_MEN)


def _with_new(fields: Fields, other: RoleEntry) -> dict[str, tuple[Span, ...]]:
    """The fields with what another mention says in other places."""
    taken = [(span.start, span.end) for spans in fields.values() for span in spans]
    added = {
        label: tuple(s for s in spans if not any(start < s.end and s.start < end for start, end in taken))
        for label, spans in other.fields.items()
    }
    return {label: (*fields.get(label, ()), *added.get(label, ())) for label in [*fields, *added]}


def _of_mentions(document: SourceDocument, folded: str, sections: Sequence[Section]) -> list[RoleEntry]:
    found = [
        (section, mention)
        for section in sections
        for source in (subjects, enumerated, named)
        for mention in source(folded, section.start, section.end)
    ]
    found += [
        (section, Mention(folded[first:last], first, last))
        for section in sections
        for first, last in english.named(document.text, section.start, section.end)
    ]
    found = _whole(found)
    found += [(section, mention) for section in sections for mention in _by_stem(folded, section, found)]
    listed = {mention.name for _, mention in found if not mention.said}
    return [
        _mention_entry(document, section, mention)
        for section, mention in found
        if mention.name in listed or looks_like_name(mention.name) or is_abbreviation(mention.name)
    ]


def _whole(found: Sequence[tuple[Section, Mention]]) -> list[tuple[Section, Mention]]:
    """The mentions without those that are the end of a longer name of which something is said: 设计师 in 展陈设计师."""
    ends: dict[int, int] = {}
    for _, mention in found:
        if mention.said:
            ends[mention.end] = min(mention.start, ends.get(mention.end, mention.start))
    return [(section, mention) for section, mention in found if ends.get(mention.end, mention.start) >= mention.start]


def _by_stem(folded: str, section: Section, found: Sequence[tuple[Section, Mention]]) -> Iterator[Mention]:
    """What is said of names in short: `媒介专员、内容专员(如媒介负责达人对接)`."""
    for mention in {mention.name: mention for where, mention in found if where is section}.values():
        stem = _GENERIC_END.sub("", mention.name)
        if 1 < len(stem) < len(mention.name):
            for match in re.finditer(
                rf"[如,、;(:]{re.escape(stem)}(?=负责)(?P<said>[^、,;。)]+)", folded[section.start : section.end]
            ):
                start, end = (section.start + at for at in match.span("said"))
                yield Mention(mention.name, mention.start, mention.end, (start, end))


def _mention_entry(document: SourceDocument, section: Section, mention: Mention) -> RoleEntry:
    name = document.text[mention.start : mention.end]
    entry = named_entry(document, section, Span(name, mention.start, mention.end))
    if not mention.said:
        return entry
    first, last = mention.said
    if _only_names(fold(document.text[mention.end if first <= mention.start < last else first : last])):
        return entry
    said = prose.describe(document.text, *mention.said, [fold(name)], inline=True)
    if not said.get("duties"):
        text = document.text[slice(*mention.said)].strip()
        said = {"duties": (Span(text, mention.said[0], mention.said[0] + len(text)),)} if len(text) > 3 else {}
    if made := prose.results(document.text, *mention.said):
        said["deliverables"] = made
    return replace(
        entry, fields=said, depth=depth_of(said), start=min(mention.start, mention.said[0]), end=mention.said[1]
    )


def _only_names(folded: str) -> bool:
    """Whether what stands behind a name is its other name or its members, and tells nothing."""
    return folded.strip() in known_names() or prose.is_bare_list(folded)
