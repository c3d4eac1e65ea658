"""What running text says of somebody without a heading or a label, and documents that are on one role alone."""

from __future__ import annotations

import pytest

from ingest.roles import read_roles
from ingest.sections import split_sections
from ingest.types import RoleEntry, SourceDocument


def _roles(text: str, title: str = "手册") -> dict[str, RoleEntry]:
    document = SourceDocument(doc="a.md", title=title, text=text, digest="d")
    entries = read_roles(document, split_sections(text, title))
    for span in (span for entry in entries for spans in entry.fields.values() for span in spans):
        assert text[span.start : span.end] == span.text
    return {entry.name: entry for entry in entries}


def _duties(text: str, name: str) -> list[str]:
    return [span.text for span in _roles(text)[name].spans("duties")]


@pytest.mark.parametrize(
    ("text", "name", "duty"),
    [
        ("灯泡坏了要换,线路也要定期查。这就是电工要做的工作。", "电工", "灯泡坏了要换,线路也要定期查"),
        ("至于给客人泡茶,那是茶艺师的事。", "茶艺师", "至于给客人泡茶,那是茶艺师的事"),
        ("教室里的电脑坏了,那是IT的事儿。", "IT", "教室里的电脑坏了,那是IT的事"),
        ("讲解员也已经进入相应的准备工作。", "讲解员", "讲解员也已经进入相应的准备工作"),
        ("当厨师备好菜之后,客人就可以入座。", "厨师", "厨师备好菜"),
        ("开馆之前,需要保洁人员把展柜擦干净。", "保洁人员", "保洁人员把展柜擦干净"),
        ("规则一变,各教研组安排自己的课程。", "教研组", "教研组安排自己的课程"),
    ],
)
def test_what_is_said_back_to_a_name_is_read(text: str, name: str, duty: str) -> None:
    assert duty in _duties(text, name)


def test_what_is_said_of_the_items_of_a_list_is_theirs() -> None:
    text = (
        "剧组分灯光师、场记和木偶。木偶负责搬运布景,场记记录镜头,最终由灯光师检查灯具,并由三个岗位的人员一起清点道具。"
    )
    roles = _roles(text)
    assert {name: roles[name].depth for name in ("木偶", "场记", "灯光师")} == dict.fromkeys(
        ("木偶", "场记", "灯光师"), "duties"
    )
    assert _duties(text, "场记") == ["一起清点道具", "场记记录镜头"]


def test_spellings_of_one_person_are_one_entry() -> None:
    roles = _roles("摄影师要检查相机。当摄影人员拍摄花絮之后,灯光就撤下。")
    assert roles["摄影师"].aliases == ("摄影人员",)
    assert len(roles["摄影师"].spans("duties")) == 2


def test_results_make_a_purpose_a_goal() -> None:
    said = "由研究员开展观众调查,以此来确定下一季的主题。"
    assert _roles(said)["研究员"].depth == "one_line"
    whole = _roles(said + "研究员需要提交的成果包括:调查报告、访谈记录。")["研究员"]
    assert whole.depth == "duties_goals_kpis"
    assert [span.text for span in whole.spans("deliverables")] == ["调查报告", "访谈记录"]
    assert [span.text for span in whole.spans("goal")] == ["以此来确定下一季的主题"]


def test_a_sentence_that_sums_up_is_one_duty() -> None:
    text = "# 手册\n\n## 总务处\n\n简单来说,就是管理校舍,采购桌椅,维修水电,这就是总务处要做的工作。\n"
    assert len(_duties(text, "总务处")) == 1


def test_a_sentence_that_holds_names_alone_is_no_duty() -> None:
    text = "# 手册\n\n## 教务处\n\n教务处负责排课。教务内部也会有不同分工,有排课员、学籍员等。\n"
    assert _duties(text, "教务处") in (["教务处负责排课。"], ["教务处负责排课"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("异常情况先报店长。", "报店长"),
        ("由领班核对后并报总经理。", "并报总经理"),
        ("店长对营运总监负责。", "店长对营运总监"),
        ("明年起取消线路经理。", "取消线路经理"),
        ("哪些部门需要搬家?", "哪些部门"),
        ("他管理三名项目专员。", "管理三名项目专员"),
        ("# How to Become a Freight Clerk\n\nSend a letter to the depot.", "How to Become a Freight Clerk"),
    ],
)
def test_what_stands_before_a_name_is_no_part_of_it(text: str, name: str) -> None:
    assert name not in _roles(text)


def test_a_name_begins_behind_what_leads_to_it() -> None:
    assert "海外零售业务部" in _roles("他每周向海外零售业务部汇报。")


ADVERT = """# 职位描述

岗位职责:

1. 编制排课表。
2. 核对教室。

任职要求:

1. 会用表格。
"""


def test_an_advert_is_about_the_role_in_its_title() -> None:
    roles = _roles(ADVERT, "教务专员")
    assert [*roles] == ["教务专员"]
    entry = roles["教务专员"]
    assert [span.text for span in entry.spans("duties")] == ["编制排课表。", "核对教室。"]
    assert [span.text for span in entry.spans("skills")] == ["会用表格"]
    assert entry.start <= entry.spans("duties")[0].start and entry.spans("skills")[0].end <= entry.end


def test_a_form_is_about_the_role_that_it_names() -> None:
    text = "文件编号\tX-1\n\n岗位名称\t仓管主管\t所属部门\t后勤中心\n\n" + ADVERT
    assert [span.text for span in _roles(text, "文件编号 X-1")["仓管主管"].spans("duties")] == [
        "编制排课表。",
        "核对教室。",
    ]


def test_blocks_below_a_name_stay_with_it() -> None:
    text = "# 排课员\n\n职责:\n\n1. 编制排课表。\n2. 核对教室。\n"
    roles = _roles(text, "教务主任")
    assert roles["排课员"].depth == "duties"
    assert "教务主任" not in roles
