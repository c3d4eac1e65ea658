"""Kinds of facts that a question may ask for and that descriptions of roles seldom hold, such as pay (`kinds.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ingest.script import search_form


@cache
def _rows() -> dict[str, dict[str, list[str]]]:
    import yaml

    rows: dict[str, dict[str, list[str]]] = yaml.safe_load(
        Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8")
    )
    return rows


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    return {
        kind: (re.compile("|".join(row["asked"])), re.compile("|".join(row["held"]))) for kind, row in _rows().items()
    }


@cache
def _values() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    with_value = (row for row in _rows().values() if "value" in row)
    return [(re.compile("|".join(row["asked"])), re.compile("|".join(row["value"]))) for row in with_value]


def missing_kind(question: str, told: str) -> str | None:
    """The first kind that a question asks for and a text does not hold; None when nothing is missing.

    :param question: the question, in any script.
    :param told: the sentences that would answer it, as one text.
    """
    asked_of, told_in = search_form(question), search_form(told)
    return next(
        (kind for kind, (asked, held) in _kinds().items() if asked.search(asked_of) and not held.search(told_in)), None
    )


def asks_kind(question: str) -> bool:
    """Whether a question asks for one of the kinds.

    :param question: the question, in any script.
    """
    asked_of = search_form(question)
    return any(asked.search(asked_of) for asked, _ in _kinds().values())


def values_asked(question: str) -> list[re.Pattern[str]]:
    """What a sentence about a role must match, in search form, to be by itself the answer to a question after pay or hours.

    :param question: the question, in any script.
    """
    asked_of = search_form(question)
    return [value for asked, value in _values() if asked.search(asked_of)]
