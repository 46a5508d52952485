"""A month is announced, objected to, answered, issued and made a numbered paper, in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shoutu import clocks
from tests.platform.documents.reading import pdf_text
from tests.platform.warnings.conftest import ANNOUNCED, BANNER, MONTH, RIPE, Records, records  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

MONTH_PAGE = f"/warnings/{MONTH}/{BANNER}/"


@pytest.fixture
def at(
    sign_in: Callable[..., None], page: Page, server: str, violations: Callable[[Page], list[str]]
) -> Callable[[Any], Page]:
    """The month's page as another person, free of what axe finds."""

    def enter(actor: Any) -> Page:
        sign_in(actor)
        page.goto(server + MONTH_PAGE)
        assert not violations(page)
        return page

    return enter


def _object_and_answer(at: Callable[[Any], Page], people: Any) -> None:
    page = at(people.erin)
    page.get_by_label("异议内容").fill("乌兰木伦镇一处已补办手续（演示）。")
    page.get_by_role("button", name="提出异议").click()
    expect(page.locator(".objection").first).to_contain_text("待答复")
    expect(at(people.dan).get_by_role("button", name="签发预警")).to_be_disabled()
    page = at(people.carol)
    page.get_by_label("答复").fill("所附批文与图斑不符，不予核减（演示）。")
    page.get_by_role("button", name="答复异议").click()
    expect(page.locator(".objection .effect")).to_contain_text("不予核减")
    assert at(people.dan).get_by_role("button", name="签发预警").is_disabled(), "the term still runs"


def _number(page: Page) -> None:
    page.get_by_role("button", name="生成预警通知").click()
    page.locator(".papers a").click()
    expect(page.locator("main dl.facts")).to_contain_text("未编号，不得外发")
    page.get_by_role("button", name="编号", exact=True).click()
    expect(page.locator("main dl.facts")).to_contain_text("鄂自然资函〔2026〕1号")


def test_a_month_goes_from_announcement_to_a_numbered_notice(
    committed_people: Any,
    records: Records,  # noqa: F811
    at: Callable[[Any], Page],
    server: str,
) -> None:
    records.add("A", "10000.00")
    people = committed_people
    with clocks.stopped_at(ANNOUNCED):
        page = at(people.carol)
        page.get_by_role("button", name="告知旗区").click()
        expect(page.get_by_role("button", name="重新告知旗区")).to_be_visible()
        _object_and_answer(at, people)
    with clocks.stopped_at(RIPE):
        page = at(people.dan)
        page.get_by_role("button", name="签发预警").click()
        expect(page.locator(".signature")).to_contain_text("丁岩（演示）")
        page = at(people.carol)
        _number(page)
        link = page.get_by_role("link", name="打开 PDF").get_attribute("href")
        body = page.request.get(f"{server}{link}").body()
        page.wait_for_load_state("networkidle")
    assert body.startswith(b"%PDF")
    text = "".join(pdf_text(body).split())
    for words in (
        "伊金霍洛旗2026年10月涉嫌违法用地预警情况的函",
        "实行红色预警",
        "鄂自然资函〔2026〕1号",
        "第六部分",
    ):
        assert words in text, text[:600]
    for clause in ("6.1", "6.2", "6.4"):
        assert clause not in text
