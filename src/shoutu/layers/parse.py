"""The child of `sandbox`: reads one layer of one file with GDAL, under limits, and ends.

Run as `python -I -m shoutu.layers.parse` with a request on standard input; nothing else imports it.
What a file is, its first bytes say; GDAL is loaded with the one driver that this kind needs, so no
other reader (virtual files, web services, databases) can be reached by what a file contains.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from shoutu.errors import BadInput, Text, Where
from shoutu.layers import archive, dbf
from shoutu.layers.sandbox import confine, error_document

GEOMETRY = "geometry"
FEATURES = "features.arrow"

# kind: the drivers it may use
_DRIVERS = {
    "shp": ("ESRI Shapefile",),
    "gpkg": ("GPKG",),
    "json": ("GeoJSON", "GeoJSONSeq"),
    "csv": ("CSV",),
}
_IN_ARCHIVES = {".shp": "shp", ".gpkg": "gpkg", ".geojson": "json", ".json": "json", ".csv": "csv"}
_PARTS_OF_SHP = (".shx", ".dbf", ".prj", ".cpg")

_SUPPORTED = Text(
    "提交 GeoJSON、GPKG、Shapefile（.shp 或 zip）或含 WKT 列的 CSV",
    "hand in GeoJSON, GPKG, Shapefile (.shp or zip) or CSV with a WKT column",
)
_FOREIGN = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF", "PDF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office 97–2003"),
    (b"fgb", "FlatGeobuf"),
    (b"PAR1", "Parquet"),
    (b"<", "XML"),
)


def main() -> None:
    request = json.load(sys.stdin)
    confine(request["limits"])
    try:
        answer = _parse(request)
    except BadInput as error:
        answer = {"error": error_document(error)}
    json.dump(answer, sys.stdout, ensure_ascii=True)


def _parse(request: dict[str, Any]) -> dict[str, Any]:
    path, folder = Path(request["path"]), Path(request["folder"])
    where = Where(file=request["file"])
    kind = _kind(path, where)
    datasets = _unpacked(path, folder, where) if kind == "zip" else [(path, kind)]
    _load_gdal({kind for _, kind in datasets})
    dataset, kind, layer = _choose(datasets, request["layer"], where)
    return _copy(dataset, kind, layer, folder, where)


def _kind(path: Path, where: Where) -> str:
    if path.is_dir():
        raise _unsupported(Text("这是文件夹", "it is a folder"), where, path.suffix or None)
    with path.open("rb") as file:
        head = file.read(65_536)
    suffix = path.suffix.lower()
    if not head:
        raise BadInput(
            Text("文件是空的（0 字节）", "the file is empty (0 bytes)"),
            where=where,
            remedy=Text("重新导出后提交", "export it again and hand it in"),
        )
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a") and suffix != ".shx":
        return "shp"
    if suffix in (*_PARTS_OF_SHP, ".sbn", ".sbx"):
        remedy = Text("指明同名的 .shp 文件", "name the .shp file beside it")
        raise _unsupported(
            Text("这是 Shapefile 的附属文件", "it is a part of a shapefile"), where, None, remedy
        )
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            raise _unsupported(Text("内容不是矢量图层", "its content is no vector layer"), where, name)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")
    if text.startswith(b"{"):
        return "json"
    if suffix in (".csv", ".txt", ".tsv") and b"\0" not in head:
        return "csv"
    raise _unsupported(
        Text("内容与扩展名都认不出", "neither content nor name is known"), where, repr(head[:8])
    )


def _unsupported(what: Text, where: Where, found: str | None = None, remedy: Text = _SUPPORTED) -> BadInput:
    return BadInput(
        Text(f"读不了这个文件：{what.zh}", f"this file cannot be read: {what.en}"),
        where=where,
        found=found,
        remedy=remedy,
    )


def _unpacked(path: Path, folder: Path, where: Where) -> list[tuple[Path, str]]:
    suffixes = frozenset(_IN_ARCHIVES) | frozenset(_PARTS_OF_SHP)
    members = archive.unpack(path, folder, suffixes, where=where)
    found = [
        (member, _IN_ARCHIVES[member.suffix.lower()])
        for member in sorted(members)
        if member.suffix.lower() in _IN_ARCHIVES
    ]
    if not found:
        raise _unsupported(Text("压缩包里没有图层", "the archive holds no layer"), where)
    for member, kind in found:
        if _kind(member, Where(file=f"{where.file}/{member.name}")) != kind:
            raise _unsupported(
                Text("压缩包里的文件名与内容不符", "a member's name and content disagree"), where, member.name
            )
    return found


def _load_gdal(kinds: set[str]) -> None:
    """Import pyogrio with nothing registered but what `kinds` need, and without pandas' weight."""
    allowed = {driver for kind in kinds for driver in _DRIVERS[kind]}
    os.environ["GDAL_SKIP"] = ",".join(sorted(set(_EVERY_DRIVER.split(",")) - allowed))
    sys.modules["pandas"] = sys.modules["geopandas"] = None  # type: ignore[assignment]
    import pyogrio

    if unknown := set(pyogrio.list_drivers()) - allowed:
        raise RuntimeError(f"GDAL registers drivers that are not on our list: {sorted(unknown)}")


