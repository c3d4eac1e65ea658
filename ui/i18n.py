"""The words of the web pages in simplified and traditional Chinese and in English, and the components that show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from ingest.script import Script, full_width, to_script
from ui.chat_words import WORDS as CHAT_WORDS
from ui.evaluate_words import WORDS as EVALUATE_WORDS
from ui.jd_words import WORDS as JD_WORDS
from ui.status_words import WORDS as STATUS_WORDS

LANGUAGES: tuple[tuple[str, Script], ...] = (("简体", "zh-Hans"), ("繁體", "zh-Hant"), ("English", "en"))
DEFAULT: Script = "zh-Hans"

# Simplified Chinese and English; traditional Chinese is converted.
_WORDS: dict[str, tuple[str, str]] = {
    "sign_out": ("退出登录", "Sign out"),
    "tagline": ("岗位问答与职位描述,每句话都有出处", "Role answers and job descriptions, every line with its source"),
    "counts": ("{documents} 份资料 · {chunks} 段", "{documents} documents · {chunks} passages"),
    "no_index": ("资料库还没有建立索引", "Nothing has been indexed yet"),
    "chat_tab": ("问答", "Ask"),
    "jd_tab": ("职位描述", "Job descriptions"),
    "ask_placeholder": ("问一个部门或岗位的问题,回车发送", "Ask about a department or a role, Enter to send"),
    "send": ("发送", "Send"),
    "new_chat": ("新对话", "New conversation"),
    "welcome_head": ("想了解哪个岗位?", "Which role would you like to know?"),
    "welcome": (
        "回答只取自资料库里的文档,资料没有的会直接说没有。",
        "Answers come only from the documents of the library; what they do not say is said to be missing.",
    ),
    "writers_only": (
        "撰写职位描述需要 writer 角色，请联系管理员。",
        "Writing job descriptions needs the role writer: ask an admin.",
    ),
    "answered": ("有出处的回答", "Answered from sources"),
    "partial": ("部分回答", "Partly answered"),
    "refused": ("资料不足,未作答", "Not in the documents"),
    "thinking": ("正在查找资料", "Looking through the documents"),
    "sources": ("来源 {n} 处", "Sources: {n}"),
    "page": ("第 {n} 页", "page {n}"),
    "paste_title": ("一句话或旧的职位描述", "One sentence, or an old job description"),
    "paste_placeholder": (
        "例如:招一名上海的新媒体运营,15-22k,要会剪辑,向市场总监汇报",
        "For example: hiring a new media specialist in Shanghai, 15-22k, must know video editing",
    ),
    "check": ("检查用语", "Check the wording"),
    "draft": ("生成职位描述", "Draft the job description"),
    "compare_tab": ("对比", "Compare"),
    "compare_choose": ("选两到三个岗位或部门", "Choose two or three roles or departments"),
    "compare_go": ("并排对比", "Compare"),
    "compare_empty": (
        "选两到三个岗位或部门,按目标、职责、指标等并排对比,每一格都有出处。",
        "Choose two or three roles or departments; they are set side by side by purpose, duties, metrics and more, every cell with its source.",
    ),
    "compare_axis": ("方面", "Aspect"),
    "not_told": ("资料没有说明", "the sources do not say"),
    "axis_goal": ("目标与定位", "Purpose"),
    "axis_duties": ("主要职责", "Duties"),
    "axis_metrics": ("衡量指标", "Metrics"),
    "axis_skills": ("技能", "Skills"),
    "axis_deliverables": ("产出", "Deliverables"),
    "axis_works_with": ("协作", "Works with"),
    "explore_tab": ("岗位地图", "Explore"),
    "explore_query": ("找部门或岗位", "Find a department or a role"),
    "explore_ph": ("例如:客服", "For example: customer service"),
    "nothing_named": ("资料里没有这样的名称", "The documents name nothing like this"),
    "no_department": ("未归入部门", "Not placed in a department"),
    "named_only_note": ("资料只列出名称,没有描述。", "The documents only name it."),
    "named_in": ("见于 {n} 份资料", "In {n} documents"),
    "depth_duties_goals_kpis": ("职责与目标", "duties and goals"),
    "depth_duties": ("职责", "duties"),
    "depth_one_line": ("一句话", "one line"),
    "depth_named_only": ("只列名称", "only named"),
    "library_tab": ("资料库", "Library"),
    "upload": (
        "添加文件(Word、PDF、网页、表格、文本)",
        "Add files (Word, PDF, web pages, tables, text)",
    ),
    "upload_go": ("加入资料库", "Add to the library"),
    "read_again": ("重新读取改过的文件", "Read changed files again"),
    "progress_files": ("份文件", "files"),
    "did_without_file": (
        "{doc}:原来的文件已不在,保留上次读到的内容",
        "{doc}: its file is gone; it stays as it was read",
    ),
    "no_files": ("还没有选择文件", "No file has been chosen"),
    "remove_doc": ("移出资料库", "Remove"),
    "doc_text": ("正文", "Text"),
    "doc_diff": ("清理掉的内容", "What cleaning took out"),
    "doc_chunks": ("段落", "Passages"),
    "nothing_removed": ("清理没有去掉任何内容。", "Cleaning took nothing out."),
    "col_doc": ("文件", "File"),
    "col_title": ("标题", "Title"),
    "col_year": ("年份", "Year"),
    "col_chunks": ("段落数", "Passages"),
    "col_removed": ("清理比例", "Cleaned away"),
    "col_added": ("加入日期", "Added"),
    "did_added": ("新增 {n}", "{n} added"),
    "did_updated": ("更新 {n}", "{n} updated"),
    "did_unchanged": ("未变 {n}", "{n} unchanged"),
    "did_removed": ("移出 {n}", "{n} removed"),
    "did_duplicate": ("{doc} 与 {of} 是同一篇文章,已合并", "{doc} holds the same article as {of}; they were joined"),
    "title": ("职位名称", "Job title"),
    "title_ph": ("例如:新媒体运营", "For example: New Media Operations"),
    "market": ("招聘地区", "Market"),
    "department": ("部门", "Department"),
    "level": ("级别", "Level"),
    "reports_to": ("汇报对象", "Reports to"),
    "headcount": ("招聘人数", "Headcount"),
    "location": ("工作地点", "Location"),
    "remote": ("远程办公", "Remote"),
    "employment_type": ("雇佣类型", "Employment type"),
    "salary": ("薪资", "Salary"),
    "must_have": ("必须条件(每行一条)", "Must have (one per line)"),
    "nice_to_have": ("加分条件(每行一条)", "Nice to have (one per line)"),
    "duties": ("自填职责(每行一条)", "Your own duties (one per line)"),
    "conditions": ("其他条件(每行一条)", "Other conditions (one per line)"),
    "internal": ("内部备注(不会发布)", "Internal notes (never published)"),
    "notes": ("没有识别的内容(不会发布)", "Not understood (never published)"),
    "company_stage": ("公司阶段", "Company stage"),
    "goals": ("岗位目标(每行一条)", "Goals (one per line)"),
    "benefits": ("福利(每行一条)", "Benefits (one per line)"),
    "company": ("公司介绍", "Company"),
    "business_line": ("业务线", "Business line"),
    "language": ("输出语言", "Language"),
    "length": ("篇幅", "Length"),
    "short": ("精简", "Short"),
    "standard": ("标准", "Standard"),
    "detailed": ("详细", "Detailed"),
    "apply": ("投递方式", "How to apply"),
    "valid_until": ("有效期至", "Valid until"),
    "CN": ("中国大陆", "Mainland China"),
    "TW": ("台湾", "Taiwan"),
    "HK": ("香港", "Hong Kong"),
    "US": ("美国", "United States"),
    "EU": ("欧盟", "European Union"),
    "from_corpus": ("资料", "source"),
    "from_brief": ("表单", "your form"),
    "from_suggested": ("建议", "suggested"),
    "legend": (
        "每行的标记:资料 = 有出处,表单 = 您填写的,建议 = 请自行确认",
        "Marks: source = from a cited document, your form = what you typed, suggested = please confirm",
    ),
    "complete": ("资料充分", "Well covered by the documents"),
    "thin": ("资料较少", "Thinly covered by the documents"),
    "no_source": ("资料中没有这个岗位", "The documents do not describe this role"),
    "findings": ("合规与用语检查", "Legality and wording"),
    "no_findings": ("没有发现问题", "Nothing found"),
    "score": ("得分 {n}/100", "Score {n}/100"),
    "illegal": ("违规", "illegal"),
    "risky": ("有风险", "risky"),
    "advice": ("建议", "advice"),
}
_WORDS |= JD_WORDS | CHAT_WORDS | EVALUATE_WORDS | STATUS_WORDS

# The cookie with the language that was chosen. The server reads it too, because what refuses a request knows nothing of the page.
CHOSEN = "rolewright-language"
# The language that was chosen here before, else the first of the browser's that the pages have, else English.
FIRST_LANGUAGE = """() => {
  const has = (name) => /^zh-(hant|tw|hk|mo)/i.test(name) ? "zh-Hant" : /^zh/i.test(name) ? "zh-Hans" : /^en/i.test(name) ? "en" : null;
  const language = document.cookie.match(/rolewright-language=([\\w-]+)/)?.[1] ?? navigator.languages.map(has).find(Boolean) ?? "en";
  document.documentElement.lang = language;
  return language;
}"""
_KEEP = f"(language) => {{ document.cookie = `{CHOSEN}=${{language}}; max-age=34560000; samesite=lax`; }}"
_TOLD = "(language) => { document.documentElement.lang = language; }"

Text = str | Callable[[Script], Any]
Component = TypeVar("Component")


def say(key: str, language: Script, **values: object) -> str:
    """One text of the pages in the reader's language.

    :param key: the text's key.
    :param language: the reader's language.
    :param values: what fills its placeholders.
    """
    chinese, english = _WORDS[key]
    text = english if language == "en" else full_width(to_script(chinese, language))
    return text.format(**values) if values else text


class Page:
    """The components of one page whose texts follow the language; one per `gr.Blocks`, without any user's state."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, dict[str, Text]]] = []

    def add(self, kind: Callable[..., Component], texts: dict[str, Text], **options: Any) -> Component:
        """Make a component and keep its texts in the reader's language.

        :param kind: the component's class.
        :param texts: property -> a key of the texts, or a function of the language.
        :param options: every other argument of the component.
        """
        component = kind(**self._texts(texts, DEFAULT), **options)
        self._rows.append((component, texts))
        return component

    @staticmethod
    def _texts(texts: dict[str, Text], language: Script) -> dict[str, Any]:
        return {name: text(language) if callable(text) else say(text, language) for name, text in texts.items()}

    def told(self, language: Script) -> dict[Any, dict[str, Any]]:
        """Every component with its texts in a language."""
        return {component: self._texts(texts, language) for component, texts in self._rows}

    def follow(self, radio: gr.Radio) -> None:
        """Update every text when the reader chooses another language."""

        def update(language: Script) -> list[Any]:
            return [gr.update(**texts) for texts in self.told(language).values()]

        components = [component for component, _ in self._rows]
        radio.change(update, radio, components, api_visibility="private", show_progress="hidden")


def keep_choice(radio: gr.Radio) -> None:
    """Tell the browser which language its reader chooses, now and for the next visit."""
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    radio.change(None, radio, None, js=_TOLD, **quiet)
    radio.input(None, radio, None, js=_KEEP, **quiet)
