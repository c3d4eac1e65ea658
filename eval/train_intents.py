"""Maintainer's step: `python -m eval.train_intents` teaches what questions ask for (`rag.intents`) and writes `rag/intents.npz`.

It learns from `cases/intents.jsonl`: questions of sixteen writers on sixteen trades, each with what its asker wants, and with the names of
roles and departments in brackets; and the dev questions on the bundled corpus, labelled alike (writer 0). A name that the catalogue does not know is not masked, so each question is learned from with its names
as well, at a lower weight. How well it reads is told on the last two writers, from whom the printed figures do not learn; the model that
is written learns from all.

It needs `scikit-learn`, which is in no lock file: `pip install 'scikit-learn>=1.5'`. About a minute.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from eval.cases import intent_questions
from ingest.script import search_form
from rag.intents import INTENTS, NAME, IntentModel, save_model
from rag.query import SURE
from rag.word_model import PLACES, places, rarity_of

# Whose questions the figures are told on.
LEFT_OUT = frozenset({15, 16})
# The inverse of the ridge, chosen on writers 13 and 14.
SHARPNESS = 200.0
# What a question weighs with its names in it.
NAMED = 0.35
# Pieces of words that fewer questions hold are not learned.
LEAST = 2
_NAME = re.compile(r"\[([^\]]*)\]")


class Row(NamedTuple):
    """One labelled question: its writer, its text with or without its names, what is asked for, and its weight."""

    writer: int
    form: str
    asked: int
    weight: float


def rows() -> list[Row]:
    """All questions, each with its names masked and with its names."""
    found = []
    for line in intent_questions().read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked = INTENTS.index(row["asked"])
        found.append(Row(row["writer"], search_form(_NAME.sub(NAME, row["question"])), asked, 1.0))
        found.append(Row(row["writer"], search_form(_NAME.sub(r"\1", row["question"])), asked, NAMED))
    return found


def taught(given: Sequence[Row]) -> IntentModel:
    """A model that has learned from some questions.

    :param given: the questions.
    """
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    placed = [places(row.form) for row in given]
    counted = np.zeros(PLACES)
    for at, row in zip(placed, given, strict=True):
        counted[at] += row.weight == 1
    rarity = rarity_of([at for at, row in zip(placed, given, strict=True) if row.weight == 1])
    known = [at[counted[at] >= LEAST] for at in placed]
    lengths = [np.linalg.norm(rarity[at]) or 1.0 for at in placed]
    shares: list[Any] = [rarity[at] / length for at, length in zip(known, lengths, strict=True)]
    ends = np.cumsum([0, *map(len, known)])
    matrix = sparse.csr_matrix((np.concatenate(shares), np.concatenate(known), ends), shape=(len(given), PLACES))
    model = LogisticRegression(C=SHARPNESS, max_iter=500)
    model.fit(matrix, [row.asked for row in given], sample_weight=[row.weight for row in given])
    return IntentModel(rarity, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def figures(model: IntentModel, given: Sequence[Row]) -> str:
    """How well a model reads questions, as a line.

    :param model: the model.
    :param given: questions that it has not learned from.
    """
    odds = np.array([model.probabilities(row.form) for row in given])
    meant, other = np.array([row.asked for row in given]), INTENTS.index("other")
    read = odds.argmax(axis=1)
    sure = (odds.max(axis=1) >= SURE) & (read != other)
    return (
        f"{len(given)} questions, read as meant {np.mean(read == meant):.3f}; of those after all of something "
        f"{np.mean((sure & (read == meant))[meant != other]):.3f} surely so, of these readings {np.mean((read == meant)[sure]):.3f} "
        f"rightly; {np.mean(sure[meant == other]):.3f} of those after a single fact taken for one after all"
    )


def main() -> None:
    """Teach the model."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        sys.exit("teaching needs scikit-learn, which is in no lock file: pip install 'scikit-learn>=1.5'")
    every = rows()
    model = taught([row for row in every if row.writer not in LEFT_OUT])
    left_out = [row for row in every if row.writer in LEFT_OUT]
    sys.stderr.write(f"names masked: {figures(model, [row for row in left_out if row.weight == 1])}\n")
    sys.stderr.write(f"with names: {figures(model, [row for row in left_out if row.weight < 1])}\n")
    save_model(taught(every))


if __name__ == "__main__":
    main()
