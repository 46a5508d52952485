"""Polygons made ready for the kernel: longitude and latitude, curved edges, pieces, boxes, own areas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.bulge import curved
from shoutu.geometry.compiled import compiled, zero
from shoutu.geometry.cut import LONGEST, TALLEST, Piece, cut
from shoutu.geometry.ellipsoid import TERMS, metric_series, under_edge
from shoutu.geometry.hilbert import hilbert_keys, hilbert_order
from shoutu.geometry.rings import Floats, Ints, Rings
from shoutu.geometry.threads import SLICES, Result, run_threads

Owners = npt.NDArray[np.int32]
FLAT = 0.03
"""Height of a box, degrees, up to which two terms of the metric do: the third is worth under 1e-7."""
WORTHWHILE = 512
"""Rings that are worth a slice of their own."""


@dataclass(frozen=True)
class Prepared:
    """Polygons of `features` features (counted from 0, those without geometry included), in degrees.

    xy            (n, 2) vertices: the outlines in Hilbert order of their features, then those of cut pieces
    bulge         (n,) of the edge after each vertex, or (0,) when every edge is straight in degrees
    ring_starts   (r + 1,) outline ring k is xy[ring_starts[k]:ring_starts[k + 1]], closed
    feature_rings (features, 2) first and one past the last outline ring of a feature; equal: no geometry
    records       (m, 2) vertex ranges of the rings that the kernel reads: outlines, or the pieces of a
                  polygon that was too long or too tall; holes run clockwise
    record_owner  (m,) int32 feature of each record
    record_box    (m, 4) min x, min y, max x, max y
    piece_starts  (p + 1,) records of piece k are piece_starts[k]:piece_starts[k + 1]; a piece has one owner
    piece_box     (p, 4)
    piece_area    (p,) m²
    longest       (2,) most vertices of a record, of a piece: what work arrays must hold
    area          (features,) m², ellipsoidal
    """

    features: int
    xy: Floats
    bulge: Floats
    ring_starts: Ints
    feature_rings: Ints
    records: Ints
    record_owner: Owners
    record_box: Floats
    piece_starts: Ints
    piece_box: Floats
    piece_area: Floats
    longest: Ints
    area: Floats

    def outline(self, feature: int) -> list[Floats]:
        """The rings (k, 2) of one feature in degrees: views, not copies."""
        first, last = self.feature_rings[feature]
        cuts = self.ring_starts[first : last + 1]
        return [self.xy[a:b] for a, b in pairwise(cuts)]

    def rings(self) -> Rings:
        """The outlines as `Rings` in degrees, features in file order."""
        counts = self.feature_rings[:, 1] - self.feature_rings[:, 0]
        ends = np.cumsum(counts)
        order = np.repeat(self.feature_rings[:, 0] - (ends - counts), counts) + np.arange(counts.sum())
        xy, _, starts = _gathered(self.xy[: self.ring_starts[-1]], np.zeros(0), self.ring_starts, order, 1)
        return Rings(xy, starts, np.repeat(np.arange(self.features), counts), self.features)

    @property
    def piece_owner(self) -> Owners:
        """(p,) feature of each piece."""
        return self.record_owner[self.piece_starts[:-1]]

    @property
    def box(self) -> Floats:
        """(4,) of everything; NaN where there is nothing."""
        if not len(self.piece_box):
            return np.full(4, np.nan)
        return np.concatenate([self.piece_box[:, :2].min(axis=0), self.piece_box[:, 2:].max(axis=0)])


def prepare(
    rings: Rings,
    to_lonlat: Callable[[Floats], Floats] | None = None,
    threads: int = 2,
    keep_bulge: bool = False,
) -> Prepared:
    """Make `rings` ready. `to_lonlat` maps (k, 2) delivered coordinates to degrees; None: they are degrees.

    keep_bulge  also where no edge curves, as in a layer others of whose edges do

    Edges stay straight in the CRS in which the rings were delivered. BadInput names the feature whose
    coordinates are not finite, lie off the globe, or cross the antimeridian.
    """
    _check_shape(rings)
    if to_lonlat is None or not len(rings.xy):
        xy, bulge, starts = np.ascontiguousarray(rings.xy, dtype=np.float64), np.zeros(0), rings.starts
    else:
        xy, bulge, starts = curved(rings, to_lonlat)
        if not keep_bulge and not bulge.any():
            bulge = np.zeros(0)
    starts = np.ascontiguousarray(starts, dtype=np.int64)
    boxes = _checked_boxes(xy, bulge, starts, rings.owners, threads)
    owners = rings.owners.astype(np.int32)
    order, feature_rings = _arrange(boxes, owners, rings.features)
    xy, bulge, starts = _gathered(xy, bulge, starts, order, threads)
    return _assemble(xy, bulge, starts, owners[order], boxes[order], feature_rings, threads)


def _check_shape(rings: Rings) -> None:
    if len(rings.starts) != len(rings.owners) + 1 or rings.starts[-1] != len(rings.xy):
        raise ValueError("ring starts, owners and vertices do not belong together")
    if len(rings.owners) and (np.diff(rings.starts).min() < 4 or np.diff(rings.owners).min(initial=0) < 0):
        raise ValueError("a ring has fewer than four vertices, or owners descend")


def _checked_boxes(xy: Floats, bulge: Floats, starts: Ints, owners: Ints, threads: int) -> Floats:
    """Boxes (r, 4) of the rings; BadInput where a vertex is nowhere on the globe or an edge goes round it."""
    boxes = np.empty((len(owners), 4))
    faults = _in_threads(
        lambda first, end: _ring_boxes(xy, bulge, starts[:-1], starts[1:], first, end, boxes),
        len(owners),
        threads,
    )
    for kind, (what, remedy) in enumerate(_MISPLACED):
        vertex = min((fault[kind] for fault in faults if fault[kind] >= 0), default=-1)
        if vertex >= 0:
            ring = int(np.searchsorted(starts, vertex, side="right")) - 1
            found = f"{xy[vertex, 0]!r} {xy[vertex, 1]!r}"
            raise BadInput(what, where=Where(feature=int(owners[ring])), found=found, remedy=remedy)
    return boxes


_MISPLACED = (
    (
        Text("坐标不在地球经纬度范围内", "a coordinate is not a longitude and latitude on the globe"),
        Text("检查坐标系、分带和坐标轴顺序", "check the CRS, the zone and the order of the axes"),
    ),
    (
        Text("边跨越180°经线", "an edge crosses the antimeridian"),
        Text("在180°经线处把多边形分成两部分", "split the polygon at 180°"),
    ),
)


def _in_threads(work: Callable[[int, int], Result], count: int, threads: int) -> list[Result]:
    """work(first, end) over runs of 0..count; a few rings are not worth a thread."""
    cuts = np.linspace(0, count, min(SLICES, count // WORTHWHILE) + 1 if count >= 2 * WORTHWHILE else 2)
    runs = pairwise(cuts.astype(np.int64).tolist())
    return run_threads([partial(work, first, end) for first, end in runs], threads)


def _arrange(boxes: Floats, owners: Owners, features: int) -> tuple[Ints, Ints]:
    """Order of rings that puts features on the Hilbert curve, and the ring range of each feature."""
    feature_rings = np.zeros((features, 2), np.int64)
    if not len(owners):
        return np.zeros(0, np.int64), feature_rings
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    present = owners[first]
    whole = _joined(boxes, first)
    order = hilbert_order((whole[:, 0] + whole[:, 2]) / 2, (whole[:, 1] + whole[:, 3]) / 2)
    counts = np.diff(first, append=len(owners))
    ends = np.cumsum(counts[order])
    feature_rings[present[order], 0] = ends - counts[order]
    feature_rings[present[order], 1] = ends
    ring_order = np.repeat(first[order] - (ends - counts[order]), counts[order]) + np.arange(len(owners))
    return ring_order, feature_rings


def _gathered(
    xy: Floats, bulge: Floats, starts: Ints, order: Ints, threads: int
) -> tuple[Floats, Floats, Ints]:
    """The rings in another order."""
    new_starts = np.concatenate([[0], np.cumsum(np.diff(starts)[order])]).astype(np.int64)
    new_xy, new_bulge = np.empty((len(xy), 2)), np.empty(len(bulge))
    _in_threads(
        lambda first, end: _copy_rings(
            xy, bulge, starts, order[first:end], new_starts[first:end], new_xy, new_bulge
        ),
        len(order),
        threads,
    )
    return new_xy, new_bulge, new_starts


@compiled
def _copy_rings(
    xy: Floats, bulge: Floats, starts: Ints, order: Ints, places: Ints, to: Floats, to_bulge: Floats
) -> None:
    for i in range(len(order)):
        begin = starts[order[i]]
        for k in range(starts[order[i] + 1] - begin):
            to[places[i] + k, 0], to[places[i] + k, 1] = xy[begin + k, 0], xy[begin + k, 1]
            if len(bulge):
                to_bulge[places[i] + k] = bulge[begin + k]


def _assemble(
    xy: Floats,
    bulge: Floats,
    starts: Ints,
    owners: Owners,
    boxes: Floats,
    feature_rings: Ints,
    threads: int,
) -> Prepared:
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    piece_box = _joined(boxes, first)
    edges = np.diff(starts[np.append(first, len(owners))]) - np.diff(np.append(first, len(owners)))
    big = (edges > LONGEST) | (piece_box[:, 3] - piece_box[:, 1] > TALLEST)
    records = np.stack([starts[:-1], starts[1:]], axis=1)
    piece_starts = np.append(first, len(owners)).astype(np.int64)
    if big.any():
        xy, bulge, records, owners, piece_starts = _with_cuts(
            xy, bulge, records, owners, piece_starts, np.flatnonzero(big)
        )
        boxes = np.empty((len(owners), 4))
        _ring_boxes(xy, bulge, records[:, 0], records[:, 1], 0, len(owners), boxes)
        piece_box = _joined(boxes, piece_starts[:-1])
    piece_area = np.zeros(len(piece_box))
    _in_threads(
        lambda first, end: _measure(xy, bulge, records, piece_starts, piece_box, first, end, piece_area),
        len(piece_box),
        threads,
    )
    area = np.bincount(owners[piece_starts[:-1]], weights=piece_area, minlength=len(feature_rings))
    return Prepared(
        features=len(feature_rings),
        xy=xy,
        bulge=bulge,
        ring_starts=starts,
        feature_rings=feature_rings,
        records=records,
        record_owner=owners,
        record_box=boxes,
        piece_starts=piece_starts,
        piece_box=piece_box,
        piece_area=piece_area,
        longest=_longest(records, piece_starts),
        area=area.astype(np.float64),
    )


def _longest(records: Ints, piece_starts: Ints) -> Ints:
    sizes = records[:, 1] - records[:, 0]
    pieces = np.add.reduceat(sizes, piece_starts[:-1]) if len(sizes) else sizes
    return np.array([sizes.max(initial=0), pieces.max(initial=0)], np.int64)


def _joined(boxes: Floats, first: Ints) -> Floats:
    """One box for each run of `boxes` (n, 4) that starts at an index in `first`."""
    if len(first) == len(boxes):
        return boxes
    low = np.minimum.reduceat(boxes[:, :2], first, axis=0)
    return np.concatenate([low, np.maximum.reduceat(boxes[:, 2:], first, axis=0)], axis=1)


def _with_cuts(
    xy: Floats, bulge: Floats, records: Ints, owners: Owners, piece_starts: Ints, big: Ints
) -> tuple[Floats, Floats, Ints, Owners, Ints]:
    """Replace the pieces `big` by smaller ones, whose vertices are appended to the outlines'."""
    straight = not len(bulge)
    new_xy, new_bulge, used = [xy], [bulge], len(xy)
    new_records, sizes = [], []
    place = []
    for index in big:
        rows = records[piece_starts[index] : piece_starts[index + 1]]
        begin, end = rows[0, 0], rows[-1, 1]
        local = np.append(rows[:, 0], end) - begin
        whole = Piece(xy[begin:end], np.zeros(end - begin) if straight else bulge[begin:end], local)
        for piece in cut(whole):
            ends = piece.starts + used
            new_records.append(np.stack([ends[:-1], ends[1:]], axis=1))
            sizes.append(len(ends) - 1)
            place.append(index)
            new_xy.append(piece.xy)
            new_bulge.append(piece.bulge[:0] if straight else piece.bulge)
            used += len(piece.xy)
    # A piece stands where its polygon stood: beside its neighbours on the Hilbert curve.
    old = np.setdiff1d(np.arange(len(piece_starts) - 1), big)
    counts = np.concatenate([np.diff(piece_starts)[old], np.array(sizes, np.int64)])
    of = np.concatenate([old, np.array(place, np.int64)])
    order = np.argsort(of, kind="stable")
    first = np.concatenate([piece_starts[:-1][old], len(records) + np.cumsum(sizes) - sizes]).astype(np.int64)
    ends = np.cumsum(counts[order])
    picked = np.repeat(first[order] - (ends - counts[order]), counts[order]) + np.arange(ends[-1])
    return (
        np.concatenate(new_xy),
        np.concatenate(new_bulge),
        np.concatenate([records, *new_records])[picked],
        np.repeat(owners[piece_starts[:-1]][of[order]], counts[order]),
        np.append(0, ends).astype(np.int64),
    )


