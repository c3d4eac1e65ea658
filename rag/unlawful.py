"""What a recruiter typed that no posting may say: its clauses are left out of a text that nobody has looked at yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.brief_items import clean
from rag.brief_terms import says
from rag.lint import Finding, lint

# Risky is enough where a rule is about who somebody is; elsewhere only what is unlawful goes.
_ABOUT_PEOPLE = frozenset(
    {
        *("gender", "marital_family", "age", "region_hukou", "ethnicity_nationality_religion"),
        *("health_disability", "appearance", "zodiac_blood", "politics_union", "military"),
    }
)
_CLAUSE_END = re.compile(r"[;\uff1b\u3002\u3001\uff0c]|,(?!\d{3})|(?<=[a-z)])\.\s")


@dataclass
class LeftOut:
    """Clauses that are left out, with the findings that speak against them.

    :param market: whose rules count.
    :param language: the language of explanations.
    :param kept: (rule, words without marks around them) of findings that somebody has decided to keep, with a reason.
    """

    market: str
    language: str
    kept: frozenset[tuple[str, str]] = frozenset()
    clauses: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def lawful(self, values: Sequence[str]) -> list[str]:
        """The values without the clauses that may not be published; a value of which nothing is left goes."""
        return [kept for value in values if (kept := self._without(value))]

    def _without(self, text: str) -> str:
        findings = lint(text, self.market, self.language).findings
        found = [row for row in findings if must_go(row) and (row.rule, clean(row.text)) not in self.kept]
        if not found:
            return text
        cuts = [match.span() for match in _CLAUSE_END.finditer(text.lower())]
        edges = zip([0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)], strict=True)
        kept = text
        for start, end in reversed(
            [edge for edge in edges if any(f.start < edge[1] and edge[0] < f.end for f in found)]
        ):
            self.clauses.insert(0, clean(text[start:end]))
            kept = kept[:start] + kept[end:]
        # A finding points into the draft; what is not there is told as what concerns the whole.
        self.findings += [replace(finding, start=0, end=0, rewrite=None) for finding in found]
        kept = re.sub(r"([,;\uff0c\uff1b\u3001])\s*(?=[,;\uff0c\uff1b\u3001\u3002.])", "", kept)
        return clean(kept).rstrip("\u3001") if says(kept.lower()) else ""


def must_go(finding: Finding) -> bool:
    """Whether words may stand in no posting unless somebody keeps them with a reason: unlawful, or risky for who somebody is."""
    return finding.severity == "illegal" or (finding.severity == "risky" and finding.family in _ABOUT_PEOPLE)
