"""What is measured on a map: lengths and areas on the CGCS2000 ellipsoid.

Between two points runs the geodesic; an area's sides are straight in longitude and latitude, as the sides
of every layer that is delivered in degrees, so that a traced parcel has the parcel's own area.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.geodesic import geodesic
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Floats, Rings

MOST_POINTS = 200

Point = tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """Metres of each leg, of all, and m²; `m2` None for a line or fewer than three points.

    `crossing`: the sides cross, so that the outline bounds no area.
    """

    legs: tuple[Fraction, ...]
    m: Fraction
    m2: Fraction | None
    crossing: bool


def points_of(text: str) -> list[Point]:
    """`lon,lat;lon,lat;…` in degrees. BadInput names what is no point on the globe."""
    found = []
    for part in filter(None, text.split(";")):
        try:
            x, y = (float(number) for number in part.split(","))
        except ValueError as error:
            raise _no_point(part) from error
        if not (abs(x) <= 180 and abs(y) <= 90):
            raise _no_point(part)
        found.append((x, y))
    if len(found) > MOST_POINTS:
        raise BadInput(
            Text("点太多。", "There are too many points."),
            where=Where(field="points"),
            found=str(len(found)),
            remedy=Text(f"不超过 {MOST_POINTS} 个点。", f"Give {MOST_POINTS} at most."),
        )
    return found


def _no_point(part: str) -> BadInput:
    return BadInput(
        Text("不是坐标。", "This is no point."),
        where=Where(field="points"),
        found=part[:60],
        remedy=Text("写成 经度,纬度，单位为度。", "Write longitude,latitude in degrees."),
    )


def measure(points: list[Point], *, closed: bool) -> Measured:
    """Length of the line through `points`, or perimeter and area of the outline that they close."""
    path = [*points, points[0]] if closed and len(points) > 2 else points
    legs = tuple(Fraction(geodesic(*a, *b)) for a, b in pairwise(path))
    m2, crossing = None, False
    if closed and len(points) > 2:
        crossing = _crosses(path)
        m2 = None if crossing else _area(path)
    return Measured(legs, sum(legs, Fraction(0)), m2, crossing)


def _area(path: list[Point]) -> Fraction:
    xy = np.array(path)
    rings = Rings(xy, np.array([0, len(xy)]), np.zeros(1, np.int64), 1)
    return Fraction(abs(float(prepare(rings).area[0])))


def _crosses(path: list[Point]) -> bool:
    """Whether two sides that are not neighbours share a point, or two neighbours run back on each other."""
    a = np.array(path[:-1])
    b = np.array(path[1:])
    count = len(a)
    for i in range(count - 1):
        j = np.arange(i + 1, count)
        apart = j[(j != i + 1) & ~((i == 0) & (j == count - 1))]
        if len(apart) and _meet(a[i], b[i], a[apart], b[apart]).any():
            return True
        if _folds(a[i], b[i], b[i + 1]):
            return True
    return _folds(a[-1], b[-1], b[0])


def _meet(p: Floats, q: Floats, r: Floats, s: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the side pq meets each of rs, by the side of the line on which the ends lie."""
    one, two = _turn(p, q, r), _turn(p, q, s)
    three, four = _turn(r, s, p), _turn(r, s, q)
    boxes = ((np.minimum(r, s) <= np.maximum(p, q)) & (np.maximum(r, s) >= np.minimum(p, q))).all(
        axis=1
    )  # for sides along one line
    return (one * two <= 0) & (three * four <= 0) & boxes


def _folds(p: Floats, q: Floats, r: Floats) -> bool:
    return bool(_turn(p, q, r) == 0 and ((p - q) * (r - q)).sum() > 0)


def _turn(p: Floats, q: Floats, r: Floats) -> Floats:
    """−1, 0 or 1 for r right of, on or left of the line from p to q."""
    cross = (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (
        r[..., 0] - p[..., 0]
    )
    return np.sign(np.asarray(cross, np.float64))
