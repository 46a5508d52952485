"""Build and open of the store against GeoPackage, FlatGeobuf and GeoParquet, the same 1,000,000 features.

All are built from one GeoParquet without an index, and asked for the features of boxes of 1 km, geometry
and class. Ours also repairs, measures every feature on the ellipsoid, joins the layer with itself and
forces all to the disk; the peers write what they are given. GDAL leaves out a feature whose box meets the
asked one and whose outline does not; ours and GeoParquet do not look. pyogrio keeps no dataset open, so
GDAL opens the file for each box, as it does for a web service.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyogrio.raw import read_arrow, write_arrow

from benchmarks._parcels import CRS, write_source
from shoutu.layers.importing import import_layer
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.query import attributes_of, features_in, outlines
from shoutu.testing.parcels import ORDOS

BOXES = 200
SIDE = 0.01
Box = tuple[float, float, float, float]
Ask = Callable[[Box], set[int]]


@dataclass
class Row:
    """Seconds; `first`: from nothing open to the first box answered; size in bytes."""

    name: str
    build: float
    size: int
    first: float
    box: float
    answers: list[set[int]]


def run(arguments: argparse.Namespace) -> str:
    side = int(os.environ.get("SHOUTU_BENCH_SIDE", "100" if arguments.small else "1000"))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        source = Path(folder) / "source.parquet"
        write_source(source, side, side)
        small = Path(folder) / "small.parquet"
        write_source(small, 60, 60)
        _ours(small, Path(folder) / "warm", _boxes()[:2])  # compiles
        rows = [
            _ours(source, Path(folder) / "home", _boxes()),
            _gdal("GeoPackage", "GPKG", source, Path(folder) / "a.gpkg"),
            _gdal("FlatGeobuf", "FlatGeobuf", source, Path(folder) / "a.fgb"),
            _parquet(source, Path(folder) / "a.parquet"),
        ]
    for row in rows[1:]:
        for one, other in zip(rows[0].answers, row.answers, strict=True):
            assert other <= one, row.name
    found = sum(map(len, rows[0].answers))
    head = (
        f"{side * side:,} parcels of 45 vertices; {BOXES} boxes of {SIDE}°, {found} features whose "
        "boxes meet them\n\n| | build s | ratio | GiB | open and first box ms | ratio | a box ms | ratio |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_line(row, rows[0]) for row in rows)])


def _line(row: Row, ours: Row) -> str:
    return (
        f"| {row.name} | {row.build:.1f} | {row.build / ours.build:.2f} | {row.size / 2**30:.2f} "
        f"| {row.first * 1e3:.1f} | {row.first / ours.first:.1f} "
        f"| {row.box * 1e3:.2f} | {row.box / ours.box:.1f} |"
    )


def _boxes() -> list[Box]:
    low = np.random.default_rng(7).uniform(ORDOS[:2], (ORDOS[2] - SIDE, ORDOS[3] - SIDE), (BOXES, 2))
    return [(x, y, x + SIDE, y + SIDE) for x, y in low.tolist()]


def _timed(name: str, build: float, size: int, opened: Callable[[], Ask], boxes: list[Box]) -> Row:
    start = time.perf_counter()
    ask = opened()
    ask(boxes[0])
    first = time.perf_counter() - start
    start = time.perf_counter()
    answers = [ask(box) for box in boxes]
    return Row(name, build, size, first, (time.perf_counter() - start) / len(boxes), answers)


def _ours(source: Path, home: Path, boxes: list[Box]) -> Row:
    start = time.perf_counter()
    done = import_layer(source, name="parcels", secrecy="open", home=home, by="DLBM")
    build = time.perf_counter() - start

    def opened() -> Ask:
        version = open_version(done.folder)
        return lambda box: _asked(version, box)

    return _timed("Shoutu", build, _size(done.folder), opened, boxes)


def _asked(version: LayerVersion, box: Box) -> set[int]:
    features = features_in(version, box)
    for feature in features:
        outlines(version, feature)
    return {row["BSM"] for row in attributes_of(version, features)}


def _gdal(name: str, driver: str, source: Path, path: Path) -> Row:
    file = pq.ParquetFile(source)
    geometry = pa.field("geometry", pa.binary(), metadata={"ARROW:extension:name": "ogc.wkb"})
    schema = pa.schema([*(field for field in file.schema_arrow if field.name != "geometry"), geometry])

    def batches() -> pa.RecordBatchReader:
        found = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in file.iter_batches())
        return pa.RecordBatchReader.from_batches(schema, found)

    start = time.perf_counter()
    write_arrow(
        batches(), path, layer="a", driver=driver, geometry_name="geometry", geometry_type="Polygon", crs=CRS
    )
    build = time.perf_counter() - start

    def ask(box: Box) -> set[int]:
        return set(read_arrow(path, bbox=box)[1].column("BSM").to_pylist())

    return _timed(name, build, path.stat().st_size, lambda: ask, _boxes())


def _parquet(source: Path, path: Path) -> Row:
    """GeoParquet with its covering, features ordered by place so that row groups hold what is near."""
    start = time.perf_counter()
    table = pq.read_table(source)
    boxes = shapely.bounds(shapely.from_wkb(table.column("geometry").to_numpy()))
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    order = np.lexsort((middle[:, 0], (middle[:, 1] / 0.1).astype(int), (middle[:, 0] / 0.1).astype(int)))
    struct = pa.StructArray.from_arrays(
        [pa.array(boxes[:, k]) for k in range(4)], ["xmin", "ymin", "xmax", "ymax"]
    )
    pq.write_table(
        table.append_column("bbox", struct).take(order), path, compression="zstd", row_group_size=10_000
    )
    build = time.perf_counter() - start

    def ask(box: Box) -> set[int]:
        meets = (pc.field("bbox", "xmin") <= box[2]) & (pc.field("bbox", "xmax") >= box[0])
        meets &= (pc.field("bbox", "ymin") <= box[3]) & (pc.field("bbox", "ymax") >= box[1])
        found = pq.read_table(path, columns=["BSM", "DLBM", "geometry"], filters=meets)
        return set(found.column("BSM").to_pylist())

    return _timed("GeoParquet", build, path.stat().st_size, lambda: ask, _boxes())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
