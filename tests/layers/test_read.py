"""Files in: what each format says, what is noticed, and what a reader is told when it cannot be read."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from shoutu.errors import BadInput
from shoutu.layers.read import as_texts, read
from tests.layers import made


def message(source: str | Path, **options: str) -> str:
    with pytest.raises(BadInput) as caught:
        read(source, **options)
    for language in ("zh", "en"):
        assert caught.value.remedy is not None
        assert caught.value.remedy.to(language)
    return caught.value.diagnostics("en")


def test_geojson_with_nulls_counted_and_integers_kept(tmp_path: Path) -> None:
    file = made.geojson(
        tmp_path / "a.geojson",
        (made.polygon(made.SQUARE), {"code": 1101, "name": "耕地", "share": 2.0, "big": 9007199254740993}),
        (None, {"code": None, "name": None, "share": 0.5, "big": None}),
        (made.polygon(made.SQUARE), {"code": 1102, "name": "", "share": None, "big": 1}),
    )
    features = read(file)
    assert len(features) == 3
    assert features.crs.definition == "OGC:CRS84"
    assert features.texts("code") == ["1101", "", "1102"]
    assert features.texts("name") == ["耕地", "", ""]
    assert features.texts("share") == ["2", "0.5", ""]
    assert features.texts("big") == ["9007199254740993", "", "1"]
    with pytest.raises(BadInput) as caught:
        features.texts("class")
    assert "code, name, share, big" in caught.value.diagnostics("en")


def test_class_texts_of_every_type() -> None:
    import datetime

    for values, kind, expected in [
        ([1, None], pa.int32(), ["1", ""]),
        ([1.0, -0.0, 1.25, 1e300, None, float("nan")], pa.float64(), ["1", "0", "1.25", "1e+300", "", ""]),
        ([True, False, None], pa.bool_(), ["true", "false", ""]),
        ([datetime.date(2024, 5, 6), None], pa.date32(), ["2024-05-06", ""]),
        ([[1, 2], None], pa.list_(pa.int32()), ["1,2", ""]),
        ([b"\x01\xff", None], pa.binary(), ["01ff", ""]),
        ([" a ", None], pa.large_string(), [" a ", ""]),
    ]:
        assert as_texts(pa.chunked_array([pa.array(values, type=kind)])) == expected
    stamps = pa.chunked_array([pa.array([datetime.datetime(2024, 5, 6, 7, 8, 9)], type=pa.timestamp("s"))])
    assert as_texts(stamps) == ["2024-05-06 07:08:09"]


@pytest.mark.parametrize(
    ("crs", "definition"),
    [
        (
            {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
            "urn:ogc:def:crs:EPSG::4490",
        ),
        (
            {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
            "urn:ogc:def:crs:OGC:1.3:CRS84",
        ),
    ],
)
def test_the_crs_member_of_a_geojson(tmp_path: Path, crs: object, definition: str) -> None:
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(made.SQUARE), {}), crs=crs)
    assert read(file).crs.definition == definition


def test_a_geojson_whose_crs_nobody_knows_is_not_taken_for_degrees(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "somewhere"}}
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(made.SQUARE), {}), crs=crs)
    assert "somewhere" in message(file)
    unsaid = made.geojson(tmp_path / "b.geojson", (made.polygon(made.SQUARE), {}), crs=None)
    assert "EPSG:4490" in message(unsaid)
    assert read(unsaid, crs="EPSG:4490").crs.definition == "EPSG:4490"


def test_a_geojson_in_metres_without_crs_asks_and_takes_the_named_one(tmp_path: Path) -> None:
    ring = made.square(37_400_000, 4_380_000, 100)
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(ring), {}))
    text = message(file)
    assert "zone 37" in text
    assert "--crs EPSG:4525" in text
    assert read(file, crs="EPSG:4525").crs.definition == "EPSG:4525"


def test_a_name_for_another_file_does_not_turn_degrees_into_metres(tmp_path: Path) -> None:
    file = made.geojson(tmp_path / "a.geojson", (made.polygon(made.SQUARE), {}))
    assert read(file, crs="EPSG:4525").crs.definition == "OGC:CRS84"


def test_newline_delimited_geojson(tmp_path: Path) -> None:
    import json

    lines = [
        {"type": "Feature", "properties": {"n": n}, "geometry": made.polygon(made.SQUARE)} for n in (3, 1, 2)
    ]
    file = tmp_path / "lines.geojsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert read(file).texts("n") == ["3", "1", "2"]


def test_a_geometry_that_gdal_would_drop_is_named(tmp_path: Path) -> None:
    good = made.polygon(made.SQUARE)
    bad = {"type": "Polygon", "coordinates": [[["x", 0], [1, 0], [1, 1], ["x", 0]]]}
    file = made.geojson(tmp_path / "a.geojson", (good, {}), (None, {}), (bad, {}))
    assert "feature 2" in message(file)


@pytest.mark.parametrize("language", [0, 0x57, 0x4D])
def test_a_gbk_shapefile_without_cpg_reads_right_and_says_so(tmp_path: Path, language: int) -> None:
    file = made.shapefile(
        tmp_path / "图斑.shp",
        [[made.square(110, 40, 0.001, clockwise=True)], None],
        {"地类名称": ["水浇地", "喆镕旱地"], "BSM": [7, None]},
        encoding="gbk",
        language=language,
    )
    features = read(file)
    assert features.fields.column_names == ["地类名称", "BSM"]
    assert features.texts("地类名称") == ["水浇地", "喆镕旱地"]
    assert features.texts("BSM") == ["7", ""]
    assert "GB18030" in features.notes[0].en
    assert features.wkb.null_count == 1


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "note"),
    [
        ("utf-8", "UTF-8", 0x57, None),
        ("gbk", "GBK", 0, None),
        ("gb18030", "936", 0, None),
        ("utf-8", None, 0x57, "UTF-8"),  # GDAL would believe the table's byte: Latin-1
        ("gbk", "UTF-8", 0, "does not fit"),
    ],
)
def test_encodings_said_and_unsaid(
    tmp_path: Path, encoding: str, cpg: str | None, language: int, note: str | None
) -> None:
    file = made.shapefile(
        tmp_path / "a.shp",
        [[made.square(110, 40, 0.001, clockwise=True)]],
        {"名称": ["旱地"]},
        encoding=encoding,
        language=language,
        cpg=cpg,
    )
    features = read(file)
    assert features.texts("名称") == ["旱地"]
    assert (note is None and not features.notes) or (note is not None and note in features.notes[0].en)


def test_western_text_without_cpg_is_not_read_as_chinese(tmp_path: Path) -> None:
    ring = [made.square(110, 40, 0.001, clockwise=True)]
    file = made.shapefile(
        tmp_path / "a.shp", [ring], {"LIB": ["zone réservée à protéger"]}, encoding="cp1252"
    )
    assert read(file).texts("LIB") == ["zone réservée à protéger"]


def test_a_zipped_shapefile_with_chinese_names_in_gbk(tmp_path: Path) -> None:
    ring = [made.square(110, 40, 0.001, clockwise=True)]
    file = made.shapefile(tmp_path / "永久基本农田.shp", [ring], {"名": ["旱地"]}, encoding="gbk")
    for gbk_names in (True, False):
        archive = made.zipped(
            tmp_path / "upload.zip", *made.siblings(file), folder="数据/", gbk_names=gbk_names
        )
        features = read(archive)
        assert features.layer == "永久基本农田"
        assert features.texts("名") == ["旱地"]
        assert features.crs.name.startswith("China") or "2000" in features.crs.name


def test_a_zip_of_several_layers_lists_them(tmp_path: Path) -> None:
    ring = [made.square(110, 40, 0.001, clockwise=True)]
    files = [made.shapefile(tmp_path / f"{name}.shp", [ring]) for name in ("规划", "现状")]
    archive = made.zipped(tmp_path / "two.zip", *(part for file in files for part in made.siblings(file)))
    text = message(archive)
    assert "规划" in text
    assert "现状" in text
    assert "|layername=" in text
    assert read(f"{archive}|layername=现状").layer == "现状"
    assert "no such layer" in message(f"{archive}|layername=林地")


def test_a_geopackage_of_several_layers(tmp_path: Path) -> None:
    file = tmp_path / "many.gpkg"
    for name, kind, wkt in [
        ("地块", "Polygon", "POLYGON ((110 40, 110.1 40, 110.1 40.1, 110 40))"),
        ("道路", "LineString", "LINESTRING (110 40, 111 41)"),
    ]:
        _append(file, name, kind, wkt, "EPSG:4490")
    features = read(file)
    assert features.layer == "地块"
    assert features.crs.definition == "EPSG:4490"
    _append(
        file, "规划", "MultiPolygon", "MULTIPOLYGON (((110 40, 110.1 40, 110.1 40.1, 110 40)))", "EPSG:4525"
    )
    text = message(file)
    assert "地块" in text
    assert "规划" in text
    assert "道路" not in text.split("found")[1].split("\n")[0]
    assert read(f"{file}|layername=规划").layer == "规划"
    assert read(file, layer="规划").crs.definition == "EPSG:4525"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.gpkg"]  # nothing left beside it


def _append(file: Path, name: str, kind: str, wkt: str, crs: str) -> None:
    import numpy as np
    import pyogrio
    import shapely

    wkb = np.array([shapely.from_wkt(wkt).wkb], dtype=object)
    pyogrio.raw.write(
        file,
        wkb,
        [np.array([1])],
        ["n"],
        layer=name,
        geometry_type=kind,
        crs=crs,
        driver="GPKG",
        append=file.exists(),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_with_a_wkt_column(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "地块.csv"
    file.write_text(
        '编号,geometry\n007,"POLYGON ((110 40,110.1 40,110.1 40.1,110 40))"\n008,\n', encoding=encoding
    )
    features = read(file, crs="EPSG:4490")
    assert features.texts("编号") == ["007", "008"]
    assert features.wkb.null_count == 1
    assert "EPSG:4490" in message(file)


def test_csv_without_geometry_and_with_bad_wkt(tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    plain.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "no geometry" in message(plain, crs="EPSG:4490")
    bad = tmp_path / "b.csv"
    bad.write_text('a,WKT\n1,"POLYGON ((110 40,110.1"\n', encoding="utf-8")
    assert "feature 0" in message(bad, crs="EPSG:4490")


def test_a_missing_prj_proposes_and_a_named_crs_is_taken(tmp_path: Path) -> None:
    ring = [made.square(36_400_000, 4_380_000, 100, clockwise=True)]
    file = made.shapefile(tmp_path / "a.shp", [ring], prj=None)
    assert "--crs EPSG:4524" in message(file)
    assert read(file, crs="EPSG:4524").crs.definition == "EPSG:4524"


def test_another_datum_needs_a_named_way_from_it(tmp_path: Path) -> None:
    xian = made.CGCS2000_PRJ.replace("D_China_2000", "D_Xian_1980").replace(
        '"CGCS2000",6378137.0,298.257222101', '"Xian_1980",6378140.0,298.257'
    )
    ring = [made.square(110, 40, 0.001, clockwise=True)]
    file = made.shapefile(tmp_path / "a.shp", [ring], prj=xian)
    assert "refused" in message(file)
    assert "refused" in message(file, crs="EPSG:4490")  # a name for the unnamed does not overrule the file
    way = "EPSG:4610 via towgs84=10,20,30"
    assert read(file, crs=way).crs.definition == way


@pytest.mark.parametrize("prj", ["rubbish", made.CGCS2000_PRJ.replace("D_China_2000", "D_Unknown"), "  "])
def test_a_prj_that_says_nothing_gives_way_to_a_named_crs(tmp_path: Path, prj: str) -> None:
    file = made.shapefile(tmp_path / "a.shp", [[made.square(110, 40, 0.001, clockwise=True)]], prj=prj)
    assert "--crs EPSG:4490" in message(file)
    assert read(file, crs="EPSG:4490").crs.definition == "EPSG:4490"


def test_a_named_crs_that_was_not_needed_is_told(tmp_path: Path) -> None:
    file = made.shapefile(tmp_path / "a.shp", [[made.square(110, 40, 0.001, clockwise=True)]])
    assert [note.en for note in read(file, crs="EPSG:4525").notes] == [
        "the file states its own CRS; --crs was not applied"
    ]
    assert not read(file, crs="EPSG:4490").notes


def test_missing_empty_and_wrong_files(tmp_path: Path) -> None:
    assert "no such file" in message(tmp_path / "nothing.shp")
    empty = tmp_path / "empty.geojson"
    empty.touch()
    assert "0 bytes" in message(empty)
    png = tmp_path / "picture.shp"
    png.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "PNG" in message(png)
    rubbish = tmp_path / "rubbish.gpkg"
    rubbish.write_bytes(os.urandom(1000))
    assert "neither content nor name" in message(rubbish)
    assert "folder" in message(tmp_path)
    file = made.shapefile(tmp_path / "a.shp", [[made.square(110, 40, 0.001)]])
    assert ".shp" in message(file.with_suffix(".dbf"))
    file.with_suffix(".shx").unlink()
    assert ".shx" in message(file)
    topology = tmp_path / "t.json"
    topology.write_text('{"type": "Topology", "objects": {}}', encoding="utf-8")
    assert "cannot be opened" in message(topology)
    lite = tmp_path / "x.gpkg"
    lite.write_bytes(b"SQLite format 3\x00" + bytes(500))
    assert "cannot be opened" in message(lite)


def test_truncated_files_are_never_half_read(tmp_path: Path) -> None:
    features = [(made.polygon(made.square(110 + n / 100, 40, 0.005)), {"n": n}) for n in range(200)]
    whole = made.geojson(tmp_path / "whole.geojson", *features)
    cut = tmp_path / "cut.geojson"
    cut.write_bytes(whole.read_bytes()[:-500])
    message(cut)
    rings = [[made.square(110 + n / 100, 40, 0.005, clockwise=True)] for n in range(200)]
    shp = made.shapefile(tmp_path / "cut.shp", rings)
    archive = made.zipped(tmp_path / "cut.zip", *made.siblings(shp))
    archive.write_bytes(archive.read_bytes()[:-200])
    assert "damaged" in message(archive)
    shp.write_bytes(shp.read_bytes()[: -136 * 50])
    message(shp)


def test_addresses_and_virtual_files_are_refused(tmp_path: Path) -> None:
    for source in (
        "/vsicurl/http://127.0.0.1/x.geojson",
        "http://127.0.0.1/x",
        "WFS:http://127.0.0.1",
        "<OGRVRT>",
    ):
        assert "only files on this machine" in message(source)
    vrt = tmp_path / "x.geojson"
    vrt.write_text('<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>', encoding="utf-8")
    assert "XML" in message(vrt)


def test_the_empty_collection_is_a_layer_without_features(tmp_path: Path) -> None:
    assert len(read(made.geojson(tmp_path / "a.geojson"))) == 0


def test_a_zip_without_layers(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("说明.txt", "无")
    assert "holds no layer" in message(archive)
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("a.shp", b"\x89PNG....")
    message(archive)
