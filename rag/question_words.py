"""How questions are worded (`questions.yaml`): what of them carries content, which words ask for what, whether a clause asks at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from ingest.lexical import stem, tokenize
from rag.intents import Intent
from rag.spelling import Speller


@dataclass(frozen=True)
class Wording:
    """How questions are asked (`questions.yaml`), compiled."""

    intents: tuple[tuple[Intent, re.Pattern[str]], ...]
    filler: re.Pattern[str]
    words: frozenset[str]
    stop_stems: frozenset[str]
    assistant: re.Pattern[str]
    drafting: re.Pattern[str]
    asking: re.Pattern[str]
    speller: Speller

    def without_filler(self, form: str) -> str:
        """A folded text without the words that carry no content."""
        return self.filler.sub(lambda match: match.group() if match.group() in self.words else " ", form)


@cache
def wording() -> Wording:
    """The file, read once."""
    import yaml

    data = yaml.safe_load(Path(__file__).with_name("questions.yaml").read_text(encoding="utf-8"))
    words = frozenset(word for row in data["words"] for word in row)
    filler = sorted({*words, *(word for row in data["filler"] for word in row)}, key=len, reverse=True)
    return Wording(
        # Two ways of asking for the one who does something.
        intents=tuple(
            (cast(Intent, name.removesuffix("_is")), re.compile("|".join(patterns)))
            for name, patterns in data["intents"].items()
        ),
        filler=re.compile("|".join([*map(re.escape, filler), *data["filler_patterns"]])),
        words=words,
        stop_stems=frozenset(map(stem, data["english"].split())),
        assistant=re.compile("|".join(data["assistant"])),
        drafting=re.compile("|".join(data["drafting"])),
        asking=re.compile("|".join(data["asking"])),
        speller=Speller(data["spelt"]),
    )


def asks(form: str) -> bool:
    """Whether a clause asks for something.

    :param form: its folded text.
    """
    return wording().asking.search(form) is not None


def worded_intent(form: str) -> Intent:
    """What a folded question asks for by its words alone.

    :param form: text in `search_form`.
    """
    return next((intent for intent, pattern in wording().intents if pattern.search(form)), "other")


def content_terms(form: str) -> tuple[str, ...]:
    """BM25 terms of a folded text that carry content: Latin words outside the stop list, Chinese pairs, lone characters.

    :param form: text in `search_form`.
    """
    kept: list[str] = []
    for part in wording().without_filler(form).split():
        terms = [
            term
            for term in tokenize(part)
            if term not in wording().stop_stems and not (term.isascii() and len(term) == 1)
        ]
        pairs = [term for term in terms if len(term) > 1]
        kept.extend(pairs or terms)
    return tuple(dict.fromkeys(kept))


def rest_of(form: str, names: Iterable[tuple[int, int]], intent: Intent) -> str:
    """A folded question without the names it mentions and the words of its intent.

    Where one clause names a role and says what is asked of it, the clauses around it are small talk or instructions.

    :param form: text in `search_form`.
    :param names: where they begin and end.
    :param intent: what is asked for.
    """
    rest = form
    for start, end in sorted(names, reverse=True):
        rest = rest[:start] + "\0" + rest[end:]
    pattern = dict(wording().intents).get(intent)
    asking = [
        clause for clause in re.split(r"[,;:。!?]", rest) if "\0" in clause and pattern and pattern.search(clause)
    ]
    rest = (asking[0] if asking else rest).replace("\0", " ")
    for _, words in wording().intents:
        rest = words.sub(" ", rest)
    return rest
