"""Our own fixed phrases of a draft (`jd_frames.yaml`): openings by tone, questions, notices. They frame facts and state none."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.script import Script, fold, full_width, to_script


@cache
def _frames() -> dict[str, Any]:
    rows: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("jd_frames.yaml").read_text(encoding="utf-8"))
    return rows


def frame(group: str, key: str, language: Script, market: str = "CN", **values: object) -> str:
    """One phrase.

    :param group: `openings`, `questions` or `notices`.
    :param key: its key.
    :param language: the language it is written in.
    :param market: Taiwan has phrases of its own.
    :param values: what fills the placeholders, put in as it is.
    """
    row = _frames()[group][key]
    if language == "en":
        return str(row["en"]).format(**values)
    text = row.get("tw", row["zh"]) if market == "TW" and language == "zh-Hant" else row["zh"]
    return to_script(full_width(str(text).replace(", ", ",")).format(**values), language)


def tone_of(typed: str | None) -> str | None:
    """The tone that a word such as `亲切` or `friendly` means; None for no word or an unknown one."""
    folded = fold(typed or "")
    return next((tone for tone, words in _frames()["tones"].items() if re.search(f"{tone}|{words}", folded)), None)
