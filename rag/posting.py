"""A posting as the document checks read it: its title and what stands below its headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.script import CJK, fold
from rag.brief import Brief
from rag.jd_types import JobDescription

# What a heading line says, on folded text; the groups a posting is made of.
_HEADINGS = {
    "duties": r"(?:岗位|工作|主要|职位)?(?:职责|内容|描述)|responsibilities|duties|what you(?:'ll| will) do|(?:key )?tasks|the role",
    "must": r"(?:任职|岗位|职位|应聘|入职)?(?:要求|资格|条件)|条件要求|(?:key )?requirements|qualifications|must[- ]haves?|what you need|what you bring|about you",
    "nice": r"加分(?:项|条件)|优先条件|nice to have|preferred(?: qualifications)?|bonus",
    "offer": r"聘用条件|员工福利|(?:福利|薪资|薪酬|工作)(?:待遇|制度|条件|福利)?(?:与地点)?|工作待遇|benefits|what we offer|conditions|perks|pay(?: and benefits)?|compensation",
    "company": r"(?:关于我们|公司(?:介绍|简介)|企业介绍|about (?:us|the company)|who we are|company(?: profile)?)",
    "other": r"职位简介|工作指标|聘用性质|截止申请日期|申请方法|部门|岗位目的|职务说明|协作关系|合作对象|衡量指标|工作地点|上班地点|投递方式|about the role|works with|what success looks like|location|how to apply|title|岗位名称|职务名称|职称",
}
_HEADING = re.compile(
    r"[\s#*【\[]*(?:\d+[.、]|[一二三四五六]、)?\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _HEADINGS.items())
    + r")[\s*】\]]*(?:[:](?P<rest>.*))?$"
)
_TITLE = re.compile(
    r"^[\s#*]*(?:岗位名称|职位名称|职务名称|职称|招聘岗位|岗位|职位|(?:job )?title|position)\s*:\s*(.+)$", re.M
)
_ITEM = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.、)]|\(\d{1,2}\))\s*")


@dataclass(frozen=True)
class Posting:
    """A posting as the checks read it; `sections` hold the items below each kind of heading with their offsets."""

    text: str
    folded: str
    market: str
    title: str
    sections: dict[str, list[tuple[int, int]]]
    brief: Brief
    jd: JobDescription | None = None

    @property
    def chinese(self) -> bool:
        """Whether the posting is counted in characters rather than words."""
        return len(CJK.findall(self.text)) > len(re.findall("[a-z]+", self.folded)) / 2

    def items(self, name: str) -> list[str]:
        """The folded items of a section."""
        return [self.folded[start:end] for start, end in self.sections.get(name, [])]


def read_posting(text: str, market: str, brief: Brief | None = None, jd: JobDescription | None = None) -> Posting:
    """Find the sections of a text by its headings.

    :param text: the posting as plain text.
    :param market: one of `rag.lint.MARKETS`.
    """
    folded = fold(text)
    sections: dict[str, list[tuple[int, int]]] = {}
    current, at = "top", 0
    for line in folded.splitlines(keepends=True):
        start, end = at, at + len(line.rstrip())
        at += len(line)
        heading = _HEADING.match(folded, start, end)
        if heading:
            current = next(name for name in _HEADINGS if heading.group(name))
            sections.setdefault(current, [])
            start = heading.start("rest") if heading.group("rest") else end
        start += len(folded[start:end]) - len(_ITEM.sub("", folded[start:end]).lstrip())
        if start < end:
            sections.setdefault(current, []).append((start, end))
    found = _TITLE.search(folded)
    title = (jd.title if jd else None) or (text[found.start(1) : found.end(1)].strip() if found else "")
    return Posting(text, folded, market, title, sections, brief or Brief(market=market), jd)


def is_posting(posting: Posting) -> bool:
    """Whether the text is a posting at all: duties or requirements under a heading, and some size."""
    return len(posting.text) >= 60 and len({"duties", "must", "offer", "company"} & posting.sections.keys()) >= 2
