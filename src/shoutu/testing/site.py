"""One made site: a road, fields on both sides, a village, grass beyond; drawn in metres, then placed.

The site is a strip of 3,000 by 1,800 m, turned by an angle of its own. Columns run across the road;
their limits are shared by the parcels on both sides, so the land layer covers without overlap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np

Point = tuple[float, float]
Ring = list[Point]

COLUMNS = 24
LENGTH = 3000.0
ROAD = 6.0
FIELD_DEPTH = 400.0
EDGE = 900.0

FARM_COLUMNS = (range(8), range(11, 19))
VILLAGE_COLUMNS = range(8, 11)

NAMES = {
    "0102": "水浇地",
    "0103": "旱地",
    "0401": "天然牧草地",
    "0404": "其他草地",
    "0702": "农村宅基地",
    "1003": "公路用地",
}


class Site:
    """The made ground of one township, around `middle` (longitude, latitude)."""

    def __init__(self, township: str, middle: Point, seed: int) -> None:
        self.township = township
        self.middle = middle
        self._draw = np.random.default_rng(seed)
        self._angle = float(self._draw.uniform(0, math.pi))
        self._phase = float(self._draw.uniform(0, 6))
        widths = self._draw.uniform(0.6, 1.4, COLUMNS)
        self._x = np.concatenate([[0.0], np.cumsum(widths)]) / widths.sum() * LENGTH - LENGTH / 2
        self._irrigated = self._draw.random(2 * COLUMNS) < 0.35

    def place(self, x: float, y: float) -> Point:
        """Longitude and latitude of a point given in the site's metres."""
        east = x * math.cos(self._angle) - y * math.sin(self._angle)
        north = x * math.sin(self._angle) + y * math.cos(self._angle)
        per_east, per_north = degrees_per_metre(self.middle[1])
        return (round(self.middle[0] + east * per_east, 9), round(self.middle[1] + north * per_north, 9))

    def column(self, index: int) -> float:
        """The x of the middle of a column."""
        return float(self._x[index] + self._x[index + 1]) / 2

    @cached_property
    def _rows(self) -> tuple[float, ...]:
        return (-EDGE, -FIELD_DEPTH, -ROAD, ROAD, FIELD_DEPTH, EDGE)

    def _limit(self, row: int, x: float) -> float:
        """The y of the limit `row` at x: field edges wave, road edges are straight."""
        base = self._rows[row]
        if abs(base) == FIELD_DEPTH:
            return base + 22 * math.sin(x / 210 + self._phase) + 9 * math.sin(x / 67)
        return base

    def block(self, columns: range, row: int) -> Ring:
        """The ring over a run of columns between the limits `row` and `row + 1`."""
        xs = [float(x) for x in self._stations(columns)]
        lower = [self.place(x, self._limit(row, x)) for x in xs]
        upper = [self.place(x, self._limit(row + 1, x)) for x in reversed(xs)]
        return lower + upper

    def _stations(self, columns: range) -> list[float]:
        """Column limits and the middles between them, so that waving limits are shared to the bit."""
        stations = [float(self._x[columns.start])]
        for index in columns:
            stations += [self.column(index), float(self._x[index + 1])]
        return stations

    def parcels(self, village: range = VILLAGE_COLUMNS) -> Iterator[tuple[Ring, str, str]]:
        """Every parcel of the land layer: ring, code of the third survey, name.

        village  the columns that are built on by then; the rest of VILLAGE_COLUMNS is dry land still
        """
        for index in range(COLUMNS):
            one = range(index, index + 1)
            for row in range(5):
                code = self._code(index, row)
                if code == "0702" and index not in village:
                    code = "0103"
                yield self.block(one, row), code, NAMES[code]

    def _code(self, column: int, row: int) -> str:
        if row == 2:
            return "1003"
        if row in (0, 4):
            return "0401"
        if column in VILLAGE_COLUMNS:
            return "0702"
        if any(column in run for run in FARM_COLUMNS):
            return "0102" if self._irrigated[column + COLUMNS * (row == 3)] else "0103"
        return "0404"

    def basic_farmland(self) -> list[Ring]:
        """The better farmland: north of the road along both runs, south along the first half of one."""
        return [self.block(range(8), 3), self.block(range(11, 17), 3), self.block(range(4), 1)]

    def redline(self) -> list[Ring]:
        """A block of grass in the north of two sites in three."""
        return [] if int(self.township) % 3 == 0 else [self.block(range(9), 4)]

    def grassland(self) -> list[Ring]:
        return [self.block(range(COLUMNS), 0), self.block(range(9, COLUMNS), 4)]

    def town_boundary(self) -> list[Ring]:
        """Only round the seat of a township: those whose code ends in 0."""
        return [self.block(range(7, 12), 3)] if self.township.endswith("0") else []

    def planned(self) -> list[Ring]:
        return [self.block(VILLAGE_COLUMNS, 1), self.block(VILLAGE_COLUMNS, 3)]

    def mining_right(self) -> list[Ring]:
        """South grass of the sites in the coal banners."""
        coal = ("150621", "150622", "150626", "150627", "150602")
        return [self.block(range(12, 23), 0)] if self.township.startswith(coal) else []


def degrees_per_metre(latitude: float) -> Point:
    """Degrees of longitude and of latitude for one metre there, on the CGCS2000 ellipsoid."""
    a, e2 = 6378137.0, 0.00669438002290
    sine = math.sin(math.radians(latitude))
    meridian = a * (1 - e2) / (1 - e2 * sine * sine) ** 1.5
    normal = a / math.sqrt(1 - e2 * sine * sine)
    return (math.degrees(1 / (normal * math.cos(math.radians(latitude)))), math.degrees(1 / meridian))
