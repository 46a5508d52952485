"""The deadline chip: late is late from the day after, and a stopped clock says why."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.template import Context, Template

from shoutu import clocks
from shoutu.clocks import SHANGHAI
from shoutu.platform.web.deadlines import chip, due_chip

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("due", "days", "state"),
    [
        (date(2026, 12, 8), 9, "running"),
        (date(2026, 11, 30), 3, "soon"),
        (TODAY, 0, "today"),
        (date(2026, 11, 24), -1, "late"),
    ],
)
def test_state_follows_the_day(due: date, days: int, state: str) -> None:
    assert chip(due, TODAY, days).state == state


def test_working_days_are_counted_by_the_clock() -> None:
    with clocks.stopped_at(datetime(2026, 11, 25, 9, 0)):
        found = due_chip(date(2026, 12, 1))
        assert found is not None
        assert (found.state, found.left) == ("running", 4)
        late = due_chip(date(2026, 11, 20))
        assert late is not None
        assert (late.state, late.left) == ("late", 3)
        assert due_chip(None) is None


def _drawn(due: date | datetime, form: str = "", stopped: str | None = None) -> str:
    with clocks.stopped_at(datetime(2026, 11, 25, 9, 0)):
        context = Context({"chip": due_chip(due, stopped=stopped)})
    return Template(f'{{% deadline chip "{form}" %}}').render(context)


def test_words_say_what_the_colour_does_not() -> None:
    assert "超期 3 个工作日" in _drawn(date(2026, 11, 20))
    assert "今天 17:30 截止" in _drawn(datetime(2026, 11, 25, 17, 30, tzinfo=SHANGHAI))
    assert "中止（异议）<" in _drawn(date(2026, 12, 1), "short", "异议")
    assert "中止（异议），剩 4 个工作日" in _drawn(date(2026, 12, 1), "", "异议")
    assert 'title="期限 2026年12月1日"' in _drawn(date(2026, 12, 1))
