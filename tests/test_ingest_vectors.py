"""The vector store finds what is nearest, however often a collection is opened: a small one's graph is built anew each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.vectors import VectorRow, VectorStore

SIZE = 64
NEAREST = 20


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Unit vectors in crowded groups within a narrow cone, as an encoder gives for lists of duties."""
    random = np.random.default_rng(7)
    groups = random.normal(size=(12, SIZE)) * 0.3 + random.normal(size=SIZE)
    rows = np.concatenate([group + random.normal(size=(60, SIZE)) * 0.02 for group in groups])
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float32)


def test_nothing_near_is_missed_when_a_collection_is_opened_again(tmp_path: Path, vectors: np.ndarray) -> None:
    store = VectorStore(tmp_path, "generation")
    store.create()
    store.add([VectorRow(f"{at}-0", {"at": at}, str(at), vector) for at, vector in enumerate(vectors)])
    for _ in range(4):
        opened = VectorStore(tmp_path, "generation")
        for at in range(0, len(vectors), 6):
            found = set(map(int, opened.nearest(vectors[at].tolist(), 4 * NEAREST)))
            exact = set(np.argsort(-(vectors @ vectors[at]))[:NEAREST].tolist())
            assert exact <= found
