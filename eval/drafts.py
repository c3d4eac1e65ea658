"""Drafts scored: is the brief understood, are its facts and the sources' in the text, and is nothing in it that nobody gave.

The scoring is pure; only `score_drafts` runs the system. A case is one JSON line:
`{"id", "input": {"text"} or {"brief"}, "expect": {"fields", "facts", "absent", "status", "status_ok"}, "lang", "market"}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from ingest.errors import RolewrightError, UsageError
from ingest.script import search_form
from rag.app import Engine
from rag.brief import Brief, parse_text
from rag.brief_terms import pattern
from rag.citations import overlap
from rag.jd import draft
from rag.jd_types import SECTIONS, Draft

FOLDER = Path(__file__).with_name("cases")
# A fact in other words counts when a line shares this much of its character pairs and holds its numbers.
SAME_FACT = 0.75
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLAIMED = re.compile(
    r"博士|硕士|研究生|本科|大专|中专|高中学历|bachelor|master'?s|phd|degree|[一二两三四五六七八九十]+年(?:以上|经验)|\d+ ?\+? ?years?"
)


@dataclass(frozen=True)
class DraftCase:
    """One brief with what a good draft of it holds and does not hold."""

    id: str
    given: Mapping[str, Any]
    fields: Mapping[str, Any]
    facts: tuple[str, ...]
    absent: tuple[str, ...]
    status: tuple[str, ...]
    lang: str | None
    market: str | None


@dataclass(frozen=True)
class DraftScore:
    """The scores of one draft, each 0 to 1 (None where the case asks nothing), what was missed, and milliseconds."""

    id: str
    fields: float | None
    facts: float | None
    absent: float | None
    status: float | None
    traced: float
    ms: float
    missed: tuple[str, ...]


def load_draft_cases(path: Path) -> list[DraftCase]:
    """Read a set of draft cases.

    :param path: a JSON Lines file.
    :raises UsageError: when it is missing or a line has another shape, naming the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(
            f"the set of briefs {path.name} is not there",
            f"put it at {path.parent.name}/{path.name}, or use another --split",
        ) from error
    return [_case(line, number, path) for number, line in enumerate(lines, 1) if line.strip()]


def _case(line: str, number: int, path: Path) -> DraftCase:
    try:
        row = json.loads(line)
        expect = row["expect"]
        if not {"text", "brief"} & row["input"].keys():
            raise ValueError("input has neither text nor brief")
        _text(row["input"], "text")
        return DraftCase(
            id=str(row["id"]),
            given=dict(row["input"]),
            fields=dict(expect.get("fields") or {}),
            facts=_texts(expect, "facts"),
            absent=_texts(expect, "absent"),
            status=_texts(expect, "status_ok") or tuple(filter(None, [_text(expect, "status")])),
            lang=_text(row, "lang"),
            market=_text(row, "market"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"line {number} of {path.name} is no draft case: {error}", "see docs/contract.md") from error


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if not (value is None or isinstance(value, str)):
        raise ValueError(f"{name} is no text")
    return value


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name) or []
    if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise ValueError(f"{name} is no list of texts")
    return tuple(value)


def plain(text: str) -> str:
    """A text for comparison: one script, no white space or punctuation, points and percent signs of numbers kept."""
    return re.sub(r"[^\w%.]|_|\.(?!\d)", "", search_form(text))


def field_right(expected: Any, got: Any) -> bool:
    """Whether a field holds what is expected: nothing for nothing, a number exactly, a text in either wording, each item of a list."""
    if expected is None or expected in ([], ""):
        return not got
    if isinstance(expected, list):
        told = plain(" ".join(got or ()))
        return all(plain(str(item)) in told for item in expected)
    if isinstance(expected, int) or got is None or isinstance(got, int):
        return bool(expected == got)
    a, b = plain(str(expected)), plain(" ".join(got) if isinstance(got, (list, tuple)) else str(got))
    return bool(b) and (a in b or (b in a and 2 * len(b) >= len(a)))


def has_fact(fact: str, text: str) -> bool:
    """Whether a text states a fact: literally, or in a line that shares its words and holds its numbers."""
    if plain(fact) in plain(text):
        return True
    numbers = set(_NUMBER.findall(search_form(fact)))
    lines = (line for line in text.splitlines() if line.strip())
    return any(
        numbers <= set(_NUMBER.findall(search_form(line)))
        and overlap(search_form(fact), search_form(line)) >= SAME_FACT
        for line in lines
    )


