"""In which banner and township a patch lies: by its code, else by its banner's name, else by its ground."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from shoutu.geometry.prepared import Prepared
from shoutu.geometry.rings import Rings
from shoutu.platform.discovery.ground import LONLAT, Ground, of_rings, shared
from shoutu.platform.discovery.intake.source import Source
from shoutu.platform.territory import queries as territory

INSIDE = 0.5
"""Share of a patch that must lie in a region for the region to be its place."""


@dataclass(frozen=True)
class Places:
    """Region codes by record; empty where none could be told."""

    banner: list[str]
    township: list[str]
    stated: list[str]
    """What the file said, for messages."""


def place(source: Source, mapping: Mapping[str, str]) -> Places:
    """Codes and names as delivered come first; what they leave open, the outlines decide."""
    codes, words = source.column(mapping.get("region")), source.column(mapping.get("region_name"))
    townships = source.column(mapping.get("township_name"))
    known = {row.code: row for row in territory.regions()}
    banners = {row.name: row.code for row in known.values() if row.level == "banner"}
    banner, township = [], []
    for code, word, town in zip(codes, words, townships, strict=True):
        found = code[:6] if code[:6] in known and known[code[:6]].level == "banner" else banners.get(word, "")
        banner.append(found)
        township.append(_township(code, town, found, known))
    if source.ground is not None:
        banner = _filled(banner, codes, words, _by_ground(source.ground, "banner"))
        township = _within(township, banner, _by_ground(source.ground, "township"))
    stated = [code or word for code, word in zip(codes, words, strict=True)]
    return Places(banner, township, stated)


def _township(code: str, name: str, banner: str, known: Mapping[str, territory.RegionRow]) -> str:
    if len(code) >= 9 and code[:9] in known:
        return code[:9]
    alike = [row.code for row in known.values() if row.level == "township" and name and row.name == name]
    return next((found for found in alike if banner and found.startswith(banner)), "")


def _filled(banner: list[str], codes: list[str], words: list[str], ground: list[str]) -> list[str]:
    """Only silence is filled: a code or name that names no banner of this city stays a fault."""
    return [
        stated or ("" if code or word else found)
        for stated, code, word, found in zip(banner, codes, words, ground, strict=True)
    ]


def _within(township: list[str], banner: list[str], ground: list[str]) -> list[str]:
    return [
        stated or (found if inside and found.startswith(inside) else "")
        for stated, inside, found in zip(township, banner, ground, strict=True)
    ]


def _by_ground(ground: Ground, level: str) -> list[str]:
    """The region of this level in which at least half of each record lies."""
    outlines = territory.outlines(level)
    codes = list(outlines)
    found = [""] * len(ground.delivered)
    if not codes:
        return found
    regions = _prepared([outlines[code] for code in codes])
    for (record, region), area in shared(ground.prepared, regions).items():
        if area >= INSIDE * ground.prepared.area[record]:
            found[record] = codes[region]
    return found


def _prepared(geometries: list[Mapping[str, object]]) -> Prepared:
    xy, starts, owners = [np.zeros((0, 2))], [0], []
    for owner, geometry in enumerate(geometries):
        for polygon in _polygons(geometry):
            for position, ring in enumerate(polygon):
                points = _turned(np.array(ring, dtype=np.float64)[:, :2], anticlockwise=position == 0)
                xy.append(points)
                starts.append(starts[-1] + len(points))
                owners.append(owner)
    rings = Rings(np.concatenate(xy), np.array(starts), np.array(owners, dtype=np.int64), len(geometries))
    return of_rings(rings, LONLAT).prepared


def _polygons(geometry: Mapping[str, object]) -> list[list[list[list[float]]]]:
    coordinates: list[list[list[list[float]]]] = json.loads(json.dumps(geometry["coordinates"]))
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]  # type: ignore[list-item]


def _turned(ring: np.ndarray, *, anticlockwise: bool) -> np.ndarray:
    x, y = ring.T
    area = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    return ring if (area >= 0) == anticlockwise else ring[::-1]
