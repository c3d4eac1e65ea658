"""Which role of the bundled documents a title means, and what a draft of it is worth."""

from __future__ import annotations

import pytest

from rag.app import Engine, Rolewright
from rag.brief_types import Brief
from rag.jd import draft
from rag.jd_source import find_source
from rag.settings import Settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    app = Rolewright(Settings(library=tmp_path_factory.mktemp("bundled")))
    app.ensure_corpus()
    return app.engine


@pytest.mark.parametrize(
    ("title", "role", "status"),
    [
        ("仓库打包配送组长", "包装及配送", "complete"),
        ("采购专员", "采购部", "thin"),
        ("Procurement Specialist", "采购部", "thin"),
        ("法务", "法务部", "complete"),
        ("店铺运营专员", "店铺运营", "complete"),
        ("产品经理（会员App）", "产品经理", "complete"),
        ("护士", None, "no_source"),
        ("幼儿园配班教师", None, "no_source"),
        ("Delivery Driver", None, "no_source"),
        ("社区运营", "社区运营", "no_source"),
    ],
)
def test_which_role_a_title_means(engine: Engine, title: str, role: str | None, status: str) -> None:
    brief = Brief(title=title)
    mention = find_source(brief, engine.linker).mention
    assert (mention.name if mention else None) == role
    assert draft(brief, engine).status == status


def test_typed_duties_leave_room_for_those_of_the_sources(engine: Engine) -> None:
    result = draft(Brief(title="店铺运营", duties=tuple(f"第{n}件事" for n in range(9))), engine)
    assert result.status == "complete"
