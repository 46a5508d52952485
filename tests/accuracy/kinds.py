"""Kinds of pairs, each drawn from a generator: a patch and polygons of a layer, in metres about 0.

A kind makes `count` pairs at once. Where two polygons are to share vertices they get the same numbers, and
what places them (`place`) keeps them equal to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[Any]
Random = np.random.Generator
Pairs = tuple[Geometries, list[Geometries]]
Make = Callable[[Random, int], Pairs]


def sizes(random: Random, count: int, low: float, high: float) -> Floats:
    """Radii, evenly by their logarithm."""
    return np.exp(random.uniform(np.log(low), np.log(high), count))


def rays(random: Random, count: int, vertices: int, radius: Floats) -> Floats:
    """(count, vertices, 2) rings about 0 that every ray from 0 meets once."""
    angle = (np.arange(vertices) + random.uniform(-0.45, 0.45, (count, vertices))) * (2 * np.pi / vertices)
    reach = radius[:, None] * random.uniform(0.3, 1, (count, vertices))
    return np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=2)


def shifted(rings: Floats, by: Floats) -> Floats:
    return rings + by[:, None, :]


def turned(rings: Floats, angle: Floats) -> Floats:
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = rings[..., 0], rings[..., 1]
    return np.stack([x * cosine - y * sine, x * sine + y * cosine], axis=-1)


def near(random: Random, radius: Floats, reach: float = 0.7) -> Floats:
    """(count, 2) how far a partner lies off."""
    return random.uniform(-reach, reach, (len(radius), 2)) * radius[:, None]


def stars(low: float, high: float, least: int = 5, most: int = 40, union: int = 1) -> Make:
    def make(random: Random, count: int) -> Pairs:
        radius = sizes(random, count, low, high)
        a = rays(random, count, int(random.integers(least, most)), radius)
        ground = [
            shifted(rays(random, count, int(random.integers(least, most)), radius), near(random, radius))
            for _ in range(union)
        ]
        return shapely.polygons(a), [shapely.polygons(b) for b in ground]

    return make


def several(random: Random, count: int) -> Pairs:
    """Patches of three parts, against stars over the middle of them."""
    radius = sizes(random, count, 3, 250)
    parts = [
        shapely.polygons(shifted(rays(random, count, 9, radius), radius[:, None] * np.array([[step, 0.0]])))
        for step in (-2.1, 0.0, 2.1)
    ]
    whole = np.array([shapely.MultiPolygon(list(three)) for three in zip(*parts, strict=True)], object)
    return whole, [shapely.polygons(shifted(rays(random, count, 17, 2 * radius), near(random, radius)))]


def lattice(random: Random, count: int) -> Pairs:
    """Unions of hulls less boxes on a grid of 64ths: shared edges, touching corners, holes, all exact."""

    def some() -> Geometries:
        hulls = [
            shapely.convex_hull(
                shapely.multipoints(points.reshape(-1, 2), indices=np.repeat(np.arange(count), 4))
            )
            for points in (random.integers(0, 7, (count, 4, 2)).astype(float) for _ in range(3))
        ]
        whole = shapely.union(shapely.union(hulls[0], hulls[1]), hulls[2])
        for _ in range(2):
            x, y = random.integers(1, 6, (2, count))
            whole = shapely.difference(whole, shapely.box(x, y, x + 1, y + 1))
        return polygonal(shapely.set_precision(whole, 1 / 64))

    return some(), [some()]


def polygonal(geometries: Geometries) -> Geometries:
    """What of each geometry has an area."""
    parts, owners = shapely.get_parts(geometries, return_index=True)
    kept = shapely.get_type_id(parts) == 3
    parts, owners = parts[kept], owners[kept]
    out = np.full(len(geometries), shapely.MultiPolygon(), object)
    present = np.unique(owners)
    out[present] = shapely.multipolygons(parts, indices=np.searchsorted(present, owners))
    return out


def boxes(random: Random, count: int) -> Pairs:
    """Upright edges; half of them on the partner's own lines."""
    size = sizes(random, count, 1, 500)[:, None]
    lines = np.sort(random.uniform(-1, 1, (count, 4, 2)), axis=1) * size[..., None]
    a = lines[:, [0, 2]]
    b = np.where(random.random((count, 1, 1)) < 0.5, lines[:, [1, 3]], lines[:, [2, 3]])
    b = np.where(random.random((count, 1, 1)) < 0.3, lines[:, [0, 3]], b)
    return tuple_of(_boxes(a), _boxes(b))


