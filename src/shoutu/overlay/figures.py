"""Rounding figures to 0.01 m² so that they sum: classes to their patch, parts to their whole.

A patch under one layer is its classes and what lies outside the layer; together they are the patch.
Parts × classes is a table whose rows sum to the parts' figures and whose columns should sum to the
whole's. Each entry is its area cut down or up to the step; which ones go up is a flow from rows with
steps to give to columns with steps to take (controlled rounding: L. H. Cox 1987, J. Amer. Statist.
Assoc. 82). Guaranteed: row sums always; column sums whenever a table exists that keeps every entry
within a step of its area, else as many steps of them as can be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from shoutu.geometry.rings import Floats
from shoutu.layers.export import Areas
from shoutu.units import balance, m2_to_mu, round_half_up, to_text

SMALLEST = Fraction(1, 1000)
"""m². Smaller areas are no row, as in contract 2."""
STEP = Fraction(1, 100)
BEYOND = Fraction(2, 100)
"""m². Classes that sum to more than their patch by more than this overlap one another: no partition."""

UNCOVERED = "(未覆盖)"
"""What the rest of a patch that no class of a layer covers is called in a table."""

Table = list[list[Fraction]]
_Row = tuple[int | str, str, str, float, float, float, float]
"""Patch, layer, class, area, the patch's area, net area, figure."""


def balanced_parts(parts: Sequence[Fraction], whole: Fraction) -> list[Fraction]:
    """The parts rounded to 0.01 m² so that they sum to `whole`, itself a multiple of 0.01.

    The kernel's sum over the parts and its figure of the whole differ by float noise and by what a cut
    moves a vertex; the parts are first scaled to the whole, which changes each by less than that.
    """
    total = sum(parts, Fraction(0))
    return balance([part * whole / total for part in parts], whole)


def balanced_row(areas: Sequence[Fraction], patch: Fraction) -> tuple[list[Fraction], Fraction | None]:
    """The classes of one patch under one layer and the rest that none of them covers: they sum to the patch.

    The rest is None where classes overlap one another: then each is rounded by itself.
    """
    if sum(areas, Fraction(0)) > patch + BEYOND:
        return [round_half_up(area, 2) for area in areas], None
    *classes, rest = balance(_with_outside(areas, patch), patch)
    return classes, rest


def class_figures(areas: Mapping[str, Fraction], patch: Fraction) -> Iterator[tuple[str, str, str]]:
    """(class, m², mu) of what lies under one patch, decimal text, by class."""
    names = sorted(name for name, area in areas.items() if area >= SMALLEST)
    figures, _ = balanced_row([areas[name] for name in names], patch)
    for name, figure in zip(names, figures, strict=True):
        yield name, to_text(figure, 2), to_text(m2_to_mu(figure), 2)


def reported(areas: Areas, ids: Sequence[int | str], patch_area: Floats, layers: Sequence[str]) -> Areas:
    """The rows with the figures to report, and under each layer a row `UNCOVERED` for the rest of each patch.

    ids, patch_area  (patches,) of every patch, rows or not;  layers  in the order of the answer
    Under one layer the figures of a patch sum to its area rounded half up to 0.01 m², unless classes overlap.
    """
    rows: dict[tuple[int | str, str], list[int]] = {}
    named: Sequence[int | str] = areas.patch
    for row, key in enumerate(zip(named, areas.layer, strict=True)):
        rows.setdefault(key, []).append(row)
    out: list[_Row] = []
    for patch, area in zip(ids, patch_area.tolist(), strict=True):
        if not area > 0:
            continue
        whole = round_half_up(Fraction(area), 2)
        for layer in layers:
            mine = rows.get((patch, layer), [])
            found = [float(areas.area_m2[row]) for row in mine]
            figures, rest = balanced_row([Fraction(value) for value in found], whole)
            for row, value, figure in zip(mine, found, figures, strict=True):
                net = math.nan if areas.net_m2 is None else float(areas.net_m2[row])
                out.append((patch, layer, areas.class_[row], value, area, net, float(figure)))
            if rest:
                left = max(area - sum(found), 0.0)
                out.append((patch, layer, UNCOVERED, left, area, math.nan, float(rest)))
    return _as_table(out, areas.net_m2 is not None)


