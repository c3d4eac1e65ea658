"""How much speaks for an answer: a few signals, and one calibrated probability that the answer they would give is right.

No single score can tell whether documents answer a question. The signals are weighed by a logistic regression that
`python -m eval.calibrate` fits on dev questions, for each packaged embedder by itself, since cosines of different encoders cannot be
compared; for any other embedder the signals without cosines are weighed. The question's own vector is weighed with them: questions after
pay, degrees or opening hours lie elsewhere than questions after work, in whatever words they are asked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from operator import mul
from pathlib import Path

from ingest.lexical import LexicalIndex
from ingest.script import search_form
from rag.contrast import another_told
from rag.items import Item
from rag.kinds import holding, missing_kind
from rag.link import Mention
from rag.query import Query, covered
from rag.types import Hit

# How many of the best hits may support an answer.
SUPPORT_HITS = 5
# Signals of a packaged embedder alone.
COSINES = ("cosine", "cosine_of_role", "peak", "shown", "aside")
READ = "read"
# Nothing is read with more certainty than this leaves.
SURE = 1e-5
CALIBRATION = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True)
class Signals:
    """What speaks for and against an answer, each about 0 to 1 but for the last.

    :param cosine: the best cosine among the first hits.
    :param cosine_of_role: the same when a described role is named, else 0: such a question is near to that role whatever it asks.
    :param peak: how far the best cosine stands above the mean of all hits: a library that only touches on the matter has no peak.
    :param shown: the best cosine among the sentences to be shown; they are not all from the first hits.
    :param passage: the share of the question's content that the best passage covers, weighted by rarity.
    :param answer: the share that the sentences to be shown cover, with their headings.
    :param lead: how far the best passage stands before the second, by their scores.
    :param who: 1 when the question is who does something, which is what documents about roles tell.
    :param absent: the share of the asker's own words that no passage of the library holds.
    :param described: 1 when a described role is named.
    :param only_named: 1 when a role is named that the sources do not describe.
    :param kind: 1 when the kind of fact asked for (pay, a date, a tool ...) is not in the sentences to be shown.
    :param held: 1 when that kind of fact is asked for and in the sentences to be shown.
    :param aside: how far the nearest shown sentence that holds that kind of fact stands behind the nearest one, by their cosines: an
        amount that stands in a sentence about something else answers nothing.
    :param beside: the share of the question's content that such a sentence covers, with its heading.
    :param elsewhere: 1 when that kind of fact is asked of a described role and does not stand under that role's own headings.
    :param foreign: 1 when a Chinese question holds a Latin name, such as Oracle, that the library does not.
    :param english: 1 for an English question, whose cosines have another level.
    :param crossed: 1 for an English question that found passages in Chinese alone.
    :param another: 1 when the shown sentences tell of another thing of a kind, such as another platform or the second round, and of none
        that the question names; 1 too when it offers names to choose from of which they hold none (`rag.contrast`). Then the question is
        refused, whatever the others say; in the fit it keeps such questions from weighing on these.
    :param read: the best of what the cross-encoder says of the sentences to be shown, in log-odds; 0 where nothing is read.
    """

    cosine: float
    cosine_of_role: float
    peak: float
    shown: float
    passage: float
    answer: float
    lead: float
    who: float
    absent: float
    described: float
    only_named: float
    kind: float
    held: float
    aside: float
    beside: float
    elsewhere: float
    foreign: float
    english: float
    crossed: float
    another: float
    read: float


def measure(
    query: Query,
    hits: Sequence[Hit],
    items: Sequence[Item],
    reads: Sequence[float],
    lexical: LexicalIndex,
    own_text: Callable[[], str],
) -> Signals:
    """The signals of one question.

    :param query: the understood question.
    :param hits: the retrieved chunks, best first.
    :param items: the sentences that would be shown.
    :param reads: what the cross-encoder says of the first of them; nothing where there is none.
    :param lexical: the lexical leg, for the rarity of terms.
    :param own_text: gives what the documents say under the headings of the described roles; called only when it is needed.
    """
    described = [mention for mention in query.mentions if mention.depth != "named_only"]
    cosine = max((hit.cosine for hit in hits[:SUPPORT_HITS]), default=0.0)
    crossed = query.script == "en" and all(hit.chunk.language != "en" for hit in hits[:SUPPORT_HITS])
    # Documents in Chinese hold no English word, whatever they tell.
    own = query.translated if crossed else query.own_terms
    unknown = [term for term in own if term not in lexical.document_frequency]
    content = sum(map(lexical.idf, own))
    shown = [item.span.text + " " + _heading(item, hits) for item in items]
    all_shown = "\n".join(shown)
    near = {place: found for hit in hits for place, found in hit.cosines.items()}
    missing = missing_kind(query.text, "\n".join(item.span.text for item in items)) is not None
    cosines = [near.get((item.doc, item.span.start), 0.0) for item in items]
    kinds = holding(query.text)
    holders = [at for at, item in enumerate(items) if any(kind.search(search_form(item.span.text)) for kind in kinds)]
    return Signals(
        cosine=cosine,
        cosine_of_role=cosine if described else 0.0,
        peak=cosine - sum(hit.cosine for hit in hits) / len(hits) if hits else 0.0,
        shown=max(cosines, default=0.0),
        passage=max((covered(query, hit.chunk.index_text(), lexical) for hit in hits[:SUPPORT_HITS]), default=0.0),
        answer=covered(query, all_shown, lexical),
        lead=hits[0].score - hits[1].score if len(hits) > 1 else 0.0,
        who=float(query.intent == "who"),
        absent=sum(map(lexical.idf, unknown)) / content if content else 0.0,
        described=float(bool(described)),
        only_named=float(len(described) < len(query.mentions)),
        kind=float(missing),
        held=float(bool(kinds) and not missing),
        aside=max(cosines) - max(cosines[at] for at in holders) if holders else 0.0,
        beside=max((covered(query, shown[at], lexical) for at in holders), default=0.0),
        elsewhere=float(bool(kinds) and bool(described) and missing_kind(query.text, own_text()) is not None),
        foreign=float(query.script != "en" and any(term.isascii() and not term.isdigit() for term in unknown)),
        english=float(query.script == "en"),
        crossed=float(crossed),
        another=float(another_told(query.text, all_shown)),
        read=_log_odds(max(reads)) if reads else 0.0,
    )


def _log_odds(probability: float) -> float:
    kept = min(max(probability, SURE), 1 - SURE)
    return math.log(kept / (1 - kept))


def _heading(item: Item, hits: Sequence[Hit]) -> str:
    chunks = (hit.chunk for hit in hits)
    homes = (c.heading for c in chunks if c.doc == item.doc and c.start <= item.span.start < c.end)
    return " ".join(item.entry.heading if item.entry else next(homes, ()))


def about(mention: Mention) -> str:
    """Everything the catalogue holds on a role, as one text."""
    return "\n".join(
        text
        for entry in mention.entries
        for spans in entry.fields.values()
        for span in spans
        for text in (span.text, span.english.text if span.english else "")
    )


@dataclass(frozen=True)
class Calibration:
    """Weights of the signals, and from which probability on an answer is given.

    :param weights: signal -> weight; `bias` is the constant.
    :param direction: the weight of each dimension of the question's vector: whether it asks for something that descriptions of roles
        tell at all. Empty for an embedder that nothing was fitted for.
    :param partial: below it the question is refused.
    :param answered: below it the answer says that it rests on nearness in meaning.
    """

    weights: dict[str, float]
    partial: float
    answered: float
    direction: tuple[float, ...] = ()

    def probability(self, signals: Signals, vector: Sequence[float]) -> float:
        """The probability, 0 to 1, that the answer these signals stand for is right.

        :param signals: what speaks for it.
        :param vector: the question's, of the embedder that the direction was fitted for.
        """
        values = asdict(signals) | {"bias": 1.0}
        told = sum(weight * values[name] for name, weight in self.weights.items())
        asked = sum(map(mul, self.direction, vector))
        return 1 / (1 + math.exp(-told - asked))


@cache
def calibration_for(embedder: str) -> Calibration:
    """The calibration of an index's embedder; without cosines for an embedder that has none of its own.

    :param embedder: the embedder's name, as the index records it.
    """
    rows = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    row = rows.get(embedder, rows["other"])
    return Calibration(**row | {"direction": tuple(row["direction"])})
