"""The metric against golden values and against another formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shoutu.geometry.ellipsoid import E2, SEMI_MAJOR, TERMS, area_under, metric_at, metric_series


def formula_32(south: float, north: float, width: float) -> float:
    """国土调查办发〔2008〕32号: area in m² of a trapezoid between two parallels, `width` degrees wide."""
    e2, b = E2, SEMI_MAJOR * math.sqrt(1 - E2)
    e4, e6, e8 = e2**2, e2**3, e2**4
    terms = (
        1 + 3 / 6 * e2 + 30 / 80 * e4 + 35 / 112 * e6 + 630 / 2304 * e8,
        1 / 6 * e2 + 15 / 80 * e4 + 21 / 112 * e6 + 420 / 2304 * e8,
        3 / 80 * e4 + 7 / 112 * e6 + 180 / 2304 * e8,
        1 / 112 * e6 + 45 / 2304 * e8,
        5 / 2304 * e8,
    )
    half, middle = math.radians(north - south) / 2, math.radians(north + south) / 2
    total = sum(
        (-1) ** k * term * math.sin((2 * k + 1) * half) * math.cos((2 * k + 1) * middle)
        for k, term in enumerate(terms)
    )
    return 2 * b * b * math.radians(width) * total


@pytest.mark.parametrize(
    ("south", "north", "width", "area"),
    [
        (39, 40, 1, 9_549_520_093.96),
        (39 + 35 / 60, 39 + 37.5 / 60, 3.75 / 60, 24_832_145.63),
        (39.6, 39.601, 0.001, 9_536.041),
    ],
)
def test_golden_areas(south: float, north: float, width: float, area: float) -> None:
    ours = width * (area_under(north) - area_under(south))
    assert ours == pytest.approx(area, rel=1e-7)
    assert ours == pytest.approx(formula_32(south, north, width), rel=1e-9)


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 39.6, 71.3])
def test_series_meets_the_closed_form(latitude: float) -> None:
    series = np.empty(TERMS)
    metric_series(latitude, series)
    for v in (-2.0, -0.3, 0.01, 2.0):
        got = sum(series[k] * v ** (k + 1) for k in range(TERMS))
        assert got == pytest.approx(area_under(latitude + v) - area_under(latitude), rel=1e-9)
    assert metric_at(latitude) == pytest.approx(tuple(series[:2]), rel=1e-13, abs=1e-3)
