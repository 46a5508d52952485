"""Many banners at once: the month and year rules of a pack over columns, exact, on one core.

The same rule data as the scalar evaluator's, compiled to operations on integer columns; nothing of an
order stands here. Figures are whole hundredths of a square metre or a mu, as registers keep them; a finer
one cannot be given, so nothing is rounded. All sums are of integers, and a set of columns whose sums could
leave 64 bits is refused before it is added. Rules on a pack's own tables are not part of it.

A conclusion's sentence and trace come from the scalar evaluator on that banner's facts: `facts_of`.
Cost: a few sorts of the violations, O(n log n); memory about 300 bytes a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shoutu.errors import BadInput, Text, Where
from shoutu.policy.facts import COLUMNS, YEAR_FLAGS, Facts, Violation, YearFacts
from shoutu.policy.figures import AREA_UNITS, Filed
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
    InForce,
    LevelRule,
    Metric,
    Named,
    Not,
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


# ---- what goes in, what comes out ----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Violations and years of many banners.

    region (n,)      index into `regions`;   project (n,) index into `projects`, -1 for its own
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
    name of `names[rule]`; `trigger` is an index into `Outcome.triggers`, -1 for the region itself."""

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
    triggers: Sequence[str]
    warnings: Warnings
    measures: Measures
    years: Years
    open_months: OpenMonths


# ---- checks --------------------------------------------------------------------------------------------


def check(columns: Columns) -> None:
    """Refuse what contradicts itself or could leave 64 bits, naming column and row. Raises BadInput."""
    size = len(columns)
    for field in fields(columns):
        values = getattr(columns, field.name)
        if isinstance(values, np.ndarray):
            wanted = len(columns.year_region) if field.name.startswith("year_") else size
            if len(values) != wanted or not np.issubdtype(values.dtype, np.integer):
                raise _fault(
                    field.name, None, Text("列的长度或类型不符", "wrong length or type"), values.dtype
                )
    for name in COLUMNS:
        _first(
            name, getattr(columns, name) < UNKNOWN, Text("不是面积", "not an area"), getattr(columns, name)
        )
    for inner, outer in (("farmland", "area"), ("basic_farmland", "farmland"), ("basic_farmland", "area")):
        small, large = getattr(columns, inner), getattr(columns, outer)
        wrong = (small >= 0) & (large >= 0) & (small > large)
        _first(inner, wrong, Text(f"{inner} 大于 {outer}", f"{inner} is larger than {outer}"), small)
    _first("unit", (columns.unit < 0) | (columns.unit > 1), Text("不是单位", "not a unit"), columns.unit)
    _first("month", columns.month < 12, Text("不是月份", "not a month"), columns.month)
    _first(
        "region",
        _outside(columns.region, columns.regions),
        Text("没有这个旗区", "no such region"),
        columns.region,
    )
    outside = (columns.project < -1) | (columns.project >= len(columns.projects))
    _first("project", outside, Text("没有这个项目", "no such project"), columns.project)
    pairs = columns.year_region * 10_000 + columns.year_year
    order = np.argsort(pairs, kind="stable")
    again = np.zeros(len(pairs), bool)
    again[order[1:]] = pairs[order][1:] == pairs[order][:-1]
    _first("year_year", again, Text("年度重复", "this year stands twice"), columns.year_year)
    for column, rows in (*((name, size) for name in COLUMNS), ("year_area", 1)):
        largest = int(getattr(columns, column).max(initial=0))
        if largest * int(_PER_HUNDREDTH.max()) * max(rows, 1) >= _LIMIT:
            raise _fault(column, None, Text("面积之和超出 64 位", "sums could leave 64 bits"), largest)


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
        scaled = Fraction(-1) if text is None else Fraction(text) * 100
        if scaled.denominator != 1 or (text is not None and scaled < 0):
            raise _fault(
                name, row + 1, Text("比 0.01 更细，或不是面积", "finer than 0.01, or not an area"), text
            )
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
        out = np.full(len(self.low), UNKNOWN, np.int8)
        out[~self.open & (self.high < line)] = 0
        out[self.low >= line] = 1
        return out


def _line(threshold: Fraction, *, beyond: bool) -> int:
    """The smallest whole figure that reaches the threshold, or lies beyond it."""
    floor = threshold.numerator // threshold.denominator
    exact = threshold.denominator == 1
    return floor + 1 if beyond or not exact else floor


