"""Bring a draft in work up to date with the documents and the brief: other lines, a new draft, citations checked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.errors import UsageError
from ingest.script import fold
from rag.app import Engine
from rag.brief import Brief
from rag.jd import draft
from rag.jd_lines import condition
from rag.pool import Offer, unused
from rag.revise import put_aside
from rag.types import Citation
from rag.work import HEAD, ORDER, SINGLE, Line, Work, place


def regenerate(work: Work, section: str, engine: Engine) -> Work:
    """Replace the unprotected lines of a section by the next best ones from the documents.

    :raises UsageError: when the documents hold nothing else for it, or its only line is protected.
    """
    if section in SINGLE and any(line.protected for line in work.section(section)):
        raise UsageError("this section holds one line, and it is your own", "regenerate or remove the line itself")
    loose = [line.id for line in work.section(section) if line.source == "corpus" and not line.protected]
    return _renewed(work, section, loose, engine)


def regenerate_line(work: Work, line_id: int, engine: Engine) -> Work:
    """Replace one line by the next best one from the documents; only asking for it by name changes an edited line.

    :raises UsageError: for a locked line, or when the documents hold nothing else for its section.
    """
    line = work.line(line_id)
    if line.locked:
        raise UsageError("the line is locked", "unlock it first")
    return _renewed(work, line.section, [line_id], engine)


def _renewed(work: Work, section: str, ids: Sequence[int], engine: Engine) -> Work:
    aside = put_aside(work, [work.line(line_id) for line_id in ids])
    fresh = unused(section, aside, engine)
    if not fresh:
        # All has been shown: begin again with what was put aside before, but not with what stands here now.
        fresh = unused(section, replace(work, aside=()), engine)
        aside = put_aside(replace(work, aside=()), [work.line(line_id) for line_id in ids])
    if not fresh:
        raise UsageError("the documents hold no other line for this section", "add your own line, or edit this one")
    wanted = iter(fresh[: max(len(ids), 1)])
    replaced = dict(zip(ids, wanted, strict=False))
    rows = [_offered(line, replaced[line.id]) if line.id in replaced else line for line in aside.lines]
    new = [Line(work.next_id() + at, section, row.text, "corpus", (row.citation,)) for at, row in enumerate(wanted)]
    return replace(aside, lines=(*rows, *new))


def _offered(line: Line, offer: Offer) -> Line:
    return replace(line, text=offer.text, source="corpus", cited=(offer.citation,), edited=False)


def redraft(work: Work, brief: Brief, engine: Engine) -> Work:
    """Write the draft anew, as after a change of title, language, length or tone; protected lines stay where they are.

    :param brief: the new brief.
    """
    fresh = Work.of(draft(brief, engine, as_typed=True))
    lines = [line for section in ORDER for line in _merged(section, work, fresh)]
    return replace(fresh, lines=tuple(replace(line, id=at) for at, line in enumerate(lines, 1)), kept=work.kept)


def asked_again(work: Work, engine: Engine) -> Work:
    """The work with the questions and notices that its brief has now; its lines and its head stay."""
    fresh = draft(work.draft.brief, engine, as_typed=True)
    head = {name: work.head(name) for name in HEAD}
    return replace(work, base=replace(fresh, jd=replace(fresh.jd, **head)))  # type: ignore[arg-type]


def _merged(section: str, work: Work, fresh: Work) -> list[Line]:
    """The new lines of a section, with the protected old ones in their places."""
    old = work.section(section)
    # Conditions are made from the brief; only what is no field of it is carried over.
    kept = [
        line for line in old if line.protected and not (section == "conditions" and condition(line.text, work.brief))
    ]
    if section in SINGLE and kept:
        return kept
    said = {fold(line.text) for line in kept}
    cited = {place(citation) for line in kept for citation in line.cited}
    rows = fresh.section(section)
    new = [line for line in rows if fold(line.text) not in said and not cited & {place(row) for row in line.cited}]
    room = max(len(rows) - len(kept), 0)
    found = [line for at, line in enumerate(new) if at < room or line.source != "corpus"]
    for line in kept:
        found.insert(min(old.index(line), len(found)), line)
    return found


def recite(work: Work, engine: Engine) -> Work:
    """Check every citation against the documents as they are now.

    A quote that has moved gets its new place. A line whose quote is gone becomes a suggestion: nothing speaks for it any more.
    """

    def again(citation: Citation) -> Citation | None:
        if citation.doc not in engine.index.documents:
            return None
        text = engine.index.text(citation.doc)
        at = citation.start if text.startswith(citation.quote, citation.start) else text.find(citation.quote)
        return replace(citation, start=at, end=at + len(citation.quote)) if at >= 0 else None

    lines = []
    for line in work.lines:
        cited = tuple(found for citation in line.cited if (found := again(citation)))
        gone = line.source == "corpus" and not cited
        lines.append(replace(line, cited=cited, source="suggested" if gone else line.source))
    return replace(work, lines=tuple(lines))
