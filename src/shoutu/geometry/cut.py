"""Cutting long or tall polygons into pieces that the kernel can take one at a time.

A ring is clipped to a half-plane by moving what lies outside onto the cutting line (Sutherland and
Hodgman, 1974). The rings that result may run back and forth along the line; no topology is made.
Areas do not see it: at every longitude the signed edges inside the half-plane are those of the
original ring. So the pieces' areas sum exactly to the polygon's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shoutu.geometry.compiled import compiled
from shoutu.geometry.rings import Floats, Ints

LONGEST = 192
"""Edges of one piece, as a goal: a vertex shared by more edges than that cannot be cut away."""
TALLEST = 4.0
"""Degrees of latitude that the metric's series may span."""
DEEPEST = 48


@dataclass(frozen=True)
class Piece:
    """Rings as in `Rings`, with the bulge of the edge after each vertex."""

    xy: Floats
    bulge: Floats
    starts: Ints

    @property
    def edges(self) -> int:
        return len(self.xy) - len(self.starts) + 1


def needs_cut(edges: int, height: float) -> bool:
    return edges > LONGEST or height > TALLEST


def cut(whole: Piece) -> list[Piece]:
    """Pieces of `whole` which need no further cut; those without any edge are left out."""
    pieces, waiting = [], [(whole, 0)]
    while waiting:
        piece, depth = waiting.pop()
        if not len(piece.xy):
            continue
        low, high = piece.xy.min(axis=0), piece.xy.max(axis=0)
        wide, tall = (high - low) * (np.cos(np.radians((low[1] + high[1]) / 2)), 1.0)
        if not needs_cut(piece.edges, high[1] - low[1]) or depth == DEEPEST:
            pieces.append(piece)
            continue
        axis = 1 if tall >= wide or high[1] - low[1] > TALLEST else 0
        at = (low[axis] + high[axis]) / 2
        for upper in (True, False):
            waiting.append((Piece(*_side(piece.xy, piece.bulge, piece.starts, axis, at, upper)), depth + 1))
    return pieces


@compiled
def crossings(p: float, q: float, bulge: float, at: float, out: Floats) -> int:
    """Fractions t in (0, 1), ascending, where p + t (q − p) + 4 bulge t (1 − t) equals `at`."""
    gap = p - at
    if bulge == 0.0:
        if gap * (q - at) >= 0.0:
            return 0
        out[0] = (at - p) / (q - p)
        return 1
    rise = q - p + 4 * bulge
    discriminant = rise * rise + 16 * bulge * gap
    if discriminant <= 0.0:
        return 0
    root = rise + np.sqrt(discriminant) if rise >= 0 else rise - np.sqrt(discriminant)
    first = -2 * gap / root
    second = root / (8 * bulge)
    if first > second:
        first, second = second, first
    count = 0
    if 0.0 < first < 1.0:
        out[count] = first
        count += 1
    if 0.0 < second < 1.0 and second != first:
        out[count] = second
        count += 1
    return count


@compiled
def _side(
    xy: Floats, bulge: Floats, starts: Ints, axis: int, at: float, upper: bool
) -> tuple[Floats, Floats, Ints]:
    """The rings clipped to coordinate `axis` <= at, or >= at when `upper`."""
    sign = -1.0 if upper else 1.0
    room = 3 * len(xy) + len(starts)
    out, out_bulge, out_starts = np.empty((room, 2)), np.empty(room), np.zeros(len(starts), np.int64)
    parts = np.empty(4)
    used = rings = 0
    for ring in range(len(starts) - 1):
        begin, kept = used, False
        for k in range(starts[ring], starts[ring + 1] - 1):
            b = bulge[k]
            inner = crossings(xy[k, axis], xy[k + 1, axis], b if axis == 1 else 0.0, at, parts[1:])
            parts[0] = 0.0
            parts[inner + 1] = 1.0
            for i in range(inner + 1):
                t, middle = parts[i], (parts[i] + parts[i + 1]) / 2
                px = xy[k, 0] + t * (xy[k + 1, 0] - xy[k, 0])
                py = xy[k, 1] + t * (xy[k + 1, 1] - xy[k, 1]) + 4 * b * t * (1 - t)
                if i > 0 and axis == 0:
                    px = at
                elif i > 0:
                    py = at
                m = xy[k, axis] + middle * (xy[k + 1, axis] - xy[k, axis]) - at
                if axis == 1:
                    m += 4 * b * middle * (1 - middle)
                inside = sign * m < 0.0 or (m == 0.0 and not upper)
                if inside or (px if axis == 0 else py) == at:
                    if inside or used == begin or out[used - 1, 0] != px or out[used - 1, 1] != py:
                        out[used, 0], out[used, 1] = px, py
                        out_bulge[used] = b * (parts[i + 1] - t) ** 2 if inside else 0.0
                        used += 1
                    kept |= inside
        if not kept or used - begin < 3:
            used = begin
            continue
        out[used, 0], out[used, 1], out_bulge[used] = out[begin, 0], out[begin, 1], 0.0
        used += 1
        rings += 1
        out_starts[rings] = used
    return out[:used].copy(), out_bulge[:used].copy(), out_starts[: rings + 1].copy()