class _Groups:
    """Rows of the violations put in order by a key, and where each group of equal keys begins."""

    def __init__(self, rows: Ints, keys: Sequence[Ints]) -> None:
        order = np.lexsort([key[rows] for key in reversed(keys)])
        self.rows = rows[order]
        self.keys = [key[self.rows] for key in keys]
        changed = np.zeros(len(self.rows), bool)
        if len(self.rows):
            changed[0] = True
            for key in self.keys:
                changed[1:] |= key[1:] != key[:-1]
        self.starts = np.flatnonzero(changed)

    def __len__(self) -> int:
        return len(self.starts)

    def key(self, index: int) -> Ints:
        return self.keys[index][self.starts]

    def sum(self, values: Ints) -> Ints:
        return np.add.reduceat(values[self.rows], self.starts) if len(self) else np.zeros(0, np.int64)

    def any(self, values: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        return np.logical_or.reduceat(values[self.rows], self.starts) if len(self) else np.zeros(0, bool)


# ---- evaluation ----------------------------------------------------------------------------------------


def evaluate_columns(pack: Pack, columns: Columns, readings: Mapping[str, str] | None = None) -> Outcome:
    """The month and year conclusions of every banner. Raises BadInput as `check` and `Pack.settle` do."""
    check(columns)
    return _Run(pack, columns, pack.settle(readings or {})).outcome()


class _Run:
    def __init__(self, pack: Pack, columns: Columns, readings: Mapping[str, str]) -> None:
        self.pack, self.columns, self.readings = pack, columns, readings
        self.missing_names: list[str] = []
        # A violation without a project is one of its own; it comes after the named ones, in row order.
        own = len(columns.projects) + np.arange(len(columns))
        self.project = np.where(columns.project < 0, own, columns.project)
        self.names = columns.ids if columns.ids is not None else _RowNames(len(columns))
        self.triggers = _Triggers(columns.projects, self.names)
        self.campaign = np.where(columns.year > 0, columns.year, columns.month // 12)
        self._spans: dict[tuple[str, int | None], _Spans] = {}

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
            at = COLUMNS.index(column)
            scale = _PER_HUNDREDTH[self.columns.unit]
            filed = [getattr(self.columns, name) for name in COLUMNS]
            low = np.zeros(len(self.columns), np.int64)
            for values in filed[at:]:
                low = np.maximum(low, np.where(values >= 0, values * scale, 0))
            high = np.full(len(self.columns), _NO_LIMIT)
            for values in filed[: at + 1]:
                high = np.where(values >= 0, np.minimum(high, values * scale), high)
            open_ = high == _NO_LIMIT
            high = np.where(open_, 0, high)
            if places is not None:
                low, high = _rounded(low, places), _rounded(high, places)
            self._spans[key] = _Spans(low, high, open_)
        return self._spans[key]

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
        """The metric over each group, and the bits of what is missing where it is not exact."""
        if isinstance(metric, Count):
            return self._count(metric, groups)
        if not isinstance(metric, Total):
            raise TypeError("columns hold violations only")
        each = self.spans(metric.column, self.pick(metric.places))  # type: ignore[arg-type]
        missing = groups.any(each.open | (each.low != each.high))
        sums = _Spans(groups.sum(each.low), groups.sum(each.high), groups.any(each.open))
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
            triggers=self.triggers,
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
            keys = [self.columns.region, self.project, self.columns.month]
        groups = _Groups(rows, keys)
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
        for key in range(len(groups.keys) - 1):
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
        if not isinstance(condition, AtLeast):
            raise TypeError("a band of many banners is a figure at least a number")
        spans, bits = measured(condition.metric)
        beyond = bool(self.pick(condition.beyond))
        number = self.pack.numbers[condition.number]
        scale = MU if number.unit == "mu" else 1
        truth = np.full(len(month), UNKNOWN, np.int8)
        for value, chosen in _by_value(number.text_at, month):
            found = spans.reaches(Fraction(value) * scale, beyond=beyond)
            truth = np.where(chosen, found, truth)
        return truth, bits

    def _ordered(self, warnings: Sequence[Warnings]) -> Warnings:
        """Banner by banner, by month, rule, and the names of the triggers."""
        joined = [np.concatenate([getattr(w, f.name) for w in warnings]) for f in fields(Warnings)]
        region, month, rule, trigger, _, _ = joined
        order = np.lexsort((_ranks(self.triggers, trigger), rule, month, region))
        return Warnings(*(column[order] for column in joined))

    def _open_months(
        self, bands: Sequence[BandRule], hanging: Sequence[_Open]
    ) -> tuple[OpenMonths, tuple[str, ...]]:
        parts = tuple(dict.fromkeys(rule.clause.split(".")[0] for rule in bands))
        rows: list[tuple[Ints, Ints, Ints, Ints]] = []
        for index, part in enumerate(parts):
            since = self.since("month", part)
            early = np.flatnonzero(self.columns.month < (0 if since is None else _month(since)))
            groups = _Groups(early, [self.columns.region, self.columns.month])
            bits = np.full(len(groups), self.bit("not-in-force")) if len(groups) else np.zeros(0, np.int64)
            rows.append((groups.key(0), groups.key(1), np.full(len(groups), index), bits))
            own = [h for h in hanging if bands[h.rule].clause.split(".")[0] == part]
            region = np.concatenate([h.region for h in own])
            month = np.concatenate([h.month for h in own])
            bits = np.concatenate([h.missing for h in own])
            merged = _Groups(np.arange(len(region)), [region, month])
            joined = np.bitwise_or.reduceat(bits[merged.rows], merged.starts) if len(merged) else bits[:0]
            rows.append((merged.key(0), merged.key(1), np.full(len(merged), index), joined))
        joined_rows = [np.concatenate(column) for column in zip(*rows, strict=True)]
        order = np.lexsort((joined_rows[2], joined_rows[1], joined_rows[0]))
        return OpenMonths(*(column[order] for column in joined_rows)), parts

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
        year = self.campaign if self.pick(year_of) == "campaign" else self.columns.month // 12
        groups = _Groups(np.arange(len(self.columns)), [self.columns.region, year])
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
            return self.verdict(condition.condition)
        if isinstance(condition, Flag):
            truth = self._said(self.run.columns.year_flags[condition.name])
            return truth, np.where(truth == UNKNOWN, self.run.bit(condition.name), 0)
        if isinstance(condition, AtLeast):
            return self._at_least(condition)
        if isinstance(condition, ShareAtLeast):
            return self._share(condition)
        if not isinstance(condition, Not | Certain | All | Either):
            raise TypeError(f"{type(condition).__name__} is not asked of years in columns")
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
        for value, chosen in _by_value(number.text_at, self.year * 12 + 11):
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
        for value, chosen in _by_value(number.text_at, self.year * 12 + 11):
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
    if max(share.numerator, share.denominator) > _TERM:
        raise TypeError(f"a share of {share} is too fine for columns")
    divisor = whole - part if less else whole
    return np.asarray(part * share.denominator >= share.numerator * divisor)


def _rounded(values: Ints, places: int) -> Ints:
    """Each figure rounded half up to that many decimals of a mu."""
    step = MU // 10**places
    return np.asarray((2 * values + step) // (2 * step) * step)


def _month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _by_value(text_at: Callable[[str], str], months: Ints) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """The values that a number has in these months, each with the rows where it holds."""
    held = {int(m): text_at(f"{m // 12:04d}-{m % 12 + 1:02d}") for m in np.unique(months)}
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


class _RowNames(Sequence[str]):
    """Row numbers as names, made when they are asked for."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> str:  # type: ignore[override]
        return f"row {index}"


class _Triggers(Sequence[str]):
    """Names of the projects, then of the violations that are their own."""

    def __init__(self, projects: Sequence[str], names: Sequence[str]) -> None:
        self._projects, self._names = projects, names

    def __len__(self) -> int:
        return len(self._projects) + len(self._names)

    def __getitem__(self, index: int) -> str:  # type: ignore[override]
        own = index - len(self._projects)
        return self._names[own] if own >= 0 else self._projects[index]


def _ranks(triggers: _Triggers, chosen: Ints) -> Ints:
    """The place of each by the code points of its name; the region itself, -1, comes first."""
    used, place = np.unique(chosen, return_inverse=True)
    names = ["" if index < 0 else triggers[index] for index in used.tolist()]
    ranks = np.empty(len(used), np.int64)
    ranks[sorted(range(len(used)), key=names.__getitem__)] = np.arange(len(used))
    return np.asarray(ranks[place])


# ---- one banner, for its trace -------------------------------------------------------------------------


def facts_of(columns: Columns, region: int) -> Facts:
    """The scalar facts of one banner, for `evaluate` and its sentences."""
    rows = np.flatnonzero(columns.region == region)
    names = columns.ids if columns.ids is not None else _RowNames(len(columns))
    years = np.flatnonzero(columns.year_region == region)
    return Facts(
        region=columns.regions[region],
        violations=tuple(_violation(columns, int(row), names[int(row)]) for row in rows),
        years=tuple(_year(columns, int(row)) for row in years),
    )


def _violation(columns: Columns, row: int, name: str) -> Violation:
    month = int(columns.month[row])
    project = int(columns.project[row])
    return Violation(
        id=name,
        month=f"{month // 12:04d}-{month % 12 + 1:02d}",
        project=None if project < 0 else columns.projects[project],
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
