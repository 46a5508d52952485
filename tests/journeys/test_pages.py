"""The real pages of the shell's own words, in Chromium: clean, reachable, and narrowed to the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import WIDTHS
from tests.journeys.ground import plant_layer, plant_outlines

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def layer(committed_people: Any, tmp_path: Path) -> str:
    plant_outlines()
    return plant_layer(committed_people.carol, tmp_path)


def test_city_reader_finds_every_page_clean(
    layer: str,
    committed_people: Any,
    sign_in: Callable[..., None],
    page: Page,
    server: str,
    violations: Callable[[Page], list[str]],
) -> None:
    sign_in(committed_people.carol)
    for path in ("/", "/layers/", "/people", "/ledger/", "/ledger/entries/0/", "/ledger/verify"):
        answer = page.goto(server + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("h1").count() == 1, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, f"{path} scrolls sideways at {width} by {over} px"
            if width == 390:
                assert not violations(page), (path, width)


def test_layer_is_drawn_from_this_machine_alone(
    layer: str,
    committed_people: Any,
    sign_in: Callable[..., None],
    page: Page,
    server: str,
    violations: Callable[[Page], list[str]],
) -> None:
    sign_in(committed_people.carol)
    page.goto(f"{server}/layers/{layer}/")
    page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    drawn = page.evaluate(
        """async (id) => {
            const { charts } = await import("/static/web/map.js");
            const chart = [...charts.values()][0];
            return [chart.map.queryRenderedFeatures({ layers: [id + ":fill"] }).length,
                    chart.map.queryRenderedFeatures({ layers: ["banners:label"] }).length];
        }""",
        layer,
    )
    assert drawn[0] >= 60
    assert not violations(page)


def test_map_falls_back_to_the_list_without_webgl(
    layer: str, committed_people: Any, sign_in: Callable[..., None], page: Page, server: str
) -> None:
    sign_in(committed_people.carol)
    page.add_init_script(
        "const real = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : real.call(this, kind, ...more); }"
    )
    page.goto(f"{server}/layers/{layer}/")
    expect(page.locator("[data-map-off]")).to_be_visible()
    assert page.locator("table[data-features] tbody tr").count() == 50
    expect(page.locator("#legend")).to_be_visible()
    expect(page.get_by_role("tab")).to_have_count(0)


def test_board_row_leads_to_the_month(
    layer: str, committed_people: Any, sign_in: Callable[..., None], page: Page, server: str
) -> None:
    sign_in(committed_people.alice)
    page.goto(server)
    assert page.locator("table.board-table tbody tr").count() == 1, "an officer sees her own banner"
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.textContent") == "伊金霍洛旗"


def test_language_and_type_size_are_kept(
    committed_people: Any, sign_in: Callable[..., None], page: Page, server: str
) -> None:
    sign_in(committed_people.carol)
    page.goto(server + "/people")
    page.locator(".bar .me").get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_have_text("People")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".bar .me").get_by_role("button", name="Large type").click()
    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "20px"


def test_who_has_no_board_is_led_to_their_own_page(
    committed_people: Any, sign_in: Callable[..., None], page: Page, server: str
) -> None:
    sign_in(committed_people.sam)
    page.goto(server)
    assert page.url == server + "/people"
    answer = page.goto(server + "/ledger/")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator(".banner.error")).to_be_visible()
