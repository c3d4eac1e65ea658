"""Templates, channels and labels as data, and the one rendering of a draft under a template."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.errors import UsageError
from rag.blocks import Page, make_page, plain_text, text_of
from rag.brief import LANGUAGES, MARKETS, Brief
from rag.channels import Channel, channels, find_channel
from rag.jd_types import Claim, Draft, JobDescription
from rag.labelling import label_metadata, label_text
from rag.template import default_template, find_template, parse_template, templates
from rag.types import Citation, Timing

SOURCE = Citation(
    n=1, doc="a.md", title="手册", heading=("客服",), quote="接待来宾。", start=0, end=5, page=None, year=2023
)


def make(**values: object) -> Draft:
    """A small draft with two sources, cited out of order, and one suggested line."""
    brief = Brief(**({"title": "前台", "location": "上海", "apply": "hr@example.com"} | values))  # type: ignore[arg-type]
    jd = JobDescription(
        title="前台",
        department="行政部",
        responsibilities=(Claim("接听电话。", "corpus", (2,)), Claim("接待来宾。", "corpus", (1, 2))),
        requirements=(Claim("会打字", "brief"), Claim("会英语", "suggested")),
        conditions=(Claim("工作地点:上海", "brief"), Claim("投递方式:hr@example.com", "brief")),
    )
    sources = (SOURCE, replace(SOURCE, n=2, quote="接听电话。", start=5, end=10))
    return Draft(brief, jd, sources, (), (), "thin", plain_text(jd, brief), Timing(0, 0))


def page(template: str, **values: object) -> Page:
    draft = make(**values)
    return make_page(draft, find_template(template, draft.brief))


def test_the_bundled_templates() -> None:
    found = {template.id: template for template in templates()}
    assert found.keys() == {"internal", "cn-posting", "tw-posting", "en-posting", "campus", "intern", "executive"}
    for template in found.values():
        assert len({template.name(language) for language in LANGUAGES}) >= 2
        assert template.sources == (template.id == "internal")
    assert {default_template(Brief(title="x", market=market)).id for market in MARKETS} == {
        "cn-posting",
        "tw-posting",
        "en-posting",
    }


def test_only_the_internal_description_shows_sources_and_lines_to_fill_in() -> None:
    inside, outside = page("internal"), page("cn-posting")
    text, posted = text_of(inside.blocks, "zh-Hans"), text_of(outside.blocks, "zh-Hans")
    assert "待填写" in text and "批准" in text and "修订记录" in text
    assert "待填写" not in posted and "批准" not in posted and "[1]" not in posted and not outside.sources
    assert "衡量指标" in text and "衡量指标" not in posted  # the section is empty


def test_sources_are_numbered_in_the_order_of_the_page() -> None:
    inside = page("internal")
    cited = [block.citations for block in inside.blocks if block.kind == "number"]
    assert cited == [(1,), (2, 1)]
    assert [(source.n, source.quote) for source in inside.sources] == [(1, "接听电话。"), (2, "接待来宾。")]


def test_suggested_lines_are_marked_everywhere() -> None:
    for template in templates():
        lines = [block.text for block in page(template.id).blocks if block.text.startswith("会英语")]
        assert lines == ["会英语\uff08建议\uff0c请确认\uff09"], template.id


def test_labels_follow_language_and_market() -> None:
    def headings(shown: Page) -> list[str]:
        return [block.text for block in shown.blocks if block.kind == "heading"]

    assert "岗位职责" in headings(page("cn-posting"))
    assert "工作內容" in headings(page("tw-posting", market="TW", language="zh-Hant"))
    assert "Responsibilities" in headings(page("en-posting", market="US", language="en"))


def test_the_draft_text_has_the_sections_of_its_market_in_order() -> None:
    chinese, taiwanese = make().text, make(market="TW", language="zh-Hant").text
    assert chinese.startswith("岗位名称\uff1a前台") and "1. 接听电话。\n2. 接待来宾。" in chinese
    assert chinese.index("任职要求") < chinese.index("工作条件")
    assert taiwanese.index("工作待遇與地點") < taiwanese.index("條件要求")


def test_a_channel_that_bars_contacts_gets_none() -> None:
    draft = make()
    template = default_template(draft.brief)
    assert "hr@example.com" in text_of(make_page(draft, template).blocks, "zh-Hans")
    shown = text_of(make_page(draft, template, find_channel("boss")).blocks, "zh-Hans")
    assert "hr@example.com" not in shown and "上海" in shown


def test_channels_are_dated_and_say_what_they_rest_on() -> None:
    for channel in channels().values():
        assert isinstance(channel.verified_on, date) and channel.basis in {"official", "third_party", "assumed"}
    assert find_channel("linkedin").max_title == 200
    with pytest.raises(UsageError, match="nowhere") as caught:
        find_channel("nowhere")
    assert "linkedin" in caught.value.hint


def test_what_a_channel_does_not_take_is_said_with_numbers() -> None:
    channel = Channel("x", "X", "assumed", date(2026, 1, 1), max_chars=5, min_chars=4, max_title=3)
    assert channel.problems("abc", "12345") == []
    found = channel.problems("abcd", "123")
    assert "4 characters" in found[0] and "at most 3" in found[0] and "at least 4" in found[1]
    assert "at most 5" in channel.problems("abc", "123456")[0]


def test_the_label_follows_the_market_and_the_template() -> None:
    assert "人工智能" in label_text("CN", "zh-Hans") and "AI" in label_text("CN", "en")
    assert label_text("TW", "zh-Hant") and not label_text("TW", "zh-Hant", wanted=False)
    assert '"Label": "1"' in (label_metadata("CN", "x") or "") and label_metadata("US", "x") is None


OWN = """
names: {zh-Hans: 门店岗位, en: Shop posting}
markets: [CN]
sections:
  - {field: responsibilities, label: {zh-Hans: 每天做什么, en: Every day}, style: numbered, limit: 1}
  - {label: 声明, text: {zh-Hans: 本公司平等对待每一位应聘者。, en: Equal opportunities.}}
