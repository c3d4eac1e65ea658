"""The comparison, the map and the library tab: their pages as functions, and in a real browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ingest.errors import UsageError
from rag.app import Rolewright
from rag.settings import Settings
from tests.browsing import open_named_tab
from tests.test_ui_browser import BUNDLED, Visit, address, browser, pytestmark, visit  # noqa: F401  (fixtures)
from ui.compare_tab import choices, comparison_html
from ui.explore_tab import map_html
from ui.library_tab import Handlers, chunks_html, diff_html, rows

UPLOAD = "# 门店手册\n\n## 店长\n\n职责:\n\n1. 安排每日排班。\n2. 盘点店内库存。\n"


@pytest.fixture(scope="module")
def app(library: Path) -> Rolewright:
    return Rolewright(Settings(library=library))


@pytest.fixture
def own(tmp_path: Path, small_folder: Path) -> Rolewright:
    app = Rolewright(Settings(library=tmp_path / "library"))
    app.ingest([small_folder])
    return app


def test_every_cell_of_a_comparison_is_cited_or_says_that_nothing_is_told(app: Rolewright) -> None:
    html = comparison_html(app, ["售前客服", "数据分析师"], "zh-Hans")
    cells = re.findall(r"<td role=\"cell\">(.*?)</td>", html)
    assert len(cells) >= 4 and any("资料没有说明" in cell for cell in cells)
    assert all("rw-n" in cell or "资料没有说明" in cell for cell in cells)
    shown = {int(number) for number in re.findall(r"rw-to-(\d+)", html)}
    assert shown == {int(number) for number in re.findall(r"rw-cite-(\d+)", html)} and shown
    assert "客戶" in comparison_html(app, ["售前客服", "数据分析师"], "zh-Hant")
    assert "Collect and organise shop data" in comparison_html(app, ["售前客服", "数据分析师"], "en")


@pytest.mark.parametrize("names", [[], ["售前客服"], ["售前客服", "售前客服"], ["售前客服", "没有的岗位"]])
def test_a_comparison_needs_two_known_roles(app: Rolewright, names: list[str]) -> None:
    with pytest.raises(UsageError):
        comparison_html(app, names, "zh-Hans")


def test_only_described_roles_can_be_compared(app: Rolewright) -> None:
    names = {name for _, name in choices(app, "zh-Hans")}
    assert "售前客服" in names and "投诉专员" not in names
    assert any(shown.startswith("Data Analyst") for shown, _ in choices(app, "en"))


def test_the_map_shows_every_role_with_its_depth_and_sources(app: Rolewright) -> None:
    html = map_html(app, "", "zh-Hans")
    for row in app.roles():
        assert html.count(f"</i>{row['name']}<span") == 1
    assert "rw-depth-named_only" in html and "资料只列出名称" in html
    found = map_html(app, "客服", "zh-Hans")
    assert "售前客服" in found and "数据分析师" not in found
    assert "资料里没有这样的名称" in map_html(app, "火箭", "zh-Hans")


def test_an_upload_is_indexed_shown_and_removed(own: Rolewright, tmp_path: Path) -> None:
    do = Handlers(own)
    file = tmp_path / "门店.md"
    file.write_text(UPLOAD, encoding="utf-8")
    _, table, report = do.add([str(file)], "zh-Hans", lambda _done, unit: None)  # type: ignore[arg-type]
    assert "新增 1" in report["value"] and "门店.md" in [row[0] for row in table]
    assert "安排每日排班" in chunks_html(own, "门店.md") and "没有去掉" in diff_html(own, "门店.md", "zh-Hans")
    assert "店长" in {row["name"] for row in own.roles("店长")}
    table, report, _ = do.remove("门店.md", "zh-Hans")
    assert "移出 1" in report["value"] and "门店.md" not in [row[0] for row in table]
    assert not (own.library.folder / "uploads" / "门店.md").exists()


def test_changed_files_are_read_again_and_nothing_else(tmp_path: Path, small_folder: Path) -> None:
    folder = tmp_path / "handbooks"
    shutil.copytree(small_folder, folder)
    own = Rolewright(Settings(library=tmp_path / "library"))
    own.ingest([folder])
    do, before = Handlers(own), rows(own, "zh-Hans")
    table, report = do.again("zh-Hans", lambda _done, unit: None)  # type: ignore[arg-type]
    assert table == before and f"未变 {len(before)}" in report["value"], "nothing has changed"
    changed = next(folder.rglob("*.md"))
    changed.write_text(changed.read_text(encoding="utf-8") + f"\n\n{UPLOAD}", encoding="utf-8")
    (folder / "new.md").write_text(UPLOAD, encoding="utf-8")
    _, report = do.again("zh-Hans", lambda _done, unit: None)  # type: ignore[arg-type]
    assert "更新 1" in report["value"] and "店长" in {row["name"] for row in own.roles("店长")}
    assert "new.md" not in [row[0] for row in rows(own, "zh-Hans")], "only an ingest takes new files"
    shutil.rmtree(folder)
    table, report = do.again("zh-Hans", lambda _done, unit: None)  # type: ignore[arg-type]
    assert len(table) == len(before) and "原来的文件已不在" in report["value"]


def test_a_bad_upload_is_reported_and_nothing_is_lost(own: Rolewright, tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.4 nothing")
    before = rows(own, "zh-Hans")
    _, table, report = Handlers(own).add([str(file)], "zh-Hans", lambda _done, unit: None)  # type: ignore[arg-type]
    assert "broken.pdf" in report["value"] and table == before


@pytest.mark.skipif(not BUNDLED, reason="the bundled corpus is not here")
def test_compare_and_map_in_the_browser(visit: Visit) -> None:  # noqa: F811
    page = visit.page
    open_named_tab(page, "对比")
    field = page.locator("#rw-compare-roles input")
    for name in ("店铺运营", "活动运营"):
        field.fill(name)
        field.press("Enter")
    field.press("Tab")
    page.locator("#rw-compare-go").click()
    page.locator(".rw-compare").wait_for()
    page.locator("#rw-comparison .rw-to-1").first.click()
    assert page.locator("#rw-comparison .rw-cite-1 mark").inner_text()
    open_named_tab(page, "岗位地图")
    role = page.locator(".rw-role", has_text="测试工程师").first
    role.locator("summary").click()
    role.get_by_text("检查产品功能的细节").wait_for()
    page.locator("#rw-explore-query input, #rw-explore-query textarea").fill("客服")
    page.locator(".rw-role", has_text="售前客服").first.wait_for()
