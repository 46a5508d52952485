"""Who calls: a department's key with scopes, or a signed-in person's session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from shoutu.errors import Refused, Text
from shoutu.platform import doors
from shoutu.platform.accounts.keys import Bearer, bearer_of
from shoutu.platform.doors import Actor

READ = "read"
ACT = "act"


class KeyCaller(HttpBearer):
    """`Authorization: Bearer st_live_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        bearer = bearer_of(token)
        if bearer is not None:
            request.actor = bearer.actor  # type: ignore[attr-defined]
            request.scopes = bearer.scopes  # type: ignore[attr-defined]
            request.caller = f"key:{bearer.key}"  # type: ignore[attr-defined]
        return bearer


class PersonCaller(SessionAuth):
    """The session of the pages; what changes something needs its CSRF token too.

    A key that is sent and not known is not made good by a session, and a password that was made for
    its person opens the page that changes it and nothing else.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if getattr(request, "actor", None) is None or "Authorization" in request.headers:
            return None
        return None if getattr(request.user, "temporary", False) else super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        actor = getattr(request, "actor", None)
        if actor is not None:
            request.caller = actor.person  # type: ignore[attr-defined]
        return actor


def acting(request: HttpRequest, scope: str) -> Actor:
    """The caller's actor; a key must have been given for this."""
    scopes = getattr(request, "scopes", None)
    if scopes is not None and scope not in scopes:
        raise Refused(
            Text("密钥没有这个用途。", "The key is not for this."),
            found=scope,
            remedy=Text("请安全管理员另发密钥。", "Ask the security administrator for another key."),
        )
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def reading(request: HttpRequest, verb: str) -> Actor:
    """The same for reading behind a door: a post that does not open it is told so, not shown nothing."""
    actor = acting(request, READ)
    doors.require(actor, verb, actor.region)
    return actor
