"""Bytes become text: UTF-8 and marked UTF-16 first, then the Chinese encodings, the likeliest by how common its characters are.

No detection library judges here: on texts of six to ten characters one took a quarter of them for the wrong encoding, where
counting everyday characters is wrong about one in a hundred times.
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from itertools import islice

from ingest.errors import LoadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# GB 18030 holds GBK and GB 2312. Of equal scores the first wins: Windows' Big5 before Hong Kong's, which reads a few signs
# otherwise and is needed only for what Windows' does not have.
_CANDIDATES = ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
# What a page may call its encoding: supersets of ASCII only, because the declaration itself was read as ASCII.
_DECLARED = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb18030", "cp936"), ("gb18030",)),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950"), ("cp950", "big5hkscs")),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252"), ("cp1252",)),
}
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_HEAD = 4096
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b\x08": "a gzip file",
}
# Very frequent characters of Chinese prose and of job descriptions, in both scripts. A wrong decoding gives rare ones.
_COMMON = frozenset(
    "的是在了不和有人部一这這中大为為上个個以我到他会會来來时時用们們生作地出就分对對成可主发發年动動同工也能下过過子说說产產种種面而方后後多定行学學"
    "所民得经經十三之进進着等部度家电電力里如水化高自二理起小物现現实實加量都两兩体體制机機当當使点點从從业業本去把性好应應开開它合还還因由其些然前外天政四日"
    "负責责負客户戶运運营營销銷售设設计計品服务務需要求管项項目数數据據析市场場推广廣岗崗位职職员員团團队隊效果平台臺网網站商线線订訂单單货貨流程优優提升维維护護"
)
_SIGNS = frozenset("、。·“”‘’《》…—「」『』【】①②③④⑤⑥⑦⑧⑨⑩\u3000\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09")
_SAMPLE = 20_000
# A text with a larger share of control characters than this is a binary file.
_MAX_CONTROL = 0.02
# Real text of ten characters and more scores above 0.5, a broken UTF-8 file or Japanese Shift JIS below 0.2.
_MIN_SCORE = 0.4


@cache
def _everyday() -> frozenset[str]:
    """The characters of daily use: the first levels of GB 2312 and of Big5, which their authors chose by frequency."""
    simplified = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(byte for lead in range(0xA4, 0xC7) for trail in trails for byte in (lead, trail))
    both = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    return frozenset(char for char in both if "\u4e00" <= char <= "\u9fff")


def everyday_share(text: str) -> float:
    """The share of a text's Chinese characters that are of daily use; 1 for a text without any."""
    wide = [char for char in text if "\u3400" <= char <= "\u9fff"]
    return sum(char in _everyday() for char in wide) / len(wide) if wide else 1.0


def _score(text: str) -> float:
    """How much a decoded text looks like Chinese prose: 1 for frequent characters and signs only, 0 or less for noise."""
    # ASCII reads the same in most candidates and says nothing about which one is right.
    wide = [*islice((char for char in text if char >= "\x80"), _SAMPLE)]
    odd = sum(not char.isprintable() and not char.isspace() for char in text[:_SAMPLE])
    common = sum(char in _COMMON or char in _SIGNS for char in wide)
    everyday = sum(char in _everyday() or char in _SIGNS for char in wide)
    return (0.4 * common + 0.6 * everyday - 2 * odd) / len(wide) if wide else 1.0 - odd


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    control = sum(char < " " and char not in "\t\n\r\f" for char in sample)
    return "\0" in text or control > _MAX_CONTROL * len(sample)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_western(data: bytes) -> bool:
    """Accented letters stand alone between ASCII ones; the bytes of Chinese characters come in runs."""
    high = sum(map(len, runs := re.findall(rb"[\x80-\xff]+", data[:_SAMPLE])))
    return high - len(runs) <= 0.1 * high


def _readings(data: bytes, declared: str | None) -> list[str]:
    """The texts that the bytes may stand for; the only one when their encoding is marked or is UTF-8."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data, encoding)
            return [text.removeprefix("\ufeff")] if text is not None else []
    if b"\0" not in data and (text := _strict(data, "utf-8")) is not None:
        return [text]
    named = _DECLARED.get((declared or "").lower(), ())
    if named == ("cp1252",):
        # Many old Chinese pages carry a Western declaration that their editor put there.
        western = _strict(data, "cp1252") if _is_western(data) else None
        return [western] if western is not None else _guesses(data, _CANDIDATES)
    return _guesses(data, named) or _guesses(data, _CANDIDATES)


def _guesses(data: bytes, encodings: tuple[str, ...]) -> list[str]:
    texts = [text for name in encodings if (text := _strict(data, name)) is not None and not _is_binary(text)]
    return sorted((text for text in texts if _score(text) > _MIN_SCORE), key=_score, reverse=True)


def declared_charset(data: bytes) -> str | None:
    """The encoding that an HTML page names in a `<meta>` tag or in its XML declaration; None when it names none.

    :param data: the page, or its beginning.
    """
    found = _CHARSET.search(data[:_HEAD])
    return found.group(1).decode("ascii", "ignore") if found else None


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Decode the bytes of a text file.

    :param data: the whole file.
    :param name: the file's name, for messages.
    :param declared: an encoding that the document itself names, tried before guessing.
    :return: the text with `\\n` line ends and without a byte order mark.
    :raises LoadError: for a binary file or an encoding that cannot be told.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise LoadError(f"{name} is {kind}, not text", "give it its real suffix, or save its text as UTF-8")
    texts = _readings(data, declared)
    if texts and not _is_binary(texts[0]):
        return texts[0].replace("\r\n", "\n").replace("\r", "\n")
    if texts or b"\0" in data or _is_binary(data.decode("latin-1")):
        raise LoadError(f"{name} is a binary file, not text", "give it its real suffix, or export its text as UTF-8")
    raise LoadError(
        f"{name} is in an unknown encoding (tried UTF-8, UTF-16, GB 18030 and Big5)",
        "open it in an editor that shows it right and save it with the encoding UTF-8",
    )
