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
    words = "|".join(sorted(map(re.escape, rows), key=len, reverse=True))
    # English stems begin a word.
    return re.compile(rf"\b(?:{words})" if market == "US" else words, re.I if market == "US" else 0), rows


def _cased(new: str, old: str) -> str:
    return new.capitalize() if old[0].isupper() else new


def localise(text: str, language: Script, market: str) -> str:
    """A line from a source in the words of a market; a quote of it is never touched.

    :param text: a line in any script.
    :param language: the job description's language; English gets Chinese text as it is.
    :param market: traditional text for `TW` and `HK` gets the words used there, English for `US` its spelling.
    """
    if language == "en" and market == "US":
        pattern, rows = _words(market)
        return pattern.sub(lambda match: _cased(rows[match.group().lower()], match.group()), text)
    if language != "zh-Hant" or market not in _CONFIG or not has_chinese(text):
        return to_script(text, language)
    pattern, rows = _words(market)
    return pattern.sub(lambda match: rows[match.group()], str(_converter(market).convert(text)))
