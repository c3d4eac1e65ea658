"""Which role of the sources a brief is about, and which it must not be mistaken for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from ingest.script import search_form
from ingest.types import RoleEntry
from rag.brief_terms import pattern
from rag.brief_types import Brief
from rag.items import Item, merged_items
from rag.link import DEPTH_ORDER, Mention, RoleLinker, canonical

# What may stand behind a role's name in a title without making it another role.
_TAIL = re.compile(
    r"(?:(?<=[一-鿿])\W.*|专员|专家|人员|岗位?|工程师|员|师|顾问|主任|人才|(?:\(|,|-|/|·|:| for | of | - ).*|\s?(?:specialist|staff|officer|executive|representative|associate|team member|team)s?)*$"
)
# `head of marketing` leads the marketing.
_LED = re.compile(r"^(?:head|director|vp|vice president|manager|chief) of (?:the )?(.+)$")
_AND = re.compile(r"[及和与、&/]|\band\b")
_HOMES = {False: ("部", "组", "部门"), True: (" department", " team")}
_DEPARTMENT = re.compile(r"(?:部门?|中心|体系|department|team)$")


@dataclass(frozen=True)
class RoleSource:
    """What the sources hold for a brief.

    `mention` is None when they do not name the role; `exact` says whether its level is described, not only its kind of work.
    """

    mention: Mention | None
    exact: bool
    functions: tuple[RoleEntry, ...] = ()

    @property
    def described(self) -> bool:
        """Whether there is anything but the name."""
        return self.mention is not None and DEPTH_ORDER[self.mention.depth] > 0

    def items(self, label: str) -> list[Item]:
        """The lines of one axis, merged over all sources."""
        return merged_items(self.mention, label, self.functions) if self.mention else []


def find_source(brief: Brief, linker: RoleLinker) -> RoleSource:
    """The role or department that a brief is about.

    A longer title counts as the role at its end (`天猫售前客服`), as the same role on another level (`高级售前客服`), but never as
    another role that only begins alike. Where the sources describe no such role, a role of several kinds of work stands for the
    one at the end of the title (`仓库配送` for `包装及配送`), and a department for the work that it is named after (`采购专员`).
    Without a title the department is described.

    :param brief: gives title and department.
    :param linker: the role catalogue.
    """
    if not brief.title:
        found = linker.link(brief.department or "")
        mention = max(found, key=lambda mention: len(mention.name), default=None)
        return RoleSource(mention, True, tuple(linker.functions_of(mention)) if mention else ())
    candidates = _candidates(brief.title, linker) or _candidates(f"{brief.department or ''}{brief.title}", linker)
    if not _described(candidates):
        candidates = _by_work(brief.title, linker) or candidates
    if not _described(candidates):
        # Misspelt: 产品经里. The draft keeps the title as it was typed.
        candidates = _candidates(linker.speller.mend(search_form(brief.title)), linker) or candidates
    if not _described(candidates):
        others = _in_other_words(brief.title)
        named = ([(mention, False) for mention, _ in _candidates(other, linker)] for other in others)
        worked = (_by_work(other, linker) for other in others)
        candidates = next((found for found in (*named, *worked) if _described(found)), candidates)
    if not candidates:
        return RoleSource(None, False)
    mention, exact = max(candidates, key=lambda row: (DEPTH_ORDER[row[0].depth] > 0, row[1], row[0].end - row[0].start))
    mention = _of_department(mention, brief.department)
    return RoleSource(mention, exact, tuple(linker.functions_of(mention)))


def _described(candidates: Sequence[tuple[Mention, bool]]) -> bool:
    """Whether the sources say more than the name of one of them."""
    return any(DEPTH_ORDER[mention.depth] for mention, _ in candidates)


def _by_work(title: str, linker: RoleLinker) -> list[tuple[Mention, bool]]:
    """What is described of the kind of work that a title names."""
    bare = _TAIL.sub("", _bare(title))
    return _by_part(bare, linker) or _named_after(bare, linker)


@cache
def _title_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = yaml.safe_load(Path(__file__).with_name("title_words.yaml").read_text(encoding="utf-8"))
    return tuple((re.compile(row["words"]), row["name"]) for row in rows)


def _in_other_words(title: str) -> tuple[str, ...]:
    """A title with its kind of work called as the documents call it, and that work alone where it ends the title."""
    form = _LED.sub(r"\1 department", search_form(title))
    for words, name in _title_words():
        if match := words.search(form):
            whole = words.sub(name, form, count=1)
            return (whole, name) if _TAIL.fullmatch(form[match.end() :]) else (whole,)
    return (form,) if form != search_form(title) else ()


def _candidates(title: str, linker: RoleLinker) -> list[tuple[Mention, bool]]:
    """Roles that a title names, each with whether it names their level too."""
    found: list[tuple[Mention, bool]] = []
    bare = _bare(title)
    for text in dict.fromkeys((title, bare)):
        form = search_form(text)
        for mention in linker.link(text):
            is_role = mention.entries[0].kind == "role"
            same_level = is_role and bool(_TAIL.match(form, mention.end)) and not _level_words(form[: mention.start])
            other_level = bool(_TAIL.match(_bare(form[mention.end :])))
            # A department stands for a title only where the title names it: `客服部经理`, but not `产品总监`.
            names = _DEPARTMENT.search(form[: mention.end]) is not None or mention.end == len(form)
            whole = is_role or (names and text == title and not form[: mention.start].strip())
            if whole and (same_level or other_level):
                found.append((mention, same_level and text == title))
    return found or _by_ending(bare, exact=bare == search_form(title), linker=linker)


def _by_ending(title: str, *, exact: bool, linker: RoleLinker) -> list[tuple[Mention, bool]]:
    """The role whose short name ends a title, which the linker finds in free text only by itself: `商城美工`."""
    if title.isascii():
        return []
    for at in range(1, len(title) - 1):
        group = linker.by_name.get(canonical(title[at:]), ())
        if group and group[0].kind == "role":
            return [(Mention(canonical(title[at:]), group, at, len(title)), exact)]
    return []


def _by_part(bare: str, linker: RoleLinker) -> list[tuple[Mention, bool]]:
    """The described role of several kinds of work, one of which ends the title."""
    parts = {
        part.strip(): name
        for name, group in linker.by_name.items()
        if group[0].kind == "role" and DEPTH_ORDER[group[0].depth]
        for spelling in (name, group[0].english_name or "")
        if len(pieces := _AND.split(search_form(spelling))) > 1
        for part in pieces
    }
    ends = [
        part for part in parts if part and re.search(rf"(?:^|[^a-z]){re.escape(part)}$|[一-鿿]{re.escape(part)}$", bare)
    ]
    part = max(ends, key=len, default=None)
    return [(Mention(parts[part], linker.by_name[parts[part]], 0, len(part)), False)] if part else []


def _named_after(bare: str, linker: RoleLinker) -> list[tuple[Mention, bool]]:
    """The described department or team that is named after the work of a title."""
    for ending in _HOMES[bare.isascii()] if len(bare) > 1 else ():
        group = linker.by_name.get(canonical(bare + ending), ())
        if group and group[0].kind != "role" and DEPTH_ORDER[group[0].depth]:
            return [(Mention(canonical(bare + ending), group, 0, len(bare)), False)]
    return []


def _bare(title: str) -> str:
    """A title without its level words."""
    return re.sub(r"\s+", " ", pattern("levels").sub("", search_form(title))).strip()


def _level_words(text: str) -> bool:
    return bool(pattern("levels").search(text))


def _of_department(mention: Mention, department: str | None) -> Mention:
    """The entries of one department, where the same name stands in several and the brief says which is meant."""
    if not department:
        return mention
    wanted = canonical(department)
    inside = tuple(entry for entry in mention.entries if entry.department and canonical(entry.department) == wanted)
    return replace(mention, entries=inside) if inside else mention


def nearest(title: str, linker: RoleLinker) -> Sequence[str]:
    """Described roles with a name like an unknown title, for a question, never for claims."""
    return linker.nearest_described(title)
