"""English prose: who a sentence is about, what it says that they do and what for, and the names that it lists or holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from ingest.names import is_generic, kind_of_name
from ingest.script import fold, fold_document
from ingest.types import Span

_SENTENCE = re.compile(r"[^.;\n]+(?:\.(?=\S)[^.;\n]+)*")
_NUMBER_WORD = r"one|two|three|four|five|six|seven|eight|nine|ten|several|some|\d+"
_ARTICLE = re.compile(
    rf"\s*(?:[-*•]\s+)?(?:the|our|an|a|each|every|its|their|his|her|all|both|these|{_NUMBER_WORD})\s+|\s*"
)
_WORD = re.compile(r"[a-z\u00e0-\u00ff][a-z\u00e0-\u00ff&/-]*(?:'(?!s\b)[a-z]+)?")
_LISTS = re.compile(
    r"\s+(?:also\s+)?(?:includes?|consists? of|comprises?|has|have|is made up of|are made up of|employs?|hires?)\s*:?\s+"
)
_WE_HAVE = re.compile(
    r"\s*(?:we|it|the (?:company|firm|organi[sz]ation))\s+(?:also\s+)?(?:employ|have|hire|has|employs)s?\s+"
)
_SINGULAR_VERB = r"(?:(?:is|are) responsible for|will|must|shall|should|[a-z]{2,}[^s\s]s)\b"
_PLURAL_VERB = r"(?!and\b|or\b|of\b|in\b|at\b|on\b|for\b|with\b|who\b|that\b|to\b|from\b|are (?!responsible)|were\b|have\b)[a-z]{3,}\s"
_VERB = re.compile(rf"\s+(?:also\s+|then\s+)?{_SINGULAR_VERB}")
_VERB_OF_SEVERAL = re.compile(rf"\s+(?:also\s+|then\s+)?(?:{_SINGULAR_VERB}|{_PLURAL_VERB})")
_PURPOSE = r"(?:goal|purpose|mission|aim|objective)s?"
_ITS_PURPOSE = re.compile(
    rf"'s?\s+(?:main\s+|first\s+)?(?:{_PURPOSE}|job|task|role|duty|duties|responsibilit(?:y|ies))\s+(?:is|are)\b"
)
_GOAL = re.compile(rf"\b{_PURPOSE}\s+(?:is|are|of)\b")
_MEASURED = re.compile(r"\b(?:is|are)\s+(?:measured|judged|assessed)\s+(?:on|by)\s+")
_IN_CHARGE = re.compile(r"\b(?:responsible for|in charge of|looks? after|takes? care of)\s+")
# What says who leads or where somebody stands, not what is done.
_NO_DUTY = re.compile(
    r"^\W*(?:\S+\s+){0,4}?(?:(?:is\s+|are\s+|^)?(?:led|headed|run|managed)\s+by|reports?\s+to|within it)\b"
)
_STILL = re.compile(r"\s*(?:he|she|they|it)\b")
# Another verb with its object: `plans the rota, trains newcomers and keeps the books`.
_NEXT_VERB = re.compile(
    r"(?:,\s+and|,|\band)\s+(?=(?:also\s+|then\s+)?[a-z]{2,}[^s\s]s\s+(?!(?:and|or|of|for|in)\b)[a-z])"
)
# The same without a subject or behind several: `draft pleadings, question witnesses and prepare bundles`.
_NEXT_BARE_VERB = re.compile(
    r"(?:,\s+and|,|\band)\s+(?=[a-z]{3,}\s+(?:the|a|an|all|any|their|its|what|who|how|whether|[a-z]{3,}s)\b)"
)
_JOINT = re.compile(r",\s+and\s+|,\s+|\s+and\s+")
_MOST_WORDS = 5
_NEVER_INSIDE = frozenset(
    [
        "the",
        "a",
        "an",
        "his",
        "her",
        "its",
        "their",
        "our",
        "and",
        "or",
        "who",
        "that",
        "is",
        "are",
        "will",
        "must",
        "has",
        "have",
        "with",
        "to",
    ]
)
_TITLE_CASE = re.compile(r"(?<![A-Za-z'])(?:[A-Z][A-Za-z&/-]*\s){0,4}[A-Z][A-Za-z-]+")
_BEGINS = re.compile(r"(?:^|[.;:!?|\n-])\s*(?:[-*]\s+)?$")
_LEADING = re.compile(
    r"(?:One|Two|Three|Four|Five|Six|Several|Some|The|Our|A|An|Each|Every|Its|Their|His|Her|All|Ask|Tell|See)\s+"
)


@dataclass(frozen=True)
class _Name:
    start: int
    end: int
    plural: bool = False

    @property
    def behind(self) -> int:
        return self.end + self.plural


def subjects(folded: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, end of what is said) of names that a sentence begins with and says something of.

    Sentences behind it that begin with a pronoun still speak of the same.
    """
    sentences = [match.span() for match in _SENTENCE.finditer(folded, start, end)]
    for number, (first, last) in enumerate(sentences):
        name = _name_at(folded, first, last)
        if not name or _has_members(folded, name) or is_generic(folded[name.start : name.end]):
            continue
        verb = _VERB_OF_SEVERAL if name.plural else _VERB
        if verb.match(folded, name.behind) or _ITS_PURPOSE.match(folded, name.end):
            still = takewhile(lambda span: _STILL.match(folded, *span), sentences[number + 1 :])
            yield name.start, name.end, max([last, *(stop for _, stop in still)])


