"""How many tokens went to the chat endpoint and came back since this program started."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import ChatGeneration

from ingest.chunking import count_tokens

if TYPE_CHECKING:
    from uuid import UUID

    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import LLMResult


@dataclass(frozen=True)
class Spent:
    """Requests sent, tokens sent and received. `counted` requests came back without their tokens, which were counted here by `cl100k`."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    counted: int = 0


class Meter(BaseCallbackHandler):
    """Listens to a chat model. A request that failed before a word came back counts as a request without tokens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[UUID, int] = {}
        self._spent = Spent()

    @property
    def spent(self) -> Spent:
        """The sums so far."""
        return self._spent

    def on_chat_model_start(
        self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **_: Any
    ) -> None:
        """A request is sent."""
        tokens = sum(count_tokens(str(message.text)) for row in messages for message in row)
        with self._lock:
            self._asked[run_id] = tokens

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """The whole answer is there."""
        self._add(run_id, response)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **more: Any) -> None:
        """The answer broke off, or its reader stopped; `more` holds what had come by then."""
        self._add(run_id, more.get("response"))

    def _add(self, run: UUID, response: LLMResult | None) -> None:
        told = [part for row in response.generations for part in row] if response else []
        text = "".join(part.text for part in told)
        reported = next(
            (usage for part in told if isinstance(part, ChatGeneration) and (usage := _reported(part))), None
        )
        with self._lock:
            sent, spent = self._asked.pop(run, 0), self._spent
            spent = replace(spent, requests=spent.requests + 1)
            if reported:
                sent, received = reported
            elif text:
                received = count_tokens(text)
                spent = replace(spent, counted=spent.counted + 1)
            else:
                sent = received = 0
            self._spent = replace(spent, sent=spent.sent + sent, received=spent.received + received)


def _reported(part: ChatGeneration) -> tuple[int, int] | None:
    """The tokens sent and received, as the endpoint tells them."""
    usage = getattr(part.message, "usage_metadata", None)
    return (usage["input_tokens"], usage["output_tokens"]) if usage else None
