"""The formats beside the plain ones: each read back to the numbers that another writer put in."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from shoutu.errors import BadInput
from shoutu.layers.formats import SUPPORTED
from shoutu.layers.read import Features, read
from tests.layers import made

SQUARES = [made.SQUARE, made.square(110.1, 40, 0.001)]


def refused(source: str | Path, **options: str) -> str:
    with pytest.raises(BadInput) as caught:
        read(source, **options)
    assert caught.value.remedy is not None
    return caught.value.diagnostics("en")


def shapes(features: Features) -> list[Any]:
    return [None if wkb is None else shapely.from_wkb(wkb) for wkb in features.wkb.to_pylist()]


def written(path: Path, driver: str, crs: str = "EPSG:4490") -> Path:
    """Two squares with a code and a name, by GDAL's own writer."""
    source = made.geojson(
        path.parent / "source.geojson",
        (made.polygon(SQUARES[0]), {"code": 1101, "name": "耕地"}),
        (made.polygon(SQUARES[1]), {"code": 1102, "name": "村庄"}),
    )
    meta, _, geometry, fields = pyogrio.raw.read(source)
    pyogrio.raw.write(
        str(path), geometry, fields, meta["fields"], crs=crs, geometry_type="Polygon", driver=driver
    )
    source.unlink()
    return path


@pytest.mark.parametrize(
    ("name", "driver", "crs"),
    [
        ("a.fgb", "FlatGeobuf", "EPSG:4490"),
        ("a.gml", "GML", "EPSG:4490"),
        ("a.kml", "LIBKML", "EPSG:4326"),
        ("a.kmz", "LIBKML", "EPSG:4326"),
        ("a.gdb", "OpenFileGDB", "EPSG:4490"),
        ("a.geojsonl", "GeoJSONSeq", "EPSG:4326"),
    ],
)
def test_what_gdal_writes_comes_back(tmp_path: Path, name: str, driver: str, crs: str) -> None:
    features = read(written(tmp_path / name, driver, crs))
    assert features.crs.definition in (crs, "OGC:CRS84")
    assert features.layer == "a"
    # FlatGeobuf sorts by place.
    found = dict(zip(features.texts("code"), shapes(features), strict=True))
    assert sorted(found) == ["1101", "1102"]
    for shape, ring in zip((found["1101"], found["1102"]), SQUARES, strict=True):
        assert shape.symmetric_difference(shapely.Polygon(ring)).area < 1e-12
    assert sorted(p.name for p in tmp_path.iterdir()) == [name] or name == "a.gml"  # GDAL writes its .xsd


@pytest.mark.parametrize("inside", ["数据/农用地.gdb/", ""])
def test_a_file_geodatabase_in_a_zip(tmp_path: Path, inside: str) -> None:
    database = written(tmp_path / "a.gdb", "OpenFileGDB")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("说明.txt", "请查收")
        for part in database.iterdir():
            archive.write(part, f"{inside}{part.name}")
    features = read(tmp_path / "a.zip")
    assert (len(features), features.crs.definition) == (2, "EPSG:4490")
    assert features.texts("name") == ["耕地", "村庄"]


def test_a_folder_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "a.gdb").mkdir()
    assert "it is a folder" in refused(tmp_path / "a.gdb")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><kml xmlns="http://www.opengis.net/kml/2.2"/>',
         "document type"),
        ('<?xml version="1.0"?><html/>', "no vector layer"),
    ],
)  # fmt: skip
def test_xml_that_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.kml").write_text(text)
    assert said in refused(tmp_path / "a.kml")


def test_a_drawing_of_cad_must_be_saved_as_dxf(tmp_path: Path) -> None:
    (tmp_path / "a.dwg").write_bytes(b"AC1032" + bytes(100))
    assert "save it as DXF" in refused(tmp_path / "a.dwg")


