"""Check what a model wrote, sentence by sentence, against the passages it was given; code cites, not the model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.lexical import tokenize
from ingest.script import CJK, Script, fold, sentence_spans, to_script
from ingest.types import Chunk
from rag.citations import CitationBook, sentences
from rag.page import search_safe
from rag.question_words import content_terms

if TYPE_CHECKING:
    pass

# Below this share of common terms a sentence counts as invented. Over the bundled corpus invented sentences in both languages
# shared at most .29 with any passage; pairs of characters, which are enough for Chinese, gave English inventions up to .96.
SUPPORTED = 0.4
# A clause is shorter and may link two facts, so less is asked of it; it must not ride on the rest of its sentence.
CLAUSE_SUPPORTED = 0.25
CLAUSE_TERMS = 3
# A model whose supported sentences are fewer than this share is not trusted with the answer.
TRUSTED = 0.5
_HEAD = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.、)\uff0e\uff09])\s*")
# A line that only announces what follows.
_LABEL = re.compile(r"^\s*#+\s|[:\uff1a]\W*$")
# Marks as models write them: [1], [1, 2], [1-3], [^1], and the same in Chinese brackets.
_MARKS = re.compile(r"\s*[\[\u3010\uff3b]\s*\^?(\d+(?:\s*[-,\uff0c\u3001]\s*\d+)*)\s*[\]\u3011\uff3d]")
# Punctuation behind a mark belongs to the sentence before it.
_LEAD = re.compile(r"\s*[,;:.!?\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f]+")
_CLAUSE = re.compile(r"[,;:\uff0c\uff1b\uff1a]")
_DANGLING = re.compile(r"[,;\u3001\uff0c\uff1b](?=(?:\[\d+\])+$)")
# What a passage must hold as it is: numbers, addresses, tags (on folded text).
_LITERAL = re.compile(r"\w+://\S+|www\.\S+|</?[a-z][^>]*>?|\d+(?:\.\d+)?")


def _terms(text: str) -> frozenset[str]:
    """What a text says: pairs of Chinese characters and the Latin words that carry content."""
    pairs = (term for term in tokenize(text) if len(term) > 1)
    return frozenset(term for term in pairs if not term.isascii() or content_terms(term))


def _literals(text: str) -> frozenset[str]:
    return frozenset(_LITERAL.findall(fold(text)))


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _is_chinese(text: str) -> bool:
    """Whether a text is Chinese, rather than text in another language that quotes a Chinese name."""
    return 3 * len(CJK.findall(text)) >= len(re.findall(r"[A-Za-z]", text))


@dataclass(frozen=True)
class Source:
    """A passage as the model saw it, prepared for checking."""

    chunk: Chunk
    terms: frozenset[str]
    literals: frozenset[str]

    @classmethod
    def of(cls, chunk: Chunk) -> Source:
        text = chunk.index_text()
        return cls(chunk, _terms(text), _literals(text))

    def support(self, sentence: str) -> float:
        """The share of a sentence that the passage states; 0 when a number, an address or a whole clause is not in it."""
        clauses = (terms for clause in _CLAUSE.split(sentence) if len(terms := _terms(clause)) >= CLAUSE_TERMS)
        stated = _literals(sentence) <= self.literals
        stated = stated and all(_share(terms, self.terms) >= CLAUSE_SUPPORTED for terms in clauses)
        return _share(_terms(sentence), self.terms) if stated else 0.0

    def quote(self, sentence: str) -> tuple[str, int, int]:
        """Where the passage says what a sentence says: its sentence that shares most."""
        terms = _terms(sentence)
        whole = (self.chunk.text, self.chunk.start, self.chunk.end)
        _, start, end = max(sentences(self.chunk), key=lambda row: _share(terms, _terms(row[0])), default=whole)
        return self.chunk.doc, start, end


@dataclass
class CheckedText:
    """The part of a model's answer that has been checked."""

    sources: Sequence[Source]
    book: CitationBook
    script: Script
    text: str = ""
    supported: int = 0
    dropped: int = 0
    _told: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        """Check the sentences of one finished line and keep those that a passage supports."""
        line = "".join(char if char.isprintable() else " " for char in line)
        head = _HEAD.match(line)
        pieces = _pieces(line[head.end() :] if head else line)
        gap = " " if self.script == "en" else ""
        kept = _DANGLING.sub("", gap.join(filter(None, (self._checked(text, marks) for text, marks in pieces))))
        if kept:
            self.text += ("- " if head else "") + kept + "\n"

    def trusted(self) -> bool:
        """Whether enough of what the model wrote is supported."""
        return bool(self.supported) and self.supported >= TRUSTED * (self.supported + self.dropped)

    def _checked(self, sentence: str, marks: Sequence[int]) -> str:
        plain = sentence.strip()
        if len(plain) < 2 or fold(plain) in self._told:
            return ""
        span = self._span(plain, marks)
        if span is None or not self.book.quotable(*span):
            self.dropped += not _LABEL.search(plain)
            return ""
        self.supported += 1
        self._told.add(fold(plain))
        return f"{to_script(search_safe(plain), self.script)}[{self.book.cite(*span)}]"

    def _span(self, sentence: str, marks: Sequence[int]) -> tuple[str, int, int] | None:
        """The span that supports a sentence."""
        chinese = _is_chinese(sentence)
        readable = chinese == (self.script != "en")
        if not readable and len(_terms(sentence)) > CLAUSE_TERMS:
            return None
        best = max(self.sources, key=lambda source: source.support(sentence), default=None)
        if best and best.support(sentence) >= SUPPORTED:
            return best.quote(sentence)
        if not readable or any(_is_chinese(source.chunk.text) == chinese for source in self.sources):
            return None
        # Terms say nothing across languages. Where no passage is in the reader's, the model's own mark is all there is.
        marked = (self.sources[n - 1] for n in marks if 1 <= n <= len(self.sources))
        chunk = next((source.chunk for source in marked if _literals(sentence) <= source.literals), None)
        return (chunk.doc, chunk.start, chunk.end) if chunk else None


def _pieces(line: str) -> list[tuple[str, list[int]]]:
    """The sentences of a line without their marks, each with the numbers marked behind it; a mark ends a sentence too."""
    found: list[tuple[str, list[int]]] = []
    at = 0
    for mark in [*_MARKS.finditer(line), None]:
        text = line[at : mark.start() if mark else len(line)]
        if found and at and (lead := _LEAD.match(text)):
            found[-1] = (found[-1][0] + lead.group().strip(), found[-1][1])
            text = text[lead.end() :]
        for start, end in sentence_spans(text):
            if found and len(_terms(text[start:end])) < 2 and not re.search(r"[.!?。\uff01\uff1f]$", found[-1][0]):
                found[-1] = (found[-1][0] + text[start:end], found[-1][1])
            else:
                found.append((text[start:end], []))
        if mark:
            at = mark.end()
            if found:
                found[-1][1].extend(int(number) for number in re.findall(r"\d{1,3}", mark.group(1)))
    return found
