"""What may be wrong with shapes that are valid, and where overlaps and gaps between them lie.

GEOS finds the places; areas that are reported come from the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from shoutu.geometry.repair import Geometries, _objects, _packed, _polygons, _quiet
from shoutu.geometry.rings import Floats, Rings

if TYPE_CHECKING:
    import pyarrow as pa

Turn = Literal["clockwise", "anticlockwise"]
Place = tuple[float, float]
_DEGREE_M = 111_320.0
_POLYGON = 3


@dataclass(frozen=True)
class Oddity:
    """One thing of one feature: its position from 0, the kind, where, how often, how wide (metres)."""

    feature: int
    kind: str
    at: Place | None
    times: int = 1
    width_m: float | None = None


def oddities_of_rings(
    wkb: pa.ChunkedArray, to_lonlat: Callable[[Floats], Floats], outer: Turn | None, sliver_m: float
) -> list[Oddity]:
    """Faults of rings, by feature.

    repeated-points  a vertex that repeats the one before it
    ring-order       a hole that runs as its shell does, or a shell that runs against its format
    sliver, sliver-hole   a part or hole narrower than `sliver_m`
    antimeridian     an edge over more than half the globe: it means to cross 180° and does not

    outer  how outer rings run in the file's format; None where no format says so
    """
    import shapely

    with _quiet():
        shapes = shapely.from_wkb(_objects(wkb), on_invalid="ignore")
        parts, owners = shapely.get_parts(shapes, return_index=True)
        flat = _polygons(parts)
        rows = owners if len(flat) == len(parts) else _owners_of(parts, owners)
        rings, of = shapely.get_rings(flat, return_index=True)
        if not len(rings):
            return []
        xy, ring_of = shapely.get_coordinates(rings, return_index=True)
        shell = np.diff(of, prepend=-1) != 0
        feature = rows[of]
        found = _repeated(xy, ring_of, feature)
        found += _turned(rings, of, shell, feature, outer)
        lonlat = to_lonlat(xy)
        found += _antimeridian(lonlat, ring_of, feature, xy)
        flat_rings = shapely.set_coordinates(shapely.force_2d(rings), _metres(lonlat, ring_of))
        found += _slivers(flat_rings, shell, feature, sliver_m, xy, shapely.is_valid(flat)[of])
    return sorted(found, key=lambda one: (one.feature, one.kind))


def _owners_of(parts: Geometries, owners: Any) -> Any:
    """The feature of each polygon at any depth of the parts."""
    return np.repeat(owners, [len(_polygons(np.array([part]))) for part in parts])


def _first_of(rows: Any, feature: Any, kind: str, xy: Floats) -> list[Oddity]:
    """One oddity a feature from vertices `rows`, with the first place and how many there are."""
    features, first, times = np.unique(feature[rows], return_index=True, return_counts=True)
    return [
        Oddity(int(f), kind, (float(xy[rows[i], 0]), float(xy[rows[i], 1])), int(n))
        for f, i, n in zip(features, first, times, strict=True)
    ]


def _repeated(xy: Floats, ring_of: Any, feature: Any) -> list[Oddity]:
    same = (xy[1:] == xy[:-1]).all(axis=1) & (ring_of[1:] == ring_of[:-1])
    return _first_of(np.flatnonzero(same) + 1, feature[ring_of], "repeated-points", xy)


def _turned(rings: Geometries, of: Any, shell: Any, feature: Any, outer: Turn | None) -> list[Oddity]:
    import shapely

    anticlockwise = shapely.is_ccw(rings)
    shell_runs = anticlockwise[shell][np.cumsum(shell) - 1]
    wrong = ~shell & (anticlockwise == shell_runs)
    if outer is not None:
        wrong |= shell & (anticlockwise != (outer == "anticlockwise"))
    starts = shapely.get_coordinates(shapely.get_point(rings, 0))
    return _first_of(np.flatnonzero(wrong), feature, "ring-order", starts)


def _antimeridian(lonlat: Floats, ring_of: Any, feature: Any, xy: Floats) -> list[Oddity]:
    far = (np.abs(np.diff(lonlat[:, 0])) > 180) & (ring_of[1:] == ring_of[:-1])
    return _first_of(np.flatnonzero(far) + 1, feature[ring_of], "antimeridian", xy)


def _metres(lonlat: Floats, ring_of: Any) -> Floats:
    """Each ring about its first vertex in metres, good to a third of a per cent."""
    first = np.flatnonzero(np.diff(ring_of, prepend=-1))
    origin = lonlat[first][np.cumsum(np.diff(ring_of, prepend=-1) != 0) - 1]
    scale = np.column_stack([np.cos(np.deg2rad(origin[:, 1])), np.ones(len(origin))]) * _DEGREE_M
    metres: Floats = (lonlat - origin) * scale
    return metres


def _slivers(
    rings: Geometries, shell: Any, feature: Any, sliver_m: float, xy: Floats, valid: Any
) -> list[Oddity]:
    """Of valid polygons alone: the loops of a ring that crosses itself cancel out."""
    import shapely

    width = narrowness(shapely.area(shapely.polygons(rings)), shapely.length(rings))
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    return [
        Oddity(
            int(feature[i]),
            "sliver" if shell[i] else "sliver-hole",
            (float(xy[ends[i] - 1, 0]), float(xy[ends[i] - 1, 1])),
            width_m=float(width[i]),
        )
        for i in np.flatnonzero((width < sliver_m) & valid)
    ]


def narrowness(area: Floats, perimeter: Floats) -> Floats:
    """The short side of the rectangle of that area and perimeter; the square's side where there is none."""
    half = perimeter / 2
    root = np.sqrt(np.maximum(half**2 - 4 * area, 0.0))
    # (half − root) / 2 loses all digits of a long thin shape; this form does not.
    width: Floats = np.where(half + root > 0, 2 * area / np.maximum(half + root, 1e-300), 0.0)
    return width


