"""A job description under a template as blocks in reading order: the one rendering that every format sets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from ingest.script import Script
from rag.brief import Brief
from rag.channels import Channel
from rag.jd_lines import condition
from rag.jd_phrases import phrase
from rag.jd_types import Claim, Draft, JobDescription
from rag.labelling import label_text
from rag.template import Labels, Section, Template, default_template, in_language
from rag.types import Citation

Kind = Literal["title", "heading", "paragraph", "item", "number", "facts", "table"]


@dataclass(frozen=True)
class Block:
    """One thing on the page.

    :param kind: how it is set; `facts` and `table` have rows, the others a text.
    :param text: the text, with the mark of a suggested line.
    :param citations: numbers of the sources, as on this page.
    :param rows: rows of cells; facts are (label, value).
    """

    kind: Kind
    text: str = ""
    citations: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Page:
    """A whole document, ready for every format.

    :param title: the job's title.
    :param language: the language of the text.
    :param blocks: in reading order, the title first.
    :param sources: what the blocks cite, numbered in the order of this page; empty where sources are not shown.
    :param sources_label: the heading above the sources.
    :param label: what says that a machine helped; empty where it is switched off.
    """

    title: str
    language: Script
    blocks: tuple[Block, ...]
    sources: tuple[Citation, ...] = ()
    sources_label: str = ""
    label: str = ""


@dataclass
class _Writer:
    jd: JobDescription
    brief: Brief
    template: Template
    channel: Channel | None = None
    numbers: dict[int, int] = field(default_factory=dict)

    @property
    def language(self) -> Script:
        return cast(Script, self.brief.language)

    def say(self, key: str) -> str:
        return phrase(key, self.language, self.brief.market)

    def line(self, kind: Kind, claim: Claim) -> Block:
        """A claim as a block; sources are numbered as they come up."""
        cited: tuple[int, ...] = ()
        if self.template.sources:
            cited = tuple(self.numbers.setdefault(number, len(self.numbers) + 1) for number in claim.citations)
        text = claim.text
        if claim.source == "suggested":
            text = text.rstrip(".\u3002") + (" " if self.language == "en" else "") + self.say("suggested")
        return Block(kind, text, cited)

    def claims(self, name: str) -> list[Claim]:
        """The lines of a part; a channel that bars contacts does not get the line that holds them."""
        found = [claim for claim in self.jd.section(name) if claim.text.strip()]
        if name == "conditions" and self.channel and not self.channel.contact and self.brief.apply:
            found = [claim for claim in found if not claim.text.endswith(self.brief.apply)]
        if name == "conditions":
            # What the head of facts says is not said again below.
            told = {fact for part in self.template.sections for fact in part.facts if isinstance(fact, str)}
            found = [claim for claim in found if condition(claim.text, self.brief) not in told]
        return found

    def shown(self, part: Section) -> list[Claim]:
        """The lines of a section: a limit cuts what the documents offer, never what was typed."""
        claims = self.claims(part.field) if part.field else []
        if part.limit is None:
            return claims
        typed = sum(claim.source == "brief" for claim in claims)
        room = max(0, part.limit - typed)
        offered = [claim for claim in claims if claim.source != "brief"][:room]
        return [claim for claim in claims if claim.source == "brief" or claim in offered]

    def fact(self, name: Labels, fill: bool) -> tuple[str, str] | None:
        known = isinstance(name, str)
        value: Any = None
        if known and not (name == "apply" and self.channel and not self.channel.contact):
            value = getattr(self.jd if name in {"title", "department", "level"} else self.brief, cast(str, name))
        if not value and not fill:
            return None
        label = self.say(cast(str, name)) if known else in_language(name, self.language)
        return label, str(value) if value else self.say("to_fill")

    def section(self, part: Section) -> list[Block]:
        """The blocks of one section, its heading first; nothing when it is empty and not to be filled in."""
        body = self._body(part)
        if not body and part.fill:
            body = [Block("paragraph", self.say("to_fill"))]
        heading = part.label(self.language, self.brief.market)
        return [Block("heading", heading), *body] if body and heading else body

    def _body(self, part: Section) -> list[Block]:
        if part.facts:
            rows = tuple(row for row in (self.fact(name, part.fill) for name in part.facts) if row)
            return [Block("facts", rows=rows)] if rows else []
        if part.rows:
            return [
                Block("table", rows=tuple(tuple(in_language(cell, self.language) for cell in row) for row in part.rows))
            ]
        if part.text is not None:
            return [
                Block("paragraph", line) for line in in_language(part.text, self.language).splitlines() if line.strip()
            ]
        kinds: dict[str, Kind] = {"list": "item", "numbered": "number"}
        claims = self.shown(part)
        # One line alone needs no number.
        style = "list" if part.style == "numbered" and len(claims) == 1 else part.style
        blocks = [self.line(kinds.get(style, "paragraph"), claim) for claim in claims]
        if part.field == "company":
            blocks = [replace(block, text=_ended(block.text, self.language)) for block in blocks]
        return blocks


def _ended(text: str, language: Script) -> str:
    """A paragraph with the mark at its end that a sentence needs; a mere name has none."""
    sentence = len(text.split()) > 4 if language == "en" else len(text) > 12
    open_end = sentence and text[-1].isalnum()
    return text + ("." if language == "en" else "\u3002") if open_end else text


def make_page(draft: Draft, template: Template, channel: Channel | None = None) -> Page:
    """Lay a draft out.

    :param draft: the draft.
    :param template: its sections; one that is a Word file is laid out by the Word exporter alone.
    :param channel: where it is posted; one that bars contacts gets none.
    """
    writer = _Writer(draft.jd, draft.brief, template, channel)
    blocks = [Block("title", draft.jd.title)]
    if draft.jd.opening:
        blocks.append(Block("paragraph", draft.jd.opening))
    for part in template.sections:
        blocks += writer.section(part)
    cited = {citation.n: citation for citation in draft.citations}
    sources = tuple(replace(cited[old], n=new) for old, new in writer.numbers.items())
    return Page(
        title=draft.jd.title,
        language=writer.language,
        blocks=tuple(blocks),
        sources=sources,
        sources_label=writer.say("sources"),
        label=label_text(draft.brief.market, writer.language, template.ai_label),
    )


def source_line(citation: Citation) -> str:
    """A source as one line, without its number: title, year, heading, the words that are cited."""
    year = f" ({citation.year})" if citation.year else ""
    return f"{citation.title}{year}, {' > '.join(citation.heading)}: “{citation.quote}”"


def block_lines(block: Block, language: Script) -> list[str]:
    """A block as lines of plain text, without marks for sources.

    :param block: any block.
    :param language: decides the colon of facts.
    """
    colon = ": " if language == "en" else "\uff1a"
    if block.kind == "facts":
        return [colon.join(row) for row in block.rows]
    if block.kind == "table":
        return [" | ".join(row) for row in block.rows]
    return [("- " if block.kind == "item" else "") + block.text]


def plain_text(jd: JobDescription, brief: Brief) -> str:
    """The job description as plain text in reading order, under the posting of its market, without sources.

    :param jd: the sections.
    :param brief: gives language and market.
    """
    template = default_template(brief)
    writer = _Writer(jd, brief, replace(template, sources=False))
    parts = [writer.section(part) for part in template.sections]
    head = Block("facts", rows=((writer.say("title"), jd.title),))
    text = text_of([head, *(block for part in parts for block in part)], writer.language)
    return f"{jd.opening}\n\n{text}" if jd.opening else text


def text_of(blocks: list[Block] | tuple[Block, ...], language: Script) -> str:
    """Blocks as plain text: an empty line before every heading and after the title, numbers before numbered lines."""
    lines: list[str] = []
    count = 0
    for at, block in enumerate(blocks):
        count = count + 1 if block.kind == "number" else 0
        marks = "".join(f" [{number}]" for number in block.citations)
        before = blocks[at - 1].kind if at else None
        apart = block.kind == "paragraph" and before in {"item", "number", "table"}
        if block.kind == "heading" or before == "title" or apart:
            lines.append("")
        shown = block_lines(block, language)
        shown[-1] = (f"{count}. " if count else "") + shown[-1] + marks
        lines += shown
    return "\n".join(lines)
