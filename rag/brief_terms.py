"""The vocabulary of briefs (`brief_terms.yaml`) as compiled patterns on folded text, and the facts that have a form of their own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rag.numerals import DIGITS, WORDS

# -- people ----------------------------------------------------------------------------------------------------------------

# A number of people to hire; a team that is led, or a company of so many, is none.
COUNT = re.compile(
    rf"(?<!带)(?<!带领)(?<!(?<![主仓库])管)(?<!管理)(?<!团队)(?<!团队有)(?<!底下)(?<!手下)(?<!下属)(?<!下面)(?<!售后)(?<!第)(?<!约)(?<!近)(?<!共)(?P<n>(?<![\d.-])\d{{1,3}}|[{DIGITS}]{{1,2}}|\b(?:{WORDS})\b)\s?(?P<unit>[名位枚]|个(?!月|周[末一二三四五六日]|星期|礼拜|钟头|人?工作|小时|性|平台|项目|城市|国家|店|账号|班|部门|品牌|渠道|区域|仓|门店)人?|人(?![事力员工以次均小]|/|民|的?团队|左右|规模|团)|(?=hc\b)hc|headcounts?|openings|positions|vacancies)"
    r"|(?:hc|headcount|人数|名额|(?<![a-z\d])x|(?<!\d)\u00d7)\s?[:=]?\s?(?P<m>\d{1,3})(?!\d|薪|[.k%]|个月)"
    r"|(?P<pair>[俩仨])(?!人?的)"
)
# A range of people is no number; it is kept as typed.
COUNT_RANGE = re.compile(
    r"\d{1,3}\s?[-~到至]\s?\d{1,3}\s?(?:名|位|个(?!月|小时|性|工作)人?|人(?![的员团]))|[数多几]名|若干[名人]?"
)

# -- whom, where to, until when ----------------------------------------------------------------------------------------------

REPORTS = re.compile(
    r"(?:直接)?(?:汇报(?!给)(?=[a-z]{2,5}(?![a-z])|[^,;。]{2,8}(?:总监|经理|主管|总裁|长)$)|汇报给|报告给|隶属(?:于)?|(?:直属(?:上级|主管|领导)?|直接(?:上级|主管|领导)|上级|汇报)(?:是|为|:)|直属(?:上级|主管|领导)?|汇报对象(?:是|为|:)?|(?<![一-鿿])跟着(?=[^,;。]{0,6}(?:总监|经理|主管|店长|组长|老板))|汇报线:?)\s?([^,;。\n()]{2,24})"
    r"|(?:直接)?[向跟](?!大家|各位|你|您)([^,;。\n]{2,16}?|\s?[a-z][a-z &/-]{2,40}?\s?)(?:直接)?(?:汇报|报告)"
    r"|\b(?:reports?|reporting|you(?:'ll| will) report)(?: directly)? (?:in)?to\s?(?:the |our |me,? \(?(?:the )?)?([^,;.\n()]{2,40})"
)
HIRE = re.compile(
    r"(?:(?:jd|职位|岗位|求才|wanted|hiring):|高薪诚聘|拟?增[设补聘](?=[一-鿿])|拟[招聘]|记一下:|(?:职务|岗位|职位)(?:名称?)?(?:就?叫做?|定为)|急聘|急招|急需|急缺|急征|急找|诚聘|诚招|诚征|招聘(?!专员|主管|经理|顾问|负责人|总监|助理|官)|招募|招收|招揽|征才|征求|征(?!信|税|集)|招(?![聘牌标生手]|投标|商(?!品))|聘请|(?<!招)聘(?!请)|想找|要找|寻找|在找|找|需要|帮(?:我|忙)(?:写|弄|改|出|拟|做|整|想)?|写|缺|(?:还|再)?(?:要|差|缺|加|来|补)(?=若干|[一二两三四五六七八九十\d]+ ?[名位个人]|[俩仨]|个(?!子|性))|再加|补招|来?(?:当|担任)(?=[一-鿿])|(?:弄|搞|整|改|出|拟)(?=一?[个份])|请(?![教假示联致发将投填回勿注])"
    r"|搵|揾|\bfind(?= an? )|\b(?:can|could|would|please|pls)(?: you)?(?: please)? (?:post|advertise|list)(?= an? )|\b(?:write|draft|post|need|do)(?: me)?(?: up)?(?: (?:a|an|the|some|something|quick|short|advert|ad|jd|job|description|posting|text)){1,5} for|\bon the lookout for|\bsearching for|\bin need of|\bopenings? for|\bwants\b|\brequires?(?= an? )|\bhiring|\bhire|\blooking for|\bneeds?|\bseeking|\bseeks|\brecruiting|\brecruit(?![a-z])|\bwanted:?|\blooking to (?:hire|add|bring on)|\bwant|\bdescription for|\bjd for|\bposting for|\bad for|\bopening for|\bafter)(?:一份|一下|一个|乙个|个|名|位|份|下)?(?:人(?:来)?(?:做|负责|管|写|搞|帮忙|帮))?(?! ?(?:to|for)\b)\s?:?\s?"
)
# Verbs that also ask for things; what follows them must be a role or a number of people.
WEAK_HIRE = re.compile(
    r"^(?:需要?|要|缺|请|来|帮|写|征|当|担任|弄|搞|整|改|出|拟|补|加|差|还|再(?!加)|needs?(?!ed)|want(?!ed)|after)"
)
CONTACT = re.compile(
    r"(?<!\d)(?:\+?\d{2,4}[- ])?\(?\d{3,4}\)?[- ]\d{3,4}[- ]?\d{4}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{1,3}-?\d{7,8}(?!\d)|(?<![\d$])[235689]\d{3} \d{4}(?![\d.])|[电致]\s?[235689]\d{7}(?!\d)"
    r"|(?:微信|薇信|vx|wechat|qq|电话|手机|tel|line|whatsapp|phone)(?:同号|号|id)?\s?[:]?\s?[+\d][\w+-]{4,}|(?:微信|vx|wechat|line id|whatsapp)(?:号|id)?\s?[:]?\s?[a-z][a-z0-9_-]{5,}|联系人|(?:^|\s)(?:call|text|ring) (?!cent)[a-z]+ "
)
APPLY = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|www\.\S+|(?:简历|履历|作品集?)(?:请)?(?:发|投|寄|送|传)|投递|报名|意者请|(?:请|欢迎|有意者?|有兴趣).{0,6}(?:报名|来信|私讯|私信|应征|联[系络]|洽|加(?!班|盟|工)|致电|微信|电(?!商|子|工|焊|气|脑|器|力|机|路|源|梯|网|竞|影|台|视|销|话销))|(?:apply (?:at|via|to|through|here|on|online)|(?:send|email) (?:us |your |a )?(?:cv|resume|portfolio|work))"
)
_DATE = r"(?:(?:20\d{2}[-/.年])?\s?\d{1,2}[-/.月]\s?\d{1,2}[日号]?|20\d{2}年\d{1,2}月底?|\d{1,2}月底|(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,? 20\d{2}| \d{1,2}(?:st|nd|rd|th)?(?:,? 20\d{2})?)?|年底|月底|本月底)"
VALID = re.compile(
    rf"(?:有效期?(?:至|到|为)?|截止(?:到|至|日期|时间)?|报名截止|招满即止|(?:招聘|报名|申请|投递|应征)?截止(?:到|至|日期|时间)?|closing date|deadline|close(?:s|d)?(?: it| this)?(?: on| by)?|valid until|apply by|applications? (?:close|due)(?: on| by)?|open until|by(?= ?\d| (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))\s?(?:是|为|:|is|on)?\s?({_DATE})|({_DATE})(?:之?前|截止)"
)

# -- who hires -------------------------------------------------------------------------------------------------------------

COMPANY = re.compile(
    r"(?:我们(?:公司|店|团队)?|我司|本公司|公司)[是为](?:一家|一个|家)?[^。\n;,]{2,60}?(?=(?:想|要|现|急|正在)?(?:招(?![牌商标投])|诚?聘|找)|[。\n;,]|$)|(?:^|(?<=[,;。\s]))一家[^。\n;,招聘找]{3,40}(?:公司|企业|品牌|工厂|店|机构)|\b(?:we are|we're) an? [^.\n;,]{3,80}?(?=,? (?:and|who|that) (?:need|want|are|seek|look|hir)| (?:looking|hiring|seeking|searching|recruiting)\b|[.\n;,]|$)"
)
COMPANY_NAME = re.compile(
    r"^[\s(]*([^的是在进到来去回离每我贵本各做招聘,;:()\s]{2,20}?(?:有限公司|股份公司|集团(?!总部)|(?<![创业市轮])公司(?!是|提供|福利|介绍|规模|配)))"
    r"|\b([a-z0-9][\w&'-]*(?: [\w&'-]+){0,2} (?:inc|ltd|llc|gmbh|corp|limited|group|b\.v)\b\.?)"
)
# Before a verb of hiring an organisation of these kinds is the employer: `牙科诊所要一名护士`.
EMPLOYER = re.compile(
    r"^[^,;。\s]{0,14}?(?:律所|律师行|诊所|医院|药房|药店|幼儿园|幼稚园|学校|小学|中学|培训班|补习班|工作室|事务所|工厂|车间|餐厅|饭店|酒店|民宿|酒楼|茶餐厅|咖啡馆|咖啡店|面包店|烘焙坊|超市|健身房|俱乐部|书店|花店|养老院|[菜面茶火锅]馆|物业|(?<!^)(?:机构|中心|公司|厂|(?<!旗舰)(?<!专营)(?<!专卖)店|[装妆食]号|仓|馆))(?:里|这边)?$"
    r"|^(?:(?:a|an|our|the) )?(?:(?!for )[\w'-]+ ){0,3}(?:shop|store|centre|center|bakery|clinic|hospital|school|nursery|kindergarten|restaurant|hotel|studio|agency|salon|gym|cafe|pharmacy|warehouse|workshop|practice|firm|company|startup|brand)s?(?= (?:in|at|near|from)$|$)"
)
DEPARTMENT = re.compile(
    r"((?![放归][在到]?)[一-鿿]{2,8}?(?:部门|(?<!总)(?<!内)(?<!外)(?<!全)部|中心|项目组))(?=的|招|急|诚|聘|想|要|需|找|,|;|。|\s|$|缺|写|忙|现|目前|还|这边|增|扩|人手)"
    r"|\b(?:for|in|join|within) (?:the |our )?([a-z][a-z&' -]{2,30}? (?:department|team|division))\b"
)
# Endings of titles that no catalogue needs to hold.
TITLE_END = re.compile(
    r"(?:师|员|经理|主管|总监|助理|顾问|客服|运营|营运|策划|企划|主播|编辑|设计|开发|会计|出纳|司机|店长|导购|文员|前台|组长|实习生|负责人|代表|教练|老师|翻译|秘书|法务|采购|销售|业务|保安|保洁|专家|架构|工程|研究|公关|媒介|投手|摄影|剪辑|模特|小编|管培生|美工|人事|行政|财务|营销|行销|推广|合伙人|编导|护士|医生|护工|保姆|阿姨|学徒|跟单|理货|店助|助手|助教|领班|厨|保全|师傅|学徒|技工|收银|接待|仓管|切配|打包|兽医|医|督导|特助|库管|场控|中控|打单|顾店|店员|普工|楼面|水吧|hr[dm]|后端|前端|班主任|骑手|月嫂|社工|hrbp|hr|bp|班长|厂长|园长|校长|教授|主任|干部|美编|总裁|总经理|副总|工|文案|质检|品控|买手|版师|全栈|运维|算法|地推|工读生|外务|直播主|新媒体|分拣|(?<![a-z])(?:dba|pmo|ios|seo))(?:\([^()]{1,16}\))?$"
    r"|\b(?:engineer|developer|manager|designer|analyst|specialist|executive|assistant|coordinator|officer|director|lead|scientist|consultant|representative|rep|intern|supervisor|accountant|bookkeeper|recruiter|writer|editor|architect|technician|associate|administrator|buyer|planner|host|agent|marketer|copywriter|nurse|teacher|tutor|driver|operator|strategist|researcher|programmer|tester|c[a-z]o|(?:head|chief) of [a-z ]+|dev|pm|person|vp of [a-z ]+|barista|clerk|cashier|chef|cook|waiter|mechanic|electrician|baker|stylist|therapist|picker|packer|retoucher|photographer|videographer|moderator|owner|trainer|advisor|adviser|worker|handler|receptionist|leader|helper|assembler|welder|plumber|cleaner|caretaker|stocker|merchandiser|instructor|dentist|vet|pharmacist|physiotherapist|carpenter|gardener|porter|butcher|estimator|controller|auditor|counsel|paralegal|secretary|hygienist|fitter|crew|hand|guard|model|illustrator|animator|groomer|practitioner|technologist|inspector|surveyor|dispatcher|machinist|concierge|housekeeper|tailor|florist|librarian|paramedic|midwife|nanny|foreman|producer|curator|translator|interpreter|courier|installer|roofer|painter|scheduler|ambassador|fundraiser|bartender|sommelier|broker|underwriter|actuary|chemist|economist|psychologist|radiographer|dietitian|nutritionist|lecturer|professor|labou?rer|beautician|barber|hairdresser|pilot|farmer|ranger|lifeguard|janitor|custodian|attendant|usher|teller|loader|tender|keeper|aide|scaffolder|glazier|tiler|bricklayer|joiner|upholsterer|optician|phlebotomist|hostess|steward|valet|seamstress|sewer|generalist)s?$"
)


@cache
def terms() -> dict[str, Any]:
    """The vocabulary as the file gives it."""
    rows: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("brief_terms.yaml").read_text(encoding="utf-8"))
    return rows


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One list of the vocabulary as a single pattern."""
    return re.compile("|".join(terms()[name]))


@cache
def choices(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Named values, each with the pattern that speaks for it."""
    return tuple((value, re.compile(expression)) for value, expression in terms()[name].items())


@cache
def filler() -> re.Pattern[str]:
    """Words that carry no fact of their own."""
    chinese = sorted(terms()["filler"].split("|"), key=len, reverse=True)
    english = terms()["filler_english"]
    return re.compile(rf"(?:{'|'.join(map(re.escape, chinese))})|\b(?:{english})\b|[\W_]")


def says(folded: str) -> bool:
    """Whether a stretch holds more than filler."""
    rest = filler().sub("", folded)
    return len(rest) >= 2 or rest.isdigit()
