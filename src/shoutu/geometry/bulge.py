"""Edges that are straight in a projected CRS, written in longitude and latitude.

Such an edge is a curve there. Beside its start vertex we keep the `bulge`, in degrees of latitude:
with t running from 0 to 1 along the longitudes, latitude(t) = chord(t) + 4 · bulge · t (1 − t).
What the quadratic leaves out grows with the fourth power of the length as an area: edges are cut to
500 m first, and further where the curve runs so near to north–south that longitude orders it badly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shoutu.geometry.ellipsoid import METRES_PER_DEGREE, RADIAN
from shoutu.geometry.rings import Floats, Ints, Rings

Flags = npt.NDArray[np.bool_]
ToLonLat = Callable[[Floats], Floats]

LONGEST = 500.0
"""Longest edge of one quadratic, m."""
NEGLIGIBLE = 1e-7
"""An edge whose bulge encloses less, m², is straight."""
SKEW = 1e-4
"""Largest area, m², by which the quadratic in longitude may differ from that along the edge."""
ROUNDS = 24
CHUNK = 500_000


@dataclass(frozen=True)
class _Edges:
    """`place` orders them: index of the edge in the file plus the fraction where this part starts;
    `width` is the fraction that it covers."""

    place: Floats
    width: Floats
    start: Floats
    end: Floats
    from_: Floats
    to: Floats

    def __getitem__(self, which: object) -> _Edges:
        return _Edges(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def curved(rings: Rings, to_lonlat: ToLonLat) -> tuple[Floats, Floats, Ints]:
    """Vertices (n, 2) in degrees, bulge (n,) of the edge after each, and ring starts (r + 1,).

    `to_lonlat` maps (k, 2) delivered coordinates to degrees. Every delivered vertex stays a vertex.
    """
    lonlat = np.ascontiguousarray(to_lonlat(rings.xy), dtype=np.float64)
    count = len(lonlat)
    last = np.zeros(count, bool)
    last[rings.starts[1:] - 1] = True
    begins = np.flatnonzero(~last)
    places, vertices, bulges = [], [], []
    for i in range(0, len(begins), CHUNK):
        e = begins[i : i + CHUNK]
        edges = _Edges(
            e.astype(np.float64), np.ones(len(e)), rings.xy[e], rings.xy[e + 1], lonlat[e], lonlat[e + 1]
        )
        for part, bulge in _settle(_cut_long(edges, to_lonlat), to_lonlat):
            places.append(part.place)
            vertices.append(part.from_)
            bulges.append(bulge)
    closing = np.flatnonzero(last)
    place = np.concatenate([*places, closing.astype(np.float64)])
    order = np.argsort(place, kind="stable")
    xy = np.concatenate([*vertices, lonlat[closing]])[order]
    bulge = np.concatenate([*bulges, np.zeros(len(closing))])[order]
    starts = np.searchsorted(place[order], rings.starts.astype(np.float64)).astype(np.int64)
    return np.ascontiguousarray(xy), bulge, starts


def _cut_long(edges: _Edges, to_lonlat: ToLonLat) -> _Edges:
    step = edges.to - edges.from_
    narrow = np.cos(edges.from_[:, 1] * RADIAN)
    length = METRES_PER_DEGREE * np.hypot(step[:, 0] * narrow, step[:, 1])
    parts = np.maximum(np.ceil(length / LONGEST), 1).astype(np.int64)
    if not (parts > 1).any():
        return edges
    which = np.repeat(np.arange(len(parts)), parts)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(parts) - parts, parts)
    t0, t1 = nth / parts[which], (nth + 1) / parts[which]
    run = edges.end - edges.start
    start = np.where((nth == 0)[:, None], edges.start[which], edges.start[which] + t0[:, None] * run[which])
    final = nth + 1 == parts[which]
    end = np.where(final[:, None], edges.end[which], edges.start[which] + t1[:, None] * run[which])
    from_, to = edges.from_[which], edges.to[which]
    inner = np.flatnonzero(nth > 0)
    if len(inner):
        from_[inner] = to_lonlat(start[inner])
        to[inner - 1] = from_[inner]
    return _Edges(edges.place[which] + t0, 1 / parts[which], start, end, from_, to)


def _settle(edges: _Edges, to_lonlat: ToLonLat) -> list[tuple[_Edges, Floats]]:
    """Give each edge its bulge, halving those that one quadratic in longitude cannot carry."""
    settled = []
    for round_ in range(ROUNDS + 1):
        middle = (edges.start + edges.end) / 2
        at = to_lonlat(middle)
        bulge, good = _bulge(edges, at)
        good |= round_ == ROUNDS
        settled.append((edges[good], bulge[good]))
        if good.all():
            break
        rest, centre, at = edges[~good], middle[~good], at[~good]
        half = rest.width / 2
        edges = _Edges(
            np.concatenate([rest.place, rest.place + half]),
            np.concatenate([half, half]),
            np.concatenate([rest.start, centre]),
            np.concatenate([centre, rest.end]),
            np.concatenate([rest.from_, at]),
            np.concatenate([at, rest.to]),
        )
    return settled


def _bulge(edges: _Edges, middle: Floats) -> tuple[Floats, Flags]:
    """The bulge of each edge, and whether it carries the curve."""
    dx, dy = (edges.to - edges.from_).T
    off_x, off_y = (middle - (edges.from_ + edges.to) / 2).T
    metric = METRES_PER_DEGREE**2 * np.cos(edges.from_[:, 1] * RADIAN)
    area = 2 / 3 * np.abs(dx * off_y - dy * off_x) * metric
    straight = area < NEGLIGIBLE
    across = np.where(dx == 0, 1.0, dx)
    skew = np.where(dx == 0, 1.0, np.abs(off_x / across))  # an upright edge carries no curve
    carried = (skew < 0.1) & (area * skew < SKEW)
    bulge = np.where(straight | ~carried, 0.0, off_y - dy / across * off_x)
    return bulge, straight | carried
