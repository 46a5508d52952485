"""From the board to why, to the readings, to the order's text: by keys and links alone, each page clean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shoutu.platform.enforcement import queries as enforcement
from shoutu.platform.enforcement.rows import PolicyFacts, Undecided
from tests.journeys.conftest import WIDTHS
from tests.journeys.ground import plant_outlines
from tests.platform.warnings.conftest import BANNER, MONTH, Records

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def red(committed_people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One project of 15 mu and a little."""
    plant_outlines()
    records = Records()
    records.add("伊2026-10-01", "10000.01", "3000")
    monkeypatch.setattr(enforcement, "policy_facts", records.facts)
    monkeypatch.setattr(
        enforcement, "counted", lambda banner, *, until: PolicyFacts(records.facts(banner, until=until), {})
    )
    monkeypatch.setattr(enforcement, "undecided", lambda banner, month: Undecided(not_through=0, ungrouped=0))


def test_a_level_leads_to_its_reasons_the_readings_and_the_text(
    red: None,
    committed_people: Any,
    sign_in: Callable[..., None],
    page: Page,
    server: str,
    violations: Callable[[Page], list[str]],
) -> None:
    sign_in(committed_people.alice)
    page.goto(f"{server}/?month={MONTH}")
    page.locator("td.c-level a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("旗区当月合计：红色预警")
    assert page.url.endswith(f"/warnings/{MONTH}/{BANNER}/why/warnings-0/")
    _clean(page, violations)

    page.get_by_role("link", name="比较不同理解").click()
    expect(page.locator("tr[data-reading='6.3-whom'] td.differs")).to_have_count(2)
    page.locator("tr[data-reading='6.3-whom'] td.differs summary").first.click()
    expect(page.locator("tr[data-reading='6.3-whom'] td.differs details[open] p").first).to_be_visible()
    _clean(page, violations)

    page.get_by_role("link", name="文件和规则").click()
    page.locator("a.cited[href='#c-6.1']").first.focus()
    page.keyboard.press("Enter")
    card = page.locator("details[data-clause='6.1']")
    expect(card).to_have_attribute("open", "")
    expect(card.locator("tr[data-number]")).to_have_count(5)
    _clean(page, violations)


def _clean(page: Page, violations: Callable[[Page], list[str]]) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{page.url} scrolls sideways at {width} by {over} px"
    assert not violations(page)
