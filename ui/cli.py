"""The command line: parse, call the facade, print, return an exit code. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

VERSION = "0.1.0"
_EPILOG = "A failure prints `error:` and `hint:` lines on stderr and exits with 1, or with 2 for wrong usage."


def _common() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument(
        "--library",
        type=Path,
        metavar="DIR",
        help="where the index lives (default: ROLEWRIGHT_LIBRARY, else user data)",
    )
    parser.add_argument("--json", action="store_true", help="print exactly one JSON value on stdout")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress and no notes on stderr")
    return parser


def _add_batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=Path, metavar="IN.jsonl", help="one row in, one row out, order kept")
    parser.add_argument("--out", type=Path, metavar="OUT", help="where the batch's results go")


def _add_reading(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    search = commands.add_parser("search", parents=[common], help="find passages")
    search.add_argument("question", nargs="?")
    search.add_argument("-k", type=int, default=10, help="how many hits (default 10)")
    _add_batch(search)
    ask = commands.add_parser("ask", parents=[common], help="answer a question with citations, or say what is missing")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--history", type=Path, metavar="FILE", help='JSON list of {"role", "content"}')
    _add_batch(ask)
    roles = commands.add_parser(
        "roles", parents=[common], help="list departments and roles with how fully they are described"
    )
    roles.add_argument("query", nargs="?", default="")


def _add_writing(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    draft = commands.add_parser("draft", parents=[common], help="draft a job description from a brief")
    source = draft.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--brief", type=Path, metavar="FILE", help="a brief as JSON, or a document: .docx .pdf .txt .md"
    )
    source.add_argument("--text", help="one sentence, or an old job description")
    source.add_argument("--batch", type=Path, metavar="IN", help="briefs as .jsonl")
    draft.add_argument("--template", metavar="NAME", help="standard is the only one so far")
    draft.add_argument("--market", choices=["CN", "TW", "HK", "US", "EU"])
    draft.add_argument("--lang", choices=["zh-Hans", "zh-Hant", "en"])
    draft.add_argument("--format", default="json", help="json, md, txt, html, docx, pdf or jsonld (default json)")
    draft.add_argument(
        "--channel", metavar="NAME", help="where it is posted, e.g. boss, 104, linkedin; checks what that place takes"
    )
    draft.add_argument("--out", type=Path, metavar="FILE", help="a file; with --batch a folder")
    drafts = commands.add_parser("drafts", parents=[common], help="list, show, compare, approve or export kept drafts")
    drafts.add_argument("action", nargs="?", choices=["show", "diff", "status", "export"])
    drafts.add_argument("draft", nargs="?", metavar="ID")
    drafts.add_argument("--versions", nargs="+", type=int, metavar="N", help="with diff: one version or two")
    drafts.add_argument("--to", choices=["draft", "in_review", "approved"], help="with status: the new status")
    drafts.add_argument("--name", help="with status --to: who decides")
    drafts.add_argument("--lang", choices=["zh-Hans", "zh-Hant", "en"], help="with diff: the language of the sentences")
    drafts.add_argument("--format", default="json", help="with export: as for draft (default json)")
    drafts.add_argument("--out", type=Path, metavar="FILE", help="with export: where the file goes")
    drafts.add_argument("--template", help="with export: as for draft")
    drafts.add_argument("--channel", help="with export: as for draft")
    lint = commands.add_parser("lint", parents=[common], help="check a job description for legality and bias")
    lint.add_argument("file", nargs="?", help="a text file, or - for standard input")
    lint.add_argument("--market", default="CN")
    lint.add_argument("--lang", default="zh-Hans")
    _add_batch(lint)


def _add_users(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    users = commands.add_parser("users", parents=[common], help="who may sign in to the web app, and as what")
    users.add_argument("action", nargs="?", choices=["list", "add", "remove"], default="list")
    users.add_argument("name", nargs="?", metavar="NAME")
    users.add_argument("--role", choices=["reader", "writer", "admin"], help="with add: what the user may do")
    users.add_argument("--auth-file", type=Path, metavar="FILE", help="the auth file (default: ROLEWRIGHT_AUTH_FILE)")
    users.add_argument("--password-stdin", action="store_true", help="with add: read the password from standard input")
    audit = commands.add_parser("audit", parents=[common], help="who did what in the web app")
    audit.add_argument("--last", type=int, metavar="N", help="the last N entries alone")
    audit.add_argument("--user", metavar="NAME", help="one user's entries alone")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; importing it costs nothing but argparse."""
    common = _common()
    parser = argparse.ArgumentParser(
        "rolewright",
        description="Cited answers about roles, and job descriptions grounded in your own documents.",
        epilog=_EPILOG,
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"rolewright {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    ingest = commands.add_parser(
        "ingest", parents=[common], help="index files and folders; no PATH is the bundled corpus"
    )
    ingest.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    ingest.add_argument(
        "--sync", action="store_true", help="also remove documents whose file is gone from the given folders"
    )
    ingest.add_argument("--rebuild", action="store_true", help="read and embed everything again")
    documents = commands.add_parser("documents", parents=[common], help="list, show or remove indexed documents")
    documents.add_argument("action", nargs="?", choices=["show", "remove"])
    documents.add_argument("docs", nargs="*", metavar="DOC")
    documents.add_argument("--diff", action="store_true", help="with show: what cleaning took out, and by which rule")
    _add_reading(commands, common)
    _add_writing(commands, common)
    evaluate = commands.add_parser("eval", parents=[common], help="run a Q&A set and compare with a baseline")
    evaluate.add_argument(
        "--set",
        type=Path,
        metavar="FILE",
        dest="cases",
        help="a set as JSON Lines, of questions, or of what --drafts and --checker score (default: the bundled one)",
    )
    evaluate.add_argument("--judge", action="store_true", help="let the configured model judge the answers besides")
    evaluate.add_argument("--drafts", action="store_true", help="score drafts of the bundled briefs instead of answers")
    evaluate.add_argument(
        "--split", choices=["dev", "test", "all"], default="all", help="which part of the set (default all)"
    )
    evaluate.add_argument(
        "--sweep",
        action="append",
        default=[],
        metavar="NAME=V,V",
        help="compare configurations on the bundled corpus: chunk_tokens, window_tokens, passage_tokens, dense_weight, embedder, model",
    )
    evaluate.add_argument(
        "--write-baseline", type=Path, metavar="FILE", help="make this run the baseline of later ones"
    )
    evaluate.add_argument("--checker", action="store_true", help="score the checker on its labelled sentences")
    evaluate.add_argument("--out", type=Path, metavar="DIR", help="where report.json, report.md and report.html go")
    evaluate.add_argument(
        "--baseline", type=Path, metavar="FILE", help="exit with 1 when a metric is below this file's tolerance"
    )
    serve = commands.add_parser("serve", parents=[common], help="serve the web app and the HTTP API")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=7860)
    serve.add_argument(
        "--auth", "--auth-file", type=Path, metavar="FILE", help="who may sign in; made with `rolewright users add`"
    )
    serve.add_argument("--open", action="store_true", help="without an auth file: everybody may do everything")
    serve.add_argument("--root-path", metavar="PATH", help="the path below which a proxy serves it, e.g. /rolewright")
    _add_users(commands, common)
    commands.add_parser("doctor", parents=[common], help="what is configured, what works, what to do about the rest")
    return parser


