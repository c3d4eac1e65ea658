"""How the names of departments, teams and roles end, in any trade, in Chinese and in English."""

from __future__ import annotations

import re

from ingest.types import Kind

LONGEST_CHINESE = 12
LONGEST_ENGLISH = 48
# Endings by kind, on folded text. A role is looked for first: 组长 is no team and 部门经理 no department.
_CHINESE: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "role",
        re.compile(
            r"(?:经理|总监|主管|主任|专员|助理|人员|负责人|顾问|客服|主播|司机|领班|督导|会计|出纳|秘书|干事|书记|护士|医生|院士|主厨|教练|前台|实习生|工读生|学徒|[事士队组店科处部校院所站厂行班园馆库工课]长"
            r"|[医教厨律技药设]师|(?:工程|设计|分析|架构|会计|造价|咨询|培训|美容|营养|规划|精算|摄影)师"
            r"|[㐀-鿿](?:[^会成党动复裁委人]员)|店员|文员|柜员|馆员|技工|电工|焊工|保安|保洁)$"
        ),
    ),
    ("team", re.compile(r"(?:团队|小组|项目组|班组|工作组|车队|[执服突巡施工救消保宣项]\S?队|.[^小]组)$")),
    (
        "department",
        re.compile(r"(?:[^内外全局干细]部|[㐀-鿿]部门|体系|条线|中心|办公室|车间|[㐀-鿿]{2,}[科处室局]|门诊)$"),
    ),
)
_ENGLISH: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("team", re.compile(r"\b(?:team|squad|crew|task force|working group)$")),
    ("department", re.compile(r"\b(?:department|division|dept\.?|office|unit|bureau|directorate)$")),
    (
        "role",
        re.compile(
            r"\b(?:manager|engineer|officer|coordinator|accountant|designer|writer|researcher|analyst|nurse|teacher|director|assistant"
            r"|specialist|lead|leader|clerk|developer|supervisor|driver|chef|cook|waiter|receptionist|consultant|administrator|technician"
            r"|representative|editor|planner|buyer|scientist|trainer|advis[eo]r|secretary|architect|recruiter|controller|inspector"
            r"|operator|foreman|cashier|librarian|lecturer|professor|physician|pharmacist|tester|baker|porter|guard|worker|agent|intern|mechanic|electrician|lawyer|paralegal|therapist|counsell?or|attendant|bookkeeper|treasurer|principal|producer|executive|head of [a-z ]+)$"
        ),
    ),
)
# Words that end like a name and are none.
_NO_NAMES = re.compile(
    r"(?:成员|会员|社员|组员|队员|(?<!安)全员|党员|动员|复员|裁员|委员|各部|全部|内部|外部|局部|干部|细部|俱乐部|用处|好处|到处|之处|何处|深处|益处|长处|办事处理|学科|百科|本科|教室|温室|浴室|当局|布局|格局|结局|重组|分组|改组|核心|相关人员|专业人员|工作人员|所有人员|各类人员|有关人员)$"
)
_CHINESE_NAME = re.compile(
    r"(?:(?!负责(?!人)|下设|设有|包括|包含|召集|担任|邀请|安排|一定|可能|应当|必须|招募|招聘(?=[^专经主组部团]))[㐀-鿿a-z0-9/·](?<![由和与及]))+"
)
_ENGLISH_NAME = re.compile(r"[a-z][a-z0-9&/'(). -]{2,}")


def kind_of_name(folded: str) -> Kind | None:
    """What a name is, judged by its ending.

    :param folded: folded text without the number or label around it.
    :return: `role`, `team` or `department`; None when it ends like no name.
    """
    bare = re.sub(r"\s*\([^()]*\)$", "", folded)
    if _ENGLISH_NAME.fullmatch(bare):
        kinds, longest = _ENGLISH, LONGEST_ENGLISH
    else:
        kinds, longest = _CHINESE, LONGEST_CHINESE
    if kinds is _CHINESE and not _CHINESE_NAME.fullmatch(bare):
        return None
    if len(bare) > longest or _NO_NAMES.search(bare):
        return None
    return next((kind for kind, ending in kinds if ending.search(bare)), None)
