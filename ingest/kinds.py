"""What a heading or a bare name stands for: a department, a team, a role, a function of one of these, or nothing."""

from __future__ import annotations

import re

from ingest.labels import heading_label
from ingest.mentions import NOT_NAMES, known_names
from ingest.names import LONGEST_ENGLISH, is_generic, kind_of_name
from ingest.script import CJK, fold
from ingest.tree import Node
from ingest.types import Kind

_DECLARED: dict[str, Kind] = {
    "部门": "department",
    "团队": "team",
    "职能": "function",
    "岗位": "role",
    "概念": "concept",
}
DEPARTMENT_END = re.compile(r"(?:部|部门|体系|条线|岗|中心|事业部)$")
_TEAM = re.compile(r"(?:组|团队|小组)$")
_ROLE = re.compile(
    r"(?:经理|总监|主管|专员|助理|工程师|设计师|设计人员|人员|分析师|架构师|组长|客服|运营|策划|编辑|主播|美工|推广|公关|负责人|顾问)(?:\(.+\))?$"
)
_BY_ENDING: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("role", _ROLE),
    ("team", _TEAM),
    ("department", DEPARTMENT_END),
)
# What a heading adds to the name of the thing it describes.
_HEAD_TAIL = re.compile(
    r"(?:岗位职责|职能及运作|的?(?:主要|核心|具体|工作)?职责(?:和|与|及)?(?:要求|任务)?|职能|岗位|的?工作内容|岗位说明书|职位描述|说明书|体系(?=岗位))(?:\s*:.*)?$"
)
# Headings that name a part of a text and nothing in an organisation.
_NO_ENTITY = re.compile(
    r"(?:背景|简介|概述|介绍|总结|结语|引言|前言|导读|流程|制度|原则|意义|目的|要求|待遇|福利|条件|方式|案例|问题|建议|说明|须知|附件|附录|其他|设置|适应性|框架|鄙视链)$"
)
# Headings over a list of what they say.
_GENERIC = frozenset(["人员", "部门", "团队", "小组", "岗位", "主管", "负责人", "组织架构"])
_LONGEST_HEADING = 20
_LONGEST_SIBLING = 6


def bare_name(heading: str) -> str:
    """What a heading names, without `岗位职责` and the like behind it.

    :param heading: a heading as it stands in the document.
    :return: a piece from the beginning of the heading.
    """
    folded = _HEAD_TAIL.sub("", fold(heading))
    folded = fold(heading) if folded.endswith(("与", "和", "及", "的")) else folded
    bare = heading[: len(folded)].strip() if folded else heading
    return re.sub(r"\s*[(\uff08]略[)\uff09]$", "", bare)


def kind_of_node(node: Node) -> Kind | None:
    """What a heading names; None for a heading that names neither a part of the organisation nor a role."""
    return _by_itself(node) or _like_siblings(node) or _like_departments(node)


def _by_itself(node: Node) -> Kind | None:
    folded = fold(bare_name(node.name))
    if by_name := kind_by_name(node):
        return by_name
    if not _may_name(node, folded) or (is_generic(folded) and kind_of_name(folded)):
        return None
    if {"goal", "duties", "positioning"} & node.fields.keys():
        return "department" if len(node.section.heading) == 1 else "role"
    return _inferred(node, folded)


def _may_name(node: Node, folded: str) -> bool:
    """Whether a heading could be a name: short, no label, and not in what stands below a role."""
    longest = LONGEST_ENGLISH if not CJK.search(folded) else _LONGEST_HEADING
    below_role = node.inline and node.parent and _is_role(node.parent)
    return not (folded in _GENERIC or len(folded) > longest or heading_label(node.name) or below_role)


def kind_by_name(node: Node) -> Kind | None:
    """What a heading names as far as its words tell, whatever stands below it."""
    if declared := node.fields.get("kind"):
        return _DECLARED.get(fold(declared[0].text), "concept")
    folded = fold(bare_name(node.name))
    if not _may_name(node, folded):
        return None
    for kind, ending in _BY_ENDING:
        if ending.search(folded) and (folded in known_names() or not NOT_NAMES.search(folded)):
            return kind
    by_ending = kind_of_name(folded)
    if by_ending and not NOT_NAMES.search(folded.removesuffix("负责人")):
        # A bare OFFICE heads the text on several.
        return None if by_ending != "role" and is_generic(folded) else by_ending
    return None


def _like_siblings(node: Node) -> Kind | None:
    """Between two or more names that run into their text, such as `推广:` and `商务合作:`, a short head is a name too."""
    folded = fold(bare_name(node.name))
    if not node.inline or not node.parent or _is_role(node.parent) or len(folded) > _LONGEST_SIBLING:
        return None
    if _NO_ENTITY.search(folded) or NOT_NAMES.search(folded):
        return None
    siblings = [other for other in node.parent.children if other is not node and other.inline]
    named = [other for other in siblings if _by_itself(other)]
    return "role" if len(named) > 1 and len(named) * 2 > len(siblings) else None


def _like_departments(node: Node) -> Kind | None:
    """Beside a heading that names a department, one over roles, be they headings or rows, names a department too: `Technical Services`."""
    folded = fold(bare_name(node.name))
    if (
        node.inline
        or not _may_name(node, folded)
        or _NO_ENTITY.search(folded)
        or (node.parent and _is_role(node.parent))
    ):
        return None
    if not (node.tabled or any(kind_by_name(child) == "role" for child in node.children)):
        return None
    beside = any(kind_by_name(other) == "department" for other in node.beside if other is not node)
    return "department" if beside else None


def kind_of_mention(name: str) -> Kind:
    """What a name in running text stands for, by its ending; `role` where the ending does not tell."""
    folded = fold(name)
    if _ROLE.search(folded):
        return "role"
    if by_ending := kind_of_name(folded):
        return by_ending
    return "team" if _TEAM.search(folded) else "department" if DEPARTMENT_END.search(folded) else "role"


def _is_role(node: Node) -> bool:
    folded = fold(bare_name(node.name))
    names_department = f"{folded}部" in known_names()  # 运营 is the department's short name
    return "kind" not in node.fields and bool(_ROLE.search(folded)) and not names_department


def _inferred(node: Node, folded: str) -> Kind | None:
    """The kind of a heading without any label: known names, and what stands below a department or a team."""
    if _NO_ENTITY.search(folded) and folded not in known_names():
        return None
    bracketless = re.sub(r"\(.*\)$", "", folded)
    if bracketless in known_names():
        return "role" if node.parent and _entity_above(node) else "department"
    if f"{bracketless}部" in known_names() and not _entity_above(node):
        return "department"  # 市场 over a text is 市场部
    return "function" if node.section.start < node.section.end and _entity_above(node) else None


def _entity_above(node: Node) -> bool:
    above = node.parent
    if not above:
        return False
    folded = fold(bare_name(above.name))
    return (
        (not CJK.search(folded) and kind_of_name(folded) in {"team", "department"})
        or bool(_TEAM.search(folded) or DEPARTMENT_END.search(folded))
        or (not _ROLE.search(folded) and bool(above.parent) and folded in known_names())
        or bool(above.parent and _entity_above(above) and not _ROLE.search(folded))
    )
