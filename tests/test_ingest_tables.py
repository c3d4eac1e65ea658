"""Tables and sidecars: rows become sections that the catalogue reads; a sidecar says what a document cannot."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ingest.document import read_document
from ingest.errors import LoadError
from ingest.loaders import load
from ingest.roles import read_roles
from ingest.sections import split_sections
from ingest.types import RoleEntry

HEADER = ["部门", "岗位名称", "岗位目的", "主要职责", "任职要求"]
ROWS = [
    ["客服部", "售前客服", "促成交易", "1、回应咨询。\n2、推荐商品。", "打字快"],
    ["", "售后主管", "维护口碑", "1、处理投诉;2、统计退款数据。", ""],
    ["法务部", "法务专员", "防范风险", "审核合同。", "法学专业"],
]


def _csv(path: Path, encoding: str = "utf-8", sign: str = ",") -> Path:
    lines = [sign.join(f'"{cell}"' for cell in row) for row in [HEADER, *ROWS]]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def _xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2023 年岗位表"])
    for row in [HEADER, *ROWS]:
        sheet.append([cell or None for cell in row])
    book.save(path)
    return path


def _roles(path: Path) -> dict[str, RoleEntry]:
    document = read_document(path, path.name, "")
    return {entry.name: entry for entry in read_roles(document, split_sections(document.text, document.title))}


@pytest.mark.parametrize("kind", ["csv", "gbk", "semicolon", "xlsx"])
def test_rows_become_roles_with_their_duties(kind: str, tmp_path: Path) -> None:
    path = {
        "csv": lambda: _csv(tmp_path / "roles.csv"),
        "gbk": lambda: _csv(tmp_path / "roles.csv", "gbk"),
        "semicolon": lambda: _csv(tmp_path / "roles.csv", sign=";"),
        "xlsx": lambda: _xlsx(tmp_path / "roles.xlsx"),
    }[kind]()
    roles = _roles(path)
    assert roles["售前客服"].department == "客服部" and roles["法务专员"].department == "法务部"
    assert [span.text for span in roles["售前客服"].spans("duties")] == ["回应咨询。", "推荐商品。"]
    assert roles["售后主管"].department == "客服部" and roles["售后主管"].depth == "duties_goals_kpis"
    assert [span.text for span in roles["售前客服"].spans("skills")] == ["打字快"]


def test_several_sheets_and_empty_ones(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title in ("总部", "门店"):
        sheet = book.create_sheet(title)
        sheet.append(["岗位", "职责"])
        sheet.append([f"{title}经理", "负责日常管理。"])
    book.save(tmp_path / "a.xlsx")
    text = load(tmp_path / "a.xlsx").pages[0]
    assert "# 总部" in text and "## 总部经理" in text and "# 门店" in text and "职责: 负责日常管理。" in text


def test_a_table_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("只有,表头\n", encoding="utf-8")
    assert load(tmp_path / "a.csv").pages == ("只有 | 表头",)


def test_a_packed_bomb_is_refused(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(3):
            package.writestr(f"xl/{number}.xml", b" " * (80 * 2**20))
    for name in ("bomb.xlsx", "bomb.docx"):
        (tmp_path / name).write_bytes(data.getvalue())
        with pytest.raises(LoadError, match="unpacks to"):
            load(tmp_path / name)


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a.html"])
def test_a_billion_laughs_are_refused_or_harmless(name: str, tmp_path: Path) -> None:
    entities = "".join(
        f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "lol"}{f"&l{n - 1};" * 9 if n else ""}">' for n in range(10)
    )
    laughs = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>&l9;</x>'
    path = tmp_path / name
    if name.endswith(".html"):
        path.write_text(f"{laughs}<p>正文说明岗位职责。</p>", encoding="utf-8")
        assert len("".join(load(path).pages)) < 100_000
        return
    main = "xl/workbook.xml" if name.endswith(".xlsx") else "word/document.xml"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", laughs)
        package.writestr("_rels/.rels", laughs)
        package.writestr(main, laughs)
    with pytest.raises(LoadError):
        load(path)


def test_a_sidecar_says_what_the_document_cannot(tmp_path: Path) -> None:
    path = tmp_path / "scan.txt"
    path.write_text("负责店铺的日常运营。", encoding="utf-8")
    (tmp_path / "scan.txt.meta.yaml").write_text(
        "title: 店铺手册\nauthor: 运营中心\nyear: 2022\nsource: 内网\n", encoding="utf-8"
    )
    loaded = load(path)
    assert (loaded.title, loaded.author, loaded.year, loaded.source) == ("店铺手册", "运营中心", 2022, "内网")


@pytest.mark.parametrize(
    ("content", "message"), [("titel: x\n", "titel"), ("- a\n", "key: value"), ("a: [", "not YAML")]
)
def test_a_broken_sidecar_is_named(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "scan.txt"
    path.write_text("负责店铺的日常运营。", encoding="utf-8")
    (tmp_path / "scan.txt.meta.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(LoadError, match=message):
        load(path)
