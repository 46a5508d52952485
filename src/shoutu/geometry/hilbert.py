"""The Hilbert curve: one number for a place, so that near places get near numbers."""

from __future__ import annotations

import numpy as np

from shoutu.geometry.compiled import compiled
from shoutu.geometry.rings import Floats, Ints

ORDER = 16
"""Bits of each coordinate: 65,536 × 65,536 cells over the extent."""


@compiled
def _key(x: int, y: int) -> int:
    key = 0
    side = 1 << (ORDER - 1)
    while side > 0:
        right = 1 if x & side else 0
        upper = 1 if y & side else 0
        key += side * side * ((3 * right) ^ upper)
        if upper == 0:
            if right == 1:
                x = (1 << ORDER) - 1 - x
                y = (1 << ORDER) - 1 - y
            x, y = y, x
        side >>= 1
    return key


@compiled
def _keys(x: Floats, y: Floats, out: Ints) -> None:
    top = (1 << ORDER) - 1
    x0, y0 = x.min(), y.min()
    wide = max(x.max() - x0, 1e-12)
    tall = max(y.max() - y0, 1e-12)
    for i in range(len(x)):
        out[i] = _key(int((x[i] - x0) / wide * top), int((y[i] - y0) / tall * top))


def hilbert_order(x: Floats, y: Floats) -> Ints:
    """The order (n,) in which the curve over their own extent visits the points x, y (n,).

    Points of one cell keep their order, so the answer depends on nothing but the points.
    """
    keys = np.zeros(len(x), np.int64)
    if len(x):
        _keys(np.ascontiguousarray(x), np.ascontiguousarray(y), keys)
    return np.argsort(keys, kind="stable").astype(np.int64)


def place_keys(lonlat: Floats) -> Ints:
    """(n,) keys of places (n, 2) in degrees on one curve over the globe: 600 m cells, the same for ever."""
    top = (1 << ORDER) - 1
    share = (lonlat + np.array([180.0, 90.0])) / np.array([360.0, 180.0])
    cells = np.clip(share * top, 0, top).astype(np.int64)
    return np.array([_key(int(x), int(y)) for x, y in cells], np.int64)
