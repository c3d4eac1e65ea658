"""The runs of a library: `evaluations/TIME-XXXX/` holds `run.json` (when, how, the means) and the three report files."""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.report import write_reports
from eval.run import Report, outcomes
from ingest.errors import UsageError

LOG = logging.getLogger(__name__)
FOLDER = "evaluations"
SETS = "sets"
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


@dataclass(frozen=True)
class Run:
    """One run that was kept.

    :param id: the name of its folder, which sorts by time.
    :param time: when it ended, ISO 8601 in UTC.
    :param set: the name of the Q&A set.
    :param cases: how many questions it held.
    :param config: setting -> value: writer, embedder, generation and so on; never a key.
    :param means: metric -> mean over all questions.
    """

    id: str
    time: str
    set: str
    cases: int
    config: dict[str, str]
    means: dict[str, float | None]


def keep(library: Path, report: Report, set_name: str, config: dict[str, str]) -> Run:
    """Store a run with its report files.

    :param library: the library's folder.
    :param report: the run.
    :param set_name: what was asked.
    :param config: how the system was set up.
    :raises UsageError: when the folder cannot be written.
    """
    now = datetime.now(UTC)
    name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    run = Run(name, now.isoformat(timespec="seconds"), set_name, len(report.rows), config, report.means)
    folder = library / FOLDER / name
    write_reports(report.to_dict(), folder)
    # Written last: a folder without it is a run that was cut off, and is not listed.
    (folder / "run.json").write_text(json.dumps(asdict(run), ensure_ascii=False) + "\n", encoding="utf-8")
    return run


def runs(library: Path) -> list[Run]:
    """The runs of a library, newest first; what cannot be read is left out and logged."""
    found = []
    for path in sorted((library / FOLDER).glob("*/run.json"), reverse=True):
        try:
            found.append(Run(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            LOG.warning("%s is not listed: %s", path, error)
    return found


def folder_of(library: Path, name: str) -> Path:
    """The folder of a run.

    :raises UsageError: when there is no such run.
    """
    folder = library / FOLDER / name
    if not _ID.fullmatch(name) or not folder.is_dir():
        raise UsageError("there is no such run", "choose one of the list")
    return folder


def report_of(library: Path, name: str) -> dict[str, Any]:
    """The report of a run, in the shape of `Report.to_dict()`.

    :raises UsageError: when there is no such run or its report cannot be read.
    """
    try:
        found: dict[str, Any] = json.loads((folder_of(library, name) / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError("the report of this run cannot be read", "delete the run and run it again") from error
    return found


def delete(library: Path, name: str) -> None:
    """Remove a run with its files.

    :raises UsageError: when there is no such run.
    """
    shutil.rmtree(folder_of(library, name))


def versus(after: dict[str, Any], before: dict[str, Any]) -> dict[str, list[str]]:
    """Wins, losses and ties of one run against another, by question.

    :param after: a report as it is stored.
    :param before: the report it is measured by.
    """
    told = [{row["id"]: row["scores"].get("ok", 0.0) for row in report["rows"]} for report in (after, before)]
    return outcomes(*told)


def sets(library: Path) -> list[Path]:
    """The Q&A sets that the library keeps, by name."""
    return sorted(path for path in (library / FOLDER / SETS).glob("*") if path.suffix.lower() in {".jsonl", ".csv"})
