"""The parsers that we wrote, each with files that it reads, and the call that a mutation goes into.

A call returns, or raises one of the errors that a user reads; everything else is a fault.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from shoutu import crs
from shoutu.errors import BadInput, NotFound, VerificationFailed, Where
from shoutu.geometry import repair
from shoutu.geometry.prepared import prepare
from shoutu.layers import archive, dbf, formats, geoparquet, landtext, outlines, parse, parse_table, points
from shoutu.layers.meta import GEOMETRY, META, VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.parcels import wkb_of
from shoutu.layers.read import Features
from shoutu.layers.write import write_version
from shoutu.policy import document, facts, numbers, tables, yaml_text
from shoutu.proof import checkpoint, package
from shoutu.proof.canonical import canonical
from shoutu.testing import toy_pack
from tests.layers import made
from tests.layers.test_landtext import HEAD, PARCEL, lines

TOLD = (BadInput, NotFound, VerificationFailed)
WHERE = Where(file="case")


@dataclass(frozen=True)
class Target:
    """share  of all mutations, in parts of the sum over the targets"""

    name: str
    seeds: tuple[bytes, ...]
    run: Callable[[bytes, Path], None]
    share: int = 1


def _written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


# ---- files of layers --------------------------------------------------------------------------------


def _landtext_seeds() -> tuple[bytes, ...]:
    hole = lines(number="2", corners=[(20, 20), (20, 40), (40, 40), (40, 20), (20, 20)])
    texts = [
        HEAD + PARCEL + lines() + hole,
        HEAD + PARCEL + lines(prefix=False, label=False) + PARCEL + lines(prefix=False),
        HEAD.replace("2000国家大地坐标系", "西安80") + PARCEL + lines(swapped=True, closed=False),
        "[地块坐标]\n" + PARCEL + "J1,1,40.1,110.1\nJ2,1,40.2,110.1\nJ3,1,40.2,110.2\n",
    ]
    return tuple(text.encode(codec) for text in texts for codec in ("utf-8", "gb18030"))


def _landtext(data: bytes, folder: Path) -> None:
    parcels, axes, code, _ = landtext.parse(_written(folder, "a.txt", data), WHERE)
    if code is not None:
        crs.parse(code)
    for parcel in parcels:
        wkb_of(parcel, axes, WHERE)


_POINTS = (
    "地块编号,圈号,X,Y\nA,1,4385827.8,37395212.6\nA,1,4385927.8,37395212.6\nA,1,4385927.8,37395312.6\n"
    "B,1,4386827.8,37395212.6\nB,1,4386927.8,37395212.6\nB,2,4386927.8,37395312.6\n"
)
_WKT = 'id,name,WKT\n1,"耕,地","POLYGON ((110 40,110.1 40,110.1 40.1,110 40))"\n2,,"MULTIPOLYGON EMPTY"\n'


def _table_seeds() -> tuple[bytes, ...]:
    quoted = _POINTS.replace(",", ";").replace("A", '"A ""1"""')
    return (
        _POINTS.encode(),
        _POINTS.encode("gb18030"),
        quoted.encode(),
        _WKT.encode(),
        _WKT.encode("utf-16"),
    )


def _points(data: bytes, folder: Path) -> None:
    """A .csv: by what its head says a table of points, or WKT whose rows are looked up again."""
    path = _written(folder, "a.csv", data)
    kind = formats.kind_of(path, WHERE)
    if kind != "csv":
        return
    if parse._without_geometry(path, kind, WHERE) == "points":
        name, columns, rows = parse._points_table(path, None, WHERE)
        found, axes, _ = points.parse(columns, rows, Where(file=name))
        for parcel in found:
            wkb_of(parcel, axes, WHERE)
        return
    shutil.rmtree(folder / "utf8", ignore_errors=True)
    parse._refuse_unread_wkt(parse._in_utf8(path, folder), [0, 1], WHERE)


def _sheet(data: bytes, _: Path) -> None:
    """A workbook's cells, as openpyxl hands them over."""
    values: list[tuple[object, ...]] = (
        [
            tuple(_cell(text) for text in row)
            for row in csv.reader(io.StringIO(data.decode("utf-8", "replace")[:20_000], newline=""))
        ]
        if b"\0" not in data and len(max(data.split(b"\n"), key=len)) < 100_000
        else []
    )
    rows = iter(values)
    top, columns = parse_table._head(rows, WHERE)
    found = list(parse_table._filled(rows, top, len(columns), WHERE))
    if points.has_points(columns):
        points.parse(columns, found, WHERE)


def _cell(text: str) -> object:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text or None


