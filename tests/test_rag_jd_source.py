"""Titles in the words of other places and trades lead to the work that the documents describe, and never to another trade."""

from __future__ import annotations

import pytest

import corpus
from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.jd_source import find_source
from rag.settings import Settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("titles")))
    app.ensure_corpus()
    assert corpus.documents_root().is_dir()
    return app.engine


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("仓库主管", "仓储组"),
        ("倉務主任", "仓储组"),
        ("社群行銷專員", "新媒体运营"),
        ("線上廣告主任", "网络推广"),
        ("lead backend", "后端工程师"),
        ("产品经里", "产品经理"),
        ("售后主官", "售后主管"),
        ("行銷企劃", "活动策划"),
        ("總帳會計", "财务部"),
        ("外贸业务员", "销售部"),
        ("海外社媒运营", "新媒体运营"),
        ("customer service reps", "客服专员"),
        ("Head of Marketing", "市场部"),
        ("E-commerce Specialist", "店铺运营"),
        ("抖音运营", "新媒体运营"),
        ("网店店长", "店铺运营"),
        ("信息流优化师", "网络推广"),
        ("HRBP", "人力资源部"),
        ("供应链经理", "供应链优化"),
        ("Copywriter", "网站编辑"),
        ("Events Manager", "活动策划"),
        ("Buyer", "采购部"),
        ("呼叫中心坐席", "客服专员"),
        ("销售代表", "销售部"),
        ("售后客服", "售后客服"),
        ("仓库保安", None),
        ("office cleaner", None),
        ("货车司机", None),
        ("会计学讲师", None),
        ("Registered Nurse", None),
    ],
)
def test_other_words_for_the_same_work(engine: Engine, title: str, name: str | None) -> None:
    source = find_source(Brief(title=title), engine.linker)
    assert (source.mention.name if source.mention else None) == name
