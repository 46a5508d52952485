"""Who may do what, where: one pure table, denied by default.

A door is asked with an actor (a person acting in one post), a verb and the region of the thing.
It opens when the verb lists the actor's role, the post's region covers the thing's, and the
post's level fits. Terms (from, to) are checked when the actor is made, see `accounts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shoutu.errors import NotFound, Refused, Text


class Role(StrEnum):
    """What a post is for. DESIGN's table of users, and three administrators that exclude one another."""

    PATROLLER = "patroller"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    CITY_REVIEWER = "city-reviewer"
    LEADER = "leader"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"
    AUDIT_ADMIN = "audit-admin"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@dataclass(frozen=True)
class Actor:
    """A natural person acting in one post. `term` is the id of the term that is used."""

    person: str
    term: str
    role: Role
    region: str


@dataclass(frozen=True)
class Door:
    """The roles that may pass, and whether only a city-level post may, or only one below it."""

    roles: frozenset[Role]
    city_only: bool = False
    below_city: bool = False


def _door(*roles: Role, city_only: bool = False, below_city: bool = False) -> Door:
    return Door(frozenset(roles), city_only, below_city)


_FIELD = (Role.OFFICER, Role.REVIEWER, Role.CITY_REVIEWER, Role.LEADER)
_READERS = (*_FIELD, Role.AUDITOR)

DOORS: dict[str, Door] = {
    # reading
    "see.board": _door(*_READERS),
    "see.patches": _door(*_READERS),
    "see.violations": _door(*_READERS),
    "see.warnings": _door(*_READERS),
    "see.documents": _door(*_READERS),
    "see.layers": _door(*_READERS),
    "see.open-layers": _door(*_READERS, Role.DEPARTMENT),
    "see.people": _door(*_READERS, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
    "see.ledger": _door(*_READERS, Role.AUDIT_ADMIN),
    "see.restrictions": _door(*_READERS, Role.DEPARTMENT),
    "see.jobs": _door(Role.CITY_REVIEWER, Role.SYSTEM_ADMIN),
    # territory
    "region.register": _door(Role.SYSTEM_ADMIN, city_only=True),
    "layer.register": _door(Role.CITY_REVIEWER, city_only=True),
    "layer.download": _door(*_READERS),
    # accounts: the security administrator grants, the system administrator creates, neither does both
    "person.create": _door(Role.SYSTEM_ADMIN, city_only=True),
    "post.create": _door(Role.SYSTEM_ADMIN, city_only=True),
    "term.grant": _door(Role.SECURITY_ADMIN, city_only=True),
    "term.end": _door(Role.SECURITY_ADMIN, city_only=True),
    "key.issue": _door(Role.SECURITY_ADMIN, city_only=True),
    "key.revoke": _door(Role.SECURITY_ADMIN, city_only=True),
    "person.erase": _door(Role.AUDIT_ADMIN, city_only=True),
    "person.reset-password": _door(Role.SYSTEM_ADMIN, city_only=True),
    "person.change-password": _door(*Role),
    "administrators.found": _door(Role.SYSTEM_ADMIN, city_only=True),
    # discovery and enforcement
    "batch.publish": _door(Role.CITY_REVIEWER, city_only=True),
    "batch.set-month": _door(Role.CITY_REVIEWER, city_only=True),
    "facts.question": _door(Role.CITY_REVIEWER, city_only=True),
    "facts.keep": _door(Role.OFFICER),
    "facts.renew": _door(Role.OFFICER),
    "patch.split": _door(Role.OFFICER),
    "patch.report": _door(Role.OFFICER),
    "patch.assign": _door(Role.REVIEWER, Role.CITY_REVIEWER),
    "patch.review": _door(Role.REVIEWER),
    "patch.city-review": _door(Role.CITY_REVIEWER, city_only=True),
    "patch.object": _door(Role.OFFICER, Role.REVIEWER),
    "patch.answer-objection": _door(Role.CITY_REVIEWER, city_only=True),
    "patch.attach": _door(Role.OFFICER),
    "violation.group": _door(Role.OFFICER, Role.REVIEWER),
    "violation.link": _door(Role.OFFICER, Role.REVIEWER),
    # warnings
    "month.announce": _door(Role.CITY_REVIEWER, city_only=True),
    "month.object": _door(Role.LEADER, below_city=True),
    "month.answer-objection": _door(Role.CITY_REVIEWER, city_only=True),
    "month.issue": _door(Role.LEADER, city_only=True),
    "month.correct": _door(Role.LEADER, city_only=True),
    "finding.record": _door(Role.CITY_REVIEWER, city_only=True),
    "measure.propose": _door(Role.CITY_REVIEWER, city_only=True),
    "measure.decide": _door(Role.LEADER, city_only=True),
    "document.draft": _door(Role.CITY_REVIEWER, city_only=True),
    "document.number": _door(Role.CITY_REVIEWER, city_only=True),
    "restriction.impose": _door(Role.LEADER, city_only=True),
    "restriction.lift": _door(Role.LEADER, city_only=True),
}


def stem(region: str) -> str:
    """The part of a GB/T 2260 (6 digits) or GB/T 10114 (9, 12) code that its children share.

    150600 → 1506, 150627 → 150627, 150627103 → itself.
    """
    code = region
    while len(code) > 2 and code.endswith("00") and len(code) <= 6:
        code = code[:-2]
    return code


def covers(region: str, inner: str) -> bool:
    """Whether `inner` is `region` or lies in it."""
    return inner.startswith(stem(region))


def is_city(region: str) -> bool:
    return len(stem(region)) == 4


def may(actor: Actor | None, verb: str, region: str) -> bool:
    """Whether this door opens. An unknown verb and nobody are refused."""
    door = DOORS.get(verb)
    if actor is None or door is None:
        return False
    return (
        actor.role in door.roles
        and covers(actor.region, region)
        and (is_city(actor.region) or not door.city_only)
        and not (is_city(actor.region) and door.below_city)
    )


def require(actor: Actor | None, verb: str, region: str) -> None:
    """Raise unless the door opens. Outside one's own region a thing reads as absent."""
    if actor is not None and not covers(actor.region, region):
        raise NotFound(
            Text("没有这件事，或不在您的行政区内。", "There is no such thing, or it is not in your region."),
            found=region,
        )
    if not may(actor, verb, region):
        raise Refused(
            Text("当前职务不能办理此事。", "Your post may not do this."),
            found=verb,
            remedy=Text(
                "请换用有权的职务，或由有权的人办理。", "Act in a post that may, or ask someone who may."
            ),
        )
