"""How a polygon is shaped: its perimeter, the largest circle inside, the smallest rectangle around.

Lengths of outlines are taken on the ellipsoid. Circle and rectangle are found in the plane of the
azimuthal equidistant projection about the middle of the polygon's box, written from space: distances
from there are true, those across are short by r²/(6 R²), 1e-6 at 15 km from it.
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from shoutu.geometry.compiled import ascending, compiled
from shoutu.geometry.ellipsoid import E2, RADIAN, SEMI_MAJOR
from shoutu.geometry.geodesic import edge_length, geodesic, in_space, sagitta
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import SLICES, run_threads, sliced
from shoutu.geometry.traces import Traces

_FLAT = 2e-3
"""m; edges are cut until they leave their chord by less."""
CLOSE = 1e-3
"""The circle's radius is short of the largest by this share at most, or by 1e-4 m."""
GROUP = 16
_COARSEST = 1024
"""Cells along the longer side of the box at the start, at most."""
PERIMETER, RADIUS, LON, LAT, LENGTH, WIDTH, AZIMUTH = range(7)
"""Columns of `figures`."""


def figures(polygons: Traces, threads: int = 2) -> Floats:
    """(features, 7) of each feature: perimeter with holes, m; radius, longitude and latitude of the centre of
    the largest circle inside; length, width (m) and azimuth of the long side (degrees from north, 0–180) of
    the smallest rectangle by area around it. NaN without geometry.
    """
    out = np.full((polygons.features, 7), np.nan)
    t = polygons
    jobs = [
        partial(_all, t.xy, t.bulge, t.starts, t.feature_traces, part, out)
        for part in sliced(t.features, SLICES)
    ]
    run_threads(jobs, threads)
    return out


def _all(xy: Floats, bulge: Floats, starts: Ints, of: Ints, which: Ints, out: Floats) -> None:
    for feature in which:
        if of[feature, 0] == of[feature, 1]:
            continue
        outline = xy[starts[of[feature, 0]] : starts[of[feature, 1]]]
        lon, lat = (outline.min(axis=0) + outline.max(axis=0)) / 2
        segments, perimeter = _flattened(xy, bulge, starts, of[feature], lon, lat)
        radius, x, y = _circle(segments)
        east, north = _back(lon, lat, x, y)
        out[feature] = perimeter, radius, east, north, *_rectangle(segments)


@compiled
def _parts(dlon: float, dlat: float, bulge: float) -> int:
    return max(math.ceil(math.sqrt(sagitta(dlon, dlat, bulge) / _FLAT)), 1)


@compiled
def _flattened(
    xy: Floats, bulge: Floats, starts: Ints, of: Ints, lon: float, lat: float
) -> tuple[Floats, float]:
    """Segments (m, 4), x, y, x, y in the plane about a place, and the length of all edges."""
    count, perimeter = 0, 0.0
    for trace in range(of[0], of[1]):
        for k in range(starts[trace], starts[trace + 1] - 1):
            b = bulge[k] if len(bulge) else 0.0
            dlon, dlat = xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1]
            count += _parts(dlon, dlat, b)
            perimeter += edge_length(dlon, xy[k, 1], dlat, b)
    out = np.empty((count, 4))
    used = 0
    for trace in range(of[0], of[1]):
        first = starts[trace]
        x, y = _plane(lon, lat, xy[first, 0], xy[first, 1])
        for k in range(first, starts[trace + 1] - 1):
            b = bulge[k] if len(bulge) else 0.0
            dlon, dlat = xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1]
            parts = _parts(dlon, dlat, b)
            for part in range(1, parts + 1):
                t = part / parts
                east, north = xy[k, 0] + t * dlon, xy[k, 1] + t * dlat + 4 * b * t * (1 - t)
                out[used, 0], out[used, 1] = x, y
                x, y = _plane(lon, lat, east, north)
                out[used, 2], out[used, 3] = x, y
                used += 1
    return out, perimeter


