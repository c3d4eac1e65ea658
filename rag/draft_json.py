"""Read a draft back from the contract's JSON shape, so that what was saved or sent is the same value again."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, cast

from ingest.errors import UsageError
from rag.brief import Brief
from rag.jd_types import SECTIONS, Claim, Draft, JobDescription, Source, Status
from rag.lint import Finding
from rag.types import Citation, Timing

SOURCES = ("corpus", "brief", "suggested")


def draft_from_dict(row: Any) -> Draft:
    """Rebuild a draft from `Draft.to_dict` output.

    :param row: the parsed JSON; keys that this version does not know are left out.
    :raises UsageError: when it is no draft.
    """
    try:
        return Draft(
            brief=Brief.from_dict(row["brief"]),
            jd=_job_description(row["jd"]),
            citations=tuple(Citation(**_known(Citation, item, heading=tuple)) for item in row["citations"]),
            questions=tuple(row["questions"]),
            findings=tuple(Finding(**_known(Finding, item)) for item in row["findings"]),
            status=cast(Status, row["status"]),
            text=row["text"],
            ms=Timing(row["ms"]["retrieve"], row["ms"]["generate"]),
            mode=row["mode"],
            model=row["model"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"this is no draft: {type(error).__name__} {error}", "give what `rolewright draft --format json` writes"
        ) from error


def _known(kind: type, row: dict[str, Any], **convert: Any) -> dict[str, Any]:
    """The values of a dataclass's own fields, some of them converted."""
    names = [item.name for item in fields(kind) if item.name in row]
    return {name: convert.get(name, lambda value: value)(row[name]) for name in names}


def _claim(row: dict[str, Any]) -> Claim:
    if row["source"] not in SOURCES:
        raise ValueError(f"unknown source {row['source']!r}")
    return Claim(str(row["text"]), cast(Source, row["source"]), tuple(int(number) for number in row["citations"]))


def _job_description(row: dict[str, Any]) -> JobDescription:
    single = {name: _claim(row[name]) if row[name] else None for name in ("purpose", "company")}
    lists = {name: tuple(_claim(item) for item in row[name]) for name in SECTIONS}
    return JobDescription(row["title"], row["department"], row["level"], **single, **lists)  # type: ignore[arg-type]
