"""Figures against `decimal`: what may be filed, numbers of JSON written out, bounds and thresholds."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu.policy.figures import Filed, Span, exact_text, expand_number, plain_decimal

DIGITS = st.text("0123456789", min_size=1, max_size=30)
EXACT = Context(prec=400)
SMALL = st.integers(-4, 4)


@given(DIGITS, st.none() | DIGITS)
def test_digits_with_a_point_are_taken_as_they_are(whole: str, part: str | None) -> None:
    text = whole if part is None else f"{whole}.{part}"
    assert plain_decimal(text) == text


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1\n", "+1", "-1", "1.", ".5", "1e2", "1,5", "１", "1.2.3", "1" * 31, "0." + "0" * 31],
)
def test_nothing_else_is_an_area(text: str) -> None:
    assert plain_decimal(text) is None
    with pytest.raises(ValueError, match="not an area"):
        Filed(text, "mu")


def test_an_area_is_in_mu_or_square_metres() -> None:
    assert Filed("15", "mu").mu == 15
    assert Filed("10000", "m2").mu == 15
    assert Filed("666.6", "m2").mu == Fraction(6666, 10) * 15 / 10000
    with pytest.raises(ValueError, match=r"^not an area: '15' 'ha'$"):
        Filed("15", "ha")  # type: ignore[arg-type]


@given(
    st.text("0123456789", min_size=1, max_size=8),
    st.none() | st.text("0123456789", min_size=1, max_size=8),
    st.none() | st.tuples(st.sampled_from(["e", "E"]), st.sampled_from(["", "+", "-"]), st.integers(0, 70)),
)
def test_an_exponent_is_written_out(
    whole: str, part: str | None, exponent: tuple[str, str, int] | None
) -> None:
    token = whole + (f".{part}" if part is not None else "")
    token += "" if exponent is None else f"{exponent[0]}{exponent[1]}{exponent[2]}"
    number = EXACT.create_decimal(token)
    found = expand_number(token)
    if exponent is None or exponent[2] == 0:
        assert found == token.lower().partition("e")[0]
        return
    plain = f"{number.normalize(EXACT):f}"
    before, _, after = plain.partition(".")
    if len(before) > 30 or len(after) > 30:
        assert found is None
    elif abs(exponent[2]) <= 60:
        assert found == plain


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("1.5e2", "150"),
        ("1e0", "1"),
        ("1.50e0", "1.50"),
        ("12e-2", "0.12"),
        ("12e-3", "0.012"),
        ("1200e-2", "12"),
        ("1e29", "1" + "0" * 29),
        ("1e30", None),
        ("1e-30", "0." + "0" * 29 + "1"),
        ("1e-31", None),
        ("0." + "0" * 29 + "1e60", "1" + "0" * 30),
        ("0e60", "0"),
        ("0e61", None),
        ("0e-60", "0"),
        ("0e-61", None),
        ("1e12345", None),
        ("-1", None),
        ("1e", None),
        ("NaN", None),
    ],
)
def test_numbers_at_the_limits(token: str, text: str | None) -> None:
    if text is not None and len(text) > 30 and "." not in text:
        text = None  # one digit more than may stand before the point
    assert expand_number(token) == text


@given(st.integers(-(10**12), 10**12), st.integers(0, 40), st.integers(0, 40))
def test_terminating_fractions_are_written_in_full(numerator: int, twos: int, fives: int) -> None:
    value = Fraction(numerator, 2**twos * 5**fives)
    exact = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(EXACT)
    assert exact_text(value) == f"{exact + 0:f}"


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(1, 3), "1/3"), (Fraction(-7, 6), "-7/6"), (Fraction(7, 15), "7/15")]
)
def test_other_fractions_stay_fractions(value: Fraction, text: str) -> None:
    assert exact_text(value) == text


@given(SMALL, st.none() | st.integers(0, 4), SMALL, st.booleans())
def test_a_threshold_is_reached_when_every_figure_between_the_bounds_reaches_it(
    low: int, width: int | None, threshold: int, beyond: bool
) -> None:
    high = None if width is None else low + width
    span = Span(Fraction(low), None if high is None else Fraction(high))
    halves = range(2 * low, 2 * (30 if high is None else high) + 1)
    outcomes = {n > 2 * threshold if beyond else n >= 2 * threshold for n in halves}
    assert span.reaches(Fraction(threshold), beyond=beyond) is (
        outcomes.pop() if len(outcomes) == 1 else None
    )
    assert span.known is (low == high)


def test_without_beyond_a_figure_on_the_threshold_reaches_it() -> None:
    assert Span.exactly(5).reaches(Fraction(5)) is True
    assert Span.exactly(5).reaches(Fraction(5), beyond=True) is False


def test_bounds_add_and_round_each_for_itself() -> None:
    open_, closed = Span(Fraction(1, 8), None), Span(Fraction(1, 8), Fraction(3, 8))
    assert closed + closed == Span(Fraction(1, 4), Fraction(3, 4))
    assert open_ + closed == closed + open_ == Span(Fraction(1, 4), None)
    assert closed.rounded(2) == Span(Fraction(13, 100), Fraction(38, 100))
    assert open_.rounded(1) == Span(Fraction(1, 10), None)
    assert Span.exactly(2) == Span(Fraction(2), Fraction(2))
    assert not open_.known
