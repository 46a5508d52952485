"""A layer gets a newer version; the worker finds whose figures change; the officer reads both and decides."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shoutu.platform.discovery.models import Patch, Recheck
from shoutu.platform.outbox.worker import JobWorker
from tests.platform import ground

pytestmark = pytest.mark.django_db(transaction=True)

OLD = {"0101": ground.square(0, wide=2), "0601": ground.square(2)}
NEW = {"0101": ground.square(0, wide=1.5), "0601": ground.square(1.5, wide=1.5)}
PICTURES = os.environ.get("SHOUTU_PICTURES")
"""A folder for pictures of the pages, for who wants to look at them."""


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture
def asked(committed_people: Any) -> Any:
    """Three patches, of which the newer version changes the middle one; the worker has been round."""
    people = committed_people
    ground.layer(people.carol, "land", "land-use", OLD)
    outlines = {f"P{column}": ground.square(column + 0.25, 0.25, wide=0.5, tall=0.5) for column in range(3)}
    ground.publish_made(people.carol, outlines, ground.header())
    ground.layer(people.carol, "land", "land-use", NEW)
    JobWorker(once=True, interval=0.01).run()
    assert Recheck.objects.count() == 1
    return people


def test_the_officer_is_told_reads_both_figures_and_decides(
    page: Page, server: str, asked: Any, sign_in: Callable[..., None], violations: Callable[[Page], list[str]]
) -> None:
    sign_in(asked.alice)
    page.goto(f"{server}/clearing/")
    page.get_by_role("link", name="待复核 1").click()
    article = page.locator("article.recheck")
    expect(article).to_have_count(1)
    area = Patch.objects.get(number="P1").area_m2
    rows = [
        row.all_inner_texts() for row in (one.locator("th, td") for one in article.locator("tbody tr").all())
    ]
    assert [row[0] for row in rows] == ["水田 0101", "采矿用地 0602", "图斑面积"] or rows[0][0] == "水田 0101"
    assert rows[-1][1].splitlines()[0].replace(",", "") == area
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        keep(page, f"rechecks-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not violations(page)
    page.get_by_label("理由").fill("已核对新版来源，认可")
    page.get_by_role("button", name="改用新数").click()
    expect(page.get_by_text("没有待复核的图斑")).to_be_visible()
    page.get_by_role("link", name="改用新数 1").click()
    expect(page.get_by_text("已核对新版来源，认可")).to_be_visible()
    page.locator("article.recheck h2 a").click()
    expect(page.get_by_text("图层更新后改用新数")).to_be_visible()
    keep(page, "patch-1366")


def test_a_reason_is_asked_for_and_the_reviewer_only_reads(
    page: Page, server: str, asked: Any, sign_in: Callable[..., None]
) -> None:
    sign_in(asked.alice)
    page.goto(f"{server}/rechecks/")
    page.get_by_role("button", name="维持原数").click()
    assert page.evaluate("document.activeElement.name") == "reason"
    assert Recheck.objects.get().state == "open"
    sign_in(asked.bob)
    page.goto(f"{server}/rechecks/")
    expect(page.get_by_text("由本旗区执法队员复核。")).to_be_visible()
    expect(page.get_by_role("button", name="改用新数")).to_have_count(0)


def test_the_city_sees_the_job(
    page: Page, server: str, asked: Any, sign_in: Callable[..., None], violations: Callable[[Page], list[str]]
) -> None:
    sign_in(asked.carol)
    page.goto(f"{server}/rechecks/")
    expect(page.get_by_text("已核对 1/1 个批次")).to_be_visible()
    page.get_by_role("button", name="再核对一次").click()
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_text("正在停止，做完的部分保留")).to_be_visible()
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        keep(page, f"rechecks-city-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not violations(page)
