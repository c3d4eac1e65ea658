"""The bundled documents in our own words, their coverage table and the role names they use."""

from __future__ import annotations

from pathlib import Path


def documents_root() -> Path:
    """The folder of the bundled Markdown documents."""
    return Path(__file__).parent / "documents"


def coverage_file() -> Path:
    """The JSON Lines table of every department, team and role the bundled documents hold, with its depth."""
    return Path(__file__).parent / "coverage.jsonl"


def vector_cache() -> Path:
    """The packaged vectors of the bundled documents, so that a first run does not wait for the encoder."""
    return Path(__file__).parent / "vectors.npz"


def names_file() -> Path:
    """The JSON table of canonical role and department names with their other spellings, Chinese and English."""
    return Path(__file__).parent / "names.json"
