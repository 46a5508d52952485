"""What gates and pages read of restrictions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shoutu.platform.doors import Actor
from shoutu.platform.restrictions.models import Restriction


@dataclass(frozen=True)
class RestrictionRow:
    """One restriction; `lifted_on` None while it holds."""

    id: str
    kind: str
    region: str
    holder: str
    scope: tuple[str, ...]
    exceptions: str
    document: str
    starts: date
    lifted_on: date | None
    lift_document: str


def _row(found: Restriction) -> RestrictionRow:
    return RestrictionRow(
        id=found.id,
        kind=found.kind,
        region=found.region,
        holder=found.holder,
        scope=tuple(found.scope),
        exceptions=found.exceptions,
        document=found.document,
        starts=found.starts,
        lifted_on=found.lifted_on,
        lift_document=found.lift_document,
    )


def in_force(region: str, day: date) -> tuple[RestrictionRow, ...]:
    """What holds for a banner on a day: a gate reads this, whoever asks."""
    found = Restriction.objects.filter(region=region).in_force(day).order_by("starts", "id")
    return tuple(_row(row) for row in found)


def listed(actor: Actor | None) -> tuple[RestrictionRow, ...]:
    """Every restriction that the reader sees, the latest first."""
    return tuple(_row(row) for row in Restriction.objects.all().seen_by(actor).order_by("-starts", "id"))


def by_id(identifier: str) -> RestrictionRow:
    return _row(Restriction.objects.get(id=identifier))
