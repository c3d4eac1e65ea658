"""Files as strangers have them: forms, nested tables, running heads that are glued to the text, tables with a title row."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.document import read_document
from ingest.repair import repeated_edges
from ingest.roles import read_roles
from ingest.sections import split_sections
from ingest.types import RoleEntry


def _roles(path: Path) -> dict[str, RoleEntry]:
    document = read_document(path, path.name, "d")
    entries = read_roles(document, split_sections(document.text, document.title))
    for span in (span for entry in entries for spans in entry.fields.values() for span in spans):
        assert document.text[span.start : span.end] == span.text
    return {entry.name: entry for entry in entries}


def _texts(entry: RoleEntry, label: str) -> list[str]:
    return [span.text.rstrip("。;；") for span in entry.spans(label)]


FORM = (
    ("岗位名称", "采购主管", "所属部门", "供应链部"),
    ("直接上级", "供应链经理", "直接下级", "采购专员"),
    ("岗位目的", "保证物料按时到货,控制成本", "", ""),
    ("岗位职责", "1.制定采购计划;\n2.与供应商谈判;\n3.跟踪交期。", "", ""),
    ("任职要求", "大专以上,三年经验", "", ""),
)


def _form(path: Path) -> Path:
    document = docx.Document()
    table = document.add_table(rows=len(FORM), cols=4)
    for at, (row, values) in enumerate(zip(table.rows, FORM, strict=True)):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
        if not values[2]:
            table.cell(at, 1).merge(table.cell(at, 3))
    document.save(str(path))
    return path


def test_a_form_in_word_is_a_role(tmp_path: Path) -> None:
    roles = _roles(_form(tmp_path / "form.docx"))
    assert set(roles) == {"采购主管", "供应链经理", "采购专员"}
    entry = roles["采购主管"]
    assert entry.kind == "role" and entry.depth == "duties_goals_kpis" and entry.department == "供应链部"
    assert _texts(entry, "duties") == ["制定采购计划", "与供应商谈判", "跟踪交期"]
    assert _texts(entry, "goal") == ["保证物料按时到货,控制成本"]
    assert _texts(entry, "works_with") == ["供应链经理", "采购专员"]
    assert _texts(entry, "skills") == ["大专以上", "三年经验"]


def test_a_form_with_tabs_is_a_role(tmp_path: Path) -> None:
    path = tmp_path / "form.txt"
    path.write_text(
        "岗位名称\t布草主管\t所属部门\t客房部\n直接上级\t客房经理\t直接下级\t布草员\n\n工作职责\n"
        "序号\t职责\t工作内容\t占比\n1\t收发\t每日清点布草并登记数量\t40%\n2\t送洗\t联系洗衣厂,核对送洗单\t60%\n",
        encoding="utf-8",
    )
    entry = _roles(path)["布草主管"]
    assert _texts(entry, "duties") == ["每日清点布草并登记数量", "联系洗衣厂,核对送洗单"]
    assert _texts(entry, "works_with") == ["客房经理", "布草员"]


def test_rows_with_tabs_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("岗位\t职责\n焊工\t焊接支架、检查焊缝\n钳工\t装配夹具\n", encoding="utf-8")
    roles = _roles(path)
    assert {name: entry.depth for name, entry in roles.items()} == {"焊工": "duties", "钳工": "one_line"}


def test_a_table_inside_a_cell_does_not_break_its_row(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    rows = [("岗位", "主要职责", "任职要求"), ("焊工", "焊接支架", "持有焊工证"), ("电工", "检修线路", "持有电工证")]
    for row, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    inner = table.rows[1].cells[1].add_table(rows=1, cols=2)
    inner.rows[0].cells[0].text, inner.rows[0].cells[1].text = "每周", "两次"
    document.save(str(tmp_path / "a.docx"))
    roles = _roles(tmp_path / "a.docx")
    assert _texts(roles["焊工"], "skills") == ["持有焊工证"]
    assert _texts(roles["电工"], "skills") == ["持有电工证"]


def test_a_numbered_sheet_with_a_title_gives_its_roles(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["岗位一览表(2023)"],
        ["序号", "部门", "岗位名称", "岗位职责"],
        [1, "生产部", "注塑工", "操作注塑机;检查外观"],
        [2, None, "包装工", "装箱;贴标签"],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    roles = _roles(tmp_path / "a.xlsx")
    assert {name: entry.depth for name, entry in roles.items() if entry.kind == "role"} == {
        "注塑工": "duties",
        "包装工": "duties",
    }
    assert "岗位一览表(2023)" in read_document(tmp_path / "a.xlsx", "a.xlsx", "d").text


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_that_of_the_header(tmp_path: Path, sign: str) -> None:
    rows = (
        ["title", "department", "duties"],
        ["Night Porter", "Front Office", "Watch the door", ""],
        ["Barista", "Cafe", ""],
    )
    (tmp_path / "a.csv").write_text("".join(sign.join(row) + "\n" for row in rows), encoding="utf-8-sig")
    roles = _roles(tmp_path / "a.csv")
    assert _texts(roles["Night Porter"], "duties") == ["Watch the door"]
    assert roles["Barista"].heading == ("Cafe", "Barista")


def test_a_running_head_with_a_page_number_is_cut_off_the_text_it_is_glued_to() -> None:
    pages = [
        f"酒店岗位手册 第 {n} 页{name}\n职责:\n搬运行李。\n{name}每天早上八点到岗。"
        for n, name in enumerate(("礼宾员", "门童", "礼宾主管"), 9)
    ]
    cut = [edits[0] for edits in repeated_edges(pages)]
    assert [page[edit.end :].split("\n")[0] for page, edit in zip(pages, cut, strict=True)] == [
        "礼宾员",
        "门童",
        "礼宾主管",
    ]


def test_equal_beginnings_without_a_page_number_stay() -> None:
    pages = [f"客房服务员的{what}\n正文{what}。\n再一行{what}。\n末行{what}。" for what in ("职责", "要求", "待遇")]
    assert repeated_edges(pages) == [[], [], []]


def test_to_whom_something_is_given_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("质检员\n1.填写评分表,反馈给班长。\n2.抽听录音。\n", encoding="utf-8")
    assert "反馈给班长" not in _roles(path)


def test_word_changes_are_read_as_accepted_and_notes_where_they_belong(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("焊工每班检查")
    names = f"{nsdecls('w')} w:id='1' w:author='a'"
    for xml in (
        f"<w:del {names}><w:r><w:delText>一次</w:delText></w:r></w:del>",
        f"<w:ins {names}><w:r><w:t>两次</w:t></w:r></w:ins>",
        f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>隐藏的话</w:t></w:r>",
        f"<w:r {nsdecls('w')}><w:t>焊缝。</w:t></w:r>",
        f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))
    document.add_paragraph("下一段。")
    notes = f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>夜班除外。</w:t></w:r></w:p></w:footnote></w:footnotes>"
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(tmp_path / "a.docx"))
    text = read_document(tmp_path / "a.docx", "a.docx", "d").text
    assert text == "焊工每班检查两次焊缝。\n\n夜班除外。\n\n下一段。"


def test_a_form_with_numbered_rows_and_a_table_of_metrics() -> None:
    entry = _roles(Path(__file__).parent / "pages" / "48-word-form.docx")["染色车间主任"]
    assert [span.text[:4] for span in entry.spans("duties")] == ["排定染缸", "审核化料", "每周召开"]
    assert [span.text for span in entry.spans("metrics")] == [
        "一次对色合格率 | 不低于93% | 50%",
        "返染率 | 不高于4% | 50%",
    ]
    assert entry.department == "生产部"
    assert "所属部门" not in _roles(Path(__file__).parent / "pages" / "48-word-form.docx")


@pytest.mark.parametrize(
    "said",
    [
        "（待补充）",
        "（發行中心未交）",
        "由採購課長另訂之。",
        "（待定归属，职责另发）",
        "職責另行規定",
        "TBD",
        "to be defined",
        "此处略",
        "尚未确定。",
    ],
)
def test_what_is_still_to_be_written_is_no_duty_and_no_metric(tmp_path: Path, said: str) -> None:
    """A reader who asks for the duties is told that the role is only named, not `（待补充）`."""
    text = f"# 发行中心\n\n## 品牌经理\n{said}\n\n## 美术主管\n主要职责：\n- 审核原画；\n- 制定规范。\n\n考核指标：{said}\n"
    path = tmp_path / "roles.md"
    path.write_text(text, encoding="utf-8")
    roles = _roles(path)
    assert roles["品牌经理"].depth == "named_only" and not any(roles["品牌经理"].fields.values())
    assert _texts(roles["美术主管"], "duties") == ["审核原画", "制定规范"] and not roles["美术主管"].spans("metrics")


@pytest.mark.parametrize(
    "said", ["制定产品策略", "跟进待确认订单", "催收未交货款", "处理暂缺商品", "另行通知客户改期", "奖金另发放到工资卡"]
)
def test_work_on_what_is_missing_is_work(tmp_path: Path, said: str) -> None:
    path = tmp_path / "roles.md"
    path.write_text(f"# 客服部\n\n## 客服专员\n主要职责：\n- {said}；\n- 接听来电。\n", encoding="utf-8")
    assert said in _texts(_roles(path)["客服专员"], "duties")
