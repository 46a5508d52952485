"""The client's address, by which wrong passwords are counted."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The peer's address; behind our proxy (SHOUTU_HTTPS=1), the last one that the proxy added.

    Earlier entries of X-Forwarded-For are the client's own words and would let a guesser change
    address at will.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    if settings.HTTPS:
        peer = str(request.META.get("HTTP_X_FORWARDED_FOR") or peer).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(peer))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - a name for "unknown", nothing is bound to it
