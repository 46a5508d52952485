"""Lengths and areas drawn on a map, against pyproj's geodesics."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from shoutu.errors import BadInput
from shoutu.platform.territory.measuring import MOST_POINTS, Point, measure, points_of

GEOD = Geod(a=6378137, rf=298.257222101)
SQUARE = [(109.6, 39.7), (109.7, 39.7), (109.7, 39.8), (109.6, 39.8)]


def _area(points: list[Point]) -> float:
    """Of sides straight in degrees: each cut into many geodesics."""
    lons, lats = [], []
    for (x, y), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        steps = 200
        lons += [x + (x1 - x) * i / steps for i in range(steps)]
        lats += [y + (y1 - y) * i / steps for i in range(steps)]
    return abs(float(GEOD.polygon_area_perimeter(lons, lats)[0]))


@settings(max_examples=60)
@given(
    st.integers(3, 9),
    st.floats(1e-4, 0.5),
    st.floats(0.3, 1),
    st.floats(75, 134),
    st.floats(18, 53),
    st.booleans(),
)
def test_stars_of_every_size_have_pyprojs_length_and_area(
    count: int, radius: float, waist: float, lon: float, lat: float, backwards: bool
) -> None:
    points = [
        (
            lon + radius * (waist if i % 2 else 1) * math.cos(2 * math.pi * i / (2 * count)),
            lat + radius * (waist if i % 2 else 1) * math.sin(2 * math.pi * i / (2 * count)),
        )
        for i in range(2 * count)
    ]
    points = points[::-1] if backwards else points
    made = measure(points, closed=True)
    lons, lats = zip(*[*points, points[0]], strict=True)
    assert not made.crossing
    assert made.m2 is not None
    assert float(made.m) == pytest.approx(GEOD.line_length(lons, lats), abs=2e-3, rel=1e-9)
    assert float(made.m2) == pytest.approx(_area(points), abs=0.01, rel=2e-7)


def test_a_line_has_legs_and_no_area() -> None:
    made = measure(SQUARE, closed=False)
    assert made.m2 is None
    assert [float(leg) for leg in made.legs] == pytest.approx(
        [GEOD.inv(*a, *b)[2] for a, b in pairwise(SQUARE)], abs=1e-3
    )
    assert made.m == sum(made.legs)
    assert measure([], closed=True).m == 0
    assert measure(SQUARE[:2], closed=True).m2 is None


@pytest.mark.parametrize(
    "points",
    [
        [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]],
        [*SQUARE, SQUARE[0], (109.65, 39.9)],
        [(109.6, 39.7), (109.7, 39.7), (109.65, 39.7)],
        [(109.6, 39.7), (109.7, 39.7), (109.65, 39.7), (109.65, 39.8)],
        [(109.6, 39.7), (109.7, 39.7), (109.7, 39.8), (109.65, 39.7), (109.6, 39.8)],
    ],
    ids=["bow", "through its first corner", "flat", "folded back", "touches a side"],
)
def test_sides_that_meet_bound_no_area(points: list[Point]) -> None:
    made = measure(points, closed=True)
    assert made.crossing
    assert made.m2 is None


def test_convex_and_notched_outlines_do_not_cross() -> None:
    notched = [*SQUARE[:3], (109.65, 39.75), SQUARE[3]]
    assert not measure(SQUARE, closed=True).crossing
    assert not measure(notched, closed=True).crossing


@pytest.mark.parametrize("text", ["1", "1,2,3", "a,b", "nan,1", "inf,1", "181,0", "0,91", "1;2"])
def test_what_is_no_point_is_named(text: str) -> None:
    with pytest.raises(BadInput) as fault:
        points_of(text)
    assert fault.value.where.field == "points"


def test_too_many_points_are_refused() -> None:
    with pytest.raises(BadInput):
        points_of(";".join(["1,1"] * (MOST_POINTS + 1)))
    assert points_of("1,2;3.5,-4;") == [(1.0, 2.0), (3.5, -4.0)]
