"""A line of a source without its examples: they show what some company of some trade does, and a posting is about this one."""

from __future__ import annotations

import re

from ingest.script import fold, has_chinese
from rag.brief_terms import pattern

# A line longer than the checker likes gives up its examples; so does one whose examples speak of another trade.
LONG = {True: 45, False: 24}
_SAYS = r"(?:例如|比如|譬如|for example|for instance|such as|e\.g\.)"
_BRACKETS = re.compile(rf"\s*[(\uff08](?:{_SAYS}|如)[^()\uff08\uff09]*[)\uff09]", re.I)
# Behind a comma an example goes on to the end, or to a clause that says what all of it is for.
_PURPOSE = r"使|让|讓|好让|好讓|供|以(?!及|春)|带动|帶動|并|並|扩大|擴大|归纳|歸納|so that|as a |while |and (?:adjust|keep|use|work|select|choose) |to "
_TAIL = re.compile(
    rf"[,\uff0c]\s*(?:例如|比如|譬如|for example|for instance|such as|e\.g\.)[^;\uff1b]*?(?=[\u3002.]?$|[,\uff0c]\s*(?:{_PURPOSE}))",
    re.I,
)
# What a source says of itself is no duty.
_OF_ITSELF = re.compile(
    r"[,\uff0c](?:资料|資料)所[举舉][^\u3002]*|[,;] ?the [a-z ]{2,20} given as an example [^.]*|\s*\((?:the source|资料|資料)[^()]*\)",
    re.I,
)
_NO_MEASURE = re.compile(r"[(\uff08](?:举例|舉例|example)[)\uff09]", re.I)


def fits(text: str) -> bool:
    """Whether a line may stand in a posting at all: a measure that the source only makes up to explain itself may not."""
    return not _NO_MEASURE.search(text)


def without_examples(text: str, *, business_line: str | None, all_kept: bool) -> str:
    """A line without what only illustrates it.

    :param text: a line of a source; what is left is its own words.
    :param business_line: the trade of the brief; examples of another trade go.
    :param all_kept: keep examples however long they make the line, as in a detailed text.
    """
    text = _OF_ITSELF.sub("", text)
    bare = _TAIL.sub("", _BRACKETS.sub("", text))
    if bare == text:
        return text
    given = "".join(match.group() for match in (*_BRACKETS.finditer(text), *_TAIL.finditer(text)))
    trades = {match.group() for match in pattern("trade_words").finditer(fold(given))}
    foreign = bool(trades) and not any(trade in fold(business_line or "") for trade in trades)
    size = len(text) if has_chinese(text) else len(text.split())
    return bare if foreign or (not all_kept and size > LONG[has_chinese(text)]) else text
