"""The changes between two versions as a file: polygons with attributes, or a table with WKT."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from shoutu import crs as systems
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.pieces import to_wkt
from shoutu.layers.difference import NOTHING, Difference, blocks
from shoutu.layers.export import replacing

FIELDS = pa.schema(
    [
        ("change", pa.string()),
        ("from_class", pa.string()),
        ("to_class", pa.string()),
        ("from_feature", pa.int64()),
        ("to_feature", pa.int64()),
        ("area_m2", pa.float64()),
        ("area_mu", pa.float64()),
    ]
)
"""Features count from 1, as rows of the delivered file."""
_M2_IN_MU = 10_000 / 15
_LAYER = "changes"


def writer_for(path: Path) -> Callable[[Difference, Path], None]:
    """How to write to `path`, by its suffix. Raises BadInput before any work is done."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadInput(
            Text("输出格式不支持", "this output format is not supported"),
            where=Where(file=str(path)),
            found=path.suffix or None,
            remedy=Text("用 .gpkg、.parquet 或 .csv 结尾", "end the name in .gpkg, .parquet or .csv"),
        )
    if not path.parent.is_dir() or path.is_dir():
        raise BadInput(
            Text("输出位置不是已有文件夹中的文件", "the output is no file in an existing folder"),
            where=Where(file=str(path)),
            remedy=Text("先建文件夹，再指明文件名", "make the folder first, and name a file in it"),
        )
    return writer


def _batches(found: Difference, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The rows with their shapes, block by block."""
    for first, last in blocks(found):
        rows = range(first, last)
        area = found.area_m2[first:last]
        columns = [
            pa.array([found.change(row) for row in rows], pa.string()),
            pa.array([found.name(code) for code in found.from_class[first:last]], pa.string()),
            pa.array([found.name(code) for code in found.to_class[first:last]], pa.string()),
            _counted(found.from_feature[first:last]),
            _counted(found.to_feature[first:last]),
            pa.array(area),
            pa.array(area / _M2_IN_MU),
            pa.array(found.shapes(first, last), pa.binary()),
        ]
        yield pa.record_batch(columns, schema=schema)


def _counted(features: Any) -> pa.Array:
    return pa.array([None if at == NOTHING else int(at) + 1 for at in features], pa.int64())


def _csv(found: Difference, path: Path) -> None:
    schema = FIELDS.append(pa.field("wkt", pa.binary()))
    with replacing(path) as draft, draft.open("x", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(schema.names)
        for batch in _batches(found, schema):
            *columns, shapes = (column.to_pylist() for column in batch.columns)
            for *texts, m2, mu, shape in zip(*columns, to_wkt(shapes), strict=True):
                out.writerow([*texts, f"{m2:.6f}", f"{mu:.6f}", shape])


def _parquet(found: Difference, path: Path) -> None:
    """GeoParquet 1.1."""
    import pyarrow.parquet as pq

    column = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": systems.as_json(found.crs),
        "edges": "planar",
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    schema = FIELDS.append(pa.field("geometry", pa.binary())).with_metadata({"geo": json.dumps(geo)})
    with replacing(path) as draft, pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for batch in _batches(found, schema):
            writer.write_batch(batch)


def _gpkg(found: Difference, path: Path) -> None:
    from pyogrio.raw import write_arrow

    kind = pa.field("geometry", pa.binary(), metadata={"ARROW:extension:name": "ogc.wkb"})
    schema = FIELDS.append(kind)
    # SQLite writes a journal beside the file: both lie in a folder of their own until the file is whole
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        made = Path(folder) / "changes.gpkg"
        write_arrow(
            pa.RecordBatchReader.from_batches(schema, _batches(found, schema)),
            made,
            layer=_LAYER,
            driver="GPKG",
            geometry_name="geometry",
            geometry_type="Unknown",
            crs=systems.as_wkt(found.crs),
        )
        with replacing(path) as draft:
            made.replace(draft)


_WRITERS: dict[str, Callable[[Difference, Path], None]] = {".csv": _csv, ".parquet": _parquet, ".gpkg": _gpkg}
