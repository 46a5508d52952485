"""All ground within a distance of points, lines or polygons, on the ellipsoid, as a polygon.

Every place within the distance has its nearest point on an edge, and lies on the normal there, or on a
vertex, and lies in the wedge between the normals of the two edges. So the zone is the union of a strip
along each edge, a sector at each vertex and the polygons themselves. Corners of strips and sectors are
laid off by geodesics from where they belong; only the union is GEOS's, never a buffer in a projection.
Areas are measured by whoever asks, with the kernel.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from shoutu.geometry.ellipsoid import FLATTENING, SEMI_MAJOR
from shoutu.geometry.geodesic import edge_length
from shoutu.geometry.rings import Floats, Ints, Rings
from shoutu.geometry.traces import Traces

STRIP = 200.0
"""m; longest strip. Its sides are straight in degrees, and leave the true line by 1 mm at 40° latitude."""
SAG = 2e-3
"""m; most by which the chord of an arc leaves the arc. Arcs are drawn so that areas are true all the same."""
_STRAIGHT = np.radians(0.06)
"""Turns up to this get no sector: the strips meet on the middle between their normals."""
_TURN = np.radians(15.0)

Shapes = list[Any]


def zone(traces: Traces, runs: Ints, polygons: Shapes, metres: float) -> Any:
    """The union of `polygons` (degrees) and all ground within `metres` of the given runs; None where empty.

    A place of its outline is at the distance to within 3 mm + 1e-6 of it; the antimeridian is not crossed.
    """
    import shapely

    shapes = list(polygons)
    for chain in _chains(traces, np.unique(runs)):
        shapes += _around(_sampled(traces, chain), metres)
    return shapely.union_all(np.array(shapes, dtype=object)) if shapes else None


def outline(traces: Traces, feature: int) -> Any:
    """A feature of rings as a GEOS polygon or multipolygon in degrees, edges straight there."""
    import shapely

    first, last = traces.feature_traces[feature]
    rings = [traces.xy[a:b] for a, b in pairwise(traces.starts[first : last + 1])]
    polygons: list[list[Floats]] = []
    for ring in rings:
        if not polygons or _signed(ring) >= 0:
            polygons.append([ring])
        else:
            polygons[-1].append(ring)
    shape = shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in polygons])
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape)


def clipped(shape: Any, box: Floats) -> Any:
    """The polygons of a shape within a box (4,)."""
    import shapely

    return shapely.intersection(shape, shapely.box(*box))


def packed(shapes: Shapes) -> Rings:
    """Each shape's polygons as the rings of one feature; None has none."""
    import shapely

    from shoutu.geometry.repair import _packed, _polygons

    faces = [None if shape is None else shapely.MultiPolygon(list(_polygons(shape))) for shape in shapes]
    return _packed(np.array(faces, dtype=object))


def _signed(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1])


def _chains(traces: Traces, runs: Ints) -> list[Ints]:
    """Vertex ranges (first, last) of runs, ascending, those that follow each other joined."""
    chains: list[list[int]] = []
    for first, last in traces.runs[runs].tolist():
        if chains and chains[-1][1] == first and last > first:
            chains[-1][1] = last
        else:
            chains.append([first, last])
    return [np.array(chain, np.int64) for chain in chains]


def _sampled(traces: Traces, chain: Ints) -> Floats:
    """Places (k, 2) along a chain, none farther from the next than a strip is long, none twice running."""
    first, last = chain
    places = [traces.xy[first][None]]
    for k in range(first, last):
        bulge = float(traces.bulge[k]) if len(traces.bulge) else 0.0
        start, step = traces.xy[k], traces.xy[k + 1] - traces.xy[k]
        metres = edge_length(step[0], start[1], step[1], bulge)
        if metres == 0.0:
            continue
        t = np.arange(1, max(int(np.ceil(metres / STRIP)), 1) + 1)[:, None] / max(
            int(np.ceil(metres / STRIP)), 1
        )
        places.append(start + t * step + np.array([0.0, 4 * bulge]) * t * (1 - t))
    return np.concatenate(places)


