"""What the library keeps of a draft: its present lines, its versions, who decided what, and whether its sources have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ingest.types import DocumentRecord
from rag.work import Work


@dataclass(frozen=True)
class Version:
    """One saved version; `work` is read by `DraftStore.version`."""

    n: int
    at: str
    author: str
    note: str


@dataclass(frozen=True)
class Decision:
    """Who set a draft to a state, when, and which version that was."""

    at: str
    name: str
    state: str
    version: int


@dataclass(frozen=True)
class Saved:
    """A draft as the library keeps it; times are ISO 8601 in UTC, `digests` those of the cited documents when they were cited."""

    id: str
    owner: str
    title: str
    state: str
    created: str
    updated: str
    work: Work
    digests: dict[str, str]
    versions: tuple[Version, ...] = ()
    decisions: tuple[Decision, ...] = ()
    can_undo: bool = False
    can_redo: bool = False

    def stale(self, documents: Mapping[str, DocumentRecord]) -> list[str]:
        """The cited documents that are not what they were when they were cited, or are gone.

        :param documents: the register of the open index.
        """
        return [doc for doc, digest in self.digests.items() if doc not in documents or documents[doc].digest != digest]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form, the contract's Draft under `draft`."""
        row = {name: getattr(self, name) for name in ("id", "owner", "title", "state", "created", "updated", "digests")}
        row |= {"versions": [asdict(version) for version in self.versions]}
        return row | {"decisions": [asdict(decision) for decision in self.decisions], **self.work.to_dict()}


@dataclass(frozen=True)
class Listed:
    """One row of the list of drafts."""

    id: str
    owner: str
    title: str
    state: str
    updated: str
    versions: int

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)
