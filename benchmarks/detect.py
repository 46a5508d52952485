"""Claim: sampled IR-MAD finds change at 5 million pixels a second on one core, and better than plain CVA.

Seeded work: 3000 × 3000 pixels of six bands in two seasons, with 400 fields altered. The peer is change
vector analysis on standardised bands with the same pooling and the same threshold rule, in numpy; it is
what one writes in an afternoon. Both are timed without file access, in processor seconds, so that threads
win nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from shoutu.imagery.change import fit, pool, score, threshold_of
from shoutu.imagery.detect import SAMPLE
from shoutu.imagery.scene import WINDOW

Floats = npt.NDArray[np.float32]
SIDE, BANDS, FIELDS, SEED = 3000, 6, 400, 20240601
GOAL = 5.0


@dataclass(frozen=True)
class Scene:
    before: Floats
    after: Floats
    changed: npt.NDArray[np.bool_]


def scene(side: int = SIDE, fields: int = FIELDS, seed: int = SEED) -> Scene:
    """Eight covers in parcels with texture; the season scales each band and moves each cover a little.

    Where it moves covers by more than noise and texture, no method of this kind can tell season from change.
    """
    rng = np.random.default_rng(seed)
    coarse = side // 25 + 1
    cover = np.kron(rng.integers(0, 8, (coarse, coarse)), np.ones((25, 25), dtype=int))[:side, :side]
    spectra = rng.uniform(30, 180, (8, BANDS)).astype(np.float32)
    season = rng.normal(0, 4, (8, BANDS)).astype(np.float32)
    gain = rng.uniform(0.7, 1.3, BANDS).astype(np.float32)
    texture = ndimage.gaussian_filter(rng.standard_normal((side, side), dtype=np.float32), 2) * 40
    changed = np.zeros((side, side), dtype=bool)
    after_cover = cover.copy()
    for row, col in rng.integers(0, side - 30, (fields, 2)):
        height, width = rng.integers(5, 25, 2)
        spot = (slice(row, row + height), slice(col, col + width))
        after_cover[spot] = (cover[row, col] + rng.integers(1, 8)) % 8
        changed[spot] = after_cover[spot] != cover[spot]
    before, after = (np.empty((BANDS, side, side), dtype=np.float32) for _ in range(2))
    for band in range(BANDS):
        noise = rng.standard_normal((2, side, side), dtype=np.float32) * 3
        before[band] = spectra[cover, band] + texture + noise[0]
        after[band] = gain[band] * (spectra + season)[after_cover, band] + 0.8 * texture + noise[1]
    return Scene(before, after, changed)


def ir_mad(work: Scene) -> Floats:
    """The steps of `shoutu detect` between reading and outlining."""
    side = work.before.shape[1]
    stride = max(1, int(np.sqrt(side * side / SAMPLE)))
    sample = (slice(None), slice(None, None, stride), slice(None, None, stride))
    detector = fit(work.before[sample].reshape(BANDS, -1), work.after[sample].reshape(BANDS, -1))
    root = np.empty((side, side), dtype=np.float32)
    for row in range(0, side, WINDOW):
        for col in range(0, side, WINDOW):
            window = (slice(row, row + WINDOW), slice(col, col + WINDOW))
            root[window] = detector.root(work.before[:, *window], work.after[:, *window])
    return score(root, BANDS)[0]


def plain_cva(work: Scene) -> Floats:
    """Length of the difference of standardised bands; −1 … 1 around the threshold."""
    total = np.zeros(work.before.shape[1:], dtype=np.float32)
    for before, after in zip(work.before, work.after, strict=True):
        difference = (after - after.mean()) / after.std() - (before - before.mean()) / before.std()
        total += difference * difference
    pooled = pool(np.sqrt(total))
    return pooled / (2 * threshold_of(pooled, 0).level)


def f1(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    right = int((found & truth).sum())
    return 2 * right / (int(found.sum()) + int(truth.sum()))


def _timed(work: Scene, method: Callable[[Scene], Floats], rounds: int = 3) -> tuple[float, float]:
    best = np.inf
    for _ in range(rounds):
        start = time.process_time()
        level = method(work)
        best = min(best, time.process_time() - start)
    return work.changed.size / best / 1e6, f1(level >= 0.5, work.changed)


def run(arguments: argparse.Namespace) -> str:
    side, fields = (600, 30) if arguments.small else (SIDE, FIELDS)
    work = scene(side, fields)
    rows = []
    for name, method in (("plain CVA (numpy)", plain_cva), ("shoutu: sampled IR-MAD", ir_mad)):
        rows.append((name, *_timed(work, method)))
    (_, peer_speed, peer_f1), (_, speed, quality) = rows
    reached = "reached" if speed >= GOAL and quality > peer_f1 else "NOT REACHED"
    lines = [
        f"{side} × {side} pixels × {BANDS} bands, {fields} altered fields, {work.changed.mean():.2%} changed",
        "",
        "| method | Mpx/s per core | F1 at 0.5 |",
        "|---|---|---|",
        *(f"| {name} | {rate:.1f} | {f1:.3f} |" for name, rate, f1 in rows),
        f"| ours / peer | {speed / peer_speed:.2f} | {quality / peer_f1:.2f} |",
        "",
        "The fit costs the same for a small scene as for a large one, so the speed counts at full size."
        if arguments.small
        else f"Goal: {GOAL:.0f} Mpx/s per core and a better F1 than the peer's: {reached}.",
    ]
    return "\n".join(lines)
