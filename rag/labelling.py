"""What a text must say about being made with a machine, by market. Dated data in `labelling.yaml`."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.script import Script, full_width, to_script

PRODUCER = "rolewright"


@cache
def _markets() -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = yaml.safe_load((files("rag") / "labelling.yaml").read_text(encoding="utf-8"))
    return rows


def label_text(market: str, language: Script, wanted: bool | None = None) -> str:
    """The label in the text.

    :param market: decides the wording and whether there is one.
    :param language: the language of the text.
    :param wanted: a template's own choice; None for the market's.
    :return: empty where there is none.
    """
    rule = _markets()[market]
    if not (rule["label"] if wanted is None else wanted):
        return ""
    if language == "en":
        return str(rule["text"]["en"])
    if market == "TW" and language == "zh-Hant":
        return full_width(str(rule["text"]["TW"]).replace(", ", ","))
    return to_script(full_width(rule["text"]["zh-Hans"].replace(", ", ",")), language)


def label_metadata(market: str, content: str) -> str | None:
    """The label in a file's metadata: the `AIGC` object that China's GB 45438-2025 describes, as JSON.

    :param market: None is returned where it asks for no such label.
    :param content: the text of the file; its digest is the number of the work.
    """
    if not _markets()[market]["metadata"]:
        return None
    digest = hashlib.sha256(content.encode()).hexdigest()[:32]
    empty = {"ContentPropagator": "", "PropagateID": "", "ReservedCode1": "", "ReservedCode2": ""}
    return json.dumps({"Label": "1", "ContentProducer": PRODUCER, "ProduceID": digest} | empty)
