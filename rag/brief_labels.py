"""What labels and headings of a job description stand for."""

from __future__ import annotations

import re

from ingest.script import fold
from rag.brief_items import EDGE

# Label -> field, on folded text without white space next to Chinese. The same words serve `label: value`, a cell of a table
# before its value, and a heading above a list.
LABELS: dict[str, str] = {
    "title": r"(?:招聘|用工)?工种|需求|(?:招聘|应聘|应征|需求)?(?:职位|岗位|职务|职缺)(?:名称?)?|职称|招聘职缺|job title|title|position|role|vacancy",
    "department": r"(?:所属|所在|用人|隶属)(?:部门|团队|组)?|需求(?:部门|团队|组)|部门|团队|department|dept\.?|team",
    "level": r"职级|岗位级别|职位等级|级别|level|grade|seniority",
    "reports_to": r"直属上司|汇报(?:对象)?|直属|(?:直属|直接)(?:上级|主管|领导)|上级(?:岗位)?|汇报给|汇报关系|汇报线|隶属主管|reports? to|report(?:ing)? (?:line|to)|line manager",
    "headcount": r"(?:招聘|需求|编制)?人数|编制|名额|headcount|openings|vacancies|number of (?:positions|openings)",
    "location": r"(?:工作|上班|办公)地|[一-鿿]{0,4}(?:所在地|地点|城市|地区|地址|位置)|location|place of work|site|based in|office|where|where(?: you(?:'ll| will) (?:be|work))?|(?:在|搁|位于)哪(?:里|儿)?|坐标|城市|city|base|地",
    "remote": r"(?:办公|工作)(?:方式|模式)|远程办公|remote(?: work)?|work(?:ing)? (?:mode|arrangement)|workplace",
    "employment_type": r"性质|用工(?:性质|类型|形式|方式)|(?:工作|职位|聘用|雇用)性质|雇佣类型|职务类型|employment type|job type|contract type|type",
    "salary": r"(?:薪资|月薪)?预算|budget|课酬|课时费|酬[劳金]|[时日周]薪|(?:综合)?(?:月|年)?薪[资金](?:待遇|范围|水平|福利)?|薪酬(?:待遇|范围|福利)?|薪水|工资(?:待遇)?|月薪|年薪|底薪|报酬|回报|钱|给多少|(?:工作)?待遇(?:福利)?|salary(?: range)?|pay(?: range| rate)?|what we pay|money|comp|ote|wage|compensation(?: (?:and|&) benefits)?|remuneration|(?:hourly )?rate|stipend|package",
    "company": r"(?:我们)?(?:学校|医院|诊所|门店|店名|店铺|餐厅|酒店|园所|幼儿园|校名|院所)|school|clinic|store|shop|hospital|restaurant|hotel|studio|practice|organi[sz]ation|client|机构|单位|雇主|company|(?:公司|企业|工厂|机构|单位|店铺|学校|门店)名称|招聘单位|用人单位|company name|employer",
    "company_stage": r"公司阶段|融资阶段|发展阶段|(?:company |funding )?stage",
    "business_line": r"业务线|所属业务|业务方向|主营(?:产品|业务)?|类目|行业|business line|business unit|product line|industry",
    "tone": r"语气|风格|tone",
    "channel": r"发布渠道|渠道|channel",
    "valid_until": r"截止申请(?:日期)?|有效期(?:至|到)?|截止(?:日期|时间)?|报名截止|应征截止(?:日)?|valid until|closing date|deadline|apply by",
    "apply": r"(?:简历)?投递(?:方式|邮箱|地址)?|应聘方式|(?:应征|报名|应聘|申请)(?:方[式法])?|(?:怎么|如何)(?:报名|投递|应聘|联系)|简历|找谁|简历投递|邮箱|how to apply|to apply|apply",
    "contact": r"联[系络](?:方式|人|电话|信箱)?|电话|微信|手机|contact(?: person)?|phone|call",
    "conditions": r"(?:工作|上班|作息)?(?:时间|时段)|时|上班|班次?|工时|休假(?:制度)?|休息(?:日|时间)?|试用期|合同(?:期限)?|出差(?:外派)?|管理责任|可上班日|到岗时间|入职时间|working hours|hours|schedule|shifts?|probation|contract|start(?:ing)?(?: date)?|travel|when|dates?|(?:[更编]份|更期|轮班)|flsa status",
    "must_have": r"(?:要|需要)(?:啥|什么)(?:样的?人?)?|(?:需要|要)(?:什么|啥)样的人|资历|needs?|年限|必须(?:有|会|具备)?|必需|(?:我们)?(?:期待|希望|看重|在乎)(?:的?你|你有?|的)?|必备|资格|想要(?:这样)?的?你|(?:这样的)?你(?:是|有)|你需要(?:有|具备)?|你需要|我们需要(?:你|的)?|[一-鿿]{0,4}(?:要求|资格)|(?:[一-鿿]{2}[及与和])?(?:任职|岗位|职位|招聘|应聘|应征|报名|准入|入职|基本|必备|语文|录用|报考)?条件|学历(?:要求)?|(?:工作)?经[验历](?:要求)?|专业(?:要求)?|(?:工作)?技能(?:要求)?|语文(?:能力)?|擅长工具|(?:key |job |minimum |basic |the )?(?:requirements|qualifications)|(?:the )?must[- ]haves?|who you are|(?:about you)|what (?:you(?:'ll)?|we) (?:bring|need|expect|are looking for|'re looking for|want|look for)|we(?:'re| are) looking for|you have|you|you(?:'ll| will) (?:have|need|bring)|(?:your )?profile|skills|experience|education",
    "nice_to_have": r"[一-鿿]{0,2}加分(?:项|条件)?|(?:如果)?(?:还)?有?(?:这些)?(?:更好|更佳|最好)|优先(?:条件|考虑|录用)?|其他条件|nice[- ]to[- ]haves?|(?:it's )?(?:a )?(?:nice|good)[ -]to[ -]have|preferred(?: qualifications| skills)?|bonus(?: points)?|pluses|(?:a )?plus(?: if)?|desirable|extra credit|extras|nice",
    "benefits": r"(?:五险|社会|商业)?保险|社保|补贴|奖金|insurance|(?:我们)?给(?:你)?(?:的|啥|什么)?|(?:公司|员工)?福利(?:待遇|制度|补贴)?|(?:我们)?(?:能)?(?:提供|给你)(?:的|什么)?|benefits|perks(?: (?:and|&) benefits)?|what (?:we(?:'ll)? (?:offer|give|provide)(?: you)?|is in it for you|you(?:'ll)? get|'s in it for you)|we offer|our offer|the (?:offer|deal)",
    "goals": r"工作指标|(?:first[- ]year|annual|year[- ]one|quarterly|main) goals?|(?:岗位|工作|季度|年度)?目标|前?[一二三六\d]+(?:天|个月)(?:内|里)?(?:要|需要)?(?:做成|达成|完成|目标)(?:的事)?|要?(?:做成|达成)的事?|(?:绩效)?考核(?:指标|标准|要求)?|绩效指标|kpis?|(?:key )?goals|objectives|what success looks like|success (?:metrics|looks like)",
    "duties": r"(?:岗位|工作|主要|职位|职务)?(?:职责|任务|内容)|工作说明|(?:关于)?(?:职务|岗位|职位|工作)(?:说明|描述|介绍|概述)?(?:内容)?|关于(?:职务|岗位|职位|工作)|(?:你)?(?:要|会)?做(?:什么|啥|的事?)|你(?:会|将|要)(?:负责|做)(?:的事?|什么)?|日常(?:工作)?|(?:你的)?一天|工作|(?:你?要)?[干做](?:什么|啥|的活)|(?:key |your |the |essential |main |core |job )?(?:responsibilities|duties|tasks|functions)|(?:what )?you(?:'ll| will)(?: do| be doing)?|what you do|the (?:job|work|gig|tasks)|your (?:day|week|job|work|tasks|mission)|day[- ]to[- ]day|(?:job )?description",
    "purpose": r"岗位目的|设岗目的|purpose|(?:job |role )?(?:summary|overview)|about the (?:role|job)|the role",
    "company_text": r"公司|(?:公司|企业|品牌|团队)(?:介绍|简介)|关于我们|我们是谁|业务背景|我们做什么|what we do|about (?:us|the company)|who we are",
    "details": r"(?:工作|聘用|其他|其它)(?:条件|说明|信息|事项)|其他|其它|备注|基本(?:信息|资料)|(?:岗位|职位)(?:信息|详情)|(?:the |key |job )?details|other(?: information)?|good to know|practicalities|terms|the basics|why us",
}
LISTS = frozenset({"conditions", "must_have", "nice_to_have", "benefits", "goals", "duties"})
# Texts that are kept whole, and the labels that make a heading without a colon.
TEXTS = frozenset({"company_text", "purpose"})
BARE = LISTS | TEXTS | {"details", "salary", "location", "apply", "contact", "title", "reports_to"}
_LABEL = {name: re.compile(rf"^(?:{pattern})$") for name, pattern in LABELS.items()}
# What a heading in other words is about, tried in this order where a line is clearly one by its marks.
_ABOUT = (
    ("location", r"地点|地址|在哪|位置|\bwhere|\blocation"),
    ("apply", r"报名|投递|简历|应聘|找谁|联系|\bapply|\bcontact"),
    ("nice_to_have", r"加分|更好|优先|锦上|\bnice|\bbonus|\bplus|\bpreferred|\bextra"),
    ("conditions", r"时间|上班|班次|作息|\bhours|\bschedule|\bshift"),
    ("salary", r"薪|钱|待遇|报酬|回报|给多少|多少|\bpay\b|\bsalary|\bcompensation|\bmoney|\btake home|\bearn"),
    ("benefits", r"福利|提供|给你|\boffer|\bperks|\bbenefits|\bget\b|\bfor you"),
    ("goals", r"目标|做成|达成|\bgoals?|\bsuccess|\bfirst \d+"),
    ("must_have", r"要求|条件|资格|需要|希望|期待|看重|想要|具备|必备|门槛|\brequirement|\bqualif|\bneed\b|\bmust|\bbring|\blooking for|\blove to see|\babout you|\byou are|\byou have|\bwho you|\bskills|\bexpect|\bexperience"),
    ("duties", r"职责|工作|任务|内容|负责|日常|一天|职务|要做|做什么|干什么|干啥|\bresponsib|\bduties|\bfunctions|\bdo\b|\bdoing|\bthe role|\bthe job|\bday\b"),
    ("company_text", r"公司|我们|背景|品牌|团队|\bwho we|\babout us|\bour "),
)  # fmt: skip
_ABOUT_PATTERN = tuple((name, re.compile(pattern)) for name, pattern in _ABOUT)
_PARTICLE = re.compile(r"(?:呢|哈|啦|啊|如下|嘛|就写|就是|写|大概|暂定)$")
# `工作地点 Location`: the same label twice, in either order.
_TWICE = re.compile(r"^([一-鿿]+)[ /|(]*([a-z][a-z '/-]*[a-z])\)?$|^([a-z][a-z '/-]*[a-z])[ /|(]*([一-鿿]+)\)?$")
# Symbols that say what a line is about as a label does.
SYMBOLS = {"📍": "location", "🏠": "location", "💰": "salary", "💵": "salary", "➕": "nice to have", "⏰": "hours", "🎁": "benefits", "📧": "apply", "📮": "apply", "📩": "apply"}  # fmt: skip


def label_of(text: str) -> str | None:
    """The field that a label such as `任职要求` or `What you will do` stands for; None for any other text."""
    plain = re.sub(r"\s*(?<![a-z])\s+(?![a-z])", "", fold(text).strip(EDGE + ": "))
    plain = _PARTICLE.sub("", plain).replace("\u2019", "'")
    found = next((name for name, pattern in _LABEL.items() if pattern.match(plain)), None)
    twice = _TWICE.match(plain) if not found else None
    if twice:
        chinese, english = (part for part in twice.groups() if part)
        return label_of(chinese) if label_of(chinese) == label_of(english) else None
    return found


def topic_of(text: str) -> str | None:
    """What a heading in whatever words is about; None where none of its words says so."""
    folded = fold(text).replace("\u2019", "'")
    return label_of(text) or next((name for name, pattern in _ABOUT_PATTERN if pattern.search(folded)), None)