def untraced(result: Draft) -> list[str]:
    """Numbers, years, degrees and benefits of a draft that neither the brief nor the cited quote of their line holds."""
    typed = search_form(json.dumps(result.brief.to_dict(), ensure_ascii=False))
    quotes = {citation.n: search_form(citation.quote) for citation in result.citations}
    found: list[str] = []
    for name in ("purpose", *SECTIONS, "company"):
        for claim in result.jd.section(name):
            known = " ".join([typed, *(quotes[number] for number in claim.citations)])
            line = search_form(claim.text)
            wanted = [
                *((number, _NUMBER) for number in _NUMBER.findall(line)),
                *(
                    (word, None)
                    for word in (*_CLAIMED.findall(line), *(m.group() for m in pattern("benefits").finditer(line)))
                ),
            ]
            found += [
                f"{name}: {word}"
                for word, numbers in wanted
                if word not in (set(numbers.findall(known)) if numbers else known)
            ]
            if claim.source == "corpus" and not claim.citations:
                found.append(f"{name}: {claim.text} has no citation")
    return found


def score_draft(case: DraftCase, brief: Brief, result: Draft) -> DraftScore:
    """Score one draft.

    :param case: what is expected.
    :param brief: the brief as it was understood.
    :param result: the draft of it.
    """
    row = brief.to_dict()
    wrong = [name for name, value in case.fields.items() if not field_right(value, row.get(name))]
    lost = [fact for fact in case.facts if not has_fact(fact, result.text)]
    told = [fact for fact in case.absent if plain(fact) in plain(result.text)]
    invented = untraced(result)
    status = float(result.status in case.status) if case.status else None
    missed = [
        *(f"field {name}: expected {case.fields[name]!r}, got {row.get(name)!r}" for name in wrong),
        *(f"fact missing: {fact}" for fact in lost),
        *(f"must not appear: {fact}" for fact in told),
        *(f"not traced: {line}" for line in invented),
        *([f"status {result.status}, expected {' or '.join(case.status)}"] if status == 0 else []),
    ]
    return DraftScore(
        id=case.id,
        fields=1 - len(wrong) / len(case.fields) if case.fields else None,
        facts=1 - len(lost) / len(case.facts) if case.facts else None,
        absent=float(not told) if case.absent else None,
        status=status,
        traced=float(not invented),
        ms=result.ms.generate,
        missed=tuple(missed),
    )


def score_drafts(cases: Sequence[DraftCase], engine: Engine) -> list[DraftScore]:
    """Read and draft every case by the rules and the extractive writer, and score it.

    :param cases: the set.
    :param engine: an open index.
    """
    return [_scored(case, engine) for case in cases]


def _scored(case: DraftCase, engine: Engine) -> DraftScore:
    """The score of one case; a brief that cannot be read or drafted scores zero, with the reason."""
    given = case.given
    try:
        brief = parse_text(given["text"], engine.linker) if "text" in given else Brief.from_dict(given["brief"])
        asked = {"language": case.lang, "market": case.market} if "text" in given else {}
        asked = {name: value for name, value in asked.items() if value and name not in case.fields}
        return score_draft(case, brief, draft(replace(brief, **asked), engine))  # type: ignore[arg-type]
    except RolewrightError as error:
        return DraftScore(
            id=case.id,
            fields=0.0 if case.fields else None,
            facts=0.0 if case.facts else None,
            absent=0.0 if case.absent else None,
            status=0.0 if case.status else None,
            traced=0.0,
            ms=0.0,
            missed=(f"no draft: {error.message}",),
        )


def means(scores: Sequence[DraftScore]) -> dict[str, float | None]:
    """The mean of every score over the cases that ask for it, and the time."""
    names = ("fields", "facts", "absent", "status", "traced")
    columns = {name: [value for row in scores if (value := getattr(row, name)) is not None] for name in names}
    times = [row.ms for row in scores]
    found: dict[str, float | None] = {
        name: round(mean(values), 4) if values else None for name, values in columns.items()
    }
    for share in (50, 95) if times else ():
        found[f"p{share}_ms"] = round(float(np.percentile(times, share)), 1)
    return found


def report(split: str, engine: Engine, path: Path | None = None) -> dict[str, Any]:
    """The figures of a set of briefs, and what each case missed.

    :param split: `dev`, `test`, or `all` for both of the bundled ones.
    :param engine: an open index.
    :param path: a set of your own instead of the bundled ones.
    :raises UsageError: when the set is not there.
    """
    splits = ("dev", "test") if split == "all" else (split,)
    paths = [path] if path else [FOLDER / f"briefs_{name}.jsonl" for name in splits]
    cases = [case for file in paths for case in load_draft_cases(file)]
    scores = score_drafts(cases, engine)
    return {
        "cases": len(scores),
        "means": means(scores),
        "missed": {row.id: list(row.missed) for row in scores if row.missed},
    }
