"""Patches × five layers, one of 1,000,000: at least twenty times tuned shapely and DuckDB, equal areas.

Also: how the query grows to 1,000,000 patches, how far it is from reading each coordinate once, and what
unions cost where parcels overlap.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks._floor import floor
from benchmarks._layers import KINDS, box_of, make_layer, open_layer, write_layer
from benchmarks._peers import (
    Ground,
    Peer,
    polygons,
    with_duckdb,
    with_geopandas,
    with_sedona,
    with_shapely,
)  # fmt: skip
from shoutu.geometry.corrections import no_corrections
from shoutu.geometry.prepared import prepare
from shoutu.geometry.reference import make_reference
from shoutu.geometry.rings import Floats, Rings
from shoutu.overlay import LayerView, overlay
from shoutu.testing.parcels import CLASSES, Parcels, make_parcels, make_patches

ROUNDS = 5


def run(arguments: argparse.Namespace) -> str:
    share, count = (0.1, 1000) if arguments.small else (1.0, 10_000)
    _warm()
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        made = [make_layer(kind, share) for kind in KINDS]
        for kind, parcels in zip(KINDS, made, strict=True):
            write_layer(folder, kind, parcels)
        layers = [open_layer(folder, kind) for kind in KINDS]
        patches = make_patches(count, box_of(share), copied=made[0].rings)
        names = ", ".join(f"{len(p.codes):,} {k.name}" for k, p in zip(KINDS, made, strict=True))
        parts = [
            f"{count:,} patches × {names}; {sum(len(p.rings.xy) for p in made):,} vertices",
            _peers(patches, layers, made, folder),
            _growth(layers, made, share, count),
        ]
        del layers, made
    return "\n\n".join([*parts, _union_cost(round(1000 * share), share, count)])


def _warm() -> None:
    """Compile before anything is timed."""
    some = make_parcels(12, 12, enlarged=0.3)
    overlay(prepare(make_patches(2000)), [LayerView("", prepare(some.rings), some.codes, CLASSES)])


def _peers(patches: Rings, layers: list[LayerView], made: list[Parcels], folder: Path) -> str:
    shapes = polygons(patches)
    ground = Ground(
        np.concatenate([polygons(parcels.rings) for parcels in made]),
        np.concatenate([parcels.codes + len(CLASSES) * at for at, parcels in enumerate(made)]),
        len(CLASSES) * len(made),
    )
    # The patches come as rings: making them ready is part of the query.
    ours = Peer("Shoutu, two threads", lambda: _areas(patches, layers))
    peers = [with_shapely(shapes, ground), with_duckdb(shapes, ground)]
    worst = 0.0
    for _ in range(ROUNDS):
        # In turn, so that all meet the same weather.
        for _ in range(4):
            mine = ours.timed("query", ours.query)
        worst = max(worst, *(_difference(mine, peer.timed("query", peer.query)) for peer in peers))
    slow = with_geopandas(shapes, ground)
    worst = max(worst, _difference(mine, slow.timed("query", slow.query)))
    sedona, areas = with_sedona(shapes, ground, folder, ROUNDS)
    worst = max(worst, _difference(mine, areas))
    lines = ["| | build s | query s | times ours |", "|---|---|---|---|"]
    for peer in (ours, *peers, sedona, slow):
        built = f"{peer.seconds['build']:.1f}" if "build" in peer.seconds else "from the store"
        query = peer.seconds["query"]
        lines.append(f"| {peer.name} | {built} | {query:.4f} | {query / ours.seconds['query']:.1f} |")
    said = f"Largest difference between ours and a peer's area, as a share of what is allowed: {worst:.2g}"
    return "\n".join(lines) + f"\n\n{said}"


def _areas(patches: Rings, layers: list[LayerView]) -> Floats:
    result = overlay(prepare(patches), layers)
    areas = np.zeros((patches.features, len(CLASSES) * len(layers)))
    areas[result.patch, result.layer * len(CLASSES) + result.class_code] = result.area_m2
    return areas


def _difference(ours: Floats, theirs: Floats) -> float:
    """Worst |ours − theirs| over 2e-6 of the patch's area or 0.05 m²; AssertionError above 1."""
    allowed = np.maximum(0.05, 2e-6 * theirs.sum(axis=1, keepdims=True))
    worst = float((np.abs(ours - theirs) / allowed).max())
    assert worst <= 1, f"areas differ by {worst:.3g} times what is allowed"
    return worst


def _growth(layers: list[LayerView], made: list[Parcels], share: float, count: int) -> str:
    """Ours from rings to rows, shapely once, and the floor."""
    lines = [
        "| patches | one thread s | two threads s | µs a patch | shapely, times ours | times the floor |",
        "|---|---|---|---|---|---|",
    ]
    ground = Ground(
        np.concatenate([polygons(parcels.rings) for parcels in made]),
        np.concatenate([parcels.codes for parcels in made]).astype(np.int64),
        len(CLASSES),
    )
    for number in (count, count * 10, count * 100):
        patches = make_patches(number, box_of(share), copied=made[0].rings, seed=3)
        rounds = ROUNDS if number < 1_000_000 else 2
        one, two = (_best(patches, layers, threads, rounds) for threads in (1, 2))
        peer = with_shapely(polygons(patches), ground)
        peer.timed("query", peer.query)
        least, records = floor(prepare(patches), layers, rounds)
        lines.append(
            f"| {number:,} ({records:,} pairs of boxes) | {one:.4f} | {two:.4f} | {two / number * 1e6:.2f} "
            f"| {peer.seconds['query'] / two:.1f} | {two / least:.1f} |"
        )
    return "\n".join(lines)


def _best(patches: Rings, layers: list[LayerView], threads: int, rounds: int = ROUNDS) -> float:
    best = np.inf
    for _ in range(rounds):
        start = time.perf_counter()
        overlay(prepare(patches, threads=threads), layers, threads=threads)
        best = min(best, time.perf_counter() - start)
    return float(best)


def _union_cost(side: int, share: float, count: int) -> str:
    """A twentieth of the parcels enlarged over their neighbours, one class: sums and unions."""
    box = box_of(share)
    parcels = make_parcels(side, side, box, enlarged=0.05)
    patches = make_patches(count, box, copied=parcels.rings)
    start = time.perf_counter()
    reference = make_reference(prepare(parcels.rings))
    built = time.perf_counter() - start
    plain = replace(reference, corrections=no_corrections())
    codes = np.zeros_like(parcels.codes)
    summed = united = np.inf
    for _ in range(3 * ROUNDS):
        summed = min(summed, _best(patches, [LayerView("", plain, codes, ("",))], 2, 1))
        united = min(united, _best(patches, [LayerView("", reference, codes, ("",))], 2, 1))
    return (
        f"{reference.overlapping / side**2:.0%} of {side**2:,} parcels overlap another: sums {summed:.4f} s, "
        f"unions {united:.4f} s, {united / summed:.2f} times; made ready in {built:.1f} s"
    )
