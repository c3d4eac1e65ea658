"""Run a Q&A set through the whole system, compare with a baseline, write reports."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.cases import Case, Gold, bundled_cases, check_gold, load_cases
from eval.metrics import hit_at, mean, precision_recall, reciprocal_rank
from eval.report import write_reports
from ingest.errors import RolewrightError, UsageError
from rag.app import Rolewright
from rag.citations import problems
from rag.types import Answer, Hit, Turn

DEPTH = 10


@dataclass(frozen=True)
class Row:
    """One case with what the system did. A case that fails scores zero and stays in every mean."""

    id: str
    type: str
    split: str
    question: str
    answerable: bool
    status: str
    answer: str
    reason: str | None
    scores: dict[str, float]
    milliseconds: float
    hits: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """Rows, their means over all cases and by type, and the failures."""

    rows: list[Row]
    means: dict[str, float | None]
    by_type: dict[str, dict[str, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def _relevant(case: Case, hits: Sequence[Hit]) -> list[bool]:
    """A hit is relevant when it holds a gold span of its document."""
    return [any(gold.doc == hit.chunk.doc and gold.span in hit.chunk.text for gold in case.gold) for hit in hits]


def _cites(answer: Answer, gold: Gold) -> bool:
    """Whether a quote of the gold document holds the gold span, or lies within it."""
    quotes = [citation.quote for citation in answer.citations if citation.doc == gold.doc]
    return any(gold.span in quote or quote in gold.span for quote in quotes)


def _scores(case: Case, hits: Sequence[Hit], answer: Answer, wrong: list[str]) -> dict[str, float]:
    scores = {"citations_valid": float(not wrong)}
    if case.answerable:
        relevant = _relevant(case, hits)
        scores |= {f"hit@{k}": hit_at(relevant, k) for k in (1, 5, DEPTH)}
        scores["mrr@10"] = reciprocal_rank(relevant, DEPTH)
        scores["gold_cited"] = float(any(_cites(answer, gold) for gold in case.gold))
        scores["answered"] = float(answer.status != "refused")
    else:
        scores["refused"] = float(answer.status == "refused")
    return scores


def _zero(case: Case) -> dict[str, float]:
    names = ["hit@1", "hit@5", "hit@10", "mrr@10", "gold_cited", "answered"] if case.answerable else ["refused"]
    return dict.fromkeys(["citations_valid", *names], 0.0)


def run_case(app: Rolewright, case: Case) -> Row:
    """Ask one question and score it.

    :param app: the system under test.
    :param case: the question with its gold spans.
    """
    began = time.perf_counter()
    try:
        answer = app.ask(Turn(case.question, case.history))
    except RolewrightError as error:
        return Row(
            case.id,
            case.type,
            case.split,
            case.question,
            case.answerable,
            "failed",
            error.message,
            None,
            _zero(case),
            0.0,
        )
    took = (time.perf_counter() - began) * 1000
    wrong = problems(answer, app.engine.index)
    return Row(
        id=case.id,
        type=case.type,
        split=case.split,
        question=case.question,
        answerable=case.answerable,
        status=answer.status,
        answer=answer.answer,
        reason=answer.reason,
        scores=_scores(case, answer.hits, answer, wrong),
        milliseconds=round(took, 1),
        hits=[f"{hit.chunk.doc} > {' > '.join(hit.chunk.heading)}" for hit in answer.hits[:5]],
        problems=wrong,
    )


def _means(rows: Sequence[Row]) -> dict[str, float | None]:
    names = dict.fromkeys(name for row in rows for name in row.scores)
    means = {name: mean([row.scores[name] for row in rows if name in row.scores]) for name in names}
    precision, recall = precision_recall(
        [row.status == "refused" for row in rows], [not row.answerable for row in rows]
    )
    times = sorted(row.milliseconds for row in rows)
    return means | {
        "refusal_precision": precision,
        "refusal_recall": recall,
        "p50_ms": times[len(times) // 2],
        "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))],
    }


def evaluate(
    app: Rolewright, cases: Sequence[Case], progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Report:
    """Run every case.

    :param app: the system under test, with an index.
    :param cases: the Q&A set.
    :param progress: called with the count done and the total.
    """
    rows: list[Row] = []
    for number, case in enumerate(cases, 1):
        rows.append(run_case(app, case))
        progress(number, len(cases))
    types = dict.fromkeys(row.type for row in rows)
    return Report(rows, _means(rows), {name: _means([row for row in rows if row.type == name]) for name in types})


def compare(report: Report, baseline: dict[str, Any]) -> list[str]:
    """What is worse than the baseline allows; empty when the gate is passed.

    :param report: the new numbers.
    :param baseline: `{"tolerance": float, "means": {metric: value}}`; latency is not gated.
    """
    worse = []
    for name, expected in baseline["means"].items():
        found = report.means.get(name)
        if expected is not None and (found is None or found < expected - baseline["tolerance"]):
            worse.append(
                f"{name}: {found if found is None else round(found, 4)} is below {expected} - {baseline['tolerance']}"
            )
    return worse


def _baseline(path: Path) -> dict[str, Any]:
    try:
        baseline: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {"tolerance": float(baseline["tolerance"]), "means": dict(baseline["means"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"cannot read the baseline {path}: {error}", 'it holds {"tolerance": 0.02, "means": {...}}'
        ) from error


def main(app: Rolewright, arguments: Namespace) -> int:
    """The `eval` command: print the numbers, write reports, gate on a baseline.

    :param app: the system under test; the bundled corpus is indexed when the library is empty.
    :param arguments: the parsed command line.
    :return: 1 when a metric is below the baseline, else 0.
    """
    baseline = _baseline(arguments.baseline) if arguments.baseline else None
    cases = [case for case in load_cases(arguments.cases or bundled_cases()) if arguments.split in ("all", case.split)]
    app.ensure_corpus()
    if wrong := check_gold(cases, app.engine.index):
        raise UsageError(
            f"{len(wrong)} gold spans do not stand in the library, first: {wrong[0]}",
            "ingest the documents the set was written for",
        )
    report = evaluate(app, cases)
    worse = compare(report, baseline) if baseline else []
    value = {"means": report.means, "by_type": report.by_type, "cases": len(report.rows), "below_baseline": worse}
    if arguments.out:
        write_reports(report.to_dict(), arguments.out)
    if getattr(arguments, "json", False):
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_table(report) + "".join(f"below baseline: {line}\n" for line in worse))
    return 1 if worse else 0


def _table(report: Report) -> str:
    columns = ["hit@1", "hit@5", "hit@10", "mrr@10", "gold_cited", "answered", "refused", "citations_valid"]
    lines = ["type".ljust(14) + "n".rjust(5) + "".join(name.rjust(12 if len(name) < 12 else 17) for name in columns)]
    groups = {**report.by_type, "all": report.means}
    for name, means in groups.items():
        count = sum(name in {row.type, "all"} for row in report.rows)
        cells = ("-" if (value := means.get(column)) is None else f"{value:.3f}" for column in columns)
        lines.append(
            name.ljust(14)
            + str(count).rjust(5)
            + "".join(cell.rjust(12 if len(c) < 12 else 17) for cell, c in zip(cells, columns, strict=True))
        )
    means = report.means
    shown = {key: means[key] for key in ("refusal_precision", "refusal_recall", "p50_ms", "p95_ms")}
    return (
        "\n".join(
            [*lines, "  ".join(f"{key} {'-' if value is None else round(value, 3)}" for key, value in shown.items())]
        )
        + "\n"
    )
