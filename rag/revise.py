"""What a person does to a draft in work: pure functions from one `Work` to the next. Lines stay honest about where they come from.

A line from the documents keeps its citation only as long as the quote supports it; else it is the user's own. A locked line is
changed by nobody until it is unlocked; regenerating and shortening leave edited lines alone too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ingest.errors import UsageError
from ingest.script import fold, has_chinese
from ingest.types import Chunk
from rag.brief import Brief
from rag.jd_lines import CONDITIONS, condition, condition_text
from rag.types import Citation
from rag.verify import Source
from rag.work import HEAD, LISTS, ORDER, SINGLE, Kept, Line, Work, place

MAX_LINE = 2_000
MAX_LINES = 200
# Below this share of its words in the quote, an edited line is the user's own.
EDITED = 0.7
_MOVES = {"requirements": "nice_to_have", "nice_to_have": "requirements"}
_LATIN = re.compile(r"[a-z]{2,}")
_NEGATION = re.compile(r"不|没|无|非|未|别|勿|\b(?:no|not|never|without)\b")


def changed(work: Work, line_id: int, change: Callable[[Line], Line | None]) -> Work:
    """The work with one unlocked line changed or, for None, taken out."""
    if work.line(line_id).locked:
        raise UsageError("the line is locked", "unlock it first")
    rows = [change(line) if line.id == line_id else line for line in work.lines]
    return replace(work, lines=tuple(line for line in rows if line))


def lock(work: Work, line_id: int, on: bool = True) -> Work:
    """Lock a line, or unlock it."""
    work.line(line_id)
    rows = tuple(replace(line, locked=on) if line.id == line_id else line for line in work.lines)
    return replace(work, lines=rows)


def supported(text: str, cited: Sequence[Citation]) -> bool:
    """Whether the quotes of a line state what a new text of it says.

    More is asked than of a model's sentence (`rag.verify`): the line began as the quote's own words, so most of them must still be
    there, and a negation or, in a Chinese line, a Latin word that no quote holds is new.
    """

    def states(citation: Citation) -> bool:
        chunk = Chunk("", citation.doc, citation.title, (), citation.quote, citation.start, citation.end)
        return _new_words(text) <= _new_words(citation.quote) and Source.of(chunk).support(text) >= EDITED

    return any(states(citation) for citation in cited)


def _new_words(text: str) -> set[str]:
    """The words of a text that an edit must not bring in."""
    folded = fold(text)
    return set(_NEGATION.findall(folded)) | (set(_LATIN.findall(folded)) if has_chinese(text) else set())


def edit(work: Work, line_id: int, text: str) -> Work:
    """Give a line a new text. A line from the documents keeps its citation only if that still supports it.

    :raises UsageError: for an empty or overlong text or a locked line.
    """
    new = _text(text)

    def change(line: Line) -> Line:
        if new == line.text:
            return line
        if line.source == "corpus" and supported(new, line.cited):
            return replace(line, text=new, edited=True)
        return replace(line, text=new, source="brief", cited=(), edited=True)

    return changed(work, line_id, change)


def _text(text: str) -> str:
    new = " ".join(text.split())
    if not new or len(new) > MAX_LINE:
        raise UsageError(
            f"a line has {len(new)} characters", f"give a text of 1 to {MAX_LINE} characters, or delete it"
        )
    return new


def set_head(work: Work, name: str, text: str) -> Work:
    """Change the title, the department or the level.

    :param name: one of `HEAD`.
    :raises UsageError: for another name or an empty title.
    """
    value = " ".join(text.split()) or None
    if name not in HEAD or (name == "title" and not value):
        raise UsageError(f"the {name} cannot be {text!r}", "give a title")
    brief: Any = replace(work.brief, **{name: value})  # type: ignore[arg-type]
    jd = replace(work.base.jd, **{name: value})  # type: ignore[arg-type]
    return replace(work, base=replace(work.base, brief=brief, jd=jd))


def accept(work: Work, line_id: int) -> Work:
    """Make a suggestion a line of the draft: the source's own where one is cited, else the user's."""

    def change(line: Line) -> Line:
        return replace(line, source="corpus" if line.cited else "brief", edited=True)

    if work.line(line_id).source != "suggested":
        raise UsageError("the line is no suggestion", "nothing needs to be accepted")
    return changed(work, line_id, change)


def move(work: Work, line_id: int) -> Work:
    """Move a line from must to nice, or back.

    :raises UsageError: for a line of another section.
    """
    section = work.line(line_id).section
    if section not in _MOVES:
        raise UsageError("only a requirement can be moved", "move lines between must have and nice to have")
    moved = replace(work.line(line_id), section=_MOVES[section])
    rest = changed(work, line_id, lambda line: None).lines
    return replace(work, lines=(*rest, moved))


def shift(work: Work, line_id: int, step: int) -> Work:
    """Move a line up (-1) or down (1) in its section; at its end nothing changes."""
    rows = list(work.section(work.line(line_id).section))
    at = next(index for index, line in enumerate(rows) if line.id == line_id)
    to = min(max(at + step, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    places = iter(rows)
    return replace(work, lines=tuple(next(places) if line.section == rows[0].section else line for line in work.lines))


def remove(work: Work, line_id: int) -> Work:
    """Take a line out; a line from the documents is put aside, so that regenerating does not bring it back at once."""
    line = work.line(line_id)
    return put_aside(changed(work, line_id, lambda line: None), [line])


def add(work: Work, section: str, text: str) -> Work:
    """Add a line that the user typed at the end of a section.

    :raises UsageError: for an unknown section, a second line where one is all there is, or an empty text.
    """
    if section not in ORDER:
        raise UsageError(f"there is no section {section!r}", f"use one of: {', '.join(ORDER)}")
    if section in SINGLE and work.section(section):
        raise UsageError(f"the section {section} has its line", "edit that line instead")
    if len(work.lines) >= MAX_LINES:
        raise UsageError(f"the draft has {len(work.lines)} lines", "delete some first")
    return replace(work, lines=(*work.lines, Line(work.next_id(), section, _text(text), "brief", edited=True)))


def set_field(work: Work, name: str, value: Any) -> Work:
    """Set one field of the brief and the line that shows it; an empty value takes both away.

    :param name: a field of the brief: one of `CONDITIONS`, `HEAD` or `company`, or a list, to which the value is added.
    :raises UsageError: for another name or a value that a brief does not take.
    """
    text = str(value).strip()
    if name in HEAD:
        return set_head(work, name, text)
    sections = {field: section for section, field in LISTS.items()}
    if name in sections:
        return add(work, sections[name], text)
    if name == "company":
        rest = replace(work, lines=tuple(line for line in work.lines if line.section != "company"))
        return add(rest, "company", text) if text else rest
    if name not in CONDITIONS:
        raise UsageError(f"the field {name!r} has no line", f"use one of: {', '.join((*HEAD, *CONDITIONS, *sections))}")
    brief = Brief.from_dict(work.brief.to_dict() | {name: text or None})
    old = next((line for line in work.section("conditions") if condition(line.text, brief) == name), None)
    if old is not None and not text:
        return remove(work, old.id)
    shown = condition_text(name, getattr(brief, name), brief)
    return edit(work, old.id, shown) if old else _filed(work, name, shown)


def _filed(work: Work, name: str, shown: str) -> Work:
    """The work with a new condition where the reading order has it."""
    rows = list(work.section("conditions"))
    rank = {field: at for at, field in enumerate(CONDITIONS)}
    before = [line for line in rows if rank.get(condition(line.text, work.brief) or "", len(rank)) < rank[name]]
    at = rows.index(before[-1]) + 1 if before else 0
    rows.insert(at, Line(work.next_id(), "conditions", shown, "brief"))
    return replace(work, lines=(*(line for line in work.lines if line.section != "conditions"), *rows))


def put_aside(work: Work, lines: Sequence[Line]) -> Work:
    """Remember where removed lines came from, so that regenerating brings something else."""
    places = dict.fromkeys([*work.aside, *(place(citation) for line in lines for citation in line.cited)])
    return replace(work, aside=tuple(places))


def rewrite(work: Work, line_id: int, start: int, end: int, new: str) -> Work:
    """Put a finding's rewrite in its place; a line of which nothing is left is taken out.

    :param start: where the finding begins in the line's text.
    :param end: where it ends.
    :param new: what stands there instead; empty deletes.
    """
    text = work.line(line_id).text
    if not 0 <= start < end <= len(text):
        raise UsageError(f"the line has no text at {start}:{end}", "reload the page")
    rest = re.sub(r"^[\s,;、\uff0c\uff1b]+|[\s,;、\uff0c\uff1b]+$", "", text[:start] + new + text[end:])
    return edit(work, line_id, rest) if re.search(r"\w", rest) else remove(work, line_id)


def keep(work: Work, finding: Kept) -> Work:
    """Record that a finding is kept, with the reason.

    :raises UsageError: without a reason.
    """
    if not finding.reason.strip():
        raise UsageError("a finding is kept only with a reason", "say why the wording is right here")
    rest = tuple(row for row in work.kept if (row.rule, row.text) != (finding.rule, finding.text))
    return replace(work, kept=(*rest, finding))


def unkeep(work: Work, rule: str, text: str) -> Work:
    """Take back that a finding is kept."""
    return replace(work, kept=tuple(row for row in work.kept if (row.rule, row.text) != (rule, text)))
