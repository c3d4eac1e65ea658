"""Whether a sentence tells what is asked of another thing of the same kind: of 抖音 when 快手 is asked about, of the second round for the third."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ingest.script import search_form

_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_NUMBER = r"\d{1,2}|[一二两三四五六七八九十]"
# 第三轮, 第2个: the number, and what is counted off.
_ORDINAL = re.compile(rf"第({_NUMBER})(?:个)?([㐀-鿿])")
_ENGLISH_ORDINAL = re.compile(r"\b(first|second|third|fourth|fifth)\s+([a-z]{3,})", re.ASCII)
_ENGLISH = {word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)}
# Figma还是Sketch: names in Latin letters, of which one is the answer.
_EITHER = re.compile(r"\b([a-z][a-z+#.]{2,})\s*(?:还是|或者?是?)\s*([a-z][a-z+#.]{2,})\b", re.ASCII)


@cache
def _kinds() -> list[dict[str, re.Pattern[str]]]:
    import yaml

    # A Chinese character beside a Latin name is its boundary too, hence ASCII.
    rows: list[str] = yaml.safe_load(Path(__file__).with_name("contrast.yaml").read_text(encoding="utf-8"))
    return [{thing: re.compile(thing.replace("_", " "), re.ASCII) for thing in row.split()} for row in rows]


def _things(form: str) -> dict[str, set[str]]:
    """What a text in search form names of each kind of which there are several things."""
    found: dict[str, set[str]] = {}
    for number, kind in enumerate(_kinds()):
        if named := {thing for thing, pattern in kind.items() if pattern.search(form)}:
            found[str(number)] = named
    for pattern in (_ORDINAL, _ENGLISH_ORDINAL):
        for count, what in pattern.findall(form):
            found.setdefault(what, set()).add(str(_ENGLISH.get(count) or _DIGITS.get(count) or int(count)))
    return found


def told_of_another(question: str, told: Iterable[str]) -> bool:
    """Whether sentences tell of other things than a question names, of one kind, and none of the one it names.

    :param question: the question, in any script.
    :param told: the sentences that would answer it, each with its headings.
    """
    asked = _things(search_form(question))
    if not asked:
        return False
    there = [_things(search_form(text)) for text in told]
    of_kind = {kind: set().union(*(things.get(kind, set()) for things in there)) for kind in asked}
    return any(found and not found & asked[kind] for kind, found in of_kind.items())


def neither_told(question: str, told: Iterable[str]) -> bool:
    """Whether a question offers two names in Latin letters to choose from (Figma 还是 Sketch) and no sentence holds one of them.

    :param question: the question, in any script.
    :param told: the sentences that would answer it.
    """
    offered = [name for pair in _EITHER.findall(search_form(question)) for name in pair]
    text = search_form("\n".join(told))
    return bool(offered) and not any(name in text for name in offered)
