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


_SOURCE = re.compile(
    r"(?:来源|出处|source):\s*(?P<source>[^\s:|,。;/]{2,20}?)(?=作者|编辑|责编|浏览|阅读|时间|[\s|,。;/]|$)"
)
_NO_SOURCE = re.compile(r"网络|互联网|未知|原创|本站")


def source_of(line: str) -> str | None:
    """The publisher that a publish line names behind 来源, in the script of the page; None for none or a vague one.

    :param line: a line that tells who published the page.
    """
    found = _SOURCE.search(fold(line))
    return line[slice(*found.span("source"))] if found and not _NO_SOURCE.search(found["source"]) else None
