"""Which documents a question names, as people name them: 七个核心部门那份资料, `the 2019 article on internet companies`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from ingest.lexical import tokenize
from ingest.script import search_form
from ingest.types import DocumentRecord

_NOUN = "资料|文章|回答|文档|清单|报告|说明|帖子|文件|材料|笔记"
_DESCRIBED = r"(?P<{name}>[^,。;?!:\s]{{2,24}}?)"
# On folded text: 讲B2C的那篇(文章), 那篇讲B2C的文章, 讲B2C的资料里; `the 2013 document`, `the article about B2C`.
_REFERENCES = re.compile(
    rf"{_DESCRIBED.format(name='before')}的?(?:那|这)(?:一)?(?:份|篇|则)(?:{_NOUN})?"
    rf"|(?:那|这|另)(?:一)?(?:份|篇|则){_DESCRIBED.format(name='behind')}的?(?:{_NOUN})"
    rf"|{_DESCRIBED.format(name='noun')}的?(?:{_NOUN})(?=里|中|上|说|怎么|各|认为|讲|提|和|与|跟)"
    r"|\bthe (?P<latin>(?:[a-z0-9-]+ ){1,4})(?:document|article|source|paper|text|post)\b"
    r"|\bthe (?:document|article|source|paper|text|post|one) (?:about|on|from|of) (?P<latin_behind>(?:[a-z0-9-]+ ?){1,5})"
)
# Where a description may really begin.
_BEGINS = re.compile(r"[和跟与照按在据看讲]|关于|根据|按照|, ?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# A title is meant when it holds this share of what the description has in common with any title, weighted by rarity;
# titles that hold nearly as much of it are meant too.
MEANT = 0.75
AS_MUCH = 0.1
# A description that fits more documents than this names none of them.
MOST = 4


@dataclass(frozen=True)
class SourceMention:
    """The documents that an expression may mean, and its place in `search_form` of the text."""

    docs: frozenset[str]
    start: int
    end: int


class SourceLinker:
    """Finds the documents that a text names.

    :param documents: the register of an index.
    """

    def __init__(self, documents: Iterable[DocumentRecord]) -> None:
        documents = list(documents)
        self.titles = {record.doc: record.title for record in documents}
        self._years = {record.doc: record.year for record in documents}
        self._terms = {record.doc: _terms(" ".join(_titles(record))) for record in documents}
        found = Counter(term for terms in self._terms.values() for term in terms)
        self._weight = {term: log(1 + len(self._terms) / count) for term, count in found.items()}

    def link(self, form: str) -> list[SourceMention]:
        """The documents a text names, in order.

        :param form: the text in `search_form`.
        """
        found = []
        for match in _REFERENCES.finditer(form):
            name, described = next((name, text) for name, text in match.groupdict().items() if text)
            begins = [0, *(cut.end() for cut in _BEGINS.finditer(described))]
            fits = [(*self._meant(described[at:]), match.start(name) + at) for at in begins]
            _, docs, start = max(fits, key=lambda fit: fit[0])
            if docs:
                whole = match.start() if name in {"behind", "latin", "latin_behind"} else start
                found.append(SourceMention(docs, whole, match.end()))
        return found

    def _meant(self, described: str) -> tuple[float, frozenset[str]]:
        """How well a description fits the titles it fits best, and the documents that have them."""
        years = {int(year) for year in _YEAR.findall(described)}
        of_year = {doc for doc, year in self._years.items() if not years or year in years}
        terms = _terms(_YEAR.sub(" ", described))
        known = terms & self._weight.keys()
        total = sum(self._weight[term] for term in known)
        if not known:
            return (
                (1.0, frozenset(of_year))
                if years and 0 < len(of_year) <= MOST and len(terms) <= 1
                else (0.0, frozenset())
            )
        scores = {doc: sum(self._weight[term] for term in known & self._terms[doc]) / total for doc in of_year}
        best = max(scores.values(), default=0.0)
        docs = frozenset(doc for doc, score in scores.items() if score >= best - AS_MUCH)
        fits = best >= MEANT and len(docs) <= MOST and 2 * len(known) >= len(terms)
        return (total * best, docs) if fits else (0.0, frozenset())


def _titles(record: DocumentRecord) -> list[str]:
    """What a document may be called by: its title, its file, a title that its source names."""
    return [
        record.title,
        re.sub(r"[\W_]+", " ", record.doc),
        *re.findall(r"\u300a([^\u300b]+)\u300b", record.source or ""),
    ]


def _terms(text: str) -> set[str]:
    """Character pairs and words: what two descriptions of a document may have in common."""
    return {term for term in tokenize(search_form(text)) if len(term) > 1}
