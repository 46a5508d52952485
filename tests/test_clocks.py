"""The clock and the law's days: the worked examples of the domain notes, and a calendar written down here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu import clocks
from shoutu.clocks import Due, Pause

# 国务院办公厅 2024: 国庆 1–7 October off, Sunday 29 September and Saturday 12 October worked.
NATIONAL_DAY_2024 = {date(2024, 10, day) for day in range(1, 8)}
WORKED_2024 = {date(2024, 9, 29), date(2024, 10, 12)}


def test_five_working_days_over_national_day_use_the_worked_sunday() -> None:
    assert clocks.add_working_days(date(2024, 9, 27), 5) == date(2024, 10, 10)


def test_ninety_calendar_days_that_end_on_a_sunday_run_to_monday() -> None:
    assert clocks.add_calendar_days(date(2024, 5, 6), 90) == date(2024, 8, 5)


def test_the_safe_window_for_enforcing_a_demolition() -> None:
    """Received 2024-03-01: suit, reconsideration, and the three months from each."""
    received = date(2024, 3, 1)
    suit = clocks.add_calendar_days(received, 15)
    reconsideration = clocks.add_calendar_days(received, 60)
    assert (suit, reconsideration) == (date(2024, 3, 18), date(2024, 4, 30))
    assert clocks.add_months(suit, 3) == date(2024, 6, 18)
    assert clocks.add_months(reconsideration, 3) == date(2024, 7, 30)
    demand_served = date(2024, 6, 3)
    assert clocks.add_working_days(demand_served, 10) <= date(2024, 6, 18)


@given(st.dates(date(2024, 9, 20), date(2024, 10, 10)), st.integers(1, 8))
def test_working_days_against_the_calendar_written_down_here(start: date, days: int) -> None:
    def works(day: date) -> bool:
        return day in WORKED_2024 or (day.weekday() < 5 and day not in NATIONAL_DAY_2024)

    counted = [day for n in range(1, 40) if works(day := start + timedelta(n))]
    assert clocks.add_working_days(start, days) == counted[days - 1]
    assert clocks.working_days_between(start, counted[days - 1]) == days


def test_a_year_without_a_calendar_counts_weekdays_and_says_so() -> None:
    assert clocks.is_published(2026)
    assert not clocks.is_published(2031)
    assert clocks.working_due(date(2030, 12, 27), 3) == Due(date(2031, 1, 1), True)
    assert clocks.working_due(date(2026, 11, 25), 3) == Due(date(2026, 11, 30), False)


def test_paused_days_are_not_counted() -> None:
    pause = Pause(date(2024, 6, 1), date(2024, 6, 30))
    assert clocks.calendar_due(date(2024, 5, 6), 90, [pause]).last_day == date(2024, 9, 3)
    assert clocks.calendar_due(date(2024, 5, 31), 1, [pause]).last_day == date(2024, 7, 1)


def test_a_term_that_is_still_paused_has_no_last_day() -> None:
    with pytest.raises(ValueError, match="paused"):
        clocks.calendar_due(date(2024, 5, 6), 90, [Pause(date(2024, 6, 1), None)])
    with pytest.raises(ValueError, match="at least one day"):
        clocks.working_due(date(2024, 5, 6), 0)


def test_months_end_on_the_last_day_when_the_month_is_shorter() -> None:
    assert clocks.add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert clocks.add_months(date(2024, 11, 30), 3) == date(2025, 2, 28)


def test_days_back_are_negative() -> None:
    assert clocks.working_days_between(date(2024, 9, 30), date(2024, 9, 27)) == -2


def test_the_clock_can_be_stopped_and_made_to_jump() -> None:
    with clocks.stopped_at(datetime(2024, 5, 1, 8)):
        assert clocks.now() == datetime(2024, 5, 1, 0, tzinfo=UTC)
        assert clocks.now().utcoffset() == timedelta(hours=8)
        with clocks.jumped_to(datetime(2025, 1, 1)):
            assert clocks.today() == date(2025, 1, 1)
        assert clocks.today() == date(2024, 5, 1)
    with clocks.jumped_to(datetime(2030, 1, 1)):
        first = clocks.now()
        assert clocks.now() >= first
        assert first.year == 2030
    assert clocks.now().year < 2030
