"""What goes in: violations and years of many banners as columns of whole numbers, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import islice
from operator import lt

import numpy as np
import numpy.typing as npt

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.facts import COLUMNS, YEAR_FLAGS, Facts, Violation, YearFacts
from shoutu.policy.figures import AREA_UNITS, Filed, plain_decimal

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.int8]
"""1 true, 0 false, -1 not known."""

UNKNOWN = -1
MU = 200_000
"""Thirds of 0.01 m² in a mu: 0.01 m² is 3 of them and 0.01 mu is 2,000, so both units are whole."""
PER_HUNDREDTH = np.array([3, 2_000])
_LIMIT = 2**55
"""Sums stay below this, so that they can be multiplied by the terms of a share (at most `TERM`)."""
TERM = 2**7
NO_LIMIT = np.iinfo(np.int64).max
"""A figure without an upper bound. It is never added: sums keep whether one of them had none."""
_FLAGS = ("new", "stopped", "investigated")
_MONTHS = 9999 * 12 + 12
_RANGES = (
    ("unit", 0, 1, Text("不是单位", "not a unit")),
    ("year_unit", 0, 1, Text("不是单位", "not a unit")),
    ("month", 12, _MONTHS - 1, Text("不是月份", "not a month")),
    ("year", 0, 9999, Text("不是年度", "not a year")),
    ("year_year", 1, 9999, Text("不是年度", "not a year")),
    *((name, UNKNOWN, NO_LIMIT, Text("不是面积", "not an area")) for name in (*COLUMNS, "year_area")),
)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Violations and years of many banners.

    projects         names in the order of their code points; a violation that is its own project stands
                     there under its id
    region (n,)      index into `regions`;   project (n,) index into `projects`
    month (n,)       year · 12 + month - 1;  year (n,) the campaign year, 0 for the month's
    unit (n,)        0 for m², 1 for mu; area, farmland, basic_farmland (n,) in hundredths of it, -1 not known
    new, stopped, investigated (n,)   1, 0, -1 not known; new -1 counts as 1
    year_region, year_year (k,)       each pair once; year_unit, year_area (k,) as above
    year_flags       by name, (k,) each
    ids              names of the violations, for traces; None: their row numbers
    """

    regions: Sequence[str]
    projects: Sequence[str]
    region: Ints
    project: Ints
    month: Ints
    year: Ints
    unit: Ints
    area: Ints
    farmland: Ints
    basic_farmland: Ints
    new: Truths
    stopped: Truths
    investigated: Truths
    year_region: Ints
    year_year: Ints
    year_unit: Ints
    year_area: Ints
    year_flags: Mapping[str, Truths]
    ids: Sequence[str] | None = None

    def __post_init__(self) -> None:
        """The names, which are looked at once; the figures are looked at by `check`. Raises BadInput."""
        if len(set(self.regions)) != len(self.regions):
            raise _fault("regions", None, Text("名称重复", "a name stands twice"), None)
        if not all(map(lt, self.projects, islice(self.projects, 1, None))):
            raise _fault("projects", None, Text("名称没有按码位排序", "the names are not in order"), None)

    def __len__(self) -> int:
        return len(self.region)


def check(columns: Columns) -> None:
    """Refuse what contradicts itself or could leave 64 bits, naming column and row. Raises BadInput."""
    _check_shapes(columns)
    size = len(columns)
    for name, low, high, what in _RANGES:
        _within(name, getattr(columns, name), low, high, what)
    own = {name: getattr(columns, name) for name in _FLAGS}
    for name, flags in (*own.items(), *columns.year_flags.items()):
        _within(name, flags, UNKNOWN, 1, Text("应为 1、0、-1", "not 1, 0 or -1"))
    for name in ("region", "year_region"):
        places = getattr(columns, name)
        _within(name, places, 0, len(columns.regions) - 1, Text("没有这个旗区", "no such region"))
    most = len(columns.projects) - 1
    _within("project", columns.project, 0, most, Text("没有这个项目", "no such project"))
    for inner, outer in (("farmland", "area"), ("basic_farmland", "farmland"), ("basic_farmland", "area")):
        small, large = getattr(columns, inner), getattr(columns, outer)
        wrong = small > large
        if wrong.any():
            wrong &= (small >= 0) & (large >= 0)
        _first(inner, wrong, Text(f"{inner} 大于 {outer}", f"{inner} is larger than {outer}"), small)
    pairs = columns.year_region * 10_000 + columns.year_year
    order = np.argsort(pairs, kind="stable")
    again = np.zeros(len(pairs), bool)
    again[order[1:]] = pairs[order][1:] == pairs[order][:-1]
    _first("year_year", again, Text("年度重复", "this year stands twice"), columns.year_year)
    for column, unit, rows in (*((name, "unit", size) for name in COLUMNS), ("year_area", "year_unit", 1)):
        largest = largest_of(columns, column, unit)
        if largest * max(rows, 1) >= _LIMIT:
            raise _fault(column, None, Text("面积之和超出 64 位", "sums could leave 64 bits"), largest)
    if len(columns.regions) * max(len(columns.projects), 1) * _MONTHS >= 2**62:
        raise _fault("projects", None, Text("名称太多", "too many names"), len(columns.projects))


