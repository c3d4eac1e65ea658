"""Run the same questions through several configurations and print one table."""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import corpus
from eval.cases import Case
from eval.run import evaluate
from ingest.errors import UsageError
from rag.app import Rolewright
from rag.settings import Settings

# What can be swept: the name of a setting and how its values are read.
SWEPT: dict[str, type] = {
    "chunk_tokens": int,
    "window_tokens": int,
    "passage_tokens": int,
    "dense_weight": float,
    "embedder": str,
    "model": str,
}
_SHOWN = ("hit@1", "hit@5", "mrr@10", "ndcg@10", "fact_coverage", "answered", "refused", "p50_ms")


def parse_sweep(parts: Sequence[str]) -> dict[str, list[Any]]:
    """Read `NAME=VALUE,VALUE` arguments.

    :raises UsageError: for an unknown name or a value of the wrong kind.
    """
    found: dict[str, list[Any]] = {}
    for part in parts:
        name, _, values = part.partition("=")
        if name not in SWEPT or not values:
            raise UsageError(f"cannot sweep {part!r}", f"give NAME=VALUE,VALUE with a name of: {', '.join(SWEPT)}")
        try:
            found[name] = [SWEPT[name](value) for value in values.split(",")]
        except ValueError as error:
            raise UsageError(f"cannot sweep {part!r}: {error}", "give numbers, such as dense_weight=0.5,0.6") from error
    return found


def sweep(settings: Settings, cases: Sequence[Case], grid: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Evaluate every combination on the bundled corpus, each in a library of its own.

    :param settings: what is not swept.
    :param cases: the Q&A set.
    :param grid: setting -> its values.
    :return: one row for each combination: its settings and the means.
    """
    rows: list[dict[str, Any]] = []
    for values in itertools.product(*grid.values()):
        chosen = dict(zip(grid, values, strict=True))
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            app = Rolewright(replace(settings, library=Path(folder), **chosen))
            app.ingest([corpus.documents_root()])
            rows.append({**chosen, "means": evaluate(app, cases).means})
        sys.stderr.write(f"{len(rows)} configurations done\n")
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    names = [name for name in rows[0] if name != "means"]
    lines = ["| " + " | ".join([*names, *_SHOWN]) + " |", "|" + "---|" * (len(names) + len(_SHOWN))]
    for row in rows:
        figures = ("-" if (value := row["means"].get(name)) is None else f"{value:.3f}" for name in _SHOWN)
        lines.append("| " + " | ".join([*(str(row[name]) for name in names), *figures]) + " |")
    return "\n".join(lines) + "\n"
