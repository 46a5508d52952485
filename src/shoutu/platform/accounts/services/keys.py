"""Acts on departments' keys for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.platform.accounts.inputs import NewKey, RevokeKey
from shoutu.platform.accounts.keys import new_token
from shoutu.platform.accounts.models import Key
from shoutu.platform.accounts.services.terms import term_with_post
from shoutu.platform.acts import Recorded, act
from shoutu.platform.doors import ADMINISTRATORS, Actor, covers
from shoutu.platform.ledger import services as ledger

LONGEST = timedelta(days=365)
LIVE_AT_ONCE = 2
"""So that a department can change to a new key before the old one ends, and not collect them."""


@dataclass(frozen=True)
class IssuedKey:
    """The token is shown once and kept nowhere."""

    key: str
    token: str


@act("key.issue", clause="4.4", region=lambda data: data.region)
def issue_key(actor: Actor, data: NewKey) -> Recorded[IssuedKey]:
    term = term_with_post(data.term)
    today = clocks.now().date()
    if not today < data.expires <= today + LONGEST:
        raise BadInput(
            Text("到期日须在今天之后、一年之内。", "The last day must be after today and within a year."),
            where=Where(field="expires"),
            found=data.expires,
            remedy=Text("改正日期。", "Correct the date."),
        )
    if term.post.role in ADMINISTRATORS or not covers(term.post.region, data.region):
        raise Refused(
            Text(
                "密钥不能超出其职务的范围，管理员没有密钥。",
                "A key reaches no further than its post; administrators have none.",
            ),
            where=Where(field="region"),
            found=data.region,
            remedy=Text("选部门的职务和其中的行政区。", "Choose a department's post and a region within it."),
        )
    if Key.objects.filter(term=term, revoked_at=None, expires__gte=today).count() >= LIVE_AT_ONCE:
        raise Refused(
            Text("这一职务已有两个有效密钥。", "This post has two live keys already."),
            where=Where(field="term"),
            remedy=Text("先停用一个。", "Revoke one first."),
        )
    token, digest = new_token()
    key = Key.objects.create(
        term=term,
        label=data.label,
        scopes=sorted(data.scopes),
        region=data.region,
        digest=digest,
        hint=token[-4:],
        issued_at=clocks.now(),
        expires=data.expires,
    )
    return Recorded(
        IssuedKey(key.id, token),
        f"key:{key.id}",
        {
            "term": term.id,
            "label": ledger.seal(data.label),
            "scopes": sorted(data.scopes),
            "expires": data.expires.isoformat(),
        },
    )


def _region_of_key(data: RevokeKey) -> str:
    key = Key.objects.filter(id=data.key).first()
    if key is None:
        raise NotFound(
            Text("没有这个密钥。", "There is no such key."), where=Where(field="key"), found=data.key
        )
    return key.region


@act("key.revoke", clause="4.4", region=_region_of_key)
def revoke_key(actor: Actor, data: RevokeKey) -> Recorded[str]:
    if not Key.objects.filter(id=data.key, revoked_at=None).update(revoked_at=clocks.now()):
        raise Refused(
            Text("这个密钥已停用。", "This key is revoked already."), where=Where(field="key"), found=data.key
        )
    return Recorded(data.key, f"key:{data.key}", {})
