"""One labelled value, cut into its items: numbered ones that were glued together, lists between commas, clauses of duties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.clauses import acts, block
from ingest.enumerations import split_list
from ingest.script import CJK, fold_document
from ingest.types import Span

# Labels whose values are lists of things; the values of `duties` are cut like prose, a goal is one.
_LISTS = frozenset({"metrics", "skills", "works_with", "deliverables"})
_NUMBER = re.compile(r"(?:^|(?<=[\s。;,]))(\d{1,2})[.、)]\s*(?=[^\d\s])")
_ENDS = "。;,、. \uff0c\uff1b"


def cut_value(text: str, label: str, value: Span) -> tuple[Span, ...]:
    """Cut a value that stands in one line.

    :param text: a document's stored text.
    :param label: the field, a key of `ingest.labels.LABELS`.
    :param value: the whole value.
    :return: its items, exact pieces of `text`; the value itself where it holds one.
    """
    folded = fold_document(text)
    pieces = list(_numbered(folded, value))
    if len(pieces) < 2 and label in _LISTS:
        signs = "、,;" if CJK.search(value.text) else ",;"
        pieces = list(split_list(folded, value.start, value.end, signs))
    elif len(pieces) < 2 and label == "duties":
        return acts(text, value.start, value.end) or (value,)
    spans = tuple(span for first, last in pieces if (span := _trimmed(text, first, last, label)))
    return spans or (value,)


def _numbered(folded: str, value: Span) -> Iterator[tuple[int, int]]:
    """(start, end) of items numbered 1, 2, 3 in one line."""
    marks: list[re.Match[str]] = []
    for match in _NUMBER.finditer(folded, value.start, value.end):
        if int(match.group(1)) == len(marks) + 1:
            marks.append(match)
    if len(marks) > 1 and marks[0].start() - value.start < 3:
        ends = [*(mark.start() for mark in marks[1:]), value.end]
        yield from zip((mark.end() for mark in marks), ends, strict=True)


def _trimmed(text: str, first: int, last: int, label: str) -> Span | None:
    span = block(text, first, last)
    if not span or label == "duties":
        return span
    kept = span.text.rstrip(_ENDS)
    return Span(kept, span.start, span.start + len(kept)) if kept else None
