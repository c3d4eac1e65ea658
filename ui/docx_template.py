"""An organisation's own Word file with placeholders, filled in by docxtpl (Jinja in a sandbox: a template is data, not a program)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, cast

from ingest.errors import UsageError
from ingest.script import Script
from rag.blocks import Page, source_line
from rag.jd_phrases import phrase
from rag.jd_types import Draft
from rag.template import FACTS, LISTED
from ui.export_docx import add_label, describe
from ui.export_text import printable


def placeholders(draft: Draft, page: Page) -> dict[str, Any]:
    """What a template may use: facts as texts, parts as lists of lines with marks, `sources`, and `label`. No internal notes.

    :param draft: the draft.
    :param page: the draft laid out with its sources.
    """
    numbers = {(c.doc, c.start, c.end): c.n for c in page.sources}
    renumbered = {old.n: numbers.get((old.doc, old.start, old.end)) for old in draft.citations}
    suggested = _suggested(draft)

    def line(claim: Any) -> str:
        marks = "".join(f" [{renumbered[n]}]" for n in claim.citations if renumbered.get(n))
        return printable(claim.text + (suggested if claim.source == "suggested" else "") + marks)

    jd = draft.jd
    facts = {name: getattr(draft.brief, name) for name in FACTS}
    facts |= {"title": jd.title, "department": jd.department, "level": jd.level}
    found: dict[str, Any] = {name: printable(str(value)) if value else "" for name, value in facts.items()}
    found |= {name: [line(claim) for claim in jd.section(name)] for name in LISTED}
    sources = [printable(f"[{citation.n}] {source_line(citation)}") for citation in page.sources]
    return found | {"sources": sources, "label": page.label}


def _suggested(draft: Draft) -> str:
    return phrase("suggested", cast(Script, draft.brief.language), draft.brief.market)


def fill(path: Path, draft: Draft, page: Page, aigc: str | None) -> bytes:
    """Fill a Word file in.

    :param path: the template.
    :param draft: the draft.
    :param page: the draft laid out, for sources and label. A label that the template does not place stands at the end.
    :param aigc: the label for the custom properties, as JSON.
    :raises UsageError: when it is no Word file, or a placeholder is unknown or broken.
    """
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    hint = "docs/templates.md lists the placeholders"
    jinja = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        template = DocxTemplate(path)
        used = template.get_undeclared_template_variables(jinja)
        template.render(placeholders(draft, page), jinja, autoescape=True)
    except TemplateError as error:
        raise UsageError(f"{path.name}: {error}", hint) from error
    except Exception as error:  # whatever is no package of Word fails somewhere inside the reader
        raise UsageError(f"{path.name} is no Word file ({type(error).__name__})", "save it again as .docx") from error
    document = template.docx
    if "label" not in used:
        add_label(document, page.label)
    describe(document, page, aigc)
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()
