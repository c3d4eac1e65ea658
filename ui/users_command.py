"""`rolewright users`: the users of an auth file. A password is typed unseen or read from standard input, and never an argument."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.errors import UsageError
from rag.settings import Settings
from ui.users import put_user, read_users, remove_user

Emit = Callable[[Any, Callable[[], str]], int]


def run(settings: Settings, arguments: Namespace, emit: Emit) -> int:
    """One `users` command.

    :param settings: names the auth file where the arguments do not.
    :param arguments: `action`, `name`, `role`, `auth_file`, `password_stdin`.
    :param emit: prints a value as JSON or as text, and gives the exit code.
    :raises RolewrightError: for an auth file, a name or a password that cannot be used.
    """
    path = arguments.auth_file or settings.auth_file
    if path is None:
        raise UsageError("no auth file is named", "add --auth-file FILE, or set ROLEWRIGHT_AUTH_FILE")
    if arguments.action == "list":
        rows = [{"name": user.name, "role": user.role} for user in read_users(path).values()]
        return emit({"users": rows}, lambda: "\n".join(f"{row['role']}\t{row['name']}" for row in rows))
    if not arguments.name:
        raise UsageError("no user is named", f"run: rolewright users {arguments.action} NAME")
    if arguments.action == "remove":
        remove_user(path, arguments.name)
        return emit({"removed": arguments.name}, lambda: f"removed {arguments.name}")
    return _add(path, arguments, emit)


def _add(path: Path, arguments: Namespace, emit: Emit) -> int:
    if not arguments.role:
        raise UsageError("no role is named", "add --role reader, --role writer or --role admin")
    new = put_user(path, arguments.name, arguments.role, _password(arguments.password_stdin))
    row = {"name": arguments.name, "role": arguments.role, "new": new}
    return emit(row, lambda: f"{'added' if new else 'changed'} {arguments.name} as {arguments.role} in {path}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("Once more: ")
    except EOFError as error:
        raise UsageError("no password was typed", "use a terminal, or --password-stdin") from error
    if password != again:
        raise UsageError("the two passwords differ", "run the command again")
    return password
