"""The deadline chip: how long is left, in working days, with the day itself beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shoutu import clocks

SOON = 3
"""Working days from which the chip is set in bold."""

State = Literal["running", "soon", "today", "late", "stopped"]


@dataclass(frozen=True)
class Chip:
    """`left` counts working days: still to run, or since the deadline when late.

    due     the last day, or the last moment where the hour binds
    reason  why the clock is stopped
    """

    state: State
    left: int
    due: date | datetime
    reason: str = ""


def chip(due: date | datetime, today: date, working_days: int, *, stopped: str | None = None) -> Chip:
    """The chip for a deadline.

    working_days  from `today` (not counted) to the due day (counted); negative once it is past
    stopped       the ground on which the clock stands still
    """
    if stopped is not None:
        return Chip("stopped", abs(working_days), due, stopped)
    last = due.date() if isinstance(due, datetime) else due
    if last < today:
        return Chip("late", abs(working_days), due)
    if last == today:
        return Chip("today", 0, due)
    return Chip("soon" if working_days <= SOON else "running", working_days, due)


def due_chip(due: date | datetime | None, *, stopped: str | None = None) -> Chip | None:
    """The chip as it stands now; None where there is no deadline."""
    if due is None:
        return None
    last = due.date() if isinstance(due, datetime) else due
    today = clocks.today()
    return chip(due, today, clocks.working_days_between(today, last), stopped=stopped)