def _fail(message: str, hint: str, code: str, as_json: bool, exit_code: int) -> int:
    if as_json:
        print(json.dumps({"error": {"code": code, "message": message, "hint": hint}}, ensure_ascii=False))
    else:
        print(f"error: {message}\nhint: {hint}", file=sys.stderr)
    return exit_code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    :param argv: the arguments; those of the process by default.
    :return: 0 done, 1 failed, 2 wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        # A console in another code page must not break on Chinese.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    arguments = build_parser().parse_args(argv)
    as_json = getattr(arguments, "json", False)
    from ingest.errors import RolewrightError

    try:
        commands = importlib.import_module("ui.commands")
        return int(commands.COMMANDS[arguments.command](arguments))
    except RolewrightError as error:
        return _fail(error.message, error.hint, error.code, as_json, error.exit_code)
    except KeyboardInterrupt:
        return _fail(
            "interrupted", "run the command again; what was indexed before is still there", "interrupted", as_json, 1
        )
    except BrokenPipeError:
        return 1
    except Exception as error:
        import logging

        logging.getLogger("rolewright").debug("unexpected error", exc_info=True)
        return _fail(
            f"unexpected {type(error).__name__}: {error}",
            "run again with ROLEWRIGHT_LOG=DEBUG and report what it prints",
            "internal",
            as_json,
            1,
        )
