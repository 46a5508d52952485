"""A real browser against a live server: no request may leave the machine, nothing may break the CSP."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.platform.conftest import (  # noqa: F401
    _record_is_planted_again,
    as_person,
    committed_people,
    django_db_modify_db_settings,
    django_db_setup,
)

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
WIDTHS = (390, 1093, 1366, 1920)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("SHOUTU_CHROMIUM") or ""
    if not Path(path).is_file():
        pytest.fail(
            "SHOUTU_CHROMIUM names no browser. Run `SHOUTU_CHROMIUM=$(sh tools/browser.sh) pytest …`, "
            "or `make test`, which does."
        )
    # Playwright's loop runs in this thread; Django would take the tests' own queries for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=path, chromium_sandbox=False, args=list(QUIET))
        yield made
        made.close()


class Watch:
    """What a context's pages asked for and complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.abroad: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.abroad.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself reports a page's own status of 4xx; the tests ask for such pages.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def check(self) -> None:
        assert not self.abroad, f"requests left the machine: {self.abroad}"
        assert not self.complaints, f"the browser complained (CSP or script): {self.complaints}"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1366, "height": 768}
    )
    watch = Watch(made)
    yield made
    made.close()
    watch.check()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def server(live_server: Any) -> str:
    """The live server's address, by number: names would be looked up."""
    return str(live_server.url).replace("localhost", "127.0.0.1")


@pytest.fixture
def gallery(settings: Any, server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same server, with the gallery's made pages beside the real ones."""
    from django.urls import clear_url_caches

    settings.ROOT_URLCONF = "tests.journeys.gallery"
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [str(Path(__file__).parent / "templates")]},
    ]
    clear_url_caches()
    from tests.journeys.gallery import furnish

    furnish(monkeypatch.setattr)
    return server + "/gallery"


@pytest.fixture
def violations() -> Callable[[Page], list[str]]:
    """What axe finds on a page, a line each."""
    source = AXE.read_text("utf-8")

    def find(page: Page) -> list[str]:
        page.evaluate(source)  # not add_script_tag: the CSP forbids it, and is right
        found = page.evaluate("() => axe.run({resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return find


@pytest.fixture
def sign_in(context: BrowserContext, as_person: Callable[..., Any], server: str) -> Callable[..., None]:  # noqa: F811
    """Give the browser the session of a made person."""

    def enter(actor: Any) -> None:
        from django.conf import settings

        cookie = as_person(actor).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])

    return enter
