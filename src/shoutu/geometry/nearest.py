"""The shortest distance on the ellipsoid between traces, and where it lies.

The R-tree is descended nearest first; a branch is left when no geodesic into it can be shorter than
the best one found. Two edges are compared by their chords in space: a chord departs from its edge by
less than `sagitta`, so the pair is halved until the rest is worth nothing. No projection is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from shoutu.geometry.compiled import compiled, zero
from shoutu.geometry.ellipsoid import E2, FLATTENING, RADIAN, SEMI_MAJOR
from shoutu.geometry.geodesic import closest, geodesic, in_space, least, sagitta
from shoutu.geometry.index import FAN, Singles
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import SLICES, run_threads, sliced
from shoutu.geometry.traces import RUN, Traces

TOUCHING = 1e-4
"""What lies nearer, m, touches: its distance is 0. No answer is more than this above the true one."""
_MINOR = SEMI_MAJOR * (1 - FLATTENING)
_FINE = 2e-5
"""m; two edges whose sagittas sum to less are their chords."""

TracesArrays = tuple[Floats, Floats, Ints, Ints, Ints, Ints, Floats, Ints]
"""xy, bulge, starts, feature_traces, runs, run_owner, run_box, feature_runs of `Traces`."""
Tree = tuple[Singles, Ints, Floats, Ints]
"""nodes, levels, origin of `index.Tree`, and what stands at each of its places."""
Desk = tuple[Floats, Floats, Ints, Floats, Ints]
"""best (5,): metres and both places; stack of halves (k, 4); stack of nodes (k,) and their bounds (k,);
the feature found (1,)."""

Ball = tuple[float, float, float, float]
"""Centre and radius in space, m."""


@dataclass(frozen=True)
class Nearest:
    """For each feature asked about: the nearest feature of the ground, −1 for none; the geodesic distance,
    m, 0 where they touch or share ground, NaN for none; places (n, 4): longitude and latitude of the near
    point on the feature asked about, then on the one found; where they share ground, a common point."""

    feature: Ints
    metres: Floats
    places: Floats


def nearest(subjects: Traces, ground: Traces, threads: int = 2) -> Nearest:
    """The feature of `ground` that lies nearest to each feature of `subjects`.

    The distance is right to 1e-4 m up to 100 km, to 1 mm up to 10,000 km. Of several features at one
    distance the answer names one, the same on every run.
    """
    n = subjects.features
    found = Nearest(np.full(n, -1, np.int64), np.full(n, np.nan), np.full((n, 4), np.nan))
    if not len(ground.runs):
        return found
    jobs = [
        partial(
            _all,
            _arrays(subjects),
            _arrays(ground),
            _tree(ground, runs=True),
            _tree(ground, runs=False),
            subjects.areas,
            ground.areas,
            part,
            found.feature,
            found.metres,
            found.places,
        )
        for part in sliced(n, SLICES)
    ]
    run_threads(jobs, threads)
    return found


def _arrays(traces: Traces) -> TracesArrays:
    t = traces
    return t.xy, t.bulge, t.starts, t.feature_traces, t.runs, t.run_owner, t.run_box, t.feature_runs


def _tree(traces: Traces, *, runs: bool) -> Tree:
    tree, places = traces.run_tree if runs else traces.feature_tree
    return tree.nodes, tree.levels, tree.origin, places


@compiled
def _all(
    subjects: TracesArrays,
    ground: TracesArrays,
    run_tree: Tree,
    feature_tree: Tree,
    subject_areas: bool,
    ground_areas: bool,
    which: Ints,
    features: Ints,
    metres: Floats,
    places: Floats,
) -> None:
    desk = (
        np.empty(5),
        np.empty((256, 4)),
        np.empty(FAN * 24, np.int64),
        np.empty(FAN * 24),
        np.empty(1, np.int64),
    )
    best, found = desk[0], desk[4]
    for feature in which:
        first, last = subjects[7][feature]
        if first == last:
            continue
        best[0], found[0] = np.inf, -1
        if ground_areas:
            _covered(subjects, feature, ground, feature_tree, desk)
        if subject_areas and best[0] > 0.0:
            _covers(subjects, feature, ground, feature_tree, desk)
        for run in range(first, last):
            if not best[0] > 0.0:
                break
            _search(subjects, run, ground, run_tree, desk)
        features[feature], metres[feature] = found[0], best[0]
        for k in range(4):
            places[feature, k] = best[k + 1]


@compiled
def inside(traces: TracesArrays, feature: int, x: float, y: float) -> bool:
    """Whether a point lies in a feature of rings: an odd number of edges stands above it."""
    xy, bulge, runs, boxes = traces[0], traces[1], traces[4], traces[6]
    odd = False
    for run in range(traces[7][feature, 0], traces[7][feature, 1]):
        if boxes[run, 0] > x or boxes[run, 2] < x or boxes[run, 3] < y:
            continue
        for k in range(runs[run, 0], runs[run, 1]):
            x0, x1 = xy[k, 0], xy[k + 1, 0]
            if (x0 <= x) == (x1 <= x):
                continue
            t = (x - x0) / (x1 - x0)
            height = xy[k, 1] + t * (xy[k + 1, 1] - xy[k, 1])
            if len(bulge):
                height += 4 * bulge[k] * t * (1 - t)
            if height > y:
                odd = not odd
    return odd


@compiled
def _common(desk: Desk, feature: int, x: float, y: float) -> None:
    best, found = desk[0], desk[4]
    best[0], best[1], best[2], best[3], best[4] = 0.0, x, y, x, y
    found[0] = feature


@compiled
def _box_of(traces: TracesArrays, feature: int) -> tuple[float, float, float, float]:
    boxes, first = traces[6], traces[7][feature, 0]
    x0, y0, x1, y1 = boxes[first, 0], boxes[first, 1], boxes[first, 2], boxes[first, 3]
    for run in range(first + 1, traces[7][feature, 1]):
        x0, y0 = min(x0, boxes[run, 0]), min(y0, boxes[run, 1])
        x1, y1 = max(x1, boxes[run, 2]), max(y1, boxes[run, 3])
    return x0, y0, x1, y1


@compiled
def _open(tree: Tree, node: int, x0: float, y0: float, x1: float, y1: float, desk: Desk, top: int) -> int:
    """Push the children of a node that meet a box; the height of the stack now."""
    nodes, origin = tree[0], tree[2]
    for j in range(FAN):
        low_x, low_y = nodes[node, 0, j] + origin[0], nodes[node, 1, j] + origin[1]
        high_x, high_y = nodes[node, 2, j] + origin[0], nodes[node, 3, j] + origin[1]
        if low_x <= x1 and high_x >= x0 and low_y <= y1 and high_y >= y0:
            desk[2][top] = node * FAN + j
            top += 1
    return top


@compiled
def _below(levels: Ints, child: int) -> int:
    """The node that `child` (node · FAN + place) leads to; −1 − place in the tree for one of its boxes."""
    node = child // FAN
    level = 0
    while levels[level + 1] <= node:
        level += 1
    place = child - levels[level] * FAN
    return int(levels[level - 1] + place if level > 0 else -1 - place)


@compiled
def _covered(subjects: TracesArrays, feature: int, ground: TracesArrays, tree: Tree, desk: Desk) -> None:
    """Distance 0 where the first vertex of a trace lies in a feature of the ground."""
    levels = tree[1]
    for trace in range(subjects[3][feature, 0], subjects[3][feature, 1]):
        at = subjects[2][trace]
        x, y = subjects[0][at, 0], subjects[0][at, 1]
        top = _open(tree, levels[-1] - 1, x, y, x, y, desk, zero())
        while top > 0:
            top -= 1
            node = _below(levels, desk[2][top])
            if node >= 0:
                top = _open(tree, node, x, y, x, y, desk, top)
            elif inside(ground, tree[3][-1 - node], x, y):
                _common(desk, tree[3][-1 - node], x, y)
                return


@compiled
def _covers(subjects: TracesArrays, feature: int, ground: TracesArrays, tree: Tree, desk: Desk) -> None:
    """Distance 0 where the first vertex of a trace of the ground lies in the feature asked about."""
    levels = tree[1]
    x0, y0, x1, y1 = _box_of(subjects, feature)
    top = _open(tree, levels[-1] - 1, x0, y0, x1, y1, desk, zero())
    while top > 0:
        top -= 1
        node = _below(levels, desk[2][top])
        if node >= 0:
            top = _open(tree, node, x0, y0, x1, y1, desk, top)
            continue
        other = tree[3][-1 - node]
        for trace in range(ground[3][other, 0], ground[3][other, 1]):
            at = ground[2][trace]
            x, y = ground[0][at, 0], ground[0][at, 1]
            if x0 <= x <= x1 and y0 <= y <= y1 and inside(subjects, feature, x, y):
                _common(desk, other, x, y)
                return


@compiled
def _gap(box: Floats, x0: float, y0: float, x1: float, y1: float, metres: float) -> float:
    """No geodesic shorter than `metres` between two boxes is shorter than this.

    On such a geodesic the distance to the axis, a cos β (β the reduced latitude), is least at its top, and
    the top of one of arc σ ≤ metres/b has sin β ≤ sin β₀ / cos(σ/2), β₀ being the higher end; a degree
    of latitude is least at the end nearer to the equator.
    """
    wide = max(max(x0 - box[2], box[0] - x1), 0.0)
    tall = max(max(y0 - box[3], box[1] - y1), 0.0)
    if wide > 180.0:
        wide = max(360.0 - max(x1 - box[0], box[2] - x0), 0.0)
    top = math.sin(min(max(max(abs(y0), abs(y1)), max(abs(box[1]), abs(box[3]))), 90.0) * RADIAN)
    top *= top
    half = min(metres / (2 * _MINOR), 1.5)
    level = (1 - E2) * top / (1 - E2 * top) / math.cos(half) ** 2
    axis = SEMI_MAJOR * RADIAN * math.sqrt(max(1.0 - level, 0.0))
    low = min(min(abs(y0), abs(y1)), min(abs(box[1]), abs(box[3]))) if y0 * box[1] > 0.0 else 0.0
    if y0 * y1 < 0.0 or box[1] * box[3] < 0.0:
        low = 0.0
    sine = math.sin(low * RADIAN)
    meridian = SEMI_MAJOR * RADIAN * (1 - E2) / (1 - E2 * sine * sine) ** 1.5
    return math.hypot(wide * axis, tall * meridian)


@compiled
def _push(tree: Tree, node: int, box: Floats, desk: Desk, top: int) -> int:
    """Push the children that may hold something nearer, the nearest last; the height of the stack now."""
    nodes, origin = tree[0], tree[2]
    stack, bounds, best = desk[2], desk[3], desk[0][0]
    bottom = top
    for j in range(FAN):
        if not nodes[node, 0, j] <= nodes[node, 2, j]:
            continue
        gap = _gap(
            box,
            nodes[node, 0, j] + origin[0],
            nodes[node, 1, j] + origin[1],
            nodes[node, 2, j] + origin[0],
            nodes[node, 3, j] + origin[1],
            best,
        )
        if not gap < best:
            continue
        at = top
        while at > bottom and bounds[at - 1] < gap:
            stack[at], bounds[at] = stack[at - 1], bounds[at - 1]
            at -= 1
        stack[at], bounds[at] = node * FAN + j, gap
        top += 1
    return top


@compiled
def _search(subjects: TracesArrays, run: int, ground: TracesArrays, tree: Tree, desk: Desk) -> None:
    levels, box, best = tree[1], subjects[6][run], desk[0]
    mine, theirs = np.empty((RUN + 1, 3)), np.empty((RUN + 1, 3))
    ball = _place(subjects, run, mine)
    top = _push(tree, levels[-1] - 1, box, desk, zero())
    while top > 0 and best[0] > 0.0:
        top -= 1
        if not desk[3][top] < best[0]:
            continue
        node = _below(levels, desk[2][top])
        if node >= 0:
            top = _push(tree, node, box, desk, top)
            continue
        other = tree[3][-1 - node]
        x, y, z, reach = _place(ground, other, theirs)
        if least(_apart(x, y, z, ball) - reach) < best[0]:
            _runs(subjects, run, mine, ball, ground, other, theirs, desk)


@compiled
def _apart(x: float, y: float, z: float, ball: Ball) -> float:
    """From a point in space to a ball, m; below zero within it."""
    x, y, z = x - ball[0], y - ball[1], z - ball[2]
    return math.sqrt(x * x + y * y + z * z) - ball[3]


@compiled
def _place(traces: TracesArrays, run: int, out: Floats) -> Ball:
    """Fill out with the vertices of a run in space; a ball that holds its edges."""
    first, last = traces[4][run]
    box = traces[6][run]
    x, y, z = in_space((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    reach = 0.0
    for k in range(first, last + 1):
        lon, lat, dlon, dlat, bulge = _edge(traces, k, last)
        one = in_space(lon, lat)
        out[k - first, 0], out[k - first, 1], out[k - first, 2] = one
        away = math.sqrt((one[0] - x) ** 2 + (one[1] - y) ** 2 + (one[2] - z) ** 2)
        # A chord lies in any ball that holds its ends; the edge within its sagitta of the chord.
        reach = max(reach, away)
        spare = sagitta(dlon, dlat, bulge)
        if k < last and spare > 0.0:
            bx, by, bz = in_space(lon + dlon, lat + dlat)
            away = max(away, math.sqrt((bx - x) ** 2 + (by - y) ** 2 + (bz - z) ** 2))
            reach = max(reach, away + spare)
    return x, y, z, reach


@compiled
def _edge(traces: TracesArrays, k: int, last: int) -> tuple[float, float, float, float, float]:
    """Place of vertex k, the step to the next vertex of the run and its bulge; a point stays where it is."""
    xy, bulge = traces[0], traces[1]
    x, y = xy[k, 0], xy[k, 1]
    if k == last:
        return x, y, 0.0, 0.0, 0.0
    return x, y, xy[k + 1, 0] - x, xy[k + 1, 1] - y, bulge[k] if len(bulge) else 0.0


@compiled
def _runs(
    subjects: TracesArrays,
    one: int,
    mine: Floats,
    ball: Ball,
    ground: TracesArrays,
    two: int,
    theirs: Floats,
    desk: Desk,
) -> None:
    """Compare every edge of a run with every edge of another."""
    best = desk[0]
    first, last = subjects[4][one]
    start, end = ground[4][two]
    for j in range(start, max(end, start + 1)):
        b = _edge(ground, j, end)
        sag = sagitta(b[2], b[3], b[4])
        r, s = theirs[j - start], theirs[min(j + 1, end) - start]
        x, y, z = (r[0] + s[0]) / 2, (r[1] + s[1]) / 2, (r[2] + s[2]) / 2
        half = math.sqrt((r[0] - x) ** 2 + (r[1] - y) ** 2 + (r[2] - z) ** 2)
        if not least(_apart(x, y, z, ball) - half - sag) < best[0]:
            continue
        for i in range(first, max(last, first + 1)):
            a = _edge(subjects, i, last)
            p, q = mine[i - first], mine[min(i + 1, last) - first]
            apart, _, _ = closest(
                (p[0], p[1], p[2]), (q[0], q[1], q[2]), (r[0], r[1], r[2]), (s[0], s[1], s[2])
            )
            if least(apart - sag - sagitta(a[2], a[3], a[4])) < best[0] - TOUCHING:
                if _halve(a, b, desk):
                    desk[4][0] = ground[5][two]
                if best[0] <= TOUCHING:
                    best[0] = 0.0
                    return


@compiled
def _on(edge: tuple[float, float, float, float, float], t: float) -> tuple[float, float]:
    return edge[0] + t * edge[2], edge[1] + t * edge[3] + 4 * edge[4] * t * (1 - t)


@compiled
def _halve(
    a: tuple[float, float, float, float, float], b: tuple[float, float, float, float, float], desk: Desk
) -> bool:
    """Bring the best distance down to that of two edges, less `TOUCHING`; whether it came down."""
    best, stack = desk[0], desk[1]
    bent_a, bent_b = sagitta(a[2], a[3], a[4]), sagitta(b[2], b[3], b[4])
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = 0.0, 1.0, 0.0, 1.0
    top, better = 1, False
    while top > 0:
        top -= 1
        t0, t1, u0, u1 = stack[top]
        ax, ay = _on(a, t0)
        cx, cy = _on(a, t1)
        bx, by = _on(b, u0)
        dx, dy = _on(b, u1)
        apart, t, u = closest(in_space(ax, ay), in_space(cx, cy), in_space(bx, by), in_space(dx, dy))
        sag_a, sag_b = bent_a * (t1 - t0) * (t1 - t0), bent_b * (u1 - u0) * (u1 - u0)
        if not least(apart - sag_a - sag_b) < best[0] - TOUCHING:
            continue
        x, y = _on(a, t0 + t * (t1 - t0))
        z, w = _on(b, u0 + u * (u1 - u0))
        metres = geodesic(x, y, z, w)
        if metres < best[0]:
            best[0], best[1], best[2], best[3], best[4] = metres, x, y, z, w
            better = True
        if sag_a + sag_b <= _FINE or top + 2 > len(stack):
            continue
        for half in range(2):
            stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3] = t0, t1, u0, u1
            if sag_a >= sag_b:
                middle = (t0 + t1) / 2
                stack[top, 1 - half] = middle
            else:
                middle = (u0 + u1) / 2
                stack[top, 3 - half] = middle
            top += 1
    return better
