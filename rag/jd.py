"""Draft a job description: duties from the sources with citations, everything else from the brief, nothing from nowhere."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from ingest.errors import UsageError
from ingest.script import Script, fold, has_chinese
from rag.app import Engine
from rag.blocks import plain_text
from rag.brief_types import Brief
from rag.jd_frames import frame, tone_of
from rag.jd_lines import CONDITIONS, LineWriter, condition_text, in_capitals
from rag.jd_lines import as_typed as in_script
from rag.jd_metrics import metrics_first
from rag.jd_questions import notices, questions
from rag.jd_select import grouped
from rag.jd_source import RoleSource, find_source, nearest
from rag.jd_types import Claim, Draft, JobDescription, Status
from rag.link import canonical
from rag.lint_document import check_draft
from rag.types import Timing
from rag.unlawful import LeftOut

if TYPE_CHECKING:
    from rag.polish import Polisher

LENGTHS = {"short": 4, "standard": 6, "detailed": 8}
SIDE_LENGTHS = {"short": 3, "standard": 5, "detailed": 8}
COMPLETE_FROM = 4


def draft(brief: Brief, engine: Engine, polisher: Polisher | None = None, *, as_typed: bool = False) -> Draft:
    """Draft a job description.

    :param brief: what the recruiter typed.
    :param engine: an open index.
    :param polisher: a chat model that may smooth the wording of cited lines; every line is checked.
    :param as_typed: keep typed lines that may not be published, for an editor where each is settled; elsewhere they are left out
        of the text and told among the findings and notices.
    :return: `complete` with at least four duties from the sources, `thin` with fewer, `no_source` with none.
    :raises UsageError: when the brief names neither a title nor a department.
    """
    began = time.perf_counter()
    if not (brief.title or brief.department):
        raise UsageError("the brief has no title", 'give at least a title, for example {"title": "新媒体运营"}')
    source = find_source(brief, engine.linker)
    found = time.perf_counter()
    writer = LineWriter(brief, engine, as_typed=as_typed)
    jd = _write(brief, source, writer)
    duties = sum(claim.source == "corpus" for claim in jd.responsibilities)
    left_out = writer.left_out or LeftOut(brief.market, brief.language)
    said = notices(brief, source, jd, untranslated=writer.untranslated, left_out=left_out.clauses)
    polished = polisher.polish(jd, writer.language) if polisher else None
    jd = polished.jd if polished else jd
    text = plain_text(jd, brief)
    near = nearest(brief.title, engine.linker) if brief.title and not duties else ()
    return Draft(
        brief=brief,
        jd=jd,
        citations=writer.book.all(),
        questions=questions(brief, source, duties, near),
        findings=(*left_out.findings, *check_draft(jd, brief, text, brief.language)),
        status=status_of(duties),
        text=text,
        ms=Timing((found - began) * 1000, (time.perf_counter() - found) * 1000),
        mode="llm" if polished and polished.changed else "extractive",
        model=polished.model if polished and polished.changed else None,
        notices=(*said, *(polished.notices if polished else ())),
        nearest=tuple(near),
    )


def _write(brief: Brief, source: RoleSource, writer: LineWriter) -> JobDescription:
    """The sections."""
    limit, side = (lengths[brief.length or "standard"] for lengths in (LENGTHS, SIDE_LENGTHS))
    language = writer.language
    goals = writer.claims(writer.lawful(source.items("goal")), 1)
    lawful = writer.lawful(source.items("duties"))
    duties = grouped(lawful, brief, min(limit, max(COMPLETE_FROM, limit - len(brief.duties))), writer.text)
    metrics = metrics_first(writer.lawful(source.items("metrics")))[:side]
    title = _heading(brief, source, language)
    tone = tone_of(brief.tone)
    return JobDescription(
        title=title,
        department=_department(brief, source, writer),
        level=in_script(brief.level, language) if brief.level else None,
        purpose=goals[0] if goals else None,
        responsibilities=writer.typed(brief.duties) + tuple(map(writer.together, duties)),
        requirements=writer.typed(brief.must_have, "must_have")
        + (writer.suggested(writer.lawful(source.items("skills"))) if not brief.must_have else ()),
        nice_to_have=writer.typed(brief.nice_to_have, "nice_to_have"),
        kpis=writer.typed(brief.goals) + tuple(map(writer.metric, metrics)),
        collaboration=writer.claims(writer.lawful(source.items("works_with")), side),
        conditions=_conditions(brief, writer),
        benefits=writer.typed(brief.benefits),
        company=next(iter(writer.typed([brief.company] if brief.company else [])), None),
        opening=frame("openings", tone, language, brief.market, title=title) if tone and title else None,
    )


def _heading(brief: Brief, source: RoleSource, language: Script) -> str:
    """The title as typed; in an English text the role's English name, where the title is the role's own name."""
    mention = source.mention
    title = brief.title or (mention.name if mention else brief.department or "")
    own = mention is not None and canonical(title) == mention.name
    if language == "en" and has_chinese(title) and mention and mention.english_name and (source.exact or own):
        return mention.english_name
    return in_capitals(title) if language == "en" and title[1:].islower() else in_script(title, language)


def _department(brief: Brief, source: RoleSource, writer: LineWriter) -> str | None:
    """The department as typed, else as the sources give it for a role that they describe."""
    if brief.department:
        return in_script(brief.department, writer.language)
    mention = source.mention
    home = next((entry.department for entry in mention.entries if entry.department), None) if mention else None
    if not home or not source.described or mention is None or home == mention.name or writer.language == "en":
        return None
    # A heading of a document may name a field of work (`\u6570\u636e`) where a department is asked for.
    if not re.search(
        r"(?:\u90e8|\u90e8\u95e8|\u90e8\u9580|\u7ec4|\u7d44|\u4e2d\u5fc3|\u4f53\u7cfb|\u9ad4\u7cfb|\u7ebf|\u7dda|\u56e2\u961f|\u5718\u968a)$",
        home,
    ):
        return None
    return writer.shown(home)


def _conditions(brief: Brief, writer: LineWriter) -> tuple[Claim, ...]:
    """Labelled facts, then the typed conditions that have no label of their own."""
    given = {name: value for name in CONDITIONS if (value := getattr(brief, name))}
    # The words about the company tell its trade and stage in a sentence.
    about = fold(brief.company or "")
    told_there = {name for name in ("business_line", "company_stage") if name in given and fold(given[name]) in about}
    labelled = [condition_text(name, value, brief) for name, value in given.items() if name not in told_there]
    told = tuple(Claim(in_script(line, writer.language), "brief") for line in labelled)
    return told + writer.typed(brief.conditions)


def status_of(duties: int) -> Status:
    """How well the sources cover a role.

    :param duties: duties that stand in the sources.
    """
    return "complete" if duties >= COMPLETE_FROM else "thin" if duties else "no_source"
