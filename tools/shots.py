"""Screenshots of every page of a sample, as each role, at the widths that users have, and printed.

    SHOUTU_HOME=DIR SHOUTU_CHROMIUM=$(sh tools/browser.sh) python tools/shots.py FOLDER [WIDTH…]

Walks the links of the running pages from the board: pictures of the first few pages of each kind, as
the first role that reaches it, and what axe finds on each. Serves the data directory itself, on a free
port of 127.0.0.1. The exit code is 1 when axe found anything.
"""

from __future__ import annotations

import os
import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from playwright.sync_api import BrowserContext, Page, sync_playwright

from shoutu.platform import setup

WIDTHS = (390, 1093, 1366, 1920)
HEIGHTS = {390: 844, 1093: 768, 1366: 768, 1920: 1080}
ROLES = (
    "city-reviewer",
    "leader",
    "officer",
    "reviewer",
    "auditor",
    "department",
    "system-admin",
    "security-admin",
    "audit-admin",
)
STATES = 4
"""Pages of one kind that are looked at: a patch not reported, one passed, one split …"""
AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A picture needs no access log."""


def serve() -> str:
    """The address of the pages, served from this process."""
    from shoutu.platform.wsgi import application

    server = make_server("127.0.0.1", 0, application, _Server, _Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def cookie_of(role: str, base: str) -> dict[str, str] | None:
    """A session of the first person in office with this role; None where there is nobody."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from shoutu import clocks
    from shoutu.platform.accounts.middleware import SINCE, TERM
    from shoutu.platform.accounts.models import Term

    running = Term.objects.on(clocks.today()).filter(post__role=role).select_related("person")
    term = running.order_by("post__region", "id").first()
    if term is None:
        return None
    session = SessionStore()
    session[SESSION_KEY] = term.person_id
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = term.person.get_session_auth_hash()
    session[TERM] = term.id
    session[SINCE] = int(clocks.now().timestamp())
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": base}


def kind_of(address: str) -> str | None:
    """The name of the page's pattern; None for what is not a page of ours."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(address).path).url_name
    except Resolver404:
        return None


def walk(page: Page, base: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Pages of kinds not seen before, breadth first; a name with a number from the second of a kind."""
    waiting = [base + "/"]
    visited: dict[str, set[str]] = {}
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        path = urlsplit(address).path
        if kind is None or path in visited.setdefault(kind, set()) or len(visited[kind]) >= STATES:
            continue
        visited[kind].add(path)
        answer = page.request.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html") or not answer.ok:
            continue
        page.goto(address)
        number = len(visited[kind])
        name = kind if number == 1 else f"{kind}-{number}"
        if name not in seen:
            seen.add(name)
            yield name, address
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        waiting += [found for link in links if (found := urljoin(address, link)).startswith(base)]


def shoot(
    context: BrowserContext, kind: str, address: str, folder: Path, widths: tuple[int, ...]
) -> list[str]:
    """The pictures of one page, and what axe finds on it at each width."""
    page = context.new_page()
    found: list[str] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
        page.goto(address)
        if page.locator("[data-map]").count():
            page.wait_for_selector("[data-map][data-ready]", state="attached", timeout=30_000)
        page.wait_for_timeout(200)
        page.screenshot(path=folder / f"{kind}-{width}.png", full_page=True)
        page.evaluate(AXE.read_text("utf-8"))
        result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
        found += [
            f"{kind} {width}: {fault['id']} {node['target']}"
            for fault in result["violations"]
            for node in fault["nodes"]
        ]
    page.pdf(path=folder / f"{kind}.pdf", prefer_css_page_size=True)
    page.close()
    return found


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    widths = tuple(int(width) for width in arguments[1:]) or WIDTHS
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's loop runs in this thread
    setup.load()
    base = serve()
    seen: set[str] = set()
    found: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["SHOUTU_CHROMIUM"], chromium_sandbox=False)
        for role in (None, *ROLES):
            context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", bypass_csp=True)
            cookie = cookie_of(role, base) if role else None
            if role and cookie is None:
                continue
            if cookie:
                context.add_cookies([cookie])  # type: ignore[list-item]
                kinds = list(walk(context.new_page(), base, seen))
            else:
                kinds = [("sign-in", base + "/sign-in")]
            for kind, address in kinds:
                found += shoot(context, kind, address, folder, widths)
                print(f"{role or 'nobody'}: {kind} {urlsplit(address).path}")
            context.close()
        browser.close()
    print("\n".join(found) or "axe found nothing")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
