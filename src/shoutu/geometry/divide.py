"""Cutting a polygon into parts, and polygons to and from WKB.

The shapes are GEOS's, the areas never: a caller takes those from the kernel. Coordinates are those
in which the polygon was delivered, so that its edges and the cut's are straight in the same CRS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.repair import _packed, _polygons
from shoutu.geometry.rings import Floats, Rings


def packed(wkb: Sequence[bytes | None]) -> Rings:
    """Valid polygons, as this program wrote them, as rings; None has none."""
    import shapely

    return _packed(shapely.from_wkb(np.array(wkb, dtype=object)))


def to_wkb(rings: Rings) -> list[bytes | None]:
    """Each feature as WKB polygon or multipolygon; None where it has no ring.

    Within a feature a clockwise ring is a hole of the anticlockwise ring before it (see `Rings`).
    """
    import shapely

    outlines: list[list[list[Floats]]] = [[] for _ in range(rings.features)]
    for owner, start, end in zip(rings.owners, rings.starts[:-1], rings.starts[1:], strict=True):
        ring = rings.xy[start:end]
        if _signed(ring) >= 0 or not outlines[owner]:
            outlines[owner].append([ring])
        else:
            outlines[owner][-1].append(ring)
    return [_wkb(shapely, polygons) for polygons in outlines]


def _wkb(shapely: Any, polygons: list[list[Floats]]) -> bytes | None:
    if not polygons:
        return None
    made = [shapely.Polygon(shell, holes) for shell, *holes in polygons]
    shape = made[0] if len(made) == 1 else shapely.MultiPolygon(made)
    return bytes(shapely.to_wkb(shape))


def _signed(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1])


def by_line(wkb: bytes, line: Floats) -> list[bytes]:
    """The pieces into which a line (k, 2) cuts a polygon, west to east; one piece where it does not cut.

    Pieces of a multipolygon that the line does not touch stay together with the westernmost.
    """
    import shapely
    from shapely.ops import split

    knife = shapely.LineString(line)
    whole: list[Any] = []
    cut: list[Any] = []
    for polygon in _polygons(shapely.from_wkb(wkb)):
        pieces = list(split(polygon, knife).geoms)
        (cut if len(pieces) > 1 else whole).extend(pieces)
    if not cut:
        return [wkb]
    cut.sort(key=lambda piece: (piece.representative_point().x, piece.representative_point().y))
    return [_joined([cut[0], *whole]), *(_joined([piece]) for piece in cut[1:])]


def by_polygons(wkb: bytes, masks: Sequence[bytes]) -> tuple[list[bytes | None], bytes | None]:
    """The part of a polygon under each mask, ground under two masks going to the first, and the rest.

    None where nothing is left. Touching lines and points are dropped.
    """
    import shapely

    left = shapely.from_wkb(wkb)
    parts: list[bytes | None] = []
    for mask in masks:
        shape = shapely.make_valid(shapely.from_wkb(mask))
        parts.append(_faces(shapely.intersection(left, shape)))
        left = shapely.difference(left, shape)
    return parts, _faces(left)


def from_geojson(text: str, to_crs: Callable[[Floats], Floats], where: Where) -> bytes:
    """A GeoJSON polygon or multipolygon in degrees as WKB, its vertices moved by `to_crs`."""
    import shapely

    try:
        shape = shapely.from_geojson(text)
    except shapely.errors.GEOSException as error:
        raise _no_polygon(where, str(error)[:200]) from error
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise _no_polygon(where, None if shape is None else shape.geom_type)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise _no_polygon(where, None)
    return bytes(shapely.to_wkb(shapely.transform(shapely.force_2d(shape), to_crs)))


def _no_polygon(where: Where, found: str | None) -> BadInput:
    return BadInput(
        Text("这不是面。", "This is no polygon."),
        where=where,
        found=found,
        remedy=Text("给出 GeoJSON 面。", "Give a GeoJSON polygon."),
    )


def _faces(shape: Any) -> bytes | None:
    polygons = [piece for piece in _polygons(shape) if piece.area > 0]
    return _joined(polygons) if polygons else None


def _joined(polygons: list[Any]) -> bytes:
    import shapely

    shape = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return bytes(shapely.to_wkb(shape))


def distance_m(one: bytes, other: bytes) -> float:
    """Metres between two polygons in degrees, good to a few per cent: for proposals, not for law."""
    import shapely

    shapes = shapely.from_wkb(np.array([one, other], dtype=object))
    latitude = np.radians(shapely.total_bounds(shapes)[[1, 3]].mean())
    scale = np.array([111_320.0 * np.cos(latitude), 110_950.0])
    flat = shapely.transform(shapes, lambda xy: xy * scale)
    return float(shapely.distance(flat[0], flat[1]))
