"""Run a Q&A set through the whole system and compare it with an earlier run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from eval.cases import Case
from eval.metrics import bootstrap_interval, mean, precision_recall, reciprocal_rank
from eval.score import DEPTH, answer_scores, relevant_hits, retrieval_scores
from ingest.chunking import count_tokens
from ingest.errors import RolewrightError
from ingest.script import has_chinese, to_simplified, to_traditional
from rag.app import Rolewright
from rag.citations import problems
from rag.types import Answer, Turn


@dataclass(frozen=True)
class Row:
    """One case with what the system did. A case that fails scores zero and stays in every mean.

    `evidence` is the confidence of the decision (`rag.decide`), `tokens` the length of the answer.
    """

    id: str
    type: str
    split: str
    question: str
    answerable: bool
    status: str
    answer: str
    reason: str | None
    scores: dict[str, float]
    milliseconds: float
    hits: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    tokens: int = 0
    evidence: float = 0.0


@dataclass(frozen=True)
class Report:
    """Rows, their means over all cases and by type, and the 95 % bootstrap intervals of the means over all cases.

    `threshold` is the confidence below which a question is refused.
    """

    rows: list[Row]
    means: dict[str, float | None]
    by_type: dict[str, dict[str, float | None]]
    intervals: dict[str, tuple[float, float]]
    threshold: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)

    def told(self) -> dict[str, float]:
        """Case id -> outcome, 0 to 1: the share of what was to be told that was, or whether the refusal was right."""
        return {row.id: row.scores.get("ok", 0.0) for row in self.rows}


def _failed(case: Case, reason: str) -> Row:
    names = ["hit@1", "hit@5", "hit@10", "mrr@10", "gold_cited", "answered"] if case.answerable else ["refused"]
    return Row(
        case.id,
        case.type,
        case.split,
        case.question,
        case.answerable,
        "failed",
        reason,
        None,
        dict.fromkeys(["citations_valid", *names], 0.0),
        0.0,
    )


# Further scores of an answer to an answerable case, such as a judge's.
Opinion = Callable[[Case, Answer], dict[str, float]]


def run_case(app: Rolewright, case: Case, opinion: Opinion | None = None) -> Row:
    """Ask one question and score it.

    :param app: the system under test.
    :param case: the question with its gold spans.
    :param opinion: adds further scores of the answer.
    """
    turn = Turn(case.question, case.history)
    began = time.perf_counter()
    try:
        answer = app.ask(turn)
        took = (time.perf_counter() - began) * 1000
        opinions = opinion(case, answer) if opinion and case.answerable else {}
    except RolewrightError as error:
        return _failed(case, error.message)
    index = app.engine.index
    wrong = problems(answer, index)
    scores = {"citations_valid": float(not wrong)}
    if case.answerable:
        scores |= retrieval_scores(case, answer.hits, index) | answer_scores(case, answer) | opinions
    else:
        scores["refused"] = float(answer.status == "refused")
    scores["ok"] = scores.get("fact_coverage", scores.get("refused", 0.0))
    return Row(
        id=case.id,
        type=case.type,
        split=case.split,
        question=case.question,
        answerable=case.answerable,
        status=answer.status,
        answer=answer.answer,
        reason=answer.reason,
        scores=scores,
        milliseconds=round(took, 1),
        hits=[f"{hit.chunk.doc} > {' > '.join(hit.chunk.heading)}" for hit in answer.hits[:5]],
        problems=wrong,
        tokens=count_tokens(answer.answer),
        evidence=round(answer.confidence, 4),
    )


def script_parity(app: Rolewright, cases: Sequence[Case]) -> float | None:
    """1 minus the difference in MRR between the same questions in simplified and in traditional characters.

    :param app: the system under test.
    :param cases: the Q&A set; answerable Chinese questions without history are asked in both scripts.
    """
    asked = [case for case in cases if case.answerable and not case.history and has_chinese(case.question)]
    ranks: list[list[float]] = []
    for convert in (to_simplified, to_traditional):
        hits = (app.search(convert(case.question), DEPTH) for case in asked)
        ranks.append(
            [reciprocal_rank(relevant_hits(case, found), DEPTH) for case, found in zip(asked, hits, strict=True)]
        )
    simplified, traditional = map(mean, ranks)
    return 1 - abs(simplified - traditional) if simplified is not None and traditional is not None else None


def _means(rows: Sequence[Row]) -> dict[str, float | None]:
    names = dict.fromkeys(name for row in rows for name in row.scores)
    means = {name: mean([row.scores[name] for row in rows if name in row.scores]) for name in names}
    precision, recall = precision_recall(
        [row.status == "refused" for row in rows], [not row.answerable for row in rows]
    )
    times = sorted(row.milliseconds for row in rows)
    return means | {
        "refusal_precision": precision,
        "refusal_recall": recall,
        "p50_ms": times[len(times) // 2],
        "p95_ms": times[min(len(times) - 1, int(len(times) * 0.95))],
        "tokens": sum(row.tokens for row in rows) / len(rows),
    }


def evaluate(
    app: Rolewright,
    cases: Sequence[Case],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    opinion: Opinion | None = None,
) -> Report:
    """Run every case.

    :param app: the system under test, with an index.
    :param cases: the Q&A set.
    :param progress: called with the count done and the total.
    :param opinion: adds further scores of each answer.
    """
    rows = []
    for row in each(app, cases, opinion):
        rows.append(row)
        progress(len(rows), len(cases))
    return summary(app, cases, rows)


def each(app: Rolewright, cases: Sequence[Case], opinion: Opinion | None = None) -> Iterator[Row]:
    """The rows one by one, so that whoever asks can stop between two questions.

    :param app: the system under test, with an index.
    :param cases: the Q&A set.
    :param opinion: adds further scores of each answer.
    """
    for case in cases:
        yield run_case(app, case, opinion)


def summary(app: Rolewright, cases: Sequence[Case], rows: list[Row]) -> Report:
    """The figures of a run; the parity of scripts is measured here.

    :param app: the system under test.
    :param cases: the Q&A set.
    :param rows: one for each case, at least one.
    """
    types = dict.fromkeys(row.type for row in rows)
    means = _means(rows)
    means["script_parity"] = script_parity(app, cases)
    by_type = {name: _means([row for row in rows if row.type == name]) for name in types}
    names = dict.fromkeys(name for row in rows for name in row.scores)
    values = {name: [row.scores[name] for row in rows if name in row.scores] for name in names}
    intervals = {name: found for name in names if (found := bootstrap_interval(values[name]))}
    return Report(rows, means, by_type, intervals, app.engine.decider.threshold)


def compare(report: Report, baseline: dict[str, Any]) -> list[str]:
    """What is worse than the baseline allows; empty when the gate is passed.

    :param report: the new numbers.
    :param baseline: `{"tolerance": float, "means": {metric: value}}`; latency is not gated.
    """
    worse = []
    for name, expected in baseline["means"].items():
        found = report.means.get(name)
        if expected is not None and (found is None or found < expected - baseline["tolerance"]):
            worse.append(
                f"{name}: {found if found is None else round(found, 4)} is below {expected} - {baseline['tolerance']}"
            )
    return worse


def outcomes(after: dict[str, float], before: dict[str, float]) -> dict[str, list[str]]:
    """Per question against an earlier run: wins, losses and ties by the share of what was to be told.

    :param after: case id -> outcome of the new run, 0 to 1.
    :param before: case id -> outcome of the earlier run.
    """
    found: dict[str, list[str]] = {"wins": [], "losses": [], "ties": []}
    for name, outcome in after.items():
        if name in before:
            change = outcome - before[name]
            found["ties" if abs(change) < 1e-3 else "wins" if change > 0 else "losses"].append(name)
    return found
