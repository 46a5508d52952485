"""Patches × five layers on Dask workers of one machine: one worker, two, and two threads without Dask."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from distributed import LocalCluster

from benchmarks._layers import KINDS, box_of, make_layer, open_layer, write_layer
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.overlay import LayerView, Overlay, overlay
from shoutu.overlay.cluster import overlay_on
from shoutu.testing.parcels import make_patches

ROUNDS = 3


def run(arguments: argparse.Namespace) -> str:
    share, count = (0.1, 10_000) if arguments.small else (1.0, 500_000)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        made = [make_layer(kind, share) for kind in KINDS]
        for kind, parcels in zip(KINDS, made, strict=True):
            write_layer(folder, kind, parcels)
        layers = [open_layer(folder, kind) for kind in KINDS]
        patches = prepare(make_patches(count, box_of(share), copied=made[0].rings))
        here, alone = _best(lambda: overlay(patches, layers, threads=1))
        _, both = _best(lambda: overlay(patches, layers, threads=2))
        lines = ["| | s | times one thread |", "|---|---|---|"]
        lines += [f"| {name} | {took:.2f} | {alone / took:.2f} |" for name, took in
                  (("one thread", alone), ("two threads", both))]  # fmt: skip
        for workers in (1, 2):
            there, took = _on(workers, patches, layers)
            assert there.area_m2.tobytes() == here.area_m2.tobytes()
            lines.append(f"| {workers} Dask worker{'s' * (workers > 1)} | {took:.2f} | {alone / took:.2f} |")
    size = sum(getattr(patches, name).nbytes for name in ("xy", "records", "piece_box", "piece_area", "area"))
    return (
        f"{count:,} patches ({size / 1e6:.0f} MB, sent to each worker), {len(here.patch):,} rows back; "
        "equal bytes in all\n\n" + "\n".join(lines)
    )


def _on(workers: int, patches: Prepared, layers: list[LayerView]) -> tuple[Overlay, float]:
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        return _best(lambda: overlay_on(cluster.scheduler_address, patches, layers))


def _best(call: Callable[[], Overlay]) -> tuple[Overlay, float]:
    best = np.inf
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - start)
    return result, float(best)