@compiled
def _radius(lat: float) -> float:
    """Gauss's mean radius of curvature, m."""
    sine = math.sin(lat * RADIAN)
    return SEMI_MAJOR * math.sqrt(1 - E2) / (1 - E2 * sine * sine)


@compiled
def _plane(lon: float, lat: float, east: float, north: float) -> tuple[float, float]:
    """A point east, north (degrees) in metres about lon, lat: x to the east, y to the north."""
    a, b = in_space(east, north), in_space(lon, lat)
    dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    sx, cx = math.sin(lon * RADIAN), math.cos(lon * RADIAN)
    sy, cy = math.sin(lat * RADIAN), math.cos(lat * RADIAN)
    x, y = -sx * dx + cx * dy, -sy * (cx * dx + sx * dy) + cy * dz
    share = min(math.hypot(x, y) / _radius(lat), 1.0)
    stretch = math.asin(share) / share if share > 1e-9 else 1.0
    return x * stretch, y * stretch


@compiled
def _back(lon: float, lat: float, x: float, y: float) -> tuple[float, float]:
    """The place of a point of the plane, by steps: each halves the error many times."""
    east, north = lon, lat
    for _ in range(8):
        at_x, at_y = _plane(lon, lat, east, north)
        east += (x - at_x) / (SEMI_MAJOR * RADIAN * max(math.cos(north * RADIAN), 1e-6))
        north += (y - at_y) / (SEMI_MAJOR * RADIAN)
    return east, north


