"""Remarks that no pattern knows are read by what was learned; what names the opening, is labelled or may be published stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from eval.checker import CASES
from eval.teaching import Row, data_of, teach
from eval.train_remarks import training_rows
from ingest.embedders import default_embedder
from rag import brief_remarks
from rag.app import Engine, Rolewright
from rag.brief import parse_text
from rag.brief_internal import set_apart
from rag.brief_remarks import MOST, asks, model_path, reader, remarks
from rag.brief_tidy import without_speakers
from rag.sentence_model import Scorer, load_model
from rag.settings import Settings


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


# (text, what is set apart, what stays): nothing in them that `internal.yaml` knows.
UNMARKED: list[tuple[str, tuple[str, ...], str]] = [
    ("招会计,上海,8-10k,原先那位账做得一塌糊涂被请走了,本科", ("原先那位账做得一塌糊涂被请走了",), "招会计,上海,8-10k,本科"),
    ("招运营,杭州,15k。周三下班前帮我挂上去。", ("周三下班前帮我挂上去",), "招运营,杭州,15k。"),
    ("徵會計一名，台北。老實說公司下個月可能要搬家，先不要聲張。", ("老實說公司下個月可能要搬家", "先不要聲張"), "徵會計一名，台北。"),
    ("Accountant, Leeds, £35k. Honestly I have lost the will to live with this vacancy.", ("Honestly I have lost the will to live with this vacancy",), "Accountant, Leeds, £35k."),
    ("周五前帮我挂出去。招会计1名,上海", ("周五前帮我挂出去",), "招会计1名,上海"),
    ("招会计,上海,12k(他要是咬死再给到15k)", ("他要是咬死再给到15k",), "招会计,上海,12k"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "apart", "rest"), UNMARKED, ids=[row[0][:20] for row in UNMARKED])
def test_an_unmarked_remark_is_set_apart(text: str, apart: tuple[str, ...], rest: str) -> None:
    assert set_apart(text) == (rest, apart)


@pytest.mark.parametrize(
    "text",
    [
        "招会计,上海,老板直接带,每天一起复盘,试用期工资80%",
        "招风控专员,杭州,负责欠款催收,处理投诉与纠纷,替客户保密",
        "HR officer, Leeds. Handles layoffs communication and exit interviews. You report to the founder.",
        "hey so we need help with the phones, call centre agent I think, Galway, 28k euro",
        "Can you write something for a nanny share? Two toddlers, Park Slope Brooklyn",
        "岗位：会计\n要求：\n- 本科\n- 被客户骂了也能笑着回\n地点：上海",
        "招质检员,义乌,想来的直接打 0579-85550000 找老方",
    ],
)
def test_what_may_be_published_stays(text: str) -> None:
    assert set_apart(text) == (text, ())


def test_below_a_label_of_what_is_published_the_patterns_alone_judge() -> None:
    remark = "原先那位账做得一塌糊涂被请走了"
    assert set_apart(f"招会计\n{remark}")[1] == (remark,)
    assert set_apart(f"岗位：会计\n要求：\n- {remark}")[1] == ()
    assert set_apart(f"岗位：会计\n要求：\n- 别写全日制\n{remark}")[1] == ("别写全日制",)
    # Another heading ends it, and the reason of an opening is a remark by its heading.
    assert set_apart(f"二、任职要求\n1）本科\n五、申请理由\n{remark}\n") == ("二、任职要求\n1）本科", (remark,))


def test_a_chat_is_read_without_its_speakers(engine: Engine) -> None:
    text = "丽姐：在不\n丽姐：招一个投手，广州番禺\n我：学历呢\n丽姐：大专就行\n丽姐：小周是被隔壁直播间挖走的"
    assert without_speakers(text).splitlines()[1:3] == ["招一个投手，广州番禺", "学历呢"]
    brief = parse_text(text, engine.linker)
    assert brief.title == "投手" and "小周是被隔壁直播间挖走的" in brief.internal
    labelled = "岗位：会计\n地点：上海\n岗位：出纳\n地点：北京"
    assert without_speakers(labelled) == labelled


def test_what_a_remark_tells_of_the_text_and_of_the_title_is_used(engine: Engine) -> None:
    assert (
        parse_text("招会计,上海\n帮我写得活泼一点,拜托了", engine.linker).tone
        == parse_text("招会计,上海,活泼一点", engine.linker).tone
    )
    assert set_apart("") == ("", ())
    assert parse_text("周五前帮我挂出去", engine.linker).internal == ("周五前帮我挂出去",)


class Letters(Embeddings):
    """Counts of two letters, and how many texts were asked for."""

    calls = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.calls += len(texts)
        return [[text.count(letter) + 0.1 for letter in "xa"] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    """A reader that takes clauses with many an x for remarks."""
    rows = [
        Row(source, text * 4, kind)
        for source in "pq"
        for text, kind in ((f"xx{source} ", "mood"), (f"aa{source} ", None))
    ]
    encoder = Letters()
    model = teach(data_of(rows, np.array(encoder.embed_documents([row.text for row in rows]))), ()).model
    encoder.calls = 0
    scorer = Scorer(encoder, model)
    monkeypatch.setattr(brief_remarks, "reader", lambda: scorer)
    yield encoder


def test_the_reader_is_asked_of_clauses_and_about_no_more_than_so_many(letters: Letters) -> None:
    line = "xxp xxp xxp, aap aap aap, Baker, 3 of us"
    assert remarks([line, ""], [[], []]) == [[(0, 11)], []]
    assert not asks("Baker") and not asks("好") and not asks("call me on 0579-85550000") and asks("xxp xxp")
    letters.calls = 0
    remarks([f"aap aap{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(3 * MOST)], [[]] * 3 * MOST)
    assert letters.calls <= MOST


def test_a_brief_without_a_clause_to_ask_about_needs_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief_remarks, "reader", lambda: pytest.fail("asked"))
    assert set_apart("会计\n上海") == ("会计\n上海", ())


def test_training_rows_are_labelled_once_and_no_remark_is_drowned() -> None:
    rows = training_rows()
    assert len({row.text for row in rows}) == len(rows)
    remark = sum(row.family is not None for row in rows)
    assert remark >= 600 and len(rows) < 8 * remark
    lines = [json.loads(line) for line in (CASES / "remarks_train.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["label"] for line in lines} == {"internal", "publish"}
    assert {row.source for row in rows if len(row.source) == 1} == {line["id"][0] for line in lines}


def test_the_model_of_this_machine_is_small() -> None:
    path = model_path(default_embedder())
    assert path.stat().st_size < 2_100_000 and load_model(path).families == () and reader() is reader()
