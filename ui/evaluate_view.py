"""The pages of the evaluation tab: pure functions from stored reports to HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from eval.charts import curves, histogram
from eval.history import Run
from eval.report import refusal_points
from ingest.script import Script
from ui.i18n import say

HEADLINE = ("ok", "hit@5", "answered", "refused", "citations_valid")
SIDE_BY_SIDE = (*HEADLINE, "mrr@10", "fact_coverage", "faithfulness", "p50_ms", "p95_ms", "tokens")
_COLUMNS = ("ok", "hit@5", "mrr@10", "fact_coverage", "faithfulness", "p50_ms", "tokens")
# Changes of a share that are shown as such; below, rounding alone may make them.
_NOTICED = 0.0005
Figures = Mapping[str, float | None]


def label(run: Run, language: Script) -> str:
    """One run in a list: when, what, how many and how well."""
    ok = run.means.get("ok")
    told = f" · {ok:.0%}" if ok is not None else ""
    when = run.time[:16].replace("T", " ")
    return f"{when} · {set_name(run.set, language)} · {say('eval_cases', language, n=run.cases)}{told}"


def set_name(name: str, language: Script) -> str:
    """What a Q&A set is called; a file by its own name."""
    return say(f"eval_{name}", language) if name in ("bundled_dev", "bundled_test") else name


def progress_html(done: int, total: int, left: float, language: Script) -> str:
    """How far a run is.

    :param done: questions asked.
    :param total: questions in all.
    :param left: seconds that the rest may take.
    """
    told = say("eval_running", language, done=done, total=total)
    rest = say("eval_parity", language) if done == total else say("eval_left", language, n=round(left))
    rest = f" · {rest}" if done else ""
    return (
        f'<div class="rw-progress" role="status"><div class="rw-meter"><i style="width:{100 * done / total:.1f}%"></i></div>'
        f"<p>{told}{rest}</p></div>"
    )


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if name.endswith("_ms") or name == "tokens" else f"{value:.1%}"


def _tone(share: float) -> str:
    return "good" if share >= 0.85 else "fair" if share >= 0.65 else "poor"


def _card(name: str, report: dict[str, Any], language: Script) -> str:
    value = report["means"].get(name)
    if value is None:
        return ""
    low, high = report["intervals"].get(name, (value, value))
    interval = say("eval_interval", language, low=f"{low:.0%}", high=f"{high:.0%}")
    return (
        f'<div class="rw-figure rw-tone-{_tone(value)}"><span>{say("metric_" + name, language)}</span><b>{value:.0%}</b>'
        f'<div class="rw-range" role="img" aria-label="{interval}"><i style="left:{100 * low:.1f}%;width:{100 * (high - low):.1f}%"></i>'
        f'<u style="left:{100 * value:.1f}%"></u></div><small>{interval}</small></div>'
    )


def _groups(report: dict[str, Any]) -> list[tuple[str, int, Figures]]:
    rows = report["rows"]
    kinds = [(name, sum(row["type"] == name for row in rows), means) for name, means in report["by_type"].items()]
    return sorted(kinds, key=lambda kind: -(kind[2].get("ok") or 0.0))


def _types(report: dict[str, Any], language: Script) -> str:
    bars = ""
    for name, count, means in _groups(report):
        share = means.get("ok") or 0.0
        bars += (
            f"<tr><th scope=row>{say('type_' + name, language)}<small>{count}</small></th>"
            f'<td><div class="rw-meter rw-tone-{_tone(share)}"><i style="width:{100 * share:.1f}%"></i></div></td><td class="rw-share">{share:.0%}</td></tr>'
        )
    note = say("eval_by_type_note", language)
    return f'<section class="rw-panel rw-whole"><h3>{say("eval_by_type", language)}</h3><p class="rw-path">{note}</p><table class="rw-types">{bars}</table></section>'


def _charts(report: dict[str, Any], language: Script) -> str:
    means = report["means"]
    title = say("eval_curve", language)
    names = (say("eval_precision", language), say("eval_recall", language))
    curve = curves(refusal_points(report), names, report["threshold"], say("eval_threshold", language), title)
    spread = histogram([row["milliseconds"] for row in report["rows"]], "ms", say("eval_latency", language))
    note = say("eval_latency_note", language, p50=f"{means['p50_ms']:.0f}", p95=f"{means['p95_ms']:.0f}")
    parts = f'<section class="rw-panel"><h3>{title}</h3>{curve}</section>' if curve else ""
    return f'{parts}<section class="rw-panel"><h3>{say("eval_latency", language)}</h3><p class="rw-path">{note}</p>{spread}</section>'


def _table(report: dict[str, Any], language: Script) -> str:
    head = "".join(f"<th>{say('metric_' + name, language)}</th>" for name in _COLUMNS)
    body = ""
    for name, count, means in [*_groups(report), ("all", len(report["rows"]), report["means"])]:
        cells = "".join(f"<td>{_number(column, means.get(column))}</td>" for column in _COLUMNS)
        body += f"<tr><th scope=row>{say('type_' + name, language)}</th><td>{count}</td>{cells}</tr>"
    return (
        f'<details class="rw-panel rw-whole"><summary>{say("eval_table", language)}</summary><div class="rw-sideways">'
        f'<table class="rw-numbers"><thead><tr><th></th><th>n</th>{head}</tr></thead><tbody>{body}</tbody></table></div></details>'
    )


WRITERS = {"llm", "extractive"}


def config_html(config: Mapping[str, str], language: Script) -> str:
    """Settings as small labelled facts."""
    # How answers are written has a word of its own, the rest are names and numbers.
    told = dict(config)
    if told.get("writer") in WRITERS:
        told["writer"] = say(f"writer_{told['writer']}", language)
    facts = "".join(
        f"<span>{say('config_' + name, language)} <b>{escape(value)}</b></span>" for name, value in told.items()
    )
    return f'<div class="rw-facts">{facts}</div>'


def run_html(run: Run, report: dict[str, Any], language: Script) -> str:
    """One run: headline figures with intervals, bars by type, charts, all figures.

    :param run: when and how.
    :param report: `Report.to_dict()` as it was stored.
    :param language: the reader's language.
    """
    cards = "".join(_card(name, report, language) for name in HEADLINE)
    return (
        f'<div class="rw-run">{config_html(run.config, language)}<div class="rw-figures">{cards}</div>'
        f'<div class="rw-panels">{_types(report, language)}{_charts(report, language)}{_table(report, language)}</div></div>'
    )


def wrong(row: dict[str, Any], language: Script) -> str:
    """In a few words, what went wrong with a question."""
    if row["status"] == "failed":
        return say("eval_wrong_failed", language)
    if row["problems"]:
        return say("eval_wrong_cited", language)
    if row["status"] == "refused" and row["answerable"]:
        return say("eval_wrong_refused", language)
    return say("eval_wrong_missed" if row["answerable"] else "eval_wrong_answered", language)


def case_html(row: dict[str, Any], language: Script) -> str:
    """One question of a run, what was answered and what was found."""
    hits = "".join(f"<li>{escape(hit)}</li>" for hit in row["hits"])
    reason = row["reason"] if row["reason"] and row["reason"] not in row["answer"] else None
    told = "; ".join([*row["problems"], *filter(None, [reason])])
    return (
        f'<div class="rw-panel"><p><b>{escape(row["question"])}</b></p>'
        f'<p class="rw-path"><span class="rw-sev rw-sev-risky">{wrong(row, language)}</span> {escape(row["id"])} · {say("type_" + row["type"], language)}</p>'
        f'<h4>{say("eval_said", language)}</h4><pre class="rw-pre">{escape(row["answer"])}</pre>'
        + (f'<p class="rw-path">{escape(told)}</p>' if told else "")
        + (f"<h4>{say('eval_hits', language)}</h4><ol>{hits}</ol>" if hits else "")
        + "</div>"
    )


def _side(name: str, after: Figures, before: Figures, language: Script) -> str:
    new, old = after.get(name), before.get(name)
    change, tone = "–", ""
    if new is not None and old is not None:
        absolute = name.endswith("_ms") or name == "tokens"
        change = f"{new - old:+.0f}" if absolute else f"{100 * (new - old):+.1f}"
        better = (old - new if name.endswith("_ms") else new - old) if name != "tokens" else 0.0
        tone = "rw-better" if better > _NOTICED else "rw-worse" if better < -_NOTICED else ""
    return (
        f"<tr><th scope=row>{say('metric_' + name, language)}</th><td>{_number(name, new)}</td>"
        f'<td>{_number(name, old)}</td><td class="{tone}">{change}</td></tr>'
    )


def _changed(ids: Sequence[str], rows: Mapping[str, dict[str, Any]], title: str) -> str:
    if not ids:
        return ""
    lines = "".join(f"<li><small>{escape(name)}</small> {escape(rows[name]['question'])}</li>" for name in ids)
    return f'<details class="rw-panel"><summary>{title} ({len(ids)})</summary><ul>{lines}</ul></details>'


def versus_html(
    after: dict[str, Any], before: dict[str, Any], changes: dict[str, list[str]], name: str, language: Script
) -> str:
    """Two runs side by side.

    :param after: the run that is looked at.
    :param before: the one it is measured by.
    :param changes: `eval.history.versus`.
    :param name: what the other run is called.
    """
    counts = {kind: len(ids) for kind, ids in changes.items()}
    if not sum(counts.values()):
        bar = f'<p class="rw-path">{say("eval_no_common", language)}</p>'
    else:
        parts = "".join(f'<i class="rw-{kind}" style="flex:{count}"></i>' for kind, count in counts.items() if count)
        legend = "".join(
            f'<span><i class="rw-dot rw-{kind}"></i>{say("eval_" + kind, language)} {count}</span>'
            for kind, count in counts.items()
        )
        bar = f'<div class="rw-changes">{parts}</div><div class="rw-legend">{legend}</div>'
    head = "".join(f"<th>{say(key, language)}</th>" for key in ("eval_now", "eval_before", "eval_change"))
    body = "".join(_side(metric, after["means"], before["means"], language) for metric in SIDE_BY_SIDE)
    rows = {row["id"]: row for row in after["rows"]}
    told = _changed(changes["losses"], rows, say("eval_losses", language))
    told += _changed(changes["wins"], rows, say("eval_wins", language))
    return (
        f'<section class="rw-panel rw-whole"><h3>{escape(say("eval_compared", language, name=name))}</h3>{bar}'
        f'<div class="rw-sideways"><table class="rw-numbers"><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div></section>{told}'
    )
