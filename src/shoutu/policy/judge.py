"""Judges one condition on one set of facts, and writes down what it read and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from shoutu.policy.answer import Comparison
from shoutu.policy.facts import COLUMNS, VIOLATION_FLAGS, Facts, Violation, YearFacts
from shoutu.policy.figures import Span, exact_text
from shoutu.policy.logic import Truth, all_of, any_of, negate
from shoutu.policy.numbers import Number
from shoutu.policy.pack import Pack
from shoutu.policy.vocabulary import (
    All,
    AtLeast,
    ByReading,
    Certain,
    Condition,
    Either,
    Flag,
    Is,
    Metric,
    Named,
    Not,
    OnOrAfter,
    Passed,
    Ratio,
    RunOut,
    Same,
    ShareAtLeast,
    Sum,
    Total,
)
from shoutu.units import round_half_up

T = TypeVar("T")
OfTables = Ratio | Is | Same | OnOrAfter | Passed | RunOut
"""Conditions that are asked of a pack's own tables only."""
NEAR = Fraction(1, 100)
"""A figure this close to its threshold, as a share of it, is flagged (临界)."""


@dataclass(frozen=True)
class Verdict:
    """A truth value; when it is not known, the facts that could decide."""

    truth: Truth
    missing: tuple[str, ...] = ()


def once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


class Bench:
    """What every judge has before it: the pack, the settled readings, and what it noted so far.

    Everything that a judge touches is kept: comparisons, readings consulted, fields read. One judge
    serves one entry of the answer, so that its trace is what was done and no more.
    """

    def __init__(self, pack: Pack, readings: Mapping[str, str]) -> None:
        self.pack = pack
        self._readings = readings
        self.used: dict[str, str] = {}
        self.comparisons: list[Comparison] = []

    def pick(self, value: T | ByReading[T]) -> T:
        return self.option(value) if isinstance(value, ByReading) else value

    def option(self, choice: ByReading[T]) -> T:
        """The value under the settled reading, which is noted as consulted."""
        option = self._readings[choice.reading]
        self.used[choice.reading] = option
        return choice.options[option]


