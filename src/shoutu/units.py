"""Areas as the law counts them: exact, in square metres or mu, never in binary floats.

1 mu (亩) = 10000/15 m², 1 ha = 15 mu (国务院 1984; 《意见》 part 6 counts in mu).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

MU_IN_M2 = Fraction(10000, 15)
HECTARE_IN_M2 = Fraction(10000)

# Enough digits for 30 before and 30 after the point, times the exact steps of a conversion.
_WIDE = Context(prec=200, rounding=ROUND_HALF_UP)


def m2_to_mu(m2: Fraction) -> Fraction:
    return m2 / MU_IN_M2


def mu_to_m2(mu: Fraction) -> Fraction:
    return mu * MU_IN_M2


def round_half_up(value: Fraction, places: int) -> Fraction:
    """The multiple of 10**-places nearest to `value`; a tie goes away from zero (四舍五入)."""
    scale = 10**places
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, scale)


def to_text(value: Fraction, places: int) -> str:
    """`value` rounded half up to `places` decimals, all of them written."""
    rounded = round_half_up(value, places)
    number = _WIDE.divide(Decimal(rounded.numerator), Decimal(rounded.denominator))
    return f"{_WIDE.quantize(number, Decimal(1).scaleb(-places)):f}"


def balance(parts: Sequence[Fraction], whole: Fraction, places: int = 2) -> list[Fraction]:
    """Round `parts` to `places` so that they sum to `whole` rounded the same way.

    Largest remainder: each part is cut down to the step, and the steps still missing go to the
    parts that lost most, the earlier first. The sum of `parts` must be within one step per part
    of `whole`; otherwise ValueError, for then they are not its parts.
    """
    step = Fraction(1, 10**places)
    floors = [Fraction(part // step) * step for part in parts]
    missing = (round_half_up(whole, places) - sum(floors, Fraction(0))) / step
    if not 0 <= missing <= len(parts):
        raise ValueError("the parts do not sum to the whole")
    losers = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    for index in losers[: int(missing)]:
        floors[index] += step
    return floors
