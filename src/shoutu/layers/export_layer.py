"""A version of a layer as a file that others read: GeoParquet, GeoPackage, FlatGeobuf, shapefile, FileGDB.

Geometry goes out in the CRS in which it came, to the bit (a FileGDB keeps a tenth of a millimetre),
block by block: memory does not grow with the layer. Where the format has room for it the file says
which version it is and its 密级; a zip brings a page that says so.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from shoutu import crs as systems
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.rings import Floats, Ints, Rings
from shoutu.geometry.wkb import encoded
from shoutu.layers.export import replacing
from shoutu.layers.open import LayerVersion

Progress = Callable[[int, int], None]

FORMATS = {
    "parquet": (".parquet", ".geoparquet"),
    "gpkg": (".gpkg",),
    "fgb": (".fgb",),
    "shp": (".shp.zip",),
    "gdb": (".gdb.zip",),
}
"""Formats and the endings of a name that mean them; a plain .zip is a shapefile."""
ABOUT = "说明.txt"
_DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile", "gdb": "OpenFileGDB"}
_OPTIONS = {"gdb": {"TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}}  # earlier ones have no int64
_BLOCK = 16_384
"""Features that are turned into well-known binary together."""
_DBF_NAME = 10
_SHP_BYTES = 2**31 - 1
_BBOX = ("xmin", "ymin", "xmax", "ymax")


def format_of(path: Path) -> str:
    """The format that a file's name means. BadInput lists the endings."""
    name = path.name.lower()
    for format_, endings in FORMATS.items():
        if name.endswith(endings):
            return format_
    if name.endswith(".zip"):
        return "shp"
    raise BadInput(
        Text("输出格式不支持", "this output format is not supported"),
        where=Where(file=str(path)),
        found=path.suffix or None,
        remedy=Text(
            "以 .parquet、.gpkg、.fgb、.shp.zip 或 .gdb.zip 结尾",
            "end the name in .parquet, .gpkg, .fgb, .shp.zip or .gdb.zip",
        ),
    )


def export_version(
    version: LayerVersion,
    path: Path,
    format: str | None = None,
    *,
    features: Ints | None = None,
    progress: Progress | None = None,
) -> None:
    """Write features in file order to `path`, which is replaced whole or not touched.

    format    a key of `FORMATS`; None: what the name means
    features  numbers from 0, ascending; None: all
    progress  called with (features done, features in all)

    BadInput where the folder is missing, or a shapefile could not hold the layer.
    """
    format = format or format_of(path)
    if format not in FORMATS:
        raise ValueError(f"no such format: {format}")
    if not path.parent.is_dir() or path.is_dir():
        raise BadInput(
            Text("输出位置不是已有文件夹中的文件", "the output is no file in an existing folder"),
            where=Where(file=str(path)),
            remedy=Text("先建文件夹，再指明文件名", "make the folder first, and name a file in it"),
        )
    if format == "parquet":
        with replacing(path) as draft:
            _parquet(version, draft, features, progress)
    else:
        _with_gdal(version, path, format, features, progress)


def about(version: LayerVersion) -> dict[str, Any]:
    """What the file says of the version that it holds."""
    meta = version.meta
    return {
        "name": meta.name,
        "version": meta.version,
        "checksum": meta.checksum,
        "as_of": meta.as_of,
        "secrecy": meta.secrecy,
        "class_field": meta.class_field,
        "crs": meta.crs,
        "source_file": meta.source_file,
        "source_sha256": meta.source_sha256,
        "repaired": len(meta.repairs),
    }


def _blocks(
    version: LayerVersion, multi: bool | None, features: Ints | None, progress: Progress | None
) -> Iterator[tuple[Rings, pa.Array, list[pa.Array]]]:
    """Rings, their well-known binary and the attribute columns, block by block in file order."""
    table, count = version.attributes, version.meta.features if features is None else len(features)
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        if features is None:
            rings, rows = version.rings(first, last), table.slice(first, last - first)
        else:
            rings, rows = _picked(version, features[first:last]), table.take(pa.array(features[first:last]))
        rows = rows.combine_chunks()
        yield rings, _binary(rings, multi), [_one(column) for column in rows.columns]
        version.release()
        if progress is not None:
            progress(last, count)


def _picked(version: LayerVersion, features: Ints) -> Rings:
    """The rings of some features, ascending; run by run, as neighbours in the file lie together."""
    runs = np.split(features, np.flatnonzero(np.diff(features) > 1) + 1)
    parts = [version.rings(int(run[0]), int(run[-1]) + 1) for run in runs]
    befores = np.cumsum([0, *(len(run) for run in runs)])
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    owners = [part.owners + before for part, before in zip(parts, befores[:-1], strict=True)]
    xy = np.concatenate([part.xy for part in parts])
    return Rings(xy, np.append(0, np.cumsum(sizes)), np.concatenate(owners), len(features))


