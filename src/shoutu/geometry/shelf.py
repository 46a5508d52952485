"""Layers side by side in one list, and one footprint asked of them all in one compiled call.

A call from Python costs a quarter of a microsecond for each array that it names, and a layer is twenty of
them; a list of layers is one name. So the arrays are put on the shelf once, and a footprint's rings are
all that travels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.typed import List

from shoutu.geometry.compiled import compiled
from shoutu.geometry.cut import LONGEST
from shoutu.geometry.ellipsoid import TERMS, metric_series
from shoutu.geometry.index import descend
from shoutu.geometry.lanes import LANES
from shoutu.geometry.overlap import Ground, TreeArrays, fetch, measure_piece, new_desk
from shoutu.geometry.prepared import FLAT, flat_area
from shoutu.geometry.rings import Floats, Ints

Layer = tuple[Ground, TreeArrays, Ground, TreeArrays, Ints]
"""Ground, its tree, its corrections, their tree, and a scratch (codes,) all −1: one thread at a time."""
Shelf = Any
"""A Numba list of `Layer`."""


@compiled
def new_shelf(layer: Layer) -> Shelf:
    shelf = List()
    shelf.append(layer)
    return shelf


@compiled
def put(shelf: Shelf, layer: Layer) -> None:
    shelf.append(layer)


@compiled
def _boxed(xy: Floats, box: Floats) -> bool:
    """Write the box (1, 4) of the vertices; false unless all are places on the globe, close together."""
    box[0, 0], box[0, 1], box[0, 2], box[0, 3] = xy[0, 0], xy[0, 1], xy[0, 0], xy[0, 1]
    placed = True
    for k in range(len(xy)):
        x, y = xy[k, 0], xy[k, 1]
        placed &= abs(x) <= 180.0 and abs(y) <= 90.0
        box[0, 0], box[0, 1] = min(box[0, 0], x), min(box[0, 1], y)
        box[0, 2], box[0, 3] = max(box[0, 2], x), max(box[0, 3], y)
    return bool(placed and box[0, 2] - box[0, 0] <= 1.0 and box[0, 3] - box[0, 1] <= FLAT)


@compiled
def footprint_rows(xy: Floats, starts: Ints, shelf: Shelf) -> tuple[Floats, Ints, Ints, Floats]:
    """Own area (1,), and rows (k,): layer, class code, area in m², of one polygon in each layer × class.

    xy (n, 2), starts (r + 1,)  the rings of the polygon in degrees, closed, holes clockwise
    The own area is NaN, and there are no rows, for a polygon that this is not for: none at all, one of too
    many edges or too tall, or one that is nowhere on the globe.
    """
    own = np.full(1, np.nan)
    layers, codes, areas = np.empty(16, np.int64), np.empty(16, np.int64), np.empty(16)
    box, records = np.empty((1, 4)), np.empty((len(starts) - 1, 2), np.int64)
    edges = len(xy) - len(records)
    if not len(xy) or edges > LONGEST or not _boxed(xy, box):
        return own, layers[:0], codes[:0], areas[:0]
    series, middle, area = np.empty(TERMS), (box[0, 1] + box[0, 3]) / 2, 0.0
    metric_series(middle, series)
    longest = np.array([0, len(xy)])
    for ring in range(len(records)):
        records[ring, 0], records[ring, 1] = starts[ring], starts[ring + 1]
        longest[0] = max(longest[0], starts[ring + 1] - starts[ring])
        area += flat_area(xy, starts[ring], starts[ring + 1], middle, series)
    own[0] = area
    subject = xy, np.empty(0), records, np.array([0, len(records)]), box, own, longest
    rows = 0
    for number in range(len(shelf)):
        ground, tree, again, tree_again, slot = shelf[number]
        _, found = descend(tree[0], tree[1], tree[2], box)
        if not len(found):
            continue
        found_again = found[:0]
        if len(again[2]):
            found_again = descend(tree_again[0], tree_again[1], tree_again[2], box)[1]
        for record in found:
            fetch(ground, record)
        for record in found_again:
            fetch(again, record)
        room = max(max(ground[6][0], again[6][0]), len(xy)) + 2
        desk = new_desk(len(xy) + LANES, room, len(found) + len(found_again))
        used = measure_piece(subject, ground, again, 0, found, found_again, True, desk, slot)
        if rows + used > len(areas):
            more = 2 * (rows + used)
            wider_layers, wider_codes, wider = (
                np.empty(more, np.int64),
                np.empty(more, np.int64),
                np.empty(more),
            )
            wider_layers[:rows], wider_codes[:rows], wider[:rows] = layers[:rows], codes[:rows], areas[:rows]
            layers, codes, areas = wider_layers, wider_codes, wider
        for k in range(used):
            layers[rows], codes[rows], areas[rows] = number, desk[2][k], desk[3][k]
            rows += 1
    return own, layers[:rows], codes[:rows], areas[:rows]
