"""The peers of the overlay benchmark, each as fast as we know how to make it: bulk calls, two threads.

All measure in an equal-area plane (cylindrical, authalic latitude of CGCS2000, x scaled at 39°): areas
there are those of the ellipsoid, for edges straight in that plane. Over a parcel's edge that differs
from straight in degrees by some 10 µm, which the comparison of areas allows for.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from pyproj import Transformer

from shoutu.geometry.rings import Floats, Rings

PLANE = "+proj=cea +lat_ts=39 +lon_0=109 +ellps=GRS80 +units=m"
THREADS = 2
Shapes = npt.NDArray[np.object_]
Keys = npt.NDArray[np.int64]


@dataclass
class Peer:
    """Seconds by phase, the least of all rounds. query: the call that is compared, area (patches, keys)."""

    name: str
    query: Callable[[], Floats]
    seconds: dict[str, float] = field(default_factory=dict)

    def timed(self, phase: str, work: Callable[[], Floats]) -> Floats:
        start = time.perf_counter()
        result = work()
        self.seconds[phase] = min(time.perf_counter() - start, self.seconds.get(phase, np.inf))
        return result


@dataclass(frozen=True)
class Ground:
    """All layers' shapes in the plane, the key (layer × class) of each, and how many keys there are."""

    shapes: Shapes
    keys: Keys
    count: int


def polygons(rings: Rings) -> Shapes:
    """Shapely polygons in the equal-area plane, one a ring."""
    x, y = Transformer.from_crs("EPSG:4490", PLANE, always_xy=True).transform(rings.xy[:, 0], rings.xy[:, 1])
    which = np.repeat(np.arange(len(rings.owners)), np.diff(rings.starts))
    return shapely.polygons(shapely.linearrings(np.stack([x, y], axis=1), indices=which))


def spread(rows: Keys, keys: Keys, areas: Floats, shape: tuple[int, int]) -> Floats:
    """Areas summed by patch and key."""
    flat = np.bincount(rows * shape[1] + keys, weights=areas, minlength=shape[0] * shape[1])
    return flat.reshape(shape)


def with_shapely(patches: Shapes, ground: Ground) -> Peer:
    start = time.perf_counter()
    tree = shapely.STRtree(ground.shapes)
    tree.query(ground.shapes[0])
    built = time.perf_counter() - start
    # Near patches together, as the index likes it; small slices, so that both threads end together.
    centre = shapely.get_coordinates(shapely.centroid(patches))
    order = np.lexsort((centre[:, 0], np.floor(centre[:, 1] / 5000)))

    def part(which: Keys) -> tuple[Keys, Keys, Floats]:
        at, found = tree.query(patches[which])
        area = shapely.area(shapely.intersection(patches[which][at], ground.shapes[found]))
        return which[at], ground.keys[found], area

    def query() -> Floats:
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(part, np.array_split(order, 32)))
        rows, keys, areas = (np.concatenate([p[i] for p in parts]) for i in range(3))
        return spread(rows, keys, areas, (len(patches), ground.count))

    return Peer("shapely (GEOS), two threads", query, {"build": built})


def with_geopandas(patches: Shapes, ground: Ground) -> Peer:
    import geopandas

    left = geopandas.GeoDataFrame({"patch": np.arange(len(patches))}, geometry=patches)
    right = geopandas.GeoDataFrame({"key": ground.keys}, geometry=ground.shapes)
    start = time.perf_counter()
    right.sindex.query(ground.shapes[0])
    built = time.perf_counter() - start

    def query() -> Floats:
        found = geopandas.overlay(left, right, how="intersection", keep_geom_type=True)
        areas = found.geometry.area.to_numpy()
        return spread(found["patch"].to_numpy(), found["key"].to_numpy(), areas, (len(patches), ground.count))

    return Peer("geopandas.overlay, one thread", query, {"build": built})


def with_duckdb(patches: Shapes, ground: Ground) -> Peer:
    base = duckdb.connect(config={"threads": THREADS})
    files = importlib.metadata.files("duckdb-extension-spatial") or []
    extension = next(f for f in files if f.name.endswith(".duckdb_extension"))
    base.execute(f"LOAD '{extension.locate()}'")
    for name, table in _tables(patches, ground).items():
        base.register(f"{name}_wkb", table)
    start = time.perf_counter()
    base.execute("CREATE TABLE p AS SELECT id, ST_GeomFromWKB(w) AS g FROM patches_wkb")
    base.execute("CREATE TABLE q AS SELECT key, ST_GeomFromWKB(w) AS g FROM ground_wkb")
    built = time.perf_counter() - start
    join = """SELECT p.id AS id, q.key AS key, sum(ST_Area(ST_Intersection(p.g, q.g))) AS area
              FROM q JOIN p ON ST_Intersects(q.g, p.g) GROUP BY ALL"""

    def query() -> Floats:
        return _filled(base.execute(join).to_arrow_table(), (len(patches), ground.count))

    return Peer("DuckDB spatial, two threads", query, {"build": built})


def with_sedona(patches: Shapes, ground: Ground, folder: Path, rounds: int) -> tuple[Peer, Floats]:
    """SedonaDB in an environment of its own; its rounds are run at once, and its areas come with it."""
    for name, table in _tables(patches, ground).items():
        with pa.ipc.new_file(folder / f"{name}.arrow", table.schema) as out:
            out.write_table(table)
    python = _environment(folder / "env", ["sedonadb", "pyarrow"])
    script = Path(__file__).with_name("_sedona.py")
    told = subprocess.run(
        [python, script, folder, str(rounds)], check=True, capture_output=True, text=True,
        env={**os.environ, "DATAFUSION_EXECUTION_TARGET_PARTITIONS": str(THREADS)},
    ).stdout  # fmt: skip
    built, *queries = map(float, told.split())
    with pa.ipc.open_file(folder / "rows.arrow") as source:
        areas = _filled(source.read_all(), (len(patches), ground.count))
    peer = Peer("SedonaDB, two threads", lambda: areas, {"build": built, "query": min(queries)})
    return peer, areas


def _environment(folder: Path, packages: Sequence[str]) -> Path:
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *packages], check=True)
    return python


def _tables(patches: Shapes, ground: Ground) -> dict[str, pa.Table]:
    return {
        "patches": pa.table({"id": np.arange(len(patches)), "w": shapely.to_wkb(patches)}),
        "ground": pa.table({"key": ground.keys, "w": shapely.to_wkb(ground.shapes)}),
    }


def _filled(rows: pa.Table, shape: tuple[int, int]) -> Floats:
    areas = np.zeros(shape)
    areas[rows["id"].to_numpy(), rows["key"].to_numpy()] = rows["area"].to_numpy()
    return areas
