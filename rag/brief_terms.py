"""The vocabulary of briefs (`brief_terms.yaml`) as compiled patterns on folded text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?)"
_UNIT = r"(?:\s?(?:k|千|万|w)(?![a-z]))?"
_SIGN = r"(?:nt\$|ntd|twd|hk\$|hkd|us\$|usd|s\$|sgd|eur|gbp|chf|pln|aud|cad|jpy|sek|cny|rmb|[$€£¥])"
_PER = r"(?:\s?(?:/|每|per |an? |p\.?)\s?(?:月|年|天|日|时|小时|month|year|annum|hour|day|week|mo|yr|hr|h)(?![a-z])|\s?(?:pa|p\.a\.|annually|yearly|monthly|hourly|gross|net)(?![a-z]))*"
_RANGE = rf"(?:{_SIGN}\s?)?{_NUMBER}{_UNIT}(?:元|块|美元|港币|台币|新台币|欧元)?\s?(?:-|~|–|—|to|至|到)\s?(?:{_SIGN}\s?)?{_NUMBER}{_UNIT}"
_MONEY = r"(?:\s?(?:万|千)?(?:元|块|美元|港币|台币|新台币|欧元|人民币)|\s?(?:eur|usd|sgd|hkd|twd|ntd|gbp|chf|pln|aud|cad|jpy|sek|cny|rmb)(?![a-z]))?"
_MONTHS = r"(?:\s?[·x*,\u00d7]?\s?(?:1[2-9]|2\d)\s?薪|\s?[x*\u00d7]\s?1[2-9](?!\d)(?:个月)?)?"
_TAIL = r"(?:\s?(?:\+|plus)\s?(?:提成|绩效|奖金|分红|业绩奖金|股权|期权|年终奖?|(?:annual |performance )?bonus|commissions?|equity|benefits))*"
_CUE = r"(?:(?:基本|税前|税后|综合)?(?:月薪|年薪|时薪|日薪|周薪|底薪|薪资|薪水|薪酬|工资|待遇|无责底薪|起薪|月给|月收入|日结|保底|预算(?:在)?|税前|税后|计件)|salary|pay|compensation|budget|ote|hourly rate)(?:范围|待遇)?\s*(?:range)?\s*(?::|为|是|of|is|约)?\s?"
# A range of money needs a unit, a currency or a cue, so that `3-5年` and `9-18点` stay what they are.
SALARY = re.compile(
    rf"{_CUE}(?:{_RANGE}{_MONEY}{_PER}{_MONTHS}|(?:{_SIGN}\s?{_NUMBER}{_UNIT}|{_NUMBER}\s?(?:k|千|万|w)(?![a-z])|\d[\d,]{{2,}}(?:\.\d+)?|\d+(?:\.\d+)?(?=\s?(?:元|块|/))){_MONEY}{_PER}(?:以上|起|\+(?!\s?[一-鿿a-z]))?{_MONTHS}|面议|面谈|可议|negotiable|competitive|doe){_TAIL}"
    rf"|{_RANGE}(?<=[k千万w]){_MONEY}{_PER}{_MONTHS}{_TAIL}"
    rf"|{_SIGN}\s?{_NUMBER}{_UNIT}(?:\s?(?:-|~|–|—|to|至|到)\s?(?:{_SIGN}\s?)?{_NUMBER}{_UNIT})?{_MONEY}{_PER}(?:\s?(?:起|以上|\+(?!\s?[一-鿿a-z])))?{_TAIL}"
    r"|(?<![\d.-])(?!20\d\d\D20\d\d)\d{4,6}\s?(?:-|~|到|至)\s?\d{4,6}(?![\d年月元块/每])"
    rf"|{_RANGE}(?:元|块|美元|港币|台币|新台币|欧元|\s?(?:eur|usd|sgd|hkd|twd|gbp|cny|rmb)(?![a-z])){_PER}{_MONTHS}|{_RANGE}{_MONEY}\s?(?:/|每|per |an? )\s?(?:月|年|天|日|时|小时|month|year|annum|hour|day)(?![a-z])"
    rf"|{_NUMBER}{_UNIT}(?:元|块)?\s?(?:/|每|per |an )\s?(?:月|年|天|日|时|小时|month|year|annum|hour|day)(?![a-z])|(?<![\d.]){_NUMBER}\s?(?:k|千元|万元)(?![a-z]){_MONTHS}(?:起|以上|左右)?|薪资?(?:面议|面谈|可谈|优厚)|面议"
)
# An enumeration of digits that is no pay: the count of people, a date, hours.
COUNT = re.compile(
    r"(?<!团队)(?<!团队有)(?<!带)(?<!管理)(?P<n>(?<!\d)\d{1,3}|[一二两三四五六七八九十]{1,2}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)\s?(?:-\d+)?\s?(?P<unit>名|位|个(?!月|人?工作|小时|性)人?|人(?![事力员工以小]|/|民|的?团队|左右)|(?=hc\b)hc|headcounts?|openings|positions|vacancies)"
    r"|(?:hc|headcount|人数|名额|x|\u00d7)\s?[:=]?\s?(?P<m>\d{1,3})(?!\d|薪|[.k%])"
)
NUMBERS = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
NUMBERS |= {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
REPORTS = re.compile(
    r"(?:直接)?(?:汇报给|报告给|隶属(?:于)?|(?:直属|直接)(?:上级|主管|领导)(?:是|为|:)?|汇报对象(?:是|为|:)?|汇报线:?)\s?([^,;。\n()]{2,24})"
    r"|(?:直接)?向([^,;。\n]{2,16}?)(?:直接)?(?:汇报|报告)"
    r"|(?:reports?|reporting)(?: directly)? (?:in)?to\s?(?:the |our )?([^,;.\n()]{2,40})"
)
HIRE = re.compile(
    r"(?:(?:jd|职位|岗位):|急聘|急招|急需|诚聘|诚招|招聘|招募|征才|征求|征|招|聘请|聘|想找|要找|寻找|找|需要|帮我写|写|缺|\bhiring|\bhire|\blooking for|\bneeds?|\bseeking|\brecruiting|\brecruit|\bwanted:?|\blooking to hire|\bwant|\bdescription for|\bjd for|\bposting for|\bad for|\bopening for)(?:一份|一下|一个|个|名|位)?(?! ?(?:to|for)\b)\s?:?\s?"
)
APPLY = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|www\.\S+|(?:简历|履历)(?:请)?(?:发|投|寄|送)|投递(?:至|到|邮箱)|(?:微信|电话|手机|line|whatsapp)\s?(?:id)?\s?[::]?\s?[\w+-]{5,}|联系人|(?:apply (?:at|via|to|through|here|on|online)|send (?:your )?(?:cv|resume))"
)
_DATE = r"(?:(?:20\d{2}[-/.年])?\s?\d{1,2}[-/.月]\s?\d{1,2}[日号]?|20\d{2}年\d{1,2}月底?|\d{1,2}月底|(?:\d{1,2}(?:st|nd|rd|th)? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,? 20\d{2}| \d{1,2}(?:st|nd|rd|th)?(?:,? 20\d{2})?)?|年底|月底|本月底)"
VALID = re.compile(
    rf"(?:有效期?(?:至|到|为)?|截止(?:到|至|日期|时间)?|报名截止|招满即止|closing date|deadline|closes(?: on)?|valid until|apply by|applications? (?:close|due)(?: on| by)?|open until|by(?= ?\d| (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))\s?(?:是|为|:|is|on)?\s?({_DATE})|({_DATE})(?:前)?(?:截止|前(?:投递|报名|有效)|前招满)"
)
COMPANY = re.compile(
    r"(?:我们(?:公司)?|我司|本公司|公司)[是为](?:一家|一个)?[^。\n;,]{2,60}|\b(?:we are|we're) an? [^.\n;,]{3,80}"
)
COMPANY_NAME = re.compile(
    r"[一-鿿a-z0-9()·&]{2,20}?(?:有限公司|股份公司|集团(?!总部)|(?<!创)(?<!业)(?<!市)(?<!轮)公司(?!是|提供|福利|介绍|规模))"
    r"|\b[a-z0-9][\w&'-]*(?: [\w&'-]+){0,2} (?:inc|ltd|llc|gmbh|corp|limited|group|b\.v)\b\.?"
)
BUSINESS = re.compile(
    r"[一-鿿a-z0-9]{0,10}?(?:旗舰店|专营店|专卖店|网店|直播间|事业部|业务线|类目|品类|赛道)(?=的|招|急|诚|聘|,|;|。|\s|$|需|想|要|团队|、)"
    r"|(?:跨境|直播|社交|生鲜|农村)电商|本地生活|在线教育|社区团购|(?:b2b )?saas\b|fintech|e-?commerce|edtech|cross-border"
)
DEPARTMENT = re.compile(
    r"([一-鿿]{2,8}?(?:部门|(?<!总)(?<!内)(?<!外)(?<!全)部|中心|项目组))(?=的|招|急|诚|聘|想|要|需|找|,|;|。|\s|$|缺|写)"
    r"|\b(?:for|in|join|within) (?:the |our )?([a-z][a-z&' -]{2,30}? (?:department|team|division))\b"
)
# Endings of titles that no catalogue needs to hold.
TITLE_END = re.compile(
    r"(?:师|员|经理|主管|总监|助理|顾问|客服|运营|营运|策划|企划|主播|编辑|设计|开发|会计|出纳|司机|店长|导购|文员|前台|组长|实习生|负责人|代表|教练|老师|翻译|秘书|法务|采购|销售|业务|厨师|保安|保洁|专家|架构|工程|研究|公关|媒介|投手|摄影|剪辑|模特|小编|专员|管培生|美工|人事|行政|财务|营销|行销|推广|合伙人|人员|编导|工)(?:\([^()]{1,16}\))?$"
    r"|\b(?:engineer|developer|manager|designer|analyst|specialist|executive|assistant|coordinator|officer|director|lead|scientist|consultant|representative|intern|supervisor|accountant|recruiter|writer|editor|architect|technician|associate|administrator|buyer|planner|host|agent|marketer|copywriter|nurse|teacher|driver|operator|strategist|researcher|programmer|tester|c[a-z]o|head of [a-z ]+|vp of [a-z ]+|barista|clerk|cashier|chef)s?$"
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
