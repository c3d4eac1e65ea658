"""`rolewright drafts`: the drafts of a library on the command line, whoever they belong to."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ingest.errors import UsageError
from ingest.script import Script
from ingest.types import DocumentRecord
from rag.app import Rolewright
from rag.diff import diff
from rag.drafts import DraftStore
from rag.publish import published
from rag.saved import Listed, Saved

Emit = Callable[[Any, Callable[[], str]], int]


@dataclass(frozen=True)
class _Call:
    """One call: what an action needs."""

    store: DraftStore
    saved: Saved
    app: Rolewright
    arguments: Namespace
    emit: Emit
    write: Callable[[Path, bytes], None]


def run(app: Rolewright, arguments: Namespace, emit: Emit, write: Callable[[Path, bytes], None]) -> int:
    """One `drafts` command.

    :param app: the facade.
    :param arguments: `action`, `draft`, `versions`, `to`, `name`, `format`, `out`, `lang`.
    :param emit: prints a value as JSON or as text, and gives the exit code.
    :param write: writes a file.
    """
    store = DraftStore(app.settings.library)
    if arguments.action is None:
        rows = store.rows(None)
        return emit({"drafts": [row.to_dict() for row in rows]}, lambda: "\n".join(map(_listed, rows)))
    if arguments.draft is None:
        raise UsageError(f"`drafts {arguments.action}` needs a draft's id", "list them with `rolewright drafts`")
    saved = store.open(arguments.draft, None)
    return _ACTIONS[arguments.action](_Call(store, saved, app, arguments, emit, write))


def _listed(row: Listed) -> str:
    # A browser's id opens its drafts, so a list that may be passed on shows its beginning alone.
    owner = row.owner if row.owner.startswith("user:") else row.owner[:14] + "…"
    return f"{row.id}\t{row.state}\t{row.updated[:16]}\t{row.versions} versions\t{owner}\t{row.title}"


def _documents(app: Rolewright) -> dict[str, DocumentRecord]:
    """The register, or nothing where there is no index: then every cited document counts as changed."""
    return app.engine.index.documents if app.library.current() else {}


def _show(call: _Call) -> int:
    saved = call.saved
    stale = saved.stale(_documents(call.app))

    def text() -> str:
        lines = [f"{saved.title} ({saved.state})", *(f"stale: {doc}" for doc in stale)]
        lines += [f"version {row.n}  {row.at[:16]}  {row.author}  {row.note}" for row in saved.versions]
        lines += [f"{row.state}  {row.at[:16]}  {row.name}  version {row.version}" for row in saved.decisions]
        return "\n".join([*lines, "", saved.work.draft.text])

    return call.emit(saved.to_dict() | {"stale": stale}, text)


def _diff(call: _Call) -> int:
    from ui.diff_view import sentence

    saved = call.saved
    numbers = call.arguments.versions or [row.n for row in saved.versions[-1:]]
    if not 1 <= len(numbers) <= 2:
        raise UsageError("say which version to compare with", "run: rolewright drafts diff ID --versions 1 2")
    old = call.store.version(saved.id, None, numbers[0])
    new = call.store.version(saved.id, None, numbers[1]) if len(numbers) == 2 else saved.work
    changes = diff(old.draft.jd, new.draft.jd)
    reader, market = cast(Script, call.arguments.lang or saved.work.brief.language), saved.work.brief.market
    return call.emit(
        {"id": saved.id, "changes": [change.to_dict() for change in changes]},
        lambda: "\n".join(sentence(change, reader, market) for change in changes) or "nothing has changed",
    )


def _status(call: _Call) -> int:
    saved = call.saved
    if call.arguments.to:
        saved = call.store.decide(saved.id, None, call.arguments.to, call.arguments.name or "")
    last = saved.decisions[-1] if saved.decisions else None
    row = {"id": saved.id, "state": saved.state, "name": last and last.name, "at": last and last.at}
    return call.emit(
        row, lambda: saved.state + (f" ({last.name}, {last.at[:16]}, version {last.version})" if last else "")
    )


def _export(call: _Call) -> int:
    from ui.export import export

    saved = call.saved
    draft = published(saved.work)
    look = (call.arguments.template, call.arguments.channel, call.app.settings.library)
    data = export(draft, call.arguments.format, *look)
    if draft is not saved.work.draft and not getattr(call.arguments, "quiet", False):
        print(f"note: {draft.notices[-1]}", file=sys.stderr)
    if call.arguments.out:
        call.write(call.arguments.out, data)
        return call.emit({"id": saved.id, "out": str(call.arguments.out)}, lambda: str(call.arguments.out))
    try:
        sys.stdout.write(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(
            f"a {call.arguments.format} file cannot be printed", f"add --out FILE.{call.arguments.format}"
        ) from error
    return 0


_ACTIONS: dict[str, Callable[[_Call], int]] = {"show": _show, "diff": _diff, "status": _status, "export": _export}
