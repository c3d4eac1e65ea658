"""A draft as schema.org JobPosting (JSON-LD): what search engines read of a posting.

Properties after schema.org/JobPosting and the list that search engines require and recommend. Facts come from the brief alone: a
property that it does not give is left out, never guessed.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from ingest.script import fold
from rag.blocks import Block, Page, block_lines
from rag.brief import Brief
from rag.brief_terms import COMPANY_NAME
from rag.jd_types import SECTIONS, Claim, Draft
from rag.places import is_british
from ui.export_text import body_html

REQUIRED = ("title", "description", "datePosted", "hiringOrganization", "jobLocation")
RECOMMENDED = ("validThrough", "baseSalary", "employmentType", "identifier")
_TYPES = (
    (re.compile(r"实习|intern"), "INTERN"),
    (re.compile(r"兼职|part"), "PART_TIME"),
    (re.compile(r"临时|temporary|seasonal"), "TEMPORARY"),
    (re.compile(r"合同工|外包|contract|freelance"), "CONTRACTOR"),
    (re.compile(r"全职|正职|full"), "FULL_TIME"),
)
_CURRENCIES = {"CN": "CNY", "TW": "TWD", "HK": "HKD", "US": "USD", "EU": "EUR"}
# A currency that the pay names is a fact; the market gives it only where none is named.
_NAMED = (
    (re.compile(r"nt\$|ntd|twd|新?台币"), "TWD"),
    (re.compile(r"hk\$|hkd|港[币元]"), "HKD"),
    (re.compile(r"us\$|usd|美[元金]"), "USD"),
    (re.compile(r"s\$|sgd"), "SGD"),
    (re.compile(r"a\$|aud"), "AUD"),
    (re.compile(r"c\$|cad"), "CAD"),
    (re.compile(r"\u00a3|gbp|pounds?|英镑"), "GBP"),
    (re.compile(r"\u20ac|eur|欧元"), "EUR"),
    (re.compile(r"chf"), "CHF"),
    (re.compile(r"rmb|cny|人民币"), "CNY"),
)
_COUNTRIES = {"CN": "CN", "TW": "TW", "HK": "HK", "US": "US"}
_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)\s*(k|千|万)?"
_RANGE = re.compile(
    rf"{_NUMBER}(?:元|美元|欧元|港币)?\s*(?:-|~|\u2013|\u2014|到|至|to)\s*(?:[$\u20ac\u00a3]\s*)?{_NUMBER}"
)
_SINGLE = re.compile(rf"(?<!\d){_NUMBER}")
_TIMES = {"k": 1_000, "千": 1_000, "万": 10_000, None: 1}
_UNITS = (
    (re.compile(r"年|year|annual|annum|/y|\bp\.?a\b"), "YEAR"),
    (re.compile(r"月|month|/m\b|\bpcm\b"), "MONTH"),
    (re.compile(r"时|hour|/h"), "HOUR"),
    (re.compile(r"周|week"), "WEEK"),
    (re.compile(r"日|天|day"), "DAY"),
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_PARTLY = re.compile(r"不|否|no\b|false|可|部分|混合|hybrid|partial|partly|option|天|day|周|week|or\b|或")
_REMOTE = re.compile(r"远程|远端|居家|在家|remote|home|true|yes|是")
# The province of a Chinese city that stands alone; municipalities are their own.
_PROVINCES = {
    "北京": "北京", "上海": "上海", "天津": "天津", "重庆": "重庆", "广东": "广州 深圳 东莞 佛山 珠海", "浙江": "杭州 宁波",
    "江苏": "南京 苏州 无锡", "四川": "成都", "湖北": "武汉", "陕西": "西安", "湖南": "长沙", "河南": "郑州", "福建": "厦门 福州",
    "山东": "青岛 济南", "安徽": "合肥", "辽宁": "大连 沈阳", "云南": "昆明", "海南": "海口",
}  # fmt: skip
_PLACE = re.compile(r"^(?:(?P<region>.{2,8}?(?:省|自治区)))?\s*(?P<city>[^\s,]{2,6}?)(?:市|$|(?=[\s,]))")


# What stands before a company's name, and what begins a description that names none.
_LEAD = re.compile(r"(?:我们(?:公司|店|团队)?|我司|本?公司)(?:是|为|叫|名为)(?:一家)?|we(?:'re| are) ")
_DESCRIBES = re.compile(r"(?:一家|某|我们|本店|an?|our|my|the|busy|small|family-run)\b|(?:一家|某|我们|本店)")


def _amount(number: str, unit: str | None) -> float:
    """A number with separators for thousands or a decimal comma."""
    plain = number.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number) else number.replace(",", ".")
    return float(plain) * _TIMES[unit]


def base_salary(text: str, market: str) -> dict[str, Any] | None:
    """Pay such as `15-22k`, `30-40万/年` or `月薪 8000元` as MonetaryAmount; None when there is no amount.

    :param text: the brief's pay, as typed.
    :param market: gives the currency where the pay names none.
    """
    folded = fold(text)
    value: dict[str, Any] = {"@type": "QuantitativeValue"}
    if match := _RANGE.search(folded):
        low, low_unit, high, unit = match.groups()
        value |= {"minValue": _amount(low, low_unit or unit), "maxValue": _amount(high, unit)}
    elif match := _SINGLE.search(folded):
        value["value"] = _amount(*match.groups())
    else:
        return None
    most: float = value.get("maxValue") or value["value"]
    usual = "MONTH" if market in {"CN", "TW", "HK"} else "YEAR" if most >= 10_000 else "HOUR"
    value["unitText"] = next((name for pattern, name in _UNITS if pattern.search(folded)), usual)
    currency = next((code for sign, code in _NAMED if sign.search(folded)), _CURRENCIES[market])
    return {"@type": "MonetaryAmount", "currency": currency, "value": value}


def iso_date(text: str) -> str | None:
    """A day such as `2026-12-31`, `2026/12/31` or `2026年12月31日` in ISO 8601; None when it is none."""
    match = _DATE.search(fold(text))
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else None
    except ValueError:
        return None


def fully_remote(text: str | None) -> bool:
    """Whether the work is done from anywhere, always; `hybrid`, `可远程` and the like are not."""
    folded = fold(text or "")
    return bool(_REMOTE.search(folded)) and not _PARTLY.search(folded)


def _country(brief: Brief) -> str | None:
    """The country of the place of work, where the market or the place tells it."""
    british = brief.market == "EU" and is_british(fold(brief.location or ""))
    return "GB" if british else _COUNTRIES.get(brief.market)


def _address(brief: Brief) -> dict[str, Any]:
    place = brief.location or ""
    address: dict[str, Any] = {"@type": "PostalAddress", "addressLocality": place}
    if brief.market == "CN" and (match := _PLACE.match(fold(place))):
        city = match["city"]
        address["addressLocality"] = place[match.start("city") : match.end("city")]
        region = next((name for name, cities in _PROVINCES.items() if city in cities.split()), None)
        if match["region"] or region:
            address["addressRegion"] = match["region"] or region
        if rest := place[match.end() :].strip(" ,"):
            address["streetAddress"] = rest
    if country := _country(brief):
        address["addressCountry"] = country
    return address


def _texts(claims: tuple[Claim, ...]) -> str | None:
    return "\n".join(claim.text for claim in claims) or None


def confirmed(draft: Draft) -> Draft:
    """A draft without the lines that a person has still to confirm: a machine that reads the posting cannot see the mark."""

    def kept(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        return tuple(claim for claim in claims if claim.source != "suggested")

    jd = draft.jd
    lines: dict[str, Any] = {name: kept(jd.section(name)) for name in SECTIONS}
    lines |= {name: next(iter(kept(jd.section(name))), None) for name in ("purpose", "company")}
    return replace(draft, jd=replace(jd, **lines))


def _description(page: Page) -> str:
    """The posting as the HTML that `description` holds: paragraphs and lists (headings and tables are not read there)."""
    blocks: list[Block] = []
    for block in page.blocks[1:]:
        blocks += [Block("paragraph", line) for line in block_lines(block, page.language)] if block.rows else [block]
    body = body_html(tuple(blocks)).replace("<h2>", "<p><strong>").replace("</h2>", "</strong></p>")
    return body + (f"<p><em>{html.escape(page.label)}</em></p>" if page.label else "")


def employer_name(company: str | None) -> str | None:
    """The name of the employer in what the brief says of it; None where that only describes one (`我们是一家...`, `our bakery`)."""
    text = (company or "").strip()
    if not text:
        return None
    if quoted := re.search(r"[「“\"]([^」”\"]{2,30})[」”\"]", text):
        return quoted.group(1)
    text = text[lead.end() :] if (lead := _LEAD.match(fold(text))) else text
    if (named := COMPANY_NAME.search(fold(text))) and (at := named.lastindex):
        return text[slice(*named.span(at))]
    name = re.split(r"[,;\n\uff0c\uff1b\u3002]|\.\s", text)[0].strip()
    return name if name and len(name) <= 60 and not (lead or _DESCRIBES.match(fold(name))) else None


def _identifier(draft: Draft) -> dict[str, str] | None:
    """A number of the posting that stays the same as long as employer, title and place do."""
    brief = draft.brief
    name = employer_name(brief.company)
    if not brief.company or not name:
        return None
    known = "\n".join(filter(None, (brief.company, draft.jd.title, draft.jd.department, brief.location)))
    digest = hashlib.sha256(known.encode()).hexdigest()[:12]
    return {"@type": "PropertyValue", "name": name, "value": digest}


def gaps(posting: dict[str, Any]) -> list[str]:
    """The properties that search engines require or recommend and the posting lacks, required ones first."""
    remote = posting.get("jobLocationType") == "TELECOMMUTE"
    required = [name for name in REQUIRED if not (remote and name == "jobLocation")]
    required += ["applicantLocationRequirements"] if remote else []
    return [name for name in (*required, *RECOMMENDED) if name not in posting]


def job_posting(draft: Draft, page: Page) -> dict[str, Any]:
    """A draft as a JobPosting object.

    :param draft: the draft, `confirmed`.
    :param page: the draft laid out without sources.
    :return: a JSON-LD object; properties that the brief does not give are absent.
    """
    brief, jd = draft.brief, draft.jd
    employment = fold(brief.employment_type or "")
    remote = fully_remote(brief.remote)
    country = _country(brief)
    employer = employer_name(brief.company)
    types = [name for pattern, name in _TYPES if pattern.search(employment)]
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": jd.title,
        "description": _description(page),
        "identifier": _identifier(draft),
        "datePosted": datetime.now(UTC).date().isoformat(),
        "validThrough": iso_date(brief.valid_until) if brief.valid_until else None,
        "hiringOrganization": {"@type": "Organization", "name": employer} if employer else None,
        "jobLocation": {"@type": "Place", "address": _address(brief)} if brief.location else None,
        "jobLocationType": "TELECOMMUTE" if remote else None,
        "applicantLocationRequirements": {"@type": "Country", "name": country} if remote and country else None,
        "employmentType": types or None,
        "baseSalary": base_salary(brief.salary, brief.market) if brief.salary else None,
        "totalJobOpenings": brief.headcount,
        "employmentUnit": {"@type": "Organization", "name": jd.department} if jd.department else None,
        "industry": brief.business_line,
        "responsibilities": _texts(jd.responsibilities),
        "qualifications": _texts(jd.requirements),
        "jobBenefits": _texts(jd.benefits),
        "inLanguage": brief.language,
    }
    return {key: value for key, value in found.items() if value is not None}
