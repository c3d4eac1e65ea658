"""A brief from whatever the user gives, and the model that may polish a draft: what the command line and the web app share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import UsageError
from rag.app import Rolewright
from rag.brief import Brief, brief_from_file, parse_text

if TYPE_CHECKING:
    from rag.polish import Polisher


def polisher_of(app: Rolewright) -> Polisher | None:
    """The polisher of the configured chat model; None without one."""
    if app.chat_model is None:
        return None
    from rag.polish import Polisher

    return Polisher(app.chat_model, app.settings.model or "")


def brief_of_text(text: str, app: Rolewright) -> Brief:
    """A brief from a sentence or an old job description: by the configured model where it answers, else by the rules.

    :param text: what the user pasted.
    :param app: the library and its settings.
    :raises UsageError: for an empty text.
    """
    if app.chat_model is None:
        return parse_text(text, app.engine.linker)
    import logging

    from rag.brief_model import read_brief

    read = read_brief(text, app.engine.linker, app.chat_model)
    if read.reason:
        logging.getLogger("rolewright").warning("the brief was read by rules: %s", read.reason)
    return read.brief


def read_brief_file(path: Path, app: Rolewright) -> Brief:
    """A brief from a file: JSON as it is, any other document by its text.

    :param path: a .json file, or an old job description or 岗位说明书 as .docx, .pdf, .txt or .md.
    :param app: the library and its settings.
    :raises UsageError: for JSON that is no brief.
    :raises LoadError: for a document that cannot be read.
    """
    from ingest.decode import decode
    from ingest.loaders import SUFFIXES

    try:
        is_json = path.suffix.lower() not in SUFFIXES or path.read_bytes()[:1] == b"{"
        text = decode(path.read_bytes(), path.name) if is_json else ""
    except FileNotFoundError as error:
        raise UsageError(f"no such file: {path}", "check the path and its spelling") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", "check the path and its spelling") from error
    if not is_json:
        return brief_from_file(path, app.engine.linker)
    try:
        return Brief.from_dict(json.loads(text))
    except ValueError as error:
        raise UsageError(f"the brief file {path} is not JSON: {error}", "check it against docs/contract.md") from error
