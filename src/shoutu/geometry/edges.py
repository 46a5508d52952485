"""Whether two polygons are the same one, found among millions: by their directed edges.

The directed edges of a polygon's rings say which ground it covers, in whatever order the rings are
written and wherever a ring begins. Each edge is mixed into 64 bits and the edges' numbers are added, so
the sum is the same for any order; equal sums propose a pair, and the edges themselves, compared to the
last bit, confirm it. No accident and no forger of sums makes two outlines equal that are not.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from shoutu.geometry.compiled import compiled
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Floats, Ints
from shoutu.geometry.threads import SLICES, run_threads, sliced

Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]


@compiled
def _mixed(word: np.uint64) -> np.uint64:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit depends on every bit."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@compiled
def _add_up(
    xy: Words, bulge: Words, ring_starts: Ints, feature_rings: Ints, first: int, last: int, out: Words
) -> None:
    for feature in range(first, last):
        total = np.uint64(0)
        for ring in range(feature_rings[feature, 0], feature_rings[feature, 1]):
            for k in range(ring_starts[ring], ring_starts[ring + 1] - 1):
                word = _mixed(xy[k, 0])
                word = _mixed(word ^ xy[k, 1])
                word = _mixed(word ^ xy[k + 1, 0])
                word = _mixed(word ^ xy[k + 1, 1])
                total += _mixed(word ^ bulge[k]) if len(bulge) else _mixed(word)
        out[feature] = total


def edge_sums(polygons: Prepared, threads: int = 2) -> Words:
    """(features,) one number for each feature's outline; equal outlines have equal numbers.

    0 for a feature without geometry.
    """
    out = np.zeros(polygons.features, np.uint64)
    xy = np.ascontiguousarray(polygons.xy).view(np.uint64)
    bulge = np.ascontiguousarray(polygons.bulge).view(np.uint64)
    parts = [
        partial(
            _add_up,
            xy,
            bulge,
            polygons.ring_starts,
            polygons.feature_rings,
            int(part[0]),
            int(part[-1]) + 1,
            out,
        )
        for part in sliced(polygons.features, SLICES)
    ]
    run_threads(parts, threads)
    return out


def pairs(one: Words, other: Words) -> tuple[Ints, Ints]:
    """Positions of equal numbers, each used once: the first of `one` with the first of `other`, and so on."""
    order, across = np.argsort(one, kind="stable"), np.argsort(other, kind="stable")
    mine, theirs = one[order], other[across]
    rank = np.arange(len(mine)) - np.searchsorted(mine, mine, side="left")
    at = np.searchsorted(theirs, mine, side="left") + rank
    found = at < len(theirs)
    found[found] = theirs[at[found]] == mine[found]
    return order[found].astype(np.int64), across[at[found]].astype(np.int64)


@compiled
def _as_written(
    xy: Floats,
    bulge: Floats,
    ring_starts: Ints,
    feature_rings: Ints,
    xy_b: Floats,
    bulge_b: Floats,
    ring_starts_b: Ints,
    feature_rings_b: Ints,
    one: Ints,
    other: Ints,
    out: Flags,
) -> None:
    """Whether pair k is written alike, vertex by vertex in the same order."""
    for pair in range(len(one)):
        first, last = feature_rings[one[pair]]
        first_b, last_b = feature_rings_b[other[pair]]
        alike = last - first == last_b - first_b
        ring = 0
        while alike and ring < last - first:
            start, start_b = ring_starts[first + ring], ring_starts_b[first_b + ring]
            size = ring_starts[first + ring + 1] - start
            alike = size == ring_starts_b[first_b + ring + 1] - start_b
            k = 0
            while alike and k < size:
                alike = xy[start + k, 0] == xy_b[start_b + k, 0] and xy[start + k, 1] == xy_b[start_b + k, 1]
                if alike and (len(bulge) or len(bulge_b)):
                    mine = bulge[start + k] if len(bulge) else 0.0
                    theirs = bulge_b[start_b + k] if len(bulge_b) else 0.0
                    alike = mine == theirs
                k += 1
            ring += 1
        out[pair] = alike


def same_outline(a: Prepared, b: Prepared, one: Ints, other: Ints) -> Flags:
    """(k,) whether feature one[k] of `a` and other[k] of `b` have the same directed edges, to the bit."""
    out = np.zeros(len(one), np.bool_)
    _as_written(
        a.xy, a.bulge, a.ring_starts, a.feature_rings,
        b.xy, b.bulge, b.ring_starts, b.feature_rings,
        one, other, out,
    )  # fmt: skip
    for pair in np.flatnonzero(~out):
        mine, theirs = _edges(a, int(one[pair])), _edges(b, int(other[pair]))
        out[pair] = mine.shape == theirs.shape and bool((mine == theirs).all())
    return out


def _edges(polygons: Prepared, feature: int) -> Floats:
    """(n, 5) start, end and bulge of each edge of a feature, in one order whatever the rings' order."""
    first, last = polygons.feature_rings[feature]
    cuts = polygons.ring_starts[first : last + 1]
    inner = [np.arange(begin, end - 1) for begin, end in pairwise(cuts)]
    at = np.concatenate([np.zeros(0, np.int64), *inner])
    bulge = polygons.bulge[at] if len(polygons.bulge) else np.zeros(len(at))
    rows = np.column_stack([polygons.xy[at], polygons.xy[at + 1], bulge])
    return rows[np.lexsort(rows.T)]
