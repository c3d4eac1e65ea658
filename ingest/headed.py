"""Entries for what headings name: their labelled blocks, the sub-headings below them, the prose under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest import prose
from ingest.clauses import block
from ingest.entries import Fields, depth_of, named_entry, paired, written
from ingest.items import cut_value
from ingest.kinds import bare_name, kind_of_node
from ingest.mentions import looks_like_name
from ingest.script import fold, fold_document, sentence_spans
from ingest.subjects import subjects
from ingest.tree import ENGLISH, Node, unlabelled_items
from ingest.types import Kind, RoleEntry, SourceDocument, Span

# Behind a name: who belongs to it.
_MEMBERS = re.compile(r"[下内还也]?(?:设|置|设有|配有|包括|由)")
_SHORT = 20
# Labels whose blocks are no fields of the entry itself.
_APART = frozenset({"kind", "team", "named_only"})


def headed(document: SourceDocument, nodes: Sequence[Node], *, declares: bool) -> Iterator[RoleEntry]:
    """Entries for the headings of a document, and for the names that their `只列名称` blocks list.

    :param document: the cleaned document.
    :param nodes: its headings from `read_tree`.
    :param declares: the document says of its entries what kind they are; then nothing is read off prose.
    """
    for node in nodes:
        kind = kind_of_node(node)
        homes = _declared_homes(document, node) if declares else _homes(node)
        if kind and kind != "concept":
            entry = _described(document, node, nodes, kind, homes, declares)
            if entry.depth != "named_only" or fold(node.name) != fold(document.title):
                yield entry  # a title that nothing is said of is that of the document
        yield from _listed(document, node, kind, homes)


def _described(
    document: SourceDocument, node: Node, nodes: Sequence[Node], kind: Kind, homes: Sequence[str], declares: bool
) -> RoleEntry:
    name = bare_name(node.name)
    english = node.english.fields if node.english else {}
    fields = {
        label: paired(items, english.get(label, [])) for label, items in node.fields.items() if label not in _APART
    }
    if not declares and not node.english:  # items with a rendering stay as they are
        fields = {label: _cut(document.text, label, spans) for label, spans in fields.items()}
    end = node.section.end
    if not {"duties", "goal", "positioning"} & fields.keys() and not declares:
        labelled = [span for spans in fields.values() for span in spans]
        fields |= {label: _apart(spans, labelled) for label, spans in _prose_fields(document, node).items()}
        if node.tabled and "duties" in fields:  # rows say something of those whom they name
            fields["duties"] = tuple(s for s in fields["duties"] if "|" not in _line_at(document.text, s.start))
        end = max([end, *(child.section.end for child in _parts(node))])
    fields = written(fields)
    inherited = _function_duties(node, nodes) if kind in {"department", "team"} else 0
    team = node.fields["team"][0].text if node.fields.get("team") else (homes[1] if len(homes) > 1 else None)
    return RoleEntry(
        kind=kind,
        name=name,
        department=name if kind == "department" else (homes[0] if homes else node.department),
        team=team,
        depth=depth_of(fields, inherited),
        doc=document.doc,
        title=document.title,
        year=node.section.year or document.year,
        heading=node.section.heading,
        start=node.section.start,
        end=max(end, node.english.section.end) if node.english else end,
        english_name=node.english.name[len(ENGLISH) :] if node.english else None,
        fields=fields,
    )


def _line_at(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 :].split("\n", 1)[0]


def _apart(spans: tuple[Span, ...], others: Sequence[Span]) -> tuple[Span, ...]:
    """The items that do not lie where a label already has its own."""
    return tuple(s for s in spans if not any(s.start < other.end and other.start < s.end for other in others))


def _cut(text: str, label: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The items of a block; one that stands in one line may hold several."""
    return cut_value(text, label, spans[0]) if len(spans) == 1 else spans


