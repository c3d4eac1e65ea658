"""Pay in free text: a number with something that says that it is money."""

from __future__ import annotations

import re

DIGITS = "一二两三四五六七八九十"
_SIGN = (
    r"(?:nt\$|ntd|twd|hk\$|hkd|us\$|usd|s\$|sgd|c\$|a\$|eur|gbp|chf|pln|sek|dkk|nok|czk|huf|aud|cad|jpy|cny|rmb|[$€£¥])"
)
_MONEY = r"(?:\s?(?:元|块钱?|蚊|美元|美金|港币|港元|台币|新台币|欧元|英镑|人民币)|\s?(?:euros?|dollars|pounds|quid|eur|usd|sgd|hkd|twd|ntd|gbp|chf|pln|sek|dkk|nok|czk|aud|cad|jpy|cny|rmb|€|£|zł)(?![a-z]))"
# `1w3` and `4万2` are 13000 and 42000; `一万二` is said without a figure.
_AMOUNT = rf"(?:\d{{1,3}}(?:\.\d{{3}})+(?![\d,.])|(?:\d{{1,3}}(?: \d{{3}})+(?!\d)|\d[\d,]*(?:\.\d+)?)(?:(?:k|千|万|w)(?![a-z])\d?(?!\d)|\s(?:k|千|万|w)(?![a-z\d]))?(?:ish\b)?|[{DIGITS}]{{1,3}}[万千](?:[{DIGITS}]千?)?(?:[{DIGITS}]百?)?|(?<![{DIGITS}\d])[万千][{DIGITS}](?![万千百]))"
_TO = r"\s?(?:-|~|–|—|到|至|\bto\b|\band\b)\s?"
_PER = r"(?:\s?(?:/|每|一个?|per |an? |p\.?)\s?(?:个?月|年|天|日|周|个?小时|时|[节课堂]课?时?|场|公里|month|year|annum|hour|day|week|mo|yr|hr|h|mile|km|piece|unit|word|article|session|class|lesson|shift|visit|night|drop)(?![a-z])|\s?(?:p\.?a\.?|annually|yearly|monthly|hourly|gross|net|brutto)(?![a-z])| ?[月年](?:薪|总?包)|\s?/\s?[百千]?[件单篇条张箱])"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_UNITS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
# `twenty six an hour`: an amount in words, which only its period tells from any other number.
_IN_WORDS = re.compile(
    rf"\b(?:(?:{_TENS})(?:[ -](?:{_UNITS}))?|{_UNITS})(?: (?:hundred|thousand|grand|k))?(?: (?:dollars?|bucks|pounds|quid|euros?))? (?:an?|per) (?:hour|day|week|month|year)\b"
)
_PERIOD = r"(?:(?:基本|税前|税后|月?综合|无责|保底|固定)?(?:月薪|年薪|时薪|日薪|周薪|底薪|起薪|月给|月入|月收入|日结|保底|年包|月?综合))"
_CUE = rf"(?:{_PERIOD}|(?<![一-鿿])(?:一般|平均|大概)(?:在|能拿|可拿|是)?(?=\d)|(?:综合)?(?:薪[资酬水金]|工资|待遇|预算在?|一共|总共|总价|打包价?|税前|税后|人工|计件|月均)(?:范围|待遇|水平|工资)?(?:月均)?|salary|base pay|pay(?:ing)?|compensation|budget|ote|(?:hourly )?rate|(?:每|一)个?(?:月|天|日|小时)|[单每][集件篇条单])\s*(?:range)?\s*(?::|为|是|of|is|约|大概|每?个?月|在|到|up to|from)?\s?"
_MONTHS = r"(?:\s?[·x*,\u00d7]?\s?(?:1[2-9]|2\d)(?:-\d\d)?\s?薪|\s?[x*\u00d7]\s?1[2-9](?!\d)(?:个月)?)"
_TAIL = r"(?:\s?(?:以上|起|左右|上下)(?![一-鿿])|起(?=[另外再加])|起薪|\s?(?:底薪|保底|到手)|\s?(?:\+|plus |加)\s?(?:(?:up to )?(?:\d{1,3}% ?)?(?:[a-z-]+ ){0,2}(?:bonus(?:es)?|premium|differential|commissions?|equity|benefits|tips|ote|allowance|overtime|options|super)|[一-鿿a-z0-9.%]{2,12})|包(?:勤工|佣|税|提成)| ?(?:base|pro rata|fte|w2|doe|ote|negotiable)\b| depending on experience| ?\(?(?:税前|税后|面议|可议)\)?|\s?\+(?!\s?[一-鿿a-z\d]))"
_PAY = re.compile(
    rf"(?P<cue>{_CUE})?(?P<sign>{_SIGN}\s?)?(?<![\d.:a-z])(?P<low>{_AMOUNT})(?P<unit>{_MONEY})?(?:{_TO}(?P<sign2>{_SIGN}\s?)?(?P<high>{_AMOUNT})(?P<unit2>{_MONEY})?)?"
    rf"(?P<per>{_PER}*)(?P<months>{_MONTHS})?(?P<tail>{_TAIL}*)"
)
_SAID = re.compile(
    rf"(?:{_CUE})?(?:面议|面谈|可议|可谈|优厚|negotiable|competitive(?: salary)?|doe\b|依公司规定|从优)(?:{_TAIL})*"
)
# What a number counts, where it is no pay.
_COUNTED = re.compile(
    r"\s?(?:[名位个人件单家款台条篇场次岁点号弄楼层室年月日天周%+度]|小时|用户|粉丝|sku|people|users|customers|clients|orders|items|hours|days|weeks|months|years?|yrs?|lbs?|kg|arr|mrr|revenue|gmv|followers|stores|words)"
)

