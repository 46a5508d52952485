"""Features of a version: which ones a request asks for, and how they read as GeoJSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.meeting import meets
from shoutu.geometry.rings import Floats, Ints
from shoutu.layers.open import LayerVersion
from shoutu.layers.query import features_in
from shoutu.platform.serving.ogc.asked import RESERVED, Asked, Box
from shoutu.platform.serving.ogc.systems import System
from shoutu.platform.serving.reach import Reach

BLOCK = 500
"""Features that are encoded together."""
TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "date": "string"}


@dataclass(frozen=True)
class Field:
    """An attribute that may be asked by. kind: a key of TYPES."""

    name: str
    kind: str


def fields(version: LayerVersion) -> tuple[Field, ...]:
    """The attributes with a type that can be compared, each name once, none that is a parameter already."""
    found = []
    schema = version.attributes.schema
    for entry in schema:
        kind = _kind(entry.type)
        if kind and schema.names.count(entry.name) == 1 and entry.name not in RESERVED:
            found.append(Field(entry.name, kind))
    return tuple(found)


def _kind(of: pa.DataType) -> str:
    types = pa.types
    if types.is_string(of) or types.is_large_string(of):
        return "string"
    if types.is_integer(of):
        return "integer"
    if types.is_floating(of):
        return "number"
    if types.is_boolean(of):
        return "boolean"
    return "date" if types.is_date(of) else ""


@dataclass(frozen=True)
class Matching:
    """(k,) numbers of the features, ascending; None: all `count`."""

    numbers: Ints | None
    count: int

    def page(self, offset: int, limit: int) -> Ints:
        last = min(offset + limit, self.count)
        if self.numbers is None:
            return np.arange(min(offset, self.count), last)
        return self.numbers[offset:last]


def matching(part: Reach, ask: Asked) -> Matching:
    """The features that fit. BadInput where a field's value is not of its type."""
    if part.mask is None and ask.box is None and not ask.wanted:
        return Matching(None, part.version.meta.features)
    return _matching(part, ask.box, ask.box_system, ask.wanted)


@lru_cache(maxsize=8)  # the pages of one answer ask the same again
def _matching(part: Reach, box: Box | None, system: System, wanted: tuple[tuple[str, str], ...]) -> Matching:
    numbers = np.arange(part.version.meta.features) if box is None else _in_box(part.version, box, system)
    if part.mask is not None:
        numbers = numbers[part.mask[numbers]]
    for name, text in wanted:
        numbers = numbers[_equal(part.version, name, text, numbers)]
    return Matching(numbers, len(numbers))


def _in_box(version: LayerVersion, numbers: Box, system: System) -> Ints:
    """Features that share a point with the box; one over the antimeridian is two."""
    box = system.box(numbers)
    if box[1] > box[3] or (box[0] > box[2] and system.projected):
        raise BadInput(
            Text("范围的角写反了。", "The corners of the box are the wrong way round."),
            where=Where(field="bbox"),
            remedy=Text("先写小的一角。", "Write the lower corner first."),
        )
    if box[0] > box[2]:
        parts = [np.array([box[0], box[1], 180.0, box[3]]), np.array([-180.0, box[1], box[2], box[3]])]
        return np.unique(np.concatenate([_meeting(version, part, system) for part in parts]))
    return _meeting(version, box, system)


def _meeting(version: LayerVersion, box: Floats, system: System) -> Ints:
    polygons = version.reference.polygons
    near = features_in(version, system.degrees(box).tolist())
    if not system.projected:
        return near[meets(polygons.xy, polygons.ring_starts, polygons.feature_rings, near, box)]
    flat, starts, owned = _gathered(version, near)
    flat = system.plane(flat) if len(flat) else flat
    return near[meets(flat, starts, owned, np.arange(len(near)), box)]


def _gathered(version: LayerVersion, numbers: Ints) -> tuple[Floats, Ints, Ints]:
    """The outlines of features one after another: vertices, ring starts, and the rings of each feature."""
    polygons = version.reference.polygons
    first, last = polygons.feature_rings[numbers].T
    counts = last - first
    ends = np.cumsum(counts)
    rings = np.repeat(first - (ends - counts), counts) + np.arange(counts.sum())
    begins, sizes = polygons.ring_starts[rings], np.diff(polygons.ring_starts)[rings]
    starts = np.append(0, np.cumsum(sizes))
    at = np.repeat(begins - starts[:-1], sizes) + np.arange(starts[-1])
    return polygons.xy[at], starts, np.column_stack([ends - counts, ends])


