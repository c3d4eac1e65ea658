"""Who may sign in, and as what: an auth file of `user:role:hash` lines. Passwords are neither kept nor shown."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import logging
import os
import re
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ingest.errors import SettingsError, UsageError

Role = Literal["reader", "writer", "admin"]
# Each role may do what those before it may.
ROLES: tuple[Role, ...] = get_args(Role)
SHORTEST = 8
# scrypt's cost: 16 MB and about 0.2 seconds a check. The file names the cost of each hash, so it can grow later.
N, R, P = 2**14, 8, 5
_MOST_MEMORY = 2**27
_NAME = re.compile(r"[^\s:#][^\s:]{0,63}")
HINT = "make its lines with: rolewright users add NAME --role reader --auth-file FILE"


@dataclass(frozen=True)
class User:
    """One line of the auth file; `hash` is never shown."""

    name: str
    role: Role
    hash: str


def hash_password(password: str) -> str:
    """`scrypt$n$r$p$salt$hash` of a password, with a fresh salt.

    :raises UsageError: for a password that is too short.
    """
    if len(password) < SHORTEST:
        raise UsageError("the password is too short", f"give at least {SHORTEST} characters")
    salt = secrets.token_bytes(16)
    return f"scrypt${N}${R}${P}${_text(salt)}${_text(_derived(password, salt, N, R, P))}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _derived(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # surrogatepass: what a form sends need not be text that UTF-8 can hold.
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY)


def _parts(stored: str) -> tuple[bytes, bytes, tuple[int, int, int]]:
    """The salt, the hash and the cost of a stored hash.

    :raises ValueError: for anything that is not one, or costs more than a sign-in may.
    """
    kind, n, r, p, salt, digest = stored.split("$")
    cost = int(n), int(r), int(p)
    if kind != "scrypt" or not (1 < cost[0] <= 2**17 and 0 < cost[1] <= 16 and 0 < cost[2] <= 16):
        raise ValueError("not a hash of this program")
    if 128 * cost[0] * cost[1] > _MOST_MEMORY // 2 or cost[0] & (cost[0] - 1):
        raise ValueError("a cost that cannot be paid")
    return base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True), cost


def check_password(password: str, stored: str) -> bool:
    """Whether a password belongs to a stored hash; compared in constant time."""
    salt, digest, cost = _parts(stored)
    return hmac.compare_digest(_derived(password, salt, *cost), digest)


def read_users(path: Path) -> dict[str, User]:
    """The users of an auth file by name; empty lines and lines that begin with # are left out.

    :raises SettingsError: when it cannot be read, holds another line (a plain password, say), or names nobody.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the auth file {path}: {error}", HINT) from error
    users: dict[str, User] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        user = _user(line)
        if user is None:
            # The line is never shown: it may hold a password.
            raise SettingsError(f"line {number} of the auth file {path} is not user:role:hash", HINT)
        if user.name in users:
            raise SettingsError(f"line {number} of the auth file {path} names a user again", "delete one of the lines")
        users[user.name] = user
    if not users:
        raise SettingsError(f"the auth file {path} names no user", HINT)
    return users


def _user(line: str) -> User | None:
    name, _, rest = line.strip().partition(":")
    role, _, stored = rest.partition(":")
    if not _NAME.fullmatch(name) or role not in ROLES:
        return None
    try:
        _parts(stored)
    except (ValueError, binascii.Error):
        return None
    return User(name, role, stored)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile."""
    from filelock import FileLock

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(path.name + ".lock"), mode=0o600):
            yield
    except OSError as error:
        raise SettingsError(f"cannot write {path}: {error.strerror}", "choose another --auth-file") from error


def _write(path: Path, users: dict[str, User]) -> None:
    """Replace the file in one step; nobody but its owner may read it."""
    text = "".join(f"{user.name}:{user.role}:{user.hash}\n" for user in users.values())
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)  # made with mode 600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def put_user(path: Path, name: str, role: Role, password: str) -> bool:
    """Add a user, or give one another role and password. Comments in the file are not kept.

    :return: whether the user is new.
    :raises UsageError: for a name or a password that cannot be used.
    :raises SettingsError: for a file that cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be a user's name", "use up to 64 characters without spaces and colons, not # first"
        )
    hashed = hash_password(password)
    with _locked(path):
        users = read_users(path) if path.exists() and path.stat().st_size else {}
        new = name not in users
        _write(path, users | {name: User(name, role, hashed)})
    return new


def remove_user(path: Path, name: str) -> None:
    """Take a user out; a running server ends that user's sessions.

    :raises UsageError: for a user who is not there, or is the only one.
    """
    with _locked(path):
        users = read_users(path)
        if name not in users:
            raise UsageError(f"there is no user {name!r}", "list the users with `rolewright users list`")
        if len(users) == 1:
            # An empty file would let nobody in, and a server would not start with it.
            raise UsageError(f"{name!r} is the only user", "add another user first, or delete the auth file")
        _write(path, {key: user for key, user in users.items() if key != name})


class Users:
    """The auth file while a server runs: read again when it changes.

    :param path: the auth file.
    :param gone: is told the names whose sessions end: users who are removed, or have another password.
    :raises SettingsError: for a file that cannot be used.
    """

    def __init__(self, path: Path, gone: Callable[[set[str]], None]) -> None:
        self.path = path
        self._gone = gone
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self._users = read_users(path)
        # Checked for unknown names, so that they cost the same time.
        self._nobody = hash_password(secrets.token_urlsafe(16))

    def _stamp(self) -> tuple[int, int, int] | None:
        with contextlib.suppress(OSError):
            stat = self.path.stat()
            return stat.st_mtime_ns, stat.st_size, stat.st_ino
        return None

    def _now(self) -> dict[str, User]:
        with self._lock:
            stamp = self._stamp()
            if stamp == self._seen:
                return self._users
            self._seen = stamp
            try:
                users = read_users(self.path)
            except SettingsError as error:
                logging.getLogger("rolewright").error("the users stay as they were: %s", error.message)
                return self._users
            old, self._users = self._users, users
            gone = {name for name, user in old.items() if name not in users or users[name].hash != user.hash}
        if gone:
            self._gone(gone)
        return users

    def role(self, name: str | None) -> Role | None:
        """The role of a signed-in user at this moment; None for nobody."""
        user = self._now().get(name or "")
        return user.role if user else None

    def check(self, name: str, password: str) -> bool:
        """Whether somebody may sign in; takes as long for a name that is not there."""
        user = self._now().get(name)
        right = check_password(password, user.hash if user else self._nobody)
        return right and user is not None
