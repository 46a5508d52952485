"""A patch is cut, reported and reviewed twice by three people, in Chromium; each page on the way is clean."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from shoutu.platform.discovery.intake import drafts
from shoutu.platform.discovery.pictures import keep_picture
from shoutu.platform.discovery.publication import NewPicture
from shoutu.platform.discovery.rows import Box
from tests.journeys.conftest import WIDTHS
from tests.platform import ground

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE, OTHER = "150627202610B0004", "150627202610B0005"
Axe = Callable[[Page], list[str]]


def _picture(shade: int) -> tuple[str, str]:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), (shade, 150, 110)).save(out, "JPEG")
    return keep_picture(out.getvalue())


def _pictures(number: str) -> list[NewPicture]:
    box = Box(ground.WEST - 0.001, ground.SOUTH - 0.001, ground.WEST + 0.002, ground.SOUTH + 0.002)
    return [
        NewPicture(number, moment, *_picture(shade), box, None, "演示影像")
        for moment, shade in (("before", 120), ("after", 190))
    ]


@pytest.fixture
def batch(committed_people: Any, tmp_path: Path) -> str:
    """Two patches under two layers, one with pictures; its id."""
    carol = committed_people.carol
    ground.layer(
        carol, "dltb", "land-use", {"0103": ground.square(0, wide=0.6), "1003": ground.square(0.6, wide=2)}
    )
    ground.layer(carol, "pbf", "basic-farmland", {"基本农田": ground.square(0, wide=0.3)})
    file = ground.geojson(
        tmp_path / "十月.geojson",
        [
            ground.patch(WHOLE, ground.square(0), 项目名称="进站道路（演示）"),
            ground.patch(OTHER, ground.square(4)),
        ],
    )
    draft = drafts.start(carol, file, file.name)
    shown = drafts.preview(carol, draft, header=ground.header())
    return drafts.publish(carol, draft, digest=shown.digest, pictures=_pictures(WHOLE)).value.id


def _photo(tmp_path: Path, kind: str) -> str:
    path = tmp_path / f"{kind}.png"
    Image.new("RGB", (8, 8), (len(kind) * 9, 90, 90)).save(path)
    return str(path)


def _cut(page: Page) -> None:
    """Two clicks on the picture, above and below the patch; the server says what the parts are."""
    page.locator(".swipe-foot a[href='#cut']").click()
    box = page.locator("#swipe").bounding_box()
    assert box is not None
    for down in (8, box["height"] - 40):
        page.locator("#swipe").click(position={"x": box["width"] / 2 + 20, "y": down}, force=True)
    expect(page.locator("[data-split-difference]")).to_have_text("0.00")
    expect(page.locator("tbody[data-parts] tr")).to_have_count(2)
    page.locator("form[data-split] .button.main").click()
    expect(page.locator("[data-parts-list] tbody tr")).to_have_count(3)


def _report(page: Page, tmp_path: Path) -> None:
    page.locator("#category").select_option("suspected-construction")
    page.locator("#explanation").fill("现场已停工。")
    for kind in ("panorama", "near", "record"):
        page.locator("select[name=kind]").select_option(kind)
        page.locator("input[name=file]").set_input_files(_photo(tmp_path, kind))
        page.get_by_role("button", name="添加材料").click()
        expect(page.locator("#explanation")).to_have_value("现场已停工。")
    expect(page.locator("input[name=proofs]:checked")).to_have_count(3)
    page.get_by_role("button", name="提交旗区审核").click()
    expect(page.locator(".stepper .now")).to_contain_text("旗区审核")


def _sign(page: Page, server: str, axe: Axe) -> None:
    page.goto(server + "/review/")
    button = page.locator("[data-sign]")
    expect(button).to_be_disabled()
    expect(page.locator("#sign-why")).to_contain_text("未确认")
    assert not axe(page)
    for tick in page.locator("input[name=seen]").all():
        tick.check()
    button.click()
    expect(page.locator(".empty .head")).to_have_text("没有等你审核的填报")


def test_patch_is_cut_reported_and_reviewed_by_three_people(
    batch: str,
    committed_people: Any,
    sign_in: Callable[..., None],
    page: Page,
    server: str,
    violations: Axe,
    tmp_path: Path,
) -> None:
    sign_in(committed_people.alice)
    page.goto(server + "/clearing/?month=2026-10")
    assert not violations(page)
    page.get_by_role("link", name=WHOLE).click()
    _cut(page)
    page.locator("[data-parts-list] tbody a").first.click()
    part = page.url
    assert not violations(page)
    _report(page, tmp_path)
    page.goto(part.replace("/patches/", "/review/"))
    assert page.url == part, "the officer has nothing to review"

    sign_in(committed_people.bob)
    _sign(page, server, violations)
    sign_in(committed_people.carol)
    _sign(page, server, violations)
    page.goto(part)
    expect(page.locator(".stepper .now")).to_contain_text("自治区审核")
    assert page.locator("#trail li").count() == 5, "issued, cut, reported, reviewed, reviewed"

    sign_in(committed_people.bob)
    page.goto(server + "/violations/?month=2026-10")
    page.get_by_role("button", name="单独成宗").click()
    expect(page.locator("h1")).to_contain_text("伊2026-10-01")


def test_pages_of_a_batch_fit_every_width(
    batch: str,
    committed_people: Any,
    sign_in: Callable[..., None],
    page: Page,
    server: str,
    violations: Axe,
) -> None:
    sign_in(committed_people.carol)
    paths = (
        "/batches/",
        f"/batches/{batch}/",
        "/batches/upload",
        "/clearing/?month=2026-10",
        "/violations/?month=2026-10",
    )
    for path in paths:
        page.goto(server + path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, f"{path} scrolls sideways at {width} by {over} px"
            if width in (390, 1366):
                assert not violations(page), (path, width)