def _one(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _binary(rings: Rings, multi: bool | None) -> pa.Array:
    data, begins, absent = encoded(rings, multi)
    validity = np.packbits(~absent, bitorder="little")
    return pa.Array.from_buffers(
        pa.large_binary(),
        rings.features,
        [pa.py_buffer(validity), pa.py_buffer(begins), pa.py_buffer(data)],
        null_count=int(absent.sum()),
    )


def _parquet(version: LayerVersion, draft: Path, features: Ints | None, progress: Progress | None) -> None:
    import pyarrow.parquet as pq

    fields = version.attributes.schema
    names = _distinct([*fields.names, "geometry", "bbox"])
    box = pa.struct([pa.field(side, pa.float64()) for side in _BBOX])
    schema = pa.schema(
        [field.with_name(name) for field, name in zip(fields, names[:-2], strict=True)]
        + [pa.field(names[-2], pa.large_binary()), pa.field(names[-1], box)]
    )
    whole, kinds = np.array([np.inf, np.inf, -np.inf, -np.inf]), set()
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for rings, shapes, columns in _blocks(version, None, features, progress):
            boxes, absent = _boxes(rings)
            batch = [*columns, shapes, _covering(boxes, absent, box)]
            writer.write_batch(pa.record_batch(batch, schema=schema))
            whole[:2] = np.minimum(whole[:2], boxes[~absent, :2].min(axis=0, initial=np.inf))
            whole[2:] = np.maximum(whole[2:], boxes[~absent, 2:].max(axis=0, initial=-np.inf))
            kinds |= _kinds(shapes)
        geo = _geo(version, names[-2], names[-1], whole, kinds)
        said = {"geo": geo, "shoutu": about(version)}
        writer.add_key_value_metadata({key: json.dumps(v, ensure_ascii=False) for key, v in said.items()})


def _boxes(rings: Rings) -> tuple[Floats, Any]:
    """min x, min y, max x, max y of each feature, and which have no geometry."""
    boxes = np.full((rings.features, 4), np.nan)
    present, first = np.unique(rings.owners, return_index=True)
    if len(present):
        at = rings.starts[:-1][first]
        boxes[present, :2] = np.minimum.reduceat(rings.xy, at, axis=0)
        boxes[present, 2:] = np.maximum.reduceat(rings.xy, at, axis=0)
    absent = np.ones(rings.features, bool)
    absent[present] = False
    return boxes, absent


def _covering(boxes: Floats, absent: Any, kind: pa.DataType) -> pa.Array:
    sides = [pa.array(boxes[:, side]) for side in range(4)]
    return pa.StructArray.from_arrays(sides, fields=list(kind), mask=pa.array(absent))


def _kinds(shapes: pa.Array) -> set[str]:
    import pyarrow.compute as pc

    kinds = pc.unique(pc.binary_slice(shapes, 1, 2)).to_pylist()
    return {{3: "Polygon", 6: "MultiPolygon"}[kind[0]] for kind in kinds if kind}


def _geo(version: LayerVersion, column: str, covering: str, box: Floats, kinds: set[str]) -> dict[str, Any]:
    """The metadata of GeoParquet 1.1. Its coordinates are x then y, as here, whatever the CRS lists."""
    described: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(kinds),
        "crs": systems.as_json(version.meta.crs),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {side: [covering, side] for side in _BBOX}},
    }
    if np.isfinite(box).all():
        described["bbox"] = box.tolist()
    return {"version": "1.1.0", "primary_column": column, "columns": {column: described}}


def _with_gdal(
    version: LayerVersion, path: Path, format: str, features: Ints | None, progress: Progress | None
) -> None:
    if format == "shp" and features is None:
        _refuse_large(version, path)
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        target = Path(folder) / f"{version.meta.name}.{format}"
        _write(version, target, format, features, progress)
        if format in ("shp", "gdb"):
            target = _zipped(version, Path(folder), format)
        with target.open("rb") as file:
            os.fsync(file.fileno())
        target.replace(path)


