"""The acts on batches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

import numpy as np

from shoutu import clocks
from shoutu.errors import BadInput, NotFound, Refused, Text, Where
from shoutu.geometry.hilbert import place_keys
from shoutu.layers.columns import signature
from shoutu.overlay.figures import class_figures
from shoutu.platform.acts import Recorded, act
from shoutu.platform.discovery.ground import Ground
from shoutu.platform.discovery.inputs import SetMonth
from shoutu.platform.discovery.intake.judging import Staged
from shoutu.platform.discovery.models import Batch, Crossing, Fact, ImportProfile, Patch, Picture
from shoutu.platform.discovery.publication import Crossed, NewPicture, Publication
from shoutu.platform.doors import Actor
from shoutu.platform.ledger.services import seal
from shoutu.platform.territory import queries as territory

_AT_ONCE = 500
"""Rows of one INSERT: SQLite takes 32,766 variables."""


@act("batch.publish", clause="3.3", region=lambda data: territory.city().code)
def publish_batch(actor: Actor, data: Publication) -> Recorded[Batch]:
    """Write a batch with its patches, their facts and pictures: one act, one entry, all or nothing."""
    if Batch.objects.filter(number=data.header.number).exists():
        raise Refused(
            Text("这个期号已有批次。", "There is a batch of this number already."),
            where=Where(field="number"),
            found=data.header.number,
            remedy=Text("同一期的补充另编期号。", "Give a supplement a number of its own."),
        )
    now = clocks.now()
    batch = _batch(actor, data, now)
    patches = _patches(batch, data)
    by_index = {row.index: patch for row, patch in zip(data.judged.rows, patches, strict=True)}
    for crossed in data.crossed:
        write_facts(batch, None, crossed, by_index, now)
    _pictures(data.pictures, {patch.number: patch for patch in patches})
    ImportProfile.objects.update_or_create(
        signature=signature(data.columns),
        defaults={"columns": list(data.columns), "mapping": dict(data.mapping), "used_at": now},
    )
    facts = {
        "number": batch.number,
        "month": batch.month,
        "issued_on": batch.issued_on.isoformat(),
        "file_sha256": batch.source_sha256,
        "rows_sha256": batch.digest,
        "count": batch.count,
        "excluded": len(data.excluded),
        "layers": [crossed.layer for crossed in data.crossed],
    }
    return Recorded(batch, f"batch:{batch.id}", facts)


def _batch(actor: Actor, data: Publication, now: datetime) -> Batch:
    header = data.header
    return Batch.objects.create(
        number=header.number,
        title=header.title or header.number,
        month=header.month,
        campaign_year=header.campaign_year,
        issued_on=header.issued_on,
        report_due=header.report_due,
        city_review_due=header.city_review_due,
        source_name=data.file_name,
        source_sha256=data.sha256,
        source_layer=data.layer,
        digest=data.judged.digest,
        count=len(data.judged.rows),
        excluded=[dict(row) for row in data.excluded],
        secrecy=header.secrecy,
        synthetic=header.synthetic,
        published_by=actor.person,
        published_at=now,
    )


def _patches(batch: Batch, data: Publication) -> list[Patch]:
    patches = [_patch(batch, row) for row in data.judged.rows]
    if data.ground is not None:
        for row, patch in zip(data.judged.rows, patches, strict=True):
            put_ground(patch, data.ground, row.index)
    Patch.objects.bulk_create(patches, batch_size=_AT_ONCE)
    return patches


def _patch(batch: Batch, row: Staged) -> Patch:
    return Patch(
        batch=batch,
        number=row.number,
        row=row.row,
        due_on=batch.report_due,
        region=row.banner,
        township=row.township,
        place=row.place[:200],
        project=row.project[:200],
        attributes=dict(row.attributes),
        area_m2=row.area_m2,
    )


def put_ground(patch: Patch, ground: Ground, index: int) -> None:
    """Set geometry, box and key of a patch that is not written yet."""
    if ground.lonlat[index] is None:
        return
    west, south, east, north = (float(side) for side in ground.boxes[index])
    patch.geometry = ground.lonlat[index]
    patch.crs = ground.crs.definition
    patch.delivered = None if ground.delivered is ground.lonlat else ground.delivered[index]
    patch.west, patch.south, patch.east, patch.north = west, south, east, north
    middle = np.array([[(west + east) / 2, (south + north) / 2]])
    patch.hilbert = int(place_keys(middle)[0]) if math.isfinite(west) else None


def write_facts(
    batch: Batch, whole: Patch | None, crossed: Crossed, by_index: Mapping[int, Patch], now: datetime
) -> None:
    """Add a crossing and its rows; called inside an act."""
    crossing = Crossing.objects.create(
        batch=batch, whole=whole, layer_id=crossed.layer, kernel=crossed.kernel, recorded_at=now
    )
    rows = [
        Fact(crossing=crossing, patch=patch, klass=klass, area_m2=m2, area_mu=mu)
        for index, patch in by_index.items()
        for klass, m2, mu in class_figures(crossed.areas[index], Fraction(patch.area_m2 or 0))
    ]
    Fact.objects.bulk_create(rows, batch_size=_AT_ONCE)


def _pictures(pictures: Iterable[NewPicture], patches: Mapping[str, Patch]) -> None:
    rows = []
    for picture in pictures:
        if picture.number not in patches:
            raise BadInput(
                Text("影像对应的图斑不在批次中。", "This picture's patch is not in the batch."),
                found=picture.number,
                remedy=Text("检查影像清单的编号。", "Check the numbers of the picture list."),
            )
        rows.append(
            Picture(
                patch=patches[picture.number],
                moment=picture.moment,
                sha256=picture.sha256,
                path=picture.path,
                west=picture.box.west,
                south=picture.box.south,
                east=picture.box.east,
                north=picture.box.north,
                taken_on=picture.taken_on,
                sensor=picture.sensor,
            )
        )
    Picture.objects.bulk_create(rows, batch_size=_AT_ONCE)


@act("batch.set-month", clause="6.1", region=lambda data: territory.city().code)
def set_month(actor: Actor, data: SetMonth) -> Recorded[Batch]:
    """The city sets the month of clause 6.1 anew; the entry names the old one."""
    batch = Batch.objects.filter(id=data.batch).first()
    if batch is None:
        raise NotFound(Text("没有这个批次。", "There is no such batch."), found=data.batch)
    changed = Batch.objects.filter(id=batch.id, version=data.version).update(
        month=data.month, version=data.version + 1
    )
    if changed != 1:
        raise Refused(
            Text("有人先改了这个批次。", "Somebody was first with this batch."),
            remedy=Text("请刷新页面，看清最新情况后再办。", "Reload the page and look again."),
        )
    facts = {"from": batch.month, "to": data.month, "reason": seal(data.reason)}
    batch.refresh_from_db()
    return Recorded(batch, f"batch:{batch.id}", facts)
