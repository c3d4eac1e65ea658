"""What is said to a colleague in a pasted text is kept apart; what candidates are told stays; guesses are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.app import Engine, Rolewright
from rag.brief import parse_text
from rag.brief_internal import set_apart
from rag.jd import draft
from rag.settings import Settings
from ui.export import FORMATS, export


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    """The small library of every test."""
    return Rolewright(Settings(library=library)).engine


# (text, what is kept apart, what must still be read)
REMARKS: list[tuple[str, tuple[str, ...], str]] = [
    ("招一名会计,上海,8-10k,这个岗是顶替离职的小王,本科", ("这个岗是顶替离职的小王",), "招一名会计,上海,8-10k,本科"),
    ("招会计,薪资可谈到30k但别写,上海", ("薪资可谈到30k但别写",), "招会计,上海"),
    ("招会计,上海,最多能给25k,别写出来", ("最多能给25k", "别写出来"), "招会计,上海"),
    ("招行政一名,南京,我们在裁员,别告诉候选人", ("我们在裁员", "别告诉候选人"), "招行政一名,南京"),
    ("招采购,东莞,7k,财务那边还没批预算", ("财务那边还没批预算",), "招采购,东莞,7k"),
    ("招前端,杭州,25k,这个坑空了仨月了领导有点意见", ("这个坑空了仨月了领导有点意见",), "招前端,杭州,25k"),
    ("招产品经理,北京,JD里面不要体现我们在做大模型", ("JD里面不要体现我们在做大模型",), "招产品经理,北京"),
    ("招行政,无锡,如果能找到愿意5k来的最好", ("如果能找到愿意5k来的最好",), "招行政,无锡"),
    ("徵客服，桃園，麻煩低調處理，現任還不知道", ("麻煩低調處理", "現任還不知道"), "徵客服，桃園"),
    ("請sales，中環，budget得25k，唔好講俾candidate聽", ("budget得25k", "唔好講俾candidate聽"), "請sales，中環"),
    ("招倉管，桃園，四萬二。人資備註：上一位是跟老闆吵架走的，對外一律說擴編。", ("上一位是跟老闆吵架走的，對外一律說擴編",), "招倉管，桃園，四萬二。"),
    ("招倉管，台中。預算其實有抓到四萬六，不要寫在上面喔。", ("預算其實有抓到四萬六", "不要寫在上面喔"), "招倉管，台中。"),
    ("招人事专员,苏州。老板说最好找没结婚的,这句别发。", ("老板说最好找没结婚的", "这句别发"), "招人事专员,苏州。"),
    ("招课程顾问,济南。别写我们校区要搬。", ("别写我们校区要搬",), "招课程顾问,济南。"),
    ("招行政,合肥,前任怀孕了才招,勿外传", ("前任怀孕了才招", "勿外传"), "招行政,合肥"),
    ("Accountant, Leeds, £35k, Sarah's last day is 30 May", ("Sarah's last day is 30 May",), "Accountant, Leeds, £35k"),
    ("Buyer, Leeds, finance hasn't approved the second headcount yet", ("finance hasn't approved the second headcount yet",), "Buyer, Leeds"),
    ("Analyst, York, advertise at 40 but we'd pay 46 for the right person", ("advertise at 40 but we'd pay 46 for the right person",), "Analyst, York"),
    ("招行政,HC冻结前要到岗,老板催,南京", ("HC冻结前要到岗", "老板催"), "招行政,南京"),
    ("招行政,南京,不要写薪资上限", ("不要写薪资上限",), "招行政,南京"),
    ("急招会计接替离职的老张,上海", ("接替离职的老张",), "急招会计,上海"),
    ("因小李下个月离职现招会计1名,上海", ("因小李下个月离职",), "现招会计1名,上海"),
    ("岗位：会计\n内部备注：预算最高30k，先谈低一点\n地点：上海", ("预算最高30k，先谈低一点",), "岗位：会计\n地点：上海"),
    ("岗位：会计\n内部备注：\n- 上一任做不下去\n- 猎头费没预算\n\n地点：上海", ("上一任做不下去", "猎头费没预算"), "岗位：会计\n\n地点：上海"),
    ("岗位：会计\n要求：\n- 本科\n- 别写全日制\n- 会用Excel", ("别写全日制",), "岗位：会计\n要求：\n- 本科\n- 会用Excel"),
    ("招财务经理,杭州,20-25k(最高可到30k,别写)", ("最高可到30k,别写",), "招财务经理,杭州,20-25k"),
    ("招财务经理(保密),杭州", ("保密",), "招财务经理,杭州"),
    ("上次来的几个候选人太水了,招UI设计师,成都", ("上次来的几个候选人太水了",), "招UI设计师,成都"),
    ("招亚马逊运营,深圳,最好去竞品挖个人", ("最好去竞品挖个人",), "招亚马逊运营,深圳"),
    ("徵會計一名，台北，補離職同仁的缺，主管在催，不要寫薪資上限", ("補離職同仁的缺", "主管在催", "不要寫薪資上限"), "徵會計一名，台北"),
    ("請會計文員，荃灣，呢個位係頂走咗嘅阿May，唔好寫人工上限", ("呢個位係頂走咗嘅阿May", "唔好寫人工上限"), "請會計文員，荃灣"),
    ("Accountant in Leeds, £30k, backfill for Anna, internal only: can stretch to 36k", ("backfill for Anna", "can stretch to 36k"), "Accountant in Leeds, £30k"),
    ("We need an accountant to replace John who was let go, Leeds. Do not mention the salary cap.", ("to replace John who was let go", "Do not mention the salary cap"), "We need an accountant, Leeds."),
    ("Accountant, Leeds, CEO is pushing, headcount will be frozen in May, ACCA part-qualified", ("CEO is pushing", "headcount will be frozen in May"), "Accountant, Leeds, ACCA part-qualified"),
    ("Accountant, Leeds, we could go up to 40k, but don't put that in the ad", ("we could go up to 40k", "but don't put that in the ad"), "Accountant, Leeds"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "apart", "rest"), REMARKS, ids=[row[0][:24] for row in REMARKS])
def test_a_remark_to_a_colleague_is_kept_apart(text: str, apart: tuple[str, ...], rest: str) -> None:
    assert set_apart(text) == (rest, apart)


@pytest.mark.parametrize(
    "text",
    [
        "招店长,店员休假时顶替排班,能接替值班",
        "招HRBP,负责员工入离职手续,员工离职面谈,降低离职率",
        "招前端,不用加班,不用写日报,无需写代码",
        "招法务,不得泄露公司机密,对客户信息严格保密,负责合同审批",
        "招财务BP,负责预算控制和超预算预警,编制年度预算",
        "招催收专员,电话催款,处理客户催单",
        "招采购,与供应商压价,维护内部系统",
        "招内部培训师,开发内部使用的课程",
        "招会计,薪资可谈,优秀者薪资另议,产假替岗6个月",
        "招护士,有编制,缴公积金",
        "老板说下个月要上一个做私域的同学,杭州",
        "招店员,小时工也行,小店刚开业,老板人好",
        "Maintenance technician, Hull. Replace worn parts, cover for absent colleagues, maintain confidential records.",
        "Finance analyst, London: budget approvals, list the costs, never share client data. Maternity cover.",
        "HR officer. Handles leavers, exit interviews and confidential files. Up to £32k.",
        "Cook in Leeds, can poach eggs, our current team is growing, previous hires stayed for years",
    ],
)
def test_what_candidates_are_told_stays(text: str) -> None:
    assert set_apart(text) == (text, ())


def test_an_internal_remark_is_in_no_file_and_is_told(engine: Engine) -> None:
    brief = parse_text("招一名新媒体运营,上海,15-20k,顶替离职的小王,薪资可谈到30k但别写,会剪视频", engine.linker)
    assert brief.internal == ("顶替离职的小王", "薪资可谈到30k但别写") and brief.salary == "15-20k"
    made = draft(brief, engine)
    assert any("小王" in line and "不会发布" in line for line in made.notices)
    for form in FORMATS:
        if form not in {"docx", "pdf", "json"}:
            assert "小王" not in export(made, form).decode("utf-8") and "30k" not in export(made, form).decode("utf-8")


def test_a_clause_that_nothing_marks_is_told_as_a_guess(engine: Engine) -> None:
    brief = parse_text("招新媒体运营,上海,旺季每天出40张图,本科", engine.linker)
    assert brief.unsure == ("旺季每天出40张图",)
    assert any("旺季每天出40张图" in line and "确认" in line for line in draft(brief, engine).notices)
    # A statement may be anything: it is not published at all.
    brief = parse_text("招新媒体运营,上海,办公室那边有点乱", engine.linker)
    assert brief.unsure == () and brief.internal == ("办公室那边有点乱",)
    assert parse_text("招新媒体运营,上海,要会剪视频", engine.linker).unsure == ()


def test_no_overtime_is_a_condition_and_no_instruction(engine: Engine) -> None:
    brief = parse_text("招新媒体运营,上海,不用加班", engine.linker)
    assert brief.conditions == ("不用加班",) and not brief.notes and not brief.internal
