"""Chinese script: fold text for matching, tell scripts apart, convert for display.

Folding never changes the length of a text, so that an offset into `fold(text)` is an offset into `text`. What is stored,
quoted and shown keeps the document's own script.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from opencc import OpenCC

Script = Literal["zh-Hans", "zh-Hant", "en"]

# Lead bytes of Big5 from here on are those of its rare characters, some of which are simplified forms.
_BIG5_RARE = 0xC9
CJK = re.compile(r"[㐀-鿿豈-﫿]")
# Sentence ends of both widths; a Latin full stop counts before white space only, so that 3.5 and v1.2 stay whole.
_SENTENCE = re.compile(
    r"[^\s。!?;\uff01\uff1f\uff1b].*?(?:[。!?;\uff01\uff1f\uff1b]+[”’」』)\uff09]*|\.(?=\s|$)|(?=\n|$))", re.M
)
# Words that OpenCC's Taiwan tables do not know but job pages in Taiwan use (left: Taiwan, folded; right: mainland).
TAIWAN_WORDS = {
    "行销": "营销",
    "营运": "运营",
    "业务人员": "销售人员",
    "业务部": "销售部",
    "企划": "策划",
    "美编": "美工",
    "直播主": "主播",
    "维运": "运维",
    "人资": "人力资源",
    "总务": "行政",
    "资料分析": "数据分析",
    "社群小编": "新媒体运营",
    "小编": "新媒体运营",
    "客诉": "客户投诉",
    "专案": "项目",
}


_DOCUMENTS = re.compile("資料(?!分析|庫|科學|工程|處理|探勘|治理|平[台臺]|中心|驅動|部門|師|指標)")
_WIDE = str.maketrans(",:;?!()", "\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09")


@cache
def _converter(config: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(config)


class _FoldTable(dict[int, int]):
    """Code point -> folded code point, filled in as characters are met."""

    def __missing__(self, point: int) -> int:
        char = chr(point)
        wide = unicodedata.normalize("NFKC", char)
        char = wide if len(wide) == 1 else char
        lower = char.lower()
        char = lower if len(lower) == 1 else char
        if CJK.match(char):
            simple = _converter("t2s").convert(char)
            char = simple if len(simple) == 1 else char
        self[point] = ord(char)
        return self[point]


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """Fold width, case and traditional characters for matching.

    :param text: any text.
    :return: a text of the same length, so that offsets into it are offsets into `text`.
    """
    return text.translate(_FOLD)


@lru_cache(maxsize=4)
def fold_document(text: str) -> str:
    """`fold` of a whole document, kept: the catalogue asks for it again at every name."""
    return fold(text)


@cache
def _taiwan_pattern() -> re.Pattern[str]:
    # 個人資料 holds no 人資 (human resources).
    words = (re.escape(word) + r"(?![料讯本金产])" * (word == "人资") for word in TAIWAN_WORDS)
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def search_form(text: str) -> str:
    """Fold a text and replace Taiwan words by mainland ones: for indexing and matching whole texts, not for offsets.

    :param text: a question or a passage in any script.
    :return: folded text whose length may differ.
    """
    # Taiwan words are looked for in traditional text only: 业务部 on the mainland is not a sales department.
    if not any(fold(char) != char for char in CJK.findall(text)):
        return fold(text)
    # 資料 is data in Taiwan, but a document in converted mainland text: only its compounds are data for sure.
    # 指標 is a pointer in computing and a metric at work.
    kept = _DOCUMENTS.sub("资料", text).replace("指標", "指标")
    return _taiwan_pattern().sub(lambda match: TAIWAN_WORDS[match.group()], fold(_converter("tw2sp").convert(kept)))


def has_chinese(text: str) -> bool:
    """Whether the text holds at least one Chinese character."""
    return bool(CJK.search(text))


def _used_in_both(char: str) -> bool:
    """Whether traditional texts have a character too, though conversion would change it, as 台 in 台北: Big5 has it among its frequent ones."""
    try:
        return char.encode("big5")[0] < _BIG5_RARE
    except UnicodeEncodeError:
        return False


def detect_script(text: str) -> Script:
    """Tell simplified, traditional and non-Chinese text apart by which characters conversion would change.

    :param text: a question or a passage.
    :return: `zh-Hant` when more characters exist only in traditional than only in simplified, `zh-Hans` for other text with
        Chinese characters, `en` for the rest.
    """
    if not CJK.search(text):
        return "en"
    traditional = sum(a != b for a, b in zip(text, fold(text), strict=True) if CJK.match(a))
    simplified = sum(
        1 for char in text if CJK.match(char) and not _used_in_both(char) and _converter("s2t").convert(char) != char
    )
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The sentences of a text, as (start, end) offsets; a line end always ends one.

    :param text: any text.
    :param start: where to begin.
    :param end: where to stop; the end of the text by default.
    """
    stop = len(text) if end is None else end
    return [match.span() for match in _SENTENCE.finditer(text, start, stop) if match.group().strip()]


def full_width(text: str) -> str:
    """Give a Chinese phrase Chinese punctuation: full-width comma, colon, semicolon, question and exclamation mark, brackets."""
    return text.translate(_WIDE)


def to_simplified(text: str) -> str:
    """Convert Chinese text to simplified characters, for display."""
    return str(_converter("t2s").convert(text))


def to_traditional(text: str) -> str:
    """Convert Chinese text to traditional characters, for display."""
    return str(_converter("s2tw").convert(text))


def to_script(text: str, script: Script) -> str:
    """Convert Chinese text for a reader of the given script; English readers get the text as it is.

    :param text: text in any script.
    :param script: the reader's script.
    """
    if script == "zh-Hans":
        return to_simplified(text)
    return to_traditional(text) if script == "zh-Hant" else text
