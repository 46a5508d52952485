"""The page where the three administrators do their acts: each sees the forms of their own doors only.

A password or a token that an act makes is in the answer to its form and nowhere else: no address shows
it again, and a form sent twice shows that it was done already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from shoutu import clocks
from shoutu.errors import NotFound, Text
from shoutu.platform import doors
from shoutu.platform.accounts import inputs, places, queries
from shoutu.platform.accounts.services import keys, people, terms
from shoutu.platform.accounts.services.keys import IssuedKey
from shoutu.platform.accounts.services.people import WithPassword
from shoutu.platform.doors import ADMINISTRATORS, Actor
from shoutu.platform.forms import of_form
from shoutu.platform.web.once import once_of
from shoutu.platform.web.words import ROLES

VERBS: dict[str, tuple[str, type[msgspec.Struct], Callable[..., Any]]] = {
    "create": ("person.create", inputs.NewPerson, people.create_person),
    "reset": ("person.reset-password", inputs.ResetPassword, people.reset_password),
    "post": ("post.create", inputs.NewPost, terms.create_post),
    "grant": ("term.grant", inputs.NewTerm, terms.grant_term),
    "end": ("term.end", inputs.EndTerm, terms.end_term),
    "issue-key": ("key.issue", inputs.NewKey, keys.issue_key),
    "revoke-key": ("key.revoke", inputs.RevokeKey, keys.revoke_key),
    "erase": ("person.erase", inputs.ErasePerson, people.erase_person),
}
"""Door, input and act of each form, by the last word of its address."""


@dataclass(frozen=True)
class Made:
    """What is shown once: `label` says what `secret` is; None where this form was answered before."""

    label: str
    secret: str | None


def may_any(actor: Actor | None) -> bool:
    """Whether this reader has a form on the page."""
    return actor is not None and any(doors.may(actor, door, actor.region) for door, _, _ in VERBS.values())


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    actor: Actor | None = getattr(request, "actor", None)
    if not may_any(actor):
        doors.require(actor, "person.create", actor.region if actor else "")
    return _page(request, actor, None)


@require_POST
@never_cache
@sensitive_variables("done", "made")
def perform(request: HttpRequest, verb: str) -> HttpResponse:
    """One of VERBS. What made a secret answers with it, the others lead back to the page."""
    if verb not in VERBS:
        raise NotFound(Text("没有这个办理事项。", "There is no such act."), found=verb)
    door, kind, act = VERBS[verb]
    actor: Actor | None = getattr(request, "actor", None)
    doors.require(actor, door, actor.region if actor else "")
    done = act(actor, of_form(kind, request.POST), once=once_of(request))
    if verb in ("create", "reset", "issue-key"):
        return _page(request, actor, _made(done.value, issued=verb == "issue-key"))
    return HttpResponseRedirect(reverse("people-acts"))


def _made(value: WithPassword | IssuedKey | None, *, issued: bool) -> Made:
    label = gettext("密钥") if issued else gettext("初始密码")
    if value is None:
        return Made(label, None)
    return Made(label, value.token if isinstance(value, IssuedKey) else value.password)


def _page(request: HttpRequest, actor: Actor | None, made: Made | None) -> HttpResponse:
    today = clocks.today()
    everybody = queries.people(actor)
    running = [term for person in everybody for term in person.terms if term.runs_on(today)]
    in_office = {term.person for term in running}
    context = {
        "word": "people",
        "made": made,
        "may": {door for door, _, _ in VERBS.values() if actor and doors.may(actor, door, actor.region)},
        "own": actor.person if actor else "",
        "everybody": everybody,
        "running": running,
        "leavers": [person for person in everybody if person.id not in in_office],
        "users": [term for term in running if term.role not in ADMINISTRATORS],
        "posts": queries.posts(actor),
        "keys": queries.keys(actor),
        "roles": [(str(key), word) for key, word in ROLES.items()],
        "regions": sorted(places.every().items()),
        "today": today,
    }
    return render(request, "accounts/administration.html", context)
