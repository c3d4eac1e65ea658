"""What a user says of a document that cannot say it itself: `report.pdf.meta.yaml` beside `report.pdf`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.errors import LoadError
from ingest.metadata import text_value, year_of
from ingest.types import LoadedFile

SUFFIX = ".meta.yaml"
_KEYS = ("title", "author", "source", "year")


def sidecar_of(path: Path) -> Path:
    """Where the facts about a document would lie."""
    return path.with_name(path.name + SUFFIX)


def read_facts(block: str, name: str) -> dict[str, Any]:
    """Read a YAML block of `key: value` lines.

    :param block: the block.
    :param name: what it is part of, for messages.
    :raises LoadError: for anything else.
    """
    import yaml

    try:
        facts = yaml.safe_load(block)
    # Besides YAMLError, safe_load lets through what building a value raises: no such day, too deep, an empty number.
    except Exception as error:
        # Marks count from 0, and the block begins on the second line of its file or below nothing.
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 2
        raise LoadError(
            f"{name} is not YAML (line {line}, {type(error).__name__})",
            "quote values that hold a colon or a quotation mark, or remove the block",
        ) from error
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise LoadError(
            f"{name} is not made of `key: value` lines (line 2)", "write it as YAML, or remove the --- lines"
        )
    return facts


def with_sidecar(path: Path, loaded: LoadedFile) -> LoadedFile:
    """What the sidecar file of a document says, over what the document says itself.

    :param path: the document.
    :param loaded: what its loader read.
    :raises LoadError: for a sidecar that is not made of title, author, source and year.
    """
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return loaded
    try:
        block = sidecar.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(f"cannot read {sidecar.name}: {error}", "save it as UTF-8 text, or remove it") from error
    facts = read_facts(block, sidecar.name)
    unknown = sorted(str(key) for key in facts if key not in _KEYS)
    if unknown:
        raise LoadError(f"{sidecar.name} holds the unknown key {unknown[0]!r}", f"use {', '.join(_KEYS)}")
    return replace(
        loaded,
        title=text_value(facts.get("title")) or loaded.title,
        author=text_value(facts.get("author")) or loaded.author,
        source=text_value(facts.get("source")) or loaded.source,
        year=year_of(facts.get("year")) or loaded.year,
    )
