"""The measure of change itself: invariances, the mirror rule, and the shape of the score."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from shoutu.imagery.change import fit, pool, score, threshold_of
from tests.imagery.made import ground


def rooted(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    before, after = before.astype(np.float32), after.astype(np.float32)
    detector = fit(before.reshape(len(before), -1), after.reshape(len(after), -1))
    return detector.root(before, after)


@pytest.fixture
def noisy() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    values = ground(120, 120, 4)
    return values + rng.normal(0, 3, values.shape), values + rng.normal(0, 3, values.shape)


def test_it_is_blind_to_units_and_mixtures_of_bands(noisy: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = noisy
    mixture = np.array([[1, 0.2, 0, 0], [0, 1, 0.3, 0], [0.1, 0, 1, 0], [0, 0, 0.5, 1]])
    other = np.tensordot(mixture, after, axes=1) * 0.01 + 7
    assert rooted(before, other) == pytest.approx(rooted(before, after), rel=0.03, abs=0.05)


def test_t_of_noise_is_about_chi_squared(noisy: tuple[np.ndarray, np.ndarray]) -> None:
    """IR-MAD trims its own tail, so T comes out somewhat large; the mean of χ² with 4 degrees is 4."""
    total = rooted(*noisy) ** 2
    assert 4 < total.mean() < 9


def test_without_a_sample_nothing_differs() -> None:
    detector = fit(np.empty((3, 0), dtype=np.float32), np.empty((3, 0), dtype=np.float32))
    ones = np.ones((3, 4, 5), dtype=np.float32)
    assert (detector.root(ones, 9 * ones) == 0).all()


def test_the_pool_is_the_gaussian_mean_of_what_is_known() -> None:
    """Oracle: the weights written out, over known pixels only."""
    rng = np.random.default_rng(3)
    root = rng.uniform(0, 5, (14, 15)).astype(np.float32)
    root[4:7, 3:9] = np.nan
    steps = np.arange(-4, 5)
    weight = np.exp(-(steps[:, None] ** 2 + steps[None] ** 2) / 2)
    padded = np.pad(root, 4, mode="edge")
    found = pool(root)
    for row, col in np.ndindex(root.shape):
        around = padded[row : row + 9, col : col + 9]
        known = np.isfinite(around)
        if np.isnan(root[row, col]):
            assert np.isnan(found[row, col])
        else:
            mean = (around[known] * weight[known]).sum() / weight[known].sum()
            assert found[row, col] == pytest.approx(mean, rel=1e-4)


def test_the_mirror_rule_is_deaf_to_change() -> None:
    rng = np.random.default_rng(4)
    quiet = rng.normal(10, 1, (100, 100)).astype(np.float32)
    loud = quiet.copy()
    loud[:15] += 40
    assert threshold_of(quiet, 3).level == pytest.approx(13, abs=0.15)
    assert threshold_of(loud, 3).level < 14


def test_the_score_grows_with_change_and_is_half_at_the_threshold() -> None:
    rng = np.random.default_rng(5)
    root = rng.normal(3, 0.4, (90, 90)).astype(np.float32)
    root[20:40, 20:40] += np.linspace(0, 30, 20, dtype=np.float32)[None]
    level, threshold = score(root, 6)
    row = level[30, 20:36]
    assert (np.diff(row) >= 0).all()
    assert threshold.median < threshold.level < threshold.core
    assert np.median(level) == pytest.approx(0.047, abs=0.01)


def test_groups_without_a_core_stay_under_half() -> None:
    rng = np.random.default_rng(6)
    root = rng.normal(3, 0.4, (200, 200)).astype(np.float32)
    threshold = threshold_of(pool(root), 6)
    root[50:56, 50:56] = threshold.level + 0.3 * threshold.step
    root[100:106, 100:106] = threshold.level + 3 * threshold.step
    level, _ = score(root, 6)
    faint, sure = level[50:56, 50:56], level[100:106, 100:106]
    assert (faint < 0.5).all()
    assert (faint > 0.4).any()
    assert (sure >= 0.5).all()


def test_straight_edges_stay_where_they_are() -> None:
    root = np.full((60, 60), 2.0, dtype=np.float32) + np.random.default_rng(7).normal(0, 0.1, (60, 60))
    truth = np.zeros((60, 60), dtype=bool)
    truth[20:40, 15:45] = True
    root[truth] = 80
    level, _ = score(root.astype(np.float32), 4)
    assert ndimage.binary_erosion(truth)[level >= 0.5].sum() == ndimage.binary_erosion(truth).sum()
    assert (truth & (level >= 0.5)).sum() / (truth | (level >= 0.5)).sum() > 0.98