def _around(places: Floats, metres: float) -> Shapes:
    """Strips along a chain, sectors at its turns, half discs at its ends; a disc about a single place."""
    import shapely
    from pyproj import Geod

    geod = Geod(a=SEMI_MAJOR, f=FLATTENING)
    if len(places) == 1:
        return _sectors(geod, places, np.array([[0.0, 2 * np.pi]]), metres)
    ahead, back, _ = geod.inv(places[:-1, 0], places[:-1, 1], places[1:, 0], places[1:, 1])
    leaving, coming = np.radians(ahead), np.radians(back) + np.pi
    turn = np.remainder(leaving[1:] - coming[:-1] + np.pi, 2 * np.pi) - np.pi
    smooth = np.abs(turn) <= _STRAIGHT
    # Where the chain runs on, both strips end on one normal, so no slit is left between them.
    middle = coming[:-1] + turn / 2
    starts = np.append(leaving[0], np.where(smooth, middle, leaving[1:]))
    ends = np.append(np.where(smooth, middle, coming[:-1]), coming[-1])
    corners = [
        _laid_off(geod, at, azimuth + side, metres)
        for at, azimuth, side in (
            (places[:-1], starts, -np.pi / 2),
            (places[1:], ends, -np.pi / 2),
            (places[1:], ends, np.pi / 2),
            (places[:-1], starts, np.pi / 2),
        )
    ]
    # Through the places themselves: a sector beside has the same sides, whatever they are on the ellipsoid.
    rim = [corners[0], corners[1], places[1:], corners[2], corners[3], places[:-1]]
    strips: Shapes = list(shapely.polygons(np.stack(rim, axis=1)))
    sharp = np.flatnonzero(~smooth)
    outer = np.where(turn[sharp] > 0, -np.pi / 2, np.pi / 2)
    at = [places[0], *places[1:-1][sharp], places[-1]]
    spans = np.stack([coming[:-1][sharp] + outer, turn[sharp]], axis=1)
    spans = np.concatenate([[[leaving[0] + np.pi / 2, np.pi]], spans, [[coming[-1] - np.pi / 2, np.pi]]])
    return strips + _sectors(geod, np.array(at), spans, metres)


def _sectors(geod: Any, centres: Floats, spans: Floats, metres: float) -> Shapes:
    """Sectors about centres (n, 2), from an azimuth on through an angle (n, 2; radians); 2π: whole discs."""
    import shapely

    step = min(2 * np.sqrt(2 * SAG / metres), _TURN)
    counts = np.maximum(np.ceil(np.abs(spans[:, 1]) / step), 1).astype(np.int64)
    which = np.repeat(np.arange(len(spans)), counts + 1)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(counts + 1) - counts - 1, counts + 1)
    angle = spans[:, 1] / counts
    azimuth = spans[which, 0] + nth * angle[which]
    whole = np.abs(spans[:, 1]) > 6.28
    inner = ((nth > 0) & (nth < counts[which])) | whole[which]
    # A fan of triangles of this radius has the area of the sector; its first and last sides fit the strips.
    radius = metres * np.where(inner, np.sqrt(angle[which] / np.sin(angle[which])), 1.0)
    arc = _laid_off(geod, centres[which], azimuth, radius)
    cuts = np.cumsum(counts + 1)[:-1]
    return [
        shapely.Polygon(points[:-1] if disc else np.concatenate([[centre], points]))
        for centre, points, disc in zip(centres, np.split(arc, cuts), whole, strict=True)
    ]


def _laid_off(geod: Any, places: Floats, azimuth: Floats, metres: float | Floats) -> Floats:
    distance = np.broadcast_to(np.asarray(metres, np.float64), azimuth.shape)
    lon, lat, _ = geod.fwd(places[:, 0], places[:, 1], np.degrees(azimuth), distance)
    return np.stack([lon, lat], axis=1)
