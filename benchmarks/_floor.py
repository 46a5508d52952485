"""The floor beneath every overlay: the time to read each coordinate that is needed once from memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from shoutu.geometry.compiled import compiled
from shoutu.geometry.index import search
from shoutu.geometry.machine import prefetch
from shoutu.geometry.overlap import AHEAD, FLOATS_A_LINE
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import run_threads, sliced
from shoutu.overlay import LayerView


@compiled
def _read(xy: Floats, records: Ints, found: Ints) -> float:
    """Sum the vertices of the records, those to come under way from memory as in the kernel."""
    total, fetched = 0.0, 0
    for i in range(len(found)):
        while fetched < min(i + 1 + AHEAD, len(found)):
            for line in range(2 * records[found[fetched], 0], 2 * records[found[fetched], 1], FLOATS_A_LINE):
                prefetch(xy, line)
            fetched += 1
        for k in range(records[found[i], 0], records[found[i], 1]):
            total += xy[k, 0] + xy[k, 1]
    return total


def floor(patches: Prepared, layers: Sequence[LayerView], rounds: int) -> tuple[float, int]:
    """Seconds, the least of `rounds`, with two threads; and how many records are read."""
    jobs, count = [], 0
    for layer in layers:
        polygons = layer.reference.polygons
        for part in sliced(len(patches.piece_box)):
            found = search(layer.reference.tree, patches.piece_box[part])[1]
            count += len(found)
            jobs.append(partial(_read, polygons.xy, polygons.records, found))
    run_threads(jobs, 2)
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        run_threads(jobs, 2)
        best = min(best, time.perf_counter() - start)
    return float(best), count
