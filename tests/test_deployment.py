"""The container files and the deployment guide name what exists, as far as it can be seen without a container engine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import running
from ui.cli import build_parser

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
SETTINGS = set(re.findall(r'"([A-Z]+_[A-Z_]+)"', (ROOT / "rag" / "settings.py").read_text(encoding="utf-8")))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def arguments_of(name: str) -> list[str]:
    return [arguments for instruction, arguments in instructions() if instruction == name]


def test_everything_copied_exists_and_is_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {path for arguments in arguments_of("COPY") for path in arguments.split()[:-1]}
    assert copied == let_in and all((ROOT / path).exists() for path in copied)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    packages = json.loads(re.search(r"^packages = (\[.*\])$", project, re.M)[1])  # type: ignore[index]
    assert set(packages) <= copied


def test_the_image_runs_a_command_as_nobody_in_particular() -> None:
    assert arguments_of("FROM") == ["python:3.12-slim"]
    order = [name for name, _ in instructions()]
    assert arguments_of("USER") == ["rolewright"] and order.index("USER") > max(
        index for index, name in enumerate(order) if name == "RUN"
    )
    (entry,), (command,) = map(arguments_of, ("ENTRYPOINT", "CMD"))
    assert json.loads(entry) == ["rolewright"]
    parsed = build_parser().parse_args(json.loads(command))
    assert (parsed.command, parsed.host, str(parsed.port)) == ("serve", "0.0.0.0", arguments_of("EXPOSE")[0])
    names = set(re.findall(r"([A-Z_]+)=", arguments_of("ENV")[0]))
    assert {name for name in names if name.startswith("ROLEWRIGHT")} <= SETTINGS
    assert arguments_of("VOLUME") == ["/library"] and "ROLEWRIGHT_LIBRARY=/library" in arguments_of("ENV")[0]


def test_the_health_check_tells_a_healthy_server(library: Path, tmp_path: Path) -> None:
    command = json.loads(arguments_of("HEALTHCHECK")[0].partition("CMD ")[2])

    def code(folder: Path) -> int:
        with running(Rolewright(Settings(library=folder))) as url:
            script = command[2].replace("127.0.0.1:7860", url.removeprefix("http://"))
            assert script != command[2]
            return subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode

    assert (code(library), code(tmp_path / "none")) == (0, 1)


def test_compose() -> None:
    compose: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    service = compose["services"]["rolewright"]
    assert service["volumes"] == ["library:/library"] and "library" in compose["volumes"]
    # Reached through a proxy on the same machine, not by everybody.
    assert service["ports"] == ["127.0.0.1:7860:7860"]
    assert service["build"] == "." and service["cap_drop"] == ["ALL"]


def test_the_wheel_holds_every_file(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(tmp_path)!r}))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    held = set(zipfile.ZipFile(tmp_path / result.stdout.split()[-1]).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "corpus", "ingest", "rag", "eval", "ui"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    assert set(tracked.stdout.split()) <= held


def test_every_command_of_the_guide_parses() -> None:
    commands = re.findall(r"(?:^\$ |`)rolewright ((?:users|serve|audit|doctor)\b[^`\n<#]*)", GUIDE, re.M)
    commands += re.findall(r"^\$ docker compose run --rm rolewright (.+)$", GUIDE, re.M)
    assert len(commands) > 8
    for command in commands:
        build_parser().parse_args(command.split())


def test_every_setting_of_the_guide_exists() -> None:
    named = set(re.findall(r"\b((?:ROLEWRIGHT|OPENAI)_[A-Z_]+)", GUIDE))
    assert named and named <= SETTINGS


@pytest.mark.parametrize("line", ["proxy_buffering off;", "proxy_set_header Host $http_host;", "flush_interval -1"])
def test_the_proxies_stream_and_pass_the_host_on(line: str) -> None:
    assert line in GUIDE
