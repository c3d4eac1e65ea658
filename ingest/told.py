"""Entries for what running text says of a name, or merely names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from ingest import english, prose
from ingest.entries import depth_of, key_of, named_entry
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
    bounds = [(post.start, post.end) for post in document.posts] or [(0, len(folded))]
    starts = [start for start, _ in bounds]
    inside_of: list[list[Section]] = [[] for _ in bounds]
    above_of: list[list[RoleEntry]] = [[] for _ in bounds]
    for section in sections:
        at = bisect_right(starts, section.start) - 1
        if at >= 0 and section.end <= bounds[at][1] and not _is_rendering(section):
            inside_of[at].append(section)
    for entry in entries:
        at = bisect_right(starts, entry.start) - 1
        if at >= 0 and entry.start < bounds[at][1]:
            above_of[at].append(entry)
    for inside, above in zip(inside_of, above_of, strict=True):
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
        fields = _together([first, *sorted(group, key=lambda entry: entry.start)])
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


def _together(entries: Sequence[RoleEntry]) -> dict[str, tuple[Span, ...]]:
    """The fields of the first entry, with what the others say in other places."""
    fields: dict[str, list[Span]] = {label: list(spans) for label, spans in entries[0].fields.items()}
    taken: list[tuple[int, int]] = []  # sorted, and apart from each other
    for start, end in sorted((span.start, span.end) for spans in fields.values() for span in spans):
        if taken and start < taken[-1][1]:
            taken[-1] = (taken[-1][0], max(end, taken[-1][1]))
        else:
            taken.append((start, end))
    for entry in entries[1:]:
        new = {label: [s for s in spans if _is_free(s, taken)] for label, spans in entry.fields.items()}
        for label, spans in new.items():
            fields.setdefault(label, []).extend(spans)
            for span in spans:
                if _is_free(span, taken):
                    insort(taken, (span.start, span.end))
    return {label: tuple(spans) for label, spans in fields.items()}


def _is_free(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(taken, (span.start, span.start))
    before, behind = taken[max(0, at - 1) : at], taken[at : at + 1]
    return not any(start < span.end and span.start < end for start, end in (*before, *behind))


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
