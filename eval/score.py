"""Score one answer against its gold: retrieval, coverage of the gold facts, support by citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from eval.cases import Case, Gold
from eval.metrics import context_precision, hit_at, ndcg_at, recall_at, reciprocal_rank
from ingest.script import Script, to_simplified
from ingest.store import Index
from rag.citations import MARK, overlap
from rag.phrases import say
from rag.types import Answer, Hit

DEPTH = 10
# A sentence is supported by a quote, and a gold fact told by an answer, from this share of common character pairs on: in a
# measurement on model answers, supported sentences had at least .50 and inventions at most .33.
SUPPORTED = 0.5
_FRAME = re.compile(r"^\s*(?:\||#|\*\*[^*]+\*\*\s*$)|[:\uff1a]\s*$")
_LABEL = re.compile(r"^\s*[-*]?\s*(?:\*\*[^*]+\*\*\s*[:\uff1a]?)?\s*")


def relevant_hits(case: Case, hits: Sequence[Hit]) -> list[bool]:
    """For each hit whether it holds a gold span of its document."""
    return [any(_holds(hit, gold) for gold in case.gold) for hit in hits]


def _holds(hit: Hit, gold: Gold) -> bool:
    return gold.doc == hit.chunk.doc and gold.span in hit.chunk.passage.text


def retrieval_scores(case: Case, hits: Sequence[Hit], index: Index) -> dict[str, float]:
    """hit@k, recall@k, MRR, nDCG and context precision of one answerable case.

    :param case: the case with its gold spans.
    :param hits: what was retrieved, best first.
    :param index: the library, for how many relevant passages there are at all.
    """
    relevant = relevant_hits(case, hits)
    docs = {gold.doc for gold in case.gold}
    passages = {(chunk.doc, chunk.passage) for chunk in index.chunks if chunk.doc in docs}
    total = sum(any(gold.doc == doc and gold.span in passage.text for gold in case.gold) for doc, passage in passages)
    scores = {f"hit@{k}": hit_at(relevant, k) for k in (1, 5, DEPTH)}
    for k in (5, DEPTH):
        scores[f"recall@{k}"] = recall_at([any(_holds(hit, gold) for hit in hits[:k]) for gold in case.gold])
    return scores | {
        f"mrr@{DEPTH}": reciprocal_rank(relevant, DEPTH),
        f"ndcg@{DEPTH}": ndcg_at(relevant, total, DEPTH),
        "context_precision": context_precision(relevant, DEPTH),
    }


def tells(doc: str, text: str, gold: Gold) -> bool:
    """Whether a piece of a document holds a gold span, or is a part of it that is more than half of it."""
    return doc == gold.doc and (gold.span in text or (text in gold.span and 2 * len(text) > len(gold.span)))


def cites(answer: Answer, gold: Gold) -> bool:
    """Whether a citation quotes a gold span, or more than half of it."""
    return any(tells(citation.doc, citation.quote, gold) for citation in answer.citations)


def _told(answer: Answer, gold: Gold) -> bool:
    return cites(answer, gold) or overlap(to_simplified(gold.span), to_simplified(answer.answer)) >= 0.8


@cache
def _remarks() -> tuple[str, ...]:
    """What the program says of the sources beside a name that it quotes, which no quote can hold."""
    scripts: tuple[Script, ...] = ("zh-Hans", "zh-Hant", "en")
    return tuple(say("only_named", script) for script in scripts)


@cache
def _refusals() -> tuple[str, ...]:
    """How a line begins that says what the sources do not hold, of one part of a question."""
    scripts: tuple[Script, ...] = ("zh-Hans", "zh-Hant", "en")
    return tuple(say("refuse", script, missing="").strip() for script in scripts)


def _claims(answer: Answer) -> list[tuple[str, list[int]]]:
    """(text, marks) of the statements of an answer; headings, table heads and frames say nothing by themselves."""
    found: list[tuple[str, list[int]]] = []
    for line in answer.answer.split("\n"):
        if line.startswith(_refusals()):
            continue
        cells = (
            [cell for part in line.strip().strip("|").split("|") for cell in part.split("<br>")]
            if "|" in line
            else [line]
        )
        for cell in cells:
            marks = [int(number) for number in MARK.findall(cell)]
            text = _LABEL.sub("", MARK.sub("", cell))
            for remark in _remarks():
                text = text.replace(remark, "")
            text = text.strip()
            if marks or (text and not _FRAME.search(cell) and "|" not in line):
                found.append((text, marks))
    return found


def answer_scores(case: Case, answer: Answer) -> dict[str, float]:
    """Coverage of the gold facts and support by citations; a refusal of an answerable case scores zero.

    :param case: an answerable case.
    :param answer: what the system said.
    """
    told = [_told(answer, gold) for gold in case.gold]
    quotes = {citation.n: citation.quote for citation in answer.citations}
    claims = _claims(answer) if answer.status != "refused" else []
    supported = [
        any(overlap(to_simplified(text), to_simplified(quotes.get(n, ""))) >= SUPPORTED for n in marks)
        if text
        else True
        for text, marks in claims
    ]
    pairs = [(text, n) for text, marks in claims for n in marks if text]
    fitting = [overlap(to_simplified(text), to_simplified(quotes.get(n, ""))) >= SUPPORTED for text, n in pairs]
    scores = {
        "gold_cited": float(any(cites(answer, gold) for gold in case.gold)),
        # Where one gold place answers the question alone, one is enough.
        "fact_coverage": sum(told) / len(told) if case.needs_all else float(any(told)),
        "answered": float(answer.status != "refused"),
    }
    if claims:
        scores["faithfulness"] = sum(supported) / len(claims)
        scores["citation_recall"] = sum(bool(marks) for _, marks in claims) / len(claims)
    if fitting:
        scores["citation_precision"] = sum(fitting) / len(fitting)
    return scores
