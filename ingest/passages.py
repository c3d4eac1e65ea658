"""Put the chunks of a document together into the passages they are read in.

Documents on roles are cut into sections of a line or two. Such a chunk is a good place to match and cite, and too little to read: what a
role does stands in the next three. So neighbours below one heading are read together, up to a size (small to big).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.chunking import count_tokens
from ingest.types import Chunk, Span

# Most tokens of a passage: some 400 Chinese characters, a paragraph that is taken in at a glance (docs/design.md has the figures).
PASSAGE_TOKENS = 512


def _belongs(first: Chunk, chunk: Chunk) -> bool:
    """Whether a chunk may be read together with the one that begins a passage: below its heading, or below the heading above both."""
    own, other = first.heading, chunk.heading
    if first.year != chunk.year:
        return False
    if own == other or (own and other[: len(own)] == own):
        return True
    above = own[:-1]
    return bool(above) and other[: len(above)] == above


def with_passages(chunks: Sequence[Chunk], text: str, max_tokens: int = PASSAGE_TOKENS) -> list[Chunk]:
    """The same chunks, each with the passage it is read in: neighbours are packed in reading order up to a size.

    :param chunks: the chunks of one document, in reading order.
    :param text: the document's text.
    :param max_tokens: most tokens of a passage, counted chunk by chunk; a chunk that has more is a passage by itself.
    :return: chunks with `text[c.passage.start:c.passage.end] == c.passage.text`.
    """
    groups: list[list[Chunk]] = []
    size = 0
    for chunk in chunks:
        grown = size + count_tokens(text[groups[-1][-1].end : chunk.end]) if groups else 0
        if groups and grown <= max_tokens and _belongs(groups[-1][0], chunk):
            groups[-1].append(chunk)
            size = grown
        else:
            groups.append([chunk])
            size = count_tokens(text[chunk.top : chunk.end])
    found: list[Chunk] = []
    for group in groups:
        start, end = group[0].top, group[-1].end
        passage = Span(text[start:end], start, end)
        found += [replace(chunk, within=passage) for chunk in group]
    return found
