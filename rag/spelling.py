"""Names and question words typed with one wrong character of the same sound, as input methods make them, or one wrong letter.

售后主官 is meant for 售后主管, `custmer service` for customer service. Only names that the catalogue holds and words that questions are
made of are put right, never other content: a word that no document holds must stay unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

# Shorter names differ by one character from too many ordinary words: 克服 sounds like 客服.
SHORTEST = 3
LONGEST = 10
# Shorter English words are one letter away from too many others.
SHORTEST_LATIN = 7
# Sounds that many speakers and input methods do not tell apart.
_ALIKE = re.compile("(?<=^[zcs])h|(?<=n)g$")
_LATIN = re.compile(r"[a-z]+")
_CHINESE = re.compile("[\u3400-\u9fff]+")
# Characters so common that they are meant as they stand: 架构是 asks what a structure is.
_MEANT_SO = frozenset("是的有在不那这和与也就都个")


@cache
def sounds(word: str) -> tuple[str, ...]:
    """The sound of each character of a Chinese word as it is read in that word, without tones, like sounds made one.

    :param word: Chinese characters only.
    """
    from pypinyin import lazy_pinyin

    return tuple(_ALIKE.sub("", sound) for sound in lazy_pinyin(word))


class Speller:
    """Puts misspelt names right.

    :param words: what is spelt right, in `search_form`: names of roles and departments, words of questions.
    """

    def __init__(self, words: Iterable[str]) -> None:
        known = set(words)
        chinese = [word for word in known if _CHINESE.fullmatch(word) and SHORTEST <= len(word) <= LONGEST]
        self._gapped: dict[tuple[str, str], list[str]] = {}
        for word in sorted(chinese):
            for at in range(len(word)):
                self._gapped.setdefault((word[:at], word[at + 1 :]), []).append(word)
        self._known = known
        self._latin = sorted({part for word in known for part in _LATIN.findall(word) if len(part) >= SHORTEST_LATIN})

    def mend(self, form: str) -> str:
        """A text in `search_form` with misspelt names put right; the same text where there are none."""
        return self._mend_latin(self._mend_chinese(form))

    def _mend_chinese(self, form: str) -> str:
        at = 0
        while at < len(form):
            for length in range(min(LONGEST, len(form) - at), SHORTEST - 1, -1):
                window = form[at : at + length]
                if window in self._known:
                    at += length - 1
                    break
                if meant := self._meant(window):
                    form = form[:at] + meant + form[at + length :]
                    at += length - 1
                    break
            at += 1
        return form

    def _meant(self, window: str) -> str | None:
        """The word that sounds like a text and differs from it in one character."""
        for gap, char in enumerate(window):
            for word in self._gapped.get((window[:gap], window[gap + 1 :]), ()):
                if char not in _MEANT_SO and sounds(char)[0] == sounds(word)[gap]:
                    return word
        return None

    def _mend_latin(self, form: str) -> str:
        return _LATIN.sub(lambda match: self._meant_latin(match.group()), form)

    def _meant_latin(self, word: str) -> str:
        if len(word) < SHORTEST_LATIN - 1 or word in self._latin or word.removesuffix("s") in self._latin:
            return word
        return next((other for other in self._latin if _one_slip(word, other)), word)


def _one_slip(word: str, other: str) -> bool:
    """Whether two words differ by one letter left out, put in, exchanged or swapped with the next, inside and not at the ends."""
    if abs(len(word) - len(other)) > 1 or word[0] != other[0] or word[-1] != other[-1]:
        return False
    changes = [code for code in SequenceMatcher(None, word, other, autojunk=False).get_opcodes() if code[0] != "equal"]
    swapped = len(word) == len(other) and sorted(word) == sorted(other)
    moved = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in changes)
    return moved == 1 or (swapped and moved == 2)
