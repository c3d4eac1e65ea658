"""Briefs from sentences, old job descriptions and files: every fact finds its field, and what finds none is a note."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from ingest.errors import UsageError
from rag.app import Engine, Rolewright
from rag.brief import brief_from_file, parse_text
from rag.drafting import read_brief_file
from rag.jd import draft
from rag.places import market_of
from rag.settings import Settings


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


SENTENCES: list[tuple[str, dict[str, object]]] = [
    (
        "天猫家电旗舰店招3个售前客服,苏州,5.5k-8k,早晚班轮换",
        {
            "title": "售前客服",
            "headcount": 3,
            "location": "苏州",
            "salary": "5.5k-8k",
            "business_line": "天猫家电旗舰店",
            "conditions": ("早晚班轮换",),
            "notes": (),
        },
    ),
    (
        "诚聘：Java开发工程师5人，本科及以上，精通MySQL；薪资20k-35k·16薪；地点：北京海淀区中关村；五险一金、弹性打卡、年度体检",
        {
            "title": "Java开发工程师",
            "headcount": 5,
            "must_have": ("本科及以上", "精通MySQL"),
            "salary": "20k-35k·16薪",
            "location": "北京海淀区中关村",
            "benefits": ("五险一金", "年度体检"),
            "conditions": ("弹性打卡",),
        },
    ),
    (
        "我们是一家做宠物用品的A轮公司,想招一个懂抖音投放的运营经理,base杭州,年薪30-40万,带团队5人",
        {
            "title": "运营经理",
            "level": "经理",
            "company": "我们是一家做宠物用品的A轮公司",
            "company_stage": "A轮公司",
            "must_have": ("懂抖音投放",),
            "headcount": 1,
            "salary": "年薪30-40万",
            "conditions": ("带团队5人",),
        },
    ),
    (
        "台灣電商公司徵客服主管1位,台北市內湖區,月薪45,000~60,000元,需具備2年以上客服管理經驗,勞健保、三節獎金,試用期3個月",
        {
            "title": "客服主管",
            "market": "TW",
            "location": "台北市內湖區",
            "salary": "月薪45,000~60,000元",
            "must_have": ("2年以上客服管理經驗",),
            "benefits": ("勞健保", "三節獎金"),
            "conditions": ("試用期3個月",),
        },
    ),
    (
        "香港九龍灣招聘會計文員,月薪HK$18,000-22,000,五天工作,3年經驗",
        {"title": "會計文員", "market": "HK", "location": "香港九龍灣", "benefits": ("五天工作",)},
    ),
    (
        "We need 3 warehouse associates for night shift in Dallas, TX. $18-21/hr, must lift 50 lbs. Health insurance and 401(k) after 90 days.",
        {
            "title": "warehouse associate",
            "headcount": 3,
            "location": "Dallas, TX",
            "salary": "$18-21/hr",
            "market": "US",
            "must_have": ("lift 50 lbs",),
            "conditions": ("night shift",),
            "benefits": ("Health insurance and 401(k) after 90 days",),
        },
    ),
    (
        "Senior Product Designer - Remote (EU time zones) - €70,000–€85,000. 5+ years, Figma. Reports to VP Design. Apply by 31 March 2027 at careers@north.example",
        {
            "title": "Senior Product Designer",
            "level": "Senior",
            "remote": "Remote (EU time zones)",
            "salary": "€70,000–€85,000",
            "must_have": ("5+ years", "Figma"),
            "reports_to": "VP Design",
            "valid_until": "31 March 2027",
            "market": "EU",
        },
    ),
    (
        "招聘 兼职 英语老师 时薪150-200元 周末上课 需要教师资格证 北京海淀",
        {
            "title": "英语老师",
            "employment_type": "兼职",
            "salary": "时薪150-200元",
            "must_have": ("教师资格证",),
            "location": "北京海淀",
            "conditions": ("周末上课",),
        },
    ),
    (
        "招聘会计1人,要求大专以上学历,3年以上工作经验;工作地点:昆山市花桥镇;薪资面议;简历发 hr@x.example,截止12月31日",
        {
            "title": "会计",
            "must_have": ("大专以上学历", "3年以上工作经验"),
            "location": "昆山市花桥镇",
            "salary": "面议",
            "valid_until": "12月31日",
        },
    ),
    (
        "写一份活泼一点的英文JD,招短视频剪辑师,坐标长沙,7-10k,前三个月产出60条视频",
        {"title": "短视频剪辑师", "tone": "lively", "language": "en", "goals": ("前三个月产出60条视频",)},
    ),
    ("招客服3-5名,郑州", {"title": "客服", "headcount": None, "conditions": ("人数：3-5名",)}),
    ("招一名运营总监,直接向CEO汇报,杭州", {"title": "运营总监", "reports_to": "CEO", "level": "总监"}),
    ("客服部缺人,帮我写个JD", {"title": None, "department": "客服部"}),
    ("产品经理,上海", {"title": "产品经理", "level": None}),
    (
        "招暑期实习生2名（新媒体方向）,150元/天",
        {"title": "暑期实习生（新媒体方向）", "headcount": 2, "salary": "150元/天"},
    ),
]


CHATS: list[tuple[str, dict[str, object]]] = [
    ("宠物医院想要俩前台,苏州吴中,六千五一个月,会说英语优先", {"headcount": 2, "location": "苏州吴中", "nice_to_have": ("会说英语优先",)}),
    ("仓管找4个人,佛山三水,月薪5k到6k5,包吃", {"title": "仓管", "headcount": 4, "salary": "月薪5k到6k5", "benefits": ("包吃",)}),
    ("财务部忙不过来,再加一名税务会计,合肥蜀山,7千左右", {"title": "税务会计", "department": "财务部", "headcount": 1, "salary": "7千左右"}),
    ("收银来两位,月薪一万二,主做进口零食,南昌红谷滩", {"title": "收银", "headcount": 2, "salary": "月薪一万二", "business_line": "进口零食", "location": "南昌红谷滩"}),
    ("济南市中牙科诊所要一名洁牙师,5500,周休一天", {"title": "洁牙师", "company": "牙科诊所", "location": "济南市中", "salary": "5500"}),
    ("招个仓储主管带20人小组,主管级别,东莞厚街", {"title": "仓储主管", "level": "主管", "headcount": None, "location": "东莞厚街"}),
    ("搵兼職店務員,旺角,時薪$70,要識講普通話", {"title": "店務員", "employment_type": "兼職", "location": "旺角", "must_have": ("要識講普通話",)}),
    ("誠徵外場領班乙名,新竹竹北,月薪4萬2,供餐", {"title": "外場領班", "headcount": 1, "salary": "月薪4萬2", "benefits": ("供餐",)}),
    ("we need two part time baristas, Portland OR, $17 + tips, food handler card required", {"title": "baristas", "headcount": 2, "employment_type": "part time", "location": "Portland OR", "salary": "$17 + tips"}),
    ("hey can you write up something for a night receptionist at our hotel in Leeds, £12.60/hr, 4 on 3 off", {"title": "night receptionist", "location": "Leeds", "headcount": None, "conditions": ("4 on 3 off",)}),
    ("Forklift driver, Provo, UT, 6-month contract, team of 14, 36 h a week", {"title": "Forklift driver", "location": "Provo, UT", "employment_type": "6-month contract", "headcount": None, "conditions": ("team of 14", "36 h a week")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES + CHATS, ids=[text[:18] for text, _ in SENTENCES + CHATS])
def test_a_sentence_fills_the_fields(engine: Engine, text: str, expected: dict[str, object]) -> None:
    brief = parse_text(text, engine.linker)
    assert {key: getattr(brief, key) for key in expected} == expected


@pytest.mark.parametrize(
    "salary",
    [
        "15-22K·14薪",
        "8000-12000元/月",
        "NT$ 40,000-55,000",
        "年薪30-40万",
        "$90k-$110k",
        "时薪25元",
        "£45,000",
        "面议",
        "HK$15,000 per month",
        "1w到1w3",
        "4萬2",
        "6500",
        "八千到一万",
        "底薪5500+计件",
        "6千底薪加销售提点",
        "$55-65 an hour",
        "EUR 3,050 gross a month",
    ],
)
def test_forms_of_pay(engine: Engine, salary: str) -> None:
    assert parse_text(f"招售前客服一名,{salary},要会打字", engine.linker).salary == salary


OLD = """【岗位】短视频编导
【薪资】10-15K·13薪
【职责】
1. 负责账号内容策划;
2. 撰写脚本,跟进拍摄。
【要求】
1. 2年以上经验,有爆款案例;
【加分项】
有MCN经验
【福利】六险一金/双休/年假10天"""
TABLE = "| 岗位名称 | 仓储主管 | 所属部门 | 物流部 |\n| 直接上级 | 物流经理 | 编制 | 2 |\n岗位职责\n1. 制定仓库作业流程\n任职资格\n学历：大专及以上"
ENGLISH = """Product Manager, Payments
Location: Amsterdam, Netherlands (hybrid)
What you'll do
- Own the checkout roadmap
What you'll bring
- 4+ years in product management
What we offer
- €75k-€95k
- 26 holidays"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            OLD,
            {
                "title": "短视频编导",
                "salary": "10-15K·13薪",
                "duties": ("负责账号内容策划", "撰写脚本,跟进拍摄"),
                "must_have": ("2年以上经验,有爆款案例",),
                "nice_to_have": ("有MCN经验",),
                "benefits": ("六险一金", "双休", "年假10天"),
            },
        ),
        (
            TABLE,
            {
                "title": "仓储主管",
                "department": "物流部",
                "reports_to": "物流经理",
                "headcount": 2,
                "duties": ("制定仓库作业流程",),
                "must_have": ("学历：大专及以上",),
            },
        ),
        (
            ENGLISH,
            {
                "title": "Product Manager, Payments",
                "location": "Amsterdam, Netherlands (hybrid)",
                "remote": "hybrid",
                "salary": "€75k-€95k",
                "benefits": ("26 holidays",),
                "duties": ("Own the checkout roadmap",),
                "market": "EU",
            },
        ),
    ],
)
def test_an_old_job_description_keeps_its_structure(engine: Engine, text: str, expected: dict[str, object]) -> None:
    brief = parse_text(text, engine.linker)
    assert {key: getattr(brief, key) for key in expected} == expected