class Judge(Bench):
    """Works on the violations of one window and, for yearly rules, the facts of the year."""

    def __init__(
        self, pack: Pack, readings: Mapping[str, str], facts: Facts, indexes: Mapping[str, int]
    ) -> None:
        super().__init__(pack, readings)
        self._facts = facts
        self._indexes = indexes
        self._fields: dict[str, None] = {}
        self._year_fields: dict[str, None] = {}
        self._named: dict[str, Verdict] = {}
        self._totals: dict[tuple[str, int | None], tuple[Span, tuple[str, ...]]] = {}
        self.violations: tuple[Violation, ...] = ()
        self.year: YearFacts | None = None
        self.at = ""

    def look_at(self, violations: tuple[Violation, ...], at: str, year: YearFacts | None = None) -> None:
        """Set the window: its violations, the month whose numbers hold, the facts of the year."""
        self.violations, self.at, self.year = violations, at, year
        self._totals.clear()

    def read_field(self, name: str) -> None:
        """A field of the violations that was read outside a condition, such as `project`."""
        self._fields[name] = None

    # ---- conditions ----

    def verdict(self, condition: Condition, name: str = "") -> Verdict:
        """The condition in the window. Comparisons are kept under the name of the nearest Named."""
        if isinstance(condition, ByReading):
            return self.verdict(self.option(condition), name)
        if isinstance(condition, Named):
            if condition.name not in self._named:
                self._named[condition.name] = self.verdict(condition.condition, condition.name)
            return self._named[condition.name]
        if isinstance(condition, AtLeast):
            return self._at_least(condition, name)
        if isinstance(condition, ShareAtLeast):
            return self._share(condition, name)
        if isinstance(condition, Flag):
            assert self.year is not None
            self._year_fields[condition.name] = None
            return known(self.year.flag(condition.name), condition.name)
        if isinstance(condition, OfTables):
            raise TypeError("the violations of a month have no such fields")
        return joined(condition, [self.verdict(part, name) for part in operands(condition)])

    def forget_names(self) -> None:
        """A name may stand for another test in the next band."""
        self._named.clear()

    def _of_violation(self, condition: Condition, violation: Violation) -> Verdict:
        if isinstance(condition, ByReading):
            return self._of_violation(self.option(condition), violation)
        if isinstance(condition, Flag):
            self._fields[condition.name] = None
            return known(violation.flag(condition.name), condition.name)
        if isinstance(condition, Named | AtLeast | ShareAtLeast | OfTables):
            raise TypeError("only flags can be asked of one violation")
        return joined(condition, [self._of_violation(part, violation) for part in operands(condition)])

    # ---- figures ----

    def measure(self, metric: Metric) -> tuple[Span, tuple[str, ...]]:
        """The metric over the window, and the facts that are missing where it is not exact."""
        if isinstance(metric, Total):
            return self._total(metric)
        if isinstance(metric, Sum):
            raise TypeError("the violations of a month have no such figures")
        verdicts = [self._of_violation(metric.where, violation) for violation in self.violations]
        sure = sum(verdict.truth is True for verdict in verdicts)
        open_ = sum(verdict.truth is None for verdict in verdicts)
        missing = once([name for verdict in verdicts for name in verdict.missing])
        return Span(Fraction(sure), Fraction(sure + open_)), missing

    def _total(self, total: Total) -> tuple[Span, tuple[str, ...]]:
        places = self.pick(total.places)
        self._fields[total.column] = None
        key = (total.column, places)
        if key not in self._totals:
            self._totals[key] = self._sum(total, places)
        return self._totals[key]

    def _sum(self, total: Total, places: int | None) -> tuple[Span, tuple[str, ...]]:
        span, missing = Span.exactly(0), False
        for violation in self.violations:
            figure = violation.span(total.column)
            missing = missing or not figure.known
            span += figure if places is None else figure.rounded(places)
        return span, ((total.column,) if missing else ())

    def _filed(self, metric: Metric) -> str | None:
        """The sum in m² when every figure was filed in m² and compared as filed; else None."""
        if not isinstance(metric, Total) or self.pick(metric.places) is not None:
            return None
        filed = [violation.filed(metric.column) for violation in self.violations]
        if not filed or any(area is None or area.unit != "m2" for area in filed):
            return None
        total = sum((Fraction(area.text) for area in filed if area is not None), Fraction(0))
        return f"{exact_text(total)} m2"

    def _at_least(self, test: AtLeast, name: str) -> Verdict:
        number = self.pack.numbers[test.number]
        span, missing = self.measure(test.metric)
        beyond = self.pick(test.beyond)
        truth = span.reaches(number.at(self.at), beyond=beyond)
        self._keep(name, span, number, truth, beyond=beyond, filed=self._filed(test.metric))
        return Verdict(truth, missing if truth is None else ())

    def _share(self, test: ShareAtLeast, name: str) -> Verdict:
        """part / whole ≥ number. See ShareAtLeast for 0, contradiction and `less_part`."""
        assert self.year is not None
        number = self.pack.numbers[test.number]
        part, missing = self.measure(test.part)
        places = self.pick(test.part.places)
        less_part = self.pick(test.less_part)
        self._year_fields[test.whole] = None
        filed = self.year.new_construction_farmland
        whole: Fraction | None = None
        if filed is not None:
            whole = filed.mu if places is None else round_half_up(filed.mu, places)
        if part.high == 0:
            truth: Truth = False
        elif whole is None:
            truth, missing = None, (*missing, test.whole)
        elif whole < part.low:
            truth, missing = None, ("contradiction",)
        else:
            truth = _share_reaches(part, whole, number.at(self.at), less_part=less_part)
        self._keep_share(name, part, number, truth, whole, less_part=less_part)
        return Verdict(truth, missing if truth is None else ())

    # ---- the record ----

    def _keep(
        self, name: str, span: Span, number: Number, truth: Truth, *, beyond: bool, filed: str | None
    ) -> None:
        threshold = number.at(self.at)
        self.comparisons.append(
            Comparison(
                figure=name,
                value=exact_text(span.low) if span.known else None,
                low=None if span.known else exact_text(span.low),
                high=None if span.known or span.high is None else exact_text(span.high),
                unit=number.unit,
                operator=">" if beyond else ">=",
                threshold=number.text_at(self.at),
                number=number.id,
                result=truth,
                filed=filed,
                near=number.unit == "mu" and span.known and abs(span.low - threshold) <= NEAR * threshold,
            )
        )

    def _keep_share(
        self, name: str, part: Span, number: Number, truth: Truth, whole: Fraction | None, *, less_part: bool
    ) -> None:
        threshold = number.at(self.at)
        divisor = None if whole is None else whole - part.low if less_part else whole
        ratio = part.low / divisor if divisor and divisor > 0 and part.known else None
        self.comparisons.append(
            Comparison(
                figure=name,
                value=None if ratio is None else exact_text(ratio * 100),
                part=exact_text(part.low) if part.known else None,
                whole=None if divisor is None else exact_text(divisor),
                unit="percent",
                operator=">=",
                threshold=number.text_at(self.at),
                number=number.id,
                result=truth,
                near=ratio is not None and abs(ratio - threshold) <= NEAR * threshold,
            )
        )

    def facts_read(self) -> tuple[dict[str, object], ...]:
        """The facts that were read, each object with its JSON pointer into the facts."""
        out: list[dict[str, object]] = []
        for violation in self.violations:
            fact: dict[str, object] = {
                "at": f"/violations/{self._indexes[violation.id]}",
                "id": violation.id,
                "month": violation.month,
            }
            for name in self._fields:
                if name in COLUMNS:
                    filed = violation.filed(name)
                    fact[f"{name}_{filed.unit}" if filed else name] = filed.text if filed else None
                else:
                    fact[name] = _fact(violation, name)
            out.append(fact)
        if self.year is not None:
            out.append(self._year_read(self.year))
        return tuple(out)

    def _year_read(self, year: YearFacts) -> dict[str, object]:
        places = [i for i, facts in enumerate(self._facts.years) if facts.year == year.year]
        fact: dict[str, object] = {"at": f"/years/{places[0]}" if places else None, "year": year.year}
        for name in self._year_fields:
            if name == "new_construction_farmland":
                filed = year.new_construction_farmland
                fact[f"{name}_{filed.unit}" if filed else name] = filed.text if filed else None
            else:
                fact[name] = year.flag(name)
        return fact

    def defaulted(self) -> tuple[dict[str, object], ...]:
        """Fields that were read though absent, and the value that stood in for them."""
        out: list[dict[str, object]] = []
        for violation in self.violations:
            for name in self._fields:
                if name in ("project", "year", "new") and getattr(violation, name) is None:
                    pointer = f"/violations/{self._indexes[violation.id]}/{name}"
                    out.append({"fact": pointer, "value": _fact(violation, name)})
        return tuple(out)


