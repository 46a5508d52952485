"""Small rasters for the tests of imagery, written to a folder, with what they hold known beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import rasterio
from affine import Affine
from scipy import ndimage

from shoutu.imagery.detect import Detection, Request, detect

CRS = "EPSG:4547"  # CGCS2000, 3-degree zone, central meridian 114° E
TRANSFORM = Affine(30, 0, 400000, 0, -30, 4400000)
Array = npt.NDArray[Any]


def ground(height: int, width: int, bands: int, seed: int = 1) -> Array:
    """(bands, height, width) float64: fields of six covers with texture, between 20 and 220."""
    rng = np.random.default_rng(seed)
    size = 12
    cover = rng.integers(0, 6, (height // size + 1, width // size + 1))
    cover = np.kron(cover, np.ones((size, size), dtype=int))[:height, :width]
    spectra = rng.uniform(50, 190, (6, bands))
    texture = ndimage.gaussian_filter(rng.standard_normal((height, width)), 1.5) * 25
    return np.clip(spectra[cover].transpose(2, 0, 1) + texture, 20, 220)


def write(path: Path, values: Array, **changes: Any) -> Path:
    profile: dict[str, Any] = {
        "driver": "GTiff", "height": values.shape[1], "width": values.shape[2], "count": values.shape[0],
        "dtype": values.dtype, "crs": CRS, "transform": TRANSFORM,
    } | changes  # fmt: skip
    with rasterio.open(path, "w", **profile) as out:
        out.write(values)
    return path


def altered(values: Array, *spots: tuple[slice, slice]) -> tuple[Array, npt.NDArray[np.bool_]]:
    """A copy with bare bright ground in `spots`, and where that is."""
    changed = np.zeros(values.shape[1:], dtype=bool)
    for spot in spots:
        changed[spot] = True
    out = values.copy()
    bare = np.linspace(235, 215, len(values)).astype(values.dtype)
    out[:, changed] = bare[:, None]
    return out, changed


class Run:
    """One detection in a folder, and readings of what it wrote."""

    def __init__(self, folder: Path, before: Path, after: Path, **more: Any) -> None:
        self.out, self.score_path = folder / "patches.gpkg", folder / "score.tif"
        self.found: Detection = detect(Request(before, after, self.out, score=self.score_path, **more))
        with rasterio.open(self.score_path) as source:
            self.score: Array = source.read(1)
            self.profile = dict(source.profile)
        self.layer, _, self.wkb, (self.scores, self.areas) = pyogrio.raw.read(self.out, layer="patches")
