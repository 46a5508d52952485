"""Areas against decimal arithmetic and against brute force over the rounding steps."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu import units

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
DECIMALS = st.decimals("-1e12", "1e12", allow_nan=False, places=6)
PLACES = st.integers(0, 6)


def test_a_hectare_is_fifteen_mu() -> None:
    assert units.HECTARE_IN_M2 == 10_000
    assert units.m2_to_mu(Fraction(10_000)) == 15
    assert units.mu_to_m2(Fraction(15)) == 10_000
    assert units.mu_to_m2(Fraction(1)) == Fraction(2000, 3)


@given(st.fractions())
def test_there_and_back_is_exact(area: Fraction) -> None:
    assert units.mu_to_m2(units.m2_to_mu(area)) == area
    assert units.m2_to_mu(area) * 2000 == area * 3


@given(DECIMALS, PLACES)
def test_rounding_against_decimal(value: Decimal, places: int) -> None:
    expected = EXACT.quantize(value, Decimal(1).scaleb(-places))
    assert units.round_half_up(Fraction(value), places) == Fraction(expected)
    text = units.to_text(Fraction(value), places)
    assert Decimal(text) == expected
    assert len(text.partition(".")[2]) == places


@given(st.integers(-(10**9), 10**9), PLACES)
def test_a_tie_goes_away_from_zero(steps: int, places: int) -> None:
    half = Fraction(2 * steps + 1, 2 * 10**places)
    away = Fraction(steps + 1 if steps >= 0 else steps, 10**places)
    assert units.round_half_up(half, places) == away


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(0), 2, "0.00"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(199, 200), 0, "1"),
        (Fraction(1, 10**8), 8, "0.00000001"),
        (Fraction(10**30) + Fraction(1, 10**30), 30, "1" + "0" * 30 + "." + "0" * 29 + "1"),
        # 200 digits are the promise: 170 before the point and 30 after it.
        (Fraction(10**169) + Fraction(1, 10**30), 30, "1" + "0" * 169 + "." + "0" * 29 + "1"),
    ],
)
def test_every_place_is_written(value: Fraction, places: int, text: str) -> None:
    assert units.to_text(value, places) == text


def nearest(parts: list[Fraction], whole: Fraction, step: Fraction) -> list[list[Fraction]]:
    """Brute force: every way to raise some parts by a step so that the sum is `whole`, the best first."""
    floors = [part // step * step for part in parts]
    ways = []
    for count in range(len(parts) + 1):
        for raised in combinations(range(len(parts)), count):
            row = [floor + (step if i in raised else 0) for i, floor in enumerate(floors)]
            if sum(row) == whole:
                lost = sum(abs(part - found) for part, found in zip(parts, row, strict=True))
                ways.append((lost, raised, row))
    return [row for _, _, row in sorted(ways)]


@given(st.lists(st.integers(0, 999), min_size=1, max_size=6))
def test_balance_against_brute_force(thousandths: list[int]) -> None:
    parts = [Fraction(n, 1000) for n in thousandths]
    whole = units.round_half_up(sum(parts, Fraction(0)), 2)
    assert units.balance(parts, sum(parts, Fraction(0))) == nearest(parts, whole, Fraction(1, 100))[0]


def test_balance_gives_the_missing_step_to_the_earlier_of_equals() -> None:
    thirds = [Fraction(100, 3)] * 3
    assert units.balance(thirds, Fraction(100)) == [
        Fraction(3334, 100),
        Fraction(3333, 100),
        Fraction(3333, 100),
    ]
    assert units.balance(thirds, Fraction(100), 0) == [34, 33, 33]


def test_balance_raises_none_or_all() -> None:
    assert units.balance([Fraction(1), Fraction(2)], Fraction(3), 0) == [1, 2]
    assert units.balance([Fraction(9, 10)] * 2, Fraction(2), 0) == [1, 1]
    assert units.balance([], Fraction(0)) == []


@pytest.mark.parametrize("whole", [Fraction(299, 100), Fraction(303, 100), Fraction(-3)])
def test_what_is_not_the_whole_is_refused(whole: Fraction) -> None:
    with pytest.raises(ValueError, match=r"^the parts do not sum to the whole$"):
        units.balance([Fraction(1), Fraction(2)], whole)
