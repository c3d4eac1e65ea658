"""Places that a text names: from a list of names, with the district that follows, and the market they speak for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("places.yaml")
_MARKETS = {
    "prefectures": "CN",
    "only_suffixed": "CN",
    "provinces": "CN",
    "mainland_english": "CN",
    "taiwan": "TW",
    "hong_kong": "HK",
    "europe": "EU",
    "united_states": "US",
    # There are no rules of their own for Britain; those of Europe are the nearest (see `is_british`).
    "united_kingdom": "EU",
}
# What may follow a city: its ending, a district, a street. A university or a bank of that name is not a place of work.
_DISTRICT = (
    r"(?:(?:(?!增设|新增|急|招|聘|缺|找|需|要)[一-鿿]){1,6}?(?:高新区|新区|园区|开发区|工业园|科技园|软件园|创意园|(?<!地)(?<!社)(?<!校)(?<!小)区|县|镇|街道))?"
    r"(?:[一-鿿]{2,6}(?:路|街|大道|大厦|广场)(?:\d+(?:号|弄))?)?"
)
_STATES = "al|ak|az|ar|ca|co|ct|de|dc|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy"
_STATE_NAMES = "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Ontario|Quebec|British Columbia|Alberta"
# Those that are no English words need no comma.
_PLAIN_STATES = "|".join(
    state
    for state in _STATES.split("|")
    if state not in {"al", "co", "de", "hi", "id", "in", "la", "ma", "me", "ok", "or", "pa"}
)
_NO_PLACE = r"(?!大学|银行|菜|话|烤鸭|外国语|师范|日报|卫视|证券|地区|区域|市场|站(?!附近)|站点)"
# A city that no list needs to hold, by the state behind it; in the text as typed, where a name is known by its capitals.
CITY_OF_STATE = re.compile(
    rf"(?:^|(?<=[\n,.;(|] )|(?<=\n)|(?<=[-\u2013\u2014] )|(?<= in )|(?<= at )|(?<= our )|(?<= of )|(?<= from )|(?<=near ))(?:[A-Z][a-z.'-]+ ){{0,2}}[A-Z][a-z.'-]+,? (?:(?:{_STATES.upper()})\b(?: \d{{5}})?|(?:{_STATE_NAMES}|UK|England|Scotland|Wales|Northern Ireland)\b(?! [A-Z][a-z]))"
)
_BRITISH = re.compile(
    r"\u00a3|(?<![a-z])(?:gbp|uk|u\.k\.|united kingdom|great britain|england|scotland|wales|northern ireland)(?![a-z])|英镑|英国"
)


@cache
def _names() -> dict[str, str | None]:
    """Every name with the market that it speaks for."""
    rows: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        name.replace("_", " "): _MARKETS.get(group)
        for group, names in rows.items()
        if group not in {"districts", "taiwan_districts"}
        for name in names.split()
    }


@cache
def place_pattern() -> re.Pattern[str]:
    """Matches a place or several joined by a slash, a comma of enumeration or `and`, on folded text."""
    by_length = sorted(_names(), key=len, reverse=True)
    provinces, districts = ("|".join(_group(name)) for name in ("provinces", "districts"))
    neighbours = "|".join(_group("taiwan") + _group("hong_kong") + _group("taiwan_districts"))
    near = f"{districts}|{neighbours}"
    chinese = "|".join(
        f"{name}(?:市|地区|州)" if name in _group("only_suffixed") else f"{name}(?:(?={near})|市|省|县|)"
        for name in by_length
        if not name.isascii()
    )
    latin = "|".join(re.escape(name) for name in by_length if name.isascii())
    one = rf"(?:(?:(?:{provinces})(?:省|自治区)?)?(?:{chinese}){_NO_PLACE}(?:[\u00b7-]?(?:{near})区?)?{_DISTRICT}|(?<![a-z])(?:{latin})(?:,? (?:{_PLAIN_STATES}|{_STATE_NAMES.lower()})|, (?:{_STATES})(?! [a-z]))?(?![a-z])(?: city cent(?:re|er)| downtown)?(?: \d{{1,2}}(?=\s*(?:[,;)]|$)))?)"
    return re.compile(rf"{one}(?:\s?(?:/|、|\||和|及|或|&|\bor\b|\band\b)\s?{one})*")


@cache
def district_alone() -> re.Pattern[str]:
    """Matches a district that is all a clause says (`番禺这边`): too many of their names are words for more than that."""
    return re.compile(rf"^\s*((?:{'|'.join(_group('districts'))})区?)(?:这边|那边|附近|上班)?\s*$")


@cache
def _group(group: str) -> tuple[str, ...]:
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(rows[group].split())


def is_british(folded: str) -> bool:
    """Whether a folded text speaks of Britain: its places, its name or its pound."""
    named = map(_name_in, (match.group() for match in place_pattern().finditer(folded)))
    return bool(_BRITISH.search(folded)) or any(name in _british_names() for name in named)


@cache
def _british_names() -> frozenset[str]:
    return frozenset(name.replace("_", " ") for name in _group("united_kingdom"))


def _name_in(place: str) -> str | None:
    """The longest known name in a place: `new york`, not `york`."""
    return max((name for name in _names() if name in place), key=len, default=None)


def market_of(folded: str) -> str | None:
    """The market of the first place that a folded text names; None without one or for a place of no known market."""
    match = place_pattern().search(folded)
    name = _name_in(match.group()) if match else None
    return _names()[name] if name else None
