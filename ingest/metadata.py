"""What a file says about itself, as text that can be shown and stored."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

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
