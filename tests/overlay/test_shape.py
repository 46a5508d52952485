"""Shapes against GEOS in a local azimuthal equidistant plane (PROJ) and against pyproj's Geod."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from pyproj import Geod, Transformer

from shoutu.geometry.figure import CLOSE
from shoutu.overlay.shape import Shapes, shapes
from tests import oracles
from tests.geometry.polygons import grid_polygons, ready, star
from tests.scale import times

GEOD = Geod(a=6378137.0, rf=298.257222101)


def dense(shape: shapely.Geometry, crs: str) -> shapely.Geometry:
    return shapely.segmentize(shape, 1e-4 if oracles.is_geographic(crs) else 10.0)


def flat(shape: shapely.Geometry, crs: str = "EPSG:4490") -> tuple[shapely.Geometry, Transformer]:
    """The shape with dense edges in the azimuthal equidistant plane about the middle of its box."""
    lonlat = oracles.on_globe(dense(shape, crs), crs, 10.0)
    x0, y0, x1, y1 = lonlat.bounds
    plane = f"+proj=aeqd +lat_0={(y0 + y1) / 2} +lon_0={(x0 + x1) / 2} +a=6378137 +rf=298.257222101"
    to = Transformer.from_crs("EPSG:4490", plane, always_xy=True)
    return shapely.transform(lonlat, lambda xy: np.stack(to.transform(xy[:, 0], xy[:, 1]), axis=1)), to


def length_on_globe(shape: shapely.Geometry, crs: str) -> float:
    total = 0.0
    for part in shapely.get_parts(oracles.on_globe(dense(shape, crs), crs, 10.0)):
        for ring in (part.exterior, *part.interiors):
            xy = np.asarray(ring.coords)
            total += GEOD.line_length(xy[:, 0], xy[:, 1])
    return total


def check(shape: shapely.Geometry, crs: str = "EPSG:4490") -> Shapes:
    found = shapes(ready([shape], crs))
    plane, to = flat(shape, crs)
    perimeter = length_on_globe(shape, crs)
    area = oracles.area(oracles.on_globe(shape, crs))
    assert found.perimeter[0] == pytest.approx(perimeter, rel=2e-7)
    assert found.compactness[0] == pytest.approx(4 * np.pi * area / perimeter**2, rel=2e-6)
    assert found.mean_width[0] == pytest.approx(2 * area / perimeter, rel=2e-6)
    box = np.asarray(shapely.minimum_rotated_rectangle(plane).exterior.coords)
    sides = np.hypot(*np.diff(box[:3], axis=0).T)
    assert found.length[0] * found.width[0] == pytest.approx(sides.prod(), rel=1e-5)
    largest = shapely.length(shapely.maximum_inscribed_circle(plane, tolerance=1e-4 * sides.min()))
    radius, lon, lat = found.circle[0]
    assert (1 - CLOSE) * largest * (1 - 1e-5) - 2e-4 <= radius <= largest * (1 + 3e-4) + 1e-3
    centre = shapely.Point(to.transform(lon, lat))
    assert shapely.within(centre, plane)
    assert shapely.distance(centre, plane.boundary) == pytest.approx(radius, rel=1e-5, abs=5e-3)
    return found


@pytest.mark.parametrize("radius", [0.0005, 0.01, 0.2])
def test_stars_of_50_m_to_20_km(radius: float) -> None:
    rng = np.random.default_rng(5)
    for vertices in (5, 13, 60):
        for _ in range(times(1, 20)):
            check(star(rng, (109.4, 39.6), radius, vertices))


def test_a_projected_file() -> None:
    rng = np.random.default_rng(6)
    check(star(rng, (37_410_000.0, 4_380_000.0), 3000.0, 11), "EPSG:4525")


@given(grid_polygons())
@settings(max_examples=times(15, 300))
def test_holes_and_parts(shape: shapely.Geometry) -> None:
    if shape.is_empty:
        assert np.isnan(shapes(ready([shape])).perimeter[0])
        return
    check(shape)


def test_a_road_is_thin_and_a_disc_is_round() -> None:
    """A strip of 20 m × 600 m at 30° and a circle of 100 m, drawn on the ellipsoid."""
    ends = [GEOD.fwd(109.0, 39.0, 30.0, 600.0)[:2], (109.0, 39.0)]
    corners = [
        GEOD.fwd(*end, 30.0 + side, 10.0)[:2]
        for end, sides in zip(ends, ((90, -90), (-90, 90)), strict=True)
        for side in sides
    ]
    disc = [GEOD.fwd(109.0, 39.0, -azimuth, 100.0)[:2] for azimuth in np.linspace(0, 360, 721)]
    found = shapes(ready([shapely.Polygon(corners), shapely.Polygon(disc), shapely.MultiPolygon()]))
    assert found.length[0] == pytest.approx(600, abs=0.02)
    assert found.width[0] == pytest.approx(20, abs=0.02)
    assert found.azimuth[0] == pytest.approx(30, abs=0.02)
    assert found.mean_width[0] == pytest.approx(2 * 12_000 / 1240, rel=1e-5)
    assert found.circle[0, 0] == pytest.approx(10, rel=1e-3)
    assert found.compactness[1] == pytest.approx(1, abs=1e-5)
    assert found.circle[1, 0] == pytest.approx(100, rel=1e-3)
    assert np.isnan(found.perimeter[2])
