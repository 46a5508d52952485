"""Areas within a distance against buffers of single segments in a local plane, with quadrature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from shoutu.errors import BadInput
from shoutu.geometry.rings import Rings
from shoutu.geometry.traces import of_lines, of_polygons
from shoutu.overlay.within import area_within, zone_area
from tests import oracles
from tests.geometry.polygons import ready, star
from tests.scale import times

CENTRE = (109.5, 39.5)
PLANE = f"+proj=aeqd +lat_0={CENTRE[1]} +lon_0={CENTRE[0]} +a=6378137 +rf=298.257222101"
TO = Transformer.from_crs("EPSG:4490", PLANE, always_xy=True)


def flat(shape: shapely.Geometry) -> shapely.Geometry:
    dense = shapely.segmentize(shape, 2e-4)
    return shapely.transform(dense, lambda xy: np.stack(TO.transform(xy[:, 0], xy[:, 1]), axis=1))


def around(shapes: Sequence[shapely.Geometry], metres: float) -> shapely.Geometry:
    """All ground within a distance, in degrees: each segment widened by itself, with fine arcs."""
    pieces: list[shapely.Geometry] = []
    for shape in map(flat, shapes):
        pieces.append(shape)
        paths = [np.asarray(part.coords) for part in _paths(shape)]
        for xy in paths:
            ends = np.stack([xy[:-1], xy[1:]], axis=1) if len(xy) > 1 else np.stack([xy, xy], axis=1)
            pieces += list(shapely.buffer(shapely.linestrings(ends), metres, quad_segs=400))
            if len(xy) == 1:
                pieces.append(shapely.buffer(shapely.Point(xy[0]), metres, quad_segs=400))
    back = lambda xy: np.stack(TO.transform(xy[:, 0], xy[:, 1], direction="INVERSE"), axis=1)  # noqa: E731
    whole = shapely.union_all(pieces)
    return shapely.transform(shapely.segmentize(whole, 50.0), back)


def _paths(shape: shapely.Geometry) -> list[shapely.Geometry]:
    return [
        path
        for part in shapely.get_parts(shape)
        for path in ([part.exterior, *part.interiors] if shapely.get_type_id(part) == 3 else [part])
    ]


def check(got: float, want: shapely.Geometry, scale: float) -> None:
    """Within 3 mm of the outline's length, and what the arcs of the oracle lack (2e-6)."""
    area = oracles.area(want)
    length = shapely.length(want) * 100_000
    assert abs(got - area) <= max(3e-3 * length, 3e-6 * area, 1e-3), (got, area, scale)


@pytest.mark.parametrize("metres", [0.5, 30.0, 500.0, 5000.0])
def test_the_ground_around_a_patch(metres: float) -> None:
    rng = np.random.default_rng(int(metres))
    shapes = [star(rng, CENTRE, 0.004, 9) for _ in range(times(2, 20))]
    shapes.append(shapely.box(109.49, 39.49, 109.52, 39.51) - shapely.box(109.50, 39.495, 109.505, 39.5))
    for shape, got in zip(shapes, zone_area(ready(shapes), metres), strict=True):
        check(got, around([shape], metres), metres)


@pytest.mark.parametrize("metres", [1.0, 100.0, 1000.0])
def test_how_much_of_a_patch_lies_near_lines_points_and_polygons(metres: float) -> None:
    rng = np.random.default_rng(7)
    near = np.array(CENTRE)
    paths = [near + np.cumsum(rng.normal(0, 0.002, (n, 2)), axis=0) for n in (1, 2, 7, 30, 1)]
    lines = [shapely.Point(p[0]) if len(p) == 1 else shapely.LineString(p) for p in paths]
    areas = [star(rng, tuple(near + rng.normal(0, 0.01, 2)), 0.003, 8) for _ in range(4)]
    patches = [star(rng, tuple(near + rng.normal(0, 0.008, 2)), 0.008, 12) for _ in range(times(4, 40))]
    prepared = ready(patches)
    starts = np.cumsum([0, *map(len, paths)])
    packed = Rings(np.concatenate(paths), starts, np.arange(len(paths)), len(paths))
    for ground, shapes in ((of_lines(packed), lines), (of_polygons(ready(areas)), areas)):
        whole = around(shapes, metres)
        for patch, got in zip(patches, area_within(prepared, ground, metres), strict=True):
            check(got, shapely.intersection(patch, whole), metres)


def test_a_patch_inside_a_polygon_is_wholly_within_and_one_far_away_is_not() -> None:
    ground = of_polygons(ready([shapely.box(109, 39, 110, 40)]))
    patches = ready(
        [shapely.box(109.4, 39.4, 109.41, 39.41), shapely.box(111, 39, 111.01, 39.01), shapely.MultiPolygon()]
    )
    got = area_within(patches, ground, 100.0)
    assert got[0] == pytest.approx(patches.area[0], rel=1e-9)
    assert got[1:].tolist() == [0.0, 0.0]
    assert area_within(patches, of_polygons(ready([shapely.MultiPolygon()])), 10.0).tolist() == [
        0.0,
        0.0,
        0.0,
    ]
    assert np.isnan(zone_area(patches, 10.0)[2])


def test_a_disc_has_the_area_of_a_disc() -> None:
    """Around one point: π r² less the curvature of the earth, r²/12R² of it."""
    point = of_lines(Rings(np.array([CENTRE]), np.array([0, 1]), np.array([0]), 1))
    for metres in (10.0, 300.0, 20_000.0):
        box = shapely.box(109, 39, 110, 40)
        (got,) = area_within(ready([box]), point, metres)
        assert got == pytest.approx(np.pi * metres**2 * (1 - metres**2 / 12 / 6.37e6**2), rel=2e-8, abs=2e-3)


def test_edges_of_a_projected_file_bend_with_their_grid() -> None:
    shape = shapely.box(37_400_000, 4_380_000, 37_402_000, 4_383_000)
    (got,) = zone_area(ready([shape], "EPSG:4525"), 100.0)
    check(got, around([oracles.on_globe(shape, "EPSG:4525", 20.0)], 100.0), 100.0)


@pytest.mark.parametrize("metres", [0.0, -1.0, float("nan"), 2e5])
def test_a_distance_that_is_none_is_refused(metres: float) -> None:
    with pytest.raises(BadInput, match="distance"):
        zone_area(ready([shapely.box(109, 39, 109.1, 39.1)]), metres)
