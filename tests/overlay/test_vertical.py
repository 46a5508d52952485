"""Heights against brute force: every way to fill in what is missing must give the answer, else not known."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoutu.errors import BadInput, Where
from shoutu.overlay.vertical import Levels, gap_in_height, in_height, leaves, levels

HEIGHT = st.none() | st.integers(0, 4).map(Fraction)


@st.composite
def bodies(draw: st.DrawFn) -> Levels:
    floor, roof = draw(HEIGHT), draw(HEIGHT)
    if floor is not None and roof is not None:
        floor, roof = min(floor, roof), max(floor, roof) + (floor == roof)
    return Levels(floor, roof)


def filled(body: Levels) -> list[Levels]:
    """Every body of whole and half heights from −3 to 7 that agrees with what is known."""
    heights = [Fraction(n, 2) for n in range(-6, 15)]
    floors = heights if body.floor is None else [body.floor]
    roofs = heights if body.roof is None else [body.roof]
    return [Levels(f, r) for f, r in product(floors, roofs) if f < r]


def plainly(one: Levels, other: Levels) -> str:
    """The relation of bodies whose heights are all known, by the length that they share."""
    a, b = ((body.floor or Fraction(0), body.roof or Fraction(0)) for body in (one, other))
    shared = min(a[1], b[1]) - max(a[0], b[0])
    if shared > 0:
        return "overlapping"
    way = "above" if a[0] >= b[1] else "below"
    return way if shared < 0 else f"touching-{way}"


@given(bodies(), bodies())
def test_known_if_and_only_if_every_filling_agrees(one: Levels, other: Levels) -> None:
    fillings = {plainly(a, b) for a in filled(one) for b in filled(other)}
    assert in_height(one, other) == (fillings.pop() if len(fillings) == 1 else None)
    assert (in_height(one, other) is None) == (gap_in_height(one, other) is None)


@given(bodies(), bodies())
def test_seen_from_the_other_side(one: Levels, other: Levels) -> None:
    turned = {"above": "below", "below": "above"}
    got = in_height(one, other)
    expected = got and "-".join(turned.get(word, word) for word in got.split("-"))
    assert in_height(other, one) == expected
    assert gap_in_height(other, one) == gap_in_height(one, other)


@given(bodies(), bodies())
def test_a_working_stays_within_levels(working: Levels, right: Levels) -> None:
    outcomes = {
        a.floor < b.floor or a.roof > b.roof  # type: ignore[operator]
        for a in filled(working)
        for b in filled(right)
    }
    assert leaves(working, right) == (outcomes.pop() if len(outcomes) == 1 else None)


def test_cases_of_mining_rights() -> None:
    old = Levels(Fraction(900), Fraction(1100))
    assert in_height(Levels(Fraction(600), Fraction(900)), old) == "touching-below"
    assert in_height(Levels(Fraction(600), Fraction("899.5")), old) == "below"
    assert gap_in_height(Levels(Fraction(600), Fraction("899.5")), old) == Fraction(1, 2)
    assert in_height(Levels(Fraction(600), Fraction(901)), old) == "overlapping"
    assert in_height(Levels(None, Fraction(880)), old) == "below"
    assert in_height(Levels(None, Fraction(1000)), old) == "overlapping"
    assert in_height(Levels(None, Fraction(1200)), old) is None
    assert leaves(Levels(Fraction(850), None), old) is True
    assert leaves(Levels(Fraction(950), None), old) is None


def test_heights_are_read_as_written() -> None:
    where = Where(file="rights.shp", feature=3)
    assert levels("900.10", " ", where) == Levels(Fraction("900.1"), None)
    for floor, roof in (("1100", "900"), ("0", "0"), ("+", "1"), ("1/0", "2")):
        with pytest.raises(BadInput) as caught:
            levels(floor, roof, where)
        assert caught.value.where == where
