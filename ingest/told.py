"""Entries for what running text says of a name, or merely names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import get_args

from ingest import english, prose
from ingest.entries import depth_of, key_of, named_entry
from ingest.enumerations import enumerated
from ingest.mentions import Mention, known_names, looks_like_name, named
from ingest.script import fold
from ingest.subjects import subjects
from ingest.types import Depth, RoleEntry, Section, SourceDocument, Span

_DEPTHS = get_args(Depth)
# A sentence that lists clause by clause what somebody is in charge of.
_IN_CHARGE = re.compile(r"^.{2,12}负责[^,;]+,[^,;]+,")


def told(document: SourceDocument, sections: Sequence[Section], entries: Sequence[RoleEntry]) -> Iterator[RoleEntry]:
    """Entries for what prose says of or merely names, one for each name in a post (or in a document without posts).

    :param document: the cleaned document.
    :param sections: its sections.
    :param entries: what headings and tables gave; a name that they describe is not told again.
    """
    folded = fold(document.text)
    for start, end in [(post.start, post.end) for post in document.posts] or [(0, len(folded))]:
        above = [entry for entry in entries if start <= entry.start < end]
        inside = [section for section in sections if start <= section.start and section.end <= end]
        yield from _new(_of_mentions(document, folded, inside), above)


def _new(found: Iterator[RoleEntry], above: Sequence[RoleEntry]) -> Iterator[RoleEntry]:
    """The entries that say of a name more than is known already; those that say most must come first."""
    headed = [fold(entry.name) for entry in above if entry.depth != "named_only"]
    described = {key_of(entry.name) for entry in above if entry.depth != "named_only"}
    seen = {fold(entry.name) for entry in above}
    for entry in found:
        name, key = fold(entry.name), key_of(entry.name)
        if entry.depth == "named_only" and any(name in longer for longer in headed):
            continue  # part of a longer name that a heading gives
        better = entry.depth != "named_only" and key not in described
        # A bare word such as `运营` names the department that is described elsewhere.
        unknown = name not in seen and (len(name) > 2 or key not in described)
        if better or unknown:
            seen.add(name)
            described |= {key} if entry.depth != "named_only" else set()
            yield entry


def _of_mentions(document: SourceDocument, folded: str, sections: Sequence[Section]) -> Iterator[RoleEntry]:
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
    entries = [
        _mention_entry(document, section, mention)
        for section, mention in found
        if looks_like_name(fold(mention.name)) or mention.said is None
    ]
    # What says most of a name counts before a list that holds it, and a list before a bare mention.
    yield from sorted(entries, key=lambda entry: (-_DEPTHS.index(entry.depth), entry.start))


def _mention_entry(document: SourceDocument, section: Section, mention: Mention) -> RoleEntry:
    name = document.text[mention.start : mention.end]
    entry = named_entry(document, section, Span(name, mention.start, mention.end))
    if not mention.said or _only_names(fold(document.text[slice(*mention.said)])):
        return entry
    inline = not _IN_CHARGE.search(fold(document.text[slice(*mention.said)]))
    said = prose.describe(document.text, *mention.said, [fold(name)], inline=inline)
    if not said.get("duties"):
        text = document.text[slice(*mention.said)].strip()
        said = {"duties": (Span(text, mention.said[0], mention.said[0] + len(text)),)} if len(text) > 3 else {}
    return replace(
        entry, fields=said, depth=depth_of(said), start=min(mention.start, mention.said[0]), end=mention.said[1]
    )


def _only_names(folded: str) -> bool:
    """Whether what stands behind a name is its other name or its members, and tells nothing."""
    return folded.strip() in known_names() or prose.is_bare_list(folded)
