"""Parts sum to the whole, by rows always and by columns wherever a table allows it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shoutu.layers.export import Areas
from shoutu.overlay.figures import (
    STEP,
    UNCOVERED,
    balanced_classes,
    balanced_parts,
    balanced_row,
    reported,
)
from shoutu.units import round_half_up

areas = st.integers(0, 10**7).map(lambda n: Fraction(n, 10**5))
tables = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(areas, min_size=columns, max_size=columns), min_size=2, max_size=4)
)


def hundredths(value: Fraction) -> bool:
    return (value * 100).denominator == 1


@given(st.lists(areas.filter(bool), min_size=2, max_size=6), st.integers(-3, 3))
def test_parts_sum_to_the_whole_whatever_the_noise(parts, noise):
    whole = round_half_up(sum(parts) + Fraction(noise, 1000), 2)
    if not whole:
        return
    figures = balanced_parts(parts, whole)
    assert sum(figures) == whole
    assert all(hundredths(figure) and figure >= 0 for figure in figures)


@given(st.lists(areas, min_size=1, max_size=5), areas)
def test_classes_and_the_rest_sum_to_the_patch(classes, outside):
    patch = round_half_up(sum(classes) + outside, 2)
    figures, rest = balanced_row(classes, patch)
    assert rest is not None
    assert sum(figures) + rest == patch
    assert rest >= 0
    assert all(
        hundredths(f) and f >= 0 and abs(f - a) <= 2 * STEP for f, a in zip(figures, classes, strict=True)
    )


def test_classes_that_overlap_one_another_are_each_rounded():
    figures = [Fraction(10), Fraction(10)]
    assert balanced_row([Fraction(10), Fraction("9.995")], Fraction(10)) == (figures, None)


@given(tables)
def test_rows_sum_and_every_entry_stays_within_a_step(table):
    parts = [round_half_up(sum(row), 2) for row in table]
    figures = balanced_classes(table, parts, [None] * len(table[0]))
    for row, areas_of, part in zip(figures, table, parts, strict=True):
        assert part - sum(row) in (0, STEP, 2 * STEP)  # what is left lies outside the layer, by noise
        assert all(
            hundredths(f) and f >= 0 and abs(f - a) < 2 * STEP for f, a in zip(row, areas_of, strict=True)
        )


small = st.integers(0, 60).map(lambda n: Fraction(n, 1000))


@given(st.lists(st.lists(small, min_size=2, max_size=2), min_size=2, max_size=2))
def test_columns_are_met_whenever_some_table_meets_them(table):
    """Against every table of cut-down or cut-up entries, by brute force."""
    parts = [round_half_up(sum(row), 2) for row in table]
    outside = [max(part - sum(row), Fraction(0)) for row, part in zip(table, parts, strict=True)]
    scaled = [
        [*(a * p / s if (s := sum(row)) > p else a for a in row), o]
        for row, p, o in zip(table, parts, outside, strict=True)
    ]
    wanted = [round_half_up(sum(column), 2) for column in zip(*table, strict=True)]
    figures = balanced_classes(table, parts, [None, None])
    met = all(sum(column) == w for column, w in zip(zip(*figures, strict=True), wanted, strict=True))
    floors = [[a // STEP * STEP for a in row] for row in scaled]
    possible = any(
        all(
            sum(f + STEP * u for f, u in zip(fl, ups[i * 3 : i * 3 + 3], strict=True)) == parts[i]
            for i, fl in enumerate(floors)
        )
        and all(sum(floors[i][j] + STEP * ups[i * 3 + j] for i in range(2)) == wanted[j] for j in range(2))
        for ups in product((0, 1), repeat=6)
        if all(not up or scaled[k // 3][k % 3] > floors[k // 3][k % 3] for k, up in enumerate(ups))
    )
    assert met or not possible


PATCHES = st.lists(st.tuples(st.integers(1, 10**8), st.lists(st.integers(1, 10**7), max_size=4)), max_size=5)


@given(PATCHES)
def test_every_patch_is_the_sum_of_its_reported_rows(patches):
    """Under each layer, whether anything was found or not, the figures sum to the patch."""
    layers = ["land", "redline"]
    rows, whole = [], []
    for patch, (own, found) in enumerate(patches):
        whole.append((own + sum(found)) / 10_000)
        rows += [(patch, "land", f"{code:02}", area / 10_000, whole[-1]) for code, area in enumerate(found)]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(5)]
    areas = Areas(*columns[:3], np.array(columns[3], float), np.array(columns[4], float))
    out = reported(areas, range(len(patches)), np.array(whole, float), layers)
    sums: dict[tuple[int, str], Fraction] = {}
    for patch, layer, figure in zip(out.patch, out.layer, out.figure_m2, strict=True):
        exact = Fraction(round(figure * 100), 100)
        assert float(exact) == figure
        sums[patch, layer] = sums.get((patch, layer), Fraction(0)) + exact
    want = {(p, layer): round_half_up(Fraction(area), 2) for p, area in enumerate(whole) for layer in layers}
    assert {key: value for key, value in sums.items() if value} == {k: v for k, v in want.items() if v}


def test_a_patch_with_overlapping_classes_has_no_rest_and_one_without_ground_no_row():
    areas = Areas(
        [0, 0], ["l", "l"], ["a", "b"], np.array([10.0, 9.0]), np.array([12.0, 12.0]), np.array([9.0, np.nan])
    )
    out = reported(areas, [0, 1], np.array([12.0, 0.0]), ["l"])
    assert list(out.class_) == ["a", "b"]
    assert out.figure_m2.tolist() == [10.0, 9.0]
    assert out.net_m2[0] == 9.0
    whole = reported(areas, [0, 1], np.array([20.0, 3.0]), ["l", "m"])
    assert [(p, la, c) for p, la, c in zip(whole.patch, whole.layer, whole.class_, strict=True)] == [
        (0, "l", "a"),
        (0, "l", "b"),
        (0, "l", UNCOVERED),
        (0, "m", UNCOVERED),
        (1, "l", UNCOVERED),
        (1, "m", UNCOVERED),
    ]
    assert whole.figure_m2.tolist() == [10.0, 9.0, 1.0, 20.0, 3.0, 3.0]
