"""The examples of docs/api.md do what they say, on a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import running
from ui.app import Door
from ui.users import put_user

TEXT = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"
PROGRAMS = re.findall(r"```python\n(.*?)```", TEXT, re.S)
CALLS = [re.sub(r"^\$ ", "", block, flags=re.M) for block in re.findall(r"```console\n(.*?)```", TEXT, re.S)]


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    with running(Rolewright(Settings(library=library))) as url:
        yield url


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=120, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("program", "told"), zip(PROGRAMS, [["answered", "8-10k"], ["'lint'", "[1]"]], strict=True))
def test_python(program: str, told: list[str], address: str, tmp_path: Path) -> None:
    assert ADDRESS in program
    output = run(sys.executable, "-X", "utf8", "-c", program.replace(ADDRESS, address), folder=tmp_path)
    assert all(part in output for part in told)


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sh")), reason="needs curl and sh")
def test_curl(address: str, library: Path, tmp_path: Path) -> None:
    search, sign_in = CALLS
    output = run("sh", "-ec", search.replace(ADDRESS, address), folder=tmp_path)
    assert "event: complete" in output and '"rank": 2' in output
    put_user(tmp_path / "users", "mei", "reader", "geheim & more")
    (tmp_path / "password.txt").write_text("geheim & more", encoding="utf-8")
    with running(Rolewright(Settings(library=library)), Door(tmp_path / "users")) as guarded:
        assert "true" in run("sh", "-ec", sign_in.replace(ADDRESS, guarded), folder=tmp_path)
        with_cookie = search.replace("curl ", "curl -b cookies ").replace(ADDRESS, guarded)
        assert "event: complete" in run("sh", "-ec", with_cookie, folder=tmp_path)
