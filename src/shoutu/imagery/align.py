"""Registration: by how many pixels AFTER is displaced, or that it cannot be told.

Translation by the enhanced correlation coefficient (Evangelidis and Psarakis 2008), once on intensity and
once on its gradient, both from zero. The two must converge, agree and stay near: a method that locks on a
wrong peak would follow any shift perfectly, so agreement is the only evidence there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import ndimage

from shoutu.imagery.normalise import Numbers, intensity
from shoutu.imagery.scene import Flags, Floats, Pair, Span

TILE = 512
TILES_PER_SIDE = 3
MIN_SIDE = 32
"""Below this a tile holds too little texture for one number, let alone two that agree."""
MAX_DISAGREEMENT = 1.5
MAX_OFFSET = 8.0
NEGLIGIBLE = 0.15
"""A smaller shift costs more by resampling than it repairs."""
MIN_VALID = 0.5
STEPS = 40
CONVERGED = 3e-3

Vector = tuple[float, float]


@dataclass(frozen=True)
class Registration:
    """`shift` in pixels of BEFORE, (right, down), as `Pair.shift` takes it; (0, 0) when nothing is moved.

    tried, accepted   how many tiles were looked at, and in how many the two methods agreed
    """

    shift: Vector
    tried: int
    accepted: int

    @property
    def moved(self) -> bool:
        return self.shift != (0.0, 0.0)


def register(pair: Pair) -> Registration:
    """The median shift over the accepted tiles of a pair whose grids may differ."""
    spans = _tiles(pair.grid.width, pair.grid.height)
    shifts = [shift for span in spans if (shift := _tile_shift(pair, span)) is not None]
    if not shifts:
        return Registration((0.0, 0.0), len(spans), 0)
    right, down = (float(value) for value in np.median(np.array(shifts), axis=0))
    if np.hypot(right, down) < NEGLIGIBLE:
        right = down = 0.0
    return Registration((right, down), len(spans), len(shifts))


def _tiles(width: int, height: int) -> list[Span]:
    """At most 3 × 3 tiles spread over the scene, no more than are needed to cover it."""
    across, down = min(TILE, width), min(TILE, height)
    if min(across, down) < MIN_SIDE:
        return []
    cols, rows = (
        np.linspace(0, side - tile, min(TILES_PER_SIDE, -(-side // TILE))).astype(int)
        for side, tile in ((width, across), (height, down))
    )
    return [Span(int(col), int(row), across, down) for row in rows for col in cols]


def _tile_shift(pair: Pair, span: Span) -> Vector | None:
    before, after = pair.before.read(span), pair.read_after(span)
    valid = np.isfinite(before[0]) & np.isfinite(after[0])
    if valid.mean() < MIN_VALID:
        return None
    return shift_between(intensity(before), intensity(after), valid)


def shift_between(before: Floats, after: Floats, valid: Flags) -> Vector | None:
    """The (right, down) at which `after` shows what `before` shows, or None when the methods differ.

    The gradient's answer is taken, for new bright ground moves it less; intensity is its witness.

    before, after   (height, width) float32; valid   where both have data
    """
    found = []
    for feature in (_same, _gradient):
        shift = _coarse_to_fine(feature(before), feature(after), valid)
        if shift is None or np.hypot(*shift) > MAX_OFFSET:
            return None
        found.append(shift)
    (right, down), (right_too, down_too) = found
    if np.hypot(right - right_too, down - down_too) > MAX_DISAGREEMENT:
        return None
    return right_too, down_too


def _same(plane: Floats) -> Floats:
    return plane


def _gradient(plane: Floats) -> Floats:
    out: Floats = ndimage.gaussian_gradient_magnitude(plane, 1.0)
    return out


def _coarse_to_fine(before: Floats, after: Floats, valid: Flags) -> Vector | None:
    shift: Vector | None = (0.0, 0.0)
    for step in (4, 2, 1):
        if min(before.shape) // step < MIN_SIDE // 2 or shift is None:
            continue
        blur = 0.7 * step if step > 1 else 1.0
        template, image = (ndimage.gaussian_filter(plane, blur)[::step, ::step] for plane in (before, after))
        weight = valid[::step, ::step].astype(np.float32)
        start = (shift[0] / step, shift[1] / step)
        shift = _ecc(template, image, weight, start, 2 * MAX_OFFSET / step)
        shift = None if shift is None else (shift[0] * step, shift[1] * step)
    return shift


def _ecc(template: Floats, image: Floats, weight: Floats, shift: Vector, limit: float) -> Vector | None:
    """Maximise the weighted correlation of template(x) with image(x + shift); None without convergence.

    What changed is the enemy here: pixels that do not fit lose their say (Cauchy weights), and a step that
    turns back is halved, for a few strong edges of new ground would have the iteration swing around them.
    """
    known = weight > 0
    if known.sum() < MIN_SIDE:
        return None
    template, image = _standard(template, known), _standard(image, known)
    padded, covered = _padded(image), _padded(weight, "constant")
    position: Numbers = np.array(shift)
    last: Numbers = np.zeros(2)
    share, fitting = 1.0, np.ones_like(weight)
    for _ in range(STEPS):
        moved = _moved(padded, position)
        inside = weight * _moved(covered, position)
        fitting = _fitting(_misfit(template, moved, inside * fitting), inside)
        step = _ecc_step(template, moved, inside * fitting)
        if step is None:
            return None
        share = share / 2 if step @ last < 0 else min(1.0, 2 * share)
        position, last = position + share * step, step
        if np.hypot(*position) > limit:
            return None
        if np.hypot(*step) < CONVERGED:
            return float(position[0]), float(position[1])
    return None


_PAD = int(2 * MAX_OFFSET) + 2


def _padded(plane: Floats, mode: Literal["edge", "constant"] = "edge") -> Floats:
    out: Floats = np.pad(plane, _PAD, mode=mode)
    return out


def _moved(padded: Floats, shift: Numbers) -> Floats:
    """plane(x + shift), bilinear, as four slices: a translation has one pair of fractions for all pixels."""
    whole = np.floor(shift).astype(int)
    right, down = (np.float32(part) for part in shift - whole)
    col, row = whole + _PAD
    height, width = padded.shape[0] - 2 * _PAD, padded.shape[1] - 2 * _PAD
    upper = padded[row : row + height + 1, col : col + width + 1]
    across = upper[:, :-1] + right * (upper[:, 1:] - upper[:, :-1])
    out: Floats = across[:-1] + down * (across[1:] - across[:-1])
    return out


def _standard(plane: Floats, known: Flags) -> Floats:
    """Median 0 and spread 1 over the known pixels."""
    values = plane[known]
    median = np.median(values)
    spread = 1.4826 * np.median(np.abs(values - median))
    out: Floats = (plane - median) / max(spread, np.float32(1e-6))
    return out


def _misfit(template: Floats, moved: Floats, weight: Floats) -> Floats:
    """What is left of the template after the weighted regression on the moved image."""
    total = max(float(weight.sum()), 1e-6)
    mean, mean_moved = (float(np.vdot(plane, weight)) / total for plane in (template, moved))
    spread = float(np.vdot(np.square(moved - np.float32(mean_moved)), weight))
    joint = float(np.vdot((template - np.float32(mean)) * (moved - np.float32(mean_moved)), weight))
    slope = np.float32(joint / spread if spread > 0 else 0.0)
    out: Floats = template - np.float32(mean) - slope * (moved - np.float32(mean_moved))
    return out


def _fitting(misfit: Floats, weight: Floats) -> Floats:
    """Cauchy weights; their spread is taken on every fourth row and column."""
    few = misfit[::4, ::4][weight[::4, ::4] > 0]
    spread = 1.4826 * float(np.median(np.abs(few))) + 1e-3 if len(few) else 1.0
    out: Floats = 1 / (1 + np.square(misfit / np.float32(2 * spread)))
    return out


def _ecc_step(template: Floats, moved: Floats, weight: Floats) -> Numbers | None:
    """One step of the forward additive algorithm, its equations (15) to (20), for a translation."""
    total = float(weight.sum())
    if total < MIN_SIDE:
        return None
    root = np.sqrt(weight).ravel()

    def centred(plane: Floats) -> Floats:
        values = plane.ravel()
        out: Floats = (values - np.float32(float(values @ weight.ravel()) / total)) * root
        return out

    wanted, got = centred(template), centred(moved)
    jacobian = np.stack([centred(np.gradient(moved, axis=1)), centred(np.gradient(moved, axis=0))])
    hessian = (jacobian @ jacobian.T).astype(np.float64)
    if not np.isfinite(hessian).all() or np.linalg.cond(hessian) > 1e8:
        return None
    to_got, to_wanted = ((jacobian @ side).astype(np.float64) for side in (got, wanted))
    solved = np.linalg.solve(hessian, to_got)
    below = float(wanted @ got) - float(to_wanted @ solved)
    if below <= 0:
        return None
    gain = (float(got @ got) - float(to_got @ solved)) / below
    return np.asarray(np.linalg.solve(hessian, gain * to_wanted - to_got), dtype=np.float64)
