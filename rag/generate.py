"""The model writer: any OpenAI-compatible chat endpoint writes, code checks every sentence against the passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.chunking import count_tokens
from ingest.errors import ModelError
from ingest.script import Script, to_script
from ingest.store import Index
from ingest.types import Chunk
from rag.citations import CitationBook
from rag.decide import Decision
from rag.endpoint import stream_text
from rag.extractive import ExtractiveWriter
from rag.phrases import say
from rag.prompts import answer_messages
from rag.query import Query
from rag.types import Answer, Hit
from rag.verify import CheckedText, Source

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONTEXT_TOKENS = 1_600
# Why an endpoint failed, for Chinese readers.
_CAUSES = {
    "timeout": "超时",
    "connection failed": "连接失败",
    "malformed response": "响应格式错误",
    "stream cut off": "回答中断",
    "empty response": "回答为空",
    "answer too long": "回答过长",
}


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
        # A complete list comes from the catalogue: the passages that a model can be shown hold a part of it.
        if extracted.status == "refused" or decision.listed:
            yield extracted
            return
        passages = self._passages(hits, decision)
        draft = CheckedText([Source.of(chunk) for chunk in passages], CitationBook(self._index), query.script)
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

    def _answer(self, query: Query, hits: Sequence[Hit], draft: CheckedText, extracted: Answer) -> Answer:
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
