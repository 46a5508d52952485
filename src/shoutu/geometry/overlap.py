"""How much of each polygon lies in each class of a layer: areas without shapes.

A polygon is a signed sum of the areas under its edges, +1 for an edge that runs east, −1 west; so
    area(A ∩ B) = Σ_a Σ_b s_a s_b ∫ (Q(y_a) − Q(y_b)) dx over the x where y_a < y_b,
Q being the area under a parallel (`ellipsoid`); the terms of A alone vanish because Σ s_a = 0 at
every x. Coincident edges, touching corners and holes need no case of their own.

Before any pair is looked at, B is cut down to A's box. An edge of B beside or above the box is a
roof: all of A beneath it counts, whatever its height, so a run of roofs is one level edge on the
box's top; one across the whole box counts A's own area. An edge below the box gives nothing. What
is left, five edges on average, meets A's edges row by row.

Coordinates are degrees about A's box: x from its west side, y from its middle. An array of edges is
(6, n), its rows named in `union`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled, grown, zero
from shoutu.geometry.cut import crossings
from shoutu.geometry.ellipsoid import TERMS, metric_at, metric_series
from shoutu.geometry.index import Singles, descend
from shoutu.geometry.lanes import LANES, Lanes, chosen, summed
from shoutu.geometry.machine import lowest_bit, prefetch
from shoutu.geometry.prepared import FLAT, Owners
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.union import CURVE, HIGH, LOW, SIGN, SLOPE, Y, area_covered_again, edge_y, meeting

NOTHING = 1e-7
"""Smaller areas of one pair of rings, m², are rounding."""
BLOCK = 128
"""Pieces that go down the tree together."""
FLOATS_A_LINE = 8
AHEAD = 6
"""Records whose vertices are under way from memory while one is measured."""
_AWAY = 1e3

Subjects = tuple[Floats, Floats, Ints, Ints, Floats, Floats, Ints]
"""xy, bulge, records, piece_starts, piece_box, piece_area, longest of the polygons that are asked about."""
Ground = tuple[Floats, Floats, Ints, Owners, Owners, Owners, Ints, Floats]
"""xy, bulge, records, record_owner, by owner class code and overlap component, longest, record_box."""
TreeArrays = tuple[Singles, Ints, Floats]
"""nodes, levels, origin of `index.Tree`."""
CODE, COMPONENT, OWNER, RECORD = range(4)
"""Rows of `waiting` (4, n): records that may overlap others of their class."""
Progress = tuple[int, int, int, bool]
"""Of one piece: rows used, records waiting, edges on the desk (−1: not yet), whether any of them curves."""
Desk = tuple[Floats, Floats, Ints, Floats, Ints, Floats, Floats, Floats, Floats]
"""Work arrays, sized from the data: edges of a piece; edges kept of a record; class codes and areas of the
piece's rows; `waiting` and its areas; the metric's series; fractions of a pair of edges; and, of each run
of `LANES` edges of the piece, low x, high x and lowest y (3, n)."""


@compiled
def _put(edges: Floats, at: int, x: float, y: float, x1: float, y1: float, bulge: float) -> None:
    """Write the edge from (x, y) to (x1, y1), x ≠ x1."""
    east = x1 > x
    edges[LOW, at] = x if east else x1
    edges[HIGH, at] = x1 if east else x
    edges[Y, at] = y if east else y1
    edges[SLOPE, at] = (y1 - y) / (x1 - x)
    edges[SIGN, at] = 1.0 if east else -1.0
    edges[CURVE, at] = 4.0 * bulge / ((x1 - x) * (x1 - x)) if bulge != 0.0 else 0.0


@compiled
def _subject_edges(subjects: Subjects, piece: int, out: Floats, runs: Floats) -> tuple[int, bool]:
    """Write a piece's edges about its box, padded to whole lanes; their number, and whether any curves.

    An upright edge stays, of no width; so there is no branch, and the loops run on vectors.
    """
    xy, bulge, records, starts, boxes, _, _ = subjects
    x0, y0 = boxes[piece, 0], (boxes[piece, 1] + boxes[piece, 3]) / 2
    low, high, height, slope, sign, curve = out[LOW], out[HIGH], out[Y], out[SLOPE], out[SIGN], out[CURVE]
    used, bent = zero(), False
    for record in range(starts[piece], starts[piece + 1]):
        begin, count = records[record, 0], records[record, 1] - records[record, 0] - 1
        for k in range(count):
            x, y = xy[begin + k, 0] - x0, xy[begin + k, 1] - y0
            x1, y1 = xy[begin + k + 1, 0] - x0, xy[begin + k + 1, 1] - y0
            east, wide = x1 > x, x1 - x
            low[used + k] = x if east else x1
            high[used + k] = x1 if east else x
            height[used + k] = y if east else y1
            slope[used + k] = (y1 - y) / (1.0 if wide == 0.0 else wide)
            sign[used + k] = 1.0 if east else -1.0
            curve[used + k] = 0.0
        if len(bulge):
            for k in range(count):
                b, wide = bulge[begin + k], high[used + k] - low[used + k]
                if b != 0.0 and wide > 0.0:
                    bent = True
                    curve[used + k] = 4.0 * b / (wide * wide)
        used += count
    padded = -(-used // LANES) * LANES
    for at in range(used, padded):
        height[at] = slope[at] = sign[at] = curve[at] = 0.0
        low[at] = high[at] = _AWAY
    _bound_runs(out, padded // LANES, runs)
    return used, bent


@compiled
def _bound_runs(edges: Floats, count: int, runs: Floats) -> None:
    """Low x, high x and lowest y of each run of `LANES` edges; runs that are not there hold nothing."""
    for run in range(count):
        least, most, bottom = _AWAY, -_AWAY, _AWAY
        for at in range(run * LANES, (run + 1) * LANES):
            low, high = edges[LOW, at], edges[HIGH, at]
            least = min(least, low)
            most = max(most, high if low < _AWAY else -_AWAY)
            y = edges[Y, at]
            bottom = min(bottom, min(y, y + edges[SLOPE, at] * (high - low)))
        runs[0, run], runs[1, run], runs[2, run] = least, most, bottom
    for run in range(count, -(-count // LANES) * LANES):
        runs[0, run], runs[1, run], runs[2, run] = _AWAY, -_AWAY, _AWAY


@compiled
def window(
    xy: Floats, bulge: Floats, begin: int, end: int, box: Floats, out: Floats
) -> tuple[int, int, bool]:
    """Cut the ring xy[begin:end] to `box` (4,): edges kept, signed count of whole roofs, any curve kept."""
    x0, y0, x1, y1 = box
    middle = (y0 + y1) / 2
    top = y1 - middle
    used, full, bent, roof = 0, 0, False, False
    run = 0.0
    px, py = xy[begin, 0], xy[begin, 1]
    for k in range(begin + 1, end + 1):
        # One step past the last vertex closes a run that reaches it.
        closing = k == end
        qx, qy = (px, py) if closing else (xy[k, 0], xy[k, 1])
        b = bulge[k - 1] if len(bulge) and not closing else 0.0
        beside = (px <= x0 and qx <= x0) or (px >= x1 and qx >= x1)
        if not closing and (beside or min(py, qy) + min(b, 0.0) >= y1):
            if not roof:
                roof, run = True, min(max(px, x0), x1)
        else:
            if roof:
                roof = False
                stop = min(max(px, x0), x1)
                if abs(stop - run) == x1 - x0:
                    full += 1 if stop > run else -1
                elif stop != run:
                    _put(out, used, run - x0, top, stop - x0, top, 0.0)
                    used += 1
            if not closing and max(py, qy) + max(b, 0.0) > y0 and px != qx:
                _put(out, used, px - x0, py - middle, qx - x0, qy - middle, b)
                bent |= b != 0.0
                used += 1
        px, py = qx, qy
    return used, full, bent


def _straight(a: Sequence[Lanes], numbers: Sequence[Lanes]) -> Lanes:
    """s_a ∫ (Q(y_a) − Q(y_b)) dx where y_a < y_b, for one straight edge b; first, second: `metric_at`.

    With d = y_a − y_b linear and v the mean of y_a and y_b, the integrand is d (first + 2 second v).
    """
    low, high, y, slope, sign = a
    b_low, b_high, b_y, b_slope, first, second = numbers
    lo, hi = low.most(b_low), high.least(b_high)
    wide = (hi - lo).most(0.0)
    a1, a2 = y + slope * (lo - low), y + slope * (hi - low)
    b1, b2 = b_y + b_slope * (lo - b_low), b_y + b_slope * (hi - b_low)
    d1, d2 = a1 - b1, a2 - b2
    n1, n2 = d1.least(0.0), d2.least(0.0)
    level = d2.same(d1)
    # The part of the width where a is below, and v at both ends of it.
    inverse = level.pick(1.0, d2 - d1).inverse()
    part = level.pick(1.0, (n2 - n1) * inverse)
    v1 = (a1 + b1) * 0.5
    rise = (a2 + b2) * 0.5 - v1
    va = v1 + (n1 - d1) * inverse * rise
    vb = va + part * rise
    mean = first * 0.5 * (n1 + n2) + second * (n1 * (va + va + vb) + n2 * (va + vb + vb))
    return sign * wide * part * mean


_under_straight = summed(_straight, 5)
"""Σ over eight edges a of `_straight`; second comes as a third."""


def _near(runs: Sequence[Lanes], numbers: Sequence[Lanes]) -> Lanes:
    """Which runs of edges may have something under an edge that spans low..high and reaches up to top."""
    run_low, run_high, run_bottom = runs
    low, high, top = numbers
    return (run_low < high) & (low < run_high) & (run_bottom < top)


_runs_near = chosen(_near, 3)


@compiled
def _pair(a: Floats, i: int, b: Floats, j: int, series: Floats, parts: Floats) -> float:
    """∫ (Q(y_a) − Q(y_b)) dx where y_a < y_b, for two edges that may curve, with all terms of the metric."""
    lo, hi = max(a[LOW, i], b[LOW, j]), min(a[HIGH, i], b[HIGH, j])
    if not lo < hi:
        return 0.0
    start, end, bulge = meeting(a, i, b, j, lo, hi)
    if min(start, end) + min(bulge, 0.0) >= 0.0:
        return 0.0
    inner = crossings(start, end, bulge, 0.0, parts[1:])
    parts[0] = 0.0
    parts[inner + 1] = 1.0
    total = 0.0
    for k in range(inner + 1):
        middle = (parts[k] + parts[k + 1]) / 2
        if start + middle * (end - start) + 4 * bulge * middle * (1 - middle) >= 0.0:
            continue
        half = (parts[k + 1] - parts[k]) * (hi - lo) / 2
        centre = lo + middle * (hi - lo)
        for node in range(3):
            x = centre + half * (node - 1) * 0.7745966692414834
            ya, yb = edge_y(a, i, x), edge_y(b, j, x)
            # (Q(ya) − Q(yb)) / (ya − yb) without cancellation: Σ c_k Σ ya^i yb^(k−i).
            chain, power, mean = 1.0, 1.0, series[0]
            for term in range(1, TERMS):
                power *= yb
                chain = chain * ya + power
                mean += series[term] * chain
            total += half * (0.8888888888888888 if node == 1 else 0.5555555555555556) * (ya - yb) * mean
    return float(total * a[SIGN, i] * b[SIGN, j])


@compiled
def _kept_area(desk: Desk, a_count: int, b_count: int, plain: bool) -> float:
    a, b, _, _, _, _, series, parts, runs = desk
    total = 0.0
    if not plain:
        for j in range(b_count):
            for i in range(a_count):
                total += _pair(a, i, b, j, series, parts)
        return total
    first, second = series[0], series[1] / 3
    for j in range(b_count):
        low, high, y, slope = b[LOW, j], b[HIGH, j], b[Y, j], b[SLOPE, j]
        top = max(y, y + slope * (high - low))
        row = 0.0
        for at in range(0, -(-a_count // LANES), LANES):
            near = _runs_near(runs, at, (low, high, top))
            while near != 0:
                run = at + lowest_bit(near)
                row += _under_straight(a, run * LANES, (low, high, y, slope, first, second))
                near &= near - 1
        total += row * b[SIGN, j]
    return total


@compiled
def _common(boxes: Floats, waiting: Ints, group: Ints, within: Floats, out: Floats) -> bool:
    """Write to out (4,) a box in `within` that holds all ground where records of two owners may overlap."""
    out[0], out[1], out[2], out[3] = within[2], within[3], within[0], within[1]
    for i in range(len(group)):
        one = waiting[RECORD, group[i]]
        for j in range(i):
            if waiting[OWNER, group[i]] == waiting[OWNER, group[j]]:
                continue
            other = waiting[RECORD, group[j]]
            x0, x1 = max(boxes[one, 0], boxes[other, 0]), min(boxes[one, 2], boxes[other, 2])
            y0, y1 = max(boxes[one, 1], boxes[other, 1]), min(boxes[one, 3], boxes[other, 3])
            x0, x1, y0, y1 = max(x0, within[0]), min(x1, within[2]), max(y0, within[1]), min(y1, within[3])
            if x0 < x1 and y0 < y1:
                out[0], out[1] = min(out[0], x0), min(out[1], y0)
                out[2], out[3] = max(out[2], x1), max(out[3], y1)
    return bool(out[0] < out[2] and out[1] < out[3])


@compiled
def gather(
    xy: Floats, bulge: Floats, begin: int, end: int, box: Floats, one: Floats, edges: Floats, used: int
) -> int:
    """Append to `edges` the ring cut to `box`, a whole roof written out; the number of edges now."""
    kept, full, _ = window(xy, bulge, begin, end, box, one)
    if full % 2 != 0:
        top = (box[3] - box[1]) / 2
        _put(one, kept, 0.0, top, box[2] - box[0], top, 0.0)
        kept += 1
    for i in range(kept):
        for row in range(6):
            edges[row, used] = one[row, i]
        used += 1
    return used


@compiled
def add_frame(edges: Floats, who: Ints, used: int, box: Floats, polygon: int) -> int:
    """Append top and bottom of `box` as that polygon; the number of edges now."""
    width, top = box[2] - box[0], (box[3] - box[1]) / 2
    for side in (top, -top):
        _put(edges, used, 0.0, side, width, side, 0.0)
        who[used] = polygon
        used += 1
    return used


@compiled
def _excess(subjects: Subjects, ground: Ground, piece: int, desk: Desk, group: Ints, owners: int) -> float:
    """Area of the piece that the records of `group` cover more than once, each time after the first."""
    one, waiting, series = desk[1], desk[4], desk[6]
    box = np.empty(4)
    if not _common(ground[7], waiting, group, subjects[4][piece], box):
        return 0.0
    first, last = subjects[3][piece], subjects[3][piece + 1]
    room = 2
    for record in range(first, last):
        room += subjects[2][record, 1] - subjects[2][record, 0] + 2
    for g in group:
        room += ground[2][waiting[RECORD, g], 1] - ground[2][waiting[RECORD, g], 0] + 2
    edges, who = np.empty((6, room)), np.zeros(room, np.int64)
    used, polygon, previous = zero(), 0, -1
    for record in range(first, last):
        begin, end = subjects[2][record, 0], subjects[2][record, 1]
        used = gather(subjects[0], subjects[1], begin, end, box, one, edges, used)
    for g in group:
        if waiting[OWNER, g] != previous:
            polygon += 1
            previous = waiting[OWNER, g]
        before = used
        begin, end = ground[2][waiting[RECORD, g], 0], ground[2][waiting[RECORD, g], 1]
        used = gather(ground[0], ground[1], begin, end, box, one, edges, used)
        for i in range(before, used):
            who[i] = polygon
    metric_series((box[1] + box[3]) / 2, series)
    used = add_frame(edges, who, used, box, owners + 1)
    return area_covered_again(edges, who, used, owners, box[2] - box[0], series)


@compiled
def _next_group(waiting: Ints, count: int, done: npt.NDArray[np.bool_], out: Ints) -> tuple[int, int]:
    """Write the undone records of one class and component to `out`, by owner; how many, by how many."""
    first, used, owners = 0, 0, 1
    while done[first]:
        first += 1
    for i in range(first, count):
        same = waiting[CODE, i] == waiting[CODE, first] and waiting[COMPONENT, i] == waiting[COMPONENT, first]
        if done[i] or not same:
            continue
        done[i] = True
        j = used
        while j > 0 and waiting[OWNER, out[j - 1]] > waiting[OWNER, i]:
            out[j] = out[j - 1]
            j -= 1
        out[j] = i
        used += 1
    for i in range(1, used):
        if waiting[OWNER, out[i]] != waiting[OWNER, out[i - 1]]:
            owners += 1
    return used, owners


@compiled
def _resolve(
    subjects: Subjects, ground: Ground, piece: int, desk: Desk, count: int, used: int, slot: Ints
) -> int:
    """Add the waiting records, less what those of one class and component cover more than once."""
    waiting, areas = desk[4], desk[5]
    done, group, left = np.zeros(count, np.bool_), np.empty(count, np.int64), count
    while left > 0:
        size, owners = _next_group(waiting, count, done, group)
        left -= size
        total = 0.0
        for g in group[:size]:
            total += areas[g]
        if owners > 1:
            total -= _excess(subjects, ground, piece, desk, group[:size], owners)
        used = _add(desk[2], desk[3], used, slot, waiting[CODE, group[0]], total)
    return used


@compiled
def _add(codes: Ints, areas: Floats, used: int, slot: Ints, code: int, area: float) -> int:
    """Add to the piece's row of this class, a new one if need be; the number of rows."""
    if slot[code] < 0:
        slot[code] = used
        codes[used], areas[used] = code, 0.0
        used += 1
    areas[slot[code]] += area
    return used