def _delivered(version: LayerVersion, numbers: Ints) -> tuple[Floats, Ints, Ints]:
    """As `_gathered`, of the rings as they were delivered."""
    parts = [version.rings(number, number + 1) for number in numbers.tolist()]
    ends = np.cumsum([len(part.owners) for part in parts])
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    owned = np.column_stack([ends - [len(part.owners) for part in parts], ends])
    return np.concatenate([part.xy for part in parts]), np.append(0, np.cumsum(sizes)), owned


def _equal(version: LayerVersion, name: str, text: str, numbers: Ints) -> Any:
    """(k,) whether each feature's field has this value; absent ones have none."""
    column = version.attributes.column(name)
    column = column.take(pa.array(numbers)) if len(numbers) < len(column) else column
    try:
        value = pa.scalar(_value(text, _kind(column.type)), column.type)
    except (ValueError, OverflowError, pa.ArrowInvalid) as error:
        raise BadInput(
            Text("值与字段的类型不符。", "The value is not of the field's type."),
            where=Where(field=name),
            found=text[:120],
        ) from error
    return pc.fill_null(pc.equal(column, value), False).to_numpy()


def _value(text: str, kind: str) -> Any:
    if kind == "boolean" and text.lower() not in ("true", "false"):
        raise ValueError(text)
    return _READERS[kind](text)


_READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: text.lower() == "true",
    "date": date.fromisoformat,
}


def encoded(version: LayerVersion, numbers: Ints, system: System) -> Iterator[bytes]:
    """Each feature as GeoJSON, in blocks of several parted by commas."""
    for begin in range(0, len(numbers), BLOCK):
        block = numbers[begin : begin + BLOCK]
        yield b",".join(msgspec.json.encode(one) for one in features(version, block, system))


def features(version: LayerVersion, numbers: Ints, system: System) -> list[dict[str, Any]]:
    """GeoJSON features with coordinates in `system`'s order of axes."""
    shapes = _coordinates(version, numbers, system)
    return [
        {
            "type": "Feature",
            "id": number,
            "geometry": None if shape is None else {"type": "MultiPolygon", "coordinates": shape},
            "properties": row,
        }
        for number, shape, row in zip(numbers.tolist(), shapes, rows(version, numbers), strict=True)
    ]


def rows(version: LayerVersion, numbers: Ints) -> list[dict[str, Any]]:
    """The attributes of each feature; of several fields with one name the first. Whole numbers stay whole."""
    table = version.attributes
    firsts = [table.schema.names.index(name) for name in dict.fromkeys(table.schema.names)]
    found: list[dict[str, Any]] = table.select(firsts).take(pa.array(numbers)).to_pylist()
    return found


def _coordinates(version: LayerVersion, numbers: Ints, system: System) -> list[Any]:
    """For each feature its polygons, each an outer ring and its holes, or None where it has no geometry.

    In the system in which they were delivered the very coordinates of the file.
    """
    as_delivered = version.meta.crs == f"EPSG:{system.epsg}" and "delivered_xy" in version.arrays
    xy, starts, owned = _delivered(version, numbers) if as_delivered else _gathered(version, numbers)
    if not len(xy):
        return [None] * len(numbers)
    points = (system.ordered(xy) if as_delivered else system.out(xy)).tolist()
    turns = np.add.reduceat(_doubled(xy, starts), starts[:-1]) > 0
    out: list[Any] = []
    for first, last in owned.tolist():
        polygons: list[Any] = []
        for ring in range(first, last):
            line = points[starts[ring] : starts[ring + 1]]
            if turns[ring] or not polygons:
                polygons.append([line])
            else:
                polygons[-1].append(line)
        out.append(polygons or None)
    return out


def _doubled(xy: Floats, starts: Ints) -> Floats:
    """(n,) each edge's share of twice its ring's area, about the ring's first vertex; 0 between rings."""
    origin = np.repeat(xy[starts[:-1]], np.diff(starts), axis=0)
    x, y = (xy - origin).T
    share = np.zeros(len(xy))
    share[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    share[starts[1:] - 1] = 0.0
    return share


def box_of(part: Reach) -> Sequence[float] | None:
    """West, south, east, north of what the caller gets; None where that is nothing."""
    polygons = part.version.reference.polygons
    boxes = polygons.record_box
    if part.mask is not None:
        boxes = boxes[part.mask[polygons.record_owner]]
    if not len(boxes):
        return None
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return [round(float(number), 9) for number in (*low, *high)]


def one(number: int) -> Ints:
    return np.array([number], np.int64)
