"""How a market writes Chinese: script by OpenCC, words by a table. Facts, numbers and legal terms stay as they are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml
from opencc import OpenCC

from ingest.script import Script, has_chinese, to_script

_CONFIG = {"TW": "s2twp", "HK": "s2hk"}


@cache
def _converter(market: str) -> OpenCC:
    return OpenCC(_CONFIG[market])


@cache
def _words(market: str) -> tuple[re.Pattern[str], dict[str, str]]:
    rows: dict[str, str] = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_text(encoding="utf-8"))[market]
    return re.compile("|".join(sorted(map(re.escape, rows), key=len, reverse=True))), rows


def localise(text: str, language: Script, market: str) -> str:
    """A line from a source in the words of a market; a quote of it is never touched.

    :param text: a line in any script.
    :param language: the job description's language; English gets Chinese text as it is.
    :param market: traditional text for `TW` and `HK` gets the words used there.
    """
    if language != "zh-Hant" or market not in _CONFIG or not has_chinese(text):
        return to_script(text, language)
    pattern, rows = _words(market)
    return pattern.sub(lambda match: rows[match.group()], str(_converter(market).convert(text)))