def test_supported_formats_are_said_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_bytes(b"\x01\x02")
    assert SUPPORTED.en in refused(tmp_path / "a.xyz")
    assert "国土坐标 TXT" in SUPPORTED.zh


# ---- DXF ---------------------------------------------------------------------------------------------


def dxf(*entities: str) -> str:
    return "\n".join(("0", "SECTION", "2", "ENTITIES", *entities, "0", "ENDSEC", "0", "EOF")) + "\n"


def polyline(points: list[tuple[float, float]], closed: bool, layer: str = "红线") -> str:
    lines = ["0", "LWPOLYLINE", "8", layer, "90", str(len(points)), "70", "1" if closed else "0"]
    for x, y in points:
        lines += ["10", repr(x), "20", repr(y)]
    return "\n".join(lines)


BOX = [(37395212.66, 4385827.895), (37395312.66, 4385827.895), (37395312.66, 4385927.895)]


def test_closed_outlines_of_a_drawing_are_polygons(tmp_path: Path) -> None:
    open_ = polyline(BOX, closed=False)
    by_hand = polyline([*BOX, BOX[0]], closed=False, layer="2")
    text = "\n".join(("0", "TEXT", "8", "0", "10", "37395212", "20", "4385827", "40", "2.5", "1", "x"))
    file = tmp_path / "a.dxf"
    file.write_text(dxf(polyline(BOX, closed=True), open_, text, by_hand), encoding="utf-8")
    assert "--crs EPSG:4525" in refused(file)
    features = read(file, crs="EPSG:4525")
    found = shapes(features)
    assert [shape is None for shape in found] == [False, True, True, False]
    for shape in (found[0], found[3]):
        assert shape.equals(shapely.Polygon(BOX))
    assert [note.en for note in features.notes] == [
        "1 lines that are not closed were left out",
        "1 points and texts of the drawing were left out",
    ]
    assert features.texts("Layer")[3] == "2"


# ---- GeoParquet --------------------------------------------------------------------------------------


def geoparquet(path: Path, column: dict[str, Any] | None, **more: Any) -> Path:
    wkb = [shapely.Polygon(ring).wkb for ring in SQUARES]
    table = pa.table({"name": ["耕地", None], "geometry": pa.array(wkb, pa.binary())})
    if column is not None:
        head = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}, **more}
        table = table.replace_schema_metadata({"geo": json.dumps(head)})
    pq.write_table(table, path)
    return path


def test_geoparquet_states_its_system(tmp_path: Path) -> None:
    wkb = {"encoding": "WKB", "geometry_types": ["Polygon"]}
    plain = read(geoparquet(tmp_path / "a.parquet", wkb))
    assert plain.crs.definition == "OGC:CRS84"
    assert plain.texts("name") == ["耕地", ""]
    assert shapes(plain)[0].equals(shapely.Polygon(SQUARES[0]))
    from pyproj import CRS

    stated = read(geoparquet(tmp_path / "b.parquet", {**wkb, "crs": CRS("EPSG:4490").to_json_dict()}))
    assert CRS(stated.crs.definition).to_epsg() == 4490
    unknown = geoparquet(tmp_path / "c.parquet", {**wkb, "crs": None})
    assert "does not say its CRS" in refused(unknown)
    assert read(unknown, crs="EPSG:4490").crs.definition == "EPSG:4490"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (None, "holds no geometry"),
        ({"encoding": "polygon"}, "not WKB"),
        ({"encoding": "WKB", "edges": "spherical"}, "spherical"),
    ],
)
def test_parquet_that_is_refused(tmp_path: Path, column: dict[str, Any] | None, said: str) -> None:
    assert said in refused(geoparquet(tmp_path / "a.parquet", column))


