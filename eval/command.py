"""The `eval` command: run, print, write reports, gate on a baseline, sweep configurations."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from eval.cases import bundled_cases, load_cases, require_gold
from eval.judge import METRICS, Judge
from eval.report import write_reports
from eval.run import Report, compare, evaluate, outcomes
from eval.sweep import parse_sweep, sweep, table
from ingest.errors import UsageError
from rag.app import Rolewright


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
    "faithfulness",
    "citation_precision",
    "refusal_precision",
    "refusal_recall",
    "script_parity",
)


def _write_baseline(report: Report, path: Path) -> None:
    """Make a run the baseline of later ones."""
    means = {name: round(value, 3) for name in _GATED if (value := report.means.get(name)) is not None}
    rows = {name: round(outcome, 3) for name, outcome in report.told().items()}
    path.write_text(json.dumps({"tolerance": 0.02, "means": means, "rows": rows}, indent=1) + "\n", encoding="utf-8")


def _drafts(app: Rolewright, arguments: Namespace) -> int:
    """`eval --drafts`: the figures of the bundled briefs or of `--set`, and what each missed."""
    from eval.drafts import report

    app.ensure_corpus()
    found = report(arguments.split, app.engine, arguments.cases)
    if getattr(arguments, "json", False):
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return 0
    figures = "  ".join(f"{name} {'-' if value is None else value}" for name, value in found["means"].items())
    missed = "".join(f"{name}: {line}\n" for name, lines in found["missed"].items() for line in lines)
    sys.stdout.write(f"{missed}{found['cases']} briefs: {figures}\n")
    return 0


def _judge(app: Rolewright) -> Judge:
    if app.chat_model is None:
        raise UsageError("no model is configured that could judge", "set ROLEWRIGHT_MODEL and OPENAI_BASE_URL")
    return Judge(app.chat_model)


def main(app: Rolewright, arguments: Namespace) -> int:
    """The `eval` command: print the numbers, write reports, gate on a baseline.

    :param app: the system under test; the bundled corpus is indexed when the library is empty.
    :param arguments: the parsed command line.
    :return: 1 when a metric is below the baseline, else 0.
    """
    if arguments.drafts:
        return _drafts(app, arguments)
    baseline = _baseline(arguments.baseline) if arguments.baseline else None
    cases = [case for case in load_cases(arguments.cases or bundled_cases()) if arguments.split in ("all", case.split)]
    if arguments.sweep:
        rows = sweep(app.settings, cases, parse_sweep(arguments.sweep))
        sys.stdout.write(json.dumps(rows) + "\n" if getattr(arguments, "json", False) else table(rows))
        return 0
    opinion = _judge(app).scores if arguments.judge else None
    app.ensure_corpus()
    require_gold(cases, app.engine.index)
    report = evaluate(app, cases, opinion=opinion)
    worse = compare(report, baseline) if baseline else []
    changes = outcomes(report.told(), baseline["rows"]) if baseline else {"wins": [], "losses": [], "ties": []}
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
    named = ("refusal_precision", "refusal_recall", "citation_precision", "script_parity", "p50_ms", "p95_ms")
    shown = {key: means.get(key) for key in (*named, *filter(means.__contains__, METRICS))}
    return (
        "\n".join(
            [*lines, "  ".join(f"{key} {'-' if value is None else round(value, 3)}" for key, value in shown.items())]
        )
        + "\n"
    )
