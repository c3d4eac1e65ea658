"""What sources say in passing of something that they do not list by itself, such as a metric inside a duty (`hints.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ingest.script import search_form
from ingest.types import RoleEntry, Span
from rag.link import Mention


@cache
def _hints() -> dict[str, re.Pattern[str]]:
    import yaml

    rows = yaml.safe_load(Path(__file__).with_name("hints.yaml").read_text(encoding="utf-8"))
    return {label: re.compile("|".join(patterns)) for label, patterns in rows.items()}


def speaks_of(label: str, text: str) -> bool:
    """Whether a sentence speaks of what a label stands for.

    :param label: what is asked for, such as `skills`; a label without words of its own is never spoken of.
    :param text: the sentence, in any script.
    """
    pattern = _hints().get(label)
    return bool(pattern and pattern.search(search_form(text)))


def hinting(mention: Mention, label: str) -> list[tuple[RoleEntry, Span]]:
    """The items of a role that speak of something the sources do not list by itself.

    :param mention: the role.
    :param label: what is asked for.
    """
    return [
        (entry, span)
        for entry in mention.entries
        for spans in entry.fields.values()
        for span in spans
        if speaks_of(label, span.text)
    ]
