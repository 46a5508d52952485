"""Parcels in any number as a GeoParquet file, made strip by strip: memory does not grow with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shoutu import crs as systems
from shoutu.geometry.rings import Rings
from shoutu.geometry.wkb import encoded
from shoutu.testing.parcels import CLASSES, ORDOS, make_parcels

CRS = "EPSG:4490"
STRIP = 100
"""Rows of parcels that are made together. Strips wind across each other's edges, so some parcels overlap."""
SCHEMA = pa.schema(
    [("DLBM", pa.string()), ("BSM", pa.int64()), ("QSDWMC", pa.string()), ("geometry", pa.binary())]
)


def write_source(path: Path, columns: int, rows: int) -> None:
    """columns × rows parcels of 45 vertices, row by row from the south, neighbours far apart in the file."""
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], "crs": systems.as_json(CRS)}},
    }
    schema = SCHEMA.with_metadata({"geo": json.dumps(geo)})
    with pq.ParquetWriter(path, schema, compression="none", use_dictionary=["DLBM", "QSDWMC"]) as out:
        done = 0
        for rings, codes in _strips(columns, rows):
            data, begins, _ = encoded(rings, False)
            count = rings.features
            shapes = pa.Array.from_buffers(
                pa.large_binary(), count, [None, pa.py_buffer(begins), pa.py_buffer(data)]
            ).cast(pa.binary())
            numbers = np.arange(done, done + count)
            villages = pa.array([f"演示村{number}" for number in range(97)]).take(
                pa.array(numbers // 500 % 97)
            )
            batch = [pa.array(np.array(CLASSES)[codes]), pa.array(numbers), villages, shapes]
            out.write_table(pa.Table.from_arrays(batch, schema=schema), row_group_size=65_536)
            done += count


def _strips(columns: int, rows: int) -> Iterator[tuple[Rings, np.ndarray]]:
    west, south, east, north = ORDOS
    for first in range(0, rows, STRIP):
        last = min(first + STRIP, rows)
        box = (west, south + (north - south) * first / rows, east, south + (north - south) * last / rows)
        parcels = make_parcels(columns, last - first, box, seed=first + 1)
        yield parcels.rings, parcels.codes
