"""A draft as schema.org JobPosting (JSON-LD): what search engines read of a posting.

Properties after schema.org/JobPosting and the list that search engines require and recommend. Facts come from the brief alone: a
property that it does not give is left out, never guessed.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from ingest.script import fold
from rag.jd_types import Claim, Draft

_TYPES = (
    (re.compile(r"实习|實習|intern"), "INTERN"),
    (re.compile(r"兼职|兼職|part"), "PART_TIME"),
    (re.compile(r"临时|臨時|temporary|seasonal"), "TEMPORARY"),
    (re.compile(r"合同工|外包|contract|freelance"), "CONTRACTOR"),
    (re.compile(r"全职|全職|正职|full"), "FULL_TIME"),
)
_CURRENCIES = {"CN": "CNY", "TW": "TWD", "HK": "HKD", "US": "USD", "EU": "EUR"}
_COUNTRIES = {"CN": "CN", "TW": "TW", "HK": "HK", "US": "US"}
_AMOUNT = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(k|千|万|萬)?(?:元|美元|欧元|港币)?\s*(?:-|~|–|到|至|to)\s*(\d+(?:[.,]\d+)?)\s*(k|千|万|萬)?"
)
_TIMES = {"k": 1_000, "千": 1_000, "万": 10_000, "萬": 10_000, None: 1}
_UNITS = (
    (re.compile(r"年|year|annual|/y"), "YEAR"),
    (re.compile(r"时|時|hour|/h"), "HOUR"),
    (re.compile(r"日|天|day"), "DAY"),
)


def _amount(number: str, unit: str | None) -> float:
    value = float(number.replace(",", "") if re.fullmatch(r"\d{1,3},\d{3}", number) else number.replace(",", "."))
    return value * _TIMES[unit]


def base_salary(text: str, market: str) -> dict[str, Any] | None:
    """A pay range such as `15-22k` or `30-40万/年` as MonetaryAmount; None when it is no range of numbers.

    :param text: the brief's pay, as typed.
    :param market: decides the currency.
    """
    match = _AMOUNT.search(fold(text))
    if not match:
        return None
    last = match.group(4)
    low, high = _amount(match.group(1), match.group(2) or last), _amount(match.group(3), last)
    usual = "MONTH" if market in {"CN", "TW", "HK"} else "YEAR" if high >= 10_000 else "HOUR"
    per = next((name for pattern, name in _UNITS if pattern.search(fold(text))), usual)
    value = {"@type": "QuantitativeValue", "minValue": low, "maxValue": high, "unitText": per}
    return {"@type": "MonetaryAmount", "currency": _CURRENCIES.get(market, "CNY"), "value": value}


def _texts(claims: list[Claim] | tuple[Claim, ...]) -> str | None:
    return "\n".join(claim.text for claim in claims if claim.source != "suggested") or None


def _description(sections: list[tuple[str, list[str]]], notice: str) -> str:
    """The posting as the HTML that `description` holds, with the notice that it was drafted by a program."""
    parts = [
        f"<p><strong>{html.escape(heading)}</strong></p><ul>{''.join(f'<li>{html.escape(row)}</li>' for row in rows)}</ul>"
        for heading, rows in sections
    ]
    return "".join(parts) + f"<p><em>{html.escape(notice)}</em></p>"


def job_posting(draft: Draft, sections: list[tuple[str, list[str]]], notice: str) -> dict[str, Any]:
    """A draft as a JobPosting object.

    :param draft: the draft with its brief.
    :param sections: (heading, lines) of the posting in reading order, without marks.
    :param notice: how the posting was drafted.
    :return: a JSON-LD object; properties that the brief does not give are absent.
    """
    brief = draft.brief
    employment = fold(brief.employment_type or "")
    place = {
        "@type": "PostalAddress",
        "addressLocality": brief.location,
        "addressCountry": _COUNTRIES.get(brief.market),
    }
    remote = brief.remote is not None and not re.match(r"不|否|no\b|false", fold(brief.remote))
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": draft.jd.title,
        "description": _description(sections, notice),
        "datePosted": datetime.now(UTC).date().isoformat(),
        "validThrough": brief.valid_until,
        "hiringOrganization": {"@type": "Organization", "name": brief.company} if brief.company else None,
        "jobLocation": {"@type": "Place", "address": {key: value for key, value in place.items() if value}}
        if brief.location
        else None,
        "jobLocationType": "TELECOMMUTE" if remote else None,
        "employmentType": next((name for pattern, name in _TYPES if pattern.search(employment)), None),
        "baseSalary": base_salary(brief.salary, brief.market) if brief.salary else None,
        "totalJobOpenings": brief.headcount,
        "responsibilities": _texts(draft.jd.responsibilities),
        "qualifications": _texts(draft.jd.requirements),
        "jobBenefits": _texts(draft.jd.benefits),
        "inLanguage": brief.language,
    }
    return {key: value for key, value in found.items() if value is not None}