"""


def test_an_organisation_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "shop.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "templates" / "letter.docx").write_bytes(b"read only when it is used")
    draft = make()
    found = find_template("shop", draft.brief, tmp_path)
    shown = make_page(draft, found)
    assert [block.text for block in shown.blocks] == [
        "前台",
        "每天做什么",
        "接听电话。",
        "声明",
        "本公司平等对待每一位应聘者。",
    ]
    assert found.sections[1].locked and not found.sections[0].locked
    assert {"shop", "letter", "internal"} <= {template.id for template in templates(tmp_path)}
    assert "shop" not in {template.id for template in templates()}


def test_an_own_template_may_replace_a_bundled_one(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "intern.yaml").write_text(OWN, encoding="utf-8")
    assert find_template("intern", Brief(title="x"), tmp_path).name("zh-Hans") == "门店岗位"


def test_an_unknown_template_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="nothing") as caught:
        find_template("nothing", Brief(title="x"))
    assert "internal" in caught.value.hint and "cn-posting" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not YAML"),
        ("[]", "not a mapping"),
        ("sections: []", "no sections"),
        ("colour: red", "colour"),
        ("sections: [{field: duties}]", "duties"),
        ("sections: [{field: kpis, style: bold}]", "bold"),
        ("sections: [{field: kpis, limit: -1}]", "limit"),
        ("sections: [{facts: [notes]}]", "notes"),
        ("sections: [{label: x}]", "shows nothing"),
        ("sections: [{field: kpis, label: {fr: x}}]", "fr"),
        ("sections: [{field: kpis}]\nmarkets: [JP]", "market"),
        ("sections: [{field: kpis}]\nlength: huge", "huge"),
        ("sections: [{field: kpis}]\nsources: maybe", "sources"),
    ],
)
def test_a_broken_template_is_named_with_its_fault(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse_template(text, "mine.yaml")
    assert caught.value.message.startswith("mine.yaml") and caught.value.hint
