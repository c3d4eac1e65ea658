"""Chinese verbs of work: whether a clause begins with what somebody does. The words are data, `verbs.yaml`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _data() -> dict[str, Any]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("verbs.yaml").read_text(encoding="utf-8"))
    return data


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of one kind in `verbs.yaml` (`charge`, `work`, `short`, `lead`), the longest first."""
    return tuple(sorted(set(_data()[kind].split()), key=len, reverse=True))


@cache
def alternatives(*kinds: str) -> str:
    """A regular expression for any word of these kinds."""
    return "|".join(word for kind in kinds for word in words(kind))


@cache
def _act() -> re.Pattern[str]:
    # Counted, not `*`: words that hold each other (需要, 要) must not be tried in every combination.
    adverb = rf"(?:{alternatives('lead')}){{0,3}}(?:每[㐀-鿿\d]{{1,4}}?)?(?:{alternatives('lead')}){{0,2}}"
    lead = rf"{adverb}(?:(?:按|根据|依据|依照|针对|围绕|就|对|向|与|和|为|给)[^,。;]{{1,16}}?)?{adverb}"
    short = rf"(?:{alternatives('short')})(?=[㐀-鿿])(?![^,。;、]*的[^,。;、]{{0,2}}(?:人|职业|岗位|工作))"
    return re.compile(rf"\s*{lead}(?:(?:{alternatives('charge', 'work')})(?!非常|很|十分|比较)|{short})")


def is_act(clause: str) -> bool:
    """Whether folded text begins with what somebody does: `每日巡查现场`, `按医嘱为病人用药`."""
    return bool(_act().match(clause))
