"""The peers of the overlay benchmark, each as fast as we know how to make it: bulk calls, two threads.

Both measure in an equal-area plane (cylindrical, authalic latitude of CGCS2000, x scaled at 39°): areas
there are those of the ellipsoid, for edges straight in that plane. Over a parcel's edge that differs
from straight in degrees by some 10 µm, which the comparison of areas allows for.
"""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from pyproj import Transformer

from shoutu.geometry.rings import Floats, Rings

PLANE = "+proj=cea +lat_ts=39 +lon_0=109 +ellps=GRS80 +units=m"
THREADS = 2


@dataclass
class Run:
    """Seconds by phase, on the clock and of processors, the least of all rounds.

    query   the call that is compared: area (patches, classes)
    """

    name: str
    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    query: Callable[[], Floats] = lambda: np.zeros((0, 0))

    def timed(self, phase: str, work: Callable[[], object]) -> object:
        start, used = time.perf_counter(), time.process_time()
        result = work()
        took, used = time.perf_counter() - start, time.process_time() - used
        self.seconds[phase] = min(took, self.seconds.get(phase, np.inf))
        self.processor[phase] = min(used, self.processor.get(phase, np.inf))
        return result


def polygons(rings: Rings) -> npt.NDArray[np.object_]:
    """Shapely polygons in the equal-area plane, one a ring."""
    x, y = Transformer.from_crs("EPSG:4490", PLANE, always_xy=True).transform(rings.xy[:, 0], rings.xy[:, 1])
    which = np.repeat(np.arange(len(rings.owners)), np.diff(rings.starts))
    return shapely.polygons(shapely.linearrings(np.stack([x, y], axis=1), indices=which))


def with_shapely(patches: Rings, parcels: Rings, codes: npt.NDArray[np.int32], classes: int) -> Run:
    run = Run("shapely")
    ours, theirs = polygons(patches), polygons(parcels)
    tree = run.timed("build", lambda: _built(theirs))
    assert isinstance(tree, shapely.STRtree)

    def part(which: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Floats]:
        at, found = tree.query(ours[which])
        area = shapely.area(shapely.intersection(ours[which][at], theirs[found]))
        return which[at] * classes + codes[found], area

    def query() -> Floats:
        # Near patches together, as the index likes it; small slices, so that both threads end together.
        centre = shapely.get_coordinates(shapely.centroid(ours))
        order = np.lexsort((centre[:, 0], np.floor(centre[:, 1] / 5000)))
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(part, np.array_split(order, 32)))
        keys, areas = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
        return np.bincount(keys, weights=areas, minlength=len(ours) * classes).reshape(len(ours), classes)

    run.query = query
    return run


def _built(theirs: npt.NDArray[np.object_]) -> shapely.STRtree:
    tree = shapely.STRtree(theirs)
    tree.query(theirs[0])
    return tree


def with_duckdb(patches: Rings, parcels: Rings, codes: npt.NDArray[np.int32], classes: int) -> Run:
    run = Run("DuckDB spatial")
    base = duckdb.connect(config={"threads": THREADS})
    files = importlib.metadata.files("duckdb-extension-spatial") or []
    extension = next(f for f in files if f.name.endswith(".duckdb_extension"))
    base.execute(f"LOAD '{extension.locate()}'")
    columns = {
        "p": pa.table({"id": np.arange(len(patches.owners)), "w": shapely.to_wkb(polygons(patches))}),
        "q": pa.table({"code": codes, "w": shapely.to_wkb(polygons(parcels))}),
    }
    for name, table in columns.items():
        base.register(f"{name}_wkb", table)

    def build() -> None:
        base.execute("CREATE TABLE p AS SELECT id, ST_GeomFromWKB(w) AS g FROM p_wkb")
        base.execute("CREATE TABLE q AS SELECT code, ST_GeomFromWKB(w) AS g FROM q_wkb")

    run.timed("build", build)
    join = """SELECT p.id AS id, q.code AS code, sum(ST_Area(ST_Intersection(p.g, q.g))) AS area
              FROM q JOIN p ON ST_Intersects(q.g, p.g) GROUP BY ALL"""

    def query() -> Floats:
        rows = base.execute(join).to_arrow_table()
        areas = np.zeros((len(patches.owners), classes))
        areas[rows["id"].to_numpy(), rows["code"].to_numpy()] = rows["area"].to_numpy()
        return areas

    run.query = query
    return run
