"""A city officer imports a map service's layer: compares on the map, says yes, sees what it is good for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shoutu.platform.territory import queries
from tests.journeys.ground import plant_outlines
from tests.platform.territory.test_importing import shifted_outline

pytestmark = pytest.mark.django_db(transaction=True)


def show(page: Page, name: str) -> None:
    """A picture of the page for whoever looks at it, where SHOUTU_PICTURES names a folder."""
    if folder := os.environ.get("SHOUTU_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_shifted_file_is_compared_on_the_map_before_it_is_taken(
    committed_people: Any,
    sign_in: Callable[..., None],
    page: Page,
    server: str,
    tmp_path: Path,
    violations: Callable[[Page], list[str]],
) -> None:
    plant_outlines()
    page.set_default_timeout(120_000)  # the first import of a machine compiles the kernels
    sign_in(committed_people.carol)
    file = tmp_path / "旗界.geojson"
    file.write_bytes(shifted_outline())
    page.goto(f"{server}/layers/import")
    page.set_input_files("#file", str(file))
    page.select_option("#kind", "plan")
    page.select_option("#secrecy", "open")
    page.fill("#title", "旗界（演示）")
    page.fill("#name", "made-bounds")
    page.fill("#as_of", "2025-12-31")
    page.get_by_role("button", name="检查").click()

    choices = page.locator("input[name=crs][type=radio]")
    expect(choices).to_have_count(3)
    assert choices.first.get_attribute("value") == "GCJ-02"
    assert page.locator("input[name=crs]:checked").count() == 0  # proposed, not chosen
    assert page.get_by_role("button", name="导入这一版").count() == 0
    page.wait_for_selector("[data-map][data-ready]")
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        show(page, f"import-choose-{width}")
        assert not violations(page), width

    choices.first.check()
    page.get_by_role("button", name="按所选坐标系检查").click()
    expect(page.get_by_text("近似换算，只供查找")).to_be_visible()
    page.wait_for_selector("[data-map][data-ready]")
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        show(page, f"import-check-{width}")
        assert not violations(page), width
    page.get_by_role("button", name="导入这一版").click()
    page.wait_for_url(f"{server}/layers/")
    expect(page.get_by_text("近似换算，只供查找")).to_be_visible()
    (row,) = [row for row in queries.layers(committed_people.carol) if row.name == "made-bounds"]
    assert row.only_for_finding
