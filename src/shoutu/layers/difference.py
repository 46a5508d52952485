"""What changed between two versions of a layer: ground added, removed, and of another class.

Features with the same outline, to the bit, are found first and never measured against anything. What is
left of either version is crossed by the kernel, so every area is the kernel's; GEOS only draws the
pieces that are written (decision 0123). Each square metre of a version is accounted for once: in a cell of
`totals`, or as ground that the version itself covers twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from shoutu import crs as systems
from shoutu.geometry.divide import to_wkb
from shoutu.geometry.edges import Flags, Words, edge_sums, pairs, same_outline
from shoutu.geometry.pieces import Pieces, redrawn, without_overlaps
from shoutu.geometry.prepared import Owners, Prepared, prepare
from shoutu.geometry.rings import Floats, Ints, Rings
from shoutu.layers.meta import VersionMeta
from shoutu.layers.open import LayerVersion
from shoutu.layers.query import view
from shoutu.overlay.facts import LayerView
from shoutu.overlay.run import SMALLEST, overlay

NOTHING = -1
"""The class and the feature of ground that a version does not cover."""
REDRAWN_EVERY = 25.0
"""m between vertices of an edge that is drawn in degrees and was straight in another plane."""
DEGREES = "EPSG:4490"

Progress = Callable[[int, int], None]
Pair = tuple[Ints, Ints]
Part = tuple[Ints, Ints, Floats]


@dataclass(frozen=True)
class Total:
    """All ground that lay in one class and lies in another; None: covered by nothing.

    pieces  written rows of this cell; unchanged ground and what is below 0.001 m² has none
    """

    from_class: str | None
    to_class: str | None
    area_m2: float
    pieces: int


@dataclass(frozen=True)
class Side:
    """The account of one version: area_m2 = totals_m2 + covered_twice_m2 + rest_m2.

    area_m2           sum of its features' own areas
    totals_m2         its cells of `totals`, those with nothing on the other side included
    covered_twice_m2  ground of changed features that earlier features of the version cover as well
    rest_m2           what rounding leaves
    """

    area_m2: float
    totals_m2: float
    covered_twice_m2: float
    rest_m2: float


@dataclass(frozen=True)
class Difference:
    """Rows (k,) by feature of A, then of B; what was added comes last.

    from_feature, to_feature  position in file order, NOTHING where there is none
    from_class, to_class      code into `classes`, NOTHING where there is none
    area_m2                   from 0.001 m² up; below that the sum is `unwritten_m2`
    crs                       of the shapes: that of both versions, degrees where they have two
    """

    a: VersionMeta
    b: VersionMeta
    by: str | None
    classes: tuple[str, ...]
    crs: str
    from_feature: Ints
    to_feature: Ints
    from_class: Owners
    to_class: Owners
    area_m2: Floats
    totals: tuple[Total, ...]
    sides: tuple[Side, Side]
    equal_features: int
    unwritten_m2: float
    _drawing: _Drawing = field(repr=False)

    def __len__(self) -> int:
        return len(self.area_m2)

    def change(self, row: int) -> str:
        """added, removed or changed."""
        if self.from_feature[row] == NOTHING:
            return "added"
        return "removed" if self.to_feature[row] == NOTHING else "changed"

    def name(self, code: int) -> str | None:
        return None if code == NOTHING else self.classes[code]

    def shapes(self, first: int, last: int) -> list[bytes | None]:
        """WKB of rows first … last − 1; None where GEOS leaves no area of so thin a piece."""
        return self._drawing.shapes(self.from_feature[first:last], self.to_feature[first:last])


def difference(
    a: LayerVersion,
    b: LayerVersion,
    by: str | None = None,
    *,
    threads: int = 2,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Difference:
    """What changed from version `a` to version `b`.

    by  the field whose values are the classes; None: the class field that both declare, else one class

    BadInput when a version has no such field; Stopped when stopped.
    """
    if by is None and a.meta.class_field == b.meta.class_field:
        by = a.meta.class_field
    one, other = view(a, by), view(b, by)
    classes = tuple(sorted({*one.class_names, *other.class_names}))
    codes_a, codes_b = _common(one, classes), _common(other, classes)
    same, moved = _equal(a, b, codes_a, codes_b, threads)
    rest_a = _Rest.of(a, np.concatenate([same[0], moved[0]]), threads)
    rest_b = _Rest.of(b, np.concatenate([same[1], moved[1]]), threads)
    crossed = _cross(rest_a, rest_b, threads, progress, should_stop)
    parts = [
        (*same, a.reference.polygons.area[same[0]]),
        (*moved, a.reference.polygons.area[moved[0]]),
        *crossed,
    ]
    features_a, features_b, areas = (np.concatenate([part[column] for part in parts]) for column in range(3))
    from_, to = _classes_of(codes_a, features_a), _classes_of(codes_b, features_b)
    written = (from_ != to) & ~(areas < SMALLEST)
    totals = _totals(classes, from_, to, areas, written)
    order = np.lexsort((features_b[written], features_a[written] % np.iinfo(np.int64).max))
    drawing = _Drawing(a, b, rest_a, rest_b, moved, crossed[0][:2])
    return Difference(
        a=a.meta,
        b=b.meta,
        by=by,
        classes=classes,
        crs=a.meta.crs if drawing.one_plane else DEGREES,
        from_feature=features_a[written][order],
        to_feature=features_b[written][order],
        from_class=from_[written][order],
        to_class=to[written][order],
        area_m2=areas[written][order],
        totals=totals,
        sides=(
            _side(a, [t.area_m2 for t in totals if t.from_class is not None], rest_a),
            _side(b, [t.area_m2 for t in totals if t.to_class is not None], rest_b),
        ),
        equal_features=len(same[0]),
        unwritten_m2=float(areas[(from_ != to) & ~written].sum()),
        _drawing=drawing,
    )


def _common(layer: LayerView, classes: Sequence[str]) -> Owners:
    """Class codes (features,) into `classes`."""
    place = {name: code for code, name in enumerate(classes)}
    table = np.array([place[name] for name in layer.class_names] or [0], np.int32)
    return table[layer.class_codes]


def _classes_of(codes: Owners, features: Ints) -> Owners:
    out = np.full(len(features), NOTHING, np.int32)
    out[features != NOTHING] = codes[features[features != NOTHING]]
    return out


def _equal(
    a: LayerVersion, b: LayerVersion, codes_a: Owners, codes_b: Owners, threads: int
) -> tuple[Pair, Pair]:
    """Pairs of features with one outline: of one class, and of two."""
    one, other = a.reference.polygons, b.reference.polygons
    sums_a, sums_b = edge_sums(one, threads), edge_sums(other, threads)
    left_a, left_b = _with_ground(one), _with_ground(other)
    found: list[Pair] = []
    for classed in (True, False):
        keys_a = _keys(sums_a, codes_a, left_a, classed)
        keys_b = _keys(sums_b, codes_b, left_b, classed)
        at_a, at_b = pairs(keys_a, keys_b)
        mine, theirs = left_a[at_a], left_b[at_b]
        kept = same_outline(one, other, mine, theirs)
        if classed:
            kept &= codes_a[mine] == codes_b[theirs]
        mine, theirs = mine[kept], theirs[kept]
        found.append((mine, theirs))
        left_a, left_b = np.setdiff1d(left_a, mine), np.setdiff1d(left_b, theirs)
    return found[0], found[1]


def _with_ground(polygons: Prepared) -> Ints:
    """Features that have a geometry."""
    return np.flatnonzero(polygons.feature_rings[:, 1] > polygons.feature_rings[:, 0]).astype(np.int64)


def _keys(sums: Words, codes: Owners, features: Ints, classed: bool) -> Words:
    chosen = sums[features]
    if not classed:
        return chosen
    return chosen + (codes[features].astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class _Rest:
    """The features of a version that have no equal, each square metre in one of them.

    features  (n,) their positions in the version
    rings     theirs as delivered, less what earlier ones cover
    prepared  the same for the kernel
    cut_m2    area that was taken away as covered twice
    """

    features: Ints
    rings: Rings
    prepared: Prepared
    cut_m2: float

    @classmethod
    def of(cls, version: LayerVersion, equal: Ints, threads: int) -> _Rest:
        features = np.setdiff1d(_with_ground(version.reference.polygons), equal)
        rings = _chosen(version, features)
        to_degrees = systems.degrees(systems.parse(version.meta.crs))
        prepared = prepare(rings, to_degrees, threads)
        if not version.meta.overlapping:
            return cls(features, rings, prepared, 0.0)
        one, other, _ = _shared(prepared, prepared, threads)
        again = one > other
        if not again.any():
            return cls(features, rings, prepared, 0.0)
        rings = without_overlaps(rings, one[again], other[again])
        alone = prepare(rings, to_degrees, threads)
        return cls(features, rings, alone, float((prepared.area - alone.area).sum()))


def _shared(
    a: Prepared,
    b: Prepared,
    threads: int,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Part:
    """Pairs of features, the first of `a` and the second of `b`, and the m² that they share."""
    codes = np.arange(b.features, dtype=np.int32)
    ground = LayerView("b", b, codes, [str(code) for code in range(len(codes))])
    rows = overlay(a, [ground], threads, progress, should_stop)
    return rows.patch, rows.class_code.astype(np.int64), rows.area_m2


def _chosen(version: LayerVersion, features: Ints) -> Rings:
    """Some features, ascending, as they were delivered."""
    arrays, polygons = version.arrays, version.reference.polygons
    if "delivered_xy" in arrays:
        xy, starts = arrays["delivered_xy"], arrays["delivered_starts"]
        low = np.searchsorted(arrays["delivered_owners"], features, side="left")
        high = np.searchsorted(arrays["delivered_owners"], features, side="right")
    else:
        xy, starts = polygons.xy, polygons.ring_starts
        low, high = polygons.feature_rings[features].T
    rings = _runs(low, high)
    sizes = starts[rings + 1] - starts[rings]
    return Rings(
        xy=np.ascontiguousarray(xy[_runs(starts[rings], starts[rings + 1])]),
        starts=np.append(0, np.cumsum(sizes)).astype(np.int64),
        owners=np.repeat(np.arange(len(features)), high - low),
        features=len(features),
    )


def _runs(low: Ints, high: Ints) -> Ints:
    """low[0] … high[0] − 1, low[1] … high[1] − 1 and so on, in one row."""
    counts = high - low
    ends = np.cumsum(counts)
    shift = np.repeat(low - (ends - counts), counts)
    return (shift + np.arange(len(shift))).astype(np.int64)


def _cross(
    a: _Rest,
    b: _Rest,
    threads: int,
    progress: Progress | None,
    should_stop: Callable[[], bool] | None,
) -> list[Part]:
    """Pairs that share ground, what is left of A's features and of B's, as features of the versions."""
    one, other, area = _shared(a.prepared, b.prepared, threads, progress, should_stop)
    left_a = a.prepared.area - np.bincount(one, area, a.prepared.features)
    left_b = b.prepared.area - np.bincount(other, area, b.prepared.features)
    return [
        (a.features[one], b.features[other], area),
        (a.features, np.full(len(left_a), NOTHING, np.int64), left_a),
        (np.full(len(left_b), NOTHING, np.int64), b.features, left_b),
    ]


def _totals(
    classes: Sequence[str], from_: Owners, to: Owners, areas: Floats, written: Flags
) -> tuple[Total, ...]:
    """One for each pair of classes that occurs, by name; nothing comes last."""
    width = len(classes) + 1
    keys = (from_ % width).astype(np.int64) * width + to % width
    cells, at = np.unique(keys, return_inverse=True)
    area = np.bincount(at, areas, len(cells))
    count = np.bincount(at, written, len(cells)).astype(np.int64)
    names: list[str | None] = [*classes, None]
    return tuple(
        Total(names[cell // width], names[cell % width], float(area[k]), int(count[k]))
        for k, cell in enumerate(cells.tolist())
        if abs(area[k]) >= SMALLEST or count[k]
    )


def _side(version: LayerVersion, cells: Sequence[float], rest: _Rest) -> Side:
    area, total = float(version.reference.polygons.area.sum()), float(sum(cells))
    return Side(area, total, rest.cut_m2, area - total - rest.cut_m2)


@dataclass(frozen=True)
class _Drawing:
    """What is needed to draw the rows.

    moved    pairs of features that changed nothing but their class
    meeting  pairs of the rests that share ground
    """

    a: LayerVersion
    b: LayerVersion
    rest_a: _Rest
    rest_b: _Rest
    moved: Pair
    meeting: Pair

    @cached_property
    def one_plane(self) -> bool:
        return systems.same(self.a.meta.crs, self.b.meta.crs)

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self._plane(self.a, self.rest_a.rings), self._plane(self.b, self.rest_b.rings))

    def _plane(self, version: LayerVersion, rings: Rings) -> Rings:
        crs = systems.parse(version.meta.crs)
        to_degrees = systems.degrees(crs)
        if self.one_plane or to_degrees is None:
            return rings
        step = REDRAWN_EVERY / 111_320.0 if crs.geographic else REDRAWN_EVERY
        return redrawn(rings, to_degrees, step)

    def shapes(self, from_: Ints, to: Ints) -> list[bytes | None]:
        out: list[bytes | None] = [None] * len(from_)
        gone, new = to == NOTHING, from_ == NOTHING
        whole = np.isin(from_, self.moved[0]) & ~gone
        both = ~(whole | gone | new)
        one, other = (
            self._at(rest, part) for rest, part in zip((self.rest_a, self.rest_b), self.meeting, strict=True)
        )
        at_a, at_b = self._at(self.rest_a, from_), self._at(self.rest_b, to)
        kinds: list[tuple[Flags, Callable[[Flags], Sequence[bytes | None]]]] = [
            (whole, lambda rows: to_wkb(self._plane(self.a, _chosen(self.a, from_[rows])))),
            (both, lambda rows: self._pieces.shared(at_a[rows], at_b[rows])),
            (gone, lambda rows: self._pieces.left_of_one(at_a[rows], _partners(one, other, at_a[rows]))),
            (new, lambda rows: self._pieces.left_of_other(at_b[rows], _partners(other, one, at_b[rows]))),
        ]
        for rows, draw in kinds:
            if rows.any():
                for row, shape in zip(np.flatnonzero(rows), draw(rows), strict=True):
                    out[row] = shape
        return out

    @staticmethod
    def _at(rest: _Rest, features: Ints) -> Ints:
        return np.searchsorted(rest.features, features).astype(np.int64)


def _partners(one: Ints, other: Ints, wanted: Ints) -> list[Ints]:
    """For each wanted number of `one`, those of `other` beside it."""
    order = np.argsort(one, kind="stable")
    low, high = (np.searchsorted(one[order], wanted, side) for side in ("left", "right"))
    return [other[order[x:y]] for x, y in zip(low, high, strict=True)]


def blocks(found: Difference, size: int = 4096) -> Iterator[tuple[int, int]]:
    """Half-open ranges of the rows, for those who write them."""
    for first in range(0, len(found), size):
        yield first, min(first + size, len(found))