def _zip_seeds() -> tuple[bytes, ...]:
    out = []
    for names in (
        ("甲/地块.shp", "甲/地块.dbf"),
        ("a.gdb/a.gdbtable", "a.gdb/gdb", "b.geojson"),
        ("x/y/z.csv",),
    ):
        for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", packing) as packed:
                for name in names:
                    packed.writestr(name, (name * 9).encode())
            out.append(file.getvalue())
    return tuple(out)


def _zip(data: bytes, folder: Path) -> None:
    path, into = _written(folder, "a.zip", data), folder / "out"
    into.mkdir()
    try:
        formats.is_workbook(path)
        written = archive.unpack(path, into, frozenset(formats.IN_ARCHIVES), where=WHERE)
        assert all(into in member.resolve().parents for member in written)
    finally:
        shutil.rmtree(into)


@cache
def _dbf_parts() -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        columns: dict[str, Any] = {"编号": [1, 2], "地类名称": ["旱地", "乔木林地"], "name": ["a", None]}
        made.shapefile(
            Path(name) / "a.shp", [[made.SQUARE], None], columns, encoding="gb18030", language=0x4D, cpg="GBK"
        )
        return {suffix: (Path(name) / f"a{suffix}").read_bytes() for suffix in (".shp", ".dbf", ".cpg")}


def _dbf(data: bytes, folder: Path) -> None:
    parts = _dbf_parts() | {".dbf": data}
    for suffix, content in parts.items():
        _written(folder, f"a{suffix}", content)
    codec, _ = dbf.encoding_of(folder / "a.shp")
    b"\xb5\xd8".decode(codec, errors="replace")
    parse._refuse_cut(folder / "a.shp", WHERE)


def _cpg(data: bytes, folder: Path) -> None:
    for suffix, content in (_dbf_parts() | {".cpg": data}).items():
        _written(folder, f"a{suffix}", content)
    codec, _ = dbf.encoding_of(folder / "a.shp")
    b"\xb5\xd8".decode(codec, errors="replace")


def _kind(data: bytes, folder: Path) -> None:
    for name in ("a.shp", "a.txt", "a.dxf", "a"):
        formats.kind_of(_written(folder, name, data), WHERE)


def _kind_seeds() -> tuple[bytes, ...]:
    return (
        b'{"type":"FeatureCollection","features":[]}',
        b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>',
        b'<gml:x xmlns:gml="http://www.opengis.net/gml"/>',
        b"0\nSECTION\n2\nENTITIES\n",
        b"fgb\x03fgb\x00",
        b"PAR1",
        b"SQLite format 3\x00",
        b"AC1032",
        _POINTS.encode("gb18030"),
        _zip_seeds()[0],
        _dbf_parts()[".shp"],
    )


def _geojson_seeds() -> tuple[bytes, ...]:
    plain: dict[str, Any] = {
        "type": "Feature",
        "properties": {"地类": "旱地"},
        "geometry": made.polygon(made.SQUARE),
    }
    said = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4525"}}
    whole: dict[str, Any] = {
        "type": "FeatureCollection",
        "crs": said,
        "features": [plain, {**plain, "geometry": None}],
    }
    return tuple(
        json.dumps(one, ensure_ascii=False).encode() for one in (whole, {**whole, "crs": None}, plain, [])
    )


def _geojson(data: bytes, folder: Path) -> None:
    parse._stated(_written(folder, "a.geojson", data), [0, 1], WHERE)


def _parquet_seeds() -> tuple[bytes, ...]:
    geo: dict[str, Any] = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "WKB", "geometry_types": []}},
    }
    out = []
    for more in ({}, {"crs": None}, {"crs": {"type": "GeographicCRS", "name": "x"}, "edges": "planar"}):
        geo["columns"]["g"] |= more
        table = pa.table({"id": [1, 2], "g": [shapely.box(110, 40, 110.1, 40.1).wkb, None]})
        file = io.BytesIO()
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), file)
        out.append(file.getvalue())
    return tuple(out)


def _parquet(data: bytes, folder: Path) -> None:
    batches, schema, column, _ = geoparquet.open_batches(_written(folder, "a.parquet", data), WHERE)
    try:
        parse._write(batches, schema, column, folder / "out.arrow", None)
    except (pa.ArrowException, OSError):
        return  # `_copy_parquet` turns both into words
    finally:
        (folder / "out.arrow").unlink(missing_ok=True)


def _geo(data: bytes, _: Path) -> None:
    """The document in a GeoParquet's footer."""
    try:
        head = json.loads(data)
    except (ValueError, RecursionError):
        return
    geoparquet._geometry(head, WHERE)


