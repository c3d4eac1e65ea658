"""What of a draft in work may leave the program: one rule for previews, files, the clipboard and the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from ingest.script import Script
from rag.brief_items import clean
from rag.jd_frames import frame
from rag.jd_lines import condition
from rag.jd_types import Draft
from rag.unlawful import LeftOut
from rag.work import Line, Work


def published(work: Work) -> Draft:
    """The draft without typed clauses that no posting may hold, unless somebody has kept them with a reason.

    :param work: a draft in work, whose editor shows every line.
    :return: what is exported; what is left out is told among its findings and notices.
    """
    brief = work.draft.brief
    left = LeftOut(brief.market, brief.language, kept=frozenset((row.rule, clean(row.text)) for row in work.kept))

    def lawful(line: Line) -> Line | None:
        if line.source != "brief" or condition(line.text, brief):
            return line
        text = next(iter(left.lawful([line.text])), "")
        return replace(line, text=text) if text else None

    lines = tuple(kept for line in work.lines if (kept := lawful(line)))
    if not left.clauses:
        return work.draft
    draft = replace(work, lines=lines).draft
    told = frame(
        "notices",
        "held_back",
        cast(Script, brief.language),
        brief.market,
        clauses="; ".join(dict.fromkeys(left.clauses)),
    )
    return replace(draft, findings=(*left.findings, *draft.findings), notices=(*draft.notices, told))
