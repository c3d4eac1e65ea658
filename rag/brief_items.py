"""Items of a list in a job description: bullets taken off, rows cut up, wishes told from requirements."""

from __future__ import annotations

import re

from ingest.script import fold, has_chinese
from rag.brief_terms import pattern

BULLET = re.compile(
    r"^\s*(?:[(\uff08]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?[)\uff09]|\(?\d{1,2}[.、)\uff0e\uff09](?!\d)|[a-z][.)]\s|[-*•·●◆■▪○✓✔➢▶►★☆✅☑\u30fb\u2027]|[-\u2013\u2014#]\s|[①-⑳]|[一二三四五六七八九十]{1,2}、|[一二三四五六七八九]是(?=[一-鿿])|[.\u3002](?=[^\s.\d]))\s*"
)
EDGE = " \t#*【】[]「」\u3016\u3017<>〈〉《》■◆●▪|_─—–═=~★☆▶►◎※▍▌▎┃/\uff0f"
# Emoji and their like around a text.
_SYMBOLS = "[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]"
_AROUND = re.compile(rf"^(?:{_SYMBOLS}|\s)+|(?:{_SYMBOLS}|\s)+$")
_CIRCLED = re.compile("[\u2460-\u2473]")
_SLASH = re.compile(r"[/+](?!月(?!饼)|天|日|年(?![假终底]))")

# What the heading of a list says already, behind its items: `SQL required`, `Power BI nice to have`.
_HEADING = {
    "must_have": re.compile(
        r"\s+(?:(?:is|are) )?(?:required|essential|mandatory|necessary|an? must|(?<!experience )needed)\s*$", re.I
    ),
    "nice_to_have": re.compile(
        r"\s+(?:(?:is|are|would be) )?(?:an? )?(?:(?:big |huge |definite )?plus|bonus|advantage|advantageous|asset|nice(?:[- ]to[- ]haves?)?|preferred|desirable|helpful|useful|welcome)\s*$",
        re.I,
    ),
}


def without_heading(name: str, item: str) -> str:
    """An item without the English words behind it that only say in which list it stands.

    :param name: the list, such as `nice_to_have`; items of lists that have no such words are left as they are.
    """
    return _HEADING[name].sub("", item) if name in _HEADING else item


def clean(text: str) -> str:
    """A line or a piece of one without its bullet and the marks around it."""
    bare = BULLET.sub("", _AROUND.sub("", text).strip(EDGE))
    return _AROUND.sub("", bare).strip(EDGE + ",;:。\uff0c\uff1b\uff1a\uff0e.")


def items_of(text: str, *, slashes: bool = False) -> list[str]:
    """The items of an inline list: cut at semicolons, else enumeration commas, else commas, else slashes where told so."""
    folded = fold(text)
    circled = [piece for piece in map(clean, _CIRCLED.split(text)) if piece]
    if len(circled) > 1:
        return circled
    for marks in (";", "、", r"(?:(?<!\d),|,(?!\d{3}(?!\d)))(?![^()]*\))", *([_SLASH.pattern] if slashes else [])):
        cuts = [match.start() for match in re.finditer(marks, folded)]
        if cuts:
            pieces = [text[a:b] for a, b in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]
            return [piece for piece in map(clean, pieces) if piece]
    return [item] if (item := clean(text)) else []


def sentences_of(text: str) -> list[str]:
    """The sentences of a line under a heading, each an item: `Clean licence. Early riser.`; a point within a word ends none."""
    return [piece for piece in map(clean, re.split(r"(?<=[a-z)])\.\s+(?=[A-Z])", text)) if piece]


def sorted_out(name: str, items: list[str]) -> list[tuple[str, str]]:
    """Each item with the list it belongs to: slashes part short requirements, and a wish among requirements is a wish.

    :param name: the list under whose heading the items stand.
    """
    if name not in {"must_have", "nice_to_have"}:
        return [(name, item) for item in items]
    found: list[tuple[str, str]] = []
    for item in (piece for row in items for piece in _by_slashes(row)):
        parts = re.split(r"[,\uff0c;\uff1b]\s*", item)
        wishes = [part for part in parts if name == "must_have" and pattern("nice").search(fold(part))]
        if wishes and len(wishes) < len(parts):
            mark = "\uff0c" if has_chinese(item) else ", "
            found.append((name, mark.join(part for part in parts if part not in wishes)))
            found += [("nice_to_have", wish) for wish in wishes]
        else:
            found.append(("nice_to_have" if wishes else name, item))
    return found


def _by_slashes(item: str) -> list[str]:
    """`五年以上經驗/英文可讀/役畢` is three items; `PS/AI` is one."""
    pieces = [piece.strip() for piece in re.split(r"[/\uff0f]", item)]
    apart = len(pieces) > 2 and has_chinese(item) and min(map(len, pieces)) > 1 and len(item) > 12
    return pieces if apart else [item]
