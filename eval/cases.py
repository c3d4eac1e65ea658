"""The Q&A set: one JSON object per line, in the contract's shape, with a fixed dev/test split."""

from __future__ import annotations

import csv
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingest.errors import UsageError
from ingest.store import Index
from rag.types import Message, parse_history

Split = Literal["dev", "test"]
TYPES = frozenset(
    {
        "plain",
        "paraphrase",
        "compare",
        "list",
        "multi_hop",
        "script",
        "english",
        "followup",
        "unanswerable",
        "adversarial",
    }
)
# A comparison, a list or a question over several documents is answered by all of its gold together.
_COMPLETE = frozenset({"compare", "list", "multi_hop"})


@dataclass(frozen=True)
class Gold:
    """A place that answers a question: a short exact substring of a document's stored text."""

    doc: str
    span: str


@dataclass(frozen=True)
class Case:
    """One question with what a right answer rests on; `needs_all` when a complete answer tells every gold place."""

    id: str
    question: str
    type: str
    answerable: bool
    gold: tuple[Gold, ...]
    reference_answer: str | None
    history: tuple[Message, ...]
    split: Split
    needs_all: bool = False


def bundled_cases() -> Path:
    """The Q&A set on the bundled corpus."""
    return Path(__file__).parent / "cases" / "bundled.jsonl"


def independent_cases() -> Path:
    """Questions on the bundled corpus by two others, hard on purpose: only their means are read, and nothing is learned from them."""
    return Path(__file__).parent / "cases" / "bundled_independent.jsonl"


def more_cases() -> Path:
    """More dev questions on the bundled corpus, for fitting alone: their means are never reported."""
    return Path(__file__).parent / "cases" / "more_dev.jsonl"


def twin_questions() -> Path:
    """Sentences of other trades, each with questions that it answers and others that it does not, for the cross-encoder alone."""
    return Path(__file__).parent / "cases" / "twins.jsonl"


def intent_questions() -> Path:
    """Questions on roles and departments of sixteen trades, each with what its asker wants, for the reader of intents alone."""
    return Path(__file__).parent / "cases" / "intents.jsonl"


def section_questions() -> Path:
    """Questions after whole sections of the same documents, each with sentences that tell a part of the answer, or none of it."""
    return Path(__file__).parent / "cases" / "sections.jsonl"


def unrelated_questions() -> Path:
    """What people type into a chat that documents on roles do not tell, one a line: small talk, commands, other trades."""
    return Path(__file__).parent / "cases" / "unrelated.txt"


def other_libraries() -> list[tuple[Path, Path]]:
    """Small libraries of other trades, for fitting alone: each a folder of documents with its Q&A set."""
    root = Path(__file__).parent / "cases" / "libraries"
    return [(folder, folder.with_suffix(".jsonl")) for folder in sorted(root.iterdir()) if folder.is_dir()]


def _case(row: dict[str, Any], default: Split) -> Case:
    if row["type"] not in TYPES:
        raise ValueError(f"unknown type {row['type']!r}")
    if not isinstance(row["answerable"], bool):
        raise ValueError("answerable is neither true nor false")
    split = row.get("split", default)
    if split not in ("dev", "test"):
        raise ValueError(f"unknown split {split!r}")
    return Case(
        id=str(row["id"]),
        question=str(row["question"]),
        type=row["type"],
        answerable=row["answerable"],
        gold=tuple(Gold(gold["doc"], gold["span"]) for gold in row.get("gold") or ()),
        reference_answer=row.get("reference_answer"),
        history=parse_history(row.get("history")),
        split=split,
        needs_all=row.get("gold_need", "all" if row["type"] in _COMPLETE else "any") == "all",
    )


def _table(text: str) -> list[str]:
    """The lines of a CSV with id, question, type, doc, span (and reference_answer, split) as JSON Lines.

    A row that repeats an id adds a gold place to it; a question without any is one to refuse.
    """
    found: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(csv.DictReader(text.splitlines()), 1):
        gold = [{"doc": row["doc"], "span": row.get("span") or ""}] if row.get("doc") else []
        name = row.get("id") or str(number)
        if name in found:
            found[name]["gold"] += gold
            continue
        kept = {key: row[key] for key in ("question", "reference_answer", "split") if row.get(key)}
        kind = row.get("type") or ("plain" if gold else "unanswerable")
        found[name] = {"id": name, "type": kind, "answerable": bool(gold), "gold": gold, **kept}
    return [json.dumps(row, ensure_ascii=False) for row in found.values()]


def load_cases(path: Path) -> list[Case]:
    """Read a Q&A set.

    A row whose `answerable` is null is still to be labelled (`eval.feedback`): it is left out, and how many there are is logged.

    :param path: a JSON Lines or CSV file (docs/contract.md); a row without `split` belongs to `test`, because nothing may be tuned on it.
    :raises UsageError: naming the line that is wrong, or the id that is used twice; when no row is left.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        lines = _table(text) if path.suffix.lower() == ".csv" else text.split("\n")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            f"cannot read the Q&A set {path}", "check the path; the file is UTF-8 JSON Lines or CSV"
        ) from error
    cases: dict[str, Case] = {}
    unlabelled = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "answerable" in row and row["answerable"] is None:
                unlabelled += 1
                continue
            case = _case(row, "test")
        except (ValueError, KeyError, TypeError, UsageError) as error:
            raise UsageError(
                f"line {number} of {path} is not a case: {error}", "see docs/contract.md for the shape"
            ) from error
        if case.id in cases:
            raise UsageError(f"line {number} of {path} repeats the id {case.id!r}", "give every case its own id")
        cases[case.id] = case
    if not cases and unlabelled:
        raise UsageError(
            f"all {unlabelled} rows of {path} are still to be labelled",
            "set `answerable` to true or false and fill in `gold`; see docs/contract.md",
        )
    if not cases:
        raise UsageError(f"{path} holds no case", "add one JSON object per line")
    if unlabelled:
        logging.getLogger("rolewright").warning("%d rows of %s are still to be labelled: left out", unlabelled, path)
    return list(cases.values())


def check_gold(cases: list[Case], index: Index) -> list[str]:
    """What is wrong with the gold spans against an index; empty when every span stands in its document."""
    wrong = []
    for case in cases:
        if case.answerable and not case.gold:
            wrong.append(f"{case.id}: answerable without gold")
        for gold in case.gold:
            if gold.doc not in index.documents:
                wrong.append(f"{case.id}: no document {gold.doc}")
            elif gold.span not in index.text(gold.doc):
                wrong.append(f"{case.id}: {gold.doc} does not hold {gold.span!r}")
    return wrong


def require_gold(cases: list[Case], index: Index) -> None:
    """Make sure that a set fits a library.

    :raises UsageError: when a gold span does not stand in its document, naming the first, or there is nothing to ask.
    """
    if not cases:
        raise UsageError("the set holds no question of this part", "choose another part, or all")
    if wrong := check_gold(cases, index):
        raise UsageError(
            f"{len(wrong)} gold spans do not stand in the library, first: {wrong[0]}",
            "ingest the documents the set was written for",
        )
