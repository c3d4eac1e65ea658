"""How good the checker is: labelled sentences, recall by severity and family, false alarms, and every miss by name."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import UsageError
from rag.lint import Finding, lint
from rag.lint_document import check_text

CASES = Path(__file__).with_name("cases")
LABELS = ("illegal", "risky", "advice", "clean")
# What the checker is held to: recall of unlawful phrases, of the others, and false alarms on clean ones.
TARGETS = {"illegal": 0.95, "rest": 0.85, "false_alarms": 0.03}
_KEYS = ("id", "text", "market", "lang", "label", "family")


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence; `family` is the family of the rule that should speak, empty for a clean one."""

    id: str
    text: str
    market: str
    lang: str
    label: str
    family: str


@dataclass(frozen=True)
class Outcome:
    """A sentence and the families and severities of its findings."""

    sentence: Sentence
    findings: tuple[Finding, ...]

    @property
    def hit(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings)

    @property
    def named(self) -> bool:
        """Whether a finding is of the right family."""
        return any(finding.family == self.sentence.family for finding in self.findings)


def bundled_sentences(split: str) -> Path:
    """Where the labelled sentences of a split are."""
    return CASES / f"checker_{split}.jsonl"


def load_sentences(path: Path) -> list[Sentence]:
    """Read labelled sentences.

    :param path: JSON Lines with the keys of `Sentence`.
    :raises UsageError: when the file is absent or a row is malformed, naming its line.
    """
    if not path.exists():
        raise UsageError(f"there are no labelled sentences at {path.name}", "use --split dev, or --set FILE")
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            sentence = Sentence(**{key: str(row.get(key) or "") for key in _KEYS})
        except (ValueError, AttributeError) as error:
            raise UsageError(
                f"line {number} of {path.name} is malformed: {error}", f"give {', '.join(_KEYS)}"
            ) from error
        if sentence.label not in LABELS or not sentence.text:
            raise UsageError(f"line {number} of {path.name} has no text or no known label", f"use: {', '.join(LABELS)}")
        found.append(sentence)
    return found


def outcomes(sentences: Iterable[Sentence], check: Callable[[str, str], tuple[Finding, ...]]) -> list[Outcome]:
    """Check every sentence.

    :param check: gives the findings of a text in a market.
    """
    return [Outcome(sentence, check(sentence.text, sentence.market)) for sentence in sentences]


def _share(rows: Sequence[Outcome], good: Callable[[Outcome], bool]) -> float | None:
    return sum(map(good, rows)) / len(rows) if rows else None


def score(rows: Sequence[Outcome]) -> dict[str, Any]:
    """Recall, false alarms and misses; a share of nothing is None.

    `recall` counts a sentence when anything is found in it, `named` when a finding is of the right family.
    """
    groups = {label: [row for row in rows if row.sentence.label == label] for label in LABELS}
    broken = [row for row in rows if row.sentence.label != "clean"]
    families = sorted({row.sentence.family for row in broken})
    return {
        "sentences": len(rows),
        "recall": {label: _share(groups[label], lambda row: row.hit) for label in LABELS[:-1]},
        "named": {label: _share(groups[label], lambda row: row.named) for label in LABELS[:-1]},
        "rest": _share(groups["risky"] + groups["advice"], lambda row: row.hit),
        "false_alarms": _share(groups["clean"], lambda row: row.hit),
        "families": {
            name: _share([row for row in broken if row.sentence.family == name], lambda row: row.hit)
            for name in families
        },
        "missed": [_row(row) for row in broken if not row.hit],
        "misnamed": [_row(row) for row in broken if row.hit and not row.named],
        "false": [_row(row) for row in groups["clean"] if row.hit],
    }


def by_rules(sentences: Sequence[Sentence]) -> dict[str, float | None]:
    """What the rules find alone, without reading: recall of illegal and of the rest, and false alarms."""
    result = score(outcomes(sentences, lambda text, market: lint(text, market).findings))
    return {"illegal": result["recall"]["illegal"], "rest": result["rest"], "false_alarms": result["false_alarms"]}


def _row(outcome: Outcome) -> dict[str, Any]:
    sentence = outcome.sentence
    found = [{"rule": finding.rule, "text": finding.text} for finding in outcome.findings]
    return {
        "id": sentence.id,
        "market": sentence.market,
        "family": sentence.family,
        "text": sentence.text,
        "found": found,
    }


def below(result: dict[str, Any]) -> list[str]:
    """Which targets a result misses, in words."""
    missed = []
    for name, value in (("illegal", result["recall"]["illegal"]), ("rest", result["rest"])):
        if value is not None and value < TARGETS[name]:
            missed.append(f"recall of {name} is {value:.3f}, below {TARGETS[name]}")
    if (alarms := result["false_alarms"]) is not None and alarms > TARGETS["false_alarms"]:
        missed.append(f"false alarms are {alarms:.3f}, above {TARGETS['false_alarms']}")
    return missed


def _told(result: dict[str, Any]) -> str:
    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    lines = [f"{result['sentences']} sentences"]
    for label, value in result["recall"].items():
        lines.append(f"{label:<10} recall {percent(value)}, right family {percent(result['named'][label])}")
    lines += [
        f"rest       recall {percent(result['rest'])}",
        f"clean      false alarms {percent(result['false_alarms'])}",
    ]
    lines.append("rules alone " + ", ".join(f"{name} {percent(value)}" for name, value in result["rules"].items()))
    lines += [f"  {name:<36}{percent(value)}" for name, value in result["families"].items()]
    for kind in ("missed", "misnamed", "false"):
        for row in result[kind]:
            rules = ", ".join(f"{item['rule']} {item['text']!r}" for item in row["found"])
            lines.append(f"{kind}: {row['id']} {row['market']} {row['family']} {row['text']!r} {rules}".rstrip())
    return "\n".join([*lines, *(f"below target: {line}" for line in below(result))]) + "\n"


def main(arguments: Namespace) -> int:
    """`rolewright eval --checker`: print the figures and every miss.

    :param arguments: the parsed command line; `split` is dev, test or all, `cases` another file.
    :return: 1 when a target is missed, else 0.
    """
    splits = ("dev", "test") if arguments.split == "all" else (arguments.split,)
    paths = [arguments.cases] if arguments.cases else [bundled_sentences(split) for split in splits]
    if arguments.split == "all" and not arguments.cases:
        paths = [path for path in paths if path.exists()] or paths
    sentences = [sentence for path in paths for sentence in load_sentences(path)]
    result = score(outcomes(sentences, lambda text, market: check_text(text, market).findings))
    result["rules"] = by_rules(sentences)
    missed = below(result)
    sys.stdout.write(
        json.dumps(result | {"below": missed}, ensure_ascii=False) + "\n"
        if getattr(arguments, "json", False)
        else _told(result)
    )
    return 1 if missed else 0
