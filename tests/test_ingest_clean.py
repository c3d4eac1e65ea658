"""Cleaning: every character accounted for, nothing invented, chrome goes and what only looks like it stays."""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import Cleaned, clean
from ingest.errors import SettingsError
from ingest.page_rules import page_rules
from ingest.posts import find_posts
from ingest.repair import repeated_edges

# Pieces of what pages are made of, so that the rules are really met.
PIECES = st.sampled_from(
    [
        "运营部门负责平台的日常运营,提升用户活跃度。",
        "權(quán)限與職(zhí)責",
        "关注者\n171\n被浏览\n333,471\n",
        "\n发布于 2019-06-08 09:13\n",
        "\n最新文档\n- 董事会秘书招聘面试题集\n",
        "\n登录 | 注册\n",
        "確?;顒游εc利潤空間的平衡",
        "2022",
        "涓氬姟绠＄悊",
        "\ufeff\u200b\u3000",
        "1、负责店铺。",
        "\n\n\n",
        "(一)",
        "a ",
        "。",
        "一、" + "正文。" * 200,
    ]
)
PAGES = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=20).map("".join)


def _accounted(cleaned: Cleaned) -> None:
    raw, text, origin = cleaned.raw, cleaned.text, cleaned.origin.tolist()
    kept = [offset for offset in origin if offset >= 0]
    assert len(origin) == len(text)
    assert all(before < after for before, after in pairwise(kept))
    assert all(raw[offset] == char for char, offset in zip(text, origin, strict=True) if offset >= 0)
    taken = [offset for removal in cleaned.removed for start, end in removal.at for offset in range(start, end)]
    assert sorted(kept + taken) == list(range(len(raw))), "every character is kept or in exactly one removal"
    for removal in cleaned.removed:
        assert removal.text == "".join(raw[start:end] for start, end in removal.at)
    written = "".join(char for char, offset in zip(text, origin, strict=True) if offset < 0)
    put_in = "".join(removal.replacement for removal in cleaned.removed)
    assert not set(written) - set(put_in), "text is never invented"
    assert all(0 <= start <= end <= len(text) for start, end in cleaned.uncertain)


@settings(max_examples=200, deadline=None)
@given(PAGES)
def test_every_character_is_accounted_for(page: str) -> None:
    cleaned = clean(page)
    _accounted(cleaned)


# What the diff marks with; a page that holds one itself cannot be told from the marks.
MARKS = "[]{}"


@settings(max_examples=200, deadline=None)
@given(PAGES.filter(lambda page: not any(mark in page for mark in MARKS)))
def test_the_diff_shows_every_line_that_lost_something(page: str) -> None:
    cleaned = clean(page)
    shown = [line.rpartition("  (")[0] for line in cleaned.diff().split("\n") if line]
    raw = [re.sub(r"\{\+.*?\+}", "", line).replace("[-", "").replace("-]", "") for line in shown]
    lost = {offset for removal in cleaned.removed for start, end in removal.at for offset in range(start, end)}
    lines = cleaned.raw.split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    touched = [line for start, line in zip(starts, lines, strict=False) if lost & {*range(start, start + len(line))}]
    assert Counter(raw) >= Counter(touched)
    assert set(raw) <= set(lines)


@settings(max_examples=50, deadline=None)
@given(PAGES)
def test_cleaning_twice_is_cleaning_once_in_substance(page: str) -> None:
    once = clean(page).text
    again = clean(once)
    _accounted(again)


@pytest.mark.parametrize(
    "line",
    [
        "关注者\n171",
        "被浏览\n333,471",
        "12 个回答",
        "编辑于 2021-03-21 21:33",
        "發布於 2022年3月4日",
        "赞同 1,203 · 45 条评论 · 分享 · 收藏 · 喜欢",
        "登录 | 注册 | 首页",
        "Home | About us | Contact us | Privacy policy",
        "0/150",
        "长按识别二维码,关注我们",
        "欢迎关注公众号“职场观察”",
        "版权声明:本文为博主原创文章,转载请附上原文链接",
        "© 2021 Example Ltd. All rights reserved.",
        "责任编辑:某某",
        "- 6. 下载文件中如有侵权或不适当内容,请与我们联系,我们立即纠正。",
        "We use cookies to improve your experience. By continuing you agree.",
        "12 min read",
        "Leave a comment",
    ],
)
def test_page_chrome_goes_with_its_reason(line: str) -> None:
    page = f"平台运营岗位说明\n\n{line}\n\n负责平台的日常运营,并把数据整理成报表。\n"
    cleaned = clean(page)
    assert line not in cleaned.text
    assert "负责平台的日常运营" in cleaned.text and "平台运营岗位说明" in cleaned.text
    assert any(line in removal.text and removal.rule and removal.why for removal in cleaned.removed)
    assert f"[-{line.split(chr(10), maxsplit=1)[0]}" in cleaned.diff()


@pytest.mark.parametrize(
    "line",
    [
        "负责公众号的关注与评论管理",
        "1、下载量、播放量等指标的统计。",
        "编辑发布于官网的招聘公告",
        "编辑",
        "二、评论管理",
        "版权管理:审核授权合同",
        "推荐阅读产品文档,帮助新人上手。",
        "- 扫码枪的领用与登记",
        "负责关注竞品动态",
        "3. Subscribe to the incident mailing list and answer comments.",
        "- Follow up with customers on social media",
        "Share knowledge with the team",
        "熟悉办公软件(word、ppt)和表格(excel)",
    ],
)
def test_what_only_looks_like_chrome_stays(line: str) -> None:
    assert line in clean(f"岗位职责说明如下。\n{line}\n以上由部门主管解释。").text


