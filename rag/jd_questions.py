"""What a draft still needs from the recruiter: at most three questions, what matters most in the market first; and what to know about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from ingest.script import Script, fold
from rag.brief_types import Brief
from rag.jd_frames import frame
from rag.jd_phrases import phrase
from rag.jd_source import RoleSource
from rag.jd_types import JobDescription
from rag.places import is_british

MAX_QUESTIONS = 3
# What is asked for, in this order. Pay stands first: it is what applicants look at most, and Taiwan (below NT$ 40,000), many states
# of the US and the EU require it in the posting.
_ASKED: dict[str, tuple[str, ...]] = {
    "CN": ("salary", "location", "must_have", "conditions", "goals", "headcount", "valid_until"),
    "TW": ("salary", "location", "conditions", "must_have", "goals"),
    "HK": ("salary", "location", "must_have", "conditions", "goals"),
    "US": ("salary", "location", "must_have", "employment_type", "goals"),
    "EU": ("salary", "location", "must_have", "employment_type", "goals"),
}
_OWN = ("conditions", "employment_type")
# Fewer duties than this in the sources are few.
FEW = 4


def questions(brief: Brief, source: RoleSource, duties: int, nearest: Sequence[str] = ()) -> tuple[str, ...]:
    """The open questions of a draft.

    :param brief: what is known.
    :param source: what the sources hold.
    :param duties: how many duties the draft takes from them.
    :param nearest: described roles with a similar name.
    """
    language = cast(Script, brief.language)
    found = [] if brief.title or source.described else [phrase("ask_title", language, brief.market)]
    name = brief.title or brief.department or ""
    if not duties and not brief.duties:
        found.append(_about_duties(name, source, nearest, brief))
    elif duties and duties + len(brief.duties) < FEW:
        found.append(frame("questions", "thin", language, brief.market, name=name, count=duties))
    for field in _ASKED[brief.market]:
        if not getattr(brief, field) and not (field == "location" and brief.remote):
            own = field in _OWN
            found.append(
                frame("questions", field, language, brief.market)
                if own
                else phrase(f"ask_{field}", language, brief.market)
            )
    return tuple(found[:MAX_QUESTIONS])


def _about_duties(name: str, source: RoleSource, nearest: Sequence[str], brief: Brief) -> str:
    language = cast(Script, brief.language)
    if source.mention is not None:
        return phrase("ask_duties_named", language, brief.market, name=name)
    if nearest and language != "en":
        return frame("questions", "nearest", language, brief.market, name=name, others="\u3001".join(nearest))
    return phrase("ask_duties_unknown", language, brief.market, name=name)


def notices(
    brief: Brief, source: RoleSource, jd: JobDescription, *, untranslated: bool, left_out: Sequence[str] = ()
) -> tuple[str, ...]:
    """What a reader should know about a draft."""
    language = cast(Script, brief.language)
    whose = _whose_duties(brief, source, jd)
    found = [whose] if whose else []
    if brief.market == "EU" and is_british(fold(f"{brief.location or ''} {brief.salary or ''}")):
        found.append(frame("notices", "british", language, brief.market))
    if left_out:
        found.append(frame("notices", "left_out", language, brief.market, clauses="; ".join(left_out)))
    if untranslated:
        found.append(frame("notices", "no_english", "en"))
    for name in ("internal", "unsure", "notes"):
        if lines := getattr(brief, name):
            found.append(frame("notices", name, language, brief.market, lines="; ".join(lines)))
    return tuple(found)


def _whose_duties(brief: Brief, source: RoleSource, jd: JobDescription) -> str | None:
    """Whose duties a draft holds, where the title alone does not say it."""
    language = cast(Script, brief.language)
    mention = source.mention
    if not mention or not jd.responsibilities or not brief.title:
        return None
    name = mention.english_name if language == "en" and mention.english_name else mention.name
    if {mention.name.lower(), name.lower()} & {brief.title.lower(), jd.title.lower()}:
        return None
    if not source.exact:
        # A department that stands for a kind of work is no other level of it.
        key = "level" if mention.entries[0].kind == "role" else "home"
        return frame("notices", key, language, brief.market, name=name, title=brief.title)
    if name.lower() in brief.title.lower():
        return None
    return frame("notices", "matched", language, brief.market, name=name)
