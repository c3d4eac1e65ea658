"""What a question asks for, learned from labelled questions: all duties of a role, its skills, a list, who does something, or a single fact.

A linear model over hashed pieces of words (`rag/word_model.py`), so it needs no encoder and a tenth of a millisecond. People ask for the same in
endless words (`总共管哪几摊事`, `what's on their plate`) and for a single fact in the words of a list (`目标是哪年定的`); hand-written patterns
read 57 % of the questions of other writers as these meant them, this reads 95 %. Taught by `python -m eval.train_intents`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import numpy as np

from rag.word_model import PLACES, places

Intent = Literal["duties", "goal", "metrics", "skills", "deliverables", "works_with", "list", "compare", "who", "other"]
INTENTS: tuple[Intent, ...] = get_args(Intent)
# Stands for every name, so that what is asked for does not depend on whom it is asked of; no question holds this character.
NAME = "龘"
MODEL = Path(__file__).with_name("intents.npz")


class IntentModel(NamedTuple):
    """What was learned.

    :param rarity: how rare the pieces of words of a place are; shape (PLACES,).
    :param weights: how much a place speaks for each intent; shape (PLACES, intents), in the order of `INTENTS`.
    :param bias: what speaks for each before a word is read; shape (intents,).
    """

    rarity: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, form: str) -> np.ndarray:
        """How probable each intent is; shape (intents,), summing to 1.

        :param form: the folded question, its names masked (`masked`).
        """
        at = places(form)
        length = float(np.linalg.norm(self.rarity[at])) or 1.0
        told = self.rarity[at] @ self.weights[at] / length + self.bias
        odds = np.exp(told - told.max())
        found: np.ndarray = odds / odds.sum()
        return found


def masked(form: str, names: Iterable[tuple[int, int]]) -> str:
    """A folded question with every name replaced.

    :param form: the question in `search_form`.
    :param names: where names begin and end in it.
    """
    for start, end in sorted(names, reverse=True):
        form = form[:start] + NAME + form[end:]
    return form


def save_model(model: IntentModel, path: Path = MODEL) -> None:
    """Write a model; weights are kept in 8 bits, for the places that have any.

    :param model: the model.
    :param path: where to.
    """
    at = np.flatnonzero(np.abs(model.weights).max(axis=1))
    scale = np.abs(model.weights).max(axis=0) / 127
    np.savez_compressed(
        path,
        at=at.astype(np.int32),
        weights=np.round(model.weights[at] / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        rarity=model.rarity[at].astype(np.float16),
        rarest=np.float32(model.rarity.max()),
        bias=model.bias.astype(np.float32),
    )


@cache
def intent_model(path: Path = MODEL) -> IntentModel:
    """Read what `save_model` wrote.

    :param path: the file.
    """
    with np.load(path) as kept:
        rarity = np.full(PLACES, kept["rarest"], dtype=np.float32)
        weights = np.zeros((PLACES, len(INTENTS)), dtype=np.float32)
        rarity[kept["at"]] = kept["rarity"]
        weights[kept["at"]] = kept["weights"] * kept["scale"]
        return IntentModel(rarity, weights, kept["bias"])


def likely(form: str) -> tuple[Intent, float]:
    """The most probable intent, and how probable it is.

    :param form: the folded question, its names masked.
    """
    found = intent_model().probabilities(form)
    best = int(found.argmax())
    return INTENTS[best], float(found[best])
