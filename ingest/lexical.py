"""The lexical leg: BM25 over single characters and character pairs of folded text; Latin words stay whole.

No dictionary is needed and nothing is missed by a wrong word cut; on public Chinese question sets it beat jieba words.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ingest.script import search_form

# What a pair of characters counts that is cut across two words.
CROSSING = 0.4
_TOKEN = re.compile(r"[a-z0-9][a-z0-9+#.&/-]*[a-z0-9+#]|[a-z0-9]|[㐀-鿿]+")


@cache
def stem(word: str) -> str:
    """The stem of a folded Latin word (Snowball's English stemmer), so that `handles` meets `handle`."""
    return str(_stemmer().stemWord(word)) if word.isalpha() else word


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def tokenize(text: str) -> list[str]:
    """Cut a text into BM25 terms.

    :param text: a passage or a question in any script.
    :return: stems of Latin words, numbers, single Chinese characters and pairs of neighbouring ones, folded.
    """
    terms: list[str] = []
    for run in _TOKEN.findall(search_form(text)):
        if run[0].isascii():
            terms.append(stem(run))
        else:
            terms.extend(run)
            terms.extend(run[at : at + 2] for at in range(len(run) - 1))
    return terms


class LexicalIndex:
    """BM25 scores of a fixed list of passages.

    :param texts: the passages, in the order in which scores are returned.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        # The library sets its own logger to DEBUG when it is imported.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._size = len(texts)
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        corpus = [tokenize(text) or [""] for text in texts]
        self.document_frequency: dict[str, int] = {}
        for terms in corpus:
            for term in set(terms):
                self.document_frequency[term] = self.document_frequency.get(term, 0) + 1
        if corpus:
            self._bm25.index(corpus, show_progress=False)

    def scores(self, question: str) -> np.ndarray:
        """BM25 of every passage, higher is better, 0 for no shared term. Shape: (number of passages,)."""
        terms = [term for term in tokenize(question) if term in self.document_frequency]
        if not terms:
            return np.zeros(self._size, dtype=np.float32)
        scores: np.ndarray = self._bm25.get_scores(terms)
        return scores

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term, ln(1 + N / df); the largest value for a term that no passage holds."""
        return float(np.log(1 + self._size / self.document_frequency.get(term, 0.5)))

    def coverage(self, terms: Sequence[str], passage: str) -> float:
        """The share of content terms that a passage holds, weighted by inverse document frequency; 1.0 when there are none.

        A pair of characters that no passage of the library holds is often two words cut across; it counts in part when the
        passage holds both characters.

        :param terms: the terms of a question.
        :param passage: any text.
        """
        total = sum(self.idf(term) for term in terms)
        form = search_form(passage)
        held = 0.0
        for term in terms:
            if re.search(rf"\b{re.escape(term)}", form) if term.isascii() else term in form:
                held += self.idf(term)
            elif not term.isascii() and term not in self.document_frequency and all(char in form for char in term):
                held += CROSSING * self.idf(term)
        return held / total if total else 1.0
