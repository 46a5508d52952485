"""Registration: the shift that was put in comes out, and what cannot be told is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from shoutu.imagery.align import MAX_OFFSET, shift_between
from shoutu.imagery.normalise import intensity
from tests.imagery.made import altered, ground

ALL = np.ones((160, 180), dtype=bool)


def planes(shift: tuple[float, float], noise: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Intensities of one ground, the second displaced so that x + shift shows what x showed."""
    rng = np.random.default_rng(8)
    wide = ground(200, 220, 3, seed=9)
    right, down = shift
    moved = np.stack([ndimage.shift(band, (down, right), order=3) for band in wide])
    sides = [side[:, 20:180, 20:200] + rng.normal(0, noise, (3, 160, 180)) for side in (wide, moved)]
    before, after = (intensity(side.astype(np.float32)) for side in sides)
    return before, after


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.3, -0.5), (1.0, 2.0), (-5.0, 3.5)])
def test_the_shift_comes_out(shift: tuple[float, float]) -> None:
    assert shift_between(*planes(shift), ALL) == pytest.approx(shift, abs=0.05)


def test_change_does_not_pull_it_away() -> None:
    before = ground(160, 180, 3)
    after, _ = altered(before, (slice(40, 80), slice(30, 90)), (slice(100, 140), slice(100, 150)))
    sides = (intensity(side.astype(np.float32)) for side in (before, after))
    assert shift_between(*sides, ALL) == pytest.approx((0, 0), abs=0.05)


def test_a_far_shift_is_refused() -> None:
    assert shift_between(*planes((MAX_OFFSET + 2, 3.0)), ALL) is None


def test_unlike_grounds_are_refused() -> None:
    first = intensity(ground(160, 180, 3, seed=1).astype(np.float32))
    noise = np.random.default_rng(2).normal(0, 1, (160, 180)).astype(np.float32)
    assert shift_between(first, noise, ALL) is None


def test_featureless_ground_is_refused() -> None:
    flat = np.zeros((160, 180), dtype=np.float32)
    assert shift_between(flat, flat, ALL) is None


def test_absent_ground_has_no_say() -> None:
    before, after = planes((0.6, -0.4))
    valid = ALL.copy()
    valid[:, 90:] = False
    after = np.where(valid, after, 0)
    assert shift_between(before, after, valid) == pytest.approx((0.6, -0.4), abs=0.08)
