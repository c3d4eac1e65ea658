"""The form fields of a brief: what the recruiter typed, as data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from ingest.errors import UsageError

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
MARKETS = ("CN", "TW", "HK", "US", "EU")
LENGTHS = ("short", "standard", "detailed")
TONES = ("professional", "friendly", "concise", "lively")
_LISTS = frozenset(
    {"must_have", "nice_to_have", "goals", "benefits", "conditions", "duties", "notes", "internal", "unsure"}
)

_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Brief:
    """The contract's form fields; scalars default to None, lists to ().

    `conditions` are facts that must be kept and have no field of their own (shifts, hours, probation, travel), `duties` are
    those that the recruiter typed, and `notes` is what was typed and not understood: shown to the recruiter, never published. Nor is
    `internal`, which is said to a colleague. `unsure` repeats lines of other fields whose place was guessed: to be confirmed.
    """

    title: str | None = None
    department: str | None = None
    level: str | None = None
    reports_to: str | None = None
    headcount: int | None = None
    location: str | None = None
    remote: str | None = None
    employment_type: str | None = None
    salary: str | None = None
    must_have: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    company: str | None = None
    company_stage: str | None = None
    business_line: str | None = None
    goals: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    tone: str | None = None
    language: str = "zh-Hans"
    length: str | None = None
    channel: str | None = None
    market: str = "CN"
    valid_until: str | None = None
    apply: str | None = None
    conditions: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape, every key present."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, row: Any) -> Brief:
        """Read a brief from JSON.

        :param row: an object with the contract's keys; a text in a list field is cut at line ends and 、 ; ；.
        :raises UsageError: for another shape, an unknown key or a value of the wrong type, naming the key.
        """
        if not isinstance(row, dict):
            raise UsageError("the brief is not a JSON object", 'give an object such as {"title": "新媒体运营"}')
        names = [item.name for item in fields(cls)]
        for key in row:
            if key not in names:
                near = difflib.get_close_matches(str(key), names, 1)
                raise UsageError(
                    f"the brief has no field {key!r}",
                    f"did you mean {near[0]!r}?" if near else f"use: {', '.join(names)}",
                )
        check_whole(_texts(row))
        values = {key: _value(key, value) for key, value in row.items() if value is not None}
        for key, known in (("language", LANGUAGES), ("market", MARKETS), ("length", LENGTHS)):
            if key in values and values[key] not in known:
                raise UsageError(f"the brief's {key} is {values[key]!r}", f"use one of: {', '.join(known)}")
        return cls(**values)


def check_whole(texts: Iterable[str]) -> None:
    """Refuse texts that no file can hold.

    :raises UsageError: for half a character (a lone surrogate).
    """
    if any(_SURROGATE.search(text) for text in texts):
        raise UsageError("the brief holds half a character (a lone surrogate)", "save it as UTF-8 again")


def _texts(row: dict[Any, Any]) -> list[str]:
    """Every text of a brief, also those within lists."""
    values = [item for value in row.values() for item in (value if isinstance(value, list) else [value])]
    return [value for value in values if isinstance(value, str)]


def _value(key: str, value: Any) -> Any:
    if key in _LISTS:
        items = re.split(r"[\n、;\uff1b]", value) if isinstance(value, str) else value
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
            raise UsageError(f"the brief's {key} is not a list of texts", f'give "{key}": ["...", "..."]')
        return tuple(item.strip() for item in items if item.strip())
    if key == "headcount":
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,5}", str(value).strip()):
            raise UsageError(f"the brief's headcount is {value!r}", "give a whole number")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UsageError(f"the brief's {key} is not a text", f'give "{key}": "..."')
    return str(value).strip() or None
