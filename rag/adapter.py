"""A linear adapter of questions: moves a question's vector towards the sentences that answer such questions.

An encoder puts a question near to sentences that say the same; what is wanted are sentences that answer. `python -m eval.train_adapter`
learns one square matrix for each packaged encoder from questions with their gold sentences. Only the question is moved, so that no
document is embedded anew when the matrix changes, and an encoder without a matrix works as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

ADAPTERS = Path(__file__).with_name("adapters.npz")


@cache
def adapter_for(embedder: str) -> np.ndarray | None:
    """The matrix of an encoder, shape (dimensions, dimensions); None for one that nothing was learned for.

    :param embedder: the embedder's name, as the index records it.
    """
    with np.load(ADAPTERS) as stored:
        return stored[embedder].astype(np.float32) if embedder in stored else None


def adapted(vectors: np.ndarray | Sequence[float], adapter: np.ndarray | None) -> np.ndarray:
    """Vectors moved by a matrix, at unit length: v + vA.

    :param vectors: of questions, shape (dimensions,) or (questions, dimensions).
    :param adapter: the matrix A; None leaves the direction as it is.
    """
    given = np.asarray(vectors, dtype=np.float32)
    moved = given if adapter is None else given + given @ adapter
    unit: np.ndarray = moved / np.linalg.norm(moved, axis=-1, keepdims=True)
    return unit
