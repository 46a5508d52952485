"""Cutting a patch: parts that sum to the whole to 0.01 m², under every layer."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from shoutu.errors import BadInput, NotFound, Refused
from shoutu.platform.discovery import queries
from shoutu.platform.discovery.inputs import Split
from shoutu.platform.discovery.models import Patch
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.services.splitting import preview_split, split
from tests.platform import ground

X, Y, S = ground.WEST, ground.SOUTH, ground.SIDE


@pytest.fixture
def whole(people):
    ground.layer(
        people.carol,
        "land",
        "land-use",
        {
            "0103": ground.square(-1, -1, wide=1.37, tall=3),
            "0301": ground.square(0.37, -1, wide=0.2, tall=3),
        },
    )
    ground.layer(people.carol, "basic", "basic-farmland", {"1": ground.square(-1, 0.25, wide=3, tall=0.5)})
    ground.publish_made(people.carol, {"T1": ground.square(0)}, ground.header())
    return queries.patches(people.alice, Filter()).rows[0]


def line(a: float, b: float) -> tuple[tuple[float, float], ...]:
    """Across the square from its south side at share `a` to its north side at share `b`."""
    return ((X + a * S, Y - S / 10), (X + b * S, Y + S * 1.1))


def test_a_line_makes_two_parts_that_sum_to_the_whole(people, whole):
    cut = Split(patch=whole.id, version=whole.version, line=line(0.3, 0.6))
    shown = preview_split(people.alice, cut)
    parts = queries.rows_of(split(people.alice, cut).value)
    assert [part.area_m2 for part in shown.parts] == [part.area_m2 for part in parts.values()]
    assert {part.number for part in parts.values()} == {"T1-甲", "T1-乙"}
    assert sum(Fraction(part.area_m2) for part in parts.values()) == Fraction(whole.area_m2)
    assert queries.patch(people.alice, whole.id).state == "split"


def test_the_parts_areas_are_those_of_an_independent_geodesic(people, whole):
    """Oracle: GeographicLib on the GRS 80 ellipsoid; edges of 100 m differ from its by under 1e-6 m²."""
    x = X + S * 0.4
    cut = Split(patch=whole.id, version=whole.version, line=((x, Y - S), (x, Y + 2 * S)))
    west = preview_split(people.alice, cut).parts[0]
    ring = ground.square(0, wide=0.4)
    area, _ = Geod(ellps="GRS80").polygon_area_perimeter([p[0] for p in ring], [p[1] for p in ring])
    assert float(west.area_m2) == pytest.approx(abs(area), abs=0.011)


def test_both_views_count_each_square_metre_once(people, whole):
    split(people.alice, Split(patch=whole.id, version=whole.version, line=line(0.3, 0.6)))
    issued = queries.patches(people.alice, Filter(view="issued")).rows
    judged = queries.patches(people.alice, Filter(view="judged")).rows
    assert [row.number for row in issued] == ["T1"]
    assert sorted(row.number for row in judged) == ["T1-乙", "T1-甲"]
    assert queries.tabs(people.alice, Filter())["all"] == 2


def test_a_cut_needs_to_cut_and_parts_need_to_cover(people, whole):
    beside = Split(patch=whole.id, version=whole.version, line=((X - S, Y), (X - S, Y + S)))
    with pytest.raises(BadInput):
        preview_split(people.alice, beside)
    halves = [ground.square(-1, -1, wide=1.5, tall=3), ground.square(0.6, -1, wide=2, tall=3)]
    short = [{"type": "Polygon", "coordinates": [half]} for half in halves]
    with pytest.raises(BadInput) as fault:
        preview_split(people.alice, Split(patch=whole.id, version=whole.version, parts=tuple(short)))
    assert fault.value.found.startswith("差 ")
    halves[1] = ground.square(0.5, -1, wide=2, tall=3)
    whole_cover = [{"type": "Polygon", "coordinates": [half]} for half in halves]
    parts = Split(patch=whole.id, version=whole.version, parts=tuple(whole_cover))
    assert len(preview_split(people.alice, parts).parts) == 2


def test_a_cut_is_the_banners_officers_and_a_stale_form_is_refused(people, whole):
    cut = Split(patch=whole.id, version=whole.version, line=line(0.3, 0.6))
    for stranger in (people.frank, people.nobody):
        with pytest.raises(NotFound):
            split(stranger, cut)
    with pytest.raises((Refused, NotFound)):
        split(people.bob, cut)
    split(people.alice, cut)
    with pytest.raises(Refused):
        split(people.alice, cut)
    assert Patch.objects.filter(parent__isnull=False).count() == 2


def test_untouched_parts_may_be_cut_anew(people, whole):
    split(people.alice, Split(patch=whole.id, version=whole.version, line=line(0.3, 0.6)))
    again = queries.patch(people.alice, whole.id)
    split(people.alice, Split(patch=whole.id, version=again.version, line=line(0.5, 0.5)))
    parts = queries.parts_of(whole.id)
    assert sorted(part.number for part in parts) == ["T1-乙", "T1-甲"]
    assert sum(Fraction(part.area_m2) for part in parts) == Fraction(whole.area_m2)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(a=st.floats(0.02, 0.98), b=st.floats(0.02, 0.98))
def test_every_cut_sums_under_every_layer(people, whole, a, b):
    cut = preview_split(people.alice, Split(patch=whole.id, version=whole.version, line=line(a, b)))
    assert sum(Fraction(part.area_m2) for part in cut.parts) == Fraction(whole.area_m2)
    of_whole = {facts.layer: facts for facts in queries.layer_facts(whole.id) if facts.received}
    for layer, rows in cut.classes.items():
        for part, row in zip(cut.parts, rows, strict=True):
            assert sum(Fraction(area) for area in row.values()) <= Fraction(part.area_m2)
        for klass in of_whole[layer].classes:
            assert sum(Fraction(row.get(klass.klass, "0")) for row in rows) == Fraction(klass.area_m2)


def test_a_patch_of_a_projected_file_is_cut_in_its_own_crs(people, tmp_path):
    """The same square in 3° zone 37: drawn straight there, cut straight there."""
    import pyproj
    import shapely
    from geopandas import GeoDataFrame

    to_zone = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4525", always_xy=True)
    outline = shapely.Polygon([to_zone.transform(*point) for point in ground.square(0)])
    file = tmp_path / "p.gpkg"
    frame = GeoDataFrame({"图斑编号": ["P1"], "行政区代码": ["150627"]}, geometry=[outline], crs="EPSG:4525")
    frame.to_file(file, layer="p")
    ground.publish(people.carol, file, ground.header())
    row = queries.patches(people.alice, Filter()).rows[0]
    kept = Patch.objects.get(id=row.id)
    assert kept.crs == "EPSG:4525"
    assert kept.delivered is not None
    assert row.box.west == pytest.approx(X, abs=1e-9)
    cut = preview_split(people.alice, Split(patch=row.id, version=row.version, line=line(0.5, 0.5)))
    assert sum(Fraction(part.area_m2) for part in cut.parts) == Fraction(row.area_m2)
    assert float(cut.parts[0].area_m2) == pytest.approx(float(row.area_m2) / 2, rel=1e-4)
