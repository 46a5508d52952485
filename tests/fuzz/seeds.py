"""Whole files of every format to mutate: made ones, and real ones where their folder is beside the clone."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
import pyogrio
import pyogrio.raw

from shoutu.layers.formats import PARTS_OF_SHP
from tests.layers import made
from tests.layers.test_formats import BOX, dxf, polyline, written
from tests.layers.test_landtext import HEAD, PARCEL, lines

SHARED = Path(__file__).resolve().parent.parent.parent.parent / "shared"
FEW = 25
"""Features kept of a large real file."""


@dataclass(frozen=True)
class Seed:
    """parts    the files by name; main: the one that is read; archive: the zip that they lie in, if any
    kinds    what of GDAL the child has loaded
    share    of all cases, in parts of the sum over the seeds
    """

    name: str
    parts: dict[str, bytes]
    main: str
    kinds: frozenset[str]
    archive: str | None = None
    share: int = 2


def _shp(path: Path) -> dict[str, bytes]:
    parts = {path.name: path.read_bytes()}
    for suffix in PARTS_OF_SHP:
        if path.with_suffix(suffix).is_file():
            parts[path.with_suffix(suffix).name] = path.with_suffix(suffix).read_bytes()
    return parts


def _few(path: Path) -> bytes:
    """The first features of a GeoJSON."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if "features" in document:
        document["features"] = document["features"][:FEW]
    return json.dumps(document, ensure_ascii=False).encode()


def _real() -> Iterator[Seed]:
    vector, admin = SHARED / "data" / "vector", SHARED / "data" / "admin"
    for path in sorted(vector.rglob("*.shp")):
        if path.stat().st_size < 200_000:
            name = path.stem[:30]
            yield Seed(f"real {name}.shp", _shp(path), path.name, frozenset({"shp"}), share=1)
            yield Seed(f"real {name}.zip", _shp(path), path.name, frozenset({"shp"}), f"{name}.zip", 1)
    for path in sorted((*vector.rglob("*.geojson"), *admin.rglob("*.geojson"))):
        yield Seed(
            f"real {path.stem[:30]}.geojson",
            {"a.geojson": _few(path)},
            "a.geojson",
            frozenset({"json"}),
            share=1,
        )
    for path in sorted(vector.rglob("*.shp"))[:2]:
        with tempfile.TemporaryDirectory() as name:
            for driver, suffix, kind in (
                ("GPKG", ".gpkg", "gpkg"),
                ("FlatGeobuf", ".fgb", "fgb"),
                ("LIBKML", ".kml", "kml"),
            ):
                file = Path(name) / f"a{suffix}"
                meta, _, geometry, fields = pyogrio.raw.read(path, max_features=10)
                texts = [k for k, values in enumerate(fields) if values.dtype == object]
                pyogrio.raw.write(
                    str(file),
                    geometry,
                    [fields[k] for k in texts],
                    [meta["fields"][k] for k in texts],
                    crs=meta["crs"],
                    geometry_type="Unknown",
                    driver=driver,
                )
                yield Seed(
                    f"real {path.stem[:30]}{suffix}",
                    {file.name: file.read_bytes()},
                    file.name,
                    frozenset({kind}),
                )


def _made(folder: Path) -> Iterator[Seed]:
    for suffix, driver, kind in (
        (".fgb", "FlatGeobuf", "fgb"), (".gml", "GML", "gml"), (".kml", "LIBKML", "kml"),
        (".geojsonl", "GeoJSONSeq", "json"), (".gpkg", "GPKG", "gpkg"),
    ):  # fmt: skip
        path = written(folder / f"a{suffix}", driver)
        yield Seed(f"made {suffix}", {path.name: path.read_bytes()}, path.name, frozenset({kind}), share=4)
    kmz = written(folder / "a.kmz", "LIBKML")
    with zipfile.ZipFile(kmz) as packed:
        parts = {member: packed.read(member) for member in packed.namelist()}
    yield Seed("made .kmz", parts, "doc.kml", frozenset({"kml"}), "a.kmz", 3)
    gdb = written(folder / "a.gdb", "OpenFileGDB")
    parts = {f"a.gdb/{part.name}": part.read_bytes() for part in gdb.iterdir()}
    yield Seed("made .gdb in a zip", parts, "", frozenset({"gdb"}), "gdb.zip", 5)
    columns: dict[str, list[str | int | None]] = {"编号": [1, 2], "地类": ["旱地", None]}
    shp = made.shapefile(folder / "b.shp", [[made.SQUARE], None], columns, encoding="gb18030", cpg="GBK")
    yield Seed("made .shp", _shp(shp), shp.name, frozenset({"shp"}), share=6)
    drawing = dxf(polyline(BOX, closed=True), polyline(BOX, closed=False)).encode()
    yield Seed("made .dxf", {"a.dxf": drawing}, "a.dxf", frozenset({"dxf"}), share=5)
    wkt = 'id,名称,WKT\n1,甲,"POLYGON ((110 40,110.1 40,110.1 40.1,110 40))"\n2,乙,\n'
    yield Seed("made .csv", {"a.csv": wkt.encode("gb18030")}, "a.csv", frozenset({"csv"}), share=4)
    text = HEAD + PARCEL + lines()
    yield Seed("made .txt", {"a.txt": text.encode("gb18030")}, "a.txt", frozenset(), share=2)
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (
        ("地块编号", "X", "Y"),
        ("A", 4385827.8, 37395212.6),
        ("A", 4385927.8, 37395212.6),
        ("A", 4385927.8, 37395312.6),
    ):
        book.active.append(row)
    book.save(file)
    with zipfile.ZipFile(file) as packed:
        parts = {member: packed.read(member) for member in packed.namelist()}
    yield Seed("made .xlsx", parts, "", frozenset({"points"}), "a.xlsx", 3)


@cache
def every() -> tuple[Seed, ...]:
    with tempfile.TemporaryDirectory() as name:
        return (*_made(Path(name)), *(_real() if SHARED.is_dir() else ()))
