"""Sentences that read like those that break a rule, though no pattern hits: whoever means the same can always say it otherwise.

What was learned of labelled sentences (`python -m eval.train_checker`) knows whether one breaks a rule and of which family; the model is
that of `rag/sentence_model.py`. A guess is never called unlawful: it is told as something to look at, with the rule that such sentences break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from ingest.embedders import default_embedder, make_embedder
from ingest.script import fold
from rag.lint import Finding, finding_of
from rag.lint_rules import Rule, load_frames, load_rules
from rag.rewrite import told_in
from rag.sentence_model import Scorer, load_model, size_of

FOLDER = Path(__file__).parent / "rules"
# A posting has fewer sentences; more of a longer text are not read, so that the time is bounded.
MOST = 300
_SENTENCE = re.compile(
    r"[^\n\u3002!?\uff01\uff1f;\uff1b.]+(?:\.(?=\S)[^\n\u3002!?\uff01\uff1f;\uff1b.]*)*[\u3002!?\uff01\uff1f;\uff1b.]?"
)
_BULLET = re.compile(r"[\s\-*\u2022\u00b7\d.\u3001()\uff08\uff09#]*")
# Less than that (`size_of`) is a label or a crumb, which the rules know best.
_SHORTEST = 6


def model_path(encoder: str) -> Path:
    """Where what was learned for an encoder is kept."""
    return FOLDER / f"reader_{encoder}.npz"


@cache
def family_rules(market: str) -> dict[str, Rule]:
    """The first rule of each family in a market: it says what such a sentence breaks."""
    rules: dict[str, Rule] = {}
    for rule in load_rules():
        if market in rule.markets and rule.patterns:
            rules.setdefault(rule.family, rule)
    return rules


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text stand, without bullets and numbers before them; headings and crumbs are left out."""
    for match in _SENTENCE.finditer(text):
        bullet = _BULLET.match(text, match.start(), match.end())
        start = bullet.end() if bullet else match.start()
        end = match.start() + len(match.group().rstrip())
        if size_of(text[start:end]) >= _SHORTEST and text[end - 1] not in ":\uff1a":
            yield start, end


class Reader(Scorer):
    """Reads sentences with one encoder; tells those that read as if they broke a rule."""

    def findings(self, text: str, market: str, lang: str, spans: Sequence[tuple[int, int]]) -> list[Finding]:
        """What some sentences of a text read like.

        :param text: the text.
        :param market: one of `rag.lint.MARKETS`; a family without a rule in it is not told.
        :param lang: the language of explanations.
        :param spans: the sentences to read.
        :return: findings of severity `risky`, or `advice` where the rule itself is only advice.
        """
        rules = family_rules(market)
        told = [at for at, name in enumerate(self.model.families, 1) if name in rules]
        found = []
        for (start, end), row in zip(spans, self.scores([text[a:b] for a, b in spans]), strict=True):
            if row[0] >= self.model.threshold:
                family = self.model.families[max(told, key=row.__getitem__) - 1]
                found.append(_finding(rules[family], market, lang, (start, end), text[start:end]))
        return found


def _finding(rule: Rule, market: str, lang: str, span: tuple[int, int], words: str) -> Finding:
    plain = finding_of(rule, market, lang, span, words)
    guess = told_in("读起来像这一类, 请自行判断", "this reads like such a sentence; judge for yourself", lang)
    return replace(plain, severity="advice" if rule.severity == "advice" else "risky", why=f"{guess}: {plain.why}")


@cache
def reader() -> Reader:
    """The reader of the packaged encoder of this machine.

    :raises EmbedderError: when none is installed.
    """
    name = default_embedder()
    return Reader(make_embedder(name), load_model(model_path(name)))


def read(
    text: str, market: str, lang: str, known: Sequence[Finding], *, only: Sequence[str] | None = None
) -> list[Finding]:
    """What the sentences of a text read like, besides those in which a rule has found something or that include everybody.

    :param text: the text.
    :param market: one of `rag.lint.MARKETS`.
    :param lang: the language of explanations.
    :param known: what the rules found.
    :param only: read just the sentences of these lines; None for the whole text.
    """
    spans = [span for span in sentences(text) if not any(f.start < span[1] and span[0] < f.end for f in known)]
    folded, frames = fold(text), load_frames()
    spans = [span for span in spans if not any(p.search(folded, *span) for p in (frames.inclusive, frames.taken_back))]
    if only is not None:
        lines = [(at, at + len(line)) for line in only if line and (at := text.find(line)) >= 0]
        spans = [span for span in spans if any(start <= span[0] and span[1] <= end for start, end in lines)]
    return reader().findings(text, market, lang, spans[:MOST])
