"""Who is asking, and in which post: `request.actor`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shoutu import clocks
from shoutu.platform.accounts.models import Term
from shoutu.platform.doors import Actor, Role


def acting_post(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def actor_of(request: HttpRequest) -> Actor | None:
    """The signed-in person in the post that they chose, if its term runs today."""
    if not request.user.is_authenticated:
        return None
    running = Term.objects.on(clocks.now().date()).filter(person_id=request.user.pk).select_related("post")
    chosen = request.session.get("term")
    term = (
        next((term for term in running if term.id == chosen), None)
        or running.order_by("starts", "id").first()
    )
    if term is None:
        return None
    return Actor(term.person_id, term.id, Role(term.post.role), term.post.region)
