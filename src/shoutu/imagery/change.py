"""How much each pixel changed: sampled IR-MAD, pooled, with a threshold from the pair itself.

IR-MAD (Nielsen 2007): canonical correlation of the two sets of bands finds what the scenes have in common
whatever the season, sensor or unit; what is left over is change. It is fitted on a sample and applied to
every pixel as one linear map, so the cost is that of a small matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, ndimage, special

from shoutu.imagery.normalise import scale_of
from shoutu.imagery.scene import Flags, Floats

Numbers = npt.NDArray[np.float64]

ROUNDS = 6
RIDGE = 1e-4
"""Of the mean variance, added to each band's: constant and repeated bands stay harmless."""
NOISE = 2e-3
"""Variance that a difference of two unit variates has at least: identical scenes differ by nothing, and
a copy with one altered field by a finite amount."""
SIGMA = 1.0
REACH = 4
"""Pixels that the Gaussian of σ = 1 reaches."""
MIRROR = 3.0
CORE = 5.5
"""A patch holds at least one pixel this many deviations above the median; without it, it is noise."""
LEVEL = 3.0
"""Above this many times the threshold's distance a pixel counts for little more in its neighbours: at 3 a
straight edge stays where it is, for the Gaussian carries less than a third past it."""
STRIP = 1024
SMALL_PRODUCT = 250_000
QUANTILE_SAMPLE = 1_000_000


