"""Layers that should cover a ground without overlap: who overlaps whom, and what is left uncovered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from shoutu.geometry.faults import Place, common_place, uncovered
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.reference import Reference, make_reference
from shoutu.geometry.rings import Floats, Rings
from shoutu.overlay.facts import LayerView
from shoutu.overlay.run import SMALLEST, overlay


@dataclass(frozen=True)
class Overlap:
    """Two features, by position from 0, the area that they share, and a place in it (layer's coordinates)."""

    one: int
    other: int
    area_m2: float
    at: Place | None


@dataclass(frozen=True)
class Gap:
    """Ground that no feature covers, and a place in it (layer's coordinates)."""

    area_m2: float
    at: Place


@dataclass(frozen=True)
class Cover:
    """How a layer covers its ground. Areas are the kernel's, on the ellipsoid; from 0.001 m² up.

    overlaps, gaps   the larger first
    covered_m2       of the ground, each square metre once
    uncovered_m2     the ground less what is covered; None where no ground was given
    """

    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    covered_m2: float
    uncovered_m2: float | None


@dataclass(frozen=True)
class Shapes:
    """rings: in the coordinates in which edges are straight; to_lonlat: from these, None for degrees."""

    rings: Rings
    to_lonlat: Callable[[Floats], Floats] | None = None

    def by_feature(self) -> list[list[Floats]]:
        shapes: list[list[Floats]] = [[] for _ in range(self.rings.features)]
        for owner, (a, b) in zip(self.rings.owners, pairwise(self.rings.starts.tolist()), strict=True):
            shapes[owner].append(self.rings.xy[a:b])
        return shapes


def cover(
    shapes: Shapes, ground: Prepared | None = None, within: list[Floats] | None = None, threads: int = 2
) -> Cover:
    """Overlaps and gaps of a layer.

    ground, within  what it should cover, for areas, and as rings in the layer's coordinates;
                    None: gaps are what the layer encloses
    """
    layer = prepare(shapes.rings, shapes.to_lonlat)
    reference = make_reference(layer, threads)
    own = LayerView("own", reference, np.arange(layer.features, dtype=np.int32), _numbers(layer.features))
    found = overlay(layer, [own], threads)
    by_feature = shapes.by_feature()
    overlaps = [
        Overlap(int(one), int(other), float(area), common_place(by_feature[one], by_feature[other]))
        for one, other, area in zip(found.patch, found.class_code, found.area_m2, strict=True)
        if one < other
    ]
    rings, places = uncovered(by_feature, within)
    areas = prepare(rings, shapes.to_lonlat).area
    gaps = [Gap(float(area), at) for area, at in zip(areas, places, strict=True) if area >= SMALLEST]
    covered = _covered(_frame(layer) if ground is None else ground, reference, threads)
    return Cover(
        tuple(sorted(overlaps, key=lambda one: -one.area_m2)),
        tuple(sorted(gaps, key=lambda one: -one.area_m2)),
        covered,
        None if ground is None else float(ground.area.sum()) - covered,
    )


def _numbers(count: int) -> list[str]:
    """Texts of one width, so that their order is that of the numbers."""
    return [f"{number:09d}" for number in range(count)]


def _covered(ground: Prepared, reference: Reference, threads: int) -> float:
    """Area of `ground` under the layer, each square metre of a ground's feature once."""
    features = reference.polygons.features
    whole = LayerView("layer", reference, np.zeros(features, np.int32), [""])
    return float(overlay(ground, [whole], threads).area_m2.sum())


def _frame(layer: Prepared) -> Prepared:
    """The box around a layer as one polygon."""
    if not len(layer.record_box):
        return prepare(Rings(np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.int64), 0))
    x0, y0 = layer.record_box[:, :2].min(axis=0)
    x1, y1 = layer.record_box[:, 2:].max(axis=0)
    ring = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
    return prepare(Rings(ring, np.array([0, 5]), np.array([0]), 1))


def outside(layer: Prepared, region: Prepared, threads: int = 2) -> list[tuple[int, float]]:
    """Features with ground beyond the region, and how much of it, m²."""
    whole = LayerView("region", region, np.zeros(region.features, np.int32), [""])
    found = overlay(layer, [whole], threads)
    inside = np.zeros(layer.features)
    np.add.at(inside, found.patch, found.area_m2)
    beyond = layer.area - inside
    # Rounding of coordinates along a shared boundary is no trespass.
    rows = np.flatnonzero(beyond > np.maximum(0.01, 1e-6 * layer.area))
    return [(int(row), float(beyond[row])) for row in rows]
