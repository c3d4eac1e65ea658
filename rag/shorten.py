"""Make a line or a whole draft shorter without writing anything new: clauses and lines go, nothing is put in their place."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.errors import UsageError
from ingest.script import fold
from rag.citations import overlap
from rag.revise import changed, put_aside, supported
from rag.work import Line, Work

# A draft is shortened to about this share of its characters, and never below so many duties.
SHORTER = 0.8
LEAST_DUTIES = 3
# What may go when a draft is shortened; sections named first give up lines first.
_GIVES_WAY = ("collaboration", "kpis", "requirements", "responsibilities")
_BRACKETS = re.compile(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09]")
_CLAUSE = re.compile(r"[;\uff1b]|[,\uff0c](?!\d)|\s+so that\s|\s+and then\s")
# A first clause that only says how or why; what is done comes after it.
_ADVERBIAL = re.compile(
    r"(?:通过|根据|按照?|基于|结合|围绕|针对|为了?|借助|利用|on the basis of|by |after |when |to )"
    r"|(?:在|从|当).*(?:时|中|下|后|前|上)$"
)
_EXAMPLES = re.compile(r"例如|比如|如|包括|等|for example|such as|including")
_END = re.compile(r"[。.\uff1b;]\s*$")


def shorter(text: str) -> str | None:
    """A line cut at the clause borders of its own text: brackets first, then a leading adverbial or the last clauses.

    :return: None when nothing can go without breaking the line.
    """
    end = _END.search(text)
    body = text[: end.start()] if end else text
    close = end.group().strip() if end else ""
    if (bare := _BRACKETS.sub("", body).strip()) and bare != body:
        return bare + close
    cuts = [match.span() for match in _CLAUSE.finditer(body)]
    if not cuts:
        return None
    first, rest = body[: cuts[0][0]], body[cuts[0][1] :].strip()
    if _ADVERBIAL.match(fold(first)) and not _EXAMPLES.match(fold(rest)):
        return rest[0].upper() + rest[1:] + close if len(rest) > 3 else None
    cut = body[: cuts[-1][0]].strip()
    return cut + close if len(cut) > 3 else None


def shorten_line(work: Work, line_id: int) -> Work:
    """Shorten one line.

    :raises UsageError: when it cannot be shorter.
    """
    line = work.line(line_id)
    text = shorter(line.text)
    if text is None or (line.source == "corpus" and not supported(text, line.cited)):
        raise UsageError("the line has no part that can go", "edit it by hand, or delete it")
    return changed(work, line_id, lambda line: replace(line, text=text, edited=line.edited))


def shorten(work: Work) -> Work:
    """Shorten the whole draft by about a fifth: the least telling unprotected lines from the documents go, one by one.

    What the user typed, locked or edited stays, and so do the first duties.

    :raises UsageError: when nothing can go.
    """
    total = sum(len(line.text) for line in work.lines)
    stressed = " ".join((*work.brief.goals, *work.brief.must_have, work.brief.business_line or ""))
    gone: list[Line] = []
    for line in _weakest(work, stressed):
        if sum(len(row.text) for row in work.lines) <= SHORTER * total:
            break
        if line.section == "responsibilities" and len(work.section("responsibilities")) <= LEAST_DUTIES:
            break
        work = changed(work, line.id, lambda line: None)
        gone.append(line)
    if not gone:
        raise UsageError("nothing in the draft can go", "unlock or delete lines by hand")
    return put_aside(work, gone)


def _weakest(work: Work, stressed: str) -> list[Line]:
    """The lines that may go, the least telling first: one of each section in turn, from its end."""
    ranked = []
    for rank, section in enumerate(_GIVES_WAY):
        loose = [line for line in work.section(section) if line.source == "corpus" and not line.protected]
        loose.sort(key=lambda line: overlap(line.text, stressed) if stressed.strip() else 0.0, reverse=True)
        ranked += [(depth, rank, line) for depth, line in enumerate(reversed(loose))]
    return [line for _, _, line in sorted(ranked, key=lambda row: row[:2])]
