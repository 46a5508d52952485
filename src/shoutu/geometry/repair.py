"""From the shapes of a file to rings that hold: the only place that calls GEOS.

A polygon that is not valid is read by even-odd (a point is inside when a ray from it crosses the
outline an odd number of times; GEOS `make_valid`, linework). The parts of a multipolygon, each valid,
are united: ground that two parts cover counts once. Both are reported with the area that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from shoutu import crs as systems
from shoutu.crs import Crs
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.rings import Floats, Rings

if TYPE_CHECKING:
    import pyarrow as pa

    from shoutu.layers.read import Features

Geometries = npt.NDArray[np.object_]
Fault = tuple[str, Text, tuple[float, float] | None]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7

KINDS = {
    # GEOS's words: (kind, what it is)
    "Self-intersection": ("self-crossing", Text("边界自相交", "the outline crosses itself")),
    "Ring Self-intersection": ("self-touching", Text("边界自接触", "a ring touches itself")),
    "Hole lies outside shell": ("hole-outside", Text("洞在外环之外", "a hole lies outside")),
    "Holes are nested": ("nested-holes", Text("洞中有洞", "a hole lies in a hole")),
    "Interior is disconnected": ("disconnected", Text("内部不连通", "the interior falls apart")),
    "Nested shells": ("nested-parts", Text("部分互相包含", "a part lies in a part")),
    "Duplicate Rings": ("duplicate-rings", Text("环重复", "a ring stands twice")),
    "Too few points in geometry component": ("too-few-points", Text("点数不足", "too few points")),
    "Invalid Coordinate": ("bad-coordinate", Text("坐标不是有限数", "a coordinate is not finite")),
}
UNCLOSED = ("not-closed", Text("环未闭合", "a ring is not closed"))
OVERLAPPING = ("overlapping-parts", Text("各部分重叠或共边", "parts overlap or share an edge"))
MIXED = ("mixed-collection", Text("几何集合含点或线", "a collection holds points or lines"))


@dataclass(frozen=True)
class Repair:
    """What was mended in one feature.

    feature        its position in the file, from 0
    kind           self-crossing, not-closed …: the keys of a report
    what           the same as a sentence
    at             where, in the coordinates of the file; null where the fault has no one place
    area_change_m2 ellipsoidal area after the repair less that before (each ring as it was drawn)
    """

    feature: int
    kind: str
    what: Text
    at: tuple[float, float] | None
    area_change_m2: float


def to_rings(features: Features, strict: bool = False) -> tuple[Rings, list[Repair]]:
    """The polygons of `features` in the file's own coordinates, and what had to be mended.

    Null and empty geometries are counted and have no rings; Z and M are dropped; rings are closed and
    run anticlockwise outside, clockwise in holes. Raises BadInput naming the feature for shapes other
    than polygons, coordinates that are not finite and, when `strict`, for anything to mend.
    """
    where = Where(file=features.file, layer=features.layer)
    with _quiet():
        geometries, repairs = _decoded(features.wkb, where)
        _refuse_other_shapes(geometries, where)
        _refuse_unfinite(geometries, where)
        repairs += _mended(geometries, features.crs, where)
    repairs.sort(key=lambda repair: repair.feature)
    if strict and repairs:
        raise _strict(repairs, where)
    return _packed(geometries), repairs


def bounds(wkb: pa.ChunkedArray) -> tuple[float, float, float, float] | None:
    """Min x, min y, max x, max y of all shapes that can be read; None where there are none."""
    import shapely

    with _quiet():
        boxes = [
            shapely.total_bounds(shapely.from_wkb(_objects(chunk), on_invalid="ignore"))
            for chunk in wkb.chunks  # one at a time: shapes take more memory than their bytes
        ]
    found = [box for box in boxes if not np.isnan(box).any()]
    if not found:
        return None
    low, high = np.min(found, axis=0), np.max(found, axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])


def vertices(wkb: pa.ChunkedArray) -> Floats:
    """(n, 2) vertices of all shapes that can be read, as they stand in the file."""
    import shapely

    with _quiet():
        xy: Floats = shapely.get_coordinates(shapely.from_wkb(_objects(wkb), on_invalid="ignore"))
    return xy


def exchanged(wkb: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same shapes with x and y exchanged; what cannot be read stays as it is."""
    import pyarrow as pa
    import shapely

    raw = _objects(wkb)
    with _quiet():
        shapes = shapely.from_wkb(raw, on_invalid="ignore")
        turned = shapely.to_wkb(shapely.transform(shapes, lambda xy: xy[:, ::-1]))
    lost = shapely.is_missing(shapes)
    return pa.chunked_array([pa.array(np.where(lost, raw, turned), pa.binary())])


