"""Figures as the law compares them: exact fractions, known or known only between two bounds.

No float enters here. A figure keeps the text and the unit in which it was filed; 1 mu = 10000/15 m²,
so every figure in m² or mu is a terminating decimal number of mu.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from shoutu.policy.logic import Truth
from shoutu.units import m2_to_mu, round_half_up

AreaUnit = Literal["m2", "mu"]
AREA_UNITS: tuple[AreaUnit, ...] = ("m2", "mu")
MAX_DIGITS = 30
"""Digits that an area may have before, and after, its point."""

_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,4}))?")


def plain_decimal(text: str) -> str | None:
    """`text` when it is decimal digits with at most one point between them, else None.

    No sign, no exponent, no blanks, no digits of other scripts; at most 30 digits on either side.
    """
    match = _PLAIN.fullmatch(text)
    if match is None or max(len(part or "") for part in match.groups()) > MAX_DIGITS:
        return None
    return text


def expand_number(token: str) -> str | None:
    """A JSON number token as plain decimal text, exactly; None when negative or out of bounds.

    The exponent, which JSON allows, is written out: 1.5e2 is 150. The limits hold after that.
    """
    match = _NUMBER.fullmatch(token)
    if match is None:
        return None
    whole, part, exponent = match.group(1), match.group(2) or "", int(match.group(3) or "0")
    if exponent == 0:
        return plain_decimal(token[: match.end(2)] if part else whole)
    digits, point = whole + part, len(whole) + exponent
    if abs(exponent) > 2 * MAX_DIGITS:
        return None
    digits = digits.rjust(len(digits) + max(0, 1 - point), "0")
    point = max(point, 1)
    digits = digits.ljust(point, "0")
    head, tail = digits[:point].lstrip("0") or "0", digits[point:].rstrip("0")
    return plain_decimal(f"{head}.{tail}" if tail else head)


@dataclass(frozen=True)
class Filed:
    """An area as it was filed: decimal text and its unit. ValueError when it is not plain digits."""

    text: str
    unit: AreaUnit

    def __post_init__(self) -> None:
        if plain_decimal(self.text) is None or self.unit not in AREA_UNITS:
            raise ValueError(f"not an area: {self.text!r} {self.unit!r}")

    @cached_property
    def mu(self) -> Fraction:
        value = Fraction(self.text)
        return value if self.unit == "mu" else m2_to_mu(value)


@dataclass(frozen=True)
class Span:
    """A figure that lies between two bounds, both included; `high` None is without limit."""

    low: Fraction
    high: Fraction | None

    @classmethod
    def exactly(cls, value: Fraction | int) -> Span:
        return cls(Fraction(value), Fraction(value))

    @property
    def known(self) -> bool:
        return self.low == self.high

    def __add__(self, other: Span) -> Span:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Span(self.low + other.low, high)

    def rounded(self, places: int) -> Span:
        """Each bound rounded half up, which keeps their order."""
        high = None if self.high is None else round_half_up(self.high, places)
        return Span(round_half_up(self.low, places), high)

    def reaches(self, threshold: Fraction, *, beyond: bool = False) -> Truth:
        """Whether the figure is ≥ `threshold`, or > it with `beyond`; None when the bounds straddle it."""
        if self.low > threshold or (self.low == threshold and not beyond):
            return True
        if self.high is not None and (self.high < threshold or (self.high == threshold and beyond)):
            return False
        return None


def exact_text(value: Fraction) -> str:
    """All decimals of a terminating fraction, none more; `p/q` when it does not terminate."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    scaled = abs(value.numerator) * 10**places // value.denominator
    digits = str(scaled).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
