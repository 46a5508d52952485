"""Polygons as packed rings: the one form in which geometry moves through the core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rings:
    """The polygons of `features` features.

    xy      (n, 2) float64, x then y (longitude then latitude where geographic), each ring closed:
            its last vertex repeats its first
    starts  (r + 1,) int64, ring k is xy[starts[k]:starts[k + 1]]
    owners  (r,) int64, non-decreasing, the feature of each ring, counted from 0
    features  how many features, those without geometry included

    Valid: outer rings run anticlockwise, holes clockwise, so the signed sum of a feature's
    rings is its area; rings of one feature may touch but never overlap.
    """

    xy: Floats
    starts: Ints
    owners: Ints
    features: int
