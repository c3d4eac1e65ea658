"""Metrics of a source as a job description lists them: what is measured and its target, without what the source remarks on it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.script import fold, has_chinese
from rag.items import Item

# What is counted or felt, by the end of its name or a word in it, on folded text.
_MEASURE = re.compile(
    r"[率量额数比度力感性值价]$|时[长间]|[周工]期|成本|收入|利润|业绩|绩效|销售|目标|达成|增长|流量|曝光|满意|好评|差评|投诉|退款|数据|体验|速度|质量|消耗|效果|停留|收藏|加购|指标$|(?<![a-z])(?:gmv|uv|pv|roi|dsr|nps|dau|mau|cpa|cpc|ctr|cvr|arpu|ltv|sla|csat)(?![a-z])"
    r"|\b(?:rates?|ratio|number|count|volume|amount|revenue|income|profits?|margin|sales|time|duration|cycles?|turnover|costs?|price|value|return|satisfaction|scores?|ratings?|reviews|complaints|users|orders|downloads|activations|viewers|views|visits|traffic|exposure|impressions|clicks|growth|speed|accuracy|precision|quality|conversion|performance|targets?|results?|experience|engagement)\b"
)
# What measures nothing, whatever its name ends with.
_NO_MEASURE = re.compile(
    r"(?:标准|维度|规则|权重|审核|流程|方法|人群)$|\b(?:criteria|criterion|dimensions?|rules|weight|review|steps)$"
)
# A figure that only illustrates is no target.
_EXAMPLE = re.compile(r"为例|舉例|举例|for example|as an example|e\.g\.")
_PARTS = re.compile(r"^([^:\uff1a(\uff08]+?)\s*(?:[:\uff1a]\s*(.+)|[(\uff08](.+)[)\uff09])$", re.S)
_BRACKET = re.compile(r"\s*[(\uff08]([^()\uff08\uff09]*)[)\uff09]")
# How it is measured belongs to a metric: `图标点击率：A/B 测试中用作比较`.
_HOW = re.compile(r"测试|问卷|调查|抽样|\btests?\b|\btesting\b|\bsurveys?\b|\bsampl")
# Longest text for which an abbreviation stands, in Chinese and else.
_STANDS_FOR = {True: 8, False: 24}


def is_measure(text: str) -> bool:
    """Whether a line names something that can be measured.

    :param text: a line of a source: `加购率：即时监控。` is one, `拉新。` and `复盘维度：流量、转化` are none.
    """
    name = fold(_name(text)).strip()
    told = re.search(r"\d", text) is not None
    return not _NO_MEASURE.search(name) and not _only_example(text) and (told or bool(_MEASURE.search(name)))


def metric(text: str) -> str:
    """A metric's name, with its target where the source gives one, and what an abbreviation stands for.

    :param text: a line of a source.
    :return: words of the line: `响应时长：不超过15秒`, `ROI（投资回报率）`, `加购率`.
    """
    bare = text.strip().rstrip(".\u3002")
    match = _PARTS.match(bare)
    if not match:
        return _name(bare)
    name, gloss, bracket = match.group(1), match.group(2), match.group(3)
    told = gloss and (re.search(r"\d", gloss) or _HOW.search(fold(gloss)))
    if gloss and told and not _EXAMPLE.search(fold(gloss)):
        return bare[: match.end(1)] + bare[match.end(1) : match.start(2)] + _said_once(gloss)
    if (
        bracket
        and name.isascii()
        and len(bracket) <= _STANDS_FOR[has_chinese(bracket)]
        and _MEASURE.search(fold(bracket))
    ):
        return bare
    return name


def metrics_first(items: Sequence[Item]) -> list[Item]:
    """The items that measure something, none named twice; all of them where none does.

    :param items: the metrics of a source, in its order.
    """
    names: set[str] = set()
    found: list[Item] = []
    for item in items:
        name = fold(_name(item.span.text)).strip()
        if is_measure(item.span.text) and name not in names:
            found.append(item)
            names.add(name)
    return found or [item for item in items if not _only_example(item.span.text)]


def _name(text: str) -> str:
    """What is measured: up to a colon, a bracket, or a comma behind which something is said of it."""
    bare = re.split(r"[:\uff1a(\uff08]", text.strip().rstrip(".\u3002"))[0]
    return bare if re.search(r"\d", bare) else re.split(r"[,\uff0c]", bare)[0].strip()


def _only_example(text: str) -> bool:
    return bool(_EXAMPLE.search(fold(text)))


def _said_once(gloss: str) -> str:
    """A target without a bracket that gives the same figure again: `不超过15秒（≤15秒）`."""
    match = _BRACKET.search(gloss)
    if match and set(re.findall(r"\d+", match.group(1))) <= set(re.findall(r"\d+", gloss[: match.start()])):
        return gloss[: match.start()] + gloss[match.end() :]
    return gloss
