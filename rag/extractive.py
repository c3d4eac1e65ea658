"""The extractive writer, the default: exact sentences and list items from the sources, stitched, cited, deterministic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ingest.script import full_width, has_chinese, search_form, to_script
from ingest.store import Index
from ingest.types import Kind, RoleEntry, Span
from rag.citations import CitationBook, sentences
from rag.compare import AXES, compare
from rag.decide import Decision
from rag.hints import hinting, speaks_of
from rag.items import Item, duties_behind, merged_items
from rag.link import Mention, RoleLinker, canonical
from rag.page import Page, search_safe
from rag.phrases import say
from rag.query import Query
from rag.types import Answer, Hit

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
        writers: dict[str, Callable[[Page, Decision], bool]] = {"list": self._list, "compare": self._compare}
        write = writers.get(page.query.intent, self._fields) if decision.structured else self._passages
        return write(page, decision)

    def refuse(self, query: Query, hits: Sequence[Hit], decision: Decision) -> Answer:
        """A refusal that says what is missing and suggests questions that can be answered."""
        script = query.script
        missing = self._missing(query, decision)
        near = [decision.subject] if decision.subject and decision.reason != "missing_named" else []
        near = near or self._linker.nearest_described(decision.subject) or self._described_in(hits)
        suggestions = tuple(say("suggest_duties", script, name=self._name(name, query)) for name in near)
        return Answer(
            query.question,
            say("refuse", script, missing=missing),
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
            page.line(f"**{name}**{_colon(page.query)}{page.cited(goal[0])}")
            page.line("")

    def _list(self, page: Page, decision: Decision) -> bool:
        """What stands below a department or team, each with what it is there for."""
        for mention in decision.focus:
            placed = self._linker.inside(mention)
            announced = self._announcing(mention, placed, page.query)
            named = [entry for item in announced for entry in self._named_in(item, mention)]
            inside = _of_kind([*placed, *named], page.query, self._linker.below(mention))
            if inside:
                page.line(say("list", page.query.script, name=self._name(mention.name, page.query)))
            for item in announced:
                page.line(page.cited(item))
            for name, entries in _by_name(inside).items():
                tail = say("only_named", page.query.script) if all(e.depth == "named_only" for e in entries) else ""
                # In the words of a document that is cited, not in those by which its names are matched.
                said = name if any(entry.name == name for entry in entries) else entries[0].name
                listed = self._labelled(said, page.query)
                page.line(f"- {listed}{tail}", *(self._name_span(entry) for entry in entries))
                purpose = Mention(name, tuple(entries))
                for item in (merged_items(purpose, "goal") or merged_items(purpose, "duties"))[:1]:
                    page.line(f"  - {page.cited(item)}")
        return bool(page.book.all())

    def _labelled(self, said: str, query: Query) -> str:
        """A name as its source says it, which is what is cited, behind the reader's word for it where that is another."""
        shown = self._name(said, query)
        word = shown.removesuffix(f" ({said})")
        return f"**{word}**{_colon(query)}{said}" if word != shown else shown

    def _announcing(self, mention: Mention, inside: Sequence[RoleEntry], query: Query) -> list[Item]:
        """For each document the sentence that names most of what stands below a department, as `分为采购组、仓储组和配送组`; none where none does.

        :param inside: what the sources place in the department.
        """
        given = [name for entry in inside for name in (entry.name, entry.english_name) if name]
        names = {re.sub("[组組]$| (?:team|group)$", "", name, flags=re.IGNORECASE) for name in given}
        best: dict[str, tuple[tuple[bool, int], Item]] = {}
        for entry in sorted(mention.entries, key=lambda entry: (entry.doc, entry.start)):
            chunks = self._index.chunks_in(entry.doc, entry.start, entry.end)
            for text, start, end in (row for c in chunks if c.heading == entry.heading for row in sentences(c)):
                own = entry.start <= start < entry.end and self._index.is_sound(entry.doc, start, end)
                if not own or not speaks_of("list", text):
                    continue
                item = Item(entry.doc, Span(text, start, end))
                told = {name for name in names if name in text} | {e.name for e in self._named_in(item, mention)}
                readable = has_chinese(text) == (query.script != "en")
                score = readable, len(told)
                if len(told) > 1 and score > best.get(entry.doc, ((False, 0), item))[0]:
                    best[entry.doc] = score, item
        return [item for _, item in best.values()]

    def _named_in(self, item: Item, mention: Mention) -> list[RoleEntry]:
        """The roles and teams that a sentence names without saying more of them."""
        return [
            entry
            for entry in self._linker.by_doc.get(item.doc, ())
            if item.span.start <= entry.start < item.span.end
            and entry.kind in {"role", "team"}
            and canonical(entry.name) != mention.name
        ]

    def _name_span(self, entry: RoleEntry) -> tuple[str, int, int]:
        """Where a document names an entry: the listed name itself, or its heading just above its section."""
        text = self._index.text(entry.doc)
        if entry.depth == "named_only" and text[entry.start : entry.end] == entry.name:
            return entry.doc, entry.start, entry.end
        at = text.rfind(entry.name, 0, entry.start + 1)
        return (entry.doc, at, at + len(entry.name)) if at >= 0 else (entry.doc, entry.start, entry.end)

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
        self._told(page, decision.items, by_meaning=decision.by_meaning)
        return not decision.by_meaning

    def _told(self, page: Page, items: Sequence[Item], *, by_meaning: bool = False) -> None:
        """What the sources say, sentence by sentence, each with whom it is about."""
        key = "nearest" if by_meaning else "who" if page.query.intent == "who" else "other"
        page.line(say(key, page.query.script))
        for item in items:
            page.line(f"- {self._where(item, page.query)}{page.cited(item)}")

    def _where(self, item: Item, query: Query) -> str:
        entry = item.entry or self._linker.entry_at(item.doc, item.span.start)
        if entry is None:
            heading = self._home_heading(item)
            return f"**{to_script(heading, query.script)}**" + _colon(query) if heading else ""
        shown = self._name(canonical(entry.name), query)
        if entry.kind == "function":
            shown = (
                entry.english_name
                if query.script == "en" and entry.english_name
                else to_script(entry.name, query.script)
            )
        home = self._name(canonical(entry.department), query) if entry.department else shown
        return "**" + " › ".join(dict.fromkeys((home, shown))) + "**" + _colon(query)

    def _home_heading(self, item: Item) -> str:
        """The innermost heading above a passage that belongs to no catalogue entry, such as a step of a process."""
        home = self._index.chunk_at(item.doc, item.span.start)
        return home.heading[-1].removeprefix("English: ") if home and home.heading else ""


