"""Regions and layers as GeoJSON for our own maps, narrowed to what the reader sees."""

from __future__ import annotations

from typing import Any

import numpy as np

from shoutu.errors import BadInput, Text, Where
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.query import attributes_of, features_in, outlines
from shoutu.platform.doors import Actor, covers, is_city
from shoutu.platform.territory import queries
from shoutu.platform.territory.queries import LayerRow

MOST_FEATURES = 2000
MOST_VERTICES = 200_000
Box = tuple[float, float, float, float]


def collection(features: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features, **more}


def regions(actor: Actor, level: str) -> dict[str, Any]:
    """The outlines of one level inside the actor's region, and the actor's own banner around a township."""
    names = queries.names()
    return collection(
        [
            {
                "type": "Feature",
                "properties": {"id": code, "name": names[code]},
                "geometry": outline,
            }
            for code, outline in queries.outlines(level).items()
            if covers(actor.region, code) or covers(code, actor.region)
        ]
    )


def box_of(text: str) -> Box:
    """`west,south,east,north` in degrees."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise _bad_box(text) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_box(text)
    return west, south, east, north


def _bad_box(text: str) -> BadInput:
    return BadInput(
        Text("范围不对。", "This is not a box."),
        where=Where(field="box"),
        found=text[:80],
        remedy=Text("写成 西,南,东,北，单位为度。", "Write west,south,east,north in degrees."),
    )


def region_box(region: str) -> Box | None:
    """The box around a region's outline; None where none was delivered."""
    for level in ("city", "banner", "township", "village"):
        outline = queries.outlines(level).get(region)
        if outline is not None:
            return _box(outline["coordinates"])
    return None


def _box(coordinates: Any) -> Box:
    points: list[tuple[float, float]] = []
    stack = [coordinates]
    while stack:
        part = stack.pop()
        if isinstance(part[0], int | float):
            points.append((part[0], part[1]))
        else:
            stack.extend(part)
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def features(actor: Actor, layer: LayerRow, box: Box) -> dict[str, Any]:
    """The layer's features whose box meets `box`, inside the reader's region.

    At most MOST_FEATURES and MOST_VERTICES; `left_out` says how many more there are.
    """
    version = open_version(layer.folder)
    found = features_in(version, _meet(box, actor))
    drawn, vertices = [], 0
    for feature in found[:MOST_FEATURES]:
        rings = outlines(version, int(feature))
        vertices += sum(len(ring) for ring in rings)
        if vertices > MOST_VERTICES:
            break
        drawn.append((int(feature), rings))
    rows = attributes_of(version, [index for index, _ in drawn]) if drawn else []
    return collection(
        [
            {
                "type": "Feature",
                "properties": {"id": str(index), "name": _title(row, version.meta)},
                "geometry": {"type": "MultiPolygon", "coordinates": _polygons(rings)},
            }
            for (index, rings), row in zip(drawn, rows, strict=True)
        ],
        left_out=len(found) - len(drawn),
    )


def _meet(box: Box, actor: Actor) -> Box:
    own = None if is_city(actor.region) else region_box(actor.region)
    if own is None:
        return box
    return max(box[0], own[0]), max(box[1], own[1]), min(box[2], own[2]), min(box[3], own[3])


def _title(row: dict[str, Any], meta: VersionMeta) -> str:
    """What a feature is called: by the field that the layer names, else the first text of its attributes."""
    if isinstance(meta.name_field, str):
        return str(row[meta.name_field] or "")
    return next((value for value in row.values() if isinstance(value, str) and value), "")


def _polygons(rings: list[Any]) -> list[list[list[list[float]]]]:
    """Closed rings, outer ones anticlockwise, each followed by its holes, as GeoJSON polygons."""
    polygons: list[list[list[list[float]]]] = []
    for ring in rings:
        points = np.round(ring, 7).tolist()
        if not polygons or _anticlockwise(ring):
            polygons.append([points])
        else:
            polygons[-1].append(points)
    return polygons


def _anticlockwise(ring: Any) -> bool:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return bool((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0)
