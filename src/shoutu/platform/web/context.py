"""What the shell of every page shows: words with counts, the reader, the language, the time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from shoutu import clocks
from shoutu.platform.doors import Actor
from shoutu.platform.web import navigation

LARGE_COOKIE = "large"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Lazy where a query is needed, so that a page that draws no bar asks nothing."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "nav": SimpleLazyObject(lambda: navigation.items(actor)),
        "me": SimpleLazyObject(lambda: navigation.me(actor)),
        "synthetic": SimpleLazyObject(navigation.synthetic),
        "large": request.COOKIES.get(LARGE_COOKIE) == "1",
        "english": get_language() == "en",
        "now": clocks.now(),
    }
