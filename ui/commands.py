"""One function per command: call the facade, print what it returns, give an exit code."""

from __future__ import annotations

import json
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ingest.errors import RolewrightError, UsageError
from rag.settings import Settings, load_settings
from ui.batch import read_text, run_batch, write_file

# Off unless the user has asked for them: nothing phones home.
_QUIET_DEFAULTS = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "OMP_NUM_THREADS": "1",
    # Gradio builds a table of this many past events at every request.
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
}


def _settings(arguments: Namespace) -> Settings:
    for name, value in _QUIET_DEFAULTS.items():
        os.environ.setdefault(name, value)
    settings = load_settings(library=getattr(arguments, "library", None))
    logging.basicConfig(level=settings.log, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    return settings


def _app(arguments: Namespace) -> Any:
    from rag.app import Rolewright

    return Rolewright(_settings(arguments))


def _wants_json(arguments: Namespace) -> bool:
    return bool(getattr(arguments, "json", False))


def _emit(arguments: Namespace, value: Any, text: Callable[[], str]) -> int:
    print(json.dumps(value, ensure_ascii=False) if _wants_json(arguments) else text())
    return 0


def _progress(arguments: Namespace) -> Callable[[int, int, int], None] | None:
    """A bar on stderr with files, chunks, rate and time left."""
    if getattr(arguments, "quiet", False):
        return None
    from tqdm import tqdm

    bars: list[tqdm[Any]] = []

    def show(done: int, total: int, chunks: int) -> None:
        if not bars:
            bars.append(tqdm(total=total, desc="indexing", unit="file", file=sys.stderr, dynamic_ncols=True))
        bars[0].set_postfix(chunks=chunks, refresh=False)
        bars[0].update(done - bars[0].n)
        bars[0].refresh()
        if done >= total and chunks:
            bars[0].close()

    return show


def ingest(arguments: Namespace) -> int:
    """`rolewright ingest`: exit code 1 when nothing at all could be read."""
    report = _app(arguments).ingest(
        arguments.paths, sync=arguments.sync, rebuild=arguments.rebuild, progress=_progress(arguments)
    )
    from ui.render import ingest_text

    _emit(arguments, report.to_dict(), lambda: ingest_text(report))
    return 1 if report.failed and not (report.added or report.updated or report.unchanged) else 0


def documents(arguments: Namespace) -> int:
    """`rolewright documents [show|remove]`."""
    from ui.render import documents_text, ingest_text

    app = _app(arguments)
    if arguments.action is None:
        rows = [record.to_dict() for record in app.documents()]
        return _emit(arguments, {"documents": rows}, lambda: documents_text(app.documents()))
    if not arguments.docs or (arguments.action == "show" and len(arguments.docs) > 1):
        raise UsageError(
            f"`documents {arguments.action}` needs a document's name", "list the names with `rolewright documents`"
        )
    if arguments.action == "show" and arguments.diff:
        diff = app.document_diff(arguments.docs[0])
        return _emit(arguments, {"doc": arguments.docs[0], "diff": diff}, lambda: diff or "cleaning took nothing out")
    if arguments.action == "show":
        text = app.document_text(arguments.docs[0])
        if _wants_json(arguments):
            return _emit(arguments, {"doc": arguments.docs[0], "text": text}, str)
        sys.stdout.write(text)
        return 0
    report = app.remove(arguments.docs)
    return _emit(arguments, report.to_dict(), lambda: ingest_text(report))


def search(arguments: Namespace) -> int:
    """`rolewright search`, one question or a batch."""
    from ui.render import hits_text

    app = _app(arguments)

    def one(row: dict[str, Any]) -> dict[str, Any]:
        return {
            "question": row["question"],
            "hits": [hit.to_dict() for hit in app.search(row["question"], arguments.k)],
        }

    if arguments.batch:
        return run_batch(arguments, ("question",), one)
    question = _question(arguments)
    hits = app.search(question, arguments.k)
    return _emit(arguments, {"question": question, "hits": [hit.to_dict() for hit in hits]}, lambda: hits_text(hits))


def ask(arguments: Namespace) -> int:
    """`rolewright ask`, one question or a batch."""
    from rag.types import Turn, parse_history
    from ui.render import answer_text

    app = _app(arguments)

    def one(row: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = app.ask(Turn(row["question"], parse_history(row.get("history")))).to_dict()
        return result

    if arguments.batch:
        return run_batch(arguments, ("question",), one)
    history = parse_history(_json_file(arguments.history, "history")) if arguments.history else ()
    answer = app.ask(Turn(_question(arguments), history))
    return _emit(arguments, answer.to_dict(), lambda: answer_text(answer))


def _question(arguments: Namespace) -> str:
    if arguments.question is None:
        raise UsageError(
            "no question was given",
            f'run: rolewright {arguments.command} "售前客服的主要职责是什么?", or use --batch IN.jsonl',
        )
    return str(arguments.question)


def _json_file(path: Path, what: str) -> Any:
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise UsageError(f"the {what} file {path} is not JSON: {error}", "check it against docs/contract.md") from error


def roles(arguments: Namespace) -> int:
    """`rolewright roles [QUERY]`."""
    from ui.render import roles_text

    rows = _app(arguments).roles(arguments.query)
    return _emit(arguments, {"query": arguments.query, "roles": rows}, lambda: roles_text(rows))


def draft(arguments: Namespace) -> int:
    """`rolewright draft`: one brief or a batch, to standard output or to files."""
    from ui.draft_command import run

    return run(_app(arguments), arguments)


def drafts(arguments: Namespace) -> int:
    """`rolewright drafts [show|diff|status|export]`."""
    from ui.drafts_command import run

    return run(_app(arguments), arguments, partial(_emit, arguments), write_file)


def lint(arguments: Namespace) -> int:
    """`rolewright lint`, one text or a batch; findings do not change the exit code."""
    from rag.lint_document import check_text as check
    from ui.render import lint_text

    _settings(arguments)

    def one(row: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = check(row["text"], row.get("market") or "CN", row.get("lang") or "zh-Hans").to_dict()
        return result

    if arguments.batch:
        return run_batch(arguments, ("text",), one)
    if arguments.file is None:
        raise UsageError("no text was given", "run: rolewright lint FILE, or - for standard input")
    text = sys.stdin.read() if arguments.file == "-" else read_text(Path(arguments.file))
    result = check(text, arguments.market, arguments.lang)
    return _emit(arguments, result.to_dict(), lambda: lint_text(result))


def evaluate(arguments: Namespace) -> int:
    """`rolewright eval`: exit code 1 when a metric is below the baseline."""
    if arguments.checker:
        from eval.checker import main as score_checker

        return score_checker(arguments)
    from eval.command import main

    return main(_app(arguments), arguments)


def serve(arguments: Namespace) -> int:
    """`rolewright serve`: index or update the bundled corpus where needed, then serve until interrupted."""
    app = _app(arguments)
    app.ensure_corpus(_progress(arguments))
    from ui.app import Door
    from ui.app import serve as run

    door = Door(arguments.auth or app.settings.auth_file, arguments.open, arguments.root_path)
    run(app, host=arguments.host, port=arguments.port, door=door)
    return 0


def users(arguments: Namespace) -> int:
    """`rolewright users [list|add|remove]`."""
    from ui.users_command import run

    return run(_settings(arguments), arguments, partial(_emit, arguments))


def audit(arguments: Namespace) -> int:
    """`rolewright audit`: what was done in the web app, the oldest first."""
    from ui.audit import AuditLog
    from ui.render import audit_text

    rows = [
        row
        for row in AuditLog(_settings(arguments).library).rows()
        if arguments.user is None or row["user"] == arguments.user
    ]
    rows = rows[-arguments.last :] if arguments.last else rows
    return _emit(arguments, {"entries": rows}, lambda: audit_text(rows))


def doctor(arguments: Namespace) -> int:
    """`rolewright doctor`."""
    from ui.doctor import examine
    from ui.render import doctor_text

    try:
        settings = _settings(arguments)
    except RolewrightError as error:
        rows = [{"check": "settings", "ok": False, "detail": error.message, "hint": error.hint}]
    else:
        rows = examine(settings)
    _emit(arguments, {"checks": rows}, lambda: doctor_text(rows))
    return 0 if all(row["ok"] for row in rows) else 1


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "ingest": ingest,
    "documents": documents,
    "search": search,
    "ask": ask,
    "roles": roles,
    "draft": draft,
    "drafts": drafts,
    "lint": lint,
    "eval": evaluate,
    "serve": serve,
    "users": users,
    "audit": audit,
    "doctor": doctor,
}