def _share_reaches(part: Span, whole: Fraction, number: Fraction, *, less_part: bool) -> Truth:
    """The share at both ends of the part's span; beyond the whole it would be a contradiction."""

    def reached(figure: Fraction) -> bool:
        divisor = whole - figure if less_part else whole
        return figure >= number * divisor

    if part.high is None or part.high > whole:
        return None
    low, high = reached(part.low), reached(part.high)
    return low if low == high else None


def operands(condition: Not | Certain | All | Either) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, All | Either) else (condition.condition,)


def joined(condition: Not | Certain | All | Either, parts: list[Verdict]) -> Verdict:
    truths = [part.truth for part in parts]
    if isinstance(condition, Not):
        truth = negate(truths[0])
    elif isinstance(condition, Certain):
        truth = truths[0] is True
    else:
        truth = all_of(truths) if isinstance(condition, All) else any_of(truths)
    if truth is not None:
        return Verdict(truth)
    return Verdict(None, once([name for part in parts if part.truth is None for name in part.missing]))


def known(truth: Truth, name: str) -> Verdict:
    return Verdict(truth, (name,) if truth is None else ())


def _fact(violation: Violation, name: str) -> object:
    """The field as it counts, defaults included."""
    if name == "project":
        return violation.own_project
    if name == "year":
        return violation.campaign_year
    if name in VIOLATION_FLAGS:
        return violation.flag(name)
    return getattr(violation, name)
