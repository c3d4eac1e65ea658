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

from eval.cases import Case, bundled_cases, check_gold, load_cases
from eval.metrics import bootstrap_interval, mean, precision_recall, reciprocal_rank
from eval.report import write_reports
from eval.score import DEPTH, answer_scores, relevant_hits, retrieval_scores
from ingest.chunking import count_tokens
from ingest.errors import RolewrightError, UsageError
from ingest.script import has_chinese, to_simplified, to_traditional
from rag.app import Rolewright
from rag.citations import problems
from rag.types import Turn


@dataclass(frozen=True)
class Row:
    """One case with what the system did. A case that fails scores zero and stays in every mean.

    `evidence` is what the decision weighs (`rag.decide.evidence`), `tokens` the length of the answer.
    """

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
    tokens: int = 0
    evidence: float = 0.0


@dataclass(frozen=True)
class Report:
    """Rows, their means over all cases and by type, and the 95 % bootstrap intervals of the means over all cases."""

    rows: list[Row]
    means: dict[str, float | None]
    by_type: dict[str, dict[str, float | None]]
    intervals: dict[str, tuple[float, float]]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def _failed(case: Case, reason: str) -> Row:
    names = ["hit@1", "hit@5", "hit@10", "mrr@10", "gold_cited", "answered"] if case.answerable else ["refused"]
    return Row(
        case.id,
        case.type,
        case.split,
        case.question,
        case.answerable,
        "failed",
        reason,
        None,
        dict.fromkeys(["citations_valid", *names], 0.0),
        0.0,
    )


def run_case(app: Rolewright, case: Case) -> Row:
    """Ask one question and score it.

    :param app: the system under test.
    :param case: the question with its gold spans.
    """
    turn = Turn(case.question, case.history)
    began = time.perf_counter()
    try:
        answer = app.ask(turn)
    except RolewrightError as error:
        return _failed(case, error.message)
    took = (time.perf_counter() - began) * 1000
    index = app.engine.index
    wrong = problems(answer, index)
    scores = {"citations_valid": float(not wrong)}
    if case.answerable:
        scores |= retrieval_scores(case, answer.hits, index) | answer_scores(case, answer)
    else:
        scores["refused"] = float(answer.status == "refused")
    scores["ok"] = scores.get("fact_coverage", scores.get("refused", 0.0))
    return Row(
        id=case.id,
        type=case.type,
        split=case.split,
        question=case.question,
        answerable=case.answerable,
        status=answer.status,
        answer=answer.answer,
        reason=answer.reason,
        scores=scores,
        milliseconds=round(took, 1),
        hits=[f"{hit.chunk.doc} > {' > '.join(hit.chunk.heading)}" for hit in answer.hits[:5]],
        problems=wrong,
        tokens=count_tokens(answer.answer),
        evidence=round(app.evidence(turn), 4),
    )


def script_parity(app: Rolewright, cases: Sequence[Case]) -> float | None:
    """1 minus the difference in MRR between the same questions in simplified and in traditional characters.

    :param app: the system under test.
    :param cases: the Q&A set; answerable Chinese questions without history are asked in both scripts.
    """
    asked = [case for case in cases if case.answerable and not case.history and has_chinese(case.question)]
    ranks: list[list[float]] = []
    for convert in (to_simplified, to_traditional):
        hits = (app.search(convert(case.question), DEPTH) for case in asked)
        ranks.append(
            [reciprocal_rank(relevant_hits(case, found), DEPTH) for case, found in zip(asked, hits, strict=True)]
        )
    simplified, traditional = map(mean, ranks)
    return 1 - abs(simplified - traditional) if simplified is not None and traditional is not None else None


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
        "tokens": sum(row.tokens for row in rows) / len(rows),
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
    means = _means(rows)
    means["script_parity"] = script_parity(app, cases)
    by_type = {name: _means([row for row in rows if row.type == name]) for name in types}
    names = dict.fromkeys(name for row in rows for name in row.scores)
    values = {name: [row.scores[name] for row in rows if name in row.scores] for name in names}
    intervals = {name: found for name in names if (found := bootstrap_interval(values[name]))}
    return Report(rows, means, by_type, intervals)


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


def outcomes(report: Report, before: dict[str, float]) -> dict[str, list[str]]:
    """Per question against an earlier run: wins, losses and ties by the share of what was to be told.

    :param report: the new run.
    :param before: case id -> outcome of the earlier run, 0 to 1.
    """
    found: dict[str, list[str]] = {"wins": [], "losses": [], "ties": []}
    for row in report.rows:
        if row.id in before:
            change = row.scores.get("ok", 0.0) - before[row.id]
            found["ties" if abs(change) < 1e-9 else "wins" if change > 0 else "losses"].append(row.id)
    return found


def _baseline(path: Path) -> dict[str, Any]:
    try:
        baseline: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = {str(name): float(value) for name, value in dict(baseline.get("rows", {})).items()}
        return {"tolerance": float(baseline["tolerance"]), "means": dict(baseline["means"]), "rows": rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"cannot read the baseline {path}: {error}", 'it holds {"tolerance": 0.02, "means": {...}}'
        ) from error


# What the committed baseline gates; latency and length are shown, not gated.
_GATED = (
    *(
        "citations_valid",
        "hit@1",
        "hit@5",
        "hit@10",
        "mrr@10",
        "ndcg@10",
        "gold_cited",
        "fact_coverage",
        "answered",
        "refused",
    ),
    *("faithfulness", "citation_precision", "refusal_precision", "refusal_recall", "script_parity"),
)


def _write_baseline(report: Report, path: Path) -> None:
    """Make a run the baseline of later ones."""
    means = {name: round(value, 3) for name in _GATED if (value := report.means.get(name)) is not None}
    rows = {row.id: round(row.scores.get("ok", 0.0), 3) for row in report.rows}
    path.write_text(json.dumps({"tolerance": 0.02, "means": means, "rows": rows}, indent=1) + "\n", encoding="utf-8")


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
    changes = outcomes(report, baseline["rows"]) if baseline else {"wins": [], "losses": [], "ties": []}
    value = {
        "means": report.means,
        "by_type": report.by_type,
        "intervals": report.intervals,
        "cases": len(report.rows),
        "below_baseline": worse,
        "changes": changes,
    }
    if arguments.out:
        write_reports(report.to_dict() | {"changes": changes}, arguments.out)
    if arguments.write_baseline:
        _write_baseline(report, arguments.write_baseline)
    if getattr(arguments, "json", False):
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    else:
        against = (
            f"against the baseline: {', '.join(f'{len(ids)} {name}' for name, ids in changes.items())}\n"
            if baseline
            else ""
        )
        lost = "".join(f"lost: {name}\n" for name in changes["losses"])
        sys.stdout.write(_table(report) + against + lost + "".join(f"below baseline: {line}\n" for line in worse))
    return 1 if worse else 0


def _table(report: Report) -> str:
    columns = [
        "hit@1",
        "hit@5",
        "mrr@10",
        "ndcg@10",
        "fact_coverage",
        "gold_cited",
        "answered",
        "refused",
        "faithfulness",
    ]
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
    shown = {
        key: means[key]
        for key in ("refusal_precision", "refusal_recall", "citation_precision", "script_parity", "p50_ms", "p95_ms")
    }
    return (
        "\n".join(
            [*lines, "  ".join(f"{key} {'-' if value is None else round(value, 3)}" for key, value in shown.items())]
        )
        + "\n"
    )
