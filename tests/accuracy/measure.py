"""The kernel and the oracle on the same pairs: the error of each as a share of what contract 2 allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from unittest import mock

import numpy as np
import numpy.typing as npt
import shapely

from shoutu.geometry.prepared import Prepared, prepare
from shoutu.geometry.rings import Rings
from shoutu.overlay import LayerView, Overlay, overlay, run
from tests.accuracy import oracle
from tests.accuracy.kinds import Geometries, Kind, polygonal
from tests.accuracy.oracle import Floats
from tests.geometry.polygons import GRID
from tests.oracles import TOLERANCE, TOLERANCE_M2, is_geographic, to_lonlat, transformer

METRES = 111_320.0
"""Metres of a degree, near enough to place a shape."""


@dataclass
class Worst:
    """Over pairs: how many, the largest error in m² and as a share of the bound, and the areas there.

    beyond  what reproduces each pair beyond the bound, at most five
    """

    pairs: int = 0
    overlapping: int = 0
    error_m2: float = 0.0
    share: float = 0.0
    own_share: float = 0.0
    at_m2: float = 0.0
    largest_m2: float = 0.0
    beyond: list[str] = field(default_factory=list)

    def add(self, other: Worst) -> None:
        if other.share > self.share:
            self.share, self.at_m2 = other.share, other.at_m2
        self.error_m2 = max(self.error_m2, other.error_m2)
        self.own_share = max(self.own_share, other.own_share)
        self.largest_m2 = max(self.largest_m2, other.largest_m2)
        self.pairs += other.pairs
        self.overlapping += other.overlapping
        self.beyond = (self.beyond + other.beyond)[:5]


def of_bound(got: Floats, want: Floats) -> Floats:
    """|got − want| as a share of the bound; NaN counts as infinite."""
    share = np.abs(got - want) / np.maximum(TOLERANCE_M2, TOLERANCE * np.abs(want))
    return np.where(np.isnan(share), np.inf, share)


def drawn(kind: Kind, seed: int, chunk: int, count: int) -> tuple[Geometries, list[Geometries]]:
    """`count` pairs of a chunk where they lie; those that rounding made invalid are left out."""
    random = np.random.default_rng([seed, *kind.name.encode(), *"".join(kind.crs).encode(), chunk])
    patches, ground = kind.make(random, count)
    centres = _centres(random, kind, count)
    patches = place(patches, centres, kind.crs[0], kind.cell)
    ground = [place(one, centres, kind.crs[1], kind.cell) for one in ground]
    good = shapely.is_valid(patches)
    for one in ground:
        good &= shapely.is_valid(one)
    return patches[good], [one[good] for one in ground]


def _centres(random: np.random.Generator, kind: Kind, count: int) -> Floats:
    """(count, 2) places in degrees, so far apart that no pair meets another."""
    side = int(np.ceil(np.sqrt(count)))
    south, north = kind.latitude
    if kind.cell == 0:  # on the grid, to the bit
        lon, lat = random.integers((437_000, 155_000), (455_000, 165_000))
        return np.stack(np.divmod(np.arange(count), side), axis=1) * 16 * GRID + np.array([lon, lat]) * GRID
    high = kind.cell / METRES
    lat = random.uniform(south, max(south, north - side * high)) + np.arange(side) * high
    wide = high / np.cos(np.radians(min(np.abs(lat).max() + high, 85)))
    lon = random.uniform(108.2, max(108.3, 111.5 - side * wide)) + np.arange(side) * wide
    return np.stack(np.meshgrid(lon, lat), axis=-1).reshape(-1, 2)[:count]


def place(geometries: Geometries, centres: Floats, crs: str, cell: float) -> Geometries:
    """Shapes in metres about 0 in the numbers of `crs` about each one's centre."""
    xy, index = shapely.get_coordinates(geometries, return_index=True)
    if cell == 0:
        scale, at = np.full((1, 2), GRID), centres
    elif is_geographic(crs):
        scale = 1 / (METRES * np.stack([np.cos(np.radians(centres[:, 1])), np.ones(len(centres))], axis=1))
        scale, at = scale[index], centres
    else:
        at = np.stack(transformer(crs).transform(centres[:, 0], centres[:, 1], direction="INVERSE"), axis=1)
        scale = np.ones((1, 2))
    out: Geometries = shapely.set_coordinates(geometries.copy(), at[index] + xy * scale)
    return out


def ready(geometries: Geometries, crs: str) -> Prepared:
    xy, starts, owners = oracle.flat(geometries)
    rings = Rings(xy, starts, owners, len(geometries))
    return prepare(rings, None if is_geographic(crs) else lambda xy: to_lonlat(crs, xy), threads=1)


