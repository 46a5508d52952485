"""Made parcels and patches, for tests and benchmarks (演示数据): seeded, believable in size and shape.

Parcels cover their box without gap; neighbours share their winding boundary to the last bit. Patches
lie anywhere, and some are exact copies of parcels, so that coincident edges occur throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shoutu.geometry.rings import Floats, Rings

ORDOS = (107.0, 37.6, 111.4, 40.6)
"""min longitude, min latitude, max longitude, max latitude, about 380 km × 333 km."""
CLASSES = ("0101", "0102", "0103", "0201", "0301", "0305", "0401", "0601", "0602", "0702", "1003", "1101")
"""Class codes of GB/T 21010-2017 that a land layer of the steppe shows."""


@dataclass(frozen=True)
class Parcels:
    """Rings in degrees, one a feature, and the class code (n,) of each."""

    rings: Rings
    codes: npt.NDArray[np.int32]


def make_parcels(
    columns: int,
    rows: int,
    box: tuple[float, float, float, float] = ORDOS,
    *,
    detail: int = 11,
    enlarged: float = 0.0,
    seed: int = 1,
) -> Parcels:
    """A cover of `box` by columns × rows parcels of 4 · detail vertices.

    enlarged  share of the parcels blown up by a tenth about their centre, so that they overlap neighbours
    """
    rng = np.random.default_rng(seed)
    cells = np.array([(box[2] - box[0]) / columns, (box[3] - box[1]) / rows])
    grid = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0), indexing="xy"), axis=-1)
    inner = grid[1:-1, 1:-1]
    inner += rng.uniform(-0.22, 0.22, inner.shape)
    corners = grid * cells + np.array(box[:2])
    south = _wind(corners[:, :-1], corners[:, 1:], detail, cells, rng)
    west = _wind(corners[:-1], corners[1:], detail, cells, rng)
    ring = np.concatenate(
        [south[:-1, :, :-1], west[:, 1:, :-1], south[1:, :, :0:-1], west[:, :-1, :0:-1]], axis=2
    ).reshape(columns * rows, 4 * detail, 2)
    chosen = rng.random(len(ring)) < enlarged
    middle = ring[chosen].mean(axis=1, keepdims=True)
    ring[chosen] = middle + 1.1 * (ring[chosen] - middle)
    rings = _closed(ring)
    patchy = rng.integers(0, len(CLASSES), (rows // 4 + 1, columns // 4 + 1)).repeat(4, 0).repeat(4, 1)
    codes = patchy[:rows, :columns].ravel().astype(np.int32)
    other = rng.random(len(codes)) < 0.4
    codes[other] = rng.integers(0, len(CLASSES), int(other.sum()))
    return Parcels(rings, codes)


def _wind(start: Floats, end: Floats, detail: int, cells: Floats, rng: np.random.Generator) -> Floats:
    """Lines (…, detail + 1, 2) from start to end (…, 2) that wind by up to 6 % of a cell."""
    t = np.linspace(0, 1, detail + 1)
    line = start[..., None, :] * (1 - t)[:, None] + end[..., None, :] * t[:, None]
    away = np.zeros(line.shape)
    for turns in (1, 3):
        for axis in (0, 1):
            size = rng.uniform(-0.03, 0.03, start.shape[:-1]) * cells[axis]
            away[..., axis] += size[..., None] * np.sin(np.pi * turns * t)
    line += away
    line[..., 0, :], line[..., -1, :] = start, end
    return line


def make_patches(
    count: int,
    box: tuple[float, float, float, float] = ORDOS,
    *,
    copied: Rings | None = None,
    vertices: int = 42,
    seed: int = 2,
) -> Rings:
    """`count` star-shaped patches of 0.1–5 ha, one in 200 up to 100 ha; a tenth are rings of `copied`."""
    rng = np.random.default_rng(seed)
    hectares = 10 ** rng.uniform(-1, np.log10(5), count)
    large = rng.random(count) < 0.005
    hectares[large] = 10 ** rng.uniform(np.log10(5), 2, int(large.sum()))
    middle = rng.uniform(box[:2], box[2:], (count, 2))
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, vertices)), axis=1)
    radius = np.sqrt(hectares * 1e4 / np.pi)[:, None] * rng.uniform(0.7, 1.3, (count, vertices))
    metres = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    narrow = np.cos(np.radians(middle[:, 1]))
    scale = np.stack([narrow * 111_320, np.full(count, 111_320.0)], axis=-1)
    rings = _closed(middle[:, None] + metres / scale[:, None])
    if copied is None:
        return rings
    parts = [rings.xy[a:b] for a, b in zip(rings.starts[:-1], rings.starts[1:], strict=True)]
    for patch in rng.choice(count, count // 10, replace=False):
        parcel = rng.integers(len(copied.starts) - 1)
        parts[patch] = copied.xy[copied.starts[parcel] : copied.starts[parcel + 1]]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return Rings(np.concatenate(parts), starts, np.arange(count), count)


def _closed(rings: Floats) -> Rings:
    """`Rings` of open rings (n, k, 2), one a feature."""
    count, size = rings.shape[:2]
    xy = np.concatenate([rings, rings[:, :1]], axis=1).reshape(-1, 2)
    return Rings(xy, np.arange(count + 1) * (size + 1), np.arange(count), count)
