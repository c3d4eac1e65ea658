"""Reports of one evaluation: `report.json` (everything), `report.md` and a self-contained `report.html`."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from eval.charts import bars, curves, histogram
from eval.metrics import precision_recall
from ingest.errors import UsageError

_METRICS = (
    *(
        "hit@1",
        "hit@5",
        "recall@10",
        "mrr@10",
        "ndcg@10",
        "context_precision",
        "fact_coverage",
        "gold_cited",
        "answered",
    ),
    *("refused", "faithfulness", "citation_precision", "citation_recall", "p50_ms", "p95_ms", "tokens"),
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border-bottom:1px solid #d8dee6;padding:.35rem .6rem;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}pre{white-space:pre-wrap;margin:0;font:inherit}svg{width:100%;max-width:40rem}.wide{overflow-x:auto}"
)


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if name.endswith("_ms") or name == "tokens" else f"{value:.3f}"


def _groups(report: dict[str, Any]) -> list[tuple[str, int, dict[str, float | None]]]:
    rows = report["rows"]
    by_type = [(name, sum(row["type"] == name for row in rows), means) for name, means in report["by_type"].items()]
    return [*by_type, ("all", len(rows), report["means"])]


def failures(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows that went wrong: answered though unanswerable, refused though answerable, no gold among the hits, or bad citations.

    :param report: `Report.to_dict()`.
    """
    return [
        row
        for row in report["rows"]
        if row["problems"]
        or row["status"] == "failed"
        or (row["status"] == "refused") == row["answerable"]
        or row["scores"].get("hit@5") == 0
    ]


def markdown(report: dict[str, Any]) -> str:
    """The report as Markdown: a table by type and the cases that failed.

    :param report: `Report.to_dict()`.
    """
    lines = ["# Evaluation", "", "| type | n | " + " | ".join(_METRICS) + " |", "|---" * (len(_METRICS) + 2) + "|"]
    for name, count, means in _groups(report):
        lines.append(
            f"| {name} | {count} | " + " | ".join(_number(metric, means.get(metric)) for metric in _METRICS) + " |"
        )
    shown = ", ".join(
        f"{name} {_number(name, report['means'][name])}" for name in ("refusal_precision", "refusal_recall")
    )
    lines += ["", f"Refusals: {shown}.", "", "## Failed cases", ""]
    for row in failures(report):
        lines.append(
            f"- `{row['id']}` ({row['type']}, {row['status']}) {row['question']}: {row['reason'] or '; '.join(row['hits'][:2])}"
        )
    return "\n".join(lines) + "\n"


def refusal_points(report: dict[str, Any]) -> list[tuple[float, float, float]]:
    """(threshold, precision, recall) of refusing, if the evidence alone decided; empty without unanswerable questions.

    :param report: `Report.to_dict()`.
    """
    rows = [row for row in report["rows"] if row["status"] != "failed"]
    if not any(not row["answerable"] for row in rows):
        return []
    points = []
    for threshold in sorted({round(row["evidence"], 2) for row in rows}):
        refused = [row["evidence"] < threshold for row in rows]
        precision, recall = precision_recall(refused, [not row["answerable"] for row in rows])
        points.append((threshold, precision if precision is not None else 1.0, recall or 0.0))
    return points


def _refusal_curve(report: dict[str, Any]) -> str:
    return curves(
        refusal_points(report),
        ("precision of refusals", "recall of refusals"),
        report["threshold"],
        "evidence below which a question is refused",
        "refusals against the threshold",
    )


def _charts(report: dict[str, Any]) -> str:
    outcome = [
        (f"{name} ({count})", means.get("ok") or 0.0, f"{means.get('ok') or 0.0:.2f}")
        for name, count, means in _groups(report)
    ]
    parts = [
        ("What was to be told and was told, by type (unanswerable: refused)", bars(outcome, "outcome by type")),
        ("Refusals, if the evidence alone decided (dashed: the threshold in use)", _refusal_curve(report)),
        ("Latency", histogram([row["milliseconds"] for row in report["rows"]], "ms", "latency")),
    ]
    return "".join(f"<h2>{html.escape(title)}</h2>{chart}" for title, chart in parts if chart)


def _html(report: dict[str, Any]) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("type", "n", *_METRICS))
    body = ""
    for name, count, means in _groups(report):
        cells = "".join(f'<td class="n">{_number(metric, means.get(metric))}</td>' for metric in _METRICS)
        body += f'<tr><th>{html.escape(name)}</th><td class="n">{count}</td>{cells}</tr>'
    rows = "".join(
        f"<tr><td>{html.escape(row['id'])}</td><td>{html.escape(row['question'])}</td><td>{html.escape(row['status'])}<br>{html.escape(row['reason'] or '')}</td>"
        f"<td><pre>{html.escape(chr(10).join(row['hits']))}</pre></td><td><pre>{html.escape(row['answer'])}</pre></td></tr>"
        for row in failures(report)
    )
    changes = report.get("changes") or {}
    told = "".join(
        f"<h3>{name} ({len(ids)})</h3><p>{html.escape(', '.join(ids)) or 'none'}</p>"
        for name, ids in changes.items()
        if name != "ties"
    )
    intervals = "".join(
        f'<tr><th>{html.escape(name)}</th><td class="n">{_number(name, report["means"].get(name))}</td><td class="n">{low:.3f} to {high:.3f}</td></tr>'
        for name, (low, high) in report["intervals"].items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Rolewright evaluation</title><style>{_STYLE}</style><h1>Evaluation</h1>'
        f"{_charts(report)}<h2>By type</h2><div class=wide><table><tr>{head}</tr>{body}</table></div>"
        f"<h2>Means with 95 % bootstrap intervals</h2><table>{intervals}</table>"
        f"{'<h2>Against the baseline</h2>' + told if any(changes.values()) else ''}<h2>Failed cases</h2>"
        f"<table><tr><th>id</th><th>question</th><th>status</th><th>best hits</th><th>answer</th></tr>{rows}</table></html>\n"
    )


def write_reports(report: dict[str, Any], folder: Path) -> None:
    """Write the three report files.

    :param report: `Report.to_dict()`.
    :param folder: created when missing.
    :raises UsageError: when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (folder / "report.md").write_text(markdown(report), encoding="utf-8")
        (folder / "report.html").write_text(_html(report), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write reports to {folder}: {error.strerror}", "choose another folder with --out"
        ) from error
