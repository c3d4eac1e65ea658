"""What one click puts in the place of a finding: a text in its own language and script, or nothing and no trace of it."""

from __future__ import annotations

import re
from functools import cache

from ingest.script import CJK, detect_script, fold, full_width, to_traditional
from rag.lint_rules import Rule

_REACH = 80
_GROUP = re.compile(r"\\(\d)")
# What may be left of a clause when the hit is deleted: a label or a frame word, worth nothing alone.
_LEFTOVER = re.compile(
    r"[\s\d.()、\-*•]*(?:(?:本|该)?(?:岗位|职位|工作)?(?:要求|需要?|须|年龄|性别|身高|婚姻|婚育|户籍|民族)?(?:状况|限制|要求)?(?:为|是|在|:)?|者|即可|考虑)?[\s()、:]*"
)


@cache
def told_in(chinese: str, english: str, lang: str) -> str:
    """One of two texts for a reader, with Chinese punctuation and in the reader's script."""
    if lang == "en":
        return english
    chinese = full_width(chinese.replace(", ", ",").replace("; ", ";"))
    return to_traditional(chinese) if lang == "zh-Hant" else chinese


def rewritten(rule: Rule, text: str) -> str | None:
    """What may replace a hit, in the language and script of the hit itself; "" deletes it, None leaves it to a person."""
    folded = fold(text)
    for pattern, new in rule.swap:
        if match := pattern.fullmatch(folded):
            spans = [match.span(at) for at in range(pattern.groups + 1)]
            replacement = _GROUP.sub(lambda at: text[slice(*spans[int(at.group(1))])], new).strip()  # noqa: B023
            return to_traditional(replacement) if detect_script(text) == "zh-Hant" else replacement
    if rule.rewrite is None:
        return None
    chinese = bool(CJK.search(text))
    shown = rule.rewrite["zh" if chinese else "en"]
    return told_in(shown, shown, "en" if not chinese else detect_script(text)) if shown else ""


_SOFT = tuple(",;、\uff0c\uff1b")
_EDGE = re.compile(r"[。;!?、\n\uff1b\uff01\uff1f\uff0c]|,(?!\d)|(?<!\d)\.(?=\s|$)")


def deletion(text: str, start: int, end: int) -> tuple[int, int]:
    """The span to delete so that good text is left: with an emptied clause go its label and one of its separators."""
    reach = max(0, start - _REACH)
    low = max((match.end() for match in _EDGE.finditer(text, reach, start)), default=reach)
    edge = _EDGE.search(text, end, end + _REACH)
    high = edge.start() if edge else min(len(text), end + _REACH)
    if not (_LEFTOVER.fullmatch(fold(text[low:start])) and _LEFTOVER.fullmatch(fold(text[end:high]))):
        return start, end
    after = text[high : high + 1]
    if low and text[low - 1] == "\n" and after in ("\n", ""):
        return low - 1, high
    if after in _SOFT:
        return low + len(text[low:start]) - len(text[low:start].lstrip()), high + len(edge.group() if edge else "")
    return (low - 1 if low and text[low - 1] in _SOFT else low), high
