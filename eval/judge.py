"""A model as a second opinion beside the offline metrics, never instead of them: DeepEval's metrics asked of the configured endpoint.

DeepEval is an extra (`pip install 'rolewright[judge]'`): it brings 40 packages and plugins for pytest. ragas was the other choice; its
0.4.3 does not import beside langchain 1.x and asks for an older openai package.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from eval.cases import Case
from ingest.errors import ModelError, RolewrightError, UsageError
from rag.citations import MARK
from rag.types import Answer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import BaseModel

# What the judge adds to the scores of a row.
METRICS = ("judge_faithfulness", "judge_relevancy", "judge_correctness")
_CORRECT = (
    "Does the actual output tell what the expected output tells, in whatever language, script and order? "
    "Penalise facts of the expected output that are missing and facts that contradict it. More facts than expected are no fault."
)


class Judge:
    """Scores answers with the configured chat model.

    :param model: the chat model.
    :raises UsageError: when DeepEval is not installed.
    """

    def __init__(self, model: BaseChatModel) -> None:
        # Both are read when the package is imported: it would report every run and write files into the working folder.
        os.environ.setdefault("DEEPEVAL_TELEMETRY_OPT_OUT", "1")
        os.environ.setdefault("DEEPEVAL_FILE_SYSTEM", "READ_ONLY")
        try:
            self._metrics = _metrics(_chat(model))
        except ImportError as error:
            raise UsageError(
                "the judge needs the package deepeval, which is not installed",
                "install it into the environment: .venv/bin/python -m pip install 'deepeval>=4.3'",
            ) from error

    def scores(self, case: Case, answer: Answer) -> dict[str, float]:
        """The judge's scores of one answer, 0 to 1; empty for a refusal, which has nothing to judge.

        :param case: an answerable case; without a reference answer correctness is not judged.
        :param answer: what the system said.
        :raises ModelError: when the endpoint fails.
        """
        from deepeval.test_case import LLMTestCase

        if answer.status == "refused":
            return {}
        row = LLMTestCase(
            input=case.question,
            actual_output=MARK.sub("", answer.answer),
            expected_output=case.reference_answer,
            retrieval_context=[citation.quote for citation in answer.citations],
        )
        found = {}
        for name, metric in self._metrics.items():
            if name == "judge_correctness" and not case.reference_answer:
                continue
            try:
                found[name] = float(metric.measure(row, _show_indicator=False))
            except RolewrightError:
                raise
            except Exception as error:  # whatever a weak model's answer does to the package
                raise ModelError(
                    f"the judge failed: {type(error).__name__}", "use a larger model as the judge"
                ) from error
        return found


def _metrics(model: Any) -> dict[str, Any]:
    from deepeval.metrics import AnswerRelevancyMetric, FaithfulnessMetric, GEval
    from deepeval.test_case import SingleTurnParams

    shared = {"model": model, "async_mode": False}
    compared = [SingleTurnParams.ACTUAL_OUTPUT, SingleTurnParams.EXPECTED_OUTPUT]
    steps = [_CORRECT]
    return dict(
        zip(
            METRICS,
            (
                FaithfulnessMetric(include_reason=False, **shared),
                AnswerRelevancyMetric(include_reason=False, **shared),
                GEval("correctness", evaluation_params=compared, evaluation_steps=steps, **shared),
            ),
            strict=True,
        )
    )


@cache
def _chat_class() -> type:
    from deepeval.models import DeepEvalBaseLLM

    from rag.endpoint import stream_text, structured

    class Chat(DeepEvalBaseLLM):  # type: ignore[misc,unused-ignore]
        """The configured endpoint as DeepEval calls one."""

        def __init__(self, model: BaseChatModel) -> None:
            self._chat = model
            super().__init__("rolewright")

        def load_model(self) -> Any:
            return self._chat

        def get_model_name(self) -> str:
            return str(self.name)

        def generate(self, prompt: str, schema: type[BaseModel] | None = None) -> Any:
            messages = [("human", prompt)]
            return structured(self._chat, schema, messages) if schema else "".join(stream_text(self._chat, messages))

        async def a_generate(self, prompt: str, schema: type[BaseModel] | None = None) -> Any:
            return self.generate(prompt, schema)

    return Chat


def _chat(model: BaseChatModel) -> Any:
    return _chat_class()(model)
