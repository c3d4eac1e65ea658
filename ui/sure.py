"""A button that deletes asks once more: its first click shows a second button, which is hidden again when something else is looked at."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.i18n import Page


def _shown() -> Any:
    return gr.update(visible=True)


def _hidden() -> Any:
    return gr.update(visible=False)


def second_button(page: Page, first: gr.Button, elem_id: str, **options: Any) -> gr.Button:
    """The button that does it, beside the one that was clicked first.

    :param page: keeps its text in the reader's language.
    :param first: the button that shows it.
    :param elem_id: its name in the page.
    :param options: of `gr.Button`.
    """
    sure = page.add(
        gr.Button, {"value": "delete_sure"}, variant="stop", visible=False, elem_id=elem_id, min_width=110, **options
    )
    first.click(_shown, None, sure, api_visibility="private", show_progress="hidden")
    return sure


def hide_after(sure: gr.Button, *events: Any) -> None:
    """Hide the second button again.

    :param events: after these, and after its own click.
    """
    gr.on([sure.click, *events], _hidden, None, sure, api_visibility="private", show_progress="hidden")
