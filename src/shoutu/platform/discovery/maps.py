"""Patches on maps and over pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext

from shoutu.geometry import divide
from shoutu.platform.discovery import queries
from shoutu.platform.discovery.queries import Filter
from shoutu.platform.discovery.rows import Box, PictureRow
from shoutu.platform.doors import Actor
from shoutu.platform.territory import geojson
from shoutu.platform.territory import queries as territory
from shoutu.platform.territory.atlas import tiles
from shoutu.platform.web.kinds import KINDS
from shoutu.platform.web.maps import MapView, Source, region_base

MARGIN = 0.25
"""Of the patch's size, left free around it where a picture opens."""
LEAST_M = 40.0
EARTH_M = 111_320.0
"""Metres of a degree at the equator, for drawing only."""
ON_PICTURES = ("basic-farmland", "redline", "town-boundary", "approval", "mining-right")
Polygons = list[list[list[list[float]]]]


def polygons(wkb: bytes) -> Polygons:
    """GeoJSON coordinates of a multipolygon, 7 decimals (0.01 m)."""
    return all_polygons([wkb])[0]


def all_polygons(shapes: Sequence[bytes]) -> list[Polygons]:
    """The same for many at once."""
    rings = divide.packed(shapes)
    rounded = np.round(rings.xy, 7)
    found: list[Polygons] = [[] for _ in shapes]
    for owner, start, end in zip(rings.owners, rings.starts[:-1], rings.starts[1:], strict=True):
        mine, ring = found[owner], rings.xy[start:end]
        x, y = (ring - ring[0]).T
        if not mine or float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) >= 0:
            mine.append([rounded[start:end].tolist()])
        else:
            mine[-1].append(rounded[start:end].tolist())
    return found


def feature(identifier: str, wkb: bytes, **properties: Any) -> dict[str, Any]:
    return _feature(identifier, polygons(wkb), **properties)


def _feature(identifier: str, outline: Polygons, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"id": identifier, **properties},
        "geometry": {"type": "MultiPolygon", "coordinates": outline},
    }


def collection(actor: Actor | None, wanted: Filter) -> dict[str, Any]:
    """The patches of a list that have a geometry."""
    found = list(queries.outlines(actor, wanted))
    shapes = all_polygons([wkb for _, wkb in found]) if found else []
    return geojson.collection(
        [
            _feature(row.id, shape, name=short_number(row.number), state=row.state)
            for (row, _), shape in zip(found, shapes, strict=True)
        ]
    )


def short_number(number: str) -> str:
    """The last four characters of the running number, with the part's letter: 0004, 0004-甲."""
    whole, dash, label = number.rpartition("-")
    if dash and len(label) == 1:
        return f"{whole[-4:]}-{label}"
    return number[-4:]


def layer_sources(actor: Actor | None) -> tuple[Source, ...]:
    """Every kind of the rules, hidden until asked for; without data it says so."""
    found = {layer.kind: layer for layer in territory.layers(actor) if layer.current}
    sources = []
    for kind in KINDS:
        if kind in found:
            layer = found[kind]
            sources.append(Source(layer.id, layer.title, kind, tiles(layer), shown=False, tiled=True))
        elif kind in queries.RULE_KINDS:
            sources.append(Source(kind, str(KINDS[kind].name), kind))
    return tuple(sources)


def view(actor: Actor | None, name: str, address: str, fit: Box | None = None) -> MapView:
    """A map of the patches at an address, over the regions' outlines."""
    patches = Source("patches", gettext("疑似图斑"), "patch", address, label="name")
    bounds = None if fit is None else (fit.west, fit.south, fit.east, fit.north)
    return MapView(name, (*layer_sources(actor), patches), bounds, base=region_base(reverse("regions")))


@dataclass(frozen=True)
class Line:
    """A layer's outlines over the picture, as one SVG path."""

    kind: str
    title: str
    path: str


@dataclass(frozen=True)
class Piece:
    """A part's outline, with the place of its label in metres."""

    label: str
    area_m2: str
    path: str
    x: str
    y: str


