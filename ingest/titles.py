"""The title of a text that gives none: a line at its head, what runs through its pages, its file's name, its first sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from ingest.script import fold

_REPORT_TITLE = re.compile(
    r"^[^。,;:!?]{4,28}?(?:研究|分析|探讨|浅析|方案|手册|制度|报告|指南|规范|总结|办法|说明书|一览|汇编|介绍)(?=引言|前言|摘要|随着|[^与的及和、,。;:中]{2}.{20,})"
)
_LONGEST_LINE = 60
_LONGEST_SENTENCE = 40
# How clauses begin that only set the scene of the sentence behind them.
_SCENE = re.compile(
    r"(?:在|随着|随|当|为了|为|对于|对|作为|由于|近年来|如今|目前|今天)[^,]*,(?=.{6,})|(?:as|in|with|when|for|while) [^,.]{4,60}, ",
    re.I,
)
_SENTENCE_END = re.compile(r"[。;!?]|\.(?=\s|$)")
_NUMBERS = re.compile(r"(?:第 ?\d+ ?页.*|page \d+.*|[-–|/ ]*\d+[-–|/ \d]*)$", re.I)
# Names that programs give files: a digest, a date, a counter, `scan`, `新建文档`.
_MADE_NAME = re.compile(
    r"(?:img|dsc|scan|doc|document|file|untitled|download|page|index|output|export|copy|text|wps|mmexport|"
    r"新建|未命名|文档|文件|下载|扫描|副本|网页|无标题|微信图片|文本|工作簿|演示文稿|\W|_|\d|[0-9a-f]{8,})*",
    re.I,
)


def title_of(text: str, doc: str, running: Sequence[str] = ()) -> str:
    """The best title that can be had.

    :param text: the cleaned text.
    :param doc: the document's name in the library.
    :param running: lines that were taken out because they stand at the edge of most pages.
    """
    line = next((line.strip("# ").strip() for line in text.splitlines() if line.strip("# ").strip()), "")
    folded = fold(line)
    is_sentence = len(folded) > 12 and (folded[-1] in "。;!" or (folded[-1] == "." and "," in folded))
    head = _running_title(running)
    if head and head not in line:
        return head
    if line and len(line) <= _LONGEST_LINE and not is_sentence:
        return line
    if glued := _REPORT_TITLE.match(folded):
        return line[: glued.end()]
    return _file_title(doc, line) or _sentence(line) or doc


def _running_title(lines: Sequence[str]) -> str | None:
    """What most running heads say besides the page's number."""
    bare = [_NUMBERS.sub("", " ".join(line.split())).strip(" -–|/·") for line in lines]
    named = Counter(
        line for line in bare if len(line) >= 4 and not re.search(r"保密|内部资料|机密|confidential|draft", line, re.I)
    )
    found = named.most_common(1)
    return found[0][0] if found and found[0][1] >= 3 else None


def _file_title(doc: str, line: str) -> str | None:
    """The file's name, when a person gave it one that says something."""
    stem = PurePosixPath(doc).name.rsplit(".", 1)[0].strip()
    words = re.sub(r"[_+\s]+", " ", stem).strip()
    if _MADE_NAME.fullmatch(stem) or len(words) > _LONGEST_LINE:
        return None
    chinese = len(re.findall(r"[㐀-鿿]", words)) >= 4
    # A Chinese page under an English name was named by its site.
    telling = chinese or (not re.search(r"[㐀-鿿]", line) and len(re.findall(r"[A-Za-z]{3,}", words)) >= 2)
    return words if telling else None


def _sentence(line: str) -> str:
    """A first sentence, without the clauses that set its scene, cut at a sign."""
    folded = fold(line)
    end = _SENTENCE_END.search(folded)
    start, stop = 0, end.start() if end else len(line)
    while (scene := _SCENE.match(folded, start)) and scene.end() < stop:
        start = scene.end()
    if stop - start <= _LONGEST_SENTENCE:
        return line[start:stop].strip()
    signs = [
        match.start()
        for match in re.finditer(r"[,:、 ]", folded[:stop])
        if 8 <= match.start() - start <= _LONGEST_SENTENCE
    ]
    return line[start : signs[-1] if signs else start + _LONGEST_SENTENCE].strip()
