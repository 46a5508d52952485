"""Every kind of fault by feature, on made files; widths, overlaps and gaps against GEOS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from shoutu import crs as systems
from shoutu.geometry.faults import narrowness
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.repair import to_rings
from shoutu.layers.check import Asked, Fault, faults
from shoutu.layers.cover import Shapes, cover, outside
from shoutu.layers.read import Features, read
from shoutu.layers.region import region_of
from tests.layers.made import geojson, polygon, shapefile

GK37 = systems.parse("EPSG:4525")
ORIGIN = np.array([37_500_000.0, 4_400_000.0])


def metres(*corners: tuple[float, float]) -> list[list[float]]:
    return [[ORIGIN[0] + x, ORIGIN[1] + y] for x, y in (*corners, corners[0])]


def box(x0: float, y0: float, x1: float, y1: float) -> Any:
    return shapely.box(ORIGIN[0] + x0, ORIGIN[1] + y0, ORIGIN[0] + x1, ORIGIN[1] + y1)


def features(*shapes: Any, format_: str = "") -> Features:
    wkb = pa.chunked_array(
        [pa.array([None if s is None else shapely.to_wkb(s) for s in shapes], pa.binary())]
    )
    table = pa.table({"n": list(range(len(shapes)))})
    return Features("f", "l", GK37, wkb, table, format=format_)


def rings(*shapes: Any) -> Shapes:
    return Shapes(to_rings(features(*shapes))[0], systems.degrees(GK37))


def prepared(*shapes: Any) -> Prepared:
    return prepare(rings(*shapes).rings, systems.degrees(GK37))


def kinds(found: list[Fault]) -> list[tuple[int | None, str, str]]:
    return [(one.feature, one.level, one.kind) for one in found]


def test_a_sound_file_has_no_fault() -> None:
    assert faults(features(box(0, 0, 10, 10), box(10, 0, 20, 10)), Asked(covering=True)) == []


def test_slivers_under_the_named_width() -> None:
    thin = box(0, 0, 1000, 0.3)
    ring = shapely.Polygon(
        metres((0, 0), (50, 0), (50, 50), (0, 50)), [metres((1, 1), (1, 1.2), (49, 1.2), (49, 1))]
    )
    found = faults(features(thin, ring, box(0, 0, 1, 1)))
    assert kinds(found) == [(0, "notice", "sliver"), (1, "notice", "sliver-hole")]
    assert "0.30" in found[0].what.en
    assert found[0].at is not None
    assert faults(features(thin, ring), Asked(sliver_m=0.1)) == []


@given(st.floats(0.001, 50), st.floats(1, 1e5))
def test_the_width_of_a_rectangle_is_its_short_side(width: float, length: float) -> None:
    got = narrowness(np.array([width * length]), np.array([2 * (width + length)]))
    assert got[0] == pytest.approx(min(width, length), rel=1e-6)


def test_repeated_points_and_heights_are_notices(tmp_path: Path) -> None:
    ring: list[list[float]] = [
        [110, 40],
        [110.001, 40],
        [110.001, 40],
        [110.001, 40.001],
        [110.001, 40.001],
        [110, 40],
    ]
    file = geojson(tmp_path / "a.geojson", (polygon(ring), {}), (polygon([[*p, 3.0] for p in ring]), {}))
    found = faults(read(file))
    assert kinds(found) == [
        (0, "notice", "repeated-points"),
        (1, "notice", "duplicate"),
        (1, "notice", "height"),
        (1, "notice", "repeated-points"),
    ]
    assert "2 times" in found[0].what.en
    assert found[0].at == (110.001, 40.0)


def test_a_feature_that_stands_twice_is_found_wherever_its_ring_begins() -> None:
    corners = [(0, 0), (9, 0), (9, 9), (0, 9)]
    one = shapely.Polygon(metres(*corners))
    turned = shapely.Polygon(metres(*corners[2:], *corners[:2]))
    back = shapely.Polygon(metres(*corners[::-1]))
    found = faults(features(one, turned, back, box(0, 0, 9, 9.0001)))
    assert kinds(found) == [(1, "notice", "duplicate"), (2, "notice", "duplicate")]


def test_the_order_of_rings_is_that_of_the_format(tmp_path: Path) -> None:
    outer: list[list[float]] = [[110, 40], [110.01, 40], [110.01, 40.01], [110, 40.01], [110, 40]]
    hole = [[110.002, 40.002], [110.002, 40.004], [110.004, 40.004], [110.004, 40.002], [110.002, 40.002]]
    good, turned = polygon(outer, hole), polygon(outer[::-1], hole)
    same = polygon(outer, hole[::-1])
    file = geojson(tmp_path / "a.geojson", (good, {}), (turned, {}), (same, {}))
    order = [one.feature for one in faults(read(file)) if one.kind == "ring-order"]
    assert order == [1, 2]  # a hole as its shell is wrong in every format
    # a shapefile's outer rings run clockwise
    assert faults(read(shapefile(tmp_path / "a.shp", [[outer[::-1]]]))) == []
    assert kinds(faults(read(shapefile(tmp_path / "b.shp", [[outer]])))) == [(0, "notice", "ring-order")]


def test_the_antimeridian_makes_a_file_unusable(tmp_path: Path) -> None:
    far = [[179.9, 10], [-179.9, 10], [-179.9, 10.1], [179.9, 10.1], [179.9, 10]]
    found = faults(read(geojson(tmp_path / "a.geojson", (polygon(far), {}))))
    assert (0, "error", "antimeridian") in kinds(found)


def test_every_kind_that_import_repairs_is_named_with_its_area() -> None:
    bow = shapely.Polygon(metres((0, 0), (10, 10), (10, 0), (0, 10)))
    outside_hole = shapely.Polygon(
        metres((0, 0), (9, 0), (9, 9), (0, 9)), [metres((20, 20), (22, 20), (22, 22))]
    )
    parts = shapely.MultiPolygon([box(0, 0, 10, 10), box(5, 0, 15, 10)])
    found = [
        one for one in faults(features(bow, None, outside_hole, parts, shapely.Polygon())) if one.level != "x"
    ]
    assert [(one.feature, one.kind) for one in found if one.kind != "ring-order"] == [
        (0, "self-crossing"),
        (1, "null"),
        (2, "hole-outside"),
        (3, "overlapping-parts"),
        (4, "empty"),
    ]
    changes = {one.kind: one.area_change_m2 for one in found if one.level == "repaired"}
    # the bow's loops cancel, so the repair adds both triangles; two parts share 50 m²
    assert changes["self-crossing"] == pytest.approx(50, rel=1e-3)
    assert changes["overlapping-parts"] == pytest.approx(-50, rel=1e-3)


def test_ground_beyond_the_region_is_measured() -> None:
    region = prepared(box(0, 0, 100, 100))
    found = outside(prepared(box(1, 1, 99, 99), box(90, 0, 110, 10), box(200, 0, 210, 10), None), region)
    assert [row for row, _ in found] == [1, 2]
    assert [area for _, area in found] == pytest.approx([100, 100], rel=1e-3)


def planted(seed: int) -> tuple[list[Any], Any]:
    """A tiling of a square by 25 quadrilaterals with shaken corners; one removed, some swollen."""
    rng = np.random.default_rng(seed)
    at = np.stack(np.meshgrid(np.arange(6), np.arange(6), indexing="ij"), -1) * 20.0
    at[1:-1, 1:-1] += rng.uniform(-6, 6, (4, 4, 2))
    cells = [
        shapely.Polygon(at[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]] + ORIGIN)
        for i in range(5)
        for j in range(5)
    ]
    gone = int(rng.integers(25))
    del cells[gone]
    for k in rng.choice(24, 3, replace=False):
        cells[k] = cells[k].buffer(1.0, join_style="mitre")
    return cells, box(0, 0, 100, 100)


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_overlaps_and_gaps_are_those_of_geos(seed: int) -> None:
    cells, square = planted(seed)
    got = cover(rings(*cells), prepared(square), [shapely.get_coordinates(square)])
    # On the plane of the zone's middle meridian a square metre is one to a few parts in a million.
    pairs = {
        (i, j): shapely.intersection(cells[i], cells[j]).area
        for i in range(24)
        for j in range(i + 1, 24)
        if shapely.intersection(cells[i], cells[j]).area > 0.002
    }
    assert {(one.one, one.other): one.area_m2 for one in got.overlaps} == pytest.approx(
        pairs, rel=1e-4, abs=1e-3
    )
    for one in got.overlaps:
        assert one.at is not None
        x, y = one.at
        shared = shapely.intersection(cells[one.one], cells[one.other])
        assert shared.distance(shapely.Point(x, y)) < 1e-4
    left = shapely.difference(square, shapely.union_all(cells))
    assert got.uncovered_m2 == pytest.approx(left.area, rel=1e-4, abs=1e-3)
    assert sum(gap.area_m2 for gap in got.gaps) == pytest.approx(left.area, rel=1e-4, abs=1e-3)
    assert len(got.gaps) == sum(part.area > 0.0015 for part in shapely.get_parts(left))
    for gap in got.gaps:
        assert shapely.Point(gap.at).distance(left) < 1e-4


def test_without_a_region_gaps_are_what_the_layer_encloses() -> None:
    frame = shapely.difference(box(0, 0, 30, 30), box(10, 10, 20, 20))
    island = box(12, 12, 14, 14)
    got = cover(rings(frame, island, box(30, 0, 60, 30)))
    assert got.uncovered_m2 is None
    assert [round(gap.area_m2) for gap in got.gaps] == [96]
    assert got.covered_m2 == pytest.approx(900 - 100 + 4 + 900, rel=1e-4)
    assert cover(rings(None)).gaps == ()


def test_covering_and_region_are_part_of_the_check(tmp_path: Path) -> None:
    layer = features(box(0, 0, 10, 10), box(9, 0, 20, 10), box(25, 0, 30, 10))
    file = tmp_path / "region.geojson"
    ring = systems.to_lonlat(GK37, np.array(metres((0, 0), (28, 0), (28, 10), (0, 10)))).tolist()
    geojson(file, (polygon(ring), {}))
    found = faults(layer, Asked(region=region_of(str(file)), covering=True))
    assert [(one.feature, one.kind, one.other, round(one.area_m2 or 0)) for one in found] == [
        (0, "overlap", 1, 10),
        (2, "beyond-region", None, 20),
        (None, "gap", None, 50),
    ]
    assert json.dumps([one.what.zh for one in found], ensure_ascii=False).count("重叠") == 1