# What the wheel of pyogrio registers for vectors. A newer wheel with another one does not read at
# all until it is added here, which the tests notice.
_EVERY_DRIVER = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRI Shapefile,"
    "ESRIJSON,Elasticsearch,FlatGeobuf,GDALG,GML,GPKG,GPSBabel,GPX,GTFS,GeoJSON,GeoJSONSeq,GeoRSS,"
    "HTTP,Idrisi,JML,JSONFG,KML,LIBKML,LVBAG,MBTiles,MEM,MVT,MapInfo File,MapML,MiraMonVector,NGW,"
    "OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,"
    "PMTiles,S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)


def _choose(datasets: list[tuple[Path, str]], wanted: str | None, where: Where) -> tuple[Path, str, str]:
    """The one dataset and layer to read: the wanted one, else the only one that may hold polygons."""
    layers = [
        (path, kind, str(name), str(geometry or ""))
        for path, kind in datasets
        for name, geometry in _layers(path, kind, where)
    ]
    names = ", ".join(f"{name} ({geometry or 'no geometry'})" for _, _, name, geometry in layers)
    if wanted is not None:
        for path, kind, name, _ in layers:
            if name == wanted:
                return path, kind, name
        raise BadInput(
            Text("文件里没有这个图层", "the file has no such layer"),
            where=Where(file=where.file, layer=wanted),
            found=names,
            remedy=Text("写其中一个图层名", "name one of them"),
        )
    polygons = [layer for layer in layers if _may_hold_polygons(layer[3])]
    if len(polygons) == 1:
        return polygons[0][:3]
    if not polygons:
        raise BadInput(
            Text("文件里没有面图层", "the file holds no polygon layer"),
            where=where,
            found=names or None,
            remedy=Text("提交面（Polygon）图层", "hand in a layer of polygons"),
        )
    listed = ", ".join(name for _, _, name, _ in polygons)
    raise BadInput(
        Text("文件里有多个面图层", "the file holds several polygon layers"),
        where=where,
        found=listed,
        remedy=Text(
            f"指明一个：{where.file}|layername={polygons[0][2]}",
            f"name one: {where.file}|layername={polygons[0][2]}",
        ),
    )


def _may_hold_polygons(geometry: str) -> bool:
    base = geometry.split(" ")[0]
    return "Polygon" in base or "Surface" in base or base in ("Unknown", "GeometryCollection", "Geometry")