@dataclass(frozen=True)
class Detector:
    """A linear map of stacked bands to variates whose squares sum to T.

    centre (2p,), weights (2p, p) for bands as delivered; T of unchanged pixels is about χ² with p degrees.
    """

    centre: Numbers
    weights: Numbers

    @property
    def bands(self) -> int:
        return int(self.weights.shape[1])

    def root(self, before: Floats, after: Floats) -> Floats:
        """√T of (bands, height, width) each, (height, width) float32, NaN where either has no data."""
        p, height, width = before.shape
        centres = self.centre.astype(np.float32)[:, None]
        maps = self.weights.T.astype(np.float32)
        out: Floats = np.empty((height, width), dtype=np.float32)
        # A few rows at a time: the steps stay in the processor's cache, and the products below the size at
        # which OpenBLAS wakes threads that cost more than they bring.
        rows = max(1, SMALL_PRODUCT // (p * p * width))
        for top in range(0, height, rows):
            one, other = (side[:, top : top + rows].reshape(p, -1) for side in (before, after))
            variates = maps[:, :p] @ (one - centres[:p])
            variates += maps[:, p:] @ (other - centres[p:])
            out[top : top + rows] = np.sqrt(np.einsum("ij,ij->j", variates, variates)).reshape(-1, width)
        return out


def fit(before: Floats, after: Floats, rounds: int = ROUNDS) -> Detector:
    """Fit on a sample of pixels, (bands, n) each, without NaN. With n = 0 nothing ever differs."""
    p = len(before)
    stacked = np.concatenate([before, after])
    scale = scale_of(stacked)
    values = scale.apply(stacked).astype(np.float64)
    weight = np.ones(values.shape[1])
    mean, weights = np.zeros(2 * p), np.zeros((2 * p, p))
    for _ in range(rounds):
        if weight.sum() < 2 * p + 1:
            break
        mean = values @ weight / weight.sum()
        centred = values - mean[:, None]
        weights = _canonical((centred * weight) @ centred.T / weight.sum())
        total = np.square(weights.T @ centred).sum(axis=0)
        weight = special.gammaincc(p / 2, total / 2)
    return Detector(scale.mean + mean * scale.spread, weights / scale.spread[:, None])


def _canonical(covariance: Numbers) -> Numbers:
    """(2p, p): differences of canonical variates of the two halves, scaled to unit variance."""
    p = len(covariance) // 2
    joint = covariance + RIDGE * max(float(np.trace(covariance)) / (2 * p), RIDGE) * np.eye(2 * p)
    left, right = (np.linalg.cholesky(half) for half in (joint[:p, :p], joint[p:, p:]))
    cross = linalg.solve_triangular(left, joint[:p, p:], lower=True)
    turn, rho, turned = np.linalg.svd(linalg.solve_triangular(right, cross.T, lower=True).T)
    out: Numbers = np.concatenate(
        [
            linalg.solve_triangular(left.T, turn),
            -linalg.solve_triangular(right.T, turned.T),
        ]
    )
    out /= np.sqrt(2 * (1 - np.minimum(rho, 1.0)) + NOISE)
    return out


@dataclass(frozen=True)
class Threshold:
    """`median` of the pooled √T and the `level` from which a pixel counts as changed."""

    median: float
    level: float

    @property
    def step(self) -> float:
        return self.level - self.median

    @property
    def core(self) -> float:
        return self.median + CORE / MIRROR * self.step


def threshold_of(pooled: Floats, bands: int) -> Threshold:
    """The mirror rule: the spread of unchanged pixels is that of the lower half, which change cannot reach.

    median + 3 · 1.4826 · median(median − x, x ≤ median); never under what plain noise of `bands` variates
    reaches, for the lower half of a scene compared with its own copy has no spread at all.
    """
    known = pooled[np.isfinite(pooled)]
    floor = float(np.sqrt(bands)) + 1.0
    if not len(known):
        return Threshold(0.0, floor)
    median = float(np.median(known))
    below = float(np.median(median - known[known <= median]))
    return Threshold(median, max(median + MIRROR * 1.4826 * below, floor))


def _strips(height: int) -> Iterator[tuple[slice, slice, slice]]:
    """Rows to write, rows to read with the Gaussian's reach, and the first within the second."""
    for top in range(0, height, STRIP):
        bottom = min(top + STRIP, height)
        first, last = max(0, top - REACH), min(height, bottom + REACH)
        yield slice(top, bottom), slice(first, last), slice(top - first, bottom - first)


def pool(root: Floats) -> Floats:
    """Gaussian mean of σ = 1 px over the pixels that have data; NaN stays NaN and spreads nowhere."""
    known = np.isfinite(root)
    if known.all():
        return _blurred(root)
    out: Floats = np.full(root.shape, np.nan, dtype=np.float32)
    np.divide(_blurred(np.where(known, root, 0)), _blurred(known.astype(np.float32)), out=out, where=known)
    return out


def _blurred(plane: Floats) -> Floats:
    out: Floats = ndimage.gaussian_filter(plane, SIGMA, mode="nearest", radius=REACH)
    return out


def _levelled(root: Floats, threshold: Threshold) -> Floats:
    """√T with what lies far above the threshold drawn together, order kept."""
    ceiling = threshold.median + LEVEL * threshold.step
    with np.errstate(invalid="ignore"):
        excess = np.maximum(root - ceiling, 0) / threshold.step
        drawn = 0.1 * threshold.step * excess / (1 + excess)
        out: Floats = (np.minimum(root, ceiling) + drawn).astype(np.float32)
    return out


def score(root: Floats, bands: int) -> tuple[Floats, Threshold]:
    """Map √T of a whole scene to 0–1, 0.5 being the threshold; NaN where there is no data.

    root   (height, width) float32
    Groups of changed pixels without a core (see CORE) are set just under 0.5.
    """
    height, width = root.shape
    stride = max(1, int(np.sqrt(height * width / QUANTILE_SAMPLE)))
    sampled = [
        pool(root[read])[keep][(-top.start) % stride :: stride, ::stride]
        for top, read, keep in _strips(height)
    ]
    threshold = threshold_of(np.concatenate([part.ravel() for part in sampled]), bands)
    level = np.full(root.shape, np.nan, dtype=np.float32)
    core = np.zeros(root.shape, dtype=bool)
    for rows, read, keep in _strips(height):
        with np.errstate(invalid="ignore"):
            core[rows] = pool(root[read])[keep] >= threshold.core
        level[rows] = _logistic(pool(_levelled(root[read], threshold))[keep], threshold)
    _sink_coreless(level, core)
    return level, threshold


def _logistic(pooled: Floats, threshold: Threshold) -> Floats:
    """0.5 at the threshold, 0.05 at the median."""
    exponent = (threshold.level - pooled) * (3.0 / threshold.step)
    out: Floats = (1.0 / (1.0 + np.exp(np.clip(exponent, -60.0, 60.0)))).astype(np.float32)
    return out


def _sink_coreless(level: Floats, core: Flags) -> None:
    with np.errstate(invalid="ignore"):
        changed = level >= 0.5
    labels, count = ndimage.label(changed)
    kept = np.zeros(count + 1, dtype=bool)
    kept[labels[core & changed]] = True
    changed &= ~kept[labels]
    level[changed] = np.nextafter(np.float32(0.5), np.float32(0))
