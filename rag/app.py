"""The facade: everything the command line, the web app and the evaluation call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import corpus
from ingest.embedders import default_embedder, make_embedder
from ingest.errors import IndexMismatch, NoIndexError, UsageError
from ingest.files import BUNDLED
from ingest.pipeline import Progress, Sizes, ingest, remove, reread
from ingest.script import search_form
from ingest.store import Index, Library
from ingest.types import DocumentRecord, IngestReport
from rag.adapter import adapter_for
from rag.chain import build_chain
from rag.cross_encoder import cross_encoder_for
from rag.decide import Decider
from rag.evidence import calibration_for
from rag.extractive import ExtractiveWriter
from rag.link import DEPTH_ORDER, RoleLinker, aliases_of, canonical
from rag.memory import give_back
from rag.parts import divide
from rag.query import understand
from rag.question_encoder import question_encoder_for
from rag.rerank import EndpointReranker
from rag.retrieve import ANSWER_HITS, CHUNKS_PER_PASSAGE, HybridRetriever
from rag.select import SentenceSelector
from rag.settings import Settings
from rag.types import Answer, Hit, Turn

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from rag.usage import Meter

MAX_QUESTION = 2_000


@dataclass(frozen=True)
class Engine:
    """Everything bound to one index generation."""

    index: Index
    linker: RoleLinker
    retriever: HybridRetriever
    decider: Decider
    writer: ExtractiveWriter
    chain: Runnable[Turn, Answer]


class Rolewright:
    """One library with its settings. Safe to share between threads; holds no state of any conversation.

    :param settings: see `rag.settings`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Library(settings.library, settings.chroma_url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._embedders: dict[str, Embeddings] = {}

    def embedder(self, name: str) -> Embeddings:
        """An embedder, made once.

        :param name: as an index records it.
        """
        if name not in self._embedders:
            self._embedders[name] = make_embedder(name, base_url=self.settings.base_url, api_key=self.settings.api_key)
        return self._embedders[name]

    def embedder_name(self) -> str:
        """The embedder of the next ingest: the configured one, else the index's, else the platform's default."""
        if self.settings.embedder:
            return self.settings.embedder
        return self.library.open().embedder if self.library.current() else default_embedder()

    @property
    def _sizes(self) -> Sizes:
        return Sizes(self.settings.chunk_tokens, self.settings.window_tokens, self.settings.passage_tokens)

    def ensure_corpus(self, progress: Progress | None = None) -> None:
        """Index the bundled corpus when the library is empty, and bring it up to date when the library holds it.

        A library of an older layout that holds nothing else is written anew.

        :raises IndexMismatch: when it holds other documents.
        """
        try:
            self.engine  # noqa: B018  (opening it is the test)
        except NoIndexError:
            pass
        except IndexMismatch:
            if self.library.roots() != {BUNDLED} or self.settings.embedder:
                raise
            self.ingest([], rebuild=True, progress=progress)
            return
        if self.library.current() is None or any(record.root == BUNDLED for record in self.documents()):
            self.ingest([], sync=True, progress=progress)

    def ingest(
        self, paths: Sequence[Path], *, sync: bool = False, rebuild: bool = False, progress: Progress | None = None
    ) -> IngestReport:
        """Bring files and folders into the library; no path means the bundled corpus. See `ingest.pipeline.ingest`."""
        # A rebuild must not depend on an index that may be damaged.
        name = (self.settings.embedder or default_embedder()) if rebuild else self.embedder_name()
        extra = {"progress": progress} if progress else {}
        return ingest(
            paths or [corpus.documents_root()],
            self.library,
            self.embedder(name),
            name=name,
            sync=sync,
            rebuild=rebuild,
            sizes=self._sizes,
            **extra,
        )

    def reread(self, *, progress: Progress | None = None) -> IngestReport:
        """Read the files of all documents again where they have changed. See `ingest.pipeline.reread`."""
        name = self.embedder_name()
        extra = {"progress": progress} if progress else {}
        return reread(self.library, self.embedder(name), name=name, sizes=self._sizes, **extra)

    @property
    def engine(self) -> Engine:
        """The engine of the current generation, reopened when an ingest has switched it.

        :raises NoIndexError: when nothing has been indexed.
        """
        with self._lock:
            if self._engine is None or self._engine.index.generation != self.library.current():
                replaced, self._engine = self._engine is not None, self._open()
                if replaced:
                    give_back()
            return self._engine

    def _open(self) -> Engine:
        index = self.library.open()
        if self.settings.embedder not in {None, index.embedder}:
            raise IndexMismatch(
                f"the index was written by the embedder {index.embedder!r}, but ROLEWRIGHT_EMBEDDER is {self.settings.embedder!r}",
                f"unset it, or run `rolewright ingest --rebuild` to embed everything with {self.settings.embedder}",
            )
        linker = RoleLinker(index.roles, tuple(index.documents.values()))
        retriever = HybridRetriever(
            index,
            self.embedder(index.embedder),
            encode=question_encoder_for(index.embedder),
            dense_weight=self.settings.dense_weight,
            adapter=adapter_for(index.embedder),
            reranker=self._reranker(),
        )
        selector = SentenceSelector(index, linker, retriever.lexical, cross_encoder_for(index.embedder))
        decider = Decider(selector, retriever.lexical, calibration_for(index.embedder), retriever.vector)
        writer = ExtractiveWriter(index, linker)
        write = self._model_writer(index, writer) or (
            lambda query, hits, decision: iter([writer.write(query, hits, decision)])
        )
        chain = build_chain(
            lambda turn: understand(turn, linker),
            lambda turn: divide(turn, linker),
            lambda query: retriever.retrieve(query, CHUNKS_PER_PASSAGE * ANSWER_HITS),
            decider.decide,
            write,
        )
        return Engine(index, linker, retriever, decider, writer, chain)

    def _reranker(self) -> EndpointReranker | None:
        settings = self.settings
        if not settings.reranker:
            return None
        return EndpointReranker(settings.reranker, base_url=settings.base_url, api_key=settings.api_key)

    @cached_property
    def chat_model(self) -> BaseChatModel | None:
        """The configured chat model; None where the extractive writer answers."""
        settings = self.settings
        if not settings.model:
            return None
        from rag.endpoint import chat_model

        return chat_model(
            settings.model,
            base_url=settings.base_url,
            api_key=settings.api_key,
            timeout=settings.model_timeout,
            meter=self.meter,
        )

    @cached_property
    def meter(self) -> Meter:
        """Counts the tokens of the configured chat model since this facade was made."""
        from rag.usage import Meter

        return Meter()

    def _model_writer(self, index: Index, writer: ExtractiveWriter) -> Callable[..., Iterator[Answer]] | None:
        if self.chat_model is None:
            return None
        from rag.generate import ModelWriter

        return ModelWriter(self.chat_model, self.settings.model or "", index, writer).write

    def ask(self, turn: Turn) -> Answer:
        """Answer one question.

        :raises UsageError: for an empty or overlong question.
        :raises NoIndexError: when nothing has been indexed.
        """
        return self.engine.chain.invoke(_checked(turn))

    def stream(self, turn: Turn) -> Iterator[Answer]:
        """Snapshots of a growing answer; the last one is what `ask` returns."""
        return self.engine.chain.stream(_checked(turn))

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The k best passages for a question.

        :raises UsageError: for an empty question or k below 1.
        """
        if k < 1:
            raise UsageError(f"k is {k}", "ask for at least one hit, for example -k 10")
        engine = self.engine
        return engine.retriever.passages(understand(_checked(Turn(question)), engine.linker), k)

    def roles(self, query: str = "") -> list[dict[str, Any]]:
        """The role catalogue, one row per canonical name, optionally only what a query names or contains.

        :param query: a name, an alias or a part of one, in any script.
        """
        linker = self.engine.linker
        linked = {mention.name for mention in linker.link(query)}
        wanted = search_form(query).strip()
        rows = []
        for name, group in linker.by_name.items():
            spellings = [
                name,
                *aliases_of(name),
                *(spelling for entry in group for spelling in (entry.name, *entry.aliases)),
            ]
            if wanted and name not in linked and not any(wanted in search_form(spelling) for spelling in spellings):
                continue
            kind = group[0].kind
            rows.append(
                {
                    "name": name,
                    "kind": kind,
                    "department": name
                    if kind == "department"
                    else next((entry.department for entry in group if entry.department), None),
                    "team": name if kind == "team" else next((entry.team for entry in group if entry.team), None),
                    "role": name if kind == "role" else None,
                    "aliases": list(dict.fromkeys(spelling for spelling in spellings if spelling != name)),
                    "depth": max((entry.depth for entry in group), key=lambda depth: DEPTH_ORDER[depth]),
                    "documents": list(dict.fromkeys(entry.doc for entry in group)),
                }
            )
        return sorted(rows, key=lambda row: (canonical(row["department"] or "~"), row["kind"], row["name"]))

    def documents(self) -> list[DocumentRecord]:
        """The document register."""
        return list(self.engine.index.documents.values())

    def document_text(self, doc: str) -> str:
        """The stored, cleaned text of a document.

        :raises LibraryError: when it is not indexed.
        """
        return self.engine.index.text(doc)

    def document_diff(self, doc: str) -> str:
        """What cleaning took out of a document, for a reader; empty when it took nothing.

        :raises LibraryError: when it is not indexed.
        """
        return self.engine.index.diff(doc)

    def remove(self, docs: Sequence[str]) -> IngestReport:
        """Take documents out of the library.

        :raises LibraryError: when one of them is not indexed.
        """
        return remove(docs, self.library, self.embedder(self.library.open().embedder))

    @cached_property
    def writer_mode(self) -> str:
        """`llm` when a chat model is configured, else `extractive`."""
        return "llm" if self.settings.model else "extractive"


def _checked(turn: Turn) -> Turn:
    if not turn.question.strip():
        raise UsageError("the question is empty", "ask something, for example: 售前客服的主要职责是什么?")
    if len(turn.question) > MAX_QUESTION:
        raise UsageError(
            f"the question has {len(turn.question)} characters, at most {MAX_QUESTION} are read",
            "ask a shorter question",
        )
    return turn
