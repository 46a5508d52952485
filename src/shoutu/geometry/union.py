"""Area that several polygons cover more than once inside another: a sweep over slabs.

The plane is cut at every end point and crossing of edges; between two cuts the edges have one order
from top to bottom, and one parity bit a polygon says which are entered. There is no topology: where
rounding orders two edges wrongly they lie within rounding of each other, and so does the area lost.
"""

from __future__ import annotations

import numpy as np

from shoutu.geometry.compiled import ascending, compiled, grown, zero
from shoutu.geometry.cut import crossings
from shoutu.geometry.ellipsoid import under_edge
from shoutu.geometry.rings import Floats, Ints

LOW, HIGH, Y, SLOPE, SIGN, CURVE = range(6)
"""Rows of an array of edges (6, n): low x, high x, y at low x, slope, sign (+1 if it runs east), curve:
y + slope (x − low) + curve (x − low)(high − x); degrees about a local origin; no vertical edges."""


@compiled
def edge_y(edges: Floats, e: int, x: float) -> float:
    past = x - edges[LOW, e]
    return float(edges[Y, e] + edges[SLOPE, e] * past + edges[CURVE, e] * past * (edges[HIGH, e] - x))


@compiled
def under(edges: Floats, e: int, left: float, right: float, series: Floats) -> float:
    """∫ Q dx under edge e from left to right, m²."""
    low, high, y = edges[LOW, e], edges[HIGH, e], edges[Y, e]
    return under_edge(left, right, low, high, y, edges[SLOPE, e], edges[CURVE, e], series)


@compiled
def meeting(a: Floats, i: int, b: Floats, j: int, lo: float, hi: float) -> tuple[float, float, float]:
    """y_a − y_b at lo and at hi, and the bulge of that difference between them."""
    start = edge_y(a, i, lo) - edge_y(b, j, lo)
    end = edge_y(a, i, hi) - edge_y(b, j, hi)
    return start, end, (a[CURVE, i] - b[CURVE, j]) * (hi - lo) * (hi - lo) / 4


@compiled
def cuts_of(edges: Floats, order: Ints, width: float) -> Floats:
    """Sorted x of all ends and crossings within 0..width."""
    count = len(order)
    room, used = 4 * count + 16, zero()
    cuts, roots = np.empty(room), np.empty(3)
    for i in range(count):
        a = order[i]
        if used + 2 > room:
            room *= 2
            cuts = grown(cuts, room)
        cuts[used], cuts[used + 1] = max(edges[LOW, a], 0.0), min(edges[HIGH, a], width)
        used += 2
        for j in range(i + 1, count):
            b = order[j]
            if edges[LOW, b] >= edges[HIGH, a]:
                break
            lo = max(edges[LOW, b], 0.0)
            hi = min(min(edges[HIGH, a], edges[HIGH, b]), width)
            if not lo < hi:
                continue
            start, end, bulge = meeting(edges, a, edges, b, lo, hi)
            found = crossings(start, end, bulge, 0.0, roots)
            if used + found > room:
                room *= 2
                cuts = grown(cuts, room)
            for k in range(found):
                cuts[used] = lo + roots[k] * (hi - lo)
                used += 1
    by_value = ascending(cuts, used)
    out = np.empty(used)
    for k in range(used):
        out[k] = cuts[by_value[k]]
    return out


@compiled
def settle(
    edges: Floats,
    order: Ints,
    count: int,
    left: float,
    right: float,
    active: Ints,
    height: Floats,
    used: int,
    coming: int,
) -> tuple[int, int]:
    """Make `active` the edges over left..right, highest first; their number, and the next in `order`."""
    low, high = edges[LOW], edges[HIGH]
    kept = zero()
    for k in range(used):
        if high[active[k]] > left:
            active[kept] = active[k]
            kept += 1
    while coming < count and low[order[coming]] <= left:
        if high[order[coming]] > left:
            active[kept] = order[coming]
            kept += 1
        coming += 1
    middle = (left + right) / 2
    for k in range(kept):
        e = active[k]
        value = edge_y(edges, e, middle)
        j = k
        while j > 0 and height[j - 1] < value:
            height[j], active[j] = height[j - 1], active[j - 1]
            j -= 1
        height[j], active[j] = value, e
    return kept, coming


@compiled
def _slab(
    edges: Floats, who: Ints, active: Ints, count: int, left: float, right: float, odd: Ints, series: Floats
) -> float:
    """Between `left` and `right`, inside frame and polygon 0: what others cover after the first."""
    for i in range(len(odd)):
        odd[i] = 0
    cover, level, total, frame = 0, 0, 0.0, len(odd) - 1
    for i in range(count):
        e = active[i]
        odd[who[e]] ^= 1
        if 0 < who[e] < frame:
            cover += 1 if odd[who[e]] else -1
        now = max(cover - 1, 0) if odd[0] and odd[frame] else 0
        if now != level:
            total += (now - level) * under(edges, e, left, right, series)
            level = now
    return total


@compiled
def area_covered_again(
    edges: Floats, who: Ints, count: int, polygons: int, width: float, series: Floats
) -> float:
    """Σ areas of the polygons 1..polygons inside polygon 0 and the frame, less the area of their union, m².

    edges    (6, n), the first `count` of them; x from 0 to `width`
    who      (count,) polygon of each edge; polygons + 1 is the frame, a box of that width. What a polygon has
             above the frame may be moved onto its top, what it has below may be left out
    series   the metric about y = 0
    """
    order = ascending(edges[LOW], count)
    cuts = cuts_of(edges, order, width)
    active, height, odd = np.empty(count, np.int64), np.empty(count), np.zeros(polygons + 2, np.int64)
    used = coming = zero()
    total = 0.0
    for i in range(len(cuts) - 1):
        left, right = cuts[i], cuts[i + 1]
        if not left < right:
            continue
        used, coming = settle(edges, order, count, left, right, active, height, used, coming)
        total += _slab(edges, who, active, used, left, right, odd, series)
    return total
