"""The auth file, its commands, the audit log and the two limits."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import SettingsError, UsageError
from ui.audit import KEPT, AuditLog, Entry, about, current, failed
from ui.cli import main
from ui.limits import Attempts, Bucket
from ui.users import Users, check_password, hash_password, put_user, read_users, remove_user

PASSWORD = "geheim:密码 1"


@pytest.fixture
def users_file(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    assert put_user(path, "mei", "admin", PASSWORD)
    return path


class Clock:
    """Time that moves when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_password_is_hashed_with_a_salt_of_its_own() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second and PASSWORD not in first
    assert check_password(PASSWORD, first) and check_password(PASSWORD, second)
    assert not check_password(PASSWORD + " ", first) and not check_password("", first)
    kind, n, r, p, salt, digest = first.split("$")
    # What OWASP's password storage cheat sheet asks of scrypt.
    assert kind == "scrypt" and (int(n), int(r), int(p)) == (2**14, 8, 5) and salt and digest


def test_the_file_is_written_for_its_owner_alone(users_file: Path) -> None:
    assert not put_user(users_file, "mei", "writer", "another-one")
    assert put_user(users_file, "wang", "reader", PASSWORD)
    assert {name: user.role for name, user in read_users(users_file).items()} == {"mei": "writer", "wang": "reader"}
    assert PASSWORD not in users_file.read_text("utf-8") and "another-one" not in users_file.read_text("utf-8")
    if os.name == "posix":
        assert stat.S_IMODE(users_file.stat().st_mode) == 0o600
    assert not [path for path in users_file.parent.iterdir() if path.name not in {"users", "users.lock"}]


def test_many_changes_at_once_are_all_kept(users_file: Path) -> None:
    names = [f"user{number}" for number in range(6)]
    threads = [threading.Thread(target=put_user, args=(users_file, name, "reader", PASSWORD)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read_users(users_file)) == {"mei", *names}


@pytest.mark.parametrize(
    "line",
    [
        "no colon",
        "mei:geheim",
        "mei:admin:geheim",
        "mei:boss:scrypt$16384$8$5$AAAA$AAAA",
        ":admin:scrypt$16384$8$5$AAAA$AAAA",
        "mei:admin:scrypt$16384$8$5$AAAA$not base64",
        "mei:admin:scrypt$99999999$8$5$AAAA$AAAA",
        "mei:admin:md5$1$1$1$AAAA$AAAA",
        "# nobody",
        "",
    ],
)
def test_any_other_line_is_refused_and_never_shown(tmp_path: Path, line: str) -> None:
    (tmp_path / "users").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_users(tmp_path / "users")
    assert "rolewright users add" in caught.value.hint
    assert "geheim" not in caught.value.message + caught.value.hint


def test_a_user_named_twice_is_refused(users_file: Path) -> None:
    users_file.write_text(users_file.read_text("utf-8") * 2, encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2"):
        read_users(users_file)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "#a", "x" * 65, "a\nb"])
def test_a_name_that_would_break_the_file(users_file: Path, name: str) -> None:
    before = users_file.read_bytes()
    with pytest.raises(UsageError):
        put_user(users_file, name, "reader", PASSWORD)
    with pytest.raises(UsageError, match="too short"):
        put_user(users_file, "wang", "reader", "short")
    assert users_file.read_bytes() == before


def test_removing(users_file: Path) -> None:
    with pytest.raises(UsageError, match="only user"):
        remove_user(users_file, "mei")
    put_user(users_file, "wang", "reader", PASSWORD)
    with pytest.raises(UsageError, match="no user"):
        remove_user(users_file, "li")
    remove_user(users_file, "mei")
    assert set(read_users(users_file)) == {"wang"}


def test_a_running_server_follows_the_file(users_file: Path) -> None:
    gone: list[set[str]] = []
    put_user(users_file, "wang", "reader", PASSWORD)
    users = Users(users_file, gone.append)
    assert users.check("mei", PASSWORD) and not users.check("mei", "wrong") and not users.check("li", PASSWORD)
    assert (users.role("mei"), users.role("li"), users.role(None)) == ("admin", None, None)
    put_user(users_file, "mei", "reader", "another-one")
    remove_user(users_file, "wang")
    assert users.role("mei") == "reader" and users.role("wang") is None
    assert set().union(*gone) == {"mei", "wang"}
    users_file.write_text("mei:plain\n", encoding="utf-8")
    # A file that somebody has broken locks nobody out.
    assert users.role("mei") == "reader"


