"""Errors are told in the reader's language: every one that a user of the pages can meet."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ingest import errors
from ingest.errors import LoadError, RolewrightError, UsageError
from ingest.types import IngestReport
from ui.error_words import CHINESE
from ui.library_tab import report_html
from ui.status_tab import checks_html
from ui.told import told
from ui.visit import browser_language

ROOT = Path(__file__).parent.parent
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, RolewrightError)}
# Met by who starts the program, calls it from outside or writes its data files, never by who uses a page.
OUTSIDE = {
    "ingest": {"page_rules"},
    "rag": {"settings", "lint_rules", "types", "template", "drafting", "draft_json", "lint"},
    "eval": {
        "sweep",
        "train_adapter",
        "train_checker",
        "train_remarks",
        "judge",
        "drafts",
        "checker",
        "calibrate",
        "command",
        "report",
    },
    "ui": {"cli", "commands", "batch", "draft_batch", "draft_command", "drafts_command", "users", "users_command"}
    | {"api", "app", "mcp_server", "sign_in", "docx_template"},
}
NEVER = re.compile(
    r"the brief('s \S+ is not a| has no field| is not| holds half)|unknown|k is |nobody|\S+ is no name|7 documents are not|"
    r"x is a folder|x is not a regular|x$|x: x|the conversation"
)


def _messages() -> list[str]:
    """The messages of all errors, each place that is filled in at run time as `x`."""
    found = []
    for package, outside in OUTSIDE.items():
        for path in sorted((ROOT / package).glob("*.py")):
            if path.stem in outside:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in KINDS
                    and node.args
                ):
                    text = node.args[0].left if isinstance(node.args[0], ast.BinOp) else node.args[0]
                    if isinstance(text, ast.JoinedStr):
                        found.append("".join(_part(part) for part in text.values))
                    elif isinstance(text, ast.Constant):
                        found.append(str(text.value))
    return found


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    if part.conversion == ord("r"):
        return "'x'"
    code = ast.unparse(part.value)
    return "7" if "len(" in code or code in {"number", "n", "unlabelled"} else "x"


def test_every_error_has_its_words() -> None:
    messages = [text for text in _messages() if not NEVER.match(text)]
    assert len(messages) > 80
    english = [text for text in messages if not re.search("[\u4e00-\u9fff]", told(UsageError(text, "hint"), "zh-Hans"))]
    assert not english, "\n".join(english)


def test_every_word_can_be_told() -> None:
    for pattern, message, hint in CHINESE:
        places = re.compile(pattern).groups
        assert message.format(*"abcdefg"[:places]) and hint.format() == hint, pattern


def test_names_stay_as_they_are() -> None:
    error = LoadError("网<b>.pdf is password-protected", "save a copy without the password and use that")
    assert told(error, "zh-Hant") == "网&lt;b&gt;.pdf 有密碼保護<br>請去掉密碼後另存一份"
    assert told(error, "en") == "网&lt;b&gt;.pdf is password-protected<br>save a copy without the password and use that"


def test_reports_and_checks() -> None:
    report = IngestReport()
    report.failed.append({"doc": "a.doc", "reason": "a.doc is an old .doc file; open it in Word and save it as .docx"})
    assert "a.doc 是旧的 .doc 文件\uff0c请用 Word 打开\uff0c另存为 .docx" in report_html(report, "zh-Hans")
    assert "is an old .doc file" in report_html(report, "en")
    row = {"check": "model", "ok": False, "detail": "stream cut off", "hint": "try again"}
    assert "中断" in checks_html([row], "zh-Hans") and "stream cut off" in checks_html([row], "en")


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh-TW,zh;q=0.9", "zh-Hant"), ("fr, zh-CN", "zh-Hans"), ("en-GB,zh", "en"), ("", "en"), ("zh", "zh-Hans")],
)
def test_the_language_that_a_browser_asks_for(header: str, language: str) -> None:
    assert browser_language(header) == language
