"""Sentences that read like those that break a rule, though no pattern hits: whoever means the same can always say it otherwise.

Labelled sentences were embedded by each packaged encoder, and kernel ridge regression was fitted to whether they break a rule and of
which family (`python -m eval.train_checker`; C. Saunders et al., "Ridge Regression Learning Algorithm in Dual Variables", ICML 1998).
What the words say is added to that (`rag/lint_words.py`), and a sentence whose words are harmless is not embedded.
A guess is never called unlawful: it is told as something to look at, with the rule that such sentences break.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.embedders import default_embedder, make_embedder
from ingest.script import CJK, fold
from rag.lint import Finding, finding_of
from rag.lint_rules import Rule, load_frames, load_rules
from rag.lint_words import WordModel
from rag.rewrite import told_in

FOLDER = Path(__file__).parent / "rules"
# The steepness of the kernel exp(STEEP * (cosine - 1)).
STEEP = 3.0
# A posting has fewer sentences; more of a longer text are not read, so that the time is bounded.
MOST = 300
_AT_ONCE = 32
_REMEMBERED = 20_000
_SENTENCE = re.compile(
    r"[^\n\u3002!?\uff01\uff1f;\uff1b.]+(?:\.(?=\S)[^\n\u3002!?\uff01\uff1f;\uff1b.]*)*[\u3002!?\uff01\uff1f;\uff1b.]?"
)
_BULLET = re.compile(r"[\s\-*\u2022\u00b7\d.\u3001()\uff08\uff09#]*")
# In characters of Chinese; a word of another script counts as two. Less than that is a label or a crumb, which the rules know best.
_SHORTEST = 6
_WORD = re.compile("[a-z]+", re.I)


@dataclass(frozen=True)
class Model:
    """What was learned for one encoder.

    :param examples: vectors of the labelled sentences, moved by `mean` and of unit length; shape (examples, dimensions).
    :param mean: the mean of the vectors before; shape (dimensions,).
    :param weights: shape (examples, 1 + families): first for "breaks a rule", then for each family.
    :param families: their names.
    :param words: what was learned of the words.
    :param doubt: a sentence whose words score less is not read by the encoder.
    :param threshold: from where on a sentence is told.
    """

    examples: np.ndarray
    mean: np.ndarray
    weights: np.ndarray
    families: tuple[str, ...]
    words: WordModel
    doubt: float
    threshold: float

    def scores(self, vectors: np.ndarray, words: Sequence[float]) -> np.ndarray:
        """How much sentences read like ones that break a rule, and a rule of each family.

        :param vectors: of the sentences, as the encoder gives them; shape (sentences, dimensions).
        :param words: what `self.words` says of each.
        :return: shape (sentences, 1 + families); first the sum of both halves, each about 1 for such sentences and -1 for others.
        """
        found: np.ndarray = kernel(directions(vectors, self.mean), self.examples) @ self.weights
        found[:, 0] += np.asarray(words, dtype=found.dtype)
        return found


def directions(vectors: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Vectors seen from the mean, of unit length."""
    moved = vectors - mean
    unit: np.ndarray = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return unit


def kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How alike vectors of unit length are, between 0 and 1; shape (first, second)."""
    alike: np.ndarray = np.exp(STEEP * (first @ second.T - 1))
    return alike


def model_path(encoder: str) -> Path:
    """Where what was learned for an encoder is kept."""
    return FOLDER / f"reader_{encoder}.npz"


def save_model(model: Model, path: Path, bits: int = 8) -> None:
    """Write a model; weights are kept in 16 bits.

    :param bits: of each number of a vector, their sign included.
    """
    scale = np.abs(model.examples).max() / (2 ** (bits - 1) - 1)
    np.savez_compressed(
        path,
        examples=np.round(model.examples / scale).astype(np.int8),
        scale=np.float32(scale),
        mean=model.mean.astype(np.float32),
        weights=model.weights.astype(np.float16),
        families=np.array(model.families),
        rarity=model.words.rarity.astype(np.float16),
        words=model.words.weights.astype(np.float16),
        doubt=np.float32(model.doubt),
        threshold=np.float32(model.threshold),
    )


def load_model(path: Path) -> Model:
    """Read what `save_model` wrote."""
    with np.load(path) as kept:
        return Model(
            examples=kept["examples"].astype(np.float32) * kept["scale"],
            mean=kept["mean"],
            weights=kept["weights"].astype(np.float32),
            families=tuple(map(str, kept["families"])),
            words=WordModel(kept["rarity"].astype(np.float32), kept["words"].astype(np.float32)),
            doubt=float(kept["doubt"]),
            threshold=float(kept["threshold"]),
        )


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
        size = len(CJK.findall(text[start:end])) + 2 * len(_WORD.findall(text[start:end]))
        if size >= _SHORTEST and text[end - 1] not in ":\uff1a":
            yield start, end


class Reader:
    """Reads sentences with one encoder.

    :param embedder: the encoder.
    :param model: what was learned for it.
    """

    def __init__(self, embedder: Embeddings, model: Model) -> None:
        self.model = model
        self._embedder = embedder
        self._known: OrderedDict[str, np.ndarray] = OrderedDict()
        self._harmless = np.full(1 + len(model.families), -np.inf, dtype=np.float32)
        self._lock = threading.Lock()

    def scores(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The scores of each text (see `Model.scores`); a draft is checked at every click, so they are remembered.

        Texts whose words are harmless get the lowest scores there are, and no encoder sees them.
        """
        with self._lock:
            words = {text: self.model.words.score(text) for text in texts if text not in self._known}
            self._known.update((text, self._harmless) for text, score in words.items() if score < self.model.doubt)
            new = [text for text in words if text not in self._known]
            for at in range(0, len(new), _AT_ONCE):
                part = new[at : at + _AT_ONCE]
                vectors = np.asarray(self._embedder.embed_documents(part), dtype=np.float32)
                rows = self.model.scores(vectors, [words[text] for text in part])
                self._known.update(zip(part, rows, strict=True))
            found = [self._known[text] for text in texts]
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

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
