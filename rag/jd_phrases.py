"""Headings and questions of a job description, in the reader's language and market."""

from __future__ import annotations

from ingest.script import Script, full_width, to_script

# key: (mainland Chinese, Taiwan Chinese or None for the same, English)
_PHRASES: dict[str, tuple[str, str | None, str]] = {
    "title": ("岗位名称", "职务名称", "Title"),
    "department": ("所属部门", None, "Department"),
    "level": ("职级", None, "Level"),
    "purpose": ("岗位目的", "职务说明", "About the role"),
    "responsibilities": ("岗位职责", "工作内容", "Responsibilities"),
    "requirements": ("任职要求", "条件要求", "Requirements"),
    "nice_to_have": ("加分项", "加分条件", "Nice to have"),
    "kpis": ("衡量指标", None, "What success looks like"),
    "collaboration": ("协作关系", "合作对象", "Works with"),
    "conditions": ("工作条件", "工作待遇与地点", "Conditions"),
    "benefits": ("福利待遇", "福利制度", "Benefits"),
    "company": ("公司介绍", None, "About the company"),
    "sources": ("来源", None, "Sources"),
    "location": ("工作地点", "上班地点", "Location"),
    "remote": ("办公方式", None, "Remote work"),
    "employment_type": ("用工性质", "工作性质", "Employment type"),
    "salary": ("薪资", "工作待遇", "Pay"),
    "headcount": ("招聘人数", "需求人数", "Headcount"),
    "reports_to": ("汇报对象", "直属主管", "Reports to"),
    "valid_until": ("有效期至", None, "Closing date"),
    "apply": ("投递方式", "应征方式", "How to apply"),
    "business_line": ("业务线", None, "Business line"),
    "company_stage": ("公司阶段", None, "Company stage"),
    "suggested": ("(建议, 请确认)", None, "(suggested, please confirm)"),
    "to_fill": ("(待填写)", None, "(to be filled in)"),
    "ask_title": ("岗位名称是什么?", None, "What is the job title?"),
    "ask_location": ("工作地点在哪里?", None, "Where is the place of work?"),
    "ask_salary": ("薪资区间是多少?", None, "What is the pay range?"),
    "ask_headcount": ("招聘多少人?", None, "How many people are to be hired?"),
    "ask_valid_until": ("招聘信息的有效期到哪一天?", None, "Until when is the posting valid?"),
    "ask_must_have": ("必须具备的条件有哪些?", None, "What are the must-have requirements?"),
    "ask_goals": (
        "入职前三个月最重要的目标是什么?",
        None,
        "What are the most important goals for the first three months?",
    ),
    "ask_duties_named": (
        "资料只列出了“{name}”这个名称, 没有写职责。它具体做什么?",
        None,
        "The sources only name “{name}”, without duties. What does it do?",
    ),
    "ask_duties_unknown": (
        "资料里没有“{name}”。它具体做什么?",
        None,
        "The sources do not hold “{name}”. What does it do?",
    ),
}

# Hong Kong's own, where they differ from the mainland's.
_HONG_KONG = {
    "title": "职位",
    "department": "部门",
    "purpose": "职位简介",
    "responsibilities": "职责",
    "requirements": "入职要求",
    "nice_to_have": "优先条件",
    "kpis": "工作指标",
    "collaboration": "合作对象",
    "conditions": "聘用条件",
    "benefits": "员工福利",
    "company": "公司简介",
    "employment_type": "聘用性质",
    "salary": "薪酬",
    "reports_to": "直属上司",
    "valid_until": "截止申请日期",
    "apply": "申请方法",
}

# The labels of every field in simplified, Taiwan and English form.
LABELS = {key: tuple(filter(None, (*texts, _HONG_KONG.get(key)))) for key, texts in _PHRASES.items()}


def phrase(key: str, language: Script, market: str = "CN", **values: str) -> str:
    """One heading, label or question.

    :param key: its key.
    :param language: the language of the job description.
    :param market: Taiwan and Hong Kong have their own headings.
    :param values: what fills placeholders.
    """
    chinese, taiwan, english = _PHRASES[key]
    if language == "en":
        return english.format(**values)
    own = {"TW": taiwan, "HK": _HONG_KONG.get(key)}.get(market)
    text = own or chinese
    return to_script(full_width(text.replace(", ", ",")).format(**values), language)
