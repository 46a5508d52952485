"""Figures and dates as pages write them: exact, grouped, three kinds of nothing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu.clocks import SHANGHAI
from shoutu.platform.web import figures


@pytest.mark.parametrize(
    ("m2", "shown"),
    [
        ("6669.35", "10.00"),
        ("6666.66", "10.00"),
        ("0", "0.00"),
        ("3.33", "0.00"),
        ("3.34", "0.01"),
        ("8306.75", "12.46"),
        (Fraction(10000), "15.00"),
        (None, "—"),
    ],
)
def test_mu_is_rounded_half_up_from_square_metres(m2: str | None, shown: str) -> None:
    assert figures.mu(m2) == shown


def test_float_is_refused() -> None:
    with pytest.raises(TypeError):
        figures.m2(6669.35)  # type: ignore[arg-type]


@given(st.decimals(min_value="-1e9", max_value="1e9", places=2))
def test_grouping_keeps_the_number(value: Decimal) -> None:
    shown = figures.m2(value)
    assert Decimal(shown.replace(",", "").replace("−", "-")) == value
    assert all(len(part) == 3 for part in shown.split(".")[0].lstrip("−").split(",")[1:])


def test_share_has_no_answer_over_nought() -> None:
    assert figures.share("1257.83", "6669.35") == "18.9%"
    assert figures.share("1", "0") == "—"


def test_dates_are_of_shanghai() -> None:
    late = datetime(2026, 11, 24, 17, 5, tzinfo=ZoneInfo("UTC"))
    assert figures.moment(late, english=False) == "2026年11月25日 01:05"
    assert figures.day(late, english=True) == "25 Nov 2026"
    assert figures.day(date(2026, 11, 5), english=False, year=False) == "11月5日"
    assert figures.month("2026-10", english=False) == "2026年10月"
    assert figures.day(None, english=False) == "—"
    assert figures.moment(datetime(2026, 1, 2, 3, 4, tzinfo=SHANGHAI), english=False) == "2026年1月2日 03:04"