def _as_table(rows: list[_Row], net: bool) -> Areas:
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(7)]
    patch, layer, class_ = columns[:3]
    numbers = [np.array(column, np.float64) for column in columns[3:]]
    return Areas(
        patch,
        layer,
        class_,
        area_m2=numbers[0],
        patch_area_m2=numbers[1],
        net_m2=numbers[2] if net else None,
        figure_m2=numbers[3],
    )


def balanced_classes(
    areas: Sequence[Sequence[Fraction]], parts: Sequence[Fraction], whole: Sequence[Fraction | None]
) -> Table:
    """Figures of parts × classes.

    areas  the kernel's, row by part
    parts  the parts' own figures, multiples of 0.01
    whole  each class's figure of the whole patch; None where it has none: then its rounded sum
    """
    sums = [sum(column, Fraction(0)) for column in zip(*areas, strict=True)]
    wanted = [
        round_half_up(total, 2) if figure is None else figure
        for total, figure in zip(sums, whole, strict=True)
    ]
    if any(sum(row, Fraction(0)) > part + BEYOND for row, part in zip(areas, parts, strict=True)):
        return _by_column(areas, wanted)
    table = [_with_outside(row, part) for row, part in zip(areas, parts, strict=True)]
    outside = sum(parts, Fraction(0)) - sum(wanted, Fraction(0))
    return [row[:-1] for row in _rounded(table, parts, [*wanted, outside])]


def _with_outside(areas: Sequence[Fraction], patch: Fraction) -> list[Fraction]:
    """The classes, scaled down where noise makes them more than the patch, and what is left of it."""
    total = sum(areas, Fraction(0))
    if total > patch:
        return [*(area * patch / total for area in areas), Fraction(0)]
    return [*areas, patch - total]


def _by_column(areas: Sequence[Sequence[Fraction]], wanted: Sequence[Fraction]) -> Table:
    columns = [
        balanced_parts(column, figure) if sum(column, Fraction(0)) else [Fraction(0)] * len(column)
        for column, figure in zip(zip(*areas, strict=True), wanted, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _rounded(table: Table, rows: Sequence[Fraction], columns: Sequence[Fraction]) -> Table:
    floors = [[Fraction(area // STEP) * STEP for area in row] for row in table]
    give = [int((part - sum(row, Fraction(0))) / STEP) for part, row in zip(rows, floors, strict=True)]
    take = [
        max(int((figure - sum(column, Fraction(0))) / STEP), 0)
        for figure, column in zip(columns, zip(*floors, strict=True), strict=True)
    ]
    lifted = _flow(table, floors, give, take)
    for index, row in enumerate(lifted):
        _spend(row, table[index], floors[index], give[index] - sum(row))
    return [
        [floor + STEP * up for floor, up in zip(floor_row, lifted_row, strict=True)]
        for floor_row, lifted_row in zip(floors, lifted, strict=True)
    ]


def _flow(table: Table, floors: Table, give: Sequence[int], take: Sequence[int]) -> list[list[int]]:
    """Which entries go up a step: at most `give` a row and `take` a column, as many as can be."""
    order = [
        sorted(
            (j for j in range(len(row)) if row[j] > floors[i][j]),
            key=lambda j, i=i, row=row: (floors[i][j] - row[j], j),  # type: ignore[misc]
        )
        for i, row in enumerate(table)
    ]
    lifted = [[0] * len(take) for _ in table]
    load = [0] * len(take)

    def reach(row: int, tried: set[int]) -> bool:
        """Lift one more entry of `row`, moving another row's lift aside where a column is full."""
        for column in order[row]:
            if lifted[row][column] or column in tried:
                continue
            tried.add(column)
            if load[column] < take[column]:
                lifted[row][column], load[column] = 1, load[column] + 1
                return True
            for other in (i for i in range(len(table)) if lifted[i][column]):
                if reach(other, tried):
                    lifted[other][column], lifted[row][column] = 0, 1
                    return True
        return False

    for row, steps in enumerate(give):
        for _ in range(steps):
            if not reach(row, set()):
                break
    return lifted


def _spend(lifted: list[int], row: Sequence[Fraction], floors: Sequence[Fraction], steps: int) -> None:
    """The steps for which no column has room go to the entries that lost most."""
    free = [j for j in range(len(row)) if not lifted[j]]
    for column in sorted(free, key=lambda j: (floors[j] - row[j], j))[:steps]:
        lifted[column] = 1
