"""The editor of a draft as HTML: chips of the brief, lines with where they come from, findings and checks beside them.

Pure functions. Every text is escaped; what a click means stands in `data-` attributes that `jd_editor.js` sends as one event.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import cast

from ingest.script import Script
from rag.jd_lines import CONDITIONS
from rag.jd_phrases import phrase
from rag.publish import published
from rag.saved import Saved
from rag.shorten import shorter
from rag.work import HEAD, ORDER, SINGLE, Kept, Line, Work
from ui.citations_view import TextOf, citations_html, marks, plain
from ui.i18n import say
from ui.jd_checks import Placed, Where, checklist, placed

# Fields of the brief that are shown as chips; business line and stage, which few postings give, come last.
CHIPS = (*HEAD, *CONDITIONS[2:], *CONDITIONS[:2])
# Sections that are shown even when they are empty, because a person may add to them.
_SHOWN = ("purpose", "responsibilities", "requirements", "nice_to_have", "conditions", "benefits", "company")
# A finding names its words up to this length.
QUOTED = 40
_WRITTEN = ("purpose", "responsibilities", "requirements", "kpis", "collaboration")


def button(action: str, label: str, *, kind: str = "", **data: object) -> str:
    """One button of the editor; `data` are what its click sends."""
    rest = "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())
    return f'<button type="button" class="rw-b {kind}" data-do="{action}"{rest}>{escape(label)}</button>'


def editor_html(saved: Saved, text_of: TextOf, reader: Script, stale: Sequence[str]) -> str:
    """A whole draft in work.

    :param saved: the draft as the library keeps it.
    :param text_of: gives a document's stored text.
    :param reader: the language of the page; the draft keeps its own.
    :param stale: titles of cited documents that have changed.
    """
    work = saved.work
    found = placed(work, reader)
    draft = work.draft
    numbers = {(row.doc, row.start, row.end): row.n for row in draft.citations}
    written = cast(Script, draft.brief.language)
    sections = "".join(_section(name, work, found, numbers, written, reader) for name in ORDER)
    citations = citations_html([row.to_dict() for row in draft.citations], text_of, reader)
    note = ""
    if stale:
        told = say("stale", reader, docs=", ".join(stale))
        note = f'<div class="rw-stale">{plain(told)} {button("recite", say("recite", reader))}</div>'
    return (
        f'<div class="rw-studio" data-draft="{saved.id}">{_chips(work, reader)}{note}<div class="rw-desk">'
        f'<article class="rw-paper" lang="{draft.brief.language}">{_head(work, found, reader)}{sections}</article>'
        f'<aside class="rw-side">{_checks(work, found, reader)}{_open_questions(work, reader)}'
        f'<p class="rw-path">{say("edit_hint", reader)}<br>{say("legend", reader)}</p>{citations}</aside></div></div>'
    )


def _chips(work: Work, reader: Script) -> str:
    brief = work.draft.brief
    rows = []
    for name in CHIPS:
        value = work.head(name) if name in HEAD else getattr(brief, name)
        shown = plain(str(value)) if value else "+"
        rows.append(
            f'<button type="button" class="rw-chip{"" if value else " rw-none"}" data-do="chip" data-field="{name}" '
            f'data-value="{escape(str(value or ""))}"><small>{say(name, reader)}</small> {shown}</button>'
        )
    hint = say("understood", reader)
    return f'<div class="rw-chips" role="group" aria-label="{hint}"><small>{hint}</small>{"".join(rows)}</div>'


def _head(work: Work, found: Sequence[Placed], reader: Script) -> str:
    status = {"complete": "answered", "thin": "partial", "no_source": "refused"}[work.draft.status]
    title = _marked(work.title, [row for row in found if row.where == "title"])
    facts = " · ".join(plain(value) for name in HEAD[1:] if (value := work.head(name)))
    notes = "".join(_finding(row, work.kept, reader) for row in found if row.where in HEAD)
    opening = work.draft.to_dict()["jd"].get("opening")
    return (
        f'<div class="rw-status rw-{status}">{say(work.draft.status, reader)}</div><h2>{title}</h2>'
        f'<p class="rw-path">{facts}</p>{f"<p>{plain(opening)}</p>" if opening else ""}{notes}'
    )


def _section(
    name: str,
    work: Work,
    found: Sequence[Placed],
    numbers: dict[tuple[str, int, int], int],
    written: Script,
    reader: Script,
) -> str:
    lines = work.section(name)
    if not lines and name not in _SHOWN:
        return ""
    tools = ""
    if name in _WRITTEN and any(not line.locked for line in lines):
        tools += button("regenerate", "↻ " + say("section_again", reader), kind="rw-quiet", section=name)
    if name not in SINGLE or not lines:
        tools += button("new", "+ " + say("section_add", reader), kind="rw-quiet", section=name)
    rows = "".join(_line(line, [row for row in found if row.where == line.id], work, numbers, reader) for line in lines)
    kind = "rw-empty-section" if not lines else ""
    return (
        f'<section class="{kind}" data-section="{name}"><h3>{phrase(name, written, work.brief.market)}'
        f'<span class="rw-head-tools">{tools}</span></h3><ul>{rows}</ul></section>'
    )


def _line(
    line: Line, found: Sequence[Placed], work: Work, numbers: dict[tuple[str, int, int], int], reader: Script
) -> str:
    cited = dict.fromkeys(numbers[(c.doc, c.start, c.end)] for c in line.cited)
    state = " rw-locked" if line.locked else ""
    lock = f'<span class="rw-pin">{say("locked", reader)}</span>' if line.locked else ""
    notes = "".join(_finding(row, work.kept, reader) for row in found)
    return (
        f'<li class="rw-line rw-of-{line.source}{state}" data-line="{line.id}" data-text="{escape(line.text)}">'
        f'<div class="rw-row" tabindex="0" title="{say("line_edit", reader)}"><span class="rw-text">{_marked(line.text, found)}</span> '
        f'<span class="rw-src rw-src-{line.source}">{lock}{say(f"from_{line.source}", reader)}{marks(cited)}</span></div>'
        f'<div class="rw-tools" role="toolbar">{_tools(line, work.section(line.section), reader)}</div>{notes}</li>'
    )


def _tools(line: Line, among: Sequence[Line], reader: Script) -> str:
    """The buttons of a line: those that can do something with it."""
    can = {
        "accept": line.source == "suggested",
        "lock": not line.locked,
        "unlock": line.locked,
        "to_nice_to_have": line.section == "requirements",
        "to_requirements": line.section == "nice_to_have",
        "shorten": shorter(line.text) is not None,
        "again": line.source == "corpus",
        "up": line.id != among[0].id,
        "down": line.id != among[-1].id,
        "remove": True,
    }
    shown = [name for name, can_do in can.items() if can_do and (not line.locked or name == "unlock")]
    actions = {"to_nice_to_have": "move", "to_requirements": "move"}
    return "".join(button(actions.get(name, name), say(f"line_{name}", reader), line=line.id) for name in shown)


def _marked(text: str, found: Sequence[Placed]) -> str:
    """A line's text with its findings marked; places that overlap are marked once."""
    parts, at = [], 0
    for row in sorted(found, key=lambda row: row.start):
        if row.start >= at:
            kind = f'class="rw-mark-{row.finding.severity}"'
            parts += [escape(text[at : row.start]), f"<mark {kind}>{escape(text[row.start : row.end])}</mark>"]
            at = row.end
    return "".join([*parts, escape(text[at:])])


