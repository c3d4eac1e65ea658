"""Decide by code, before anything is written: answer, answer in part, or refuse and say what is missing.

What the catalogue holds decides first: whether the role is described or only named, and whether the kind of thing asked for (goals,
metrics, skills ...) is there; so do pay and hours that stand under the heading of the one role asked about. For every other question the sentences that would be shown are chosen, and a calibrated probability
(`rag.evidence`) decides whether they answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.lexical import LexicalIndex
from ingest.script import search_form
from ingest.types import RoleEntry
from rag.evidence import Calibration, Signals, about, measure
from rag.hints import hinting
from rag.items import Item
from rag.kinds import COUNTS, asks_kind, missing_kind, values_asked
from rag.link import Mention
from rag.overview import listed
from rag.page import for_reader
from rag.query import INSIDE, Query, covered, to_assistant, to_draft
from rag.question_words import content_terms
from rag.select import SentenceSelector
from rag.types import Hit

Reason = Literal[
    "missing_named", "missing_label", "missing_kind", "missing_other", "missing_topic", "assistant", "drafting"
]

# What is left of a question only says which company or document is meant when the role's own headings cover this share of it.
SAYS_WHICH = 0.5
# What is left of a question is small talk when no passage that was found covers this share of it.
SMALL_TALK = 0.3
# A sentence answers what two roles are compared in when the cross-encoder says so; where there is none, when it covers this share of it.
TO_THE_POINT = 0.5
COVERS_THE_POINT = 0.3
MAX_TO_THE_POINT = 4
# An item of a role is the answer by itself when it covers this share of what is asked of that role.
SAYS_IT_ALL = 0.99
# So many of the sentences that an answer would rest on are read with the question.
READ_AT_MOST = 8
LABELLED = ("goal", "metrics", "skills", "deliverables", "works_with")


# A word that stands directly before a name and makes it longer.
_DIRECTLY_BEFORE = re.compile(r"[\u3400-\u9fff]{2,4}$")
# Who asks for the department of a role, and for nothing that it does.
_HOME = re.compile(
    r"(?:属于|隶属于?|归属于?|归入?|在|是|挂在|放在)(?:哪个|哪一个|什么)(?:部门|团队|体系|条线)(?:下面|底下|里面?|旗下)?的?(?:岗位|职位|人)?[呢啊]?(?=\W*$)"
    r"|\b(?:which|what) (?:department|team) (?:is|does) .*\b(?:in|part of|belong to|sit in|under)\W*$"
)
_WHAT = re.compile(r"什么(?!时候|原因)|哪些|啥|\bwhat\b")


@dataclass(frozen=True)
class Decision:
    """Whether to answer, and from what.

    :param answerable: write an answer, or refuse.
    :param reason: why not (a key of `rag.phrases`), with the name or kind it is about in `subject` and the label in `what`.
    :param focus: the described roles that the answer is about; empty for an answer from passages alone.
    :param structured: answer with the fields of `focus`, rather than with `items`.
    :param listed: the departments, teams or roles of whole documents that were asked for, all of them.
    :param opening: how the answer begins (a key of `rag.phrases`), where the intent does not tell.
    :param items: the sentences that answer, best first.
    :param hinted: the sources have no list of what is asked for; some of the role's items speak of it.
    :param by_meaning: the sentences are near in meaning, and that is not much; the answer says so.
    :param confidence: the probability that the answer is right; 1 or 0 where the catalogue decides.
    :param signals: what the probability rests on; None where the catalogue decides.
    :param parts: the questions of one that asks for several things, each with its decision, at least one of them answerable; empty for any
        other.
    """

    answerable: bool
    reason: Reason | None = None
    subject: str = ""
    what: str = ""
    focus: tuple[Mention, ...] = ()
    structured: bool = False
    listed: tuple[RoleEntry, ...] = ()
    opening: str = ""
    items: tuple[Item, ...] = ()
    hinted: bool = False
    by_meaning: bool = False
    confidence: float = 1.0
    signals: Signals | None = None
    parts: tuple[tuple[Query, Decision], ...] = ()


def described_of(query: Query) -> tuple[Mention, ...]:
    """The roles that a question names and the sources describe."""
    return tuple(mention for mention in query.mentions if mention.depth != "named_only")


def _asks_what(text: str) -> bool:
    """Whether a question is after what is done, not why, whether, or how much of it."""
    return _WHAT.search(search_form(text)) is not None and not asks_kind(text)


def _refuse(reason: Reason, subject: str = "", what: str = "") -> Decision:
    return Decision(False, reason, subject, what, confidence=0.0)


def _of_other_matter(query: Query) -> Decision | None:
    """The word on what can be done here, for a message that asks nothing of the documents; None for any other."""
    if to_draft(query):
        return _refuse("drafting", query.mentions[0].name if query.mentions else "")
    return _refuse("assistant") if to_assistant(query) else None


def _has_label(mention: Mention, label: str) -> bool:
    labels = ("goal", "positioning") if label == "goal" else (label,)
    return any(entry.spans(name) for entry in mention.entries for name in labels)


class Decider:
    """Decides on questions to one index.

    :param selector: chooses the sentences that would be shown.
    :param lexical: the lexical leg, for the rarity of terms.
    :param calibration: of the index's embedder.
    :param vector: gives the vector that a question is searched by.
    """

    def __init__(
        self,
        selector: SentenceSelector,
        lexical: LexicalIndex,
        calibration: Calibration,
        vector: Callable[[Query], Sequence[float]],
    ) -> None:
        self._selector = selector
        self._vector = vector
        self._lexical = lexical
        self._calibration = calibration

    @property
    def threshold(self) -> float:
        """The confidence below which a question is refused."""
        return self._calibration.partial

    def decide(self, query: Query, hits: list[Hit]) -> Decision:
        """Decide whether the evidence answers a question.

        :param query: the understood question.
        :param hits: the retrieved chunks, best first.
        """
        if alone := _of_other_matter(query) or self._home(query) or self._listed(query):
            return alone
        described = described_of(query)
        if query.mentions and not described and self._only_named(query, hits):
            return _refuse("missing_named", query.mentions[0].name)
        if len(described) == 1 and (values := values_asked(query.text)):
            told = self._selector.telling(described[0], values, hits)
            if told:
                return Decision(True, focus=described, items=told)
            return self.by_passages(query, described, hits)
        return (
            self._by_catalogue(query, described, hits)
            or self._by_item(query, described)
            or self._with_its_list(query, described, self.by_passages(query, described, hits))
        )

    def _with_its_list(self, query: Query, described: tuple[Mention, ...], decision: Decision) -> Decision:
        """The same decision, from the whole list of what is asked of a role, such as its metrics, where a sentence that answers is in it."""
        if not decision.answerable or decision.by_meaning or query.intent not in LABELLED:
            return decision
        of_label = {
            (entry.doc, span.start)
            for mention in described
            for entry in mention.entries
            for span in entry.spans(query.intent)
        }
        in_it = any((item.doc, item.span.start) in of_label for item in decision.items)
        return replace(decision, structured=True) if in_it else decision

    def _listed(self, query: Query) -> Decision | None:
        """All departments, teams or roles of the documents that a question is about; None when it asks for anything else."""
        entries = listed(query, self._selector.linker, self._lexical) if query.intent == "list" else ()
        return Decision(True, structured=True, listed=entries) if entries else None

    def _home(self, query: Query) -> Decision | None:
        """The departments of the one role whose department is asked for; None when something else is asked, or no source places it."""
        if len(query.mentions) != 1 or not _HOME.search(search_form(query.text)):
            return None
        items = self._selector.home_of(query.mentions[0])
        return Decision(True, focus=query.mentions, items=items, opening="home") if items else None

    def _only_named(self, query: Query, hits: list[Hit]) -> bool:
        """Whether a question is after nothing but the work, skills or metrics of a role that the sources only name."""
        if not query.terms:
            return query.intent not in {"list", "who"}
        return query.intent in {"duties", *LABELLED} and self._is_small_talk(query, hits)

    def _is_small_talk(self, query: Query, hits: list[Hit]) -> bool:
        """Whether no passage that was found speaks of what is left of a question."""
        return max((covered(query, hit.chunk.index_text(), self._lexical) for hit in hits), default=0.0) < SMALL_TALK

    def _by_item(self, query: Query, described: tuple[Mention, ...]) -> Decision | None:
        """The items of the one role asked about that say all that is asked, such as its duty to forecast; None when none does."""
        if len(query.mentions) != 1 or len(described) != 1 or not query.terms or not _asks_what(query.text):
            return None
        items = [
            Item(entry.doc, for_reader(span, query.script), entry)
            for entry in described[0].entries
            for spans in entry.fields.values()
            for span in spans
            if covered(query, span.text, self._lexical) >= SAYS_IT_ALL
        ]
        return Decision(True, focus=described, items=tuple(items[:MAX_TO_THE_POINT])) if items else None

    def _by_catalogue(self, query: Query, described: tuple[Mention, ...], hits: list[Hit]) -> Decision | None:
        """The decision when the question asks for a field of a role, or None when it asks for something else."""
        missing = missing_kind(query.text, "\n".join(map(about, described)))
        # Who asks how many duties there are, and which, wants all of them.
        if missing and not (query.whole and missing in COUNTS):
            return None
        whole = Decision(True, focus=described, structured=True)
        if query.intent in LABELLED and any(_has_label(mention, query.intent) for mention in described):
            told = "\n".join(
                span.text for mention in described for entry in mention.entries for span in entry.spans(query.intent)
            )
            # A single fact is answered by the list only where that tells it, such as which of the metrics are 定性.
            one_told = query.whole is not False or covered(query, told, self._lexical) >= SAYS_WHICH
            return whole if one_told and missing_kind(query.text, told) in {None, *COUNTS} else None
        if query.intent == "compare" and len(described) > 1:
            return replace(whole, items=self._to_the_point(query, described, hits))
        if query.intent in {"duties", "list"} and query.terms and self._asks_for_all(query, described, hits):
            if query.intent == "duties":
                return whole if described else None
            return replace(whole, focus=query.mentions) if any(map(self._selector.linker.inside, described)) else None
        decision = _whole_question(query, described, whole) if query.mentions and not query.terms else None
        return decision and self._elsewhere(query, described, hits, decision)

    def _elsewhere(self, query: Query, described: tuple[Mention, ...], hits: list[Hit], decision: Decision) -> Decision:
        """The same decision, unless a role has no list of what is asked for and another section speaks of it."""
        if decision.reason != "missing_label" or not described:
            return decision
        items = self._selector.speaking_of(described[0], query.intent, hits)
        return Decision(True, focus=described, items=items) if items else decision

    def _to_the_point(self, query: Query, described: tuple[Mention, ...], hits: list[Hit]) -> tuple[Item, ...]:
        """The sentences that speak of what two roles are compared in, such as 谁的成果更容易看到; none where it is everything."""
        if not query.terms:
            return ()
        found = self._selector.best(query, described, hits, read=True)
        if reads := self._selector.reads(query, found):
            kept = [item for item, read_as in zip(found, reads, strict=True) if read_as >= TO_THE_POINT]
        else:
            kept = [item for item in found if covered(query, item.span.text, self._lexical) >= COVERS_THE_POINT]
        return tuple(kept[:MAX_TO_THE_POINT])

    def _asks_for_all(self, query: Query, described: tuple[Mention, ...], hits: list[Hit]) -> bool:
        """Whether a question asks for nothing in particular, as it was read, or by what is left of it.

        That may only say which company or document is meant, such as 电商公司 before 财务部; or no passage speaks of it at all, so that
        it is small talk around the question.
        """
        if query.whole and not any(self._means_another(query, mention) for mention in described):
            return True
        if len(described) == 1 and self._says_which(query, described[0]):
            return True
        told = "\n".join(" ".join((entry.title, *entry.heading)) for mention in described for entry in mention.entries)
        if covered(query, told, self._lexical) >= SAYS_WHICH:
            return True
        return query.whole is None and self._is_small_talk(query, hits)

    def _says_which(self, query: Query, mention: Mention) -> bool:
        """Whether all that is left of a question stands directly before the name, as 软件 before 测试工程师, and the library knows it."""
        before = _DIRECTLY_BEFORE.search(search_form(query.text)[: mention.start])
        terms = content_terms(before.group()) if before else ()
        return set(query.terms) <= {term for term in terms if term in self._lexical.document_frequency}

    def _means_another(self, query: Query, mention: Mention) -> bool:
        """Whether another role is meant than the one that is named: one whose name a word that the library does not know makes longer, as
        塔吊 does 司机, or one inside of it, such as the SEO person of a department, or 企业管理 in `职能岗里的「企业管理」`.
        """
        form = search_form(query.text)
        before, behind = form[: mention.start], INSIDE.match(form, mention.end)
        longer = any(before.endswith(term) for term in query.terms if term not in self._lexical.document_frequency)
        inside = [search_form(entry.name) for entry in self._selector.linker.inside(mention)]
        inner = behind is not None and any(form.startswith(term, behind.end()) for term in query.terms)
        return longer or inner or any(term in name for term in query.terms for name in inside)

    def shown(self, query: Query, described: tuple[Mention, ...], hits: list[Hit]) -> tuple[Item, ...]:
        """The sentences that an answer from passages rests on.

        :param query: the understood question.
        :param described: the described roles that it names.
        :param hits: the retrieved chunks, best first.
        """
        return tuple(self._selector.best(query, described, hits))

    def by_passages(self, query: Query, described: tuple[Mention, ...], hits: list[Hit]) -> Decision:
        """The decision from the sentences that were found alone, whatever the catalogue holds.

        :param query: the understood question.
        :param described: the described roles that it names.
        :param hits: the retrieved chunks, best first.
        """
        if not query.terms and not query.mentions:
            return _refuse("missing_topic")
        items = self.shown(query, described, hits)
        alone = query.intent in {"duties", *LABELLED}
        if query.mentions and not described and not self._selector.naming(query.mentions, items, alone=alone):
            return _refuse("missing_named", query.mentions[0].name)
        reads = self._selector.reads(query, items[:READ_AT_MOST])
        signals = measure(query, hits, items, reads, self._lexical, lambda: self._selector.own_text(described))
        confidence = self._calibration.probability(signals, self._vector(query))
        if confidence < self._calibration.partial or signals.another:
            subject = described[0].name if described else ""
            kind = missing_kind(query.text, "\n".join(item.span.text for item in items))
            reason: Reason = "missing_kind" if kind else "missing_other" if signals.another else "missing_topic"
            refused = _refuse(reason, subject, kind or "")
            return replace(refused, confidence=confidence, signals=signals)
        if described or not query.mentions:
            items = tuple(self._selector.best(query, described, hits, read=True))
        return Decision(
            True,
            focus=described,
            items=items,
            by_meaning=confidence < self._calibration.answered,
            confidence=confidence,
            signals=signals,
        )


def _whole_question(query: Query, described: tuple[Mention, ...], whole: Decision) -> Decision | None:
    """The decision on a question that holds nothing but names and an intent."""
    if query.intent in {"list", "compare"}:
        return replace(whole, focus=query.mentions)
    if query.intent in LABELLED and any(hinting(mention, query.intent) for mention in described):
        return replace(whole, hinted=True)
    if query.intent in LABELLED:
        return _refuse("missing_label", (described or query.mentions)[0].name, query.intent)
    return whole if described and query.intent != "who" else None
