"""What the numbers of a file look like, when it does not say its reference system or may be wrong.

Numbers in, proposals out: nothing is decided here. Where an outline is at hand (a region's, or an
earlier version of the layer), every candidate is tried against it. Shifted degrees (GCJ-02, BD-09)
look like any others; they are told by the displacement of the whole against the outline, for which a
coarse outline will do. Beijing 1954 and Xian 1980 in metres lie 60 to 130 m from CGCS2000, less than
a coarse outline is wrong by; they are never proposed, and said to be possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from shoutu import crs as systems
from shoutu import shifted
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.rings import Floats

Flags = npt.NDArray[np.bool_]

SAMPLE = 1500
"""Vertices looked at, spread evenly over the file."""
MOST_EDGES = 20_000
NEAR_M = 1500.0
"""Vertices farther from every edge of the outline have nothing to say about a shift."""
ENOUGH = 24
"""Vertices below which nothing is told."""
ON_THE_LINE_M = 20.0
_DEGREE_M = 111_320.0
_SHIFTS = ("GCJ-02", "BD-09")
_CGCS2000 = "EPSG:4490"


@dataclass(frozen=True)
class Ground:
    """Edges (m, 4) in degrees of the one datum, x y x y, of outlines that the file should fit.

    name    what the reasons call it
    closed  the edges are whole outlines: a place can be inside
    """

    name: Text
    edges: Floats
    closed: bool = True


@dataclass(frozen=True)
class Fit:
    """How shapes lie against a ground.

    there    share of the vertices inside it or within NEAR_M of an edge
    near     vertices within NEAR_M of an edge
    miss_m   median distance of those to the nearest edge
    east_m, north_m   displacement of the whole that would fit best
    error_m  its standard error; infinite where the edges run in too few directions to tell
    """

    there: float
    near: int
    miss_m: float
    east_m: float
    north_m: float
    error_m: float

    @property
    def off_m(self) -> float:
        return float(np.hypot(self.east_m, self.north_m))


@dataclass(frozen=True)
class Proposal:
    """A reference system that the numbers may be in, and why.

    crs  as `--crs` takes it
    """

    crs: str
    name: str
    reason: Text
    fit: Fit | None = None


@dataclass(frozen=True)
class Likeness:
    """What the numbers look like.

    proposals  the likeliest first
    told       whether the first stands out from the others
    cautions   what the numbers cannot tell
    """

    seen: Text
    proposals: tuple[Proposal, ...]
    told: bool
    cautions: tuple[Text, ...] = ()


def ground_of(name: Text, rings: Sequence[Floats], closed: bool = True) -> Ground:
    """Outlines (k, 2) in degrees, each closed, as a ground."""
    edges = [np.hstack([ring[:-1], ring[1:]]) for ring in rings if len(ring) > 1]
    return Ground(name, np.concatenate([np.zeros((0, 4)), *edges]), closed)


def propose(xy: Floats, ground: Ground | None = None, used: str | None = None) -> Likeness:
    """Candidates for coordinates (n, 2) as they stand in a file, tried against `ground` if any.

    used  a definition that is a candidate whatever the numbers look like: what the file states
    """
    finite = xy[np.isfinite(xy).all(axis=1)]
    if not len(finite):
        return Likeness(Text("没有坐标可供判断", "there are no coordinates to judge by"), (), False)
    sample = finite[np.linspace(0, len(finite) - 1, min(SAMPLE, len(finite))).astype(np.int64)]
    seen, codes = systems.describe((*finite.min(axis=0), *finite.max(axis=0)))
    swap = bool(codes) and codes[0].endswith(" yx")
    degrees = bool(codes) and codes[0].startswith(_CGCS2000)
    if degrees and _in_china(sample[:, ::-1] if swap else sample):
        codes = (*codes, *(f"{name} yx" if swap else name for name in _SHIFTS))
    if used is not None:
        codes = (used, *(code for code in codes if not _alike(code, used)))
    usable = ground is not None and len(ground.edges) > 0
    if usable and not degrees:
        codes = tuple(dict.fromkeys((*codes, *_zones(sample, swap))))
    tried = _unlike([(code, lonlat) for code in codes if (lonlat := _placed(code, sample)) is not None])
    if not usable or not tried:
        return Likeness(
            seen, tuple(_unfitted(code) for code, _ in tried), len(tried) == 1, _cautions(degrees)
        )
    assert ground is not None
    return _ranked(seen, tried, ground, degrees)


def doubt(xy: Floats, used: str, ground: Ground) -> Likeness | None:
    """What the numbers are likelier in than in `used`, which the file or its format states; None: nothing."""
    found = propose(xy, ground, used)
    return found if found.told and found.proposals[0].crs != used else None


def _alike(code: str, used: str) -> bool:
    plain, swap = systems.without_swap(code)
    return not swap and plain not in _SHIFTS and systems.same(plain, used)


def _in_china(lonlat: Floats) -> bool:
    middle = np.median(lonlat, axis=0)
    return bool(73 <= middle[0] <= 136 and 15 <= middle[1] <= 55)


def _placed(code: str, xy: Floats) -> Floats | None:
    """Degrees under a candidate; None where the numbers are no places of it."""
    plain, swap = systems.without_swap(code)
    try:
        return systems.to_lonlat(systems.parse(plain), xy[:, ::-1] if swap else xy)
    except BadInput:
        return None


def _unlike(tried: list[tuple[str, Floats]]) -> list[tuple[str, Floats]]:
    """Without those that put every vertex where an earlier one does: zones of 3° and 6° share meridians."""
    kept: list[tuple[str, Floats]] = []
    for code, lonlat in tried:
        if not any(np.abs(lonlat - other).max() < 1e-9 for _, other in kept):
            kept.append((code, lonlat))
    return kept


def _zones(xy: Floats, swap: bool) -> tuple[str, ...]:
    """Metres without a zone in them: every zone of China, Gauss–Krüger and UTM, by EPSG's blocks."""
    east, north = (xy[:, ::-1] if swap else xy).T
    gauss = (east > 1e5) & (east < 9e5) & (north > 1.8e6) & (north < 6e6)
    if not gauss.all():
        return ()
    three = [f"EPSG:{4509 + zone}" for zone in range(25, 46)]
    six = [f"EPSG:{4489 + zone}" for zone in range(13, 24)]
    utm = [f"EPSG:{32600 + zone}" for zone in range(43, 54)]
    return tuple(f"{code} yx" if swap else code for code in (*three, *six, *utm))


