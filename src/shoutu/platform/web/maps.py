"""What a map page hands to map.js: sources by address and how each is drawn. The base is our own layers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from shoutu.platform.web import kinds

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


@dataclass(frozen=True)
class Source:
    """An address of ours, of GeoJSON or of tiles, and its look.

    look   a key of kinds.KINDS, or `banner`, `township`, `patch`, `part`
    url    empty where no data was received: then the legend says so and the box is disabled
    label  the feature's property that is written beside it, empty for none
    tiled  the address is that of vector tiles, with {z}, {x} and {y} in it
    """

    id: str
    name: str
    look: str
    url: str = ""
    shown: bool = True
    label: str = ""
    tiled: bool = False


@dataclass(frozen=True)
class MapView:
    """One map. `name` is its accessible name; `fit` where it opens, None for all that is loaded."""

    name: str
    sources: Sequence[Source]
    fit: Bounds | None = None
    approval: str = ""
    """审图号, or what stands in its place."""
    base: Sequence[Source] = field(default_factory=tuple)
    """Drawn first and not in the legend: outlines of regions."""

    @property
    def data(self) -> str:
        """For the attribute that map.js reads."""
        looks = {
            key: {"tag": k.tag, "colour": k.colour, "dash": list(k.dash), "fill": k.fill}
            for key, k in {**kinds.KINDS, "other": kinds.OTHER}.items()
        }
        return json.dumps(
            {
                "sources": [asdict(source) for source in (*self.base, *self.sources)],
                "fit": self.fit,
                "looks": looks,
            },
            ensure_ascii=False,
        )


def region_base(regions_url: str) -> tuple[Source, ...]:
    """The outlines of banners and townships under every map; `regions_url` takes ?level=."""
    return (
        Source("townships", "", "township", f"{regions_url}?level=township"),
        Source("banners", "", "banner", f"{regions_url}?level=banner", label="name"),
    )
