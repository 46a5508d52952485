"""From files to inputs: outlines to regions, an imported layer to its registration."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, cast

from shoutu import clocks
from shoutu import crs as systems
from shoutu.errors import NotFound, Text, Where
from shoutu.geometry.repair import to_rings
from shoutu.geometry.rings import Floats, Rings
from shoutu.layers import importing
from shoutu.layers.open import open_version
from shoutu.layers.read import read
from shoutu.platform.home import home
from shoutu.platform.territory import queries
from shoutu.platform.territory.inputs import NewRegion, RegisterLayer, RegisterRegions

Level = Literal["city", "banner", "township", "village"]
DEGREES = 9
"""Decimals kept of a degree: a tenth of a millimetre."""


def regions_of(file: str, *, code: str, name: str, level: str, crs: str | None = None) -> RegisterRegions:
    """The regions of a file. Below the city they come after it, since the first covers the others.

    Raises BadInput naming file, field and feature.
    """
    features = read(file, crs=crs)
    rings, _ = to_rings(features)
    lonlat = systems.to_lonlat(features.crs, rings.xy, where=Where(file=features.file, layer=features.layer))
    outlines = outlines_of(rings, lonlat)
    found = [
        NewRegion(
            code=one.strip(), name=called.strip(), level=cast(Level, level), outline=outlines.get(index)
        )
        for index, (one, called) in enumerate(zip(features.texts(code), features.texts(name), strict=True))
    ]
    return RegisterRegions(regions=tuple(found) if level == "city" else (_city(), *found))


def _city() -> NewRegion:
    city = queries.city()
    outline = queries.outlines("city").get(city.code)
    return NewRegion(
        code=city.code,
        name=city.name,
        level="city",
        name_en=city.name_en,
        outline=None if outline is None else dict(outline),
    )


def outlines_of(rings: Rings, lonlat: Floats) -> dict[int, dict[str, Any]]:
    """GeoJSON by feature: a ring that runs anticlockwise begins a polygon, those after it are its holes."""
    shapes: dict[int, list[list[list[list[float]]]]] = {}
    for index, owner in enumerate(rings.owners):
        ring = lonlat[rings.starts[index] : rings.starts[index + 1]]
        points = [[round(float(x), DEGREES), round(float(y), DEGREES)] for x, y in ring]
        polygons = shapes.setdefault(int(owner), [])
        if _doubled_area(ring) > 0 or not polygons:
            polygons.append([points])
        else:
            polygons[-1].append(points)
    return {owner: {"type": "MultiPolygon", "coordinates": polygons} for owner, polygons in shapes.items()}


def _doubled_area(ring: Floats) -> float:
    """Positive where the ring runs anticlockwise."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def current_version(name: str, *, kind: str, title: str, synthetic: bool = False) -> RegisterLayer:
    """The last imported version of a layer, ready to be registered. NotFound when there is none."""
    folder = importing.current(name, home())
    if folder is None:
        raise NotFound(
            Text("没有导入过这个图层。", "No layer of this name was imported."),
            found=name,
            remedy=Text("先用 shoutu layer import 导入。", "Import it with `shoutu layer import`."),
        )
    meta = open_version(folder).meta
    return RegisterLayer(
        name=name,
        kind=kind,
        title=title,
        version=meta.version,
        checksum=meta.checksum,
        as_of=date.fromisoformat(meta.as_of) if meta.as_of else clocks.today(),
        secrecy=meta.secrecy,
        source=meta.source_file,
        features=meta.features,
        folder=folder.relative_to(home()).as_posix(),
        synthetic=synthetic,
    )
