"""The form of a brief: its fields as components, and their values as a brief and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from ingest.script import Script
from rag.brief import LANGUAGES, LENGTHS, MARKETS, TONES, Brief
from ui.i18n import LANGUAGES as READERS
from ui.i18n import Page, say

# Fields that shape the whole draft; they stand above the editor too.
SETTINGS = ("market", "language", "length", "tone")
DEFAULTS = {"market": "CN", "language": "zh-Hans", "length": "standard", "tone": ""}
ESSENTIAL = ("title", "department", "level", "location", "salary", "headcount")
DETAILS = ("employment_type", "remote", "reports_to", "valid_until", "apply")
LISTS = ("must_have", "nice_to_have", "goals", "benefits", "duties", "conditions", "internal", "notes")
COMPANY = ("company", "business_line", "company_stage")
FIELDS = (*SETTINGS, *ESSENTIAL, *LISTS, *DETAILS, *COMPANY)


def form_brief(values: tuple[Any, ...]) -> Brief:
    """The brief of a filled form; empty fields are left out, and a list has one item per line.

    :param values: the values of `FIELDS`, in their order.
    :raises UsageError: for a value that a brief does not take.
    """
    row = {name: value for name, value in zip(FIELDS, values, strict=True) if value not in (None, "")}
    lists = {name: [line for line in row[name].splitlines() if line.strip()] for name in LISTS if name in row}
    return Brief.from_dict(row | lists)


def brief_form(brief: Brief) -> list[Any]:
    """The values of `FIELDS` for a brief; `form_brief` reverses it."""
    row = brief.to_dict() | {name: getattr(brief, name) or default for name, default in DEFAULTS.items()}
    row["tone"] = row["tone"] if row["tone"] in TONES else DEFAULTS["tone"]
    return ["\n".join(row[name]) if name in LISTS else "" if row[name] is None else str(row[name]) for name in FIELDS]


def _choices(names: tuple[str, ...], prefix: str = "") -> Callable[[Script], list[tuple[str, str]]]:
    return lambda language: [(say(prefix + name, language), name) for name in names]


def settings(page: Page, **options: Any) -> dict[str, gr.Dropdown]:
    """The four dropdowns that shape a draft, in the order of `SETTINGS`.

    :param page: keeps their texts in the reader's language.
    :param options: what all of them are made with.
    """
    languages = [row for row in READERS if row[1] in LANGUAGES]
    choices: dict[str, Any] = {
        "market": _choices(MARKETS),
        "language": lambda reader: languages,
        "length": _choices(LENGTHS),
        "tone": _choices(("", *TONES), "tone_"),
    }
    return {
        name: page.add(
            gr.Dropdown, {"label": name, "choices": choices[name]}, value=DEFAULTS[name], min_width=118, **options
        )
        for name in SETTINGS
    }


def build_form(page: Page) -> dict[str, Any]:
    """The form's components by field, in the order of `FIELDS`, inside the current layout."""
    made: dict[str, Any] = {}
    small = {"min_width": 130, "max_lines": 1}
    made["title"] = page.add(gr.Textbox, {"label": "title", "placeholder": "title_ph"}, elem_id="rw-title", max_lines=1)
    with gr.Row():
        made |= settings(page)
    with gr.Row():
        for name in ESSENTIAL[1:]:
            made[name] = page.add(gr.Textbox, {"label": name}, **small)
    with gr.Row():
        for name in LISTS:
            made[name] = page.add(gr.Textbox, {"label": name}, lines=2, max_lines=8, min_width=240)
    with gr.Row():
        for name in DETAILS:
            made[name] = page.add(gr.Textbox, {"label": name}, **small)
    with gr.Row():
        for name in COMPANY:
            made[name] = page.add(gr.Textbox, {"label": name}, lines=1, max_lines=8, min_width=240)
    return {name: made[name] for name in FIELDS}
