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
    "goal": _spellings(
        """
        目标 目的 使命 宗旨 岗位目的 岗位目标 岗位使命 岗位宗旨 工作目标 工作使命 职位目的 职位目标 设岗目的 部门目标 部门使命 部门宗旨
        goal aim purpose mission objective job_purpose purpose_of_the_role role_purpose
        """
    ),
    "duties": _spellings(
        """
        职责 主要职责 岗位职责 工作职责 工作内容 职责描述 职位描述 岗位描述 核心职责 主要工作 你将负责 部门职责 部门职能 主要职能 职务内容
        工作任务 主要任务 工作项目 职掌 业务职掌 主要工作内容 职责说明 工作说明 职责如下 主要职责如下 岗位职责如下 工作职责如下 主要职责包括
        duties tasks main_tasks responsibilities key_responsibilities main_duties key_duties what_you_will_do what_you'll_do
        what_they_do what_you_do duties_include responsibilities_include main_duties_include key_responsibilities_include
        """
    ),
    "metrics": _spellings(
        """
        指标 考核指标 关键指标 绩效指标 考核标准 考核 考核内容 考核项目 考核方式 衡量指标 绩效考核 关键绩效指标
        metrics measures kpi kpis key_metrics measured_by measured_on success_measures how_success_is_measured
        """
    ),
    "deliverables": ("产出", "交付物", "工作产出", "deliverables"),
    "skills": _spellings(
        """
        技能 基本技能要求 任职要求 任职资格 技能要求 岗位要求 职位要求 能力要求 任职条件 要求 应备条件 资格条件 应征条件 条件要求 所需技能
        skills requirements qualifications what_you_will_need what_you'll_need
        """
    ),
    "works_with": _spellings(
        """
        协作 协作关系 工作关系 汇报关系 汇报对象 汇报给 上级 直接上级 下级 直接下级 直属上级 直属主管 协作部门 协作对象
        works_with reports_to
        """
    ),
    "note": ("说明", "note"),
    "named_only": ("只列名称", "named only"),
}
_LABEL_OF = {spelling: label for label, spellings in LABELS.items() for spelling in spellings}


def every_spelling() -> tuple[str, ...]:
    """All words that are labels, folded."""
    return tuple(_LABEL_OF)


_BOLD = r"(?:\*\*|__|\*|_)?"
_LABEL_LINE = re.compile(
    rf"^\s*(?:[-*]\s+)?{_BOLD}({'|'.join(sorted(map(re.escape, _LABEL_OF), key=len, reverse=True))}){_BOLD}\s*:\s*{_BOLD}\s*(.*)$"
)


def label_of(line: str) -> tuple[str, int] | None:
    """The label that a line begins with.

    :param line: one line of a document.
    :return: the field's name (a key of `LABELS`) and the offset of what follows it, or None.
    """
    match = _LABEL_LINE.match(fold(line))
    return (_LABEL_OF[match.group(1)], match.start(2)) if match else None


def heading_label(heading: str) -> str | None:
    """The field's name when a heading is a label, as in `### 岗位职责`; None otherwise."""
    return _LABEL_OF.get(fold(heading).strip(" \t*_:"))
