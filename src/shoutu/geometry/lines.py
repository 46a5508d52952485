"""Lines and points of a file as traces: roads, rivers, settlements. Only distances are asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shoutu import crs as systems
from shoutu.errors import BadInput, Text, Where
from shoutu.geometry.rings import Rings
from shoutu.geometry.traces import Traces, of_lines

if TYPE_CHECKING:
    from shoutu.layers.read import Features

_POINT, _LINE, _RING, _POLYGON, _MULTIPOLYGON = 0, 1, 2, 3, 6


def to_traces(features: Features) -> Traces | None:
    """The lines and points of `features` as traces in degrees; None where they are polygons.

    Null and empty geometries are counted and have no trace; Z and M are dropped. BadInput names the feature
    that is neither, or whose coordinates are no place.
    """
    import shapely

    where = Where(file=features.file, layer=features.layer)
    shapes = shapely.from_wkb(features.wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    parts, owners = shapely.get_parts(shapes, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    owners = owners[inner].astype(np.int64)
    kinds = shapely.get_type_id(parts)
    if not len(parts) or np.isin(kinds, (_POLYGON, _MULTIPOLYGON)).all():
        return None
    other = ~np.isin(kinds, (_POINT, _LINE, _RING))
    if other.any():
        raise _neither(parts[other][0].geom_type, int(owners[other][0]), where)
    kept = ~shapely.is_empty(parts)
    parts, owners = parts[kept], owners[kept]
    xy, trace = shapely.get_coordinates(parts, return_index=True)
    starts = np.searchsorted(trace, np.arange(len(parts) + 1)).astype(np.int64)
    lines = Rings(np.ascontiguousarray(xy), starts, owners, len(shapes))
    _check(lines, where)
    traces = of_lines(lines, systems.degrees(features.crs, where=where))
    # "not within": NaN must not pass.
    lost = ~(np.abs(traces.run_box) <= [180.0, 90.0, 180.0, 90.0]).all(axis=1)
    if lost.any():
        raise _nowhere(int(traces.run_owner[np.argmax(lost)]), where)
    return traces


def _check(lines: Rings, where: Where) -> None:
    bad = ~np.isfinite(lines.xy).all(axis=1)
    if bad.any():
        trace = int(np.searchsorted(lines.starts, int(np.argmax(bad)), side="right")) - 1
        raise _nowhere(int(lines.owners[trace]), where)


def _neither(kind: str, feature: int, where: Where) -> BadInput:
    return BadInput(
        Text("面与线、点混在一个图层里", "polygons stand in one layer with lines or points"),
        where=Where(file=where.file, layer=where.layer, feature=feature),
        found=kind,
        remedy=Text("分成面图层和线点图层", "split it into a layer of polygons and one of lines or points"),
    )


def _nowhere(feature: int, where: Where) -> BadInput:
    return BadInput(
        Text("坐标不在地球经纬度范围内", "a coordinate is no longitude and latitude on the globe"),
        where=Where(file=where.file, layer=where.layer, feature=feature),
        remedy=Text("检查坐标系和坐标", "check the CRS and the coordinates"),
    )