def common_place(one: Sequence[Floats], other: Sequence[Floats]) -> Place | None:
    """A place inside both shapes, each given by its rings; None where GEOS sees no common ground."""
    import shapely

    shared = shapely.intersection(_even_odd(one), _even_odd(other))
    largest = max(_polygons(np.array([shared])), key=shapely.area, default=None)
    return None if largest is None else _inside(largest)


def _inside(polygon: Any) -> Place:
    """Where the shape is widest: a point on its surface may lie in a hair of it."""
    import shapely

    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(polygon))[0]
    return float(x), float(y)


def _even_odd(rings: Sequence[Floats]) -> Any:
    """The rings of one shape as GEOS has it."""
    import shapely

    parts = [shapely.polygons(shell, holes or None) for shell, *holes in _grouped(rings)]
    return shapely.make_valid(shapely.multipolygons(parts), method="linework")


def _grouped(rings: Sequence[Floats]) -> list[list[Floats]]:
    """Outer rings (anticlockwise), each with the holes that follow it."""
    groups: list[list[Floats]] = []
    for ring in rings:
        x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
        if not groups or (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0:
            groups.append([ring])
        else:
            groups[-1].append(ring)
    return groups


def uncovered(
    shapes: Sequence[Sequence[Floats]], within: Sequence[Floats] | None
) -> tuple[Rings, list[Place]]:
    """Ground that none of the shapes covers, as one feature a gap, and a place inside each.

    within  rings of the ground that they should cover; None: what the shapes enclose together
    """
    import shapely

    with _quiet():
        union = shapely.union_all(np.array([_even_odd(rings) for rings in shapes if rings]))
        if within is not None:
            left = shapely.difference(_even_odd(within), union)
        else:
            holes = [ring for part in _polygons(np.array([union])) for ring in part.interiors]
            # A hole may hold an island of the layer.
            left = shapely.difference(shapely.union_all([shapely.polygons(hole) for hole in holes]), union)
        gaps = _polygons(np.array([left]))
    return _packed(gaps), [_inside(gap) for gap in gaps]
