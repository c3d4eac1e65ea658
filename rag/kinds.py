"""Kinds of facts that a question may ask for and that descriptions of roles seldom hold, such as pay (`kinds.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ingest.script import search_form


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    import yaml

    rows = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8"))
    return {kind: (re.compile("|".join(row["asked"])), re.compile("|".join(row["held"]))) for kind, row in rows.items()}


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
