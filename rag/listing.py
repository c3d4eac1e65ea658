"""Lists from the role catalogue: what stands below a department, and all that whole documents hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from ingest.script import has_chinese, search_form, to_script
from ingest.store import Index
from ingest.types import Kind, RoleEntry, Span
from rag.citations import sentences
from rag.hints import speaks_of
from rag.items import Item, merged_items
from rag.link import Mention, RoleLinker, canonical
from rag.overview import by_name, documents_of, kinds_asked, merged, spelt_alike
from rag.page import Page, colon
from rag.phrases import say
from rag.query import Query

# A list of the departments or roles of whole documents holds no more names than this, and says what each is there for where it has no
# more than `IN_DETAIL`; a name has the marks of so many documents at most.
MOST_LISTED, IN_DETAIL, MARKS = 150, 20, 3
# A sentence announces such a list when it names half of it and no fewer than so many; it is looked for in so many documents.
ANNOUNCED, ANNOUNCING = 3, 20
# What a team may or may not be called by, and a sentence that says into what something is divided.
_TEAM = r"(?:小?组|部门?|团队)"
_DIVIDED = re.compile(
    rf"(?P<what>[^,。;:]{{1,20}}?){_TEAM}?(?:又|还|可以?|一般|通常|具体|主要|再)*(?:细?分为|细?分成|划分为|下设)"
)


class Lister:
    """Writes lists of departments, teams and roles onto a page.

    :param index: the generation that is quoted.
    :param linker: its role catalogue.
    """

    def __init__(self, index: Index, linker: RoleLinker) -> None:
        self._index = index
        self._linker = linker

    def below(self, page: Page, focus: Sequence[Mention]) -> bool:
        """What stands below departments or teams, each with what it is there for; whether there is anything.

        :param page: where the list goes.
        :param focus: the departments or teams.
        """
        for mention in focus:
            placed = self._linker.inside(mention)
            announced = self._announcing(mention, placed, page.query)
            named = [entry for item in announced for entry in self._named_in(item, mention)]
            inside = _of_kind([*placed, *named], page.query, self._linker.below(mention))
            if inside:
                page.line(say("list", page.query.script, name=self._linker.shown(mention.name, page.query.script)))
            for item in announced:
                page.line(page.cited(item))
            for name, entries in by_name(inside).items():
                self._entry(page, name, spelt_alike(entries))
                self._purpose(page, name, entries)
            if not inside and not announced:
                for item in self._dividing(mention):
                    page.line(page.cited(item))
        return bool(page.book.all())

    def overview(self, page: Page, entries: Sequence[RoleEntry]) -> bool:
        """All of whole documents: the sentences that announce their departments or teams, then each with where it is named; roles by department.

        :param page: where the list goes.
        :param entries: what the documents hold, in their order.
        :return: whether all of it is listed.
        """
        script = page.query.script
        page.line(say("overview", script))
        groups = merged(entries)
        if "role" not in kinds_asked(page.query):
            for item in self._announcing_all(entries, page.query):
                page.line(page.cited(item))
        else:
            homes = list(dict.fromkeys(canonical(group[0].department or "") for group in groups))
            groups.sort(key=lambda group: homes.index(canonical(group[0].department or "")))
        home = ""
        for group in groups[:MOST_LISTED]:
            department = group[0].department if group[0].kind == "role" else ""
            if department and canonical(department) != home:
                page.line(f"- **{self._linker.shown(canonical(department), script)}**")
            home = canonical(department or "")
            indent = "  " if home else ""
            self._entry(page, canonical(group[0].name), group[:MARKS], indent)
            if len(groups) <= IN_DETAIL:
                self._purpose(page, canonical(group[0].name), group, indent)
        if len(groups) > MOST_LISTED:
            page.line("")
            page.line(say("more_listed", script, count=str(len(groups) - MOST_LISTED)))
        return len(groups) <= MOST_LISTED

    def _entry(self, page: Page, name: str, entries: Sequence[RoleEntry], indent: str = "") -> None:
        """The line of a name in a list, with where it is named."""
        known = self._linker.by_name.get(name, entries)
        tail = say("only_named", page.query.script) if all(e.depth == "named_only" for e in known) else ""
        # In the words of a document that is cited, not in those by which its names are matched.
        said = name if any(entry.name == name for entry in entries) else entries[0].name
        listed = self._labelled(name, said, page.query)
        page.line(f"{indent}- {listed}{tail}", *(self._name_span(entry) for entry in entries))

    def _purpose(self, page: Page, name: str, entries: Sequence[RoleEntry], indent: str = "") -> None:
        """Below the line of a name what it is there for, where that is told."""
        purpose = Mention(name, tuple(entries))
        for item in (merged_items(purpose, "goal") or merged_items(purpose, "duties"))[:1]:
            page.line(f"{indent}  - {page.cited(item)}")

    def _labelled(self, name: str, said: str, query: Query) -> str:
        """A name as its source says it, which is what is cited, behind its English title for an English reader."""
        mention = Mention(name, self._linker.by_name.get(name, ()))
        title = mention.english_name if query.script == "en" and mention.entries else None
        if not title or search_form(title) == search_form(said):
            return to_script(said, query.script)
        return f"**{title}**{colon(query)}{said}"

    def _announcing(self, mention: Mention, inside: Sequence[RoleEntry], query: Query) -> list[Item]:
        """For each document the sentence that names most of what stands below a department, as `分为采购组、仓储组和配送组`; none where none does.

        :param inside: what the sources place in the department.
        """
        names = _stems(inside)
        rows: dict[str, list[tuple[str, int, int]]] = {}
        for entry in sorted(mention.entries, key=lambda entry: (entry.doc, entry.start)):
            chunks = self._index.chunks_in(entry.doc, entry.start, entry.end)
            own = [row for c in chunks if c.heading == entry.heading for row in sentences(c)]
            announcing = [row for row in own if entry.start <= row[1] < entry.end and speaks_of("list", row[0])]
            rows.setdefault(entry.doc, []).extend(announcing)

        def told(item: Item) -> set[str]:
            return _told(names, item) | {entry.name for entry in self._named_in(item, mention)}

        found = (self._naming_most(doc, of_doc, told, query, 2) for doc, of_doc in rows.items())
        return [item for item in found if item]

    def _dividing(self, mention: Mention) -> list[Item]:
        """The sentences of a team's own section that say into what it is divided, where its parts are neither roles nor teams."""
        name = re.sub(f"{_TEAM}$", "", mention.name)
        return [
            Item(entry.doc, Span(text, start, end), entry)
            for entry in mention.entries
            for chunk in self._index.chunks_in(entry.doc, entry.start, entry.end)
            for text, start, end in sentences(chunk)
            if entry.start <= start < entry.end and self._index.is_sound(entry.doc, start, end)
            if (told := _DIVIDED.match(search_form(text))) and told["what"].endswith(search_form(name))
        ]

    def _announcing_all(self, entries: Sequence[RoleEntry], query: Query) -> list[Item]:
        """For each document the sentence that names most of its departments or teams; none where none does."""
        found = []
        for doc in documents_of(entries)[:ANNOUNCING]:
            of_doc = [entry for entry in entries if entry.doc == doc]
            names, least = _stems(of_doc), max(ANNOUNCED, len({canonical(entry.name) for entry in of_doc}) // 2)
            chunks = self._index.chunks_in(doc, 0, len(self._index.text(doc)))
            rows = [row for chunk in chunks for row in sentences(chunk)]
            found.append(self._naming_most(doc, rows, partial(_told, names), query, least))
        return [item for item in found if item]

    def _naming_most(
        self,
        doc: str,
        rows: Sequence[tuple[str, int, int]],
        told: Callable[[Item], set[str]],
        query: Query,
        least: int,
    ) -> Item | None:
        """The sentence of a document that holds most of some names, one that the reader can read before others.

        :param rows: sentences with their places.
        :param told: gives the names in a sentence.
        :param least: how many it must name.
        """
        best: tuple[tuple[bool, int], Item | None] = (False, 0), None
        for text, start, end in rows:
            item = Item(doc, Span(text, start, end))
            names = told(item) if self._index.is_sound(doc, start, end) else set()
            score = has_chinese(text) == (query.script != "en"), len(names)
            if len(names) >= least and score > best[0]:
                best = score, item
        return best[1]

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


def _stems(entries: Iterable[RoleEntry]) -> set[str]:
    """What a sentence must hold to name entries: 采购 of 采购组."""
    given = [name for entry in entries for name in (entry.name, entry.english_name) if name]
    return {re.sub("[组組]$| (?:team|group)$", "", name, flags=re.IGNORECASE) for name in given}


def _told(names: set[str], item: Item) -> set[str]:
    return {name for name in names if name in item.span.text}
