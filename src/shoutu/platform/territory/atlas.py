"""What a layer's page hands to its scripts: layers that can be laid on the map, versions to slide over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.urls import reverse

from shoutu.geometry.rings import Floats
from shoutu.layers.open import LayerVersion, open_version
from shoutu.platform.doors import Actor, is_city
from shoutu.platform.territory import geojson
from shoutu.platform.territory.legend import Change, Legend, changes, legend
from shoutu.platform.territory.queries import LayerRow
from shoutu.platform.web import kinds

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Laid:
    """A layer on the map. `shown`: from the start; `box` None where the version has no geometry."""

    row: LayerRow
    legend: Legend
    box: Box | None
    shown: bool

    @property
    def own_fill(self) -> str:
        """The swatch of the layer's kind, for a legend row without one of its own."""
        one = kinds.kind(self.row.kind)
        return json.dumps({"tint": "", "ink": one.colour, "fill": one.fill, "dash": list(one.dash)})

    @property
    def config(self) -> dict[str, Any]:
        one = kinds.kind(self.row.kind)
        return {
            "id": self.row.id,
            "tiles": tiles(self.row),
            "feature": reverse("layer", args=(self.row.id,)) + "features/",
            "colour": one.colour,
            "dash": list(one.dash),
            "fill": one.fill,
            "classes": [
                {"name": c.name, "tint": c.swatch.tint, "ink": c.swatch.ink, "fill": c.swatch.fill}
                for c in self.legend.pictured
                if c.swatch
            ],
            "box": self.box,
            "shown": self.shown,
        }


def tiles(row: LayerRow) -> str:
    """Where the version's tiles are asked for, with {z}, {x} and {y} to fill in."""
    return reverse("tile", args=(row.name, row.id, 0, 0, 0)).replace("/0/0/0.", "/{z}/{x}/{y}.")


def laid(row: LayerRow, *, shown: bool) -> Laid:
    version = open_version(row.folder)
    return Laid(row, legend(row.folder, row.checksum, row.kind), box_of(version), shown)


def box_of(version: LayerVersion) -> Box | None:
    box = version.reference.polygons.box
    return None if np.isnan(box[0]) else (float(box[0]), float(box[1]), float(box[2]), float(box[3]))


def corners(rings: Sequence[Floats]) -> Box:
    """The box around some rings."""
    xy = np.concatenate(list(rings))
    west, south = xy.min(axis=0)
    east, north = xy.max(axis=0)
    return float(west), float(south), float(east), float(north)


def around(laid_first: Laid, actor: Actor) -> Box | None:
    """Where the map opens: the layer, or what of it lies round the reader's region."""
    own = None if is_city(actor.region) else geojson.region_box(actor.region)
    box = laid_first.box
    if own is None or box is None:
        return box or own
    met = (max(own[0], box[0]), max(own[1], box[1]), min(own[2], box[2]), min(own[3], box[3]))
    return met if met[0] < met[2] and met[1] < met[3] else box


def zone(actor: Actor) -> int | None:
    """The 3° zone of the middle of the reader's banner; None for the city, which lies in two."""
    own = None if is_city(actor.region) else geojson.region_box(actor.region)
    return None if own is None else round((own[0] + own[2]) / 2 / 3)


def stacked(layers: Sequence[Laid]) -> list[Laid]:
    """Topmost first, as they open: tinted classes hide what lies under them, so such layers lie lowest."""
    return sorted(layers, key=lambda one: any(c.swatch and c.swatch.tint for c in one.legend.pictured))


def document(layers: Sequence[Laid]) -> str:
    """For the attribute that the scripts read."""
    return json.dumps([one.config for one in layers], ensure_ascii=False)


def changed(own: Laid, older: LayerRow | None) -> tuple[Change, ...]:
    """What the version before had otherwise, by class."""
    return () if older is None else changes(legend(older.folder, older.checksum, older.kind), own.legend)


@dataclass(frozen=True)
class Editions:
    """Versions of one name, oldest first, and where the page's own stands."""

    rows: tuple[LayerRow, ...]
    place: int

    @property
    def older(self) -> LayerRow | None:
        return self.rows[self.place - 1] if self.place else None

    @property
    def newer(self) -> LayerRow | None:
        return self.rows[self.place + 1] if self.place + 1 < len(self.rows) else None

    @property
    def last(self) -> int:
        return len(self.rows) - 1


def editions(row: LayerRow, all_rows: Sequence[LayerRow]) -> Editions:
    same = sorted(
        (one for one in all_rows if one.name == row.name),
        key=lambda one: (one.as_of, one.registered_at, one.id),
    )
    return Editions(tuple(same), next(i for i, one in enumerate(same) if one.id == row.id))
