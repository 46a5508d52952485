"""How a login is written, so that no second spelling of it passes by the lock-out."""

from __future__ import annotations

import re
import unicodedata

from shoutu.errors import BadInput, Text, Where

_SHAPE = re.compile(r"[^\W_][\w.\-@]{1,62}[^\W_]|[^\W_]{2}")


def normal(login: str) -> str:
    """NFKC, lower case, no white space around, no NUL, 64 characters: what is stored and counted."""
    return unicodedata.normalize("NFKC", login.replace("\0", "")).strip().casefold()[:64]


def check(login: str) -> None:
    if len(login) > 64 or not _SHAPE.fullmatch(normal(login)):
        raise BadInput(
            Text("用户名不对。", "This login will not do."),
            where=Where(field="login"),
            found=login,
            remedy=Text(
                "2 到 64 个字母或数字，中间可用点、横线、下划线。",
                "2 to 64 letters or digits; dot, hyphen and underscore inside.",
            ),
        )
