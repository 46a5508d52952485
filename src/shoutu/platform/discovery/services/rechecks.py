"""The acts on figures that a newer layer version would change: ask, keep, renew. None changes silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoutu import clocks
from shoutu.errors import NotFound, Refused, Text
from shoutu.platform.acts import Recorded, act
from shoutu.platform.discovery.affected import Affected, overtaken, unasked
from shoutu.platform.discovery.inputs import DecideRecheck
from shoutu.platform.discovery.models import Crossing, Fact, Recheck
from shoutu.platform.doors import Actor
from shoutu.platform.ledger.services import seal
from shoutu.platform.territory import queries as territory
from shoutu.platform.territory.queries import LayerRow

_AT_ONCE = 500
"""Rows of one INSERT: SQLite takes 32,766 variables."""


@dataclass(frozen=True)
class Question:
    """What the job found in one batch under one newer version, ready to be asked."""

    layer: LayerRow
    batch: str
    kernel: str
    found: tuple[Affected, ...]


@act("facts.question", clause="3.3", region=lambda data: territory.city().code)
def ask(actor: Actor, data: Question) -> Recorded[int]:
    """Open a recheck for each patch that nobody was asked about under this version; how many were opened.

    Open ones of the batch about other versions of the layer are superseded.
    """
    new = unasked(data.found, data.layer)
    now = clocks.now()
    patches = [one.patch for one in new]
    overtaken(data.batch, data.layer).update(state=Recheck.SUPERSEDED, decided_at=now)
    Recheck.objects.bulk_create(
        [
            Recheck(
                patch_id=one.patch,
                region=one.region,
                layer_id=data.layer.id,
                before_id=one.crossing,
                after=[[row.klass, row.area_m2, row.area_mu] for row in one.new],
                kernel=data.kernel,
                opened_at=now,
            )
            for one in new
        ],
        batch_size=_AT_ONCE,
    )
    facts = {
        "layer": data.layer.name,
        "checksum": data.layer.checksum,
        "batch": data.batch,
        "patches": patches,
    }
    return Recorded(len(new), f"batch:{data.batch}", facts)


@act("facts.keep", clause="5.7", region=lambda data: region_of(data.recheck))
def keep(actor: Actor, data: DecideRecheck) -> Recorded[str]:
    """The figures on record stay as they are, with the reason."""
    row = _decided(actor, data, Recheck.KEPT)
    return Recorded(row.id, f"patch:{row.patch_id}", _facts(row, data))


@act("facts.renew", clause="5.7", region=lambda data: region_of(data.recheck))
def renew(actor: Actor, data: DecideRecheck) -> Recorded[str]:
    """The figures under the newer version stand from now on; the old ones and the report stay on record."""
    row = _decided(actor, data, Recheck.RENEWED)
    made = Crossing.objects.create(
        batch_id=row.patch.batch_id,
        patch=row.patch,
        layer_id=row.layer_id,
        kernel=row.kernel,
        recorded_at=clocks.now(),
    )
    Fact.objects.bulk_create(
        Fact(crossing=made, patch_id=row.patch_id, klass=klass, area_m2=m2, area_mu=mu)
        for klass, m2, mu in row.after
    )
    return Recorded(row.id, f"patch:{row.patch_id}", _facts(row, data))


def region_of(identifier: str) -> str:
    """The banner of a recheck, for the door of an act on it."""
    region = Recheck.objects.filter(id=identifier).values_list("region", flat=True).first()
    if region is None:
        raise NotFound(Text("没有这件复核。", "There is no such recheck."), found=identifier)
    return region


def _decided(actor: Actor, data: DecideRecheck, state: str) -> Recheck:
    moved = Recheck.objects.filter(id=data.recheck, state=Recheck.OPEN).update(
        state=state, decided_by=actor.person, decided_at=clocks.now(), reason=data.reason
    )
    if moved != 1:
        raise Refused(
            Text("这件复核已有人办理，或图层又有新版。", "Somebody was first, or there is a newer version."),
            found=data.recheck,
            remedy=Text("请刷新页面，看清最新情况后再办。", "Reload the page and look again."),
        )
    return Recheck.objects.select_related("patch", "layer", "before__layer").get(id=data.recheck)


def _facts(row: Recheck, data: DecideRecheck) -> Mapping[str, object]:
    old: Sequence[tuple[str, str]] = list(
        Fact.objects.filter(crossing_id=row.before_id, patch_id=row.patch_id)
        .order_by("klass")
        .values_list("klass", "area_m2")
    )
    return {
        "recheck": row.id,
        "layer": row.layer.name,
        "from": [row.before.layer.checksum, *(list(pair) for pair in old)],
        "to": [row.layer.checksum, *([klass, m2] for klass, m2, _ in row.after)],
        "kernel": row.kernel,
        "reason": seal(data.reason),
    }