@dataclass(frozen=True)
class Plate:
    """Pictures and outlines of one patch in metres east and south of (`west`, `north`).

    frame   what an SVG's viewBox opens with: the patch and its margin
    degree  metres of a degree of longitude and of latitude here, to turn a click into degrees
    """

    west: str
    north: str
    degree: tuple[str, str]
    frame: str
    before: PictureRow | None
    after: PictureRow | None
    boxes: dict[str, tuple[str, str, str, str]]
    outline: str
    pieces: tuple[Piece, ...]
    lines: tuple[Line, ...]
    text_size: str


def plate(
    actor: Actor | None, shape: bytes, pictures: Sequence[PictureRow], parts: Iterable[tuple[str, str, bytes]]
) -> Plate:
    """Lay a patch over its pictures. parts: (label, m², WKB in degrees)."""
    outline = polygons(shape)
    points = np.array([point for polygon in outline for ring in polygon for point in ring])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    degree = EARTH_M * math.cos(math.radians((south + north) / 2)), EARTH_M * 0.9976
    width, height = max((east - west) * degree[0], LEAST_M), max((north - south) * degree[1], LEAST_M)
    side = MARGIN * max(width, height)

    def place(lon: float, lat: float) -> tuple[float, float]:
        return (lon - west) * degree[0], (north - lat) * degree[1]

    wide = _around(pictures, Box(west, south, east, north))
    return Plate(
        west=f"{west:.9f}",
        north=f"{north:.9f}",
        degree=(f"{degree[0]:.4f}", f"{degree[1]:.4f}"),
        frame=f"{-side:.1f} {-side:.1f} {width + 2 * side:.1f} {height + 2 * side:.1f}",
        before=next((p for p in pictures if p.moment == "before"), None),
        after=next((p for p in pictures if p.moment == "after"), None),
        boxes={p.moment: _box(p.box, place) for p in pictures},
        outline=_path(outline, place),
        pieces=tuple(_piece(label, area, polygons(wkb), place) for label, area, wkb in parts),
        lines=_lines(actor, wide, place) if pictures else (),
        text_size=f"{(width + 2 * side) / 45:.2f}",
    )


def _around(pictures: Sequence[PictureRow], box: Box) -> Box:
    boxes = [box, *(picture.box for picture in pictures)]
    return Box(
        min(b.west for b in boxes),
        min(b.south for b in boxes),
        max(b.east for b in boxes),
        max(b.north for b in boxes),
    )


Place = Callable[[float, float], tuple[float, float]]


def _box(box: Box, place: Place) -> tuple[str, str, str, str]:
    x, y = place(box.west, box.north)
    right, bottom = place(box.east, box.south)
    return f"{x:.2f}", f"{y:.2f}", f"{right - x:.2f}", f"{bottom - y:.2f}"


def _path(outline: Polygons, place: Place) -> str:
    rings = []
    for ring in (ring for polygon in outline for ring in polygon):
        points = (place(lon, lat) for lon, lat in ring[:-1])
        rings.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z")
    return "".join(rings)


def _piece(label: str, area: str, outline: Polygons, place: Place) -> Piece:
    """The label stands on the middle of the largest ring's vertices."""
    ring = np.array(max((polygon[0] for polygon in outline), key=len)[:-1])
    x, y = place(*(float(middle) for middle in (ring.min(axis=0) + ring.max(axis=0)) / 2))
    return Piece(label, area, _path(outline, place), f"{x:.2f}", f"{y:.2f}")


def _lines(actor: Actor | None, box: Box, place: Place) -> tuple[Line, ...]:
    """The layers that matter on a picture and have something there."""
    found = []
    for layer in territory.layers(actor):
        if not layer.current or layer.kind not in ON_PICTURES or actor is None:
            continue
        shapes = geojson.features(actor, layer, (box.west, box.south, box.east, box.north))["features"]
        drawn = "".join(_path(shape["geometry"]["coordinates"], place) for shape in shapes)
        if drawn:
            found.append(Line(layer.kind, layer.title, drawn))
    return tuple(found)
