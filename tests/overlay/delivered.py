"""What a file holds, read byte by byte without GDAL and without Shoutu: for oracles."""

from __future__ import annotations

import json
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape


def shapefile(path: Path) -> list[Any]:
    """Polygons of a .shp by its published layout; rings read by even-odd, null shapes as None."""
    raw, at, found = path.read_bytes(), 100, []
    while at < len(raw):
        (length,) = struct.unpack(">i", raw[at + 4 : at + 8])
        body = raw[at + 8 : at + 8 + 2 * length]
        at += 8 + 2 * length
        (kind,) = struct.unpack("<i", body[:4])
        if kind == 0:
            found.append(None)
            continue
        rings, points = struct.unpack("<2i", body[36:44])
        starts = [*np.frombuffer(body, "<i4", rings, 44), points]
        xy = np.frombuffer(body, "<f8", 2 * points, 44 + 4 * rings).reshape(-1, 2)
        faces = [shapely.make_valid(shapely.Polygon(xy[a:b]), method="linework") for a, b in pairwise(starts)]
        whole = faces[0]
        for face in faces[1:]:
            whole = shapely.symmetric_difference(whole, face)
        found.append(whole)
    return found


def table(path: Path, field: str, encoding: str) -> list[str]:
    """One column of a .dbf, without the blanks that fill it."""
    raw = path.read_bytes()
    rows, first, size = struct.unpack("<iHH", raw[4:12])
    at, spans = 1, {}
    for k in range(32, first - 31, 32):
        if raw[k] == 0x0D:
            break
        name = raw[k : k + 11].split(b"\0")[0].decode(encoding)
        spans[name] = (at, at + raw[k + 16])
        at += raw[k + 16]
    low, high = spans[field]
    records = (raw[first + size * row :][:size] for row in range(rows))
    return [record[low:high].decode(encoding).strip() for record in records]


def geojson(path: Path) -> tuple[list[Any], list[dict[str, Any]]]:
    """Shapes and properties; a shape that is not valid read by even-odd."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = [None if f["geometry"] is None else shape(f["geometry"]) for f in features]
    return [
        s if s is None or shapely.is_valid(s) else shapely.make_valid(s, method="linework") for s in shapes
    ], [f["properties"] for f in features]