def _kept(row: Placed, kept: Sequence[Kept]) -> Kept | None:
    return next((item for item in kept if (item.rule, item.text) == (row.finding.rule, row.finding.text)), None)


def _finding(row: Placed, kept: Sequence[Kept], reader: Script) -> str:
    """One finding under its line: what it is and why, and what a click can do about it."""
    finding = row.finding
    key = {"rule": finding.rule, "text": finding.text}
    if said := _kept(row, kept):
        told = say("kept", reader, reason=said.reason, by=said.by, at=said.at[:10])
        return f'<div class="rw-find rw-kept">{plain(told)} {button("unkeep", say("unkeep", reader), **key)}</div>'
    level = f'<span class="rw-sev rw-sev-{finding.severity}">{say(finding.severity, reader)}</span>'
    # What is said of the whole line needs no words of it again.
    quoted = f"<b>{plain(row.words)}</b> " if len(row.words) <= QUOTED else ""
    return (
        f'<div class="rw-find">{level} {quoted}{plain(finding.why)} <span class="rw-path">{plain(finding.authority)}</span>'
        f'<div class="rw-fix">→ {plain(finding.suggestion)}</div><div class="rw-acts">{_rewrites(row, reader)}'
        f"{button('keep', say('finding_keep', reader), ask=say('keep_reason', reader), **key)}</div></div>"
    )


