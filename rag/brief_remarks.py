"""Clauses that read like remarks to a colleague, though no pattern of `internal.yaml` hits: whoever means the same can always say it otherwise.

What was learned of labelled clauses (`python -m eval.train_remarks`) is the model of `rag/sentence_model.py`. Who reads the brief is told that
this is a guess, and can put a clause back. What names the opening is never taken for a remark: without it there is no posting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from math import inf
from pathlib import Path

from ingest.embedders import default_embedder, make_embedder
from ingest.script import fold
from rag.brief_items import BULLET
from rag.brief_terms import CONTACT, COUNT, HIRE, TITLE_END
from rag.brief_text import clause_spans
from rag.sentence_model import Scorer, load_model, size_of

# More clauses of a longer text are not read, so that the time is bounded; remarks stand in messages, which are short.
MOST = 60
# Less than that (`size_of`) says nothing by itself.
_SHORTEST = 4
_SENTENCE_END = re.compile(r"[\u3002.!?;\uff01\uff1f\uff1b]")
# A clause that is no further below the threshold is a remark when its sentence is one, or when it stands beside one.
_UNSURE = 0.5
# A sentence is read whole as well, when it is no more than this long: a longer one is a whole brief without full stops.
_LONGEST = 120
# Somebody is to be added, in words that are no verb of hiring elsewhere: `下个月要上一个做私域的同学`.
_ADDS = re.compile(r"(?:要|想|得|再|还)(?:上|加|添|多)(?:[一两二三四五六\d]+|几)[个名位]")
# What a speaker puts behind a title.
_BEHIND = re.compile(r"(?:[\s,]*\bi (?:think|guess|suppose|reckon)|[吧呢啊哈哦嘛\s.,;:!。])+$")
Span = tuple[int, int]


def model_path(encoder: str) -> Path:
    """Where what was learned for an encoder is kept."""
    return Path(__file__).with_name(f"remarks_{encoder}.npz")


@cache
def reader() -> Scorer:
    """The reader of the packaged encoder of this machine.

    :raises EmbedderError: when none is installed.
    """
    name = default_embedder()
    return Scorer(make_embedder(name), load_model(model_path(name)))


def asks(clause: str) -> bool:
    """Whether a clause may be a remark at all: it says something, and tells neither the opening nor where to apply."""
    folded = fold(clause)
    return size_of(clause) >= _SHORTEST and not (names_opening(folded) or CONTACT.search(folded) or "@" in folded[1:])


def clauses_of(text: str) -> list[str]:
    """The clauses of a text about which the reader may be asked."""
    return [
        line[start:end]
        for line in text.splitlines()
        for row in _sentences(line)
        for start, end in row
        if asks(line[start:end])
    ]


def names_opening(folded: str) -> bool:
    """Whether a folded clause says whom the posting looks for: a verb of hiring with a title or a number, or a title alone."""
    hires = HIRE.search(folded)
    counted = hires and COUNT.search(hires.group())
    asked = hires and hires.group().rstrip().endswith(" for")
    named = (
        asked
        or counted
        or COUNT.match(folded.strip())
        or _ADDS.search(folded)
        or TITLE_END.search(_BEHIND.sub("", folded))
    )
    return bool(named or (hires and names_somebody(folded[hires.end() :])))


def names_somebody(folded: str) -> bool:
    """Whether a verb of hiring goes on to a title or a number of people: `找没结婚的` does not."""
    return bool(COUNT.search(folded) or TITLE_END.search(COUNT.sub("", folded).strip()))


def remarks(lines: Sequence[str], known: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Which clauses of each line read like remarks, in reading order.

    :param lines: of the free text; white space stands for what is not to be read.
    :param known: the remarks that stood in each line.
    """
    read = [list(_sentences(line)) for line in lines]
    rows = [(line, row) for line, found in zip(lines, read, strict=True) for row in found]
    scores = _scored([line[start:end] for line, row in rows for start, end in row if asks(line[start:end])])
    if not scores:
        return [[] for _ in lines]
    threshold = reader().model.threshold
    # What a clause alone leaves open, its sentence may tell: both together must read like a remark.
    unsure = [
        (line, row)
        for line, row in rows
        if len(row) > 1 and any(-inf < scores.get(text, -inf) < threshold for text in _said(line, row))
    ]
    wholes = _scored([whole for line, row in unsure if len(whole := line[row[0][0] : row[-1][1]]) <= _LONGEST])
    told: list[list[Span]] = []
    for line, found, cuts in zip(lines, read, known, strict=True):
        told.append([])
        for row in found:
            both = wholes.get(line[row[0][0] : row[-1][1]], -inf)
            for span, text in zip(row, _said(line, row), strict=True):
                own = scores.get(text, -inf)
                beside = (own + both) / 2 >= threshold or any(_beside(line, span, cut) for cut in cuts)
                if own >= threshold or (own >= threshold - _UNSURE and beside):
                    told[-1].append(span)
    return told


def _beside(line: str, span: Span, cut: Span) -> bool:
    """Whether no more than a mark within a sentence parts a clause from a remark."""
    gap = line[min(span[1], cut[1]) : max(span[0], cut[0])]
    return len(gap) <= 2 and not _SENTENCE_END.search(gap)


def _said(line: str, row: list[Span]) -> list[str]:
    return [line[start:end] for start, end in row]


def _scored(texts: Sequence[str]) -> dict[str, float]:
    """How much texts read like remarks; a brief without one to ask about needs no encoder."""
    asked = list(dict.fromkeys(texts))[:MOST]
    return {text: float(row[0]) for text, row in zip(asked, reader().scores(asked), strict=True)} if asked else {}


def _sentences(line: str) -> Iterator[list[Span]]:
    """The clauses of a line by sentence, each without its bullet."""
    number = 0
    spans = []
    for start, end, opens in clause_spans(line):
        number += opens
        bullet = BULLET.match(line[start:end])
        begin = start + (bullet.end() if bullet else len(line[start:end]) - len(line[start:end].lstrip()))
        spans.append((number, (begin, end)))
    for _, group in groupby(spans, key=lambda row: row[0]):
        yield [span for _, span in group]
