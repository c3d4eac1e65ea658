"""Metrics: pure functions over ranked relevance, answers and refusals. All lie in [0, 1], higher is better.

The ranking metrics agree with trec_eval (a test compares them); relevance is binary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """hit@k: 1.0 when any of the first k results is relevant.

    :param relevant: for each result in rank order, whether it is relevant.
    """
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool], k: int = 10) -> float:
    """Reciprocal rank cut at k: 1 / rank of the first relevant result, 0.0 when there is none within k (Voorhees, TREC-8)."""
    return next((1.0 / rank for rank, good in enumerate(relevant[:k], 1) if good), 0.0)


def recall_at(found: Sequence[bool]) -> float:
    """recall@k: the share of gold places that the first k results hold.

    :param found: for each gold place, whether one of the first k results holds it; not empty.
    """
    return sum(found) / len(found)


def ndcg_at(relevant: Sequence[bool], total: int, k: int = 10) -> float:
    """nDCG@k with binary gains (Järvelin and Kekäläinen, 2002).

    :param relevant: for each result in rank order, whether it is relevant.
    :param total: how many relevant results there are in the whole library.
    """
    gain = sum(1.0 / math.log2(rank + 1) for rank, good in enumerate(relevant[:k], 1) if good)
    ideal = sum(1.0 / math.log2(rank + 1) for rank in range(1, min(total, k) + 1))
    return gain / ideal if ideal else 0.0


def context_precision(relevant: Sequence[bool], k: int = 10) -> float:
    """The mean of precision@rank over the ranks of relevant results within k; 0.0 without any (as in ragas)."""
    precisions = [sum(relevant[:rank]) / rank for rank in range(1, min(k, len(relevant)) + 1) if relevant[rank - 1]]
    return sum(precisions) / len(precisions) if precisions else 0.0


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, or None for no values."""
    return sum(values) / len(values) if values else None


def bootstrap_interval(values: Sequence[float], share: float = 0.95, times: int = 1000) -> tuple[float, float] | None:
    """The percentile bootstrap interval of a mean (Efron, 1979); the same values give the same interval.

    :param values: one value for each case.
    :param share: how much of the resampled means lie inside.
    :param times: how often the values are drawn anew.
    """
    if not values:
        return None
    drawn = np.random.default_rng(7).choice(np.asarray(values, dtype=float), size=(times, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def precision_recall(predicted: Sequence[bool], actual: Sequence[bool]) -> tuple[float | None, float | None]:
    """Precision and recall of a yes/no decision, None where nothing was predicted or nothing is actual.

    :param predicted: what the system decided, row by row (for refusals: refused).
    :param actual: what is right (for refusals: unanswerable).
    """
    both = sum(p and a for p, a in zip(predicted, actual, strict=True))
    return (both / sum(predicted) if any(predicted) else None, both / sum(actual) if any(actual) else None)
