"""Which figures on record a newer version of a layer would change, and to what. Nothing is written here.

A figure on record is a footprint, its area, and what lay under it by class. Today those are the facts of
patches and parts; whatever else answers with areas of a layer joins by `changed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from django.db.models import QuerySet

from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.overlay.figures import class_figures
from shoutu.platform.discovery import facts as crossing
from shoutu.platform.discovery import queries
from shoutu.platform.discovery.ground import of_wkb
from shoutu.platform.discovery.models import Crossing, Fact, Patch, Recheck
from shoutu.platform.discovery.rows import ClassArea
from shoutu.platform.territory.queries import LayerRow

ShouldStop = Callable[[], bool]
NEVER: ShouldStop = lambda: False  # noqa: E731


@dataclass(frozen=True)
class Footprint:
    """Ground whose figures are on record.

    shape    WKB in `crs`, as it was delivered; crs empty: degrees
    area_m2  its own figure, decimal text
    figures  m² by class, decimal text
    """

    shape: bytes
    crs: str
    area_m2: str
    figures: Mapping[str, str]


@dataclass(frozen=True)
class Affected:
    """A patch or part whose figures would be others under a newer version."""

    patch: str
    number: str
    region: str
    batch: str
    state: str
    issued_on: date
    crossing: str
    """The one under which its figures stand."""
    old_version: str
    old_as_of: date
    old: tuple[ClassArea, ...]
    new: tuple[ClassArea, ...]


def changed(
    footprints: Sequence[Footprint], layer: LayerRow, should_stop: ShouldStop = NEVER
) -> dict[int, tuple[ClassArea, ...]]:
    """By position, the figures under `layer` of those footprints that have others on record.

    Stopped when stopped.
    """
    found: dict[int, tuple[ClassArea, ...]] = {}
    for crs in sorted({one.crs for one in footprints}):
        places = [at for at, one in enumerate(footprints) if one.crs == crs]
        ground = of_wkb([footprints[at].shape for at in places], crs)
        (crossed,) = crossing.compute(ground.prepared, [layer], should_stop=should_stop)
        for at, areas in zip(places, crossed.areas, strict=True):
            new = tuple(ClassArea(*row) for row in class_figures(areas, Fraction(footprints[at].area_m2)))
            if _texts(new) != {k: m2 for k, m2 in footprints[at].figures.items() if Fraction(m2)}:
                found[at] = new
    return found


def _texts(rows: Sequence[ClassArea]) -> dict[str, str]:
    return {row.klass: row.area_m2 for row in rows if Fraction(row.area_m2)}


def edition_of(folder: Path) -> LayerRow:
    """A version that was imported and perhaps never registered, as a row without id."""
    meta: VersionMeta = open_version(folder).meta
    as_of = date.fromisoformat(meta.as_of) if meta.as_of else date.max
    return LayerRow(
        id="",
        name=meta.name,
        kind="",
        title=meta.name,
        version=meta.version,
        checksum=meta.checksum,
        as_of=as_of,
        secrecy=meta.secrecy,
        source=meta.source_file,
        features=meta.features,
        folder=folder,
        registered_at=datetime.max,
        synthetic=False,
        current=False,
    )


def batches_under(layer: LayerRow) -> list[str]:
    """Ids of the batches in which something was crossed with another version of the layer, in their order."""
    older = Crossing.objects.filter(layer__name=layer.name).exclude(layer__checksum=layer.checksum)
    return sorted(set(older.values_list("batch_id", flat=True)))


def affected_by(layer: LayerRow) -> Iterator[Affected]:
    """Every patch and part whose figures `layer` would change, batch by batch."""
    for batch in batches_under(layer):
        yield from affected_in(batch, layer)


def affected_in(batch: str, layer: LayerRow, should_stop: ShouldStop = NEVER) -> list[Affected]:
    """Those of one batch, by number; split wholes are answered by their parts, 未收到数据 by nothing."""
    rows = list(
        Patch.objects.filter(batch_id=batch)
        .as_judged()
        .filter(geometry__isnull=False)
        .select_related("batch")
        .order_by("number", "id")
    )
    stands = {
        patch: under[layer.name]
        for patch, under in queries.latest_crossings(rows).items()
        if layer.name in under and under[layer.name].layer.checksum != layer.checksum
    }
    rows = [row for row in rows if row.id in stands]
    old = _on_record(rows, stands)
    footprints = [
        Footprint(
            shape=bytes(row.delivered or row.geometry or b""),
            crs=row.crs if row.delivered else "",
            area_m2=row.area_m2,
            figures={one.klass: one.area_m2 for one in old[row.id]},
        )
        for row in rows
    ]
    found = changed(footprints, layer, should_stop)
    return [
        _affected(rows[at], stands[rows[at].id], old[rows[at].id], new) for at, new in sorted(found.items())
    ]


def _on_record(rows: Sequence[Patch], stands: Mapping[str, Crossing]) -> dict[str, tuple[ClassArea, ...]]:
    areas: dict[str, list[ClassArea]] = {row.id: [] for row in rows}
    wanted = {crossing.id for crossing in stands.values()}
    for fact in Fact.objects.filter(patch__in=rows, crossing_id__in=wanted).order_by("klass"):
        if stands[fact.patch_id].id == fact.crossing_id:
            areas[fact.patch_id].append(ClassArea(fact.klass, fact.area_m2, fact.area_mu))
    return {patch: tuple(found) for patch, found in areas.items()}


def _affected(
    row: Patch, stands: Crossing, old: tuple[ClassArea, ...], new: tuple[ClassArea, ...]
) -> Affected:
    return Affected(
        patch=row.id,
        number=row.number,
        region=row.region,
        batch=row.batch_id,
        state=str(row.state),
        issued_on=row.batch.issued_on,
        crossing=stands.id,
        old_version=stands.layer.version,
        old_as_of=stands.layer.as_of,
        old=old,
        new=new,
    )


def unasked(found: Sequence[Affected], layer: LayerRow) -> list[Affected]:
    """Those that nobody was asked about under this version yet."""
    asked = set(
        Recheck.objects.filter(layer_id=layer.id, patch__in=[one.patch for one in found]).values_list(
            "patch_id", flat=True
        )
    )
    return [one for one in found if one.patch not in asked]


def overtaken(batch: str, layer: LayerRow) -> QuerySet[Recheck]:
    """Open questions of one batch about other versions of the layer: nobody need answer them any more."""
    waiting = Recheck.objects.filter(patch__batch_id=batch, layer__name=layer.name, state=Recheck.OPEN)
    return waiting.exclude(layer_id=layer.id)