def _listed(document: SourceDocument, node: Node, kind: Kind | None, homes: Sequence[str]) -> Iterator[RoleEntry]:
    """The names of a block such as `只列名称:投诉专员、助播`."""
    name = bare_name(node.name)
    english = node.english.fields if node.english else {}
    department = (homes[0] if homes else name) if kind != "concept" else None
    for span in paired(node.fields.get("named_only", []), english.get("named_only", [])):
        yield named_entry(document, node.section, span, department, name if kind == "team" else None)


def _declared_homes(document: SourceDocument, node: Node) -> list[str]:
    """The headings around a node, without the label of its post."""
    path = [bare_name(part) for part in node.section.heading[:-1]]
    post = next((post for post in document.posts if post.start <= node.section.start <= post.end), None)
    return path[1:] if post and post.label() else path


def _homes(node: Node) -> list[str]:
    """The departments and teams around a node, the outermost first."""
    found: list[str] = []
    above = node.parent
    while above:
        if kind_of_node(above) in {"department", "team"}:
            found.insert(0, bare_name(above.name))
        above = above.parent
    return found


def _parts(node: Node) -> list[Node]:
    """The sub-headings that name nothing of their own: what they hold is said of the node."""
    return [child for child in node.children if not kind_of_node(child)]


def _prose_fields(document: SourceDocument, node: Node) -> Fields:
    """What prose below a heading says: sub-headings that name no entity are duties, and so are the clauses of the text."""
    text = document.text
    parts = _parts(node)
    items = unlabelled_items(text, node.section)
    names = sum(looks_like_name(fold(item.text).rstrip("。;,")) for item in items)
    if items and names * 2 < len(items):
        return {"duties": items}
    end = _statement_end(text, node)
    body = prose.describe(text, node.section.start, end, [fold(bare_name(node.name))], inline=node.inline)
    if not parts:
        return _own(body, document, node)
    duties = tuple(span for part in parts if (span := block(text, part.section.start, part.section.end)))
    opening = block(text, node.section.start, node.section.end)
    introduces = opening and len(opening.text) <= _SHORT and opening.text.rstrip("*_ ").endswith((":", "\uff1a"))
    return ({"goal": (opening,)} if opening and not introduces else {}) | {"duties": duties}


def _statement_end(text: str, node: Node) -> int:
    """Where the text about a node ends: what runs in behind a name ends with its paragraph."""
    start, end = node.section.start, node.section.end
    if not node.inline or not text[start:end].split("\n", 1)[0].strip():
        return end
    paragraph = re.search(r"\n\s*\n|(?<=[。;.\uff1b])\n", text[start:end])
    return start + paragraph.start() if paragraph else end


def _own(fields: Fields, document: SourceDocument, node: Node) -> Fields:
    """The fields without the sentences whose subject is another department or role; all of them when nothing else is said."""
    mine = fold(bare_name(node.name))
    others = [
        mention.said
        for mention in subjects(fold_document(document.text), node.section.start, node.section.end)
        if mention.said and fold(mention.name) not in mine and mine not in mention.name
    ]
    kept = tuple(
        span
        for span in fields.get("duties", ())
        if not any(start < span.end and span.start < end for start, end in others)
    )
    if kept or not others:
        return {**fields, "duties": kept} if kept else fields
    return _positioning(document, node, others)


def _positioning(document: SourceDocument, node: Node, others: Sequence[tuple[int, int]]) -> Fields:
    """What a section about others says of the thing in its heading itself: a sentence that begins with its name."""
    folded, name = fold_document(document.text), fold(bare_name(node.name))
    for first, last in sentence_spans(document.text, node.section.start, node.section.end):
        apart = not any(start < last and first < end for start, end in others)
        if apart and folded.startswith(name, first) and not _MEMBERS.match(folded, first + len(name)):
            return {"positioning": (Span(document.text[first:last], first, last),)}
    return {}


def _function_duties(node: Node, nodes: Sequence[Node]) -> int:
    """How many duties stand under the functions of a department: they are its own, those of its roles are not."""
    inside = (other for other in nodes if other.section.heading[:-1] == node.section.heading)
    return sum(len(other.fields.get("duties", [])) or 1 for other in inside if kind_of_node(other) == "function")
