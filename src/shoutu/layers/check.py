"""What is wrong with a file's features, by feature and kind, each with its remedy; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shoutu import crs as systems
from shoutu.errors import BadInput, Text
from shoutu.geometry import repair
from shoutu.layers.read import Features


@dataclass(frozen=True)
class Fault:
    """One fault of one feature.

    level           error: the file cannot be used; repaired: it can, with this repair; notice: it can
    area_change_m2  what the repair changes, ellipsoidal; null where nothing is repaired
    """

    feature: int
    level: str
    kind: str
    what: Text
    remedy: Text
    at: tuple[float, float] | None = None
    area_change_m2: float | None = None


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
_BY_EVEN_ODD = Text("在制图软件中修正；导入时按奇偶规则修复", "mend it in a GIS; import repairs by even-odd")
_WHAT = {
    "null": Text("没有几何", "no geometry"),
    "empty": Text("几何是空的", "the geometry is empty"),
    "duplicate": Text("与前面的要素几何相同", "same shape as an earlier feature"),
    "height": Text("坐标带高程", "coordinates carry heights"),
}


def faults(features: Features) -> list[Fault]:
    """All faults, by feature, then kind. Never raises for what is in the features: it reports it."""
    found = [_repairable(one) for one in _repairs(features)]
    for kind, rows in repair.oddities(features.wkb).items():
        found += [Fault(row, "notice", kind, _WHAT[kind], _REMEDIES[kind]) for row in rows]
    found += _fatal(features)
    return sorted(found, key=lambda fault: (fault.feature, fault.kind))


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