def measured(kind: Kind, seed: int, chunk: int, count: int) -> Worst:
    patches, ground = drawn(kind, seed, chunk, count)
    got = [_by_kernel(ready(patches, kind.crs[0]), ready(np.concatenate(ground), kind.crs[1]), len(patches))]
    if len(ground) == 1:
        got.append(_by_kernel(ready(ground[0], kind.crs[1]), ready(patches, kind.crs[0]), len(patches)))
    want = oracle.shared(patches, kind.crs[0], ground, kind.crs[1])
    own = np.concatenate([
        of_bound(one.patch_area_m2, oracle.areas(shapes, crs))
        for (one, _), shapes, crs in zip(got, (patches, ground[0]), kind.crs, strict=False)
    ])  # fmt: skip
    return judged([area for _, area in got], want, own, f"{kind.name} {kind.crs} seed {seed} chunk {chunk}")


def judged(got: list[Floats], want: Floats, own: Floats, name: str) -> Worst:
    """The worst of several answers to the same question."""
    shares = np.max([of_bound(one, want) for one in got], axis=0)
    errors = np.max([np.abs(one - want) for one in got], axis=0)
    worst = int(np.argmax(shares)) if len(shares) else 0
    return Worst(
        pairs=len(want),
        overlapping=int((want >= TOLERANCE_M2).sum()),
        error_m2=float(errors.max(initial=0)),
        share=float(shares.max(initial=0)),
        own_share=float(own.max(initial=0)),
        at_m2=float(want[worst]) if len(want) else 0.0,
        largest_m2=float(want.max(initial=0)),
        beyond=[
            f"{name} pair {i}: {[float(one[i]) for one in got]} and not {float(want[i])!r}"
            for i in np.flatnonzero(shares > 1)[:5]
        ] + [f"{name}: own area, share {own[i]:.3g}, at {i}" for i in np.flatnonzero(own > 1)[:2]],
    )  # fmt: skip


def _by_kernel(patches: Prepared, ground: Prepared, count: int) -> tuple[Overlay, Floats]:
    """Areas (count,) of patch i in class i; NaN where a patch has ground of another's class."""
    codes = (np.arange(ground.features) % count).astype(np.int32)
    layer = LayerView("layer", ground, codes, [f"{i:07d}" for i in range(count)])
    with mock.patch.object(run, "SMALLEST", 0.0):  # rows below a thousandth of a m² too: errors hide there
        found = overlay(patches, [layer], threads=1)
    out = np.zeros(count)
    mine = found.class_code == found.patch
    out[found.patch[mine]] = found.area_m2[mine]
    stray = ~mine & (found.area_m2 > TOLERANCE_M2 / 10)
    out[found.patch[stray]] = np.nan
    return found, out


def millions_of_edges(seed: int, edges: int, patches: int) -> Worst:
    """One outline of `edges` edges, against specks along its border, wide stars, one as large as it."""
    random = np.random.default_rng([seed, edges])
    angle = np.linspace(0, 2 * np.pi, edges, endpoint=False)
    reach = 0.18 * (1 + 0.05 * np.sin(97 * angle) + 0.001 * np.sin(15_111 * angle))
    reach += random.uniform(-1e-7, 1e-7, edges)
    outline = np.stack([110 + reach * np.cos(angle), 39.2 + reach * np.sin(angle)], axis=1)
    big = shapely.Polygon(outline)
    near = outline[random.integers(0, edges, patches)]
    some: list[npt.NDArray[np.float64]] = []
    for i, at in enumerate(near):
        radius = 0.15 if i == 0 else float(np.exp(random.uniform(np.log(2e-5), np.log(2e-2))))
        turn = np.sort(random.uniform(0, 2 * np.pi, 40))
        some.append(
            at
            + (radius * random.uniform(0.4, 1, 40))[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        )
    specks = polygonal(shapely.make_valid(shapely.polygons(np.array(some))))
    whole = np.array([big], object)
    mine = np.zeros(patches, np.int32)
    with mock.patch.object(run, "SMALLEST", 0.0):
        one = overlay(ready(specks, "EPSG:4490"), [LayerView("a", ready(whole, "EPSG:4490"), mine[:1], [""])])
        names = [f"{i:07d}" for i in range(patches)]
        codes = np.arange(patches, dtype=np.int32)
        other = overlay(ready(whole, "EPSG:4490"), [LayerView("b", ready(specks, "EPSG:4490"), codes, names)])
    got = np.zeros((2, patches))
    got[0, one.patch], got[1, other.class_code] = one.area_m2, other.area_m2
    want = oracle.areas(shapely.intersection(specks, big), "EPSG:4490")
    own = of_bound(other.patch_area_m2, oracle.areas(whole, "EPSG:4490"))
    return judged([got[0], got[1]], want, own, f"{edges} edges, seed {seed}")
