"""GeoParquet 1.0 and 1.1 (ogc.org), geometry as WKB, read with Arrow alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shoutu.errors import BadInput, Text, Where
from shoutu.layers.formats import unsupported


def open_batches(path: Path, where: Where) -> tuple[Iterator[Any], Any, str, tuple[str | None, str | None]]:
    """Batches, their schema, the column of geometry, and (the CRS that is stated, that is meant).

    A file without a CRS is in longitude and latitude (OGC:CRS84); `null` says that it is not known.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        raw = (file.metadata.metadata or {}).get(b"geo")
        head = json.loads(raw) if raw is not None else None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(where, error) from error
    column = _geometry(head, where)
    name = str(head["primary_column"])  # type: ignore[index]
    schema = pa.schema([field for field in file.schema_arrow if field.name != "bbox"])
    if name not in schema.names:
        raise _damaged(where, name)
    stated: tuple[str | None, str | None] = (None, "OGC:CRS84")
    if "crs" in column:
        stated = (None if column["crs"] is None else json.dumps(column["crs"]), None)
    return _batches(file, schema.names), schema, name, stated


def _batches(file: Any, columns: list[str]) -> Iterator[Any]:
    """Row group by row group: an iterator over all keeps what it has read until it ends."""
    for group in range(file.num_row_groups):
        yield from file.iter_batches(row_groups=[group], columns=columns)


def _geometry(head: Any, where: Where) -> dict[str, Any]:
    """The entry of the primary column."""
    if head is None:
        raise unsupported(Text("Parquet 里没有几何", "the Parquet file holds no geometry"), where, "Parquet")
    columns = head.get("columns") if isinstance(head, dict) else None
    column = columns.get(head.get("primary_column")) if isinstance(columns, dict) else None
    if not isinstance(column, dict):
        raise _damaged(where, "geo")
    if column.get("encoding") != "WKB":
        found = str(column.get("encoding"))
        remedy = Text("以 WKB 编码重新导出", "export it again with geometry as WKB")
        raise unsupported(Text("几何不是 WKB 编码", "its geometry is not WKB"), where, found, remedy)
    if column.get("edges", "planar") != "planar":
        raise unsupported(Text("边是球面线", "its edges are spherical"), where, str(column["edges"]))
    return column


def _damaged(where: Where, error: object) -> BadInput:
    return BadInput(
        Text("文件打不开，可能不完整", "the file cannot be opened; it may be incomplete"),
        where=where,
        found=str(error)[:300],
        remedy=Text("重新导出后提交", "export it again and hand it in"),
    )
