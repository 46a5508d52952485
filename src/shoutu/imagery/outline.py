"""From score to patches: groups of changed pixels, their outlines, areas and mean scores.

Pixels of score ≥ 0.5 belong together when they share a side (4-connected; a corner does not join), so
every outline is a valid polygon. Outlines run along pixel edges and keep their holes: what the polygon
covers is exactly the pixels that its score and area speak of.
"""

from __future__ import annotations

import errno
import struct
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
from rasterio import features
from scipy import ndimage

from shoutu.imagery.scene import Floats, Grid, Raster, on_the_one_datum

Numbers = npt.NDArray[np.float64]

MIN_AREA_M2 = 400.0
"""Default: what the ministry's programme still issues as a patch, one mu being 666.67 m²."""
MIN_PIXELS = 4
NODATA = -9999.0
CGCS2000_AXIS, CGCS2000_FLATTENING = 6378137.0, 298.257222101
STRIP = 1024


@dataclass(frozen=True)
class Smallest:
    """The least patch: so many square metres and so many pixels."""

    area_m2: float
    pixels: int


@dataclass(frozen=True)
class Patches:
    """Polygons in the raster's CRS; rings[k] is the outer ring, then the holes, each (n, 2) and closed."""

    rings: list[list[Numbers]]
    score: Numbers
    area_m2: Numbers

    def __len__(self) -> int:
        return len(self.rings)


def outline(level: Floats, grid: Grid, smallest: Smallest) -> Patches:
    """Patches of a score on `grid`, in the order in which their first pixels are met, row by row."""
    with np.errstate(invalid="ignore"):
        labels, count = ndimage.label(level >= 0.5)
    pixels, sums = _by_label(labels, level, count)
    wanted = pixels >= smallest.pixels
    wanted[0] = False
    labels[~wanted[labels]] = 0
    rings: list[list[Numbers]] = []
    areas, scores = [], []
    area_of = _Areas(grid)
    for shape, label in sorted(_shapes(labels, grid), key=lambda found: found[1]):
        area = area_of(shape)
        if area >= smallest.area_m2:
            rings.append(shape)
            areas.append(area)
            scores.append(sums[label] / pixels[label])
    return Patches(rings, np.array(scores, dtype=np.float64), np.array(areas, dtype=np.float64))


def _by_label(
    labels: npt.NDArray[np.int32], level: Floats, count: int
) -> tuple[npt.NDArray[np.int64], Numbers]:
    """Pixels and sum of scores of each label, strip by strip: bincount widens what it is given."""
    pixels = np.zeros(count + 1, dtype=np.int64)
    sums = np.zeros(count + 1)
    for top in range(0, len(labels), STRIP):
        strip = labels[top : top + STRIP].ravel()
        pixels += np.bincount(strip, minlength=count + 1)
        sums += np.bincount(strip, np.nan_to_num(level[top : top + STRIP]).ravel(), minlength=count + 1)
    return pixels, sums


def _shapes(labels: npt.NDArray[np.int32], grid: Grid) -> Iterator[tuple[list[Numbers], int]]:
    found = features.shapes(labels, mask=labels > 0, connectivity=4, transform=grid.transform)
    for shape, label in found:
        yield [np.array(ring, dtype=np.float64) for ring in shape["coordinates"]], int(label)


class _Areas:
    """Ellipsoidal areas of polygons whose edges are straight in the grid's CRS."""

    def __init__(self, grid: Grid) -> None:
        geodetic = grid.crs.geodetic_crs
        ellipsoid = grid.crs.ellipsoid
        assert geodetic is not None
        if on_the_one_datum(grid.crs) or ellipsoid is None:
            self.geod = pyproj.Geod(a=CGCS2000_AXIS, rf=CGCS2000_FLATTENING)
        else:
            # No datum shift is guessed: the area is told on the ellipsoid on which the raster stands.
            self.geod = pyproj.Geod(a=ellipsoid.semi_major_metre, rf=ellipsoid.inverse_flattening)
        self.to_degrees = pyproj.Transformer.from_crs(grid.crs, geodetic, always_xy=True)
        across, down = (
            np.hypot(grid.transform.a, grid.transform.d),
            np.hypot(grid.transform.b, grid.transform.e),
        )
        # An edge is straight in the raster's CRS. Cut at every pixel, the geodesics between its points
        # enclose the same area to 2e-9 (at 30 m); at every eighth, to 3e-7.
        self.step = max(across, down)

    def __call__(self, rings: Sequence[Numbers]) -> float:
        """Square metres: the outer ring less the holes."""
        outer, *holes = (self._ring(ring) for ring in rings)
        return outer - sum(holes)

    def _ring(self, ring: Numbers) -> float:
        lon, lat = self.to_degrees.transform(*_densified(ring, self.step).T)
        area, _ = self.geod.polygon_area_perimeter(lon, lat)
        return abs(float(area))


def _densified(ring: Numbers, step: float) -> Numbers:
    """The ring with vertices added so that no edge is longer than `step`."""
    edges = np.diff(ring, axis=0)
    pieces = np.maximum(1, np.ceil(np.hypot(*edges.T) / step)).astype(int)
    if pieces.max() == 1:
        return ring
    owner = np.repeat(np.arange(len(edges)), pieces)
    share = (np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[owner]
    out: Numbers = np.vstack([ring[owner] + edges[owner] * share[:, None], ring[-1:]])
    return out


def write_score(path: Path, level: Floats, before: Raster) -> None:
    """The score as float32 GeoTIFF on the grid of `before`, −9999 where nothing was judged."""
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": "float32", "count": 1, "nodata": NODATA,
        "height": level.shape[0], "width": level.shape[1],
        "crs": before.dataset.crs, "transform": before.grid.transform,
        "tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate", "predictor": 3,
        "bigtiff": "IF_SAFER",
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as out:
        for top in range(0, len(level), STRIP):
            strip = level[top : top + STRIP]
            window = rasterio.windows.Window(0, top, strip.shape[1], strip.shape[0])
            out.write(np.nan_to_num(strip, nan=NODATA), 1, window=window)


def write_patches(path: Path, patches: Patches, grid: Grid) -> None:
    """GeoPackage layer `patches`: polygons in the grid's CRS with `score` and `area_m2`."""
    import pyogrio

    geometry = np.empty(len(patches), dtype=object)
    geometry[:] = [_wkb(rings) for rings in patches.rings]
    with warnings.catch_warnings():
        # The draft bears another ending until it is complete.
        warnings.filterwarnings("ignore", message="The filename extension should be")
        try:
            pyogrio.raw.write(
                path, geometry, [patches.score, patches.area_m2],
                np.array(["score", "area_m2"], dtype=object),
                layer="patches", driver="GPKG", geometry_type="Polygon", crs=_crs_text(grid.crs),
                encoding="UTF-8",
            )  # fmt: skip
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            pyogrio.errors.FeatureError,
        ) as error:
            raise OSError(errno.EIO, str(error)) from error


def _crs_text(crs: pyproj.CRS) -> str:
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else crs.to_wkt()


def _wkb(rings: Sequence[Numbers]) -> bytes:
    """ISO well-known binary of one polygon, little-endian."""
    parts = [struct.pack("<BII", 1, 3, len(rings))]
    for ring in rings:
        parts += [struct.pack("<I", len(ring)), np.ascontiguousarray(ring, dtype="<f8").tobytes()]
    return b"".join(parts)
