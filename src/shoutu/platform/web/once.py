"""A form submitted twice is one submission: its hidden key becomes the act's Idempotency-Key."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest

from shoutu.platform.acts import Once

_NOT_CONTENT = ("once", "csrfmiddlewaretoken")


def once_of(request: HttpRequest) -> Once | None:
    """The key that `{% once %}` put into the form, bound to who sends it and to what it says."""
    actor = getattr(request, "actor", None)
    key = request.POST.get("once", "")
    if actor is None or not key:
        return None
    said = [request.path, sorted((k, v) for k, v in request.POST.lists() if k not in _NOT_CONTENT)]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return Once(caller=actor.person, key=key[:64], digest=digest)
