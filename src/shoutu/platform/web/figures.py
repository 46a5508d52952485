"""How numbers and times are written on pages. Areas come as exact figures, never as floats."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from shoutu import units
from shoutu.clocks import SHANGHAI

Exact = str | int | Decimal | Fraction

UNKNOWN = "—"
"""Not known. Nought is written 0.00, not applicable 不涉及: three different things."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def exact(value: Exact) -> Fraction:
    """The figure as a fraction. A float is refused: it would print digits that nobody measured."""
    if isinstance(value, float):
        raise TypeError("an area on a page is decimal text, not a float")
    return Fraction(value)


def grouped(text: str) -> str:
    """Decimal text with thousands commas and a real minus."""
    sign = "−" if text.startswith("-") else ""
    whole, _, decimals = text.lstrip("-").partition(".")
    return f"{sign}{int(whole):,}" + (f".{decimals}" if decimals else "")


def m2(value: Exact | None) -> str:
    return UNKNOWN if value is None else grouped(units.to_text(exact(value), 2))


def mu(value: Exact | None) -> str:
    """Square metres, shown in mu: 2 decimals, half up."""
    return UNKNOWN if value is None else grouped(units.to_text(units.m2_to_mu(exact(value)), 2))


def crs(name: str) -> str:
    """`urn:ogc:def:crs:EPSG::4490` → CGCS2000 (EPSG:4490); another name as it came."""
    code = name.rpartition(":")[2] if "EPSG" in name.upper() else ""
    if not code.isdigit():
        return name
    return f"CGCS2000 (EPSG:{code})" if code == "4490" else f"EPSG:{code}"


def share(part: Exact, whole: Exact) -> str:
    """`part` of `whole` in per cent, one decimal; both terms stand beside it on the page."""
    if not exact(whole):
        return UNKNOWN
    return units.to_text(exact(part) / exact(whole) * 100, 1) + "%"


def _local(moment: date | datetime) -> date | datetime:
    return moment.astimezone(SHANGHAI) if isinstance(moment, datetime) and moment.tzinfo else moment


def day(value: date | datetime | None, *, english: bool, year: bool = True) -> str:
    if value is None:
        return UNKNOWN
    at = _local(value)
    if english:
        return f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year}" if year else "")
    return (f"{at.year}年" if year else "") + f"{at.month}月{at.day}日"


def moment(value: datetime | None, *, english: bool, year: bool = True) -> str:
    if value is None:
        return UNKNOWN
    at = _local(value)
    assert isinstance(at, datetime)
    return f"{day(at, english=english, year=year)} {at:%H:%M}"


def month(value: str, *, english: bool) -> str:
    """`2026-10` → 2026年10月."""
    year, number = value.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}" if english else f"{year}年{int(number)}月"
