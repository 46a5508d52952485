"""A version handed out as a file and read back by GDAL, geopandas and our own reader: the same features."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from functools import partial
from pathlib import Path

import geopandas
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from shoutu.errors import BadInput
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.geometry.wkb import encoded
from shoutu.layers import export_layer
from shoutu.layers.export_layer import ABOUT, export_version, format_of
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.read import read
from shoutu.layers.write import write_version
from tests import oracles
from tests.geometry.polygons import rings_of

META = VersionMeta(
    name="dltb", version="0001-ab", source_file="dltb.gpkg", source_sha256="0" * 64, as_of="2024-12-31",
    crs="EPSG:4490", secrecy="internal", class_field="DLBM",
)  # fmt: skip
HOLED = shapely.box(109.0, 39.0, 109.01, 39.01).difference(shapely.box(109.002, 39.002, 109.004, 39.004))
TWO = shapely.MultiPolygon([HOLED, shapely.box(109.02, 39.0, 109.03, 39.01)])
SHAPES = [shapely.box(109.1, 39.1, 109.2, 39.2), None, TWO, HOLED, shapely.box(109.3, 39.3, 109.4, 39.4)]
TABLE = pa.table(
    {
        "DLBM": ["0101", None, "0301", "", "村,“里”"],
        "fid": pa.array([7, 8, None, 10, 2**40], pa.int64()),
        "面积": pa.array([1.5, None, -0.0, 1e15, 2.0]),
        "day": pa.array([datetime(2024, 1, 2, 3, 4, 5)] * 4 + [None], pa.timestamp("ms")),
        "list": pa.array([[1, 2], None, [], [3], [4]], pa.list_(pa.int64())),
    }
)


def made(folder: Path, crs: str = "EPSG:4490") -> LayerVersion:
    shapes = [shapely.MultiPolygon() if shape is None else shape for shape in SHAPES]
    meta = msgspec.structs.replace(META, crs=crs)
    if crs == "EPSG:4490":
        write_version(folder, prepare(rings_of(shapes)), TABLE, meta)
    else:
        to_plane = partial(oracles.transformer(crs).transform, direction="INVERSE")
        moved = shapely.transform(shapes, lambda xy: np.column_stack(to_plane(*xy.T)))
        rings = rings_of(moved)
        write_version(folder, prepare(rings, lambda xy: oracles.to_lonlat(crs, xy)), TABLE, meta, rings)
    return open_version(folder)


def same_shapes(found: list[shapely.Geometry | None], version: LayerVersion, within: float) -> None:
    rings, count = version.delivered(), version.meta.features
    assert len(found) == count
    for feature, shape in enumerate(found):
        mine = [
            rings.xy[rings.starts[k] : rings.starts[k + 1]] for k in np.flatnonzero(rings.owners == feature)
        ]
        if not mine:
            assert shape is None or shape.is_empty
            continue
        assert shape.is_valid
        theirs = [
            np.asarray(ring.coords)
            for part in shapely.get_parts(shape)
            for ring in (part.exterior, *part.interiors)
        ]
        # a shapefile runs its rings the other way round, a FileGDB starts them elsewhere
        pairs = zip(sorted(map(corners, mine)), sorted(map(corners, theirs)), strict=True)
        for ring, other in pairs:
            assert np.abs(np.array(ring) - np.array(other)).max() <= within


def corners(ring: np.ndarray) -> list[tuple[float, float]]:
    return sorted(map(tuple, ring[:-1].tolist()))


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4525"])
@pytest.mark.parametrize("name", ["a.parquet", "a.gpkg", "a.fgb", "a.shp.zip", "a.gdb.zip"])
def test_what_gdal_reads_is_what_the_version_holds(
    tmp_path: Path, name: str, crs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_layer, "_BLOCK", 2)
    version = made(tmp_path / "v", crs)
    steps: list[tuple[int, int]] = []
    export_version(version, tmp_path / name, progress=lambda done, of: steps.append((done, of)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "v"])
    if name == "a.parquet":
        frame = geopandas.read_parquet(tmp_path / name)
    else:
        inside = "dltb.gdb" if "gdb" in name else "dltb.shp"
        source = f"/vsizip/{tmp_path / name}/{inside}" if name.endswith("zip") else tmp_path / name
        frame = pyogrio.read_dataframe(source)
    assert frame.crs.to_epsg(min_confidence=20) == int(crs[5:])
    exact = not name.endswith(".gdb.zip")
    same_shapes(list(frame.geometry), version, 0.0 if exact else 1e-9 if crs == "EPSG:4490" else 1e-4)
    assert frame["DLBM"].fillna("").tolist() == ["0101", "", "0301", "", "村,“里”"]
    assert frame["面积"].dropna().tolist() == pytest.approx([1.5, 0.0, 1e15, 2.0])
    assert frame["fid"].dropna().tolist() == [7, 8, 10, 2**40]


def test_our_own_reader_takes_every_format_back(tmp_path: Path) -> None:
    version = made(tmp_path / "v")
    for name in ("a.parquet", "a.gpkg", "a.shp.zip", "a.gdb.zip"):
        export_version(version, tmp_path / name)
        features = read(tmp_path / name)
        assert len(features) == 5
        assert features.crs.name.startswith("EPSG:4490") or "2000" in features.crs.name
        assert features.texts("DLBM") == ["0101", "", "0301", "", "村,“里”"]


def test_geoparquet_says_what_it_is(tmp_path: Path) -> None:
    version = made(tmp_path / "v", "EPSG:4525")
    export_version(version, tmp_path / "a.parquet")
    file = pq.ParquetFile(tmp_path / "a.parquet")
    geo = json.loads(file.metadata.metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], geo["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert column["geometry_types"] == ["MultiPolygon", "Polygon"]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4525}
    assert column["covering"]["bbox"]["ymax"] == ["bbox", "ymax"]
    boxes = file.read(["bbox"]).column(0).to_pylist()
    shapes = geopandas.read_parquet(tmp_path / "a.parquet").geometry
    assert boxes[1] is None
    for k in (0, 2, 3, 4):
        assert tuple(boxes[k].values()) == shapes[k].bounds
    assert tuple(column["bbox"]) == tuple(shapes.total_bounds)
    said = json.loads(file.metadata.metadata[b"shoutu"])
    assert (said["secrecy"], said["as_of"], said["checksum"]) == (
        "internal",
        "2024-12-31",
        version.meta.checksum,
    )
    assert file.read().column("list").to_pylist() == TABLE.column("list").to_pylist()


def test_zips_and_packages_carry_the_secrecy(tmp_path: Path) -> None:
    version = made(tmp_path / "v")
    for name in ("a.shp.zip", "a.gdb.zip"):
        export_version(version, tmp_path / name)
        page = zipfile.ZipFile(tmp_path / name).read(ABOUT).decode()
        assert "密级：内部" in page
        assert version.meta.checksum in page
    export_version(version, tmp_path / "a.gpkg")
    assert pyogrio.read_info(tmp_path / "a.gpkg")["layer_metadata"]["shoutu_secrecy"] == "internal"


def test_what_cannot_be_written_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = made(tmp_path / "v")
    with pytest.raises(BadInput, match="format"):
        format_of(tmp_path / "a.docx")
    with pytest.raises(BadInput, match="folder"):
        export_version(version, tmp_path / "none" / "a.gpkg")
    monkeypatch.setattr(export_layer, "_SHP_BYTES", 100)
    with pytest.raises(BadInput, match="shapefile"):
        export_version(version, tmp_path / "a.shp.zip")
    (tmp_path / "a.gpkg").write_text("old")
    monkeypatch.setattr(export_layer, "_plain", lambda *_: 1 / 0)
    with pytest.raises(Exception, match=r".+"):
        export_version(version, tmp_path / "a.gpkg")
    assert (tmp_path / "a.gpkg").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gpkg", "v"]


def test_a_shell_too_thin_for_floats_is_still_a_shell() -> None:
    thin = np.array([[0.1, 0.1], [0.7, 0.7000000000000001], [0.3, 0.30000000000000004], [0.1, 0.1]])
    square = np.array([[5.0, 5.0], [6.0, 5.0], [6.0, 6.0], [5.0, 5.0]])
    exact = shapely.from_wkb(shapely.to_wkb(shapely.Polygon(thin))).exterior.is_ccw
    ring = thin if exact else thin[::-1]
    rings = Rings(np.concatenate([square, ring]), np.array([0, 4, 8]), np.array([0, 0]), 1)
    data, begins, _ = encoded(rings)
    shape = shapely.from_wkb(data[begins[0] : begins[1]].tobytes())
    assert [len(part.interiors) for part in shape.geoms] == [0, 0]


def test_names_in_a_shapefile_are_whole_characters_and_distinct() -> None:
    names = ["地类名称", "地类名称代码", "a_very_long_name", "a_very_long_one", "DLBM", "ТБМЖ-талбай"]
    short = export_layer._short(names)
    assert short == ["地类名", "地类_2", "a_very_lon", "a_very_l_2", "DLBM", "ТБМЖ-"]
    assert all(len(name.encode()) <= 10 for name in short)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4525"])
@pytest.mark.parametrize("name", ["a.parquet", "a.gpkg", "a.shp.zip"])
def test_some_features_go_out_as_they_stand_in_the_whole(
    tmp_path: Path, name: str, crs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_layer, "_BLOCK", 2)
    version = made(tmp_path / "v", crs)
    export_version(version, tmp_path / name, features=np.array([0, 2, 4]))
    frame = (
        geopandas.read_parquet(tmp_path / name)
        if name == "a.parquet"
        else pyogrio.read_dataframe(
            f"/vsizip/{tmp_path / name}/dltb.shp" if name.endswith("zip") else tmp_path / name
        )
    )
    export_version(version, tmp_path / "whole.parquet")
    whole = geopandas.read_parquet(tmp_path / "whole.parquet").iloc[[0, 2, 4]]
    assert frame["DLBM"].tolist() == whole["DLBM"].tolist() == ["0101", "0301", "村,“里”"]
    assert shapely.equals(list(frame.geometry), list(whole.geometry)).all()
