"""Parcels given as lists of boundary points (界址点): 国土TXT, and tables of points.

Both come with their axes in either order, with or without the zone in the easting, rings closed or
not. What the numbers say is believed over what the head of the file says only where the head is
silent; where the two contradict each other the file is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite

from shoutu.errors import BadInput, Text, Where

_NORTH = (1.8e6, 6.0e6)
_EAST = (1e5, 9e5)


@dataclass(frozen=True)
class Point:
    """`row` counts from 1; `a`, `b` are the two numbers as they stand in the file."""

    row: int
    ring: str
    a: float
    b: float


@dataclass
class Parcel:
    """One parcel: what the file says of it, and its points in file order."""

    row: int
    attributes: dict[str, str]
    points: list[Point] = field(default_factory=list)


@dataclass(frozen=True)
class Axes:
    """How the two numbers are to be read. `zone`: the one that leads the easting, None for none.

    degrees  they are longitude and latitude, hence of no zone
    """

    northing_first: bool
    zone: int | None
    degrees: bool = False


def axes_of(parcels: Iterable[Parcel], where: Where) -> Axes:
    """The one way in which all points can be read. BadInput names the first row that says otherwise."""
    found: Axes | None = None
    for parcel in parcels:
        for point in parcel.points:
            axes = _axes(point)
            if axes is None:
                raise _fault(
                    point.row,
                    Text(
                        "坐标既不像高斯坐标，也不像经纬度", "neither Gauss–Krüger nor degrees by their size"
                    ),
                    f"{point.a:.10g}, {point.b:.10g}",
                    where,
                )
            if found is not None and axes != found:
                raise _fault(
                    point.row,
                    Text(
                        "与前面各点的坐标顺序或带号不一致",
                        "order of axes or zone differs from the points before",
                    ),
                    f"{point.a:.10g}, {point.b:.10g}",
                    where,
                )
            found = axes
    if found is None:
        raise BadInput(
            Text("没有界址点", "no boundary points"),
            where=where,
            remedy=Text("核对文件内容", "check what the file holds"),
        )
    return found


def _axes(point: Point) -> Axes | None:
    if not (isfinite(point.a) and isfinite(point.b)):
        return None
    for north, east, first in ((point.a, point.b, True), (point.b, point.a, False)):
        if not _NORTH[0] <= north <= _NORTH[1]:
            continue
        zone = int(east // 1_000_000)
        if 13 <= zone <= 23 or 25 <= zone <= 45:
            return Axes(first, zone)
        if _EAST[0] <= east <= _EAST[1]:
            return Axes(first, None)
    for latitude, longitude, first in ((point.a, point.b, True), (point.b, point.a, False)):
        if 15 <= latitude <= 55 and 73 <= longitude <= 136:
            return Axes(first, None, degrees=True)
    return None


def wkb_of(parcel: Parcel, axes: Axes, where: Where) -> tuple[bytes, int]:
    """The parcel as a WKB polygon, first ring outside, and how many rings had to be closed.

    Rings are told apart by their number, and in order; x is the easting or the longitude.
    """
    rings: dict[str, list[tuple[float, float]]] = {}
    first_rows: dict[str, int] = {}
    for point in parcel.points:
        xy = (point.b, point.a) if axes.northing_first else (point.a, point.b)
        rings.setdefault(point.ring, []).append(xy)
        first_rows.setdefault(point.ring, point.row)
    closed = 0
    out = struct.pack("<BII", 1, 3, len(rings))
    for name, ring in rings.items():
        if ring[0] != ring[-1]:
            ring.append(ring[0])
            closed += 1
        if len(ring) < 4:
            raise _fault(
                first_rows[name],
                Text("一圈少于三个界址点", "a ring of fewer than three points"),
                len(ring) - 1,
                where,
            )
        out += struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", *xy) for xy in ring)
    return out, closed


def _fault(row: int, what: Text, found: object, where: Where) -> BadInput:
    return BadInput(
        what,
        where=Where(file=where.file, layer=where.layer, row=row),
        found=found,
        remedy=Text("改正这一行后重新提交", "mend this row and hand the file in again"),
    )
