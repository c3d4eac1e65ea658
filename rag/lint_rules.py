"""The checker's rules as data: read `rag/rules/*.yaml`, expand their shared words, refuse what is malformed.

`words.yaml` names classes of words that patterns use as `{name}`; `frames.yaml` says how to tell whom a clause is about; every
other file is a list of rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ingest.errors import RolewrightError
from ingest.script import CJK
from rag.prefilter import alternatives

Severity = Literal["illegal", "risky", "advice"]
Basis = Literal["verified", "recalled", "inferred"]
MARKETS = ("CN", "TW", "HK", "US", "EU")
# What one broken rule takes off a score of 100, however often it is broken.
PENALTY: dict[str, int] = {"illegal": 25, "risky": 10, "advice": 3}
_BASES = ("verified", "recalled", "inferred")
_NOT_RULES = ("words.yaml", "frames.yaml", "templates.yaml")
_NAME = re.compile(r"\{([a-z_]+)\}")
_DELETE = {"zh": "删除", "en": "Delete it."}
FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Rule:
    """One rule as its file gives it; `flag` and `passes` are its own examples.

    `rewrite` replaces a hit: a text for each language, "" to delete it, None when only a person knows the fact. `swap` goes
    before it: a pattern of the whole hit, and what replaces it. A rule with `at_least` above 1 is broken by that many hits in
    a text, or in each `per_words` English words of it; one with a `check` is tested on a whole document by the code of that name, and has no patterns. `frame` asks whether
    the clause is about an applicant at all; a rule about the employer's own terms does without. `exceptions` excuse a hit in
    their clause, `unless` in their sentence: a lawful reason may stand behind the next comma.
    """

    id: str
    family: str
    markets: tuple[str, ...]
    severity: Severity
    basis: Basis
    patterns: tuple[re.Pattern[str], ...]
    exceptions: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    frame: bool
    at_least: int
    per_words: int
    check: str | None
    why: dict[str, str]
    authority: str
    checked_on: str
    suggestion: dict[str, str]
    rewrite: dict[str, str] | None
    swap: tuple[tuple[re.Pattern[str], str], ...]
    flag: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True)
class Frames:
    """How to tell whom a clause is about; each is matched on the folded clause, see `frames.yaml`."""

    denied_before: re.Pattern[str]
    denied_after: re.Pattern[str]
    taken_back: re.Pattern[str]
    inclusive: re.Pattern[str]
    duty: re.Pattern[str]
    others_after: re.Pattern[str]
    skill: re.Pattern[str]
    others: re.Pattern[str]
    demand: re.Pattern[str]


def _texts(value: Any, least: int = 0) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) < least or not all(isinstance(text, str) and text for text in value):
        raise ValueError(f"a list of at least {least} texts is needed, not {value!r}")
    return tuple(value)


def _expand(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with every `{name}` replaced by its words."""
    return _NAME.sub(lambda match: f"(?:{words[match.group(1)]})", pattern)


