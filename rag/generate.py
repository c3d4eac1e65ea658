"""The model writer: any OpenAI-compatible chat endpoint writes, code checks every sentence against the passages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.chunking import count_tokens
from ingest.errors import ModelError
from ingest.script import has_chinese, sentence_spans
from ingest.store import Index
from ingest.types import Chunk
from rag.citations import MARK, CitationBook, overlap, sentences
from rag.decide import Decision
from rag.extractive import ExtractiveWriter
from rag.page import search_safe
from rag.phrases import say
from rag.prompts import answer_messages
from rag.query import Query
from rag.types import Answer, Hit

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONTEXT_TOKENS = 1_600
# Below this share of common character pairs a sentence counts as invented (see `rag.citations.overlap`).
SUPPORTED = 0.4
# A model whose supported sentences are fewer than this share is not trusted with the answer.
TRUSTED = 0.5
_HEAD = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.、)])\s*")


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

    seen = finished = False
    try:
        for piece in model.stream(messages):
            finished = finished or bool(piece.response_metadata.get("finish_reason"))
            if text := piece.text:
                seen = True
                yield str(text)
    except (openai.OpenAIError, httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            _failure(error), "check ROLEWRIGHT_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY with `rolewright doctor`"
        ) from error
    if seen and not finished:
        # A connection that closes early looks like the end of a stream; only the finish reason tells them apart.
        raise ModelError("stream cut off", "try again; if it stays, look at the log of the model server")
    if not seen:
        raise ModelError("empty response", "check that ROLEWRIGHT_MODEL names a chat model the endpoint serves")


@dataclass
class _Draft:
    """The part of a model's answer that has been checked."""

    passages: Sequence[Chunk]
    book: CitationBook
    text: str = ""
    supported: int = 0
    dropped: int = 0

    def take(self, line: str) -> None:
        """Check the sentences of one finished line and keep those that a passage supports."""
        head = _HEAD.match(line)
        body = line[head.end() :] if head else line
        kept = "".join(self._checked(body[start:end]) for start, end in _with_marks(body))
        if kept:
            self.text += ("- " if head else "") + kept + "\n"

    def _checked(self, sentence: str) -> str:
        plain = MARK.sub("", sentence).strip()
        if len(plain) < 2:
            return ""
        marked = [int(number) for number in MARK.findall(sentence)]
        chunk = self._support(plain, [self.passages[n - 1] for n in marked if 1 <= n <= len(self.passages)])
        if chunk is None:
            self.dropped += 1
            return ""
        self.supported += 1
        return f"{search_safe(plain)}[{self.book.cite(*_quote(plain, chunk))}]"

    def _support(self, sentence: str, marked: Sequence[Chunk]) -> Chunk | None:
        same = [chunk for chunk in self.passages if has_chinese(chunk.text) == has_chinese(sentence)]
        best = max(same, key=lambda chunk: overlap(sentence, chunk.text), default=None)
        if best is not None and overlap(sentence, best.text) >= SUPPORTED:
            return best
        # Character pairs say nothing across languages; there the model's own mark is all there is.
        return next((chunk for chunk in marked if has_chinese(chunk.text) != has_chinese(sentence)), None)


def _with_marks(line: str) -> list[tuple[int, int]]:
    """Sentence spans of a line, each with the marks that follow it."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(line):
        if spans and not MARK.sub("", line[start:end]).strip(" 。.;"):
            spans[-1] = (spans[-1][0], end)
        elif spans and (lead := re.match(r"(?:\s*\[\d{1,3}\])+", line[start:end])):
            spans[-1] = (spans[-1][0], start + lead.end())
            spans.append((start + lead.end(), end))
        else:
            spans.append((start, end))
    return spans


def _quote(sentence: str, chunk: Chunk) -> tuple[str, int, int]:
    """The sentence of a chunk that shares most with a written one; the whole chunk across languages."""
    if has_chinese(sentence) != has_chinese(chunk.text):
        return chunk.doc, chunk.start, chunk.end
    found = max(
        sentences(chunk), key=lambda row: overlap(sentence, row[0]), default=(chunk.text, chunk.start, chunk.end)
    )
    return chunk.doc, found[1], found[2]


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
        draft = _Draft(self._passages(hits, decision), CitationBook(self._index))
        try:
            for line in _lines(stream_text(self._model, answer_messages(query.text, draft.passages, query.script))):
                draft.take(line)
                if draft.text:
                    yield self._answer(query, hits, draft, extracted)
        except ModelError as error:
            yield replace(extracted, reason=say("model_failed", query.script, why=error.message))
            return
        if not draft.supported or draft.supported < TRUSTED * (draft.supported + draft.dropped):
            yield replace(extracted, reason=say("model_unsupported", query.script))

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


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Regroup streamed pieces into whole lines."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        *whole, buffer = buffer.split("\n")
        yield from whole
    if buffer:
        yield buffer