def test_parquet_that_is_cut(tmp_path: Path) -> None:
    whole = geoparquet(tmp_path / "a.parquet", {"encoding": "WKB"}).read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[: len(whole) // 2])
    assert "incomplete" in refused(tmp_path / "b.parquet")


# ---- tables of boundary points -------------------------------------------------------------------------

NORTH, EAST = 4385827.895, 395212.66


def test_points_of_a_workbook_and_of_a_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["界址点成果表"])
    sheet.append(["地块编号", "点号", "圈号", "X", "Y"])
    corners = [(0, 0), (0, 100), (100, 100), (100, 0)]
    hole = [(20, 20), (20, 40), (40, 40), (20, 20)]
    for ring, points in ((1, corners), (2, hole)):
        for number, (north, east) in enumerate(points, 1):
            sheet.append(["甲", f"J{number}", ring, NORTH + north, EAST + east])
    book.save(tmp_path / "a.xlsx")
    features = read(tmp_path / "a.xlsx", crs="EPSG:4546")
    (shape,) = shapes(features)
    assert shape.area == pytest.approx(100 * 100 - 20 * 20 / 2)
    assert shape.bounds[:2] == pytest.approx((EAST, NORTH))
    assert features.texts("地块编号") == ["甲"]
    assert [note.en for note in features.notes] == ["1 rings were not closed and now are"]

    rows = "\n".join(f"{name},{37000000 + EAST + x},{NORTH + y}" for name in "甲乙" for y, x in corners)
    (tmp_path / "a.csv").write_bytes(f"地块编号,Y,X\n{rows}\n".encode("gb18030"))
    assert "--crs EPSG:4525" in refused(tmp_path / "a.csv")
    features = read(tmp_path / "a.csv", crs="EPSG:4525")
    assert features.texts("地块编号") == ["甲", "乙"]
    assert all(shape.area == pytest.approx(10000) for shape in shapes(features))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("甲,1,x,395212.66", "row 2, field X"),
        (f"甲,1,{NORTH},395212.66\n,2,{NORTH},395212.66", "row 3, field 地块编号"),
        (f"甲,1,{NORTH},395212.66\n甲,2,{NORTH},395312.66", "fewer than three"),
        (f"甲,1,{NORTH},395212.66\n甲,2,395212.66,{NORTH}", "row 3"),
        ("甲,1,12,13", "neither Gauss–Krüger nor degrees"),
    ],
)
def test_points_that_are_refused(tmp_path: Path, rows: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(f"地块编号,点号,X,Y\n{rows}\n", encoding="utf-8")
    assert said in refused(tmp_path / "a.csv", crs="EPSG:4546")


def test_a_kml_of_several_folders_lists_those_that_hold_something(tmp_path: Path) -> None:
    ring = " ".join(f"{x},{y}" for x, y in made.SQUARE)
    shape = (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>" + ring
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )  # fmt: skip
    folders = "".join(
        f"<Folder><name>{name}</name><Placemark>{shape}</Placemark></Folder>" for name in ("甲", "乙")
    )
    (tmp_path / "a.kml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"{folders}<Folder><name>空</name></Folder></Document></kml>",
        encoding="utf-8",
    )
    said = refused(tmp_path / "a.kml")
    assert "甲, 乙" in said
    assert len(read(f"{tmp_path / 'a.kml'}|layername=乙")) == 1


def test_wkb_of_either_byte_order_and_with_heights_is_closed() -> None:
    from shoutu.layers.outlines import closed

    points = [(0.0, 0.0, 5.0), (1.0, 0.0, 5.0), (1.0, 1.0, 5.0), (0.0, 0.0, 5.0)]
    flat = [number for point in points for number in point]
    big = struct.pack(">BII12d", 0, 1002, 4, *flat)
    extended = struct.pack("<BII12d", 1, 0x80000002, 4, *flat)
    out, notes = closed(pa.array([big, extended, None, shapely.Point(1, 2).wkb]))
    found = out.to_pylist()
    for wkb in found[:2]:
        assert shapely.from_wkb(wkb).equals(shapely.Polygon([p[:2] for p in points]))
    assert found[2:] == [None, None]
    assert [note.en for note in notes] == ["1 points and texts of the drawing were left out"]
