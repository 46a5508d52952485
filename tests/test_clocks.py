"""The clock and the law's days: the worked examples of the domain notes, and a calendar written down here."""

from __future__ import annotations

import time
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


def test_a_term_in_each_unit() -> None:
    """From a Friday. Only weekends are free until Qingming, 4 to 6 April; Sunday 7 April is worked."""
    start = date(2024, 3, 1)
    assert clocks.term_due(start, 3, "working-day") == Due(date(2024, 3, 6), False)
    assert clocks.term_due(start, 3, "day") == Due(date(2024, 3, 4), False)
    assert clocks.term_due(start, 1, "day") == Due(date(2024, 3, 4), False)
    assert clocks.term_due(start, 3, "months") == Due(date(2024, 6, 3), False)
    assert clocks.term_due(start, 2, "years") == Due(date(2026, 3, 2), False)


def test_a_term_that_makes_a_right_is_not_rolled_on() -> None:
    start = date(2024, 3, 1)
    assert clocks.term_due(start, 1, "day", roll=False).last_day == date(2024, 3, 2)
    assert clocks.term_due(start, 3, "months", roll=False).last_day == date(2024, 6, 1)
    assert clocks.term_due(start, 2, "years", roll=False).last_day == date(2026, 3, 1)
    paused = [Pause(date(2024, 3, 2), date(2024, 3, 10))]
    assert clocks.term_due(start, 1, "day", paused, roll=False).last_day == date(2024, 3, 11)


@pytest.mark.parametrize("unit", ["working-day", "day", "months", "years"])
def test_a_term_of_no_length_is_refused(unit: clocks.TermUnit) -> None:
    with pytest.raises(ValueError, match=r"^a term has at least one day$"):
        clocks.term_due(date(2024, 3, 1), 0, unit)
    with pytest.raises(ValueError, match=r"^the term is paused: it has no last day yet$"):
        clocks.term_due(date(2024, 3, 1), 1, unit, [Pause(date(2024, 4, 1), None)])


def test_a_term_in_each_unit_leaves_out_paused_days() -> None:
    """The pause holds Monday to Friday and both ends count as paused."""
    start, week = date(2024, 3, 1), [Pause(date(2024, 3, 4), date(2024, 3, 8))]
    assert clocks.working_due(start, 1, week).last_day == date(2024, 3, 11)
    assert clocks.term_due(start, 1, "working-day", week).last_day == date(2024, 3, 11)
    assert clocks.term_due(start, 10, "day", week).last_day == date(2024, 3, 18)  # the 16th, a Saturday
    assert clocks.term_due(start, 1, "months", week).last_day == date(2024, 4, 7)  # the 6th is Qingming
    ending = [Pause(date(2024, 3, 4), date(2024, 3, 4))]
    assert clocks.calendar_due(start, 1, ending).last_day == date(2024, 3, 5)


@given(st.dates(date(2023, 1, 1), date(2025, 12, 31)), st.integers(0, 40))
def test_months_after_against_counting_them_one_by_one(start: date, months: int) -> None:
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    following = date(year, month + 1, 1) if month < 12 else date(year + 1, 1, 1)
    last = (following - timedelta(1)).day
    assert clocks.months_after(start, months) == date(year, month, min(start.day, last))


def test_a_pause_covers_both_its_ends() -> None:
    pause = Pause(date(2024, 6, 2), date(2024, 6, 4))
    assert [pause.covers(date(2024, 6, day)) for day in range(1, 6)] == [False, True, True, True, False]
    still = Pause(date(2024, 6, 2), None)
    assert [still.covers(date(2024, 6, day)) for day in (1, 2, 30)] == [False, True, True]


def test_weekends_rest_where_no_calendar_is_published() -> None:
    monday = date(2031, 1, 6)
    week = [clocks.is_working_day(monday + timedelta(n)) for n in range(7)]
    assert week == [True, True, True, True, True, False, False]
    assert clocks.next_working_day(date(2031, 1, 11)) == date(2031, 1, 13)
    assert clocks.next_working_day(monday) == monday


def test_a_term_that_begins_or_ends_in_an_unpublished_year_is_provisional() -> None:
    last = max(year for year in range(2020, 2040) if clocks.is_published(year))
    assert not clocks.working_due(date(last, 12, 1), 3).provisional
    assert clocks.working_due(date(last, 12, 31), 30).provisional
    assert clocks.calendar_due(date(2003, 12, 31), 10).provisional
    assert clocks.calendar_due(date(last + 1, 3, 1), 10).provisional


def test_days_between_are_none_on_the_same_day_and_one_on_the_next() -> None:
    assert clocks.working_days_between(date(2024, 3, 4), date(2024, 3, 4)) == 0
    assert clocks.working_days_between(date(2024, 3, 4), date(2024, 3, 5)) == 1


def test_a_moment_with_a_zone_is_that_moment_and_a_failure_gives_the_clock_back() -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    with clocks.stopped_at(noon):
        assert clocks.now() == noon
        assert clocks.now().utcoffset() == timedelta(hours=8)
    with pytest.raises(RuntimeError), clocks.stopped_at(noon):
        raise RuntimeError
    assert abs(clocks.now() - datetime.now(UTC)) < timedelta(seconds=5)
    with clocks.stopped_at(noon), clocks.jumped_to(noon + timedelta(days=3)):
        assert clocks.now() == noon + timedelta(days=3)


def test_the_clock_reads_shanghai_whatever_zone_the_machine_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert datetime.now().astimezone().utcoffset() != timedelta(hours=8)
        assert clocks.now().utcoffset() == timedelta(hours=8)
        with clocks.stopped_at(datetime(2024, 5, 1, 1, tzinfo=UTC)):
            assert clocks.now().hour == 9
        with clocks.stopped_at(datetime(2024, 4, 30, 17, tzinfo=UTC)):
            assert clocks.today() == date(2024, 5, 1)
    finally:
        monkeypatch.undo()
        time.tzset()