def _ranked(seen: Text, tried: list[tuple[str, Floats]], ground: Ground, degrees: bool) -> Likeness:
    fits = [_fit(lonlat, ground) for _, lonlat in tried]
    found = [(code, fit) for (code, _), fit in zip(tried, fits, strict=True)]
    most = max(fit.there for fit in fits)
    if most == 0:
        nowhere = Text(f"按哪一种都不靠近{ground.name.zh}", f"in none of them near {ground.name.en}")
        return Likeness(seen, tuple(_unfitted(code) for code, _ in found[:6]), False, (nowhere,))
    # Candidates of one family differ by a shift; those that put the file elsewhere are out.
    family = [pair for pair in found if pair[1].there >= most - 0.3]
    ranked = [family[place] for place in _best_first([fit for _, fit in family])]
    told = len(ranked) == 1 or _stands_out(ranked[0][1], ranked[1][1])
    if not told:
        ranked = family
    proposals = tuple(_fitted(code, fit, ground) for code, fit in ranked[:6])
    return Likeness(seen, proposals, told, _cautions(degrees, told))


def _best_first(fits: Sequence[Fit]) -> list[int]:
    """By distance where one lies on the lines; else by the displacement where all can tell one."""
    by_shift = all(np.isfinite(fit.error_m) for fit in fits) and not _close(fits)
    return sorted(range(len(fits)), key=lambda place: fits[place].off_m if by_shift else fits[place].miss_m)


def _close(fits: Sequence[Fit]) -> bool:
    """Whether one of them lies on the lines: then distances tell more than a displacement."""
    distances = sorted(fit.miss_m for fit in fits if fit.near >= ENOUGH)
    return len(distances) > 1 and distances[0] < ON_THE_LINE_M and distances[0] < distances[1] / 4


def _stands_out(best: Fit, second: Fit) -> bool:
    if min(best.near, second.near) < ENOUGH:
        return False
    if _close((best, second)):
        return True
    apart = second.off_m - best.off_m
    return bool(
        np.isfinite(best.error_m + second.error_m)
        and best.off_m < second.off_m / 2
        and apart > 3 * max(best.error_m, second.error_m)
    )