def _boxes(corners: Floats) -> Geometries:
    low, high = corners[:, 0], corners[:, 1]
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))


def tuple_of(a: Geometries, *ground: Geometries) -> Pairs:
    return a, list(ground)


def strips(long: float, wide: tuple[float, float]) -> Make:
    """A strip of millimetres, turned anyhow, across a star or along another strip that it crosses thinly."""

    def make(random: Random, count: int) -> Pairs:
        length, width = sizes(random, count, long / 40, long), sizes(random, count, *wide)
        corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float) - 0.5
        strip = corner[None] * np.stack([length, width], axis=1)[:, None]
        angle = random.uniform(0, np.pi, count)
        other = turned(strip * [1, 3], angle + random.choice([1e-6, 1e-4, 1e-2, 0.3], count))
        star = shifted(rays(random, count, 11, length), near(random, length, 0.4))
        b = shapely.polygons(star)
        thin = random.random(count) < 0.4
        b[thin] = shapely.polygons(other[thin])
        return shapely.polygons(turned(strip, angle)), [b]

    return make


def neighbours(random: Random, count: int) -> Pairs:
    """Two fields that overlap by a millimetre or less, touch, or leave a gap, along a crooked border."""
    size = sizes(random, count, 20, 4000)[:, None]
    x = np.linspace(-1, 1, 12)[None] * size
    y = random.uniform(-0.1, 0.1, (count, 12)) * size
    over = random.choice([0.0, 0.0, 1e-4, 1e-3, 2e-3, -1e-3], (count, 1))
    border, raised = np.stack([x, y], axis=2), np.stack([x, y + over], axis=2)
    far = np.stack([size, size], axis=2) * np.array([[1, 1.0], [-1, 1]])
    below = np.concatenate([raised, far * [1, -1]], axis=1)
    return shapely.polygons(below), [shapely.polygons(np.concatenate([border, far], axis=1))]


def half_shared(random: Random, count: int) -> Pairs:
    """The first half of the vertices is the same to the bit."""
    radius = sizes(random, count, 1, 800)
    a = rays(random, count, 16, radius)
    b = a.copy()
    b[:, 9:15] *= random.uniform(0.5, 1.6, (count, 6, 1))
    return shapely.polygons(a), [shapely.polygons(b)]


def copies(random: Random, count: int) -> Pairs:
    """The same polygon again, or with one vertex moved a little."""
    a = rays(random, count, int(random.integers(5, 30)), sizes(random, count, 0.5, 800))
    b = a.copy()
    b[::2, 1] += random.uniform(-0.01, 0.01, (len(b[::2]), 2))
    return shapely.polygons(a), [shapely.polygons(b)]


def touching(random: Random, count: int) -> Pairs:
    """A polygon and its image in one of its vertices; or wedges round a common point."""
    radius = sizes(random, count, 1, 800)
    a = rays(random, count, 9, radius)
    b = 2 * a[:, :1] - a
    angle = np.sort(random.uniform(0, 2 * np.pi, (count, 4)), axis=1)
    rim = radius[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=2)
    centre = np.zeros((count, 1, 2))
    wedge = random.random(count) < 0.4
    out, other = shapely.polygons(a), shapely.polygons(b)
    out[wedge] = shapely.polygons(np.concatenate([centre, rim[:, :2]], axis=1)[wedge])
    other[wedge] = shapely.polygons(np.concatenate([centre, rim[:, 2:]], axis=1)[wedge])
    return out, [other]


def nearly_same(random: Random, count: int) -> Pairs:
    """A copy turned by a trillionth to a thousandth of a radian, or moved by nanometres to decimetres."""
    radius = sizes(random, count, 1, 800)
    a = rays(random, count, int(random.integers(5, 30)), radius)
    b = turned(a, np.power(10, random.uniform(-12, -3, count)))
    moved = random.random(count) < 0.5
    step = np.power(10, random.uniform(-9, -1, count))[:, None] * random.uniform(-1, 1, (count, 2))
    b[moved] = shifted(a, step)[moved]
    return shapely.polygons(a), [shapely.polygons(b)]


