"""Read a draft back from the contract's JSON shape, so that what was saved or sent is the same value again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, cast

from ingest.errors import UsageError
from rag.brief import Brief
from rag.jd_types import Claim, Draft, JobDescription, Source
from rag.lint import Finding
from rag.types import Citation, Timing

SOURCES = ("corpus", "brief", "suggested")
_NEEDED = ("brief", "jd", "citations", "findings", "status", "text")


def draft_from_dict(row: Any) -> Draft:
    """Rebuild a draft from `Draft.to_dict` output.

    :param row: the parsed JSON; keys that this version does not know are left out.
    :raises UsageError: when it is no draft.
    """
    try:
        if missing := [name for name in _NEEDED if name not in row]:
            raise ValueError(f"without {', '.join(missing)}")
        readers: dict[str, Callable[[Any], Any]] = {
            "brief": Brief.from_dict,
            "jd": _job_description,
            "citations": lambda rows: tuple(Citation(**_values(Citation, item)) for item in rows),
            "findings": lambda rows: tuple(Finding(**_values(Finding, item)) for item in rows),
            "ms": lambda times: Timing(times["retrieve"], times["generate"]),
        }
        return Draft(**_values(Draft, row, readers))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"this is no draft: {type(error).__name__} {error}", "give what `rolewright draft --format json` writes"
        ) from error


def _values(kind: type, row: dict[str, Any], readers: dict[str, Callable[[Any], Any]] | None = None) -> dict[str, Any]:
    """The values of a dataclass's own fields; lists are tuples unless a field has a reader of its own."""
    read = readers or {}
    names = [item.name for item in fields(kind) if item.name in row]
    return {name: read.get(name, _frozen)(row[name]) for name in names}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _claim(row: dict[str, Any]) -> Claim:
    if row["source"] not in SOURCES:
        raise ValueError(f"unknown source {row['source']!r}")
    return Claim(str(row["text"]), cast(Source, row["source"]), tuple(int(number) for number in row["citations"]))


def _job_description(row: dict[str, Any]) -> JobDescription:
    def part(value: Any) -> Any:
        if isinstance(value, dict):
            return _claim(value)
        return tuple(_claim(item) for item in value) if isinstance(value, list) else value

    return JobDescription(**{item.name: part(row[item.name]) for item in fields(JobDescription) if item.name in row})