@compiled
def _groups(segments: Floats) -> Floats:
    """Boxes (g, 4) of each `GROUP` segments."""
    count = -(-len(segments) // GROUP)
    out = np.empty((count, 4))
    for g in range(count):
        rows = segments[g * GROUP : min((g + 1) * GROUP, len(segments))]
        out[g, 0] = min(rows[:, 0].min(), rows[:, 2].min())
        out[g, 1] = min(rows[:, 1].min(), rows[:, 3].min())
        out[g, 2] = max(rows[:, 0].max(), rows[:, 2].max())
        out[g, 3] = max(rows[:, 1].max(), rows[:, 3].max())
    return out


@compiled
def _depth(segments: Floats, groups: Floats, x: float, y: float, enough: float) -> float:
    """Distance of a point inside to the outline, less than zero outside.

    Ends early, with the distance so far, where that is not above `enough`.
    """
    nearest, odd = np.inf, False
    for g in range(len(groups)):
        wide = max(max(groups[g, 0] - x, x - groups[g, 2]), 0.0)
        tall = max(max(groups[g, 1] - y, y - groups[g, 3]), 0.0)
        beside = tall > 0.0 or groups[g, 2] < x
        if beside and wide * wide + tall * tall >= nearest:
            continue
        for k in range(g * GROUP, min((g + 1) * GROUP, len(segments))):
            x0, y0, x1, y1 = segments[k]
            dx, dy = x1 - x0, y1 - y0
            square = dx * dx + dy * dy
            t = min(max(((x - x0) * dx + (y - y0) * dy) / square, 0.0), 1.0) if square > 0.0 else 0.0
            away_x, away_y = x0 + t * dx - x, y0 + t * dy - y
            nearest = min(nearest, away_x * away_x + away_y * away_y)
            if (y0 <= y) != (y1 <= y) and x0 + (y - y0) / dy * dx > x:
                odd = not odd
        if nearest <= enough * enough and enough > 0.0:
            return math.sqrt(nearest)
    return math.sqrt(nearest) if odd else -math.sqrt(nearest)


@compiled
def _circle(segments: Floats) -> tuple[float, float, float]:
    """Radius and centre of a circle inside, the largest to within `CLOSE`: cells are quartered, level by
    level, while one may hold a centre of a larger circle (V. Agafonkin's polylabel, breadth first)."""
    groups = _groups(segments)
    west, south = groups[:, 0].min(), groups[:, 1].min()
    wide, tall = groups[:, 2].max() - west, groups[:, 3].max() - south
    side = max(min(wide, tall), max(wide, tall) / _COARSEST)
    if not side > 0.0:
        return 0.0, west, south
    columns, rows = math.ceil(wide / side), math.ceil(tall / side)
    cells = np.empty((columns * rows, 2))
    for k in range(columns * rows):
        cells[k, 0] = west + (k % columns + 0.5) * side
        cells[k, 1] = south + (k // columns + 0.5) * side
    half, best, best_x, best_y = side / 2, 0.0, west, south
    count = len(cells)
    while count > 0:
        reach = half * 1.4142135623730951
        room, used = 4 * count, 0
        depths = np.empty(count)
        for k in range(count):
            limit = min(best, best + max(CLOSE * best, 1e-4) - reach)
            depths[k] = _depth(segments, groups, cells[k, 0], cells[k, 1], limit)
            if depths[k] > best:
                best, best_x, best_y = depths[k], cells[k, 0], cells[k, 1]
        following = np.empty((room, 2))
        for k in range(count):
            if depths[k] + reach > best + max(CLOSE * best, 1e-4):
                for quarter in range(4):
                    following[used, 0] = cells[k, 0] + (half / 2 if quarter % 2 else -half / 2)
                    following[used, 1] = cells[k, 1] + (half / 2 if quarter // 2 else -half / 2)
                    used += 1
        cells, count, half = following, used, half / 2
    return best, best_x, best_y


@compiled
def _hull(segments: Floats) -> Floats:
    """The corners (k, 2) of the convex hull, anticlockwise (A. M. Andrew, 1979)."""
    count = len(segments)
    order = ascending(segments[:, 0], count)
    out = np.empty((16, 2))
    used = 0
    for side in range(2):
        floor = used
        for i in range(count):
            k = order[i] if side == 0 else order[count - 1 - i]
            x, y = segments[k, 0], segments[k, 1]
            while used - floor >= 2 and _turn(out[used - 2], out[used - 1], x, y) <= 0.0:
                used -= 1
            if used + 1 > len(out):
                taller = np.empty((2 * len(out), 2))
                taller[:used] = out[:used]
                out = taller
            out[used, 0], out[used, 1] = x, y
            used += 1
    return out[:used]


@compiled
def _turn(a: Floats, b: Floats, x: float, y: float) -> float:
    return float((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]))


@compiled
def _rectangle(segments: Floats) -> tuple[float, float, float]:
    """Length, width and azimuth of the smallest rectangle by area: a side of it holds an edge of the hull."""
    hull = _hull(segments)
    smallest, length, width, azimuth = np.inf, 0.0, 0.0, 0.0
    for k in range(len(hull) - 1):
        dx, dy = hull[k + 1, 0] - hull[k, 0], hull[k + 1, 1] - hull[k, 1]
        size = math.hypot(dx, dy)
        if not size > 0.0:
            continue
        dx, dy = dx / size, dy / size
        low, high, top = np.inf, -np.inf, 0.0
        for i in range(len(hull)):
            x, y = hull[i, 0] - hull[k, 0], hull[i, 1] - hull[k, 1]
            along = x * dx + y * dy
            low, high = min(low, along), max(high, along)
            top = max(top, abs(x * dy - y * dx))
        if (high - low) * top < smallest:
            smallest = (high - low) * top
            angle = math.atan2(dx, dy) / RADIAN
            if high - low < top:
                angle += 90.0
            length, width, azimuth = max(high - low, top), min(high - low, top), angle % 180.0
    return length, width, azimuth


@compiled
def neighbours_apart(lonlat: Floats, starts: Ints, owners: Ints, out: Floats) -> None:
    """Add to out (features,) the squared geodesics, m², between the neighbours of each vertex of rings."""
    for ring in range(len(owners)):
        first, count = starts[ring], starts[ring + 1] - starts[ring] - 1
        for k in range(count):
            a, b = first + (k + count - 1) % count, first + (k + 1) % count
            away = geodesic(lonlat[a, 0], lonlat[a, 1], lonlat[b, 0], lonlat[b, 1])
            out[owners[ring]] += away * away
