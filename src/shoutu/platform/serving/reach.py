"""What of a layer version a caller gets: by role and 密级 the version, by region its features.

City people get the whole; others the features that share ground with their region's outline, border
parcels whole. A region without an outline gets nothing: there is no telling what is its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from shoutu.errors import NotFound, Refused, Text
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Floats, Rings
from shoutu.layers.open import LayerVersion, open_version
from shoutu.layers.tiles import Mask
from shoutu.overlay.facts import LayerView
from shoutu.overlay.run import overlay
from shoutu.platform.doors import Actor, is_city
from shoutu.platform.home import home
from shoutu.platform.territory import queries
from shoutu.platform.territory.queries import LayerRow

WHOLE = "whole"


@dataclass(frozen=True)
class Reach:
    """A version and the part of it that one caller gets.

    part  names the part, in addresses of caches and in entity tags; with the row it tells all the rest
    mask  (features,) which features; None: all
    """

    row: LayerRow
    part: str
    version: LayerVersion = field(compare=False)
    mask: Mask | None = field(compare=False)


def reach(actor: Actor, row: LayerRow) -> Reach:
    """Refused where the caller's region has no outline. `row` is one of `queries.readable_layers(actor)`."""
    version = opened(row.folder)
    if is_city(actor.region):
        return Reach(row, WHOLE, version, None)
    outline = queries.outlines(queries.region(actor.region).level).get(actor.region)
    if outline is None:
        raise Refused(
            Text("本行政区没有登记界线，分不出属于它的图形。", "The region has no outline: what is its own?"),
            found=actor.region,
            remedy=Text(
                "请系统管理员用 shoutu region import 登记界线。",
                "Ask the system administrator to register it with `shoutu region import`.",
            ),
        )
    text = json.dumps(outline, sort_keys=True)
    part = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Reach(row, part, version, _mask(row.folder, row.checksum, part, text))


@lru_cache(maxsize=32)
def opened(folder: Path) -> LayerVersion:
    """A version never changes, so one that is open stays so."""
    return open_version(folder)


def readable(actor: Actor, name: str, version: str) -> LayerRow:
    """A version of layer `name`, by its id or its own name. NotFound where `actor` may read none."""
    rows = [row for row in queries.readable_layers(actor) if row.name == name]
    found = [row for row in rows if row.id == version] or [row for row in rows if row.version == version]
    if len(found) != 1:
        raise NotFound(
            Text("没有这个图层版本。", "There is no such layer version."), found=f"{name} {version}"[:80]
        )
    return found[0]


def readable_by_id(actor: Actor, identifier: str) -> LayerRow:
    """The version of this id. NotFound where there is none for `actor`."""
    found = next((row for row in queries.readable_layers(actor) if row.id == identifier), None)
    if found is None:
        raise NotFound(Text("没有这个图层版本。", "There is no such layer version."), found=identifier[:40])
    return found


@lru_cache(maxsize=64)
def _mask(folder: Path, checksum: str, part: str, outline: str) -> Mask:
    """Kept in a file beside, for other processes and the next start."""
    version = opened(folder)
    file = home() / "caches" / "reach" / f"{checksum}-{part}.npy"
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        with draft.open("wb") as out:
            np.save(out, np.packbits(_within(version, json.loads(outline))))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    return np.unpackbits(np.load(file), count=version.meta.features).astype(np.bool_)


def _within(version: LayerVersion, outline: Mapping[str, Any]) -> Mask:
    """Which features share ground with an outline: each is a class of its own to the overlay."""
    count = version.meta.features
    view = LayerView(
        "", version.reference, np.arange(count, dtype=np.int32), [f"{i:010d}" for i in range(count)]
    )
    found = overlay(prepare(_rings(outline)), [view])
    mask = np.zeros(count, np.bool_)
    mask[found.class_code] = True
    return mask


def _rings(outline: Mapping[str, Any]) -> Rings:
    """A GeoJSON polygon or several as the rings of one feature, each turned as it should run."""
    several = outline["type"] == "MultiPolygon"
    polygons = outline["coordinates"] if several else [outline["coordinates"]]
    rings = [_turned(ring, hole=place > 0) for polygon in polygons for place, ring in enumerate(polygon)]
    starts = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)
    return Rings(np.concatenate(rings), starts, np.zeros(len(rings), np.int64), 1)


def _turned(points: Any, *, hole: bool) -> Floats:
    ring = np.array([point[:2] for point in points], np.float64)
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    anticlockwise = float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) > 0
    return ring[::-1] if anticlockwise == hole else ring
