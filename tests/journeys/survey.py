"""A made survey for the map of a layer: one township's parcels in two versions, and its basic farmland."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pyproj import Geod

from shoutu.layers.importing import import_layer
from shoutu.platform.doors import Actor
from shoutu.platform.home import home
from shoutu.platform.territory.inputs import RegisterLayer
from shoutu.platform.territory.services import register_layer
from shoutu.testing.site import Ring, Site

GEOD = Geod(a=6378137, rf=298.257222101)
MIDDLE = (109.62, 39.79)
TOWNSHIP = "150627103"


def area_m2(ring: Ring) -> float:
    """Area by pyproj of a ring whose sides are straight in degrees: each side is cut into 64 geodesics."""
    lons, lats = [], []
    for (x, y), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        for step in range(64):
            lons.append(x + (x1 - x) * step / 64)
            lats.append(y + (y1 - y) * step / 64)
    return abs(float(GEOD.polygon_area_perimeter(lons, lats)[0]))


@dataclass(frozen=True)
class Survey:
    """Ids of what is registered; `grown` is a point: dry land in the older version, village in the newer."""

    older: str
    newer: str
    basic: str
    parcels: list[tuple[Ring, str, str]]
    grown: tuple[float, float]


def _write(path: Path, features: list[dict[str, Any]]) -> str:
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return str(path)


def _feature(ring: Ring, **properties: str) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _plant(actor: Actor, file: str, name: str, title: str, by: str | None, as_of: str) -> str:
    done = import_layer(file, name=name, secrecy="internal", home=home(), by=by, as_of=as_of)
    wanted = RegisterLayer(
        name=name,
        kind=name,
        title=title,
        version=done.meta.version,
        checksum=done.meta.checksum,
        as_of=date.fromisoformat(as_of),
        secrecy="internal",
        source="市自然资源局（演示）",
        features=done.meta.features,
        folder=done.folder.relative_to(home()).as_posix(),
        synthetic=True,
    )
    return str(register_layer(actor, wanted).value.id)


def plant_survey(actor: Actor, folder: Path) -> Survey:
    """Two versions of land use by DLBM, one of basic farmland, through the real import and act."""
    site = Site(TOWNSHIP, MIDDLE, seed=int(TOWNSHIP))
    ids = []
    for year, village in (("2024", range(8, 10)), ("2025", range(8, 11))):
        rows = list(site.parcels(village=village))
        features = [_feature(ring, DLBM=code, DLMC=name, BZ="演示数据") for ring, code, name in rows]
        file = _write(folder / f"{year}.geojson", features)
        ids.append(_plant(actor, file, "land-use", "国土变更调查（演示数据）", "DLBM", f"{year}-12-31"))
    file = _write(folder / "basic.geojson", [_feature(ring, BZ="演示数据") for ring in site.basic_farmland()])
    basic = _plant(actor, file, "basic-farmland", "永久基本农田（演示数据）", None, "2025-12-31")
    return Survey(ids[0], ids[1], basic, list(site.parcels()), site.place(site.column(10), 200.0))