def test_a_list_of_other_documents_ends_where_prose_begins() -> None:
    page = "正文第一段,介绍部门。\n相关推荐\n某公司招聘简章\n董事会秘书面试题\n\n二、客服部门\n客服部门负责处理投诉,并回访客户。\n"
    text = clean(page).text
    assert "面试题" not in text and "二、客服部门\n客服部门负责处理投诉" in text


def test_the_same_sentence_under_two_headings_stays() -> None:
    sentence = "说明:这个岗位属于推广团队,资料只在谈组建团队时举例提到它的职责。"
    page = f"# 媒介专员\n\n{sentence}\n\n# 内容专员\n\n{sentence}\n"
    assert clean(page).text.count(sentence) == 2


def test_a_cut_lead_that_the_next_paragraph_repeats_goes() -> None:
    lead = "电子商务团队的组建决定了一家公司能走多远,结构完整的团队一般分为七个部门"
    page = f"{lead}\n\n{lead},每个部门各司其职,彼此配合。\n"
    assert clean(page).text == f"{lead},每个部门各司其职,彼此配合。"


@pytest.mark.parametrize("encoding", ["gb18030", "cp1252"])
def test_utf8_read_in_the_wrong_encoding_is_undone(encoding: str) -> None:
    line = "业务管理"
    damaged = line.encode().decode(encoding, "strict") if encoding == "gb18030" else line.encode().decode("latin-1")
    cleaned = clean(f"岗位说明。\n{damaged}\n结束语。")
    assert line in cleaned.text
    assert "mojibake" in {removal.rule for removal in cleaned.removed}


def test_shifted_bytes_are_repaired_and_doubt_is_marked() -> None:
    cleaned = clean("按月监控预算,確?!盎ㄐ″X辦大事”。设计玩法,確?;顒游εc利潤空間的平衡。资源协调。")
    assert "確保“花小錢辦大事”" in cleaned.text
    assert [cleaned.text[start:end] for start, end in cleaned.uncertain] == ["確保活動桅與利潤空間的平衡"]
    assert clean("你准备好了吗?;我们开始吧。").uncertain == ()


def test_what_is_lost_is_marked_and_kept() -> None:
    cleaned = clean("负责订单\ufffd\ufffd处理,审核地址。")
    assert [cleaned.text[start:end] for start, end in cleaned.uncertain] == ["负责订单\ufffd\ufffd处理"]


def test_width_and_invisible_characters() -> None:
    cleaned = clean("负责ＫＰＩ１２３\u200b的统计,⽤⼾运营。")
    assert cleaned.text == "负责KPI123的统计,用戶运营。"


def test_posts_of_several_authors() -> None:
    page = (
        "哪些部门最重要?\n\n产品部是业务的发动机,负责需求调研。\n请关注“甲谈职业”公众号。\n发布于 2019-06-08 09:13\n\n"
        + "销售部负责销量,目标明确。\n发布于 2021-03-21 21:33\n"
    )
    posts = find_posts(clean(page))
    assert [(post.author, post.year) for post in posts] == [("甲谈职业", 2019), (None, 2021)]
    assert find_posts(clean("发布于 2019-06-08\n\n正文。")) == ()


def test_running_heads_of_pages_go() -> None:
    pages = [
        f"岗位说明书 内部资料\n第{word}节的正文,写得很长。\n- {number} -" for number, word in enumerate("一二三四", 1)
    ]
    edits = repeated_edges(pages)
    assert [clean(page, edges=page_edits).text for page, page_edits in zip(pages, edits, strict=True)] == [
        f"第{word}节的正文,写得很长。" for word in "一二三四"
    ]


@pytest.mark.parametrize(
    ("pages", "left"),
    [
        (
            ["岗位说明书\n第一节的正文。\n第 1 页 共 2 页", "岗位说明书\n第二节的正文。\n第 2 页 共 2 页"],
            ["岗位说明书\n第一节的正文。", "第二节的正文。"],
        ),
        (["客服部职责\n接听电话。\n- 1 -", "客服部职责\n处理退款。\n- 2 -"], ["客服部职责\n接听电话。", "处理退款。"]),
        (["运营 1 组\n负责店铺。", "运营 2 组\n负责活动。"], ["运营 1 组\n负责店铺。", "运营 2 组\n负责活动。"]),
        (["| 岗位 | 职责 |\n| 客服 | 接听 |", "| 岗位 | 职责 |\n| 仓管 | 盘点 |"], None),
        (["只有一页\n正文。"], None),
    ],
)
def test_running_heads_of_two_pages(pages: list[str], left: list[str] | None) -> None:
    edits = repeated_edges(pages)
    cleaned = [clean(page, edges=page_edits).text.strip() for page, page_edits in zip(pages, edits, strict=True)]
    assert cleaned == (left or [clean(page).text.strip() for page in pages])


def test_a_user_adds_a_site(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "rules:\n  - name: my-site\n    why: its banner\n    kind: line\n    when: 某某招聘网\n    patterns: ['本页由.*提供']\n",
        encoding="utf-8",
    )
    rules = page_rules(tmp_path)
    assert clean("某某招聘网\n本页由站长提供\n负责运营。", rules).text == "某某招聘网\n负责运营。"
    assert "本页由站长提供" in clean("别的网站\n本页由站长提供\n负责运营。", rules).text


@pytest.mark.parametrize(
    "content",
    [
        "rules:\n  - name: x\n    kind: nothing\n",
        "rules:\n  - name: x\n    kind: line\n    paterns: [a]\n",
        "rules:\n  - name: x\n    kind: line\n    patterns: ['(']\n",
        "rules: 3\n",
        "{",
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "mine.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mine\.yaml"):
        page_rules(tmp_path)