# Money that somebody has spent, sold or looked after is no pay.
_HANDLED = re.compile(
    r"(?:\b(?:spent|spends?|spending|managed|managing|manages?|sold|raised|generated|saved)|管过|花过|投过|消耗|花费|销售额|流水|营收|年销|月销|签单|业绩|采购额|客单价?)\s*(?:>|over|about|more than|约|近|超过?|不?低于)?\s*$"
)
# Bed and board before a bare number: `\u5305\u5403\u4f4f6500`.
_BOARD = re.compile(r"^[包含管供][一-鿿]{1,3}$")
_MILLIONS = re.compile(r"\s?(?:m\b|mm\b|bn\b|b\b|million|billion)")
_SHORT_PERIOD = re.compile(r"\s?(?:/|每|一)?\s?(?:天|日|个?小时|h\b|hr)")
_AN_HOUR = re.compile(r"\s?(?:/|每|一)?\s?个?小时|\s?/\s?hr?\b")
_TOLD = re.compile(r"[+加]|起薪|底薪|保底|到手")


def find_pay(folded: str) -> tuple[int, int] | None:
    """Where the first pay of a stretch stands: a number with a cue, a currency, a period or a thousands unit; None without one.

    A bare number of pay size counts only where nothing else stands in the stretch.
    """
    for match in _PAY.finditer(folded):
        if _is_pay(match, folded):
            return match.start(), match.start() + len(match.group().rstrip())
    said = _IN_WORDS.search(folded) or _SAID.search(folded)
    return said.span() if said else None


def _is_pay(match: re.Match[str], folded: str) -> bool:
    """Whether a number is money: each line below is one kind of evidence."""
    low, high, per, tail = (match.group(name) or "" for name in ("low", "high", "per", "tail"))
    before = _BOARD.sub("", folded[: match.start()].strip(" (+"))
    behind = folded[match.end() :]
    signed = bool(match.group("sign") or match.group("sign2"))
    named = signed or bool(match.group("unit") or match.group("unit2"))
    thousands = bool(re.search("[kw千万]", low + high))
    figure = max(_figure(low), _figure(high))
    in_size = 2000 <= figure <= 300_000 and not 2015 <= figure <= 2035
    if _COUNTED.match(behind) and not (per or signed):
        return named and not signed
    if (signed and _MILLIONS.match(behind)) or _HANDLED.search(before):
        return False
    return any(
        (
            match.group("cue") and (figure >= 100 or named or per or thousands),
            per
            and (
                figure >= 50
                or named
                or thousands
                or not _SHORT_PERIOD.match(per)
                or (figure >= 10 and _AN_HOUR.match(per))
            ),
            named and (signed or figure >= 1000 or high or not behind.strip()),
            match.group("months") or re.search(r"\dk", low + high),
            _TOLD.search(tail) and figure >= 1000,
            high and ((thousands and re.search("[万千w]", low + high)) or (in_size and _figure(low) >= 1000)),
            not before and in_size and (not behind.strip(" )") or re.match(r"\s?[包含管][一-鿿]", behind)),
        )
    )


def _figure(amount: str) -> float:
    """The number that an amount says, without its unit of a thousand where a range gives it once; 0 for none."""
    digits = re.match(r"\d[\d,]*(?:\.\d+)?", amount)
    if not digits:
        return 10_000 if "万" in amount else 1000 if "千" in amount else 0
    number = digits.group().replace(",", "")
    if re.match(r"\d{1,3}\.\d{3}(?!\d)", number):
        number = number.replace(".", "")
    return float(number) * (10_000 if re.search("[万w]", amount) else 1000 if re.search("[千k]", amount) else 1)
