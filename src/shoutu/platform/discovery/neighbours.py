"""Which patches lie on ground that was issued before, and which lie side by side."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from django.db.models import Q

from shoutu.geometry.divide import distance_m
from shoutu.platform.discovery import ground
from shoutu.platform.discovery.models import Patch
from shoutu.platform.discovery.queries import patch_row
from shoutu.platform.discovery.rows import EarlierGround
from shoutu.platform.discovery.states import State
from shoutu.units import to_text

SAME_GROUND = Fraction(1, 2)
"""Share of the smaller patch from which two patches are proposed to be the same ground."""
GROWN = Fraction(11, 10)
"""A later patch larger than the earlier by more than this is proposed as an enlargement."""
TOUCHING_M2 = 1.0


def earlier_ground(identifier: str) -> tuple[EarlierGround, ...]:
    """Patches of earlier months with the same number or on the same ground; a person confirms.

    `reissue` where at least half of the smaller is shared, or the number is the same, and the later is
    not larger by a tenth; `enlargement` where the later is larger, or shares less than half.
    """
    row = Patch.objects.select_related("batch").get(id=identifier)
    candidates = list(_candidates(row))
    areas = _shared_with(row, candidates)
    found = [_earlier(row, other, areas.get(other.id, 0.0)) for other in candidates]
    return tuple(sorted((f for f in found if f is not None), key=lambda f: (f.patch.month, f.patch.number)))


def _candidates(row: Patch) -> Iterable[Patch]:
    number = row.number if row.parent is None else row.parent.number
    near = Q(number=number)
    if row.west is not None:
        near |= Q(west__lte=row.east, east__gte=row.west, south__lte=row.north, north__gte=row.south)
    earlier = Patch.objects.filter(near, region=row.region, batch__month__lt=row.batch.month)
    return earlier.exclude(state__in=(State.SPLIT, State.WITHDRAWN)).select_related("batch")


def _shared_with(row: Patch, others: list[Patch]) -> dict[str, float]:
    """By id, the square metres that each shares with `row`."""
    if row.geometry is None or not others:
        return {}
    one = ground.of_wkb([shape_of(row)], row.crs).prepared
    areas: dict[str, float] = {}
    for crs in {other.crs for other in others}:
        alike = [other for other in others if other.crs == crs]
        there = ground.of_wkb([shape_of(other) for other in alike], crs).prepared
        for (_, index), area in ground.shared(one, there).items():
            areas[alike[index].id] = area
    return areas


def shared_ground(identifier: str, others: Iterable[str]) -> float:
    """Square metres of one patch that lie in others, those that overlap each other counted for each."""
    row = Patch.objects.get(id=identifier)
    rows = list(Patch.objects.filter(id__in=list(others)))
    return sum(_shared_with(row, rows).values())


def shape_of(row: Patch) -> bytes | None:
    """WKB in the CRS in which the patch was delivered."""
    shape = row.delivered if row.delivered is not None else row.geometry
    return None if shape is None else bytes(shape)


def _earlier(row: Patch, other: Patch, area: float) -> EarlierGround | None:
    same_number = row.parent is None and row.number == other.number
    if area < TOUCHING_M2 and not same_number:
        return None
    sizes = [Fraction(patch.area_m2) for patch in (row, other) if patch.area_m2]
    share = min(Fraction(area) / min(sizes), Fraction(1)) if len(sizes) == 2 and min(sizes) else Fraction(0)
    grown = len(sizes) == 2 and sizes[0] > sizes[1] * GROWN
    again = (share >= SAME_GROUND or same_number) and not grown
    return EarlierGround(
        patch=patch_row(other),
        shared_m2=to_text(Fraction(area), 2),
        share=to_text(share, 4),
        same_number=same_number,
        proposal="reissue" if again else "enlargement",
    )


def near(identifiers: Iterable[str], metres: float) -> frozenset[frozenset[str]]:
    """The pairs of patches whose outlines lie within `metres` of each other."""
    found = Patch.objects.filter(id__in=list(identifiers), geometry__isnull=False).select_related("batch")
    placed = [(box, row.id, bytes(row.geometry or b"")) for row in found if (box := patch_row(row).box)]
    placed.sort(key=lambda place: (place[0].west, place[1]))
    margin = metres / 80_000  # degrees of longitude, generous up to 43° north
    pairs = set()
    for index, (box, one, shape) in enumerate(placed):
        for other_box, other, other_shape in placed[index + 1 :]:
            if other_box.west > box.east + margin:
                break
            beside = other_box.south > box.north + margin or other_box.north < box.south - margin
            if not beside and distance_m(shape, other_shape) <= metres:
                pairs.add(frozenset({one, other}))
    return frozenset(pairs)
