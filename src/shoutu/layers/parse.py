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
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from shoutu.errors import BadInput, Text, Where
from shoutu.layers import archive, dbf, geoparquet, landtext, outlines, parcels, parse_table, points
from shoutu.layers.formats import (
    DRIVERS,
    GDB,
    IN_ARCHIVES,
    PARTS_OF_SHP,
    is_workbook,
    kind_of,
    read_text,
    unsupported,
)
from shoutu.layers.sandbox import FEATURES, confine, error_document

GEOMETRY = "geometry"

csv.field_size_limit(1 << 30)  # WKT of one large polygon is longer than a cell may be by default


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
    kind = kind_of(path, where)
    datasets = _unpacked(path, folder, where) if kind == "zip" else [(path, kind)]
    datasets = [(dataset, _without_geometry(dataset, kind, where)) for dataset, kind in datasets]
    _load_gdal({kind for _, kind in datasets})
    dataset, kind, layer = _choose(datasets, request["layer"], where, request.get("lines", False))
    if kind in ("landtext", "points"):
        return _copy_parcels(dataset, kind, request["layer"], folder, where)
    if kind == "parquet":
        return _copy_parquet(dataset, layer, folder, where)
    return _copy(dataset, kind, layer, folder, where)


def _without_geometry(dataset: Path, kind: str, where: Where) -> str:
    """A CSV without a column of geometry may be a table of boundary points."""
    if kind != "csv":
        return kind
    with dataset.open("rb") as file:
        head = read_text(file.readline())
    _, columns = next(_rows(head.splitlines()[:1], head, where), (1, []))
    wanted = {name.lower() for name in _WKT_COLUMNS}
    plain = not any(column.strip().lower() in wanted for column in columns)
    return "points" if plain and points.has_points(columns) else kind


def _unpacked(path: Path, folder: Path, where: Where) -> list[tuple[Path, str]]:
    suffixes = frozenset(IN_ARCHIVES) | frozenset(PARTS_OF_SHP)
    members = sorted(archive.unpack(path, folder, suffixes, where=where))
    databases = sorted({member.parent for member in members if member.parent.suffix == GDB})
    found = [(database, "gdb") for database in databases]
    for member in members:
        kind = IN_ARCHIVES.get(member.suffix.lower())
        if kind is None or member.parent in databases:
            continue
        actual = kind_of(member, Where(file=f"{where.file}/{member.name}"))
        # A text beside the data (a read-me) is no layer; one of parcels is.
        if kind == "landtext" and actual != kind:
            continue
        if actual != kind and (kind, actual) != ("csv", "landtext"):
            raise unsupported(
                Text("压缩包里的文件名与内容不符", "a member's name and content disagree"), where, member.name
            )
        found.append((member, actual))
    if not found:
        raise unsupported(Text("压缩包里没有图层", "the archive holds no layer"), where)
    return found


def _load_gdal(kinds: set[str]) -> None:
    """Import pyogrio with nothing registered but what `kinds` need, and without pandas' weight."""
    allowed = {driver for kind in kinds for driver in DRIVERS.get(kind, ())}
    if not allowed:
        return
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


def _choose(
    datasets: list[tuple[Path, str]], wanted: str | None, where: Where, lines: bool
) -> tuple[Path, str, str]:
    """The one dataset and layer to read: the wanted one, else the only one that may hold what is wanted."""
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
    polygons = [layer for layer in layers if _may_hold_polygons(layer[3]) or (lines and layer[3])]
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

    if kind == "csv" or kind not in DRIVERS:  # a CSV's geometry shows only with the options of `_copy`
        return [(path.stem, "Unknown")]
    try:
        layers = [(name, geometry) for name, geometry in pyogrio.list_layers(path)]
        if kind == "kml":  # folders and links to other files come as layers without features
            return [pair for pair in layers if _features(path, pair[0])]
        return layers
    except DataSourceError as error:
        raise _damaged(path, error, where) from error


def _features(path: Path, layer: str) -> int:
    import pyogrio

    return int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"])


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
    options = _OPTIONS.get(kind, {})
    try:
        with open_arrow(dataset, layer=layer, encoding=encoding, use_pyarrow=True, **options) as (
            meta,
            reader,
        ):
            column = meta["geometry_name"] or "wkb_geometry"
            if column not in reader.schema.names:
                raise unsupported(Text("没有几何列", "it has no geometry column"), where, layer)
            mend = outlines.closed if kind == "dxf" else None
            nulls, left_out = _write(reader, reader.schema, column, folder / FEATURES, mend)
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
        "format": kind,
        "layer": layer,
        "crs": crs,
        "assumed": assumed,
        "encoding": encoding or meta["encoding"],
        "notes": [list(said) for said in (note, *left_out) if said],
    }


def _copy_parquet(dataset: Path, layer: str, folder: Path, where: Where) -> dict[str, Any]:
    import pyarrow as pa

    batches, schema, column, (crs, assumed) = geoparquet.open_batches(dataset, where)
    try:
        _write(batches, schema, column, folder / FEATURES, None)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(dataset, error, where) from error
    return {
        "format": "parquet",
        "layer": layer,
        "crs": crs,
        "assumed": assumed,
        "encoding": "utf-8",
        "notes": [],
    }


