"""What in a pasted text is said to a colleague and not to candidates (`internal.yaml`): set apart before anything else is read.

A remark about the posting, about who left, who urges, how far the pay may go or what somebody thinks of candidates must not be published,
and whatever it holds (`30k`) is no fact of the posting. It is kept as typed, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.script import fold
from rag.brief_items import BULLET, clean
from rag.brief_labels import label_of
from rag.brief_remarks import Span, names_somebody, remarks
from rag.brief_terms import COUNT, HIRE, TITLE_END, says
from rag.brief_text import clause_spans
from rag.brief_tidy import is_around, without_speakers

_BRACKET = re.compile(r"\(([^()]{1,60})\)|\[([^\[\]]{1,60})\]|【([^【】]{1,60})】")
_AROUND = re.compile(r"^[(\uff08\[\u3010](.*)[)\uff09\]\u3011]$")
# What leads over from a reason to the hiring: `因老张离职,现招会计`.
_LEADS = re.compile(r"(?:现在?|特|故|所以|急|\b(?:and )?so(?: we)?(?: now)? |\bhence |\bwe(?: now)? )+$")
_STOPS = ".\u3002!\uff01"
_MARKS, _ENDS, _OPENS = " ,;|\uff0c\uff1b\u3001", ".\u3002!\uff01)\uff09", ":\uff1a(\uff08[\u3010"
# `五、申请理由`: a heading of a form.
_NUMBERED = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,2}|\d{1,2})[、.)]\s*")
_HEADS = re.compile(r"^\s*[一二三四五六七八九十]{1,2}、[^,;。:]{2,12}$")


@cache
def _file() -> dict[str, Any]:
    rows: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("internal.yaml").read_text(encoding="utf-8"))
    return rows


@cache
def _cues() -> re.Pattern[str]:
    """Every kind of remark as one pattern on a folded clause."""
    return re.compile("|".join(pattern for kind in _file()["kinds"].values() for pattern in kind))


@cache
def _names() -> re.Pattern[str]:
    return re.compile("|".join(_file()["names"]))


@cache
def _label() -> re.Pattern[str]:
    """A label at the beginning of a line or behind a mark, with what stands behind it."""
    return re.compile(rf"(?:^\W*|[,;。.([]\s*|\s[-\u2013\u2014]\s+)(?:{_file()['label']})\s*[\])】]?\s*:\s*")


@cache
def _heading() -> re.Pattern[str]:
    """A label as a numbered heading of a form: `五、申请理由`."""
    return re.compile(rf"{_NUMBERED.pattern}(?:{_file()['label']})\s*")


@cache
def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{_file()[name]})[\s!.]*")


def set_apart(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without what is said to a colleague, and these remarks in reading order, as typed.

    Patterns know the marks of a remark, and the reader of `rag/brief_remarks.py` what they leave of the free text.

    :param text: as pasted.
    :raises EmbedderError: when no encoder is installed.
    """
    text = without_speakers(text)
    lines = text.splitlines()
    folded = [fold(line) for line in lines]
    known = list(_known(lines, folded))
    bare = [
        "" if published or is_around(whole) else _blanked(line, cuts)
        for line, whole, cuts, published in zip(lines, folded, known, _published(lines, folded), strict=True)
    ]
    kept: list[str] = []
    said: list[str] = []
    for line, cuts, guessed in zip(lines, known, remarks(bare, known), strict=True):
        cut = _merged([*cuts, *guessed])
        said += [remark for start, end in cut if (remark := _said(line[start:end]))]
        rest = _without(line, _with_brackets(line, cut))
        if not cut or says(fold(BULLET.sub("", rest))):
            kept.append(rest)
    return ("\n".join(kept), tuple(dict.fromkeys(said))) if said else (text, ())


def _known(lines: list[str], folded: list[str]) -> Iterator[list[Span]]:
    """What the patterns cut out of each line."""
    below = False
    for line, bare in zip(lines, folded, strict=True):
        # Below a label of its own: up to an empty line or the next label.
        below = below and bool(line.strip()) and not label_of(bare.partition(":")[0])
        label = _label().match(bare)
        heads = bool(label and label.end() == len(bare.rstrip())) or bool(_heading().fullmatch(bare))
        yield [(0, len(line))] if below or heads else list(_cuts(line, bare))
        below = below or heads


def _published(lines: list[str], folded: list[str]) -> Iterator[bool]:
    """Whether each line stands behind or below the label of what is published: there the patterns alone judge."""
    under = False
    for line, bare in zip(lines, folded, strict=True):
        label, colon, value = bare.partition(":")
        name = label_of(_NUMBERED.sub("", label)) or label_of(bare)
        if name:
            under = name != "details"
            yield under
            # `学历呢` asks, in a chat; what is below answers.
            under = under and not value.strip() and (bool(colon) or not bare.rstrip().endswith(("呢", "吗", "?")))
            continue
        bulleted = bool(BULLET.match(line)) and not _NUMBERED.match(bare)
        # Another heading, or what stands alone behind an empty line, is below the label no more.
        under = under and (
            bulleted or bool(line.strip() and not (colon and not value.strip()) and not _HEADS.match(bare))
        )
        yield under


