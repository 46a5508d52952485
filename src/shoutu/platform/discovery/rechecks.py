"""What pages read of the questions that newer layer versions raised, narrowed to the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import QuerySet

from shoutu.platform.discovery.affected import batches_under
from shoutu.platform.discovery.models import Fact, Recheck
from shoutu.platform.discovery.queries import patch_row
from shoutu.platform.discovery.rows import PatchRow
from shoutu.platform.doors import Actor, may
from shoutu.platform.territory import queries as territory
from shoutu.platform.territory.queries import LayerRow
from shoutu.units import to_text


@dataclass(frozen=True)
class BothFigures:
    """One class under both versions, m²; `change` is new less old, with its sign."""

    klass: str
    old_m2: str
    new_m2: str
    change_m2: str


@dataclass(frozen=True)
class RecheckRow:
    id: str
    patch: PatchRow
    issued_on: date
    kind: str
    title: str
    old_version: str
    old_as_of: date
    new_layer: str
    """Id of the newer version."""
    new_version: str
    new_as_of: date
    figures: tuple[BothFigures, ...]
    outside: BothFigures | None
    """What neither class covers; None where the layer covers the patch under both."""
    state: str
    opened_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


def count_open(actor: Actor | None) -> int:
    """How many questions wait for this reader: those that the reader may decide."""
    if actor is None or not may(actor, "facts.renew", actor.region):
        return 0
    return Recheck.objects.all().seen_by(actor).filter(state=Recheck.OPEN).count()


def count(actor: Actor | None, state: str) -> int:
    return Recheck.objects.all().seen_by(actor).filter(state=state).count()


def listed(actor: Actor | None, state: str, start: int, stop: int) -> tuple[RecheckRow, ...]:
    """The oldest question first, then by the patch's number."""
    found = Recheck.objects.all().seen_by(actor).filter(state=state)
    return _rows(_related(found).order_by("opened_at", "patch__number", "id")[start:stop])


def of_patch(actor: Actor | None, patch: str) -> tuple[RecheckRow, ...]:
    """All questions about one patch, the newest first."""
    found = Recheck.objects.all().seen_by(actor).filter(patch_id=patch)
    return _rows(_related(found).order_by("-opened_at", "-id"))


def stale_layers(actor: Actor | None) -> tuple[LayerRow, ...]:
    """Current versions of layers under an older version of which figures stand, for who may ask again."""
    if actor is None or not may(actor, "facts.question", actor.region):
        return ()
    return tuple(layer for layer in territory.current_layers() if batches_under(layer))


def _related(found: QuerySet[Recheck]) -> QuerySet[Recheck]:
    return found.select_related("patch__batch", "layer", "before__layer")


def _rows(found: Iterable[Recheck]) -> tuple[RecheckRow, ...]:
    rows = list(found)
    old: dict[tuple[str, str], dict[str, str]] = {}
    facts = Fact.objects.filter(
        crossing__in=[row.before_id for row in rows], patch__in=[row.patch_id for row in rows]
    )
    for fact in facts:
        old.setdefault((fact.crossing_id, fact.patch_id), {})[fact.klass] = fact.area_m2
    return tuple(_row(row, old.get((row.before_id, row.patch_id), {})) for row in rows)


def _row(row: Recheck, old: dict[str, str]) -> RecheckRow:
    new = {klass: m2 for klass, m2, _ in row.after}
    figures = [_both(klass, old.get(klass, "0.00"), new.get(klass, "0.00")) for klass in sorted({*old, *new})]
    return RecheckRow(
        id=row.id,
        patch=patch_row(row.patch),
        issued_on=row.patch.batch.issued_on,
        kind=row.layer.kind,
        title=row.layer.title,
        old_version=row.before.layer.version,
        old_as_of=row.before.layer.as_of,
        new_layer=row.layer_id,
        new_version=row.layer.version,
        new_as_of=row.layer.as_of,
        figures=tuple(figures),
        outside=_outside(row.patch.area_m2, old, new),
        state=row.state,
        opened_at=row.opened_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )


def _both(klass: str, old: str, new: str) -> BothFigures:
    change = Fraction(new) - Fraction(old)
    return BothFigures(klass, old, new, f"{'+' if change > 0 else ''}{to_text(change, 2)}")


def _outside(area: str, old: dict[str, str], new: dict[str, str]) -> BothFigures | None:
    """The rest of the patch; None where classes overlap one another, so that there is no rest to speak of."""
    rests = [Fraction(area) - sum(map(Fraction, under.values()), Fraction(0)) for under in (old, new)]
    if not any(rests) or min(rests) < 0:
        return None
    return _both("", to_text(rests[0], 2), to_text(rests[1], 2))
