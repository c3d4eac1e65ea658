"""The HTTP API: the command line's verbs under the same names with the same JSON, for `gradio_client` and MCP clients."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from gradio.events import api as endpoint

from ingest.errors import RolewrightError, UsageError
from rag.app import Rolewright
from rag.types import Turn, parse_history

Json = dict[str, Any]
VERBS = ("ask", "search", "draft", "lint", "roles")


def error_json(error: Exception) -> Json:
    """What every endpoint returns in place of a result that could not be made."""
    if isinstance(error, RolewrightError):
        return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
    hint = "look at the server's log, and report what it says"
    return {"error": {"code": "internal", "message": f"unexpected {type(error).__name__}", "hint": hint}}


def _guard(work: Callable[[], Iterator[Json]]) -> Iterator[Json]:
    try:
        yield from work()
    except RolewrightError as error:
        yield error_json(error)
    except Exception as error:
        logging.getLogger("rolewright").error("an API call failed", exc_info=True)
        yield error_json(error)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} is not a text", f"give {name} as a string")
    return value


class Api:
    """One method per endpoint, named like it.

    :param app: the facade.
    """

    def __init__(self, app: Rolewright) -> None:
        self.app = app

    def ask(self, question: str, history: list[dict[str, str]] | None = None) -> Iterator[dict[str, Any]]:
        """Answer a question about departments and roles from the indexed documents, with citations.

        Args:
            question: the question, in Chinese or English.
            history: the conversation before it, as {"role": "user" or "assistant", "content": "..."}.
        """

        def work() -> Iterator[Json]:
            turn = Turn(_text("question", question), parse_history(history))
            for answer in self.app.stream(turn):
                yield answer.to_dict()

        yield from _guard(work)

    def search(self, question: str, k: int = 10) -> dict[str, Any]:
        """The k best passages for a question.

        Args:
            question: the question or a few key words.
            k: how many passages.
        """

        def work() -> Iterator[Json]:
            if isinstance(k, bool) or not isinstance(k, (int, float)) or k != int(k):
                raise UsageError(f"k is {k!r}", "give k as a whole number")
            hits = self.app.search(_text("question", question), int(k))
            yield {"question": question, "hits": [hit.to_dict() for hit in hits]}

        return next(_guard(work))

    def draft(self, brief: dict[str, Any] | str) -> dict[str, Any]:
        """Draft a job description whose every line names its source.

        Args:
            brief: an object such as {"title": "..."}, or one sentence, or an old job description.
        """

        def work() -> Iterator[Json]:
            from rag.brief import Brief
            from rag.drafting import brief_of_text, polisher_of
            from rag.jd import draft

            engine = self.app.engine
            read = brief_of_text(brief, self.app) if isinstance(brief, str) else Brief.from_dict(brief)
            yield draft(read, engine, polisher_of(self.app)).to_dict()

        return next(_guard(work))

    def lint(self, text: str, market: str = "CN", lang: str = "zh-Hans") -> dict[str, Any]:
        """Check a job description for illegal and biased wording.

        Args:
            text: the job description.
            market: CN, TW, HK, US or EU.
            lang: the language of the explanations: zh-Hans, zh-Hant or en.
        """

        def work() -> Iterator[Json]:
            from rag.lint_document import check_text

            yield check_text(_text("text", text), _text("market", market), _text("lang", lang)).to_dict()

        return next(_guard(work))

    def roles(self, query: str = "") -> dict[str, Any]:
        """The catalogue of departments, teams and roles.

        Args:
            query: a name, an alias or a part of one; empty for all.
        """

        def work() -> Iterator[Json]:
            yield {"query": query, "roles": self.app.roles(_text("query", query))}

        return next(_guard(work))


def register(api: Api) -> None:
    """Offer every endpoint of the current `gr.Blocks`.

    :param api: the verbs.
    """
    for name in VERBS:
        endpoint(getattr(api, name), api_name=name, concurrency_limit=4)
