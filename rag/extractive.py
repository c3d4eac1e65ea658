"""The extractive writer, the default: exact sentences and list items from the sources, stitched, cited, deterministic."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.script import search_form, to_script
from ingest.store import Index
from rag.citations import CitationBook
from rag.compare import AXES, compare
from rag.decide import Decision
from rag.hints import hinting
from rag.items import Item, duties_behind, merged_items
from rag.link import Mention, RoleLinker, canonical
from rag.listing import Lister
from rag.page import Page, colon, search_safe
from rag.phrases import say
from rag.query import Query
from rag.types import Answer, Hit

# What stands between two roles that a question asks the same of.
_JOINED = re.compile(r"\s*(?:[和与跟及、,]|以及|还有|\band\b|\bor\b)\s*(?:the |an? )?")
# Items that speak of what is asked for, where the sources have no list of it.
MAX_HINTS = 5


class ExtractiveWriter:
    """Writes answers from the role catalogue and from the best sentences of the hits.

    :param index: the generation that is quoted.
    :param linker: its role catalogue.
    """

    def __init__(self, index: Index, linker: RoleLinker) -> None:
        self._index = index
        self._linker = linker
        self._lister = Lister(index, linker)

    def write(self, query: Query, hits: Sequence[Hit], decision: Decision) -> Answer:
        """Write one answer, or the refusal that the decision asks for.

        :param query: the understood question.
        :param hits: the retrieved chunks.
        :param decision: what `decide` found.
        """
        if not decision.answerable:
            return self.refuse(query, hits, decision)
        book = CitationBook(self._index)
        parts = decision.parts or ((query, decision),)
        pages = [Page(self._index, asked, book) for asked, _ in parts]
        complete = [self._body(page, decided) for page, (_, decided) in zip(pages, parts, strict=True)]
        if not book.all():
            return self.refuse(query, hits, Decision(False, "missing_topic"))
        texts = [page.text() for page in pages]
        if decision.parts:
            texts = [
                f"**{search_safe(asked.question)}**\n\n{text}" for (asked, _), text in zip(parts, texts, strict=True)
            ]
        return Answer(
            question=query.question,
            answer="\n\n".join(texts),
            status="answered" if all(complete) else "partial",
            reason=None if all(complete) else say("partial", query.script),
            citations=book.all(),
            hits=tuple(hits),
        )

    def _body(self, page: Page, decision: Decision) -> bool:
        """Write what one question asks for; whether the sources tell all of it."""
        if not decision.answerable:
            page.line(say("refuse", page.query.script, missing=self._missing(page.query, decision)))
            return False
        if decision.listed:
            return self._lister.overview(page, decision.listed)
        if decision.structured and page.query.intent == "list":
            return self._lister.below(page, decision.focus)
        fields = self._compare if page.query.intent == "compare" else self._fields
        write = fields if decision.structured else self._passages
        complete = write(page, decision)
        only_named = _asked_too(page.query, decision) if decision.structured else []
        for mention in only_named:
            page.line("")
            page.line(say("missing_named", page.query.script, name=self._name(mention.name, page.query)))
        return complete and not only_named

    def refuse(self, query: Query, hits: Sequence[Hit], decision: Decision) -> Answer:
        """A refusal that says what is missing and suggests questions that can be answered."""
        script = query.script
        missing = self._missing(query, decision)
        near = [decision.subject] if decision.subject and decision.reason != "missing_named" else []
        near = near or self._linker.nearest_described(decision.subject) or self._described_in(hits)
        suggestions = tuple(say("suggest_duties", script, name=self._name(name, query)) for name in near)
        return Answer(
            query.question,
            missing if decision.reason in {"assistant", "drafting"} else say("refuse", script, missing=missing),
            "refused",
            missing,
            hits=tuple(hits),
            suggestions=suggestions,
        )

    def _missing(self, query: Query, decision: Decision) -> str:
        """What would be needed to answer a question that is refused."""
        what = f"{decision.what}_axis" if decision.reason == "missing_label" else decision.what
        subject = self._name(decision.subject, query) if decision.subject else ""
        told = say(what, query.script) if what else ""
        return say(decision.reason or "missing_topic", query.script, name=subject, what=told)

    def _described_in(self, hits: Sequence[Hit]) -> list[str]:
        found: dict[str, None] = {}
        for hit in hits[:10]:
            entry = self._linker.entry_at(hit.chunk.doc, hit.chunk.start)
            if entry and entry.spans("duties") and entry.kind != "function":
                found.setdefault(canonical(entry.name))
        return list(found)[:3]

    def _name(self, name: str, query: Query) -> str:
        return self._linker.shown(name, query.script)

    def _fields(self, page: Page, decision: Decision) -> bool:
        complete = True
        for mention in decision.focus:
            label = page.query.intent if page.query.intent in AXES else "duties"
            items = merged_items(mention, label, self._linker.functions_of(mention))
            if not items and decision.hinted:
                items = [Item(entry.doc, span, entry) for entry, span in hinting(mention, label)][:MAX_HINTS]
                what = say(f"{label}_axis", page.query.script)
                page.line(say("hinted", page.query.script, name=self._name(mention.name, page.query), what=what))
                page.grouped(items)
                complete = False
                continue
            if not items and label == "duties":
                label, items = "goal", merged_items(mention, "goal")
            complete &= bool(items)
            if items and label == "duties":
                self._in_short(page, mention)
            if items:
                page.line(say(label, page.query.script, name=self._name(mention.name, page.query)))
                page.grouped(items)
            # Neither duties nor anything else was asked for by name: what is remarked of the role may be the answer.
            if page.query.intent == "other" and (notes := merged_items(mention, "note")):
                page.line("")
                page.line(say("notes", page.query.script))
                page.grouped(notes)
            if label not in {"duties", "goal"} and (behind := duties_behind(mention, items)):
                page.line("")
                page.line(say("behind", page.query.script))
                page.grouped(behind)
        return complete

    def _in_short(self, page: Page, mention: Mention) -> None:
        """One sentence that answers by itself, before the detail: what the role is there for."""
        if goal := merged_items(mention, "goal")[:1]:
            name = self._name(mention.name, page.query)
            page.line(f"**{name}**{colon(page.query)}{page.cited(goal[0])}")
            page.line("")

    def _compare(self, page: Page, decision: Decision) -> bool:
        script = page.query.script
        names = [self._name(mention.name, page.query) for mention in decision.focus]
        if decision.items:
            self._told(page, decision.items)
            page.line("")
        page.line(say("compare", script, name=" / ".join(names)))
        page.line("")
        page.line("| | " + " | ".join(names) + " |")
        page.line("|" + "---|" * (len(names) + 1))
        axes = compare(decision.focus, self._linker)
        for axis in axes:
            cells = ["<br>".join(map(page.cited, items)) if items else say("none", script) for items in axis.cells]
            page.line(f"| {say(f'{axis.label}_axis', script)} | " + " | ".join(cells) + " |")
        return all(any(axis.cells[at] for axis in axes) for at in range(len(names)))

    def _passages(self, page: Page, decision: Decision) -> bool:
        self._told(page, decision.items, "nearest" if decision.by_meaning else decision.opening)
        return not decision.by_meaning

    def _told(self, page: Page, items: Sequence[Item], opening: str = "") -> None:
        """What the sources say, sentence by sentence, each with whom it is about."""
        page.line(say(opening or ("who" if page.query.intent == "who" else "other"), page.query.script))
        for item in items:
            page.line(f"- {self._where(item, page.query)}{page.cited(item)}")

    def _where(self, item: Item, query: Query) -> str:
        entry = item.entry or self._linker.entry_at(item.doc, item.span.start)
        if entry is None:
            heading = self._home_heading(item)
            return f"**{to_script(heading, query.script)}**" + colon(query) if heading else ""
        shown = self._name(canonical(entry.name), query)
        if entry.kind == "function":
            shown = (
                entry.english_name
                if query.script == "en" and entry.english_name
                else to_script(entry.name, query.script)
            )
        home = self._name(canonical(entry.department), query) if entry.department else shown
        return "**" + " › ".join(dict.fromkeys((home, shown))) + "**" + colon(query)

    def _home_heading(self, item: Item) -> str:
        """The innermost heading above a passage that belongs to no catalogue entry, such as a step of a process."""
        home = self._index.chunk_at(item.doc, item.span.start)
        return home.heading[-1].removeprefix("English: ") if home and home.heading else ""


def _asked_too(query: Query, decision: Decision) -> list[Mention]:
    """The roles that a question is about beside the described ones, and that the sources only name: those before, and those joined to one."""
    focus = {mention.name for mention in decision.focus}
    form, found = search_form(query.searched), []
    first = min(mention.start for mention in query.mentions if mention.name in focus)
    for before, mention in zip((None, *query.mentions), query.mentions, strict=False):
        joined = before is not None and _JOINED.fullmatch(form, before.end, mention.start)
        if mention.name not in focus and (mention.start < first or joined):
            found.append(mention)
    return found
