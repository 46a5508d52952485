"""Vector tiles against GDAL's reader of them and GEOS's clipping, never against our own encoder."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.geometry.tiling import EXTENT, SPECK, tile_box
from shoutu.layers import tiles
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.tiles import Tile
from shoutu.layers.write import write_version
from shoutu.testing.parcels import CLASSES, make_parcels

BOX = (109.2, 38.9, 109.4, 39.05)
HALF = 20037508.342789244


def version_of(folder: Path, rings: Rings, classes: list[str]) -> LayerVersion:
    meta = VersionMeta(
        name="made",
        version="1",
        source_file="made",
        source_sha256="0" * 64,
        as_of=None,
        crs="EPSG:4490",
        secrecy="open",
        class_field="class",
    )
    write_version(folder, prepare(rings), pa.table({"class": classes}), meta)
    return open_version(folder)


@pytest.fixture(scope="module")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> LayerVersion:
    made = make_parcels(80, 80, BOX, detail=4)
    names = [CLASSES[code] for code in made.codes]
    return version_of(tmp_path_factory.mktemp("tiles") / "v", made.rings, names)


def tile_at(z: int, lon: float, lat: float) -> Tile:
    turns = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return Tile(z, int((lon / 360 + 0.5) * 2**z), int(turns * 2**z))


def read(folder: Path, tile: Tile, data: bytes) -> Any:
    """The tile as GDAL sees it: a frame with `class`, `id` and geometry in Web Mercator, cut to the tile."""
    file = folder / str(tile.z) / str(tile.x) / f"{tile.y}.mvt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return pyogrio.read_dataframe(file)


def mercator(shape: Any) -> Any:
    def project(points: Any) -> Any:
        lat = np.radians(points[:, 1])
        return np.column_stack([points[:, 0] / 180 * HALF, np.arcsinh(np.tan(lat)) / np.pi * HALF])

    return shapely.transform(shape, project)


def square(tile: Tile) -> Any:
    side = 2 * HALF / 2**tile.z
    west, north = tile.x * side - HALF, HALF - tile.y * side
    return shapely.box(west, north - side, west + side, north)


def shapes(version: LayerVersion) -> list[Any]:
    """The layer's features in Web Mercator by GEOS, the first ring of each its outside."""
    polygons = version.reference.polygons
    rings = [polygons.outline(feature) for feature in range(polygons.features)]
    return [mercator(shapely.Polygon(parts[0], parts[1:])) for parts in rings]


@pytest.mark.parametrize("z", [12, 13, 14, 16, 19, 22])
def test_a_tile_read_by_gdal_holds_what_geos_cuts(parcels: LayerVersion, tmp_path: Path, z: int) -> None:
    tile = tile_at(z, 109.31, 38.97)
    frame = read(tmp_path, tile, tiles.encode(parcels, tile, tiles.found(parcels, tile)))
    within, unit = square(tile), 2 * HALF / 2**tile.z / EXTENT
    wanted = {i: cut for i, s in enumerate(shapes(parcels)) if (cut := s.intersection(within)).area > 0}
    got = dict(zip(frame["id"], frame.geometry, strict=True))
    thick = {i for i, cut in wanted.items() if cut.buffer(-2 * unit).area > 0}
    assert thick <= set(got) <= set(wanted)
    for i, shape in got.items():
        allowed = max(1.5 * unit * wanted[i].length, (SPECK * unit) ** 2)
        assert shape.symmetric_difference(wanted[i]).area <= allowed
    classes = parcels.attributes["class"].to_pylist()
    assert list(frame["class"]) == [classes[i] for i in frame["id"]]
    assert list(frame["mvt_id"]) == list(frame["id"])


def test_a_crowded_tile_keeps_each_class_s_share_of_the_ground(parcels: LayerVersion, tmp_path: Path) -> None:
    tile = tile_at(8, 109.31, 38.97)
    features = tiles.found(parcels, tile)
    assert len(features) > tiles.CROWDED
    frame = read(tmp_path, tile, tiles.encode(parcels, tile, features))
    assert len(frame) < len(features) / 10
    drawn, true = frame.geometry.area.sum(), sum(shape.area for shape in shapes(parcels))
    assert drawn == pytest.approx(true, rel=0.1)


def ring_version(folder: Path, *parts: Any) -> LayerVersion:
    xy = np.concatenate([np.array(ring, float) for ring in parts])
    starts = np.concatenate([[0], np.cumsum([len(ring) for ring in parts])]).astype(np.int64)
    return version_of(folder, Rings(xy, starts, np.zeros(len(parts), np.int64), 1), ["a"])


def test_a_hole_stays_a_hole_and_two_parts_stay_two(tmp_path: Path) -> None:
    def at(west: float, south: float, side: float) -> list[tuple[float, float]]:
        return list(shapely.box(west, south, west + side, south + side).exterior.coords)

    hole = at(109.302, 38.962, 0.004)[::-1]
    version = ring_version(tmp_path / "v", at(109.30, 38.96, 0.01), hole, at(109.312, 38.96, 0.004))
    # outer rings anticlockwise, the hole clockwise, as `Rings` asks for
    polygons = version.reference.polygons
    assert [shapely.LinearRing(ring).is_ccw for ring in polygons.outline(0)] == [True, False, True]
    tile = tile_at(12, 109.306, 38.965)
    frame = read(tmp_path, tile, tiles.encode(version, tile, tiles.found(version, tile)))
    (shape,) = frame.geometry
    assert shape.geom_type == "MultiPolygon"
    assert sorted(len(part.interiors) for part in shape.geoms) == [0, 1]


def test_a_tile_inside_a_large_polygon_is_full_and_one_beside_it_empty(tmp_path: Path) -> None:
    version = ring_version(tmp_path / "v", [(109, 38), (110, 38), (110, 39), (109, 39), (109, 38)])
    inside, beside = tile_at(16, 109.5, 38.5), tile_at(16, 110.5, 38.5)
    frame = read(tmp_path, inside, tiles.encode(version, inside, tiles.found(version, inside)))
    assert frame.geometry.area.sum() == pytest.approx(square(inside).area)
    assert tiles.encode(version, beside, tiles.found(version, beside)) == b""


@given(st.integers(0, 22), st.integers(0, 1 << 22), st.integers(0, 1 << 22))
def test_the_box_of_a_tile_is_the_tile_in_degrees(z: int, x: int, y: int) -> None:
    tile = Tile(z, x >> (22 - z), y >> (22 - z))
    if not tile.exists:
        return
    west, south, east, north = mercator(shapely.box(*tile_box(tile.z, tile.x, tile.y, 0.0))).bounds
    assert (west, south, east, north) == pytest.approx(square(tile).bounds, rel=1e-9, abs=1e-3)


def test_a_straight_edge_in_degrees_bends_in_the_tile(tmp_path: Path) -> None:
    version = ring_version(tmp_path / "v", [(109, 38), (110, 38), (110.8, 39.6), (109, 38)])
    tile = tile_at(14, 110.4, 38.8)  # the middle of the long slanting edge
    frame = read(tmp_path, tile, tiles.encode(version, tile, tiles.found(version, tile)))
    fine = shapely.segmentize(shapely.Polygon(version.reference.polygons.outline(0)[0]), 0.0005)
    wanted = mercator(fine).intersection(square(tile))
    unit = 2 * HALF / 2**tile.z / EXTENT
    assert frame.geometry.iloc[0].symmetric_difference(wanted).area <= 2 * unit * wanted.length
