"""Lists by keyboard, filters that apply on change, forms sent once, before and after under one line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def _focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.textContent"))


def test_rows_are_walked_ticked_and_opened_by_key(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/components")
    page.keyboard.press("j")
    assert _focused(page) == "150627202610B0"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator("[data-ticked]")).to_have_text("1")
    expect(page.get_by_role("button", name="催办")).to_be_enabled()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{gallery}/components#long")


def test_shift_click_ticks_a_range(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/components")
    boxes = page.locator("td.tick input")
    boxes.nth(2).click()
    boxes.nth(6).click(modifiers=["Shift"])
    expect(page.locator("[data-ticked]")).to_have_text("5")


def test_letters_rest_in_fields_and_can_be_switched_off(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/components")
    page.keyboard.press("/")
    page.keyboard.type("jx?")
    assert page.locator("input[type=search]").input_value().startswith("j")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.wait_for_url("**q=jx**")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("dialog#keys input").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert _focused(page) != "150627202610B0"


def test_choice_applies_at_once_and_stays_in_the_address(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/components?size=20")
    page.locator("select[name=region]").select_option("150627")
    page.wait_for_url("**?region=150627")
    expect(page.get_by_role("button", name="查找")).to_be_hidden()


def test_pager_walks_ten_thousand_rows(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/components")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".pager").first).to_contain_text("第 51–100 个，共 10,000 个")
    page.get_by_role("link", name="上一页").click()
    expect(page.locator(".pager").first).to_contain_text("第 1–50 个")


def test_form_is_sent_once_however_often_it_is_pressed(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/components")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        """() => {
            const button = [...document.querySelectorAll("button")].find((b) => b.textContent === "保存");
            button.click();
            button.click();
        }"""
    )
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_line_between_before_and_after_moves_by_key(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/swipe")
    line = page.locator(".swipe-line")
    assert line.evaluate("e => e.style.left") == "50%"
    page.locator(".swipe-range").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert line.evaluate("e => e.style.left") == "60%"
    page.keyboard.press("1")
    assert line.evaluate("e => e.style.left") == "100%"
    page.keyboard.press("d")
    expect(page.locator(".swipe")).to_have_class("swipe both")
    page.get_by_role("button", name="后").click()
    assert page.locator(".side.after").evaluate("e => e.style.clipPath") in (
        "inset(0px 0px 0px 0%)",
        "inset(0px)",
    )
