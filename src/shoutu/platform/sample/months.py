"""The sample's calendar: the three months before today, and when each step of their clearing was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shoutu import clocks
from shoutu.clocks import SHANGHAI

CLEARED_AFTER = 27
"""Days from issue to the last step of a month's story; the latest month is one that has had them."""


@dataclass(frozen=True)
class Month:
    """A month of patches, issued on its 28th."""

    name: str
    issued_on: date

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A moment `days` after the issue."""
        return datetime.combine(self.issued_on + timedelta(days=days), time(hour, minute), SHANGHAI)

    def before(self, count: int) -> str:
        """The name of the month `count` months earlier."""
        day = self.issued_on
        for _ in range(count):
            day = _before(day)
        return f"{day:%Y-%m}"

    @property
    def period(self) -> str:
        return f"{self.issued_on.year}年第{self.issued_on.month * 2 - 1}期"


def months(today: date | None = None) -> tuple[Month, Month, Month]:
    """The latest month first."""
    latest = (today or clocks.today()) - timedelta(days=CLEARED_AFTER)
    first = latest.replace(day=28)
    if first > latest:
        first = _before(first)
    return (_month(first), _month(_before(first)), _month(_before(_before(first))))


def _before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=28)


def _month(issued_on: date) -> Month:
    return Month(f"{issued_on:%Y-%m}", issued_on)
