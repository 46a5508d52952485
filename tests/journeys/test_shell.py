"""The shell and its components, in Chromium, at the four widths that users have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import WIDTHS

PAGES = (
    "board",
    "board?empty=1",
    "components",
    "swipe",
    "sign-in",
    "sign-in?cast=1&fault=1",
    "422",
    "403",
    "404",
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_clean_at_every_width(
    name: str, page: Page, gallery: str, violations: Callable[[Page], list[str]]
) -> None:
    page.goto(f"{gallery}/{name}")
    assert page.locator("h1").count() == 1
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if width == 390 or (width == 1366 and name in ("board", "components")):
            assert not violations(page), (name, width)
        overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} scrolls sideways at {width} by {overflow} px"