def oddities(wkb: pa.ChunkedArray) -> dict[str, list[int]]:
    """Features that can be used and may not be meant: `null`, `empty`, `duplicate` (of an earlier shape,
    wherever its rings begin and however they run) and `height` (with Z), as positions.
    """
    import shapely

    raw = _objects(wkb)
    with _quiet():
        geometries = shapely.from_wkb(raw, on_invalid="ignore")
        flat = shapely.force_2d(geometries)
        plain = shapely.to_wkb(shapely.normalize(flat))
    null = np.array([value is None for value in raw], dtype=bool)
    empty = shapely.is_empty(geometries)
    seen: dict[bytes, int] = {}
    duplicate = []
    for row, value in enumerate(raw):
        if null[row] or empty[row]:
            continue
        if seen.setdefault(value if plain[row] is None else plain[row], row) != row:
            duplicate.append(row)
    return {
        "null": np.flatnonzero(null).tolist(),
        "empty": np.flatnonzero(empty).tolist(),
        "duplicate": duplicate,
        "height": np.flatnonzero(shapely.has_z(geometries)).tolist(),
    }


def _quiet() -> np.errstate:
    """Coordinates that are no numbers, or enormous, make shapely warn; faults name the feature instead."""
    return np.errstate(invalid="ignore", over="ignore")


def _objects(wkb: pa.ChunkedArray | pa.Array) -> Geometries:
    objects: Geometries = wkb.to_numpy(zero_copy_only=False)
    return objects


def _decoded(wkb: pa.ChunkedArray, where: Where) -> tuple[Geometries, list[Repair]]:
    """Shapely geometries; rings that do not return to their start are closed and reported."""
    import shapely

    raw = _objects(wkb)
    geometries: Geometries = shapely.from_wkb(raw, on_invalid="ignore")
    given = np.array([value is not None for value in raw], dtype=bool)
    repairs = []
    for row in map(int, np.flatnonzero(given & shapely.is_missing(geometries))):
        closed = shapely.from_wkb(raw[row], on_invalid="fix")
        if closed is None:
            raise BadInput(
                Text(
                    "几何无法识别（如环少于三点）", "this geometry cannot be read (fewer than three points?)"
                ),
                where=_at(where, row),
                remedy=Text("改正或删除该要素", "mend this feature or leave it out"),
            )
        geometries[row] = closed
        repairs.append(Repair(row, *UNCLOSED, None, 0.0))
    return geometries, repairs


def _refuse_other_shapes(geometries: Geometries, where: Where) -> None:
    import shapely

    kinds = shapely.get_type_id(geometries)
    wrong = (
        (kinds >= 0) & ~np.isin(kinds, (_POLYGON, _MULTIPOLYGON, _COLLECTION)) & ~shapely.is_empty(geometries)
    )
    for row in np.flatnonzero(kinds == _COLLECTION):
        members = shapely.get_type_id(shapely.get_parts(geometries[row]))
        wrong[row] = len(members) > 0 and not np.isin(members, (_POLYGON, _MULTIPOLYGON)).any()
    if wrong.any():
        first = int(np.argmax(wrong))
        raise BadInput(
            Text("这个要素不是面", "this feature is no polygon"),
            where=_at(where, first),
            found=f"{geometries[first].geom_type} ({int(wrong.sum())} / {len(geometries)})",
            remedy=Text(
                "只提交面要素；曲线先转为折线", "hand in polygons only; turn curves into lines first"
            ),
        )


def _refuse_unfinite(geometries: Geometries, where: Where) -> None:
    import shapely

    xy, rows = shapely.get_coordinates(geometries, return_index=True)
    bad = ~np.isfinite(xy).all(axis=1)
    if bad.any():
        first = int(np.argmax(bad))
        raise BadInput(
            KINDS["Invalid Coordinate"][1],
            where=_at(where, int(rows[first])),
            found=f"{xy[first, 0]}, {xy[first, 1]}",
            remedy=Text("改正该要素的坐标", "mend the coordinates of this feature"),
        )


def _mended(geometries: Geometries, crs: Crs, where: Where) -> list[Repair]:
    """Replace in place what is not valid, and collections; one Repair for each feature changed."""
    import shapely

    kinds = shapely.get_type_id(geometries)
    invalid = (kinds >= 0) & ~shapely.is_valid(geometries)
    repairs = []
    for row in map(int, np.flatnonzero(invalid | (kinds == _COLLECTION))):
        before = geometries[row]
        try:
            geometries[row] = after = _covered(before)
        except shapely.errors.GEOSException as error:  # numbers so far apart that no grid holds them
            raise BadInput(
                Text("几何无效，且无法修复", "this geometry is invalid and cannot be repaired"),
                where=_at(where, row),
                found=str(error)[:200],
                remedy=Text("改正该要素的坐标", "mend the coordinates of this feature"),
            ) from error
        change = _area(after, crs, _at(where, row)) - _area(before, crs, _at(where, row))
        fault = _fault(before) if invalid[row] else _fault_of_collection(before, change)
        if fault is not None:
            repairs.append(Repair(row, *fault, change))
    return repairs


