"""Heads that run into their text: where `一、运营部门职责运营部门是电商企业的核心` stops being a head.

Texts that lost their line breaks show no boundary. Three cues give it back: the head ends with a closing word such as
职责, the text begins with one of the words with which duties begin, or it repeats what the head names.
"""

from __future__ import annotations

import re

# Head words are counted in characters, its brackets apart.
SHORTEST = 4
LONGEST = 24

_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、:.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、])\s*")
# Words that open a description and never end a head.
_OPENERS = """
    负责 主要 作为 根据 基于 为了 为 在 结合 通过 按照 依据 针对 围绕
    随着 由于 及时 定期 持续 不断 积极 合理 快速 严格 认真 全面 熟悉 参与
    协助 协同 聚焦 专注 统筹 确保 保障 提供 提升 促进 实施 制定 建立 搭建
    组织 引入 拓展 解答 整理 撰写 编制 编写 监控 监督 收集 梳理 完成 落实
    执行 处理 分析 维护 推动 推进 协调 建设 挖掘 跟进 跟踪 对接 主导 承担
    开展 定义 设计 策划 优化 管理 审核 配合 带领 指导 培训 制作 输出 引导
    解决 应对
"""
_OPENER = re.compile("|".join(sorted(_OPENERS.split(), key=len, reverse=True)))
# Openers that also end heads: `变革管理|推动组织架构调整`.
_NOMINALS = """
    提升 制定 组织 拓展 监控 监督 执行 处理 分析 维护 协调 建设 设计 策划
    优化 管理 审核 指导 培训 制作 引导 应对
"""
_NOMINAL = frozenset(_NOMINALS.split())
_WITH_OTHERS = re.compile(r"与[^,。;]{2,24}(?:合作|协作|沟通|配合)")
# A head may hold these words; then `与` or a bracket shows that it goes on.
_GOES_ON = re.compile(
    r"与|及[^时]|、|\(|的(?!.{0,6}(?:制定|负责))|职责|岗位|体系|团队|部门|工作|流程|中心|专员|经理|主管|工程师|师|员"
)
_CLOSED = re.compile(r".{2,16}?(?:岗位职责|工作职责|主要职责|核心职责|职责|结语|引言)(?=[^的与及和、:,。;(]{2})")


def head_end(line: str) -> int | None:
    """Where the head at the beginning of a line ends and its text begins.

    :param line: one line of folded text that begins with a number such as `一、`, `(一)` or `1.`.
    :return: an offset into the line; None when no cue tells.
    """
    number = _NUMBER.match(line)
    start = number.end() if number else 0
    body = line[start : start + 80]
    for cue in (_closing_word, _opening_word, _repetition):
        end = cue(body)
        if end is not None:
            return start + end
    return None


def _repetition(body: str) -> int | None:
    """`运营体系岗位:驱动增长的引擎|运营体系是业务的操盘手`: the text takes up the head's first words."""
    for length in range(8, 3, -1):
        first = body[:length]
        at = body.find(first, length)
        if SHORTEST <= at <= 40 and not re.search(r"[。;,]", body[:at]) and body[at - 1] not in "的与及和在对":
            return at
    return None


def _closing_word(body: str) -> int | None:
    match = _CLOSED.match(body)
    return match.end() if match and match.end() <= LONGEST and not re.search(r"[。;,]", match.group()) else None


def _opening_word(body: str) -> int | None:
    """The last of the first run of opening words: `商品管理|负责商品上线`, where 管理 belongs to the head."""
    depth = 0
    at = 0
    while at < min(len(body), LONGEST):
        char = body[at]
        depth += (char == "(") - (char == ")")
        if char in "。;,:" and not depth:
            return None
        if not depth and at >= SHORTEST and (_opens(body, at)):
            return _last_of_run(body, at)
        at += 1
    return None


def _opens(body: str, at: int) -> bool:
    if _WITH_OTHERS.match(body, at):
        return True
    word = _OPENER.match(body, at)
    return bool(word) and not _GOES_ON.match(body, word.end() if word else at)


def _last_of_run(body: str, at: int) -> int:
    while (word := _OPENER.match(body, at)) and word.group() in _NOMINAL:
        following = word.end()
        if not (_OPENER.match(body, following) or _WITH_OTHERS.match(body, following)) or not _opens(body, following):
            break
        at = following
    return at