def _fit(lonlat: Floats, ground: Ground) -> Fit:
    ends = ground.edges.reshape(-1, 2)
    if (lonlat.min(axis=0) > ends.max(axis=0) + 0.1).any() or (
        lonlat.max(axis=0) < ends.min(axis=0) - 0.1
    ).any():
        return Fit(0.0, 0, np.inf, 0.0, 0.0, np.inf)
    distance, offset, normal = _nearest(lonlat, ground.edges)
    close = distance < NEAR_M
    there = close | _inside(lonlat, ground.edges) if ground.closed else close
    if not close.any():
        return Fit(float(there.mean()), 0, np.inf, 0.0, 0.0, np.inf)
    east, north, error = _displacement(offset[close], normal[close])
    miss = float(np.median(distance[close]))
    return Fit(float(there.mean()), int(close.sum()), miss, east, north, error)


def _nearest(lonlat: Floats, edges: Floats) -> tuple[Floats, Floats, Floats]:
    """Per vertex the distance to the nearest edge in metres, its signed part along that edge's normal,
    and the normal (east, north)."""
    middle = np.median(lonlat, axis=0)
    scale = np.array([np.cos(np.deg2rad(middle[1])) * _DEGREE_M, _DEGREE_M])
    points = (lonlat - middle) * scale
    a, b = (edges[:, :2] - middle) * scale, (edges[:, 2:] - middle) * scale
    low, high = points.min(axis=0) - 2 * NEAR_M, points.max(axis=0) + 2 * NEAR_M
    kept = (np.maximum(a, b) >= low).all(axis=1) & (np.minimum(a, b) <= high).all(axis=1)
    kept &= (a != b).any(axis=1)
    a, b = a[kept], b[kept]
    if len(a) > MOST_EDGES:
        some = np.linspace(0, len(a) - 1, MOST_EDGES).astype(np.int64)
        a, b = a[some], b[some]
    out = np.full(len(points), np.inf), np.zeros(len(points)), np.zeros((len(points), 2))
    if not len(a):
        return out
    along = b - a
    length = np.hypot(along[:, 0], along[:, 1])
    for start in range(0, len(points), 100):
        rows = slice(start, start + 100)
        apart = points[rows, None] - a[None]
        t = np.clip((apart * along).sum(axis=2) / length**2, 0.0, 1.0)
        gap = apart - t[..., None] * along
        squared: Floats = (gap**2).sum(axis=2)
        best = squared.argmin(axis=1)
        every = np.arange(len(best))
        normal = np.column_stack([along[best, 1], -along[best, 0]]) / length[best, None]
        out[0][rows] = np.sqrt(squared[every, best])
        out[1][rows] = (gap[every, best] * normal).sum(axis=1)
        out[2][rows] = normal
    return out


def _displacement(offset: Floats, normal: Floats) -> tuple[float, float, float]:
    """East and north by which the whole is off, robustly, with its standard error, metres.

    Each vertex says how far it is off along its edge's normal. The third unknown is a common distance
    on the inner side, so that parcels along a boundary are not taken for a shifted boundary.
    """
    design = np.column_stack([normal, np.ones(len(normal))])
    weights: Floats = np.ones(len(offset))
    answer: Floats = np.zeros(3)
    if len(offset) < ENOUGH:
        return 0.0, 0.0, float("inf")
    for _ in range(8):
        moment = ((design * weights[:, None]).T @ design).astype(np.float64)
        if np.linalg.cond(moment) > 200:
            return 0.0, 0.0, float("inf")
        answer[:] = np.linalg.solve(moment, (design * weights[:, None]).T @ offset)
        residual = np.abs(offset - design @ answer).astype(np.float64)
        spread = max(1.4826 * float(np.median(residual)), 0.1)
        weights[:] = 1.0 / np.maximum(1.0, residual / (1.5 * spread))
    # Neighbouring vertices err together: count one in ten as a witness of its own.
    covariance = np.linalg.inv(moment) * spread**2 * 10
    return float(answer[0]), float(answer[1]), float(np.sqrt(covariance[0, 0] + covariance[1, 1]))


def _inside(lonlat: Floats, edges: Floats) -> Flags:
    """Which vertices are inside the outlines, by even-odd."""
    x0, y0, x1, y1 = edges.T
    odd = np.zeros(len(lonlat), dtype=bool)
    for start in range(0, len(lonlat), 100):
        x, y = lonlat[start : start + 100, :1], lonlat[start : start + 100, 1:]
        spans = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        odd[start : start + 100] = ((spans & (x < crossing)).sum(axis=1) % 2).astype(bool)
    return odd


class CrsUnsure(BadInput):
    """A file whose CRS a person must name. `likeness`: what the numbers look like."""

    likeness: Likeness


def unsaid(xy: Floats, ground: Ground | None, where: Where) -> CrsUnsure:
    """The error for a file that does not say its CRS, with what it may be."""
    found = propose(xy, ground)
    return _asks(Text("文件未说明坐标系", "the file does not say its CRS"), found, xy, where)


