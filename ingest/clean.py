"""Cleaning: small named rules over a raw text, each of which reports what it took out.

First version: damage and page chrome seen in saved Chinese article pages. Rules only remove or break lines; nothing is
rewritten, so what is left is still the document's own wording.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from ingest.script import fold
from ingest.types import Removal

# A text line longer than this has lost its line breaks.
LONG_LINE = 1_000

# Pinyin pushed in behind a character, as in 權(quán). Upper case and real words such as (word、ppt) do not match.
_PINYIN = re.compile(r"(?<=[㐀-鿿])\([a-zà-ɏ]{1,7}\)")
# Whole lines that belong to the page, not to the article.
_CHROME_LINE = re.compile(
    r"""^\s*(?:
        [关關]注者 | 被[浏瀏][览覽] | [评評][论論] | 提交[评評][论論] | 0/150 | 下[载載]本文[档檔] | 文[档檔][简簡]介 | [\d,]+\s?个回答
      | (?:发布|發布|编辑|編輯)于\s.* | [\d.,\s万]+播放\s?·.* | (?:[温溫]馨提示) | .{0,6}版[权權](?:\([a-z]+\))?[说說]明[:\uff1a].*
      | .*关注.{0,12}公众号.* | 关注公众号.* | .*扫码.* | (?:ps:\s*)?配图源于网络 | 欢迎来点赞.* | 想了解更多.*关注.*
      | 领取秋招.* | \d{4}校园招聘.* | .*感谢关注.*
    )\s*$""",
    re.X,
)
# From this line on a page lists other documents, up to the end of the page.
_LIST_OF_OTHERS = re.compile(r"^\s*(?:最新文[档檔]|相关推荐|相關推薦|猜你喜欢|猜你喜歡|推荐阅读|推薦閱讀)\s*$")
_SITE_NOTICE = re.compile(r"^\s*-?\s*\d\.\s?(?:本站|未[经經][权權]益|人人文[库庫]).*$")
# Heads that open a new line in a text that lost its breaks; `1.` only behind a full stop, so that decimals stay whole.
# Matched on folded text.
_BREAKS = re.compile(
    r"(?<=[。!?;:)㐀-鿿])(?=[一二三四五六七八九十]{1,3}、)|(?=\([一二三四五六七八九十]{1,3}\))|(?<=[。!?])(?=\d{1,2}[.、][㐀-鿿])"
    r"|(?<=。)(?=结语)|(?<=。)(?=[㐀-鿿]{3,12}:)"
)


def _strip_pinyin(text: str) -> tuple[str, list[Removal]]:
    found = [Removal("inserted-pinyin", match.group()) for match in _PINYIN.finditer(text)]
    return _PINYIN.sub("", text), found


def _strip_chrome(text: str) -> tuple[str, list[Removal]]:
    kept: list[str] = []
    removed: list[Removal] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _LIST_OF_OTHERS.match(line):
            removed.append(Removal("list-of-other-documents", "\n".join(lines[number:])))
            break
        rule = "site-notice" if _SITE_NOTICE.match(line) else "page-chrome" if _CHROME_LINE.match(line) else None
        if rule:
            removed.append(Removal(rule, line))
        else:
            kept.append(line)
    return "\n".join(kept), removed


def _break_line(line: str) -> str:
    at = [0, *(match.start() for match in _BREAKS.finditer(fold(line))), len(line)]
    return "\n".join(line[start:end] for start, end in pairwise(at))


def _break_long_lines(text: str) -> tuple[str, list[Removal]]:
    return "\n".join(_break_line(line) if len(line) > LONG_LINE else line for line in text.split("\n")), []


def _tidy_blank_lines(text: str) -> tuple[str, list[Removal]]:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t ]+\n", "\n", text)).strip("\n"), []


RULES: tuple[Callable[[str], tuple[str, list[Removal]]], ...] = (
    _strip_pinyin,
    _strip_chrome,
    _break_long_lines,
    _tidy_blank_lines,
)


def clean(text: str) -> tuple[str, tuple[Removal, ...]]:
    """Apply every rule in order.

    :param text: the raw text of a page or a document.
    :return: the text as it is stored, and what each rule took out, in order.
    """
    removed: list[Removal] = []
    for rule in RULES:
        text, found = rule(text)
        removed.extend(found)
    return text, tuple(removed)