def _check_shapes(columns: Columns) -> None:
    """Every column one-dimensional, as long as its table, of the type that stands in `Columns`."""
    for field in fields(columns):
        if field.name in _FLAGS or field.name in ("regions", "projects", "ids", "year_flags"):
            continue
        _shape(columns, field.name, getattr(columns, field.name), np.int64)
    for name in _FLAGS:
        _shape(columns, name, getattr(columns, name), np.int8)
    if set(columns.year_flags) != set(YEAR_FLAGS):
        found = ", ".join(sorted(set(columns.year_flags) ^ set(YEAR_FLAGS)))
        raise _fault("year_flags", None, Text("缺少或多出的列", "columns that lack or are too many"), found)
    for name, values in columns.year_flags.items():
        _shape(columns, f"year_flags.{name}", values, np.int8)
    if columns.ids is not None and len(columns.ids) != len(columns):
        raise _fault("ids", None, Text("列的长度不符", "wrong length"), len(columns.ids))


def _shape(columns: Columns, name: str, values: object, wanted: type[np.generic]) -> None:
    size = len(columns.year_region if name.startswith("year_") else columns.region)
    if not isinstance(values, np.ndarray) or values.shape != (size,) or values.dtype != wanted:
        found = f"{values.dtype} {values.shape}" if isinstance(values, np.ndarray) else type(values).__name__
        what = Text(f"应为 {wanted.__name__}，{size} 行", f"not {wanted.__name__} of {size} rows")
        raise _fault(name, None, what, found)


def largest_of(columns: Columns, column: str, unit: str) -> int:
    """The largest figure of a column in thirds of 0.01 m², of any size."""
    values, units = getattr(columns, column), getattr(columns, unit)
    if units.min(initial=1) == 1:
        return int(values.max(initial=0)) * (MU // 100)
    return max(
        int(values[units == index].max(initial=0)) * scale for index, scale in enumerate((3, MU // 100))
    )


def _within(name: str, values: Ints | Truths, low: int, high: int, what: Text) -> None:
    if len(values) and (values.min() < low or values.max() > high):
        _first(name, (values < low) | (values > high), what, values)


def _first(name: str, wrong: npt.NDArray[np.bool_], what: Text, values: Ints | Truths) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        raise _fault(name, row + 1, what, values[row])


def _fault(name: str, row: int | None, what: Text, found: object) -> BadInput:
    remedy = Text("改正这一列后重新计算", "mend this column and reckon again")
    return BadInput(what, where=Where(field=name, row=row), found=found, remedy=remedy)


def hundredths(texts: Sequence[str | None], name: str) -> Ints:
    """Decimal texts as whole hundredths, None as -1. BadInput where a figure is finer, naming the row."""
    out = np.empty(len(texts), np.int64)
    for row, text in enumerate(texts):
        if text is None:
            out[row] = UNKNOWN
            continue
        scaled = Fraction(text) * 100 if plain_decimal(text) is not None else Fraction(1, 2)
        if scaled.denominator != 1:
            what = Text("比 0.01 更细，或不是面积", "finer than 0.01, or not an area")
            raise _fault(name, row + 1, what, text)
        if scaled >= NO_LIMIT:
            raise _fault(name, row + 1, Text("面积超出 64 位", "the area leaves 64 bits"), text)
        out[row] = int(scaled)
    return out


def facts_of(columns: Columns, region: int) -> Facts:
    """The scalar facts of one banner, for `evaluate` and its sentences."""
    rows = np.flatnonzero(columns.region == region)
    years = np.flatnonzero(columns.year_region == region)
    return Facts(
        region=columns.regions[region],
        violations=tuple(_violation(columns, int(row)) for row in rows),
        years=tuple(_year(columns, int(row)) for row in years),
    )


def _violation(columns: Columns, row: int) -> Violation:
    name = f"row {row}" if columns.ids is None else columns.ids[row]
    month = int(columns.month[row])
    project = columns.projects[int(columns.project[row])]
    return Violation(
        id=name,
        month=f"{month // 12:04d}-{month % 12 + 1:02d}",
        project=None if project == name else project,
        year=int(columns.year[row]) or None,
        new=_known(columns.new[row]),
        area=_filed(columns.area[row], columns.unit[row]),
        farmland=_filed(columns.farmland[row], columns.unit[row]),
        basic_farmland=_filed(columns.basic_farmland[row], columns.unit[row]),
        stopped=_known(columns.stopped[row]),
        investigated=_known(columns.investigated[row]),
    )


def _year(columns: Columns, row: int) -> YearFacts:
    flags = {name: _known(columns.year_flags[name][row]) for name in YEAR_FLAGS}
    return YearFacts(
        year=int(columns.year_year[row]),
        new_construction_farmland=_filed(columns.year_area[row], columns.year_unit[row]),
        **flags,
    )


def _known(value: np.int8) -> bool | None:
    return None if value == UNKNOWN else bool(value)


def _filed(value: np.int64, unit: np.int64) -> Filed | None:
    if value == UNKNOWN:
        return None
    return Filed(f"{int(value) // 100}.{int(value) % 100:02d}", AREA_UNITS[int(unit)])
