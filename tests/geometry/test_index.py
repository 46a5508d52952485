"""The tree against looking at every box, and the curve against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from shoutu.geometry.compiled import ascending
from shoutu.geometry.hilbert import hilbert_keys, hilbert_order
from shoutu.geometry.index import build_tree, search


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 257, 5000])
def test_search_finds_what_a_look_at_all_finds(count: int) -> None:
    rng = np.random.default_rng(count)
    low = np.array([109.0, 39.0]) + rng.uniform(0, 1, (count, 2))
    boxes = np.concatenate([low, low + rng.exponential(0.01, (count, 2))], axis=1)
    order = hilbert_order(low[:, 0], low[:, 1])
    boxes = boxes[order]
    asked = np.concatenate([low[:40] - 0.004, low[:40] + 0.02], axis=1)
    who, what = search(build_tree(boxes), asked)
    found = set(zip(who.tolist(), what.tolist(), strict=True))
    for i, box in enumerate(asked):
        meets = (boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0])
        meets &= (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
        assert {(i, k) for k in np.flatnonzero(meets).tolist()} <= found
    assert (np.diff(who) >= 0).all()


def test_boxes_that_touch_meet() -> None:
    tree = build_tree(np.array([[0.1, 0.1, 0.3, 0.3], [0.3, 0.1, 0.7, 0.3]]))
    assert search(tree, np.array([[0.3, 0.3, 0.3, 0.3]]))[1].tolist() == [0, 1]


def test_the_curve_steps_from_neighbour_to_neighbour() -> None:
    # A quarter of a quarter of the square that the curve fills: centres of its 16 × 16 parts.
    x, y = (axis.ravel() + 0.5 for axis in np.meshgrid(np.arange(16), np.arange(16)))
    order = hilbert_order(x * 90 / 16, y * 90 / 16)
    assert sorted(order.tolist()) == list(range(256))
    steps = np.hypot(np.diff(x[order]), np.diff(y[order]))
    assert (steps == 1).all()


def test_a_key_depends_on_its_place_alone() -> None:
    x, y = np.random.default_rng(2).uniform((-180, -90), (180, 90), (500, 2)).T
    keys = hilbert_keys(x, y)
    assert len(np.unique(keys)) == 500
    assert keys[100:300].tolist() == hilbert_keys(x[100:300], y[100:300]).tolist()
    assert hilbert_keys(np.array([-180.0, 180.0]), np.array([-90.0, 90.0])).min() == 0


def test_heap_sort() -> None:
    keys = np.random.default_rng(1).integers(0, 50, 300).astype(float)
    for count in (0, 1, 2, 3, 64, 299):
        assert np.array_equal(keys[ascending(keys, count)], np.sort(keys[:count]))
