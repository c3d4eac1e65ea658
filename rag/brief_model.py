"""A chat model reads a brief by structured output; only values that stand in the user's text count, and the rules fill the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from ingest.errors import ModelError
from ingest.script import fold
from rag.brief import parse_text
from rag.brief_internal import set_apart
from rag.brief_types import Brief
from rag.endpoint import structured
from rag.link import RoleLinker
from rag.numerals import NUMBERS
from rag.prompts import brief_messages

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import BaseModel

# What a model may fill; language, market, length and tone are settled by rules.
_TEXTS = (
    *("title", "department", "level", "reports_to", "location", "remote", "employment_type", "salary", "company"),
    *("company_stage", "business_line", "channel", "valid_until", "apply"),
)
_LISTS = ("must_have", "nice_to_have", "goals", "benefits", "conditions", "duties")


@dataclass(frozen=True)
class ReadBrief:
    """A brief with how it was read: `llm`, or `rules` with the reason why the model's reading is not used; `dropped` values were not in the text."""

    brief: Brief
    mode: Literal["llm", "rules"]
    reason: str | None = None
    dropped: tuple[str, ...] = ()


@cache
def _schema() -> type[BaseModel]:
    """The answer's shape: every field of a brief that a model may fill, absent where the text does not say."""
    from pydantic import create_model

    shape: dict[str, Any] = dict.fromkeys(_TEXTS, (str | None, None)) | {name: (list[str], []) for name in _LISTS}
    schema: type[BaseModel] = create_model("BriefFields", headcount=(int | None, None), **shape)
    return schema


def read_brief(text: str, linker: RoleLinker, model: BaseChatModel) -> ReadBrief:
    """Read a brief with a model; with the rules when the model fails.

    :param text: what the user pasted.
    :param linker: the role catalogue, for the rules.
    :param model: a chat model that can answer in a JSON schema.
    :raises UsageError: for an empty text.
    """
    ruled = parse_text(text, linker)
    # What is said to a colleague is no value of any field, and no model needs to see it.
    public, _ = set_apart(text)
    try:
        answer = structured(model, _schema(), brief_messages(public))
    except ModelError as error:
        return ReadBrief(ruled, "rules", error.message)
    said = answer.model_dump()
    kept, dropped = _in_text(said, public)
    if not kept:
        return ReadBrief(ruled, "rules", "no value of the model stands in the text", dropped)
    brief = replace(ruled, **kept)
    return ReadBrief(replace(brief, notes=_unread(ruled, brief)), "llm", None, dropped)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _in_text(said: dict[str, Any], text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values that stand in the text, and those that do not."""
    whole = _plain(text)
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in said.items():
        if name == "headcount":
            if value and (re.search(rf"(?<!\d){value}(?!\d)", fold(text)) or _spelled(value, fold(text))):
                kept[name] = value
            elif value:
                dropped.append(f"{name}: {value}")
            continue
        values = value if isinstance(value, list) else [value] if value else []
        found = [item.strip() for item in values if _plain(item) and _plain(item) in whole]
        dropped += [f"{name}: {item}" for item in values if item.strip() not in found]
        if found:
            kept[name] = tuple(dict.fromkeys(found)) if isinstance(value, list) else found[0]
    return kept, tuple(dropped)


def _spelled(value: int, folded: str) -> bool:
    return any(number == value and word in folded for word, number in NUMBERS.items())


def _unread(ruled: Brief, brief: Brief) -> tuple[str, ...]:
    """What neither the rules nor the model placed, and what the rules had placed and the model left out."""
    values = [getattr(brief, item.name) for item in fields(brief) if item.name != "notes"]
    told = _plain(" ".join(" ".join(value) if isinstance(value, tuple) else str(value or "") for value in values))
    lost = [item for name in _LISTS for item in getattr(ruled, name)]
    lost += [getattr(ruled, name) for name in _TEXTS if getattr(ruled, name)]
    return tuple(dict.fromkeys(item for item in (*ruled.notes, *lost) if _plain(item) not in told))
