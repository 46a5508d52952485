"""A form submitted twice is submitted once: the hidden field `once` of the tag {% once %}."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from django.http import HttpRequest

from shoutu.platform.acts import Once
from shoutu.platform.doors import Actor

_NOT_CONTENT = frozenset({"once", "csrfmiddlewaretoken"})


def once_of(request: HttpRequest) -> Once | None:
    """What makes a repeat of this POST the same request; None where the form has no token.

    The digest is over the address and the fields, so the same token under another content is refused.
    """
    actor: Actor | None = getattr(request, "actor", None)
    token = request.POST.get("once", "")
    if actor is None or not token or len(token) > 200:
        return None
    fields = sorted(
        (name, value) for name, values in request.POST.lists() if name not in _NOT_CONTENT for value in values
    )
    content = f"{request.path}\n{urlencode(fields)}"
    return Once(actor.person, token, hashlib.sha256(content.encode()).hexdigest())
