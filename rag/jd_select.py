"""Which lines of the sources stand in a job description, and in which order: by level, company stage and what the brief stresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.script import fold
from rag.brief_types import Brief
from rag.citations import overlap
from rag.items import Item

# What a shared character pair with the brief's own stress counts against a fitting group of lines.
STRESS = 3.0
LEVEL, STAGE = 1.0, 0.5


@cache
def _emphasis() -> dict[str, Any]:
    rows: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("emphasis.yaml").read_text(encoding="utf-8"))
    return rows


@cache
def _lines(group: str) -> re.Pattern[str]:
    return re.compile(_emphasis()["lines"][group])


def _row(kind: str, value: str | None) -> dict[str, Any]:
    """The first row of `levels` or `stages` whose words a value holds; an empty one without."""
    folded = fold(value or "")
    return next((row for row in _emphasis()[kind] if folded and re.search(row["words"], folded)), {})


def _speaks_of(item: Item, groups: Sequence[str]) -> bool:
    texts = [fold(item.span.text), fold(item.span.english.text) if item.span.english else ""]
    return any(_lines(group).search(text) for group in groups for text in texts)


def selected(items: Sequence[Item], brief: Brief, limit: int) -> list[Item]:
    """The lines that fit the brief best.

    What leads people is left out for juniors. With more lines than asked for, those that the level, the stage, the business line
    and the typed goals speak for are kept. What leads and plans comes first for those who do; the rest keeps the source's order.

    :param items: merged lines of the sources, in their order.
    :param brief: level, stage, business line, goals and requirements.
    :param limit: how many lines at most.
    """
    level, stage = _row("levels", brief.level or brief.title), _row("stages", brief.company_stage)
    fitting = [item for item in items if not _speaks_of(item, level.get("never", ()))]
    stressed = " ".join(filter(None, [*brief.goals, *brief.must_have, *brief.duties, brief.business_line]))

    def fits(item: Item) -> float:
        return LEVEL * _speaks_of(item, level.get("first", ()))

    def score(item: Item) -> float:
        told = STRESS * overlap(item.span.text, stressed) if stressed else 0.0
        return fits(item) + STAGE * _speaks_of(item, stage.get("first", ())) + told

    best = sorted(range(len(fitting)), key=lambda at: (-score(fitting[at]), at))[:limit]
    leads = "doing" not in level.get("first", ())
    return [fitting[at] for at in sorted(best, key=lambda at: (-fits(fitting[at]) * leads, at))]
