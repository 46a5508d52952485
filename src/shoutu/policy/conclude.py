"""Rules on the tables that a pack declares: conclusions, clocks, safe windows and amounts of money.

Pure, as `evaluate` is: the day of the question stands in the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from shoutu.clocks import ONE_DAY, Due, Pause, TermUnit, term_due
from shoutu.policy.answer import Comparison, Conclusion, Law, Proposal
from shoutu.policy.facts import Facts
from shoutu.policy.figures import Filed, exact_text
from shoutu.policy.judge import Verdict, once
from shoutu.policy.numbers import Number
from shoutu.policy.pack import Pack
from shoutu.policy.row_judge import NOT_IN_FORCE, RowJudge
from shoutu.policy.tables import Row
from shoutu.policy.vocabulary import (
    Amount,
    Band,
    Clock,
    Conclude,
    Condition,
    Effect,
    Indicator,
    SafeWindow,
    TableRule,
)
from shoutu.units import mu_to_m2


@dataclass(frozen=True)
class Concluded:
    """A conclusion with the judge that came to it, and the day whose law it applied."""

    rule: TableRule
    conclusion: Conclusion
    judge: RowJudge
    law: Law | None = None


def conclusions(pack: Pack, facts: Facts, readings: Mapping[str, str]) -> tuple[Concluded, ...]:
    """What every rule on tables concludes: by rule in the pack's order, then as the facts list the rows."""
    as_of = facts.as_of
    if as_of is None:
        return ()
    rules = [rule for rule in pack.rules if isinstance(rule, TableRule) and rule.table in facts.tables]
    return tuple(found for rule in rules for found in _of_rule(_Run(pack, facts, readings, as_of), rule))


@dataclass(frozen=True)
class _Run:
    pack: Pack
    facts: Facts
    readings: Mapping[str, str]
    as_of: date

    def judge(self) -> RowJudge:
        return RowJudge(self.pack, self.readings, self.facts.tables, self.as_of)

    def rows(self, rule: TableRule) -> tuple[Row, ...]:
        return self.facts.tables[rule.table]


def _of_rule(run: _Run, rule: TableRule) -> Iterator[Concluded]:
    if isinstance(rule, Conclude | Indicator):
        by = run.judge().pick(rule.by)
        for subject, period, rows in _groups(run, rule, by):
            if isinstance(rule, Conclude):
                yield from _conclude(run, rule, subject, period, rows)
            else:
                yield _indicate(run, rule, subject, period, rows)
        return
    for row in run.rows(rule):
        judge = run.judge()
        judge.look_at((row,), run.as_of)
        if isinstance(rule, Clock):
            yield from _clock(judge, rule, row)
        elif isinstance(rule, SafeWindow):
            yield from _window(judge, rule, row)
        else:
            yield from _amount(run, rule, row)


# ---- conclusions ----------------------------------------------------------------------------------


def _groups(
    run: _Run, rule: Conclude | Indicator, by: str | None
) -> list[tuple[str, str | None, tuple[Row, ...]]]:
    """Subject, period and rows, in the order in which the facts first name them.

    A row whose subject is not known belongs to nobody that could be named; its own id stands for it.
    """
    out: dict[tuple[str, str | None], list[Row]] = {}
    for row in run.rows(rule):
        subject = row.id
        if by is not None:
            subject = run.facts.region if by == "region" else row.text(by) or row.id
        period = None
        if rule.period != "all" and rule.dated is not None:
            day = row.day(rule.dated)
            period = "" if day is None else day.isoformat()[: 4 if rule.period == "year" else 7]
        out.setdefault((subject, period), []).append(row)
    return [(subject, period, tuple(rows)) for (subject, period), rows in out.items()]


