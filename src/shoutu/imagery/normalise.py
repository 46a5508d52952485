"""Bring bands of any unit and depth to one scale, from a sample of the pair.

Only conditioning: IR-MAD itself is blind to any linear change of a band, so nothing measured hangs on
these numbers, but its ridge and the intensity used for registration do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shoutu.imagery.scene import Floats

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Per band: subtract `mean`, divide by `spread` (standard deviation; 1 where a band is constant)."""

    mean: Numbers
    spread: Numbers

    def apply(self, values: Floats) -> Floats:
        """(bands, …) to the same shape, float32."""
        tail = (1,) * (values.ndim - 1)
        mean = self.mean.astype(np.float32).reshape(-1, *tail)
        spread = self.spread.astype(np.float32).reshape(-1, *tail)
        out: Floats = (values - mean) / spread
        return out


def scale_of(values: Floats) -> Scale:
    """The scale of (bands, pixels), NaN passed over. A band without a number gets mean 0, spread 1."""
    mean = np.zeros(len(values))
    spread = np.ones(len(values))
    for band, row in enumerate(values):
        known = row[np.isfinite(row)].astype(np.float64)
        if not len(known):
            continue
        mean[band] = known.mean()
        deviation = float(known.std())
        # Rounding of large constant values must not pass for variation.
        if deviation > 1e-6 * max(1.0, abs(mean[band])) * 1e-3 and deviation > np.finfo(np.float32).tiny:
            spread[band] = deviation
    return Scale(mean, spread)


def intensity(values: Floats) -> Floats:
    """(bands, height, width) to one plane: the mean of the standardised bands, 0 where there is no data."""
    scaled = scale_of(values.reshape(len(values), -1)).apply(values)
    out: Floats = np.nan_to_num(scaled.mean(axis=0), nan=0.0, posinf=0.0, neginf=0.0)
    return out
