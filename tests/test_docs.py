"""What is promised is there: every setting, command and file that the documents name."""

from __future__ import annotations

import re
from pathlib import Path

from ui.cli import build_parser
from ui.commands import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    names = set(
        re.findall(r'"((?:ROLEWRIGHT|OPENAI)_[A-Z_]+)"', (ROOT / "rag" / "settings.py").read_text(encoding="utf-8"))
    )
    assert names and names <= set(re.findall(r"`((?:ROLEWRIGHT|OPENAI)_[A-Z_]+)`", README))


def test_every_command_is_documented_and_parsed() -> None:
    usage = build_parser().format_help()
    for command in COMMANDS:
        assert f"`{command}`" in README and re.search(rf"^ +{command} ", usage, re.M)


def test_every_command_of_the_readme_parses() -> None:
    for line in re.findall(r"^\$ .*?\.venv/bin/rolewright (.+?)(?:\s+#.*)?$", README, re.M):
        arguments = re.findall(r'"[^"]*"|\S+', line)
        build_parser().parse_args([argument.strip('"') for argument in arguments])


def test_every_linked_file_exists() -> None:
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / name).exists(), name


def test_every_file_of_the_house_exists() -> None:
    table = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    for cell in re.findall(r"^\| (`[^|]+) \|", table, re.M):
        folder = ""
        for name in re.findall(r"`([^`]+)`", cell):
            folder = name.split("/")[0] if "/" in name else folder
            assert list(ROOT.glob(name if "/" in name else f"{folder}/{name}")), name
