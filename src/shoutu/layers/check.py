"""What is wrong with a file's features, by feature and kind, each with its remedy; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry import repair
from shoutu.geometry.faults import Oddity, Turn, oddities_of_rings
from shoutu.geometry.prepared import prepare
from shoutu.geometry.rings import Floats
from shoutu.layers.cover import Cover, Shapes, cover, outside
from shoutu.layers.read import Features
from shoutu.layers.region import Region

SLIVER_M = 0.5
"""Parts and holes narrower than this are slivers where nobody names another width."""


@dataclass(frozen=True)
class Fault:
    """One fault of one feature, or of none (a gap).

    level           error: the file cannot be used; repaired: it can, with this repair; notice: it can
    at              in the file's coordinates
    area_change_m2  what the repair changes, ellipsoidal; null where nothing is repaired
    area_m2         how much ground it concerns: an overlap, a gap, what lies beyond the region
    other           the second feature of an overlap
    """

    feature: int | None
    level: str
    kind: str
    what: Text
    remedy: Text
    at: tuple[float, float] | None = None
    area_change_m2: float | None = None
    area_m2: float | None = None
    other: int | None = None


@dataclass(frozen=True)
class Asked:
    """What is looked for beyond the shapes themselves.

    sliver_m  parts and holes narrower than this are named
    region    what the features should lie in; None: not looked at
    covering  the features should cover the region, or what they enclose, without overlap
    """

    sliver_m: float = SLIVER_M
    region: Region | None = None
    covering: bool = False


_REMEDIES = {
    "null": Text("补上几何，或删除该要素", "give it a shape or leave it out"),
    "empty": Text("补上几何，或删除该要素", "give it a shape or leave it out"),
    "duplicate": Text("删除重复要素", "leave one of them out"),
    "height": Text("不必处理：高程不参与面积计算", "nothing to do: heights take no part in areas"),
    "not-closed": Text(
        "让末点与首点相同；导入时已自动闭合", "let the last point be the first; done on import"
    ),
    "overlapping-parts": Text("合并各部分；导入时取并集", "unite the parts; import takes their union"),
    "mixed-collection": Text(
        "去掉点和线；导入时只取面", "remove points and lines; import takes the polygons"
    ),
}
_REMEDIES |= {
    "repeated-points": Text("不必处理：重复的点不影响面积", "nothing to do: they change no area"),
    "ring-order": Text("不必处理：导入时统一方向", "nothing to do: import orients rings"),
    "sliver": Text("核对是否为接边误差，并入相邻图斑", "check whether an edge was matched badly; merge it"),
    "sliver-hole": Text("核对是否为接边误差，补上缝隙", "check whether an edge was matched badly; close it"),
    "antimeridian": Text("在 180° 经线处把图形分成两部分", "split the shape at 180°"),
    "beyond-region": Text("核对坐标系和界线", "check the reference system and the boundary"),
    "overlap": Text("改正其中一个的界线", "mend the outline of one of them"),
    "gap": Text("补上图斑，或移动相邻图斑的界线", "add a feature, or move the outline of a neighbour"),
}
_BY_EVEN_ODD = Text("在制图软件中修正；导入时按奇偶规则修复", "mend it in a GIS; import repairs by even-odd")
_WHAT = {
    "null": Text("没有几何", "no geometry"),
    "empty": Text("几何是空的", "the geometry is empty"),
    "duplicate": Text("与前面的要素几何相同", "same shape as an earlier feature"),
    "height": Text("坐标带高程", "coordinates carry heights"),
    "repeated-points": Text("同一点连续出现", "a vertex repeats the one before it"),
    "ring-order": Text(
        "环的方向不合格式或与外环同向", "a ring runs against its format, or a hole as its shell does"
    ),
    "antimeridian": Text("边跨越 180° 经线", "an edge crosses the antimeridian"),
    "beyond-region": Text("超出行政区", "lies beyond the region"),
    "overlap": Text("与另一图斑重叠", "overlaps another feature"),
    "gap": Text("未被覆盖", "covered by no feature"),
}
_TURNS: dict[str, Turn] = {"json": "anticlockwise", "shp": "clockwise"}
"""How outer rings run by RFC 7946 and by the shapefile description; other formats do not say."""


def faults(features: Features, asked: Asked | None = None) -> list[Fault]:
    """All faults, by feature, then kind. Never raises for what is in the features: it reports it."""
    asked = asked or Asked()
    found = [_repairable(one) for one in _repairs(features)]
    for kind, rows in repair.oddities(features.wkb).items():
        found += [Fault(row, "notice", kind, _WHAT[kind], _REMEDIES[kind]) for row in rows]
    fatal = _fatal(features)
    found += fatal
    if not any(one.kind == "unusable" for one in fatal):
        found += _of_rings(features, asked)
    if not any(one.level == "error" for one in found):
        found += _of_ground(features, asked)
    return sorted(found, key=_order)


def _order(fault: Fault) -> tuple[bool, int, str, float]:
    return fault.feature is None, fault.feature or 0, fault.kind, -(fault.area_m2 or 0.0)


def _of_rings(features: Features, asked: Asked) -> list[Fault]:
    # Exchanged axes turn every ring around: then the file's order is not what its format meant.
    turn = None if features.swapped else _TURNS.get(features.format)
    odd = oddities_of_rings(features.wkb, _degrees(features), turn, asked.sliver_m)
    return [_odd(one) for one in odd]


def _degrees(features: Features) -> Callable[[Floats], Floats]:
    where = Where(file=features.file, layer=features.layer)
    return systems.degrees(features.crs, where=where) or (lambda xy: xy)


def _odd(one: Oddity) -> Fault:
    level = "error" if one.kind == "antimeridian" else "notice"
    if one.width_m is not None:
        metres = f"{one.width_m:.3g}"
        hole = one.kind == "sliver-hole"
        what = Text(
            f"{'洞' if hole else '图形'}宽仅 {metres} 米",
            f"a {'hole' if hole else 'part'} only {metres} m wide",
        )
    else:
        what = _WHAT[one.kind]
        if one.times > 1:
            what = Text(f"{what.zh}（{one.times} 处）", f"{what.en} ({one.times} times)")
    return Fault(one.feature, level, one.kind, what, _REMEDIES[one.kind], one.at)


def _of_ground(features: Features, asked: Asked) -> list[Fault]:
    """What only areas tell: ground beyond the region, overlaps, gaps."""
    if asked.region is None and not asked.covering:
        return []
    where = Where(file=features.file, layer=features.layer)
    shapes = Shapes(repair.to_rings(features)[0], systems.degrees(features.crs, where=where))
    found = []
    if asked.region is not None:
        for row, area in outside(prepare(shapes.rings, shapes.to_lonlat), asked.region.polygons):
            found.append(
                Fault(
                    row,
                    "notice",
                    "beyond-region",
                    _WHAT["beyond-region"],
                    _REMEDIES["beyond-region"],
                    area_m2=area,
                )
            )
    if asked.covering:
        covered = _cover(shapes, features.crs, asked.region)
        for one in covered.overlaps:
            what = Text(f"与要素 {one.other} 重叠", f"overlaps feature {one.other}")
            found.append(
                Fault(
                    one.one,
                    "notice",
                    "overlap",
                    what,
                    _REMEDIES["overlap"],
                    one.at,
                    area_m2=one.area_m2,
                    other=one.other,
                )
            )
        for gap in covered.gaps:
            found.append(
                Fault(None, "notice", "gap", _WHAT["gap"], _REMEDIES["gap"], gap.at, area_m2=gap.area_m2)
            )
    return found


def _cover(shapes: Shapes, crs: Crs, region: Region | None) -> Cover:
    if region is None:
        return cover(shapes)
    if crs.operation is not None:  # no way leads back: places are found in degrees
        assert shapes.to_lonlat is not None
        shapes, crs = Shapes(replace(shapes.rings, xy=shapes.to_lonlat(shapes.rings.xy))), _DEGREES
    return cover(shapes, region.polygons, region.in_crs(crs))


_DEGREES = systems.Crs("EPSG:4490", "CGCS2000", True)


def _repairs(features: Features) -> list[repair.Repair]:
    try:
        return repair.to_rings(features)[1]
    except BadInput:
        return []  # `_fatal` says why, for every feature


def _repairable(one: repair.Repair) -> Fault:
    return Fault(
        one.feature,
        "repaired",
        one.kind,
        one.what,
        _REMEDIES.get(one.kind, _BY_EVEN_ODD),
        one.at,
        one.area_change_m2,
    )


def _fatal(features: Features) -> list[Fault]:
    """Features that `to_rings` or the CRS refuses, each one by itself."""
    try:
        rings, _ = repair.to_rings(features)
        systems.to_lonlat(features.crs, rings.xy)
    except BadInput:
        return [fault for row in range(len(features)) if (fault := _fatal_of(features, row))]
    return []


def _fatal_of(features: Features, row: int) -> Fault | None:
    try:
        rings, _ = repair.to_rings(features.only(row))
        systems.to_lonlat(features.crs, rings.xy)
    except BadInput as error:
        remedy = error.remedy or Text("改正或删除该要素", "mend this feature or leave it out")
        return Fault(row, "error", "unusable", error.what, remedy)
    return None


def counts(found: list[Fault]) -> dict[str, int]:
    """How many faults there are of each kind."""
    kinds, numbers = np.unique([fault.kind for fault in found], return_counts=True)
    return {str(kind): int(number) for kind, number in zip(kinds, numbers, strict=True)}