def _blanked(line: str, cuts: list[Span]) -> str:
    """A line with white space for what is cut out of it."""
    for start, end in cuts:
        line = line[:start] + " " * (end - start) + line[end:]
    return line


def _merged(cuts: list[Span]) -> list[Span]:
    """Stretches in order, those that overlap as one."""
    found: list[Span] = []
    for start, end in sorted(cuts):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _with_brackets(line: str, cuts: list[Span]) -> list[Span]:
    """Stretches with the brackets that would be left empty."""
    bare = _blanked(line, cuts)
    empty = [
        match.span()
        for match in _BRACKET.finditer(fold(bare))
        if cuts and not says(fold(bare[match.start() + 1 : match.end() - 1]))
    ]
    return _merged([*cuts, *empty])


def _said(text: str) -> str:
    """A remark without the label that says it is one and without the bracket around it."""
    label = _label().match(fold(text)) or _heading().fullmatch(fold(text))
    return clean(_AROUND.sub(r"\1", text[label.end() :] if label else text))


def _cuts(line: str, folded: str) -> Iterator[Span]:
    """Where the remarks of one line stand, in order, none over another."""
    # A label speaks for all that follows it in its line, or in its bracket.
    if label := _label().search(folded):
        begin = label.start() + (0 if label.start() == 0 else 1)
        closing = folded.find(")", label.end()) if folded[label.start()] == "(" else -1
        end = len(line) if closing < 0 else closing
        yield from _cuts(line[:begin], folded[:begin])
        yield begin, end
        return
    brackets = [match.span() for match in _BRACKET.finditer(folded) if _is_remark(line, folded, *match.span())]
    bare = line
    for start, end in brackets:
        bare = bare[:start] + " " * (end - start) + bare[end:]
    folded_bare = fold(bare)
    clauses = [(start, end) for start, end, _ in clause_spans(bare)]
    found = set(brackets)
    for start, end in brackets:
        about = next((span for span in clauses if span[0] < start <= span[1]), None)
        if about and _whole("back").fullmatch(folded, start + 1, end - 1) and _may_go(folded_bare, *about):
            found = found - {(start, end)} | {(about[0], max(about[1], end))}
    for at, (start, end) in enumerate(clauses):
        if not (cue := _cue(bare, folded_bare, start, end)):
            continue
        # `对了这个别写,就是他被开了`: it is about what follows, when that is a remark.
        ahead = at + 1 < len(clauses) and _cue(bare, folded_bare, *clauses[at + 1])
        back = at and not ahead and _whole("back").fullmatch(folded_bare, start, end)
        if back and _may_go(folded_bare, *clauses[at - 1]):
            found.add(clauses[at - 1])
        found.add(_narrowed(folded_bare, start, end, cue))
    yield from sorted(found)


def _is_remark(line: str, folded: str, start: int, end: int) -> bool:
    """Whether a bracket holds nothing but a remark."""
    inside = folded[start + 1 : end - 1]
    return bool(_whole("bracket").fullmatch(inside) or _whole("back").fullmatch(inside)) or bool(
        _cue(line, folded, start + 1, end - 1)
    )


def _cue(line: str, folded: str, start: int, end: int) -> Span | None:
    """Where in a clause the first words stand that show a remark; None without one."""
    match = _cues().search(folded[start:end]) or _names().search(line[start:end])
    return (start + match.start(), start + match.end()) if match else None


def _may_go(folded: str, start: int, end: int) -> bool:
    """Whether a clause may be what a bare `do not write that` is about: it hires nobody."""
    clause = folded[start:end].strip()
    return not (HIRE.search(clause) or TITLE_END.search(clause))


def _narrowed(folded: str, start: int, end: int, cue: Span) -> Span:
    """The part of a clause that is the remark: what hires stands before it (`招会计接替老张`) or behind it (`因老张离职招会计`)."""
    before, behind = folded[start : cue[0]], folded[cue[1] : end]
    hires = HIRE.search(before)
    if (hires and says(before[hires.end() :])) or COUNT.search(before) or TITLE_END.search(before.strip()):
        return cue[0], end
    hires = HIRE.search(behind)
    if hires and names_somebody(behind[hires.end() :]):
        leads = _LEADS.search(behind, 0, hires.start())
        return start, cue[1] + (leads or hires).start()
    return start, end


def _without(line: str, cuts: list[Span]) -> str:
    """A line without some stretches."""
    kept = line[: cuts[0][0]] if cuts else line
    for at, (_, end) in enumerate(cuts):
        kept = _joined(kept, line[end : cuts[at + 1][0] if at + 1 < len(cuts) else len(line)])
    return kept


def _joined(before: str, behind: str) -> str:
    """Two pieces of a line with one mark between them at most."""
    bare, kept = behind.lstrip(_MARKS), before.rstrip(_MARKS)
    if not kept:
        return before + bare.lstrip(_MARKS + _STOPS)
    if kept[-1] in _OPENS or (kept[-1] in _ENDS and bare and bare[0] not in _ENDS):
        return before + bare
    if not bare or bare[0] in _ENDS:
        return kept + (bare.lstrip(_ENDS) if kept[-1] in _ENDS else bare)
    return (before if bare == behind else kept) + behind