def doubted(found: Likeness, used: str, xy: Floats, where: Where) -> CrsUnsure:
    """The error for a file whose numbers fit another CRS better than the one that it states."""
    said = Text(
        f"坐标系存疑：按 {found.proposals[0].crs} 比按 {_label(used)} 贴合",
        f"the CRS is doubtful: the numbers fit {found.proposals[0].crs} better than {_label(used)}",
    )
    return _asks(said, found, xy, where)


def _asks(what: Text, found: Likeness, xy: Floats, where: Where) -> CrsUnsure:
    remedy, cautions = systems.REMEDY_CRS, found.cautions if len(xy) else ()
    if found.proposals:
        zh = "；".join(f"--crs {_quoted(one)}（{one.name}：{one.reason.zh}）" for one in found.proposals)
        en = "; ".join(f"--crs {_quoted(one)} ({one.name}: {one.reason.en})" for one in found.proposals)
        remedy = Text(f"核实后指明其一：{zh}", f"check, then name one: {en}")
    remedy = Text(
        "。".join((remedy.zh, *(one.zh for one in cautions))),
        ". ".join((remedy.en, *(one.en for one in cautions))),
    )
    box = (*xy.min(axis=0), *xy.max(axis=0)) if len(xy) else ()
    error = CrsUnsure(
        Text(f"{what.zh}；{found.seen.zh}", f"{what.en}; {found.seen.en}"),
        where=where,
        found="x, y from {:.10g}, {:.10g} to {:.10g}, {:.10g}".format(*box) if box else None,
        remedy=remedy,
    )
    error.likeness = found
    return error


def _quoted(one: Proposal) -> str:
    return f"'{one.crs}'" if " " in one.crs else one.crs


def _label(code: str) -> str:
    plain, swap = systems.without_swap(code)
    return systems.parse(plain).name + (" (y, x)" if swap else "")


def _unfitted(code: str) -> Proposal:
    plain, swap = systems.without_swap(code)
    if plain in _SHIFTS:
        maps = {
            "GCJ-02": Text("高德、腾讯、微信", "AMap, Tencent, WeChat"),
            "BD-09": Text("百度", "Baidu"),
        }[plain]
        reason = Text(f"若取自{maps.zh}地图", f"if they were taken from a map of {maps.en}")
    elif swap:
        reason = Text(
            "北坐标（纬度）在前，两数对调", "the northing (latitude) comes first; the two are exchanged"
        )
    else:
        reason = Text("按数值大小", "by the size of the numbers")
    return Proposal(code, _label(code), reason)


def _fitted(code: str, fit: Fit, ground: Ground) -> Proposal:
    bare = _unfitted(code)
    zh = [f"{fit.there:.0%} 的点在{ground.name.zh}之内或近旁"]
    en = [f"{fit.there:.0%} of the points in or by {ground.name.en}"]
    if fit.near >= ENOUGH:
        zh.append(f"近旁的点离界线 {fit.miss_m:.0f} 米（中位数）")
        en.append(f"those by its lines miss them by {fit.miss_m:.0f} m (median)")
        if np.isfinite(fit.error_m):
            zh.append(f"整体偏 {fit.off_m:.0f} 米（±{fit.error_m:.0f}）")
            en.append(f"the whole is off by {fit.off_m:.0f} m (±{fit.error_m:.0f})")
    return replace(
        bare,
        fit=fit,
        reason=Text(f"{bare.reason.zh}；{'，'.join(zh)}", f"{bare.reason.en}; {', '.join(en)}"),
    )


def _cautions(degrees: bool, told: bool = False) -> tuple[Text, ...]:
    if degrees and told:
        return ()
    if degrees:
        return (
            Text(
                "单凭数值分不出国家坐标与互联网地图的偏移坐标（GCJ-02、BD-09），请核实取自哪里",
                "the numbers alone do not tell survey degrees from the shifted ones of map services "
                "(GCJ-02, BD-09): ask where they come from",
            ),
        )
    return (
        Text(
            "1954 北京、1980 西安坐标系的数值与此相近（相差约 60 至 130 米），从数值分不出；"
            "若是，须指明转换参数（… via towgs84=…）",
            "numbers of Beijing 1954 and Xian 1980 look the same (60 to 130 m apart) and cannot be told; "
            "if they are, the transformation must be named (… via towgs84=…)",
        ),
    )


assert set(_SHIFTS) == set(shifted.NAMES)
