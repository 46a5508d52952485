"""Areas by other means: GEOS intersects, quadrature measures. Nothing of Shoutu's own is used here.

Edges are straight in the delivered CRS, so they are densified there, moved to longitude and latitude,
intersected in that plane and measured on the ellipsoid by integrating M·N·cos φ twice (Gauss–Legendre).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

Floats = npt.NDArray[np.float64]

A = 6378137.0
E2 = (2 - 1 / 298.257222101) / 298.257222101
TOLERANCE_M2 = 1e-3
TOLERANCE = 1e-6


def allowed(area: float) -> float:
    """Contract 2: 1e-6 of the area or 1e-3 m², whichever is larger."""
    return max(TOLERANCE_M2, TOLERANCE * abs(area))


@lru_cache
def transformer(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4490", always_xy=True)


def to_lonlat(crs: str, xy: Floats) -> Floats:
    return np.stack(transformer(crs).transform(xy[:, 0], xy[:, 1]), axis=1)


def is_geographic(crs: str) -> bool:
    return CRS.from_user_input(crs).is_geographic


def on_globe(geometry: shapely.Geometry, crs: str, step: float = 1.0) -> shapely.Geometry:
    """`geometry` in degrees; `step` m between vertices where its CRS is projected, none added where not."""
    if is_geographic(crs):
        return geometry
    dense = shapely.segmentize(geometry, step)
    return shapely.transform(dense, lambda xy: to_lonlat(crs, xy))


def area(geometry: shapely.Geometry) -> float:
    """m² on CGCS2000 of a geometry with edges straight in degrees; what is no polygon counts 0."""
    total = 0.0
    for part in shapely.get_parts(geometry):
        if shapely.get_type_id(part) == 3 and not part.is_empty:
            polygon = shapely.geometry.polygon.orient(part)
            for ring in (polygon.exterior, *polygon.interiors):
                total -= _under(np.asarray(ring.coords)[:, :2])
        elif shapely.get_type_id(part) == 7:
            total += area(part)
    return total


def _under(xy: Floats) -> float:
    nodes, weights = np.polynomial.legendre.leggauss(7)
    nodes, weights = (nodes + 1) / 2, weights / 2
    lon, lat = np.radians(xy[:, 0]), np.radians(xy[:, 1])
    base = lat.mean()
    at = lat[:-1, None] + nodes * np.diff(lat)[:, None]
    phi = base + (at - base)[..., None] * nodes
    w2 = 1 - E2 * np.sin(phi) ** 2
    density = A * A * (1 - E2) * np.cos(phi) / (w2 * w2)
    strips = (density * weights).sum(axis=-1) * (at - base)
    return float(((strips * weights).sum(axis=-1) * np.diff(lon)).sum())


def shared(
    a: shapely.Geometry, a_crs: str, others: Sequence[shapely.Geometry], crs: str, step: float = 1.0
) -> float:
    """Area of `a` that lies under any of `others`."""
    ground = shapely.union_all([on_globe(other, crs, step) for other in others])
    return area(shapely.intersection(on_globe(a, a_crs, step), ground))
