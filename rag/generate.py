"""The model writer: any OpenAI-compatible chat endpoint writes, code checks every sentence against the passages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.chunking import count_tokens
from ingest.errors import ModelError
from ingest.lexical import tokenize
from ingest.script import CJK, Script, fold, sentence_spans, to_script
from ingest.store import Index
from ingest.types import Chunk
from rag.citations import CitationBook, sentences
from rag.decide import Decision
from rag.extractive import ExtractiveWriter
from rag.page import search_safe
from rag.phrases import say
from rag.prompts import answer_messages
from rag.query import Query, content_terms
from rag.types import Answer, Hit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONTEXT_TOKENS = 1_600
# Passages of that size never need a longer answer; small models repeat themselves without end.
MAX_ANSWER = 8_000
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
# Why an endpoint failed, for Chinese readers.
_CAUSES = {
    "timeout": "超时",
    "connection failed": "连接失败",
    "malformed response": "响应格式错误",
    "stream cut off": "回答中断",
    "empty response": "回答为空",
    "answer too long": "回答过长",
}


def chat_model(model: str, *, base_url: str | None, api_key: str | None, timeout: float = 60.0) -> BaseChatModel:
    """A chat model behind an OpenAI-compatible endpoint.

    :param model: its name at the endpoint.
    :param base_url: the endpoint; None for OpenAI's own.
    :param api_key: the key; local servers take any.
    :param timeout: seconds without an answer before the call fails.
    """
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=model,
        base_url=base_url,
        api_key=SecretStr(api_key or "none"),
        timeout=timeout,
        max_retries=0,
        temperature=0,
    )


def _failure(error: Exception) -> str:
    """What went wrong at the endpoint, in a few words and without its text, which could hold anything."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return "timeout"
    if isinstance(error, openai.APIStatusError):
        return f"HTTP {error.status_code}"
    if isinstance(error, openai.APIConnectionError):
        return "connection failed"
    return f"malformed response: {type(error).__name__}"


def stream_text(model: BaseChatModel, messages: list[tuple[str, str]]) -> Iterator[str]:
    """The model's text, piece by piece.

    :raises ModelError: when the endpoint refuses, times out, answers with an error or sends something else than a chat stream.
    """
    import httpx
    import openai

    length, finish = 0, ""
    try:
        for piece in model.stream(messages):
            finish = str(piece.response_metadata.get("finish_reason") or finish)
            if text := piece.text:
                length += len(text)
                if length > MAX_ANSWER:
                    break
                yield str(text)
    except (
        openai.OpenAIError,
        httpx.HTTPError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise ModelError(
            _failure(error), "check ROLEWRIGHT_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY with `rolewright doctor`"
        ) from error
    if length > MAX_ANSWER:
        raise ModelError("answer too long", "use a larger model; this one does not stop")
    if not length:
        raise ModelError("empty response", "check that ROLEWRIGHT_MODEL names a chat model the endpoint serves")
    if finish in {"", "length", "content_filter"}:
        # A connection that closes early looks like the end of a stream; only the finish reason tells them apart.
        raise ModelError("stream cut off", "try again; if it stays, look at the log and the token limit of the server")


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
class _Source:
    """A passage as the model saw it, prepared for checking."""

    chunk: Chunk
    terms: frozenset[str]
    literals: frozenset[str]

    @classmethod
    def of(cls, chunk: Chunk) -> _Source:
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
class _Draft:
    """The part of a model's answer that has been checked."""

    sources: Sequence[_Source]
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
        if span is None:
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


class ModelWriter:
    """Writes answers with a chat model and falls back to the extractive writer when the model or its answer fails.

    :param model: the chat model.
    :param name: its name, for the record.
    :param index: the generation that is quoted.
    :param fallback: the extractive writer over the same generation.
    """

    def __init__(self, model: BaseChatModel, name: str, index: Index, fallback: ExtractiveWriter) -> None:
        self._model = model
        self._name = name
        self._index = index
        self._fallback = fallback

    def write(self, query: Query, hits: Sequence[Hit], decision: Decision) -> Iterator[Answer]:
        """Snapshots of a growing answer, each sentence checked before it is shown; the last one is the answer.

        :param query: the understood question.
        :param hits: the retrieved chunks.
        :param decision: what `decide` found; a refusal never reaches the model.
        """
        extracted = self._fallback.write(query, hits, decision)
        if extracted.status == "refused":
            yield extracted
            return
        passages = self._passages(hits, decision)
        draft = _Draft([_Source.of(chunk) for chunk in passages], CitationBook(self._index), query.script)
        pieces = stream_text(self._model, answer_messages(query.text, passages, query.script))
        try:
            for line in _spoken(_lines(pieces)):
                shown = draft.text
                draft.take(line)
                if draft.text != shown:
                    yield self._answer(query, hits, draft, extracted)
        except ModelError as error:
            yield _fallen_back(extracted, say("model_failed", query.script, why=_cause(error, query.script)), query)
            return
        if not draft.trusted():
            yield _fallen_back(extracted, say("model_unsupported", query.script), query)

    def _answer(self, query: Query, hits: Sequence[Hit], draft: _Draft, extracted: Answer) -> Answer:
        return Answer(
            question=query.question,
            answer=draft.text.strip(),
            status=extracted.status,
            reason=extracted.reason,
            citations=draft.book.all(),
            hits=tuple(hits),
            mode="llm",
            model=self._name,
        )

    def _passages(self, hits: Sequence[Hit], decision: Decision) -> list[Chunk]:
        """The chunks of the roles in focus, then the best hits, up to the token budget; the first always fits."""
        homes = [(entry.doc, entry.start, entry.end) for mention in decision.focus for entry in mention.entries]
        focus = [
            chunk
            for chunk in self._index.chunks
            for doc, start, end in homes
            if chunk.doc == doc and start <= chunk.start < end
        ]
        kept: list[Chunk] = []
        used = 0
        for chunk in dict.fromkeys([*(hit.chunk for hit in hits[:3]), *focus, *(hit.chunk for hit in hits)]):
            used += count_tokens(chunk.text)
            if kept and used > CONTEXT_TOKENS:
                break
            kept.append(chunk)
        return kept


def _cause(error: ModelError, script: Script) -> str:
    """What failed, in the reader's script."""
    known = _CAUSES.get(error.message.partition(":")[0])
    return to_script(known, script) if known and script != "en" else error.message


def _fallen_back(extracted: Answer, why: str, query: Query) -> Answer:
    """The extracted answer with the reason for it, in front of a reason it has of its own."""
    gap = " " if query.script == "en" else ""
    return replace(extracted, reason=gap.join(filter(None, (why, extracted.reason))))


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    """Leave out what a reasoning model thinks aloud."""
    thinking = False
    for line in lines:
        thinking = thinking or line.lstrip().startswith("<think>")
        if not thinking:
            yield line
            continue
        _, end, rest = line.partition("</think>")
        thinking = not end
        if rest.strip():
            yield rest


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Regroup streamed pieces into whole lines."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        *whole, buffer = buffer.split("\n")
        yield from whole
    if buffer:
        yield buffer
