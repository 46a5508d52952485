"""Judges one condition on rows of the tables that a pack declares, and writes down what it did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from shoutu.clocks import Pause, TermUnit, term_due
from shoutu.policy.answer import Comparison
from shoutu.policy.figures import Span, exact_text
from shoutu.policy.judge import NEAR, Bench, Verdict, joined, known, once, operands
from shoutu.policy.logic import Truth
from shoutu.policy.numbers import Number
from shoutu.policy.pack import Pack
from shoutu.policy.tables import Row
from shoutu.policy.vocabulary import (
    AtLeast,
    ByReading,
    Condition,
    Count,
    Flag,
    Is,
    Metric,
    Named,
    OnOrAfter,
    Passed,
    Ratio,
    RunOut,
    Same,
    ShareAtLeast,
    Sum,
    Total,
)

OfRow = Flag | Is | Same | OnOrAfter | Passed | RunOut
"""Conditions that only a single row can be asked."""
NOT_IN_FORCE = "not-in-force"
_MARGINAL = ("mu", "m2", "m", "yuan")
_ZERO = Fraction(0)


class RowJudge(Bench):
    """Works on the rows of one subject. `as_of` is the day of the question, `at` that of the law."""

    def __init__(
        self, pack: Pack, readings: Mapping[str, str], tables: Mapping[str, tuple[Row, ...]], as_of: date
    ) -> None:
        super().__init__(pack, readings)
        self._tables = tables
        self.as_of = as_of
        self.at = as_of
        self._fields: dict[str, None] = {}
        self._more_rows: dict[str, Row] = {}
        self.numbers: dict[str, Number] = {}
        self.rows: tuple[Row, ...] = ()

    def look_at(self, rows: tuple[Row, ...], at: date) -> None:
        self.rows, self.at = rows, at

    def number(self, name: str) -> Number:
        """The number, noted as used."""
        number = self.pack.numbers[name]
        self.numbers[name] = number
        return number

    def read_field(self, name: str) -> None:
        self._fields[name] = None

    # ---- conditions ----

    def verdict(self, condition: Condition, name: str = "") -> Verdict:
        """The condition on all rows together. What only one row can be asked needs exactly one."""
        return self._of(condition, self.rows, name)

    def _of(self, condition: Condition, rows: tuple[Row, ...], name: str) -> Verdict:
        if isinstance(condition, ByReading):
            return self._of(self.option(condition), rows, name)
        if isinstance(condition, Named):
            return self._of(condition.condition, rows, condition.name)
        if isinstance(condition, AtLeast):
            return self._at_least(condition, rows, name)
        if isinstance(condition, Ratio):
            return self._ratio(condition, rows, name)
        if isinstance(condition, ShareAtLeast):
            raise TypeError("a share of the year's area is asked of violations only")
        if isinstance(condition, OfRow):
            (row,) = rows
            return self._of_row(condition, row, name)
        return joined(condition, [self._of(part, rows, name) for part in operands(condition)])

    def _of_row(self, condition: OfRow, row: Row, name: str) -> Verdict:
        if isinstance(condition, Flag):
            self.read_field(condition.name)
            return known(row.flag(condition.name), condition.name)
        if isinstance(condition, Is):
            self.read_field(condition.field)
            value = row.text(condition.field)
            return known(None if value is None else value in condition.options, condition.field)
        if isinstance(condition, Same):
            return self._same(condition, row)
        if isinstance(condition, OnOrAfter):
            return self._on_or_after(condition, row, name)
        if isinstance(condition, Passed):
            return self._passed(condition, row, name)
        return self._run_out(condition, row, name)

    def _same(self, condition: Same, row: Row) -> Verdict:
        pair = (condition.field, condition.other)
        for field in pair:
            self.read_field(field)
        absent = tuple(field for field in pair if row.text(field) is None)
        return Verdict(None, absent) if absent else Verdict(row.text(pair[0]) == row.text(pair[1]))

    def _on_or_after(self, condition: OnOrAfter, row: Row, name: str) -> Verdict:
        number = self.number(condition.number)
        if not number.held_at(self.at.isoformat()):
            return Verdict(None, (NOT_IN_FORCE,))
        line = number.text_at(self.at.isoformat())
        beyond = self.pick(condition.beyond)
        fields = (condition.field,) if condition.until is None else (condition.field, condition.until)
        truths: list[Truth] = []
        for field in fields:
            self.read_field(field)
            day = row.day(field)
            truth = (
                None if day is None else day.isoformat() > line or (day.isoformat() == line and not beyond)
            )
            truths.append(truth)
            self._keep_day(name or field, day, ">" if beyond else ">=", line, number, truth)
        # The day lies between the two: later than the line when the earlier bound is, earlier when the
        # later bound is.
        first, last = truths[0], truths[-1]
        truth = True if first else False if last is False else None
        missing = tuple(field for field, found in zip(fields, truths, strict=True) if found is None)
        return Verdict(truth, () if truth is not None else missing or fields)

    def _passed(self, condition: Passed, row: Row, name: str) -> Verdict:
        fields = [field for field in (condition.field, condition.by) if field is not None]
        for field in fields:
            self.read_field(field)
        line = row.day(condition.field)
        by = self.as_of if condition.by is None else row.day(condition.by)
        if line is None or by is None:
            return Verdict(None, tuple(field for field in fields if row.day(field) is None))
        self._keep_day(name, by, ">", line.isoformat(), None, by > line)
        return Verdict(by > line)

    def _run_out(self, condition: RunOut, row: Row, name: str) -> Verdict:
        since, number = self.pick(condition.since), self.number(condition.number)
        beyond = self.pick(condition.beyond)
        self.read_field(since)
        start = row.day(since)
        if condition.by is not None:
            self.read_field(condition.by)
        by = self.as_of if condition.by is None else row.day(condition.by)
        absent = [since] if start is None else []
        absent += [condition.by] if by is None and condition.by is not None else []
        if start is None or by is None:
            return Verdict(None, tuple(absent))
        if not number.held_at(self.at.isoformat()):
            return Verdict(None, (NOT_IN_FORCE,))
        end = self.end_of(number, start, self.pauses(condition.pauses, row, by), roll=False)
        truth = by > end if beyond else by >= end
        self._keep_day(name, by, ">" if beyond else ">=", end.isoformat(), number, truth)
        return Verdict(truth)

    def end_of(self, number: Number, start: date, pauses: tuple[Pause, ...], *, roll: bool) -> date:
        """The last day of the term that the number sets."""
        unit: TermUnit = number.unit  # type: ignore[assignment]  # `pack` lets only terms stand here
        return term_due(start, int(number.text_at(self.at.isoformat())), unit, pauses, roll=roll).last_day

    def pauses(self, table: str | ByReading[str | None] | None, row: Row, by: date) -> tuple[Pause, ...]:
        """The pauses of the row that had begun by `by`; one that is still open runs until then."""
        name = self.pick(table)
        if name is None:
            return ()
        found = [other for other in self._tables.get(name, ()) if other.text("of") == row.id]
        out = []
        for other in found:
            self._more_rows[other.at] = other
            since = other.day("since")
            if since is not None and since <= by:
                out.append(Pause(since, other.day("until") or by))
        return tuple(out)

    def open_pause(self, table: str | None, row: Row) -> date | None:
        """The first day of the pause of the row that has no end yet."""
        found = [other for other in self._tables.get(table or "", ()) if other.text("of") == row.id]
        days = [
            day for other in found if other.day("until") is None and (day := other.day("since")) is not None
        ]
        return min(days, default=None)

    # ---- figures ----

    def measure(self, metric: Metric, rows: tuple[Row, ...]) -> tuple[Span, tuple[str, ...]]:
        """The metric over the rows, and the facts that are missing where it is not exact."""
        if isinstance(metric, Total):
            raise TypeError("areas of violations are asked of violations only")
        if isinstance(metric, Count):
            verdicts = [self._of(metric.where, (row,), "") for row in rows]
            sure = sum(verdict.truth is True for verdict in verdicts)
            maybe = sum(verdict.truth is None for verdict in verdicts)
            missing = once([name for verdict in verdicts for name in verdict.missing])
            return Span(Fraction(sure), Fraction(sure + maybe)), missing
        return self._sum(metric, rows)

    def _sum(self, metric: Sum, rows: tuple[Row, ...]) -> tuple[Span, tuple[str, ...]]:
        self.read_field(metric.field)
        span, missing = Span.exactly(0), []
        for row in rows:
            counts = Verdict(True) if metric.where is None else self._of(metric.where, (row,), "")
            if counts.truth is False:
                continue
            figure = row.span(metric.field)
            missing += [*counts.missing, *(() if figure.known else (metric.field,))]
            span += figure if counts.truth else Span(_ZERO, figure.high)
        return span, once(missing)

    def _at_least(self, test: AtLeast, rows: tuple[Row, ...], name: str) -> Verdict:
        number = self.number(test.number)
        span, missing = self.measure(test.metric, rows)
        beyond = self.pick(test.beyond)
        if not number.held_at(self.at.isoformat()):
            return Verdict(None, (NOT_IN_FORCE,))
        threshold = number.at(self.at.isoformat())
        truth = span.reaches(threshold, beyond=beyond)
        near = span.known and number.unit in _MARGINAL and abs(span.low - threshold) <= NEAR * threshold
        shown = 100 if number.unit == "percent" else 1
        self.comparisons.append(
            Comparison(
                figure=name,
                value=exact_text(span.low * shown) if span.known else None,
                low=None if span.known else exact_text(span.low * shown),
                high=None if span.known or span.high is None else exact_text(span.high * shown),
                unit=number.unit,
                operator=">" if beyond else ">=",
                threshold=number.text_at(self.at.isoformat()),
                number=number.id,
                result=truth,
                near=near,
            )
        )
        return Verdict(truth, missing if truth is None else ())

    def _ratio(self, test: Ratio, rows: tuple[Row, ...], name: str) -> Verdict:
        number = self.number(test.number)
        part, missing_part = self.measure(test.part, rows)
        whole, missing_whole = self.measure(test.whole, rows)
        beyond = self.pick(test.beyond)
        if not number.held_at(self.at.isoformat()):
            return Verdict(None, (NOT_IN_FORCE,))
        threshold = number.at(self.at.isoformat())
        missing = once([*missing_part, *missing_whole])
        if part.high == 0:
            truth: Truth = False
        elif test.inside and whole.high is not None and part.low > whole.high:
            truth, missing = None, ("contradiction",)
        else:
            truth = _ratio_reaches(part, whole, threshold, beyond=beyond)
        known_ratio = part.known and whole.known and whole.low > 0
        ratio = part.low / whole.low if known_ratio else None
        self.comparisons.append(
            Comparison(
                figure=name,
                value=None if ratio is None else exact_text(ratio * 100),
                part=exact_text(part.low) if part.known else None,
                whole=exact_text(whole.low) if whole.known else None,
                of=self._unit_of(test.part),
                unit="percent",
                operator=">" if beyond else ">=",
                threshold=number.text_at(self.at.isoformat()),
                number=number.id,
                result=truth,
                near=ratio is not None and abs(ratio - threshold) <= NEAR * threshold,
            )
        )
        return Verdict(truth, missing if truth is None else ())

    def _unit_of(self, metric: Metric) -> str:
        """The unit in which the terms of a share are figures."""
        if not isinstance(metric, Sum) or not self.rows:
            return "number"
        kind = self.pack.tables[self.rows[0].table].fields[metric.field].type
        return {"area": "mu", "money": "yuan", "length": "m"}.get(kind, "number")

    # ---- the record ----

    def _keep_day(
        self, name: str, day: date | None, operator: str, line: str, number: Number | None, truth: Truth
    ) -> None:
        self.comparisons.append(
            Comparison(
                figure=name,
                value=None if day is None else day.isoformat(),
                unit="date",
                operator=operator,
                threshold=line,
                number=None if number is None else number.id,
                result=truth,
            )
        )

    def facts_read(self) -> tuple[dict[str, object], ...]:
        """The rows that were read, each with its place, its id and the fields that were asked of it."""
        out: list[dict[str, object]] = []
        for row in self.rows:
            fact: dict[str, object] = {"at": row.at, "id": row.id}
            for name in self._fields:
                fact |= row.shown(name)
            out.append(fact)
        for other in self._more_rows.values():
            fact = {"at": other.at, "id": other.id}
            for name in other.values:
                fact |= other.shown(name)
            out.append(fact)
        return tuple(out)


def _ratio_reaches(part: Span, whole: Span, number: Fraction, *, beyond: bool) -> Truth:
    """The ratio at the ends of both spans; something of nothing reaches every number."""

    def reached(figure: Fraction, of: Fraction) -> bool:
        return figure > number * of or (figure == number * of and not beyond and figure > 0)

    least = whole.high is not None and reached(part.low, whole.high)
    most = part.high is None or reached(part.high, whole.low)
    return True if least else None if most else False
