"""Any OpenAI-compatible chat endpoint as a stream of text; whatever goes wrong there is a `ModelError`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from ingest.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import BaseModel

    from rag.usage import Meter

# Passages of that size never need a longer answer; small models repeat themselves without end.
MAX_ANSWER = 8_000
_HINT = "check ROLEWRIGHT_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY with `rolewright doctor`"
Answered = TypeVar("Answered", bound="BaseModel")


def chat_model(
    model: str, *, base_url: str | None, api_key: str | None, timeout: float = 60.0, meter: Meter | None = None
) -> BaseChatModel:
    """A chat model behind an OpenAI-compatible endpoint.

    :param model: its name at the endpoint.
    :param base_url: the endpoint; None for OpenAI's own.
    :param api_key: the key; local servers take any.
    :param timeout: seconds without an answer before the call fails.
    :param meter: counts the tokens.
    """
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=model,
        base_url=base_url,
        api_key=SecretStr(api_key or "none"),
        timeout=timeout,
        max_retries=0,
        callbacks=[meter] if meter else None,
        temperature=0,
    )


def _failure(error: Exception) -> str:
    """What went wrong at the endpoint, in a few words and without its text, which could hold anything."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return "timeout"
    if isinstance(error, openai.APIStatusError):
        return f"HTTP {error.status_code}"
    if isinstance(error, openai.APIConnectionError):
        return "connection failed"
    return f"malformed response: {type(error).__name__}"


@contextmanager
def _failing_as_model_error() -> Iterator[None]:
    """Whatever an endpoint can do wrong, from refusing to a reply that is no chat reply, becomes a `ModelError`."""
    import httpx
    import openai

    try:
        yield
    except (
        openai.OpenAIError,
        httpx.HTTPError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise ModelError(_failure(error), _HINT) from error


def structured(model: BaseChatModel, schema: type[Answered], messages: list[tuple[str, str]]) -> Answered:
    """An answer in the shape of a schema.

    :param model: a chat model whose endpoint answers in a JSON schema.
    :param schema: the pydantic model of the answer.
    :param messages: the chat messages.
    :raises ModelError: when the endpoint fails, refuses, or answers in another shape.
    """
    with _failing_as_model_error():
        answer = model.with_structured_output(schema, method="json_schema").invoke(messages)
    if not isinstance(answer, schema):
        raise ModelError("malformed response: no structured answer", _HINT)
    return answer


def stream_text(model: BaseChatModel, messages: list[tuple[str, str]]) -> Iterator[str]:
    """The model's text, piece by piece.

    :raises ModelError: when the endpoint refuses, times out, answers with an error or sends something else than a chat stream.
    """
    length, finish = 0, ""
    with _failing_as_model_error():
        for piece in model.stream(messages):
            finish = str(piece.response_metadata.get("finish_reason") or finish)
            if text := piece.text:
                length += len(text)
                if length > MAX_ANSWER:
                    break
                yield str(text)
    if length > MAX_ANSWER:
        raise ModelError("answer too long", "use a larger model; this one does not stop")
    if not length:
        raise ModelError("empty response", "check that ROLEWRIGHT_MODEL names a chat model the endpoint serves")
    if finish in {"", "length", "content_filter"}:
        # A connection that closes early looks like the end of a stream; only the finish reason tells them apart.
        raise ModelError("stream cut off", "try again; if it stays, look at the log and the token limit of the server")
