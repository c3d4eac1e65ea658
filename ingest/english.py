"""English prose: who a sentence is about, what it says that they do, and the names that it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.names import kind_of_name
from ingest.script import fold
from ingest.types import Span

_SENTENCE = re.compile(r"[^.;\n]+(?:\.(?=\S)[^.;\n]+)*")
_ARTICLE = re.compile(r"\s*(?:the|our|an|a|each|every)\s+|\s*")
_WORD = re.compile(r"[a-z][a-z&/'-]*")
_LISTS = re.compile(r"\s+(?:includes?|consists? of|comprises?|has|have|is made up of|are made up of|employs)\s*:?\s+")
_VERB = re.compile(r"\s+(?:also\s+|then\s+)?(?:(?:is|are) responsible for|will|must|shall|should|[a-z]{2,}[^s\s]s)\b")
# Another verb with its object: `plans the rota, trains newcomers and keeps the books`.
_NEXT_VERB = re.compile(r"(?:,\s+and|,|\band)\s+(?=(?:also\s+|then\s+)?[a-z]{2,}[^s\s]s\s+(?!(?:and|or|of|for|in)\b)[a-z])")
_JOINT = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
_MOST_WORDS = 5


def subjects(folded: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, end of the sentence) of names that a sentence begins with and says something of."""
    for sentence in _SENTENCE.finditer(folded, start, end):
        name = _name_at(folded, *sentence.span())
        if name and _VERB.match(folded, name[1]) and not _LISTS.match(folded, name[1]):
            yield *name, sentence.end()


def listed(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the names in lists such as `The Design Team includes a Researcher and a Writer`, the owner's first."""
    for sentence in _SENTENCE.finditer(folded, start, end):
        owner = _name_at(folded, *sentence.span())
        head = _LISTS.match(folded, owner[1]) if owner else None
        if not owner or not head:
            continue
        cuts = [head.end(), *(at for m in _JOINT.finditer(folded, head.end(), sentence.end()) for at in m.span())]
        pieces = zip(cuts[::2], [*cuts[1::2], sentence.end()], strict=True)
        names = [name for first, last in pieces if (name := _name_at(folded, first, last)) and name[1] == last]
        if names:
            yield owner
            yield from names


def duties(text: str, start: int, end: int) -> tuple[Span, ...]:
    """What English prose says is done: one item for each sentence, cut where another verb with its object begins."""
    folded = fold(text)
    spans: list[Span] = []
    for sentence in _SENTENCE.finditer(folded, start, end):
        if not sentence.group().strip() or any(True for _ in listed(folded, *sentence.span())):
            continue
        joints = [at for match in _NEXT_VERB.finditer(folded, *sentence.span()) for at in match.span()]
        cuts = [sentence.start(), *joints, sentence.end()]
        for first, last in zip(cuts[::2], cuts[1::2], strict=True):
            piece = text[first:last]
            at = first + len(piece) - len(piece.lstrip())
            spans.append(Span(piece.strip(), at, at + len(piece.strip())))
    return tuple(spans)


def _name_at(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest name that a stretch begins with, behind its article."""
    article = _ARTICLE.match(folded, start, end)
    first = at = article.end() if article else start
    found: tuple[int, int] | None = None
    for _ in range(_MOST_WORDS):
        word = _WORD.match(folded, at, end)
        if not word:
            break
        if kind_of_name(folded[first : word.end()]):
            found = first, word.end()
        at = word.end() + 1
    return found
