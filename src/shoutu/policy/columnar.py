"""Many banners at once: the month and year rules of a pack over columns, exact, on one core.

The same rule data as the scalar evaluator's, compiled to operations on integer columns; nothing of an
order stands here. Figures are whole hundredths of a square metre or a mu, as registers keep them; a finer
one cannot be given, so nothing is rounded. All sums are of integers, and a set of columns whose sums could
leave 64 bits is refused before it is added. Rules on a pack's own tables are not part of it.

A conclusion's sentence and trace come from the scalar evaluator on that banner's facts: `facts_of`.
Cost: a few sorts of the violations, O(n log n); memory about 300 bytes a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import islice
from operator import lt

import numpy as np
import numpy.typing as npt

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.checks import parts
from shoutu.policy.facts import COLUMNS, YEAR_FLAGS, Facts, Violation, YearFacts
from shoutu.policy.figures import AREA_UNITS, Filed, plain_decimal
from shoutu.policy.numbers import Number
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    BandRule,
    ByReading,
    Certain,
    Condition,
    Count,
    Either,
    Flag,
    Hit,
    InForce,
    Is,
    Items,
    LevelRule,
    Metric,
    Named,
    Not,
    OnOrAfter,
    Passed,
    Ratio,
    RunOut,
    Same,
    SequenceRule,
    ShareAtLeast,
    Total,
    YearRule,
)

Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.int8]
"""1 true, 0 false, -1 not known."""

UNKNOWN = -1
MU = 200_000
"""Thirds of 0.01 m² in a mu: 0.01 m² is 3 of them and 0.01 mu is 2,000, so both units are whole."""
_PER_HUNDREDTH = np.array([3, 2_000])
_LIMIT = 2**55
"""Sums stay below this, so that they can be multiplied by the terms of a share (at most `_TERM`)."""
_TERM = 2**7
_NO_LIMIT = np.iinfo(np.int64).max
"""A figure without an upper bound. It is never added: sums keep whether one of them had none."""
_FLAGS = ("new", "stopped", "investigated")
_MONTHS = 9999 * 12 + 12
_RANGES = (
    ("unit", 0, 1, Text("不是单位", "not a unit")),
    ("year_unit", 0, 1, Text("不是单位", "not a unit")),
    ("month", 12, _MONTHS - 1, Text("不是月份", "not a month")),
    ("year", 0, 9999, Text("不是年度", "not a year")),
    ("year_year", 1, 9999, Text("不是年度", "not a year")),
    ("year_area", UNKNOWN, _NO_LIMIT, Text("不是面积", "not an area")),
)


# ---- what goes in, what comes out ----------------------------------------------------------------------


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

    def __len__(self) -> int:
        return len(self.region)


@dataclass(frozen=True)
class Warnings:
    """One row a warning, in the order of the scalar answer, banner by banner. `because` is a bit for each
    name of `names[rule]`; `trigger` is an index into `projects`, -1 for the region itself."""

    region: Ints
    month: Ints
    rule: Ints
    trigger: Ints
    level: Ints
    because: Ints


@dataclass(frozen=True)
class Measures:
    """One row a measure; `grounds[first[i]:first[i + 1]]` are the rows of its warnings, in order."""

    region: Ints
    month: Ints
    measure: Ints
    first: Ints
    grounds: Ints


@dataclass(frozen=True)
class Years:
    """One row for each year and rule that is reached (`truth` 1) or not known (-1). `because` and
    `missing` are bits for the names of the rule."""

    region: Ints
    year: Ints
    rule: Ints
    truth: Truths
    because: Ints
    missing: Ints


@dataclass(frozen=True)
class OpenMonths:
    """Months that are not known: before the order, or hanging on areas that were not filed."""

    region: Ints
    month: Ints
    part: Ints
    missing: Ints


@dataclass(frozen=True)
class Outcome:
    """All of it. `levels`, `measure_names`, `clauses`, `names`, `parts`, `missing_names` say what indexes and
    bits mean: bit i of `because` is `names[rule][i]`, bit i of `missing` is `missing_names[i]`."""

    levels: tuple[str, ...]
    measure_names: tuple[tuple[str, str], ...]
    """(clause, measure)."""
    band_rules: tuple[str, ...]
    year_rules: tuple[str, ...]
    """Clauses of the rules; a part alone stands for years before it was in force."""
    names: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...]
    missing_names: tuple[str, ...]
    warnings: Warnings
    measures: Measures
    years: Years
    open_months: OpenMonths


# ---- checks --------------------------------------------------------------------------------------------


def check(columns: Columns) -> None:
    """Refuse what contradicts itself or could leave 64 bits, naming column and row. Raises BadInput."""
    _check_shapes(columns)
    size = len(columns)
    for name in COLUMNS:
        _first(
            name, getattr(columns, name) < UNKNOWN, Text("不是面积", "not an area"), getattr(columns, name)
        )
    for inner, outer in (("farmland", "area"), ("basic_farmland", "farmland"), ("basic_farmland", "area")):
        small, large = getattr(columns, inner), getattr(columns, outer)
        wrong = (small >= 0) & (large >= 0) & (small > large)
        _first(inner, wrong, Text(f"{inner} 大于 {outer}", f"{inner} is larger than {outer}"), small)
    for column, low, high, what in _RANGES:
        values = getattr(columns, column)
        _first(column, (values < low) | (values > high), what, values)
    own = {column: getattr(columns, column) for column in _FLAGS}
    for column, flags in (*own.items(), *columns.year_flags.items()):
        _first(column, (flags < UNKNOWN) | (flags > 1), Text("应为 1、0、-1", "not 1, 0 or -1"), flags)
    for column in ("region", "year_region"):
        values = getattr(columns, column)
        _first(column, _outside(values, columns.regions), Text("没有这个旗区", "no such region"), values)
    if len(set(columns.regions)) != len(columns.regions):
        raise _fault("regions", None, Text("名称重复", "a name stands twice"), None)
    outside = _outside(columns.project, columns.projects)
    _first("project", outside, Text("没有这个项目", "no such project"), columns.project)
    if not all(map(lt, columns.projects, islice(columns.projects, 1, None))):
        raise _fault("projects", None, Text("名称没有按码位排序", "the names are not in order"), None)
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
    return max(
        int(values[units == index].max(initial=0)) * scale for index, scale in enumerate((3, MU // 100))
    )


def _outside(values: Ints, known: Sequence[str]) -> npt.NDArray[np.bool_]:
    return (values < 0) | (values >= len(known))


def _first(name: str, wrong: npt.NDArray[np.bool_], what: Text, values: Ints) -> None:
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
        if scaled >= _NO_LIMIT:
            raise _fault(name, row + 1, Text("面积超出 64 位", "the area leaves 64 bits"), text)
        out[row] = int(scaled)
    return out


# ---- spans ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spans:
    """Sums that lie between two bounds; where `open` there is no upper one."""

    low: Ints
    high: Ints
    open: npt.NDArray[np.bool_]

    def reaches(self, threshold: Fraction, *, beyond: bool) -> Truths:
        line = _line(threshold, beyond=beyond)
        reached = self.low >= line
        if self.high is self.low:
            return reached.astype(np.int8)
        out = np.full(len(self.low), UNKNOWN, np.int8)
        out[~self.open & (self.high < line)] = 0
        out[reached] = 1
        return out


def _line(threshold: Fraction, *, beyond: bool) -> int:
    """The smallest whole figure that reaches the threshold, or lies beyond it."""
    floor = threshold.numerator // threshold.denominator
    exact = threshold.denominator == 1
    return floor + 1 if beyond or not exact else floor


class _Groups:
    """Rows of the violations by a key, and what is asked of each group of equal keys, in order of the keys.

    Few possible keys are counted in place; many are sorted. Sums in place are made in doubles, which hold
    every whole number below 2^53, and `small` says that none can grow beyond.
    """

    def __init__(self, rows: Ints, keys: Sequence[Ints], small: bool = False) -> None:
        self._rows = rows
        packed, space = _packed(rows, keys)
        self._dense = small and space <= max(len(rows), 1024)
        self.measured: dict[str, tuple[_Spans, Ints]] = {}
        if self._dense:
            self._packed = packed
            one_of = np.full(space, -1)
            one_of[packed] = rows
            self._present = np.flatnonzero(one_of >= 0)
            first: Ints = one_of[self._present]
        else:
            packed, order = _sorted(packed, space)
            self.rows = rows[order]
            changed = np.ones(len(rows), bool)
            changed[1:] = packed[1:] != packed[:-1]
            self.starts = np.flatnonzero(changed)
            first = self.rows[self.starts]
        self._keys = [key[first] for key in keys]
        self._size = len(first)

    def __len__(self) -> int:
        return self._size

    def key(self, index: int) -> Ints:
        """The value of one key in each group."""
        return self._keys[index]

    @property
    def width(self) -> int:
        return len(self._keys)

    def sum(self, values: Ints) -> Ints:
        if not len(self):
            return np.zeros(0, np.int64)
        if self._dense:
            weights = values if len(values) == len(self._rows) else values[self._rows]
            return np.asarray(np.bincount(self._packed, weights)[self._present], np.int64)
        return np.asarray(np.add.reduceat(values[self.rows], self.starts))

    def any(self, values: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        if not values.any():
            return np.zeros(len(self), bool)
        return self.sum(values.astype(np.int64)) > 0


def _packed(rows: Ints, keys: Sequence[Ints]) -> tuple[Ints, int]:
    """All keys of a row as one whole number, and how many such numbers there could be."""
    packed, space = np.zeros(len(rows), np.int64), 1
    for key in keys:
        low, high = int(key.min(initial=0)), int(key.max(initial=0))
        width = high - low + 1
        packed = packed * width + ((key if len(key) == len(rows) else key[rows]) - low)
        space *= width
    return packed, space


def _sorted(packed: Ints, space: int) -> tuple[Ints, Ints]:
    """The keys in order, and the rows in that order; a key and its row in one number where they fit."""
    size = max(len(packed), 1)
    if space < 2**62 // size:
        both = np.sort(packed * size + np.arange(len(packed)))
        return both // size, both % size
    order = np.argsort(packed)
    return packed[order], order


# ---- which rules can be asked of columns ---------------------------------------------------------------


def check_rules(pack: Pack) -> None:
    """Refuse, by its name, a month or year rule that is written in words which columns do not know."""
    seen: set[str] = set()
    for rule in pack.rules:
        if not isinstance(rule, BandRule | SequenceRule | YearRule):
            continue
        if isinstance(rule, BandRule | YearRule):
            if rule.clause in seen:
                raise _unknown(rule, "two rules of one clause")
            seen.add(rule.clause)
        if isinstance(rule, BandRule):
            _check_tests(rule)
        elif isinstance(rule, YearRule):
            for condition in (rule.reached, *rule.because):
                for name in _flags(condition):
                    if name not in YEAR_FLAGS:
                        raise _unknown(rule, f"{name} asked of a year")
        for piece in parts(rule):
            _check_piece(pack, rule, piece)


def _flags(condition: Condition) -> Iterator[str]:
    """The findings that a condition asks of the year itself."""
    if isinstance(condition, Flag):
        yield condition.name
    elif isinstance(condition, ByReading):
        for option in condition.options.values():
            yield from _flags(option)
    elif isinstance(condition, Named):
        yield from _flags(condition.condition)
    elif isinstance(condition, Not | Certain | All | Either):
        for part in _operands(condition):
            yield from _flags(part)


def _check_tests(rule: BandRule) -> None:
    for band in rule.bands:
        for test in band.tests:
            condition = test.condition
            options = condition.options.values() if isinstance(condition, ByReading) else (condition,)
            if not all(isinstance(option, AtLeast) for option in options):
                raise _unknown(rule, f"the test {test.name}, which is not one AtLeast")


def _check_piece(pack: Pack, rule: BandRule | SequenceRule | YearRule, piece: object) -> None:
    if isinstance(piece, AtLeast):
        unit = pack.numbers[piece.number].unit
        if not isinstance(piece.metric, Total | Count):
            raise _unknown(rule, type(piece.metric).__name__)
        if isinstance(piece.metric, Total) != (unit == "mu") or unit in ("m2", "percent"):
            raise _unknown(rule, f"{type(piece.metric).__name__} in {unit}")
    elif isinstance(piece, ShareAtLeast):
        number = pack.numbers[piece.number]
        shares = [Fraction(text) / 100 for _, text in number.values]
        if number.unit != "percent" or any(max(s.numerator, s.denominator) > _TERM for s in shares):
            raise _unknown(rule, f"the share {number.id}")
    elif isinstance(piece, Total):
        options = piece.places.options.values() if isinstance(piece.places, ByReading) else (piece.places,)
        if any(places is not None and MU % 10**places for places in options):
            raise _unknown(rule, "figures of more than five places")
    elif isinstance(piece, Hit):
        for level in (*piece.levels, *(piece.after or ())):
            if level not in pack.levels:
                raise _unknown(rule, f"the level {level}")
    elif isinstance(piece, Items):
        clauses = {other.clause for other in pack.rules if isinstance(other, BandRule)}
        for clause in piece.clauses or ():
            if clause not in clauses:
                raise _unknown(rule, f"the warnings of {clause}")
    elif isinstance(piece, Ratio | Is | Same | OnOrAfter | Passed | RunOut):
        raise _unknown(rule, type(piece).__name__)


def _unknown(rule: BandRule | SequenceRule | YearRule, what: str) -> BadInput:
    return BadInput(
        Text("列式计算不能处理这条规则", "columns cannot be asked this rule"),
        where=Where(field=rule.clause),
        found=what,
        remedy=Text("用逐旗区的计算", "evaluate banner by banner"),
    )


# ---- evaluation ----------------------------------------------------------------------------------------


def evaluate_columns(pack: Pack, columns: Columns, readings: Mapping[str, str] | None = None) -> Outcome:
    """The month and year conclusions of every banner.

    Raises BadInput as `check`, `check_rules` and `Pack.settle` do.
    """
    check(columns)
    check_rules(pack)
    return _Run(pack, columns, pack.settle(readings or {})).outcome()


class _Run:
    def __init__(self, pack: Pack, columns: Columns, readings: Mapping[str, str]) -> None:
        self.pack, self.columns, self.readings = pack, columns, readings
        self.missing_names: list[str] = []
        largest = max(largest_of(columns, name, "unit") for name in COLUMNS)
        # A figure that is rounded may grow by half a step, which is less than a mu.
        self.small = (largest + MU) * max(len(columns), 1) < 2**53
        self.campaign = np.where(columns.year > 0, columns.year, columns.month // 12)
        self._spans: dict[tuple[str, int | None], _Spans] = {}
        self._grouped_years: dict[object, tuple[_Groups, Ints, Ints, Ints]] = {}

    def pick(self, value: object) -> object:
        return value.options[self.readings[value.reading]] if isinstance(value, ByReading) else value

    def bit(self, name: str) -> int:
        if name not in self.missing_names:
            self.missing_names.append(name)
        return 1 << self.missing_names.index(name)

    def since(self, window: str, part: str) -> str | None:
        for rule in self.pack.rules:
            if isinstance(rule, InForce) and rule.window == window and rule.part == part:
                return self.pack.numbers[str(self.pick(rule.since))].values[0][1]
        return None

    # ---- figures of violations ----

    def spans(self, column: str, places: int | None) -> _Spans:
        """Each violation's figure, with the bounds that the other two leave it where it was not filed."""
        key = (column, places)
        if key not in self._spans:
            spans = self._bounded(COLUMNS.index(column))
            if places is not None:
                low = _rounded(spans.low, places)
                high = low if spans.high is spans.low else _rounded(spans.high, places)
                spans = _Spans(low, high, spans.open)
            self._spans[key] = spans
        return self._spans[key]

    def _bounded(self, at: int) -> _Spans:
        filed = [getattr(self.columns, name) for name in COLUMNS]
        scale = _PER_HUNDREDTH[self.columns.unit]
        if filed[at].min(initial=0) >= 0:
            exact = filed[at] * scale
            return _Spans(exact, exact, np.zeros(len(exact), bool))
        low = np.zeros(len(self.columns), np.int64)
        for values in filed[at:]:
            low = np.maximum(low, np.where(values >= 0, values * scale, 0))
        high = np.full(len(self.columns), _NO_LIMIT)
        for values in filed[: at + 1]:
            high = np.where(values >= 0, np.minimum(high, values * scale), high)
        open_ = high == _NO_LIMIT
        return _Spans(low, np.where(open_, 0, high), open_)

    def of_violation(self, condition: Condition) -> tuple[Truths, tuple[str, ...]]:
        """The condition on each violation, and the flags that it may hang on."""
        condition = self.pick(condition)  # type: ignore[assignment]
        if isinstance(condition, Flag):
            values = getattr(self.columns, condition.name)
            return (np.where(values == UNKNOWN, 1, values) if condition.name == "new" else values), (
                condition.name,
            )
        if isinstance(condition, Not | Certain | All | Either):
            parts = [self.of_violation(part) for part in _operands(condition)]
            names = tuple(dict.fromkeys(name for _, found in parts for name in found))
            return _joined(condition, [truth for truth, _ in parts]), names
        raise TypeError(f"{type(condition).__name__} cannot be asked of one violation")

    def measure(self, metric: Metric, groups: _Groups) -> tuple[_Spans, Ints]:
        """The metric over each group, and the bits of what is missing where it is not exact; each once."""
        key = repr(metric)
        if key not in groups.measured:
            groups.measured[key] = self._measure(metric, groups)
        return groups.measured[key]

    def _measure(self, metric: Metric, groups: _Groups) -> tuple[_Spans, Ints]:
        if isinstance(metric, Count):
            return self._count(metric, groups)
        assert isinstance(metric, Total)
        each = self.spans(metric.column, self.pick(metric.places))  # type: ignore[arg-type]
        low = groups.sum(each.low)
        if each.high is each.low:
            return _Spans(low, low, np.zeros(len(groups), bool)), np.zeros(len(groups), np.int64)
        missing = groups.any(each.open | (each.low != each.high))
        sums = _Spans(low, groups.sum(each.high), groups.any(each.open))
        return sums, np.where(missing, self.bit(metric.column), 0)

    def _count(self, metric: Count, groups: _Groups) -> tuple[_Spans, Ints]:
        truth, _ = self.of_violation(metric.where)
        sure = groups.sum((truth == 1).astype(np.int64))
        maybe = groups.sum((truth == UNKNOWN).astype(np.int64))
        bits = np.zeros(len(groups), np.int64)
        for name, open_ in self._reasons(metric.where).items():
            bits |= np.where(groups.any(open_), self.bit(name), 0)
        return _Spans(sure, sure + maybe, np.zeros(len(groups), bool)), bits

    def _reasons(self, condition: Condition) -> dict[str, npt.NDArray[np.bool_]]:
        """For each flag, the violations on which the condition hangs because the flag is not known."""
        condition = self.pick(condition)  # type: ignore[assignment]
        truth, _ = self.of_violation(condition)
        hanging = truth == UNKNOWN
        if isinstance(condition, Flag):
            return {condition.name: hanging}
        out: dict[str, npt.NDArray[np.bool_]] = {}
        for part in _operands(condition):  # type: ignore[arg-type]
            for name, open_ in self._reasons(part).items():
                out[name] = out.get(name, np.zeros(len(hanging), bool)) | (open_ & hanging)
        return out

    # ---- all together ----

    def outcome(self) -> Outcome:
        bands = [rule for rule in self.pack.rules if isinstance(rule, BandRule)]
        names = {rule.clause: _names_of(rule) for rule in bands}
        found = [self.of_band_rule(index, rule, names[rule.clause]) for index, rule in enumerate(bands)]
        warnings = self._ordered([warning for warning, _ in found])
        open_months, parts = self._open_months(bands, [open_ for _, open_ in found])
        measures, measure_names = self._measures(warnings, bands)
        years, year_rules, year_names = self._years()
        return Outcome(
            levels=self.pack.levels,
            measure_names=measure_names,
            band_rules=tuple(rule.clause for rule in bands),
            year_rules=year_rules,
            names=names | year_names,
            parts=parts,
            missing_names=tuple(self.missing_names),
            warnings=warnings,
            measures=measures,
            years=years,
            open_months=open_months,
        )

    def of_band_rule(self, index: int, rule: BandRule, names: tuple[str, ...]) -> tuple[Warnings, _Open]:
        part = rule.clause.split(".")[0]
        since = self.since("month", part)
        first = 0 if since is None else _month(since)
        rows = np.flatnonzero(self.columns.month >= first)
        keys = [self.columns.region, self.columns.month]
        if rule.subject == "project":
            keys = [self.columns.region, self.columns.project, self.columns.month]
        groups = _Groups(rows, keys, self.small)
        measured = self._over_window(rule, groups)
        level = np.full(len(groups), -1)
        because = np.zeros(len(groups), np.int64)
        missing = np.zeros(len(groups), np.int64)
        month = groups.key(-1)
        for band in rule.bands:
            verdicts = [self._verdict(test, measured, month) for test in band.tests]
            undecided = level < 0
            reached = np.zeros(len(groups), bool)
            for test, (truth, _) in zip(band.tests, verdicts, strict=True):
                reached |= truth == 1
                because |= np.where(undecided & (truth == 1), 1 << names.index(test.name), 0)
            level[undecided & reached] = self.pack.levels.index(band.level)
            for truth, bits in (verdict for verdict in verdicts):
                missing |= np.where(undecided & ~reached & (truth == UNKNOWN), bits, 0)
        region = groups.key(0)
        hit = level >= 0
        trigger = groups.key(1) if rule.subject == "project" else np.full(len(groups), -1)
        warned = Warnings(
            region[hit], month[hit], np.full(hit.sum(), index), trigger[hit], level[hit], because[hit]
        )
        hanging = missing != 0
        return warned, _Open(region[hanging], month[hanging], trigger[hanging], missing[hanging], index)

    def _over_window(self, rule: BandRule, groups: _Groups) -> Callable[[Metric], tuple[_Spans, Ints]]:
        """How a metric is measured over the rule's window: the month's, or the year's up to the month."""
        if self.pick(rule.window) == "month":
            return lambda metric: self.measure(metric, groups)
        year = groups.key(-1) // 12
        fresh = np.ones(len(groups), bool)
        fresh[1:] = year[1:] != year[:-1]
        for key in range(groups.width - 1):
            values = groups.key(key)
            fresh[1:] |= values[1:] != values[:-1]
        begin = np.maximum.accumulate(np.where(fresh, np.arange(len(groups)), 0))

        def running(values: Ints) -> Ints:
            total = np.concatenate([[0], np.cumsum(values)])
            return np.asarray(total[1:] - total[begin])

        def measure(metric: Metric) -> tuple[_Spans, Ints]:
            spans, bits = self.measure(metric, groups)
            open_ = running(spans.open.astype(np.int64)) > 0
            seen = np.zeros(len(groups), np.int64)
            for position in range(len(self.missing_names)):
                seen |= np.where(running(bits >> position & 1) > 0, 1 << position, 0)
            return _Spans(running(spans.low), running(spans.high), open_), seen

        return measure

    def _verdict(
        self, test: Named, measured: Callable[[Metric], tuple[_Spans, Ints]], month: Ints
    ) -> tuple[Truths, Ints]:
        condition = self.pick(test.condition)
        assert isinstance(condition, AtLeast)
        spans, bits = measured(condition.metric)
        beyond = bool(self.pick(condition.beyond))
        number = self.pack.numbers[condition.number]
        scale = MU if number.unit == "mu" else 1
        truth = np.full(len(month), UNKNOWN, np.int8)
        for value, chosen in _by_value(number, month):
            found = spans.reaches(Fraction(value) * scale, beyond=beyond)
            truth = np.where(chosen, found, truth)
        return truth, bits

    def _ordered(self, warnings: Sequence[Warnings]) -> Warnings:
        """Banner by banner, by month, rule, and the names of the triggers."""
        nothing = np.zeros(0, np.int64)
        joined = [
            np.concatenate([nothing, *(getattr(w, f.name) for w in warnings)]) for f in fields(Warnings)
        ]
        region, month, rule, trigger, _, _ = joined
        order = np.lexsort((trigger, rule, month, region))
        return Warnings(*(column[order] for column in joined))

    def _open_months(
        self, bands: Sequence[BandRule], hanging: Sequence[_Open]
    ) -> tuple[OpenMonths, tuple[str, ...]]:
        found = {rule.clause.split(".")[0] for rule in bands}
        found |= {
            rule.part for rule in self.pack.rules if isinstance(rule, InForce) and rule.window == "month"
        }
        named = tuple(sorted(found))
        nothing = np.zeros(0, np.int64)
        rows = [(nothing, nothing, nothing, nothing)]
        for index, part in enumerate(named):
            since = self.since("month", part)
            early = np.flatnonzero(self.columns.month < (0 if since is None else _month(since)))
            groups = _Groups(early, [self.columns.region, self.columns.month])
            bits = np.full(len(groups), self.bit("not-in-force")) if len(groups) else np.zeros(0, np.int64)
            rows.append((groups.key(0), groups.key(1), np.full(len(groups), index), bits))
            own = [h for h in hanging if bands[h.rule].clause.split(".")[0] == part]
            region = np.concatenate([nothing, *(h.region for h in own)])
            month = np.concatenate([nothing, *(h.month for h in own)])
            bits = np.concatenate([nothing, *(h.missing for h in own)])
            merged = _Groups(np.arange(len(region)), [region, month])
            joined = np.bitwise_or.reduceat(bits[merged.rows], merged.starts) if len(merged) else bits[:0]
            rows.append((merged.key(0), merged.key(1), np.full(len(merged), index), joined))
        joined_rows = [np.concatenate(column) for column in zip(*rows, strict=True)]
        order = np.lexsort((joined_rows[2], joined_rows[1], joined_rows[0]))
        return OpenMonths(*(column[order] for column in joined_rows)), named

    # ---- measures ----

    def _measures(
        self, warnings: Warnings, bands: Sequence[BandRule]
    ) -> tuple[Measures, tuple[tuple[str, str], ...]]:
        rules = [rule for rule in self.pack.rules if isinstance(rule, SequenceRule | LevelRule)]
        names: list[tuple[str, str]] = []
        pieces: list[tuple[int, npt.NDArray[np.bool_]]] = []
        clauses = [rule.clause for rule in bands]
        for rule in rules:
            if isinstance(rule, SequenceRule):
                names.append((rule.clause, rule.measure))
                pieces.append((len(names) - 1, self._hits(rule, warnings, clauses)))
            else:
                grounds = warnings.level == self.pack.levels.index(rule.level)
                for measure in rule.measures:
                    names.append((rule.clause, measure))
                    pieces.append((len(names) - 1, grounds))
        return _collected(warnings, pieces), tuple(names)

    def _hits(self, rule: SequenceRule, warnings: Warnings, clauses: Sequence[str]) -> npt.NDArray[np.bool_]:
        """The warnings that are grounds: those of the items that hit."""
        items = self.pick(rule.items)
        adjacent = bool(self.pick(rule.adjacent))
        wanted = self.pick(rule.hits)
        counted = np.ones(len(warnings.region), bool)
        if items.clauses is not None:  # type: ignore[attr-defined]
            counted = np.isin(warnings.rule, [clauses.index(c) for c in items.clauses])  # type: ignore[attr-defined]
        rows = np.flatnonzero(counted)
        region, month, level = warnings.region[rows], warnings.month[rows], warnings.level[rows]
        item = np.arange(len(rows))
        stands_for = np.ones(len(rows), bool)
        if items.merged and len(rows):  # type: ignore[attr-defined]
            groups = _Groups(np.arange(len(rows)), [region, month])
            top = np.maximum.reduceat(level[groups.rows], groups.starts)
            sizes = np.diff(np.append(groups.starts, len(rows)))
            item = np.repeat(np.arange(len(groups)), sizes)
            stands_for = level == np.repeat(top, sizes)
            region, month, level = groups.key(0), groups.key(1), top
        before = np.full(len(region), -1)
        if len(region) > 1:
            linked = region[1:] == region[:-1]
            if adjacent:
                linked &= month[1:] - month[:-1] <= 1
            before[1:] = np.where(linked, level[:-1], -1)
        hit = np.zeros(len(region), bool)
        for one in wanted:  # type: ignore[attr-defined]
            of_level = np.isin(level, [self.pack.levels.index(name) for name in one.levels])
            if one.after is not None:
                of_level &= np.isin(before, [self.pack.levels.index(name) for name in one.after])
            hit |= of_level
        grounds = np.zeros(len(warnings.region), bool)
        grounds[rows] = (hit[item] & stands_for) if len(rows) else False
        return grounds

    # ---- years ----

    def _years(self) -> tuple[Years, tuple[str, ...], dict[str, tuple[str, ...]]]:
        rules: list[str] = []
        names: dict[str, tuple[str, ...]] = {}
        out: list[tuple[Ints, Ints, Ints, Truths, Ints, Ints]] = []
        for rule in self.pack.rules:
            if isinstance(rule, InForce) and rule.window == "year":
                rules.append(rule.part)
                out.append(self._before_force(rule, len(rules) - 1))
            elif isinstance(rule, YearRule):
                rules.append(rule.clause)
                names[rule.clause] = tuple(named.name for named in rule.because)
                out.append(self._of_year_rule(rule, len(rules) - 1))
        columns = (
            [np.concatenate(column) for column in zip(*out, strict=True)] if out else [np.zeros(0, int)] * 6
        )
        order = np.lexsort((columns[2], columns[1], columns[0]))
        return Years(*(column[order] for column in columns)), tuple(rules), names

    def _year_groups(self, year_of: object) -> tuple[_Groups, Ints, Ints, Ints]:
        """Violations by banner and year; then, for each pair that the facts speak of, region, year, and the
        number of its group, -1 where there are no violations."""
        basis = self.pick(year_of)
        if basis not in self._grouped_years:
            self._grouped_years[basis] = self._group_years(
                self.campaign if basis == "campaign" else self.columns.month // 12
            )
        return self._grouped_years[basis]

    def _group_years(self, year: Ints) -> tuple[_Groups, Ints, Ints, Ints]:
        groups = _Groups(np.arange(len(self.columns)), [self.columns.region, year], self.small)
        had = groups.key(0) * 10_000 + groups.key(1)
        said = self.columns.year_region * 10_000 + self.columns.year_year
        pairs = np.union1d(had, said)
        at = np.searchsorted(had, pairs)
        known = (at < len(had)) & (had[np.minimum(at, max(len(had) - 1, 0))] == pairs if len(had) else False)
        return groups, pairs // 10_000, pairs % 10_000, np.where(known, at, -1)

    def _before_force(self, rule: InForce, index: int) -> tuple[Ints, Ints, Ints, Truths, Ints, Ints]:
        _, region, year, _ = self._year_groups(rule.year_of)
        since = self.since("year", rule.part)
        early = year < (0 if since is None else int(since))
        count = int(early.sum())
        bits = np.full(count, self.bit("not-in-force") if count else 0)
        truth = np.full(count, UNKNOWN, np.int8)
        return region[early], year[early], np.full(count, index), truth, np.zeros(count, np.int64), bits

    def _of_year_rule(self, rule: YearRule, index: int) -> tuple[Ints, Ints, Ints, Truths, Ints, Ints]:
        groups, region, year, at = self._year_groups(rule.year_of)
        since = self.since("year", rule.clause.split(".")[0])
        judge = _YearJudge(self, groups, region, year, at)
        truth, missing = judge.verdict(rule.reached)
        because = np.zeros(len(region), np.int64)
        for bit, named in enumerate(rule.because):
            because |= np.where(judge.verdict(named)[0] == 1, 1 << bit, 0)
        kept = (truth != 0) & (year >= (0 if since is None else int(since)))
        because = np.where(truth == 1, because, 0)
        missing = np.where(truth == UNKNOWN, missing, 0)
        return (
            region[kept], year[kept], np.full(kept.sum(), index), truth[kept], because[kept], missing[kept],
        )  # fmt: skip