def _layers(path: Path, kind: str, where: Where) -> list[tuple[str, str | None]]:
    import pyogrio
    from pyogrio.errors import DataSourceError

    if kind == "csv":  # its geometry shows only with the options of `_copy`
        return [(path.stem, "Unknown")]
    try:
        return [(name, geometry) for name, geometry in pyogrio.list_layers(path)]
    except DataSourceError as error:
        raise _damaged(path, error, where) from error


def _damaged(path: Path, error: Exception, where: Where) -> BadInput:
    words = str(error).replace(str(path), path.name).replace(str(path.parent), "")
    return BadInput(
        Text("文件打不开，可能不完整", "the file cannot be opened; it may be incomplete"),
        where=where,
        found=words[:300],
        remedy=Text("重新导出后提交", "export it again and hand it in"),
    )


def _copy(dataset: Path, kind: str, layer: str, folder: Path, where: Where) -> dict[str, Any]:
    """Stream the layer into an Arrow file and say what was found.

    `crs` is what the file states, null where it states none; `assumed` what its format means then.
    """
    import pyarrow as pa
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError
    from pyogrio.raw import open_arrow

    if kind == "csv":
        dataset = _in_utf8(dataset, folder)
    if kind == "shp":
        _refuse_cut(dataset, where)
    encoding, note = dbf.encoding_of(dataset) if kind == "shp" else (None, None)
    options = _CSV_OPTIONS if kind == "csv" else {}
    try:
        with open_arrow(dataset, layer=layer, encoding=encoding, use_pyarrow=True, **options) as (
            meta,
            reader,
        ):
            column = meta["geometry_name"] or "wkb_geometry"
            if column not in reader.schema.names:
                raise _unsupported(Text("没有几何列", "it has no geometry column"), where, layer)
            nulls = _write(reader, column, folder / FEATURES)
    except (DataSourceError, DataLayerError, FieldError, pa.ArrowException, RuntimeError) as error:
        raise _damaged(dataset, error, where) from error
    crs, assumed = meta["crs"], None
    if kind == "csv":
        _refuse_unread_wkt(dataset, nulls, where)
    if kind == "shp":
        crs = _beside(dataset, ".prj") or crs
    if kind == "json":
        crs, assumed = _stated(dataset, nulls, where)
    return {
        "layer": layer,
        "crs": crs,
        "assumed": assumed,
        "encoding": encoding or meta["encoding"],
        "notes": [list(note)] if note else [],
    }


_WKT_COLUMNS = ("WKT", "geometry", "geom", "几何", "坐标")
_CSV_OPTIONS = {"GEOM_POSSIBLE_NAMES": ",".join(_WKT_COLUMNS), "KEEP_GEOM_COLUMNS": "NO"}


def _write(reader: Any, column: str, path: Path) -> list[int]:
    """All batches to an Arrow file, the geometry first under its fixed name; the rows without one."""
    import numpy as np
    import pyarrow as pa

    schema = reader.schema
    at = schema.get_field_index(column)
    order = [at, *(i for i in range(len(schema)) if i != at)]
    fields = [_plain(schema.field(i)) for i in order]
    fields[0] = pa.field(GEOMETRY, pa.binary())
    target = pa.schema(fields)
    nulls: list[int] = []
    done = 0
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, target) as writer:
        for batch in reader:
            arrays = [getattr(batch.column(i), "storage", batch.column(i)) for i in order]
            plain = pa.RecordBatch.from_arrays(
                [array.cast(field.type) for array, field in zip(arrays, target, strict=True)], schema=target
            )
            plain.validate(full=True)
            writer.write_batch(plain)
            nulls += (np.flatnonzero(arrays[0].is_null()) + done).tolist()
            done += len(plain)
    return nulls


def _plain(field: Any) -> Any:
    """The field without extension types (JSON columns arrive as such) or metadata."""
    import pyarrow as pa

    kind = getattr(field.type, "storage_type", field.type)
    return pa.field(field.name, kind)


