"""How the names of departments, teams and roles end, in any trade, in Chinese and in English; the endings are data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.types import Kind

LONGEST_CHINESE = 12
LONGEST_ENGLISH = 48
_KINDS: tuple[Kind, ...] = ("role", "team", "department")
# Teams and departments of English are looked for first: an `Engineer Team` is no engineer, a `Team Manager` no team.
_ENGLISH_KINDS: tuple[Kind, ...] = ("team", "department", "role")
# What stands before a name and would make it longer: `报店长`, `增设主管`, `哪些部门`.
_NO_BEGINNING = (
    r"(?!并|对(?![外公接账口标])|报(?![关价社告名账税纸刊])|经(?![理营济纪销贸办])|原(?![料画油材矿告生创])|增设|取消|后来|什么|"
    r"哪些|所属|所在|本[会院校店厂]|老板|划归|一个|协作部|合作部)"
)
_CHINESE_NAME = re.compile(
    _NO_BEGINNING
    + r"(?:(?!在(?![线职校])|(?<!供)给(?![水排])|设(?![计备施])|(?<=[长员理管师任])[对向报]|[一二三四五六七八九十两几][名位个]|负责(?!人)|分为|分成|下设|设有|包括|包含|召集|担任|邀请|安排|一定|可能|应当|必须|招募|招聘(?=[^专经主组部团]))[㐀-鿿a-z0-9/·](?<![由和与及]))+"
)
# A title such as `How to Become a Clerk` only ends like a name.
_ENGLISH_NAME = re.compile(
    r"(?!(?:how|what|why|when|where|who|about|joining|becoming|meet|hiring)\b)(?!.*\b(?:do|does|is|are|become|becoming)\b)"
    r"[a-z][a-z\u00e0-\u00ff0-9&/'(). -]{2,}"
)


@dataclass(frozen=True)
class _Endings:
    chinese: tuple[tuple[Kind, re.Pattern[str]], ...]
    english: tuple[tuple[Kind, re.Pattern[str]], ...]
    no_name: re.Pattern[str]
    generic: frozenset[str]


def _words(block: str) -> list[str]:
    return [word.replace("_", " ") for word in block.split()]


@cache
def _endings() -> _Endings:
    import yaml

    data = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
    english = data["english"]
    ends = {kind: "|".join(map(re.escape, _words(english[kind]))) for kind in _ENGLISH_KINDS}
    ends["role"] += "".join(rf"|{re.escape(head)}(?: [a-z&]+)+" for head in _words(english["head"]))
    ends["role"] += "".join(rf"|[a-z]{{2,}}{suffix}" for suffix in _words(english["suffix"]))
    return _Endings(
        chinese=tuple((kind, re.compile(rf"(?:{'|'.join(_words(data['chinese'][kind]))})$")) for kind in _KINDS),
        english=tuple((kind, re.compile(rf"\b(?:{ends[kind]})$")) for kind in _ENGLISH_KINDS),
        no_name=re.compile(rf"(?:{'|'.join(_words(data['no_name']))})$"),
        generic=frozenset(_words(english["generic"])),
    )


def may_be_name(folded: str) -> bool:
    """Whether folded Chinese text holds nothing that no name does, such as `在` or `三名`; whatever it ends with."""
    return bool(_CHINESE_NAME.fullmatch(folded))


@lru_cache(maxsize=8192)
def kind_of_name(folded: str) -> Kind | None:
    """What a name is, judged by its ending.

    :param folded: folded text without the number or label around it.
    :return: `role`, `team` or `department`; None when it ends like no name.
    """
    bare = re.sub(r"\s*\([^()]*\)$", "", folded)
    english = bool(_ENGLISH_NAME.fullmatch(bare))
    if len(bare) > (LONGEST_ENGLISH if english else LONGEST_CHINESE):
        return None
    endings = _endings()
    if not english and (not may_be_name(bare) or endings.no_name.search(bare)):
        return None
    kinds = endings.english if english else endings.chinese
    return next((kind for kind, ending in kinds if ending.search(bare)), None)


def is_generic(folded: str) -> bool:
    """Whether an English name is a bare word such as `team`, which in running text means the one spoken of before."""
    return folded in _endings().generic
