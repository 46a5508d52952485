"""One footprint at a time gives what `overlay` gives."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from shoutu.errors import BadInput
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.overlay import LayerView, overlay
from shoutu.overlay.footprint import Footprints
from shoutu.testing.parcels import CLASSES, make_parcels, make_patches
from tests import oracles
from tests.geometry.polygons import assert_close, rings_of

BOX = (109.0, 39.0, 109.2, 39.15)


@pytest.fixture(scope="module")
def layers() -> list[LayerView]:
    land = make_parcels(40, 30, BOX, enlarged=0.1)
    large = make_parcels(5, 4, BOX, detail=60, seed=8)
    names = [str(code) for code in reversed(range(len(large.codes)))]
    return [
        LayerView("land", prepare(land.rings), land.codes, CLASSES).ready(),
        LayerView("one", prepare(land.rings), np.zeros_like(land.codes), ("",)),
        LayerView("large", prepare(large.rings), np.arange(len(large.codes), dtype=np.int32), names),
    ]


@pytest.fixture(scope="module")
def asked(layers: list[LayerView]) -> Footprints:
    return Footprints(layers)


def test_the_rows_of_the_overlay(layers: list[LayerView], asked: Footprints) -> None:
    land = make_parcels(40, 30, BOX, enlarged=0.1)
    patches = make_patches(300, BOX, copied=land.rings)
    want = list(overlay(prepare(patches), layers).rows())
    got = []
    for k in range(patches.features):
        xy = patches.xy[patches.starts[k] : patches.starts[k + 1]]
        rings = Rings(xy, np.array([0, len(xy)]), np.zeros(1, np.int64), 1)
        got += [row._replace(patch=k) for row in asked.rows(rings)]
    assert [row[:3] for row in got] == [row[:3] for row in want]
    for one, other in zip(got, want, strict=True):
        assert one.area_m2 == pytest.approx(other.area_m2, rel=1e-12, abs=1e-9)


def test_a_hole_and_a_second_part(asked: Footprints) -> None:
    outer = shapely.box(109.05, 39.05, 109.06, 39.06)
    shape = shapely.union_all(
        [outer.difference(outer.buffer(-0.002)), shapely.box(109.1, 39.05, 109.101, 39.051)]
    )
    rows = [row for row in asked.rows(rings_of([shape])) if row.layer == "one"]
    assert_close(rows[0].area_m2, oracles.area(shape))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(109.0, 39.0, 109.2, 39.15),
        shapely.Point(109.1, 39.07).buffer(0.01, quad_segs=200),
        shapely.MultiPolygon(),
        shapely.box(10, 10, 10.001, 10.001),
    ],
    ids=["tall", "of many edges", "empty", "elsewhere"],
)
def test_what_takes_the_long_way(layers: list[LayerView], asked: Footprints, shape: shapely.Geometry) -> None:
    rings = rings_of([shape])
    assert asked.rows(rings) == list(overlay(prepare(rings), layers).rows())


def test_a_place_off_the_globe_is_refused(asked: Footprints) -> None:
    with pytest.raises(BadInput, match="longitude and latitude"):
        asked.rows(rings_of([shapely.box(500000, 4300000, 500100, 4300100)]))
