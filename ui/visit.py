"""Whose request it is: what belongs to one visitor is found by this and never kept in the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import gradio as gr

from ingest.script import Script
from ui.i18n import CHOSEN, LANGUAGES, say
from ui.local_page import BROWSER

_LANGUAGE = re.compile(r"(?P<english>en)\b|zh(?P<hant>-(?:hant|tw|hk|mo))?")


@dataclass(frozen=True)
class Visit:
    """Who calls a handler, and in which language the page is read.

    `owner` is whose drafts and conversations are opened: the signed-in user's, else this browser's, else (where a browser keeps nothing)
    this visit's.
    """

    reader: Script
    owner: str
    user: str | None = None

    def name(self, typed: str | None) -> str:
        """The person's name: the user's, else what was typed (None in a tab never opened), else a word for it."""
        return self.user or (typed or "").strip() or say("me", self.reader)


def browser_language(header: str) -> Script:
    """The first language of the pages that a browser asks for, where the one that was chosen is not known.

    :param header: its `Accept-Language`.
    """
    for name in header.lower().split(","):
        if found := _LANGUAGE.match(name.strip()):
            return "en" if found["english"] else "zh-Hant" if found["hant"] else "zh-Hans"
    return "en"


def reader_of(request: gr.Request | None) -> Script:
    """The language that the page of a request is read in: the one that was chosen there, else the browser's.

    :param request: None where there is none.
    """
    if request is None:
        return "en"
    chosen = request.cookies.get(CHOSEN)
    known = next((language for _, language in LANGUAGES if language == chosen), None)
    return known or browser_language(request.headers.get("accept-language", ""))


def visit_of(reader: Script, request: gr.Request) -> Visit:
    """The visit of one request.

    :param reader: the page's language.
    :param request: the request, with the user who is signed in and the browser's cookie.
    """
    user, browser = request.username, request.cookies.get(BROWSER)
    place = f"browser:{browser}" if browser else f"visit:{request.session_hash}"
    return Visit(reader, f"user:{user}" if user else place, user)
