"""Points, lines and outlines of polygons, cut into short runs that an R-tree finds: for distances.

Where the kernel wants areas and reads cut pieces, a distance wants the outlines as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shoutu.geometry.bulge import curved
from shoutu.geometry.compiled import compiled
from shoutu.geometry.hilbert import hilbert_order
from shoutu.geometry.index import Tree, build_tree
from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Floats, Ints, Rings

RUN = 16
"""Edges of one run, at most."""


@dataclass(frozen=True)
class Traces:
    """The traces of `features` features (counted from 0, those without geometry included), in degrees.

    xy             (n, 2) vertices; trace k is xy[starts[k]:starts[k + 1]]: a ring, a line, or one point
    bulge          (n,) of the edge after each vertex, or (0,) when every edge is straight in degrees
    starts         (t + 1,), the traces of a feature side by side
    feature_traces (features, 2) first and one past the last trace; equal: no geometry
    areas          traces are rings that bound ground, even-odd
    runs           (m, 2) first and last vertex of each run, both counted in; equal: one point
    run_owner      (m,) feature of each run; run_box (m, 4) min x, min y, max x, max y
    feature_runs   (features, 2) first and one past the last run of a feature
    """

    features: int
    xy: Floats
    bulge: Floats
    starts: Ints
    feature_traces: Ints
    areas: bool
    runs: Ints
    run_owner: Ints
    run_box: Floats
    feature_runs: Ints

    @cached_property
    def feature_box(self) -> Floats:
        """(features, 4); a feature without geometry has a box that meets none."""
        boxes = np.full((self.features, 4), [np.inf, np.inf, -np.inf, -np.inf])
        np.minimum.at(boxes[:, :2], self.run_owner, self.run_box[:, :2])
        np.maximum.at(boxes[:, 2:], self.run_owner, self.run_box[:, 2:])
        return boxes

    @cached_property
    def run_tree(self) -> tuple[Tree, Ints]:
        """A tree over the runs, and the run of each of its places."""
        return _packed(self.run_box)

    @cached_property
    def feature_tree(self) -> tuple[Tree, Ints]:
        """A tree over the features with geometry, and the feature of each of its places."""
        present = np.flatnonzero(self.feature_traces[:, 1] > self.feature_traces[:, 0])
        tree, order = _packed(self.feature_box[present])
        return tree, present[order]


def _packed(boxes: Floats) -> tuple[Tree, Ints]:
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    order = hilbert_order(middle[:, 0], middle[:, 1])
    return build_tree(boxes[order]), order


def of_polygons(polygons: Prepared) -> Traces:
    """The outlines of polygons."""
    last = int(polygons.ring_starts[-1])
    return _traces(
        polygons.features,
        polygons.xy[:last],
        polygons.bulge[:last],
        polygons.ring_starts,
        polygons.feature_rings,
        True,
    )


def of_lines(lines: Rings, to_lonlat: Callable[[Floats], Floats] | None = None) -> Traces:
    """Lines and points as packed traces, an end of a line need not be its start; one vertex is a point.

    `to_lonlat` maps (k, 2) delivered coordinates to degrees; None: they are degrees. Edges stay straight
    in the CRS in which they were delivered.
    """
    xy, bulge, starts = lines.xy, np.zeros(0), lines.starts
    if to_lonlat is not None and len(xy):
        xy, bulge, starts = curved(lines, to_lonlat)
    if not bulge.any():
        bulge = np.zeros(0)
    ends = np.searchsorted(lines.owners, np.arange(lines.features + 1))
    of = np.stack([ends[:-1], ends[1:]], axis=1).astype(np.int64)
    return _traces(lines.features, np.ascontiguousarray(xy), bulge, starts, of, False)


def _traces(features: int, xy: Floats, bulge: Floats, starts: Ints, of: Ints, areas: bool) -> Traces:
    vertices = np.diff(starts)
    counts = np.maximum(-(-(vertices - 1) // RUN), 1) * (vertices > 0)
    trace = np.repeat(np.arange(len(vertices)), counts)
    nth = np.arange(len(trace)) - np.repeat(np.cumsum(counts) - counts, counts)
    first = starts[:-1][trace] + nth * RUN
    last = np.minimum(first + RUN, starts[1:][trace] - 1)
    runs = np.stack([first, last], axis=1).astype(np.int64)
    boxes = np.empty((len(runs), 4))
    _boxes(xy, bulge, runs, boxes)
    owner = np.zeros(len(vertices), np.int64)
    sizes = of[:, 1] - of[:, 0]
    owner[_ranges(of[:, 0], sizes)] = np.repeat(np.arange(features), sizes)
    ends = np.append(0, np.cumsum(counts))
    return Traces(
        features=features,
        xy=xy,
        bulge=bulge,
        starts=starts,
        feature_traces=of,
        areas=areas,
        runs=runs,
        run_owner=owner[trace],
        run_box=boxes,
        feature_runs=ends[of].astype(np.int64),
    )


def _ranges(first: Ints, sizes: Ints) -> Ints:
    """The numbers first[i] … first[i] + sizes[i] − 1, one range after the other."""
    ends = np.cumsum(sizes)
    return np.repeat(first - (ends - sizes), sizes) + np.arange(sizes.sum())


@compiled
def _boxes(xy: Floats, bulge: Floats, runs: Ints, out: Floats) -> None:
    """Boxes (m, 4) that hold the curved edges too."""
    for i in range(len(runs)):
        x0, y0 = xy[runs[i, 0], 0], xy[runs[i, 0], 1]
        x1, y1 = x0, y0
        for k in range(runs[i, 0], runs[i, 1] + 1):
            x, y = xy[k, 0], xy[k, 1]
            x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
            if len(bulge) and bulge[k] != 0.0 and k < runs[i, 1]:
                other = xy[k + 1, 1]
                y0 = min(y0, min(y, other) + min(bulge[k], 0.0))
                y1 = max(y1, max(y, other) + max(bulge[k], 0.0))
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = x0, y0, x1, y1
