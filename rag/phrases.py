"""What the program itself says, in the reader's language. Traditional Chinese is converted from simplified."""

from __future__ import annotations

from ingest.script import Script, full_width, to_script

_PHRASES: dict[str, tuple[str, str]] = {
    "duties": ("{name}的主要职责:", "What {name} does, according to the sources:"),
    "goal": ("{name}的目标与定位:", "The purpose of {name}:"),
    "metrics": ("{name}的衡量指标:", "How {name} is measured:"),
    "skills": ("{name}需要的技能:", "Skills for {name}:"),
    "deliverables": ("{name}的产出:", "What {name} delivers:"),
    "works_with": ("{name}与谁协作:", "Whom {name} works with:"),
    "list": ("资料列出的{name}下属岗位与团队:", "Roles and teams that the sources list under {name}:"),
    "home": ("资料把它归在以下部门:", "The sources place it in:"),
    "overview": ("资料列出的有:", "The sources list:"),
    "more_listed": ("另有 {count} 个没有在这里列出。", "{count} more are not listed here."),
    "who": ("根据资料,这由以下部门或岗位负责:", "According to the sources, this is the work of:"),
    "behind": ("相关的职责:", "The duties behind it:"),
    "notes": ("其他说明:", "Also said of it:"),
    "hinted": (
        "资料没有单独列出{name}的{what},相关的说法有:",
        "The sources do not list this for {name} ({what}); what they say about it:",
    ),
    "nearest": (
        "资料里最接近的说明(不一定回答了问题,请看出处):",
        "The nearest that the sources say (it may not answer the question; see the passages):",
    ),
    "other": ("资料中的相关说明:", "What the sources say:"),
    "compare": ("{name}的对比:", "{name} side by side:"),
    "source": ("《{title}》{year}:", "From “{title}”{year}:"),
    "only_named": ("(资料只列出名称)", " (the sources only name it)"),
    "none": ("资料没有说明", "the sources do not say"),
    "refuse": ("资料里没有这个问题的答案。{missing}", "The documents do not answer this question. {missing}"),
    "missing_named": (
        "资料只提到“{name}”这个名称,没有写它的职责、目标或指标。需要一份描述该岗位的文档。",
        "They only name “{name}”, without its duties, goals or metrics; a document that describes it is needed.",
    ),
    "missing_label": ("资料介绍了“{name}”,但没有写它的{what}。", "They describe “{name}”, but not its {what}."),
    "missing_kind": ("资料没有提供这类信息({what})。", "They give no information of this kind ({what})."),
    "missing_other": (
        "找到的段落没有提到所问的那一个(例如平台、工具或轮次)。",
        "The passages that were found do not mention the very one that is asked about (such as a platform, a tool or a round).",
    ),
    "missing_topic": ("没有找到足以支持回答的段落。", "No passage was found that supports an answer."),
    "drafting": (
        "职位描述在职位描述页起草:填一张短表,或贴一句话、一份旧的。这里回答资料里的部门和岗位做什么。",
        "Job descriptions are drafted in the job description tab, from a short form, a sentence or an old one. Here questions about the "
        "departments and roles in the documents are answered.",
    ),
    "assistant": (
        "这里根据资料库的文档回答部门和岗位的问题:做什么、目标、指标、技能、和谁协作、两个岗位有什么区别、有哪些部门和岗位。",
        "This answers questions about departments and roles from the documents of the library: what they do, their goals, metrics and skills, "
        "whom they work with, how two of them differ, and which there are.",
    ),
    "partial": ("其中一部分资料没有说明。", "The sources leave a part of this open."),
    "model_failed": (
        "模型端点不可用({why}),本回答由摘录方式生成。",
        "The model endpoint failed ({why}); this answer was extracted from the sources.",
    ),
    "model_unsupported": (
        "模型的回答没有来源支持,本回答由摘录方式生成。",
        "The model's answer was not supported by the sources; this answer was extracted from them.",
    ),
    "suggest_duties": ("{name}的主要职责是什么?", "What does {name} do?"),
    "goal_axis": ("目标与定位", "Purpose"),
    "duties_axis": ("主要职责", "Duties"),
    "metrics_axis": ("衡量指标", "Metrics"),
    "skills_axis": ("技能", "Skills"),
    "deliverables_axis": ("产出", "Deliverables"),
    "works_with_axis": ("协作", "Works with"),
    "pay": ("薪酬", "pay"),
    "time": ("时间", "times and dates"),
    "clock": ("几点钟", "the time of day"),
    "date": ("年份或日期", "years and dates"),
    "count": ("人数或数量", "head counts"),
    "contact": ("联系方式或地点", "contacts and places"),
    "person": ("具体人员姓名", "names of people"),
    "tool": ("工具或品牌的名称", "names of tools or brands"),
    "quantity": ("数量或时长", "amounts or durations"),
    "reporting": ("汇报关系", "who reports to whom"),
    "penalty": ("处罚", "penalties"),
    "instructions": ("助手自己的指令、整份资料或密钥", "the assistant's own instructions, whole documents or keys"),
    "bearer": ("费用由谁承担", "who bears a cost"),
    "approval": ("由谁批准", "who approves"),
    "benefit": ("福利或休假", "benefits or leave"),
    "work": ("书名或篇名", "titles of books or articles"),
    "share": ("比例", "shares and percentages"),
    "rank": ("名次", "ranks"),
    "duration": ("时长", "durations"),
    "often": ("次数或频率", "how often things are done"),
    "money": ("金额", "amounts of money"),
    "reason": ("原因", "reasons"),
    "education": ("学历或年限", "degrees and years of experience"),
}


def say(key: str, script: Script, **values: str) -> str:
    """One phrase in the reader's script.

    :param key: the phrase's key.
    :param script: the reader's script.
    :param values: what fills its placeholders.
    """
    chinese, english = _PHRASES[key]
    return english.format(**values) if script == "en" else to_script(full_width(chinese).format(**values), script)
