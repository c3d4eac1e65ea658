"""`rolewright draft`: a brief in, a job description out, in any format."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from dataclasses import replace
from typing import Any

from ingest.errors import UsageError
from rag.app import Rolewright
from rag.brief import Brief
from rag.channels import find_channel
from rag.drafting import brief_of_text, polisher_of, read_brief_file
from rag.jd import draft as write_draft
from rag.template import find_template
from ui.batch import write_file
from ui.draft_batch import draft_batch
from ui.export import BINARY, FORMATS, export
from ui.jobposting import gaps


def run(app: Rolewright, arguments: Namespace) -> int:
    """Draft one brief or a batch, to standard output or to files.

    :param app: the facade.
    :param arguments: `text` or `brief` or `batch` with `out`; `format`, `template`, `channel`, `market`, `lang`.
    :return: the exit code.
    :raises RolewrightError: for a brief, a format or a place that cannot be used.
    """
    if arguments.format not in FORMATS:
        raise UsageError(f"unknown format {arguments.format!r}", f"use one of: {', '.join(FORMATS)}")
    library = app.settings.library
    length = find_template(arguments.template, Brief(), library).length if arguments.template else None
    if arguments.channel:
        find_channel(arguments.channel)
    engine, polisher = app.engine, polisher_of(app)

    def one(brief: Brief) -> Any:
        given = {"market": arguments.market, "language": arguments.lang, "length": brief.length or length}
        return write_draft(replace(brief, **{key: value for key, value in given.items() if value}), engine, polisher)

    def exported(drafted: Any) -> bytes:
        return export(drafted, arguments.format, arguments.template, arguments.channel, library)

    if arguments.batch:
        return draft_batch(arguments, lambda row: one(_brief_of_row(row, app)), exported)
    if arguments.format in BINARY and not arguments.out:
        raise UsageError(f"a {arguments.format} file cannot be printed", f"add --out FILE.{arguments.format}")
    brief = brief_of_text(arguments.text, app) if arguments.text is not None else read_brief_file(arguments.brief, app)
    drafted = one(brief)
    data = exported(drafted)
    if arguments.format != "json" and not getattr(arguments, "quiet", False):
        for line in (*drafted.notices, *drafted.questions):
            print(f"note: {line}", file=sys.stderr)
    if arguments.format == "jsonld" and not getattr(arguments, "quiet", False):
        _say_gaps(data)
    if arguments.out:
        write_file(arguments.out, data)
    else:
        sys.stdout.write(data.decode("utf-8").rstrip("\n") + "\n")
    return 0


def _brief_of_row(row: dict[str, Any], app: Rolewright) -> Brief:
    """The brief of a row: its fields, over what its `text` says where it has one."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        return Brief.from_dict({name: value for name, value in row.items() if name != "text"})
    given = {name: value for name, value in row.items() if name != "text" and value not in (None, "", [])}
    return Brief.from_dict(brief_of_text(text, app).to_dict() | given)


def _say_gaps(data: bytes) -> None:
    if missing := gaps(json.loads(data)):
        print(f"note: the brief does not give what search engines want: {', '.join(missing)}", file=sys.stderr)