def _refuse_cut(dataset: Path, where: Where) -> None:
    """A .shp or .dbf shorter than its head says: GDAL reads what is left without a word."""
    with dataset.open("rb") as file:
        claimed = 2 * int.from_bytes(file.read(28)[24:28], "big")
    sizes = [(dataset, claimed)]
    for table in (dataset.with_suffix(".dbf"), dataset.with_suffix(".DBF")):
        if table.is_file():
            with table.open("rb") as file:
                head = file.read(12).ljust(12, b"\0")
            rows, first, size = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
            sizes.append((table, first + rows * size))
    for path, size in sizes:
        if (actual := path.stat().st_size) < size:
            raise BadInput(
                Text("文件不完整", "the file is incomplete"),
                where=where,
                found=f"{path.name}: {actual} < {size} bytes",
                remedy=Text("重新复制或导出后提交", "copy or export it again and hand it in"),
            )


def _refuse_unread_wkt(dataset: Path, nulls: list[int], where: Where) -> None:
    """A row whose WKT holds something that GDAL could not read."""
    wanted = {name.lower() for name in _WKT_COLUMNS}
    missing = set(nulls)
    with dataset.open(encoding="utf-8", newline="") as file:
        for row, record in enumerate(csv.DictReader(file, dialect=_dialect(file))):
            texts = [value for name, value in record.items() if name and name.lower() in wanted and value]
            if row in missing and texts:
                raise _unread(row, texts[0], where)


def _dialect(file: Any) -> Any:
    """The separator of a CSV, by its head line."""
    head = file.readline()
    file.seek(0)
    dialect = csv.excel()
    dialect.delimiter = max(",;\t", key=head.count)
    return dialect


def _unread(row: int, text: str, where: Where) -> BadInput:
    return BadInput(
        Text("几何无法识别", "this geometry cannot be read"),
        where=Where(file=where.file, feature=row),
        found=text[:120],
        remedy=Text("改正或删除该要素", "mend this feature or leave it out"),
    )


def _in_utf8(dataset: Path, folder: Path) -> Path:
    """A copy of a CSV in UTF-8, named like it: GDAL takes every CSV for UTF-8, Excel in China writes GBK."""
    raw = dataset.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    copy = folder / "utf8" / f"{dataset.stem}.csv"
    copy.parent.mkdir()
    copy.write_text(text, encoding="utf-8")
    return copy


def _beside(dataset: Path, suffix: str) -> str | None:
    for path in (dataset.with_suffix(suffix), dataset.with_suffix(suffix.upper())):
        if path.is_file():
            return path.read_bytes()[:65_536].decode("utf-8-sig", errors="replace").strip() or None
    return None


class _Feature(msgspec.Struct):
    geometry: msgspec.Raw = msgspec.Raw(b"null")


class _Document(msgspec.Struct):
    """What of a GeoJSON is looked up in its text; a bare geometry or feature has neither."""

    features: list[_Feature] = []
    crs: Any = msgspec.UNSET


def _stated(dataset: Path, nulls: list[int], where: Where) -> tuple[str | None, str | None]:
    """What a GeoJSON says of its CRS, and what the format means without a word (RFC 7946: CRS 84).

    GDAL turns a geometry that it cannot read into none, without an error, and an unknown `crs`
    into WGS 84; both are looked up in the text. Files of one feature a line have no `crs`.
    """
    try:
        document = msgspec.json.decode(dataset.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=_Document)
    except msgspec.DecodeError:
        return None, "OGC:CRS84"
    for row in nulls:
        if row < len(document.features) and (found := bytes(document.features[row].geometry)) != b"null":
            raise _unread(row, found[:120].decode("utf-8", errors="replace"), where)
    if document.crs is msgspec.UNSET:
        return None, "OGC:CRS84"
    if document.crs is None:
        return None, None
    properties = document.crs.get("properties") if isinstance(document.crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return (name if isinstance(name, str) else json.dumps(document.crs)), None


if __name__ == "__main__":
    main()
