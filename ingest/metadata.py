"""What a file says about itself, as text that can be shown and stored."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from ingest.script import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# The values that programs write when nobody gave any.
_PLACEHOLDERS = {"untitled", "anonymous", "unspecified", "(anonymous)", "(unspecified)", "python-docx", "word document"}


def text_value(value: Any) -> str | None:
    """A metadata value as one line; None for no value or anything but text, a number or a date."""
    if not isinstance(value, str | int | float | date) or isinstance(value, bool):
        return None
    if isinstance(value, int) and value.bit_length() > 64:
        return None  # Python refuses to print very long integers
    text = " ".join(str(value).split())
    return text or None


def property_value(value: Any) -> str | None:
    """A property of a PDF or Word file, unless it is what a program writes by itself."""
    text = text_value(value)
    return None if text and text.lower() in _PLACEHOLDERS else text


def year_of(value: Any) -> int | None:
    found = _YEAR.search(text_value(value) or "")
    return int(found.group()) if found else None


def size_text(size: int) -> str:
    """A size for messages, rounded up so that one just above a limit does not look equal to it."""
    return f"{math.ceil(size * 10 / 2**20) / 10:g} MiB"


_REPORT_TITLE = re.compile(
    r"^[^。,;:!?]{4,28}?(?:研究|分析|探讨|浅析|方案|手册|制度|报告|指南|规范|总结|办法|说明书|一览|汇编|介绍)(?=引言|前言|摘要|随着|[^与的及和、,。;:中]{2}.{20,})"
)


def title_of(text: str) -> str | None:
    """The title of a text that names none: its first line when it is short, a report's title glued to its text, a question
    that heads the page, or else the first clause.

    :param text: the cleaned text.
    """
    line = next((line.strip("# ").strip() for line in text.splitlines() if line.strip("# ").strip()), "")
    if len(line) <= 60:
        return line or None
    folded = fold(line)
    if glued := _REPORT_TITLE.match(folded):
        return line[: glued.end()]
    clause = re.split(r"[,。;:!?]", folded, maxsplit=1)[0]
    return line[: min(len(clause), 40)]