def _rewrites(row: Placed, reader: Script) -> str:
    """The one-click rewrite of a finding inside a line, where the checker has one."""
    new = row.finding.to_dict().get("rewrite")
    if new is None or not isinstance(row.where, int):
        return ""
    new = new.removeprefix("- ")
    label = say("finding_rewrite", reader, text=new) if new else say("finding_delete", reader)
    where: dict[str, object] = {"line": row.where, "start": row.start, "end": row.end, "new": new}
    return button("rewrite", label, kind="rw-main", **where)


def _checks(work: Work, found: Sequence[Placed], reader: Script) -> str:
    """The summary at the side: what is to settle, and what the market's postings must hold."""
    wording = [row for row in found if row.finding.family != "completeness"]
    loose = [row for row in wording if not _kept(row, work.kept)]
    settled = "kept_findings" if len(wording) > len(loose) else "all_clear"
    head = say("open_findings" if loose else settled, reader, n=len(loose) or len(wording))
    rows = "".join(f"<li>{_pointer(row, reader)}</li>" for row in loose if row.where is not None)
    whole = "".join(_finding(row, work.kept, reader) for row in wording if row.where is None)
    state = "rw-todo" if loose else "rw-good"
    box = f'<div class="rw-box {state}"><h4>{head}</h4><ul class="rw-plain">{rows}</ul>{whole}</div>'
    return box + _checklist(work, [row for row in found if row not in wording], reader)


def _checklist(work: Work, missing: Sequence[Placed], reader: Script) -> str:
    """What the market's postings must hold, and what the checker says about what is missing."""
    items = checklist(work.draft)
    done = sum(held for _, held in items)
    title = say("checklist", reader, market=say(work.brief.market, reader), done=done, all=len(items))
    listed = "".join(_item(name, held, reader) for name, held in items)
    told = "".join(_finding(row, work.kept, reader) for row in missing)
    return f'<div class="rw-box"><h4>{title}</h4><ul class="rw-plain rw-list">{listed}</ul>{told}</div>'


def _pointer(row: Placed, reader: Script) -> str:
    words = row.words if len(row.words) <= QUOTED else f"{row.words[:QUOTED]}…"
    level = f'<span class="rw-sev rw-sev-{row.finding.severity}">{say(row.finding.severity, reader)}</span>'
    return f"{level} {button('jump', words, kind='rw-quiet', line=_name(row.where))}"


def _name(where: Where) -> str:
    return "" if where is None else str(where)


def _item(name: str, held: bool, reader: Script) -> str:
    label = say(f"item_{name}" if name in {"company", "responsibilities", "requirements", "benefits"} else name, reader)
    if held:
        return f'<li class="rw-held">✓ {label}</li>'
    told = say("fill_in", reader)
    if name in CHIPS:
        return f"<li>○ {label} {button('chip', told, kind='rw-quiet', field=name)}</li>"
    return f"<li>○ {label} {button('new', told, kind='rw-quiet', section=name)}</li>"


def _open_questions(work: Work, reader: Script) -> str:
    """What the draft says about itself, described roles with a similar name, and what it still asks."""
    row = work.draft.to_dict()
    notices = "".join(f"<p>{plain(notice)}</p>" for notice in published(work).notices)
    near = "".join(button("field", name, field="title", text=name) for name in row.get("nearest", ()))
    rows = "".join(f"<li>{plain(question)}</li>" for question in work.draft.questions)
    asked = f"<h4>{say('still_open', reader)}</h4><ul>{rows}</ul>" if rows else ""
    return f'<div class="rw-box">{notices}{asked}<div class="rw-acts">{near}</div></div>' if notices or asked else ""
