"""Files and previews of a draft for the page: written when they are asked for, cleared away when Gradio has taken its copy."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ingest.script import Script
from rag.channels import channels
from rag.jd_types import Draft
from rag.template import templates
from ui.export import EXPORTERS, export
from ui.i18n import say

# The formats as buttons; those the program cannot write yet are left out.
NAMES = {
    "docx": "Word",
    "pdf": "PDF",
    "html": "HTML",
    "md": "Markdown",
    "txt": "TXT",
    "json": "JSON",
    "jsonld": "JSON-LD",
}
FORMATS = {form: name for form, name in NAMES.items() if form in EXPORTERS}
# Seconds that a file stays here.
KEPT = 600


@dataclass(frozen=True)
class Look:
    """How a draft leaves the program: a template's id and a channel's (None for the market's own and for none), and the library."""

    template: str | None = None
    channel: str | None = None
    library: Path | None = None


def template_choices(library: Path, reader: Script) -> list[tuple[str, str]]:
    """(what is shown, id) of every template; the first one stands for the market's own."""
    return [(say("template_own", reader), ""), *((row.name(reader), row.id) for row in templates(library))]


def channel_choices(reader: Script) -> list[tuple[str, str]]:
    """(what is shown, id) of every channel; the first one stands for none."""
    return [(say("channel_none", reader), ""), *((row.name, name) for name, row in channels().items())]


def write_file(draft: Draft, form: str, folder: Path, look: Look) -> str:
    """Write a draft in one format into a new folder below `folder`, where older files are cleared away.

    :param draft: the draft.
    :param form: one of `FORMATS`.
    :param look: template and channel.
    :return: the path of the file, which is named after the job.
    """
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT:
            for file in old.iterdir():
                file.unlink(missing_ok=True)
            old.rmdir()
    name = re.sub(r"[^\w\- ]+", "_", draft.jd.title or "").strip(" _")[:60] or "jd"
    path = Path(tempfile.mkdtemp(dir=folder)) / f"{name}.{form}"
    path.write_bytes(export(draft, form, look.template, look.channel, look.library))
    return str(path)


def preview_html(draft: Draft, title: str, look: Look) -> str:
    """The draft as it is exported, in a frame of its own that runs nothing.

    :param draft: the draft.
    :param title: what the frame is called for people who cannot see it.
    :param look: template and channel.
    :raises UsageError: when the channel does not take the text.
    """
    page = export(draft, "html", look.template, look.channel, look.library).decode("utf-8")
    return f'<iframe class="rw-preview" sandbox="" title="{escape(title)}" srcdoc="{escape(page)}"></iframe>'
