"""An error of the program as the reader of a page is told it: in his language, with what can be done about it."""

from __future__ import annotations

import re
from html import escape

import gradio as gr

from ingest.errors import RolewrightError
from ingest.script import Script, full_width, to_script
from ui import audit
from ui.chat_words import ERRORS as CHAT_ERRORS
from ui.error_words import CHINESE
from ui.i18n import say
from ui.jd_words import ERRORS as JD_ERRORS

# Seconds that a notice stays: time to read it, and then it no longer lies over the buttons in its corner.
SHOWN, SHOWN_BRIEFLY = 7, 4
_KEYS = CHAT_ERRORS | JD_ERRORS
_CHINESE = [(re.compile(pattern), message, hint) for pattern, message, hint in CHINESE]


def in_reader(message: str, hint: str, reader: Script) -> tuple[str, str]:
    """A message of the program and what can be done, in the reader's language as far as there are words for it.

    :param message: in English, alone or with more behind it.
    """
    if reader != "en":
        for pattern, chinese, advice in _CHINESE:
            if found := pattern.match(message):
                # What is filled in is a name of somebody's: it stays as it is.
                words = full_width(to_script(chinese, reader)).format(*found.groups())
                return words, full_width(to_script(advice, reader))
    return message, hint


def told(error: RolewrightError, reader: Script) -> str:
    """An error as HTML."""
    key = next((key for start, key in _KEYS.items() if error.message.startswith(start)), None)
    if key:
        return say(key, reader)
    return "<br>".join(escape(part) for part in in_reader(error.message, error.hint, reader))


def reason(text: str, reader: Script) -> str:
    """Why a file was not read, as one line of a report (message and hint, in English) tells it."""
    message, hint = in_reader(text, "", reader)
    return f"{message}\uff0c{hint}" if hint else message


def warn(error: RolewrightError, reader: Script) -> None:
    """Show an error with its next step."""
    audit.failed(error.code)
    caution(told(error, reader))


def caution(text: str) -> None:
    """Show what is in the way.

    :param text: HTML in the reader's language.
    """
    gr.Warning(text, duration=SHOWN)


def notice(text: str) -> None:
    """Show that something has been done.

    :param text: HTML in the reader's language.
    """
    gr.Info(text, duration=SHOWN_BRIEFLY)


def failure(error: RolewrightError, reader: Script) -> gr.Error:
    """What a handler raises to show an error and to end what would follow it."""
    return gr.Error(told(error, reader), duration=SHOWN, print_exception=False)
