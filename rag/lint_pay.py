"""Checks of what a text says about pay: is the range sensible, has it a unit, is it above the lowest lawful pay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.posting import Posting

_HAN = "\u4e00\u4e8c\u4e24\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07"
_DIGITS = {char: number for number, char in enumerate("\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d", 1)} | {
    "\u4e24": 2
}
_SCALES = {"\u5341": 10, "\u767e": 100, "\u5343": 1000, "\u4e07": 10_000}
_TIMES = {"k": 1e3, "\u5343": 1e3, "\u4e07": 1e4, "w": 1e4}
_AMOUNT = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?(?:\s*[k\u5343\u4e07w](?![a-z]))?|[{_HAN}]{{2,7}})"
_SIGN = r"(?:\s*(?:usd|eur|hkd|twd|rmb|nt\$|hk\$|us\$|[$\u20ac\u00a3\u00a5])\s*)?"
_MONEY = r"\s*(?:\u5143|\u868a|\u5757)?"
_RANGE = re.compile(
    rf"(?<![\d.,-])(?P<low>{_AMOUNT}){_MONEY}\s*(?:-|\u2013|\u2014|~|\u81f3|\u5230|to){_SIGN}\s*(?P<high>{_AMOUNT})(?![\d,.]*\d)"
)
_SINGLE = re.compile(rf"(?<![\d.,-])(?P<low>{_AMOUNT})(?![\d,.]*\d)")
_PAY_LINE = re.compile(
    r"\u85aa|\u5de5\u8d44|\u5f85\u9047|salary|\bpay\b|compensation|[$\u20ac\u00a3\u00a5]|usd|eur|\u5143/\u6708|\u5143/\u5e74|k/\u6708|\u5c0f\u65f6\s?\d+\s?[\u5143\u5757\u868a]|\bbase\b|\brate\b"
)
# Right before a number these say that it is pay, however small it is.
_CUE = re.compile(
    r"(?:\u6708\u85aa|\u5e74\u85aa|\u65f6\u85aa|\u65e5\u85aa|\u85aa\u8d44|\u85aa\u6c34|\u5de5\u8d44|\u5e95\u85aa|salary|\bpay|\brate|\bbase|\bwage|starting at)\s*[:\u4e3a\u7531]?\s*(?:usd|eur|[$\u20ac\u00a3\u00a5])?\s*$"
)
_CURRENCY = re.compile(
    r"\u5143|\u868a|\u4eba\u6c11\u5e01|rmb|cny|[$\u20ac\u00a3\u00a5]|usd|eur|gbp|nt\$|hk\$|\u65b0\u53f0\u5e01|\u6e2f\u5e01|\u6e2f\u5143|\u53f0\u5e01|\u5343|k\b|\u4e07|w\b"
)
_PERIOD = re.compile(r"\u6708|\u5e74|\u65e5|\u5929|\u65f6|month|year|annum|annual|hour|week|day|p\.?a\b|\u85aa")
_HOURLY = re.compile(
    r"\u65f6\u85aa|/\s?(?:\u5c0f\u65f6|\u65f6|h\b|hr)|\u6bcf\u5c0f\u65f6|\u4e00\u5c0f\u65f6|(?:an|per) hour"
)
_MONTHLY = re.compile(
    r"\u6708\u85aa|\u6708\u5de5\u8d44|\u6bcf\u6708\u5de5\u8d44|/\s?\u6708|a month|per month|\u6bcf\u4e2a?\u6708.{0,2}\u5de5\u8d44"
)
# Money that is handled at work.
_HANDLED = re.compile(
    r"\b(?:orders?|budgets?|deals?|contracts?|revenue|customers?|clients?|invoices?|deposits?|prices?)\b|\u9884\u7b97|\u8ba2\u5355|\u5ba2\u5355|\u5408\u540c\u989d|\u91c7\u8d2d\u989d|\u4ef7\u683c\u5e26|gmv|\u878d\u8d44|\u9500\u552e\u989d|\u6d41\u6c34"
)
# Money that comes on top of pay, and people to whom the floor does not apply.
_NO_WAGE = re.compile(
    r"\u6d25\u8d34|\u8865(?![\u8db3\u5f55\u62db\u7b7e])|\u5de5\u9f84|\u5956|\u63d0\u6210|\u7ee9\u6548|\u5b9e\u4e60|\u5de5\u8bfb(?!\u751f)|\u623f\u79df|\u79df\u91d1|\u6708\u79df|\u62bc\u91d1|\u52a0\u73ed|\u516c\u79ef\u91d1|\u793e\u4fdd|\u6ee1\u52e4|\u5168\u52e4|allowance|bonus|stipend|tips?\b|commission|rent"
)
# Right before a number these say that it comes on top of pay: "20 more an hour".
_MORE = re.compile(
    r"(?:\u52a0(?:\u7ed9|\u53d1|\u4ed8)?|\u591a(?:\u7ed9|\u53d1|\u9886|\u62ff)|\u53e6(?:\u7ed9|\u53d1|\u4ed8)|\u6da8|\u8c03|\u8865|\bplus|\bextra)\s*(?:nt\$|hk\$|\$)?\s*$"
)
# The lowest pay of the whole market, (an hour, a month): for the mainland below every local minimum wage, for Taiwan that of 2026,
# for Hong Kong that of May 2025, for the United States the federal one. No month where the law knows hours alone.
_FLOORS: dict[str, tuple[float, float]] = {
    "CN": (15, 1600),
    "TW": (196, 29_500),
    "HK": (42.1, 0),
    "US": (7.25, 0),
}


@dataclass(frozen=True)
class Problem:
    """Something a check found: where it is, if anywhere; more words; a severity other than the rule's."""

    start: int = 0
    end: int = 0
    detail: str = ""
    detail_en: str = ""
    worse: bool = False