def with_holes(most: int) -> Make:
    """Fields of holes, both; `most` along a side."""

    def field(random: Random, count: int, size: Floats) -> Geometries:
        side = int(random.integers(most // 2 + 1, most + 1))
        cell = 2 * size / side
        middle = (
            np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) + 0.5
        ) * 2 / side - 1
        holes = rays(random, count * side * side, 5, np.repeat(0.45 * cell, side * side))
        holes = holes + (middle[None] * size[:, None, None]).reshape(-1, 1, 2)
        shell = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size[:, None, None] * 1.01
        rings = shapely.linearrings(holes).reshape(count, -1)
        shells = shapely.linearrings(shell)
        return np.array([shapely.polygons(s, r) for s, r in zip(shells, rings, strict=True)], object)

    def make(random: Random, count: int) -> Pairs:
        size = sizes(random, count, 20, 1500)
        b = field(random, count, size)
        off = near(random, size, 0.4)
        return field(random, count, size), [shapely.transform(b, _offsets(b, off))]

    return make


def _offsets(geometries: Geometries, by: Floats) -> Callable[[Floats], Floats]:
    _, index = shapely.get_coordinates(geometries, return_index=True)
    return lambda xy: xy + by[index]


def combs(random: Random, count: int) -> Pairs:
    """Two combs laid across each other: hundreds of crossings."""
    teeth = int(random.integers(8, 22))
    size = sizes(random, count, 5, 600)

    def comb() -> Floats:
        x = np.arange(2 * teeth) / (2 * teeth - 1) * 2 - 1
        reach = np.where(np.arange(2 * teeth) % 4 < 2, 0.9, -0.8)[None] * random.uniform(
            0.9, 1, (count, 2 * teeth)
        )
        top = np.stack([np.broadcast_to(x, reach.shape), reach], axis=2)
        base = np.broadcast_to(np.array([(1.0, -1.0), (-1.0, -1.0)]), (count, 2, 2))
        return np.concatenate([top, base], axis=1) * size[:, None, None]

    angle = random.choice([0.0, np.pi / 2], count) + random.uniform(-0.05, 0.05, count)
    return shapely.polygons(comb()), [shapely.polygons(turned(comb(), angle))]


def spirals(random: Random, count: int) -> Pairs:
    """Bands wound three to six times, against another, turned and moved."""
    turns, size = int(random.integers(3, 7)), sizes(random, count, 10, 800)

    def spiral() -> Floats:
        angle = np.linspace(0, 2 * np.pi * turns, 24 * turns)
        reach = (angle + 2) / (2 * np.pi * turns + 2)
        inner = reach - random.uniform(0.3, 0.8, (count, 1)) * 2 * np.pi / (2 * np.pi * turns + 2)
        ring = np.concatenate(
            [np.broadcast_to(reach, inner.shape), np.maximum(inner, 1e-3 * reach)[:, ::-1]], axis=1
        )
        both = np.concatenate([angle, angle[::-1]])
        xy = np.stack([ring * np.cos(both), ring * np.sin(both)], axis=2)
        return turned(xy * size[:, None, None], random.uniform(0, 2 * np.pi, count))

    return shapely.polygons(spiral()), [shapely.polygons(shifted(spiral(), near(random, size, 0.3)))]


def tiny_in_huge(random: Random, count: int) -> Pairs:
    """A speck of decimetres to metres on, in and beside a polygon 3 to 30 km wide; some on its edges."""
    radius = sizes(random, count, 3000, 15_000)
    huge = rays(random, count, int(random.integers(7, 60)), radius)
    where = near(random, radius, 0.9)
    edge = random.random(count) < 0.5
    t = random.random((count, 1))
    where[edge] = (huge[:, 0] * t + huge[:, 1] * (1 - t))[edge]
    speck = shifted(rays(random, count, 8, sizes(random, count, 0.1, 5)), where)
    return shapely.polygons(speck), [shapely.polygons(huge)]


def overlapping_copies(random: Random, count: int) -> Pairs:
    """Polygons of one class: a star, its copy, and the copy moved by a hair."""
    radius = sizes(random, count, 5, 600)
    b = rays(random, count, 12, radius)
    hair = np.power(10, random.uniform(-9, 0, count))[:, None] * random.uniform(-1, 1, (count, 2))
    a = shifted(rays(random, count, 12, radius), near(random, radius))
    return shapely.polygons(a), [shapely.polygons(one) for one in (b, b, shifted(b, hair))]


@dataclass(frozen=True)
class Kind:
    """share  of all pairs, in parts of a million
    at_once  pairs of one chunk;  cell  metres between pairs;  latitude  where they lie, south to north
    crs      of the patch and of the layer
    """

    name: str
    make: Make
    share: int
    crs: tuple[str, str] = ("EPSG:4490", "EPSG:4490")
    at_once: int = 2500
    cell: float = 6000.0
    latitude: tuple[float, float] = (37.6, 40.9)


DEGREES = "EPSG:4490"
_CROSSED = ("EPSG:4525", "EPSG:4524")


def _projected() -> tuple[Kind, ...]:
    """Two systems in one call; and one, whose edges are curves on the globe."""
    ways = (
        (_CROSSED, 1.0), ((DEGREES, "EPSG:4525"), 0.6), (("EPSG:4524", DEGREES), 0.6),
        (("EPSG:4525", "EPSG:4525"), 0.8),
        (("EPSG:32649", "EPSG:4525"), 0.4), (("EPSG:3857", DEGREES), 0.3),
    )  # fmt: skip
    some: tuple[tuple[str, Make, int], ...] = (
        ("stars", stars(3, 1200), 16_000),
        ("upright boxes", boxes, 5000),
        ("strips of millimetres", strips(400, (5e-4, 5e-3)), 6000),
        ("half of the edges coincide", half_shared, 5000),
        ("near-degenerate crossings", nearly_same, 5000),
        ("holes", with_holes(3), 1500),
        ("union of three", stars(5, 400, union=3), 2500),
        ("combs", combs, 300),
    )
    return tuple(
        Kind(name, make, int(share * part), crs, 500) for crs, part in ways for name, make, share in some
    )


KINDS: tuple[Kind, ...] = (
    Kind("stars", stars(3, 2500), 230_000, cell=10_000),
    Kind("stars of centimetres", stars(0.02, 2), 40_000),
    Kind("stars, 82° south to 82° north", stars(3, 800), 50_000, latitude=(-82, 82)),
    Kind("grid of 64ths, Hypothesis's shapes", lattice, 100_000, cell=0),
    Kind("upright boxes", boxes, 80_000),
    Kind("strips of millimetres", strips(400, (5e-4, 5e-3)), 60_000),
    Kind("neighbours with a border of ± 1 mm", neighbours, 50_000, cell=24_000),
    Kind("half of the edges coincide", half_shared, 60_000),
    Kind("copies", copies, 40_000),
    Kind("touching in a point", touching, 40_000),
    Kind("near-degenerate crossings", nearly_same, 60_000),
    Kind("holes", with_holes(3), 12_000, at_once=500),
    Kind("thousands of holes", with_holes(40), 200, at_once=10),
    Kind("spirals", spirals, 5000, at_once=500),
    Kind("combs", combs, 4000, at_once=500),
    Kind("patches of three parts", several, 15_000, at_once=1000),
    Kind("tiny in huge", tiny_in_huge, 20_000, at_once=300, cell=40_000),
    Kind("union of three", stars(5, 800, union=3), 20_000),
    Kind("union of copies and near copies", overlapping_copies, 12_000),
    Kind("80 km across", stars(25_000, 40_000, 600, 800), 600, at_once=20, cell=150_000),
    Kind("80 km across", stars(25_000, 40_000, 300, 400), 100, _CROSSED, 4, 150_000),
    Kind("strips of 80 km by 1 to 50 m", strips(80_000, (1, 50)), 2000, at_once=40, cell=250_000),
    Kind("strips of 80 km by 1 to 50 m", strips(80_000, (1, 50)), 300, ("EPSG:4525", DEGREES), 4, 250_000),
    *_projected(),
)
