"""Checks of a whole posting: is everything there, is it readable, do title, level and pay make sense.

The rules are data (`rag/rules/document.yaml` and others with a `check`); here is what each check measures. All of them read a
`Posting`, which a bare text fills as far as its headings allow, and a draft completely. A sentence is no posting and gets nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from ingest.script import CJK, detect_script, fold
from rag.brief import Brief
from rag.jd_types import SECTIONS, JobDescription
from rag.lint import Finding, LintResult, finding_of, lint, scored
from rag.lint_pay import Problem, pay_floor, pay_span_tw, pay_unit, pay_width
from rag.lint_reader import read
from rag.lint_rules import FOLDER, load_rules, read_words
from rag.posting import Posting, is_posting, read_posting
from rag.rewrite import told_in

_SENTENCE = re.compile(r"(?:[^。!?;\n.]|\.(?!\s|$))+")
_YEARS = re.compile(r"(?<![\d-])(\d{1,2})\s*(?:\+|\s)?\s*(?:年|years?|-\s*\d{1,2}\s*(?:年|years?))")
_ENTRY = re.compile(r"实习|应届|初级|助理|专员|管培|entry|junior|intern|trainee|assistant")
_MIDDLE = re.compile(r"中级|主管|mid[- ]?level|intermediate")
_SENIOR = re.compile(r"高级|资深|经理|总监|专家|senior|lead|head|director|manager|principal")
# Characters (Chinese) or words (others) of the three lengths of the form.
_LENGTHS = {"short": (200, 120), "standard": (450, 400), "detailed": (900, 700)}
_ANY_LENGTH = ((150, 1500), (100, 900))
_LABEL = re.compile(r"人工智能|\bai\b|程序.{0,12}生成|辅助生成|machine-assisted|generated", re.I)


def _length(posting: Posting) -> Iterator[Problem]:
    size = len(CJK.findall(posting.text)) if posting.chinese else len(re.findall(r"\b\w+", posting.folded))
    low, high = _ANY_LENGTH[not posting.chinese]
    if chosen := posting.brief.length:
        middle = _LENGTHS[chosen][not posting.chinese]
        low, high = round(middle * 0.8), round(middle * 1.2)
    if not low <= size <= high:
        yield Problem(detail=f"{size} ({low}-{high})")


def _duties(posting: Posting) -> Iterator[Problem]:
    if "duties" in posting.sections and not 4 <= len(posting.sections["duties"]) <= 8:
        yield Problem(detail=str(len(posting.sections["duties"])))


def _must_haves(posting: Posting) -> Iterator[Problem]:
    if len(items := posting.sections.get("must", [])) > 6:
        yield Problem(items[6][0], items[-1][1], str(len(items)))


def _long_sentences(posting: Posting) -> Iterator[Problem]:
    for match in _SENTENCE.finditer(posting.folded):
        sentence = match.group()
        words = len(re.findall(r"\b[a-z]+", sentence))
        if "://" not in sentence and (len(CJK.findall(sentence)) > 60 if posting.chinese else words > 25):
            yield Problem(match.start() + len(sentence) - len(sentence.lstrip()), match.end())


def _readability(posting: Posting) -> Iterator[Problem]:
    if posting.chinese:
        clauses = [len(CJK.findall(part)) for part in re.split(r"[,。;:!?、\n]", posting.folded)]
        clauses = [size for size in clauses if size]
        if clauses and sum(clauses) / len(clauses) > 28:
            yield Problem(detail=f"{sum(clauses) / len(clauses):.0f}")
        return
    words = re.findall(r"\b[a-z]+", posting.folded)
    sentences = [part for part in re.split(r"[.!?;](?:\s|$)|\n", posting.folded) if len(part.split()) > 2]
    if len(words) >= 100 and sentences:
        # The Automated Readability Index: letters for each word, words for each sentence.
        grade = 4.71 * sum(map(len, words)) / len(words) + 0.5 * len(words) / len(sentences) - 21.43
        if grade > 12:
            yield Problem(detail=f"{grade:.0f}")


def _company(posting: Posting) -> Iterator[Problem]:
    if spans := posting.sections.get("company"):
        others = [start for name, items in posting.sections.items() if name in {"duties", "must"} for start, _ in items]
        share = sum(end - start for start, end in spans) / len(posting.text)
        if share > 0.2 or (others and spans[0][0] < min(others)):
            yield Problem(spans[0][0], spans[-1][1], f"{share:.0%}")


def _title_length(posting: Posting) -> Iterator[Problem]:
    if len(posting.title) > (20 if CJK.search(posting.title) else 60):
        start = max(posting.text.find(posting.title), 0)
        yield Problem(start, start + len(posting.title))


def _level_years(posting: Posting) -> Iterator[Problem]:
    named = fold(f"{posting.title} {posting.brief.level or ''}")
    most = None if _SENIOR.search(named) else 2 if _ENTRY.search(named) else 5 if _MIDDLE.search(named) else None
    for start, end in posting.sections.get("must", []) if most else []:
        years = _YEARS.search(posting.folded, start, end)
        if years and most and int(years.group(1)) > most:
            yield Problem(start, end)


@cache
def _coded(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{read_words(FOLDER)[name]})\b", re.ASCII)


def _coded_balance(posting: Posting) -> Iterator[Problem]:
    masculine, feminine = (len(_coded(name).findall(posting.folded)) for name in ("masculine", "feminine"))
    if masculine + feminine >= 6 and not 0.25 <= masculine / (masculine + feminine) <= 0.75:
        yield Problem(detail=f"{masculine}:{feminine}")


_HAS = {
    "pay": r"(?:(?<![带有])薪|工资|待遇|salary|\bpay\b|compensation)[^\n]{0,24}(?:\d|[一二三四五六七八九十]+[千万])|\d\s?[-–—~至到]\s?\d+(?:\.\d+)?(?:k|千|万|元|w)|\d\s?(?:k|元|万)/?每?(?:月|年|天|小时)|面议|[$€£]\s?\d",
    "place": r"地[点址]|工作城市|上班地|坐标|location|based in|remote|远程|居家",
    "headcount": r"人数|\d+\s?[人名]|若干|headcount|vacanc|需求人数|openings?",
    "valid": r"有效期|截止|期限|长期有效|valid|closing date|deadline",
    "employer": r"公司|集团|单位|企业|工作室|有限|股份|company|employer|we are|about us|\b(?:ltd|inc|gmbh|llc)\b",
    "hours": r"时段|工时|上班时间|工作时间|\d{1,2}:\d\d|周休|双休|轮班|排班|hours|schedule|full-time|part-time",
    "insurance": r"五险|社保|社会保险|劳健保|劳保|强积金|保险|公积金|insurance|mpf",
    "benefits": r"福利|benefit|年假|补贴|奖金|假期|特休",
}
_NEEDED = {
    "CN": ("employer", "headcount", "duties", "must", "place", "pay", "valid"),
    "TW": ("pay", "place", "hours", "duties", "insurance"),
}
_NAMES = {
    "employer": ("用人单位", "employer"),
    "headcount": ("招聘人数", "headcount"),
    "duties": ("岗位职责", "duties"),
    "must": ("任职条件", "requirements"),
    "place": ("工作地点", "place"),
    "pay": ("薪酬", "pay"),
    "valid": ("有效期", "closing date"),
    "hours": ("工作时间", "hours"),
    "insurance": ("保险", "insurance"),
}


def _has(posting: Posting, name: str) -> bool:
    return name in posting.sections or (name in _HAS and bool(re.search(_HAS[name], posting.folded)))


def _missing(posting: Posting) -> Iterator[Problem]:
    needed = _NEEDED.get(posting.market, ("employer", "duties", "place"))
    gone = [name for name in needed if not _has(posting, name)]
    if gone:
        chinese, english = (", ".join(_NAMES[name][at] for name in gone) for at in (0, 1))
        yield Problem(detail=chinese, detail_en=english)


def _missing_benefits(posting: Posting) -> Iterator[Problem]:
    if _advertises(posting) and not (_has(posting, "benefits") or _has(posting, "insurance")):
        yield Problem()


def _advertises(posting: Posting) -> bool:
    """Whether the text invites applications; a description of duties for internal use needs neither pay nor benefits."""
    return "must" in posting.sections and bool(
        re.search(r"地[点址]|招聘|诚聘|应聘|投递|简历|福利|五险", posting.folded)
    )


def _pay_missing(posting: Posting) -> Iterator[Problem]:
    if _advertises(posting) and not _has(posting, "pay"):
        yield Problem()


def _pay_differs(posting: Posting) -> Iterator[Problem]:
    typed = re.findall(r"\d[\d,]*(?:\.\d+)?", posting.brief.salary or "")
    if typed and not all(number in posting.text for number in typed):
        yield Problem()


def _agency(posting: Posting) -> Iterator[Problem]:
    agent = re.search(
        r"代招|代聘|猎头|劳务派遣|人力资源(?:服务)?(?:有限)?公司|转发|转载|受(?:客户|企业)委托", posting.folded
    )
    if agent and not re.search(r"许可证?|来源|备案", posting.folded):
        yield Problem(*agent.span())


def _unsourced(posting: Posting, requirements: bool) -> Iterator[Problem]:
    names = (
        ("requirements",) if requirements else ("responsibilities", "kpis", "collaboration", "conditions", "benefits")
    )
    for claim in (claim for name in names if posting.jd for claim in posting.jd.section(name)):
        start = posting.text.find(claim.text)
        if claim.source == "suggested" and start >= 0:
            yield Problem(start, start + len(claim.text))


def _label(posting: Posting) -> Iterator[Problem]:
    if not _LABEL.search(posting.text):
        yield Problem()


CHECKS: dict[str, Callable[[Posting], Iterator[Problem]]] = {
    "length": _length,
    "duties": _duties,
    "must_haves": _must_haves,
    "long_sentences": _long_sentences,
    "readability": _readability,
    "company": _company,
    "title_length": _title_length,
    "level_years": _level_years,
    "coded_balance": _coded_balance,
    "pay_width": pay_width,
    "pay_span_tw": pay_span_tw,
    "pay_unit": pay_unit,
    "pay_floor": pay_floor,
    "pay_missing": _pay_missing,
    "pay_differs": _pay_differs,
    "missing": _missing,
    "missing_benefits": _missing_benefits,
    "agency": _agency,
    "unsourced_requirements": lambda posting: _unsourced(posting, requirements=True),
    "unsourced_lines": lambda posting: _unsourced(posting, requirements=False),
    "label": _label,
}
# What only an exported text must hold.
_FOR_EXPORT = frozenset({"label"})
# What a single line may break.
_OF_A_LINE = frozenset({"pay_width", "pay_span_tw", "pay_unit", "pay_floor"})
_OF_A_POSTING = frozenset(CHECKS) - _FOR_EXPORT


def _findings(posting: Posting, lang: str, checks: frozenset[str]) -> Iterator[Finding]:
    for rule in load_rules():
        if rule.check is None or posting.market not in rule.markets or rule.check not in checks:
            continue
        for problem in CHECKS[rule.check](posting):
            span = (problem.start, problem.end)
            finding = finding_of(rule, posting.market, lang, span, posting.text[slice(*span)])
            detail = told_in(problem.detail, problem.detail_en or problem.detail, lang)
            why = f"{finding.why}: {detail}" if detail else finding.why
            rewrite = "" if rule.rewrite and problem.end else None
            yield replace(finding, why=why, severity="risky" if problem.worse else rule.severity, rewrite=rewrite)


def check_document(jd: JobDescription, brief: Brief, text: str) -> tuple[Finding, ...]:
    """What is wrong with a drafted job description as a whole.

    :param jd: its sections.
    :param brief: what was typed; gives market, language and the chosen length.
    :param text: the draft as plain text; offsets of findings point into it.
    :return: findings in rule order; those about the whole have start = end = 0.
    """
    return tuple(_findings(read_posting(text, brief.market, brief, jd), brief.language, _OF_A_POSTING))


def check_draft(jd: JobDescription, brief: Brief, text: str, language: str) -> tuple[Finding, ...]:
    """Everything the checker finds in a draft: at its words, and in the posting as a whole.

    :param jd: the sections.
    :param brief: gives the market, and what the posting should hold.
    :param text: the draft as plain text; offsets point into it.
    :param language: the language of explanations.
    """
    told = lint(text, brief.market, language).findings
    # Conditions are labelled facts (`place: Leeds`), not sentences about people.
    names = (name for name in ("purpose", *SECTIONS, "company") if name != "conditions")
    typed = [claim.text for name in names for claim in jd.section(name) if claim.source == "brief"]
    guessed = read(text, brief.market, language, told, only=typed)
    return (*told, *guessed, *check_document(jd, replace(brief, language=language), text))


def check_export(text: str, market: str = "CN", lang: str = "zh-Hans") -> tuple[Finding, ...]:
    """What a text lacks that leaves the program: the label of generated text."""
    return tuple(_findings(read_posting(text, market), lang, _FOR_EXPORT))


def check_text(text: str, market: str = "CN", lang: str = "zh-Hans") -> LintResult:
    """Check a bare text: every phrase, what its sentences read like, and, when it is a posting, the posting as a whole.

    :param text: a posting, a part of one, or a sentence.
    :param market: one of `rag.lint.MARKETS`.
    :param lang: the language of explanations.
    :raises UsageError: for an unknown market or language.
    """
    told = lint(text, market, lang).findings
    found = sorted((*told, *read(text, market, lang, told)), key=lambda finding: (finding.start, finding.end))
    brief = Brief(market=market, language=detect_script(text))
    posting = read_posting(text, market, brief)
    return scored((*found, *_findings(posting, lang, _OF_A_POSTING if is_posting(posting) else _OF_A_LINE)))
