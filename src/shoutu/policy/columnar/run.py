"""One pass over the columns: warnings, what is not known, measures, years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shoutu.policy.columnar.columns import (
    MU,
    NO_LIMIT,
    PER_HUNDREDTH,
    UNKNOWN,
    Columns,
    Ints,
    Truths,
    largest_of,
)
from shoutu.policy.columnar.figures import (
    Groups,
    Spans,
    joined,
    month_number,
    operands,
    over_values,
    rounded,
    share_reached,
    stable_order,
)
from shoutu.policy.columnar.outcome import Measures, OpenMonths, Outcome, Warnings, Years
from shoutu.policy.facts import COLUMNS
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


class Run:
    def __init__(self, pack: Pack, columns: Columns, readings: Mapping[str, str]) -> None:
        self.pack, self.columns, self.readings = pack, columns, readings
        self.missing_names: list[str] = []
        largest = max(largest_of(columns, name, "unit") for name in COLUMNS)
        # A figure that is rounded may grow by half a step, which is less than a mu.
        self.small = (largest + MU) * max(len(columns), 1) < 2**53
        units = columns.unit
        same = len(units) and units.min() == units.max()
        self.scale = PER_HUNDREDTH[units[0]] if same else PER_HUNDREDTH[units]
        self._flags: dict[str, Truths] = {}
        self._spans: dict[tuple[str, int | None], Spans] = {}
        self._grouped_years: dict[object, tuple[Groups, Ints, Ints, Ints]] = {}

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

    def spans(self, column: str, places: int | None) -> Spans:
        """Each violation's figure, with the bounds that the other two leave it where it was not filed."""
        key = (column, places)
        if key not in self._spans:
            spans = self._bounded(COLUMNS.index(column))
            if places is not None:
                low = rounded(spans.low, places)
                high = low if spans.high is spans.low else rounded(spans.high, places)
                spans = Spans(low, high, spans.open)
            self._spans[key] = spans
        return self._spans[key]

    def _bounded(self, at: int) -> Spans:
        filed = [getattr(self.columns, name) for name in COLUMNS]
        scale = self.scale
        if filed[at].min(initial=0) >= 0:
            exact = filed[at] * scale
            return Spans(exact, exact, np.zeros(len(exact), bool))
        low = np.zeros(len(self.columns), np.int64)
        for values in filed[at:]:
            low = np.maximum(low, np.where(values >= 0, values * scale, 0))
        high = np.full(len(self.columns), NO_LIMIT)
        for values in filed[: at + 1]:
            high = np.where(values >= 0, np.minimum(high, values * scale), high)
        open_ = high == NO_LIMIT
        return Spans(low, np.where(open_, 0, high), open_)

    def of_violation(self, condition: Condition) -> Truths:
        """The condition on each violation."""
        condition = self.pick(condition)  # type: ignore[assignment]
        if isinstance(condition, Flag):
            values: Truths = getattr(self.columns, condition.name)
            return np.where(values == UNKNOWN, np.int8(1), values) if condition.name == "new" else values
        assert isinstance(condition, Not | Certain | All | Either)
        key = repr(condition)
        if key not in self._flags:
            self._flags[key] = joined(condition, [self.of_violation(part) for part in operands(condition)])
        return self._flags[key]

    def measure(self, metric: Metric, groups: Groups) -> tuple[Spans, Ints]:
        """The metric over each group, and the bits of what is missing where it is not exact; each once."""
        key = repr(metric)
        if key not in groups.measured:
            groups.measured[key] = self._measure(metric, groups)
        return groups.measured[key]

    def _measure(self, metric: Metric, groups: Groups) -> tuple[Spans, Ints]:
        if isinstance(metric, Count):
            return self._count(metric, groups)
        assert isinstance(metric, Total)
        each = self.spans(metric.column, self.pick(metric.places))  # type: ignore[arg-type]
        low = groups.sum(each.low)
        if each.high is each.low:
            return Spans(low, low, np.zeros(len(groups), bool)), np.zeros(len(groups), np.int64)
        # Two bounds may round to the same figure; the one that was not filed is missing all the same.
        filed = self.spans(metric.column, None)
        missing = groups.any(filed.open | (filed.low != filed.high))
        sums = Spans(low, groups.sum(each.high), groups.any(each.open))
        return sums, np.where(missing, self.bit(metric.column), 0)

    def _count(self, metric: Count, groups: Groups) -> tuple[Spans, Ints]:
        truth = self.of_violation(metric.where)
        sure = groups.sum((truth == 1).astype(np.int64))
        if truth.min(initial=0) >= 0:
            return Spans(sure, sure, np.zeros(len(groups), bool)), np.zeros(len(groups), np.int64)
        maybe = groups.sum((truth == UNKNOWN).astype(np.int64))
        bits = np.zeros(len(groups), np.int64)
        for name, open_ in self._reasons(metric.where).items():
            bits |= np.where(groups.any(open_), self.bit(name), 0)
        return Spans(sure, sure + maybe, np.zeros(len(groups), bool)), bits

    def _reasons(self, condition: Condition) -> dict[str, npt.NDArray[np.bool_]]:
        """For each flag, the violations on which the condition hangs because the flag is not known."""
        condition = self.pick(condition)  # type: ignore[assignment]
        hanging = self.of_violation(condition) == UNKNOWN
        if isinstance(condition, Flag):
            return {condition.name: hanging}
        out: dict[str, npt.NDArray[np.bool_]] = {}
        for part in operands(condition):  # type: ignore[arg-type]
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
        first = 0 if since is None else month_number(since)
        rows = np.flatnonzero(self.columns.month >= first)
        keys = [self.columns.region, self.columns.month]
        if rule.subject == "project":
            keys = [self.columns.region, self.columns.project, self.columns.month]
        groups = Groups(rows, keys, self.small)
        measured = self._over_window(rule, groups)
        tested = [[self._verdict(test, measured, groups) for test in band.tests] for band in rule.bands]
        # Most subjects reach no band and hang on nothing: only the others are looked at further.
        some = np.zeros(len(groups), bool)
        for verdicts in tested:
            for truth, _ in verdicts:
                some |= truth != 0
        kept = np.flatnonzero(some)
        level = np.full(len(kept), -1)
        because = np.zeros(len(kept), np.int64)
        missing = np.zeros(len(kept), np.int64)
        for band, found in zip(rule.bands, tested, strict=True):
            verdicts = [(truth[kept], bits[kept]) for truth, bits in found]
            undecided = level < 0
            reached = np.zeros(len(kept), bool)
            for test, (truth, _) in zip(band.tests, verdicts, strict=True):
                reached |= truth == 1
                because |= np.where(undecided & (truth == 1), 1 << names.index(test.name), 0)
            level[undecided & reached] = self.pack.levels.index(band.level)
            for truth, bits in verdicts:
                missing |= np.where(undecided & ~reached & (truth == UNKNOWN), bits, 0)
        region, month = groups.key(0, kept), groups.key(-1, kept)
        hit = level >= 0
        trigger = groups.key(1, kept) if rule.subject == "project" else np.full(len(kept), -1)
        warned = Warnings(
            region[hit], month[hit], np.full(hit.sum(), index), trigger[hit], level[hit], because[hit]
        )
        hanging = missing != 0
        return warned, _Open(region[hanging], month[hanging], trigger[hanging], missing[hanging], index)

    def _over_window(self, rule: BandRule, groups: Groups) -> Callable[[Metric], tuple[Spans, Ints]]:
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

        def measure(metric: Metric) -> tuple[Spans, Ints]:
            spans, bits = self.measure(metric, groups)
            open_ = running(spans.open.astype(np.int64)) > 0
            seen = np.zeros(len(groups), np.int64)
            for position in range(len(self.missing_names)):
                seen |= np.where(running(bits >> position & 1) > 0, 1 << position, 0)
            return Spans(running(spans.low), running(spans.high), open_), seen

        return measure

    def _verdict(
        self, test: Named, measured: Callable[[Metric], tuple[Spans, Ints]], groups: Groups
    ) -> tuple[Truths, Ints]:
        condition = self.pick(test.condition)
        assert isinstance(condition, AtLeast)
        spans, bits = measured(condition.metric)
        beyond = bool(self.pick(condition.beyond))
        number = self.pack.numbers[condition.number]
        scale = MU if number.unit == "mu" else 1
        return over_values(
            number,
            lambda: groups.key(-1),
            lambda value: spans.reaches(Fraction(value) * scale, beyond=beyond),
        ), bits

    def _ordered(self, warnings: Sequence[Warnings]) -> Warnings:
        """Banner by banner, by month, rule, and the names of the triggers."""
        nothing = np.zeros(0, np.int64)
        joined = [
            np.concatenate([nothing, *(getattr(w, f.name) for w in warnings)]) for f in fields(Warnings)
        ]
        region, month, *_ = joined
        # They stand rule by rule, and within a rule and month by trigger: that stays.
        order = stable_order((region, month))
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
            early = np.flatnonzero(self.columns.month < (0 if since is None else month_number(since)))
            groups = Groups(early, [self.columns.region, self.columns.month])
            bits = np.full(len(groups), self.bit("not-in-force")) if len(groups) else np.zeros(0, np.int64)
            rows.append((groups.key(0), groups.key(1), np.full(len(groups), index), bits))
            own = [h for h in hanging if bands[h.rule].clause.split(".")[0] == part]
            region = np.concatenate([nothing, *(h.region for h in own)])
            month = np.concatenate([nothing, *(h.month for h in own)])
            bits = np.concatenate([nothing, *(h.missing for h in own)])
            merged = Groups(np.arange(len(region)), [region, month])
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
            groups = Groups(np.arange(len(rows)), [region, month])
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

    def _year_groups(self, year_of: object) -> tuple[Groups, Ints, Ints, Ints]:
        """Violations by banner and year; then, for each pair that the facts speak of, region, year, and the
        number of its group, -1 where there are no violations."""
        basis = self.pick(year_of)
        if basis not in self._grouped_years:
            year = self.columns.month // 12
            if basis == "campaign":
                year = np.where(self.columns.year > 0, self.columns.year, year)
            self._grouped_years[basis] = self._group_years(year)
        return self._grouped_years[basis]

    def _group_years(self, year: Ints) -> tuple[Groups, Ints, Ints, Ints]:
        groups = Groups(np.arange(len(self.columns)), [self.columns.region, year], self.small)
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

    def __init__(self, run: Run, groups: Groups, region: Ints, year: Ints, at: Ints) -> None:
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
        parts = [self.verdict(part) for part in operands(condition)]
        truth = joined(condition, [found for found, _ in parts])
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

    def _measured(self, metric: Metric) -> tuple[Spans, Ints]:
        spans, bits = self.run.measure(metric, self.groups)
        spread = [self._spread(column) for column in (spans.low, spans.high, spans.open, bits)]
        return Spans(spread[0], spread[1], spread[2]), spread[3]  # type: ignore[arg-type, return-value]

    def _at_least(self, test: AtLeast) -> tuple[Truths, Ints]:
        spans, bits = self._measured(test.metric)
        number = self.run.pack.numbers[test.number]
        beyond = bool(self.run.pick(test.beyond))
        scale = MU if number.unit == "mu" else 1
        truth = over_values(
            number,
            lambda: self.year * 12 + 11,
            lambda value: spans.reaches(Fraction(value) * scale, beyond=beyond),
        )
        return truth, np.where(truth == UNKNOWN, bits, 0)

    def _share(self, test: ShareAtLeast) -> tuple[Truths, Ints]:
        """part / whole ≥ number; see ShareAtLeast for 0, contradiction and `less_part`."""
        spans, bits = self._measured(test.part)
        columns = self.run.columns
        whole = self._said(columns.year_area).astype(np.int64)  # type: ignore[arg-type]
        unit = np.maximum(self._said(columns.year_unit), 0)  # type: ignore[arg-type]
        not_known = whole < 0
        whole = np.where(not_known, 0, whole * PER_HUNDREDTH[unit])
        places = self.run.pick(test.part.places)
        if places is not None:
            whole = rounded(whole, places)  # type: ignore[arg-type]
        less = bool(self.run.pick(test.less_part))
        number = self.run.pack.numbers[test.number]

        def reached(value: str) -> Truths:
            share = Fraction(value) / 100
            low = share_reached(spans.low, whole, share, less=less)
            high = share_reached(spans.high, whole, share, less=less)
            within = ~spans.open & (spans.high <= whole)
            return np.where(within & (low == high), low.astype(np.int8), np.int8(UNKNOWN))

        truth = over_values(number, lambda: self.year * 12 + 11, reached)
        contradiction = ~not_known & (whole < spans.low)
        nothing = ~spans.open & (spans.high == 0)
        truth = np.where(nothing, 0, np.where(not_known | contradiction, UNKNOWN, truth))
        bits = np.where(not_known, bits | self.run.bit(test.whole), bits)
        bits = np.where(contradiction, self.run.bit("contradiction"), bits)
        return truth, np.where(truth == UNKNOWN, bits, 0)


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
    order = stable_order(joined[:3])
    region_, month_, measure_, rows_ = (column[order] for column in joined)
    groups = Groups(np.arange(len(rows_)), [region_, month_, measure_])
    first = np.append(groups.starts, len(rows_))
    return Measures(groups.key(0), groups.key(1), groups.key(2), first, rows_)
