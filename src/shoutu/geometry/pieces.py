"""Shapes of what two sets of polygons share and do not share, for maps and files of changes.

The shapes are GEOS's, the areas never: a caller takes those from the kernel. All coordinates of one call
are those of one plane, the CRS in which both sets were delivered or degrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from shoutu.geometry.divide import _faces, to_wkb
from shoutu.geometry.repair import _packed
from shoutu.geometry.rings import Floats, Ints, Rings


def redrawn(rings: Rings, to_lonlat: Callable[[Floats], Floats], step: float) -> Rings:
    """The rings in degrees, with a vertex every `step` units of their own plane at least.

    An edge that is straight there bends in degrees: 25 m of it by some 0.01 mm.
    """
    import shapely

    dense = shapely.segmentize(_geometries(rings), step)
    return _packed(shapely.transform(dense, lambda xy: to_lonlat(np.ascontiguousarray(xy))))


def without_overlaps(rings: Rings, later: Ints, earlier: Ints) -> Rings:
    """Each feature less what others cover: later[k] gives way to earlier[k]."""
    import shapely

    shapes = _geometries(rings)
    cut = shapes.copy()
    order = np.argsort(later, kind="stable")
    giving, first = np.unique(later[order], return_index=True)
    for feature, over in zip(giving, np.split(earlier[order], first[1:]), strict=True):
        ground = shapely.union_all(shapes[over])
        cut[feature] = shapely.from_wkb(_faces(shapely.difference(shapes[feature], ground)))
    return _packed(cut)


@dataclass(frozen=True)
class Pieces:
    """Two sets of polygons in one plane, and the pieces that they make together."""

    one: Rings
    other: Rings

    @cached_property
    def _one(self) -> Any:
        return _geometries(self.one)

    @cached_property
    def _other(self) -> Any:
        return _geometries(self.other)

    def shared(self, one: Ints, other: Ints) -> list[bytes | None]:
        """WKB of what each pair of features shares; None where that has no area."""
        import shapely

        return [_faces(shape) for shape in shapely.intersection(self._one[one], self._other[other])]

    def left_of_one(self, features: Ints, partners: Sequence[Ints]) -> list[bytes | None]:
        """WKB of each feature of `one` less its partners in `other`."""
        return _left(self._one, self._other, features, partners)

    def left_of_other(self, features: Ints, partners: Sequence[Ints]) -> list[bytes | None]:
        return _left(self._other, self._one, features, partners)


def _left(shapes: Any, others: Any, features: Ints, partners: Sequence[Ints]) -> list[bytes | None]:
    import shapely

    return [
        _faces(shapely.difference(shapes[feature], shapely.union_all(others[theirs])))
        for feature, theirs in zip(features, partners, strict=True)
    ]


def to_wkt(shapes: Sequence[bytes | None]) -> list[str]:
    """Well-known text with every digit that a double holds; empty for None."""
    import shapely

    texts = shapely.to_wkt(shapely.from_wkb(np.array(shapes, dtype=object)), rounding_precision=-1)
    return ["" if text is None else str(text) for text in texts]


def _geometries(rings: Rings) -> Any:
    import shapely

    return shapely.from_wkb(np.array(to_wkb(rings), dtype=object))
