"""A chat model smooths the wording of cited lines; each line is checked against its own quote, and a line that fails stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from ingest.script import Script, fold, has_chinese, to_script
from ingest.types import Chunk
from rag.endpoint import stream_text
from rag.jd_frames import frame
from rag.jd_types import Claim, JobDescription
from rag.page import search_safe
from rag.prompts import polish_messages
from rag.verify import Source

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# A polished line must share this much with its quote (answers need .4 of a whole passage; here the quote is one line), and must not grow.
SUPPORTED = 0.6
MOST_GROWTH, SLACK = 1.4, 12
_POLISHED = ("purpose", "responsibilities", "kpis", "collaboration")
_LINE = re.compile(r"^\s*\[?(\d{1,2})[\].):\u3001\uff0e]\s*(.+?)\s*$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?|[一二三四五六七八九十百千万两]+(?=[年个天月次人名倍小])")
_LATIN = re.compile(r"[a-z][a-z0-9+#.]*[a-z0-9+#]|[a-z]")
# Words that turn a duty into a demand on the applicant, or add a promise.
_DEMAND = re.compile(
    r"要求|必须|具备|学历|本科|经验|优先|薪|奖金|福利|保险|补贴|must|require|degree|experience|bonus|benefit|salary|preferred"
)


@dataclass(frozen=True)
class Polished:
    """A job description after polishing: how many lines changed, by which model, and what to say about it."""

    jd: JobDescription
    changed: int
    model: str
    notices: tuple[str, ...] = ()


class Polisher:
    """Polishes the cited lines of a job description.

    :param model: the chat model.
    :param name: its name, for the record.
    """

    def __init__(self, model: BaseChatModel, name: str) -> None:
        self._model = model
        self._name = name

    def polish(self, jd: JobDescription, language: Script) -> Polished:
        """The same job description with smoother cited lines; unchanged, with a notice, when the model fails.

        :param jd: the sections; lines that the recruiter typed are never touched.
        :param language: the language of the text.
        """
        claims = [claim for name in _POLISHED for claim in jd.section(name) if claim.source == "corpus"]
        if not claims:
            return Polished(jd, 0, self._name)
        try:
            answer = "".join(stream_text(self._model, polish_messages([claim.text for claim in claims], language)))
        except ModelError as error:
            why = frame("notices", "polish_failed", language, why=error.message)
            return Polished(jd, 0, self._name, (why,))
        accepted = _accepted(claims, answer, language)
        if not accepted:
            why = frame("notices", "polish_failed", language, why="no line passed the check")
            return Polished(jd, 0, self._name, (why,))
        return Polished(_with(jd, accepted), len(accepted), self._name)


def _accepted(claims: list[Claim], answer: str, language: Script) -> dict[Claim, Claim]:
    """The lines of an answer that say what their claim says, in other words."""
    found: dict[Claim, Claim] = {}
    for line in answer.splitlines():
        match = _LINE.match(line)
        at = int(match.group(1)) - 1 if match else -1
        if not match or not 0 <= at < len(claims) or claims[at] in found:
            continue
        text = to_script(search_safe(match.group(2)), language)
        if text != claims[at].text and same_facts(text, claims[at].text):
            found[claims[at]] = replace(claims[at], text=text)
    return found


def same_facts(polished: str, original: str) -> bool:
    """Whether a polished line says what the original says: same numbers, same names, no demand, no new clause, no growth.

    :param polished: one line as a model wrote it.
    :param original: the line of the source.
    """
    a, b = fold(polished), fold(original)
    if len(polished) > MOST_GROWTH * len(original) + SLACK or has_chinese(polished) != has_chinese(original):
        return False
    if sorted(_NUMBER.findall(a)) != sorted(_NUMBER.findall(b)):
        return False
    if set(_DEMAND.findall(a)) - set(_DEMAND.findall(b)):
        return False
    if has_chinese(original) and set(_LATIN.findall(a)) - set(_LATIN.findall(b)):
        return False
    chunk = Chunk(id="", doc="", title="", heading=(), text=original, start=0, end=len(original))
    return Source.of(chunk).support(polished) >= SUPPORTED


def _with(jd: JobDescription, accepted: Mapping[Claim, Claim]) -> JobDescription:
    """A job description with some of its lines replaced."""
    changes: dict[str, object] = {}
    for name in _POLISHED:
        lines = tuple(accepted.get(claim, claim) for claim in jd.section(name))
        changes[name] = lines if name != "purpose" else next(iter(lines), None)
    return replace(jd, **changes)  # type: ignore[arg-type]
