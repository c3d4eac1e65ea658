"""Examples in the lines of a source leave a posting where they make it long, or speak of another trade."""

from __future__ import annotations

import pytest

from rag.examples import fits, without_examples


@pytest.mark.parametrize(
    ("line", "trade", "kept", "expected"),
    [
        ("迅速回答提问，例如某款衣服有没有某个尺码。", "家电", False, "迅速回答提问。"),
        ("迅速回答提问，例如某款衣服有没有某个尺码。", "服装、衣服", False, None),
        ("從賣點（例如服裝的面料）和痛點出發構思選題，例如顯瘦褲款。", None, True, "從賣點和痛點出發構思選題。"),
        ("把目标分到每个平台，例如天猫店打品牌，抖音店打转化。", None, False, None),
        ("改进说明，例如换图、换标题，使转化率上升。" + "补充" * 25, None, False, "改进说明，使转化率上升。" + "补充" * 25),
        ("改进说明，例如换图、换标题，使转化率上升。", None, False, None),
        ("分配资源以求 ROI 最高，资料所举的分法是站内60%、私域10%。", None, True, "分配资源以求 ROI 最高。"),
        ("Write topics (for example slimming trousers) every week.", "tea", True, "Write topics every week."),
        ("Manage the shift roster (the source does say \"pre-sales\" here).", None, True, "Manage the shift roster."),
    ],
)  # fmt: skip
def test_examples(line: str, trade: str | None, kept: bool, expected: str | None) -> None:
    assert without_examples(line, business_line=trade, all_kept=kept) == (expected or line)


def test_a_measure_that_is_only_an_example_does_not_stand_in_a_posting() -> None:
    assert not fits("推廣預算分配（舉例）：站內60%。") and fits("响应时长：不超过15秒。")
