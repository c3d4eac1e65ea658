"""The changes between two states of a job description as sentences: pure functions over `rag.diff`."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.script import Script
from rag.diff import Change
from rag.jd_phrases import phrase
from ui.citations_view import plain
from ui.i18n import say

# A quoted line is cut here; the whole of it stands in the draft.
QUOTED = 60


def sentence(change: Change, reader: Script, market: str = "CN") -> str:
    """One change in words.

    :param change: what changed.
    :param reader: the reader's language.
    :param market: whose headings name the sections.
    """
    values = {
        "section": phrase(change.section, reader, market),
        "to": phrase(change.to or change.section, reader, market),
    }
    values |= {name: _cut(getattr(change, name) or "") for name in ("before", "after")}
    pairs = [say("diff_pair", reader, before=before, after=after) for before, after in change.numbers]
    comma = ", " if reader == "en" else "\uff0c"
    return say(f"diff_{change.kind}", reader, pairs=comma.join(pairs), **values)


def _cut(text: str) -> str:
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


def diff_html(changes: Sequence[Change], reader: Script, market: str) -> str:
    """The list of changes; one line that says so when there are none."""
    if not changes:
        return f'<p class="rw-path">{say("no_change", reader)}</p>'
    rows = (f'<li class="rw-diff-{row.kind}">{plain(sentence(row, reader, market))}</li>' for row in changes)
    return f'<ul class="rw-diff">{"".join(rows)}</ul>'
