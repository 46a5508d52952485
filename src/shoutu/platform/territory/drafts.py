"""A layer's file between its arrival and its registration: what it looks like, and what a person says to it.

A draft is a folder of uploads with the file and a document of what was said; nobody but the person who
brought it finds it. It goes when the layer is registered, when it is dropped, or after a week.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from shoutu import crs as systems
from shoutu.errors import BadInput, NotFound, Text, Where
from shoutu.geometry.repair import to_rings
from shoutu.layers.check import Fault, faults
from shoutu.layers.columns import check
from shoutu.layers.fields import MEANINGS, latest_day, proposed
from shoutu.layers.importing import checked_name, checked_secrecy, current, import_layer
from shoutu.layers.likeness import CrsUnsure, Ground, Likeness, ground_of
from shoutu.layers.open import meta_of
from shoutu.layers.read import Features, read
from shoutu.platform.acts import Once
from shoutu.platform.doors import Actor
from shoutu.platform.home import home, prepare
from shoutu.platform.ids import new_id
from shoutu.platform.territory import queries
from shoutu.platform.territory.intake import current_version, outlines_of
from shoutu.platform.territory.services import register_layer

_SAID = "said.json"
_WEEK = 7 * 24 * 3600
MOST_CHECKED = 100_000
"""Features up to which the page looks at each; larger files are mended and reported on import."""
MOST_DRAWN = 400


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What came with the file."""

    person: str
    file: str
    name: str
    kind: str
    title: str
    secrecy: str
    as_of: str
    crs: str = ""
    by: str = ""
    synthetic: bool = False


@dataclass(frozen=True)
class Draft:
    id: str
    said: Said

    @property
    def folder(self) -> Path:
        return home() / "uploads" / f"layer-{self.id}"

    @property
    def source(self) -> Path:
        return self.folder / self.said.file


@dataclass(frozen=True)
class Look:
    """What the file is, as far as it can be said.

    features  None while nobody said which CRS it is in
    unsure    what the numbers may be, where a person must say it
    faults    of each feature; None where there are too many to look at
    fields    our field → column, as proposed
    latest    the latest day in the date field
    """

    features: Features | None
    unsure: Likeness | None
    why: Text | None
    faults: tuple[Fault, ...] | None
    columns: tuple[str, ...]
    fields: Mapping[str, str]
    latest: date | None


def start(actor: Actor, file: Path, said: Said) -> str:
    """Keep a file and what was said of it; the draft's id. Refused for anything classified."""
    checked_secrecy(said.secrecy)
    checked_name(said.name)
    _sweep()
    draft = Draft(new_id(), said)
    draft.folder.mkdir(mode=0o700, parents=True)
    shutil.copyfile(file, draft.source)
    (draft.folder / _SAID).write_bytes(msgspec.json.encode(said))
    return draft.id


def _sweep() -> None:
    for folder in (home() / "uploads").glob("layer-*"):
        if time.time() - folder.stat().st_mtime > _WEEK:
            shutil.rmtree(folder, ignore_errors=True)


def find(actor: Actor, identifier: str) -> Draft:
    """Absent and somebody else's read the same."""
    kept = home() / "uploads" / f"layer-{identifier}" / _SAID
    if identifier.isalnum() and kept.is_file():
        said = msgspec.json.decode(kept.read_bytes(), type=Said)
        if said.person == actor.person:
            return Draft(identifier, said)
    raise NotFound(Text("没有这份待导入文件。", "There is no such draft."), found=identifier)


def look(draft: Draft, crs: str = "") -> Look:
    """Read the file, in `crs` or what was said with it; what it may be where neither says it."""
    named = crs or draft.said.crs or None
    before = current(draft.said.name, home())
    try:
        features = read_draft(draft, named)
    except CrsUnsure as error:
        return Look(None, error.likeness, error.what, None, (), {}, None)
    columns = tuple(features.fields.column_names)
    fields = proposed(columns, None if before is None else meta_of(before))
    if draft.said.by in columns:
        fields["class"] = draft.said.by
    day = latest_day(features.texts(fields["date"])) if "date" in fields else None
    found = tuple(faults(features)) if len(features) <= MOST_CHECKED else None
    return Look(features, None, None, found, columns, fields, day)


def read_draft(draft: Draft, crs: str | None) -> Features:
    return read(draft.source, crs=crs, near=ground(), keep=draft.folder)


def ground() -> Ground | None:
    """The registered outlines, which a file of this city should fit; None where none were delivered.

    Banners tile the city, so one level is enough; both together would cover every place twice.
    """
    for level in ("banner", "city"):
        rings = [
            np.asarray(ring, np.float64)[:, :2]
            for outline in queries.outlines(level).values()
            for polygon in _polygons(outline)
            for ring in polygon
        ]
        if rings:
            return ground_of(Text("登记的行政区轮廓", "the registered outlines"), rings)
    return None


def _polygons(outline: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = (
        outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    )
    return found


def shapes(draft: Draft, crs: str) -> dict[int, dict[str, Any]]:
    """GeoJSON geometry of the first features by position, if the file were in `crs`."""
    features = read(draft.source, crs=crs or draft.said.crs or None, keep=draft.folder)
    rings, _ = to_rings(replace(features, wkb=features.wkb.slice(0, MOST_DRAWN)))
    return outlines_of(rings, systems.to_lonlat(features.crs, rings.xy))


def take(
    actor: Actor, draft: Draft, *, crs: str, fields: Mapping[str, str], as_of: str, once: Once | None
) -> None:
    """Import the file as a person confirmed it, and register its version.

    crs  what the person chose; empty where the file says it itself and nothing speaks against it
    """
    looked = look(draft, crs)
    if looked.unsure is not None:
        raise BadInput(
            looked.why or Text("坐标系不明", "the CRS is not known"),
            where=Where(file=draft.said.file, field="crs"),
            remedy=Text(
                "对照地图，选定坐标系后再导入。", "Compare on the map and choose the CRS, then import."
            ),
        )
    chosen = check(fields, looked.columns, MEANINGS)
    import_layer(
        draft.source,
        name=draft.said.name,
        secrecy=draft.said.secrecy,
        home=prepare(),
        by=chosen.get("class"),
        label=chosen.get("name"),
        dated=chosen.get("date"),
        crs=crs or draft.said.crs or None,
        as_of=as_of or draft.said.as_of,
    )
    version = current_version(
        draft.said.name, kind=draft.said.kind, title=draft.said.title, synthetic=draft.said.synthetic
    )
    register_layer(actor, version, once=once)
    drop(draft)


def drop(draft: Draft) -> None:
    shutil.rmtree(draft.folder, ignore_errors=True)
