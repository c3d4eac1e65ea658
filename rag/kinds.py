"""Kinds of facts that a question may ask for and that descriptions of roles seldom hold, such as pay (`kinds.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ingest.script import search_form

# A kind for whatever is asked for by number and is of no other kind.
_OTHERWISE = "quantity"
# Kinds by which things are counted, which a list of them tells as well.
COUNTS = frozenset({"quantity", "count"})
# What is counted: 几件 and 多少单 are told by a number of 件 and of 单.
_COUNTED = re.compile("(?:多少|(?<![哪这那好数十])几)个?([件家段条分间张页封台单股支幅款门道套行遍岁])(?!都)")
_NUMBER = r"(?:\d|[一二三四五六七八九十两百千万半])(?:个|多|余)?\s*"


@cache
def _rows() -> dict[str, dict[str, list[str]]]:
    import yaml

    rows: dict[str, dict[str, list[str]]] = yaml.safe_load(
        Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8")
    )
    return rows


class _Kind(NamedTuple):
    asked: re.Pattern[str]
    unless: re.Pattern[str]
    held: re.Pattern[str]


@cache
def _kinds() -> dict[str, _Kind]:
    def read(row: dict[str, list[str]], key: str) -> re.Pattern[str]:
        return re.compile("|".join(row.get(key, ["(?!)"])))

    return {kind: _Kind(read(row, "asked"), read(row, "unless"), read(row, "held")) for kind, row in _rows().items()}


@cache
def _values() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    with_value = (row for row in _rows().values() if "value" in row)
    return [(re.compile("|".join(row["asked"])), re.compile("|".join(row["value"]))) for row in with_value]


def missing_kind(question: str, told: str) -> str | None:
    """The first kind that a question asks for and a text does not hold; None when nothing is missing.

    :param question: the question, in any script.
    :param told: the sentences that would answer it, as one text.
    """
    told_in = search_form(told)
    form = search_form(question)
    return next((kind for kind in _asked(form) if not _held(kind, form).search(told_in)), None)


def _held(kind: str, form: str) -> re.Pattern[str]:
    """What a sentence must hold to tell a kind: for a plain amount of something counted, a number of it."""
    counted = _COUNTED.search(form) if kind == _OTHERWISE else None
    return re.compile(_NUMBER + counted[1]) if counted else _kinds()[kind].held


def holding(question: str) -> list[re.Pattern[str]]:
    """What a sentence in search form must match, each of it, to hold every kind that a question asks for; empty when it asks for none.

    :param question: the question, in any script.
    """
    form = search_form(question)
    return [_held(kind, form) for kind in _asked(form)]


def _asked(form: str) -> list[str]:
    """The kinds that a question in search form asks for."""
    found = [kind for kind, row in _kinds().items() if row.asked.search(form) and not row.unless.search(form)]
    return [kind for kind in found if kind != _OTHERWISE] or found


def asks_kind(question: str) -> bool:
    """Whether a question asks for one of the kinds.

    :param question: the question, in any script.
    """
    return bool(_asked(search_form(question)))


def values_asked(question: str) -> list[re.Pattern[str]]:
    """What a sentence about a role must match, in search form, to be by itself the answer to a question after pay or hours.

    :param question: the question, in any script.
    """
    asked_of = search_form(question)
    return [value for asked, value in _values() if asked.search(asked_of)]
