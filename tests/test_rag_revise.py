"""What a person does to a draft in work: citations follow the lines, sources stay honest, locks hold, the brief follows the text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.errors import UsageError
from ingest.script import full_width
from rag import revise
from rag.app import Engine, Rolewright
from rag.brief import Brief
from rag.draft_json import draft_from_dict
from rag.jd import draft
from rag.pool import offers, unused
from rag.renew import asked_again, recite, redraft, regenerate, regenerate_line
from rag.settings import Settings
from rag.shorten import shorten, shorten_line, shorter
from rag.work import ORDER, Kept, Work, unsettled

BRIEF = Brief(
    title="售前客服",
    location="上海",
    salary="8-10k",
    headcount=2,
    must_have=("会打字", "普通话流利"),
    nice_to_have=("男性优先",),
    benefits=("五险一金",),
    company="某店",
)


@pytest.fixture(scope="module")
def engine(library: Path) -> Engine:
    return Rolewright(Settings(library=library)).engine


@pytest.fixture(scope="module")
def work(engine: Engine) -> Work:
    return Work.of(draft(BRIEF, engine, as_typed=True))


def first(work: Work, section: str) -> int:
    return work.section(section)[0].id


def honest(work: Work, engine: Engine) -> bool:
    """Every line from the documents is cited by an exact quote, every other line by none, every number is used."""
    made = work.draft
    used = {number for name in ORDER for claim in made.jd.section(name) for number in claim.citations}
    quotes = all(engine.index.text(c.doc)[c.start : c.end] == c.quote for c in made.citations)
    sources = all(
        line.cited if line.source == "corpus" else line.source == "suggested" or not line.cited for line in work.lines
    )
    return quotes and sources and used == {c.n for c in made.citations} == set(range(1, len(made.citations) + 1))


def test_a_draft_and_its_work_are_the_same(engine: Engine, work: Work) -> None:
    given_draft = draft(BRIEF, engine, as_typed=True)
    made = work.draft
    assert made.to_dict() | {"ms": 0} == given_draft.to_dict() | {"ms": 0}
    assert replace(draft_from_dict(json.loads(json.dumps(made.to_dict()))), ms=made.ms) == made
    again = Work.from_dict(json.loads(json.dumps(revise.lock(work, 1).to_dict())))
    assert again.lines == revise.lock(work, 1).lines and again.lines[0].locked
    assert replace(again.draft, ms=made.ms) == made
    assert honest(work, engine)


@pytest.mark.parametrize("row", [None, {}, [], {"brief": {}}, {"jd": 3}])
def test_what_is_no_draft_is_refused(row: object) -> None:
    with pytest.raises(UsageError, match="no draft"):
        draft_from_dict(row)


def test_a_source_of_nowhere_is_refused(work: Work) -> None:
    row = work.draft.to_dict()
    row["jd"]["responsibilities"][0]["source"] = "heaven"
    with pytest.raises(UsageError, match="no draft"):
        draft_from_dict(row)


def test_an_edit_keeps_its_citation_only_while_the_quote_supports_it(engine: Engine, work: Work) -> None:
    at = work.section("responsibilities")[1]
    assert at.text.startswith("快速而礼貌")
    less = revise.edit(work, at.id, full_width("快速而礼貌地回应客户的咨询。"))
    assert less.line(at.id).source == "corpus" and less.line(at.id).cited == at.cited and less.line(at.id).edited
    for text in (
        "负责年度品牌大会的策划。",
        full_width("快速而礼貌地回应客户的咨询,为客户推荐合适的商品,并管理三个仓库的发货。"),
        full_width("快速而礼貌地回应 20 个客户的咨询,为客户推荐合适的商品。"),
        full_width("不回应客户的咨询,为客户推荐合适的商品。"),
        full_width("快速而礼貌地用 Python 回应客户的咨询,为客户推荐合适的商品。"),
    ):
        own = revise.edit(work, at.id, text)
        assert own.line(at.id).source == "brief" and own.line(at.id).cited == (), text
        assert honest(own, engine)
    assert revise.edit(work, at.id, f"  {at.text} ") == work


def test_an_english_line_keeps_its_citation(engine: Engine) -> None:
    work = Work.of(draft(Brief(title="售前客服", language="en", market="US"), engine))
    at = work.section("responsibilities")[1]
    assert revise.edit(work, at.id, "Answer customers quickly and politely.").line(at.id).source == "corpus"
    assert revise.edit(work, at.id, "Never answer customers quickly.").line(at.id).source == "brief"
    assert revise.edit(work, at.id, "Manage the warehouse and its forklifts.").line(at.id).source == "brief"


def test_locked_lines_are_left_alone(engine: Engine, work: Work) -> None:
    at = work.section("responsibilities")[1].id
    locked = revise.lock(work, at)
    changes: list[Callable[[], Work]] = [
        lambda: revise.edit(locked, at, "x"),
        lambda: revise.remove(locked, at),
        lambda: shorten_line(locked, at),
        lambda: regenerate_line(locked, at, engine),
    ]
    for change in changes:
        with pytest.raises(UsageError, match="locked"):
            change()
    assert revise.edit(revise.lock(locked, at, False), at, "x").line(at).text == "x"


def test_empty_and_overlong_lines_are_refused(work: Work) -> None:
    for text in ("", " \n ", "x" * 3000):
        with pytest.raises(UsageError, match="characters"):
            revise.edit(work, 1, text)
    with pytest.raises(UsageError, match="no line 999"):
        revise.edit(work, 999, "x")


def test_must_and_nice(work: Work) -> None:
    at = first(work, "requirements")
    moved = revise.move(work, at)
    assert moved.line(at).section == "nice_to_have" and len(moved.lines) == len(work.lines)
    assert moved.draft.brief.must_have == ("普通话流利",) and "会打字" in moved.draft.brief.nice_to_have
    assert "会打字" in [line.text for line in revise.move(moved, at).section("requirements")]
    with pytest.raises(UsageError, match="requirement"):
        revise.move(work, first(work, "responsibilities"))


def test_order_within_a_section(work: Work) -> None:
    ids = [line.id for line in work.section("responsibilities")]
    down = revise.shift(work, ids[0], 1)
    assert [line.id for line in down.section("responsibilities")] == [ids[1], ids[0], *ids[2:]]
    assert revise.shift(work, ids[0], -1) == work
    assert [line.id for line in revise.shift(down, ids[0], -1).section("responsibilities")] == ids


def test_added_and_removed_lines(engine: Engine, work: Work) -> None:
    more = revise.add(work, "benefits", "  带薪  年假 ")
    assert more.section("benefits")[-1].text == "带薪 年假" and more.section("benefits")[-1].source == "brief"
    assert more.draft.brief.benefits == ("五险一金", "带薪 年假")
    gone = revise.remove(more, first(more, "responsibilities"))
    assert len(gone.draft.citations) == len(work.draft.citations) - 1 and honest(gone, engine)
    for section, text in (("nowhere", "x"), ("company", "x"), ("benefits", " ")):
        with pytest.raises(UsageError):
            revise.add(work, section, text)


def test_fields_and_their_lines_are_one(work: Work) -> None:
    paid = revise.set_field(work, "salary", "9-12k")
    assert paid.draft.brief.salary == "9-12k" and full_width("薪资:9-12k") in paid.draft.text
    assert "8-10k" not in paid.draft.text
    until = revise.set_field(paid, "valid_until", "2026-12-31")
    assert until.draft.brief.valid_until == "2026-12-31"
    assert [line.text for line in until.section("conditions")][-1] == full_width("有效期至:2026-12-31")
    assert revise.set_field(until, "valid_until", "").draft.brief.valid_until is None
    assert "2026-12-31" not in revise.set_field(until, "valid_until", "").draft.text
    line = next(line for line in work.section("conditions") if "8-10k" in line.text)
    assert revise.edit(work, line.id, full_width("薪资:10-12k")).draft.brief.salary == "10-12k"
    assert revise.remove(work, line.id).draft.brief.salary is None
    assert revise.set_field(work, "title", "客服专员").draft.jd.title == "客服专员"
    assert revise.set_field(work, "company", "另一家店").draft.brief.company == "另一家店"
    assert "带团队" in revise.set_field(work, "must_have", "带团队").draft.brief.must_have
    for name, value in (("headcount", "some"), ("title", " "), ("nothing", "x")):
        with pytest.raises(UsageError):
            revise.set_field(work, name, value)


def test_questions_go_when_they_are_answered(engine: Engine, work: Work) -> None:
    assert any("有效期" in question for question in work.draft.questions)
    answered = asked_again(revise.set_field(work, "valid_until", "2026-12-31"), engine)
    assert not any("有效期" in question for question in answered.draft.questions)
    assert answered.lines == revise.set_field(work, "valid_until", "2026-12-31").lines


def test_suggestions_are_accepted(work: Work) -> None:
    at = work.section("responsibilities")[0]
    cited = replace(
        work, lines=tuple(replace(row, source="suggested") if row.id == at.id else row for row in work.lines)
    )
    assert revise.accept(cited, at.id).line(at.id).source == "corpus"
    bare = replace(
        work, lines=tuple(replace(row, source="suggested", cited=()) if row.id == at.id else row for row in work.lines)
    )
    assert revise.accept(bare, at.id).line(at.id).source == "brief"
    assert revise.edit(cited, at.id, "我自己写的。").line(at.id).source == "brief"
    with pytest.raises(UsageError, match="no suggestion"):
        revise.accept(work, at.id)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("顺应平台的算法(例如完播率),调整时间和标题。", "顺应平台的算法,调整时间和标题。"),
        ("制作短视频等内容,做到实用、有趣。", "制作短视频等内容。"),
        ("通过接待咨询,促成交易。", "促成交易。"),
        ("在开播前备好资料,例如应急方案。", "在开播前备好资料。"),
        ("指标:完播率", None),
    ],
)
def test_a_line_is_cut_at_its_own_borders(text: str, short: str | None) -> None:
    assert shorter(full_width(text)) == (full_width(short) if short else None)


def test_a_shortened_line_stays_supported(engine: Engine, work: Work) -> None:
    at = work.section("responsibilities")[1].id
    cut = shorten_line(work, at)
    assert len(cut.line(at).text) < len(work.line(at).text)
    assert cut.line(at).source == "corpus" and honest(cut, engine)
    with pytest.raises(UsageError, match="no part"):
        shorten_line(work, first(work, "requirements"))


def test_a_draft_is_shortened_without_what_was_typed(engine: Engine, work: Work) -> None:
    kept = work.section("responsibilities")[-1].id
    less = shorten(revise.lock(work, kept))
    assert less.line(kept) and len(less.section("responsibilities")) >= 3
    assert sum(len(line.text) for line in less.lines) < sum(len(line.text) for line in work.lines)
    typed = [line for line in work.lines if line.source == "brief"]
    assert [line for line in less.lines if line.source == "brief"] == typed and honest(less, engine)
    with pytest.raises(UsageError, match="nothing"):
        for _ in range(20):
            less = shorten(less)


def test_regenerating_takes_what_the_draft_does_not_hold(engine: Engine) -> None:
    work = Work.of(draft(replace(BRIEF, length="short"), engine))
    before = [line.text for line in work.section("responsibilities")]
    left = [offer.text for offer in unused("responsibilities", work, engine)]
    assert left and not set(left) & set(before)
    at = first(work, "responsibilities")
    other = regenerate_line(work, at, engine)
    assert (
        other.line(at).text == left[0] and [line.text for line in other.section("responsibilities")[1:]] == before[1:]
    )
    # All has been shown: what was put aside comes again.
    assert regenerate_line(other, at, engine).line(at).text == before[0]
    assert honest(other, engine)


def test_a_new_line_has_the_words_of_its_market(engine: Engine) -> None:
    brief = Brief(title="售前客服", language="zh-Hant", market="TW", length="short")
    texts = [offer.text for offer in offers("responsibilities", brief, engine)]
    assert any("資訊" in text for text in texts) and not any("信息" in text for text in texts)
    fresh = regenerate(Work.of(draft(brief, engine)), "responsibilities", engine)
    assert {line.text for line in fresh.section("responsibilities")} <= set(texts)


def test_regenerating_a_section_leaves_protected_lines(engine: Engine) -> None:
    work = Work.of(draft(replace(BRIEF, length="short"), engine))
    ids = [line.id for line in work.section("responsibilities")]
    guarded = revise.edit(revise.lock(work, ids[0]), ids[1], "我自己写的一条。")
    fresh = regenerate(guarded, "responsibilities", engine)
    assert fresh.line(ids[0]) == guarded.line(ids[0]) and fresh.line(ids[1]) == guarded.line(ids[1])
    assert fresh != guarded and honest(fresh, engine)
    for section in ("benefits", "company"):
        with pytest.raises(UsageError, match="no other"):
            regenerate(work, section, engine)


def test_offers_are_lawful_and_in_the_language(engine: Engine) -> None:
    english = offers("responsibilities", Brief(title="售前客服", language="en"), engine)
    assert english and all(offer.text.isascii() for offer in english)
    assert offers("benefits", BRIEF, engine) == [] and offers("purpose", Brief(title="宇航员"), engine) == []


def test_a_new_draft_keeps_what_was_locked_or_edited(engine: Engine, work: Work) -> None:
    ids = [line.id for line in work.section("responsibilities")]
    guarded = revise.edit(revise.lock(work, ids[2]), ids[0], "我自己写的一条。")
    guarded = revise.keep(guarded, Kept("GEN-02", "男性优先", "测试", "某人", "2026-11-23"))
    fresh = redraft(guarded, replace(guarded.draft.brief, language="en", market="US"), engine)
    texts = [line.text for line in fresh.section("responsibilities")]
    assert texts[0] == "我自己写的一条。" and texts[2] == work.line(ids[2]).text and texts[1].isascii()
    assert len(texts) == len(ids) and fresh.kept == guarded.kept and honest(fresh, engine)
    assert fresh.section("conditions")[0].text == "Location: 上海"
    assert fresh.draft.brief.salary == "8-10k" and "Pay: 8-10k" in fresh.draft.text


def test_a_rewrite_is_put_in_its_place(work: Work) -> None:
    at = first(work, "nice_to_have")
    assert not [line for line in revise.rewrite(work, at, 0, 4, "").lines if line.id == at]
    said = revise.edit(work, at, full_width("男性优先,有经验者优先"))
    assert revise.rewrite(said, at, 0, 4, "").line(at).text == "有经验者优先"
    assert revise.rewrite(said, at, 0, 4, "能搬 15kg 货品").line(at).text == full_width("能搬 15kg 货品,有经验者优先")
    with pytest.raises(UsageError, match="0:99"):
        revise.rewrite(work, at, 0, 99, "")


def test_a_finding_is_kept_with_a_reason(work: Work) -> None:
    found = unsettled(work)
    assert len(found) == 1 and "男性优先" in found[0].text
    kept = Kept(found[0].rule, found[0].text, "法律允许", "某人", "2026-11-23")
    settled = revise.keep(work, kept)
    assert unsettled(settled) == [] and settled.kept == (kept,)
    assert unsettled(revise.unkeep(settled, kept.rule, kept.text)) == found
    with pytest.raises(UsageError, match="reason"):
        revise.keep(work, replace(kept, reason=" "))


def test_citations_are_checked_against_changed_documents(engine: Engine, work: Work) -> None:
    assert recite(work, engine) == work
    at = work.section("responsibilities")[0]
    moved = replace(at, cited=tuple(replace(c, start=c.start + 3, end=c.end + 3) for c in at.cited))
    elsewhere = replace(work, lines=tuple(moved if line.id == at.id else line for line in work.lines))
    assert recite(elsewhere, engine) == work
    gone = replace(at, cited=tuple(replace(c, quote="没有这句话") for c in at.cited))
    lost = recite(replace(work, lines=tuple(gone if line.id == at.id else line for line in work.lines)), engine)
    assert lost.line(at.id).source == "suggested" and honest(lost, engine)


@settings(max_examples=60, deadline=None)
@example(steps=[(0, 1, "0"), (9, 27, "")])
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30), st.text(max_size=12)), max_size=12))
def test_no_series_of_changes_makes_a_dishonest_draft(engine: Engine, steps: list[tuple[int, int, str]]) -> None:
    work = Work.of(draft(BRIEF, engine, as_typed=True))
    operations: list[Callable[[Work, int, str], Work]] = [
        revise.edit,
        lambda w, at, text: revise.edit(w, at, w.line(at).text[: len(w.line(at).text) // 2] + text),
        lambda w, at, text: revise.remove(w, at),
        lambda w, at, text: revise.move(w, at),
        lambda w, at, text: revise.lock(w, at, bool(text)),
        lambda w, at, text: shorten_line(w, at),
        lambda w, at, text: regenerate_line(w, at, engine),
        lambda w, at, text: revise.add(w, ORDER[at % len(ORDER)], text),
        lambda w, at, text: shorten(w),
        lambda w, at, text: regenerate(w, ORDER[at % len(ORDER)], engine),
    ]
    for kind, at, text in steps:
        try:
            work = operations[kind](work, at, text)
        except UsageError:
            continue
        assert honest(work, engine)
        assert len({line.id for line in work.lines}) == len(work.lines)
    again = Work.from_dict(json.loads(json.dumps(work.to_dict()))).draft
    assert replace(again, ms=work.draft.ms) == work.draft
