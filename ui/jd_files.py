"""Files and previews of a draft for the page: written when they are asked for, cleared away when Gradio has taken its copy."""

from __future__ import annotations

import re
import tempfile
import time
from html import escape
from pathlib import Path

from rag.jd_types import Draft
from ui.export import EXPORTERS, export

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


def write_file(draft: Draft, form: str, folder: Path) -> str:
    """Write a draft in one format into a new folder below `folder`, where older files are cleared away.

    :param draft: the draft.
    :param form: one of `FORMATS`.
    :return: the path of the file, which is named after the job.
    """
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT:
            for file in old.iterdir():
                file.unlink(missing_ok=True)
            old.rmdir()
    name = re.sub(r"[^\w\- ]+", "_", draft.jd.title or "").strip(" _")[:60] or "jd"
    path = Path(tempfile.mkdtemp(dir=folder)) / f"{name}.{form}"
    path.write_bytes(export(draft, form))
    return str(path)


def preview_html(draft: Draft, title: str) -> str:
    """The draft as it is exported, in a frame of its own that runs nothing.

    :param draft: the draft.
    :param title: what the frame is called for people who cannot see it.
    """
    page = export(draft, "html").decode("utf-8")
    return f'<iframe class="rw-preview" sandbox="" title="{escape(title)}" srcdoc="{escape(page)}"></iframe>'
