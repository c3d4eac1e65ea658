"""Whether a text tells what is asked of another thing of the same kind: of 抖音 when 快手 is asked about, of the second round for the third."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ingest.script import search_form
from rag.numerals import DIGITS, number_of

# 第三轮, 第2个, third round: the number, and what is counted off. Months are counted off without 第; 一月内 is a time.
_ORDINALS = (
    re.compile(rf"第(\d{{1,2}}|[{DIGITS}]{{1,2}})个?([㐀-鿿])"),
    re.compile(rf"(?<![\d{DIGITS}])(\d{{1,2}}|[{DIGITS}]{{1,2}})(月)(?!内)"),
    re.compile(r"\b(first|second|third|fourth|fifth)\s+([a-z]{3,})", re.ASCII),
)
_ENGLISH = {word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), 1)}
# Figma还是Sketch: names in Latin letters, of which one is the answer.
_EITHER = re.compile(r"\b([a-z][a-z+#.]{2,})\s*(?:还是|或者?是?)\s*([a-z][a-z+#.]{2,})\b", re.ASCII)
_ENDS = "。!?;\n "
# 要不要上夜班 is answered by what is said of the day shift.
_WHETHER = re.compile(
    r"(?:吗|嘛|不|没|(?<![什怎])么)\W*$|([㐀-鿿])不\1|有没有|[是能可]否"
    r"|^(?:is|are|do|does|did|can|could|may|must|will|would|should|has|have)\b"
)


@cache
def _kinds() -> list[dict[str, re.Pattern[str]]]:
    """The things of each kind (`contrast.yaml`), with how they are spelt."""
    import yaml

    # A Chinese character beside a Latin name is its boundary too, hence ASCII.
    rows: list[str] = yaml.safe_load(Path(__file__).with_name("contrast.yaml").read_text(encoding="utf-8"))
    return [{thing: re.compile(thing.replace("_", " "), re.ASCII) for thing in row.split()} for row in rows]


def _things(form: str) -> dict[int | str, set[str | int | None]]:
    """What a text in search form names of each kind: things by the number of their kind, ordinals by what they count off."""
    found: dict[int | str, set[str | int | None]] = {}
    for number, kind in enumerate(_kinds()):
        if named := {thing for thing, spelt in kind.items() if spelt.search(form)}:
            found[number] = {*named}
    for ordinal in _ORDINALS:
        for number, what in ordinal.findall(form):
            found.setdefault(what, set()).add(_ENGLISH.get(number) or number_of(number))
    return found


def another_told(question: str, told: str) -> bool:
    """Whether a text tells it of another thing than the one asked about, so that it is no answer: who asks whether something is so gets
    one from what is said of the other.

    :param question: the question, in any script.
    :param told: the sentences that would answer it, with their headings.
    """
    form = search_form(question).strip(_ENDS)
    # What comes before the last sentence tells of the asker: 我在台北做了八年. 这边招什么人?
    last = re.split("[。!?;\n]", form)[-1]
    return not _WHETHER.search(form) and (told_of_another(last, told) or neither_told(last, told))


def told_of_another(question: str, told: str) -> bool:
    """Whether a text names other things than a question does, of one kind, and none of those that the question names.

    :param question: the question, in any script.
    :param told: the sentences that would answer it, with their headings.
    """
    asked = _things(search_form(question))
    there = _things(search_form(told)) if asked else {}
    return any(there.get(kind) and not there[kind] & things for kind, things in asked.items())


def neither_told(question: str, told: str) -> bool:
    """Whether a question offers two names in Latin letters to choose from (Figma 还是 Sketch) and a text holds none of them.

    :param question: the question, in any script.
    :param told: the sentences that would answer it, with their headings.
    """
    offered = [name for pair in _EITHER.findall(search_form(question)) for name in pair]
    text = search_form(told)
    return bool(offered) and not any(name in text for name in offered)
