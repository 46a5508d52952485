"""The Hilbert curve: one number for a place, so that near places get near numbers."""

from __future__ import annotations

import numpy as np

from shoutu.geometry.compiled import compiled
from shoutu.geometry.rings import Floats, Ints

ORDER = 16
"""Bits of each coordinate of `place_keys`: 600 m cells."""
FINE = 26
"""Bits of each coordinate of `hilbert_keys`: 0.6 m cells."""


@compiled
def _key(x: int, y: int, bits: int) -> int:
    key = 0
    side = 1 << (bits - 1)
    while side > 0:
        right = 1 if x & side else 0
        upper = 1 if y & side else 0
        key += side * side * ((3 * right) ^ upper)
        if upper == 0:
            if right == 1:
                x = (1 << bits) - 1 - x
                y = (1 << bits) - 1 - y
            x, y = y, x
        side >>= 1
    return key


@compiled
def _keys(x: Floats, y: Floats, out: Ints) -> None:
    top = (1 << FINE) - 1
    for i in range(len(x)):
        across = min(max(int((x[i] + 180.0) / 360.0 * top), 0), top)
        up = min(max(int((y[i] + 90.0) / 360.0 * top), 0), top)
        out[i] = _key(across, up, FINE)


def hilbert_keys(x: Floats, y: Floats) -> Ints:
    """(n,) keys of places in degrees on one curve over the globe, the same for ever: a place's key depends
    on nothing else, so runs of a layer that is built piecemeal can be merged by it."""
    keys = np.zeros(len(x), np.int64)
    _keys(np.ascontiguousarray(x), np.ascontiguousarray(y), keys)
    return keys


def hilbert_order(x: Floats, y: Floats) -> Ints:
    """The order (n,) in which the curve visits places in degrees (n,); those of one cell keep theirs."""
    return np.argsort(hilbert_keys(x, y), kind="stable").astype(np.int64)


def place_keys(lonlat: Floats) -> Ints:
    """(n,) keys of places (n, 2) in degrees on one curve over the globe: 600 m cells, the same for ever."""
    top = (1 << ORDER) - 1
    share = (lonlat + np.array([180.0, 90.0])) / np.array([360.0, 180.0])
    cells = np.clip(share * top, 0, top).astype(np.int64)
    return np.array([_key(int(x), int(y), ORDER) for x, y in cells], np.int64)