def listed(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the names in lists such as `The Design Team includes a Researcher and a Writer`, the owner's first."""
    for sentence in _SENTENCE.finditer(folded, start, end):
        owner = _name_at(folded, *sentence.span())
        head = _has_members(folded, owner) if owner else _WE_HAVE.match(folded, *sentence.span())
        if not head:
            continue
        cuts = [head.end(), *(at for m in _JOINT.finditer(folded, head.end(), sentence.end()) for at in m.span())]
        pieces = zip(cuts[::2], [*cuts[1::2], sentence.end()], strict=True)
        names = [name for piece in pieces if (name := _name_at(folded, *piece)) and name.behind == piece[1]]
        if names:
            yield from ((name.start, name.end) for name in [*([owner] if owner else []), *names])


def named(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of names with capital letters anywhere: `ask the Duty Manager`.

    :param text: the text itself, not folded.
    """
    for match in _TITLE_CASE.finditer(text, start, end):
        lead = _LEADING.match(match.group())
        first = match.start() + (lead.end() if lead else 0)
        found = _as_name(fold(text[first : match.end()]), first)
        if not found or is_generic(fold(text[found.start : found.end])):
            continue
        # `CEO` is no name here, and `Guard` no role where it begins a sentence: it may be a verb.
        begins = not lead and " " not in match.group() and _BEGINS.search(text, max(start, first - 4), first)
        if not match.group().isupper() and not begins:
            yield found.start, found.end


def describe(text: str, start: int, end: int) -> dict[str, tuple[Span, ...]]:
    """What English prose says is done, what for, and what it is measured on.

    :param text: a document's stored text.
    :param start: where the description begins.
    :param end: where it ends.
    :return: `duties` (one for each sentence, cut where another verb with its object begins), `goal` and `metrics`, as far as
        they are told.
    """
    folded = fold_document(text)
    fields: dict[str, tuple[Span, ...]] = {}
    for sentence in _SENTENCE.finditer(folded, start, end):
        first, last = sentence.span()
        if not re.search(r"[a-z]{2}", sentence.group()) or any(True for _ in listed(folded, first, last)):
            continue
        if measured := _MEASURED.search(folded, first, last):
            found = {
                "metrics": _cut(
                    text, measured.end(), last, [m.span() for m in _JOINT.finditer(folded, measured.end(), last)]
                )
            }
        elif _GOAL.search(folded, first, last):
            found = {"goal": _cut(text, first, last, [])}
        elif _NO_DUTY.match(folded[first:last]):
            continue
        else:
            found = {"duties": _cut(text, first, last, _joints(folded, first, last))}
        for label, spans in found.items():
            fields[label] = (*fields.get(label, ()), *spans)
    return fields


def duties(text: str, start: int, end: int) -> tuple[Span, ...]:
    """What English prose says is done; see `describe`."""
    return describe(text, start, end).get("duties", ())


def _has_members(folded: str, name: _Name) -> re.Match[str] | None:
    """The words behind a department or team that say who belongs to it; a role that hires has a duty."""
    unit = kind_of_name(folded[name.start : name.end]) != "role"
    return _LISTS.match(folded, name.behind) if unit else None


def _joints(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    name = _name_at(folded, start, end)
    several = bool(name and name.plural and _VERB_OF_SEVERAL.match(folded, name.behind))
    joint = _NEXT_BARE_VERB if several else _NEXT_VERB
    if charge := _IN_CHARGE.search(folded, start, end):
        return [match.span() for match in _JOINT.finditer(folded, charge.end(), end)]
    return [match.span() for match in joint.finditer(folded, name.behind if name else start, end)]


def _cut(text: str, start: int, end: int, joints: list[tuple[int, int]]) -> tuple[Span, ...]:
    cuts = [start, *(at for joint in joints for at in joint), end]
    spans = []
    for first, last in zip(cuts[::2], cuts[1::2], strict=True):
        piece = text[first:last]
        at = first + len(piece) - len(piece.lstrip())
        if piece.strip():
            spans.append(Span(piece.strip(), at, at + len(piece.strip())))
    return tuple(spans)


def _name_at(folded: str, start: int, end: int) -> _Name | None:
    """The longest name that a stretch begins with, behind its article."""
    article = _ARTICLE.match(folded, start, end)
    first = at = article.end() if article else start
    found: _Name | None = None
    for _ in range(_MOST_WORDS):
        word = _WORD.match(folded, at, end)
        if not word or word.group() in _NEVER_INSIDE:
            break
        longer = _as_name(folded[first : word.end()], first)
        if longer and not (found and longer.plural):  # `coordinator recruits volunteers`
            found = longer
        at = word.end() + 1
    return found


def _as_name(folded: str, start: int) -> _Name | None:
    if kind_of_name(folded):
        return _Name(start, start + len(folded))
    if folded.endswith("s") and kind_of_name(folded[:-1]) and len(folded) > 4:
        return _Name(start, start + len(folded) - 1, plural=True)
    return None
