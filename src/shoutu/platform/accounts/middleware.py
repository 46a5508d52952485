"""Who is asking, in which post, and for how long: `request.actor`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from shoutu import clocks
from shoutu.platform.accounts.models import Term
from shoutu.platform.doors import Actor, Role

SINCE = "since"
"""Session key: the second at which the session began."""

TERM = "term"
"""Session key: the id of the term in which the person acts."""


def acting_post(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and too_old(request):
            auth.logout(request)
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


class signed_in(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless its view is `login_not_required`; the API asks for a key.

    Who signed in with a password that was made for them gets no further than changing it.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None or not getattr(view_func, "login_required", True):
            return refused
        page = reverse("password")
        if getattr(request.user, "temporary", False) and request.path not in (page, reverse("sign-out")):
            return HttpResponseRedirect(page)
        return None


def begin(sender: object, request: HttpRequest, **_: object) -> None:
    """A receiver of `user_logged_in`: the absolute limit counts from here."""
    request.session[SINCE] = int(clocks.now().timestamp())


def too_old(request: HttpRequest) -> bool:
    began: int = request.session.get(SINCE, 0)
    limit: int = settings.SESSION_ABSOLUTE_AGE
    return clocks.now().timestamp() - began > limit


def actor_of(request: HttpRequest) -> Actor | None:
    """The signed-in person in the post that they chose, if its term runs today."""
    if not request.user.is_authenticated:
        return None
    running = Term.objects.on(clocks.today()).filter(person_id=request.user.pk).select_related("post")
    chosen = request.session.get(TERM)
    term = (
        next((term for term in running if term.id == chosen), None)
        or running.order_by("starts", "id").first()
    )
    if term is None:
        return None
    return Actor(term.person_id, term.id, Role(term.post.role), term.post.region)
