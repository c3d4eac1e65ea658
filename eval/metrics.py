"""Metrics: pure functions over ranked relevance, answers and refusals. All lie in [0, 1], higher is better."""

from __future__ import annotations

from collections.abc import Sequence


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """hit@k: 1.0 when any of the first k results is relevant.

    :param relevant: for each result in rank order, whether it is relevant.
    """
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool], k: int = 10) -> float:
    """Reciprocal rank cut at k: 1 / rank of the first relevant result, 0.0 when there is none within k (Voorhees, TREC-8)."""
    return next((1.0 / rank for rank, good in enumerate(relevant[:k], 1) if good), 0.0)


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, or None for no values."""
    return sum(values) / len(values) if values else None


def precision_recall(predicted: Sequence[bool], actual: Sequence[bool]) -> tuple[float | None, float | None]:
    """Precision and recall of a yes/no decision, None where nothing was predicted or nothing is actual.

    :param predicted: what the system decided, row by row (for refusals: refused).
    :param actual: what is right (for refusals: unanswerable).
    """
    both = sum(p and a for p, a in zip(predicted, actual, strict=True))
    return (both / sum(predicted) if any(predicted) else None, both / sum(actual) if any(actual) else None)
