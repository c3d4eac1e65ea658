"""Exports as text, Markdown, HTML and JSON-LD, on a draft of the small real library."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from docx.oxml.ns import qn
from lxml import html
from markdown_it import MarkdownIt
from pypdf import PdfReader

from ingest.errors import UsageError
from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.jd import draft
from rag.jd_types import Claim, Draft
from rag.settings import Settings
from ui.export import FORMATS, export
from ui.jobposting import base_salary, employer_name, fully_remote, gaps, iso_date

FULL: dict[str, Any] = {
    "title": "售前客服",
    "company": "岗匠网店",
    "location": "浙江省杭州市西湖区",
    "salary": "8-10k",
    "employment_type": "全职",
    "headcount": 2,
    "valid_until": "2026年12月31日",
    "remote": "可远程",
    "must_have": ["会打字"],
    "benefits": ["# 双休"],
    "apply": "hr@example.com",
}

# The required and recommended properties of a JobPosting, after schema.org and what search engines ask for.
POSTING = {
    "type": "object",
    "required": ["@context", "@type", "title", "description", "datePosted", "hiringOrganization", "jobLocation",
                 "validThrough", "baseSalary", "employmentType", "identifier"],
    "properties": {
        "@context": {"const": "https://schema.org/"},
        "@type": {"const": "JobPosting"},
        "title": {"type": "string", "minLength": 1, "not": {"pattern": "[!*]"}},
        "description": {"type": "string", "pattern": "<p>|<li>", "not": {"pattern": "<h[1-6]|<script|<table"}},
        "datePosted": {"type": "string", "format": "date"},
        "validThrough": {"type": "string", "format": "date"},
        "hiringOrganization": {"type": "object", "required": ["@type", "name"], "properties": {"@type": {"const": "Organization"}}},
        "identifier": {"type": "object", "required": ["@type", "name", "value"], "properties": {"@type": {"const": "PropertyValue"}}},
        "jobLocation": {
            "type": "object", "required": ["@type", "address"],
            "properties": {"@type": {"const": "Place"}, "address": {
                "type": "object", "required": ["@type", "addressLocality", "addressCountry"],
                "properties": {"@type": {"const": "PostalAddress"}, "addressCountry": {"pattern": "^[A-Z]{2}$"}}}},
        },
        "jobLocationType": {"const": "TELECOMMUTE"},
        "employmentType": {"type": "array", "minItems": 1, "items": {"enum": [
            "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"]}},
        "baseSalary": {
            "type": "object", "required": ["@type", "currency", "value"],
            "properties": {"@type": {"const": "MonetaryAmount"}, "currency": {"pattern": "^[A-Z]{3}$"}, "value": {
                "type": "object", "required": ["@type", "unitText"],
                "properties": {"@type": {"const": "QuantitativeValue"}, "unitText": {"enum": ["HOUR", "DAY", "WEEK", "MONTH", "YEAR"]}},
                "anyOf": [{"required": ["value"]}, {"required": ["minValue", "maxValue"]}]}},
        },
        "totalJobOpenings": {"type": "integer", "minimum": 1},
    },
    "dependentRequired": {"jobLocationType": ["applicantLocationRequirements"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


def make(engine: Engine, **values: Any) -> Draft:
    return draft(Brief.from_dict(values), engine)


def shown(form: str, data: bytes) -> str:
    """The text of an export as a reader sees it."""
    if form == "docx":
        body = docx.Document(io.BytesIO(data)).element.body
        return "\n".join("".join(text.text for text in line.iter(qn("w:t"))) for line in body.iter(qn("w:p")))
    if form == "pdf":
        return "\n".join(part.extract_text() for part in PdfReader(io.BytesIO(data)).pages)
    return data.decode()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_holds_duties_and_the_label(engine: Engine, form: str) -> None:
    title, company = "售前客服 <b>|*", "<script>alert(1)</script>\u0000 #let x = [$ \\"
    text = shown(form, export(make(engine, title=title, company=company, benefits=["# 双休"]), form))
    flat = re.sub(r"\s", "", text)
    assert "熟悉全店商品" in flat and "双休" in flat
    assert form == "json" or "人工智能" in flat
    assert form != "pdf" or "#letx=[$\\" in flat
    assert form in {"json", "txt", "docx", "pdf"} or not re.search(r"(?<!\\)<script>", text)


@pytest.mark.parametrize("form", ["md", "txt", "html", "docx", "pdf"])
def test_a_named_posting_has_no_sources_and_the_default_has(engine: Engine, form: str) -> None:
    made = make(engine, title="售前客服")
    quote = "熟悉全店商品的详细信息"
    # Endnotes are a part of their own in a Word file.
    parts = [shown(form, export(made, form, name)) for name in (None, "cn-posting")]
    assert ("[1]" in parts[0]) == (form != "docx") and "[1]" not in parts[1]
    assert [part.count(quote) for part in parts] == [1 if form == "docx" else 2, 1]


def test_markdown_shows_what_was_typed(engine: Engine) -> None:
    typed = "a *b* _c_ `d` <i>e</i> [f](g) | # h"
    page = MarkdownIt().enable("table").render(export(make(engine, title="售前客服", benefits=[typed]), "md").decode())
    assert typed in html.fromstring(page).text_content() and not html.fromstring(page).xpath("//code|//i|//a")
    internal = MarkdownIt().enable("table").render(export(make(engine, title="售前客服"), "md", "internal").decode())
    assert len(html.fromstring(internal).xpath("//table")) == 2 and "<ol>" in internal


def test_html_is_whole_escaped_and_labelled(engine: Engine) -> None:
    tree = html.fromstring(export(make(engine, title="售前客服", company="<b>x</b>"), "html", "internal"))
    assert tree.xpath("//h1/text()") == ["售前客服"] and len(tree.xpath("//ol/li")) == 5 and not tree.xpath("//b")
    assert set(tree.xpath("//sup/a/@href")) == {f"#{name}" for name in tree.xpath("//li/@id")}
    assert json.loads(tree.xpath("//meta[@name='AIGC']/@content")[0])["Label"] == "1"
    taiwan = html.fromstring(export(make(engine, title="售前客服", market="TW", language="zh-Hant"), "html"))
    assert not taiwan.xpath("//meta[@name='AIGC']")


@pytest.mark.parametrize(
    ("salary", "market", "expected"),
    [
        ("15-22k", "CN", (15_000, 22_000, "MONTH", "CNY")),
        ("月薪4萬到5萬", "TW", (40_000, 50_000, "MONTH", "TWD")),
        ("30-40万/年", "CN", (300_000, 400_000, "YEAR", "CNY")),
        ("EUR 50,000-60,000", "EU", (50_000, 60_000, "YEAR", "EUR")),
        ("$120,000 - $150,000 a year", "US", (120_000, 150_000, "YEAR", "USD")),
        ("£38,000-42,000 p.a.", "EU", (38_000, 42_000, "YEAR", "GBP")),
        ("€2,800-3,200 a month", "EU", (2_800, 3_200, "MONTH", "EUR")),
        ("HK$18,000-22,000", "CN", (18_000, 22_000, "MONTH", "HKD")),
        ("24.50 - 28.00 an hour", "US", (24.5, 28.0, "HOUR", "USD")),
    ],
)
def test_pay_ranges(salary: str, market: str, expected: tuple[float, float, str, str]) -> None:
    found = base_salary(salary, market)
    assert found
    value = found["value"]
    assert (value["minValue"], value["maxValue"], value["unitText"], found["currency"]) == expected


def test_single_pay_and_none() -> None:
    found = base_salary("月薪 8000元", "CN")
    assert found and found["value"]["value"] == 8_000 and base_salary("面议", "CN") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-12-31", "2026-12-31"), ("2026年1月5日", "2026-01-05"), ("2026/2/30", None), ("年底", None)],
)
def test_closing_dates(text: str, expected: str | None) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("完全远程", True), ("远程", True), ("fully remote", True), ("可远程", False), ("hybrid", False),
     ("每周两天居家", False), ("不可远程", False), ("remote or on-site", False), (None, False)],
)  # fmt: skip
def test_only_work_from_anywhere_is_telecommuting(text: str | None, expected: bool) -> None:
    assert fully_remote(text) == expected


def test_a_job_posting_validates(engine: Engine) -> None:
    posting = json.loads(export(make(engine, **FULL), "jsonld"))
    jsonschema.Draft202012Validator(POSTING, format_checker=jsonschema.FormatChecker()).validate(posting)
    assert gaps(posting) == [] and date.fromisoformat(posting["validThrough"]) == date(2026, 12, 31)
    address = posting["jobLocation"]["address"]
    assert (address["addressRegion"], address["addressLocality"], address["addressCountry"]) == ("浙江省", "杭州", "CN")
    assert (posting["employmentType"], posting["totalJobOpenings"]) == (["FULL_TIME"], 2)
    assert "jobLocationType" not in posting and "人工智能" in posting["description"]


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("公司是苏州蓝鲸电器有限公司", "苏州蓝鲸电器有限公司"),
        ("「木禾」，賣家具的電商", "木禾"),
        ("Acme GmbH", "Acme GmbH"),
        ("某店", None),
        ("蓝鲸电器", "蓝鲸电器"),
        ("我们是一家做宠物用品的公司", None),
        ("our bakery", None),
        ("We're a 40-person start-up in Toronto", None),
        (None, None),
    ],
)
def test_an_employer_is_named_or_left_out(company: str | None, name: str | None) -> None:
    assert employer_name(company) == name


def test_remote_work_says_where_applicants_may_live(engine: Engine) -> None:
    posting = json.loads(export(make(engine, **(FULL | {"remote": "完全远程"})), "jsonld"))
    jsonschema.Draft202012Validator(POSTING).validate(posting)
    assert posting["applicantLocationRequirements"]["name"] == "CN"


def test_a_job_posting_holds_the_facts_of_the_brief_and_no_others(engine: Engine) -> None:
    bare = json.loads(export(make(engine, title="售前客服"), "jsonld"))
    assert gaps(bare) == [
        "hiringOrganization",
        "jobLocation",
        "validThrough",
        "baseSalary",
        "employmentType",
        "identifier",
    ]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(POSTING).validate(bare)


def test_a_machine_never_reads_what_is_to_be_confirmed(engine: Engine) -> None:
    made = make(engine, **FULL)
    claims = (*made.jd.requirements, Claim("会说英语", "suggested"))
    made = replace(made, jd=replace(made.jd, requirements=claims))
    assert "会说英语" not in export(made, "jsonld").decode()
    assert "会说英语\uff08建议" in export(made, "txt").decode()


def test_channels(engine: Engine) -> None:
    made = make(engine, **FULL)
    posted = export(made, "txt", channel="boss").decode()
    assert "hr@example.com" not in posted and "[1]" not in posted
    with pytest.raises(UsageError, match="plain text"):
        export(made, "docx", channel="boss")
    with pytest.raises(UsageError, match="at most 1500"):
        export(make(engine, **FULL | {"benefits": ["字" * 1500]}), "txt", channel="boss")


def test_what_is_not_there_is_named(engine: Engine) -> None:
    made = make(engine, title="售前客服")
    for wrong, names in (({"form": "odt"}, "docx"), ({"template": "x"}, "internal"), ({"channel": "x"}, "boss")):
        with pytest.raises(UsageError) as caught:
            export(made, **({"form": "txt"} | wrong))
        assert names in caught.value.hint
