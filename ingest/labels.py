"""The labels under which documents list what they say of a role: 目标, 职责, 指标 and their other spellings."""

from __future__ import annotations

import re

from ingest.script import fold


def _spellings(block: str) -> tuple[str, ...]:
    """The words of a block; `_` stands for a space inside one of them."""
    return tuple(word.replace("_", " ") for word in block.split())


# Folded spellings of each label; the key is the field's name in `RoleEntry.fields`.
LABELS: dict[str, tuple[str, ...]] = {
    "kind": ("类型", "kind"),
    "team": ("所属", "team"),
    "positioning": ("定位", "positioning"),
    "goal": ("目标", "岗位目的", "岗位目标", "岗位使命", "岗位宗旨", "工作目标", "目的", "goal", "purpose", "mission"),
    "duties": _spellings(
        """
        职责 主要职责 岗位职责 工作职责 工作内容 职责描述 职位描述 岗位描述 核心职责 主要工作 你将负责
        duties responsibilities key_responsibilities what_you_will_do what_you'll_do
        """
    ),
    "metrics": ("指标", "考核指标", "关键指标", "绩效指标", "考核标准", "metrics", "kpis", "key metrics"),
    "deliverables": ("产出", "交付物", "工作产出", "deliverables"),
    "skills": _spellings(
        """
        技能 基本技能要求 任职要求 任职资格 技能要求 岗位要求 职位要求 能力要求 任职条件
        skills requirements qualifications what_you_will_need
        """
    ),
    "works_with": ("协作", "协作关系", "工作关系", "汇报关系", "works with"),
    "note": ("说明", "note"),
    "named_only": ("只列名称", "named only"),
}
_LABEL_OF = {spelling: label for label, spellings in LABELS.items() for spelling in spellings}
_LABEL_LINE = re.compile(rf"^\s*({'|'.join(sorted(map(re.escape, _LABEL_OF), key=len, reverse=True))})\s*:\s*(.*)$")


def label_of(line: str) -> tuple[str, int] | None:
    """The label that a line begins with.

    :param line: one line of a document.
    :return: the field's name (a key of `LABELS`) and the offset of what follows it, or None.
    """
    match = _LABEL_LINE.match(fold(line))
    return (_LABEL_OF[match.group(1)], match.start(2)) if match else None


def heading_label(heading: str) -> str | None:
    """The field's name when a heading is a label, as in `### 岗位职责`; None otherwise."""
    return _LABEL_OF.get(fold(heading).strip().rstrip(":"))
