"""Bytes become text: UTF-8 and marked UTF-16 first, then the Chinese encodings, the likeliest by how common its characters are."""

from __future__ import annotations

import codecs

from ingest.errors import LoadError
from ingest.script import CJK

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
# Very frequent characters of Chinese prose and of job descriptions, in both scripts. A wrong decoding gives rare ones.
_COMMON = frozenset(
    "的是在了不和有人部一这這中大为為上个個以我到他会會来來时時用们們生作地出就分对對成可主发發年动動同工也能下过過子说說产產种種面而方后後多定行学學"
    "所民得经經十三之进進着等部度家电電力里如水化高自二理起小物现現实實加量都两兩体體制机機当當使点點从從业業本去把性好应應开開它合还還因由其些然前外天政四日"
    "负責责負客户戶运運营營销銷售设設计計品服务務需要求管项項目数數据據析市场場推广廣岗崗位职職员員团團队隊效果平台臺网網站商线線订訂单單货貨流程优優提升维維护護"
)
_SAMPLE = 20_000
# A text with a larger share of control characters than this is a binary file.
_MAX_CONTROL = 0.02


def _score(text: str) -> float:
    """How much a decoded text looks like prose: the share of common characters and ASCII letters less that of odd ones."""
    sample = text[:_SAMPLE]
    good = sum(char in _COMMON or (char.isascii() and (char.isalnum() or char.isspace())) for char in sample)
    odd = sum(not char.isprintable() and not char.isspace() for char in sample)
    plain = sum(bool(CJK.match(char)) for char in sample)
    return (good + 0.2 * plain - 2 * odd) / max(1, len(sample))


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    control = sum(ord(char) < 32 and char not in "\t\n\r\f" for char in sample)
    return control > _MAX_CONTROL * len(sample)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Decode the bytes of a text file.

    :param data: the whole file.
    :param name: the file's name, for messages.
    :param declared: an encoding that the document itself names, tried before guessing.
    :return: the text with `\\n` line ends.
    :raises LoadError: for a binary file or an encoding that cannot be told.
    """
    text = _decode(data, declared)
    if text is None or _is_binary(text):
        raise LoadError(
            f"{name} is not readable text (binary, or an unknown encoding)",
            "save it as UTF-8 text, or give its real suffix",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes, declared: str | None) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if b"\0" not in data and (text := _strict(data, "utf-8")) is not None:
        return text
    if declared:
        try:
            codecs.lookup(declared)
        except LookupError:
            declared = None
    if declared and (text := _strict(data, declared)) is not None:
        return text
    candidates = [
        text for encoding in _CANDIDATES if (text := _strict(data, encoding)) is not None and not _is_binary(text)
    ]
    best = max(candidates, key=_score, default=None)
    return best if best is not None and _score(best) > 0.3 else None