@dataclass(frozen=True)
class _Pay:
    """Amounts of money, where they stand, and their line; `high` is `low` for a single amount."""

    low: float
    high: float
    start: int
    end: int
    line: str


def amount(text: str) -> float:
    """The number that an amount says: `3.5w`, `12,000`, `\u4e00\u4e07\u4e8c`; 0 for none.

    :param text: in folded form.
    """
    if text[:1].isdigit():
        bare = text.replace(",", "").strip()
        return float(bare.rstrip("k\u5343\u4e07w ")) * _TIMES.get(bare[-1], 1.0)
    total, last, scale = 0.0, 0.0, 1.0
    for char in text:
        if char in _SCALES:
            scale = _SCALES[char]
            total, last = (total + (last or 1) * scale, 0.0) if scale < 10_000 else ((total + last) * scale, 0.0)
        else:
            last = _DIGITS[char]
    # \u4e00\u4e07\u4e8c is 12,000: a digit at the end counts the next lower scale.
    return total + last * (scale / 10 if scale > 10 else 1)


def _lines(posting: Posting) -> Iterator[tuple[int, str]]:
    at = 0
    for line in posting.folded.splitlines(keepends=True):
        if _PAY_LINE.search(line) and not _HANDLED.search(line):
            yield at, line
        at += len(line)


def _ranges(posting: Posting) -> Iterator[_Pay]:
    for at, line in _lines(posting):
        for match in _RANGE.finditer(line):
            low, high = amount(match["low"]), amount(match["high"])
            unit = match["high"].strip()[-1]
            if low < 1000 <= high and unit in _TIMES and match["low"].strip()[-1].isdigit():
                low *= _TIMES[unit]
            said = bool(_CUE.search(line[: match.start()]))
            if 5 <= low < high < 1e8 and (low >= 500 or said):
                yield _Pay(low, high, at + match.start(), at + match.end(), line)


def pay_width(posting: Posting) -> Iterator[Problem]:
    """Ranges whose top is more than twice their bottom."""
    for pay in _ranges(posting):
        if pay.high > 2 * pay.low:
            yield Problem(pay.start, pay.end, f"{pay.high / pay.low:.1f}x", worse=pay.high > 3 * pay.low)


def pay_span_tw(posting: Posting) -> Iterator[Problem]:
    """Monthly ranges wider than the guideline of Taiwan asks for; from 40,000 on the law leaves pay to be agreed."""
    for pay in _ranges(posting):
        if pay.high - pay.low > 5000 and 20_000 <= pay.low < 40_000 and "\u5e74\u85aa" not in pay.line:
            yield Problem(pay.start, pay.end)


def pay_unit(posting: Posting) -> Iterator[Problem]:
    """Ranges without a currency or a period."""
    for pay in _ranges(posting):
        # Nobody takes 41,000 euros for a month's pay.
        yearly = pay.low >= 20_000 and not posting.chinese
        if not (_CURRENCY.search(pay.line) and (yearly or _PERIOD.search(pay.line))):
            yield Problem(pay.start, pay.end)


def pay_floor(posting: Posting) -> Iterator[Problem]:
    """Pay below the lowest lawful pay of the market."""
    hourly, monthly = _FLOORS.get(posting.market, (0, 0))
    for at, line in _lines(posting):
        floor = hourly if _HOURLY.search(line) else monthly if _MONTHLY.search(line) else 0
        cues = _HOURLY if floor == hourly else _MONTHLY
        if not floor or _NO_WAGE.search(line):
            continue
        for match in _SINGLE.finditer(line):
            near = cues.search(line, max(0, match.start() - 10), match.end() + 10)
            more = _MORE.search(line, 0, match.start())
            if near and not more and floor / 20 < amount(match["low"]) < floor:
                yield Problem(at + match.start(), at + match.end(), f"{amount(match['low']):g} < {floor:g}")
                break
