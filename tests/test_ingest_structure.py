"""From cleaned text to sections, chunks and the role catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.chunking import MAX_TOKENS, count_tokens, split_chunks
from ingest.clean import clean
from ingest.passages import with_passages
from ingest.posts import find_posts
from ingest.roles import read_roles
from ingest.sections import split_sections
from ingest.types import RoleEntry, SourceDocument
from rag.link import RoleLinker

ROLE_PAGE = """# 岗位手册

## 客服部

定位:回应用户。

只列名称:投诉专员、助播。

### English: Customer Service Department

Positioning: answers users.

Named only: Complaints Specialist, Livestream Assistant.

### 售前客服

目标:促成交易。

职责:

1. 熟悉商品。
2. 回应咨询。

指标:

- 响应时长不超过 15 秒。

#### English: Pre-sales Customer Service

Goal: close deals.

Duties:

1. Know the goods.
2. Answer enquiries.

Metrics:

- Response time of at most 15 seconds.

### 商品知识库

类型:职能

职责:

1. 整理常见问题。
"""


def _document(text: str, title: str = "岗位手册") -> SourceDocument:
    return SourceDocument(doc="a.md", title=title, text=text, digest="d", year=2023)


def _roles(text: str) -> dict[str, RoleEntry]:
    document = _document(text)
    return {entry.name: entry for entry in read_roles(document, split_sections(text, document.title))}


def test_sections_keep_the_heading_path_and_lose_no_text() -> None:
    sections = split_sections(ROLE_PAGE, "岗位手册")
    assert ("客服部", "售前客服", "English: Pre-sales Customer Service") in [section.heading for section in sections]
    bodies = "".join(ROLE_PAGE[section.start : section.end] for section in sections)
    for line in ROLE_PAGE.splitlines():
        assert line.startswith("#") or line in bodies


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        (
            "一、运营部门\n正文。\n(一) 店铺运营\n正文。\n1. 日常\n正文。",
            [("运营部门",), ("运营部门", "店铺运营"), ("运营部门", "店铺运营", "日常")],
        ),
        ("售前组长\n岗位目的:管理接待。\n主要职责:\n1、收集档案。\n2、处理投诉\n", [("售前组长",)]),
        ("1. 这是一个完整的句子。\n2. 这是另一个句子。", [()]),
    ],
)
def test_plain_text_headings(text: str, headings: list[tuple[str, ...]]) -> None:
    assert [section.heading for section in split_sections(text)] == headings


def test_one_line_text_is_broken_at_its_heads() -> None:
    body = "引言说明情况。" * 80
    text = (
        f"{body}一、運營部門職責運營部門是核心。1.商品管理負責商品上線。核對價格。2.用戶體驗優化基於反饋改進。"
        + "補充。" * 200
    )
    assert ("運營部門職責", "商品管理") in [section.heading for section in split_sections(clean(text).text)]


def test_catalogue_reads_fields_with_exact_spans_and_renderings() -> None:
    roles = _roles(ROLE_PAGE)
    entry = roles["售前客服"]
    assert (entry.kind, entry.department, entry.depth, entry.english_name) == (
        "role",
        "客服部",
        "duties_goals_kpis",
        "Pre-sales Customer Service",
    )
    assert [span.text for span in entry.spans("duties")] == ["熟悉商品。", "回应咨询。"]
    for spans in entry.fields.values():
        for span in spans:
            assert ROLE_PAGE[span.start : span.end] == span.text
            assert span.english is not None
            assert ROLE_PAGE[span.english.start : span.english.end] == span.english.text
    assert entry.spans("duties")[1].english.text == "Answer enquiries."  # type: ignore[union-attr]


def test_catalogue_tells_kinds_and_depths() -> None:
    roles = _roles(ROLE_PAGE)
    assert {name: entry.depth for name, entry in roles.items()} == {
        "客服部": "one_line",
        "售前客服": "duties_goals_kpis",
        "投诉专员": "named_only",
        "助播": "named_only",
        "商品知识库": "one_line",
    }
    assert roles["商品知识库"].kind == "function"
    assert roles["投诉专员"].department == "客服部"


def test_a_name_in_brackets_is_an_alias_and_a_remark_is_none() -> None:
    text = "# 手册\n\n## 数据库管理员(DBA)\n\n负责备份。\n\n## 巡检员(夜班)\n\n负责巡查。\n"
    roles = _roles(text)
    assert roles["数据库管理员"].aliases == ("DBA",)
    assert roles["巡检员(夜班)"].aliases == ()


def test_an_alias_is_found_in_questions() -> None:
    roles = _roles("# 手册\n\n## 数据库管理员(DBA)\n\n负责备份。\n\n## 巡检员\n\n负责巡查。\n")
    linker = RoleLinker(list(roles.values()))
    assert [mention.name for mention in linker.link("DBA 做什么?")] == ["数据库管理员"]


def test_a_partner_below_a_label_is_no_heading() -> None:
    text = "# 手册\n\n## 采购专员\n\n职责:\n\n- 询价。\n- 下单。\n\n协作:\n\n- 仓库部:核对到货。\n- 财务部:付款。\n"
    assert [section.heading for section in split_sections(text, "岗位手册")][-1] == ("手册", "采购专员")
    entry = _roles(text)["采购专员"]
    assert [span.text for span in entry.spans("works_with")] == ["仓库部:核对到货。", "财务部:付款。"]


def test_what_is_said_of_a_name_in_several_places_is_one_entry() -> None:
    text = "值班员每小时巡查机房。\n\n晚上停电时,由值班员启动发电机。\n\n值班员还负责登记访客。"
    entry = _roles(text)["值班员"]
    assert entry.depth == "duties"
    assert [span.text for span in entry.spans("duties")] == [
        "值班员每小时巡查机房",
        "值班员启动发电机",
        "值班员还负责登记访客",
    ]


@pytest.mark.parametrize(
    ("said", "depth"),
    [
        ("与电工一起检查线路。", "named_only"),
        ("把钥匙交给电工。", "named_only"),
        ("电工检查线路。", "one_line"),
        ("电工检查线路,更换灯管。", "duties"),
    ],
)
def test_only_the_subject_gets_the_duty(said: str, depth: str) -> None:
    assert {
        entry.depth for entry in _roles(f"设有保安、保洁、电工等岗位。\n{said}").values() if entry.name == "电工"
    } == {depth}


def test_catalogue_round_trips() -> None:
    for entry in _roles(ROLE_PAGE).values():
        assert RoleEntry.from_dict(entry.to_dict()) == entry


@pytest.mark.parametrize("size", [16, 64, MAX_TOKENS])
def test_chunks_are_exact_and_fit(size: int) -> None:
    text = ROLE_PAGE + "\n## 长文\n\n" + "负责平台的日常维护与管理,监控性能;" * 60 + "\n\n" + "x" * 3000
    document = _document(text)
    chunks = split_chunks(document, split_sections(text, document.title), max_tokens=size, overlap=size // 8)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert count_tokens(chunk.text) <= size + 2  # white space between pieces
    assert chunks == split_chunks(document, split_sections(text, document.title), max_tokens=size, overlap=size // 8)


def test_chunks_know_their_page() -> None:
    text = "第一页的内容。\n\n第二页的内容。"
    document = SourceDocument(doc="a.pdf", title="t", text=text, digest="d", page_starts=(0, 9))
    chunks = split_chunks(document, split_sections(text), max_tokens=8, overlap=0)
    assert [chunk.page for chunk in chunks] == [1, 2]


def test_cleaning_reports_what_it_takes_out() -> None:
    text = "版權(quán)說明:本文檔由用戶提供\n正文提到權(quán)限与(SEO)推广(word、ppt)。\n最新文檔\n- 董事會秘書招聘面試題集\n"
    cleaned = clean(text)
    assert cleaned.text == "正文提到權限与(SEO)推广(word、ppt)。"
    rules = {removal.rule for removal in cleaned.removed} - {"blank-space"}
    assert rules == {"inserted-pinyin", "copyright-notice", "list-of-other-documents"}
    assert any("董事會秘書" in removal.text and removal.why for removal in cleaned.removed)


@pytest.mark.parametrize("above", [True, False])
def test_each_post_has_the_author_on_its_side_of_the_publish_line(above: bool) -> None:
    answers = ("校对员逐字核对清样,并登记每一处改动。" * 12, "排版员按样张排版,并检查图表的位置。" * 12)
    lines: list[str] = []
    for number, (name, answer) in enumerate(zip(("林一舟", "何小满"), answers, strict=True)):
        date = f"发布于 202{number}-03-04"
        lines += [f"作者:{name}", date, answer] if above else [f"作者:{name}", answer, date]
    posts = find_posts(clean("\n\n".join(lines)))
    assert [(post.author, post.year) for post in posts] == [("林一舟", 2020), ("何小满", 2021)]


def test_a_passage_begins_with_its_heading_lines() -> None:
    text = "# 手册\n\n## 客服部\n\n### 售前客服\n\n回应咨询。\n\n### 售后客服\n\n" + "处理退换货并回访客户。" * 60
    document = _document(text)
    chunks = split_chunks(document, split_sections(text))
    assert chunks[0].passage.text == text[: chunks[0].end]
    assert chunks[1].passage.text.startswith("### 售后客服\n\n处理")
    assert len(chunks) > 2
    assert not chunks[2].lead
    assert all(text[chunk.passage.start : chunk.passage.end] == chunk.passage.text for chunk in chunks)


def _passages(text: str, limit: int = 512) -> list[str]:
    """The passages of a text, in reading order."""
    document = _document(text)
    chunks = with_passages(split_chunks(document, split_sections(text)), text, limit)
    assert all(text[chunk.passage.start : chunk.passage.end] == chunk.passage.text for chunk in chunks)
    assert all(chunk.passage.start <= chunk.top and chunk.end <= chunk.passage.end for chunk in chunks)
    return list(dict.fromkeys(chunk.passage.text for chunk in chunks))


def test_short_neighbours_below_one_heading_are_read_together() -> None:
    text = "## 客服部\n\n分两组。\n\n### 售前客服\n\n回应咨询。\n\n### 售后客服\n\n处理退货。\n\n## 设计部\n\n画图。"
    service = text[: text.index("## 设计部")].strip()
    assert _passages(text) == [service, "## 设计部\n\n画图。"]


def test_a_passage_ends_where_it_would_grow_too_long() -> None:
    text = "## 客服部\n\n" + "".join(f"### {name}客服\n\n{'回应咨询并回访客户。' * 6}\n\n" for name in "甲乙丙丁")
    whole, halves, alone = (_passages(text, limit) for limit in (512, 200, 0))
    assert [len(whole), len(halves), len(alone)] == [1, 2, 4]
    assert "".join(part + "\n\n" for part in halves) == text == "".join(part + "\n\n" for part in alone)


def test_what_two_authors_say_is_never_read_together() -> None:
    text = "## 客服部\n\n### 售前客服\n\n回应咨询。\n\n### 售后客服\n\n处理退货。"
    first, second = split_chunks(_document(text), split_sections(text))
    assert len({chunk.passage for chunk in with_passages([first, second], text)}) == 1
    assert len({chunk.passage for chunk in with_passages([first, replace(second, year=1999)], text)}) == 2


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("## B. 策划组", "策划组"),
        ("**A-01 制作人**", "制作人"),
        ("### **二、测试部**", "测试部"),
        ("## H5 开发组", "H5 开发组"),
        ("## C端运营部", "C端运营部"),
    ],
)
def test_what_stands_around_a_name_is_no_part_of_it(heading: str, name: str) -> None:
    text = f"{heading}\n岗位目的:把事情做好。\n主要职责:确定方向;安排时间。\n"
    assert split_sections(text)[0].heading[-1] == name
