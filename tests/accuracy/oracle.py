"""Shared areas of many pairs at once, by other means than Shoutu's: GEOS intersects, quadrature measures.

A pair is intersected in the plane of the patch's CRS, where its edges are straight and GEOS is exact but for
rounding. Of the layer's polygon, whose edges are curves there when it came in another CRS, each edge is cut
into n and into 2n parts; what the chords leave out falls with n², so (4 · second − first) / 3 is left with a
share of a thousandth of it. Areas on the ellipsoid are integrals of M·N·cos φ by Gauss–Legendre.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tests.oracles import E2, A, is_geographic, transformer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[Any]

PARTS = 6
"""Least parts of an edge in another CRS, in the first of both cuts."""
STEP = 250.0
"""Longest of those parts, m; and, in degrees, its like."""
PIECE = 1000.0
"""Longest stretch of a straight projected edge that one polynomial in t carries, m."""
AT_ONCE = 100_000
"""Edges measured at a time."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_LOBATTO = np.array([0.0, (1 - np.sqrt(3 / 7)) / 2, 0.5, (1 + np.sqrt(3 / 7)) / 2, 1.0])
_LOBATTO_WEIGHTS = np.array([1 / 20, 49 / 180, 16 / 45, 49 / 180, 1 / 20])


def _derivative() -> Floats:
    """(5, 5) the matrix that takes values at Lobatto's points to derivatives there."""
    x = _LOBATTO
    gap = x[:, None] - x[None, :] + np.eye(5)
    weight = 1 / np.prod(gap, axis=1)
    matrix = weight[None, :] / weight[:, None] / gap
    np.fill_diagonal(matrix, 0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return np.asarray(matrix)


_DERIVATIVE = _derivative()


def flat(geometries: Geometries) -> tuple[Floats, Ints, Ints]:
    """Vertices (k, 2) of all polygons, ring starts (r + 1,), owner of each ring; holes run clockwise."""
    parts, owners = shapely.get_parts(geometries, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owners = owners[inner]
    kept = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    if not kept.any():
        return np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.int64)
    _, xy, (starts, rings) = shapely.to_ragged_array(shapely.orient_polygons(parts[kept]), include_z=False)
    return xy, starts.astype(np.int64), np.repeat(owners[kept], np.diff(rings)).astype(np.int64)


def areas(geometries: Geometries, crs: str) -> Floats:
    """m² of each geometry, its edges straight in `crs`; what is no polygon counts 0."""
    xy, starts, owners = flat(geometries)
    last = np.zeros(len(xy), bool)
    last[starts[1:] - 1] = True
    begins = np.flatnonzero(~last)
    owner = np.repeat(owners, np.diff(starts))
    total = np.zeros(len(geometries))
    straight = is_geographic(crs)
    for i in range(0, len(begins), AT_ONCE):
        edges = begins[i : i + AT_ONCE]
        base = xy[starts[np.searchsorted(starts, edges, side="right") - 1]]
        # The base is the owner's, or parts of a ring's area would be missed: shifts cancel over a ring only.
        strips = _strips(xy[edges], xy[edges + 1], base, None if straight else crs)
        total -= np.bincount(owner[edges], weights=strips, minlength=len(total))
    return total


def _strips(a: Floats, b: Floats, base: Floats, crs: str | None) -> Floats:
    """Area between each edge a–b and the parallel through `base` (a place on the same ring), m²."""
    if crs is None:
        lon, lat = np.radians(b[:, 0] - a[:, 0]), np.radians(a[:, 1])
        at = lat[:, None] + _NODES * np.radians(b[:, 1] - a[:, 1])[:, None]
        heights = _between(np.radians(base[:, 1])[:, None], at)
        return np.asarray((heights * _WEIGHTS).sum(axis=1) * lon)
    pieces = np.maximum(np.ceil(np.hypot(*(b - a).T) / PIECE), 1).astype(np.int64)
    which = np.repeat(np.arange(len(a)), pieces)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    t = (nth[:, None] + _LOBATTO) / pieces[which][:, None]
    # Both ends of an edge to the bit: what follows begins where this ends.
    points = a[which, None] * (1 - t[..., None]) + b[which, None] * t[..., None]
    place = np.concatenate([points.reshape(-1, 2), base])
    lonlat = np.radians(np.stack(transformer(crs).transform(place[:, 0], place[:, 1]), axis=1))
    lon, lat = lonlat[: -len(base)].reshape(-1, 5, 2).transpose(2, 0, 1)
    heights = _between(lonlat[-len(base) :, 1][which][:, None], lat)
    # Longitudes about the piece's start: differences of large numbers would lose digits.
    speed = (lon - lon[:, :1]) @ _DERIVATIVE.T
    return np.bincount(which, weights=(heights * speed * _LOBATTO_WEIGHTS).sum(axis=1), minlength=len(a))


def _between(low: Floats, high: Floats) -> Floats:
    """∫ M·N·cos φ dφ from `low` to `high` (radians), m² for each radian of longitude."""
    phi = low[..., None] + (high - low)[..., None] * _NODES
    sine = np.sin(phi)
    w2 = 1 - E2 * sine * sine
    return (
        np.asarray(((np.sqrt(1 - sine * sine) / (w2 * w2)) * _WEIGHTS).sum(axis=-1))
        * (high - low)
        * (A * A * (1 - E2))
    )


def densified(polygons: Geometries, crs: str, other: str, parts: int) -> Geometries:
    """Polygons of `crs` in the plane of `other`, each edge in `parts` times as many chords as it needs."""
    xy, starts, owners = flat(polygons)
    last = np.zeros(len(xy), bool)
    last[starts[1:] - 1] = True
    begins = np.flatnonzero(~last)
    step = STEP / 111_000 if is_geographic(crs) else STEP
    length = np.hypot(*(xy[begins + 1] - xy[begins]).T)
    count = np.ones(len(xy), np.int64)
    count[begins] = parts * np.maximum(np.ceil(length / step), PARTS).astype(np.int64)
    which = np.repeat(np.arange(len(xy)), count)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    t = (nth / count[which])[:, None]
    following = xy[np.minimum(which + 1, len(xy) - 1)]
    points = np.where(t == 0, xy[which], xy[which] + t * (following - xy[which]))
    moved = _moved(points, crs, other)
    cuts = np.concatenate([[0], np.cumsum(count)])[starts]
    # Rings go back to their owners by even-odd: holes run clockwise and follow their shell.
    signs = shapely.is_ccw(
        shapely.linearrings(moved, indices=np.repeat(np.arange(len(owners)), np.diff(cuts)))
    )
    shells = np.flatnonzero(signs | (np.diff(owners, prepend=-1) > 0))
    whole = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, moved, (cuts, np.append(shells, len(owners)))
    )
    of = owners[shells]
    first = np.flatnonzero(np.diff(of, prepend=-1))
    if len(first) == len(of) == len(polygons):
        return np.asarray(whole)
    out = np.full(len(polygons), shapely.MultiPolygon(), object)
    out[of[first]] = shapely.multipolygons(whole, indices=np.searchsorted(of[first], of))
    return out


def _moved(xy: Floats, crs: str, other: str) -> Floats:
    if not is_geographic(crs):
        xy = np.stack(transformer(crs).transform(xy[:, 0], xy[:, 1]), axis=1)
    if not is_geographic(other):
        xy = np.stack(transformer(other).transform(xy[:, 0], xy[:, 1], direction="INVERSE"), axis=1)
    return xy


def shared(patches: Geometries, patch_crs: str, ground: list[Geometries], crs: str) -> Floats:
    """m² of patch i under any of ground[0][i], ground[1][i] …"""
    if patch_crs == crs or (is_geographic(patch_crs) and is_geographic(crs)):
        return areas(shapely.intersection(patches, _united(ground)), patch_crs)
    rough, fine = (
        areas(
            shapely.intersection(patches, _united([densified(one, crs, patch_crs, parts) for one in ground])),
            patch_crs,
        )
        for parts in (1, 2)
    )
    return (4 * fine - rough) / 3


def _united(ground: list[Geometries]) -> Geometries:
    whole = ground[0]
    for one in ground[1:]:
        whole = shapely.union(whole, one)
    return whole