def _conclude(
    run: _Run, rule: Conclude, subject: str, period: str | None, rows: tuple[Row, ...]
) -> Iterator[Concluded]:
    judge = run.judge()
    judge.pick(rule.by)
    judge.look_at(rows, run.as_of)
    counted, unsure = _sifted(judge, rule, rows)
    if not counted and not unsure:
        return
    judge.look_at(counted, run.as_of)

    def found(
        judge: RowJudge,
        band: Band | None,
        because: tuple[str, ...],
        missing: tuple[str, ...],
        law: Law | None,
    ) -> Concluded:
        settled = band is not None or not missing
        outcome = (rule.otherwise if band is None else band.level) if settled else None
        conclusion = Conclusion(
            clause=rule.clause,
            question=rule.question,
            subject_kind=rule.subject,
            subject=subject,
            period=period or None,
            outcome=outcome,
            because=because,
            missing=missing,
            measures=tuple(_proposal(judge, name) for name in (band.measures if band else ())),
        )
        return Concluded(rule, conclusion, judge, law)

    if unsure or period == "":
        yield found(
            judge, None, (), once([*unsure, *([rule.dated] if period == "" and rule.dated else [])]), None
        )
        return
    if rule.law == "question":
        yield found(judge, *_highest(judge, rule), None)
        return
    assert rule.dated is not None
    act = min((day for row in counted if (day := row.day(rule.dated)) is not None), default=None)
    if act is None:
        yield found(judge, None, (), (rule.dated,), None)
        return
    judge.look_at(counted, act)
    then = _highest(judge, rule)
    newer = run.judge()
    newer.look_at(counted, run.as_of)
    now = _highest(newer, rule)
    milder = _rank(rule, now) > _rank(rule, then) and not now[2] and not then[2]
    applied = run.as_of if milder else act
    law = Law(act=act.isoformat(), applied=applied.isoformat(), milder=milder)
    yield found(newer if milder else judge, *(now if milder else then), law)


