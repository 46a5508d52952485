"""Lengths against pyproj's Geod (C. F. F. Karney's algorithms), and the bounds that searches rest on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from shoutu.geometry.geodesic import (
    LATITUDE_DEGREE,
    LONGITUDE_DEGREE,
    closest,
    edge_length,
    geodesic,
    in_space,
    least,
    sagitta,
    spread,
)

GEOD = Geod(a=6378137.0, rf=298.257222101)
LON, LAT = st.floats(-170, 170), st.floats(-85, 85)
STEP = st.floats(-1.0, 1.0)


@pytest.mark.parametrize(
    ("reach", "allowed"), [(1e-5, 1e-7), (1e-2, 1e-7), (1.0, 1e-6), (10.0, 1e-5), (80.0, 1e-4)]
)
def test_geodesics_are_those_of_geod(reach: float, allowed: float) -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-80, 80, (2, 2000))
    lon2, lat2 = (
        lon + rng.uniform(-reach, reach, 2000),
        np.clip(lat + rng.uniform(-reach, reach, 2000), -89, 89),
    )
    want = GEOD.inv(lon, lat, lon2, lat2)[2]
    got = np.array([geodesic(*row) for row in zip(lon, lat, lon2, lat2, strict=True)])
    assert np.abs(got - want).max() < allowed


def test_a_point_is_at_no_distance_from_itself_and_meridians_are_geodesics() -> None:
    assert geodesic(109.0, 39.0, 109.0, 39.0) == 0.0
    assert geodesic(109.0, 0.0, 109.0, 0.0) == 0.0
    assert geodesic(109.0, 0.0, 109.0, 90.0) == pytest.approx(10_001_965.729, abs=1e-3)  # quarter meridian
    assert geodesic(0.0, 0.0, 1.0, 0.0) == pytest.approx(LONGITUDE_DEGREE, abs=0.01)
    assert geodesic(0.0, 0.0, 0.0, 1.0) > LATITUDE_DEGREE


@given(LON, LAT, STEP, STEP)
def test_a_chord_bounds_its_geodesic(lon: float, lat: float, dlon: float, dlat: float) -> None:
    chord = float(np.linalg.norm(np.subtract(in_space(lon, lat), in_space(lon + dlon, lat + dlat))))
    metres = GEOD.inv(lon, lat, lon + dlon, lat + dlat)[2]
    assert chord - 1e-8 <= least(chord) <= metres + 1e-8
    # What a search cannot tell apart without `geodesic`: 0.02 mm at 10 km, 2 cm at 100 km on the equator.
    assert metres - least(chord) <= 2.2e-17 * chord**3 + 1e-8


@given(LON, LAT, STEP, STEP, st.floats(-0.05, 0.05))
def test_no_edge_leaves_its_chord_by_more_than_its_sagitta(
    lon: float, lat: float, dlon: float, dlat: float, bulge: float
) -> None:
    t = np.linspace(0, 1, 41)
    ends = np.array([in_space(lon, lat), in_space(lon + dlon, lat + dlat)])
    curve = np.array([in_space(lon + s * dlon, lat + s * dlat + 4 * bulge * s * (1 - s)) for s in t])
    chord = ends[0] + t[:, None] * (ends[1] - ends[0])
    assert np.linalg.norm(curve - chord, axis=1).max() <= sagitta(dlon, dlat, bulge) + 1e-8


@given(LAT, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(-0.02, 0.02))
def test_an_edge_is_as_long_as_its_many_pieces(lat: float, dlon: float, dlat: float, bend: float) -> None:
    bulge = bend * dlon * dlon
    t = np.linspace(0, 1, 4001)
    x, y = t * dlon, lat + t * dlat + 4 * bulge * t * (1 - t)
    want = GEOD.inv(x[:-1], y[:-1], x[1:], y[1:])[2].sum()
    assert edge_length(dlon, lat, dlat, bulge) == pytest.approx(want, rel=1e-7, abs=1e-4)


@given(st.lists(st.floats(-9, 9), min_size=12, max_size=12))
def test_segments_in_space_against_a_grid(numbers: list[float]) -> None:
    p, q, r, s = np.array(numbers).reshape(4, 3)
    apart, t, u = closest(*(tuple(map(float, point)) for point in (p, q, r, s)))
    near = np.linalg.norm(p + t * (q - p) - r - u * (s - r))
    assert 0 <= t <= 1
    assert 0 <= u <= 1
    assert apart == pytest.approx(near, abs=1e-7)
    grid = np.linspace(0, 1, 31)
    one, two = p + grid[:, None] * (q - p), r + grid[:, None] * (s - r)
    assert apart <= np.linalg.norm(one[:, None] - two[None], axis=2).min() + 1e-6


def test_segments_that_are_points_or_parallel() -> None:
    origin, east, far = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (3.0, 4.0, 0.0)
    assert closest(origin, origin, far, far)[0] == 5.0
    assert closest(origin, east, far, far)[0] == pytest.approx(np.hypot(2, 4))
    assert closest(far, far, origin, east)[0] == pytest.approx(np.hypot(2, 4))
    assert closest(origin, east, (0.25, 2.0, 0.0), (5.0, 2.0, 0.0))[0] == 2.0
    assert closest(origin, east, (4.0, 0.0, 0.0), (5.0, 0.0, 0.0))[0] == 3.0


@given(LON, st.floats(-80, 80), st.floats(1, 50_000), st.floats(0, 360))
def test_a_widened_box_holds_all_within_the_distance(
    lon: float, lat: float, metres: float, azimuth: float
) -> None:
    out = np.empty((1, 4))
    spread(np.array([[lon, lat, lon + 0.01, lat + 0.01]]), metres, out)
    x, y, _ = GEOD.fwd(lon, lat, azimuth, metres)
    assert out[0, 0] <= x <= out[0, 2]
    assert out[0, 1] <= y <= out[0, 3]