def _write(
    version: LayerVersion, target: Path, format: str, features: Ints | None, progress: Progress | None
) -> None:
    from pyogrio.raw import write_arrow

    fields = version.attributes.schema
    names = _distinct([*fields.names, "geometry"])
    if format == "shp":
        names = _short(names)
    kept = [_kept(field.type, format) for field in fields]
    schema = pa.schema(
        [pa.field(name, kind) for name, kind in zip(names[:-1], kept, strict=True)]
        + [pa.field(names[-1], pa.large_binary(), metadata={"ARROW:extension:name": "ogc.wkb"})]
    )
    options = dict(_OPTIONS.get(format, {}))
    if format == "fgb" and version.meta.with_geometry < version.meta.features:
        options["SPATIAL_INDEX"] = "NO"  # it cannot index a feature without geometry
    if format == "gpkg":
        options["FID"] = _distinct([*(name.lower() for name in names), "fid"])[-1]
    multi = None if format == "shp" else True

    def batches() -> Iterator[pa.RecordBatch]:
        for _, shapes, columns in _blocks(version, multi, features, progress):
            plain = [_plain(column, kind) for column, kind in zip(columns, kept, strict=True)]
            yield pa.record_batch([*plain, shapes], schema=schema)

    write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches()),
        target,
        layer=version.meta.name,
        driver=_DRIVERS[format],
        geometry_name=names[-1],
        geometry_type="Polygon" if format == "shp" else "MultiPolygon",
        crs=systems.as_wkt(version.meta.crs),
        layer_metadata={f"shoutu_{key}": str(value) for key, value in about(version).items()},
        layer_options=options,
        encoding="UTF-8" if format == "shp" else None,
    )


def _kept(kind: pa.DataType, format: str) -> pa.DataType:
    """The type in which a column goes out: text where GDAL's driver has none for it."""
    types = pa.types
    if (
        types.is_nested(kind)
        or types.is_decimal(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    ):
        return pa.string()
    if types.is_null(kind) or types.is_duration(kind):
        return pa.string()
    if format == "shp" and (types.is_timestamp(kind) or types.is_time(kind)):
        return pa.string()
    return kind


def _plain(column: pa.Array, kind: pa.DataType) -> pa.Array:
    from shoutu.layers.read import as_texts

    if column.type == kind:
        return column
    texts = as_texts(column)
    return pa.array(
        [None if absent else text for text, absent in zip(texts, column.is_null().to_pylist(), strict=True)],
        kind,
    )


def _distinct(names: list[str]) -> list[str]:
    """The names; one that stands already, in whatever case, gets a number behind it."""
    taken: set[str] = set()
    out = []
    for name in names:
        fresh, number = name, 1
        while fresh.lower() in taken:
            number += 1
            fresh = f"{name}_{number}"
        taken.add(fresh.lower())
        out.append(fresh)
    return out


def _short(names: list[str]) -> list[str]:
    """The names in the ten bytes that a .dbf has for one, whole characters in UTF-8, each another.

    Left to GDAL a Chinese name is cut within a character, and then no reader takes the table.
    """
    taken: set[str] = set()
    out = []
    for name in names:
        fresh, number = _cut(name, _DBF_NAME), 1
        while fresh.lower() in taken:
            number += 1
            tail = f"_{number}"
            fresh = _cut(name, _DBF_NAME - len(tail)) + tail
        taken.add(fresh.lower())
        out.append(fresh)
    return out


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _refuse_large(version: LayerVersion, path: Path) -> None:
    xy = version.arrays.get("delivered_xy")
    vertices = int(version.reference.polygons.ring_starts[-1]) if xy is None else len(xy)
    size = 16 * vertices + 60 * version.meta.features
    if size > _SHP_BYTES:
        raise BadInput(
            Text("图层大于 Shapefile 的 2 GB 上限", "the layer is over the 2 GB of a shapefile"),
            where=Where(file=str(path)),
            found=f"{size / 2**30:.1f} GiB",
            remedy=Text("输出为 .gpkg 或 .parquet", "write .gpkg or .parquet"),
        )


def _zipped(version: LayerVersion, folder: Path, format: str) -> Path:
    archive = folder / "archive"
    members = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as out:
        for member in members:
            out.write(member, member.relative_to(folder).as_posix())
        out.writestr(ABOUT, _page(version))
    return archive


def _page(version: LayerVersion) -> str:
    meta = version.meta
    lines = (
        ("图层", meta.name),
        ("版本", meta.version),
        ("校验值", meta.checksum),
        ("数据时点", meta.as_of or "未注明"),
        ("密级", {"open": "公开", "internal": "内部"}[meta.secrecy]),
        ("坐标系", meta.crs),
        ("来源文件", meta.source_file),
        ("来源校验值", meta.source_sha256),
    )
    return "".join(f"{name}：{value}\r\n" for name, value in lines)
