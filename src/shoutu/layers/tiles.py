"""Vector tiles of a layer version: Mapbox Vector Tile 2.1, one layer named `features`.

Each feature has its number in the version (from 0) as id and as property `id`, and the name of its class,
empty where the version declares no classes, as property `class`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from shoutu.geometry import tiling
from shoutu.geometry.rings import Ints
from shoutu.layers.open import LayerVersion
from shoutu.layers.query import features_in

LAYER = "features"
CROWDED = 5_000
"""Features in a tile above which dots stand for many and the tile is worth being made ahead."""
DEEPEST = 22

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Tile:
    """Column x from 180° west, row y from the north, at zoom z: 2^z tiles a side (XYZ scheme)."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def children(self) -> tuple[Tile, ...]:
        return tuple(Tile(self.z + 1, 2 * self.x + i, 2 * self.y + j) for j in (0, 1) for i in (0, 1))


def found(version: LayerVersion, tile: Tile, visible: Mask | None = None) -> Ints:
    """The features with a part in the tile or its margin, along the Hilbert curve; of `visible` ones only."""
    inside = features_in(version, tiling.tile_box(tile.z, tile.x, tile.y))
    if visible is not None:
        inside = inside[visible[inside]]
    order = np.argsort(version.reference.polygons.feature_rings[inside, 0], kind="stable")
    return inside[order]


def encode(version: LayerVersion, tile: Tile, features: Ints) -> bytes:
    """The tile's bytes, not compressed; empty where nothing is drawn."""
    polygons = version.reference.polygons
    codes, names = _classes(version, features)
    turn = float(tiling.EXTENT << tile.z)
    commands, ends, which = tiling.drawn(
        polygons.xy,
        polygons.ring_starts,
        polygons.feature_rings,
        features,
        codes,
        len(names),
        np.array(tiling.tile_box(tile.z, tile.x, tile.y)),
        np.array([turn, float(tile.x * tiling.EXTENT), float(tile.y * tiling.EXTENT)]),
        len(features) > CROWDED,
    )
    if not len(which):
        return b""
    used, value = np.unique(codes[which], return_inverse=True)
    numbers = features[which]
    tags = np.zeros((len(which), 4), np.int64)
    tags[:, 1], tags[:, 2], tags[:, 3] = value, 1, len(used) + np.arange(len(which))
    body = b"".join(
        [
            _text(0x0A, LAYER),
            tiling.written(commands, ends, tags, numbers).tobytes(),
            _text(0x1A, "class"),
            _text(0x1A, "id"),
            *(_block(0x22, _text(0x0A, names[code])) for code in used),
            tiling.whole_numbers(numbers).tobytes(),
            b"\x28" + _varint(tiling.EXTENT),
            b"\x78\x02",
        ]
    )
    return _block(0x1A, body)


def crowded_tiles(
    version: LayerVersion, visible: Mask | None = None, deepest: int = 16
) -> Iterator[tuple[Tile, Ints]]:
    """Every tile down to zoom `deepest` that holds more than `CROWDED` features, with them."""
    waiting = [Tile(0, 0, 0)]
    while waiting:
        tile = waiting.pop()
        features = found(version, tile, visible)
        if len(features) <= CROWDED:
            continue
        yield tile, features
        if tile.z < deepest:
            waiting += tile.children


def _classes(version: LayerVersion, features: Ints) -> tuple[Ints, Sequence[str]]:
    if version.meta.class_field is None:
        return np.zeros(len(features), np.int64), ("",)
    names = msgspec.json.decode(version.arrays["class_names"].tobytes(), type=list[str])
    return version.arrays["class_codes"][features].astype(np.int64), names


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _block(tag: int, body: bytes) -> bytes:
    return bytes([tag]) + _varint(len(body)) + body


def _text(tag: int, text: str) -> bytes:
    return _block(tag, text.encode())
