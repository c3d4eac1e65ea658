"""The values of a job description: claims with where they come from, the sections, the draft with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rag.brief_types import Brief
from rag.lint import Finding
from rag.types import Citation, Timing

Source = Literal["corpus", "brief", "suggested"]
Status = Literal["complete", "thin", "no_source"]
SECTIONS = ("responsibilities", "requirements", "nice_to_have", "kpis", "collaboration", "conditions", "benefits")


@dataclass(frozen=True)
class Claim:
    """One line with where it comes from; `corpus` always has citations, and `suggested` has them where a source suggests it."""

    text: str
    source: Source
    citations: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return {"text": self.text, "source": self.source, "citations": list(self.citations)}


@dataclass(frozen=True)
class JobDescription:
    """The sections of a job description; it stays data until it is exported. `opening` is our own phrase and states no fact."""

    title: str
    department: str | None = None
    level: str | None = None
    purpose: Claim | None = None
    responsibilities: tuple[Claim, ...] = ()
    requirements: tuple[Claim, ...] = ()
    nice_to_have: tuple[Claim, ...] = ()
    kpis: tuple[Claim, ...] = ()
    collaboration: tuple[Claim, ...] = ()
    conditions: tuple[Claim, ...] = ()
    benefits: tuple[Claim, ...] = ()
    company: Claim | None = None
    opening: str | None = None

    def section(self, name: str) -> tuple[Claim, ...]:
        """The lines of one section; `purpose` and `company` have at most one."""
        value = getattr(self, name)
        return value if isinstance(value, tuple) else (value,) if value else ()

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        row: dict[str, Any] = {"title": self.title, "department": self.department, "level": self.level}
        row["purpose"] = self.purpose.to_dict() if self.purpose else None
        row |= {name: [claim.to_dict() for claim in self.section(name)] for name in SECTIONS}
        return row | {"company": self.company.to_dict() if self.company else None, "opening": self.opening}


@dataclass(frozen=True)
class Draft:
    """A drafted job description with its evidence, open questions and findings.

    `notices` say what a reader should know about it (which role the duties are of, what was not understood), and `nearest` are
    described roles with a similar name where the sources hold no duties.
    """

    brief: Brief
    jd: JobDescription
    citations: tuple[Citation, ...]
    questions: tuple[str, ...]
    findings: tuple[Finding, ...]
    status: Status
    text: str
    ms: Timing
    mode: str = "extractive"
    model: str | None = field(default=None)
    notices: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON shape."""
        return {
            "brief": self.brief.to_dict(),
            "jd": self.jd.to_dict(),
            "citations": [citation.to_dict() for citation in self.citations],
            "questions": list(self.questions),
            "findings": [finding.to_dict() for finding in self.findings],
            "status": self.status,
            "mode": self.mode,
            "model": self.model,
            "text": self.text,
            "ms": self.ms.to_dict(),
            "notices": list(self.notices),
            "nearest": list(self.nearest),
        }
