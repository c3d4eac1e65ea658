"""The form of a text that patterns run on: folded, without what hides words, with the way back to the text as given."""

from __future__ import annotations

import re
from bisect import bisect_right

from ingest.script import CJK, fold

_HAN = r"[㐀-鿿豈-﫿]"
# What can stand between characters and hide a word from a search; whether it does depends on its neighbours.
_BETWEEN = re.compile(
    r"[ \t]*(?<![a-z])[x×][ \t]*(?![a-z])|[ \t]+|[\u20dd-\u20e4\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]+|[*·•\u30fb_|^~\"'`“”‘’「」『』\u4e28]+|[.\-/]"
)
# The same, quicker, where no single letters or characters are spaced out: plain marks between ASCII characters hide nothing.
_BETWEEN_WORDS = re.compile(
    r"(?=[ \tx×\u20dd-\u20e4\u00ad\u200b-\u200f\u2060\ufe0f\ufeff*·•\u30fb_|^~\"'`“”‘’「」『』\u4e28.\-/])"
    rf"(?:(?![ .\-/])|(?<=[^\x00-\x2f\x3a-\x7f])|(?=[ \tx×.\-/]+[^\x00-\x7f]))(?:{_BETWEEN.pattern})"
)
_NOTHING = re.compile(r"[\u20dd-\u20e4\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]+")
_SINGLES = re.compile(
    rf"\b[a-z](?:[ .][a-z\d]\b){{2,}}|\b\d(?: \d\b){{2,}}|(?<!{_HAN}){_HAN}(?:[.\-/]{_HAN}){{2,}}(?!{_HAN})", re.ASCII
)
# Digits that stand for letters inside a Latin word, and circled digits: the same length, so that offsets hold.
_LEET_WORD = re.compile(r"(?<![\w@.])[a-z](?=[a-z-]*[013@][a-z])[a-z013@-]{4,}(?![\w.@])", re.ASCII)
_LEET = re.compile(r"(?<=[a-z])[013@](?=[a-z])")
_LETTERS = {"0": "o", "1": "i", "3": "e", "@": "a"}
# Characters that look like others, where only the others make sense.
_ALIKE = re.compile("(?<![自知利克])[己巳](?=[婚育孕])|末(?=[婚育孕])")
_SEEN_AS = {"己": "已", "巳": "已", "末": "未"}
_CIRCLED = {0x2460 + digit: str(digit + 1) for digit in range(9)} | {0x24EA: "0"}
_PLAIN = " .-/"
_OWN_NUMBER = re.compile(rf"\d+[-~至到]?\d*{_HAN}")
_SPLIT_AGE = re.compile(r"\d ?(?:周 ?)?岁")


def _hides(gap: str, before: str, after: str, folded: str, end: int) -> bool:
    """Whether what stands between two characters only keeps a word from being found."""
    if _NOTHING.match(gap):
        return True
    chinese = CJK.match(before), CJK.match(after)
    if gap[0] in " \t":
        return any(chinese) or (before.isdigit() and bool(_SPLIT_AGE.match(folded, end)))
    return all(chinese) and gap not in ".-/"


def _unmasked(folded: str) -> str:
    """The text with the letters and digits that look-alikes stand for, of the same length."""
    plain = folded if folded.isascii() else folded.translate(_CIRCLED)
    return _LEET_WORD.sub(lambda word: _LEET.sub(lambda look: _LETTERS[look.group()], word.group()), plain)


class Form:
    """The folded text without what hides words, with the way back to the offsets of the text as given."""

    def __init__(self, text: str) -> None:
        folded = _unmasked(fold(text))
        pieces, self._starts, self._origins = [], [0], [0]
        # White space between two Chinese words, or before a number that belongs to the next word, also ends a clause.
        self.breaks: list[int] = []
        last = length = 0
        single = [match.span() for match in _SINGLES.finditer(folded)]
        between = _BETWEEN if single else _BETWEEN_WORDS if CJK.search(folded) else _NOTHING
        for gap in between.finditer(folded):
            start, end = gap.span()
            before, after = folded[start - 1 : start], folded[end : end + 1]
            if not single and folded[start] in _PLAIN and before.isascii() and after.isascii() and not before.isdigit():
                continue
            if not _hides(gap.group(), before, after, folded, end) and not any(a < start < b for a, b in single):
                continue
            pieces.append(folded[last:start])
            length += start - last
            last = end
            self._starts.append(length)
            self._origins.append(last)
            if gap.group()[0] in " \t" and CJK.match(before) and (CJK.match(after) or _OWN_NUMBER.match(folded, end)):
                self.breaks.append(length)
        self.text = "".join([*pieces, folded[last:]])
        if any(char in self.text for char in _SEEN_AS):
            self.text = _ALIKE.sub(lambda seen: _SEEN_AS[seen.group()], self.text)

    def origin(self, at: int) -> int:
        """The offset in the text as given."""
        piece = bisect_right(self._starts, at) - 1
        return at - self._starts[piece] + self._origins[piece]
