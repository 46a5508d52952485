"""The coordinate systems of the features service, each with the axes in its own order.

Layers are kept in CGCS2000 degrees. WGS 84 agrees with CGCS2000 within decimetres and counts as the same
here as everywhere (docs/decisions/0021): numbers are not shifted between them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.rings import Floats

_ROOT = "http://www.opengis.net/def/crs/"
CRS84 = f"{_ROOT}OGC/1.3/CRS84"
STORAGE = f"{_ROOT}EPSG/0/4490"
_RADIUS = 6378137.0
_STEPS = 32
"""Points along each side of a projected box whose outline in degrees is sought."""


@dataclass(frozen=True)
class System:
    """A coordinate system by its address. swapped: northing or latitude comes first."""

    uri: str
    title: str
    epsg: int
    swapped: bool
    projected: bool

    @property
    def short(self) -> str:
        """The safe CURIE, in square brackets."""
        return "[OGC:CRS84]" if self.uri == CRS84 else f"[EPSG:{self.epsg}]"

    @property
    def decimals(self) -> int:
        """A tenth of a millimetre."""
        return 4 if self.projected else 9

    def out(self, lonlat: Floats) -> Floats:
        """(n, 2) degrees, longitude first, as this system's coordinates in its order of axes, rounded."""
        return self.ordered(self.plane(lonlat))

    def ordered(self, xy: Floats) -> Floats:
        """(n, 2) x, y of this system in its order of axes, rounded."""
        return np.round(xy[:, ::-1] if self.swapped else xy, self.decimals)

    def box(self, numbers: tuple[float, float, float, float]) -> Floats:
        """(4,) min x, min y, max x, max y from a box in this system's order of axes."""
        a, b, c, d = numbers
        return np.array((b, a, d, c) if self.swapped else (a, b, c, d), np.float64)

    def plane(self, lonlat: Floats) -> Floats:
        """(n, 2) degrees as x, y of this system: easting or longitude first."""
        return _forward(self.epsg)(lonlat) if self.projected else lonlat

    def degrees(self, box: Floats) -> Floats:
        """(4,) a box in degrees that holds a box (4,) of this system's plane."""
        if not self.projected:
            return box
        x, y = np.linspace(box[0], box[2], _STEPS), np.linspace(box[1], box[3], _STEPS)
        sides = [(x, np.full(_STEPS, y[0])), (x, np.full(_STEPS, y[-1])), (np.full(_STEPS, x[0]), y)]
        sides.append((np.full(_STEPS, x[-1]), y))
        lonlat = _backward(self.epsg)(np.concatenate([np.column_stack(side) for side in sides]))
        # The bulge between two points of a side is far below a thousandth of the box.
        spare = (lonlat.max(axis=0) - lonlat.min(axis=0)) / 1000 + 1e-9
        return np.concatenate([lonlat.min(axis=0) - spare, lonlat.max(axis=0) + spare])


def _epsg(code: int, title: str, *, swapped: bool, projected: bool) -> System:
    return System(f"{_ROOT}EPSG/0/{code}", title, code, swapped, projected)


SYSTEMS: dict[str, System] = {
    system.uri: system
    for system in (
        System(CRS84, "WGS 84 (CRS84)", 4326, False, False),
        _epsg(4490, "CGCS2000", swapped=True, projected=False),
        _epsg(4326, "WGS 84", swapped=True, projected=False),
        _epsg(3857, "WGS 84 / Pseudo-Mercator", swapped=False, projected=True),
        _epsg(4524, "CGCS2000 / 3-degree Gauss-Kruger zone 36", swapped=True, projected=True),
        _epsg(4525, "CGCS2000 / 3-degree Gauss-Kruger zone 37", swapped=True, projected=True),
    )
}
DEFAULT = SYSTEMS[CRS84]


def system_of(text: str, field: str) -> System:
    """By its address, or by the safe form `[EPSG:4490]`. BadInput lists the known ones."""
    for system in SYSTEMS.values():
        if text in (system.uri, system.short):
            return system
    raise BadInput(
        Text("不提供这个坐标系。", "This coordinate system is not offered."),
        where=Where(field=field),
        found=text[:120],
        remedy=Text("可用：" + "、".join(SYSTEMS), "Use one of " + ", ".join(SYSTEMS)),
    )


@lru_cache(maxsize=8)
def _projection(epsg: int) -> Any:
    from pyproj import Proj

    return Proj(f"EPSG:{epsg}")


def _forward(epsg: int) -> Callable[[Floats], Floats]:
    if epsg == 3857:
        return _mercator
    return lambda lonlat: np.column_stack(_projection(epsg)(lonlat[:, 0], lonlat[:, 1]))


def _backward(epsg: int) -> Callable[[Floats], Floats]:
    if epsg == 3857:
        return _from_mercator
    return lambda xy: np.column_stack(_projection(epsg)(xy[:, 0], xy[:, 1], inverse=True))


def _mercator(lonlat: Floats) -> Floats:
    x, y = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    return _RADIUS * np.column_stack([x, np.arcsinh(np.tan(y))])


def _from_mercator(xy: Floats) -> Floats:
    turned: Floats = np.degrees(np.column_stack([xy[:, 0] / _RADIUS, np.arctan(np.sinh(xy[:, 1] / _RADIUS))]))
    return turned
