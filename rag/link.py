"""Link a text to the roles and departments of the catalogue, by name, alias or English title."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import corpus
from ingest.script import Script, fold, search_form, to_script, to_simplified
from ingest.types import Depth, DocumentRecord, RoleEntry
from rag.sources import SourceLinker
from rag.spelling import Speller

DEPTH_ORDER: dict[Depth, int] = {"named_only": 0, "one_line": 1, "duties": 2, "duties_goals_kpis": 3}
# What may stand before and after a bare two-character name.
_BEFORE = r"\s,、和与跟及:;?!。()“”问说在做招聘名位那换"
_AFTER = r"\s,、和与跟及:;?!。()“”是做干负要的有岗部主怎都需属归由那这呢"
# Words that may follow it, but for those that another word begins with: 市场分开 and 市场类 are said of the department, 市场分析 is not.
_AFTER_WORD = r"类(?![目型别])|分(?![析销发享类])|老(?![板师大])|能(?!力)|会(?!员)|里(?!程)|到底|究竟|差在|哪|谁|该|平[时常日]|各自|还是|之间"
# The same for an English name such as `operations` that longer names begin with.
_BEFORE_LATIN = r"(?:^|(?<=the )|(?<=and )|(?<=between )|(?<=does )|(?<=do )|(?<=vs )|(?<=in )|(?<=of )|(?<=from )|(?<=an )|(?<= a )|(?<=for )|(?<=[\u3400-\u9fff]))"
_AFTER_LATIN = r"(?=\s*(?:$|[?,.!;]|and\b|or\b|vs\b|from\b|do\b|does\b|department|team|role|job|position|one\b|side\b|people|folks|guys|[\u3400-\u9fff]))"
# `it` is the IT department only where that is said.
_IT = r"(?:(?<=[\u3400-\u9fff])it(?![a-z0-9])|(?<![a-z0-9])it(?=\s*(?:department|team|staff|support|people|role|job|[\u3400-\u9fff])))"
_DEPARTMENT_TAIL = re.compile(r"(?:部门|部|体系|条线|团队)$")


@dataclass(frozen=True)
class Mention:
    """A role or department that a text names.

    `start` and `end` are offsets into `search_form` of the text; `entries` are its descriptions, the fullest first.
    """

    name: str
    entries: tuple[RoleEntry, ...]
    start: int = 0
    end: int = 0

    @property
    def depth(self) -> Depth:
        """The depth of the fullest description."""
        return self.entries[0].depth

    @property
    def english_name(self) -> str | None:
        """The English title, where a document or the table of names gives one."""
        given = (entry.english_name for entry in self.entries if entry.english_name)
        return next(given, None) or next(
            (alias for alias in aliases_of(self.name) if alias.isascii() and " " in alias), None
        )


@cache
def _names() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = json.loads(corpus.names_file().read_text(encoding="utf-8"))
    return rows


@cache
def _canonical() -> dict[str, str]:
    return {search_form(alias): name for name, aliases in _names().items() for alias in (name, *aliases)}


def aliases_of(name: str) -> list[str]:
    """Other spellings of a canonical name, Chinese and English."""
    return _names().get(name, [])


def canonical(name: str) -> str:
    """The name under which all spellings of a role or department are joined; an unknown name stands for itself."""
    form = search_form(name)
    if form in _canonical():
        return _canonical()[form]
    bare = re.sub(r"\(.*\)$", "", form)
    if bare and bare != form:
        return canonical(name[: len(bare)])
    # 市场, 市场部门, 市场体系 ... are all the 市场部, where the table knows one.
    return _canonical().get(_DEPARTMENT_TAIL.sub("", form) + "部", to_simplified(name))


def _pattern_of(spelling: str, others: Sequence[str]) -> str:
    """How a spelling is looked for: English as a whole word; a two-character name that other names begin with only alone.

    市场 names the department in `市场和运营的区别`, but not in `市场调研由谁做`.
    """
    escaped = re.escape(spelling)
    if spelling == "it":
        return _IT
    if spelling.isascii():
        bare = " " not in spelling and any(other != spelling and other.startswith(f"{spelling} ") for other in others)
        return rf"{_BEFORE_LATIN}{escaped}{_AFTER_LATIN}" if bare else rf"(?<![a-z0-9]){escaped}s?(?![a-z0-9])"
    if len(spelling) == 2 and any(other != spelling and other.startswith(spelling) for other in others):
        return rf"(?<![^{_BEFORE}]){escaped}(?=[{_AFTER}]|{_AFTER_WORD}|$)"
    return escaped


class RoleLinker:
    """Finds catalogue entries by what a text calls them.

    :param entries: the role catalogue of an index.
    :param documents: its register, so that a question may name a document.
    """

    def __init__(self, entries: Sequence[RoleEntry], documents: Sequence[DocumentRecord] = ()) -> None:
        self.entries = tuple(entries)
        self.sources = SourceLinker(documents)

    @cached_property
    def by_name(self) -> dict[str, tuple[RoleEntry, ...]]:
        """Canonical name -> its entries, the fullest description first, then the newest."""
        groups: dict[str, list[RoleEntry]] = {}
        for entry in self.entries:
            if entry.kind != "function":
                groups.setdefault(canonical(entry.name), []).append(entry)
        return {
            name: tuple(sorted(group, key=lambda e: (-DEPTH_ORDER[e.depth], -len(e.spans("duties")), -(e.year or 0))))
            for name, group in groups.items()
        }

    @cached_property
    def _pattern(self) -> tuple[re.Pattern[str], dict[str, str]]:
        spellings: dict[str, str] = {}
        for name, group in self.by_name.items():
            given = [spelling for entry in group for spelling in (entry.name, entry.english_name or entry.name)]
            for spelling in (name, *aliases_of(name), *given):
                spellings.setdefault(search_form(spelling), name)
        for name, group in self.by_name.items():  # behind all names: what documents call it besides
            for spelling in (alias for entry in group for alias in entry.aliases):
                spellings.setdefault(search_form(spelling), name)
        by_length = sorted((s for s in spellings if len(s) > 1), key=len, reverse=True)
        patterns = [_pattern_of(spelling, by_length) for spelling in by_length]
        return re.compile("|".join(patterns) or r"(?!)"), spellings

    @cached_property
    def speller(self) -> Speller:
        """Puts names right that are misspelt by one character."""
        return Speller(self._pattern[1])

    def link(self, text: str) -> list[Mention]:
        """The roles and departments a text names, in the order of their first mention; the longest name wins.

        :param text: a question, a title or a sentence in any script.
        """
        found: dict[str, Mention] = {}
        for mention in self.places(text):
            found.setdefault(mention.name, mention)
        return list(found.values())

    def places(self, text: str) -> list[Mention]:
        """Every place where a text names a role or department, in its order.

        :param text: a question, a title or a sentence in any script.
        """
        form = search_form(text)
        pattern, spellings = self._pattern
        found = []
        for match in pattern.finditer(form):
            spelling = match.group()
            name = spellings.get(spelling) or spellings.get(spelling.removesuffix("s"))
            if name:
                found.append(Mention(name, self.by_name[name], match.start(), match.end()))
        return found

    @cached_property
    def by_doc(self) -> dict[str, list[RoleEntry]]:
        """Document name -> its entries, in the order of the catalogue."""
        found: dict[str, list[RoleEntry]] = {}
        for entry in self.entries:
            found.setdefault(entry.doc, []).append(entry)
        return found

    def entry_at(self, doc: str, start: int) -> RoleEntry | None:
        """The innermost catalogue entry around a place in a document."""
        inside = [entry for entry in self.by_doc.get(doc, ()) if entry.start <= start < entry.end]
        return max(inside, key=lambda entry: entry.start, default=None)

    def shown(self, name: str, script: Script) -> str:
        """A name as a reader knows it: in the reader's script, or in English with the name the documents use.

        :param name: a canonical name; where no document uses it, the one that the fullest description goes by is shown.
        :param script: the reader's script.
        """
        group = self.by_name.get(name, ())
        english = Mention(name, group).english_name if group and script == "en" else None
        if not any(search_form(name) in map(search_form, (entry.name, *entry.aliases)) for entry in group):
            name = group[0].name if group else name
        return f"{english} ({name})" if english else to_script(name, script)

    def functions_of(self, mention: Mention) -> list[RoleEntry]:
        """The functions below the headings of a role or department; where a text only speaks of it stand those of others.

        Between functions a heading such as 流量获取与推广 is one too, although it ends like the name of a role.
        """
        found: list[RoleEntry] = []
        for children in self._children(mention):
            functions = [entry for entry in children if entry.kind == "function"]
            others = [entry for entry in children if entry.kind != "function"]
            if len(functions) > len(others):
                functions += [replace(entry, kind="function") for entry in others]
            found += sorted(functions, key=lambda entry: entry.start)
        return found

    def _children(self, mention: Mention) -> list[list[RoleEntry]]:
        """For each heading of a mention what has a heading of its own directly below it."""
        homes = dict.fromkeys((e.doc, e.heading) for e in mention.entries if e.heading and e.name in e.heading[-1])
        return [
            [
                entry
                for entry in self._below.get(home, [])
                if entry.kind == "function" or entry.name in entry.heading[-1]
            ]
            for home in homes
        ]

    @cached_property
    def _below(self) -> dict[tuple[str, tuple[str, ...]], list[RoleEntry]]:
        """The entries directly below each heading of each document."""
        found: dict[tuple[str, tuple[str, ...]], list[RoleEntry]] = {}
        for entry in self.entries:
            found.setdefault((entry.doc, entry.heading[:-1]), []).append(entry)
        return found

    def inside(self, mention: Mention) -> list[RoleEntry]:
        """The roles and teams that the sources place in a department or team."""
        return [
            entry
            for entry in self.entries
            if entry.kind != "function"
            and canonical(entry.name) != mention.name
            and mention.name in {canonical(entry.department or ""), canonical(entry.team or "")}
        ]

    def below(self, mention: Mention) -> list[RoleEntry]:
        """The roles and teams whose headings stand directly below those of a department or team."""
        return [entry for children in self._children(mention) for entry in children if entry.kind != "function"]

    def nearest_described(self, name: str, k: int = 3) -> list[str]:
        """Names of described roles that share characters or the department with a name that is only listed."""
        target = set(fold(name))
        departments = {entry.department for entry in self.by_name.get(name, ())} - {None}
        scored = [
            (
                len(target & set(fold(other))) / len(target | set(fold(other)))
                + 0.3 * any(e.department in departments for e in group),
                other,
            )
            for other, group in self.by_name.items()
            if other != name and DEPTH_ORDER[group[0].depth] >= 2 and group[0].kind == "role"
        ]
        return [other for score, other in sorted(scored, reverse=True)[:k] if score > 0.2]
