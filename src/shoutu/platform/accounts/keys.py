"""Who a department's key stands for.

A token is `st_live_` and 256 random bits; plain SHA-256 is right for it, since it cannot be guessed.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from shoutu import clocks
from shoutu.platform.accounts.models import Key, KeyUse, Term
from shoutu.platform.doors import Actor, Role, covers

PREFIX = "st_live_"


@dataclass(frozen=True)
class Bearer:
    """The actor behind a key, narrowed to the key's region, and what the key is for."""

    key: str
    actor: Actor
    scopes: frozenset[str]

    def may_use(self, scope: str, region: str) -> bool:
        return scope in self.scopes and covers(self.actor.region, region)


def new_token() -> tuple[str, str]:
    """(token, its digest)."""
    token = PREFIX + secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def bearer_of(token: str) -> Bearer | None:
    """Who stands behind a token; None where it is unknown, revoked, expired or its term has ended."""
    if not token.startswith(PREFIX):
        return None
    today = clocks.now().date()
    key = (
        Key.objects.select_related("term__post", "term__person")
        .filter(digest=digest_of(token), revoked_at=None, expires__gte=today, term__person__is_active=True)
        .first()
    )
    if key is None or not Term.objects.on(today).filter(id=key.term_id).exists():
        return None
    if not KeyUse.objects.filter(key=key, last_used=today).exists():  # one write a day, not one a call
        KeyUse.objects.update_or_create(key=key, defaults={"last_used": today})
    actor = Actor(key.term.person_id, key.term_id, Role(key.term.post.role), key.region)
    return Bearer(key.id, actor, frozenset(key.scopes))