@pytest.mark.parametrize(
    "text", ["3-5年经验", "管理1000平米仓库", "GMV做到500万", "每月2000单", "2026年毕业", "9-18点上班"]
)
def test_numbers_that_are_no_pay(engine: Engine, text: str) -> None:
    assert parse_text(f"招售前客服一名,{text}", engine.linker).salary is None


ADVERT = """物流调度员 招聘启事
【关于岗位】
1) 安排每天的车次,误点率压到2%以下
2) 月底和车队对账
──想要这样的你──
（1）做过两年以上调度,会用TMS更好
（2）能接受夜班
◆给多少
底薪6000+绩效
供三餐,有夫妻房
◆在哪
无锡惠山
电话 0510-0000-7788 赵经理"""
LABELLED = """岗位/级别:采购主管 / M1
**薪资** 9-12K·13薪
📍 宁波北仑
公司 甬合厨具(做厨房小家电的工厂)
能力要求:懂压铸、会看图纸
投递:hr@yonghe.example,6月30日前"""
CASUAL = """ACCOUNT EXECUTIVE (SaaS)
Where: Salem, OR, hybrid
Money: $65k base / $130k OTE, dental from day one
The gig:
- run demos for mid-market HR teams
You:
- comfortable with Salesforce
Extra credit:
- Spanish
How to apply: send a video to jobs@kite.example by May 3"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ADVERT,
            {
                "title": "物流调度员",
                "duties": ("安排每天的车次,误点率压到2%以下", "月底和车队对账"),
                "must_have": ("做过两年以上调度", "能接受夜班"),
                "nice_to_have": ("会用TMS更好",),
                "salary": "底薪6000+绩效",
                "benefits": ("供三餐", "有夫妻房"),
                "location": "无锡惠山",
                "apply": None,
                "notes": ("电话: 0510-0000-7788 赵经理",),
            },
        ),
        (
            LABELLED,
            {
                "title": "采购主管",
                "level": "M1",
                "salary": "9-12K·13薪",
                "location": "宁波北仑",
                "company": "甬合厨具(做厨房小家电的工厂)",
                "business_line": "厨房小家电",
                "must_have": ("懂压铸", "会看图纸"),
                "apply": "hr@yonghe.example,6月30日前",
                "valid_until": "6月30日",
            },
        ),
        (
            CASUAL,
            {
                "title": "ACCOUNT EXECUTIVE (SaaS)",
                "location": "Salem, OR",
                "remote": "hybrid",
                "salary": "$65k base / $130k OTE",
                "benefits": ("dental from day one",),
                "duties": ("run demos for mid-market HR teams",),
                "must_have": ("comfortable with Salesforce",),
                "nice_to_have": ("Spanish",),
                "valid_until": "May 3",
            },
        ),
    ],
    ids=["decorated", "labelled", "casual"],
)
def test_headings_in_whatever_words(engine: Engine, text: str, expected: dict[str, object]) -> None:
    brief = parse_text(text, engine.linker)
    assert {key: getattr(brief, key) for key in expected} == expected


def test_the_number_of_a_person_is_not_published(engine: Engine) -> None:
    text = "岗位：售后主管\n要求\n- 做过售后\n联系：周姐 13900001122"
    result = draft(parse_text(text, engine.linker), engine)
    assert "13900001122" not in result.text and any("13900001122" in notice for notice in result.notices)


def test_what_is_not_understood_is_a_note_and_never_published(engine: Engine) -> None:
    text = "招2名售前客服,上海,老板属虎,不要写五险一金"
    brief = parse_text(text, engine.linker)
    assert brief.internal == ("老板属虎", "不要写五险一金") and brief.benefits == ()
    result = draft(brief, engine)
    assert "属虎" not in result.text and "五险" not in result.text
    assert any("老板属虎" in notice for notice in result.notices)


@pytest.mark.parametrize(("text", "expected"), SENTENCES + CHATS, ids=[text[:18] for text, _ in SENTENCES + CHATS])
def test_nothing_typed_vanishes(engine: Engine, text: str, expected: dict[str, object]) -> None:
    """Every number and every Latin word of a text stands in some field."""
    import json
    import re

    from ingest.script import fold

    told = fold(json.dumps(parse_text(text, engine.linker).to_dict(), ensure_ascii=False))
    numbers = re.findall(r"\d+", fold(text))
    assert [number for number in numbers if number not in told] == []


def test_a_file_becomes_a_brief(engine: Engine, library: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("岗位说明书", 0)
    table = document.add_table(rows=2, cols=4)
    for row, cells in zip(
        table.rows, (("岗位名称", "仓储主管", "所属部门", "物流部"), ("直接上级", "物流经理", "编制", "2")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_heading("岗位职责", 1)
    document.add_paragraph("制定仓库作业流程", style="List Bullet")
    path = tmp_path / "old.docx"
    document.save(str(path))
    brief = brief_from_file(path, engine.linker)
    assert (brief.title, brief.department, brief.reports_to, brief.headcount) == ("仓储主管", "物流部", "物流经理", 2)
    assert brief.duties == ("制定仓库作业流程",)
    app = Rolewright(Settings(library=library))
    assert read_brief_file(path, app) == brief
    (tmp_path / "b.json").write_text('{"title": "售前客服"}', encoding="utf-8")
    assert read_brief_file(tmp_path / "b.json", app).title == "售前客服"
    with pytest.raises(UsageError, match="no such file"):
        read_brief_file(tmp_path / "none.json", app)


@pytest.mark.parametrize(
    ("place", "market"),
    [
        ("苏州", "CN"),
        ("台北市", "TW"),
        ("香港", "HK"),
        ("berlin", "EU"),
        ("austin, tx", "US"),
        ("接待来宾", None),
        ("上海大学", None),
    ],
)
def test_places_speak_for_markets(place: str, market: str | None) -> None:
    assert market_of(place) == market


@pytest.mark.parametrize("text", [" ", "招客服\ud83d一名"])
def test_a_text_that_cannot_be_read(engine: Engine, text: str) -> None:
    with pytest.raises(UsageError):
        parse_text(text, engine.linker)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A mail: its lines are put aside, its subject may name the role.
        (
            "From: Tomasz\nSubject: Fwd: payroll specialist\n\nTeam,\nFull-time in Warsaw, PLN 9,500 gross monthly.\nBest, T.",
            {"title": "payroll specialist", "location": "Warsaw", "employment_type": "Full-time"},
        ),
        (
            "部门【供应链】 岗位【物流专员】 人数【2】 工资【6-8K】",
            {"title": "物流专员", "department": "供应链", "headcount": 2, "salary": "6-8K"},
        ),
        (
            "Title - Inventory Planner || Pay - $72k-$80k || Where - Columbus, OH || Nice - apparel",
            {"title": "Inventory Planner", "location": "Columbus, OH", "nice_to_have": ("apparel",)},
        ),
        # A title within a sentence about something else, at the beginning, or counted.
        (
            "About the job\nAs Customer Success Manager for the DACH region you look after 60 accounts.",
            {"title": "Customer Success Manager"},
        ),
        ("区域督导,经常出差,驻南京,9-12k", {"title": "区域督导", "location": "南京"}),
        ("急 地推5个人 150一天", {"title": "地推", "headcount": 5, "salary": "150一天"}),
        # Neither a district, a level, pay nor a trade.
        ("拟于佛山增设区域销售经理岗位壹名", {"title": "区域销售经理", "location": "佛山", "headcount": 1}),
        ("招会计一名,用友T3", {"level": None}),
        (
            "want a performance marketer who has spent >$50k/mo on ads. 90-110k + bonus",
            {"salary": "90-110k + bonus"},
        ),
        ("No remote. Hiring a baker, Berlin, 5 years in SaaS", {"remote": None, "business_line": None}),
        ("包吃住6500,缺管家一名", {"salary": "6500", "benefits": ("包吃住",)}),
        ("职责:①保养注塑机12台 ②编写点检表\n岗位:设备工程师", {"duties": ("保养注塑机12台", "编写点检表")}),
    ],
)
def test_briefs_in_other_manners(engine: Engine, text: str, expected: dict[str, object]) -> None:
    brief = parse_text(text, engine.linker)
    assert {name: getattr(brief, name) for name in expected} == expected


# Classes of misreading that other people's briefs showed; each in words of our own.
CLASSES: list[tuple[str, dict[str, object]]] = [
    ("ABOUT THE ROLE\nDental nurse, Leeds\n- Sterilise instruments\nREQUIREMENTS\n- GDC registration", {"title": "Dental nurse", "location": "Leeds", "duties": ("Sterilise instruments",), "must_have": ("GDC registration",)}),
    ("工作内容\n前台接待,苏州,5-6k\n- 接听电话\n任职要求\n- 普通话流利", {"title": "前台接待", "location": "苏州", "duties": ("接听电话",)}),
    ("Data analyst in Leeds, SQL required, Power BI nice to have", {"must_have": ("SQL",), "nice_to_have": ("Power BI",)}),
    ("Account manager, Spanish a plus, retail experience preferred", {"nice_to_have": ("Spanish", "retail experience")}),
    ("荃灣請店務員兩名，月薪$17,000，五天工作週，MPF", {"title": "店務員", "location": "荃灣", "headcount": 2, "must_have": (), "benefits": ("五天工作週", "MPF")}),
    ("台中西屯徵門市人員2位，賣茶飲，月薪36,000", {"title": "門市人員", "location": "台中西屯", "headcount": 2}),
    ("招电商运营总监,杭州,60-80万年薪,13个月粮", {"title": "电商运营总监", "salary": "60-80万年薪", "benefits": ("13个月粮",)}),
    ("招新媒体运营,苏州,9-12k,要会做小红书和公众号", {"title": "新媒体运营", "channel": None, "must_have": ("会做小红书和公众号",)}),
    ("招新媒体运营一名,苏州,发小红书", {"title": "新媒体运营", "channel": "小红书"}),
    ("招后端工程师,厦门,18-25k,要熟Go,须熟MySQL", {"title": "后端工程师", "must_have": ("要熟Go", "熟MySQL")}),
    ("绍兴乔波男装公司招打单员1名,6000元/月", {"title": "打单员", "location": "绍兴"}),
    ("招客服2人,义乌,5-6k,公司有宿舍,上下班有厂车", {"benefits": ("有宿舍", "上下班有厂车")}),
    ("招店长,无锡,8-10k,另外最好开过店", {"nice_to_have": ("另外最好开过店",), "must_have": ()}),
    ("【岗位】运营专员\n【待遇】社保、住宿、降温费补贴\n【地点】东莞", {"title": "运营专员", "salary": None, "benefits": ("社保", "住宿", "降温费补贴")}),
    ("岗位 | 仓储主管\n必须 | 会用旺店通；能上夜班\n性质 | 全职\n待遇 | 包住", {"title": "仓储主管", "must_have": ("会用旺店通", "能上夜班"), "employment_type": "全职", "benefits": ("包住",)}),
    ("福州招活动运营1名,跟着市场主管,得懂数据,带作品来面试", {"reports_to": "市场主管", "must_have": ("得懂数据", "带作品来面试")}),
    ("品牌策划1名，嘉兴，做猫粮的新牌子，12-15K", {"title": "品牌策划", "business_line": "猫粮"}),
    ("采购专员（3C配件）\n地点：惠州\n薪资：7-9k", {"title": "采购专员（3C配件）", "business_line": "3C配件"}),
    ("岗位：普工\n给什么：计件，一般6000-8000；社保\n在哪：嘉善", {"salary": "一般6000-8000", "benefits": ("计件", "社保")}),
    ("視覺設計師（正職）\n▍我們是誰\n「青木家居」，賣日式家具的電商\n▍條件\n台中市南屯區｜月薪42K-50K｜遠距每週3天", {"company": "青木家居，賣日式家具的電商", "business_line": "日式家具", "employment_type": "正職", "remote": "遠距每週3天"}),
    ("Would you draft something for us? We need a Supply Planner in Denver, CO. Please close it on May 3, 2026.", {"title": "Supply Planner", "valid_until": "May 3, 2026"}),
    ("Illustrator for our comics app, contract 4 months, EUR 250 a day, remote", {"employment_type": "contract 4 months", "title": "Illustrator"}),
    ("hey so we need help with the phones, call centre agent I think, Galway, 28k euro", {"title": "call centre agent", "location": "Galway"}),
    ("BAKER\nReno, NV | Full time | $22/hour\n\nWHAT YOU BRING\nFood handler card. Early riser. Sourdough experience preferred.\n\nWHAT WE GIVE\nFree parking, tool allowance of $300 a year, dental.", {"must_have": ("Food handler card", "Early riser"), "nice_to_have": ("Sourdough experience preferred",), "benefits": ("Free parking", "tool allowance of $300 a year", "dental")}),
    ("Nursery practitioner, Dublin 8, EUR 15 an hour, QQI Level 5 in childcare", {"location": "Dublin 8", "level": None, "must_have": ("QQI Level 5 in childcare",)}),
    ("We need a groomer for Fridays and Sundays, Boise, eighteen dollars an hour, free grooming for their own dogs", {"salary": "eighteen dollars an hour", "conditions": ("Fridays and Sundays",), "benefits": ("free grooming for their own dogs",)}),
    ("我们花店缺个帮手，主要是包花束，嘉兴南湖，给4500", {"title": "帮手", "location": "嘉兴南湖"}),
    ("店里(咖啡)要找兼职 学生也可以 20一小时 苏州大学城", {"title": "兼职"}),
    ("【诚聘】抖音主播 3名 坐标：中山石岐 底薪5000+提成 年龄18-30", {"location": "中山石岐", "salary": "底薪5000+提成"}),
    ("Data Engineer (m/w/d) Berlin. 65-80k €. Python, dbt, Airflow.", {"title": "Data Engineer (m/w/d)", "must_have": ("Python", "dbt", "Airflow")}),
    ("Hiring: Registered Nurse, nights, Houston TX. $38-46/hr. 3x12.", {"title": "Registered Nurse", "headcount": None}),
    ("We need an extra helper at the market stall, Leeds, Saturdays, £12 an hour", {"title": "extra helper", "location": "Leeds"}),
    ("Please draft a JD for 4 Store Planners (full-time) based in Leeds. Category is hiking boots. First-year goal: open 3 stores.", {"title": "Store Planner", "headcount": 4, "business_line": "hiking boots", "goals": ("open 3 stores",)}),
    ("Line cook, Ghent, 30 hrs. a week incl. Sundays, EUR 16/hour, knife skills and calm under pressure", {"must_have": ("knife skills and calm under pressure",), "conditions": ("30 hrs. a week incl. Sundays",)}),
    ("岗位 Position：采购专员\n薪资 Salary：7-9K\n任职要求/Requirements：\n会看图纸", {"title": "采购专员", "salary": "7-9K", "must_have": ("会看图纸",)}),
    ("行銷企劃／台北大安／月薪 4.2 萬／全職／需會Canva", {"location": "台北大安", "salary": "月薪 4.2 萬", "employment_type": "全職", "must_have": ("會Canva",)}),
    ("我们招数据专员，向 Head of Data 汇报，地点上海", {"reports_to": "Head of Data"}),
    ("Welder, Bilbao\n- stainless frames for food machines\n- TIG certificate required\n- 2 positions\n- forklift licence helpful\n- company van", {"headcount": 2, "must_have": ("TIG certificate",), "nice_to_have": ("forklift licence",), "benefits": ("company van",), "duties": ("stainless frames for food machines",)}),
    ("仓管员 合肥\n- 收货、点数、上架\n- 高中以上学历\n- 整理客户沟通记录\n- 3人", {"headcount": 3, "must_have": ("高中以上学历",), "duties": ("收货、点数、上架", "整理客户沟通记录")}),
    ("Role | Location | Pay | Must have\nLine lead | Tilburg | EUR 18/hour | forklift licence", {"title": "Line lead", "location": "Tilburg", "salary": "EUR 18/hour", "must_have": ("forklift licence",)}),
    ("Can you post a Senior Data Analyst for the Growth team (Chicago, hybrid)?", {"title": "Senior Data Analyst", "location": "Chicago"}),
    ("招市场部副总裁,上海", {"title": "市场部副总裁", "location": "上海"}),
    ("請電商營運總監,觀塘,十年經驗", {"title": "電商營運總監", "apply": None}),
    ("Data analyst, London, £45k p.a., apply at jobs@x.com", {"salary": "£45k p.a.", "apply": "jobs@x.com"}),
    ("主管說要找社群小編，台中西屯", {"title": "社群小編", "duties": ()}),
    ("前端工程师,西安,Vue3、TypeScript,有寒暑假", {"must_have": ("Vue3", "TypeScript"), "benefits": ("有寒暑假",)}),
    ("招直播运营,广州番禺,要自己盯过整场直播、会看罗盘数据的", {"must_have": ("自己盯过整场直播", "会看罗盘数据")}),
    ("Marketing Manager | Berlin | EUR 62,000 | German B2 nice | 30 vacation days", {"nice_to_have": ("German B2",), "benefits": ("30 vacation days",)}),
    ("Data Analyst\nWhat we offer\n- EUR 50,000\n- Remote-first, one day a month in Lyon", {"location": "Lyon", "remote": "Remote-first"}),
    ("we want someone to drive our bread van in Leeds, 12 pounds an hour", {"title": "driver", "location": "Leeds"}),
    ("找个看店的，周末来，在宁波", {"title": "看店", "location": "宁波"}),
    ("店里要个学徒，包吃", {"title": "学徒"}),
    ("要个联系方式，招会计", {"title": "会计"}),
    ("QA engineer, Porto, Jest or Vitest, tidy notes", {"must_have": ("Jest or Vitest", "tidy notes")}),
    ("我们是深圳一家做蓝牙耳机的公司。招亚马逊运营，负责广告投放，双休，地点龙岗坂田。", {"location": "龙岗坂田", "business_line": "蓝牙耳机"}),
    ("We are a small museum in Ghent. We need a part-time archivist, starting in September. 20 days leave.", {"location": "Ghent", "benefits": ("20 days leave",)}),
    ("职位：渠道经理\n公司：上市企业\n1. 开发二级经销商\nbase上海", {"company": "上市企业", "location": "上海", "duties": ("开发二级经销商",)}),
    ("招客服，成都，5-6k，季度奖金最高三千", {"salary": "5-6k", "benefits": ("季度奖金最高三千",)}),
    ("帮转：招店员，厦门，旺季每天要理货，老板让我发的", {"title": "店员", "must_have": ("旺季每天要理货",)}),
    ("Night auditor, Portland, Maine, $19 an hour, knows Opera PMS", {"location": "Portland, Maine", "must_have": ("knows Opera PMS",)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLASSES, ids=[text[:18] for text, _ in CLASSES])
def test_classes_of_misreading(engine: Engine, text: str, expected: dict[str, object]) -> None:
    brief = parse_text(text, engine.linker)
    assert {key: getattr(brief, key) for key in expected} == expected


def test_what_a_mail_puts_around_a_brief_is_kept_as_a_note(engine: Engine) -> None:
    brief = parse_text("From: Tomasz\nTo: HR\n\nHi team,\nHiring a baker in Leeds.\nThanks, T.", engine.linker)
    assert brief.title == "baker" and {"From: Tomasz", "To: HR", "Hi team,", "Thanks, T."} <= set(brief.notes)


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("Accountant, London, £40k", "EU"),
        ("Accountant, £40k p.a.", "EU"),
        ("Warehouse lead, Hull, UK", "EU"),
        ("Office manager. Pension scheme, notice period one month. Please send your CV.", "EU"),
        ("Practice nurse, NMC registered, enhanced DBS check", "EU"),
        ("Community organiser for an after-school programme", "EU"),
        ("Store manager, New York, $55k, send your CV", "US"),
        ("Customer service rep, resume and cover letter, PTO, driver's license", "US"),
        ("Data analyst", "US"),
        ("English teacher, Shanghai, send your CV", "CN"),
        ("Clerk, Kwun Tong, HK$17k, annual leave, CV", "HK"),
        ("招客服,伦敦,3万英镑一年", "EU"),
    ],
)
def test_the_market_of_a_text(engine: Engine, text: str, market: str) -> None:
    assert parse_text(text, engine.linker).market == market


def test_a_british_draft_says_by_which_rules_it_is_checked(engine: Engine) -> None:
    told = draft(parse_text("Accountant, Leeds, £40k", engine.linker), engine).notices
    assert any("Equality Act" in line for line in told)
    assert not any(
        "Equality" in line for line in draft(parse_text("Accountant, Berlin", engine.linker), engine).notices
    )


@pytest.mark.parametrize(
    ("text", "title", "count", "place"),
    [
        ("苏州客服3名", "客服", 3, "苏州"),
        ("成都夜班客服3名", "夜班客服", 3, "成都"),
        ("上海仓管2名 月薪6k", "仓管", 2, "上海"),
        ("上海运维2名", "运维", 2, "上海"),
        ("招投手", "投手", None, None),
        ("杭州测试2名", None, None, "杭州"),
        ("上海陆家嘴前台1名", "前台", 1, "上海陆家嘴"),
        ("2 recruiters, London", "recruiter", 2, "London"),
    ],
)
def test_a_place_a_title_and_a_number_in_one_breath(
    engine: Engine, text: str, title: str | None, count: int | None, place: str | None
) -> None:
    brief = parse_text(text, engine.linker)
    assert brief.location == place and (title is None or (brief.title, brief.headcount) == (title, count))
