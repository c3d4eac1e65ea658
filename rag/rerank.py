"""A cross-encoder behind an endpoint orders the best passages anew: `POST /rerank` as vLLM, llama.cpp, Jina, SiliconFlow and others serve it.

Off by default: cheap evidence orders well, and no cross-encoder comes without a download. A reranker that fails costs its order, not
the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ingest.errors import ModelError
from rag.types import Hit

# So many passages are read together with the question.
RERANKED = 40
_LOG = logging.getLogger(__name__)


class EndpointReranker:
    """Orders hits by the relevance that an endpoint's cross-encoder finds.

    :param model: its name at the endpoint.
    :param base_url: the endpoint, with the version as in `http://127.0.0.1:8000/v1`; None for OpenAI's own, which serves none.
    :param api_key: the key; local servers take any.
    :param timeout: seconds without an answer before the call fails.
    """

    def __init__(self, model: str, *, base_url: str | None, api_key: str | None, timeout: float = 10.0) -> None:
        import openai

        self._model = model
        self._client = openai.OpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout, max_retries=0)

    def order(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same hits, the most relevant first; their scores become the relevance, scaled to 0 to 1 over the hits.

        :param question: the standalone question.
        :param hits: the fused hits; returned as they are, with a warning in the log, when the endpoint fails.
        """
        if len(hits) < 2:
            return list(hits)
        try:
            relevance = self.relevance(question, [hit.chunk.index_text() for hit in hits])
        except ModelError as error:
            _LOG.warning("the reranker failed (%s); passages keep their order", error.message)
            return list(hits)
        low, high = min(relevance), max(relevance)
        scaled = [(value - low) / (high - low) if high > low else 1.0 for value in relevance]
        ordered = sorted(zip(scaled, hits, strict=True), key=lambda row: -row[0])
        return [replace(hit, rank=rank, score=score) for rank, (score, hit) in enumerate(ordered, 1)]

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How relevant each text is, in whatever scale the endpoint has.

        :param question: the question.
        :param texts: at least one text.
        :raises ModelError: when the endpoint fails or answers in another shape.
        """
        import openai

        body = {"model": self._model, "query": question, "documents": list(texts), "top_n": len(texts)}
        try:
            reply: Any = self._client.post("/rerank", body=body, cast_to=object)
            found = {int(row["index"]): float(row["relevance_score"]) for row in reply["results"]}
            return [found[at] for at in range(len(texts))]
        except (openai.OpenAIError, TypeError, KeyError, ValueError) as error:
            raise ModelError(
                f"the reranker {self._model!r} failed: {type(error).__name__}",
                "check that OPENAI_BASE_URL serves /rerank, or unset ROLEWRIGHT_RERANKER",
            ) from error