def _copy_parcels(dataset: Path, kind: str, sheet: str | None, folder: Path, where: Where) -> dict[str, Any]:
    """Parcels from a list of points, all attributes as text."""
    import pyarrow as pa

    layer, crs = dataset.stem, None
    if kind == "landtext":
        found, axes, crs, notes = landtext.parse(dataset, where)
    else:
        layer, columns, rows = _points_table(dataset, sheet, where)
        found, axes, notes = points.parse(columns, rows, where)
    made = [parcels.wkb_of(parcel, axes, where) for parcel in found]
    if closed := sum(count for _, count in made):
        notes.append(Text(f"{closed} 圈首尾未闭合，已闭合", f"{closed} rings were not closed and now are"))
    names = list(dict.fromkeys(name for parcel in found for name in parcel.attributes))
    table = pa.table(
        [pa.array([wkb for wkb, _ in made], pa.binary())]
        + [pa.array([parcel.attributes.get(name) for parcel in found], pa.string()) for name in names],
        names=[GEOMETRY, *names],
    )
    with pa.OSFile(str(folder / FEATURES), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    return {
        "format": kind,
        "layer": layer,
        "crs": crs,
        "assumed": None,
        "encoding": None,
        "notes": [list(note) for note in notes],
    }


def _points_table(
    dataset: Path, sheet: str | None, where: Where
) -> tuple[str, list[str], list[tuple[int, list[str]]]]:
    """The layer's name, the columns, and each row with its number in the file."""
    if is_workbook(dataset):
        title, columns, found = parse_table.rows_of(dataset, sheet, where)
        return title, columns, list(found)
    text = read_text(dataset.read_bytes())
    records = _rows(text.splitlines(), text, where)
    _, columns = next(records)
    width = len(columns)
    rows = [(line, (row + [""] * width)[:width]) for line, row in records if any(row)]
    return dataset.stem, columns, rows


_WKT_COLUMNS = ("WKT", "geometry", "geom", "几何", "坐标")
_OPTIONS = {
    "csv": {"GEOM_POSSIBLE_NAMES": ",".join(_WKT_COLUMNS), "KEEP_GEOM_COLUMNS": "NO"},
    "gml": {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO", "EXPOSE_GML_ID": "NO"},
}


def _write(
    batches: Iterable[Any],
    schema: Any,
    column: str,
    path: Path,
    mend: Callable[[Any], tuple[Any, list[Text]]] | None,
) -> tuple[list[int], list[Text]]:
    """All batches to an Arrow file, the geometry first under its fixed name.

    Returns the rows without geometry, and what `mend`, which is given each batch's geometry, has to say.
    """
    import numpy as np
    import pyarrow as pa

    at = schema.get_field_index(column)
    order = [at, *(i for i in range(len(schema)) if i != at)]
    fields = [_plain(schema.field(i)) for i in order]
    fields[0] = pa.field(GEOMETRY, pa.binary())
    target = pa.schema(fields)
    nulls: list[int] = []
    notes: list[Text] = []
    done = 0
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, target) as writer:
        for batch in batches:
            arrays = [getattr(batch.column(i), "storage", batch.column(i)) for i in order]
            if mend is not None:
                arrays[0], said = mend(arrays[0])
                notes += said
            plain = pa.RecordBatch.from_arrays(
                [array.cast(field.type) for array, field in zip(arrays, target, strict=True)], schema=target
            )
            plain.validate(full=True)
            writer.write_batch(plain)
            nulls += (np.flatnonzero(arrays[0].is_null()) + done).tolist()
            done += len(plain)
    return nulls, notes


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
        head = file.readline()
        file.seek(0)
        records = (record for _, record in _rows(file, head, where) if record)
        names = next(records, [])
        for row, record in enumerate(records):
            texts = [
                value for name, value in zip(names, record, strict=False) if name.lower() in wanted and value
            ]
            if row in missing and texts:
                raise _unread(row, texts[0], where)


def _rows(lines: Iterable[str], head: str, where: Where) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV, each with the number of its line from 1."""
    reader = csv.reader(lines, _dialect(head))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise BadInput(
            Text("表格的这一行无法识别", "this row of the table cannot be read"),
            where=Where(file=where.file, row=reader.line_num),
            found=str(error),
            remedy=Text(
                "改正这一行，或另存为 CSV（UTF-8）后提交",
                "mend this row, or save the table as CSV in UTF-8 again",
            ),
        ) from error


def _dialect(text: str) -> Any:
    """The separator of a CSV, by its head line."""
    dialect = csv.excel()
    dialect.delimiter = max(",;\t", key=text.partition("\n")[0].count)
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
    text = read_text(dataset.read_bytes())
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
    except (UnicodeDecodeError, RecursionError) as error:
        raise _damaged(dataset, error, where) from error
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