@compiled
def _centre_series(box: Floats, plain: bool, series: Floats) -> None:
    """The metric about the middle of `box`: two terms when `plain`, else all."""
    middle = (box[1] + box[3]) / 2
    if plain:
        for k in range(2, TERMS):
            series[k] = 0.0
        series[0], series[1] = metric_at(middle)
    else:
        metric_series(middle, series)


@compiled
def _own_area(a: Floats, count: int, series: Floats) -> float:
    """Area under the straight edges a[:, :count], a piece's, by the two terms that the rows have."""
    total = 0.0
    for i in range(count):
        wide = a[HIGH, i] - a[LOW, i]
        y, y1 = a[Y, i], a[Y, i] + a[SLOPE, i] * wide
        total -= a[SIGN, i] * wide * (series[0] * (y + y1) / 2 + series[1] * (y * y + y * y1 + y1 * y1) / 3)
    return total


@compiled
def _measure_records(
    subjects: Subjects,
    ground: Ground,
    piece: int,
    found: Ints,
    unite: bool,
    desk: Desk,
    slot: Ints,
    now: Progress,
) -> Progress:
    """Add the piece's areas in the records `found` to its rows; how far it is now."""
    xy, bulge, records, record_owner, code, component, _, _ = ground
    a, b, hit_code, hit_area, waiting, waiting_area, series, _, runs = desk
    used, count, a_count, a_bent = now
    box = subjects[4][piece]
    flat = box[3] - box[1] <= FLAT
    for record in found:
        owner = record_owner[record]
        if code[owner] < 0:
            continue
        kept, full, bent = window(xy, bulge, records[record, 0], records[record, 1], box, b)
        if kept == 0 and full == 0:
            continue
        if a_count < 0 and kept > 0:
            _centre_series(box, flat and not len(subjects[1]) and not len(bulge), series)
            a_count, a_bent = _subject_edges(subjects, piece, a, runs)
        plain = flat and not (bent or a_bent)
        # Own area and rows in one metric: what the shorter one leaves out must be a share of what is left.
        own = _own_area(a, a_count, series) if plain and kept > 0 and full != 0 else subjects[5][piece]
        area = -full * own
        if kept > 0:
            area += _kept_area(desk, a_count, kept, plain)
        # "is nothing" and never "is not something": NaN must show.
        if abs(area) <= NOTHING:
            continue
        if unite and component[owner] > 0:
            waiting[CODE, count], waiting[COMPONENT, count] = code[owner], component[owner]
            waiting[OWNER, count], waiting[RECORD, count] = owner, record
            waiting_area[count] = area
            count += 1
        else:
            used = _add(hit_code, hit_area, used, slot, int(code[owner]), area)
    return used, count, a_count, a_bent


