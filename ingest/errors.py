"""The error tree. Every message a user can act on carries a hint that names the next step.

RolewrightError
├── UsageError          wrong arguments, an unreadable brief, a batch file in the wrong shape (exit code 2)
├── SettingsError       an environment variable or a line of `.env` that cannot be used
├── LoadError           one file that cannot be read as a document
├── LibraryError        the library folder cannot be read or written
│   ├── NoIndexError    nothing has been indexed yet
│   └── IndexMismatch   the index was written by another embedder or an older layout
├── EmbedderError       the embedder is missing here or failed
├── AccessError         the role of who asks does not allow it
├── LimitError          too many requests in a short time
└── ModelError          the chat endpoint failed; callers fall back to the extractive writer
"""

from __future__ import annotations


class RolewrightError(Exception):
    """An error a user can act on.

    :param message: one line that says what went wrong.
    :param hint: one line that names the next step.
    """

    code = "error"
    exit_code = 1

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(RolewrightError):
    """Wrong arguments or input in the wrong shape."""

    code = "usage"
    exit_code = 2


class SettingsError(RolewrightError):
    """A setting from the environment or `.env` cannot be used."""

    code = "settings"


class LoadError(RolewrightError):
    """One file cannot be read as a document."""

    code = "load"


class LibraryError(RolewrightError):
    """The library folder cannot be read or written."""

    code = "library"


class NoIndexError(LibraryError):
    """Nothing has been indexed in this library yet."""

    code = "no_index"


class IndexMismatch(LibraryError):
    """The index was written by another embedder or an older layout."""

    code = "index_mismatch"


class EmbedderError(RolewrightError):
    """The embedder is missing on this machine or failed."""

    code = "embedder"


class AccessError(RolewrightError):
    """The role of who asks does not allow it."""

    code = "access"


class LimitError(RolewrightError):
    """Too many requests in a short time."""

    code = "limit"


class ModelError(RolewrightError):
    """The chat endpoint failed."""

    code = "model"
