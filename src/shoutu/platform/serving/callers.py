"""Who asks for tiles and features: a signed-in person, or a program with a key.

A key comes as `Authorization: Bearer st_live_…`, or as the password of `Authorization: Basic …`, whose
user name is not looked at: that is what QGIS, ArcGIS and GDAL can send.
"""

from __future__ import annotations

import base64
import binascii

from django.http import HttpRequest

from shoutu.errors import Refused, Text
from shoutu.platform import doors
from shoutu.platform.accounts.keys import bearer_of
from shoutu.platform.doors import Actor

READ = "read"


def caller_of(request: HttpRequest) -> Actor | None:
    """The actor; None where nobody is known. Refused to posts that read no layer, and to keys for acts alone.

    A key that is sent and not known is not made good by a session, and a password that was made for its
    person opens no data.
    """
    actor = _known(request)
    if actor is not None:
        doors.require(actor, "see.open-layers", actor.region)
    return actor


def _known(request: HttpRequest) -> Actor | None:
    sent = request.headers.get("Authorization")
    if sent is not None:
        bearer = bearer_of(_token(sent))
        if bearer is None:
            return None
        if READ not in bearer.scopes:
            raise Refused(
                Text("密钥没有读取的用途。", "The key is not for reading."),
                found=READ,
                remedy=Text("请安全管理员另发密钥。", "Ask the security administrator for another key."),
            )
        return bearer.actor
    if getattr(request.user, "temporary", False):
        return None
    actor: Actor | None = getattr(request, "actor", None)
    return actor


def _token(header: str) -> str:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