@compiled
def measure_piece(
    subjects: Subjects,
    ground: Ground,
    again: Ground,
    piece: int,
    found: Ints,
    found_again: Ints,
    unite: bool,
    desk: Desk,
    slot: Ints,
) -> int:
    """Fill the rows of one piece against the records `found` and corrections `found_again`; their number."""
    now = (zero(), zero(), zero() - 1, False)
    now = _measure_records(subjects, ground, piece, found, unite, desk, slot, now)
    if len(found_again):
        now = _measure_records(subjects, again, piece, found_again, unite, desk, slot, now)
    used, count, _, _ = now
    if count > 0:
        used = _resolve(subjects, ground, piece, desk, count, used, slot)
    for i in range(used):
        slot[desk[2][i]] = -1
    return used


@compiled
def new_desk(subject_room: int, ground_room: int, found: int) -> Desk:
    return (
        np.empty((6, subject_room)),
        np.empty((6, ground_room)),
        np.empty(found, np.int64),
        np.empty(found),
        np.empty((4, found), np.int64),
        np.empty(found),
        np.empty(TERMS),
        np.empty(4),
        np.empty((3, subject_room // LANES + LANES)),
    )


@compiled
def fetch(ground: Ground, record: int) -> None:
    """Start to load what will be asked of a record: the memory is slower than the sums."""
    xy, _, records, record_owner, code, component, _, _ = ground
    owner = record_owner[record]
    prefetch(code, owner)
    prefetch(component, owner)
    for line in range(2 * records[record, 0], 2 * records[record, 1], FLOATS_A_LINE):
        prefetch(xy, line)


@compiled
def overlap_rows(
    subjects: Subjects,
    ground: Ground,
    tree: TreeArrays,
    again: Ground,
    tree_again: TreeArrays,
    pieces: Ints,
    slot: Ints,
    unite: bool,
) -> tuple[Ints, Ints, Floats]:
    """Rows (k,): position in `pieces`, class code, area in m², for each piece × class that meet.

    again   the ground's corrections, rings of weight −1 (`corrections`), and the tree over them
    pieces  which pieces of the subjects; those near each other should stand together
    slot    (codes,) all −1, a scratch of the calling thread: one place for each class code
    unite   count each square metre once in a class; else add up the records' areas
    A row's area comes from sums in a fixed order: the same for any slicing of the pieces.
    """
    rows, rows_room, room = zero(), zero() + 256, zero() + 64
    out_piece, out_code, out_area = np.empty(256, np.int64), np.empty(256, np.int64), np.empty(256)
    subject_room = subjects[6][1] + LANES
    ground_room = max(max(ground[6][0], again[6][0]), subjects[6][1]) + 2
    desk = new_desk(subject_room, ground_room, room)
    boxes = np.empty((BLOCK, 4))
    for start in range(0, len(pieces), BLOCK):
        size = min(BLOCK, len(pieces) - start)
        for i in range(size):
            for side in range(4):
                boxes[i, side] = subjects[4][pieces[start + i], side]
        who, what = descend(tree[0], tree[1], tree[2], boxes[:size])
        who_again, what_again = who[:0], what[:0]
        if len(again[2]):
            who_again, what_again = descend(tree_again[0], tree_again[1], tree_again[2], boxes[:size])
        i = i_again = fetched = fetched_again = 0
        while i < len(who):
            j = i
            while j < len(who) and who[j] == who[i]:
                j += 1
            # A correction lies in a record: no piece meets it that meets no record.
            while i_again < len(who_again) and who_again[i_again] < who[i]:
                i_again += 1
            j_again = i_again
            while j_again < len(who_again) and who_again[j_again] == who[i]:
                j_again += 1
            while fetched_again < min(j_again + AHEAD, len(what_again)):
                fetch(again, what_again[fetched_again])
                fetched_again += 1
            if j - i + j_again - i_again > room:
                room = 2 * (j - i + j_again - i_again)
                desk = new_desk(subject_room, ground_room, room)
            piece = pieces[start + who[i]]
            while fetched < min(j + AHEAD, len(what)):
                fetch(ground, what[fetched])
                fetched += 1
            found, found_again = what[i:j], what_again[i_again:j_again]
            used = measure_piece(subjects, ground, again, piece, found, found_again, unite, desk, slot)
            if rows + used > rows_room:
                rows_room = 2 * (rows + used)
                out_piece, out_code = grown(out_piece, rows_room), grown(out_code, rows_room)
                out_area = grown(out_area, rows_room)
            for k in range(used):
                out_piece[rows], out_code[rows], out_area[rows] = start + who[i], desk[2][k], desk[3][k]
                rows += 1
            i, i_again = j, j_again
    return out_piece[:rows], out_code[:rows], out_area[:rows]
