"""The ground of patches: shapes in the CRS of their file, areas on the ellipsoid, overlaps among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.geometry import divide
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.rings import Floats, Rings
from shoutu.overlay import LayerView, overlay
from shoutu.units import to_text

LONLAT = Crs("EPSG:4490", "China Geodetic Coordinate System 2000", True)


@dataclass(frozen=True)
class Ground:
    """Shapes of one CRS. `delivered` and `lonlat` hold WKB or None, `boxes` (n, 4) degrees, NaN for None.

    Where the delivered numbers are degrees already, the two are the same list.
    """

    crs: Crs
    delivered: list[bytes | None]
    lonlat: list[bytes | None]
    prepared: Prepared
    boxes: Floats

    def area(self, index: int) -> Fraction:
        """Ellipsoidal, exactly as the kernel's float says."""
        return Fraction(float(self.prepared.area[index]))

    def area_text(self, index: int) -> str:
        """m² with two decimals, half up; empty without geometry."""
        return "" if self.delivered[index] is None else to_text(self.area(index), 2)


def of_rings(rings: Rings, crs: Crs) -> Ground:
    degrees = systems.to_lonlat(crs, rings.xy)
    if np.array_equal(degrees, rings.xy):
        shapes = divide.to_wkb(rings)
        return Ground(crs, shapes, shapes, prepare(rings), _boxes(rings))
    lonlat = Rings(degrees, rings.starts, rings.owners, rings.features)
    prepared = prepare(rings, lambda xy: systems.to_lonlat(crs, xy))
    return Ground(crs, divide.to_wkb(rings), divide.to_wkb(lonlat), prepared, _boxes(lonlat))


def of_wkb(shapes: Sequence[bytes | None], crs: str) -> Ground:
    """Shapes as they lie in the records: WKB in the delivered CRS, of which `crs` is the definition."""
    return of_rings(divide.packed(shapes), system(crs))


def system(definition: str) -> Crs:
    return systems.parse(definition) if definition else LONLAT


def _boxes(rings: Rings) -> Floats:
    boxes = np.full((rings.features, 4), np.nan)
    for owner, start, end in zip(rings.owners, rings.starts[:-1], rings.starts[1:], strict=True):
        low, high = rings.xy[start:end].min(axis=0), rings.xy[start:end].max(axis=0)
        boxes[owner, :2] = np.fmin(boxes[owner, :2], low)
        boxes[owner, 2:] = np.fmax(boxes[owner, 2:], high)
    return boxes


def from_lonlat(points: Floats, crs: Crs, around: Floats) -> Floats:
    """Degrees (k, 2) as coordinates of `crs`; `around` (n, 2) are delivered vertices of that place.

    A linear fit over those vertices, mended three times by what it misses: over a patch's few
    kilometres that leaves nothing that a float can hold.
    """
    if crs == LONLAT:
        return points
    corner = around.mean(axis=0)
    reach = max(float(np.ptp(around, axis=0).max()), 1e-6)
    probes = corner + reach * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    seen = systems.to_lonlat(crs, probes)
    slope = np.linalg.inv(np.column_stack([seen[1] - seen[0], seen[2] - seen[0]]) / reach)
    found: Floats = corner + (points - seen[0]) @ slope.T
    for _ in range(4):
        found = found + (points - systems.to_lonlat(crs, found)) @ slope.T
    return found


def shared(one: Prepared, other: Prepared) -> dict[tuple[int, int], float]:
    """By pair of features, the first of `one` and the second of `other`: square metres in both."""
    codes = np.arange(other.features, dtype=np.int32)
    view = LayerView("other", other, codes, [str(code) for code in codes])
    rows = overlay(one, [view])
    columns = (rows.patch.tolist(), rows.class_code.tolist(), rows.area_m2.tolist())
    return {(patch, code): area for patch, code, area in zip(*columns, strict=True)}
