"""Kleene's three values against every way to fill in what is not known."""

from __future__ import annotations

from itertools import product

import pytest

from shoutu.policy.logic import Truth, all_of, any_of, negate

VALUES: tuple[Truth, ...] = (True, False, None)
ROWS = [row for length in range(4) for row in product(VALUES, repeat=length)]


def fillings(row: tuple[Truth, ...]) -> list[tuple[bool, ...]]:
    return list(product(*[(True, False) if value is None else (value,) for value in row]))


def agreed(outcomes: set[bool]) -> Truth:
    return outcomes.pop() if len(outcomes) == 1 else None


@pytest.mark.parametrize("row", ROWS)
def test_a_value_is_known_when_every_filling_agrees(row: tuple[Truth, ...]) -> None:
    assert all_of(iter(row)) is agreed({all(filled) for filled in fillings(row)})
    assert any_of(iter(row)) is agreed({any(filled) for filled in fillings(row)})


@pytest.mark.parametrize("value", VALUES)
def test_negation(value: Truth) -> None:
    assert negate(value) is agreed({not filled for (filled,) in fillings((value,))})
