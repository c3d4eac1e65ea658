"""Lines of a draft that say the same but for one word, told as one: `做与用户拉新、留存、活跃、转化有关的各种工作`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ingest.script import has_chinese

# The word that differs is short, and what is common makes up most of a line.
_SHORT = {True: 4, False: 2}
_COMMON = 0.6


def parallel(texts: Sequence[str]) -> list[list[int]]:
    """The lines in groups, each of which differs in one word alone; in the order of their first lines.

    :param texts: lines in one language.
    :return: positions in `texts`.
    """
    groups: list[list[int]] = []
    for at, text in enumerate(texts):
        group = next((group for group in groups if _differ([texts[i] for i in group] + [text])), None)
        if group:
            group.append(at)
        else:
            groups.append([at])
    return groups


def together(texts: Sequence[str]) -> str:
    """One line for those of a group.

    :param texts: the lines of one group of `parallel`.
    """
    if len(texts) == 1:
        return texts[0]
    cut = _differ(texts)
    assert cut
    head, words, tail = cut
    if has_chinese(texts[0]):
        return head + "\u3001".join(words) + tail
    return f"{head}{', '.join(words[:-1])} and {words[-1]}{tail}"


def _differ(texts: Sequence[str]) -> tuple[str, list[str], str] | None:
    """What lines begin with and end with alike, and the words between; None where these are no short words."""
    chinese = has_chinese(texts[0])
    rows = [list(text) if chinese else re.split(r"(?<= )|(?=[.,;])", text) for text in texts]
    size = min(map(len, rows))
    head = len(list(takewhile(lambda at: len({row[at] for row in rows}) == 1, range(size))))
    tail = len(list(takewhile(lambda at: len({row[-1 - at] for row in rows}) == 1, range(size - head))))
    words = ["".join(row[head : len(row) - tail]).strip() for row in rows]
    lengths = [len(row) - head - tail for row in rows]
    fits = all(0 < length <= _SHORT[chinese] for length in lengths) and head + tail - 1 >= _COMMON * (size - 1)
    plain = all(re.fullmatch(r"[\u4e00-\u9fff]{2,}|[A-Za-z -]+", word) for word in words)
    if not (fits and plain and len(set(words)) == len(words)):
        return None
    first, last = rows[0][:head], rows[0][len(rows[0]) - tail :]
    return "".join(first), words, ("" if chinese or not last or last[0] in ".,;" else " ") + "".join(last)
