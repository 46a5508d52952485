"""Rings as well-known binary (OGC 06-103r4), little-endian, without GEOS.

A ring that runs anticlockwise begins a polygon, the clockwise ones after it are its holes: the order
in which `Rings` keeps them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled
from shoutu.geometry.rings import Floats, Ints, Rings

POLYGON, MULTIPOLYGON = 3, 6
_HEAD = 9
"""Bytes of order, type and count before a polygon's rings or a multipolygon's polygons."""
_UNSURE = 1e-14
"""Share of the terms' sum below which the sign of a doubled area may be rounding's."""

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


def encoded(rings: Rings, multi: bool | None = None) -> tuple[Bytes, Ints, Flags]:
    """Bytes of all features one after another, where each begins (features + 1,), which have no geometry.

    multi  None: a polygon where one suffices, else a multipolygon; True: always a multipolygon
    """
    shells = _shells(rings)
    polygons = np.bincount(rings.owners[shells], minlength=rings.features)
    ring_count = np.bincount(rings.owners, minlength=rings.features)
    vertices = np.zeros(rings.features, np.int64)
    np.add.at(vertices, rings.owners, np.diff(rings.starts))
    several = polygons > 1 if multi is None else np.full(rings.features, multi)
    sizes = _HEAD * (polygons + several) + 4 * ring_count + 16 * vertices
    sizes[polygons == 0] = 0
    begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    out = np.zeros(begins[-1], np.uint8)
    xy = np.ascontiguousarray(rings.xy, dtype="<f8").view(np.uint8).reshape(-1)
    _fill(out, begins, xy, rings.starts, rings.owners, shells, polygons, several)
    return out, begins, polygons == 0


def _shells(rings: Rings) -> Flags:
    """Which rings begin a polygon (r,): those that run anticlockwise, exactly, and each feature's first."""
    doubled, size = np.zeros(len(rings.owners)), np.zeros(len(rings.owners))
    _doubled(np.ascontiguousarray(rings.xy), rings.starts, doubled, size)
    shells: Flags = doubled > 0
    for ring in np.flatnonzero(np.abs(doubled) <= _UNSURE * size):
        shells[ring] = _exact(rings.xy[rings.starts[ring] : rings.starts[ring + 1]]) > 0
    shells[np.flatnonzero(np.diff(rings.owners, prepend=-1))] = True
    return shells


def _exact(ring: Floats) -> Fraction:
    points = [(Fraction(float(x)), Fraction(float(y))) for x, y in ring]
    return sum(((a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(points)), Fraction(0))


@compiled
def _doubled(xy: Floats, starts: Ints, out: Floats, size: Floats) -> None:
    """Doubled area of each ring about its first vertex, and the sum of the sizes of its terms."""
    for ring in range(len(starts) - 1):
        x0, y0 = xy[starts[ring], 0], xy[starts[ring], 1]
        for k in range(starts[ring], starts[ring + 1] - 1):
            one = (xy[k, 0] - x0) * (xy[k + 1, 1] - y0)
            other = (xy[k + 1, 0] - x0) * (xy[k, 1] - y0)
            out[ring] += one - other
            size[ring] += abs(one) + abs(other)


@compiled
def _head(out: Bytes, at: int, kind: int, count: int) -> int:
    out[at] = 1
    _number(out, at + 1, kind)
    _number(out, at + 5, count)
    return at + 9


@compiled
def _number(out: Bytes, at: int, value: int) -> None:
    for k in range(4):
        out[at + k] = (value >> (8 * k)) & 255


@compiled
def _fill(
    out: Bytes,
    begins: Ints,
    xy: Bytes,
    starts: Ints,
    owners: npt.NDArray[np.integer],
    shells: Flags,
    polygons: Ints,
    several: Flags,
) -> None:
    count, at, previous = len(owners), 0, -1
    for ring in range(count):
        owner = owners[ring]
        if owner != previous:
            at, previous = begins[owner], owner
            if several[owner]:
                at = _head(out, at, MULTIPOLYGON, polygons[owner])
        if shells[ring]:
            last = ring + 1
            while last < count and owners[last] == owner and not shells[last]:
                last += 1
            at = _head(out, at, POLYGON, last - ring)
        _number(out, at, starts[ring + 1] - starts[ring])
        at += 4
        for k in range(16 * starts[ring], 16 * starts[ring + 1]):
            out[at] = xy[k]
            at += 1
