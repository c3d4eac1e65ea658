"""A draft, its open questions and the checker's findings as HTML: pure functions over the contract's JSON shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.script import Script
from rag.jd_phrases import phrase
from rag.jd_types import SECTIONS
from ui.citations_view import TextOf, citations_html, marks, plain
from ui.i18n import say

# The JD's sections, in reading order.
ORDER = ("company", "purpose", *SECTIONS)


def _claim(claim: dict[str, Any], tag: str, language: Script) -> str:
    source = claim["source"]
    label = say(f"from_{source}", language)
    mark = f'<span class="rw-src rw-src-{source}">{label}{marks(claim["citations"])}</span>'
    return f"<{tag}>{plain(claim['text'])} {mark}</{tag}>"


def _section(name: str, claims: Any, language: Script, market: str) -> str:
    if not claims:
        return ""
    head = f"<h3>{phrase(name, language, market)}</h3>"
    if isinstance(claims, dict):
        return head + _claim(claims, "p", language)
    tag = "ol" if name == "responsibilities" else "ul"
    return f"{head}<{tag}>{''.join(_claim(claim, 'li', language) for claim in claims)}</{tag}>"


def questions_html(questions: Sequence[str], language: Script) -> str:
    """The open questions of a draft; empty when there are none."""
    rows = "".join(f"<li>{plain(question)}</li>" for question in questions)
    return f'<div class="rw-box"><h4>{say("questions", language)}</h4><ul>{rows}</ul></div>' if rows else ""


def findings_html(findings: Sequence[dict[str, Any]], language: Script, score: int | None = None) -> str:
    """The checker's findings, each with why and what to write instead.

    :param findings: the contract's Finding rows.
    :param language: the reader's language.
    :param score: 0-100, shown when given.
    """
    rows = "".join(
        f'<li><span class="rw-sev rw-sev-{finding["severity"]}">{say(finding["severity"], language)}</span> '
        f"<mark>{plain(finding['text'])}</mark> {plain(finding['why'])} "
        f'<span class="rw-path">{plain(finding["authority"])}</span>'
        f'<div class="rw-fix">→ {plain(finding["suggestion"])}</div></li>'
        for finding in findings
    )
    points = f' <span class="rw-fact">{say("score", language, n=score)}</span>' if score is not None else ""
    body = f"<ul>{rows}</ul>" if rows else f'<p class="rw-path">{say("no_findings", language)}</p>'
    return f'<div class="rw-box"><h4>{say("findings", language)}{points}</h4>{body}</div>'


def draft_html(draft: dict[str, Any], text_of: TextOf, language: Script) -> str:
    """A whole draft: the JD with the source of every line, open questions, findings and citations.

    :param draft: the contract's Draft.
    :param text_of: gives a document's stored text.
    :param language: the language of the page; the JD keeps its own.
    """
    jd = draft["jd"]
    written: Script = draft["brief"]["language"]
    status = {"complete": "answered", "thin": "partial", "no_source": "refused"}[draft["status"]]
    facts = " · ".join(plain(str(jd[key])) for key in ("department", "level") if jd[key])
    sections = "".join(_section(name, jd[name], written, draft["brief"]["market"]) for name in ORDER)
    return (
        f'<div class="rw-draft"><div class="rw-status rw-{status}">{say(draft["status"], language)}</div>'
        f'<article><h2>{plain(jd["title"] or "")}</h2><p class="rw-path">{facts}</p>{sections}</article>'
        f'<p class="rw-path">{say("legend", language)}</p>'
        f"{questions_html(draft['questions'], language)}{findings_html(draft['findings'], language)}"
        f"{citations_html(draft['citations'], text_of, language)}</div>"
    )
