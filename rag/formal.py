"""The words that documents use for what a question says in everyday words (`everyday.yaml`) or in English (`glossary.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ingest.script import search_form


def _table(name: str) -> dict[str, str]:
    """What a question may say -> the documents' word for it."""
    import yaml

    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    # The parser in C, where PyYAML has it, saves a quarter of a second at the first question.
    rows: dict[Any, list[Any]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {str(word): str(formal) for formal, words in rows.items() for word in words}


def _any_of(words: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _everyday() -> tuple[re.Pattern[str], dict[str, str]]:
    formal_of = _table("everyday.yaml")
    return re.compile(_any_of(formal_of)), formal_of


@cache
def _glossary() -> tuple[re.Pattern[str], dict[str, str]]:
    chinese_of = _table("glossary.yaml")
    return re.compile(rf"\b({_any_of(chinese_of)})(?:e?s)?\b"), chinese_of


def formal(form: str) -> str:
    """A folded question with everyday words replaced by those of job documents."""
    pattern, formal_of = _everyday()
    return pattern.sub(lambda match: f" {formal_of[match.group()]} ", form)


def spelled_out(text: str) -> str:
    """A question followed by the formal words for what it says in everyday ones: what the dense leg is asked."""
    pattern, formal_of = _everyday()
    said = dict.fromkeys(formal_of[match.group()] for match in pattern.finditer(search_form(text)))
    return " ".join([text, *said])


class Phrase(NamedTuple):
    """Words of a folded English text that stand side by side: the Chinese for them, and their place."""

    chinese: str
    start: int
    end: int


def phrases_in_chinese(form: str) -> list[Phrase]:
    """The Chinese for a folded English text, words that stand side by side joined as they are in a name.

    `a technical development engineer` gives `技术开发工程师`.

    :param form: text in `search_form`.
    """
    pattern, chinese_of = _glossary()
    found: list[Phrase] = []
    for match in pattern.finditer(form):
        said, start = chinese_of[match.group(1)], match.start()
        if found and not form[found[-1].end : start].strip():
            before = found.pop()
            said, start = before.chinese + said, before.start
        found.append(Phrase(said, start, match.end()))
    return found


def in_chinese(form: str) -> tuple[str, str]:
    """The Chinese words for what a folded English text says, and what is left of it.

    :param form: text in `search_form`.
    :return: Chinese words with spaces between them, and the text without what they stand for.
    """
    pattern, chinese_of = _glossary()
    said = dict.fromkeys(chinese_of[match.group(1)] for match in pattern.finditer(form))
    return " ".join(said), pattern.sub(" ", form)