def _compile(patterns: tuple[str, ...], words: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
    # ASCII: a Latin word next to a Chinese character has a boundary there.
    expanded = [part for pattern in patterns for part in alternatives(_expand(pattern, words))]
    return tuple(re.compile(part, re.ASCII) for part in expanded)


def _framed(row: dict[str, Any], templates: Mapping[str, list[str]]) -> tuple[str, ...]:
    """What a row lists as wanted, unwanted or asked, each put into the templates of its own language."""
    framed: list[str] = []
    for key in ("wanted", "unwanted", "asked"):
        groups = _texts(row[key])
        chinese = [group for group in groups if CJK.search(group) or "{star}" in group]
        for lang, named in (("zh", chinese), ("en", [group for group in groups if group not in chinese])):
            if named:
                group = f"(?:{'|'.join(named)})"
                framed += [template.replace("{it}", group) for template in templates[f"{key}_{lang}"]]
    return tuple(framed)


def _spoken(value: Any) -> dict[str, str]:
    _texts([value[lang] for lang in ("zh", "en")])
    return {lang: value[lang] for lang in ("zh", "en")}


def _rewrite(value: Any) -> dict[str, str] | None:
    return {"zh": "", "en": ""} if value == "" else None if value is None else _spoken(value)


_DEFAULTS: dict[str, Any] = {
    "basis": "recalled",
    "patterns": [],
    "except": [],
    "unless": [],
    "also": [],
    "wanted": [],
    "unwanted": [],
    "asked": [],
    "frame": True,
    "at_least": 1,
    "per_words": 0,
    "check": None,
    "suggestion": _DELETE,
    "rewrite": "",
    "swap": {},
    "flag": [],
    "pass": [],
}


def _rule(
    row: dict[str, Any], known: dict[str, Rule], words: Mapping[str, str], templates: Mapping[str, list[str]]
) -> Rule:
    if unknown := row.keys() - {*_DEFAULTS, "id", "family", "markets", "severity", "why", "authority", "checked_on"}:
        raise ValueError(f"unknown keys: {', '.join(sorted(map(str, unknown)))}")
    row = _DEFAULTS | row
    markets = MARKETS if row["markets"] == "ANY" else _texts(row["markets"], 1)
    if row["severity"] not in PENALTY or row["basis"] not in _BASES or not set(markets) <= set(MARKETS):
        raise ValueError("unknown severity, basis or market")
    _texts([row["family"], row["authority"], row["checked_on"]])
    # The same words break different laws in different markets: `also` borrows what an earlier rule looks for.
    lenders = [known[name] for name in row["also"]]
    patterns, exceptions, unless = (
        _compile(texts, words)
        for texts in (
            (*_texts(row["patterns"]), *_framed(row, templates)),
            _texts(row["except"]),
            _texts(row["unless"]),
        )
    )
    patterns = tuple(dict.fromkeys((*patterns, *(pattern for rule in lenders for pattern in rule.patterns))))
    if bool(patterns) == bool(row["check"]):
        raise ValueError("a rule has either patterns or a check")
    return Rule(
        id=row["id"],
        family=row["family"],
        markets=markets,
        severity=row["severity"],
        basis=row["basis"],
        patterns=patterns,
        exceptions=(*exceptions, *(pattern for rule in lenders for pattern in rule.exceptions)),
        unless=(*unless, *(pattern for rule in lenders for pattern in rule.unless)),
        frame=bool(row["frame"]),
        at_least=int(row["at_least"]),
        per_words=int(row["per_words"]),
        check=row["check"],
        why=_spoken(row["why"]),
        authority=row["authority"],
        checked_on=row["checked_on"],
        suggestion=_spoken(row["suggestion"]),
        rewrite=_rewrite(row["rewrite"]),
        swap=tuple((re.compile(_expand(old, words), re.ASCII), str(new)) for old, new in row["swap"].items()),
        flag=_texts(row["flag"], 0 if row["check"] else 1),
        passes=_texts(row["pass"], 0 if row["check"] else 1),
    )


def _load(path: Path) -> Any:
    import yaml

    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _words(path: Path) -> dict[str, str]:
    """Word classes; one may be made of earlier ones."""
    words: dict[str, str] = {}
    for name, value in _load(path).items():
        words[name] = _expand("|".join(_texts(value, 1)) if isinstance(value, list) else value, words)
    return words


def _malformed(what: str, path: Path, error: Exception) -> RolewrightError:
    return RolewrightError(f"{what} in {path.name} is malformed: {error}", "compare it with the others of the folder")


_BROKEN = (re.error, AttributeError, LookupError, TypeError, ValueError)


def read_words(folder: Path) -> dict[str, str]:
    """The word classes of a folder of rules, none when it has no `words.yaml`.

    :raises RolewrightError: when the file is malformed.
    """
    import yaml

    path = folder / "words.yaml"
    try:
        return _words(path) if path.exists() else {}
    except (*_BROKEN, yaml.YAMLError) as error:
        raise _malformed("a word class", path, error) from error


def _templates(folder: Path) -> dict[str, list[str]]:
    """The frames that `wanted` and `unwanted` groups are put into; a folder without them can name no groups."""
    path = folder / "templates.yaml"
    return _load(path) if path.exists() else {}


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Read every rule file of a folder, in the order of their names.

    :raises RolewrightError: naming the file and the rule that is malformed.
    """
    import yaml

    words, templates = read_words(folder), _templates(folder)
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in _NOT_RULES:
            continue
        name = "?"
        try:
            for row in _load(path):
                name = "?"
                name = row["id"]
                if name in rules:
                    raise ValueError("the id is used twice")
                rules[name] = _rule(row, rules, words, templates)
        except (*_BROKEN, yaml.YAMLError) as error:
            raise _malformed(f"rule {name}", path, error) from error
    return tuple(rules.values())


@cache
def load_rules() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    return read_rules(FOLDER)


@cache
def load_frames() -> Frames:
    """The frames that come with the program."""
    words = read_words(FOLDER)
    rows = _load(FOLDER / "frames.yaml")
    whole = {name: _expand("|".join(rows[name]), words) for name in Frames.__dataclass_fields__}
    return Frames(**{name: re.compile(pattern, re.ASCII) for name, pattern in whole.items()})