def curve_keys(prepared: Prepared) -> tuple[Ints, Ints]:
    """Features that have geometry in the order in which their outlines stand, and their places' keys."""
    counts = prepared.feature_rings[:, 1] - prepared.feature_rings[:, 0]
    present = np.flatnonzero(counts)
    present = present[np.argsort(prepared.feature_rings[present, 0])]
    boxes = np.empty((len(prepared.ring_starts) - 1, 4))
    starts = prepared.ring_starts
    _ring_boxes(prepared.xy, prepared.bulge, starts[:-1], starts[1:], 0, len(boxes), boxes)
    whole = _joined(boxes, prepared.feature_rings[present, 0])
    return present, hilbert_keys((whole[:, 0] + whole[:, 2]) / 2, (whole[:, 1] + whole[:, 3]) / 2)


@compiled
def _ring_boxes(
    xy: Floats, bulge: Floats, begins: Ints, ends: Ints, first: int, last: int, out: Floats
) -> tuple[int, int]:
    """Boxes (m, 4) of the rings first..last that hold the curved edges too.

    Returns the first vertex that is no longitude and latitude, and the first whose edge crosses 180°; or −1.
    """
    lost, crossing = zero() - 1, zero() - 1
    for i in range(first, last):
        x0, y0 = xy[begins[i], 0], xy[begins[i], 1]
        x1, y1, wide = x0, y0, 0.0
        odd = False
        for k in range(begins[i], ends[i]):
            x, y = xy[k, 0], xy[k, 1]
            x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
            # "not inside" and never "outside": NaN must not pass.
            odd |= not (abs(x) <= 180.0 and abs(y) <= 90.0)
            wide = max(wide, abs(x - xy[max(k - 1, begins[i]), 0]))
        if len(bulge):
            for k in range(begins[i], ends[i] - 1):
                if bulge[k] != 0.0:
                    y, other = xy[k, 1], xy[k + 1, 1]
                    y0 = min(y0, min(y, other) + min(bulge[k], 0.0))
                    y1 = max(y1, max(y, other) + max(bulge[k], 0.0))
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = x0, y0, x1, y1
        if odd and lost < 0:
            lost = begins[i]
            while abs(xy[lost, 0]) <= 180.0 and abs(xy[lost, 1]) <= 90.0:
                lost += 1
        if wide > 180.0 and crossing < 0:
            crossing = begins[i]
            while abs(xy[crossing + 1, 0] - xy[crossing, 0]) <= 180.0:
                crossing += 1
    return lost, crossing


