"""The ground that a file is held against: a region's outline, or another layer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.errors import Text, Where
from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.repair import to_rings
from shoutu.geometry.rings import Floats, Rings
from shoutu.layers.importing import current
from shoutu.layers.likeness import Ground, ground_of
from shoutu.layers.open import open_version
from shoutu.layers.read import read


@dataclass(frozen=True)
class Region:
    """polygons: for areas; ground: for likeness; rings: the outline as it was delivered, in `crs`."""

    polygons: Prepared
    ground: Ground
    rings: Rings
    crs: Crs

    def in_crs(self, crs: Crs) -> list[Floats]:
        """The outline's rings in the coordinates of `crs`: as delivered where that is the same system."""
        rings = self.rings
        pieces = [rings.xy[a:b] for a, b in pairwise(rings.starts.tolist())]
        if crs == self.crs or systems.same(crs.definition, self.crs.definition):
            return pieces
        return [systems.from_lonlat(crs, systems.to_lonlat(self.crs, ring)) for ring in pieces]


def region_of(source: str, home: Path | None = None) -> Region:
    """An imported layer's name, else a path, as the outline of a region. BadInput as `read`."""
    folder = None if home is None else current(source, home)
    if folder is not None:
        version = open_version(folder)
        polygons = version.reference.polygons
        return as_region(source, version.delivered(), systems.parse(version.meta.crs), polygons)
    features = read(source)
    return as_region(Path(features.file).name, to_rings(features)[0], features.crs)


def as_region(name: str, rings: Rings, crs: Crs, polygons: Prepared | None = None) -> Region:
    """Rings in `crs` as a region that messages call `name`."""
    made = polygons or prepare(rings, systems.degrees(crs, where=Where(file=name)))
    outlines = [ring for feature in range(made.features) for ring in made.outline(feature)]
    called = Text(f"{name} 的轮廓", f"the outline of {name}")
    return Region(made, ground_of(called, outlines), rings, crs)