def _geo_seeds() -> tuple[bytes, ...]:
    geo = {
        "version": "1.1.0",
        "primary_column": "g",
        "columns": {"g": {"encoding": "WKB", "edges": "planar", "crs": None}},
    }
    return (json.dumps(geo).encode(), json.dumps({**geo, "columns": []}).encode())


def _wkb_seeds() -> tuple[bytes, ...]:
    ring = [(110, 40), (110.1, 40), (110.1, 40.1), (110, 40.1), (110, 40)]
    bow = [(110, 40), (110.1, 40.1), (110.1, 40), (110, 40.1), (110, 40)]
    shapes = [
        shapely.LineString(ring),
        shapely.LineString(bow),
        shapely.Point(110, 40),
        shapely.Polygon(ring),
    ]
    shapes += [shapely.Polygon(bow), shapely.LineString([(*xy, 5.0) for xy in ring])]
    shapes.append(shapely.GeometryCollection([shapely.Polygon(ring), shapely.Point(1, 2)]))
    shapes.append(shapely.MultiPolygon([shapely.Polygon(ring), shapely.box(110.05, 40.05, 110.2, 40.2)]))
    written = [shape.wkb for shape in shapes] + [shapely.to_wkb(shape, byte_order=0) for shape in shapes]
    return (*written, *(shapely.to_wkb(shape, flavor="iso") for shape in shapes))


def _drawing(data: bytes, _: Path) -> None:
    """Lines of a drawing, as GDAL hands them over: whole WKB, whatever the numbers."""
    try:
        again = shapely.from_wkb(data).wkb
    except (shapely.errors.GEOSException, NotImplementedError):
        return
    outlines.closed(pa.array([again, None], pa.binary()))


def _geometry(data: bytes, _: Path) -> None:
    """Geometry in the server's own process: read, mended, made ready."""
    wkb = pa.chunked_array([pa.array([data, None], pa.binary())])
    features = Features("case", "a", crs.parse("EPSG:4490"), wkb, pa.table({"id": [1, 2]}))
    repair.bounds(wkb)
    repair.oddities(wkb)
    rings, _found = repair.to_rings(features)
    prepare(rings)


def _crs_seeds() -> tuple[bytes, ...]:
    from pyproj import CRS

    wkts = [
        CRS(code).to_wkt(version)
        for code in (4525, 4490, 2154, 4979)
        for version in ("WKT2_2019", "WKT1_ESRI")
    ]
    plain = (
        "EPSG:4525",
        "EPSG:2361 via towgs84=1,2,3,4,5,6,7",
        "EPSG:2412 via EPSG:15921",
        "GCJ-02",
        "BD-09",
    )
    pipe = "EPSG:2361 via +proj=pipeline +step +proj=push +v_3 +step +proj=pop +v_3"
    proj = "+proj=tmerc +lat_0=0 +lon_0=111 +k=1 +x_0=500000 +ellps=GRS80 +units=m +no_defs"
    return tuple(
        text.encode() for text in (*wkts, *plain, pipe, proj, CRS(4525).to_json(), made.CGCS2000_PRJ)
    )


def _crs(data: bytes, _: Path) -> None:
    """A .prj, a `crs` of GeoJSON, or what somebody typed."""
    text = data[:65_536].decode("utf-8-sig", errors="replace").strip()
    if crs.is_undefined(text) or not crs.is_readable(text):
        return
    system = crs.parse(text)
    crs.to_lonlat(system, np.array([[395212.66, 4385827.895], [110.5, 40.5]]))


# ---- the store ----------------------------------------------------------------------------------------


@cache
def _version() -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        cells = [shapely.box(110 + i, 40, 110.5 + i, 40.5) for i in range(3)]
        wkb = pa.chunked_array([pa.array([cell.wkb for cell in cells], pa.binary())])
        table = pa.table({"地类": ["旱地", "林地", "旱地"]})
        rings, _ = repair.to_rings(Features("case", "a", crs.parse("EPSG:4490"), wkb, table))
        meta = VersionMeta(
            name="甲", version="0001", source_file="a", source_sha256="0" * 64, as_of=None, crs="EPSG:4490",
            secrecy="open", class_field="地类",
        )  # fmt: skip
        folder = Path(name) / "v"
        write_version(folder, prepare(rings), table, meta)
        return {part.name: part.read_bytes() for part in folder.iterdir()}


def _store(part: str) -> Callable[[bytes, Path], None]:
    def run(data: bytes, folder: Path) -> None:
        for name, content in (_version() | {part: data}).items():
            _written(folder, name, content)
        open_version(folder)

    return run


