"""Templates: which sections a document shows, in which order, under which labels. Data from YAML files, checked here.

Bundled templates are in `rag/templates/`; an organisation's own are `<library>/templates/*.yaml`, and Word files with placeholders
beside them. One that has the id of a bundled template replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from ingest.errors import UsageError
from ingest.script import Script, to_script
from rag.brief import LANGUAGES, LENGTHS, MARKETS, Brief
from rag.jd_phrases import phrase
from rag.jd_types import SECTIONS

Style = Literal["list", "numbered", "paragraph", "facts", "table"]
STYLES: tuple[str, ...] = get_args(Style)
LISTED = ("purpose", *SECTIONS, "company")
# What a head of facts may show. Internal notes are not among them, and so cannot leave.
FACTS = (
    "title",
    "department",
    "level",
    "reports_to",
    "headcount",
    "location",
    "remote",
    "employment_type",
    "salary",
    "business_line",
    "company_stage",
    "valid_until",
    "apply",
)
# The template of a draft for which none is named.
_DEFAULTS = {"CN": "cn-posting", "TW": "tw-posting", "HK": "tw-posting", "US": "en-posting", "EU": "en-posting"}
STANDARD = "standard"

Labels = str | Mapping[str, str]


def in_language(labels: Labels, language: Script) -> str:
    """One label of a template: as written for the language, else converted from simplified Chinese, else whatever there is."""
    if isinstance(labels, str):
        return labels
    if language == "zh-Hant" and "zh-Hant" not in labels and "zh-Hans" in labels:
        return to_script(labels["zh-Hans"], "zh-Hant")
    return labels.get(language) or next(iter(labels.values()))


@dataclass(frozen=True)
class Section:
    """One section of a template.

    :param field: a part of the job description (`LISTED`); None for facts, tables, fixed texts and lines to fill in.
    :param labels: the heading in one or several languages; None for the usual one of the market.
    :param style: how its lines are set.
    :param facts: the fields of a head of facts, or labels of lines that are always left to be filled in.
    :param rows: the rows of a form (sign-off, revisions), each a tuple of labels.
    :param text: a fixed text of the organisation, in one or several languages.
    :param limit: most lines shown, but for typed ones, which always are; None for all.
    :param locked: not to be rewritten or left out by whoever edits; a fixed text always is.
    :param fill: whether an empty section is shown as a line to be filled in.
    """

    field: str | None = None
    labels: Labels | None = None
    style: Style = "list"
    facts: tuple[Labels, ...] = ()
    rows: tuple[tuple[Labels, ...], ...] = ()
    text: Labels | None = None
    limit: int | None = None
    locked: bool = False
    fill: bool = False

    def label(self, language: Script, market: str) -> str:
        """The heading in a language; empty when the section has none."""
        if self.labels is not None:
            return in_language(self.labels, language)
        return phrase(self.field, language, market) if self.field else ""


@dataclass(frozen=True)
class Template:
    """How a job description is laid out.

    :param id: its name on the command line.
    :param names: what people see, by language.
    :param markets: where it is meant for; empty for everywhere.
    :param sections: in reading order.
    :param length: the length that suits it when the brief names none.
    :param sources: whether citation marks and the list of sources are shown.
    :param ai_label: whether the text says that a machine helped; None for what the market asks (`rag/labelling.yaml`).
    :param docx: a Word file with placeholders that replaces the sections.
    """

    id: str
    names: Labels
    markets: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    length: str | None = None
    sources: bool = False
    ai_label: bool | None = None
    docx: Path | None = field(default=None)

    def name(self, language: Script) -> str:
        """What people see."""
        return in_language(self.names, language)


def _need(good: bool, where: str, message: str, hint: str) -> None:
    if not good:
        raise UsageError(f"{where}: {message}", hint)


def _known(row: Any, names: set[str], where: str) -> dict[str, Any]:
    _need(isinstance(row, dict), where, "not a mapping of keys to values", "see docs/templates.md")
    for key in row:
        _need(key in names, where, f"unknown key {key!r}", f"use: {', '.join(sorted(names))}")
    return cast(dict[str, Any], row)


def _labels(value: Any, where: str) -> Labels:
    good = isinstance(value, str) or (
        isinstance(value, dict)
        and bool(value)
        and all(key in LANGUAGES and isinstance(text, str) for key, text in value.items())
    )
    _need(
        good,
        where,
        f"{value!r} is no text and no texts by language",
        f"give a text, or texts under {', '.join(LANGUAGES)}",
    )
    return cast(Labels, value)


def _flag(row: dict[str, Any], key: str, where: str) -> bool:
    _need(isinstance(row.get(key, False), bool), where, f"{key} is {row.get(key)!r}", "give true or false")
    return bool(row.get(key, False))


def _list(row: dict[str, Any], key: str, where: str) -> list[Any]:
    value = row.get(key, [])
    _need(isinstance(value, list), where, f"{key} is not a list", f"give {key}: [.., ..]")
    return cast(list[Any], value)


def _section(value: Any, where: str) -> Section:
    row = _known(value, set(Section.__dataclass_fields__) - {"labels"} | {"label"}, where)
    name, style, limit = row.get("field"), row.get("style", "list"), row.get("limit")
    _need(name is None or name in LISTED, where, f"unknown field {name!r}", f"use one of: {', '.join(LISTED)}")
    _need(style in STYLES, where, f"unknown style {style!r}", f"use one of: {', '.join(STYLES)}")
    _need(limit is None or (type(limit) is int and limit >= 0), where, f"limit is {limit!r}", "give a whole number")
    facts = tuple(_labels(fact, where) for fact in _list(row, "facts", where))
    for fact in facts:
        known = not isinstance(fact, str) or fact in FACTS
        _need(
            known,
            where,
            f"unknown fact {fact!r}",
            f"use one of: {', '.join(FACTS)}, or a label by language for a line to fill in",
        )
    rows = tuple(tuple(_labels(cell, where) for cell in cells) for cells in _list(row, "rows", where))
    _need(
        bool(name or facts or rows or "text" in row or ("label" in row and _flag(row, "fill", where))),
        where,
        "the section shows nothing",
        "give field, facts, rows, text, or label with fill: true",
    )
    return Section(
        field=name,
        labels=_labels(row["label"], where) if "label" in row else None,
        style=cast(Style, style),
        facts=facts,
        rows=rows,
        text=_labels(row["text"], where) if "text" in row else None,
        limit=limit,
        locked=_flag(row, "locked", where) or "text" in row,
        fill=_flag(row, "fill", where),
    )


def parse_template(text: str, name: str) -> Template:
    """Read a template from YAML.

    :param text: the file's text.
    :param name: the file's name, for messages; its stem is the id when the text gives none.
    :raises UsageError: for another shape, naming the file and the key.
    """
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"{name}: not YAML: {error}", "mend the file; see docs/templates.md") from error
    row = _known(value, set(Template.__dataclass_fields__) - {"docx"}, name)
    known = Path(name).stem
    markets, length, label = _list(row, "markets", name), row.get("length"), row.get("ai_label")
    _need(all(market in MARKETS for market in markets), name, "unknown market", f"use: {', '.join(MARKETS)}")
    _need(length is None or length in LENGTHS, name, f"unknown length {length!r}", f"use: {', '.join(LENGTHS)}")
    _need(
        label is None or isinstance(label, bool), name, f"ai_label is {label!r}", "give true or false, or leave it out"
    )
    sections = [_section(part, f"{name}, section {at}") for at, part in enumerate(_list(row, "sections", name), 1)]
    _need(bool(sections), name, "there are no sections", "give sections: [...]")
    return Template(
        id=str(row.get("id", known)),
        names=_labels(row.get("names", known), name),
        markets=tuple(markets),
        sections=tuple(sections),
        length=length,
        sources=_flag(row, "sources", name),
        ai_label=label,
    )


@cache
def _bundled() -> tuple[Template, ...]:
    folder = files("rag") / "templates"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    return tuple(parse_template(path.read_text(encoding="utf-8"), path.name) for path in paths)


def _own(folder: Path) -> list[Template]:
    found = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in {".yaml", ".yml"}:
            try:
                found.append(parse_template(path.read_text(encoding="utf-8-sig"), path.name))
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"cannot read the template {path}: {error}", "save it as UTF-8 text") from error
        elif path.suffix.lower() == ".docx" and not path.name.startswith("~$"):
            found.append(Template(id=path.stem, names=path.stem, docx=path))
    return found


def templates(library: Path | None = None) -> list[Template]:
    """Every template: the bundled ones, and those in the library's `templates` folder.

    :param library: the library's folder; None for the bundled ones alone.
    :raises UsageError: for a file that is no template, naming it.
    """
    own = _own(library / "templates") if library else []
    return list({template.id: template for template in (*_bundled(), *own)}.values())


def default_template(brief: Brief) -> Template:
    """The bundled template of a draft for which none is named: the posting of its market."""
    wanted = _DEFAULTS[brief.market]
    return next(template for template in _bundled() if template.id == wanted)


def find_template(name: str, brief: Brief, library: Path | None = None) -> Template:
    """A template by its id; `standard` is the posting of the brief's market.

    :raises UsageError: when there is none, naming those there are.
    """
    if name == STANDARD:
        return default_template(brief)
    known = {template.id: template for template in templates(library)}
    if name not in known:
        raise UsageError(f"there is no template {name!r}", f"use one of: {', '.join([STANDARD, *known])}")
    return known[name]
