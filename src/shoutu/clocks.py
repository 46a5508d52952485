"""The one clock, in Asia/Shanghai, and how the law counts days.

The day of the event is not counted; a term that ends on a holiday runs to the next working day
(民事诉讼法 2023 art. 85, by analogy). Terms of two, three, five and seven days are working days
(行政处罚法 art. 85), likewise those of up to ten days under 行政强制法 art. 69; longer ones are
calendar days. Holidays and working weekends (调休) are those that the State Council publishes each
autumn for the next year. For a year that is not yet published, Monday to Friday are taken to be
working days, and `Due.provisional` says so.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
TermUnit = Literal["working-day", "day", "months", "years"]
ONE_DAY = timedelta(days=1)


def _system() -> datetime:
    return datetime.now(SHANGHAI)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The time, aware, in Asia/Shanghai."""
    return _source().astimezone(SHANGHAI)


def today() -> date:
    """The date in Asia/Shanghai."""
    return now().date()


@contextmanager
def _reading(source: Callable[[], datetime]) -> Iterator[None]:
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """In this block, in every thread, it is `moment` (Shanghai time when it is naive)."""
    fixed = _aware(moment)
    with _reading(lambda: fixed):
        yield


@contextmanager
def jumped_to(moment: datetime) -> Iterator[None]:
    """In this block, in every thread, the clock starts at `moment` and goes on from there."""
    shift = _aware(moment) - now()
    before = _source
    with _reading(lambda: before() + shift):
        yield


# ---- working days ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """The last day of a term; provisional while the calendar of a year that it touches is not published."""

    last_day: date
    provisional: bool


@dataclass(frozen=True)
class Pause:
    """Days, both ends included, that a term does not count; `until` None: still paused."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def _published_years() -> frozenset[int]:
    # The library takes a tenth of a second to load, and most commands never count a day.
    from chinese_calendar.constants import holidays

    return frozenset(day.year for day in holidays)


def is_published(year: int) -> bool:
    """Whether the holidays of `year` are known."""
    return year in _published_years()


def is_working_day(day: date) -> bool:
    """A working day by the published calendar, 调休 included; Monday to Friday where there is none."""
    if not is_published(day.year):
        return day.weekday() < calendar.SATURDAY
    from chinese_calendar import is_workday

    return bool(is_workday(day))


def next_working_day(day: date) -> date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def add_working_days(start: date, days: int) -> date:
    """The last day of a term of `days` working days that starts with an event on `start`."""
    return working_due(start, days).last_day


def add_calendar_days(start: date, days: int) -> date:
    """The last day of a term of `days` calendar days, rolled on to a working day."""
    return calendar_due(start, days).last_day


def add_months(start: date, months: int) -> date:
    """The last day of a term in months: the same day of the month, or its last; rolled on."""
    return next_working_day(months_after(start, months))


def months_after(start: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day; not rolled on."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def term_due(
    start: date, length: int, unit: TermUnit, pauses: Sequence[Pause] = (), *, roll: bool = True
) -> Due:
    """The last day of a term of any unit, pauses not counted.

    roll  whether a last day without work moves on to the next working day: the terms of a procedure do,
          the time that makes a right or a wrong (two years of lying idle) does not
    ValueError when `length` < 1 or a pause is still open.
    """
    if unit in ("working-day", "day"):
        return _due(start, length, pauses, is_working_day if unit == "working-day" else _every_day, roll=roll)
    end = months_after(start, length * (12 if unit == "years" else 1))
    if end == start:
        raise ValueError("a term has at least one day")
    return _due(start, (end - start).days, pauses, _every_day, roll=roll)


def _every_day(day: date) -> bool:
    return True


def working_due(start: date, days: int, pauses: Sequence[Pause] = ()) -> Due:
    """A term in working days, pauses not counted. ValueError when `days` < 1 or a pause is still open."""
    return _due(start, days, pauses, is_working_day)


def calendar_due(start: date, days: int, pauses: Sequence[Pause] = ()) -> Due:
    """A term in calendar days, pauses not counted, rolled on to a working day outside every pause."""
    return _due(start, days, pauses, _every_day)


def _due(
    start: date, days: int, pauses: Sequence[Pause], counts: Callable[[date], bool], *, roll: bool = True
) -> Due:
    if days < 1:
        raise ValueError("a term has at least one day")
    if any(pause.until is None for pause in pauses):
        raise ValueError("the term is paused: it has no last day yet")
    day = start
    while days:
        day += ONE_DAY
        if counts(day) and not _paused(day, pauses):
            days -= 1
    while roll and (_paused(day, pauses) or not is_working_day(day)):
        day += ONE_DAY
    return Due(day, not all(is_published(year) for year in range(start.year, day.year + 1)))


def _paused(day: date, pauses: Sequence[Pause]) -> bool:
    return any(pause.covers(day) for pause in pauses)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` comes first."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + ONE_DAY * step) for step in range(1, (end - start).days + 1))