# ---- packs, facts, proofs ---------------------------------------------------------------------------


def _pack_seeds() -> tuple[bytes, ...]:
    return tuple(text.encode() for name, text in toy_pack._FILES.items() if name.endswith(".yaml"))


def _yaml(data: bytes, folder: Path) -> None:
    path = _written(folder, "a.yaml", data)
    entry = yaml_text.read(path)
    yaml_text.plain(entry)
    for load in (
        numbers.load_clauses,
        numbers.load_readings,
        numbers.load_terms,
        tables.load_tables,
        lambda path: numbers.load_errata(path, "演示"),
        lambda path: numbers.load_numbers(path, {}, "演示"),
    ):
        try:
            load(path)
        except BadInput:
            continue


_FACTS: dict[str, Any] = {
    "schema": 1,
    "region": "150625",
    "violations": [
        {"id": "V1", "project": "P1", "month": "2024-05", "year": 2024, "new": True, "area_mu": "3.20",
         "farmland_mu": "0", "basic_farmland_mu": 0, "stopped": None, "investigated": False},
        {"id": "V2", "month": "2024-06", "area_m2": 1.5e3},
    ],
    "years": [{"year": 2024, "new_construction_farmland_m2": "100000", "severe_impact": None}],
}  # fmt: skip


def _facts(data: bytes, _: Path) -> None:
    facts.from_document(document.parse(data, "case"))


_SIGNER = checkpoint.Signer("shoutu.example/ledger", bytes(range(32)))
_NOTE = _SIGNER.sign(checkpoint.Checkpoint("shoutu.example/ledger", 12, bytes(32)).text())


def _note(data: bytes, _: Path) -> None:
    text = data.decode("utf-8", errors="replace")
    note, _, key = text.rpartition("\f")
    for call in (
        lambda: checkpoint.verify(note or text, _SIGNER.verifier_key()),
        lambda: checkpoint.open_note(note, key),
        lambda: checkpoint.parse(text),
    ):
        try:
            call()
        except TOLD:
            continue


def _ledger_seeds() -> tuple[bytes, ...]:
    entries = [
        {"index": i, "act": "patch.report", "facts": {"area": "3.20", "旗": ["a", None, True]}}
        for i in range(4)
    ]
    return (b"".join(canonical(entry) + b"\n" for entry in entries),)


def _ledger(data: bytes, _: Path) -> None:
    package.check(io.BytesIO(data), sizes=(2,))


def _each() -> Iterator[Target]:
    yield Target("国土TXT", _landtext_seeds(), _landtext, 120)
    yield Target("tables of points, WKT in CSV", _table_seeds(), _points, 120)
    yield Target(
        "cells of a workbook", (_POINTS.encode(), b"\xe8\xa1\xa8\n\n" + _POINTS.encode()), _sheet, 80
    )
    yield Target("zip archives", _zip_seeds(), _zip, 100)
    yield Target(".shp and .dbf heads", (_dbf_parts()[".dbf"],), _dbf, 80)
    yield Target(".cpg", (b"GBK", b"UTF-8", b"936", b"ISO 8859-1", b"ANSI 1252"), _cpg, 10)
    yield Target("kind of a file", _kind_seeds(), _kind, 60)
    yield Target("GeoJSON looked up", _geojson_seeds(), _geojson, 130)
    yield Target("GeoParquet", _parquet_seeds(), _parquet, 20)
    yield Target("GeoParquet's head", _geo_seeds(), _geo, 40)
    yield Target("lines of a drawing", _wkb_seeds(), _drawing, 50)
    yield Target("geometry read and mended", _wkb_seeds(), _geometry, 30)
    yield Target("reference systems", _crs_seeds(), _crs, 5)
    yield Target("store: arrays", (_version()[GEOMETRY],), _store(GEOMETRY), 40)
    yield Target("store: meta", (_version()[META],), _store(META), 20)
    yield Target("packs (YAML)", _pack_seeds(), _yaml, 3)
    yield Target("facts (JSON)", (json.dumps(_FACTS, ensure_ascii=False).encode(),), _facts, 130)
    yield Target("checkpoints", (_NOTE.encode(), (_NOTE + "\f" + _SIGNER.verifier_key()).encode()), _note, 40)
    yield Target("exported ledgers", _ledger_seeds(), _ledger, 80)


@cache
def every() -> tuple[Target, ...]:
    return tuple(_each())


def damaged_header(size: int) -> bytes:
    """The head of a store file that claims `size` bytes of header."""
    return b"SHTLAYR1" + struct.pack("<Q", size)