@dataclass(frozen=True)
class _Open:
    """Subjects of one band rule whose level hangs on something that is not known."""

    region: Ints
    month: Ints
    trigger: Ints
    missing: Ints
    rule: int


class _YearJudge:
    """Conditions of a yearly rule over all pairs of banner and year at once."""

    def __init__(self, run: _Run, groups: _Groups, region: Ints, year: Ints, at: Ints) -> None:
        self.run, self.groups, self.region, self.year, self.at = run, groups, region, year, at
        self._named: dict[str, tuple[Truths, Ints]] = {}
        said = run.columns.year_region * 10_000 + run.columns.year_year
        order = np.argsort(said, kind="stable")
        pairs = region * 10_000 + year
        place = np.searchsorted(said[order], pairs)
        inside = place < len(said)
        found = np.zeros(len(pairs), bool)
        found[inside] = said[order][place[inside]] == pairs[inside]
        self.facts = np.where(
            found, order[np.minimum(place, max(len(order) - 1, 0))] if len(order) else -1, -1
        )

    def verdict(self, condition: Condition) -> tuple[Truths, Ints]:
        """Truth of each pair, and the bits of what it hangs on where it is not known."""
        condition = self.run.pick(condition)  # type: ignore[assignment]
        if isinstance(condition, Named):
            if condition.name not in self._named:
                self._named[condition.name] = self.verdict(condition.condition)
            return self._named[condition.name]
        if isinstance(condition, Flag):
            truth = self._said(self.run.columns.year_flags[condition.name])
            return truth, np.where(truth == UNKNOWN, self.run.bit(condition.name), 0)
        if isinstance(condition, AtLeast):
            return self._at_least(condition)
        if isinstance(condition, ShareAtLeast):
            return self._share(condition)
        assert isinstance(condition, Not | Certain | All | Either)
        parts = [self.verdict(part) for part in _operands(condition)]
        truth = _joined(condition, [found for found, _ in parts])
        bits = np.zeros(len(truth), np.int64)
        for found, missing in parts:
            bits |= np.where(found == UNKNOWN, missing, 0)
        return truth, np.where(truth == UNKNOWN, bits, 0)

    def _said(self, values: Truths) -> Truths:
        if not len(values):
            return np.full(len(self.facts), UNKNOWN, np.int8)
        return np.where(self.facts < 0, UNKNOWN, values[np.maximum(self.facts, 0)])

    def _spread(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """A value for each group as one for each pair; nothing where a pair has no violations."""
        if not len(values):
            return np.zeros(len(self.at), values.dtype)
        return np.where(self.at < 0, values.dtype.type(0), values[np.maximum(self.at, 0)])

    def _measured(self, metric: Metric) -> tuple[_Spans, Ints]:
        spans, bits = self.run.measure(metric, self.groups)
        spread = [self._spread(column) for column in (spans.low, spans.high, spans.open, bits)]
        return _Spans(spread[0], spread[1], spread[2]), spread[3]  # type: ignore[arg-type, return-value]

    def _at_least(self, test: AtLeast) -> tuple[Truths, Ints]:
        spans, bits = self._measured(test.metric)
        number = self.run.pack.numbers[test.number]
        beyond = bool(self.run.pick(test.beyond))
        scale = MU if number.unit == "mu" else 1
        truth = np.full(len(self.year), UNKNOWN, np.int8)
        for value, chosen in _by_value(number, self.year * 12 + 11):
            truth = np.where(chosen, spans.reaches(Fraction(value) * scale, beyond=beyond), truth)
        return truth, np.where(truth == UNKNOWN, bits, 0)

    def _share(self, test: ShareAtLeast) -> tuple[Truths, Ints]:
        """part / whole ≥ number; see ShareAtLeast for 0, contradiction and `less_part`."""
        spans, bits = self._measured(test.part)
        columns = self.run.columns
        whole = self._said(columns.year_area).astype(np.int64)  # type: ignore[arg-type]
        unit = np.maximum(self._said(columns.year_unit), 0)  # type: ignore[arg-type]
        not_known = whole < 0
        whole = np.where(not_known, 0, whole * _PER_HUNDREDTH[unit])
        places = self.run.pick(test.part.places)
        if places is not None:
            whole = _rounded(whole, places)  # type: ignore[arg-type]
        less = bool(self.run.pick(test.less_part))
        number = self.run.pack.numbers[test.number]
        truth = np.full(len(self.year), UNKNOWN, np.int8)
        for value, chosen in _by_value(number, self.year * 12 + 11):
            share = Fraction(value) / 100
            low = _share_reached(spans.low, whole, share, less=less)
            high = _share_reached(spans.high, whole, share, less=less)
            within = ~spans.open & (spans.high <= whole)
            found = np.where(within & (low == high), low.astype(np.int8), UNKNOWN)
            truth = np.where(chosen, found, truth)
        contradiction = ~not_known & (whole < spans.low)
        nothing = ~spans.open & (spans.high == 0)
        truth = np.where(nothing, 0, np.where(not_known | contradiction, UNKNOWN, truth))
        bits = np.where(not_known, bits | self.run.bit(test.whole), bits)
        bits = np.where(contradiction, self.run.bit("contradiction"), bits)
        return truth, np.where(truth == UNKNOWN, bits, 0)


def _share_reached(part: Ints, whole: Ints, share: Fraction, *, less: bool) -> npt.NDArray[np.bool_]:
    """part ≥ share · divisor in whole numbers, which `check` has seen to be small enough."""
    divisor = whole - part if less else whole
    return np.asarray(part * share.denominator >= share.numerator * divisor)


def _rounded(values: Ints, places: int) -> Ints:
    """Each figure rounded half up to that many decimals of a mu."""
    step = MU // 10**places
    return np.asarray((2 * values + step) // (2 * step) * step)


def _month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _by_value(number: Number, months: Ints) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """The values that a number has in these months, each with the rows where it holds."""
    if len(number.values) == 1:
        return [(number.values[0][1], np.ones(len(months), bool))]
    held = {int(m): number.text_at(f"{m // 12:04d}-{m % 12 + 1:02d}") for m in np.unique(months)}
    return [
        (value, np.isin(months, [month for month, text in held.items() if text == value]))
        for value in dict.fromkeys(held.values())
    ]


def _operands(condition: Not | Certain | All | Either) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, All | Either) else (condition.condition,)


def _joined(condition: Not | Certain | All | Either, parts: Sequence[Truths]) -> Truths:
    """Kleene's logic on -1, 0, 1: false before not known before true for all, the other way for any."""
    if isinstance(condition, Not):
        return np.asarray(np.where(parts[0] == UNKNOWN, UNKNOWN, 1 - parts[0]), np.int8)
    if isinstance(condition, Certain):
        return np.asarray(parts[0] == 1, np.int8)
    stop = 0 if isinstance(condition, All) else 1
    some = np.logical_or.reduce([part == stop for part in parts])
    open_ = np.logical_or.reduce([part == UNKNOWN for part in parts])
    return np.asarray(np.where(some, stop, np.where(open_, UNKNOWN, 1 - stop)), np.int8)


def _names_of(rule: BandRule) -> tuple[str, ...]:
    """The tests of a rule, in the order in which an answer lists them: those of the lowest band last seen."""
    return tuple(dict.fromkeys(test.name for band in rule.bands for test in band.tests))


def _collected(warnings: Warnings, pieces: Sequence[tuple[int, npt.NDArray[np.bool_]]]) -> Measures:
    """One measure for each banner and month that has grounds, with the rows of its warnings."""
    region, month, measure, grounds = [], [], [], []
    for index, mask in pieces:
        rows = np.flatnonzero(mask)
        region.append(warnings.region[rows])
        month.append(warnings.month[rows])
        measure.append(np.full(len(rows), index))
        grounds.append(rows)
    joined = [np.concatenate(c) if c else np.zeros(0, np.int64) for c in (region, month, measure, grounds)]
    order = np.lexsort((joined[3], joined[2], joined[1], joined[0]))
    region_, month_, measure_, rows_ = (column[order] for column in joined)
    groups = _Groups(np.arange(len(rows_)), [region_, month_, measure_])
    first = np.append(groups.starts, len(rows_))
    return Measures(groups.key(0), groups.key(1), groups.key(2), first, rows_)


# ---- one banner, for its trace -------------------------------------------------------------------------


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