def test_an_unknown_name_is_checked_like_a_known_one(users_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[tuple[int, int, int]] = []
    import ui.users

    real = ui.users._derived

    def counted(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
        costs.append((n, r, p))
        return real(password, salt, n, r, p)

    users = Users(users_file, lambda names: None)
    monkeypatch.setattr(ui.users, "_derived", counted)
    users.check("mei", "wrong")
    users.check("nobody", "wrong")
    assert len(costs) == 2 and costs[0] == costs[1]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_the_users_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "deep" / "users")
    add = ["users", "add", "mei", "--role", "writer", "--auth-file", path]
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert run(capsys, *add, "--password-stdin")[1] == {"name": "mei", "role": "writer", "new": True}
    assert check_password(PASSWORD, read_users(Path(path))["mei"].hash)
    typed = iter(["another-one", "another-one", "one", "two"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert run(capsys, *add)[1]["new"] is False
    assert check_password("another-one", read_users(Path(path))["mei"].hash)
    code, value, _ = run(capsys, *add)
    assert code == 2 and "differ" in value["error"]["message"]
    monkeypatch.setenv("ROLEWRIGHT_AUTH_FILE", path)
    code, value, _ = run(capsys, "users")
    assert (code, value) == (0, {"users": [{"name": "mei", "role": "writer"}]})
    assert run(capsys, "users", "remove", "li")[1]["error"]["code"] == "usage"
    assert run(capsys, "users", "add", "li")[1]["error"]["hint"].startswith("add --role")
    assert run(capsys, "users", "add")[1]["error"]["hint"].endswith("users add NAME")


def test_the_users_command_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, value, _ = run(capsys, "users", "list")
    assert code == 2 and "--auth-file" in value["error"]["hint"]


def test_no_terminal_and_no_password(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ui", "users", "add", "mei", "--role", "reader", "--auth-file"]
    result = subprocess.run(
        [*command, str(tmp_path / "users")], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        start_new_session=True, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert result.returncode == 2 and "--password-stdin" in result.stderr and "Traceback" not in result.stderr


def test_the_audit_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = AuditLog(tmp_path)
    entry = Entry("mei", "upload")
    with current(entry):
        about("handbook.md")
        failed("load")
    about("nothing is noted here")
    log.write(entry)
    log.write(Entry("local", "ask"))
    with log.path.open("a") as file:
        file.write('{"time": "cut off')
    code = main(["audit", "--library", str(tmp_path), "--json"])
    rows = json.loads(capsys.readouterr().out)["entries"]
    assert code == 0 and [list(row) for row in rows] == [["time", "user", "action", "object", "outcome", "ms"]] * 2
    assert [(row["user"], row["action"], row["object"], row["outcome"]) for row in rows] == [
        ("mei", "upload", "handbook.md", "failed: load"),
        ("local", "ask", None, "done"),
    ]
    assert main(["audit", "--library", str(tmp_path), "--user", "mei", "--last", "5"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_the_audit_log_is_rotated(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, most_bytes=1000)
    for number in range(100):
        log.write(Entry("mei", "ask", str(number)))
    files = sorted(tmp_path.iterdir())
    assert len(files) == KEPT + 1 and all(file.stat().st_size <= 1000 for file in files)
    kept = [int(row["object"]) for row in log.rows()]
    assert kept == [*range(kept[0], 100)] and 20 < len(kept) < 100


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    AuditLog(tmp_path / "file").write(Entry("mei", "ask"))
    assert "cannot write the audit log" in caplog.text


def test_the_bucket() -> None:
    clock = Clock()
    bucket = Bucket(60, clock)
    assert [bucket.take("a") for _ in range(60)] == [0] * 60
    assert bucket.take("a") == 1 and bucket.take("b") == 0
    clock.now = 1.0
    assert bucket.take("a") == 0 and bucket.take("a") == 1
    slow = Bucket(2, clock)
    assert [slow.take("a") for _ in range(3)] == [0, 0, 30]
    assert not any(Bucket(0, clock).take("a") for _ in range(1000))


def test_the_attempts() -> None:
    clock = Clock()
    attempts = Attempts(3, 300, clock)
    for second in range(3):
        clock.now = second * 10.0
        assert attempts.wait("a") == 0
        attempts.begin("a")
    assert attempts.wait("a") == 280 and attempts.wait("b") == 0
    clock.now = 300.0
    assert attempts.wait("a") == 0
    attempts.begin("a")
    assert attempts.wait("a") == 10
    attempts.forget("a")
    assert attempts.wait("a") == 0
