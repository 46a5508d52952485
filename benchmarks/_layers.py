"""The five layers of the overlay and gate benchmarks, and our own versions of them (演示数据, seeded)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Rings
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import open_version
from shoutu.layers.query import view
from shoutu.layers.write import write_version
from shoutu.overlay import LayerView
from shoutu.testing.parcels import CLASSES, ORDOS, Parcels, make_parcels

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Kind:
    """A cover of side × side polygons of 4 · detail vertices, of which a share is kept."""

    name: str
    side: int
    detail: int
    kept: float
    seed: int


KINDS = (
    Kind("land use", 1000, 11, 1.0, 1),
    Kind("basic farmland", 600, 11, 0.5, 11),
    Kind("redline", 100, 40, 0.5, 12),
    Kind("approved", 700, 6, 0.1, 13),
    Kind("planned", 300, 20, 0.3, 14),
)


def box_of(share: float) -> Box:
    """Ground for layers of `share` of each side's polygons, of one size whatever their number."""
    west, south, east, north = ORDOS
    return west, south, west + (east - west) * share, south + (north - south) * share


def make_layer(kind: Kind, share: float) -> Parcels:
    side = max(4, round(kind.side * share))
    whole = make_parcels(side, side, box_of(share), detail=kind.detail, seed=kind.seed)
    if kind.kept == 1.0:
        return whole
    chosen = np.random.default_rng(kind.seed + 100).random(len(whole.codes)) < kind.kept
    size, count = 4 * kind.detail + 1, int(chosen.sum())
    xy = whole.rings.xy.reshape(-1, size, 2)[chosen].reshape(-1, 2)
    rings = Rings(xy, np.arange(count + 1) * size, np.arange(count), count)
    return Parcels(rings, whole.codes[chosen])


def write_layer(folder: Path, kind: Kind, parcels: Parcels) -> None:
    texts = pa.table({"class": pa.array(np.array(CLASSES)[parcels.codes])})
    meta = VersionMeta(
        name=kind.name, version="1", source_file="made", source_sha256="", as_of=None, crs="EPSG:4490",
        secrecy="open", class_field="class",
    )  # fmt: skip
    write_version(folder / kind.name, prepare(parcels.rings), texts, meta)


def open_layer(folder: Path, kind: Kind) -> LayerView:
    return view(open_version(folder / kind.name), "class")