def _covered(geometry: Any) -> Any:
    """All ground that the polygons in `geometry` cover, each read by even-odd."""
    import shapely

    polygons = shapely.force_2d(_polygons(geometry))
    pieces = _polygons(shapely.make_valid(polygons, method="linework"))
    return pieces[0] if len(pieces) == 1 else shapely.union_all(pieces)


def _polygons(geometry: Any) -> Geometries:
    """The polygons at any depth of one geometry or an array of them."""
    import shapely

    parts = shapely.get_parts(geometry)
    while np.isin(shapely.get_type_id(parts), (_MULTIPOLYGON, _COLLECTION)).any():
        parts = shapely.get_parts(parts)
    polygons: Geometries = parts[shapely.get_type_id(parts) == _POLYGON]
    return polygons


def _fault(geometry: Any) -> Fault:
    """GEOS's reason, such as `Self-intersection[2 1]`, as kind, sentence and place."""
    import shapely

    reason, _, place = shapely.is_valid_reason(geometry).partition("[")
    kind, what = KINDS.get(reason, ("invalid", Text("几何无效", reason)))
    parts = _polygons(geometry)
    if len(parts) > 1 and shapely.is_valid(parts).all():
        kind, what = OVERLAPPING
    numbers = place.rstrip("]").split()
    return kind, what, (float(numbers[0]), float(numbers[1])) if len(numbers) >= 2 else None


def _fault_of_collection(geometry: Any, change: float) -> Fault | None:
    """What is wrong with a collection that GEOS calls valid: other members, or polygons that overlap."""
    import shapely

    parts = shapely.get_parts(geometry)
    if not np.isin(shapely.get_type_id(parts), (_POLYGON, _MULTIPOLYGON, _COLLECTION)).all():
        return (*MIXED, None)
    return (*OVERLAPPING, None) if abs(change) > 1e-6 else None


def _area(geometry: Any, crs: Crs, where: Where) -> float:
    """Ellipsoidal area, each polygon's outer ring less its holes as they were drawn; geodesic edges.

    Good to what a report needs; figures of record come from the kernel.
    """
    import shapely
    from pyproj import Geod

    geod = Geod(ellps="GRS80")  # the figure of CGCS2000
    total = 0.0
    for polygon in _polygons(geometry):
        for sign, ring in [(1.0, polygon.exterior), *((-1.0, hole) for hole in polygon.interiors)]:
            lonlat = systems.to_lonlat(crs, shapely.get_coordinates(ring), where=where)
            total += sign * abs(geod.polygon_area_perimeter(lonlat[:, 0], lonlat[:, 1])[0])
    return total


def _strict(repairs: list[Repair], where: Where) -> BadInput:
    first = repairs[0]
    at = "" if first.at is None else f" ({first.at[0]:.10g}, {first.at[1]:.10g})"
    return BadInput(
        Text(f"几何无效：{first.what.zh}", f"invalid geometry: {first.what.en}"),
        where=_at(where, first.feature),
        found=f"{first.kind}{at}; {len(repairs)}",
        remedy=Text(
            "修正后提交；或去掉 --strict，按奇偶规则修复并报告",
            "mend the file, or leave out --strict to have it repaired by even-odd and reported",
        ),
    )


def _at(where: Where, feature: int) -> Where:
    return Where(file=where.file, layer=where.layer, feature=feature)


def _packed(geometries: Geometries) -> Rings:
    """Valid polygons and multipolygons as rings."""
    import shapely

    polygons, owners = shapely.get_parts(geometries, return_index=True)
    kept = (shapely.get_type_id(polygons) == _POLYGON) & ~shapely.is_empty(polygons)
    polygons, owners = polygons[kept], owners[kept].astype(np.int64)
    if not len(polygons):
        return Rings(np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(0, np.int64), len(geometries))
    _, xy, (starts, first_rings) = shapely.to_ragged_array(shapely.orient_polygons(polygons), include_z=False)
    return Rings(
        xy=np.ascontiguousarray(xy, dtype=np.float64),
        starts=starts.astype(np.int64),
        owners=np.repeat(owners, np.diff(first_rings)),
        features=len(geometries),
    )
