"""Which lines of the sources stand in a job description, and in which order: by level, company stage and what the brief stresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.script import fold, has_chinese
from rag.brief_types import Brief
from rag.citations import overlap
from rag.items import Item
from rag.jd_parallel import parallel

# What a shared character pair with the brief's own stress counts against a fitting group of lines.
STRESS = 3.0
LEVEL, STAGE = 1.0, 0.5
# A few words that name a kind of work (`做产品设计`) give way to lines that say what is done.
GENERIC = 0.25
_BRIEF = {True: 9, False: 4}
# Lines of different documents tell the same from here on: in the bundled corpus all pairs above are, and the first that are not share .40.
NEAR = 0.45


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


def _is_generic(text: str) -> bool:
    chinese = has_chinese(text)
    return (len(text.rstrip("\u3002")) if chinese else len(text.split())) <= _BRIEF[chinese]


def distinct(items: Sequence[Item]) -> list[Item]:
    """The lines without those that another document tells more fully; within one document each has its own work.

    :param items: merged lines of the sources, in their order.
    """
    gone: set[int] = set()
    for at, item in enumerate(items):
        for to in range(at):
            if item.doc == items[to].doc or to in gone or at in gone:
                continue
            short, long = sorted((at, to), key=lambda i: len(items[i].span.text))
            if overlap(items[short].span.text, items[long].span.text) >= NEAR:
                gone.add(short)
    return [item for at, item in enumerate(items) if at not in gone]


def grouped(items: Sequence[Item], brief: Brief, limit: int, shown: Callable[[Item], str]) -> list[list[Item]]:
    """The lines that fit best, those that differ in one word together; as many groups as asked for, if there are.

    :param items: merged lines of the sources, in their order.
    :param brief: see `selected`.
    :param limit: how many groups at most.
    :param shown: a line as the draft shows it.
    """
    size = limit
    while True:
        chosen = selected(items, brief, size)
        groups = parallel([shown(item) for item in chosen])
        if len(groups) >= limit or len(chosen) < size:
            return [[chosen[at] for at in group] for group in groups[:limit]]
        size += limit - len(groups)


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
        generic = GENERIC * _is_generic(item.span.text)
        told = STRESS * overlap(item.span.text, stressed) if stressed else 0.0
        return fits(item) + STAGE * _speaks_of(item, stage.get("first", ())) + told - generic

    fitting = distinct(fitting)
    best = sorted(range(len(fitting)), key=lambda at: (-score(fitting[at]), at))[:limit]
    leads = "doing" not in level.get("first", ())
    return [fitting[at] for at in sorted(best, key=lambda at: (-fits(fitting[at]) * leads, at))]