_KIND_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "team",
        re.compile(r"(?:哪些|哪几|几|什么)个?(?:组|小组|团队)|岗位?[和与、](?:小组|组|团队)|which teams|what teams"),
    ),
    (
        "role",
        re.compile(
            r"(?:哪些|哪几|几|什么)个?(?:岗位|职位|角色|岗)|which (?:roles|positions|jobs)|what (?:roles|positions|jobs)"
        ),
    ),
)


def _of_kind(entries: Sequence[RoleEntry], query: Query, below: Sequence[RoleEntry]) -> list[RoleEntry]:
    """The entries of the kind that a question asks for; all of them where none is of that kind, or none is asked for.

    :param entries: what stands anywhere below the heading asked about.
    :param below: what stands directly below it, which are its groups whatever they are called.
    """
    form = search_form(query.text)
    asked = [kind for kind, pattern in _KIND_ASKED if pattern.search(form)]
    kept = [entry for entry in entries if entry.kind in asked]
    groups = below if "team" in asked else ()
    return [entry for entry in entries if entry in kept or entry in groups] if kept else list(entries)


def _colon(query: Query) -> str:
    return ": " if query.script == "en" else full_width(":")


def _by_name(entries: Iterable[RoleEntry]) -> dict[str, list[RoleEntry]]:
    groups: dict[str, list[RoleEntry]] = {}
    for entry in entries:
        groups.setdefault(canonical(entry.name), []).append(entry)
    return groups
