"""The checker's findings as HTML: a pure function over the contract's JSON shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.script import Script
from ui.citations_view import plain
from ui.i18n import say


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
