"""Questions are moved towards what answers them: the packaged matrices, and how one is learned."""

from __future__ import annotations

import json

import numpy as np
import pytest

from eval.cases import Case, Gold, load_cases, other_libraries
from eval.train_adapter import EMBEDDERS, FOLDS, Pool, cross_fitted, fold_of, learn
from rag.adapter import adapted, adapter_for

SIZE = 16


def _pool(questions: int, seed: int = 1) -> Pool:
    """Questions whose answers lie a quarter turn away from them, in a plane that they share."""
    random = np.random.default_rng(seed)
    turn = np.roll(np.eye(SIZE, dtype=np.float32), 1, axis=0)
    asked = adapted(random.normal(size=(questions, SIZE)), None)
    cases = tuple(
        Case(str(at), f"question {at}", "plain", True, (Gold("a.md", "x"),), None, (), "dev") for at in range(questions)
    )
    return Pool(cases, asked, adapted(0.6 * asked + 0.8 * asked @ turn, None), np.eye(questions, dtype=bool))


def _first(pool: Pool, adapter: np.ndarray | None) -> float:
    """The share of questions whose nearest window is the right one."""
    nearest = (adapted(pool.questions, adapter) @ pool.windows.T).argmax(axis=1)
    return float(np.mean(pool.answers[np.arange(len(nearest)), nearest]))


@pytest.mark.parametrize("embedder", EMBEDDERS)
def test_each_packaged_encoder_has_a_matrix(embedder: str) -> None:
    adapter = adapter_for(embedder)
    assert adapter is not None and adapter.shape[0] == adapter.shape[1]
    assert np.isfinite(adapter).all() and np.abs(adapter).max() > 0
    moved = adapted(np.ones(adapter.shape[0]), adapter)
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)


def test_another_encoder_is_left_as_it_is() -> None:
    assert adapter_for("openai:whatever") is None
    assert adapted([3.0, 4.0], None) == pytest.approx([0.6, 0.8])


def test_what_is_learned_holds_for_questions_that_were_not_asked() -> None:
    learned = learn([_pool(200, seed=1)])
    strange = _pool(200, seed=2)
    assert _first(strange, learned) > _first(strange, None)


def test_a_fold_is_not_learned_from() -> None:
    pool = _pool(60)
    folds = [fold_of(case.question) for case in pool.cases]
    assert set(folds) == set(range(FOLDS))
    for fold in range(FOLDS):
        kept = pool.without(fold)
        assert len(kept.cases) == len(kept.questions) == len(kept.answers) == 60 - folds.count(fold)
        assert not any(fold_of(case.question) == fold for case in kept.cases)
    without = cross_fitted([pool])
    assert len(without) == FOLDS and not np.allclose(without[0], without[1])


@pytest.mark.parametrize(("folder", "questions"), other_libraries(), ids=lambda path: path.name)
def test_the_questions_on_other_libraries_rest_on_their_documents(folder, questions) -> None:  # type: ignore[no-untyped-def]
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    cases = load_cases(questions)
    assert len(cases) == len({json.dumps(case.question) for case in cases})
    for case in cases:
        assert bool(case.gold) == case.answerable, case.id
        assert all(gold.span in texts[gold.doc] for gold in case.gold), case.id