@compiled
def _measure(
    xy: Floats,
    bulge: Floats,
    records: Ints,
    piece_starts: Ints,
    boxes: Floats,
    first: int,
    last: int,
    out: Floats,
) -> None:
    """Fill out[first:last] of (p,) with the area of each piece, m²."""
    series = np.empty(TERMS)
    for piece in range(first, last):
        x0 = boxes[piece, 0]
        centre = (boxes[piece, 1] + boxes[piece, 3]) / 2
        metric_series(centre, series)
        plain = not len(bulge) and boxes[piece, 3] - boxes[piece, 1] <= FLAT
        total = 0.0
        for record in range(piece_starts[piece], piece_starts[piece + 1]):
            begin, end = records[record, 0], records[record, 1]
            if plain:
                total += flat_area(xy, begin, end, centre, series)
                continue
            for k in range(begin, end - 1):
                dx = xy[k + 1, 0] - xy[k, 0]
                if dx == 0.0:
                    continue
                low, high = xy[k, 0] - x0, xy[k + 1, 0] - x0
                y, slope = xy[k, 1] - centre, (xy[k + 1, 1] - xy[k, 1]) / dx
                curve = 4 * bulge[k] / (dx * dx) if len(bulge) else 0.0
                total -= under_edge(low, high, low, high, y, slope, curve, series)
        out[piece] = total


@compiled
def flat_area(xy: Floats, begin: int, end: int, centre: float, series: Floats) -> float:
    """Area of a ring of straight edges by three terms of the metric, m²: the fourth is worth 1e-12 of it."""
    total = 0.0
    for k in range(begin, end - 1):
        y, y1 = xy[k, 1] - centre, xy[k + 1, 1] - centre
        both, squares = y + y1, y * y + y1 * y1
        mean = series[0] * both / 2 + series[1] * (squares + y * y1) / 3 + series[2] * both * squares / 4
        total -= (xy[k + 1, 0] - xy[k, 0]) * mean
    return total
