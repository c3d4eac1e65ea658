"""Citations are checked data: every one is an exact span of a stored text, every mark has its citation, every citation its mark."""

from __future__ import annotations

import re

from ingest.chunking import sentence_windows
from ingest.script import fold
from ingest.store import Index
from ingest.types import Chunk
from rag.types import Answer, Citation

_NO_PROSE = frozenset({"kind", "team"})
MARK = re.compile(r"\[(\d{1,3})\]")


class CitationBook:
    """Numbers the quotes of one answer in the order in which they are used; the same span keeps its number.

    :param index: the generation that holds the quoted documents.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._citations: dict[tuple[str, int, int], Citation] = {}

    def cite(self, doc: str, start: int, end: int) -> int:
        """The number of a span, added if it is new.

        :param doc: the document's name.
        :param start: first character in its stored text.
        :param end: one past the last character.
        :raises ValueError: when the span is empty, outside the text, or in a damaged place, which is never quoted.
        """
        key = (doc, start, end)
        if key not in self._citations:
            text = self._index.text(doc)
            if not 0 <= start < end <= len(text):
                raise ValueError(f"no text at {doc}[{start}:{end}]")
            if not self.quotable(doc, start, end):
                raise ValueError(f"the text at {doc}[{start}:{end}] is damaged")
            record = self._index.documents[doc]
            home = self._index.chunk_at(doc, start)
            self._citations[key] = Citation(
                n=len(self._citations) + 1,
                doc=doc,
                title=record.title,
                heading=home.heading if home else (),
                quote=text[start:end],
                start=start,
                end=end,
                page=home.page if home else None,
                year=(home.year if home else None) or record.year,
            )
        return self._citations[key].n

    def quotable(self, doc: str, start: int, end: int) -> bool:
        """Whether a span lies outside damaged places, which are searched but never quoted."""
        return self._index.is_sound(doc, start, end)

    def all(self) -> tuple[Citation, ...]:
        """Every citation so far, by number."""
        return tuple(self._citations.values())


def sentences(chunk: Chunk, *, names: bool = False) -> list[tuple[str, int, int]]:
    """(text, start, end) of a chunk's sentences and list items, offsets in the document's stored text; labels and bullets left out.

    :param names: with the lines that only name roles, which say nothing of any.
    """
    spans = sentence_windows(chunk.text, 0, len(chunk.text), _NO_PROSE if names else _NO_PROSE | {"named_only"})
    return [(chunk.text[start:end], chunk.start + start, chunk.start + end) for start, end in spans]


def bigrams(text: str) -> set[str]:
    """Character pairs of a folded text without white space and punctuation, for measuring how much two texts share."""
    plain = re.sub(r"[\W_]+", "", fold(text))
    return {plain[at : at + 2] for at in range(len(plain) - 1)} or {plain}


def overlap(part: str, whole: str) -> float:
    """The share of a text's character pairs that another text holds, 0 to 1.

    In a measurement on model answers, sentences that a passage supported scored at least .50 and inventions at most .33.
    """
    pairs = bigrams(part)
    return len(pairs & bigrams(whole)) / len(pairs)


def problems(answer: Answer, index: Index) -> list[str]:
    """What is wrong with an answer's citations; empty when all is well.

    :param answer: any answer.
    :param index: the generation it was answered from.
    """
    found: list[str] = []
    marks = {int(number) for number in MARK.findall(answer.answer)}
    numbers = [citation.n for citation in answer.citations]
    if len(set(numbers)) != len(numbers):
        found.append("a number is used twice")
    found += [f"[{number}] has no citation" for number in sorted(marks - set(numbers))]
    found += [f"citation {number} is not used" for number in sorted(set(numbers) - marks)]
    for citation in answer.citations:
        if index.text(citation.doc)[citation.start : citation.end] != citation.quote or not citation.quote:
            found.append(f"citation {citation.n} is not an exact quote")
    if answer.status == "refused" and answer.citations:
        found.append("a refusal has citations")
    if answer.status != "refused" and not answer.citations:
        found.append("an answer has no citation")
    return found
