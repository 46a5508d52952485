"""Shortest distances against brute force: every pair of edges sampled and closed in on with pyproj's Geod."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from pyproj import Geod

from shoutu.geometry.nearest import TOUCHING, Nearest, nearest
from shoutu.geometry.rings import Floats, Rings
from shoutu.geometry.traces import Traces, of_lines, of_polygons
from tests import oracles
from tests.geometry.polygons import grid_polygons, ready, star
from tests.scale import times

GEOD = Geod(a=6378137.0, rf=298.257222101)


def traces(shapes: Sequence[shapely.Geometry], crs: str = "EPSG:4490") -> Traces:
    return of_polygons(ready(shapes, crs))


def lines(paths: Sequence[Floats], crs: str = "EPSG:4490") -> Traces:
    starts = np.cumsum([0, *map(len, paths)]).astype(np.int64)
    packed = Rings(np.concatenate(paths), starts, np.arange(len(paths)), len(paths))
    geographic = oracles.is_geographic(crs)
    return of_lines(packed, None if geographic else lambda xy: oracles.to_lonlat(crs, xy))


def on(edge: Floats, t: Floats, crs: str) -> Floats:
    """Points (k, 2) in degrees on an edge (2, 2) that is straight in `crs`."""
    xy = edge[0] + t[:, None] * (edge[1] - edge[0])
    return xy if oracles.is_geographic(crs) else oracles.to_lonlat(crs, xy)


def between(a: Floats, b: Floats) -> Floats:
    """Geodesics between all of (n, 2) and all of (m, 2)."""
    one, two = np.repeat(a, len(b), axis=0), np.tile(b, (len(a), 1))
    metres: Floats = GEOD.inv(one[:, 0], one[:, 1], two[:, 0], two[:, 1])[2]
    return metres.reshape(len(a), len(b))


def edges_of(path: Floats) -> list[Floats]:
    return [path[k : k + 2] for k in range(len(path) - 1)] or [np.stack([path[0], path[0]])]


def brute(
    a: Sequence[Floats], b: Sequence[Floats], a_crs: str = "EPSG:4490", b_crs: str = "EPSG:4490"
) -> float:
    """The least geodesic between two sets of paths that do not meet, to about 1e-6 m."""
    grid = np.linspace(0, 1, 9)
    pairs = list(
        product([e for path in a for e in edges_of(path)], [e for path in b for e in edges_of(path)])
    )
    coarse = [between(on(p, grid, a_crs), on(q, grid, b_crs)) for p, q in pairs]
    steps = [
        max(float(np.diff(m, axis=0).max(initial=0)), float(np.diff(m, axis=1).max(initial=0)))
        for m in coarse
    ]
    best = min(float(m.min()) for m in coarse)
    close = [i for i, m in enumerate(coarse) if m.min() - 2 * abs(steps[i]) - 1 <= best]
    close = sorted(close, key=lambda i: float(coarse[i].min()))[:12]
    return min(_closed_in(*pairs[i], a_crs, b_crs) for i in close)


def _closed_in(p: Floats, q: Floats, a_crs: str, b_crs: str) -> float:
    t, u = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    least = np.inf
    for _ in range(22):
        s, v = np.linspace(*t, 9), np.linspace(*u, 9)
        metres = between(on(p, s, a_crs), on(q, v, b_crs))
        i, j = np.unravel_index(metres.argmin(), metres.shape)
        least = min(least, float(metres[i, j]))
        t = np.clip(s[i] + np.array([-1, 1]) * (s[1] - s[0]) * 2, 0, 1)
        u = np.clip(v[j] + np.array([-1, 1]) * (v[1] - v[0]) * 2, 0, 1)
    return least


def outline(shape: shapely.Geometry) -> list[Floats]:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return [np.asarray(ring.coords) for ring in rings]


def check_places(found: Nearest) -> None:
    """What is reported as the distance is the geodesic between the places that are named."""
    known = found.metres > 0
    p = found.places[known]
    assert np.allclose(
        GEOD.inv(p[:, 0], p[:, 1], p[:, 2], p[:, 3])[2], found.metres[known], atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("apart", [0.0004, 0.01, 0.1, 0.9])
def test_stars_at_up_to_100_km(apart: float) -> None:
    rng = np.random.default_rng(int(apart * 1e4))
    radius = min(apart / 3, 0.05)
    for _ in range(times(4, 60)):
        turn = rng.uniform(0, 2 * np.pi)
        a = star(rng, (109.5, 39.5), radius, 9)
        b = star(rng, (109.5 + apart * np.cos(turn), 39.5 + apart * np.sin(turn)), radius, 9)
        found = nearest(traces([a]), traces([b]))
        if shapely.intersects(a, b):
            assert found.metres[0] == 0.0
            continue
        want = brute(outline(a), outline(b))
        assert abs(found.metres[0] - want) <= TOUCHING + 1e-6
        check_places(found)


def test_long_edges_of_projected_files_and_two_zones() -> None:
    """Edges of 3–40 km, straight in two Gauss–Krüger zones: curves in degrees and on the ellipsoid."""
    rng = np.random.default_rng(8)
    for _ in range(times(4, 40)):
        west = np.array([36_620_000.0, 4_380_000.0]) + rng.uniform(-3e3, 3e3, 2)
        east = np.array([37_380_000.0, 4_380_000.0]) + rng.uniform(-3e3, 3e3, 2)
        a = shapely.Polygon(west + rng.uniform(0, 1, (3, 2)) * [-3e3, 4e4]).convex_hull
        b = shapely.Polygon(east + rng.uniform(0, 1, (3, 2)) * [3e3, 4e4]).convex_hull
        found = nearest(traces([a], "EPSG:4524"), traces([b], "EPSG:4525"))
        want = brute(outline(a), outline(b), "EPSG:4524", "EPSG:4525")
        assert abs(found.metres[0] - want) <= TOUCHING + 2e-6
        check_places(found)


def test_lines_and_points() -> None:
    rng = np.random.default_rng(4)
    paths = [np.array([109.5, 39.5]) + np.cumsum(rng.uniform(-0.01, 0.01, (n, 2)), axis=0) for n in (1, 2, 5)]
    ground = lines(paths)
    for _ in range(times(10, 100)):
        shape = star(rng, tuple(rng.uniform([109.3, 39.4], [109.7, 39.6])), 0.003, 7)
        found = nearest(traces([shape]), ground)
        apart = [
            0.0 if shapely.intersects(shape, as_shape(path)) else brute(outline(shape), [path])
            for path in paths
        ]
        assert abs(found.metres[0] - min(apart)) <= TOUCHING + 1e-6
        assert apart[int(found.feature[0])] <= min(apart) + 2 * TOUCHING
    inner = nearest(traces([shapely.box(109, 39, 110, 40)]), ground)
    assert inner.metres[0] == 0.0
    assert nearest(ground, lines([np.array([[109.5, 39.5]])])).metres.shape == (3,)


def as_shape(path: Floats) -> shapely.Geometry:
    return shapely.Point(path[0]) if len(path) == 1 else shapely.LineString(path)


@given(grid_polygons(), grid_polygons())
@settings(max_examples=times(120, 4000))
def test_zero_if_and_only_if_they_touch(a: shapely.Geometry, b: shapely.Geometry) -> None:
    """Corners, shared edges, holes, one inside the other or inside its hole: as GEOS sees it."""
    for one, two in ((a, b), (a, shapely.transform(b, lambda xy: xy + np.array([3 / 4096, 0])))):
        if one.is_empty or two.is_empty:
            assert nearest(traces([one]), traces([two])).feature[0] == -1
            continue
        found = nearest(traces([one]), traces([two]))
        assert (found.metres[0] == 0.0) == shapely.intersects(one, two)
        if found.metres[0] > 0:
            close = shapely.distance(one, two) * 111_200
            assert 0.7 * close < found.metres[0] < close


def test_of_many_the_nearest_is_found() -> None:
    """5,000 small polygons: the same feature as all of them asked one by one."""
    rng = np.random.default_rng(11)
    centres = rng.uniform([109, 39], [110, 40], (5000, 2))
    ground = [shapely.box(x, y, x + 0.002, y + 0.001) for x, y in centres]
    asked = [
        star(rng, tuple(place), 0.004, 12)
        for place in rng.uniform([108, 38.5], [111, 40.5], (times(12, 400), 2))
    ]
    found = nearest(traces(asked), traces(ground))
    assert nearest(traces(asked), traces(ground), threads=1).metres.tobytes() == found.metres.tobytes()
    tree = shapely.STRtree(ground)
    for shape, feature, metres in zip(asked, found.feature, found.metres, strict=True):
        if tree.query(shape, predicate="intersects").size:
            assert metres == 0.0
            assert shapely.intersects(shape, ground[feature])
            continue
        flat = shapely.distance(shape, np.array(ground))
        rivals = np.argsort(flat)[:4]
        lon = shapely.transform(np.array(ground), lambda xy: xy * [0.75, 1])
        rivals = np.union1d(
            rivals, np.argsort(shapely.distance(shapely.transform(shape, lambda xy: xy * [0.75, 1]), lon))[:4]
        )
        want = {int(i): brute(outline(shape), outline(ground[i])) for i in rivals}
        assert metres <= min(want.values()) + TOUCHING + 1e-6
        assert abs(metres - want.get(int(feature), np.inf)) <= TOUCHING + 1e-6


def test_a_great_polygon_and_a_hole() -> None:
    """20,000 edges around a patch that lies in its hole: the distance is that to the hole's rim."""
    angle = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ring = shapely.Polygon([109.5, 39.5] + 0.3 * circle, [[109.5, 39.5] + 0.2 * circle])
    patch = shapely.box(109.49, 39.49, 109.51, 39.51)
    found = nearest(traces([patch, shapely.box(109.75, 39.5, 109.751, 39.501)]), traces([ring]))
    rim = [np.asarray(ring.interiors[0].coords)]
    north = [np.array([[109.49, 39.51], [109.51, 39.51]]), np.array([[109.51, 39.49], [109.51, 39.51]])]
    sides = [np.array([[109.49, 39.49], [109.49, 39.51]]), np.array([[109.49, 39.49], [109.51, 39.49]])]
    near = [path[k : k + 40] for path in rim for k in range(0, 20_000, 2500)]
    assert found.metres[1] == 0.0
    assert found.metres[0] <= brute(north + sides, near) + TOUCHING
    check_places(found)
    everything = between(np.concatenate(north + sides), rim[0])
    assert found.metres[0] <= everything.min() + TOUCHING


def test_nothing_asked_and_nothing_there() -> None:
    nothing, square = traces([shapely.MultiPolygon()]), traces([shapely.box(109, 39, 109.1, 39.1)])
    assert nearest(nothing, square).feature.tolist() == [-1]
    found = nearest(square, nothing)
    assert found.feature.tolist() == [-1]
    assert np.isnan(found.metres[0])


def test_across_the_antimeridian_and_a_quarter_of_the_globe() -> None:
    fiji, west = (
        traces([shapely.box(179.98, -17, 179.99, -16.99)]),
        traces([shapely.box(-179.99, -17, -179.98, -16.99)]),
    )
    assert nearest(fiji, west).metres[0] == pytest.approx(GEOD.inv(179.99, -17, -179.99, -17)[2], abs=1e-3)
    far = nearest(traces([shapely.box(109, 39, 109.01, 39.01)]), traces([shapely.box(20, 10, 20.01, 10.01)]))
    want = brute(outline(shapely.box(109, 39, 109.01, 39.01)), outline(shapely.box(20, 10, 20.01, 10.01)))
    assert far.metres[0] == pytest.approx(want, abs=2e-3)
