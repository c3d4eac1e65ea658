"""Plain-text rendering for the terminal: pure functions from results to text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.types import DocumentRecord, IngestReport
    from rag.lint import LintResult
    from rag.types import Answer, Citation, Hit


def ingest_text(report: IngestReport) -> str:
    """What became of every file."""
    counts = ", ".join(
        f"{len(getattr(report, name))} {name}"
        for name in ("added", "updated", "unchanged", "removed", "failed", "skipped")
    )
    failures = [f"failed: {row['doc']}: {row['reason']}" for row in report.failed]
    failures += [f"skipped: {row['doc']}: {row['reason']}" for row in report.skipped]
    failures += [f"warning: {row['doc']}: {row['reason']}" for row in report.warnings]
    failures += [f"duplicate: {row['doc']} holds the same article as {row['of']}" for row in report.duplicates]
    return "\n".join([*failures, f"{counts}; {report.chunks} chunks in {report.seconds:.1f} s"])


def documents_text(records: Sequence[DocumentRecord]) -> str:
    """The document register, one line each."""
    return "\n".join(f"{row.doc}\t{row.year or '-'}\t{row.chunks} chunks\t{row.title}" for row in records)


def hits_text(hits: Sequence[Hit]) -> str:
    """Hits with score, place and text."""
    blocks = (
        f"{hit.rank}. {hit.score:.3f}  {hit.chunk.doc} > {' > '.join(hit.chunk.heading)}  [{hit.chunk.passage.start}:{hit.chunk.passage.end}]\n{hit.chunk.passage.text}"
        for hit in hits
    )
    return "\n\n".join(blocks)


def citation_line(citation: Citation) -> str:
    """One citation: number, source, place and quote."""
    year = f", {citation.year}" if citation.year else ""
    place = " > ".join(citation.heading)
    return f"[{citation.n}] {citation.title}{year} ({citation.doc}) {place}: “{citation.quote}”"


def answer_text(answer: Answer) -> str:
    """An answer, its citations, and what else could be asked."""
    lines = [answer.answer]
    if answer.reason and answer.status != "refused":
        lines += ["", answer.reason]
    if answer.citations:
        lines += ["", *map(citation_line, answer.citations)]
    if answer.suggestions:
        lines += ["", *(f"> {suggestion}" for suggestion in answer.suggestions)]
    return "\n".join(lines)


def roles_text(rows: Sequence[dict[str, Any]]) -> str:
    """The role catalogue, one line each."""
    return "\n".join(
        f"{row['department'] or '-'}\t{row['name']}\t{row['kind']}\t{row['depth']}\t{', '.join(row['documents'])}"
        for row in rows
    )


def lint_text(result: LintResult) -> str:
    """Findings in the order of the text, and the score."""
    lines = [
        f"{row.start}-{row.end} {row.severity} {row.rule} {row.text!r}: {row.why} ({row.authority}) -> {row.suggestion}"
        for row in result.findings
    ]
    return "\n".join([*lines, f"score {result.score}/100, {len(result.findings)} findings"])


def audit_text(rows: Sequence[dict[str, Any]]) -> str:
    """The audit log, one line an entry."""
    return "\n".join(
        f"{row['time']}\t{row['user']}\t{row['action']}\t{row['object'] or '-'}\t{row['outcome']}\t{row['ms']} ms"
        for row in rows
    )


def doctor_text(rows: Sequence[dict[str, Any]]) -> str:
    """What works, and what to do about the rest."""
    lines = (
        f"{'ok  ' if row['ok'] else 'FAIL'} {row['check']}: {row['detail']}"
        + (f"\n     hint: {row['hint']}" if row["hint"] else "")
        for row in rows
    )
    return "\n".join(lines)
