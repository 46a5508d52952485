"""One footprint at a time against five layers, as the gates ask: p99 under 0.05 ms, beside SQLite and GEOS.

The peer keeps the shapes of all five layers in SQLite with an R*Tree over their boxes, as GPKG does, and
measures with GEOS in the equal-area plane; its database lies in the page cache.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks._layers import KINDS, box_of, make_layer, open_layer, write_layer
from benchmarks._peers import polygons
from shoutu.geometry.index import search
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Floats, Rings
from shoutu.layers.open import open_version
from shoutu.layers.query import view
from shoutu.overlay import LayerView
from shoutu.overlay.footprint import Footprints
from shoutu.testing.parcels import CLASSES, Parcels, make_patches

Areas = dict[tuple[int, int], float]


def run(arguments: argparse.Namespace) -> str:
    share, calls, slow = (0.1, 1000, 200) if arguments.small else (1.0, 100_000, 10_000)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        made = [make_layer(kind, share) for kind in KINDS]
        for kind, parcels in zip(KINDS, made, strict=True):
            write_layer(folder, kind, parcels)
        layers = [open_layer(folder, kind) for kind in KINDS]
        patches = make_patches(calls, box_of(share), copied=made[0].rings, seed=4)
        ready = prepare(patches)
        found = sum(len(search(layer.reference.tree, ready.piece_box)[0]) for layer in layers)
        sizes = np.percentile(ready.area, [50, 99])
        asked = [_one(patches, k) for k in range(calls)]
        gate = Footprints(layers)
        rows = [
            ("Shoutu, warm", _timed(gate.rows, asked)),
            ("Shoutu, warm, again", _timed(gate.rows, asked)),
            ("Shoutu, cold: no page of any layer in memory", _cold(folder, asked[:slow:10])),
        ]
        peer = _Peer(folder / "peer.sqlite", made)
        shapes = polygons(patches)[:slow]
        peer.areas(shapes[0])
        rows.append(("SQLite R*Tree + GEOS, warm", _timed(peer.areas, shapes)))
        worst = max(_difference(gate, layers, peer, asked[k], shapes[k]) for k in range(0, slow, 10))
    lines = ["| one footprint | calls | p50 ms | p99 ms | p99.9 ms |", "|---|---|---|---|---|"]
    for name, took in rows:
        p50, p99, p999 = np.percentile(took * 1e3, [50, 99, 99.9])
        lines.append(f"| {name} | {len(took):,} | {p50:.4f} | {p99:.4f} | {p999:.4f} |")
    return (
        f"Footprints of {len(asked[0].xy)} vertices, half above {sizes[0]:,.0f} m², one in a hundred above "
        f"{sizes[1]:,.0f} m²; {found / calls:.1f} polygons of {sum(len(p.codes) for p in made):,} have a box "
        f"that meets theirs. Rings to rows, one thread.\n\n"
        + "\n".join(lines)
        + f"\n\nLargest difference of areas, as a share of what is allowed: {worst:.2g}"
    )


def _one(patches: Rings, k: int) -> Rings:
    xy = patches.xy[patches.starts[k] : patches.starts[k + 1]]
    return Rings(xy, np.array([0, len(xy)]), np.zeros(1, np.int64), 1)


def _timed(call: Callable[[Any], object], asked: Iterable[Any]) -> Floats:
    took = []
    for one in asked:
        start = time.perf_counter()
        call(one)
        took.append(time.perf_counter() - start)
    return np.array(took)


def _cold(folder: Path, asked: list[Rings]) -> Floats:
    """Each call after all pages of the layers were put out of memory, the file's too."""
    versions = [open_version(folder / kind.name) for kind in KINDS]
    gate = Footprints([view(version, "class") for version in versions])
    took = np.empty(len(asked))
    for k, rings in enumerate(asked):
        for version in versions:
            version.release()
            for path in version.folder.iterdir():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        start = time.perf_counter()
        gate.rows(rings)
        took[k] = time.perf_counter() - start
    return took


class _Peer:
    def __init__(self, path: Path, made: list[Parcels]) -> None:
        self._base = sqlite3.connect(path)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute(
            "CREATE TABLE shapes (id INTEGER PRIMARY KEY, layer INTEGER, code INTEGER, w BLOB)"
        )
        self._base.execute("CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1, y0, y1)")
        number = 0
        for layer, parcels in enumerate(made):
            shapes = polygons(parcels.rings)
            ids = range(number, number + len(shapes))
            kept = zip(
                ids, [layer] * len(shapes), parcels.codes.tolist(), shapely.to_wkb(shapes), strict=True
            )
            self._base.executemany("INSERT INTO shapes VALUES (?, ?, ?, ?)", kept)
            boxes = shapely.bounds(shapes)[:, [0, 2, 1, 3]].tolist()
            rows = ((at, *box) for at, box in zip(ids, boxes, strict=True))
            self._base.executemany("INSERT INTO boxes VALUES (?, ?, ?, ?, ?)", rows)
            number += len(shapes)
        self._base.commit()

    def areas(self, patch: shapely.Geometry) -> Areas:
        """m² by layer and class."""
        x0, y0, x1, y1 = patch.bounds
        found = self._base.execute(
            """SELECT layer, code, w FROM boxes JOIN shapes USING (id)
               WHERE x0 <= ? AND x1 >= ? AND y0 <= ? AND y1 >= ?""",
            (x1, x0, y1, y0),
        ).fetchall()
        shared = shapely.area(shapely.intersection(patch, shapely.from_wkb([row[2] for row in found])))
        total: Areas = {}
        for (layer, code, _), area in zip(found, shared.tolist(), strict=True):
            if area > 0:
                total[layer, code] = total.get((layer, code), 0.0) + area
        return total


def _difference(
    gate: Footprints, layers: list[LayerView], peer: _Peer, rings: Rings, shape: shapely.Geometry
) -> float:
    """Worst |ours − theirs| over 2e-6 of the footprint or 0.05 m²; AssertionError above 1."""
    names = [layer.name for layer in layers]
    ours = {(names.index(row.layer), CLASSES.index(row.class_)): row.area_m2 for row in gate.rows(rings)}
    theirs = peer.areas(shape)
    allowed = max(0.05, 2e-6 * shape.area)
    worst = max((abs(ours.get(k, 0.0) - theirs.get(k, 0.0)) for k in ours | theirs), default=0.0) / allowed
    assert worst <= 1, f"areas differ by {worst:.3g} times what is allowed"
    return worst
