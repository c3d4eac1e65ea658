"""Numbers as people write them: figures, and words in Chinese and English."""

from __future__ import annotations

# Characters that numbers are written with in Chinese, each with its value below.
DIGITS = "一二两三四五六七八九十乙壹贰叁肆伍"
NUMBERS: dict[str, int] = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {
    "乙": 1,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
}
NUMBERS |= {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
WORDS = "one|two|three|four|five|six|seven|eight|nine|ten"


def number_of(word: str) -> int | None:
    """The number that a figure or a number word says (up to 99 in Chinese); None for another word."""
    if word.isdigit():
        return int(word)
    if word in NUMBERS:
        return NUMBERS[word]
    if not word or not set(word) <= set(DIGITS):
        return None
    head, tail = word[0], word[1:]
    return 10 + NUMBERS[tail] if head == "十" else NUMBERS[head] * 10 if tail == "十" else None