def _sifted(
    judge: RowJudge, rule: Conclude, rows: tuple[Row, ...]
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows that surely meet `where`, and the facts that leave others in doubt."""
    if rule.where is None:
        return rows, ()
    counted: list[Row] = []
    unsure: list[str] = []
    for row in rows:
        judge.look_at((row,), judge.at)
        verdict = judge.verdict(rule.where, "where")
        if verdict.truth:
            counted.append(row)
        unsure += verdict.missing
    judge.look_at(rows, judge.at)
    return tuple(counted), once(unsure)


_Highest = tuple[Band | None, tuple[str, ...], tuple[str, ...]]


def _highest(judge: RowJudge, rule: Conclude) -> _Highest:
    """The first band that is surely reached, why, and the facts that could bring a stricter one."""
    missing: list[str] = []
    for band in rule.bands:
        verdicts = [(test.name, judge.verdict(test)) for test in band.tests]
        because = tuple(name for name, verdict in verdicts if verdict.truth is True)
        if because:
            return band, because, once(missing)
        missing += [name for _, verdict in verdicts for name in verdict.missing]
    return None, (), once(missing)


def _rank(rule: Conclude, found: _Highest) -> int:
    """0 is the strictest."""
    return len(rule.bands) if found[0] is None else rule.bands.index(found[0])


def _indicate(
    run: _Run, rule: Indicator, subject: str, period: str | None, rows: tuple[Row, ...]
) -> Concluded:
    """Both terms, as far as they are known, and the share where the whole is something."""
    judge = run.judge()
    judge.pick(rule.by)
    judge.look_at(rows, run.as_of)
    (part, no_part), (whole, no_whole) = judge.measure(rule.part, rows), judge.measure(rule.whole, rows)
    missing = [*no_part, *no_whole, *([rule.dated] if period == "" and rule.dated else [])]
    known = not missing and whole.low > 0
    conclusion = Conclusion(
        clause=rule.clause,
        question=rule.question,
        subject_kind=rule.subject,
        subject=subject,
        period=period or None,
        outcome="figure" if known else None if missing else "nothing",
        missing=once(missing),
        part=exact_text(part.low) if part.known else None,
        whole=exact_text(whole.low) if whole.known else None,
        share=exact_text(part.low / whole.low * 100) if known else None,
    )
    return Concluded(rule, conclusion, judge)


def _proposal(judge: RowJudge, measure: str) -> Proposal:
    effect = next(r for r in judge.pack.rules if isinstance(r, Effect) and r.measure == measure)

    def term(name: str | None) -> str | None:
        if name is None:
            return None
        number = judge.number(name)
        return f"{number.text_at(judge.at.isoformat())} {number.unit}"

    return Proposal(
        measure=measure,
        kind=effect.kind,
        touches=judge.pick(effect.touches),
        ends=judge.pick(effect.ends),
        lasting=term(effect.lasting),
        within=term(effect.within),
    )


# ---- clocks ---------------------------------------------------------------------------------------


def _clock(judge: RowJudge, rule: Clock, row: Row) -> Iterator[Concluded]:
    verdict = _meant(judge, rule.where)
    if verdict.truth is False:
        return
    if verdict.truth is None:
        yield _of_clock(judge, rule, row, None, missing=verdict.missing)
        return
    reckoned = _reckon(judge, rule, row)
    if isinstance(reckoned, Verdict):
        yield _of_clock(judge, rule, row, None, missing=reckoned.missing)
        return
    if reckoned is None:
        yield _of_clock(judge, rule, row, "paused")
        return
    done = _day(judge, row, rule.done)
    day = judge.as_of if done is None else done
    kept = day <= reckoned.last_day
    judge.comparisons.append(
        Comparison(
            figure=rule.question,
            value=day.isoformat(),
            unit="date",
            operator="<=",
            threshold=reckoned.last_day.isoformat(),
            number=judge.pick(rule.terms)[-1],
            result=kept,
        )
    )
    outcome = ("running" if kept else "overdue") if done is None else ("met" if kept else "late")
    yield _of_clock(judge, rule, row, outcome, due=reckoned)


def _meant(judge: RowJudge, where: Condition | None) -> Verdict:
    """Whether the rule is for this row."""
    return Verdict(True) if where is None else judge.verdict(where, "where")


def _day(judge: RowJudge, row: Row, field: str | None) -> date | None:
    if field is None:
        return None
    judge.read_field(field)
    return row.day(field)


def _reckon(judge: RowJudge, rule: Clock, row: Row) -> Due | Verdict | None:
    """The end of the chain of terms; a Verdict naming what is missing; None while it is paused."""
    begun = [_day(judge, row, field) for field in rule.since]
    absent = tuple(field for field, day in zip(rule.since, begun, strict=True) if day is None)
    if absent:
        return Verdict(None, absent)
    start = max(day for day in begun if day is not None)
    judge.at = start
    numbers = [judge.number(name) for name in judge.pick(rule.terms)]
    if not all(number.held_at(start.isoformat()) for number in numbers):
        return Verdict(None, (NOT_IN_FORCE,))
    more = _more_days(judge, rule, row)
    if isinstance(more, Verdict):
        return more
    until = _day(judge, row, rule.done) or judge.as_of
    pauses = judge.pauses(rule.pauses, row, until)
    due = _chained(numbers, start, more, pauses, roll=rule.roll)
    still = judge.open_pause(rule.pauses, row) if rule.done is None or row.day(rule.done) is None else None
    # A term that had ended before its pause began stays ended; one that is paused today has no end yet.
    if still is not None and still <= judge.as_of and still <= due.last_day:
        return None
    return due


def _more_days(judge: RowJudge, rule: Clock, row: Row) -> int | Verdict:
    """The further days that were granted; a Verdict when they are more than the law allows."""
    if rule.more is None:
        return 0
    judge.read_field(rule.more)
    granted = row.span(rule.more)
    days = int(granted.low) if granted.known else 0
    allowed = _meant(judge, rule.more_if) if days else Verdict(True)
    if allowed.truth is None:
        return allowed
    if not allowed.truth or not days or rule.most is None:
        return days if allowed.truth else 0
    most = judge.number(rule.most).at(judge.at.isoformat())
    return days if days <= most else Verdict(None, ("contradiction",))


def _chained(numbers: list[Number], start: date, more: int, pauses: tuple[Pause, ...], *, roll: bool) -> Due:
    """Each term begins when the one before has ended; further days lengthen the last."""
    day, provisional = start, False
    for index, number in enumerate(numbers):
        unit: TermUnit = number.unit  # type: ignore[assignment]  # `pack` lets only terms stand here
        length = int(number.text_at(start.isoformat())) + (more if index == len(numbers) - 1 else 0)
        due = term_due(day, length, unit, pauses, roll=roll)
        day, provisional = due.last_day, provisional or due.provisional
    return Due(day, provisional)


def _of_clock(
    judge: RowJudge,
    rule: Clock,
    row: Row,
    outcome: str | None,
    *,
    due: Due | None = None,
    missing: tuple[str, ...] = (),
) -> Concluded:
    conclusion = Conclusion(
        clause=rule.clause,
        question=rule.question,
        subject_kind=rule.subject,
        subject=row.id,
        period=None,
        outcome=outcome,
        missing=missing,
        due=None if due is None else due.last_day.isoformat(),
        provisional=due is not None and due.provisional,
    )
    return Concluded(rule, conclusion, judge)


def _window(judge: RowJudge, rule: SafeWindow, row: Row) -> Iterator[Concluded]:
    """Opens the day after the last of `opens` has ended, closes with the first end of `closes`."""
    meant = _meant(judge, rule.where)
    if meant.truth is False:
        return
    opens = [_reckon(judge, clock, row) for clock in rule.opens]
    closes = [_reckon(judge, clock, row) for clock in rule.closes]
    lacking = [name for end in (*opens, *closes) if isinstance(end, Verdict) for name in end.missing]
    missing = once([*meant.missing, *lacking])
    starts = [end.last_day for end in opens if isinstance(end, Due)]
    ends = [end.last_day for end in closes if isinstance(end, Due)]
    whole = len(starts) == len(opens) and len(ends) == len(closes)
    first = max(starts) + ONE_DAY if whole else None
    last = min(ends) if whole else None
    outcome: str | None = None
    if first is not None and last is not None:
        outcome = "before" if judge.as_of < first else "open" if judge.as_of <= last else "closed"
    conclusion = Conclusion(
        clause=rule.clause,
        question=rule.question,
        subject_kind=rule.subject,
        subject=row.id,
        period=None,
        outcome=outcome if not missing else None,
        missing=missing,
        opens=None if first is None else first.isoformat(),
        due=None if last is None else last.isoformat(),
        provisional=any(isinstance(end, Due) and end.provisional for end in (*opens, *closes)),
    )
    yield Concluded(rule, conclusion, judge)


# ---- amounts --------------------------------------------------------------------------------------


def _amount(run: _Run, rule: Amount, row: Row) -> Iterator[Concluded]:
    judge = run.judge()
    judge.look_at((row,), run.as_of)
    applies = _meant(judge, rule.where)
    if applies.truth is False:
        return
    missing = list(applies.missing)
    days = _late_days(judge, rule, row)
    if isinstance(days, Verdict):
        missing += days.missing
    elif days == 0:
        return
    judge.look_at((row,), run.as_of)
    if rule.base is not None:
        judge.read_field(rule.base)
        missing += [] if row.span(rule.base).known else [rule.base]
    act = _day(judge, row, rule.dated) if rule.law == "act" else run.as_of
    missing += [rule.dated] if act is None and rule.dated is not None else []
    range_ = None
    if not missing and act is not None and not isinstance(days, Verdict):
        range_ = _milder_range(judge, rule, row, act)
        missing += [] if range_ is not None else [NOT_IN_FORCE]
        range_ = None if range_ is None else _accrued(judge, rule, row, range_, days)
    money = (None, None) if range_ is None else (exact_text(range_[0]), exact_text(range_[1]))
    law = None
    if rule.law == "act" and act is not None and range_ is not None:
        milder = judge.at != act
        law = Law(act=act.isoformat(), applied=judge.at.isoformat(), milder=milder)
    conclusion = Conclusion(
        clause=rule.clause,
        question=rule.question,
        subject_kind=rule.subject,
        subject=row.id,
        period=None,
        outcome=None if range_ is None else "due",
        missing=once(missing),
        low=money[0],
        high=money[1] if rule.high is not None else None,
    )
    yield Concluded(rule, conclusion, judge, law)


def _milder_range(judge: RowJudge, rule: Amount, row: Row, act: date) -> tuple[Fraction, Fraction] | None:
    """The range by the law of the act, or by that of the day of the question where it is milder."""
    then, now = _range(judge, rule, row, act), _range(judge, rule, row, judge.as_of)
    if then is None:
        return None
    milder = now is not None and (now[1], now[0]) < (then[1], then[0])
    judge.at = judge.as_of if milder else act
    return now if milder else then


def _range(judge: RowJudge, rule: Amount, row: Row, day: date) -> tuple[Fraction, Fraction] | None:
    low = judge.number(rule.low)
    high = low if rule.high is None else judge.number(rule.high)
    when = day.isoformat()
    if not (low.held_at(when) and high.held_at(when)):
        return None
    if rule.base is None:
        return low.at(when), high.at(when)
    base = row.span(rule.base).low
    if isinstance(row.values[rule.base], Filed) and low.unit == "yuan/m2":
        base = mu_to_m2(base)
    return base * low.at(when), base * high.at(when)


def _late_days(judge: RowJudge, rule: Amount, row: Row) -> int | Verdict | None:
    """The days since the end of the clock `after`; None where the amount does not go by days."""
    if rule.after is None:
        return None
    due = _reckon(judge, rule.after, row)
    if isinstance(due, Verdict):
        return due
    until = _day(judge, row, rule.after.done) or judge.as_of
    if due is None or until <= due.last_day:
        return 0
    pauses = judge.pauses(rule.pauses, row, until)
    days = (due.last_day + ONE_DAY * step for step in range(1, (until - due.last_day).days + 1))
    return sum(not any(pause.covers(day) for pause in pauses) for day in days)


def _accrued(
    judge: RowJudge, rule: Amount, row: Row, range_: tuple[Fraction, Fraction], days: int | None
) -> tuple[Fraction, Fraction]:
    """For so many days, and no more than the cap."""
    if days is None or rule.base is None:
        return range_
    low, high = (figure * days for figure in range_)
    if rule.cap is None:
        return low, high
    most = row.span(rule.base).low * judge.number(rule.cap).at(judge.at.isoformat())
    return min(low, most), min(high, most)
