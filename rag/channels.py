"""Channels: where a posting goes, and what that place takes. Dated data in `channels.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.errors import UsageError


@dataclass(frozen=True)
class Channel:
    """What one channel takes.

    :param id: its name on the command line.
    :param name: what people see.
    :param max_chars: most characters of the text; None where no limit is known.
    :param min_chars: fewest characters of the text; None where none is known.
    :param max_title: most characters of the title; None where no limit is known.
    :param plain: whether it takes plain text alone.
    :param contact: whether contacts may stand in the text.
    :param basis: `official`, `third_party`, or `assumed` for a careful guess of ours.
    :param verified_on: the day on which it was looked up.
    """

    id: str
    name: str
    basis: str
    verified_on: date
    max_chars: int | None = None
    min_chars: int | None = None
    max_title: int | None = None
    plain: bool = False
    contact: bool = True

    def problems(self, title: str, text: str) -> list[str]:
        """What the channel would not take, as sentences with both numbers; empty when all is well.

        :param title: the job's title.
        :param text: the text without the title's line.
        """
        known = {"official": "", "third_party": " (by third parties)", "assumed": " (our careful guess)"}[self.basis]
        found = []
        if self.max_title is not None and len(title) > self.max_title:
            found.append(f"the title has {len(title)} characters, {self.name} takes at most {self.max_title}{known}")
        if self.max_chars is not None and len(text) > self.max_chars:
            found.append(f"the text has {len(text)} characters, {self.name} takes at most {self.max_chars}{known}")
        if self.min_chars is not None and len(text) < self.min_chars:
            found.append(f"the text has {len(text)} characters, {self.name} takes at least {self.min_chars}{known}")
        return found


@cache
def channels() -> dict[str, Channel]:
    """Every channel by its id."""
    rows: dict[str, dict[str, Any]] = yaml.safe_load((files("rag") / "channels.yaml").read_text(encoding="utf-8"))
    return {name: Channel(id=name, **row) for name, row in rows.items()}


def find_channel(name: str) -> Channel:
    """A channel by its id.

    :raises UsageError: when there is none, naming those there are.
    """
    if name not in channels():
        raise UsageError(f"there is no channel {name!r}", f"use one of: {', '.join(channels())}")
    return channels()[name]
